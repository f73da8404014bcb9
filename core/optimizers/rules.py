"""Optimizers: each is one rule, written as in its paper, with its state and its defaults, in one
registry.

A rule takes the parameters w, their gradient g, the optimizer's state (a tuple of arrays shaped
like w), the number of the step t = 1, 2, ... and the learning rate, and returns the new parameters
and the new state. It changes nothing in place, so a rule applies to a whole array or to some of its
rows alike. A schedule multiplies the learning rate before it is handed in; the rules with decoupled
weight decay are told the multiplier `eta` as well (`Optimizer.step` does both).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from inspect import signature

import numpy as np

from core.errors import UserError


@dataclass(frozen=True)
class Optimizer:
    """A rule, the state it keeps, and the learning rate that suits word2vec."""

    name: str
    title: str
    rule: Callable
    states: tuple  # names of the arrays it keeps, as in the rule's equations
    lr: float  # for word2vec here: the gradient is the mean over the windows of a batch
    source: str
    velocity: int = None  # which of the states adds up or averages gradients
    squares: int = None  # which of the states adds up or averages squared gradients

    @cached_property
    def hyper(self):
        """Names and defaults of the hyperparameters beyond the learning rate."""
        return {
            name: p.default
            for name, p in signature(self.rule).parameters.items()
            if p.default is not p.empty
        }

    def start(self, w):
        """The state before the first step: zeros."""
        return tuple(np.zeros_like(w) for _ in self.states)

    def step(self, w, g, state, t, lr, eta=1.0, **hyper):
        """One step at the schedule's multiplier eta, which scales the learning rate and a decoupled
        decay alike.
        """
        if "eta" in self.hyper:
            hyper["eta"] = eta
        return self.rule(w, g, state, t, lr * eta, **hyper)

    def effective_lr(self, state, t, lr, **hyper):
        """What multiplies the velocity (or the gradient) in each coordinate: lr, or lr / (sqrt(s) +
        eps).

        state: after step t. Shape of the state array, or of lr for rules that do not divide.
        """
        if self.squares is None:
            return lr
        options = self.hyper | hyper
        s = state[self.squares]
        if options.get("bias_correction"):
            s = s / (1 - options["beta2"] ** t)
        return lr / (np.sqrt(s) + options["eps"])


def sgd(w, g, state, t, lr):
    """w -= lr g."""
    return w - lr * g, state


def momentum(w, g, state, t, lr, beta=0.9):
    """v = beta v + g; w -= lr v. (As PyTorch. With v = beta v - lr g the two differ as soon as lr
    changes.)
    """
    (v,) = state
    v = beta * v + g
    return w - lr * v, (v,)


def nesterov(w, g, state, t, lr, beta=0.9):
    """v = beta v + g; w -= lr (g + beta v): the gradient as if taken one step ahead (Sutskever's
    and PyTorch's form).
    """
    (v,) = state
    v = beta * v + g
    return w - lr * (g + beta * v), (v,)


def adagrad(w, g, state, t, lr, eps=1e-8):
    """s += g^2; w -= lr g / (sqrt(s) + eps). (PyTorch has eps = 1e-10.)"""
    (s,) = state
    s = s + g * g
    return w - lr * g / (np.sqrt(s) + eps), (s,)


def rmsprop(w, g, state, t, lr, rho=0.9, eps=1e-8):
    """s = rho s + (1 - rho) g^2; w -= lr g / (sqrt(s) + eps). (rho is PyTorch's alpha, 0.99
    there.)
    """
    (s,) = state
    s = rho * s + (1 - rho) * g * g
    return w - lr * g / (np.sqrt(s) + eps), (s,)


def adam(w, g, state, t, lr, beta1=0.9, beta2=0.999, eps=1e-8, bias_correction=True):
    """m, v: running means of g and g^2, corrected for their start at zero; w -= lr m_hat /
    (sqrt(v_hat) + eps).

    The eps stands outside the root, as in PyTorch. Without bias correction m and v take the places
    of m_hat and v_hat.
    """
    m, v = state
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    m_hat, v_hat = (m / (1 - beta1**t), v / (1 - beta2**t)) if bias_correction else (m, v)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), (m, v)


def adamw(
    w, g, state, t, lr, beta1=0.9, beta2=0.999, eps=1e-8, bias_correction=True, decay=0.01, eta=1.0
):
    """Adam, and w -= eta decay w: the decay is not divided by sqrt(v_hat). PyTorch multiplies it by
    lr instead of eta.
    """
    stepped, state = adam(w, g, state, t, lr, beta1, beta2, eps, bias_correction)
    return stepped - eta * decay * w, state


def sgdw(w, g, state, t, lr, beta=0.9, decay=0.01, eta=1.0):
    """Momentum, and w -= eta decay w: the decay does not pass through the velocity."""
    stepped, state = momentum(w, g, state, t, lr, beta)
    return stepped - eta * decay * w, state


OPTIMIZERS = {
    o.name: o
    for o in (
        Optimizer("sgd", "SGD", sgd, (), 3.0, "Robbins and Monro 1951"),
        Optimizer("momentum", "Momentum", momentum, ("v",), 0.5, "Polyak 1964", velocity=0),
        Optimizer(
            "nesterov",
            "Nesterov",
            nesterov,
            ("v",),
            0.5,
            "Nesterov 1983; Sutskever et al. 2013",
            velocity=0,
        ),
        Optimizer(
            "adagrad", "AdaGrad", adagrad, ("s",), 0.5, "Duchi, Hazan and Singer 2011", squares=0
        ),
        Optimizer(
            "rmsprop", "RMSProp", rmsprop, ("s",), 0.01, "Tieleman and Hinton 2012", squares=0
        ),
        Optimizer(
            "adam",
            "Adam",
            adam,
            ("m", "v"),
            0.02,
            "Kingma and Ba 2015, algorithm 1",
            velocity=0,
            squares=1,
        ),
        Optimizer(
            "adamw",
            "AdamW",
            adamw,
            ("m", "v"),
            0.02,
            "Loshchilov and Hutter 2019, algorithm 2",
            velocity=0,
            squares=1,
        ),
        Optimizer(
            "sgdw", "SGDW", sgdw, ("v",), 0.5, "Loshchilov and Hutter 2019, algorithm 1", velocity=0
        ),
    )
}


def find(name):
    """The optimizer of that name; UserError lists the names there are."""
    if name not in OPTIMIZERS:
        raise UserError(f"There is no optimizer {name!r}; choose one of {', '.join(OPTIMIZERS)}.")
    return OPTIMIZERS[name]
