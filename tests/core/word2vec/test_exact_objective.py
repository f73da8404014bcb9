import os
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize
from texts_for_tests import all_pairs, generated, random_corpus, sentence_numbers, train

from core.errors import UserError
from core.settings import LOSSES, TextSettings, TrainSettings
from core.texts import corpus, registry
from core.word2vec import exact_objective, losses, training_pairs


def judge(text, seed=0, scores=np.inf, **options):
    return exact_objective.prepare(
        text, TrainSettings(**options), np.random.default_rng(seed), scores
    )


def brute(text, V, U, *, window=5, negatives=5, loss=LOSSES[0], power=0.75, shuffle=False):
    """The objective by its definition: a loop over all pairs of positions, and over all noise words
    of each.
    """
    P = text.counts**power / (text.counts**power).sum()
    pairs = [
        (text.ids[i], text.ids[j], (window - abs(i - j) + 1) / window)
        for i, j in all_pairs(text.ids, sentence_numbers(text), np.full(len(text.ids), window))
    ]
    total, S = sum(w for *_, w in pairs), V @ U.T
    noise = -negatives * np.log(losses.sigmoid(-S)) @ P  # of each center
    partition = np.log(np.exp(S).sum(1))
    if shuffle:  # every center meets every context, each as often as it comes
        pairs = [(c, o, a * b / total) for c, _, a in pairs for _, o, b in pairs]
    found = 0.0
    for c, o, w in pairs:
        if loss == "softmax":
            found += w * (partition[c] - S[c, o])
        else:
            found += w * (noise[c] - np.log(losses.sigmoid(S[c, o]))) / (1 + negatives)
    return found / total


@settings(max_examples=25)
@given(
    st.integers(0, 999),
    st.integers(1, 20),
    st.integers(1, 50),
    st.sampled_from(LOSSES),
    st.sampled_from([0.0, 0.75, 1.0]),
)
def test_the_loss_is_the_objective_by_its_definition(seed, window, K, loss, power):
    text, rng = random_corpus(seed, sentences=3, longest=8), np.random.default_rng(seed)
    V, U = rng.normal(size=(2, len(text.words), 3))
    found, *_ = judge(text, window=window, negatives=K, loss=loss, noise_power=power).losses(V, U)
    assert found == pytest.approx(
        brute(text, V, U, window=window, negatives=K, loss=loss, power=power), rel=1e-10
    )


@pytest.mark.parametrize("loss", LOSSES)
def test_the_shuffled_loss_gives_every_pair_another_center(loss):
    text, rng = random_corpus(5, sentences=3, longest=8), np.random.default_rng(0)
    V, U = rng.normal(size=(2, len(text.words), 3))
    shuffled = judge(text, window=3, loss=loss).losses(V, U).shuffled
    assert shuffled == pytest.approx(
        brute(text, V, U, window=3, loss=loss, shuffle=True), rel=1e-10
    )


@pytest.mark.parametrize("loss", LOSSES)
def test_equal_centers_can_be_shuffled_without_a_difference(loss):
    text, rng = random_corpus(2), np.random.default_rng(0)
    V, U = np.tile(rng.normal(size=3), (len(text.words), 1)), rng.normal(size=(len(text.words), 3))
    found, shuffled, *_ = judge(text, loss=loss).losses(V, U)
    assert found == pytest.approx(shuffled, rel=1e-12)


@pytest.mark.parametrize(
    "options",
    [{"negatives": K, "window": C} for K in (1, 5, 50) for C in (1, 20)] + [{"loss": "softmax"}],
)
def test_the_start_is_where_all_scores_are_zero(options):
    text = random_corpus(1)
    found = judge(text, **options)
    zeros = np.zeros((len(text.words), 2))
    assert found.losses(zeros, zeros)[:2] == pytest.approx([found.at_start] * 2, rel=1e-12)
    assert found.at_start == pytest.approx(
        np.log(len(text.words) if "loss" in options else 2), rel=1e-15
    )


@pytest.mark.parametrize(
    "seed, options",
    [
        (0, {"negatives": 1}),
        (1, {"negatives": 20, "window": 2}),
        (2, {"noise_power": 0.0}),
        (3, {"loss": "softmax"}),
        (4, {"loss": "softmax", "window": 1}),
    ],
)
def test_without_center_is_the_lowest_loss_of_a_model_that_ignores_the_center(seed, options):
    text = random_corpus(seed)
    V, found = len(text.words), judge(text, **options)
    ones = np.ones((V, 1))  # score of (c, o) = 1 * u_o: the context word alone decides
    best = optimize.minimize(
        lambda u: found.losses(ones, u[:, None])[0],
        np.zeros(V),
        method="BFGS",
        options={"gtol": 1e-7},
    )
    assert found.without_center == pytest.approx(best.fun, abs=1e-8)
    assert found.without_center < found.at_start


