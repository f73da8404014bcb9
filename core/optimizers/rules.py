"""Optimizers: each is one rule, written as in its paper, and one record above it of all that other
places need to know. A new one is added here and nowhere else.

A rule takes the parameters w, their gradient g, the optimizer's state (a tuple of arrays shaped
like w), the number of the step t = 1, 2, ... and the learning rate, and returns the new parameters
and the new state. It changes nothing in place: a rule applies to a whole array or to some of its
rows alike. A schedule multiplies the learning rate before it is handed in; the rules with decoupled
weight decay also receive the multiplier `eta` (`Optimizer.step` does both).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from inspect import signature
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError

State = tuple[NDArray, ...]
Numbers = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """A formula, and its template in numbers: `v` is before the step, `v_next` after it."""

    formula: str
    numbers: str


@dataclass(frozen=True)
class Optimizer:
    """A rule and what pages, tests, training and the command line know of it."""

    rule: Callable
    title: str
    source: str
    lr: float  # for word2vec here: the gradient is the mean over the windows of a batch
    # the lines of a step, for the narration; their last one gives w_next
    story: tuple[Line, ...]
    # where two steps from w = 1 lead, with the gradients 2 and then 1, a learning rate of 0.1 and a
    # decay of 0.01: worked out on paper, for the tests
    on_paper: tuple[float, float]
    # learning rates that reach the minimum of a bowl within 8,000 steps and that of Rosenbrock's
    # function within the number of steps that follows
    reaches: tuple[float, float, int]
    squares_start: float = 0.0  # for word2vec here: what a sum of squares begins with
    l2: float = 0.0  # for word2vec here: strength on the rows a step touches
    states: tuple[str, ...] = ()  # names of the arrays it keeps, as in the rule's equations
    velocity: int | None = None  # which of the states adds up or averages gradients
    squares: int | None = None  # which of the states adds up or averages squared gradients
    signed: bool = False  # True if the step is the sign of the velocity, times the learning rate
    # name of a hyperparameter -> the slider that sets it for all optimizers which share it
    shares: Mapping[str, str] = field(default_factory=dict)
    # the story without bias correction, for rules that have one
    uncorrected: tuple[Line, ...] = ()
    # further numbers that the story names: from those of the step and its t
    derived: Callable[[Numbers, int], Numbers] = lambda numbers, t: {}

    @property
    def name(self) -> str:
        """Its name in settings, in the address and on the command line: that of its rule."""
        return self.rule.__name__

    @cached_property
    def hyper(self) -> Numbers:
        """Names and defaults of the hyperparameters beyond the learning rate."""
        return {
            name: p.default
            for name, p in signature(self.rule).parameters.items()
            if p.default is not p.empty
        }

    def start(self, w: NDArray, squares: float = 0.0) -> State:
        """The state before the first step: zeros, and squares for the squared gradients."""
        begin = [squares if k == self.squares else 0 for k in range(len(self.states))]
        return tuple(np.full_like(w, value) for value in begin)

    def step(
        self, w: NDArray, g: NDArray, state: State, t: Any, lr: Any, eta: float = 1.0, **hyper: Any
    ) -> tuple[NDArray, State]:
        """One step at the schedule's multiplier eta of the learning rate and decoupled decay."""
        if "eta" in self.hyper:
            hyper["eta"] = eta
        return self.rule(w, g, state, t, lr * eta, **hyper)

    def effective_lr(self, state: State, t: Any, lr: Any, **hyper: Any) -> Any:
        """What multiplies the velocity in each coordinate, or the gradient where the velocity holds
        the rate or there is none: lr, lr / (sqrt(s) + eps), or lr / |velocity| for a sign.

        state: after step t. Shape of the state array, or of lr for rules that do not divide.
        """
        if self.signed and self.velocity is not None:
            return lr / np.abs(state[self.velocity])
        if self.squares is None:
            return lr
        options = self.hyper | hyper
        s = state[self.squares]
        if options.get("bias_correction"):
            s = s / (1 - options["beta2"] ** t)
        return lr / (np.sqrt(s) + options["eps"])


OPTIMIZERS: dict[str, Optimizer] = {}


