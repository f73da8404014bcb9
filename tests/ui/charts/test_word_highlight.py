"""Which words a click on a word highlights."""

import pytest

from ui.charts import word_highlight


def test_a_word_is_lit_with_the_nearest_ones():
    words = ["a", "b", "c", "d", "e"]
    points = [[0, 0], [1, 0], [2.5, 0], [9, 0], [20, 0]]
    assert word_highlight.column(words, points) == [
        "a|b|c|d",
        "b|a|c|d",
        "c|b|a|d",
        "d|c|b|a",
        "e|d|c|b",
    ]


@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_words_have_few_neighbors(n):
    words = list("ab")[:n]
    assert word_highlight.column(words, [[0, 0], [0, 0]][:n]) == [[], ["a"], ["a|b", "b|a"]][n]
