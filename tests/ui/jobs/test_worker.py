"""What a worker does by itself."""

import io
import pickle
import struct
import subprocess
import sys
import time
from contextlib import contextmanager

from ui.jobs import broker

TELL = """['numpy' in __import__('sys').modules]"""


@contextmanager
def worker(patience):
    """Asks a worker whether it has imported NumPy."""
    code = (
        "import sys; from ui.jobs import worker; "
        f"worker.PATIENCE, sys.argv = {patience}, ['', '0']; worker.main()"
    )
    one = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=broker.ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )

    def ask(number):
        for part in ("run", number), ("builtins:eval", (TELL,)):
            one.stdin.write(pickle.dumps(part))
        one.stdin.flush()
        (_, kind, imported), end = (_answer(one.stdout) for _ in range(2))
        assert (kind, end) == ("news", (number, "done", None))
        return imported

    with one:
        yield ask
        one.stdin.close()


def test_a_worker_imports_nothing_as_long_as_it_has_something_to_do():
    with worker(600.0) as ask:  # who waits behind the first job is not charged for the imports
        assert [ask(number) for number in range(3)] == [False] * 3


def test_a_worker_imports_what_jobs_need_when_it_has_nothing_to_do():
    with worker(0.1) as ask:
        for number in range(100):
            time.sleep(0.3)
            if ask(number):
                return
    raise AssertionError("it has imported nothing")


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
