"""Optimizers: each is one rule, written as in its paper, with its state and its defaults, in one registry.

A rule takes the parameters w, their gradient g, the optimizer's state (a tuple of arrays shaped like w), the number of
the step t = 1, 2, ... and the learning rate, and returns the new parameters and the new state. It changes nothing in
place, so a rule applies to a whole array or to some of its rows alike. A schedule multiplies the learning rate before it
is handed in; the rules with decoupled weight decay are told the multiplier `eta` as well.
"""
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.errors import UserError


@dataclass(frozen=True)
class Optimizer:
    """A rule, how many state arrays it keeps, and the learning rate that suits word2vec."""

    name: str
    rule: Callable
    states: int
    lr: float       # for word2vec here: the gradient is the mean over the windows of a batch
    source: str

    def start(self, w):
        """The state before the first step: zeros."""
        return tuple(np.zeros_like(w) for _ in range(self.states))


def sgd(w, g, state, t, lr):
    """w -= lr g."""
    return w - lr * g, state


def momentum(w, g, state, t, lr, beta=0.9):
    """v = beta v + g; w -= lr v. (With v = beta v - lr g the two differ as soon as lr changes.)"""
    (v,) = state
    v = beta * v + g
    return w - lr * v, (v,)


def nesterov(w, g, state, t, lr, beta=0.9):
    """v = beta v + g; w -= lr (g + beta v): the gradient as if taken one step ahead (Sutskever's and PyTorch's form)."""
    (v,) = state
    v = beta * v + g
    return w - lr * (g + beta * v), (v,)


def adagrad(w, g, state, t, lr, eps=1e-8):
    """s += g^2; w -= lr g / (sqrt(s) + eps)."""
    (s,) = state
    s = s + g * g
    return w - lr * g / (np.sqrt(s) + eps), (s,)


def rmsprop(w, g, state, t, lr, rho=0.9, eps=1e-8):
    """s = rho s + (1 - rho) g^2; w -= lr g / (sqrt(s) + eps)."""
    (s,) = state
    s = rho * s + (1 - rho) * g * g
    return w - lr * g / (np.sqrt(s) + eps), (s,)


def adam(w, g, state, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    """m, v: running means of g and g^2, corrected for their start at zero; w -= lr m_hat / (sqrt(v_hat) + eps)."""
    m, v = state
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), (m, v)


def adamw(w, g, state, t, lr, beta1=0.9, beta2=0.999, eps=1e-8, decay=0.01, eta=1.0):
    """Adam, and w -= eta decay w: the decay is not divided by sqrt(v_hat). PyTorch multiplies it by lr instead of eta."""
    stepped, state = adam(w, g, state, t, lr, beta1, beta2, eps)
    return stepped - eta * decay * w, state


def sgdw(w, g, state, t, lr, beta=0.9, decay=0.01, eta=1.0):
    """Momentum, and w -= eta decay w: the decay does not pass through the velocity."""
    stepped, state = momentum(w, g, state, t, lr, beta)
    return stepped - eta * decay * w, state


OPTIMIZERS = {o.name: o for o in (
    Optimizer("sgd", sgd, 0, 10.0, "Robbins and Monro 1951"),
    Optimizer("momentum", momentum, 1, 1.0, "Polyak 1964"),
    Optimizer("nesterov", nesterov, 1, 1.0, "Nesterov 1983; Sutskever et al. 2013"),
    Optimizer("adagrad", adagrad, 1, 0.3, "Duchi, Hazan and Singer 2011"),
    Optimizer("rmsprop", rmsprop, 1, 0.01, "Tieleman and Hinton 2012"),
    Optimizer("adam", adam, 2, 0.02, "Kingma and Ba 2015, algorithm 1"),
    Optimizer("adamw", adamw, 2, 0.02, "Loshchilov and Hutter 2019, algorithm 2"),
    Optimizer("sgdw", sgdw, 1, 1.0, "Loshchilov and Hutter 2019, algorithm 1"),
)}


def find(name):
    """The optimizer of that name; UserError lists the names there are."""
    if name not in OPTIMIZERS:
        raise UserError(f"There is no optimizer {name!r}; choose one of {', '.join(OPTIMIZERS)}.")
    return OPTIMIZERS[name]
