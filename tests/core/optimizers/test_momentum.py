"""The theory of momentum on a bowl, compared with other formulas and with measurements."""

import numpy as np
import pytest
from scipy.linalg import solve_discrete_lyapunov

from core.optimizers import momentum
from core.optimizers.momentum import RateMap, Spread


def matrix(lr, beta, h):
    """One step of (w, v) as a matrix."""
    return np.array([[1 - lr * h, -lr * beta], [h, beta]])


@pytest.fixture(scope="module")
def rates():
    return next(item for item in momentum.rate_map(20.0) if isinstance(item, RateMap))


@pytest.fixture(scope="module")
def spread():
    return next(
        item for item in momentum.spread(20.0, 1.0, (-4.0, 2.0), 1.5, 3) if isinstance(item, Spread)
    )


@pytest.mark.parametrize("beta", [0.0, 0.3, 0.9, 0.99])
@pytest.mark.parametrize("lr", [0.01, 0.5, 1.9, 3.0])
def test_the_rate_is_the_spectral_radius_of_a_step(lr, beta):
    curvatures = (0.05, 1.0)
    radius = max(np.abs(np.linalg.eigvals(matrix(lr, beta, h))).max() for h in curvatures)
    assert momentum.rate(lr, beta, curvatures) == pytest.approx(radius, rel=1e-9)


def test_measured_rates_agree_with_theory(rates):
    assert rates.measured.shape == (len(rates.betas), len(rates.lrs))
    np.testing.assert_allclose(rates.measured, rates.theory, atol=0.015)
    assert np.abs(rates.measured - rates.theory).mean() < 0.002
    assert rates.measured.min() < 0.7 and rates.measured.max() > 1.5


def test_the_best_place_of_the_map_is_where_theory_says(rates):
    lr, beta, rate = momentum.best(rates.curvatures)
    row, column = np.unravel_index(rates.measured.argmin(), rates.measured.shape)
    assert rates.lrs[column] == pytest.approx(lr, abs=0.2) and rates.betas[row] == pytest.approx(
        beta, abs=0.05
    )
    assert rates.measured.min() >= rate - 0.01
    assert rate == pytest.approx((np.sqrt(20) - 1) / (np.sqrt(20) + 1))  # Polyak's rate


def test_the_limit_divides_what_converges_from_what_diverges(rates):
    limit = momentum.limit(rates.betas, rates.curvatures)[:, None]
    assert (rates.measured[rates.lrs[None] < limit - 0.1] < 1).all()
    assert (rates.measured[rates.lrs[None] > limit + 0.1] > 1).all()


def test_critical_damping_is_where_both_roots_are_equal():
    for lr, h in ((0.3, 1.0), (2.0, 1.0), (1.0, 0.05)):
        first, second = np.linalg.eigvals(matrix(lr, float(momentum.critical(lr, h)), h))
        assert abs(first - second) < 1e-6
    assert np.isnan(momentum.critical(4.5, 1.0))


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_the_long_run_loss_solves_the_lyapunov_equation(beta):
    lr, noise, curvatures, total = 0.3, 2.0, (0.1, 1.0), 0.0
    for h in curvatures:
        push = np.array([-lr, 1.0]) * noise
        total += h / 2 * solve_discrete_lyapunov(matrix(lr, beta, h), np.outer(push, push))[0, 0]
    assert momentum.floor(lr, beta, curvatures, noise) == pytest.approx(total, rel=1e-9)


def test_averaging_shrinks_the_variance_as_it_should(spread):
    np.testing.assert_allclose(spread.variance, momentum.variance_ratio(spread.betas), rtol=0.12)
    assert momentum.variance_ratio(0.9) == pytest.approx(1 / 19)


def test_lower_variance_points_closer_to_the_true_direction(spread):
    assert spread.angle[0] > 15 and spread.angle[-1] < 5
    assert (np.diff(spread.angle) < 0).all() and (np.diff(spread.circular) < 0).all()
    assert ((spread.circular > 0) & (spread.circular < 1)).all()


def test_low_variance_pays_at_a_large_learning_rate_only(spread):
    theory = momentum.floor(1.5 * (1 - spread.betas), spread.betas, (0.05, 1.0), 1.0)
    np.testing.assert_allclose(spread.loss, theory, rtol=0.06)
    assert spread.loss[0] > 2 * spread.loss[-4]
    slow = [momentum.floor(0.01 * (1 - beta), beta, (0.05, 1.0), 1.0) for beta in (0.0, 0.9)]
    assert slow[0] == pytest.approx(slow[1], rel=0.01)
