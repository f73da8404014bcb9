"""Files of word vectors: word2vec text and binary, GloVe and fastText text, NumPy, TensorBoard TSV.

Text and binary files are read as streams: the memory is that of the vectors, whose size is checked
before it is allocated.
"""

import gzip
import io
import itertools
import json
import zipfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.files import BAD_ARCHIVE, write_together
from core.training_loop import Progress, finished

# 1.2 GB of numbers, so that a file of 400 MB opens within 1.5 GB with room for its words
MOST_NUMBERS = 300_000_000
MOST_DIMENSIONS = 10_000
# Bytes of a line of text: a file without line breaks is refused before it fills the memory
LONGEST_LINE = 32 * MOST_DIMENSIONS
# Bytes that a compressed file may unpack to
MOST_UNPACKED = 8_000_000_000
TENSORBOARD = "projector_config.pbtxt"  # the config that TensorBoard looks for in a folder
BROKEN = ValueError, TypeError, AttributeError, IndexError, OverflowError  # of the arrays inside
ROWS = 4_096  # lines of text converted at a time


@dataclass(frozen=True, eq=False)
class WordVectors:
    """Words with their vectors."""

    words: tuple[str, ...]
    vectors: NDArray[np.float32]  # (n, d)
    # What was dropped or assumed while reading, in whole sentences
    notes: tuple[str, ...] = ()

    @property
    def index(self) -> dict[str, int]:
        """The row of each word."""
        return {word: k for k, word in enumerate(self.words)}


def read(path: str | Path) -> WordVectors:
    """Read the vectors in a file or in the folder of a run; UserError if that is not possible.

    Recognized by content: word2vec text (`V d` on the first line), GloVe text without that line,
    word2vec binary; these may be compressed by gzip. Recognized by their endings: `.npz` with
    `words` and `vectors`, `.tsv` next to a `metadata.tsv`.
    """
    return finished(reading(path))


def reading(path: str | Path) -> Generator[Progress, None, WordVectors]:
    """Read as `read`; yields Progress."""
    path = Path(path)
    if path.is_dir():
        path = path / "vectors.txt"
    try:
        if path.suffix == ".npz":
            found = _read_npz(path)
        elif path.suffix == ".tsv":
            found = _read_tsv(path)
        else:
            with _opened(path) as (file, held):
                size = path.stat().st_size or 1
                for part in _read_stream(file, path):
                    if part is None:
                        yield Progress(held.tell() / size)
                    else:
                        found = part
    except BAD_ARCHIVE as error:
        reason = getattr(error, "strerror", None) or str(error) or "the file ends too early"
        raise UserError(f"Cannot read {path.name}: {reason}.") from error
    return _checked(found, path.name)


def load(path: str, stamp: float = 0.0) -> Iterator[Progress | WordVectors]:
    """Read a file or the folder of a run as a task; yields Progress, then its vectors. stamp:
    changes when the file changes: it is then read again.
    """
    yield (yield from reading(path))


