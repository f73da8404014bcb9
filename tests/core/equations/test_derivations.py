"""Find the mistake: the check is green for right derivations and red for wrong ones, in the
default scene and in random ones.
"""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import special

from core.equations import derivations, one_step
from core.equations.derivations import MEANINGS, REGISTRY, TARGETS, judge, names
from core.errors import UserError

SCENE = derivations.default_scene()
WRONG = [d for d in REGISTRY.values() if d.mistake]
RIGHT = [d for d in REGISTRY.values() if not d.mistake]


@st.composite
def scenes(draw):
    """Random vectors; with a repeated negative, an outside word that is no negative, and two
    different outside words.
    """
    size, dim = draw(st.integers(5, 8)), draw(st.integers(2, 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    V, U = rng.normal(size=(2, size, dim))
    return one_step.Scene(
        tuple("abcdefgh"[:size]), V, U, draw(st.integers(0, size - 1)), (1, 2, 1), (4, 4, 3)
    )


@pytest.mark.parametrize("derivation", RIGHT, ids=lambda d: d.name)
def test_a_right_derivation_is_green(derivation):
    verdict = judge(derivation.expression, derivation.target, SCENE)
    assert verdict.passed and not verdict.off.any()
    assert np.abs(verdict.wanted).max() > 0.01


@pytest.mark.parametrize("derivation", WRONG, ids=lambda d: d.name)
def test_a_wrong_derivation_is_red(derivation):
    assert not judge(derivation.expression, derivation.target, SCENE).passed


@settings(max_examples=25, deadline=None)
@given(scene=scenes())
def test_the_registry_is_judged_rightly_in_any_scene(scene):
    assume(np.linalg.norm(scene.v_c) > 0.1)
    for d in REGISTRY.values():
        assert judge(d.expression, d.target, scene).passed == (not d.mistake), d.name


def test_the_slips_of_the_exercise_are_there():
    wrong = " ".join(d.expression for d in WRONG)
    assert "outer(sigmoid(U_k @ v_c) - 1, v_c)" in wrong  # the gradient of a negative
    assert "(sigmoid(U_k @ v_c) - 1) @ U_k" in wrong  # its share of dJ/dv_c
    assert any("twice" in d.mistake for d in WRONG)
    assert any("transposed" in d.mistake for d in WRONG)
    assert any("sum over the window is forgotten" in d.mistake for d in WRONG)


def test_every_gradient_has_a_right_and_a_wrong_derivation():
    for target in TARGETS:
        if target != "softmax: v_c":
            assert {bool(d.mistake) for d in REGISTRY.values() if d.target == target} == {
                True,
                False,
            }, target


def test_entries_that_are_off_are_named():
    verdict = judge(
        "outer((sigmoid(U @ v_c) - 1) * y + minimum(n, 1) * sigmoid(U @ v_c), v_c)",
        "negatives: U",
        SCENE,
    )
    assert set(np.flatnonzero(verdict.off.any(1))) == {4}  # the word drawn twice
    assert "2 of 12 entries are off" in verdict.sentence


def test_a_wrong_sign_and_a_factor_are_recognized():
    assert "-1 times" in judge("U.T @ (y - y_hat)", "softmax: v_c", SCENE).sentence
    assert "0.5 times" in judge("(U.T @ (y_hat - y)) / 2", "softmax: v_c", SCENE).sentence


def test_a_transposed_gradient_is_recognized():
    verdict = judge("outer(v_c, y_hat - y)", "softmax: U", SCENE)
    assert verdict.off is None and "transpose" in verdict.sentence and "(2, 6)" in verdict.sentence


def test_a_tiny_mistake_is_caught():
    assert not judge("1.00001 * (U.T @ (y_hat - y))", "softmax: v_c", SCENE).passed
    assert not judge("zeros_like(v_c)", "softmax: v_c", SCENE).passed


def test_central_differences_agree_with_closed_forms():
    v, U, o, k = SCENE.v_c, SCENE.U, SCENE.outside, list(SCENE.negatives)
    np.testing.assert_allclose(
        TARGETS["negatives: u_o"].numeric(SCENE), (special.expit(U[o] @ v) - 1) * v, atol=1e-9
    )
    np.testing.assert_allclose(
        TARGETS["negatives: u_k"].numeric(SCENE), special.expit(U[k] @ v)[:, None] * v, atol=1e-9
    )
    np.testing.assert_allclose(TARGETS["window: V"].numeric(SCENE)[1:], 0)


def test_judging_leaves_the_scene_alone():
    V, U = SCENE.V.copy(), SCENE.U.copy()
    for d in REGISTRY.values():
        judge(d.expression, d.target, SCENE)
    assert np.array_equal(V, SCENE.V) and np.array_equal(U, SCENE.U)


def test_every_name_is_explained():
    assert set(names(SCENE)) == set(MEANINGS)


def test_an_unknown_gradient_is_refused():
    with pytest.raises(UserError, match="no gradient"):
        judge("v_c", "softmax: W", SCENE)
