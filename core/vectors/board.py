"""Words that somebody has placed in a plane by hand, compared with runs of a model."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from core.vectors import agreement
from core.vectors.neighbors_and_clusters import unit

EDGE = 1.0  # the board reaches from -EDGE to EDGE
SHUFFLES = 999
PASSES = 3  # of turning boards onto their mean
NEIGHBORS = 3  # of a word, where there are at least three times as many words


@dataclass(frozen=True, eq=False)
class Agreement:
    """How far a board agrees with each of R runs, or other boards."""

    shares: NDArray[np.float64]  # (R,) of the k nearest words on the board, those of the run
    chance: float  # expected if the words were placed at random: k / (n - 1)
    p_value: float  # share of shuffled boards, this one among them, whose best run agrees as much
    k: int

    @property
    def best(self) -> list[int]:
        """The runs that agree most."""
        return np.flatnonzero(self.shares >= self.shares.max() - 1e-12).tolist()


def read(text: str, words: Sequence[str]) -> dict[str, tuple[float, float]]:
    """The places of words from a text like "-0.5 0.25 king; 0.1 0.9 queen"; others are left out,
    and places beyond the edge are moved onto it.
    """
    places = {}
    for part in text.split(";"):
        fields = part.split(maxsplit=2)
        try:
            x, y = (float(field) for field in fields[:2])
        except ValueError:
            continue
        if len(fields) == 3 and fields[2].strip() in words and np.isfinite([x, y]).all():
            x, y = np.clip([x, y], -EDGE, EDGE).tolist()
            places[fields[2].strip()] = x, y
    return places


def unread(text: str, places: dict[str, tuple[float, float]]) -> list[str]:
    """The parts of a text that gave none of the places that `read` found in it."""
    parts = [part.strip() for part in text.split(";")]
    return [part for part in parts if part and part.split(maxsplit=2)[-1] not in places]


def write(places: dict[str, tuple[float, float]]) -> str:
    """The text that `read` reads, with two decimals."""
    return "; ".join(f"{round(x, 2):g} {round(y, 2):g} {word}" for word, (x, y) in places.items())


def compare(
    points: NDArray, runs: Sequence[NDArray[np.floating]], rng: np.random.Generator
) -> Agreement:
    """Compare the k nearest words of each word on the board with those in each run.

    points: (n, 2), n at least 3; runs: vectors (n, d) of the same words, whose neighbors are those
    by cosine. The p-value is that of the best run: the words of the board are shuffled, and the
    best run is chosen anew for each of them, so more runs do not raise the chance of a false alarm.
    """
    k = neighbors(len(points))
    return _judged(points, np.stack([_near(unit(v) @ unit(v).T, k) for v in runs]), k, rng)


def compare_boards(
    points: NDArray, boards: Sequence[NDArray], rng: np.random.Generator
) -> Agreement:
    """Compare a board with other boards of the same words, each (n, 2), like `compare`."""
    k = neighbors(len(points))
    return _judged(points, np.stack([_nearest_on(one, k) for one in boards]), k, rng)


def neighbors(n: int) -> int:
    """How many neighbors of each of n words are compared."""
    return max(1, min(NEIGHBORS, n // 3))


def shared(boards: Sequence[NDArray]) -> float:
    """The share of nearest words that two of the boards, each (n, 2), have in common: the mean over
    all pairs.
    """
    n = len(boards[0])
    k = neighbors(n)
    near = [_nearest_on(one, k) for one in boards]
    return float(np.mean([(a & b).sum() / (n * k) for a, b in combinations(near, 2)]))


def mean(boards: Sequence[NDArray]) -> NDArray[np.float64]:
    """The mean of boards (n, 2) after each was moved to the middle, brought to the same size, and
    turned and mirrored onto the others (generalized Procrustes, Gower 1975); its size is 1.
    """
    centered = [np.asarray(one, np.float64) - np.mean(one, 0) for one in boards]
    equal = [one / (np.linalg.norm(one) or 1.0) for one in centered]
    found = equal[0]
    for _ in range(PASSES):
        found = np.mean([one @ agreement.rotation(one, found) for one in equal], 0)
        found /= np.linalg.norm(found) or 1.0
    return found


def aligned(picture: NDArray, points: NDArray) -> NDArray[np.float64]:
    """A picture (n, 2) turned and mirrored so that it fits the board as well as it can (orthogonal
    Procrustes), in the middle and in the size of the board; points: (n, 2) of the board.
    """
    ours, theirs = (np.asarray(p, np.float64) - np.mean(p, 0) for p in (picture, points))
    ours = ours @ agreement.rotation(ours, theirs)
    size = float(np.linalg.norm(ours))
    return ours * (float(np.linalg.norm(theirs)) / size if size else 0.0) + np.mean(points, 0)


def scaled(pictures: Sequence[NDArray]) -> list[NDArray]:
    """Pictures (n, 2) divided by the largest of all their numbers: within -1 and 1."""
    largest = max(float(np.abs(one).max()) for one in pictures) or 1.0
    return [one / largest for one in pictures]


def _judged(points, near, k, rng):
    """near: (R, n, n), True for the k nearest words."""
    n, board = len(points), _nearest_on(points, k)
    orders = [np.arange(n), *(rng.permutation(n) for _ in range(SHUFFLES))]
    in_both = np.stack([(near & board[np.ix_(order, order)]).sum((1, 2)) for order in orders])
    best = in_both.max(1)
    return Agreement(in_both[0] / (n * k), k / (n - 1), float((best >= best[0]).mean()), k)


def _nearest_on(points, k):
    """True for the k words closest to each on a board: (n, n)."""
    return _near(-np.linalg.norm(points[:, None] - points[None], axis=-1), k)


def _near(closeness, k):
    """True for the k other words closest to each: (n, n)."""
    closeness = closeness.astype(np.float64)
    np.fill_diagonal(closeness, -np.inf)
    found = np.zeros(closeness.shape, bool)
    np.put_along_axis(found, np.argsort(-closeness, 1, kind="stable")[:, :k], True, 1)
    return found
