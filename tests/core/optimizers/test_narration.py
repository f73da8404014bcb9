"""The written-out steps: every line of numbers must be true arithmetic, and end where the path
went.
"""

import re

import numpy as np
import pytest

from core.optimizers import narration, trajectories
from core.optimizers.rules import OPTIMIZERS
from core.optimizers.trajectories import Path, RaceSettings


def paths(**settings):
    race = trajectories.race(
        RaceSettings(surface="rosenbrock", x=-1.5, steps=30, decay=0.01, **settings),
        tuple((name, 0.0002) for name in OPTIMIZERS),
    )
    return [item for item in race if isinstance(item, Path)]


def worth(text):
    # Arithmetic that the test itself built
    return float(eval(text.replace("−", "-").replace("·", "*").replace("²", "**2")))


def size(text):
    """The largest number in a text: four digits of it are the accuracy of the line."""
    return max(
        abs(float(number))
        for number in re.findall(r"\d+\.?\d*(?:e-?\d+)?", text.replace("−", "-").replace("²", ""))
    )


@pytest.mark.parametrize("bias_correction", [True, False])
def test_every_line_is_true(bias_correction):
    for path in paths(bias_correction=bias_correction):
        for step in (0, 1, 7, 29):
            for _, *texts in narration.numbers(path, step):
                for text in texts:
                    left, right = text.split(" = ")
                    assert worth(left) == pytest.approx(
                        worth(right), rel=3e-3, abs=2e-3 * size(text)
                    ), (path.optimizer, text)


@pytest.mark.parametrize("bias_correction", [True, False])
def test_the_last_line_ends_where_the_path_went(bias_correction):
    for path in paths(bias_correction=bias_correction):
        for step in (0, 12):
            _, *texts = narration.numbers(path, step)[-1]
            ends = [worth(text.split(" = ")[1]) for text in texts]
            assert ends == pytest.approx(path.positions[step + 1], rel=1e-3)
            assert all(
                narration.write(start) in text
                for start, text in zip(path.positions[step], texts, strict=True)
            )


def test_bias_correction_is_written_only_when_it_is_on():
    told, quiet = (
        next(p for p in paths(bias_correction=b) if p.optimizer == "adam") for b in (True, False)
    )
    assert [formula for formula, _, _ in narration.numbers(told, 0)][2:4] == [
        "m̂ = m / (1 − β₁ᵗ)",
        "v̂ = v / (1 − β₂ᵗ)",
    ]
    assert len(narration.numbers(quiet, 0)) == 3
    corrected = narration.numbers(told, 0)[2][1]
    # m / (1 - beta1) is the gradient itself
    assert corrected.endswith(f"/ 0.1 = {narration.write(told.gradients[0, 0])}")


def test_negative_numbers_get_brackets_where_they_need_them():
    (path,) = (p for p in paths() if p.optimizer == "adagrad")
    squares, step = (line[1] for line in narration.numbers(path, 0))
    g = path.gradients[0, 0]
    assert g < 0 and f"({narration.write(g)})²" in squares and step.startswith("−1.5 − 0.0002 · (−")


def test_a_path_that_has_ended_is_described_by_its_last_step():
    (path,) = (
        p
        for p in trajectories.race(RaceSettings(steps=50), (("sgd", 50.0),))
        if isinstance(p, Path)
    )
    assert path.ended and narration.numbers(path, 49) == narration.numbers(path, path.last - 1)


def test_the_undefined_step_of_beta_one_is_written_and_not_raised():
    (path,) = (
        p
        for p in trajectories.race(RaceSettings(beta=1.0, steps=10), (("adam", 0.1),))
        if isinstance(p, Path)
    )
    assert narration.numbers(path, 0)[-1][1].endswith("= nan")


def test_numbers_are_short():
    written = [narration.write(x) for x in (-0.000123456, 2.0, 1234567.0, np.float64(0.1))]
    assert written == ["−0.0001235", "2", "1.235e+06", "0.1"]
