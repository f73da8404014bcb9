"""The small data sets: training and validation samples."""

import subprocess
import sys

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_digits

from core.errors import UserError
from core.networks import datasets


@pytest.mark.parametrize("name", datasets.SOURCES)
@pytest.mark.parametrize("size", [1, 10, 500])
def test_shapes_and_classes(name, size):
    split = datasets.draw(name, size, range(3))
    assert split.x.shape[:2] == split.y.shape == (3, size)
    assert split.x_val.shape[:2] == split.y_val.shape
    assert 60 < split.x_val.shape[1] <= datasets.VALIDATION
    assert np.isfinite(split.x).all() and np.isfinite(split.x_val).all()
    assert split.only == (3 if size == 1 else 0)
    assert set(np.unique(split.y_val)) == set(range(split.classes))


@pytest.mark.parametrize(
    ("name", "wanted", "most"), [("digits", load_digits, 16), ("cancer", load_breast_cancer, 1)]
)
def test_real_ones_are_those_of_scikit_learn(name, wanted, most):
    x, y = datasets.SOURCES[name].read()
    np.testing.assert_array_equal(x, wanted().data / most)
    np.testing.assert_array_equal(y, wanted().target)


def test_nobody_waits_for_scikit_learn_to_see_one():
    code = (
        "import sys; from core.networks import datasets, weight_decay, dropout; "
        "[datasets.draw(name, 10, [0]) for name in datasets.SOURCES]; "
        "sys.exit('sklearn' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=datasets.REAL.parents[1], check=True)


def test_nothing_is_both_learned_and_judged():
    split = datasets.draw("digits", 500, [0, 1])
    for x, x_val in zip(split.x, split.x_val, strict=True):
        assert not {row.tobytes() for row in x} & {row.tobytes() for row in x_val}


def test_standardized_by_the_samples_learned_from_alone():
    split = datasets.draw("cancer", 40, [0, 3])
    np.testing.assert_allclose(split.x.mean(1), 0, atol=1e-4)
    np.testing.assert_allclose(split.x.std(1), 1, atol=1e-3)
    assert np.abs(split.x_val.mean(1)).max() > 0.05


def test_a_seed_fixes_its_draw_and_a_larger_sample_contains_the_smaller():
    small, large = datasets.draw("moons", 20, [2]), datasets.draw("moons", 50, [1, 2])
    np.testing.assert_array_equal(small.x[0], large.x[1, :20])
    assert np.abs(large.x[0, :20] - small.x[0]).max() > 0.1


@pytest.mark.parametrize("name, size", [("nix", 10), ("digits", 0), ("digits", 501)])
def test_refusals(name, size):
    with pytest.raises(UserError, match=r"nix|1 to 500"):
        datasets.draw(name, size, [0])


@pytest.mark.parametrize("name", datasets.CURVES)
def test_points_of_a_curve(name):
    curve = datasets.CURVES[name]
    x, y = datasets.draw_curve(name, 2_000, 0)
    assert (np.diff(x) >= 0).all()
    assert np.logical_or.reduce([(low <= x) & (x <= high) for low, high in curve.known]).all()
    assert (y - curve.function(x)).std() == pytest.approx(curve.noise, rel=0.1)


@pytest.mark.parametrize("name", datasets.CURVES)
def test_held_out_points_lie_in_their_regions(name):
    curve, found = datasets.CURVES[name], datasets.held_out(name, 500, 0)
    assert ("in the gap" in found) == (curve.gap is not None)
    x, y = found["outside"]
    assert ((x < curve.known[0][0]) | (x > curve.known[-1][1])).all() and (
        np.abs(x) <= datasets.EDGE
    ).all()
    assert (y - curve.function(x)).std() == pytest.approx(curve.noise, rel=0.15)
    if curve.gap:
        assert (
            (found["in the gap"][0] > curve.gap[0]) & (found["in the gap"][0] < curve.gap[1])
        ).all()
