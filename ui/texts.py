"""Texts that visitors bring: kept as files in a temporary folder while the server runs, named by their content."""
import atexit
import hashlib
import re
import tempfile
import threading
from pathlib import Path

from core import reading

KEPT_BYTES = 200_000_000
_lock = threading.Lock()
_folder = None


def folder():
    """The folder of this server, made at the first call and removed when the server ends."""
    global _folder
    with _lock:
        if _folder is None:
            _folder = tempfile.TemporaryDirectory(prefix="word2vec-lab-")
            atexit.register(_folder.cleanup)
        return Path(_folder.name)


def keep(name, data):
    """Keep a text and return its identity, such as `own-1f00a3-notes`; UserError if it cannot be read as text.

    The oldest texts go when all together exceed KEPT_BYTES.
    """
    reading.read_text(name, data)
    path = Path(name)
    stem = re.sub(r"[^\w-]+", "-", path.stem)[:30]
    identity = f"own-{hashlib.sha256(data).hexdigest()[:10]}-{stem}"
    suffix = path.suffix if path.suffix in (".csv", ".tsv") else ".txt"
    (folder() / (identity + suffix)).write_bytes(data)
    _drop_oldest()
    return identity


def path_of(identity):
    """The file of a kept text, or None."""
    return next((path for path in folder().iterdir() if path.stem == identity), None)


def _drop_oldest():
    files = sorted(folder().iterdir(), key=lambda path: path.stat().st_mtime)
    total = sum(path.stat().st_size for path in files)
    for path in files[:-1]:
        if total > KEPT_BYTES:
            total -= path.stat().st_size
            path.unlink(missing_ok=True)
