"""Experiments with dropout: passes in training compared with evaluation, and the effect of dropout
on overfitting.
"""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.networks import datasets, decay_training
from core.networks.decay_training import Descent
from core.networks.perceptron import Network
from core.networks.uncertainty import check_p
from core.networks.weight_decay import Data
from core.threads import one_thread
from core.training_loop import Progress

SMALL = Network((2, 6, 6, 2), activation="tanh")  # small enough to draw
SMALL_SAMPLES, SMALL_STEPS = 200, 400
HIDDEN = (64, 64)  # of the overfitting experiment: large enough to overfit
STEPS, LR = 400, 0.005


@dataclass(frozen=True)
class Pass:
    """One pass of one input through the small network."""

    masks: list | None  # (units,) of each hidden layer; None in evaluation
    # (units,) of each layer: the inputs, h * mask of the hidden layers, the class probabilities
    values: list


@dataclass(frozen=True)
class Compared:
    """A quantity of each unit in evaluation, and its mean over many passes with masks."""

    name: str
    evaluation: np.ndarray  # (units,)
    mean: np.ndarray
    error: np.ndarray  # standard error of the mean

    @property
    def held(self) -> int:
        """The number of units that agree: the evaluation is within 1.96 standard errors of the mean
        (or both are constant and equal).
        """
        return int((np.abs(self.mean - self.evaluation) <= 1.96 * self.error + 1e-9).sum())


@dataclass(frozen=True)
class Curves(Progress):
    """Losses in nats after some steps, evaluated without masks; axes: (without, with dropout),
    seeds.
    """

    step: int
    train: np.ndarray
    validation: np.ndarray


@one_thread
def example(p: float, seed: int = 0) -> Generator[Progress | NDArray, None, None]:
    """Train the small network on two moons with dropout; yields Progress, and last its parameters
    (P,).
    """
    check_p(p)
    split = datasets.draw("moons", SMALL_SAMPLES, [seed])
    for snapshot in decay_training.train(
        SMALL,
        decay_training.start(SMALL, [seed]),
        split.x,
        split.y,
        Descent("adam_l2", 0.01),
        steps=SMALL_STEPS,
        seeds=[seed],
        p=p,
    ):
        yield Progress(snapshot.done)
    yield snapshot.w[0].astype(float)


def training_passes(
    w: NDArray, x: NDArray, p: float, count: int, rng: np.random.Generator
) -> list[Pass]:
    """`count` passes of one input x (2,) with dropout rate p, each with new masks."""
    # (count, units) of each hidden layer
    masks = [m[:, 0] for m in SMALL.masks(rng, p, 1, (count,))]
    outputs, inputs, _ = SMALL.forward(w, np.tile(x, (count, 1)), masks)
    chances = SMALL.predict(w, np.tile(x, (count, 1)), masks)
    return [
        Pass([m[k] for m in masks], [*(h[k] for h in inputs), chances[k]])
        for k in range(len(outputs))
    ]


def evaluation_pass(w: NDArray, x: NDArray) -> Pass:
    """The pass of one input x (2,) without masks, as after PyTorch's model.eval()."""
    _, inputs, _ = SMALL.forward(w, x[None])
    return Pass(None, [*(h[0] for h in inputs), SMALL.predict(w, x[None])[0]])


def compare(
    w: NDArray, x: NDArray, p: float, count: int, rng: np.random.Generator
) -> list[Compared]:
    """Compare evaluation with `count` passes with masks: for h of hidden layer 1, z of layer 2,
    which is linear in it, and h of layer 2, which is not.
    """
    masks = [m[:, 0] for m in SMALL.masks(rng, p, 1, (count,))]
    (_, (W, b), _) = SMALL.layers(w)
    found = []
    _, (_, h1, h2), _ = SMALL.forward(w, np.tile(x, (count, 1)), masks)
    _, (_, e1, e2), _ = SMALL.forward(w, x[None])
    for name, drawn, plain in (
        ("layer 1, h", h1, e1),
        ("layer 2, z before tanh", h1 @ W + b, e1 @ W + b),
        ("layer 2, h", h2, e2),
    ):
        found.append(Compared(name, plain[0], drawn.mean(0), drawn.std(0, ddof=1) / np.sqrt(count)))
    return found


@one_thread
def overfitting(data: Data, p: float) -> Generator[Curves, None, None]:
    """Train without and with dropout from the same start and on the same batches; yields Curves."""
    check_p(p)
    split = datasets.draw(data.source, data.size, range(data.seeds))
    network = Network((split.x.shape[-1], *HIDDEN, split.classes))
    w = decay_training.start(network, range(data.seeds))
    rates = np.reshape(np.array([0, p], np.float32), (2, 1, 1, 1))
    for snapshot in decay_training.train(
        network,
        np.stack([w, w]),
        split.x,
        split.y,
        Descent("adam_l2", LR),
        steps=STEPS,
        seeds=range(data.seeds),
        p=rates,
    ):
        yield Curves(
            snapshot.done,
            snapshot.step,
            network.loss(snapshot.w, split.x, split.y),
            network.loss(snapshot.w, split.x_val, split.y_val),
        )
