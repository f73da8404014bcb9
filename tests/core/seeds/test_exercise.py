"""The exercise as handed out: windows drawn at random, the halved rate, the loss per window, and
the collapse on SST.
"""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from texts_for_tests import encode, random_corpus, stream_of

from core import settings, training_loop
from core.errors import UserError
from core.seeds import exercise, run_measures, sweep, trial, verdict
from core.settings import TextSettings, TrainSettings
from core.texts import registry, words_to_plot
from core.vectors import agreement
from core.word2vec import batch, losses, training, training_pairs

SST = Path(os.environ.get("WORD2VEC_LAB_CORPORA") or "/nowhere") / "sst" / "datasetSentences.txt"


def drawn(text, steps=40, size=5, window=3, expected=False, seed=1):
    stream = stream_of(text, window=window)
    return stream, list(
        batch.drawn(stream, window, size, expected, np.float64, steps, np.random.default_rng(seed))
    )


def test_drawn_windows_hold_the_words_around_a_center():
    stream, found = drawn(random_corpus(3), steps=200)
    lookup = {}  # a center's window as the definition has it: word -> all windows around it
    for i in range(len(stream.ids)):
        near = [
            stream.ids[j]
            for j in range(len(stream.ids))
            if i != j and abs(i - j) <= stream.reach[i] and stream.sentence[i] == stream.sentence[j]
        ]
        lookup.setdefault(int(stream.ids[i]), set()).add(tuple(near))
    assert len(found) == 200
    for windows in found:
        assert windows.centers.shape == (5, 1) and windows.weights.shape == (5, 1, 7)
        for center, contexts, weights in zip(
            windows.centers[:, 0], windows.contexts, windows.weights[:, 0], strict=True
        ):
            assert tuple(contexts[weights > 0]) in lookup[int(center)]


def test_each_sentence_is_drawn_equally_often_and_lonely_words_never():
    text = stream_of(encode("a b", "c d e f g h i j", "k l"))
    lonely = replace(
        text,
        ids=np.append(text.ids, 0).astype("i4"),
        sentence=np.append(text.sentence, 3).astype("i4"),
        reach=np.append(text.reach, 1).astype("i4"),
    )
    found = list(batch.drawn(lonely, 3, 600, False, np.float64, 10, np.random.default_rng(0)))
    assert all(w.weights.sum(2).min() >= 1 for w in found)
    sentence = {int(word): int(s) for word, s in zip(text.ids, text.sentence, strict=True)}
    share = np.bincount([sentence[int(c)] for w in found for c in w.centers[:, 0]]) / 6_000
    assert share == pytest.approx([1 / 3] * 3, abs=0.03)


def test_expected_windows_weigh_by_distance():
    _, found = drawn(encode("a b c d e f g h i"), window=3, expected=True)
    weights = np.concatenate([w.weights[:, 0] for w in found])
    assert set(np.unique(weights).round(6)) <= {0, round(1 / 3, 6), round(2 / 3, 6), 1}
    assert weights[:, [0, 6]].max() == pytest.approx(1 / 3) and weights[:, 3].max() == 0


def test_a_text_without_pairs_is_refused():
    text = stream_of(encode("a b", "c d"))
    alone = replace(text, sentence=np.arange(4, dtype="i4"))
    with pytest.raises(UserError, match="no two words"):
        next(batch.drawn(alone, 2, 3, False, np.float64, 1, np.random.default_rng(0)))


def test_every_schedule_has_a_rule_and_the_halved_one_halves():
    assert set(training_loop.SCHEDULES) == set(settings.SCHEDULES)
    halved = training_loop.SCHEDULES["halved"]
    assert [halved(19_999 / 40_000), halved(20_000 / 40_000), halved(1.0)] == [1.0, 0.5, 0.5]


def test_training_takes_so_many_steps_with_the_rate_halved(monkeypatch):
    taken = []
    monkeypatch.setattr(
        training._Stochastic,
        "_step",
        lambda self, windows, eta: taken.append((windows.centers.size, eta)),
    )
    few = TrainSettings(dim=3, iterations=30, batch=7, optimizer="sgd", lr=0.3, schedule="halved")
    *_, run = training.train(random_corpus(1), few)
    assert taken == [(7, 1.0)] * 15 + [(7, 0.5)] * 15
    # Passes over the text
    assert run.curve[-1][0] == pytest.approx(30 * 7 / len(random_corpus(1).ids))


