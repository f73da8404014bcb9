"""Averaged parameters are the mean over the last steps, and change nothing else."""

from dataclasses import replace

import numpy as np
import pytest
from texts_for_tests import encode

from core.settings import TrainSettings
from core.word2vec import training
from core.word2vec.averaging import Average

TEXT = encode(*(f"a{k % 10} b{k % 7} c{k % 5} d{k % 6} e{k % 23}" for k in range(200)))
PLAIN = TrainSettings(dim=4, epochs=3, batch=16)


def trained(**options):
    """All parameters after each step, and the Run."""
    before = []

    def watch(W, rows, old, gradient):
        before.append(W.copy())

    settings = replace(PLAIN, **options)
    *_, run = training.train(TEXT, settings, np.float64, watch=watch)
    return before, np.concatenate([run.center, run.context]), run


@pytest.mark.parametrize(
    "options",
    [{}, {"optimizer": "adam"}, {"iterations": 40}, {"loss": "softmax"}, {"schedule": "constant"}],
)
@pytest.mark.parametrize("share", [0.25, 0.5, 1.0])
def test_the_vectors_are_the_mean_over_the_last_steps(options, share):
    steps, last, plain = trained(**options)
    same, averaged, run = trained(**options, average=share)
    # The steps themselves are the same
    assert len(same) == len(steps) and np.array_equal(same[-2], steps[-2])
    assert np.array_equal(steps[-1], last)
    count = round(share * len(steps))
    means = [np.mean(steps[-n:], 0) for n in (count - 1, count, count + 1) if n]
    assert min(np.abs(averaged - mean).max() for mean in means) < 1e-12
    assert run.curve[:-1] == plain.curve[:-1] and run.curve[-1] != plain.curve[-1]


def test_rows_that_no_step_touches_are_averaged_too():
    rng = np.random.default_rng(0)
    W, seen = rng.normal(size=(6, 2)), []
    average = Average(W)
    for step in range(20):
        rows = np.array([step % 3, 5])
        average.held(rows, W[rows])
        W[rows] += rng.normal(size=(2, 2))
        average.stepped()
        seen.append(W.copy())
    assert np.allclose(average.of(W), np.mean(seen, 0), atol=1e-12)


def test_the_mean_after_no_step_is_the_start():
    W = np.ones((3, 2))
    assert np.array_equal(Average(W).of(W), W)


def test_averaging_lowers_what_the_sampling_changes():
    """At a constant rate, two draws of the negative samples lead closer together."""

    def apart(**options):
        options |= {"schedule": "constant", "epochs": 8}
        runs = [trained(negatives_seed=seed, **options)[2] for seed in (1, 2)]
        one, other = (run.center @ run.context.T for run in runs)
        return np.linalg.norm(one - other)

    assert apart(average=0.5) < 0.8 * apart()