def optimizer(**record: Any) -> Callable[[Callable], Callable]:
    """Register the rule below under its own name, with its record."""

    def register(rule: Callable) -> Callable:
        OPTIMIZERS[rule.__name__] = Optimizer(rule, **record)
        return rule

    return register


VELOCITY = Line("v ← β v + g", "{beta} · {v} + {g} = {v_next}")
MEAN = Line("m ← β₁ m + (1 − β₁) g", "{beta1} · {m} + {rest1} · {g} = {m_next}")
SQUARES = Line("v ← β₂ v + (1 − β₂) g²", "{beta2} · {v} + {rest2} · {g}² = {v_next}")
CORRECTED = (
    MEAN,
    SQUARES,
    Line("m̂ = m / (1 − β₁ᵗ)", "{m_next} / {corrects1} = {m_hat}"),
    Line("v̂ = v / (1 − β₂ᵗ)", "{v_next} / {corrects2} = {v_hat}"),
)
DIVIDED = Line("w ← w − lr g / (√s + ε)", "{w} − {lr} · {g} / {root} = {w_next}")
ADAM_SHARES = {"beta1": "beta", "beta2": "beta2", "bias_correction": "bias_correction"}


def _root(numbers: Numbers, t: int) -> Numbers:
    """The root that AdaGrad and RMSProp divide by."""
    return {"root": np.sqrt(numbers["s_next"]), "rest": 1 - numbers.get("rho", 0)}


def _kept(numbers: Numbers, t: int) -> Numbers:
    """The share of a weight that decoupled decay leaves."""
    return {"kept": 1 - numbers["decay"]}


def _corrected(numbers: Numbers, t: int) -> Numbers:
    """Adam's corrected means and the root it divides by; not a number where beta is 1."""
    corrects1, corrects2 = 1 - numbers["beta1"] ** t, 1 - numbers["beta2"] ** t
    m_hat = numbers["m_next"] / corrects1 if corrects1 else np.nan
    v_hat = numbers["v_next"] / corrects2 if corrects2 else np.nan
    divisor = v_hat if numbers["bias_correction"] else numbers["v_next"]
    return {
        "rest1": 1 - numbers["beta1"],
        "rest2": 1 - numbers["beta2"],
        "corrects1": corrects1,
        "corrects2": corrects2,
        "m_hat": m_hat,
        "v_hat": v_hat,
        "root": np.sqrt(divisor) if divisor >= 0 else np.nan,
    }


@optimizer(
    title="SGD",
    source="Robbins and Monro 1951",
    lr=3.0,
    story=(Line("w ← w − lr g", "{w} − {lr} · {g} = {w_next}"),),
    on_paper=(0.8, 0.7),
    reaches=(1.0, 0.001, 40_000),
)
def sgd(
    w: NDArray, g: NDArray, state: State, t: int | NDArray, lr: float | NDArray
) -> tuple[NDArray, State]:
    """w -= lr g."""
    return w - lr * g, state


@optimizer(
    title="Momentum",
    source="Polyak 1964",
    lr=0.5,
    states=("v",),
    velocity=0,
    shares={"beta": "beta"},
    story=(VELOCITY, Line("w ← w − lr v", "{w} − {lr} · {v_next} = {w_next}")),
    on_paper=(0.8, 0.52),  # v = 2, then 0.9 * 2 + 1 = 2.8
    reaches=(0.2, 0.0005, 8_000),
)
def momentum(
    w: NDArray, g: NDArray, state: State, t: int | NDArray, lr: float | NDArray, beta: float = 0.9
) -> tuple[NDArray, State]:
    """v = beta v + g; w -= lr v. (As PyTorch. With v = beta v - lr g the two differ as soon as lr
    changes.)
    """
    (v,) = state
    v = beta * v + g
    return w - lr * v, (v,)


@optimizer(
    title="Nesterov",
    source="Nesterov 1983; Sutskever et al. 2013",
    lr=0.5,
    states=("v",),
    velocity=0,
    shares={"beta": "beta"},
    story=(
        VELOCITY,
        Line("w ← w − lr (g + β v)", "{w} − {lr} · ({g} + {beta} · {v_next}) = {w_next}"),
    ),
    on_paper=(0.62, 0.268),  # 2 + 0.9 * 2 = 3.8, then 1 + 0.9 * 2.8 = 3.52
    reaches=(0.2, 0.0005, 8_000),
)
def nesterov(
    w: NDArray, g: NDArray, state: State, t: int | NDArray, lr: float | NDArray, beta: float = 0.9
) -> tuple[NDArray, State]:
    """v = beta v + g; w -= lr (g + beta v): the gradient as if taken one step ahead (Sutskever's
    and PyTorch's form).
    """
    (v,) = state
    v = beta * v + g
    return w - lr * (g + beta * v), (v,)


