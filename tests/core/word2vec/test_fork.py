"""Continuing an unfinished training."""

from dataclasses import replace

import numpy as np
import pytest
from texts_for_tests import generated

from core.errors import UserError
from core.settings import TrainSettings
from core.word2vec import fork, training

SETTINGS = TrainSettings(epochs=2, dim=5)


@pytest.fixture(scope="module")
def text():
    return generated("polish", 5_000)


def moment(text, epoch, settings=SETTINGS):
    steps = fork.until(text, settings, epoch)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def test_the_vectors_at_a_snapshot_are_those_of_the_snapshot(text):
    shots = [s for s in training.train(text, SETTINGS) if isinstance(s, training.Snapshot)]
    shot = shots[len(shots) // 2]
    found = moment(text, shot.epoch)
    assert found.epoch == shot.epoch
    np.testing.assert_array_equal(np.split(found.W, 2)[0], shot.center)


def test_the_end_is_the_run(text):
    *_, run = training.train(text, SETTINGS)
    np.testing.assert_array_equal(moment(text, 99).W, np.concatenate([run.center, run.context]))


def test_a_training_begins_at_the_given_vectors(text):
    start = moment(text, 1).W
    first, *_ = (
        s
        for s in training.train(text, replace(SETTINGS, seed=9), start=start)
        if isinstance(s, training.Snapshot)
    )
    np.testing.assert_array_equal(first.center, np.split(start, 2)[0])
    assert first.loss < 0.69


def test_words_of_another_text_begin_anew(text):
    other = generated("polish", 9_000)
    fresh = training.start_vectors(len(other.words), SETTINGS, np.random.default_rng(0), np.float32)
    found = moment(text, 1)
    W = fork.start(found, text.words, other, fresh)
    new = next(word for word in other.words if word not in text.words)
    old = next(word for word in other.words if word in text.words)
    assert (W[other.words.index(new)] == fresh[other.words.index(new)]).all()
    here, there = len(other.words) + other.words.index(old), len(text.words) + text.words.index(old)
    assert (W[here] == found.W[there]).all()


def test_what_cannot_go_on_is_a_sentence(text):
    with pytest.raises(UserError, match="same dimension, 5, not 7"):
        fork.start(moment(text, 1), text.words, text, np.zeros((2 * len(text.words), 7)))
    with pytest.raises(UserError, match="cannot be continued by another training"):
        moment(text, 1, replace(SETTINGS, optimizer="exact"))
