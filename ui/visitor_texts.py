"""Texts that visitors bring: kept as files in a temporary folder while the server runs, named by
their content.
"""

import atexit
import hashlib
import re
import tempfile
import threading
from pathlib import Path

from core.reading import reader

KEPT_BYTES = 200_000_000
_lock = threading.RLock()  # keep() holds it while it drops the oldest
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
    """Keep a text; returns its identity, such as `own-notes-1f00a3`, and notes on how it was read.
    UserError if it is no text.

    Who brings the same text again finds the same file, and so what was computed of it. The oldest
    texts go when all together exceed KEPT_BYTES.
    """
    notes = reader.read(name, data, most=reader.UPLOAD_BYTES).notes
    path = Path(name)
    suffix = path.suffix.lower() if path.suffix.lower() in (".csv", ".tsv") else ".txt"
    stem = re.sub(r"[^\w-]+", "-", path.stem)[:30]
    identity = f"own-{stem}-{hashlib.sha256(suffix.encode() + data).hexdigest()[:10]}"
    file = folder() / (identity + suffix)
    with _lock:
        if not file.exists():
            file.write_bytes(data)
            _drop_oldest()
    return identity, notes


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