@optimizer(
    title="AdaGrad",
    source="Duchi, Hazan and Singer 2011",
    # a calm start and L2: rare words change less with the seed (benchmarks/steadiness.py)
    lr=0.8,
    squares_start=3e-5,
    l2=4e-4,
    states=("s",),
    squares=0,
    story=(Line("s ← s + g²", "{s} + {g}² = {s_next}"), DIVIDED),
    derived=_root,
    on_paper=(0.9, 0.85527864045),  # s = 4, then 5
    reaches=(1.0, 1.0, 20_000),
)
def adagrad(
    w: NDArray,
    g: NDArray,
    state: tuple[NDArray, ...],
    t: int | NDArray,
    lr: float | NDArray,
    eps: float = 1e-8,
) -> tuple[NDArray, tuple[NDArray, ...]]:
    """s += g^2; w -= lr g / (sqrt(s) + eps). (PyTorch has eps = 1e-10.)"""
    (s,) = state
    s = s + g * g
    return w - lr * g / (np.sqrt(s) + eps), (s,)


@optimizer(
    title="RMSProp",
    source="Tieleman and Hinton 2012",
    lr=0.01,
    states=("s",),
    squares=0,
    shares={"rho": "rho"},
    story=(Line("s ← ρ s + (1 − ρ) g²", "{rho} · {s} + {rest} · {g}² = {s_next}"), DIVIDED),
    derived=_root,
    on_paper=(0.68377223398, 0.53633027826),  # s = 0.4, then 0.46
    reaches=(0.001, 0.0003, 30_000),
)
def rmsprop(
    w: NDArray,
    g: NDArray,
    state: tuple[NDArray, ...],
    t: int | NDArray,
    lr: float | NDArray,
    rho: float = 0.9,
    eps: float = 1e-8,
) -> tuple[NDArray, tuple[NDArray, ...]]:
    """s = rho s + (1 - rho) g^2; w -= lr g / (sqrt(s) + eps). (rho is PyTorch's alpha, 0.99
    there.)
    """
    (s,) = state
    s = rho * s + (1 - rho) * g * g
    return w - lr * g / (np.sqrt(s) + eps), (s,)


@optimizer(
    title="Adam",
    source="Kingma and Ba 2015, algorithm 1",
    lr=0.02,
    states=("m", "v"),
    velocity=0,
    squares=1,
    shares=ADAM_SHARES,
    story=(
        *CORRECTED,
        Line("w ← w − lr m̂ / (√v̂ + ε)", "{w} − {lr} · {m_hat} / {root} = {w_next}"),
    ),
    uncorrected=(
        MEAN,
        SQUARES,
        Line("w ← w − lr m / (√v + ε)", "{w} − {lr} · {m_next} / {root} = {w_next}"),
    ),
    derived=_corrected,
    # 2 / sqrt 4, then (0.28 / 0.19) / sqrt(0.004996 / 0.001999)
    on_paper=(0.9, 0.80678203612),
    reaches=(0.05, 0.02, 8_000),
)
def adam(
    w: NDArray,
    g: NDArray,
    state: tuple[NDArray, NDArray],
    t: int | NDArray,
    lr: float | NDArray,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    bias_correction: bool = True,
) -> tuple[NDArray, tuple[NDArray, NDArray]]:
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


