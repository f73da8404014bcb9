"""Small tasks for the job layer; worker processes import this module, so it imports neither
streamlit nor pytest.
"""

import os
import signal
import time

from core.errors import UserError


def note(log, word):
    """Append a line to a log that the test reads: one write, so that lines of several processes do
    not mix.
    """
    with open(log, "a", encoding="utf8") as file:
        file.write(f"{word} {os.getpid()}\n")


def count(log, label, until, pause=0.0):
    """Yield 0, 1, ... below `until`; the log tells when it starts and how it ends."""
    note(log, f"start {label}")
    end = "stop"
    try:
        for k in range(until):
            yield k
            time.sleep(pause)
        end = "end"
    finally:
        note(log, f"{end} {label}")


def bytes_of(label, size, pieces=1):
    """Yield arrays of bytes."""
    for _ in range(pieces):
        yield bytes(size)


def length(content):
    """Yield how long its argument is."""
    yield len(content)


def dies(log, label, times):
    """Yield two items, and die between them the first few times."""
    with open(log, "a+", encoding="utf8") as file:
        file.seek(0)
        before = file.read().count(f"start {label} ")
    note(log, f"start {label}")
    yield "before"
    if before < times:
        os.kill(os.getpid(), signal.SIGKILL)
    yield "after"


def refuses(after=0):
    """A mistake of the user, found after some items."""
    yield from range(after)
    raise UserError("The text is too short.")


def fails():
    """A mistake of the program."""
    yield 1
    raise KeyError("no such thing")


def runs_out():
    """More than there is."""
    yield 1
    raise MemoryError


def unpicklable():
    """An item that cannot travel."""
    yield 1
    yield lambda: None


def loud():
    """Prints, as a library may; the answers must not suffer."""
    print("a stray print", flush=True)
    os.write(1, b"a stray write\n")
    yield "heard"


def process():
    """Yield the number of the process, and what it has imported."""
    import sys

    yield os.getpid(), {"streamlit", "altair", "pandas"} & set(sys.modules)
