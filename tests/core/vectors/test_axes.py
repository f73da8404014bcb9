"""Axes between sets of words, and the bias of words along them."""

import numpy as np
import pytest

from core.errors import UserError
from core.vectors.axes import axis, bias, places


def cloud():
    """Six words at each end of the first coordinate, then two more near its end."""
    rng = np.random.default_rng(0)
    vectors = rng.normal(0, 0.3, (14, 5))
    vectors[:6, 0] -= 1
    vectors[6:, 0] += 1
    return vectors


def test_the_words_of_the_ends_lie_on_their_sides():
    vectors = cloud()
    one = axis(vectors, list(range(6)), list(range(6, 12)))
    where = places(vectors, one)
    assert where[:6].max() < 0 < where[6:].min() and abs(where).max() <= 1
    assert np.linalg.norm(one.direction) == pytest.approx(1)


def test_a_bias_is_found_where_it_is_and_not_where_it_is_not():
    vectors = cloud()
    one = axis(vectors, list(range(6)), list(range(6, 12)))
    found = bias(vectors, [12, 13], one, np.random.default_rng(0))
    assert found.mean > 0.5 and found.p_value < 0.02
    vectors[:12] = np.random.default_rng(1).normal(size=(12, 5))
    one = axis(vectors, list(range(6)), list(range(6, 12)))
    assert bias(vectors, [12, 13], one, np.random.default_rng(0)).p_value > 0.05


def test_two_words_at_each_end_can_never_be_significant():
    vectors = cloud()
    found = bias(vectors, [12, 13], axis(vectors, [0, 1], [6, 7]), np.random.default_rng(0))
    assert found.p_value > 1 / 6 - 0.05


def test_an_axis_without_words_or_length_is_refused():
    for start, end in (([], [1]), ([1], []), ([1, 2], [2, 1])):
        with pytest.raises(UserError):
            axis(cloud(), start, end)
