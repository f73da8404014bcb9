"""Axes from one set of words to another, and the bias of words along them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.vectors.neighbors_and_clusters import unit

SHUFFLES = 1_000


@dataclass(frozen=True, eq=False)
class Axis:
    """A direction from the mean of one set of words to the mean of another."""

    start: tuple[int, ...]  # rows
    end: tuple[int, ...]
    direction: NDArray[np.float64]  # (d,), of length 1


@dataclass(frozen=True)
class Bias:
    """How far a set of words lies towards the end of an axis, compared with shuffled sets."""

    mean: float  # cosine with the axis, from -1 (start) to 1 (end)
    p_value: float  # share of axes between shuffled sets on which the words lie at least as far
    shuffles: int


def axis(vectors: NDArray, start: list[int], end: list[int]) -> Axis:
    """The axis between two sets of rows; UserError if a set is empty or both are the same."""
    if not start or not end:
        raise UserError("An axis needs at least one known word at each end.")
    directions = unit(vectors.astype(np.float64))
    way = directions[end].mean(0) - directions[start].mean(0)
    if np.linalg.norm(way) < 1e-12:
        raise UserError("Both ends of this axis are the same.")
    return Axis(tuple(start), tuple(end), way / np.linalg.norm(way))


def places(vectors: NDArray, one: Axis) -> NDArray[np.float64]:
    """Where each word lies on an axis: the cosine with its direction, (n,)."""
    return unit(vectors.astype(np.float64)) @ one.direction


def bias(vectors: NDArray, rows: list[int], one: Axis, rng: np.random.Generator) -> Bias:
    """The mean place of some words on an axis, tested against axes whose two sets are shuffled by
    the difference of mean cosines.

    Where there are few ways to split the sets, the p-value cannot be small: two words at each end
    give 1/6 at best.
    """
    directions = unit(vectors.astype(np.float64))
    both, cut, target = np.array((*one.start, *one.end)), len(one.start), directions[rows].mean(0)
    observed = _association(directions[both], cut, target)
    further = 1
    for _ in range(SHUFFLES):
        mixed = _association(directions[rng.permutation(both)], cut, target)
        further += abs(mixed) >= abs(observed) - 1e-12
    place = float(places(vectors[rows], one).mean())
    return Bias(place, float(further / (SHUFFLES + 1)), SHUFFLES)


def _association(directions: NDArray, cut: int, target: NDArray) -> float:
    """Difference of the mean cosines of a target with two sets (Caliskan et al. 2017)."""
    return float((directions[cut:].mean(0) - directions[:cut].mean(0)) @ target)
