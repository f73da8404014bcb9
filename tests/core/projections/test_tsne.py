"""t-SNE: its equations against central differences, its pictures against scikit-learn's."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.manifold import TSNE

from core.errors import UserError
from core.projections import tsne


def last(vectors, perplexity=10.0, seed=0):
    return list(tsne.tsne(vectors, perplexity, np.random.default_rng(seed)))[-1]


@pytest.fixture(scope="module")
def digits():
    return load_digits().data[:150] / 16


def test_the_gradient_is_that_of_the_divergence():
    rng = np.random.default_rng(0)
    P = tsne.affinities(rng.normal(size=(12, 4)), 3.0)
    Y = rng.normal(size=(12, 2))
    expected = np.zeros_like(Y)
    for n, axis in np.ndindex(Y.shape):
        step = np.zeros_like(Y)
        step[n, axis] = 1e-5
        difference = tsne.divergence(P, Y + step) - tsne.divergence(P, Y - step)
        expected[n, axis] = difference / 2e-5
    assert tsne._gradient(P, Y) == pytest.approx(expected, abs=1e-6)


def test_each_point_has_the_perplexity_asked_for(digits):
    P = tsne.affinities(digits, 7.0)
    assert pytest.approx(1) == P.sum() and (P == P.T).all() and not P.diagonal().any()
    n, beta = len(digits), 5.0
    square = np.sort(((digits[:, None] - digits) ** 2).sum(-1), 1)[:, 1:22]
    p = tsne._conditional(square - square[:, :1], np.full(n, np.log(beta)))
    assert p == pytest.approx(np.exp(-beta * square) / np.exp(-beta * square).sum(1)[:, None])


def test_neighbors_are_kept_as_well_as_by_scikit_learn(digits):
    theirs = TSNE(perplexity=10, init="random", random_state=0).fit(digits)
    assert last(digits).divergence < 1.1 * theirs.kl_divergence_


def test_the_same_seed_gives_the_same_picture_and_another_one_another(digits):
    assert (last(digits[:40]).points == last(digits[:40]).points).all()
    assert not np.allclose(last(digits[:40]).points, last(digits[:40], seed=1).points)


def test_pictures_come_on_the_way():
    shares = [layout.done for layout in tsne.tsne(np.eye(9), 3.0, np.random.default_rng(0))]
    assert len(shares) > 20 and shares == sorted(shares) and shares[-1] == 1


@pytest.mark.parametrize("perplexity, n", [(9.0, 9), (1.0, 9), (float("nan"), 9), (5.0, 2_001)])
def test_what_cannot_be_drawn_is_a_sentence(perplexity, n):
    with pytest.raises(UserError, match=r"perplexity|up to"):
        next(tsne.tsne(np.zeros((n, 2)), perplexity, np.random.default_rng(0)))


def test_equal_points_are_no_problem():
    assert np.isfinite(last(np.ones((9, 3)), 3.0).points).all()
