"""Downloads of real texts: resumed after an interruption, kept only if the checksum is right."""

import os
import queue
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

from core.errors import UserError
from core.files import CACHE, write_whole
from core.texts.download_catalog import BY_NAME, NEWSGROUPS, Source
from core.training_loop import Progress

MIRROR = "WORD2VEC_LAB_MIRROR"  # environment variable: address of a folder with the same files
MOST = 200_000_000  # largest number of bytes of a file whose size is not recorded
PATIENCE = 20  # seconds without a byte after which a download is given up
OFFLINE = "What works without a network: the texts listed as generated or collected, and your own."


def folder() -> Path:
    """The folder where downloads are kept."""
    return CACHE / "corpora"


def path_of(source: Source) -> Path:
    """The file of a download, whether it is there or not."""
    return folder() / source.file_name


def fetch(name: str) -> Iterator[Progress]:
    """Download a text, resuming an earlier attempt that was cut off; yields Progress.

    UserError if there is no network, the server stalls, or the file does not have the recorded
    checksum. Nothing is kept then, except the beginning of a file that was cut off.
    """
    source = BY_NAME.get(name)
    if source is None:
        raise UserError(f"There is no download {name!r}; there are {', '.join(BY_NAME)}.")
    if path_of(source).exists():
        return
    news: queue.Queue[Progress | BaseException | None] = queue.Queue()
    stop = threading.Event()
    thread = threading.Thread(target=_work, args=(source, news, stop), daemon=True)
    thread.start()
    try:
        while (item := news.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stop.set()


def _work(source: Source, news: queue.Queue, stop: threading.Event) -> None:
    try:
        (_newsgroups if source is NEWSGROUPS else _retrieve)(source, news, stop)
        news.put(None)
    except UserError as problem:
        news.put(problem)
    except ValueError as problem:  # pooch names both checksums
        news.put(UserError(f"What came is not {source.name}, and is not kept. {problem}"))
    except OSError as problem:  # so are all errors of requests
        news.put(UserError(f"{source.name} cannot be downloaded: {_said(problem)} {OFFLINE}"))
    except Exception as problem:
        news.put(problem)


def _said(problem: OSError) -> str:
    text = str(problem)
    for sign, said in (
        ("timed out", f"the server sent nothing for {PATIENCE} seconds."),
        ("NameResolution", "there is no network, or no such server."),
        ("refused", "nothing answers at its address."),
        ("Client Error", f"the server says {text.partition(' for url')[0]}."),
        ("Server Error", f"the server says {text.partition(' for url')[0]}."),
        ("IncompleteRead", "the connection was cut off; the next attempt goes on from there."),
        ("Connection", "the connection failed."),
    ):
        if sign in text or sign in type(problem).__name__:
            return said
    return f"{problem.strerror or text.splitlines()[0][:100]}."


def _retrieve(source: Source, news: queue.Queue, stop: threading.Event) -> None:
    try:
        import pooch
    except ImportError as problem:
        raise UserError("Downloads need the package pooch: pip install pooch.") from problem
    pooch.get_logger().setLevel("ERROR")
    mirror = os.environ.get(MIRROR)
    address = f"{mirror.rstrip('/')}/{source.file_name}" if mirror else source.address
    part = folder() / f".{source.file_name}.part"
    folder().mkdir(parents=True, exist_ok=True)

    def download(url: str, output: str, _: object) -> None:
        _into(part, url, _Bar(source, news, stop))
        shutil.copyfile(part, output)

    known = f"sha256:{source.sha256}" if source.sha256 else None
    try:
        pooch.retrieve(address, known, fname=source.file_name, path=folder(), downloader=download)
    except ValueError:
        part.unlink(missing_ok=True)
        raise
    part.unlink(missing_ok=True)


def _into(part: Path, url: str, bar: "_Bar") -> None:
    """Download the rest of a file whose beginning is already there."""
    import pooch

    with open(part, "ab") as file:
        have = file.tell()

        def answered(response, **_):
            if response.status_code != 206:  # the server sends all of it again
                file.truncate(0)
                bar.have = 0
            elif response.status_code == 206:
                bar.have = have

        ask = {"Range": f"bytes={have}-"} if have else {}
        ask["Accept-Encoding"] = "identity"
        pooch.HTTPDownloader(
            progressbar=bar,
            chunk_size=65_536,
            timeout=(10, PATIENCE),
            headers=ask,
            hooks={"response": answered},
        )(url, file, None)


class _Bar:
    """A progress bar for pooch that yields Progress, and ends a download that is too long or was
    stopped.
    """

    def __init__(self, source: Source, news: queue.Queue, stop: threading.Event):
        self.source, self.news, self.stop = source, news, stop
        self.total, self.have, self.closing = 0, 0, False

    def update(self, size: int) -> None:
        """Count the bytes that have arrived; UserError if the download was stopped."""
        if self.closing:
            return
        if self.stop.is_set():
            raise UserError("Stopped.")
        self.have += size
        expected = self.source.bytes or self.total
        if self.have > (self.source.bytes or MOST) + 131_072:
            raise ValueError(f"The server sends more than the {self.source.size} recorded.")
        self.news.put(Progress(min(self.have / expected, 1.0) if expected else 0.0))

    def reset(self) -> None:
        """Called by pooch when the file is complete: the last update after it repeats the total."""
        self.closing = True

    def close(self) -> None:
        """Called by pooch at the end; nothing is left to do."""


def _newsgroups(source: Source, news: queue.Queue, stop: threading.Event) -> None:
    from sklearn.datasets import fetch_20newsgroups

    news.put(Progress(0.0))
    found = fetch_20newsgroups(
        data_home=str(folder() / "scikit-learn"),
        subset="all",
        remove=("headers", "footers", "quotes"),
    )
    write_whole(path_of(source), "\n\n".join(found.data).encode("utf8", "replace"))
