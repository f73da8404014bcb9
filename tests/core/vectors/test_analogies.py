"""Neighbors and analogies on vectors written out by hand."""

import itertools

import numpy as np
import pytest

from core.errors import UserError
from core.vectors import analogies
from core.vectors.analogies import analogy, lengths_of, nearest, similarity

WORDS = ("king", "queen", "man", "woman", "apple")
VECTORS = np.array(
    [[3, 1, 0], [3, -1, 0], [0, 1, 0.2], [0, -1, 0.2], [0, 0.1, 5]], dtype=np.float32
)


def test_king_minus_man_plus_woman_is_queen():
    found = analogy(WORDS, VECTORS, "king", "man", "woman", k=2)
    assert [near.word for near in found] == ["queen", "apple"]
    one, two, three = (VECTORS[k] / np.linalg.norm(VECTORS[k]) for k in (0, 2, 3))
    way, queen = one - two + three, VECTORS[1]
    expected = way @ queen / np.linalg.norm(way) / np.linalg.norm(queen)
    assert found[0].similarity == pytest.approx(expected, abs=1e-6)


def test_the_inputs_are_answers_only_when_they_may_be():
    words = {near.word for near in analogy(WORDS, VECTORS, "king", "man", "king", k=5)}
    assert words == {"queen", "woman", "apple"}
    assert analogy(WORDS, VECTORS, "king", "man", "man", 1, keep_inputs=True)[0].word == "king"


def test_neighbors_descend_and_leave_the_word_out():
    found = nearest(WORDS, VECTORS, "king", k=9)
    assert [near.word for near in found] == ["queen", "man", "apple", "woman"]
    assert all(a.similarity >= b.similarity for a, b in itertools.pairwise(found))


def test_a_word_that_is_not_there_gets_similar_spellings():
    with pytest.raises(UserError, match=r"“quen” is not among these words. Similar: queen"):
        nearest(WORDS, VECTORS, "quen")


def test_the_dot_product_counts_lengths():
    vectors = np.array([[1, 0], [0.9, 0.1], [5, 5]], np.float32)
    words = ("a", "close", "long")
    assert nearest(words, vectors, "a", 1)[0].word == "close"
    found = nearest(words, vectors, "a", 2, by="dot")
    assert [(n.word, n.similarity) for n in found] == [("long", 5.0), ("close", pytest.approx(0.9))]


def test_sets_are_compared_by_their_mean_directions():
    vectors = np.array([[2, 0], [0, 1], [1, 1], [-3, 0]], np.float32)
    assert similarity(vectors, [0], [3]) == pytest.approx(-1)
    assert similarity(vectors, [0, 1], [2]) == pytest.approx(1)


def test_lengths_are_kept_as_long_as_the_vectors():
    vectors = np.random.default_rng(0).normal(size=(50, 6)).astype(np.float32)
    vectors[3] = 0
    assert analogies.kept_lengths(vectors) is analogies.kept_lengths(vectors)
    assert lengths_of(vectors)[3] == 1
    words = tuple(map(str, range(50)))
    assert all(near.similarity == 0 for near in nearest(words, vectors, "3", 5))
    key = id(vectors)
    del vectors
    assert key not in analogies._kept


@pytest.mark.parametrize("n", [1, 2, 7, 100, 1_013])
def test_the_nearest_are_those_of_a_full_sort_also_with_ties(n):
    rng = np.random.default_rng(n)
    words = tuple(map(str, range(n)))
    for vectors in (rng.normal(size=(n, 4)), rng.integers(-1, 2, size=(n, 2)).astype(float)):
        for k in (1, 3, 10, n + 1):
            scores = vectors @ vectors[0]
            order = [row for row in np.lexsort((np.arange(n), -scores)) if row != 0][:k]
            found = analogies.nearest_to(words, vectors, 0, k, "dot")
            assert [near.word for near in found] == [words[row] for row in order]
