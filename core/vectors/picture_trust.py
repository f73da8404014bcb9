"""How far a picture can be trusted: its neighbors compared with those in all dimensions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.vectors.neighbors_and_clusters import unit
from core.vectors.projection import plane

# A word is marked if a smaller share of its neighbors in the picture are real
LIES = 0.5


@dataclass(frozen=True)
class Neighbor:
    """A point near another one in a picture."""

    row: int
    rank: int  # by cosine in all dimensions; 1: the nearest
    real: bool  # True if the rank is at most k


@dataclass(frozen=True, eq=False)
class Trust:
    """How many of the neighbors in a picture are neighbors in all dimensions."""

    each: NDArray[
        np.float64
    ]  # (n,) share of the k nearest points that are among the k nearest words
    chance: float  # expected of random points: k / (n - 1)
    best: float  # the mean for the plane of the largest variance
    k: int

    @property
    def mean(self) -> float:
        """Mean over the words."""
        return float(self.each.mean())

    @property
    def marked(self) -> NDArray[np.bool_]:
        """True for words whose position is misleading: (n,)."""
        return self.each < LIES


def trust(vectors: NDArray, points: NDArray, k: int) -> Trust:
    """Compare the k nearest points of each word with its k nearest words by cosine.

    vectors: (n, d), points: (n, 2), k from 1 to n - 1, else UserError. `best` is the same mean for
    the plane of the largest variance of the directions, which keeps distances best in the mean
    square.
    """
    n = len(vectors)
    if not 1 <= k < n:
        raise UserError(f"{k} neighbors cannot be chosen from {n - 1} other words.")
    directions = unit(vectors.astype(np.float64))
    real = near(directions, k)
    centered = directions - directions.mean(0)
    axes, _ = plane(directions)
    best = shared(real, near(centered @ axes.T, k))
    return Trust(
        shared(real, near(np.asarray(points, float), k)), k / (n - 1), float(best.mean()), k
    )


def neighbors(vectors: NDArray, points: NDArray, row: int, k: int) -> list[Neighbor]:
    """The k nearest points of one word, nearest first, with their ranks in all dimensions."""
    distance = np.linalg.norm(np.asarray(points, float) - points[row], axis=1)
    cosine = unit(vectors.astype(np.float64)) @ unit(vectors[row].astype(np.float64))
    distance[row], cosine[row] = np.inf, -np.inf
    found = np.argsort(distance, kind="stable")[: min(k, len(vectors) - 1)]
    ranks = [1 + int(np.count_nonzero(cosine > cosine[n])) for n in found]
    return [Neighbor(int(n), rank, rank <= k) for n, rank in zip(found, ranks, strict=True)]


def near(points: NDArray, k: int) -> NDArray[np.intp]:
    """The k nearest points of each, by Euclidean distance: (n, k)."""
    from sklearn.neighbors import NearestNeighbors  # a second that pages need not wait for

    found = NearestNeighbors(n_neighbors=k).fit(points)
    return found.kneighbors(return_distance=False)


def shared(one: NDArray, two: NDArray) -> NDArray[np.float64]:
    """The share of the numbers in each row of one that are in the same row of two: (n,)."""
    return (
        np.array([len(set(a) & set(b)) for a, b in zip(one.tolist(), two.tolist(), strict=True)])
        / one.shape[1]
    )
