"""Texts that visitors bring: kept as files in a temporary folder while the server runs, named by
their content.
"""

import atexit
import hashlib
import io
import os
import re
import shutil
import tempfile
import threading
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

from core import files
from core.errors import UserError
from core.reading import reader
from ui.jobs.broker import broker

KEPT_BYTES = 1_000_000_000  # on the disk
SHARE = reader.MAX_BYTES  # bytes kept of one visitor: one of the largest texts
VECTOR_BYTES = 190_000_000
IN_USE = 1800  # seconds since a page last asked for a text: until then others do not push it out


@dataclass(frozen=True)
class Kind:
    """What visitors may bring."""

    said: str
    prefix: str  # of its identities and files
    endings: tuple[str, ...]  # that are kept; the last one stands for all others
    most: int  # bytes
    look: str  # the task that reads it


TEXT = Kind("text", "own", (".csv", ".tsv", ".txt"), reader.MAX_BYTES, "core.background_tasks:look")
VECTORS = Kind(
    "vector file", "vectors", (".npz", ".txt"), VECTOR_BYTES, "core.vectors.vector_files:load"
)
KINDS = {kind.prefix: kind for kind in (TEXT, VECTORS)}
_lock = threading.RLock()
_folder = None
_owners: dict[str, set[str]] = {}  # name of a file -> visitors who brought it
_asked: dict[str, float] = {}  # name of a file -> when a page last asked for it


def folder():
    """The folder of this server, made at the first call and removed when the server ends; made
    again if something that clears old temporary files has removed it.
    """
    global _folder
    with _lock:
        if _folder is None:
            _folder = tempfile.TemporaryDirectory(prefix=files.begins(str(os.getpid())))
            atexit.register(remove)
        path = Path(_folder.name)
        path.mkdir(mode=0o700, exist_ok=True)
        return path


def remove():
    """Remove the folder, if there is one, with all that visitors have brought."""
    if _folder:
        shutil.rmtree(_folder.name, ignore_errors=True)


def keep(name, data, owner="", kind=TEXT):
    """Keep a text, or another kind of file; returns its identity, such as `own-notes-1f00a3`, and
    notes on how it was read. UserError if it cannot be read, or there is no room for it.

    Who brings the same content again, under any name, finds the same file, and so what was computed
    of it. A visitor's oldest texts are dropped when they exceed SHARE; texts of others are dropped
    when all exceed KEPT_BYTES and no page has asked for them lately.
    """
    arrived = write(name, data, kind)
    try:
        with broker().watch(*arrived.look) as job:
            notes = job.result()[-1]
    except BaseException:
        drop(arrived)
        raise
    accept(arrived, owner)
    return arrived.identity, notes


@dataclass(frozen=True)
class Arrived:
    """A file that is written, but not read yet."""

    name: str  # as its visitor calls it
    identity: str
    file: Path
    look: tuple[str, str]  # the task that reads it, and its argument


def write(name, data, kind=TEXT):
    """Write what has been brought; then `accept` or `drop` it. UserError if there is no room."""
    if len(data) > kind.most:
        raise UserError(f"The {kind.said} is larger than {kind.most // 1_000_000} MB.")
    path = Path(name)
    suffix = path.suffix.lower() if path.suffix.lower() in kind.endings else kind.endings[-1]
    seen = hashlib.sha256(suffix.encode())
    seen.update(data)
    digest = seen.hexdigest()[:10]
    file = folder() / f"{kind.prefix}-{digest}{suffix}"
    _asked[file.name] = time.monotonic()
    try:
        if not file.exists():
            files.write_whole(file, data)
    except OSError as error:
        raise UserError(f"The {kind.said} cannot be kept: {error.strerror}.") from error
    stem = re.sub(r"[^\w-]+", "-", path.stem.encode("utf8", "ignore").decode("utf8"))[:30]
    return Arrived(name, f"{kind.prefix}-{stem}-{digest}", file, (kind.look, str(file)))


def accept(arrived, owner=""):
    """Keep a file that could be read; UserError if there is no room for it."""
    with _lock:
        _owners.setdefault(arrived.file.name, set()).add(owner)
        _asked[arrived.file.name] = time.monotonic()
        _make_room(owner, arrived.file)


def drop(arrived):
    """Remove a file that could not be read, or is not wanted any more, unless a visitor has it."""
    with _lock:
        if arrived.file.name not in _owners:
            arrived.file.unlink(missing_ok=True)


def one(brought):
    """The name and the bytes of several files as one: an archive of them, in their order."""
    if len(brought) == 1:
        return brought[0]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number, (name, data) in enumerate(brought, 1):
            inside = name.encode("utf8", "ignore").decode("utf8")
            # A fixed date: the same files are the same text
            archive.writestr(zipfile.ZipInfo(f"{number:03} {inside}"), data)
    return brought[0][0] + f" and {len(brought) - 1} more", packed.getvalue()


def path_of(identity):
    """What is kept by this name, or None; asking keeps it from being dropped for a while."""
    kind, digest = KINDS.get(identity.partition("-")[0]), identity.rpartition("-")[2]
    if kind is None or not re.fullmatch(r"[0-9a-f]{10}", digest):
        return None
    for suffix in kind.endings:
        file = folder() / f"{kind.prefix}-{digest}{suffix}"
        if file.exists():
            _asked[file.name] = time.monotonic()
            return file
    return None


def _size(path):
    try:
        return path.stat().st_size
    except OSError:  # just dropped
        return 0


def _make_room(owner, newest):
    """Drop texts until the visitor's share and the bound of all hold; UserError if nothing that may
    be dropped is left.
    """
    kept = sorted(
        (p for p in folder().iterdir() if p != newest and not p.name.startswith(".")),
        key=lambda path: _asked.get(path.name, 0),
    )
    size = {path: _size(path) for path in (*kept, newest)}
    mine = [path for path in kept if _owners.get(path.name) == {owner}]
    own = sum(size[path] for path in mine) + size[newest]
    everything = sum(size.values())
    old = time.monotonic() - IN_USE
    others = [path for path in kept if path not in mine and _asked.get(path.name, 0) < old]
    for path in (*mine, *others):
        if (path in mine and own > SHARE) or everything > KEPT_BYTES:
            own -= size[path] * (path in mine)
            everything -= size[path]
            path.unlink(missing_ok=True)
            _owners.pop(path.name, None)
    if everything > max(KEPT_BYTES, size[newest]):
        newest.unlink(missing_ok=True)
        _owners.pop(newest.name, None)
        raise UserError(
            "There is no room for another file now: others are in use. Try again in half an hour."
        )
