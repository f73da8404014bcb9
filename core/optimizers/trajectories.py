"""Optimizers on a surface: their paths, and the best learning rate of each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.optimizers import rules, surfaces
from core.optimizers.optimizer_record import Optimizer
from core.optimizers.surfaces import Surface
from core.settings import check, knob
from core.training_loop import Progress

FAR = 1e3  # a path that is this many frame widths away from the middle has diverged
# The learning rates of a sweep: six per power of ten
RATES = np.round(10.0 ** np.linspace(-5, 2, 43), 12)
SCORED = 0.1  # the score of a run is its mean loss over this last share of the steps
ALIVE = 500  # steps between two Progress items


@dataclass(frozen=True)
class RaceSettings:
    """The surface, the start, and the hyperparameters that optimizers share."""

    surface: str = knob("bowl", choices=tuple(surfaces.BUILDERS), help="the loss to minimize")
    condition: float = knob(
        20.0, 1.0, 1000.0, help="largest curvature of the bowl divided by its smallest"
    )
    noise: float = knob(
        1.0, 0.0, 10.0, help="standard deviation of the gradient around its true value"
    )
    seed: int = knob(1, 0, 99, help="every optimizer gets the same noise")
    x: float = knob(-4.0, -6.0, 6.0, help="start; or click on the picture")
    y: float = knob(2.0, -6.0, 6.0, help="start; or click on the picture")
    steps: int = knob(150, 10, 10_000, help="updates of each optimizer")
    beta: float = knob(
        0.9, 0.0, 1.0, help="share of the old velocity (or mean gradient) that is kept in each step"
    )
    beta2: float = knob(
        0.999, 0.0, 1.0, help="share of the old mean of squared gradients that is kept in each step"
    )
    rho: float = knob(
        0.9, 0.0, 1.0, help="share of the old mean of squared gradients that is kept in each step"
    )
    decay: float = knob(
        0.0005, 0.0, 1.0, help="AdamW, SGDW: share of each weight that is taken away in each step"
    )
    bias_correction: bool = knob(
        True,
        choices=(True, False),
        help="Adam divides its means m and v by 1 − βᵗ, because both start at zero",
    )

    def landscape(self) -> Surface:
        """The surface."""
        return surfaces.find(self.surface, self.condition, self.noise)

    def hyper(self, optimizer: rules.Optimizer) -> dict:
        """The hyperparameters of an optimizer that these settings contain, by their names in its
        rule.
        """
        return {name: getattr(self, slider) for name, slider in optimizer.shares.items()}

    def disturbances(self) -> NDArray:
        """The noise of every step, the same for every optimizer: (steps, 2)."""
        return self.landscape().disturbances(self.steps, np.random.default_rng(self.seed))


@dataclass(frozen=True, eq=False)
class Path:
    """The path of an optimizer. Row t of positions and states is after t steps; step t + 1 uses
    gradient t.
    """

    optimizer: str
    lr: float
    hyper: Mapping
    positions: np.ndarray  # (T + 1, 2); invalid from step `ended` on
    gradients: np.ndarray  # (T, 2) with their noise
    states: tuple  # arrays (T + 1, 2), in the order of the optimizer's `states`
    losses: np.ndarray  # (T + 1,) without noise
    ended: int  # the first step that diverged, or 0

    @property
    def last(self) -> int:
        """The last valid step."""
        return self.ended - 1 if self.ended else len(self.gradients)


@dataclass(frozen=True, eq=False)
class Sweep:
    """The final loss of an optimizer for each learning rate."""

    optimizer: str
    rates: np.ndarray  # (L,)
    # (L,) mean loss above the minimum over the last steps; infinite if the run diverged
    scores: np.ndarray
    evaluations: int  # gradients computed

    @property
    def best(self) -> float:
        """The learning rate with the lowest score; the smallest one if all diverged."""
        return float(self.rates[np.argmin(self.scores)])

    @property
    def at_edge(self) -> bool:
        """True if a rate outside the range may be better."""
        return self.best in (self.rates[0], self.rates[-1])


def descend(
    surface: Surface,
    optimizer: Optimizer,
    start: tuple[float, float] | NDArray,
    lr: float | NDArray,
    disturbances: NDArray,
    hyper: dict,
) -> Iterator[tuple]:
    """Yield (point, gradient, state) before each step and after the last one.

    start: (..., 2); lr: a number or (..., 1); disturbances: (T, 2) or (T, ..., 2), which are added
    to the gradients; hyper: further hyperparameters of the rule.
    """
    w = np.array(start, dtype=np.float64)
    state = optimizer.start(w)
    for t, disturbance in enumerate(disturbances, 1):
        g = surface.gradient(w) + disturbance
        yield w, g, state
        w, state = optimizer.step(w, g, state, t, lr, **hyper)
    yield w, surface.gradient(w), state


def race(settings: RaceSettings, entries: tuple) -> Iterator[Path | Progress]:
    """Run optimizers from the same start with the same noise; yields Progress, and a Path for each.

    entries: (name, learning rate) of each optimizer. UserError if a setting is out of its range.
    """
    check(settings)
    surface, disturbances = settings.landscape(), settings.disturbances()
    for k, (name, lr) in enumerate(entries):
        optimizer = rules.find(name)
        hyper = settings.hyper(optimizer)
        moments = []
        with np.errstate(all="ignore"):  # too high a rate ends the path, without a warning
            for t, moment in enumerate(
                descend(surface, optimizer, (settings.x, settings.y), lr, disturbances, hyper)
            ):
                moments.append(moment)
                if t % ALIVE == ALIVE - 1:
                    yield Progress((k + t / settings.steps) / len(entries))
            yield _path(surface, name, lr, hyper, moments)


def _path(surface, name, lr, hyper, moments):
    points, gradients, states = zip(*moments, strict=True)
    positions = np.array(points)
    losses = surface.value(positions)
    return Path(
        name,
        lr,
        hyper,
        positions,
        np.array(gradients[:-1]),
        tuple(np.array(s) for s in zip(*states, strict=True)),
        losses,
        _end(surface, positions, losses),
    )


def _end(surface, positions, losses):
    """The first step whose point is far outside the frame or not finite; 0 if there is none."""
    low, high = np.array(surface.frame).T
    distance = np.abs(positions - (low + high) / 2) / (high - low)
    lost = (distance.max(1) > FAR) | ~np.isfinite(losses)
    lost[0] = False  # the start is always valid
    return int(lost.argmax())


def sweep(settings: RaceSettings, names: tuple[str, ...]) -> Iterator[Sweep | Progress]:
    """Run each optimizer with every learning rate of RATES at once; yields Progress, and a Sweep
    for each optimizer.
    """
    check(settings)
    surface, disturbances = settings.landscape(), settings.disturbances()
    starts = np.tile([settings.x, settings.y], (len(RATES), 1))  # (L, 2)
    scored = settings.steps - max(1, round(SCORED * settings.steps))
    for k, name in enumerate(names):
        optimizer, total = rules.find(name), 0.0
        with np.errstate(all="ignore"):
            moments = descend(
                surface, optimizer, starts, RATES[:, None], disturbances, settings.hyper(optimizer)
            )
            for t, (w, _, _) in enumerate(moments):
                if t > scored:
                    total = total + (surface.value(w) - surface.lowest)
                if t % ALIVE == ALIVE - 1:
                    yield Progress((k + t / settings.steps) / len(names))
            scores = total / (settings.steps - scored)
        yield Sweep(
            name, RATES, np.where(np.isfinite(scores), scores, np.inf), len(RATES) * settings.steps
        )


COLUMNS = (
    "optimizer",
    "lr",
    "step",
    "x",
    "y",
    "loss",
    "gradient_x",
    "gradient_y",
    "velocity_x",
    "velocity_y",
    "effective_lr_x",
    "effective_lr_y",
)


def csv_text(paths: Iterable[Path]) -> str:
    """All steps of all paths as comma-separated values: each point, its loss, and the step from it.

    Gradient, velocity and effective learning rate are those of this step. They are empty at the
    last point, and the velocity also if the rule has none.
    """
    lines = [",".join(COLUMNS)]
    for path in paths:
        for t in range(path.last + 1):
            leaving = _leaving(path, t) if t < path.last else ("",) * 6
            numbers = (path.lr, t, *path.positions[t], path.losses[t], *leaving)
            lines.append(
                ",".join([path.optimizer, *(n if n == "" else f"{n:.10g}" for n in numbers)])
            )
    return "\n".join(lines) + "\n"


def _leaving(path, t):
    """Gradient, velocity and effective learning rate of the step from row t, each along x and y."""
    optimizer, state = rules.find(path.optimizer), [s[t + 1] for s in path.states]
    velocity = state[optimizer.velocity] if optimizer.velocity is not None else ("", "")
    with np.errstate(all="ignore"):
        effective = np.broadcast_to(
            optimizer.effective_lr(tuple(state), t + 1, path.lr, **path.hyper), 2
        )
    return *path.gradients[t], *velocity, *effective


def first_steps(beta1: float, beta2: float, steps: int) -> list[NDArray]:
    """The lengths of Adam's first steps at learning rate 1 with a constant gradient of 1, with and
    without bias correction.

    Returns two arrays (steps,). With bias correction every step has length 1, without it
    (1 - beta1^t) / sqrt(1 - beta2^t).
    """
    lengths = []
    for bias_correction in (True, False):
        w, state, path = np.zeros(1), rules.find("adam").start(np.zeros(1)), [0.0]
        with np.errstate(all="ignore"):
            for t in range(1, steps + 1):
                w, state = rules.adam(
                    w, np.ones(1), state, t, 1.0, beta1, beta2, bias_correction=bias_correction
                )
                path.append(w[0])
        lengths.append(np.abs(np.diff(path)))
    return lengths
