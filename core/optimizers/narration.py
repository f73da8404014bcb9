"""The formulas of each rule, and the same lines with the numbers of one step."""

import re

from core.optimizers.optimizer_record import Line, Numbers
from core.optimizers.rules import find
from core.optimizers.trajectories import Path


def story(path: Path) -> tuple[Line, ...]:
    """The lines of a path's optimizer, with or without bias correction."""
    record = find(path.optimizer)
    plain = record.uncorrected and not path.hyper.get("bias_correction", True)
    return record.uncorrected if plain else record.story


def numbers(path: Path, step: int) -> list[tuple[str, str, str]]:
    """The step that leaves row `step` of a path, line by line: [(formula, text for x, text for y)].

    Beyond the end of a path, its last step is returned.
    """
    t = max(0, min(step, path.last - 1))
    along = [_values(path, t, axis) for axis in (0, 1)]
    return [
        (line.formula, *(_fill(line.numbers, values) for values in along)) for line in story(path)
    ]


def _fill(template, values):
    """Put numbers into a template, with brackets around a negative one after an operator."""
    return re.sub(r"(?<=[·+−/] )−[\d.e−]+|−[\d.e−]+(?=²)", r"(\g<0>)", template.format_map(values))


def _values(path: Path, t: int, axis: int) -> dict[str, str]:
    """All numbers that a template can name, written with four digits."""
    record = find(path.optimizer)
    found: Numbers = {
        "w": path.positions[t, axis],
        "w_next": path.positions[t + 1, axis],
        "g": path.gradients[t, axis],
        "lr": path.lr,
        **record.hyper,
        **path.hyper,
    }
    for name, array in zip(record.states, path.states, strict=True):
        found |= {name: array[t, axis], f"{name}_next": array[t + 1, axis]}
    found |= record.derived(found, t + 1)
    return {name: write(value) for name, value in found.items()}


def write(value: float) -> str:
    """A number with four significant digits and a typographic minus sign."""
    return f"{value:.4g}".replace("-", "−")
