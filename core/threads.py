"""Threads: a pool of two for NumPy work that releases the GIL, and a limit of one BLAS thread while
a task computes. Results do not depend on the number of threads.
"""

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, wraps
from threading import Event, Thread
from typing import TypeVar

import numpy as np
from threadpoolctl import ThreadpoolController

THREADS = 2  # cores of a small machine
# Environment variable, set in the processes of a pool: each core has a process already
ALONE = "WORD2VEC_LAB_ONE_THREAD"
Piece = TypeVar("Piece")
Result = TypeVar("Result")


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS)


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


def side_by_side(function: Callable[[Piece], Result], pieces: Iterable[Piece]) -> Iterator[Result]:
    """Yield function(piece) for each piece, in the order of the pieces, computed in two threads."""
    return map(function, pieces) if os.environ.get(ALONE) else _pool().map(function, pieces)


@contextmanager
def every_second(call: Callable[[], object]) -> Iterator[None]:
    """A context in which another thread calls a function about once a second, and once more at the
    end.
    """
    ended = Event()

    def repeat():
        while not ended.wait(1):
            call()

    thread = Thread(target=repeat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        call()


def one_thread(task: Callable[..., Generator]) -> Callable[..., Generator]:
    """Make a task, which is a generator function, compute with one BLAS thread.

    The number of threads changes the order of additions, and with it the last bits of a result. The
    limit, and NumPy's handling of floating-point errors, hold only while the task computes, not
    while it waits for its consumer. So tasks may alternate, or stop in the middle.
    """

    @wraps(task)
    def steps(*arguments, **options):
        errors, items = np.geterr(), task(*arguments, **options)
        try:
            while True:
                outside = np.geterr()
                with _controller().limit(limits=1):
                    np.seterr(**errors)
                    try:
                        item = next(items)
                    except StopIteration as end:
                        return end.value
                    finally:
                        errors = np.geterr()
                        np.seterr(**outside)
                yield item
        finally:
            items.close()

    return steps
