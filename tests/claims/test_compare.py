"""Sentences of the page Compare, each tested against what it describes."""

from dataclasses import fields, replace
from itertools import product

import numpy as np
import pytest
from texts_for_tests import generated, train

from core.errors import UserError
from core.settings import TrainSettings
from core.vectors import comparison
from core.word2vec import exact_objective, fork, training
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


OTHER = {"loss": "softmax", "window_mode": "drawn", "thinning": "paper", "optimizer": "sgd"}
OTHER |= {"schedule": "constant", "subsample": 1e-2, "noise_power": 0.5, "average": 0.5, "lr": 0.1}


@pytest.mark.parametrize("name", [f.name for f in fields(TrainSettings)])
def test_losses_are_called_comparable_where_they_are_measured_in_the_same_way(name):
    text = generated("polish", 4_000)
    # The formula of sub-sampling matters where words are dropped
    one = TrainSettings(subsample=1e-3 if name == "thinning" else 0.0)
    value = OTHER[name] if name in OTHER else getattr(one, name) + 1
    other = replace(one, **{name: value})
    measures = []
    for settings in one, other:
        judge = exact_objective.prepare(text, settings, np.random.default_rng(0), np.inf)
        measures.append((judge.at_start, judge.without_center))
    told = [(CONTROLS[name].label, "", "")]
    assert captions.changes_measure(told) == (measures[0] != measures[1])


@pytest.mark.parametrize("options", [{"epochs": 20}, {"negatives": 1}, {"loss": "softmax"}])
def test_a_model_that_knows_only_how_frequent_words_are_is_at_1(options):
    """But not each model at 1 knows only that: on its way down, a model there uses the centers."""
    text = generated("polish", 8_000)
    judge = exact_objective.prepare(text, TrainSettings(**options), RNG, np.inf)
    score = np.log(
        np.maximum(judge.everywhere / (judge.K * judge.noise if judge.K else 1.0), 1e-300)
    )
    found = judge.losses(np.ones((len(score), 1)), score[:, None])
    assert found.loss / judge.without_center == pytest.approx(1)
    news, _ = train(text, **options)
    shots = [one for one in news if isinstance(one, training.Snapshot)]
    nearest = min(shots, key=lambda one: abs(one.loss / judge.without_center - 1))
    assert nearest.shuffled - nearest.loss > 0.01
    assert "knows only how frequent words are is at 1" in captions.losses(True)


def forked(text, settings, other):
    """Whether B trains on from A, as the page asks it to."""
    try:
        *_, moment = _ended(fork.until(text, settings, 0.5))
        fresh = training.start_vectors(len(text.words), other, RNG, np.float32)
        start = fork.start(moment, text.words, text, fresh)
        list(training.train(text, other, start=start))
    except UserError:
        return False
    return True


def _ended(task):
    while True:
        try:
            next(task)
        except StopIteration as end:
            return [end.value]


@pytest.mark.parametrize("a, b", [*product(("adagrad", "exact"), repeat=2), ("sgd", "adam")])
@pytest.mark.parametrize("dim", [3, 4])
def test_b_can_go_on_from_a_where_that_is_said(a, b, dim):
    text, settings = generated("polish", 1_000), TrainSettings(optimizer=a, dim=3, epochs=1)
    other = replace(settings, optimizer=b, dim=dim)
    goes_on = fork.possible(settings, other)
    assert goes_on == forked(text, settings, other)
    assert ("B can go on from A there" in captions.losses(False, goes_on)) == goes_on
