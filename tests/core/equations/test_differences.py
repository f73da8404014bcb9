"""Gradients compared with central differences, and the error for each h."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.equations import derivations, differences, one_step

SCENE = derivations.default_scene()


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


@settings(max_examples=15, deadline=None)
@given(scene=scenes(), kind=st.sampled_from(one_step.KINDS))
def test_gradients_of_pair_and_window_agree_with_differences(scene, kind):
    found = differences.compare_pair(scene, kind, 1e-5, np.float64) + differences.compare_window(
        scene, kind, 1e-5, np.float64
    )
    assert all(np.abs(one.analytic - one.numeric).max() < 1e-8 for one in found)


def test_the_error_curve_is_a_valley_and_lower_in_float64():
    def compare(h, dtype):
        return differences.compare_few(SCENE, "softmax", one_step.loss, h, dtype)

    double, single = (
        differences.error_curve(compare, dtype) for dtype in differences.PRECISIONS.values()
    )
    lowest = [differences.EXPONENTS[curve.argmin()] for curve in (double, single)]
    assert double.min() < 1e-9 < 1e-6 < single.min()
    assert -7 <= lowest[0] <= -4 and -4 <= lowest[1] <= -1
    assert min(double[0], double[-1]) > 1e4 * double.min()
    # Truncation grows as h^2, over half decades
    slope = np.diff(np.log10(double[differences.EXPONENTS >= -4]))
    assert np.all(np.abs(slope[:6] - 1) < 0.2)


def test_the_slope_of_the_sigmoid_agrees_with_differences():
    assert differences.compare_slope([-2.0, 0.0, 3.0], 1e-5, np.float64)[0].error < 1e-9
    assert (
        differences.compare_slope([-2.0, 0.0, 3.0], 1e-5, np.float32)[0].numeric.dtype == np.float32
    )
