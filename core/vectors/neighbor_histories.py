"""How neighbors change during a training: ranks of words, and when each word settled."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.training_loop import Progress
from core.vectors import neighbors_and_clusters
from core.vectors.neighbors_and_clusters import unit

POOL = 5_000  # neighbors are chosen from so many words, the most frequent ones
EACH = 150  # words that are examined, spread over the ranks of frequency
SHARE = 0.7  # a word has settled when it keeps this share of its neighbors at the end


@dataclass(frozen=True)
class Frames:
    """The vectors of all words at several moments of a training, as an argument of a task.

    Two are equal if their names are equal, so the numbers are not compared.
    """

    name: Hashable
    words: tuple[str, ...] = field(compare=False, repr=False)
    epochs: tuple[float, ...] = field(compare=False, repr=False)
    vectors: tuple[NDArray[np.float32], ...] = field(compare=False, repr=False)  # (n, d) each


@dataclass(frozen=True, eq=False)
class Ranks:
    """The nearest words at the end of a training, and the rank of each at every moment."""

    words: tuple[str, ...]  # k, nearest first
    epochs: tuple[float, ...]  # F
    ranks: NDArray[np.intp]  # (F, k); 1: the nearest
    similarity: NDArray[np.float64]  # (F, k) cosine
    since: tuple[float, ...]  # k: the epoch since which each is among the k nearest


@dataclass(frozen=True, eq=False)
class Settled:
    """When the neighbors of some words settled."""

    rows: NDArray[np.intp]  # (m,) words, the most frequent first
    epochs: NDArray[np.float64]  # (m,)
    k: int


def ranks(
    frames: Frames,
    plus: tuple[int, ...],
    minus: tuple[int, ...] = (),
    k: int = 10,
    keep_inputs: bool = False,
) -> Iterator[Progress | Ranks]:
    """Follow the k words that are nearest at the end to a word, or to a - b + c of unit vectors.

    plus, minus: numbers of the words whose unit vectors are added and subtracted; they cannot be
    answers unless keep_inputs. Yields Progress for each moment, and Ranks last.
    """
    out = [] if keep_inputs else [*plus, *minus]
    k = min(k, len(frames.words) - len(set(out)))
    cosines = []
    for f, vectors in enumerate(frames.vectors):
        directions = unit(vectors)
        wanted = directions[list(plus)].sum(0) - directions[list(minus)].sum(0)
        cosine = directions @ unit(wanted)
        cosine[out] = -np.inf
        cosines.append(cosine)
        yield Progress((f + 1) / len(frames.vectors))
    last = np.argsort(-cosines[-1], kind="stable")[:k]
    rank = np.array([[1 + np.count_nonzero(c > c[n]) for n in last] for c in cosines])
    since = _since(rank <= k)
    yield Ranks(
        tuple(frames.words[n] for n in last),
        frames.epochs,
        rank,
        np.array([c[last] for c in cosines], float),
        tuple(frames.epochs[f] for f in since),
    )


def settled(frames: Frames, k: int = 10) -> Iterator[Progress | Settled]:
    """When words settled: the first moment since which at least SHARE of the k nearest words at the
    end have always been among the k nearest.

    Computed for EACH words, evenly spaced in the logarithm of the rank of frequency, among the POOL
    most frequent ones. Yields Progress for each moment, and Settled last.
    """
    n = min(POOL, len(frames.words))
    k, rows = min(k, n - 1), np.unique(np.geomspace(1, n, min(EACH, n)).astype(int)) - 1
    last, _ = neighbors_and_clusters.neighbors(frames.vectors[-1][:n], rows, k)
    kept = []
    for f, vectors in enumerate(frames.vectors):
        near, _ = neighbors_and_clusters.neighbors(vectors[:n], rows, k)
        kept.append(
            [len(set(a) & set(b)) for a, b in zip(near.tolist(), last.tolist(), strict=True)]
        )
        yield Progress((f + 1) / len(frames.vectors))
    since = _since(np.array(kept) >= SHARE * k - 1e-9)
    yield Settled(rows, np.array(frames.epochs)[since], k)


def _since(holds: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The first moment since which each column holds to the end; the last moment counts always."""
    unbroken = np.logical_and.accumulate(holds[::-1])[::-1]
    unbroken[-1] = True
    return unbroken.argmax(0)


@dataclass(frozen=True)
class Order:
    """Do frequent words settle first? Spearman's correlation of count and epoch."""

    spearman: float  # negative: frequent words settle first; nan if all are equal
    p_value: float
    often: float  # median epoch of the more frequent half of the words
    seldom: float  # of the other half


def by_frequency(found: Settled, counts: NDArray) -> Order:
    """Correlate the epoch at which words settled with how often they occur. counts: (m,) of the
    same words.
    """
    half = np.asarray(counts) >= np.median(counts)
    often, seldom = found.epochs[half], found.epochs[~half]
    medians = [float(np.median(part)) if len(part) else np.nan for part in (often, seldom)]
    if np.ptp(counts) == 0 or np.ptp(found.epochs) == 0:
        return Order(np.nan, np.nan, *medians)
    from scipy.stats import spearmanr  # a second that pages need not wait for

    told = spearmanr(counts, found.epochs)
    return Order(float(told.statistic), float(told.pvalue), *medians)
