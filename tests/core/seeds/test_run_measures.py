"""What a set of runs shows: diverged runs, two texts, frequent and rare words, and the pool."""

import numpy as np
import pytest
from texts_for_tests import encode

from core.errors import UserError
from core.seeds import run_measures, run_set, trial
from core.settings import TrainSettings
from core.texts.words_to_plot import Chosen

COUNTS = np.arange(200, 0, -1)


def run(vectors, digest="text", diverged=None, loss=0.4):
    return trial.Trial(
        TrainSettings(), digest, vectors.astype(np.float32), loss, 0.6, 0.5, 0.5, diverged, 1.0
    )


def like(base, noise, seed):
    return base + noise * np.random.default_rng(seed).normal(size=base.shape)


BASE = np.random.default_rng(0).normal(size=(200, 8))
NONE = np.zeros(0, int)


def measure(runs, rows=(), labels=NONE, **options):
    return run_measures.measure(runs, COUNTS, rows, labels, 10, 20, **options)


def test_a_diverged_run_takes_no_part_where_two_good_ones_are_left():
    good = [run(like(BASE, 0.2, s)) for s in (1, 2)]
    bad = run(like(0 * BASE, 9, 3), diverged=1.0, loss=1e9)
    both = measure([*good, bad])
    assert both.runs == 3 and both.diverged == 1
    assert both.agreement == measure(good).agreement > 0.4 and both.learned == pytest.approx(0.2)
    # with one good run, the diverged run is compared, too
    assert measure([good[0], bad]).agreement < 0.1


def test_runs_of_two_texts_are_compared_within_and_across():
    other = np.random.default_rng(9).normal(size=BASE.shape)
    runs = [run(like(b, 0.2, s)) for s, b in enumerate((BASE, other, BASE, other))]
    found = measure(runs, range(5), np.zeros(5, int), texts=(0, 1, 0, 1))
    assert found.agreement > 0.4 and abs(found.across) < 0.05
    assert found.of_words > 0.3 and abs(found.words_across) < 0.15


def test_the_neighbors_of_rare_words_are_sought_among_frequent_ones():
    rows = list(range(185, 200))  # seen fewer times than the floor, and scattered
    runs = []
    for seed in (1, 2, 3):
        vectors = like(BASE, 0.2, seed)
        vectors[rows] = np.random.default_rng(seed).normal(size=(15, 8))
        runs.append(run(vectors))
    found = measure(runs, rows, np.zeros(15, int))
    assert found.pool == 181 and abs(found.of_words) < 0.1 < 0.4 < found.agreement
    assert found.words_error > 0


def test_groups_of_one_word_and_single_groups_are_no_groups():
    index = {word: n for n, word in enumerate("abcdef")}
    for groups in (("g",) * 4, ("g", "h", "i", "j"), ("g", "g", "g", "h")):
        rows, labels = run_measures.grouped(Chosen(tuple("abcd"), groups), index)
        assert rows == [0, 1, 2, 3] and set(labels) == {0}
    rows, labels = run_measures.grouped(Chosen(tuple("abcde"), tuple("gghhi")), index)
    assert rows == [0, 1, 2, 3] and labels.tolist() == [0, 0, 1, 1]


def test_runs_of_different_texts_are_refused():
    facts = encode("a b c", "b c a").facts()
    trials = run_set.Trials((run(BASE), run(BASE, digest="other")), facts)
    with pytest.raises(UserError, match="different vocabularies or texts"):
        list(run_measures.of_trials(trials, Chosen((), ()), 2, 1))
