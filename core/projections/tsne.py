"""t-SNE that yields unfinished pictures and can be stopped, unlike that of scikit-learn."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.training_loop import Progress

MOST = 2_000  # points: time and memory grow with their square
ITERATIONS = 750
EXAGGERATED = 250, 12.0  # first steps, in which similarities are multiplied (van der Maaten 2014)
FRAME = 25  # iterations between two pictures


@dataclass(frozen=True, eq=False)
class Layout(Progress):
    """The points after some iterations."""

    points: NDArray[np.float32]  # (n, 2)
    divergence: float  # Kullback-Leibler, in nats


def tsne(vectors: NDArray, perplexity: float, rng: np.random.Generator) -> Iterator[Layout]:
    """t-distributed stochastic neighbor embedding (van der Maaten & Hinton 2008), by Euclidean
    distance; yields a Layout every FRAME iterations.

    vectors: (n, d), n up to MOST; perplexity: effective number of neighbors, from 2 to n - 1; rng:
    for the small random start positions. UserError for other sizes or perplexities.
    """
    n = len(vectors)
    if n > MOST:
        raise UserError(f"t-SNE is available for up to {MOST:,} words, not {n:,}.")
    if not 2 <= perplexity <= n - 1:
        raise UserError(
            f"The perplexity, {perplexity:g}, must be from 2 to the number of other words, {n - 1}."
        )
    P = affinities(vectors, perplexity).astype(np.float32)
    exaggerated = P * np.float32(EXAGGERATED[1])
    Y = rng.normal(0, 1e-4, (n, 2)).astype(np.float32)
    velocity, gains = np.zeros_like(Y), np.ones_like(Y)
    rate = max(n / EXAGGERATED[1] / 4, 50.0)  # Belkina et al. 2019
    for k in range(1, ITERATIONS + 1):
        early = k <= EXAGGERATED[0]
        gradient = _gradient(exaggerated if early else P, Y)
        # Each coordinate has its own rate: smaller when its gradient changes sign
        gains = np.where(velocity * gradient < 0, gains + 0.2, np.maximum(gains * 0.8, 0.01))
        velocity = (0.5 if early else 0.8) * velocity - rate * gains * gradient
        Y = Y + velocity
        if k % FRAME == 0:
            yield Layout(k / ITERATIONS, Y - Y.mean(0), divergence(P, Y))


def affinities(vectors: NDArray, perplexity: float) -> NDArray[np.float64]:
    """Joint probabilities p_ij of neighbors in all dimensions, (n, n).

    The width of each point's Gaussian is chosen to give the wanted perplexity; only the
    3 x perplexity nearest neighbors count (van der Maaten 2014). p_ij = (p_j|i + p_i|j) / 2n.
    """
    n = len(vectors)
    k = min(n - 1, int(3 * perplexity) + 1)
    from sklearn.neighbors import NearestNeighbors  # a second that pages need not wait for

    distance, near = NearestNeighbors(n_neighbors=k).fit(vectors).kneighbors()
    square = distance**2
    # Subtracting the smallest changes no probability and avoids underflow
    square -= square[:, :1]
    low, high = np.full(n, -40.0), np.full(n, 40.0)  # of the logarithm of 1 / 2σ²
    for _ in range(60):
        middle = (low + high) / 2
        p = _conditional(square, middle)
        entropy = -(p * np.log(np.maximum(p, 1e-300))).sum(1)
        wide = entropy > np.log(perplexity)
        low, high = np.where(wide, middle, low), np.where(wide, high, middle)
    P = np.zeros((n, n))
    np.put_along_axis(P, near, _conditional(square, (low + high) / 2), 1)
    return (P + P.T) / (2 * n)


def _conditional(square: NDArray, log_beta: NDArray) -> NDArray:
    p = np.exp(-square * np.exp(log_beta)[:, None])
    return p / p.sum(1, keepdims=True)


def _gradient(P: NDArray, Y: NDArray) -> NDArray:
    """dC/dy_i = 4 Σ_j (p_ij - q_ij) (y_i - y_j) / (1 + |y_i - y_j|²)."""
    w = _closeness(Y)
    pull = w * np.float32(-1 / w.sum(dtype=np.float64))  # -q
    pull += P
    pull *= w
    return 4 * (pull.sum(1)[:, None] * Y - pull @ Y)


def divergence(P: NDArray, Y: NDArray) -> float:
    """Kullback-Leibler divergence of P from the neighbors in the plane, KL(P || Q), in nats."""
    w = _closeness(Y)
    p, q = P[P > 0], w[P > 0] / w.sum(dtype=np.float64)
    return float((p * np.log(p / np.maximum(q, 1e-12))).sum())


def _closeness(Y: NDArray) -> NDArray:
    """1 / (1 + |y_i - y_j|²) for each two points, 0 for a point with itself: (n, n)."""
    square = (Y**2).sum(1)
    w = Y @ (-2 * Y.T)  # all steps reuse this array
    w += square
    w += square[:, None]
    np.maximum(w, 0, out=w)
    w += 1
    np.reciprocal(w, out=w)
    np.fill_diagonal(w, 0)
    return w
