"""Why negative sampling is cheaper than softmax: time and multiplications for one pair, by the size
of the vocabulary.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.training_loop import Progress
from core.word2vec import losses

SIZES = (100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)
# Each size is timed this many times; the shortest time is reported, as other work only adds time
ROUNDS = 12
SLICE = 0.02  # seconds per round: thousands of pairs for a small vocabulary


@dataclass(frozen=True)
class Cost:
    """The cost of the loss and both gradients of one pair."""

    vocabulary: int
    loss: str
    microseconds: float
    multiplications: int


def multiplications(loss: str, words: int, dim: int, K: int) -> int:
    """Multiplications of vector entries for one pair.

    The scores, dJ/dv_c and dJ/dU take one each for every entry of the rows of U that are used.
    """
    return 3 * dim * (words if loss == "softmax" else 1 + K)


def softmax_pair(
    v_c: NDArray, o: int, negatives: NDArray, U: NDArray
) -> tuple[float, dict[str, NDArray]]:
    """Loss and gradients of one pair by softmax, which uses all rows of U."""
    return losses.naive_softmax(v_c, o, U)


def sampled_pair(
    v_c: NDArray, o: int, negatives: NDArray, U: NDArray
) -> tuple[float, dict[str, NDArray]]:
    """Loss and gradients of one pair by negative sampling, which uses at most 1 + K rows of U."""
    rows, place = np.unique(np.append(negatives, o), return_inverse=True)
    loss, gradient = losses.negative_sampling(v_c, place[-1], place[:-1], U[rows])
    return loss, {"v_c": gradient["v_c"], "U": gradient["U"], "rows": rows}


PAIRS = {"softmax": softmax_pair, "negative sampling": sampled_pair}


def measure(dim: int, K: int, number: int = 0) -> Iterator[Progress | Cost]:
    """Measure both losses for every size of vocabulary; yields Progress, and a Cost for each size
    and loss.

    dim: entries of a vector; K: negatives; number: of the measurement, which makes a repeated one a
    new task. A round takes SLICE seconds or one pair, so a measurement can be canceled quickly.
    """
    rng = np.random.default_rng(0)
    U = rng.normal(size=(SIZES[-1], dim))
    v_c, steps, total = rng.normal(size=dim), 0, len(SIZES) * len(PAIRS) * ROUNDS
    for words in SIZES:
        o, negatives = int(rng.integers(words)), rng.integers(0, words, K)
        for loss, pair in PAIRS.items():
            best = np.inf
            for _ in range(ROUNDS):
                best, steps = min(best, _seconds(pair, v_c, o, negatives, U[:words])), steps + 1
                yield Progress(steps / total)
            yield Cost(words, loss, 1e6 * best, multiplications(loss, words, dim, K))


def _seconds(pair, *arguments):
    """The shortest time of one call, of as many as fit into SLICE seconds."""
    best, begun = np.inf, time.perf_counter()
    while time.perf_counter() - begun < SLICE:
        before = time.perf_counter()
        pair(*arguments)
        best = min(best, time.perf_counter() - before)
    return best
