"""Each rule written out: its formulas, and the same lines with the numbers of one step."""

import math
import re
from dataclasses import dataclass

from core.optimizers.rules import OPTIMIZERS


@dataclass(frozen=True)
class Line:
    """A formula, and a template of the same line in numbers: `v` is before the step, `v_next` after
    it.
    """

    formula: str
    numbers: str


VELOCITY = Line("v ← β v + g", "{beta} · {v} + {g} = {v_next}")
MEAN = Line("m ← β₁ m + (1 − β₁) g", "{beta1} · {m} + {rest1} · {g} = {m_next}")
SQUARES = Line("v ← β₂ v + (1 − β₂) g²", "{beta2} · {v} + {rest2} · {g}² = {v_next}")
CORRECTED = (
    Line("m̂ = m / (1 − β₁ᵗ)", "{m_next} / {corrects1} = {m_hat}"),
    Line("v̂ = v / (1 − β₂ᵗ)", "{v_next} / {corrects2} = {v_hat}"),
)
ADAM = (
    MEAN,
    SQUARES,
    *CORRECTED,
    Line("w ← w − lr m̂ / (√v̂ + ε)", "{w} − {lr} · {m_hat} / {root} = {w_next}"),
)
PLAIN_ADAM = (
    MEAN,
    SQUARES,
    Line("w ← w − lr m / (√v + ε)", "{w} − {lr} · {m_next} / {root} = {w_next}"),
)

STORIES = {
    "sgd": (Line("w ← w − lr g", "{w} − {lr} · {g} = {w_next}"),),
    "momentum": (VELOCITY, Line("w ← w − lr v", "{w} − {lr} · {v_next} = {w_next}")),
    "nesterov": (
        VELOCITY,
        Line("w ← w − lr (g + β v)", "{w} − {lr} · ({g} + {beta} · {v_next}) = {w_next}"),
    ),
    "adagrad": (
        Line("s ← s + g²", "{s} + {g}² = {s_next}"),
        Line("w ← w − lr g / (√s + ε)", "{w} − {lr} · {g} / {root} = {w_next}"),
    ),
    "rmsprop": (
        Line("s ← ρ s + (1 − ρ) g²", "{rho} · {s} + {rest} · {g}² = {s_next}"),
        Line("w ← w − lr g / (√s + ε)", "{w} − {lr} · {g} / {root} = {w_next}"),
    ),
    "adam": ADAM,
    "adamw": (
        *ADAM[:-1],
        Line(
            "w ← (1 − λ) w − lr m̂ / (√v̂ + ε)", "{kept} · {w} − {lr} · {m_hat} / {root} = {w_next}"
        ),
    ),
    "sgdw": (VELOCITY, Line("w ← (1 − λ) w − lr v", "{kept} · {w} − {lr} · {v_next} = {w_next}")),
}
UNCORRECTED = {
    "adam": PLAIN_ADAM,
    "adamw": (
        *PLAIN_ADAM[:-1],
        Line(
            "w ← (1 − λ) w − lr m / (√v + ε)", "{kept} · {w} − {lr} · {m_next} / {root} = {w_next}"
        ),
    ),
}


def story(path):
    """The lines of the optimizer of a path."""
    return (STORIES if path.hyper.get("bias_correction", True) else UNCORRECTED)[path.optimizer]


def numbers(path, step):
    """The step that leaves row `step` of a path, line by line: [(formula, text for x, text for y)].

    A path that has ended is told by its last step.
    """
    t = max(0, min(step, path.last - 1))
    along = [_values(path, t, axis) for axis in (0, 1)]
    return [
        (line.formula, *(_fill(line.numbers, values) for values in along)) for line in story(path)
    ]


def _fill(template, values):
    """Put numbers into a template; a negative one that follows a sign of arithmetic gets
    brackets.
    """
    return re.sub(r"(?<=[·+−/] )−[\d.e−]+|−[\d.e−]+(?=²)", r"(\g<0>)", template.format_map(values))


def _values(path, t, axis):
    """Every number that a template may name, written with four digits."""
    optimizer = OPTIMIZERS[path.optimizer]
    options = optimizer.hyper | path.hyper
    found = {
        "w": path.positions[t, axis],
        "w_next": path.positions[t + 1, axis],
        "g": path.gradients[t, axis],
        "lr": path.lr,
        **options,
    }
    for name, array in zip(optimizer.states, path.states, strict=True):
        found |= {name: array[t, axis], f"{name}_next": array[t + 1, axis]}
    if "decay" in options:
        found["kept"] = 1 - options["decay"]
    if "rho" in options:
        found["rest"] = 1 - options["rho"]
    if "beta1" in options:
        found |= _corrected(found, t + 1)
    if optimizer.squares is not None:
        squares = (
            found["v_hat"]
            if options.get("bias_correction")
            else found[f"{optimizer.states[optimizer.squares]}_next"]
        )
        found["root"] = math.sqrt(squares) if squares >= 0 else math.nan
    return {name: write(value) for name, value in found.items()}


def _corrected(found, t):
    corrects1, corrects2 = 1 - found["beta1"] ** t, 1 - found["beta2"] ** t
    return {
        "rest1": 1 - found["beta1"],
        "rest2": 1 - found["beta2"],
        "corrects1": corrects1,
        "corrects2": corrects2,
        "m_hat": found["m_next"] / corrects1 if corrects1 else math.nan,
        "v_hat": found["v_next"] / corrects2 if corrects2 else math.nan,
    }


def write(value):
    """A number in four significant digits with a proper minus sign."""
    return f"{value:.4g}".replace("-", "−")
