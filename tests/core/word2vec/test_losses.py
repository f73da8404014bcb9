"""The equations: gradients against central differences, published values to all digits, and broken
variants caught.
"""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from core.word2vec import gradient_check, losses
from core.word2vec.gradient_check import PUBLISHED, central_difference

VALUES = json.loads(PUBLISHED.read_text(encoding="utf8"))
CENTER, OUTSIDE = np.array(VALUES["center_vectors"]), np.array(VALUES["outside_vectors"])
# a gradient smaller than this is compared to 1e-9: the differences round at 1e-16 J / h = 1e-10
ROUNDING = 0.01
CASES = [(kind, case) for kind in ("softmax", "negative_sampling") for case in VALUES[kind]]


@st.composite
def windows(draw):
    """A random vocabulary and window, with words that repeat in the window and among the
    negatives.
    """
    words, dim = draw(st.integers(2, 7)), draw(st.integers(1, 5))
    word = st.integers(0, words - 1)
    outside = draw(st.lists(word, min_size=1, max_size=4))
    K = draw(st.integers(1, 6))
    negatives = [draw(st.lists(word, min_size=K, max_size=K)) for _ in outside]
    outside.append(outside[0])  # one word twice in the window
    negatives.append([negatives[0][0]] * K)  # one negative K times
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    V, U = rng.normal(size=(2, words, dim)) * draw(st.sampled_from([0.1, 1.0, 2.0]))
    return draw(word), outside, negatives, V, U


def errors(window, kind, skip_gram=losses.skip_gram):
    center, outside, negatives, V, U = window
    arguments = (center, outside, negatives if kind == "negative sampling" else None, V, U)
    _, gradient = skip_gram(*arguments)
    numeric = {
        name: central_difference(lambda: losses.skip_gram(*arguments)[0], w)
        for name, w in (("V", V), ("U", U))
    }
    return [
        np.abs(gradient[name] - g).max() / (np.abs(g).max() + ROUNDING)
        for name, g in numeric.items()
    ]


@pytest.mark.parametrize("kind", ["softmax", "negative sampling"])
@settings(max_examples=60, deadline=None)
@given(window=windows())
def test_gradients_agree_with_central_differences(kind, window):
    assert max(errors(window, kind)) < 1e-7


@pytest.mark.parametrize(("kind", "case"), CASES)
def test_published_losses_and_gradients_to_all_digits(kind, case):
    loss, gradient = losses.skip_gram(
        case["center"], case["outside"], case.get("negatives"), CENTER, OUTSIDE
    )
    assert loss == pytest.approx(case["loss"], abs=1e-8)
    np.testing.assert_allclose(
        gradient["V"][case["center"]], case["grad_center"], atol=1e-8, rtol=0
    )
    np.testing.assert_allclose(gradient["U"], case["grad_outside"], atol=1e-8, rtol=0)
    others = np.delete(gradient["V"], case["center"], axis=0)
    assert not others.any()


def test_published_sigmoid():
    np.testing.assert_allclose(
        losses.sigmoid(np.array(VALUES["sigmoid"]["x"], float)), VALUES["sigmoid"]["y"], atol=5e-9
    )


def test_every_check_of_the_table_passes():
    found = gradient_check.run()
    assert len(found) > 20 and all(one.passed for one in found)


def broken(name, change):
    """skip_gram with one gradient changed."""

    def skip_gram(center, outside, negatives, V, U):
        loss, gradient = losses.skip_gram(center, outside, negatives, V, U)
        return loss, change(gradient, center, outside, negatives, V, U)

    skip_gram.__name__ = name
    return skip_gram


def one_row_each(gradient, center, outside, negatives, V, U):
    """The bug of `dU[negatives] += ...`: a negative drawn twice counts once."""
    dU = np.zeros_like(U)
    for o, drawn in zip(outside, negatives, strict=True):
        dU[o] += (special.expit(U[o] @ V[center]) - 1) * V[center]
        dU[drawn] += special.expit(U[drawn] @ V[center])[:, None] * V[center]
    return gradient | {"U": dU}


BROKEN = {
    "sign": ("softmax", lambda g, *_: g | {"V": -g["V"]}),
    "every row": ("softmax", lambda g, *_: g | {"V": np.tile(g["V"].sum(0), (len(g["V"]), 1))}),
    "mean over the window": (
        "softmax",
        lambda g, c, outside, *_: {k: x / len(outside) for k, x in g.items()},
    ),
    "first word only": (
        "softmax",
        lambda g, c, outside, n, V, U: losses.skip_gram(c, outside[:1], None, V, U)[1],
    ),
    "outer transposed": ("softmax", lambda g, *_: g | {"U": np.resize(g["U"].T, g["U"].shape)}),
    "repeated negative dropped": ("negative sampling", one_row_each),
    "first negatives only": (
        "negative sampling",
        lambda g, c, o, n, V, U: losses.skip_gram(c, o, [d[:1] for d in n], V, U)[1],
    ),
    "one part in a million": (
        "negative sampling",
        lambda g, *_: {k: x * (1 + 1e-6) for k, x in g.items()},
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_gradient_is_caught(name):
    kind, change = BROKEN[name]
    rng = np.random.default_rng(3)
    window = (0, [1, 3, 1], [[2, 2, 4], [4, 1, 1], [3, 3, 3]], *rng.normal(size=(2, 5, 3)))
    assert max(errors(window, kind)) < 1e-7
    assert max(errors(window, kind, broken(name, change))) > 1e-7


def test_losses_are_those_of_scipy():
    rng = np.random.default_rng(4)
    v, U, o, negatives = rng.normal(size=4), rng.normal(size=(6, 4)), 2, [1, 1, 5]
    assert losses.naive_softmax(v, o, U)[0] == pytest.approx(
        -special.log_softmax(U @ v)[o], rel=1e-12
    )
    expected = -special.log_expit(U[o] @ v) - special.log_expit(-U[negatives] @ v).sum()
    assert losses.negative_sampling(v, o, negatives, U)[0] == pytest.approx(expected, rel=1e-12)


def test_rows_of_the_softmax_gradient_add_up_to_zero():
    rng = np.random.default_rng(5)
    _, gradient = losses.naive_softmax(rng.normal(size=4), 2, rng.normal(size=(6, 4)))
    assert np.abs(gradient["U"].sum(0)).max() < 1e-15
    assert np.abs(gradient["U"]).max() > 0.01


@given(st.floats(-1000, 1000))
def test_sigmoid_and_softplus_never_overflow(x):
    with np.errstate(all="raise", under="ignore"):
        assert losses.sigmoid(x) == pytest.approx(special.expit(x), abs=1e-15)
        assert losses.softplus(x) == pytest.approx(-special.log_expit(-x), rel=1e-12)
        assert losses.sigmoid_slope(x) == pytest.approx(
            special.expit(x) * special.expit(-x), abs=1e-15
        )


def test_softmax_of_large_scores_is_finite():
    np.testing.assert_allclose(losses.softmax(np.array([1000.0, 1000.0, -1000.0])), [0.5, 0.5, 0.0])
