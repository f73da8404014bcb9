"""Formulas in LaTeX with their numbers."""

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


def test_the_loss_with_numbers_is_the_loss():
    assert f"{one_step.loss(SCENE, 'negative sampling')[0]:.6f}" in formulas.sampling_loss(SCENE)
    assert f"{one_step.loss(SCENE, 'softmax')[0]:.6f}" in formulas.cross_entropy(SCENE)
