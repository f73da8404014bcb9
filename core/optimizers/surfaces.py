"""Surfaces to descend: functions of two parameters with their gradient, their minima and the frame
in which they are shown.

Points are arrays (..., 2), so many runs can descend at once. Where a function overflows, its value
and gradient are infinite or nan, without an exception; `trajectories` ends such a path.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError

CLOSE = 0.3  # a path that ends within this distance of a minimum has reached it


@dataclass(frozen=True)
class Surface:
    """One loss surface."""

    name: str
    title: str
    value: Callable  # (..., 2) -> (...)
    gradient: Callable  # (..., 2) -> (..., 2)
    minima: tuple  # all points where the value is lowest
    lowest: float  # the value there
    frame: tuple  # (x from, x to), (y from, y to)
    start: tuple  # an instructive point to start from
    look: str  # what to look for in the picture
    curvatures: tuple = ()  # of a quadratic: second derivatives along x and y
    # Standard deviation of each coordinate of the gradient around its true value
    noise: float = 0.0
    # The default learning rate: from `start` no optimizer diverges within 150 steps
    rate: float = 0.1
    # What is measured of each path, as shown below the picture, and how: points (T + 1, 2) -> text
    measured: str = "loss above the minimum at the end"
    measure: Callable[[NDArray], str] | None = None

    def say(self, points: NDArray) -> str:
        """What is measured of a path (T + 1, 2), as a short text."""
        if self.measure is not None:
            return self.measure(points)
        return f"{self.value(points[-1]) - self.lowest:.2g}"

    def disturbances(self, steps: int, rng: np.random.Generator) -> NDArray:
        """The noise that is added to the gradient in each step, (steps, 2); zeros on a surface
        without noise.
        """
        return self.noise * rng.standard_normal((steps, 2)) if self.noise else np.zeros((steps, 2))


def crossings(points: NDArray) -> int:
    """How often a path (T + 1, 2) crosses the line y = 0."""
    sides = np.sign(points[:, 1])
    return int((np.diff(sides[sides != 0]) != 0).sum())


def _late(value):
    """The mean value over the last tenth of a path."""
    return lambda points: f"{value(points[-max(1, len(points) // 10) :]).mean():.2g}"


def _reached(minima):
    """The minimum that a path has reached at its end."""

    def measure(points):
        distances = np.linalg.norm(np.array(minima) - points[-1], axis=1)
        k = distances.argmin()
        return "({:.1f}, {:.1f})".format(*minima[k]) if distances[k] < CLOSE else "none yet"

    return measure


def _below(value, level):
    """The first step at which a path is below a level."""

    def measure(points):
        below = value(points) < level
        return f"{int(below.argmax()):,}" if below.any() else "not yet"

    return measure


def bowl(condition: float, noise: float) -> Surface:
    """f = (x^2 / condition + y^2) / 2: the larger curvature is 1, so SGD diverges at a learning
    rate above 2 on every bowl.
    """
    curvatures = np.array([1 / condition, 1.0])
    return Surface(
        "bowl",
        "Elongated bowl",
        lambda w: (curvatures * w * w).sum(-1) / 2,
        lambda w: curvatures * w,
        ((0.0, 0.0),),
        0.0,
        ((-5.0, 5.0), (-3.0, 3.0)),
        (-4.0, 2.0),
        "how often each path crosses the line y = 0"
        + (", the floor of the valley." if condition > 1 else "; this bowl is round."),
        tuple(curvatures),
        measured="crossings of y = 0",
        measure=lambda points: str(crossings(points)),
    )


def noisy_bowl(condition: float, noise: float) -> Surface:
    """The bowl with noisy gradients, as from random mini-batches: normal noise is added to each
    coordinate.
    """
    quiet = bowl(condition, noise)
    return Surface(
        "noisy bowl",
        "Noisy bowl",
        quiet.value,
        quiet.gradient,
        quiet.minima,
        0.0,
        quiet.frame,
        quiet.start,
        "how far from the star each path still moves at the end.",
        quiet.curvatures,
        noise,
        measured="mean loss over the last tenth of the steps",
        measure=_late(quiet.value),
    )


def rosenbrock(condition: float, noise: float) -> Surface:
    """f = (1 - x)^2 + 100 (y - x^2)^2 (Rosenbrock 1960)."""

    def value(w):
        x, y = w[..., 0], w[..., 1]
        return (1 - x) ** 2 + 100 * (y - x * x) ** 2

    def gradient(w):
        x, y = w[..., 0], w[..., 1]
        return np.stack([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)], -1)

    return Surface(
        "rosenbrock",
        "Rosenbrock's banana",
        value,
        gradient,
        ((1.0, 1.0),),
        0.0,
        ((-2.0, 2.0), (-1.0, 3.0)),
        (-1.5, 2.0),
        "the bent valley, whose floor is nearly flat: the slope across it is many times steeper "
        "than along it.",
        rate=0.001,
    )


def beale(condition: float, noise: float) -> Surface:
    """f = sum over k = 1, 2, 3 of (c_k - x (1 - y^k))^2 with c = 1.5, 2.25, 2.625 (Beale 1958)."""
    constants = (1.5, 2.25, 2.625)

    def value(w):
        x, y = w[..., 0], w[..., 1]
        return sum((c - x + x * y**k) ** 2 for k, c in enumerate(constants, 1))

    def gradient(w):
        x, y = w[..., 0], w[..., 1]
        rests = [c - x + x * y**k for k, c in enumerate(constants, 1)]
        return np.stack(
            [
                sum(2 * r * (y**k - 1) for k, r in enumerate(rests, 1)),
                sum(2 * r * x * k * y ** (k - 1) for k, r in enumerate(rests, 1)),
            ],
            -1,
        )

    return Surface(
        "beale",
        "Beale",
        value,
        gradient,
        ((3.0, 0.5),),
        0.0,
        ((-4.5, 4.5), (-4.5, 4.5)),
        (1.0, 1.5),
        "cliffs at the corners and a nearly flat plain in the middle.",
        rate=0.005,
    )


def himmelblau(condition: float, noise: float) -> Surface:
    """f = (x^2 + y - 11)^2 + (x + y^2 - 7)^2 (Himmelblau 1972): four minima of value 0."""

    def value(w):
        x, y = w[..., 0], w[..., 1]
        return (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2

    def gradient(w):
        x, y = w[..., 0], w[..., 1]
        a, b = x * x + y - 11, x + y * y - 7
        return np.stack([4 * x * a + 2 * b, 2 * a + 4 * y * b], -1)

    minima = (
        (3.0, 2.0),
        (-2.8051180869527, 3.1313125182506),
        (-3.7793102533777, -3.2831859912862),
        (3.5844283403305, -1.8481265269645),
    )
    return Surface(
        "himmelblau",
        "Himmelblau (four minima)",
        value,
        gradient,
        minima,
        0.0,
        ((-5.0, 5.0), (-5.0, 5.0)),
        (-0.5, -1.5),
        "four minima, all equally good: which of them does each path reach?",
        rate=0.01,
        measured="minimum reached at the end",
        measure=_reached(minima),
    )


def saddle(condition: float, noise: float) -> Surface:
    """f = x^2 / 2 - y^2 / 2 + y^4 / 4: a saddle at the origin between two minima."""

    def value(w):
        x, y = w[..., 0], w[..., 1]
        return x * x / 2 - y * y / 2 + y**4 / 4

    def gradient(w):
        x, y = w[..., 0], w[..., 1]
        return np.stack([x, y**3 - y], -1)

    return Surface(
        "saddle",
        "Saddle",
        value,
        gradient,
        ((0.0, 1.0), (0.0, -1.0)),
        -0.25,
        ((-2.0, 2.0), (-1.6, 1.6)),
        (-1.6, 0.001),
        "at the saddle (0, 0) the gradient is zero, and near it small: after how many steps does "
        "each path leave?",
        measured="first step below the saddle",
        measure=_below(value, 0.0),
    )


def rough(condition: float, noise: float) -> Surface:
    """f = (x^2 + y^2) / 10 + (2 - cos 3x - cos 3y) / 2: a bowl with many local minima (similar to
    Rastrigin 1974).
    """
    return Surface(
        "rough",
        "Rough (many local minima)",
        lambda w: (w * w / 10 + (1 - np.cos(3 * w)) / 2).sum(-1),
        lambda w: w / 5 + 1.5 * np.sin(3 * w),
        ((0.0, 0.0),),
        0.0,
        ((-5.0, 5.0), (-4.0, 4.0)),
        (-4.2, 3.2),
        "which of the many dents each path ends in; the star is in the lowest.",
        measured="end of the path",
        measure=lambda points: "({:.1f}, {:.1f})".format(*points[-1]),
    )


BUILDERS = {
    build(1.0, 0.0).name: build
    for build in (bowl, noisy_bowl, rosenbrock, beale, himmelblau, saddle, rough)
}


def find(name: str, condition: float = 20.0, noise: float = 1.0) -> Surface:
    """The surface with this name; UserError lists the names.

    condition: ratio of the largest to the smallest curvature of a bowl. noise: standard deviation
    of the gradient on the noisy bowl.
    """
    if name not in BUILDERS:
        raise UserError(f"There is no surface {name!r}; choose one of {', '.join(BUILDERS)}.")
    return BUILDERS[name](condition, noise)
