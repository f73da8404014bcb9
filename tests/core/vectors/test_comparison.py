"""Two sets of vectors on the words they share."""

import numpy as np
import pytest

from core.errors import UserError
from core.vectors.comparison import compare, fewer

RNG = np.random.default_rng(0)
VECTORS = RNG.normal(size=(60, 6)).astype(np.float32)
WORDS = tuple(map(str, range(60)))


def test_a_turned_copy_in_another_order_is_the_same():
    turn, _ = np.linalg.qr(RNG.normal(size=(6, 6)))
    order = RNG.permutation(60)
    other = tuple(WORDS[k] for k in order)
    found = compare((WORDS, other), (VECTORS, VECTORS[order] @ turn))
    assert found.words == WORDS and found.overlap.mean == 1
    assert found.cosine == pytest.approx(np.ones(60), abs=1e-5)


def test_the_word_that_moved_most_comes_first():
    moved = VECTORS.copy()
    moved[7] *= -1
    found = compare((WORDS, WORDS), (VECTORS, moved), 5)
    assert WORDS[found.moved[0]] == "7" and found.overlap.mean < 1


def test_other_dimensions_are_compared_by_neighbors_alone():
    found = compare((WORDS, WORDS), (VECTORS, VECTORS[:, :4]))
    assert found.cosine is None and found.overlap.chance < found.overlap.mean < 1
    assert found.moved[0] == found.overlap.each.argmin()


def test_runs_without_shared_words_are_a_sentence():
    with pytest.raises(UserError, match="share 0 words; at least 12"):
        compare((WORDS, tuple("ab")), (VECTORS, VECTORS[:2]))


def test_only_the_first_shared_words_count_where_asked_for():
    assert len(compare((WORDS, WORDS), (VECTORS, VECTORS), 5, 20).words) == 20


def test_how_many_fewer_neighbors_are_shared_has_an_error():
    same, moved = (
        compare((WORDS, WORDS), (VECTORS, VECTORS + noise * RNG.normal(size=VECTORS.shape)), 5)
        for noise in (0.0, 2.0)
    )
    difference, error = fewer(moved, same)
    assert difference == pytest.approx(1 - moved.overlap.mean) and 0 < error < 0.1
    assert fewer(same, same) == (0, 0)
