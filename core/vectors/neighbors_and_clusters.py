"""Measures of a set of vectors: neighbors, clusters compared with chance, and the share of the
strongest direction.
"""

import itertools
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

EXACT = 20_000  # up to this number of splits into groups, all are tried
TOGETHER = 100  # labelings whose silhouettes are computed at once: some 100 kB for each table
LEVEL = 0.05  # significance level: how often chance alone passes a test


@dataclass(frozen=True)
class ClusterScore:
    """Mean silhouette of labeled vectors, and the same for shuffled labels."""

    score: float  # from -1 to 1; 0: no clusters
    each: np.ndarray  # (n,) silhouette of each vector
    null_mean: float
    null_95: float  # 95% of the shuffled labelings score below this
    p_value: float  # share of labelings, the real one among them, that score at least as high

    @property
    def clear(self) -> bool:
        """True if chance alone reaches this score in at most one case of twenty."""
        return self.p_value <= LEVEL


def unit(vectors: NDArray) -> NDArray:
    """Vectors divided by their lengths; a zero vector stays zero."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(length > 0, length, 1)


def neighbors(vectors: NDArray, rows: NDArray | list[int], k: int) -> tuple[NDArray, NDArray]:
    """The k nearest words by cosine of each of the rows, the word itself excluded.

    vectors: (V, d), rows: (n,). Returns numbers (n, k') and cosines (n, k'), nearest first, with k'
    = min(k, V - 1).
    """
    directions, k = unit(vectors), min(k, len(vectors) - 1)
    cosine = directions[rows] @ directions.T  # (n, V)
    cosine[np.arange(len(rows)), rows] = -np.inf
    near = np.argpartition(-cosine, k - 1, axis=1)[:, :k]
    order = np.argsort(-np.take_along_axis(cosine, near, 1), axis=1, kind="stable")
    near = np.take_along_axis(near, order, 1)
    return near, np.take_along_axis(cosine, near, 1)


def silhouettes(distance: NDArray, labels: NDArray) -> NDArray:
    """Silhouette of each item: (b - a) / max(a, b), 0 for an item alone in its group (Rousseeuw
    1987).

    a is the mean distance to the item's own group, b that to the nearest other group. distance:
    (n, n); labels: (..., n) integers from 0, several labelings at once. Returns (..., n).
    """
    rows = labels.reshape(-1, len(distance))
    return _silhouettes(distance, _Tables(rows)).T.reshape(labels.shape)


class _Tables:
    """What many labelings (rows, n) have in common for all distances."""

    def __init__(self, labels):
        self.own = labels.T[None]
        member = self.own == np.arange(labels.max() + 1)[:, None, None]
        # A table for each group, so that all sums are products of whole matrices
        self.member = member.astype(np.float64)  # (groups, n, rows)
        sizes = member.sum(1, keepdims=True)  # (groups, 1, rows)
        self.own_or_empty, self.sizes = member | (sizes == 0), np.maximum(sizes, 1)
        own_size = np.take_along_axis(sizes, self.own, 0)[0]  # (n, rows)
        self.beside, self.single = np.maximum(own_size - 1, 1), own_size == 1


def _silhouettes(distance, tables):
    """Silhouettes (n, rows)."""
    sums = distance @ tables.member  # (groups, n, rows)
    a = np.take_along_axis(sums, tables.own, 0)[0] / tables.beside
    b = np.where(tables.own_or_empty, np.inf, sums / tables.sizes).min(0)
    largest = np.maximum(a, b)
    alone = tables.single | (largest == 0)
    return np.where(alone, 0.0, (b - a) / np.where(alone, 1, largest))


def splits(sizes: Sequence[int]) -> int:
    """The number of ways to split words into groups of these sizes, regardless of their names."""
    orders = math.factorial(sum(sizes)) // math.prod(map(math.factorial, sizes))
    return orders // math.prod(math.factorial(n) for n in Counter(sizes).values())


def too_few(labels: Sequence[int] | NDArray[np.integer]) -> bool:
    """True if no split of these words can pass the test: even the best has p = 1 / splits."""
    sizes = list(Counter(list(labels)).values())
    return len(sizes) < 2 or splits(sizes) * LEVEL < 1


def enough(labels: Sequence[int] | NDArray[np.integer]) -> list[int]:
    """Sizes of groups that would be enough: the smallest group grows until a split can pass."""
    sizes = sorted(Counter(list(labels)).values())
    sizes += [1] * (2 - len(sizes))
    while splits(sizes) * LEVEL < 1:
        sizes = sorted((sizes[0] + 1, *sizes[1:]))
    return sizes


def shuffled_labels(
    labels: NDArray[np.integer], rng: np.random.Generator, shuffles: int
) -> NDArray[np.integer]:
    """Labelings with the same sizes of groups, the real one first, (labelings, n): each split once
    if there are at most EXACT, else `shuffles` random ones.
    """
    sizes = list(Counter(labels.tolist()).values())
    if splits(sizes) > EXACT:
        drawn = rng.permuted(np.tile(labels, (shuffles, 1)), axis=1)
        return np.concatenate([labels[None], drawn])
    every = _all_splits(len(labels), tuple(sorted(sizes, reverse=True)))
    # The real split comes first and must not be counted twice
    real = _first_seen(labels)
    return np.concatenate([real[None], every[(every != real).any(axis=1)]])


@lru_cache(maxsize=16)  # a page asks for the same with every run of a model; at most 10 MB each
def _all_splits(n, sizes):
    """Each split of n words into groups of these sizes, groups numbered by their first word:
    (splits, n).
    """

    def fill(row, group, left):
        free = np.flatnonzero(row < 0)
        if not len(free):
            yield row
            return
        for size in dict.fromkeys(left):
            rest = list(left)
            rest.remove(size)
            for others in itertools.combinations(free[1:], size - 1):
                further = row.copy()
                further[[free[0], *others]] = group
                yield from fill(further, group + 1, rest)

    return np.array(list(fill(np.full(n, -1), 0, sizes)))


def _first_seen(labels):
    order = list(dict.fromkeys(labels.tolist()))
    return np.array([order.index(label) for label in labels.tolist()])


def distances(vectors: NDArray[np.floating], cosine: bool = True) -> NDArray[np.float64]:
    """Distances between all vectors (n, d), as (n, n): 1 - cosine, or Euclidean."""
    found = (
        1 - unit(vectors) @ unit(vectors).T
        if cosine
        else np.linalg.norm(vectors[:, None] - vectors[None], axis=-1)
    )
    np.fill_diagonal(found, 0)
    return np.maximum(found.astype(np.float64), 0)


def cluster_scores(
    runs: Sequence[NDArray[np.floating]],
    labels: NDArray[np.integer],
    rng: np.random.Generator,
    *,
    cosine: bool = True,
    shuffles: int = 500,
) -> tuple[list[ClusterScore], float]:
    """Mean silhouette of labeled vectors in each run, compared with shuffled labels, and the
    p-value of "some run shows the groups".

    runs: vectors (n, d) each; labels: (n,) integers from 0, at least two different ones. cosine:
    distance 1 - cosine, else Euclidean. shuffles: see `shuffled_labels`. The same labelings are
    used in all runs. The real labeling has a rank among them in each run; its best rank over the
    runs is compared with the best rank of every other labeling. So many runs do not raise the
    chance of a false alarm (Westfall & Young 1993).
    """
    labelings = shuffled_labels(np.asarray(labels), rng, shuffles)
    parts = np.array_split(labelings, -(-len(labelings) // TOGETHER))
    between = [distances(vectors, cosine) for vectors in runs]
    values = np.empty((len(runs), 0))  # (R, labelings)
    real: list[NDArray] = []  # silhouettes (n,) of each run
    for tables in map(_Tables, parts):
        each = [_silhouettes(distance, tables) for distance in between]  # (n, labelings)
        real = real or [one[:, 0].copy() for one in each]
        values = np.hstack([values, [one.mean(0) for one in each]])
    # Share of the labelings that score at least as high; values that differ by rounding are equal
    ranks = np.stack([_at_least(np.round(row, 12)) for row in values])
    scores = [
        ClusterScore(
            float(row[0]),
            one,
            float(row.mean()),
            float(np.quantile(row, 1 - LEVEL)),
            float(rank[0]),
        )
        for one, row, rank in zip(real, values, ranks, strict=True)
    ]
    best = ranks.min(0)
    return scores, float((best <= best[0]).mean())


def _at_least(values):
    """For each value, the share of all values that are at least as large."""
    ordered = np.sort(values)
    return (len(values) - np.searchsorted(ordered, values, side="left")) / len(values)


def cluster_score(
    vectors: NDArray[np.floating],
    labels: NDArray[np.integer],
    rng: np.random.Generator,
    *,
    cosine: bool = True,
    shuffles: int = 500,
) -> ClusterScore:
    """`cluster_scores` of a single run."""
    (score,), _ = cluster_scores([vectors], labels, rng, cosine=cosine, shuffles=shuffles)
    return score


def first_direction(vectors: NDArray) -> float:
    """Share of the sum of squares of vectors (n, d) that lies in the strongest direction: 1 means
    that all vectors are parallel.
    """
    squares = np.linalg.svd(vectors.T @ vectors.astype(np.float64), compute_uv=False)
    return float(squares[0] / squares.sum()) if squares.sum() else 0.0
