"""The server's side of one worker: its process, and what is sent to it and heard from it."""

import hashlib
import io
import os
import pickle
import queue
import struct
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from weakref import WeakValueDictionary

ROOT = Path(__file__).parents[2]
BESIDE = 100  # bytes that an item takes beside those of its message, as a small object of Python
LARGE = 4_096  # bytes of an item that is worth looking for among those that have come before
# Of what workers have said and somebody keeps. All runs on one text yield the same Facts of it,
# whose words take five times their pickled size
_known: WeakValueDictionary = WeakValueDictionary()


class Worker:
    """A process, and the thread that hears it."""

    def __init__(self, heard, gone, most=0):
        self.job, self.spoke, self.heard_at = None, False, time.monotonic()
        self.pausing, self.charged_at = False, time.monotonic()
        self.orders = queue.SimpleQueue()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ui.jobs.worker", str(most)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )
        threading.Thread(target=self._listen, args=(heard, gone), daemon=True).start()
        threading.Thread(target=self._tell, daemon=True).start()

    def send(self, *orders):
        """Send pickled orders, without waiting for a worker that is slow to read them."""
        self.orders.put(b"".join(orders))

    def _tell(self):
        # An order to a worker that has just died is lost; the other thread hears of the death
        try:
            while order := self.orders.get():
                self.process.stdin.write(order)
                self.process.stdin.flush()
        except OSError:
            pass

    def _listen(self, heard, gone):
        source = self.process.stdout
        while len(head := source.read(8)) == 8:
            (size,) = struct.unpack("<Q", head)
            if len(content := source.read(size)) < size:
                break
            self.heard_at = time.monotonic()
            if content:  # else it only lives
                heard(self, *message(content), len(content) + BESIDE)
        self.orders.put(b"")
        gone(self)


def message(content):
    """The number of a task, the kind of its answer, and the item; of large items that are equal,
    the same one.
    """
    source = io.BytesIO(content)
    number, kind = pickle.load(source)
    pickled = memoryview(content)[source.tell() :]
    if len(pickled) < LARGE:
        return number, kind, pickle.loads(pickled)
    digest = hashlib.sha256(pickled).digest()
    item = _known.get(digest)
    if item is None:
        item = pickle.loads(pickled)
        with suppress(TypeError):  # a list, say, cannot be found again
            _known[digest] = item
    return number, kind, item
