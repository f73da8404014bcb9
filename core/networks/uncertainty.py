"""Dropout as a Bayesian approximation: many passes with dropout switched on, and a Gaussian process
on the same points.

Gal and Ghahramani (2016): a network trained on 1/(2N) sum (y - f(x))^2 + lambda ||W||^2 with
dropout approximates a deep Gaussian process of precision tau = p_keep l^2 / (2 N lambda), with l
the length scale of its prior. The prediction at x is the mean of T passes, and Var[y] = tau^-1 +
their sample variance.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from math import isinf

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.networks import decay_training
from core.networks.decay_training import Descent
from core.networks.perceptron import Network
from core.threads import one_thread
from core.training_loop import Progress

NETWORK = Network((1, 50, 50, 1), "regression")
STEPS, LR = 2_000, 0.01
HIGHEST_P = 0.9  # with a higher rate, a pass has fewer than 5 of 50 units on average
FITTED = 3  # points that can determine the three numbers of a Gaussian process
WITHIN_95 = 1.959964  # 95% of a normal distribution are within so many standard deviations


@dataclass(frozen=True)
class Lesson:
    """The arguments of a training: points (x, y), dropout rate p, decay (lambda of the objective
    above) and seed.
    """

    x: tuple
    y: tuple
    p: float = 0.1
    decay: float = 1e-4
    seed: int = 0


@dataclass(frozen=True)
class Learned:
    """The result of a training: the parameters of the network, and the losses on the points before
    and after.
    """

    w: np.ndarray  # (P,) float32
    losses: tuple


@dataclass(frozen=True)
class Passes:
    """The predictions of T passes at N places."""

    each: np.ndarray  # (T, N)
    mean: np.ndarray  # (N,)
    variance: np.ndarray  # (N,) sample variance of the passes; zero for T = 1 or p = 0


def check_p(p: float) -> None:
    """UserError for a dropout rate below 0 or above HIGHEST_P."""
    if not 0 <= p <= HIGHEST_P:
        raise UserError(
            f"With p = {p:g}, {p:.0%} of the units are dropped in each pass and the rest is "
            "multiplied by 1/(1 − "
            f"p){f' = {1 / (1 - p):.0f}' if 0 <= p < 1 else ', which is infinite'}: nothing can "
            f"be learned. Choose p up to {HIGHEST_P:g}."
        )


@one_thread
def learn(lesson: Lesson) -> Generator[Progress | Learned, None, None]:
    """Train the network on the points; yields Progress, and last Learned. UserError without
    points.
    """
    check_p(lesson.p)
    if not lesson.x:
        raise UserError("There is no point to learn from yet; add one.")
    x, y = np.array(lesson.x, np.float32)[None, :, None], np.array(lesson.y, np.float32)[None]
    # Lambda ||W||^2 has the gradient 2 lambda w
    descent_rule = Descent("adam_l2", LR, 2 * lesson.decay)
    start = decay_training.start(NETWORK, [lesson.seed])
    for snapshot in decay_training.train(
        NETWORK,
        start,
        x,
        y,
        descent_rule,
        steps=STEPS,
        seeds=[lesson.seed],
        batch=len(lesson.x),
        p=lesson.p,
        schedule="cosine",
    ):
        yield Progress(snapshot.done)
    losses = tuple(float(NETWORK.loss(w, x, y)[0]) for w in (start, snapshot.w))
    yield Learned(snapshot.w[0], losses)


def passes(w: NDArray, x: NDArray, p: float, T: int, rng: np.random.Generator) -> Passes:
    """T passes at places x (N,), each with one mask for all places; all passes are computed
    together, as products (T, N, units) @ (units, units).
    """
    check_p(p)
    if T < 1:
        raise UserError("At least one pass is needed.")
    masks = (
        NETWORK.masks(rng, p, 1, (T,), np.float32) if p else [np.ones((T, 1, 1), np.float32)] * 2
    )
    each = NETWORK.predict(w.astype(np.float32), np.asarray(x, np.float32)[:, None], masks).astype(
        float
    )
    return Passes(
        each, each.mean(0), each.var(0, ddof=1) if T > 1 and p else np.zeros(len(each[0]))
    )


def precision(p: float, length: float, points: int, decay: float) -> float:
    """tau = p_keep l^2 / (2 N lambda); infinite for lambda = 0.

    length: l; points: N; decay: lambda. UserError if tau is 0 or 0/0.
    """
    if length <= 0:
        raise UserError(
            "With length scale 0 and λ = 0, τ = p_keep l²/(2Nλ) is 0/0 and says nothing; raise "
            "one of them."
            if decay == 0
            else "With length scale 0, τ is 0 and the noise 1/τ infinite; raise the length scale."
        )
    return np.inf if decay == 0 else (1 - p) * length**2 / (2 * points * decay)


def deviation(found: Passes, tau: float) -> NDArray:
    """Standard deviation of y at each place (N,): the root of tau^-1 + the sample variance."""
    return np.sqrt((0.0 if isinf(tau) else 1 / tau) + found.variance)


def band(found: Passes, tau: float, p: float) -> NDArray:
    """Half the width of the 95% band at each place (N,): 1.96 deviations.

    Without dropout there is no posterior and so no band: zeros.
    """
    return WITHIN_95 * deviation(found, tau) if p else np.zeros(len(found.mean))


@dataclass(frozen=True)
class Process:
    """The prediction of a Gaussian process at N places, and its fitted hyperparameters."""

    mean: NDArray[np.float64]  # (N,)
    half: NDArray[np.float64]  # (N,) half the width of the 95% band of y
    height: float  # s
    reach: float  # l, the length scale
    noise: float  # standard deviation


def process(x: Sequence[float], y: Sequence[float], at: Sequence[float]) -> Iterator[Process]:
    """Fit scikit-learn's Gaussian process to points (x, y) and yield its prediction at places `at`.

    Its kernel is s^2 exp(-(x - x')^2 / (2 l^2)) plus noise; these three numbers maximize the
    likelihood of the points. One or two points cannot determine them, so the starting values s = 1,
    l = 1 and a noise of variance 0.01 are kept.
    """
    # A second and a half that pages need not wait for
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

    kernel = ConstantKernel(1.0, (0.05, 50)) * RBF(1.0, (0.1, 10)) + WhiteKernel(0.01, (1e-5, 1))
    search = "fmin_l_bfgs_b" if len(x) >= FITTED else None
    fitted = GaussianProcessRegressor(kernel, optimizer=search)
    fitted.fit(np.reshape(x, (-1, 1)), y)
    mean, spread = fitted.predict(np.reshape(at, (-1, 1)), return_std=True)
    scale, noise = fitted.kernel_.k1, fitted.kernel_.k2.noise_level
    yield Process(
        mean,
        WITHIN_95 * spread,
        scale.k1.constant_value**0.5,
        scale.k2.length_scale,
        noise**0.5,
    )


def coverage(y: NDArray, mean: NDArray, half: NDArray) -> float:
    """Share of held-out values within the band mean +- half."""
    return float(np.mean(np.abs(y - mean) <= half))


def after(found: Passes, count: int) -> Passes:
    """The Passes of only the first `count` passes."""
    each = found.each[:count]
    still = count == 1 or not found.variance.any()
    return Passes(each, each.mean(0), np.zeros(each.shape[1]) if still else each.var(0, ddof=1))
