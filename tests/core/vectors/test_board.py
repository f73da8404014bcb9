"""Words placed by hand, compared with runs."""

import numpy as np
import pytest

from core.vectors import board


def test_a_board_is_read_as_it_was_written():
    places = {"king": (-0.5, 0.25), "queen": (0.1, 1.0)}
    assert board.read(board.write(places), ["queen", "king", "boat"]) == places


def test_other_words_and_broken_places_are_left_out_and_the_edge_holds():
    text = "1 2 king; nan 0 queen; x 0 boat; 0 0 wine; 0.5; ; 0 0"
    places = board.read(text, ["king", "queen", "boat"])
    assert places == {"king": (1.0, 1.0)}
    assert board.unread(text, places) == ["nan 0 queen", "x 0 boat", "0 0 wine", "0.5", "0 0"]


def test_a_board_like_a_run_agrees_with_that_run_and_no_other():
    rng = np.random.default_rng(0)
    angle = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    circle = np.stack([np.cos(angle), np.sin(angle)], 1)
    runs = [rng.normal(size=(12, 8)), circle, rng.normal(size=(12, 8))]
    found = board.compare(circle, runs, rng)
    # three neighbors on a circle: two beside, and one of two as far away
    assert found.best == [1] and found.k == 3 and found.shares[1] >= 2 / 3
    assert found.p_value <= 0.01 and found.chance == pytest.approx(3 / 11)


def test_random_boards_agree_by_chance_and_are_found_alike_in_one_of_twenty():
    rng = np.random.default_rng(1)
    found = [
        board.compare(rng.normal(size=(10, 2)), list(rng.normal(size=(5, 10, 6))), rng)
        for _ in range(60)
    ]
    assert np.mean([f.shares for f in found]) == pytest.approx(found[0].chance, abs=0.03)
    assert np.mean([f.p_value <= 0.05 for f in found]) <= 0.15


def test_a_turned_mirrored_and_scaled_board_fits_again():
    points = np.random.default_rng(2).normal(size=(7, 2))
    turned = 3 * points[:, ::-1] * [1, -1] + [4, -2]
    np.testing.assert_allclose(board.aligned(turned, points), points, atol=1e-12)


def test_a_picture_of_one_point_is_put_in_the_middle():
    points = np.random.default_rng(3).normal(size=(4, 2))
    np.testing.assert_allclose(board.aligned(np.ones((4, 2)), points), [points.mean(0)] * 4)


def test_the_mean_of_boards_forgets_how_each_was_turned_and_how_large_it_was():
    rng = np.random.default_rng(4)
    points = rng.normal(size=(9, 2))
    angles = rng.uniform(0, 2 * np.pi, 5)
    turned = [
        size * points @ [[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]] * [1, (-1) ** size]
        for size, a in enumerate(angles, 1)
    ]
    mean = board.mean(turned)
    np.testing.assert_allclose(board.aligned(mean, points), points, atol=1e-9)
    assert np.linalg.norm(mean) == pytest.approx(1) and board.shared(turned) == 1


def test_random_boards_share_by_chance_with_each_other_and_with_their_mean():
    rng = np.random.default_rng(5)
    boards = list(rng.normal(size=(40, 12, 2)))
    assert board.shared(boards) == pytest.approx(board.neighbors(12) / 11, abs=0.02)
    found = [board.compare_boards(b, [board.mean(boards[:20])], rng) for b in boards[20:]]
    assert np.mean([f.shares[0] for f in found]) == pytest.approx(found[0].chance, abs=0.08)
    assert np.mean([f.p_value <= 0.05 for f in found]) <= 0.2


def test_a_board_like_the_others_agrees_with_their_mean():
    rng = np.random.default_rng(6)
    points = rng.normal(size=(12, 2))
    others = [points @ [[0, 1], [-1, 0]] + 0.1 * rng.normal(size=(12, 2)) for _ in range(5)]
    found = board.compare_boards(points, [board.mean(others)], rng)
    assert found.shares[0] > 0.7 and found.p_value <= 0.01


def test_boards_on_one_point_have_a_mean():
    assert np.isfinite(board.mean([np.zeros((4, 2)), np.ones((4, 2))])).all()