def pair(rows: bytes, labels: bytes) -> Iterator[bytes]:
    """Read the two TSV files of TensorBoard's Projector, vectors and words, and yield them as .npz;
    UserError as for `read`.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "vectors.tsv"
        path.write_bytes(rows)
        path.with_name("metadata.tsv").write_bytes(labels)
        found = read(path)
    yield contents("vectors.npz", found.words, found.vectors)["vectors.npz"]


def write(path: str | Path, words: tuple[str, ...], vectors: NDArray, kind: str = "") -> None:
    """Write the files of vectors (n, d), all or none.

    kind: one of WRITERS; "": by the ending of the path. UserError if the ending is unknown, the
    file cannot be written, or the format cannot hold a word.
    """
    path = Path(path)
    made = contents(path.name, words, vectors, kind)
    config = path.with_name(TENSORBOARD)
    try:
        if TENSORBOARD in made and config.exists():
            made[TENSORBOARD] = _with_others(config.read_bytes(), made[TENSORBOARD])
        write_together(path.parent, made)
    except OSError as error:
        raise UserError(f"Cannot write {path.name}: {error.strerror or error}.") from error


def contents(
    name: str, words: tuple[str, ...], vectors: NDArray, kind: str = ""
) -> dict[str, bytes]:
    """The contents of the files that `write` writes, by name.

    name: of the file; kind: as for `write`. UserError if the ending is unknown or the format cannot
    hold a word.
    """
    path = Path(name)
    kind = kind or path.suffix.removeprefix(".")
    if kind not in WRITERS:
        raise UserError(f"Choose an ending or a format out of {', '.join(WRITERS)}, not {kind!r}.")
    blank = next((word for word in words if kind != "npz" and set(word) & set(" \t\r\n")), None)
    if blank is not None:
        raise UserError(f"The format {kind} cannot hold {blank!r}, a word with white space.")
    made = WRITERS[kind](path, words, np.asarray(vectors, np.float32))
    return {place.name: content for place, content in made.items()}


def text(words: Iterable[str], vectors: NDArray) -> str:
    """The text format of word2vec: a line `V d`, then one line for each word with its numbers."""
    rows = [
        word + " " + " ".join(f"{x:.9g}" for x in row)
        for word, row in zip(words, vectors.tolist(), strict=True)
    ]
    return "\n".join([f"{len(rows)} {vectors.shape[1]}", *rows]) + "\n"


def _write_text(path: Path, words: tuple[str, ...], vectors: NDArray) -> dict[Path, bytes]:
    return {path: text(words, vectors).encode()}


def _write_bin(path: Path, words: tuple[str, ...], vectors: NDArray) -> dict[Path, bytes]:
    head = f"{len(words)} {vectors.shape[1]}\n".encode()
    rows = (
        word.encode() + b" " + row.astype("<f4").tobytes() + b"\n"
        for word, row in zip(words, vectors, strict=True)
    )
    return {path: head + b"".join(rows)}


def _write_npz(path: Path, words: tuple[str, ...], vectors: NDArray) -> dict[Path, bytes]:
    held = io.BytesIO()
    np.savez_compressed(held, words=np.array(words, dtype=np.str_), vectors=vectors)
    return {path: held.getvalue()}


def _write_tsv(path: Path, words: tuple[str, ...], vectors: NDArray) -> dict[Path, bytes]:
    """The two files that the Projector opens, and the configs that name them: that of the Projector
    as a page of its own, and that of TensorBoard, whose name is fixed.
    """
    labels = path.with_name(f"{path.stem}-metadata.tsv")
    names = {"tensorName": path.stem, "tensorShape": list(vectors.shape)}
    names |= {"tensorPath": path.name, "metadataPath": labels.name}
    rows = ("\t".join(f"{x:.9g}" for x in row) for row in vectors.tolist())
    return {
        path: ("\n".join(rows) + "\n").encode(),
        labels: ("\n".join(words) + "\n").encode(),
        path.with_name(f"{path.stem}-config.json"): json.dumps(
            {"embeddings": [names]}, indent=1
        ).encode(),
        path.with_name(TENSORBOARD): _for_tensorboard(path.stem, path.name, labels.name),
    }


def _for_tensorboard(*names):
    """The line of TensorBoard's config that names a tensor and its two files."""
    quoted = [json.dumps(name, ensure_ascii=False) for name in names]
    line = "embeddings {{ tensor_name: {} tensor_path: {} metadata_path: {} }}\n"
    return line.format(*quoted).encode()


def _with_others(before, ours):
    """A config of TensorBoard with a line added, unless it is there already."""
    lines = [line + b"\n" for line in before.splitlines()]
    return b"".join([*(line for line in lines if line != ours), ours])


