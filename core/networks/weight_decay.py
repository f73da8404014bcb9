"""Experiments with weight decay: L2 for different lambdas and sample sizes, its effect on the
weights, and maps over learning rate and decay.
"""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.networks import datasets, decay_training
from core.networks.datasets import Split
from core.networks.decay_training import DECAY_FORMS, Descent
from core.networks.perceptron import Network
from core.threads import one_thread
from core.training_loop import Progress

LAMBDAS = (0.0, *(10.0**k for k in np.arange(-4, 0.25, 0.5)))  # of the L2 experiment
SIZES = (10, 20, 50, 100, 200, 500)  # of the experiment with sample sizes
STEPS = 300  # Adam has converged by then on every data set here
MAP_STEPS = 200
LR = 0.01  # of the L2 experiments, with Adam
MODELS = ("network", "logistic regression")
BARS, SPAN = 40, (-1, 1)  # of the histogram of weights; the end bins include the rest
BINS = np.linspace(*SPAN, BARS + 1)
GRID = 61  # points per side of a decision surface
REACH = 2.2  # a decision surface shows -REACH..REACH in both directions
CELLS = 7  # learning rates of a map, and decays
# Cells of a map that are trained together; with small stacks first, the first cell appears soon
STACKS = 1, 2, 4, *[7] * 6
LOW = 0.15  # a cell whose loss is 15% above the best has the weight 1/e in the basin
DIAGONAL, SEPARABLE = 0.5, 0.25  # correlations above and below which a basin is called so


@dataclass(frozen=True)
class Data:
    """What is trained: a data set, the number of training samples, the model (one of MODELS), and
    the number of seeds, 0 to seeds - 1.
    """

    source: str = "digits"
    size: int = 50
    model: str = "network"
    seeds: int = 5

    def load(self) -> tuple[Network, NDArray, Split]:
        """The network, its start values (seeds, P) and the Split of each seed."""
        if self.model not in MODELS:
            raise UserError(f"The model must be one of {', '.join(MODELS)}, not {self.model!r}.")
        split = datasets.draw(self.source, self.size, range(self.seeds))
        hidden = datasets.SOURCES[self.source].hidden if self.model == "network" else ()
        network = Network((split.x.shape[-1], *hidden, split.classes))
        return network, decay_training.start(network, range(self.seeds)), split


@dataclass(frozen=True)
class Moment(Progress):
    """All networks of the L2 experiment at one step; axes: lambdas, seeds."""

    step: int
    train: np.ndarray  # loss in nats, without penalty
    validation: np.ndarray
    norm: np.ndarray  # ||W||, the root of the sum of all squared weights
    # (lambdas, bins): share of the weights in each bin of BINS, all seeds together
    weights: np.ndarray


@dataclass(frozen=True)
class Ending:
    """What is measured at the end of the L2 experiment."""

    only: int  # seeds whose training samples all belong to one class
    # (2, lambdas, seeds): spread of the gradient between batches, without L2's term and with it
    noise: np.ndarray
    # Largest difference between the parameters of two runs with the same seed and lambda
    again: float
    # (lambdas, GRID, GRID): probability of class 1 by the network of seed 0, for 2-D data
    surfaces: np.ndarray | None


@dataclass(frozen=True)
class Size(Progress):
    """Losses for one sample size; axes: (without, with L2), seeds."""

    size: int
    train: np.ndarray
    validation: np.ndarray


@one_thread
def sweep(
    data: Data, lambdas: tuple[float, ...] = LAMBDAS, steps: int = STEPS
) -> Generator[Moment | Ending, None, None]:
    """Train one network for each lambda and seed, all at once; yields Moments, and last an
    Ending.
    """
    with np.errstate(all="ignore"):
        network, w, split = data.load()
        for snapshot in _runs(network, w, split, data, lambdas, steps):
            last = snapshot.w
            yield _moment(network, snapshot, split)
        yield _ending(network, w, last, split, data, lambdas, steps)


