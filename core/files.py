"""Atomic file writes, and a cache folder for results that take long to compute."""

import contextlib
import lzma
import os
import re
import shutil
import struct
import tempfile
import threading
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

PREFIX = "word2vec-lab-"  # of temporary folders
CACHE = Path(__file__).resolve().parent.parent / "data" / ".cache"
# What zipfile raises for archives that are cut off, contradict themselves, are locked, or packed or
# named in an unusual way
BAD_ARCHIVE = (
    *(OSError, EOFError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(NotImplementedError, RuntimeError, UnicodeDecodeError),
)


def write_whole(path: Path, content: bytes | str) -> None:
    """Write a file in one step: a reader sees the old file or the new one, never a part of it.

    A text is encoded as UTF-8. OSError if the file cannot be written.
    """
    path = Path(path)
    unfinished = path.with_name(f".{path.name}-{os.getpid()}-{threading.get_ident()}")
    try:
        unfinished.write_bytes(content if isinstance(content, bytes) else content.encode())
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def write_together(folder: Path, contents: dict[str, bytes]) -> None:
    """Write several files of a folder, all or none: if one cannot be replaced, the old ones are put
    back.

    OSError if the files cannot be written.
    """
    folder = Path(folder)
    clean(folder)
    unfinished = folder / f".{folder.name or 'files'}-{os.getpid()}-{threading.get_ident()}"
    try:
        unfinished.mkdir()
        for name, content in contents.items():
            (unfinished / name).write_bytes(content)
        _replace_all(unfinished, folder, tuple(contents))
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _replace_all(unfinished, folder, names):
    kept, placed = unfinished / "kept", []
    kept.mkdir()
    try:
        for name in names:
            if (folder / name).exists():
                os.replace(folder / name, kept / name)
            os.replace(unfinished / name, folder / name)
            placed.append(name)
    except BaseException:  # Ctrl-C as well
        for name in placed:
            (folder / name).unlink(missing_ok=True)
        for path in kept.iterdir():
            os.replace(path, folder / path.name)
        raise


def clean(folder: Path) -> None:
    """Remove unfinished files of processes that are no longer running on this machine."""
    for path in Path(folder).glob(".*-*"):
        found = re.fullmatch(r"\.unfinished-\w+|\..+-(\d{1,10})-\d+", path.name)
        if found and not (found[1] and _runs(int(found[1]))):
            with contextlib.suppress(OSError):
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def _runs(process):
    """True if a process with this number is running on this machine."""
    if os.name == "nt":  # there, os.kill would end it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def cached(name: str, make: Callable[[], str], folder: Path = CACHE) -> str:
    """Read a text from the folder; if it is not there, compute and store it.

    If the folder is read-only, nothing is stored.
    """
    path = folder / name
    with contextlib.suppress(OSError, UnicodeDecodeError):
        return path.read_text(encoding="utf8")
    text = make()
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text)
    return text


def remove_left_behind() -> None:
    """Remove temporary folders of servers that were killed: they hold texts of visitors."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        number = path.name.removeprefix(PREFIX).partition("-")[0]
        if number.isdecimal() and not path.name.startswith(begins(number)):
            shutil.rmtree(path, ignore_errors=True)


def begins(number: str) -> str:
    """How the name of the temporary folder of a process begins: its id and the time of its start,
    because a later process may have the same id, as that of a container started again has.
    """
    name = f"{PREFIX}{number}-"
    if not Path("/proc/self/stat").exists():  # no other way to know which processes there are
        return name
    try:
        stat = Path(f"/proc/{number}/stat").read_text()
    except OSError:
        return f"{name}gone-"
    return f"{name}{stat.rpartition(')')[2].split()[19]}-"
