"""The loop of every training, of word vectors and of networks: learning rate schedules, snapshots
and progress.
"""

import math
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

SCHEDULES = {  # share of the work done -> factor of the learning rate
    "linear": lambda done: 1 - done,
    "constant": lambda done: 1.0,
    "halved": lambda done: 1.0 if done < 0.5 else 0.5,
    # math.cos: a NumPy float64 would turn a float32 training into float64
    "cosine": lambda done: (1 + math.cos(math.pi * done)) / 2,
}
Taken = TypeVar("Taken")
Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class Progress:
    """How far a long computation is; intermediate results, such as snapshots, derive from it."""

    done: float  # share of the work, 0 to 1


def finished(steps: Generator[Any, None, Result]) -> Result:
    """Run a generator to its end, whatever it yields; returns what it returns."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def snapshots(
    steps: Iterable[tuple[float, int]],
    times: NDArray | list[float],
    take: Callable[[float], Taken],
    tick: float,
) -> Iterator[Taken | Progress]:
    """Follow a training: yields `take(done)` at each of the times, and Progress whenever `tick`
    units of work have passed without one.

    steps: yields the share of the work done, 0 to 1, and its amount, before the first step and
    after each one. times: shares at which to take a snapshot, ascending; the last one is 1.
    """
    due, told = 0, 0
    for done, work in steps:
        if done >= times[due] - 1e-9:
            yield take(done)
            due, told = int(np.searchsorted(times, done + 1e-9)), work
        elif work - told >= tick:
            yield Progress(done)
            told = work