def test_iterations_are_deterministic_and_follow_the_seed():
    few = TrainSettings(dim=3, iterations=20, batch=4, optimizer="sgd", lr=1.0)
    runs = [
        list(training.train(random_corpus(1), replace(few, seed=seed)))[-1].center
        for seed in (1, 1, 2)
    ]
    assert runs[0].tobytes() == runs[1].tobytes() != runs[2].tobytes()


def test_the_papers_thinning_by_hand():
    counts = np.array([90, 9, 1])
    assert training_pairs.keep_chance(counts, 0.009, "paper") == pytest.approx(
        [0.1, np.sqrt(0.1), np.sqrt(0.9)]
    )
    assert (
        training_pairs.keep_chance(counts, 0.009)
        >= training_pairs.keep_chance(counts, 0.009, "paper")
    ).all()


def test_the_preset_is_the_exercise():
    p = exercise.preset(3.0, 7)
    assert (
        p.optimizer,
        p.lr,
        p.seed,
        p.dim,
        p.window,
        p.negatives,
        p.batch,
        p.iterations,
        p.schedule,
        p.subsample,
    ) == ("sgd", 3.0, 7, 10, 5, 10, 50, 40_000, "halved", 1e-5)
    assert exercise.PRESET.lr == 0.3 == exercise.RATES[0] and 3.0 in exercise.RATES
    settings.check(p)


def judged(V, U, K=4):
    return exercise.window_loss(
        random_corpus(2), TrainSettings(dim=3, negatives=K), V, U, np.random.default_rng(0)
    )


def test_window_loss_of_zero_vectors_is_ln_2_for_each_term():
    text = random_corpus(2)
    zero = np.zeros((len(text.words), 3))
    found = judged(zero, zero)
    assert (
        found.model
        == found.shuffled
        == found.same_center
        == pytest.approx(found.pairs * 5 * np.log(2))
    )


def test_window_loss_of_one_score_for_all_is_that_scores_loss():
    """v.u = s for every pair: the loss has a closed form, and the best s gives `one_scalar`."""
    words = len(random_corpus(2).words)
    for s in (-np.log(4), 0.7):
        V, U = np.tile([1.0, 0, 0], (words, 1)), np.tile([s, 0, 0], (words, 1))
        found = judged(V, U)
        expected = found.pairs * (losses.softplus(-s) + 4 * losses.softplus(s))
        assert found.model == found.same_center == found.shuffled == pytest.approx(expected)
    assert judged(
        V * 0 + [1, 0, 0], np.tile([-np.log(4), 0, 0], (words, 1))
    ).model == pytest.approx(found.one_scalar)


def test_window_loss_sees_whether_the_center_word_is_used():
    text = encode(*["a b"] * 50, *["c d"] * 50)
    *_, run = training.train(text, TrainSettings(dim=4, window=1, epochs=60, batch=16))
    found = exercise.window_loss(
        text, TrainSettings(dim=4, window=1), run.center, run.context, np.random.default_rng(0)
    )
    assert (
        found.model < found.one_scalar - 0.3
        and found.shuffled > found.model + 1
        and found.same_center > found.model + 0.3
    )


@pytest.mark.timeout(900)
@pytest.mark.skipif(
    not SST.is_file(), reason="WORD2VEC_LAB_CORPORA names no folder with sst/datasetSentences.txt"
)
def test_on_sst_the_exercise_collapses_with_every_seed():
    text = registry.load(TextSettings(corpus=str(SST), min_count=1))
    runs = list(sweep.execute(text, [exercise.preset(seed=seed) for seed in (1, 2)], jobs=2))
    n = trial.floor_size(text.counts, 20)
    found = agreement.overlap([run.vectors[:n] for run in runs], 10)
    for run in runs:
        assert 0.99 < run.energy < 0.999
        assert run.windows.model == pytest.approx(run.windows.one_scalar, rel=0.02)
        assert run.windows.same_center < run.windows.model and abs(run.gap) < 0.01
    assert found.mean < 2 * found.chance < 0.03
    before = run_measures.measure(runs, text.counts[: trial.POOL], [], np.zeros(0, int), 10, 20)
    chosen = words_to_plot.choose(text, "exercise")
    assert verdict.judge(verdict.case(before, text.facts(), chosen)).culprit == "training"