@given(st.integers(0, 999), st.floats(0, 5), st.sampled_from(LOSSES))
def test_no_model_that_ignores_the_center_is_better(seed, scale, loss):
    text, rng = random_corpus(0), np.random.default_rng(seed)
    found = judge(text, loss=loss)
    V, U = (
        np.tile(rng.normal(size=4), (len(text.words), 1)),
        scale * rng.normal(size=(len(text.words), 4)),
    )
    assert found.losses(V, U)[0] >= found.without_center - 1e-12


def test_a_word_that_is_never_a_context_does_no_harm():
    # the sentences of c have no other word
    text = corpus.encode([["a", "b"], ["a", "b", "a"], ["c"], ["c"]], min_count=1, max_vocabulary=9)
    for loss in LOSSES:
        found = judge(text, loss=loss)
        U = np.random.default_rng(0).normal(size=(3, 2))
        assert np.isfinite([found.without_center, *found.losses(U, U)]).all()


@pytest.mark.parametrize("loss", LOSSES)
def test_judging_some_centers_comes_close_to_judging_all(loss):
    text = generated("polish")
    _, run = train(text, epochs=1 if loss == "softmax" else 2, loss=loss, batch=4_096)
    exact = np.array(judge(text, loss=loss).losses(run.center, run.context)[:2])
    some = [judge(text, seed, scores=exact_objective.SCORES, loss=loss) for seed in range(12)]
    assert len(some[0].centers) < len(text.words) / 5, "all are judged: nothing is tested"
    found = np.array([s.losses(run.center, run.context)[:2] for s in some])
    assert np.abs(found / exact - 1).max() < 0.06
    error = np.maximum(found.std(0, ddof=1) / np.sqrt(len(found)), 1e-4)
    assert (np.abs(found.mean(0) - exact) < 4 * error).all(), "the judgment is biased"
    weights = np.array([s.scale.sum() for s in some])
    error = weights.std(ddof=1) / np.sqrt(len(some))
    assert abs(weights.mean() - judge(text, loss=loss).scale.sum()) < 4 * error


FREQUENCIES = [
    {},
    {"loss": "softmax"},
    {"negatives": 1, "window": 2},
    {"subsample": 1e-3},
    {"subsample": 1e-4, "thinning": "paper", "noise_power": 1.0},
]


def lies_on_the_dotted_line(found):
    """Check the model that fits best among those whose score depends on the context word alone."""
    q, P = found.everywhere, found.noise
    score = np.log(np.maximum(q, 1e-300) / (max(found.K, 1) * (P if found.K else 1)))
    losses = found.losses(np.ones((len(q), 1)), score[:, None])
    assert losses.loss == pytest.approx(found.without_center, rel=1e-12)
    assert abs(losses.gap) < 1e-12 and losses.gap_error < 1e-12


@pytest.mark.parametrize("options", FREQUENCIES)
@pytest.mark.parametrize("scores", [exact_objective.SCORES, 100_000, np.inf])
@pytest.mark.parametrize("name", ["polish", "english"])
def test_a_model_of_frequencies_alone_lies_on_the_dotted_line_with_no_gap(name, scores, options):
    text = generated(name, 8_000)
    for seed in range(3):
        found = judge(text, seed, scores, **options)
        lies_on_the_dotted_line(found)
        assert (len(found.centers) < len(found.noise)) == (scores < np.inf), "nothing is sampled"


def written(folder):
    """A file as somebody may bring it: three alphabets, long and short lines, rare words."""
    rng, letters = np.random.default_rng(0), "abcdefghijklmnoprstuwyz"
    words = ["żółw", "dom", "кот", "дом", "γάτα", *map("".join, product(letters, letters))]
    chance = 1 / np.arange(1, len(words) + 1)
    chance /= chance.sum()
    lines = [rng.choice(words, size, p=chance) for size in rng.integers(1, 40, 400)]
    path = folder / "own.txt"
    path.write_text("\n".join(map(" ".join, lines)), encoding="utf8")
    return TextSettings(corpus=str(path), min_count=1)


def real(name, **options):
    """A file among the real corpora, and why it cannot be read if they are not here."""
    path = Path(os.environ.get("WORD2VEC_LAB_CORPORA") or "/nowhere") / name
    missing = pytest.mark.skipif(
        not path.is_file(), reason=f"WORD2VEC_LAB_CORPORA names no folder with {name}"
    )
    return pytest.param(TextSettings(corpus=str(path), **options), marks=missing, id=path.stem)


@pytest.mark.parametrize(
    "settings",
    [
        "own file",
        TextSettings(corpus="python-docs", tokens=30_000),
        real("sst/datasetSentences.txt"),
        real("sst/datasetSentences.txt", min_count=1),
        real("polish/pan-tadeusz.txt"),
        real("polish/cdscorpus_sentences.txt"),
    ],
)
def test_frequencies_alone_lie_on_the_dotted_line_of_every_text(settings, tmp_path):
    text = registry.load(written(tmp_path) if settings == "own file" else settings)
    for seed, options in enumerate(FREQUENCIES):
        for scores in exact_objective.SCORES, 64 * len(text.words):
            found = judge(text, seed, scores, **options)
            lies_on_the_dotted_line(found)
            assert len(found.centers) < len(found.noise), "nothing is sampled"


