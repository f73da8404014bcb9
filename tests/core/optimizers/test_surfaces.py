"""The surfaces: gradients against differences, minima against a search, noise from its own
generator.
"""

import numpy as np
import pytest

from core.errors import UserError
from core.optimizers import surfaces
from core.word2vec.gradient_check import central_difference, relative_error

NAMES = list(surfaces.BUILDERS)


@pytest.mark.parametrize("name", NAMES)
def test_the_gradient_is_the_slope(name):
    surface, rng = surfaces.find(name, 7.0), np.random.default_rng(0)
    (left, right), (bottom, top) = surface.frame
    for _ in range(5):
        w = np.array([rng.uniform(left, right), rng.uniform(bottom, top)])
        slope = central_difference(lambda w=w: float(surface.value(w)), w)
        assert np.abs(slope).max() > 1e-3
        assert relative_error(surface.gradient(w), slope) < 1e-6


@pytest.mark.parametrize("name", NAMES)
def test_the_minima_are_the_lowest_points(name):
    surface = surfaces.find(name)
    minima = np.array(surface.minima)
    np.testing.assert_allclose(surface.value(minima), surface.lowest, atol=1e-20)
    np.testing.assert_allclose(surface.gradient(minima), 0, atol=1e-9)
    x, y = (np.linspace(a, b, 401) for a, b in surface.frame)
    heights = surface.value(np.stack(np.meshgrid(x, y), -1))
    assert heights.min() >= surface.lowest - 1e-12
    low = np.argwhere(heights < surface.lowest + 1e-3 * np.ptp(heights) / 100)
    points = np.stack([x[low[:, 1]], y[low[:, 0]]], -1)
    nearest = np.linalg.norm(points[:, None] - minima, axis=-1).argmin(1)
    assert set(nearest) == set(range(len(minima)))  # each is found by the search, none is invented


@pytest.mark.parametrize("name", NAMES)
def test_starts_and_minima_are_in_the_frame(name):
    surface = surfaces.find(name)
    low, high = np.array(surface.frame).T
    for point in (surface.start, *surface.minima):
        assert (low <= point).all() and (point <= high).all()


@pytest.mark.parametrize("name", NAMES)
def test_many_points_at_once(name):
    surface = surfaces.find(name)
    points = np.random.default_rng(1).normal(size=(3, 4, 2))
    assert surface.value(points).shape == (3, 4) and surface.gradient(points).shape == (3, 4, 2)
    np.testing.assert_allclose(surface.value(points)[1, 2], surface.value(points[1, 2]))
    np.testing.assert_allclose(surface.gradient(points)[1, 2], surface.gradient(points[1, 2]))


def test_the_condition_number_is_the_ratio_of_curvatures():
    surface = surfaces.find("bowl", 50.0)
    second = [surface.gradient(np.eye(2)[k])[k] for k in (0, 1)]
    assert second == pytest.approx(surface.curvatures) and max(second) / min(
        second
    ) == pytest.approx(50)


def test_noise_comes_from_its_generator_alone():
    quiet, noisy = surfaces.find("bowl", 20.0, 3.0), surfaces.find("noisy bowl", 20.0, 3.0)
    first, again, other = (
        noisy.disturbances(2_000, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert (
        (first != other).any()
        and first.std() == pytest.approx(3.0, rel=0.05)
        and abs(first.mean()) < 0.2
    )
    assert not quiet.disturbances(10, np.random.default_rng(1)).any()


def test_an_unknown_surface_lists_those_there_are():
    with pytest.raises(UserError, match="bowl, noisy bowl"):
        surfaces.find("valley")
