"""Neighbors over a training: ranks, when they settled, and whether frequent words do so first."""

import numpy as np
import pytest

from core.training_loop import Progress
from core.vectors import neighbor_histories

WORDS = tuple("abcde")


def frames(*cosines, words=WORDS):
    """Frames in which the word a has these cosines with the others."""
    vectors = [
        np.array([[1, 0], *((c, np.sqrt(1 - c * c)) for c in row)], np.float32) for row in cosines
    ]
    epochs = tuple(float(f) for f in range(len(vectors)))
    return neighbor_histories.Frames("test", words, epochs, tuple(vectors))


def final(task):
    *progress, found = task
    assert all(type(item) is Progress for item in progress) and progress[-1].done == 1
    return found


TURNED = frames((0.1, 0.2, 0.3, 0.9), (0.9, 0.2, 0.3, 0.1), (0.9, 0.8, 0.3, 0.1))


def test_ranks_of_the_words_nearest_at_the_end():
    found = final(neighbor_histories.ranks(TURNED, (0,), k=3))
    assert found.words == ("b", "c", "d")
    assert found.ranks.tolist() == [[4, 3, 2], [1, 3, 2], [1, 2, 3]]
    assert found.since == (1.0, 0.0, 0.0)
    assert found.similarity[-1] == pytest.approx([0.9, 0.8, 0.3])


def test_inputs_of_an_analogy_are_no_answers_unless_asked_for():
    kept = final(neighbor_histories.ranks(TURNED, (0, 2), (1,), k=5, keep_inputs=True))
    left_out = final(neighbor_histories.ranks(TURNED, (0, 2), (1,), k=5))
    assert set(kept.words) == set(WORDS) and set(left_out.words) == {"d", "e"}


def test_a_word_settles_when_its_neighbors_stay():
    rng = np.random.default_rng(0)
    start, end = rng.normal(size=(2, 40, 5)).astype(np.float32)
    words = tuple(map(str, range(40)))
    moving = neighbor_histories.Frames("m", words, (0.0, 1.0, 2.0, 3.0), (start, start, end, end))
    found = final(neighbor_histories.settled(moving, 5))
    assert found.rows[0] == 0 and found.rows[-1] == 39 and (np.diff(found.rows) > 0).all()
    assert set(found.epochs) == {2.0}
    still = neighbor_histories.Frames("s", words, (0.0, 1.0), (end, end))
    assert set(final(neighbor_histories.settled(still, 5)).epochs) == {0.0}


def test_an_interruption_counts_from_its_end():
    holds = np.array([[True, False], [False, True], [True, True], [False, False]])
    assert neighbor_histories._since(holds).tolist() == [3, 3]
    assert neighbor_histories._since(holds[:3]).tolist() == [2, 1]


def test_frequent_words_first():
    rows, epochs = np.arange(10), np.arange(10.0)
    found = neighbor_histories.by_frequency(neighbor_histories.Settled(rows, epochs, 5), 100 - rows)
    assert found.spearman == pytest.approx(-1) and found.often < found.seldom
    equal = neighbor_histories.by_frequency(
        neighbor_histories.Settled(rows, np.ones(10), 5), 100 - rows
    )
    assert np.isnan(equal.spearman) and equal.often == equal.seldom == 1
