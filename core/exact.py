"""The exact solver: no sampling, no learning rate.

It minimizes the expected objective of skip-gram with negative sampling, summed over the whole text, with an L2 penalty,

    L = sum_co [ W_co softplus(u_o.v_c) - N_co u_o.v_c ] + l2/2 (|V|^2 + |U|^2),      W = K N_c P_o + N,

with N the weighted counts of words seen together, N_c its row sums and P the noise distribution. With U fixed, every row
of V is a convex problem of its own; so V and U take turns, and each takes one Newton step for all of its rows:

    gradient of the rows:   (sigma(V U^T) * W - N) U + l2 V
    Hessian of one row:     U^T diag(W sigma (1 - sigma)) U + l2 I

The Newton equations of a block of rows are solved together by a few steps of conjugate gradients with the diagonal as
preconditioner. A product of all their Hessians with a vector each is two matrix products and one product of elements, so
everything is matrix products of 2 d V^2 multiplications: the cost grows with the square of the vocabulary.
"""
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from core.batch import sigmoid_in_place

ROWS = 256              # rows of a block: its scores fit into the cache, its products keep the processor busy
THREADS = 2             # cores of a small machine
ITERATIONS = 3          # of conjugate gradients for each Newton step
FURTHEST = 3.0          # a step that moves a score further leaves the region in which its sigmoid is nearly linear: shorten it
MOST_WORDS = 20_000     # a sweep of 20,000 words takes 20 times as long as one of 4,500; beyond that nobody waits for it


def start_vectors(words, dim, rng):
    """Centre vectors, and below them context vectors, (2 V, d): (rand - 0.5) / sqrt(d), for zeros are a saddle point."""
    return (rng.random((2 * words, dim)) - 0.5) / np.sqrt(dim)


def sweep(V, U, N, noise, l2):
    """One Newton step for all centre vectors, then one for all context vectors; changes both in place.

    V, U: (V, d). N: sparse counts (V, V). noise: (V,) K times the noise distribution. Yields after each block of rows. The
    blocks of a turn do not depend on each other: two threads share them, and the result is the same for any number.
    """
    N_c = np.asarray(N.sum(1)).ravel().astype(V.dtype)
    noise = noise.astype(V.dtype)
    with ThreadPoolExecutor(THREADS) as pool:
        for A, B, counts, own, other in ((V, U, N, N_c, noise), (U, V, N.T.tocsr(), noise, N_c)):
            blocks = [slice(start, start + ROWS) for start in range(0, len(A), ROWS)]
            for block, step in zip(blocks, pool.map(partial(_block_step, A, B, counts, own, other, l2), blocks), strict=True):
                A[block] += step
                yield


def _block_step(A, B, counts, own, other, l2, block):
    N = counts[block].toarray()
    return newton_step(A[block], B, N, N + own[block, None] * other, l2)


def newton_step(A, B, N, W, l2):
    """The Newton step of the rows A (R, d) against all of B (V, d); N, W: (R, V), W is overwritten."""
    S = sigmoid_in_place(A @ B.T)                                   # (R, V)
    W *= S
    gradient = (W - N) @ B + l2 * A
    S -= 1
    W *= S
    np.negative(W, out=W)                                           # W sigma (1 - sigma)
    diagonal = W @ (B * B) + l2
    x, residual = np.zeros_like(A), -gradient
    z = residual / diagonal
    p, rz = z, _dots(residual, z)
    for _ in range(ITERATIONS):                                     # every row its own system
        Hp = (W * (p @ B.T)) @ B + l2 * p
        step = rz / (_dots(p, Hp) + TINY)
        x += step * p
        residual -= step * Hp
        z = residual / diagonal
        rz, before = _dots(residual, z), rz
        p = z + rz / (before + TINY) * p
    change = np.abs(x @ B.T).max(1, keepdims=True)                  # of the row's scores
    return x * np.minimum(1, FURTHEST / (change + TINY))


TINY = 1e-20            # a row that is solved already divides zero by zero


def _dots(a, b):
    return np.einsum("rd,rd->r", a, b)[:, None]