@optimizer(
    title="AdamW",
    source="Loshchilov and Hutter 2019, algorithm 2",
    lr=0.02,
    states=("m", "v"),
    velocity=0,
    squares=1,
    shares=ADAM_SHARES | {"decay": "decay"},
    story=(
        *CORRECTED,
        Line(
            "w ← (1 − λ) w − lr m̂ / (√v̂ + ε)", "{kept} · {w} − {lr} · {m_hat} / {root} = {w_next}"
        ),
    ),
    uncorrected=(
        MEAN,
        SQUARES,
        Line(
            "w ← (1 − λ) w − lr m / (√v + ε)", "{kept} · {w} − {lr} · {m_next} / {root} = {w_next}"
        ),
    ),
    derived=lambda numbers, t: _corrected(numbers, t) | _kept(numbers, t),
    on_paper=(0.89, 0.78788203612),  # Adam's steps, less 0.01 * 1 and then 0.01 * 0.89
    reaches=(0.05, 0.02, 8_000),
)
def adamw(
    w: NDArray,
    g: NDArray,
    state: tuple[NDArray, NDArray],
    t: int | NDArray,
    lr: float | NDArray,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    bias_correction: bool = True,
    decay: float = 0.01,
    eta: float = 1.0,
) -> tuple[NDArray, tuple[NDArray, NDArray]]:
    """Adam, and w -= eta decay w: the decay is not divided by sqrt(v_hat). PyTorch multiplies it by
    lr instead of eta.
    """
    stepped, state = adam(w, g, state, t, lr, beta1, beta2, eps, bias_correction)
    return stepped - eta * decay * w, state


@optimizer(
    title="SGDW",
    source="Loshchilov and Hutter 2019, algorithm 1",
    lr=0.5,
    states=("v",),
    velocity=0,
    shares={"beta": "beta", "decay": "decay"},
    story=(
        Line("v ← β v + lr g", "{beta} · {v} + {lr} · {g} = {v_next}"),
        Line("w ← (1 − λ) w − v", "{kept} · {w} − {v_next} = {w_next}"),
    ),
    derived=_kept,
    on_paper=(0.79, 0.5021),  # v = 0.2, then 0.28; less 0.01 * 1 and then 0.01 * 0.79
    reaches=(0.2, 0.0005, 8_000),
)
def sgdw(
    w: NDArray,
    g: NDArray,
    state: tuple[NDArray, ...],
    t: int | NDArray,
    lr: float | NDArray,
    beta: float = 0.9,
    decay: float = 0.01,
    eta: float = 1.0,
) -> tuple[NDArray, tuple[NDArray, ...]]:
    """v = beta v + lr g; w -= v + eta decay w: the decay does not pass through the velocity."""
    (v,) = state
    v = beta * v + lr * g
    return w - v - eta * decay * w, (v,)


@optimizer(
    title="Lion",
    source="Chen et al. 2023, algorithm 2, without its weight decay",
    lr=0.02,
    states=("m", "c"),
    velocity=1,
    signed=True,
    story=(
        Line("c ← β₁ m + (1 − β₁) g", "{beta1} · {m} + {rest1} · {g} = {c_next}"),
        Line("m ← β₂ m + (1 − β₂) g", "{beta2} · {m} + {rest2} · {g} = {m_next}"),
        Line("w ← w − lr sign(c)", "{w} − {lr} · {sign} = {w_next}"),
    ),
    derived=lambda numbers, t: {
        "rest1": 1 - numbers["beta1"],
        "rest2": 1 - numbers["beta2"],
        "sign": np.sign(numbers["c_next"]),
    },
    on_paper=(0.9, 0.8),  # c = 0.2, then 0.9 * 0.02 + 0.1 * 1 = 0.118: two steps of the same length
    reaches=(0.001, 0.0002, 30_000),
)
def lion(
    w: NDArray,
    g: NDArray,
    state: tuple[NDArray, NDArray],
    t: int | NDArray,
    lr: float | NDArray,
    beta1: float = 0.9,
    beta2: float = 0.99,
) -> tuple[NDArray, tuple[NDArray, NDArray]]:
    """c = beta1 m + (1 - beta1) g; w -= lr sign(c); m = beta2 m + (1 - beta2) g.

    c is kept beside m only to be shown: the next step does not use it.
    """
    m, _ = state
    c = beta1 * m + (1 - beta1) * g
    return w - lr * np.sign(c), (beta2 * m + (1 - beta2) * g, c)


def find(name: str) -> Optimizer:
    """The optimizer of that name; UserError lists the names there are."""
    if name not in OPTIMIZERS:
        raise UserError(f"There is no optimizer {name!r}; choose one of {', '.join(OPTIMIZERS)}.")
    return OPTIMIZERS[name]