WRITERS = {"txt": _write_text, "bin": _write_bin, "npz": _write_npz, "tsv": _write_tsv}


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """The bytes of a file, unpacked if it is a gzip file, and the file itself."""
    with open(path, "rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        if packed:
            with gzip.open(file) as unpacked:
                yield io.BufferedReader(_Bounded(unpacked), 1 << 20), file
        else:
            yield file, file


class _Bounded(io.RawIOBase):
    """What a gzip file unpacks to, refused beyond MOST_UNPACKED."""

    def __init__(self, file: gzip.GzipFile):
        self.file, self.taken = file, 0

    def readable(self) -> bool:
        """True; `io.BufferedReader` requires it."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer; UserError beyond the bound."""
        piece = self.file.read(len(buffer))
        self.taken += len(piece)
        if self.taken > MOST_UNPACKED:
            raise UserError(f"The file unpacks to more than {MOST_UNPACKED / 1e9:g} GB.")
        buffer[: len(piece)] = piece
        return len(piece)


def _read_stream(file: BinaryIO, path: Path) -> Iterator[WordVectors | None]:
    """Yields None whenever some more is read, then the vectors."""
    first = file.readline(LONGEST_LINE)
    head = first.split()
    if len(head) == 2 and all(part.isdigit() and len(part) < 12 for part in head):
        count, dim = int(head[0]), int(head[1])
        _check_shape(count, dim, path.name)
        start = file.read(1 << 16)
        rest = _Joined(start, file)
        if _is_binary(start, dim):
            yield from _read_binary(rest, count, dim, path.name)
        else:
            yield from _read_text(rest.lines(), count, dim, path.name)
        return
    if len(head) < 2:
        raise UserError(f"{path.name} holds no vectors: its first line has no word and numbers.")
    rest = _Joined(first, file)
    yield from _read_text(rest.lines(), None, len(first.rstrip().split(b" ")) - 1, path.name)


class _Joined:
    """Bytes that were already read to recognize the format, followed by the rest of the file."""

    def __init__(self, start: bytes, file: BinaryIO):
        self.start, self.file = start, file

    def lines(self) -> Iterator[bytes]:
        """The lines, each at most LONGEST_LINE bytes long."""
        pieces = self.start.split(b"\n")
        yield from pieces[:-1]
        if last := pieces[-1] + self.file.readline(LONGEST_LINE):
            yield last
        while line := self.file.readline(LONGEST_LINE):
            yield line

    def read(self, size: int) -> bytes:
        """The next bytes, fewer at the end of the file."""
        if not self.start:
            return self.file.read(size)
        piece, self.start = self.start[:size], self.start[size:]
        return piece + self.file.read(size - len(piece)) if len(piece) < size else piece


def _is_binary(start: bytes, dim: int) -> bool:
    """True if the numbers of the first word, which may hold spaces, are not written as text."""
    line, whole, _ = start.partition(b"\n")
    numbers = line.split()[1:]
    some = numbers[-dim:] if whole else numbers[len(numbers) // 2 : -1]
    try:
        return not [float(number) for number in some]
    except ValueError:
        return True


def _read_binary(rest: _Joined, count: int, dim: int, name: str) -> Iterator[WordVectors | None]:
    words, vectors = [], np.empty((count, dim), np.float32)
    held, at = b"", 0
    for k in range(count):
        while (end := held.find(b" ", at)) < 0 or len(held) < end + 1 + 4 * dim:
            piece = rest.read(1 << 20)
            if not piece:
                raise UserError(f"{name} ends after {k:,} of the {count:,} words it declares.")
            if end < 0 and len(held) - at > LONGEST_LINE:
                raise UserError(f"{name} is not a file of vectors: word {k + 1:,} has no end.")
            held, at = held[at:] + piece, 0
        words.append(held[at:end].lstrip(b"\n").decode("utf8", "replace"))
        vectors[k] = np.frombuffer(held, "<f4", dim, end + 1)
        at = end + 1 + 4 * dim
        if k % ROWS == 0:
            yield None
    yield WordVectors(tuple(words), vectors)


def _read_text(
    lines: Iterator[bytes], count: int | None, dim: int, name: str
) -> Iterator[WordVectors | None]:
    _check_shape(count or 0, dim, name)
    words: list[str] = []
    blocks, number = [], 1 if count is None else 2
    while rows := list(itertools.islice(lines, ROWS)):
        found = [_row(line, dim, number + k, name) for k, line in enumerate(rows) if line.strip()]
        number += len(rows)
        words += [word for word, _ in found]
        blocks.append(np.array([row for _, row in found], np.float32).reshape(-1, dim))
        _check_shape(len(words), dim, name)
        yield None
    vectors = np.concatenate(blocks) if blocks else np.empty((0, dim), np.float32)
    if count is not None and len(words) != count:
        raise UserError(
            f"{name} declares {count:,} words on its first line but holds {len(words):,}."
        )
    yield WordVectors(tuple(words), vectors)


def _row(line: bytes, dim: int, number: int, name: str) -> tuple[str, NDArray]:
    """A word, which may hold spaces, and its numbers."""
    parts = line.rstrip().rsplit(b" ", dim)
    try:
        if len(parts) != dim + 1:
            raise ValueError
        with np.errstate(over="ignore"):
            return parts[0].decode("utf8", "replace"), np.array(parts[1:], dtype=np.float32)
    except ValueError:
        raise UserError(
            f"Line {number:,} of {name} should hold a word and {dim:,} numbers."
        ) from None


def _read_npz(path: Path) -> WordVectors:
    with zipfile.ZipFile(path) as members:
        unpacked = sum(member.file_size for member in members.infolist())
    if unpacked > 8 * MOST_NUMBERS:
        raise UserError(f"{path.name} unpacks to more than {8 * MOST_NUMBERS / 1e9:g} GB.")
    try:
        with np.load(path, allow_pickle=False) as held:
            words, vectors = held["words"], held["vectors"]
    except KeyError as error:
        raise UserError(f"{path.name} needs two arrays, `words` and `vectors`.") from error
    except BROKEN as error:
        raise UserError(
            f"{path.name} holds objects or broken arrays; nothing was loaded."
        ) from error
    if words.dtype.kind != "U" or words.ndim != 1:
        raise UserError(f"`words` of {path.name} should be a list of texts.")
    if vectors.dtype.kind not in "fiu" or vectors.ndim != 2 or len(vectors) != len(words):
        raise UserError(f"`vectors` of {path.name} should hold one row of numbers for each word.")
    _check_shape(len(vectors), vectors.shape[1], path.name)
    return WordVectors(tuple(words.tolist()), vectors.astype(np.float32))


def _read_tsv(path: Path) -> WordVectors:
    labels = next(
        (
            p
            for p in (path.with_name(f"{path.stem}-metadata.tsv"), path.with_name("metadata.tsv"))
            if p.exists() and p != path
        ),
        None,
    )
    if labels is None:
        raise UserError(f"{path.name} needs a file metadata.tsv with its words next to it.")
    rows, dim = [], 0
    with open(path, "rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), 1):
            try:
                row = np.array(line.split(b"\t"), np.float32)
            except ValueError:
                raise UserError(
                    f"Line {number:,} of {path.name} is not a row of numbers."
                ) from None
            dim = dim or len(row)
            if len(row) != dim:
                raise UserError(f"Line {number:,} of {path.name} should hold {dim:,} numbers.")
            rows.append(row)
            _check_shape(len(rows), dim, path.name)
    lines = labels.read_text(encoding="utf8", errors="replace").splitlines()
    if len(lines) == len(rows) + 1 and "\t" in lines[0]:
        lines = lines[1:]  # with several columns, the first line has their names
    words = tuple(line.split("\t")[0] for line in lines)
    if len(words) != len(rows):
        raise UserError(
            f"{path.name} has {len(rows):,} rows, {labels.name} has {len(words):,} words."
        )
    return WordVectors(words, np.array(rows, np.float32).reshape(len(rows), dim))


def _check_shape(count: int, dim: int, name: str) -> None:
    if not 1 <= dim <= MOST_DIMENSIONS:
        raise UserError(
            f"{name} has vectors of {dim:,} numbers; 1 to {MOST_DIMENSIONS:,} are read."
        )
    if count * dim > MOST_NUMBERS:
        raise UserError(
            f"{name} holds {count:,} x {dim:,} numbers; up to {MOST_NUMBERS:,} are read."
        )


def _checked(found: WordVectors, name: str) -> WordVectors:
    """Refuse vectors that are not finite, and keep the first of repeated words."""
    if not found.words:
        raise UserError(f"{name} holds no words.")
    bad = np.flatnonzero(~np.isfinite(found.vectors).all(1))
    if len(bad):
        raise UserError(
            f"The vector of {found.words[bad[0]]!r} in {name} is not finite, like {len(bad):,} of "
            f"the {len(found.words):,} vectors."
        )
    first = {word: k for k, word in reversed(list(enumerate(found.words)))}
    if len(first) == len(found.words):
        return found
    rows = sorted(first.values())
    note = (
        f"{len(found.words) - len(rows):,} repeated words were left out; the first vector counts."
    )
    words = tuple(found.words[k] for k in rows)
    return WordVectors(words, found.vectors[rows], (*found.notes, note))
