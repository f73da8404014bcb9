"""Small tasks for the job layer, and what its tests read of them; worker processes import this
module, so it imports neither streamlit nor pytest.
"""

import os
import signal
import time

from core.errors import UserError
from core.training_loop import Progress


def note(log, word):
    """Append a line to a log that the test reads, in one write: lines of several processes must not
    mix.
    """
    with open(log, "a", encoding="utf8") as file:
        file.write(f"{word} {os.getpid()}\n")


def lines(log):
    """What was noted, without the processes."""
    return [line.rpartition(" ")[0] for line in log.read_text(encoding="utf8").splitlines()]


def wait(until, seconds=60.0):
    """Wait until a condition holds; AssertionError if it does not in time."""
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def count(log, label, until, pause=0.0):
    """Yield 0, 1, ... below `until`; start and end are written to the log."""
    note(log, f"start {label}")
    end = "stop"
    try:
        for k in range(until):
            yield k
            time.sleep(pause)
        end = "end"
    finally:
        note(log, f"{end} {label}")


def last_word(flag):
    """Yield that all is done, then a word as soon as a file is there."""
    yield Progress(1.0)
    while not os.path.exists(flag):
        time.sleep(0.01)
    yield "the last word"


def bytes_of(label, size, pieces=1):
    """Yield arrays of bytes."""
    for _ in range(pieces):
        yield bytes(size)


def length(content):
    """Yield the length of the argument."""
    yield len(content)


def dies(log, label, times):
    """Yield two items; the process kills itself between them the first few times."""
    with open(log, "a+", encoding="utf8") as file:
        file.seek(0)
        before = file.read().count(f"start {label} ")
    note(log, f"start {label}")
    yield "before"
    if before < times:
        os.kill(os.getpid(), signal.SIGKILL)
    yield "after"


def refuses(after=0):
    """Raise a UserError after some items."""
    yield from range(after)
    raise UserError("The text is too short.")


def fails():
    """Raise an error as a bug of the program would."""
    yield 1
    raise KeyError("no such thing")


def runs_out():
    """Raise MemoryError after an item."""
    yield 1
    raise MemoryError


def unpicklable():
    """Yield an item that cannot be pickled."""
    yield 1
    yield lambda: None


def loud():
    """Print, as a library may do; the items must still arrive."""
    print("a stray print", flush=True)
    os.write(1, b"a stray write\n")
    yield "heard"


def process():
    """Yield the id of the process, and the modules it has imported."""
    import sys

    yield os.getpid(), {"streamlit", "altair", "pandas"} & set(sys.modules)


def stubborn(seconds):
    """Computes for so long without a chance to give up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(0.05)
    yield "done"


def takes(size):
    """Takes so many bytes of memory."""
    yield len(bytearray(size))
