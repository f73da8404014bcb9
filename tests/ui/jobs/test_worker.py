"""What a worker does by itself."""

import io
import pickle
import struct
import subprocess
import sys
from pathlib import Path

from ui.jobs import broker

TELL = """['numpy' in __import__('sys').modules]"""


def test_a_worker_imports_nothing_before_it_has_something_to_do_and_all_before_it_does_it():
    # Who waits behind the first job would be charged for the imports between the two
    code = (
        "import sys; from ui.jobs import worker; "
        "worker.PATIENCE, sys.argv = 600.0, ['', '0']; worker.main()"
    )
    worker = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=broker.ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with worker:
        assert not _heard(worker.stdout)  # it has lived for a while
        assert "numpy" not in Path(f"/proc/{worker.pid}/maps").read_text(encoding="utf8")
        for part in ("run", 1), ("builtins:eval", (TELL,)):
            worker.stdin.write(pickle.dumps(part))
        worker.stdin.flush()
        said = [_answer(worker.stdout) for _ in range(2)]
        worker.stdin.close()
    assert said == [(1, "news", True), (1, "done", None)]


def _heard(source):
    (size,) = struct.unpack("<Q", source.read(8))
    return source.read(size)


def _answer(source):
    """The next answer that is no sign of life."""
    content = b""
    while not content:
        content = _heard(source)
    content = io.BytesIO(content)
    return *pickle.load(content), pickle.load(content)
