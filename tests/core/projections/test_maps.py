"""Pictures of words by every method, and how many of their neighbors are real; named clusters."""

import numpy as np
import pytest

from core.errors import UserError
from core.projections import maps

RNG = np.random.default_rng(0)
GROUPS = np.repeat(np.eye(3), 8, 0) + 0.1 * RNG.normal(size=(24, 3))


def finished(task):
    *_, drawn = task
    assert isinstance(drawn, maps.Map) and drawn.done == 1
    return drawn


def vectors(rows=GROUPS, name="groups"):
    return maps.Vectors((name,), rows.astype(np.float32))


def test_vectors_are_known_by_their_name():
    assert vectors() == vectors(2 * GROUPS) and hash(vectors()) == hash(vectors(2 * GROUPS))
    assert vectors() != vectors(name="others") and vectors() != "groups"


def test_a_plane_of_flat_vectors_keeps_all_distances():
    flat = np.concatenate([RNG.normal(size=(20, 2)), np.ones((20, 1))], 1)
    drawn = finished(maps.svd(vectors(flat), False, 5))
    assert abs(drawn.points[:, 1]).max() <= 1 + 1e-9
    assert abs(drawn.points[:, 0]).max() <= maps.ASPECT + 1e-9
    distance = np.linalg.norm(flat[:, None] - flat, axis=-1)
    seen = np.linalg.norm(drawn.points[:, None] - drawn.points, axis=-1)
    assert np.corrcoef(distance.ravel(), seen.ravel())[0, 1] == pytest.approx(1)


def test_every_way_shows_groups_that_are_there():
    ways = (
        maps.svd(vectors(), True, 5),
        maps.t_sne(vectors(), 0, 5.0, 5),
        maps.spanned(vectors(), ((0,), (8,)), ((0,), (16,)), 5),
    )
    for drawn in map(finished, ways):
        assert drawn.judged.mean > 2 * drawn.judged.chance
        middles = drawn.points.reshape(3, 8, 2).mean(1)
        spread = np.linalg.norm(drawn.points.reshape(3, 8, 2) - middles[:, None], axis=-1).max()
        apart = np.linalg.norm(middles[[0, 1, 2]] - middles[[1, 2, 0]], axis=-1).min()
        assert apart > spread


def test_many_points_are_drawn_and_not_judged(monkeypatch):
    monkeypatch.setattr(maps, "JUDGED", 10)
    assert finished(maps.svd(vectors(), True, 5)).judged is None


def test_turning_and_mirroring_change_no_neighbor():
    points = RNG.normal(size=(30, 2))
    turned = points @ np.array([[0.6, 0.8], [0.8, -0.6]])
    assert maps.shared(points, turned, 5) == maps.Shared(1.0, 5 / 29, 5)
    other = [maps.shared(points, RNG.normal(size=(30, 2)), 5).mean for _ in range(50)]
    assert np.mean(other) == pytest.approx(5 / 29, abs=0.03)


def test_clusters_are_found_and_named_by_their_words():
    words = tuple(f"{'abc'[k // 8]}{k}" for k in range(24))
    groups = maps.clusters(GROUPS, 3, 0)
    assert all(len(set(groups[8 * k : 8 * k + 8].tolist())) == 1 for k in range(3))
    names = maps.named(words, GROUPS, groups)
    for k in range(3):
        named = names[groups[8 * k]].split(", ")
        assert len(named) == 3 and {name[0] for name in named} == {"abc"[k]}


@pytest.mark.parametrize("count", [1, 25])
def test_clusters_that_cannot_be_are_a_sentence(count):
    with pytest.raises(UserError, match="24 words cannot be divided into"):
        maps.clusters(GROUPS, count, 0)
