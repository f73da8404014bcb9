"""Dropout as a Bayesian approximation: numbers by hand, passes one by one, and the Gaussian process
in closed form.
"""

from functools import cache

import numpy as np
import pytest

from core.errors import UserError
from core.networks import datasets, uncertainty
from core.networks.uncertainty import NETWORK, Lesson


@cache
def learned(p=0.1, curve="gap", count=30):
    x, y = datasets.draw_curve(curve, count, 0)
    *shares, last = uncertainty.learn(Lesson(tuple(x), tuple(y), p, 1e-4))
    shares = [news.done for news in shares]
    assert shares == sorted(shares) and shares[-1] == 1
    return last


def test_the_network_learns_the_points():
    before, after = learned().losses
    assert after < 0.02 < before


def test_passes_are_forward_passes_with_one_mask_each():
    at, T = np.linspace(-2, 2, 9), 6
    found = uncertainty.passes(learned().w, at, 0.3, T, np.random.default_rng(4))
    masks = NETWORK.masks(np.random.default_rng(4), 0.3, 1, (T,))
    one_by_one = [
        NETWORK.predict(learned().w.astype(float), at[:, None], [m[t] for m in masks])
        for t in range(T)
    ]
    np.testing.assert_allclose(found.each, one_by_one, atol=1e-4)
    np.testing.assert_allclose(found.mean, np.mean(one_by_one, 0), atol=1e-4)
    np.testing.assert_allclose(
        found.variance, np.sum((one_by_one - np.mean(one_by_one, 0)) ** 2, 0) / (T - 1), atol=1e-4
    )
    assert found.variance.min() > 0


def test_without_dropout_or_with_one_pass_there_is_no_variance():
    at = np.linspace(-2, 2, 9)
    for p, T in ((0.0, 50), (0.3, 1)):
        found = uncertainty.passes(learned().w, at, p, T, np.random.default_rng(0))
        assert found.each.shape == (T, 9) and not found.variance.any()
    plain = uncertainty.passes(learned().w, at, 0.0, 50, np.random.default_rng(0))
    assert not uncertainty.band(plain, 100.0, 0.0).any()
    one = uncertainty.passes(learned().w, at, 0.3, 1, np.random.default_rng(0))
    # The noise alone: 1.96 * sqrt(1 / 100)
    np.testing.assert_allclose(uncertainty.band(one, 100.0, 0.3), 0.1959964)


def test_the_first_passes_of_many():
    found = uncertainty.passes(
        learned().w, np.linspace(-2, 2, 9), 0.2, 40, np.random.default_rng(0)
    )
    part = uncertainty.after(found, 10)
    np.testing.assert_array_equal(part.each, found.each[:10])
    np.testing.assert_allclose(part.variance, np.var(found.each[:10], axis=0, ddof=1))
    assert not uncertainty.after(found, 1).variance.any()
    np.testing.assert_allclose(uncertainty.after(found, 40).variance, found.variance)


def test_precision_by_hand():
    assert uncertainty.precision(0.1, 2.0, 30, 1e-3) == pytest.approx(0.9 * 4 / 0.06)  # = 60
    assert uncertainty.precision(0.5, 1.0, 10, 0.05) == pytest.approx(0.5)
    assert uncertainty.precision(0.1, 1.0, 30, 0.0) == np.inf


def test_the_noise_belongs_to_the_variance():
    found = uncertainty.Passes(np.zeros((3, 2)), np.zeros(2), np.array([0.09, 0.0]))
    # Sqrt(0.16 + 0.09): not 0.16 + 0.3
    np.testing.assert_allclose(uncertainty.deviation(found, 1 / 0.16), [0.5, 0.4])
    np.testing.assert_allclose(uncertainty.deviation(found, np.inf), [0.3, 0.0])


@pytest.mark.parametrize("length, strength, said", [(0.0, 0.0, "0/0"), (0.0, 0.1, "infinite")])
def test_a_precision_that_says_nothing_is_refused(length, strength, said):
    with pytest.raises(UserError, match=said):
        uncertainty.precision(0.1, length, 30, strength)


@pytest.mark.parametrize("p", [0.95, 1.0, -0.1, float("nan")])
def test_a_dropout_rate_near_one_is_refused(p):
    with pytest.raises(UserError, match="nothing can be learned"):
        next(uncertainty.learn(Lesson((0.0,), (0.0,), p)))


def test_nothing_to_learn_from_and_no_passes_are_refused():
    with pytest.raises(UserError, match="no point"):
        next(uncertainty.learn(Lesson((), ())))
    with pytest.raises(UserError, match="pass"):
        uncertainty.passes(learned().w, np.zeros(1), 0.1, 0, np.random.default_rng(0))


def test_one_point_is_learned():
    *_, last = uncertainty.learn(Lesson((0.5,), (1.0,), 0.1))
    assert last.losses[1] < 0.05
    (process,) = uncertainty.process((0.5,), (1.0,), (0.5, 4.0))
    assert process.mean[0] == pytest.approx(1 / 1.01) and process.half[1] > 1.9 > process.half[0]


def test_the_process_in_closed_form():
    """Two points, kernel exp(-d^2 / 2) and noise 0.01: k^T (K + 0.01 I)^-1 y, and 1.01 - k^T (K +
    0.01 I)^-1 k.
    """
    x, y, at = np.array([-1.0, 0.5]), np.array([0.3, -0.8]), np.array([0.0, 2.0])

    def kernel(a, b):
        return np.exp(-((a[:, None] - b) ** 2) / 2)

    inverse = np.linalg.inv(kernel(x, x) + 0.01 * np.eye(2))
    (process,) = uncertainty.process(x, y, at)
    np.testing.assert_allclose(process.mean, kernel(at, x) @ inverse @ y)
    variance = 1.01 - np.einsum("ai,ij,aj->a", kernel(at, x), inverse, kernel(at, x))
    np.testing.assert_allclose(process.half, 1.959964 * np.sqrt(variance), rtol=1e-6)
    assert (process.height, process.reach, process.noise) == pytest.approx((1.0, 1.0, 0.1))


def test_the_process_widens_where_there_are_no_points_and_dropout_does_so_less():
    x, y = datasets.draw_curve("gap", 30, 0)
    at = np.array([-1.5, 0.0, 1.5, 3.8])
    (process,) = uncertainty.process(x, y, at)
    half, reach, noise = process.half, process.reach, process.noise
    assert half[1] > 2 * half[[0, 2]].max() and half[3] > half[1]
    assert 0.3 < reach < 2 and 0.05 < noise < 0.2  # the noise behind the points is 0.1
    found = uncertainty.passes(learned().w, at, 0.1, 200, np.random.default_rng(0))
    band = uncertainty.band(found, uncertainty.precision(0.1, 0.8, 30, 1e-4), 0.1)
    assert band[3] < half[3] and band[1] < half[1]


def test_coverage_of_a_band_that_is_right():
    y = np.random.default_rng(0).normal(3, 2, 20_000)
    half = np.full(20_000, 2 * uncertainty.WITHIN_95)
    assert uncertainty.coverage(y, np.full(20_000, 3.0), half) == pytest.approx(0.95, abs=0.005)
    assert uncertainty.coverage(np.array([1.0, 2.0]), np.array([1.0, 1.0]), np.zeros(2)) == 0.5
