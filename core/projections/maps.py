"""Pictures of words in a plane, by SVD, t-SNE or two axes; the same seed gives the same picture."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.projections.tsne import tsne
from core.threads import one_thread
from core.training_loop import Progress
from core.vectors import axes, picture_trust
from core.vectors.neighbors_and_clusters import unit
from core.vectors.projection import plane

MOST = 20_000  # points of a picture
ASPECT = 1.4  # width of a picture divided by its height
JUDGED = 5_000  # up to this number of points, neighbors are compared with those in all dimensions


@dataclass(frozen=True)
class Vectors:
    """Vectors to be drawn, as an argument of a task; two are equal if their names are equal."""

    name: tuple
    rows: NDArray[np.float32]

    def __eq__(self, other: object) -> bool:
        """True if the names are equal."""
        return isinstance(other, Vectors) and self.name == other.name

    def __hash__(self) -> int:
        """The hash of the name."""
        return hash(self.name)


@dataclass(frozen=True, eq=False)
class Map(Progress):
    """A picture, finished if done is 1."""

    points: NDArray[np.float64]  # (n, 2), within -ASPECT..ASPECT and -1..1; of axes, cosines
    # How many of its neighbors are real; None before the end, and for more points than JUDGED
    judged: picture_trust.Trust | None = None


@one_thread
def svd(vectors: Vectors, normalize: bool, k: int) -> Generator[Progress | Map, None, None]:
    """The plane of the largest variance of these words alone; yields Progress, and last the Map."""
    rows = unit(vectors.rows) if normalize else vectors.rows
    directions, _ = plane(rows)
    yield from _judged(vectors.rows, (rows - rows.mean(0)) @ directions.T, k)


@one_thread
def t_sne(
    vectors: Vectors, seed: int, perplexity: float, k: int
) -> Generator[Progress | Map, None, None]:
    """t-SNE of the directions; yields Maps of unfinished pictures, and last the finished Map."""
    points = None
    for layout in tsne(unit(vectors.rows), perplexity, np.random.default_rng(seed)):
        points = layout.points
        yield Map(0.99 * layout.done, _within(points))
    yield from _judged(vectors.rows, points, k)


def spanned(
    vectors: Vectors,
    across: tuple[tuple[int, ...], tuple[int, ...]],
    up: tuple[tuple[int, ...], tuple[int, ...]],
    k: int,
) -> Iterator[Progress | Map]:
    """The plane of two axes, each from one set of rows to another; x and y are the cosines with
    them. Yields the Map.
    """
    rows = vectors.rows
    each = [axes.places(rows, axes.axis(rows, list(a), list(b))) for a, b in (across, up)]
    points = np.stack(each, 1)
    yield Map(1.0, points, _trust(rows, points, k))


@dataclass(frozen=True)
class Shared:
    """Neighbors that two pictures of the same words have in common."""

    mean: float
    chance: float  # of two unrelated pictures
    k: int


def shared(one: NDArray, other: NDArray, k: int) -> Shared:
    """The share of the k nearest points that are the same in two pictures (n, 2); rotations and
    reflections do not change it.
    """
    k = min(k, len(one) - 1)
    each = picture_trust.shared(picture_trust.near(one, k), picture_trust.near(other, k))
    return Shared(float(each.mean()), k / (len(one) - 1), k)


def clusters(vectors: NDArray, count: int, seed: int) -> NDArray[np.intp]:
    """The cluster of each word by k-means of the directions in all dimensions: (n,) from 0, the
    largest cluster first. UserError if there are fewer words than clusters.
    """
    if not 2 <= count <= len(vectors):
        raise UserError(f"{len(vectors):,} words cannot be divided into {count} clusters.")
    from sklearn.cluster import KMeans  # a second that pages need not wait for

    found = KMeans(count, n_init=3, random_state=seed).fit_predict(unit(vectors))
    order = np.argsort(-np.bincount(found, minlength=count), kind="stable")
    return np.argsort(order)[found]


def named(words: tuple[str, ...], vectors: NDArray, groups: NDArray, each: int = 3) -> list[str]:
    """A name for each group: the words nearest to its mean direction."""
    directions, names = unit(vectors.astype(np.float64)), []
    for group in range(groups.max() + 1):
        members = np.flatnonzero(groups == group)
        central = np.argsort(-(directions[members] @ directions[members].mean(0)), kind="stable")
        names.append(", ".join(words[members[n]] for n in central[:each]))
    return names


def _judged(rows, points, k):
    points = _within(points)
    yield Progress(0.995)
    yield Map(1.0, points, _trust(rows, points, k))


def _within(points):
    low, high = points.min(0), points.max(0)
    points = points - (low + high) / 2
    return points / (max((high - low) / 2 / (ASPECT, 1.0)) or 1)


def _trust(rows, points, k):
    n = len(rows)
    return picture_trust.trust(rows, points, min(k, n - 1)) if 2 < n <= JUDGED else None