@given(
    seed=st.integers(0, 10_000), scores=st.integers(1, 100_000), case=st.sampled_from(FREQUENCIES)
)
@settings(max_examples=40, deadline=None)
def test_frequencies_alone_lie_on_the_dotted_line_for_any_text_and_sample(seed, scores, case):
    text = random_corpus(seed, sentences=30, longest=12, words=200)
    lies_on_the_dotted_line(judge(text, seed, scores, **case))


def thinned_by_drawing(text, window, keep, times=400):
    """Mean counts of pairs over many thinned texts."""
    total, rng, V = 0, np.random.default_rng(0), len(text.words)
    for _ in range(times):
        thin = training_pairs.stream(text, keep, window, False, rng)
        seen = np.zeros((V, V))
        for i, j in all_pairs(thin.ids, thin.sentence, thin.reach):
            seen[thin.ids[i], thin.ids[j]] += (window - abs(i - j) + 1) / window
        total = total + seen / times
    return total


@pytest.mark.parametrize("window", [1, 3, 20])
def test_the_pairs_of_a_thinned_text_are_those_of_many_thinned_texts(window):
    text = random_corpus(3, sentences=4)
    keep = np.random.default_rng(1).random(len(text.words))
    found = training_pairs.together_thinned(text, window, keep).toarray()
    drawn = thinned_by_drawing(text, window, keep)
    assert np.abs(found - drawn).max() < 0.25 and found.sum() == pytest.approx(
        drawn.sum(), rel=0.05
    )
    whole = training_pairs.together_thinned(text, window, np.ones(len(keep))).toarray()
    np.testing.assert_allclose(whole, training_pairs.together(text, window).toarray(), atol=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_standard_error_is_the_spread_over_samples(loss):
    text = generated("polish", 20_000)
    _, run = train(text, epochs=1 if loss == "softmax" else 3, loss=loss, batch=256)
    found = [
        judge(text, seed, exact_objective.SCORES, loss=loss).losses(run.center, run.context)
        for seed in range(120)
    ]
    for spread, error in (
        (np.std([f.loss for f in found], ddof=1), np.mean([f.error for f in found])),
        (np.std([f.gap for f in found], ddof=1), np.mean([f.gap_error for f in found])),
    ):
        assert error == pytest.approx(spread, rel=0.25)
    assert judge(text, loss=loss).losses(run.center, run.context)[2:] == (0, 0)


@pytest.mark.parametrize("loss", LOSSES)
def test_single_precision_is_precise_enough_and_huge_scores_stay_finite(loss):
    text, rng = random_corpus(0), np.random.default_rng(0)
    V, U = rng.normal(size=(2, len(text.words), 5))
    found = judge(text, loss=loss)
    assert found.losses(V.astype("f4"), U.astype("f4"))[:2] == pytest.approx(
        found.losses(V, U)[:2], rel=1e-5
    )
    huge = found.losses((1e4 * V).astype("f4"), (1e4 * U).astype("f4"))
    assert np.isfinite(huge).all() and huge == pytest.approx(
        found.losses(1e4 * V, 1e4 * U), rel=1e-5
    )


def test_softplus_in_pieces_is_softplus():
    x = np.concatenate(
        [np.linspace(-800, 800, 2 * exact_objective.CACHED + 7), [-1e-9, 0, 1e-9]]
    ).reshape(-1, 2)
    np.testing.assert_allclose(
        exact_objective._softplus(x), np.logaddexp(0, x), rtol=1e-12, atol=1e-15
    )


def test_runs_that_differ_in_what_is_not_judged_are_judged_by_the_same_counts(monkeypatch):
    text, counted, counts = generated("polish", 4_000), [], exact_objective.counts
    monkeypatch.setattr(
        exact_objective, "counts", lambda *given: counted.append(1) or counts(*given)
    )
    first, *others = (
        exact_objective.judging(text, TrainSettings(**options))
        for options in ({}, {"seed": 7}, {"dim": 3, "lr": 0.1, "optimizer": "exact"})
    )
    assert all(one is first for one in others) and len(counted) == 1
    for options in {"window": 3}, {"negatives": 2}, {"subsample": 1e-3}, {"loss": LOSSES[1]}:
        own, shared = (
            judge(text, scores=exact_objective.SCORES, **options),
            exact_objective.judging(text, TrainSettings(**options, seed=3)),
        )
        V, U = np.random.default_rng(0).normal(size=(2, len(text.words), 5))
        assert shared.at_the_end.losses(V, U) == judge(text, **options).losses(V, U)
        assert shared.during.everywhere.tobytes() == own.everywhere.tobytes()
        assert shared.during.without_center != first.during.without_center
    assert exact_objective.judging(text, TrainSettings()) is not first  # one is kept
    other = generated("polish", 4_001)
    assert exact_objective.judging(other, TrainSettings()).during.everywhere.shape == (
        len(other.words),
    )


def test_a_text_without_pairs_is_refused():
    text = random_corpus(1)
    bare = replace(text, starts=np.arange(len(text.ids) + 1))  # sentences of one word
    with pytest.raises(UserError, match="No sentence of this text has two words"):
        judge(bare)
