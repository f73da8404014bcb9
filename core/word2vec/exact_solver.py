"""The exact solver: no sampling, no learning rate.

It minimizes the expected objective of skip-gram with negative sampling, summed over the whole text,
with an L2 penalty,

    L = sum_co [ W_co softplus(u_o.v_c) - N_co u_o.v_c ] + l2/2 (|V|^2 + |U|^2)
    W = K N_c P_o + N

with N the weighted co-occurrence counts, N_c their row sums and P the noise distribution. With U
fixed, each row v of V is a convex problem of its own. So V and U are updated in turns, and in each
turn all rows take one step:

    gradient of a row:      g = U^T (W sigma - N) + l2 v
    Hessian of a row:       H = U^T diag(W sigma (1 - sigma)) U + l2 I

- The direction is Newton's for a simpler Hessian, U^T diag(P) U times the row's mean curvature: one
  decomposition of a d x d matrix serves all rows. The length of the step along it is the best one
  for the true H.
- N is sparse, and the rest of W is the product of a column and a row: neither is ever stored as a
  V x V matrix.
- While all scores are near zero, sigma is 1/2 and a turn needs sparse products only. So the first
  three turns cost almost nothing.

A turn takes three matrix products of 2 d V^2 operations each, and one exponential for each score:
its cost grows with the square of the vocabulary.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import DTypeLike, NDArray
from scipy import sparse

from core.threads import side_by_side

# Rows of a block: few enough for its scores to fit into the cache, enough for efficient products
ROWS = 64
AT_ONCE = 16  # blocks that are given to the threads together
# Largest change of a score: a longer step is shortened, as it would leave the region in which the
# sigmoid is nearly linear
FURTHEST = 3.0
MOST_WORDS = 50_000
FORETOLD = 5_000  # words from which a training takes long enough to say how long
TINY = 1e-20  # avoids 0 / 0 in a row that is solved already
# A direction whose curvature is this much smaller than the largest is rounding noise: no step is
# taken along it without L2. Such directions exist if there are fewer words than dimensions.
FLAT = 1e-6


@dataclass(frozen=True, eq=False)
class Side:
    """The data that the rows of V (or of U) are fitted to, with the weights W = own other^T + N."""

    N: sparse.csr_array  # (V, V) counts of the row's word with each word of the other side
    own: np.ndarray  # (V,) N_c for V, K P for U
    other: np.ndarray  # (V,) K P for V, N_c for U
    K: float  # sum of own other^T divided by the sum of N


def sides(N: sparse.csr_array, noise: NDArray, dtype: DTypeLike) -> tuple[Side, Side]:
    """The sides of V and of U. N: (V, V) sparse counts; noise: (V,) K times the noise
    distribution.
    """
    N = sparse.csr_array(N, dtype=dtype)
    N_c, noise, K = N.sum(1).astype(dtype), noise.astype(dtype), float(noise.sum())
    return Side(N, N_c, noise, K), Side(N.T.tocsr(), noise, N_c, K)


def start(
    side_of_v: Side, side_of_u: Side, dim: int, l2: float, rng: np.random.Generator
) -> NDArray:
    """Center vectors, and below them context vectors, (2 V, d), after three turns that assume all
    scores to be zero.

    The context vectors are initialized as (rand - 0.5) / sqrt(d), drawn from rng.
    """
    words, dtype = len(side_of_v.own), side_of_v.own.dtype
    U = ((rng.random((words, dim)) - 0.5) / np.sqrt(dim)).astype(dtype)
    V = first_step(U, side_of_v, l2)
    U = first_step(V, side_of_u, l2)
    return np.concatenate([first_step(U, side_of_v, l2), U])


def first_step(B: NDArray, side: Side, l2: float) -> NDArray:
    """The rows after a step from zero, (V, d): all sigma are 1/2, and for the Hessian N is
    approximated by 1/K of own other^T.
    """
    negative_gradient = (side.N @ B - side.own[:, None] * (side.other @ B)) / 2
    return _solve(negative_gradient, _decompose(B, side), side.own * (1 + 1 / side.K) / 4, l2)


def sweep(V: NDArray, U: NDArray, side_of_v: Side, side_of_u: Side, l2: float) -> Iterator[None]:
    """One step for all context vectors, then one for all center vectors; changes both in place.

    V, U: (V, d). Yields after each block of rows. The blocks of a turn do not depend on each other,
    so two threads compute them, with the same result as one.
    """
    blocks = _blocks(len(V))
    for A, B, side in ((U, V, side_of_u), (V, U, side_of_v)):
        one = partial(step, A, B, side, l2, _decompose(B, side))
        for first in range(0, len(blocks), AT_ONCE):
            some = blocks[first : first + AT_ONCE]
            # All are finished before the first yield: no thread computes while the task waits
            for block, change in zip(some, list(side_by_side(one, some)), strict=True):
                A[block] += change
                yield


def seconds(W: NDArray, side_of_v: Side, side_of_u: Side, l2: float, sweeps: int) -> float:
    """About how many seconds so many sweeps take, measured on a few blocks; 0 below FORETOLD words.

    W: (2 V, d), center vectors and below them context vectors; they stay as they are.
    """
    V, U = np.split(W, 2)
    if len(V) < FORETOLD:
        return 0.0
    blocks = _blocks(len(V))
    some = blocks[:: -(-len(blocks) // AT_ONCE)]  # frequent words have more counts than rare ones
    begun = time.perf_counter()
    for A, B, side in ((U, V, side_of_u), (V, U, side_of_v)):
        list(side_by_side(partial(step, A, B, side, l2, _decompose(B, side)), some))
    return (time.perf_counter() - begun) * len(blocks) / len(some) * sweeps


def step(
    A: NDArray, B: NDArray, side: Side, l2: float, decomposed: tuple[NDArray, NDArray], block: slice
) -> NDArray:
    """The step of a block of R rows of A (V, d), with B (V, d) fixed: (R, d)."""
    A, N, own = A[block], side.N[block], side.own[block, None]
    # Flat indices of the counts in the matrix of scores
    at = np.repeat(np.arange(len(A)), np.diff(N.indptr)) * len(B) + N.indices
    S = -A @ B.T  # (R, V)
    # Infinity for scores below -88 in float32: 1 / infinity = 0 is then right
    np.exp(S, out=S)
    S += 1
    np.divide(1, S, out=S)  # sigma
    T = S * side.other
    # W sigma / own
    T.reshape(-1)[at] += N.data * S.reshape(-1)[at] / np.repeat(own.ravel(), np.diff(N.indptr))
    negative_gradient = N @ B - own * (T @ B) - l2 * A
    S -= 1
    T *= S  # -W sigma (1 - sigma) / own
    x = _solve(
        negative_gradient,
        decomposed,
        (own * T.sum(1, keepdims=True)).ravel() / -side.other.sum(),
        l2,
    )
    np.matmul(x, B.T, out=S)  # how the direction moves each score
    furthest = np.maximum(S.max(1), -S.min(1))[:, None]
    S *= S
    curvature = _dots(x, l2 * x) - own * _dots(T, S)  # x.H x
    return x * np.minimum(
        _dots(negative_gradient, x) / (curvature + TINY), FURTHEST / (furthest + TINY)
    )


def _blocks(words):
    """The rows of each block."""
    return [slice(start, start + ROWS) for start in range(0, words, ROWS)]


def _decompose(B, side):
    """Eigenvalues and eigenvectors of B^T diag(other) B, the part common to all Hessians."""
    return np.linalg.eigh((B * side.other[:, None]).T @ B)


def _solve(rows, decomposed, curvature, l2):
    """Solve (curvature_r Q diag(values) Q^T + l2 I) x_r = rows_r for each row."""
    values, Q = decomposed
    bent = curvature[:, None] * np.maximum(values, 0) + l2
    flat = bent <= FLAT * curvature[:, None] * values[-1]
    return np.where(flat, 0, rows @ Q / (bent + TINY)) @ Q.T


def _dots(a, b):
    return np.einsum("rd,rd->r", a, b)[:, None]
