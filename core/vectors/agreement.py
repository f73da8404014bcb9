"""Agreement of runs: shared neighbors compared with chance, alignment, and the sources of their
variance.

A run is a matrix of vectors (n, d); row i of every run belongs to the same word.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from core.errors import UserError
from core.threads import side_by_side
from core.vectors.neighbors_and_clusters import unit

SCORES = 640_000  # cosines in memory at once in each thread: they fit into the processor's cache
FOLD = 8  # `nearest` searches n / FOLD maxima first: half the time of a partition of all
# Number of runs from which the 95% interval covers 93 to 97% (benchmarks/README.md), and factor of
# the variance expected from pairs alone above which runs count as different
INTERVAL, DIFFER = 8, 1.25
# The axes of a factorial design: the three streams of randomness
SOURCES = "init", "order", "negatives"


@dataclass(frozen=True)
class Overlap:
    """Share of the k nearest neighbors that two runs have in common (Wendlandt et al. 2018)."""

    mean: float  # over all pairs of runs and all words
    # 95% interval for other seeds on the same words; None with fewer than INTERVAL runs
    low: float | None
    high: float | None
    chance: float  # overlap expected of two unrelated runs: k / number of other words
    pairs: np.ndarray  # (R, R) overlap of each two runs; 1 with itself
    each: np.ndarray  # (n,) overlap of each word, over all pairs of runs

    @property
    def beyond_chance(self) -> float:
        """The overlap rescaled: 0 is chance, 1 identical; comparable between pools and k."""
        return (self.mean - self.chance) / (1 - self.chance) if self.chance < 1 else 0.0


def nearest(vectors: NDArray, k: int) -> NDArray[np.intp]:
    """The k nearest words by cosine of each word, itself excluded: (n, k), ascending numbers.

    Computed in chunks of rows: the n x n cosines are never in memory at once. The k-th largest of
    the maxima of n / FOLD groups never exceeds the k-th largest of all similarities, so it is a
    safe threshold that few other words pass. Rows where more than k words pass are partitioned
    separately.
    """
    directions = unit(np.asarray(vectors, dtype=np.float32))
    n = len(directions)
    rows, groups = max(1, min(n, SCORES // n)), n // FOLD if n // FOLD > k else n
    found = np.empty((n, k), dtype=np.intp)
    cosines = np.empty((rows, n), dtype=np.float32)  # reused for each chunk
    for start in range(0, n, rows):
        m = min(rows, n - start)
        cosine = np.matmul(directions[start : start + m], directions.T, out=cosines[:m])
        cosine[np.arange(m), np.arange(start, start + m)] = -2
        top = cosine[:, : n // groups * groups].reshape(m, -1, groups).max(1)
        top.partition(groups - k, axis=1)
        # Flat: a tenth of the time of np.nonzero
        near = np.flatnonzero(cosine >= top[:, groups - k, None])
        passed = np.bincount(near // n, minlength=m)  # k words in each row, or a few more
        clear, crowded = np.flatnonzero(passed == k), np.flatnonzero(passed > k)
        found[start + clear] = near[np.repeat(passed == k, passed)].reshape(-1, k) % n
        found[start + crowded] = np.sort(
            np.argpartition(cosine[crowded], n - k, axis=1)[:, n - k :], axis=1
        )
    return found


def overlap(runs: Sequence[NDArray[np.floating]], k: int) -> Overlap:
    """Overlap at k of all pairs of runs, with chance and an interval over seeds.

    runs: at least two matrices (n, d), d may differ. k: from 1 to n - 1. Memory is R n k numbers
    and a few chunks.
    """
    n, R = len(runs[0]), len(runs)
    if R < 2:
        raise UserError("One run cannot be compared with another: choose at least two seeds.")
    if not 1 <= k < n:
        raise UserError(
            f"k = {k} neighbors cannot be chosen from {max(0, n - 1)} other words: lower k or the "
            "frequency floor."
        )
    near = np.stack(list(side_by_side(lambda vectors: nearest(vectors, k), runs)))  # (R, n, k)
    shared, each = np.zeros((R, R)), np.empty(n)
    rows = max(1, min(n, SCORES // n))
    member = np.zeros(rows * n, dtype=bool)
    for start in range(0, n, rows):
        some = near[:, start : start + rows]
        m = some.shape[1]
        keys = (some + n * np.arange(m)[:, None]).reshape(R, -1)  # one number for (word, neighbor)
        for a in range(R - 1):
            member[keys[a]] = True
            shared[a, a + 1 :] += np.count_nonzero(member[keys[a + 1 :]], axis=1)
            member[keys[a]] = False
        # The number of runs with this neighbor
        times = np.bincount(keys.ravel(), minlength=m * n).reshape(m, n)
        each[start : start + m] = (times * (times - 1)).sum(1) / (R * (R - 1) * k)
    pairs = (shared + shared.T) / (n * k) + np.eye(R)
    low, high = _interval(pairs)
    return Overlap(float(each.mean()), low, high, k / (n - 1), pairs, each)


def overlap_of(
    runs: Sequence[NDArray[np.floating]], rows: Sequence[int], pool: int, k: int
) -> NDArray[np.float64]:
    """Share of the k nearest neighbors of some words, among the first `pool` words, that two runs
    have in common.

    runs: matrices (n, d), rows: (m,) of any words. Returns (m, R, R), 1 for a run with itself;
    chance is k / pool, or k / (pool - 1) for a word of the pool.
    """
    words = np.asarray(rows, dtype=np.intp)
    inside = words < pool
    member = np.zeros((len(runs), len(words), pool), dtype=np.float32)
    for held, vectors in zip(member, runs, strict=True):
        directions = unit(np.asarray(vectors, dtype=np.float32))
        cosine = directions[words] @ directions[:pool].T
        cosine[inside, words[inside]] = -2  # a word is not its own neighbor
        near = np.argpartition(-cosine, k - 1, axis=1)[:, :k]
        np.put_along_axis(held, near, 1.0, axis=1)
    return np.einsum("amp,bmp->mab", member, member).astype(np.float64) / k


def _interval(pairs):
    """95% interval for the mean overlap of any two seeds, on the same words.

    The overlap of two runs is modeled as mean + a_i + a_j + e_ij, with an effect a of each run and
    e of each pair (a diallel, Griffing 1956); so Var(mean) = 4 Var(a) / R + 2 Var(e) / (R (R - 1)).
    Both variances are estimated from mean squares, with degrees of freedom by Satterthwaite (1946).
    """
    R = len(pairs)
    if R < INTERVAL:
        return None, None
    upper = pairs[np.triu_indices(R, 1)]
    mean, free, rest = upper.mean(), R - 1, R * (R - 3) // 2
    of_run = (pairs.sum(1) - 1 - (R - 1) * mean) / (R - 2)
    runs = (R - 2) * (of_run**2).sum()
    residual = max(((upper - mean) ** 2).sum() - runs, 0.0)
    a, b = 4 / (R * (R - 2)), 4 / (R * (R - 2)) - 2 / (R * (R - 1))
    variance = a * runs / free - b * residual / rest
    least = 2 / (R * (R - 1)) * (runs + residual) / (free + rest)  # if Var(a) = 0
    if variance <= DIFFER * least:
        variance, freedom = least, free + rest
    else:
        parts = (a * runs / free) ** 2 / free + (b * residual / rest) ** 2 / rest
        freedom = max(1.0, variance**2 / parts)
    half = float(stdtrit(freedom, 0.975) * np.sqrt(variance))
    return float(max(mean - half, 0)), float(min(mean + half, 1))


def rotation(points: NDArray, reference: NDArray) -> NDArray:
    """The orthogonal matrix Q (d, d) that minimizes |points Q - reference|: a rotation, possibly
    with a reflection. points, reference: (n, d).

    With points^T reference = A S B^T, Q = A B^T (orthogonal Procrustes, Schoenemann 1966).
    """
    A, _, B = np.linalg.svd(points.T.astype(np.float64) @ reference)
    return A @ B


def steadiness(aligned: NDArray) -> NDArray:
    """Mean cosine between a word in one run and the same word in another, (n,).

    aligned: (R, n, d) unit vectors. 1: the word has the same position in all runs; near 0: its
    position is arbitrary.
    """
    R = len(aligned)
    return ((aligned.sum(0) ** 2).sum(-1) - (aligned**2).sum((0, 2))) / (R * (R - 1))


def variance_shares(outcomes: NDArray) -> dict[str, float]:
    """How much of the variance of an outcome each of three sources explains, from runs of all
    their combinations.

    outcomes: (m, m, m, ...), one axis for the levels of each source, which are a random sample of
    all levels; further axes are coordinates of the outcome. Returns shares that add up to 1: of
    each source alone, and "together" of their interactions. They come from the expected mean
    squares of the random-effects analysis of variance (Searle 1971); negative estimates count as
    zero. All shares are 0 if nothing varies.
    """
    y = np.asarray(outcomes, dtype=np.float64)
    m = len(y)
    y = y.reshape(m, m, m, -1)
    square = {
        effect: _mean_square(y, effect)
        for effect in ((0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2))
    }
    rest = square[0, 1, 2]
    two = {pair: (square[pair] - rest) / m for pair in ((0, 1), (0, 2), (1, 2))}
    alone = [
        (square[a,] - rest - m * sum(v for pair, v in two.items() if a in pair)) / m**2
        for a in range(3)
    ]
    parts = np.maximum([*alone, rest + sum(max(0.0, v) for v in two.values())], 0)
    total = parts.sum()
    return dict(
        zip(
            (*SOURCES, "together"),
            (parts / total if total > 1e-20 else 0 * parts).tolist(),
            strict=True,
        )
    )


def _mean_square(y, effect):
    m = len(y)
    for axis in range(3):  # average over the other sources, subtract the mean along the effect's
        mean = y.mean(axis, keepdims=True)
        y = y - mean if axis in effect else mean
    return m ** (3 - len(effect)) * (y**2).sum() / (m - 1) ** len(effect)
