"""The loop of every training, of word vectors and of networks: schedules, snapshots, signs of
life.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

SCHEDULES = {  # share of the work done -> what multiplies the learning rate
    "linear": lambda done: 1 - done,
    "constant": lambda done: 1.0,
    "halved": lambda done: 1.0 if done < 0.5 else 0.5,
    # math's: NumPy's numbers would turn a float32 training into float64
    "cosine": lambda done: (1 + math.cos(math.pi * done)) / 2,
}
Taken = TypeVar("Taken")


@dataclass(frozen=True, eq=False)
class Progress:
    """A sign of life of a long computation, which yields them now and then; results that come on
    the way, such as snapshots, derive from it.
    """

    done: float  # share of the work, 0 to 1


def snapshots(
    steps: Iterable[tuple[float, int]],
    times: NDArray | list[float],
    take: Callable[[float], Taken],
    tick: float,
) -> Iterator[Taken | Progress]:
    """Follow a training: yields `take(done)` at each of the times, and Progress where more than
    `tick` work lies between.

    steps: yields the share of the work done, 0 to 1, and the amount of it, before the first step
    and after each; what it computes must be ready by then. times: shares at which to take a
    snapshot, ascending, the last one 1.
    """
    due, told = 0, 0
    for done, work in steps:
        if done >= times[due] - 1e-9:
            yield take(done)
            due, told = int(np.searchsorted(times, done + 1e-9)), work
        elif work - told >= tick:
            yield Progress(done)
            told = work
