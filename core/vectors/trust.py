"""May a picture be believed? Neighbors in the plane that are neighbors in the full space."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from core.errors import UserError
from core.vectors.metrics import unit
from core.vectors.projection import plane

# a word is marked when fewer of its neighbors in the picture are real than this share
LIES = 0.5


@dataclass(frozen=True, eq=False)
class Trust:
    """How far the neighbors in a picture are neighbors in the full space."""

    each: NDArray[
        np.float64
    ]  # (n,) share of the k nearest points that are among the k nearest words
    chance: float  # of a picture with points anywhere: k / (n - 1)
    best: float  # the same mean for the plane of the largest variance
    k: int

    @property
    def mean(self) -> float:
        """Mean over the words."""
        return float(self.each.mean())

    @property
    def marked(self) -> NDArray[np.bool_]:
        """True for words whose place lies."""
        return self.each < LIES


def trust(vectors: NDArray, points: NDArray, k: int) -> Trust:
    """Compare the k nearest points of each word with its k nearest words by cosine.

    vectors: (n, d), points: (n, 2), k from 1 to n - 1. The reference `best` is the plane of the
    largest variance of the directions: no plane keeps distances better in the mean square.
    """
    n = len(vectors)
    if not 1 <= k < n:
        raise UserError(f"{k} neighbors cannot be chosen from {n - 1} other words.")
    directions = unit(vectors.astype(np.float64))
    real = _near(directions, k)
    centered = directions - directions.mean(0)
    axes, _ = plane(directions)
    best = _shared(real, _near(centered @ axes.T, k))
    return Trust(
        _shared(real, _near(np.asarray(points, float), k)), k / (n - 1), float(best.mean()), k
    )


def _near(points: NDArray, k: int) -> NDArray[np.intp]:
    found = NearestNeighbors(n_neighbors=k).fit(points)
    return found.kneighbors(return_distance=False)


def _shared(one: NDArray, two: NDArray) -> NDArray[np.float64]:
    return (
        np.array([len(set(a) & set(b)) for a, b in zip(one.tolist(), two.tolist(), strict=True)])
        / one.shape[1]
    )
