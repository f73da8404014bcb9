"""Neighbors in a picture compared with neighbors in all dimensions."""

import numpy as np
import pytest

from core.errors import UserError
from core.vectors.picture_trust import neighbors, trust
from core.vectors.projection import plane


def test_a_flat_cloud_is_shown_truly():
    angle = np.linspace(0, 2 * np.pi, 30, endpoint=False) ** 1.1
    flat = np.stack([np.cos(angle), np.sin(angle), np.zeros(30)], 1)
    found = trust(flat, flat[:, :2], 4)
    assert found.mean == 1 and found.best == 1 and not found.marked.any()


def test_points_anywhere_are_right_as_often_as_chance():
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(300, 10))
    found = trust(vectors, rng.normal(size=(300, 2)), 20)
    assert found.mean == pytest.approx(found.chance, abs=0.02) and found.marked.mean() > 0.9
    assert found.chance == 20 / 299


def test_the_best_plane_beats_a_random_one_and_is_its_own_reference():
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(200, 6)) * np.array([3, 2, 1, 0.5, 0.5, 0.5])
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    axes, _ = plane(unit)
    best = trust(vectors, (unit - unit.mean(0)) @ axes.T, 10)
    assert best.mean == best.best
    random = np.linalg.qr(rng.normal(size=(6, 2)))[0]
    assert trust(vectors, unit @ random, 10).mean < best.mean


def test_more_neighbors_than_words_are_refused():
    with pytest.raises(UserError):
        trust(np.eye(4), np.eye(4)[:, :2], 4)


def test_each_point_nearby_says_how_near_its_word_is():
    vectors = np.array([[1, 0, 0], [0.9, 0.1, 0], [0.5, 0.5, 0], [0, 0, 1]])
    points = np.array([[0, 0], [5, 0], [2, 0], [1, 0]])
    found = neighbors(vectors, points, 0, 2)
    assert [(one.row, one.rank, one.real) for one in found] == [(3, 3, False), (2, 2, True)]
