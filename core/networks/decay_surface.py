"""The five forms of weight decay on a visible surface: the squared error of two weights, one of
which belongs to a larger feature.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.networks.decay_training import DECAY_FORMS, Descent
from core.training_loop import SCHEDULES

SAMPLES, BATCH = 60, 6
SCALES = 2.0, 0.5  # of the two features: the first weight has the larger gradients
TRUE = 1.2, 1.6  # the weights behind the data
NOISE = 1.0  # standard deviation of the targets around them
START = -1.6, -0.6
REACH = 2.4  # the surface is shown from -REACH to REACH
STEPS, EVERY = 600, 6


@dataclass(frozen=True, eq=False)
class Surface:
    """Mean of (x . w - y)^2 / 2 over the samples."""

    x: np.ndarray  # (SAMPLES, 2)
    y: np.ndarray

    def loss(self, w: NDArray) -> float:
        """The loss at points (..., 2)."""
        return ((w @ self.x.T - self.y) ** 2).mean(-1) / 2

    def gradient(self, w: NDArray, rows: NDArray) -> NDArray:
        """The gradient at a point (2,), over some of the samples."""
        return (self.x[rows] @ w - self.y[rows]) @ self.x[rows] / len(rows)

    def minimum(self, decay: float = 0.0) -> NDArray:
        """Where loss + decay ||w||^2 / 2 is smallest: (H + decay I) w = X^T y / N."""
        n = len(self.y)
        return np.linalg.solve(self.x.T @ self.x / n + decay * np.eye(2), self.x.T @ self.y / n)


@cache
def surface() -> Surface:
    """The surface of the page, always the same."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=(SAMPLES, 2)) * SCALES
    return Surface(x, x @ TRUE + rng.normal(0, NOISE, SAMPLES))


def path(form: str, lr: float, decay: float, seed: int = 0) -> NDArray:
    """The path of a form of weight decay with a cosine schedule: (STEPS / EVERY + 1, 2).

    All forms get the same batches for the same seed. UserError for an unknown form.
    """
    if form not in DECAY_FORMS:
        raise UserError(
            f"There is no form of weight decay {form!r}; choose one of {', '.join(DECAY_FORMS)}."
        )
    ground, rng, descent = surface(), np.random.default_rng(seed), Descent(form, lr, decay)
    w = np.array(START)
    state, points = descent.start(w), [w]
    for t in range(1, STEPS + 1):
        eta = SCHEDULES["cosine"]((t - 1) / STEPS)
        with np.errstate(all="ignore"):
            w, state = descent.step(
                w, ground.gradient(w, rng.integers(SAMPLES, size=BATCH)), state, t, eta
            )
        if t % EVERY == 0:
            points.append(w)
    return np.stack(points)


def contours(levels: int = 12, corners: int = 90) -> tuple[NDArray, NDArray]:
    """Ellipses of equal loss around the minimum, (levels, corners, 2), and the loss of each."""
    ground = surface()
    center, n = ground.minimum(), len(ground.y)
    values, vectors = np.linalg.eigh(ground.x.T @ ground.x / n)
    angle = np.linspace(0, 2 * np.pi, corners)
    circle = np.stack([np.cos(angle), np.sin(angle)], 1)
    # Loss above the minimum = sum of eigenvalue * distance^2 / 2
    above = np.geomspace(0.02, 60, levels)
    rings = center + np.sqrt(2 * above)[:, None, None] * (circle / np.sqrt(values)) @ vectors.T
    return rings, ground.loss(center) + above
