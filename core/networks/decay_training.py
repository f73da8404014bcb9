"""Steps with weight decay, in its five forms, and the training of networks with them as a generator
of snapshots.

L2 adds lambda w to the gradient, so it passes through the optimizer: Adam divides it by
sqrt(v_hat), and momentum accumulates it. Decoupled decay (Loshchilov and Hutter 2019) shrinks w
separately from the optimizer's step: by eta lambda w in the paper, where eta is the multiplier of
the schedule, and by lr eta lambda w in PyTorch.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike, NDArray

from core.networks.perceptron import Network, mask
from core.optimizers.rules import find
from core.training_loop import SCHEDULES, Progress, snapshots

# Steps between two snapshots: a consumer gets one every few milliseconds
ALIVE = 16


@dataclass(frozen=True)
class DecayForm:
    """One form of weight decay: its optimizer, and the factor of the decay as a function of (eta,
    lr), or None for L2 in the gradient.
    """

    name: str
    title: str
    optimizer: str
    multiplier: Callable | None
    lr: float  # a good value for the networks here, like the decay
    decay: float


DECAY_FORMS = {
    form.name: form
    for form in (
        DecayForm("adam_l2", "Adam + L2", "adam", None, 0.01, 0.01),
        DecayForm("adamw", "AdamW (paper)", "adamw", lambda eta, lr: eta, 0.01, 0.001),
        DecayForm("adamw_torch", "AdamW (PyTorch)", "adamw", lambda eta, lr: eta * lr, 0.01, 0.1),
        DecayForm("sgd_l2", "SGD + L2", "momentum", None, 0.1, 0.01),
        DecayForm("sgdw", "SGDW", "sgdw", lambda eta, lr: eta, 0.1, 0.001),
    )
}


@dataclass(frozen=True, eq=False)
class Descent:
    """A form of weight decay with its learning rate and decay, which may be arrays that broadcast
    against the parameters (..., P).
    """

    form: str
    lr: float | np.ndarray
    decay: float | np.ndarray = 0.0

    def start(self, w: NDArray) -> tuple[NDArray, ...]:
        """The optimizer's state before the first step."""
        return find(DECAY_FORMS[self.form].optimizer).start(w)

    def step(
        self,
        w: NDArray,
        g: NDArray,
        state: tuple[NDArray, ...],
        t: int,
        eta: float = 1.0,
        penalized: NDArray | float = 1.0,
    ) -> tuple:
        """The new parameters and state. eta: multiplier of the learning rate; penalized: 1 for the
        parameters that decay, 0 for others.
        """
        form = DECAY_FORMS[self.form]
        rule, decay = find(form.optimizer).rule, self.decay * penalized
        if form.multiplier is None:
            return rule(w, g + decay * w, state, t, eta * self.lr)
        return rule(w, g, state, t, eta * self.lr, decay=decay, eta=form.multiplier(eta, self.lr))


@dataclass(frozen=True)
class Snapshot(Progress):
    """The networks at one moment; steps do not change arrays in place, so no copy is needed."""

    step: int
    w: np.ndarray  # (..., P)


def train(
    network: Network,
    w: NDArray,
    x: NDArray,
    y: NDArray,
    descent: Descent,
    *,
    steps: int,
    seeds: Sequence[int],
    batch: int = 32,
    p: float | NDArray = 0.0,
    schedule: str = "constant",
) -> Iterator[Snapshot]:
    """Train many networks at once; yields a Snapshot before the first step, then every ALIVE steps,
    and after the last.

    w: (..., len(seeds), P), x: (len(seeds), N, inputs), y: (len(seeds), N); p: dropout rate, or an
    array that broadcasts against (..., len(seeds), rows, units). A seed alone determines the
    batches and masks of its networks, so two settings with the same seed differ in nothing else. A
    batch of N or more contains all samples.
    """
    state, size = descent.start(w), x.shape[1]
    # The first of the three streams is for the start values: see `start`
    streams = [np.random.SeedSequence(seed).spawn(3)[1:] for seed in seeds]
    orders = np.stack(
        [_order(np.random.default_rng(s), size, steps * min(batch, size)) for s, _ in streams]
    )
    mask_rngs, row = [np.random.default_rng(s) for _, s in streams], np.arange(len(seeds))[:, None]

    def progress():
        nonlocal w, state
        yield 0.0, 0
        for t in range(1, steps + 1):
            chosen = (
                orders[:, (t - 1) * batch : t * batch]
                if batch < size
                else np.arange(size)[None].repeat(len(seeds), 0)
            )
            masks = _masks(network, mask_rngs, p, chosen.shape[1], w.dtype) if np.any(p) else None
            # Too high a rate ends in nan, which is drawn as such
            with np.errstate(all="ignore"):
                _, g = network.gradient(w, x[row, chosen], y[row, chosen], masks)
                w, state = descent.step(
                    w, g, state, t, SCHEDULES[schedule]((t - 1) / steps), network.penalized
                )
            yield t / steps, t

    times = np.append(np.arange(0, steps, ALIVE) / steps, 1.0)
    for news in snapshots(
        progress(), times, lambda done: Snapshot(done, round(done * steps), w), ALIVE
    ):
        if isinstance(news, Snapshot):  # always: a snapshot is due as often as Progress
            yield news


def start(network: Network, seeds: list[int] | range, dtype: DTypeLike = np.float32) -> NDArray:
    """Start values (len(seeds), P), each from the first stream of its seed."""
    return np.stack(
        [
            network.start(np.random.default_rng(np.random.SeedSequence(s).spawn(3)[0]), dtype)
            for s in seeds
        ]
    )


def _order(rng, size, count):
    """At least `count` sample numbers: shuffled passes over the data, one after the other."""
    return np.concatenate([rng.permutation(size) for _ in range(-(-count // size))])


def _masks(network, rngs, p, rows, dtype):
    uniform = [
        np.stack(layer)
        for layer in zip(
            *(
                [rng.random((rows, units), np.float32) for units in network.sizes[1:-1]]
                for rng in rngs
            ),
            strict=True,
        )
    ]
    return [mask(u, p, dtype) for u in uniform]
