"""Texts that are files: single ones, folders of files, and uploads."""

from collections import OrderedDict
from collections.abc import Generator
from fnmatch import fnmatch
from pathlib import Path

from core.errors import UserError
from core.reading import archives, reader
from core.reading.reader import Glimpse, Reading
from core.settings import TextSettings
from core.training_loop import Progress, finished

ENDINGS = (
    *(".txt", ".csv", ".tsv", ".jsonl", ".srt", ".vtt", ".ass", ".html", ".htm", ".xml"),
    *(".conllu", ".gz", ".tgz", ".zip", ".docx", ".odt", ".epub"),
)
DECISIONS = (
    *("encoding", "format", "column", "sentence_end", "abbreviations", "markup", "segment"),
)
KEPT = 2  # readings that a process keeps: a new minimum count needs no new reading of the file
_kept: OrderedDict[tuple, Reading] = OrderedDict()


def shown(name: str) -> str:
    """A file name that can be shown: bytes that are not UTF-8 become escapes."""
    return name.encode("utf8", "backslashreplace").decode("utf8")


def in_folder(folder: Path) -> dict[str, Path]:
    """The texts in a folder by name: files with a known ending, and folders of such files."""
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or (path / "lexicon.txt").is_file():
            continue
        if (path.is_file() and path.suffix.lower() in ENDINGS) or (path.is_dir() and _texts(path)):
            name = shown(path.stem if path.is_file() else path.name)
            found[name if name not in found else shown(path.name)] = path
    return found


def is_text(path: Path) -> bool:
    """True for a file, and for a folder with texts in it."""
    try:
        return path.is_file() or (path.is_dir() and bool(_texts(path)))
    except (OSError, ValueError):
        return False


def _texts(folder: Path) -> list[Path]:
    """The texts directly inside a folder."""
    paths = (path for path in folder.iterdir() if path.suffix.lower() in ENDINGS)
    return sorted(path for path in paths if path.is_file() and not path.name.startswith("."))


def stamp(path: Path) -> int:
    """A number that changes when a file, or a file of a folder, changes; 0 if it is missing."""
    try:
        paths = _texts(path) if path.is_dir() else [path]
        return sum(p.stat().st_mtime_ns for p in paths)
    except OSError:
        return 0


def read(path: Path, settings: TextSettings, member: str = "*") -> Reading:
    """Read a file, or the files of a folder as one text; UserError if that fails.

    member: a pattern for the names of the files to read from an archive.
    """
    return finished(reading(path, settings, member))


def reading(
    path: Path, settings: TextSettings, member: str = "*", most: int = reader.MAX_BYTES
) -> Generator[Progress, None, Reading]:
    """The same, of up to `most` bytes; yields Progress. What has been read lately is kept."""
    how = TextSettings(**{name: getattr(settings, name) for name in DECISIONS})
    key = path, stamp(path), how, member
    if key not in _kept:
        found = yield from reader.reading(_contents(path, member, most), how, most)
        _kept[key] = found
    _kept.move_to_end(key)
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return _kept[key]


def glimpse(path: Path, settings: TextSettings) -> Glimpse:
    """What can be shown of a file, or of a folder, that `read` refuses."""
    return reader.glimpse(_contents(path), settings)


def _contents(
    path: Path, member: str = "*", most: int = reader.MAX_BYTES
) -> list[tuple[str, bytes]]:
    paths = _texts(path) if path.is_dir() else [path]
    try:
        if sum(p.stat().st_size for p in paths) > most:
            raise UserError(f"The text is larger than {most // 1_000_000:,} MB.")
        found = [(p.name, p.read_bytes()) for p in paths]
    except OSError as error:
        raise UserError(
            f"The text {shown(path.name)} cannot be read any more ({error.strerror}): choose "
            "another one, or bring it again."
        ) from error
    if member != "*":
        inside, _ = archives.unpacked(found[0][1], most) or (found, ())
        found = [(name, data) for name, data in inside if fnmatch(name, member)] or inside
    return found
