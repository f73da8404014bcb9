"""What a worker does by itself."""

import io
import pickle
import struct
import subprocess
import sys

from ui.jobs import broker

TELL = """['numpy' in __import__('sys').modules]"""


def test_a_worker_imports_nothing_before_it_has_something_to_do():
    code = (
        "import sys; from ui.jobs import worker; "
        "worker.PATIENCE, sys.argv = 600.0, ['', '0']; worker.main()"
    )
    orders = [(("run", number), ("builtins:eval", (TELL,))) for number in (1, 2)]
    worker = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=broker.ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with worker:
        for order in orders:
            worker.stdin.write(b"".join(map(pickle.dumps, order)))
        worker.stdin.flush()
        said = [_answer(worker.stdout) for _ in range(4)]
        worker.stdin.close()
    assert said == [(1, "news", False), (1, "done", None), (2, "news", True), (2, "done", None)]


def _answer(source):
    """The next answer that is no sign of life."""
    size = 0
    while not size:
        (size,) = struct.unpack("<Q", source.read(8))
    content = io.BytesIO(source.read(size))
    return *pickle.load(content), pickle.load(content)
