"""The two losses of word2vec and their gradients, one line for each equation.

Notation of the exercise: v_c is the center vector (d,), U has the outside (context) vectors as rows
(V, d), and o is the outside word. The exercise has them as columns, so its U (y_hat - y) is
`(y_hat - y) @ U` here. Every loss returns `(loss, gradients)`; gradients have the names and shapes
of the parameters. Source: Mikolov et al. 2013; CS224n, assignment 2.
"""

import numpy as np
from numpy.typing import NDArray


def sigmoid(x: float | NDArray) -> NDArray:
    """The logistic function 1 / (1 + exp(-x)), written with tanh, which cannot overflow."""
    return 0.5 + 0.5 * np.tanh(0.5 * x)


def sigmoid_slope(x: NDArray) -> NDArray:
    """The derivative of the sigmoid, sigma (1 - sigma)."""
    return sigmoid(x) * (1 - sigmoid(x))


def softplus(x: float | NDArray) -> NDArray:
    """-log sigma(-x) = log(1 + exp(x)), exact for large |x|."""
    return np.logaddexp(0, x)


def softmax(x: NDArray) -> NDArray:
    """Probabilities along the last axis, in the shape of x.

    The largest score is subtracted first, so exp cannot overflow.
    """
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def naive_softmax(v_c: NDArray, o: int, U: NDArray) -> tuple[float, dict[str, NDArray]]:
    """Cross-entropy of the outside word o under softmax(U v_c).

    v_c: (d,), o: index, U: (V, d). Returns the loss in nats and gradients v_c (d,), U (V, d).
    """
    y_hat = softmax(U @ v_c)  # (V,)
    y = np.zeros_like(y_hat)
    y[o] = 1
    loss = -np.log(y_hat[o])
    return loss, {
        "v_c": (y_hat - y) @ U,  # U^T (y_hat - y)
        "U": np.outer(y_hat - y, v_c),
    }


def negative_sampling(
    v_c: NDArray, o: int, negatives: NDArray | range | tuple[int, ...] | list, U: NDArray
) -> tuple[float, dict[str, NDArray]]:
    """-log sigma(u_o . v_c) - sum_k log sigma(-u_k . v_c).

    v_c: (d,), o: index, negatives: (K,) indices, of which one drawn twice counts twice, U: (V, d).
    Returns the loss in nats, summed over the 1 + K terms, and gradients v_c (d,), U (V, d).
    """
    negatives = np.asarray(negatives, dtype=np.intp)
    u_o, u_k = U[o], U[negatives]  # (d,), (K, d)
    to_o, to_k = sigmoid(u_o @ v_c), sigmoid(u_k @ v_c)  # (), (K,)
    loss = softplus(-u_o @ v_c) + softplus(u_k @ v_c).sum()
    dU = np.zeros_like(U)
    dU[o] += (to_o - 1) * v_c
    # dU[negatives] += ... would count a repeated word only once
    np.add.at(dU, negatives, to_k[:, None] * v_c)
    return loss, {"v_c": (to_o - 1) * u_o + to_k @ u_k, "U": dU}


def skip_gram(
    center: int,
    outside: list[int] | tuple[int, ...],
    negatives: list | None,
    V: NDArray,
    U: NDArray,
) -> tuple[float, dict[str, NDArray]]:
    """The loss of one window: the sum over its outside words.

    center: index, outside: (m,) indices, negatives: m lists of indices, or None for the naive
    softmax, V, U: (V, d) center and outside vectors. Returns the loss in nats and gradients V
    (V, d), U (V, d); the rows of the gradient of V for all other words are zero.
    """
    total, dV, dU = 0.0, np.zeros_like(V), np.zeros_like(U)
    for k, o in enumerate(outside):
        if negatives is None:
            loss, gradients = naive_softmax(V[center], o, U)
        else:
            loss, gradients = negative_sampling(V[center], o, negatives[k], U)
        total += loss
        dV[center] += gradients["v_c"]
        dU += gradients["U"]
    return total, {"V": dV, "U": dU}
