"""Sentences of the page Compare, each tested against what it describes."""

import numpy as np
import pytest

from core.vectors import comparison
from ui.compare import captions
from ui.controls.table import CONTROLS

RNG = np.random.default_rng(0)
WORDS = tuple(map(str, range(200)))
VECTORS = RNG.normal(size=(200, 8)).astype(np.float32)


def near(noise):
    return comparison.compare(
        (WORDS, WORDS), (VECTORS, VECTORS + noise * RNG.normal(size=VECTORS.shape))
    )


def test_a_change_moves_more_than_a_seed_only_if_it_does():
    assert "more than a seed does" in captions.overlap(near(1.5), 20, near(0.2))
    assert "no more than a seed" not in captions.overlap(near(1.5), 20, near(0.2))
    assert "no more than a seed does" in captions.overlap(near(0.2), 20, near(1.5))
    same = [captions.overlap(near(0.5), 20, near(0.5)) for _ in range(40)]
    assert sum("no more than" in said for said in same) >= 32


def test_chance_and_the_words_compared_are_told():
    said = captions.overlap(near(0.5), 20)
    assert "200 words that occur at least 20 times" in said and "by chance 5%" in said


@pytest.mark.parametrize("key", ["window", "negatives", "subsample", "tokens", "noise_power"])
def test_a_loss_that_counts_something_else_is_not_compared(key):
    assert captions.changes_measure([(CONTROLS[key].label, "1", "2")])


@pytest.mark.parametrize("key", ["dim", "seed", "epochs", "lr", "optimizer", "batch"])
def test_a_loss_that_counts_the_same_is(key):
    assert not captions.changes_measure([(CONTROLS[key].label, "1", "2")])


def test_what_differs_is_named_and_counted():
    assert "All else is equal" in captions.difference([("K", "5", "15")])
    assert "2 settings differ" in captions.difference([("K", "5", "15"), ("d", "2", "3")])
    assert "are the same" in captions.difference([])