def _runs(network, w, split, data, lambdas, steps, form="adam_l2", lr=LR, schedule="constant"):
    lr, decay = (np.reshape(np.asarray(v, np.float32), (-1, 1, 1)) for v in (lr, lambdas))
    stacked = np.broadcast_to(w, (len(decay), *w.shape)).copy()
    return decay_training.train(
        network,
        stacked,
        split.x,
        split.y,
        Descent(form, lr, decay),
        steps=steps,
        seeds=range(data.seeds),
        schedule=schedule,
    )


def _moment(network, snapshot, split):
    w = snapshot.w
    weights = w[..., network.penalized > 0].reshape(len(w), -1)
    counts = (
        np.stack(
            [np.histogram(np.clip(np.nan_to_num(row), *SPAN), BARS, SPAN)[0] for row in weights]
        )
        / weights.shape[1]
    )
    return Moment(
        snapshot.done,
        snapshot.step,
        network.loss(w, split.x, split.y),
        network.loss(w, split.x_val, split.y_val),
        np.sqrt(2 * network.penalty(w)),
        counts,
    )


def _ending(network, start, last, split, data, lambdas, steps):
    surfaces = None
    if split.x.shape[-1] == 2:
        surfaces = network.predict(last[:, 0], plane())[..., 1].reshape(-1, GRID, GRID)
    noise = np.stack(
        [
            gradient_noise(network, last, split, decay)
            for decay in (0.0, np.reshape(lambdas, (-1, 1, 1)))
        ]
    )
    *_, again = _runs(network, start, split, data, lambdas[-1:], steps)
    return Ending(split.only, noise, float(np.abs(again.w[0] - last[-1]).max()), surfaces)


def plane() -> NDArray:
    """The points of the decision surface, row by row: (GRID * GRID, 2)."""
    ticks = np.linspace(-REACH, REACH, GRID, dtype=np.float32)
    return np.stack(np.meshgrid(ticks, ticks), -1).reshape(-1, 2)


def gradient_noise(
    network: Network,
    w: NDArray,
    split: Split,
    decay: float | NDArray,
    batches: int = 20,
    size: int = 8,
) -> NDArray:
    """Root mean square distance of a batch's gradient, including L2, from its mean over random
    batches: (..., seeds).

    decay: lambda, broadcast against w (..., seeds, P). batches: how many; size: samples in each.
    """
    rng, drawn, row = np.random.default_rng(0), [], np.arange(len(split.x))[:, None]
    for _ in range(batches):
        chosen = rng.integers(split.x.shape[1], size=(len(split.x), size))
        drawn.append(
            network.gradient(w, split.x[row, chosen], split.y[row, chosen])[1]
            + decay * network.penalized * w
        )
    return np.sqrt(np.var(np.stack(drawn), axis=0).sum(-1))


@one_thread
def sizes(
    data: Data, decay: float, sizes: tuple[int, ...] = SIZES, steps: int = STEPS
) -> Generator[Progress | Size, None, None]:
    """Train with and without L2 for each sample size and seed; yields a Size for each, and
    Progress in between.
    """
    with np.errstate(all="ignore"):
        for k, size in enumerate(sizes):
            part = Data(data.source, size, data.model, data.seeds)
            network, w, split = part.load()
            for snapshot in _runs(network, w, split, part, (0.0, decay), steps):
                yield Progress((k + snapshot.done) / len(sizes))
            yield Size(
                (k + 1) / len(sizes),
                size,
                network.loss(snapshot.w, split.x, split.y),
                network.loss(snapshot.w, split.x_val, split.y_val),
            )


