"""One step of SGD in numbers: terms, steps, typed input, words of a trained model."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.equations import derivations, one_step
from core.errors import UserError
from core.texts.corpus import Facts

SCENE = derivations.default_scene()
HAND = one_step.Scene(
    ("a", "b", "c", "d", "e"), np.zeros((5, 2)), np.zeros((5, 2)), 0, (1,), (2, 2)
)


@st.composite
def scenes(draw):
    size, dim = draw(st.integers(5, 8)), draw(st.integers(2, 5))
    word = st.integers(0, size - 1)
    V, U = np.random.default_rng(draw(st.integers(0, 2**32 - 1))).normal(size=(2, size, dim))
    return one_step.Scene(
        tuple("abcdefgh"[:size]),
        V,
        U,
        draw(word),
        tuple(draw(st.lists(word, min_size=1, max_size=3))),
        tuple(draw(st.lists(word, min_size=1, max_size=5))),
    )


@settings(max_examples=50, deadline=None)
@given(scene=scenes(), kind=st.sampled_from(one_step.KINDS))
def test_the_terms_make_both_gradients(scene, kind):
    t, (_, gradient) = one_step.terms(scene, kind), one_step.loss(scene, kind)
    np.testing.assert_allclose(t.error @ scene.U[t.rows], gradient["v_c"], atol=1e-12)
    dU = np.zeros_like(scene.U)
    for row, error in zip(t.rows, t.error, strict=True):
        dU[row] += error * scene.v_c
    np.testing.assert_allclose(dU, gradient["U"], atol=1e-12)


@settings(max_examples=50, deadline=None)
@given(scene=scenes(), kind=st.sampled_from(one_step.KINDS))
def test_a_small_step_lowers_the_loss_as_the_gradient_says(scene, kind):
    loss, gradient = one_step.loss(scene, kind)
    slope = sum((g**2).sum() for g in gradient.values())
    fall = loss - one_step.loss(one_step.step(scene, kind, 1e-6), kind)[0]
    assert fall == pytest.approx(1e-6 * slope, rel=1e-3, abs=1e-12)


def test_zero_vectors_by_hand():
    assert one_step.loss(HAND, "softmax")[0] == pytest.approx(np.log(5))
    assert one_step.loss(HAND, "negative sampling")[0] == pytest.approx(3 * np.log(2))
    np.testing.assert_allclose(one_step.terms(HAND, "softmax").error, [0.2, -0.8, 0.2, 0.2, 0.2])
    np.testing.assert_allclose(one_step.terms(HAND, "negative sampling").error, [-0.5, 0.5, 0.5])


def test_a_step_by_hand():
    scene = replace(HAND, V=np.array([[1.0, 0]] + [[0, 0]] * 4))
    after = one_step.step(scene, "negative sampling", 2.0)
    # The repeated negative moves twice as far
    np.testing.assert_allclose(after.U, [[0, 0], [1, 0], [-2, 0], [0, 0], [0, 0]])
    np.testing.assert_allclose(after.V, scene.V)  # all outside vectors are zero
    assert not scene.U.any()


def test_loss_against_lr_starts_at_the_loss():
    found = one_step.loss_against_lr(SCENE, "softmax", [0, 1])
    assert found[0] == one_step.loss(SCENE, "softmax")[0] > found[1]


@settings(max_examples=50, deadline=None)
@given(scene=scenes())
def test_the_plane_keeps_center_and_outside_vector(scene):
    axes = one_step.plane(scene)
    np.testing.assert_allclose(axes @ axes.T, np.eye(2), atol=1e-9)
    for vector in (scene.v_c, scene.U[scene.outside]):
        assert np.linalg.norm(axes @ vector) == pytest.approx(np.linalg.norm(vector), rel=1e-6)


def test_the_plane_of_parallel_vectors_exists():
    V, U = np.ones((2, 5, 3))
    axes = one_step.plane(replace(HAND, V=V, U=2 * U))
    np.testing.assert_allclose(axes @ axes.T, np.eye(2), atol=1e-9)
    zero = one_step.plane(replace(HAND, V=0 * V, U=0 * U))
    np.testing.assert_allclose(zero @ zero.T, np.eye(2), atol=1e-9)


WORDS = ("a", "b", "c", "d", "e")


def test_typed_input_is_read():
    assert one_step.read_words("a, b c  d e a") == WORDS
    assert one_step.find_words("b b e", WORDS, "Negatives") == (1, 1, 4)
    np.testing.assert_array_equal(
        one_step.read_vectors("1 2\n3, 4\n5 6; 7 8\n-.5 1e1", WORDS, 2, "V"),
        [[1, 2], [3, 4], [5, 6], [7, 8], [-0.5, 10]],
    )


@pytest.mark.parametrize(
    "number", ["nan", "inf", "-inf", "1e300", "1e999", "101", "x", "1_0x", "0x10"]
)
def test_a_number_that_is_none_or_too_large_is_refused(number):
    with pytest.raises(UserError, match="“c”"):
        one_step.read_vectors(f"1 2\n1 2\n1 {number}\n1 2\n1 2", WORDS, 2, "V")


@pytest.mark.parametrize(
    "text", ["1 2", "1 2\n" * 6, "1\n" * 5, "1 2 3\n" * 5, "\n1 2\n1 2\n\n1 2\n1 2\n1 2"]
)
def test_a_wrong_number_of_lines_or_columns_is_refused(text):
    with pytest.raises(UserError, match="needs"):
        one_step.read_vectors(text, WORDS, 2, "U")


@pytest.mark.parametrize(
    "text", ["", "a b", "a b c d", "a a a a a a", "a b c d e f g h i", "a b c d " + "x" * 21]
)
def test_a_wrong_vocabulary_is_refused(text):
    with pytest.raises(UserError):
        one_step.read_words(text)


@pytest.mark.parametrize("text", ["", "a z", " ".join("a" * 11), "<b>"])
def test_wrong_words_are_refused(text):
    with pytest.raises(UserError, match="Negatives"):
        one_step.find_words(text, WORDS, "Negatives")


def test_scores_too_far_apart_are_refused():
    V = np.full((5, 2), 100.0)
    U = np.vstack([V[:1], -V[1:]])
    with pytest.raises(UserError, match="smaller numbers"):
        one_step.check(replace(HAND, V=V, U=U))
    assert one_step.check(SCENE) is SCENE


def facts():
    words = tuple("abcdefghijkl")
    return Facts(
        words=words, counts=np.arange(12, 0, -1), digest="", sentences=1, tokens=99, different=12
    )


def test_words_are_picked_from_a_trained_model():
    V, U = np.random.default_rng(0).normal(size=(2, 12, 10)).astype("f4")
    scene = one_step.pick(facts(), V, U, "k", ["l", "a"], ["b", "b"])
    assert scene.words == ("k", "l", "a", "b", "c", "d", "e", "f")
    assert (scene.center, scene.window, scene.negatives) == (0, (1, 2), (3, 3))
    np.testing.assert_array_equal(scene.V[0], V[10])
    np.testing.assert_array_equal(scene.U[3], U[1])
    assert scene.V.dtype == np.float64


def test_unknown_or_too_many_words_of_a_trained_model_are_refused():
    V = np.zeros((12, 3))
    with pytest.raises(UserError, match="“z”"):
        one_step.pick(facts(), V, V, "a", ["z"], [])
    with pytest.raises(UserError, match="not in the vocabulary"):
        one_step.pick(facts(), V, V, "", ["a"], [])
    with pytest.raises(UserError, match="At most 8"):
        one_step.pick(facts(), V, V, "a", list("bcdefghij"), [])
