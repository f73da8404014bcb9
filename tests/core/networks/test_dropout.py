"""Dropout in training and in evaluation, and against overfitting."""

import numpy as np
import pytest

from core.errors import UserError
from core.networks import dropout
from core.networks.weight_decay import Data

X = np.array([0.5, 0.2])


@pytest.fixture(scope="module")
def trained():
    *shares, w = dropout.example(0.3)
    assert shares[-1].done == 1
    return w


def test_training_passes_differ_and_evaluation_does_not(trained):
    passes = dropout.training_passes(trained, X, 0.3, 20, np.random.default_rng(0))
    assert len({each.values[-1][1] for each in passes}) > 10
    plain = [dropout.evaluation_pass(trained, X) for _ in range(3)]
    assert len({each.values[-1][1] for each in plain}) == 1 and plain[0].masks is None
    for each in passes:
        assert each.values[-1].sum() == pytest.approx(1)
        for mask, value in zip(each.masks, each.values[1:-1], strict=True):
            assert set(np.unique(mask)) <= {0, 1 / 0.7}
            assert not value[mask == 0].any() and value[mask > 0].all()


def test_kept_units_are_scaled(trained):
    plain = dropout.evaluation_pass(trained, X)
    for each in dropout.training_passes(trained, X, 0.3, 5, np.random.default_rng(0)):
        # The first layer sees no mask before it
        np.testing.assert_allclose(each.values[1], plain.values[1] * each.masks[0])


def test_both_modes_agree_on_average_where_the_masks_act_linearly(trained):
    first, linear, behind = dropout.compare(trained, X, 0.3, 20_000, np.random.default_rng(0))
    for group in (first, linear):
        z = (group.mean - group.evaluation) / group.error
        assert np.abs(z).max() < 4 and group.held >= 4
    assert np.abs((behind.mean - behind.evaluation) / behind.error).max() > 5  # tanh is not linear
    smaller = dropout.compare(trained, X, 0.3, 200, np.random.default_rng(0))[0]
    np.testing.assert_allclose(smaller.error / first.error, 10, rtol=0.3)


def test_without_the_factor_the_modes_would_not_agree(trained):
    first = dropout.compare(trained, X, 0.3, 5_000, np.random.default_rng(0))[0]
    unscaled = 0.7 * first.mean
    assert (np.abs(unscaled - first.evaluation) > 3 * first.error).sum() >= 4


def test_overfitting_and_what_dropout_does_to_it():
    curves = list(dropout.overfitting(Data("moons", 50, "network", 3), 0.5))
    without, with_dropout = curves[-1].validation.mean(1)
    assert without > curves[2].validation[0].mean() + 0.1  # it turned and rose
    assert with_dropout < without - 0.1
    assert curves[-1].train[0].mean() < curves[-1].train[1].mean()


def test_no_dropout_twice_is_the_same_twice():
    *_, last = dropout.overfitting(Data("cancer", 20, "network", 2), 0.0)
    np.testing.assert_array_equal(last.train[0], last.train[1])


@pytest.mark.parametrize(
    "task", [lambda: dropout.example(0.97), lambda: dropout.overfitting(Data(), 1.0)]
)
def test_a_rate_near_one_is_refused(task):
    with pytest.raises(UserError, match=r"up to 0\.9"):
        next(task())


def test_units_are_held_within_1_96_standard_errors():
    one = np.ones(4)
    off = np.array([0.0, 1.95, 1.97, -1.97])
    assert dropout.Compared("h", one, one + 0.1 * off, 0.1 * one).held == 2
