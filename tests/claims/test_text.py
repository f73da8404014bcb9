"""Sentences of the page Text, each tested against what it describes: at the defaults and over a
grid of texts.
"""

import re

import numpy as np
import pytest
from texts_for_tests import random_corpus

from core.settings import TextSettings
from core.texts import registry
from core.word2vec import training_pairs
from ui.text import charts, view

GRID = [
    {},
    {"corpus": "english"},
    {"tokens": 3_000, "min_count": 1},
    {"rare": 0.9, "mixing": 1.0},
    {"max_vocabulary": 50},
    {"corpus": "english", "tokens": 200_000, "min_count": 20},
]


@pytest.mark.parametrize("options", GRID)
def test_the_slope_down_to_a_tenth_of_the_ranks_and_beyond_is_that_of_a_line_through_them(options):
    counts = registry.load(TextSettings(**options)).counts
    ranks = np.arange(1, len(counts) + 1)
    tenth = len(counts) // 10
    told = re.search(r"slope is (\S+) down .* and (\S+) beyond", view._zipf(counts)).groups()
    for part, said in zip((ranks <= tenth, ranks > tenth), told, strict=True):
        slope = np.polyfit(np.log(ranks[part]), np.log(counts[part]), 1)[0]
        assert float(said.replace("−", "-")) == pytest.approx(slope, abs=0.06)


def test_zipfs_law_is_a_slope_of_minus_one():
    assert charts.slopes(1e6 / np.arange(1, 5_001)) == pytest.approx((-1, -1))


@pytest.mark.parametrize("options", GRID)
def test_all_letters_are_lower_case_punctuation_and_numbers_are_dropped(options):
    for word in registry.load(TextSettings(**options)).words:
        assert word == word.lower() and re.fullmatch(r"[^\W\d_]+(?:['-][^\W\d_]+)*", word)


@pytest.mark.parametrize("options", GRID)
def test_a_word_outside_the_vocabulary_is_rarer_than_those_inside(options):
    read = registry.load(TextSettings(**options))
    every = registry.load(TextSettings(**{**options, "min_count": 1, "max_vocabulary": 100_000}))
    times = dict(zip(every.words, every.counts.tolist(), strict=True))
    left_out = [times[word] for word in every.words if word not in read.index]
    assert not left_out or max(left_out) <= read.counts.min()


@pytest.mark.parametrize("seed", range(3))
def test_the_model_never_sees_the_order_of_the_words_in_a_window(seed):
    """A sentence read backwards gives the same pairs."""
    text = random_corpus(np.random.default_rng(seed))
    backwards = [
        text.ids[a:b][::-1] for a, b in zip(text.starts[:-1], text.starts[1:], strict=True)
    ]
    turned = type(text)(**vars(text) | {"ids": np.concatenate(backwards)})
    assert (text.ids != turned.ids).any()
    assert abs(training_pairs.together(turned, 3) - training_pairs.together(text, 3)).max() < 1e-6
