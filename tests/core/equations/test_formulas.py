"""Formulas in LaTeX with their numbers."""

import re

import numpy as np
import pytest

from core.equations import derivations, formulas, one_step

SCENE = derivations.default_scene()


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0, "0.000"),
        (-0.5, "-0.500"),
        (12.3456, "12.346"),
        (1e-7, r"1.00\!\cdot\!10^{-7}"),
        (-3e9, r"-3.00\!\cdot\!10^{9}"),
    ],
)
def test_numbers_in_latex(x, text):
    assert formulas.number(x) == text


def test_small_entries_of_a_matrix_keep_its_decimals():
    assert formulas.matrix([0.0064, -2e-9]) == r"\begin{bmatrix}0.01 \\ -0.00\end{bmatrix}"


def test_a_large_matrix_is_shortened():
    text = formulas.matrix(np.arange(400.0).reshape(20, 20))
    assert r"\vdots" in text and r"\cdots" in text and text.count(r"\\") == 7 and "399.00" in text


def test_words_are_escaped():
    assert formulas.word("50%_{x}\\~") == r"\text{50\%\_\{x\}??}"


def arithmetic(tex):
    """The value of the sum of products written in an entry's formula, and the value written next to
    it.
    """
    products = re.findall(r"\(([-\d.]+) - ([01])\) \\cdot \(([-\d.]+)\)", tex)
    return sum((float(p) - float(y)) * float(x) for p, y, x in products), float(
        re.search(r"= ?\{\}& ([-\d.]+) \\end", tex)[1]
    )


@pytest.mark.parametrize("kind", one_step.KINDS)
def test_the_arithmetic_of_every_cell_gives_the_number_in_it(kind):
    _, gradient = one_step.loss(SCENE, kind)
    for row in range(6):
        for column in range(2):
            done, told = arithmetic(formulas.cell(SCENE, kind, "U", row, column))
            assert done == pytest.approx(told, abs=2e-3) and told == pytest.approx(
                gradient["U"][row, column], abs=1e-4
            )
    done, told = arithmetic(formulas.cell(SCENE, kind, "v_c", 0, 1))
    assert done == pytest.approx(told, abs=4e-3) and told == pytest.approx(
        gradient["v_c"][1], abs=1e-4
    )


def test_a_repeated_negative_stands_twice_in_the_arithmetic_of_its_cell():
    assert formulas.cell(SCENE, "negative sampling", "U", 4, 0).count(r"\cdot") == 2
    assert "neither" in formulas.cell(SCENE, "negative sampling", "U", 0, 0)


def test_the_loss_with_numbers_is_the_loss():
    assert f"{one_step.loss(SCENE, 'negative sampling')[0]:.6f}" in formulas.sampling_loss(SCENE)
    assert f"{one_step.loss(SCENE, 'softmax')[0]:.6f}" in formulas.cross_entropy(SCENE)
