"""Momentum on a bowl, in theory and measured.

On f = h w^2 / 2 a step of v = beta v + g, w -= lr v is linear in (w, v), with the characteristic
polynomial z^2 - (1 + beta - lr h) z + beta. Its larger root is the factor by which the distance to
the minimum shrinks in each step (Polyak 1964; Goh 2017, "Why Momentum Really Works").
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.optimizers import surfaces
from core.optimizers.rules import momentum
from core.training_loop import Progress

Numbers = float | NDArray
MEASURED = 400  # steps; the rate is measured over the second half
# Of the variance experiment
BETAS = np.array([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99])
FORGET = 1_500  # steps until the start is forgotten: 0.99^1500 = 3e-7
REPEATS = 1_000  # runs side by side


def rate(lr: Numbers, beta: Numbers, curvatures: tuple[float, float]) -> NDArray:
    """The factor by which momentum shrinks the distance to the minimum in each step; above 1 it
    diverges. lr and beta broadcast against each other.
    """
    return np.max([_largest_root(1 + beta - lr * h, beta) for h in curvatures], axis=0)


def _largest_root(trace, beta):
    """The absolute value of the larger root of z^2 - trace z + beta."""
    discriminant = trace**2 - 4 * beta
    return np.where(
        discriminant < 0, np.sqrt(beta), (np.abs(trace) + np.sqrt(np.maximum(discriminant, 0))) / 2
    )


def best(curvatures: tuple[float, float]) -> tuple[float, float, float]:
    """The learning rate and beta with the lowest rate, and that rate (Polyak 1964).

    lr = (2 / (sqrt h1 + sqrt hn))^2, beta = ((sqrt hn - sqrt h1) / (sqrt hn + sqrt h1))^2, and the
    rate is sqrt(beta).
    """
    low, high = np.sqrt(min(curvatures)), np.sqrt(max(curvatures))
    beta = ((high - low) / (high + low)) ** 2
    return (2 / (low + high)) ** 2, beta, np.sqrt(beta)


def limit(beta: Numbers, curvatures: Sequence[float]) -> Numbers:
    """The learning rate above which momentum diverges: 2 (1 + beta) / h for the largest h."""
    return 2 * (1 + beta) / max(curvatures)


def critical(lr: Numbers, curvature: float) -> NDArray:
    """The beta of critical damping along one direction, where both roots are equal: (1 - sqrt(lr
    h))^2; nan if it is above 1.
    """
    beta = (1 - np.sqrt(lr * curvature)) ** 2
    return np.where(beta <= 1, beta, np.nan)


@dataclass(frozen=True, eq=False)
class RateMap:
    """The rate for every pair of beta and learning rate on a bowl."""

    lrs: np.ndarray  # (L,)
    betas: np.ndarray  # (B,)
    measured: np.ndarray  # (B, L)
    theory: np.ndarray  # (B, L)
    curvatures: tuple


def rate_map(condition: float, lrs: int = 41, betas: int = 34) -> Iterator[Progress | RateMap]:
    """Run momentum for a grid of settings on a bowl with this condition number; yields Progress,
    and last a RateMap.
    """
    surface = surfaces.find("bowl", condition)
    lr, beta = np.linspace(0, 4, lrs + 1)[1:], np.linspace(0, 0.99, betas)
    w = np.ones((betas, lrs, 2))
    v, grown, half = np.zeros_like(w), np.zeros((betas, lrs)), 0.0
    for t in range(1, MEASURED + 1):
        w, (v,) = momentum(w, surface.gradient(w), (v,), t, lr[:, None], beta[:, None, None])
        size = np.maximum(np.sqrt((w * w + v * v).sum(-1)), 1e-300)
        # The step is linear, so rescaling (w, v) does not change the rate
        w, v, grown = w / size[..., None], v / size[..., None], grown + np.log(size)
        if t == MEASURED // 2:
            half = grown.copy()
            yield Progress(0.5)
    measured = np.exp((grown - half) / (MEASURED - MEASURED // 2))
    yield RateMap(
        lr, beta, measured, rate(lr[None], beta[:, None], surface.curvatures), surface.curvatures
    )


def variance_ratio(beta: float) -> float:
    """The variance of the averaged gradient (1 - beta) v divided by that of one gradient: (1 -
    beta) / (1 + beta).
    """
    return (1 - beta) / (1 + beta)


def floor(lr: Numbers, beta: Numbers, curvatures: Sequence[float], noise: float) -> NDArray:
    """Mean loss above the minimum in the long run: the sum of h Var(w) / 2 over the directions,
    from the stationary covariance of (w, v). noise: standard deviation of the gradient.
    """
    h = np.asarray(curvatures)
    lr, beta = np.asarray(lr)[..., None], np.asarray(beta)[..., None]
    variance = lr * noise**2 * (1 + beta) / (h * (1 - beta) * (2 * (1 + beta) - lr * h))
    return (h * variance).sum(-1) / 2


@dataclass(frozen=True, eq=False)
class Spread:
    """The noise of momentum's updates for each beta, all (B,)."""

    betas: np.ndarray
    variance: np.ndarray  # of (1 - beta) v, divided by the variance of one gradient
    angle: np.ndarray  # mean angle between update and true gradient, degrees
    # Circular variance of the direction: 1 - length of the mean unit vector, 0 to 1
    circular: np.ndarray
    loss: np.ndarray  # mean loss in the long run at equal effective learning rate lr / (1 - beta)
    effective: float  # that effective learning rate


def spread(
    condition: float, noise: float, point: tuple[float, float], effective: float, seed: int
) -> Iterator[Progress | Spread]:
    """Measure the noise of the updates at one point of the noisy bowl, and the loss it causes;
    yields Progress, and last a Spread.
    """
    surface = surfaces.find("noisy bowl", condition, noise)
    rng = np.random.default_rng(seed)
    beta = BETAS[:, None, None]
    here = np.broadcast_to(np.asarray(point, float), (len(BETAS), REPEATS, 2))
    v = np.zeros_like(here)
    w, u, loss = (
        np.zeros((len(BETAS), REPEATS // 5, 2)),
        np.zeros((len(BETAS), REPEATS // 5, 2)),
        0.0,
    )
    for t in range(1, FORGET + 1):
        g = surface.gradient(here) + noise * rng.standard_normal((REPEATS, 2))
        _, (v,) = momentum(here, g, (v,), t, 0.0, beta)  # lr 0: the point stays
        g = surface.gradient(w) + noise * rng.standard_normal((REPEATS // 5, 2))
        w, (u,) = momentum(w, g, (u,), t, effective * (1 - beta), beta)
        loss = loss + surface.value(w).mean(-1) * (t > FORGET // 2)
        if t % 100 == 0:
            yield Progress(t / FORGET)
    yield _spread(surface, (1 - beta) * v, point, loss / (FORGET - FORGET // 2), effective)


def _spread(surface, averaged, point, loss, effective):
    with np.errstate(invalid="ignore"):  # without noise and at the minimum there is no direction
        unit = averaged / np.linalg.norm(averaged, axis=-1, keepdims=True)
        slope = surface.gradient(np.asarray(point, float))
        cosine = unit @ (slope / np.linalg.norm(slope))
        variance = averaged.var(axis=1).mean(-1) / np.float64(surface.noise) ** 2
    return Spread(
        BETAS,
        variance,
        np.degrees(np.arccos(np.clip(cosine, -1, 1))).mean(1),
        1 - np.linalg.norm(unit.mean(1), axis=-1),
        loss,
        effective,
    )