@dataclass(frozen=True)
class MapPlan:
    """A map over learning rate and decay: the form of decay, the data, and the training."""

    form: str = "adamw"
    data: Data = Data("digits", 100, "network", 3)
    steps: int = MAP_STEPS
    schedule: str = "cosine"

    @property
    def rates(self) -> tuple[float, ...]:
        """The learning rates, half a decade apart."""
        return tuple(DECAY_FORMS[self.form].lr * 10.0 ** np.linspace(-1.5, 1.5, CELLS))

    @property
    def decays(self) -> tuple[float, ...]:
        """The decays, half a decade apart."""
        return tuple(DECAY_FORMS[self.form].decay * 10.0 ** np.linspace(-1.5, 1.5, CELLS))


@dataclass(frozen=True)
class Cell:
    """One cell of a map: its row (decay) and column (learning rate), and the loss of each seed; nan
    if it diverged.
    """

    row: int
    column: int
    validation: np.ndarray  # (seeds,) nats
    train: np.ndarray


@one_thread
def cells(plan: MapPlan) -> Generator[Cell | Progress, None, None]:
    """Train the cells of a map, a stack at a time, in an order that is spread over the map; yields
    Cells, and Progress in between. UserError for an unknown form.
    """
    if plan.form not in DECAY_FORMS:
        raise UserError(
            f"There is no form of weight decay {plan.form!r}; choose one of "
            f"{', '.join(DECAY_FORMS)}."
        )
    # Steps of 10 reach every cell, as 10 and 49 have no common divisor
    places = [divmod((k * 10) % CELLS**2, CELLS) for k in range(CELLS**2)]
    with np.errstate(all="ignore"):
        network, w, split = plan.data.load()
        for first, size in zip(np.cumsum((0, *STACKS)), STACKS, strict=False):
            part = places[first : first + size]
            decays, rates = (
                [plan.decays[row] for row, _ in part],
                [plan.rates[column] for _, column in part],
            )
            for snapshot in _runs(
                network, w, split, plan.data, decays, plan.steps, plan.form, rates, plan.schedule
            ):
                yield Progress(float(first + snapshot.done * size) / len(places))
            losses = zip(
                network.loss(snapshot.w, split.x_val, split.y_val),
                network.loss(snapshot.w, split.x, split.y),
                strict=True,
            )
            yield from (
                Cell(row, column, *pair) for (row, column), pair in zip(part, losses, strict=True)
            )


@dataclass(frozen=True)
class Basin:
    """The region of low loss in a map: its center, the direction of its longer axis, and its size,
    in cells.
    """

    center: np.ndarray  # (column, row)
    axis: np.ndarray  # unit vector (column, row), column >= 0
    spread: np.ndarray  # standard deviations along the axis and across it
    # Of log lr and log decay over the basin; 0: the two can be tuned one after the other
    correlation: float

    @property
    def verdict(self) -> str:
        """One of "separable", "diagonal" and "between the two"."""
        size = abs(self.correlation)
        return (
            "diagonal"
            if size >= DIAGONAL
            else "separable"
            if size <= SEPARABLE
            else "between the two"
        )


def basin(losses: NDArray) -> Basin | None:
    """The principal axes of the low cells of a map.

    losses: (rows, columns); each cell has the weight exp(-(loss / best - 1) / LOW). Returns None if
    no cell is finite. A map with a single low cell has no axis: its correlation is 0.
    """
    finite = np.isfinite(losses)
    if not finite.any():
        return None
    best = losses[finite].min()
    weight = np.exp(-(np.where(finite, losses, np.inf) / best - 1) / LOW)
    weight /= weight.sum()
    # Column, row
    places = np.stack([axis.ravel() for axis in np.indices(losses.shape)[::-1]]).astype(float)
    covariance = np.cov(places, aweights=weight.ravel(), ddof=0)
    center = places @ weight.ravel()
    values, vectors = np.linalg.eigh(covariance)
    axis = vectors[:, 1] * (1 if vectors[0, 1] >= 0 else -1)
    product = np.sqrt(covariance[0, 0] * covariance[1, 1])
    return Basin(
        center,
        axis,
        np.sqrt(np.maximum(values[::-1], 0)),
        float(covariance[0, 1] / product) if product > 1e-9 else 0.0,
    )
