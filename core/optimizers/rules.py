"""Optimizers: each is one rule, written as in its paper, below one record with everything that
other places need. A new one is added here and nowhere else.

A rule takes the parameters w, their gradient g, the optimizer's state (a tuple of arrays shaped
like w), the number of the step t = 1, 2, ... and the learning rate, and returns the new parameters
and the new state. It changes nothing in place, so it applies to a whole array or to some of its
rows. The learning rate is already multiplied by the schedule; rules with decoupled weight decay
also take the multiplier `eta` (`Optimizer.step` does both).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.optimizers.optimizer_record import Count, Line, Numbers, Optimizer, Rate, State

OPTIMIZERS: dict[str, Optimizer] = {}


def optimizer(**record: Any) -> Callable[[Callable], Callable]:
    """Register the decorated rule under its own name, with its record."""

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


def _adam_stories(left: str, left_in_numbers: str) -> dict[str, tuple[Line, ...]]:
    """Adam's story with and without bias correction; left: w after decoupled decay."""
    corrected = Line(
        f"w ← {left} − lr m̂ / (√v̂ + ε)", left_in_numbers + " − {lr} · {m_hat} / {root} = {w_next}"
    )
    uncorrected = Line(
        f"w ← {left} − lr m / (√v + ε)", left_in_numbers + " − {lr} · {m_next} / {root} = {w_next}"
    )
    return {"story": (*CORRECTED, corrected), "uncorrected": (MEAN, SQUARES, uncorrected)}


def _root(numbers: Numbers, t: int) -> Numbers:
    """The root by which AdaGrad and RMSProp divide."""
    return {"root": np.sqrt(numbers["s_next"]), "rest": 1 - numbers.get("rho", 0)}


def _kept(numbers: Numbers, t: int) -> Numbers:
    """The share of a weight that remains after decoupled decay."""
    return {"kept": 1 - numbers["decay"]}


def _corrected(numbers: Numbers, t: int) -> Numbers:
    """Adam's corrected means and the root by which it divides; nan if a beta is 1."""
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
def sgd(w: NDArray, g: NDArray, state: State, t: Count, lr: Rate) -> tuple[NDArray, State]:
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
    w: NDArray, g: NDArray, state: State, t: Count, lr: Rate, beta: float = 0.9
) -> tuple[NDArray, State]:
    """v = beta v + g; w -= lr v, as in PyTorch.

    The form v = beta v - lr g; w += v differs as soon as lr changes.
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
    w: NDArray, g: NDArray, state: State, t: Count, lr: Rate, beta: float = 0.9
) -> tuple[NDArray, State]:
    """v = beta v + g; w -= lr (g + beta v): the gradient is taken as if one step ahead, in the form
    of Sutskever and PyTorch.
    """
    (v,) = state
    v = beta * v + g
    return w - lr * (g + beta * v), (v,)


@optimizer(
    title="AdaGrad",
    source="Duchi, Hazan and Singer 2011",
    # Small first steps and L2: rare words change less with the seed (benchmarks/steadiness.py)
    lr=0.8,
    squares_start=2e-5,
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
    state: State,
    t: Count,
    lr: Rate,
    eps: float = 1e-8,
) -> tuple[NDArray, State]:
    """s += g^2; w -= lr g / (sqrt(s) + eps). PyTorch's default eps is 1e-10."""
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
    state: State,
    t: Count,
    lr: Rate,
    rho: float = 0.9,
    eps: float = 1e-8,
) -> tuple[NDArray, State]:
    """s = rho s + (1 - rho) g^2; w -= lr g / (sqrt(s) + eps). PyTorch calls rho alpha, with the
    default 0.99.
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
    **_adam_stories("w", "{w}"),
    derived=_corrected,
    # 2 / sqrt 4, then (0.28 / 0.19) / sqrt(0.004996 / 0.001999)
    on_paper=(0.9, 0.80678203612),
    reaches=(0.05, 0.02, 8_000),
)
def adam(
    w: NDArray,
    g: NDArray,
    state: State,
    t: Count,
    lr: Rate,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    bias_correction: bool = True,
) -> tuple[NDArray, State]:
    """m, v: running means of g and g^2, corrected for their start at zero; w -= lr m_hat /
    (sqrt(v_hat) + eps).

    eps is added outside the root, as in the paper and in PyTorch. Without bias correction m and v
    replace m_hat and v_hat.
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
    **_adam_stories("(1 − λ) w", "{kept} · {w}"),
    derived=lambda numbers, t: _corrected(numbers, t) | _kept(numbers, t),
    on_paper=(0.89, 0.78788203612),  # Adam's steps, less 0.01 * 1 and then 0.01 * 0.89
    reaches=(0.05, 0.02, 8_000),
)
def adamw(
    w: NDArray,
    g: NDArray,
    state: State,
    t: Count,
    lr: Rate,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    bias_correction: bool = True,
    decay: float = 0.01,
    eta: float = 1.0,
) -> tuple[NDArray, State]:
    """Adam's step and w -= eta decay w, which is not divided by sqrt(v_hat). PyTorch multiplies the
    decay by lr eta instead of eta.
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
    state: State,
    t: Count,
    lr: Rate,
    beta: float = 0.9,
    decay: float = 0.01,
    eta: float = 1.0,
) -> tuple[NDArray, State]:
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
    state: State,
    t: Count,
    lr: Rate,
    beta1: float = 0.9,
    beta2: float = 0.99,
) -> tuple[NDArray, State]:
    """c = beta1 m + (1 - beta1) g; w -= lr sign(c); m = beta2 m + (1 - beta2) g.

    c is kept in the state only to be shown: the next step does not use it.
    """
    m, _ = state
    c = beta1 * m + (1 - beta1) * g
    return w - lr * np.sign(c), (beta2 * m + (1 - beta2) * g, c)


def find(name: str) -> Optimizer:
    """The optimizer with this name; UserError lists the names."""
    if name not in OPTIMIZERS:
        raise UserError(f"There is no optimizer {name!r}; choose one of {', '.join(OPTIMIZERS)}.")
    return OPTIMIZERS[name]
