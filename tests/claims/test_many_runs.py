"""Sentences of the page Seeds that depend on the results, each tested against what it describes."""

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from pages_for_tests import opened
from texts_for_tests import encode, generated, stream_of

from core.classroom import summaries
from core.errors import UserError
from core.seeds import controls, exercise, run_set, trial
from core.settings import TextSettings, TrainSettings
from core.texts import corpus, words_to_plot
from core.vectors import agreement, board, neighbors_and_clusters
from core.word2vec import batch, training, training_pairs
from ui.classroom import student
from ui.seeds import captions, causes, many_seeds, suspects
from ui.seeds import exercise as exercise_page


def sizes_of(words, smallest=2):
    """All sizes of two or more groups with this total number of words."""
    found = product(range(smallest, words), repeat=2), product(range(smallest, words), repeat=3)
    return [sizes for ways in found for sizes in ways if sum(sizes) == words]


def test_seven_words_are_the_fewest_that_can_be_told_from_chance():
    def labels(sizes):
        return np.repeat(np.arange(len(sizes)), sizes)

    for words in (4, 5, 6):
        assert sizes_of(words) and all(
            neighbors_and_clusters.too_few(labels(s)) for s in sizes_of(words)
        )
    assert not neighbors_and_clusters.too_few(labels((3, 4)))


def medians(*pairs):
    return pd.DataFrame(
        [("median", count, overlap) for count, overlap in pairs] + [("word", 3, 0.1)] * 5,
        columns=["kind", "count", "overlap"],
    )


@pytest.mark.parametrize("pairs", [((5, 0.1), (50, 0.6), (500, 0.3)), ((5, 0.7), (500, 0.05))])
def test_the_median_is_highest_and_lowest_where_it_is_said(pairs):
    text = captions.stability(medians(*pairs), 900)
    high, low = max(pairs, key=lambda p: p[1]), min(pairs, key=lambda p: p[1])
    assert f"highest, {high[1]:.0%}, for words that occur about {high[0]} times" in text
    assert f"lowest, {low[1]:.0%}, at about {low[0]} times" in text
    assert "(5 are drawn)" in text
    assert "drawn" not in captions.stability(medians(*pairs), 5)
    same = captions.stability(medians(*((count, 0.301) for count, _ in pairs)), 900)
    assert "The median is 30% for frequent and rare words alike." in same


@pytest.mark.parametrize(
    "alone, all_three, helps",
    [
        ({"a": 0.5, "b": 0.51, "c": 0.49}, 0.5, False),
        ({"a": 0.5, "b": 0.9, "c": 0.49}, 0.5, True),
        ({"a": 0.3, "b": 0.2, "c": 0.1}, 0.5, False),
    ],
)
def test_freezing_two_of_the_three_parts_helps_only_if_a_bar_is_longer(alone, all_three, helps):
    text = captions.frozen(alone, all_three, 0.01)
    assert ("helps here" in text) == helps and ("hardly helps" in text) != helps
    if helps:
        assert "in “b” alone share 90%, runs that differ in all three 50%" in text


def test_the_part_that_is_named_explains_most():
    text = captions.shares({"start vectors": 0.1, "interaction only": 0.7, "order": 0.2})
    assert "Here it is “interaction only” with 70%" in text


@pytest.mark.parametrize("query", [{}, {"negatives": "1", "epochs": "1"}])
def test_the_sentences_about_the_randomness_are_those_of_the_charts(query):
    app = opened(
        "pages/2_Seeds.py", seeds_part="Which randomness", seeds_levels="2", tokens="6000", **query
    )
    said = " ".join(caption.value for caption in app.caption)
    assert "hardly helps" in said or "helps here" in said
    assert "Here it is “" in said and "Dashed: chance, " in said


@pytest.mark.parametrize("options", [{}, {"optimizer": "exact"}, {"loss": "softmax"}])
def test_new_combinations_lead_to_other_vectors_only_where_there_is_an_interaction(options):
    text, runs = generated("polish", 5_000), []
    for one in run_set.design(TrainSettings(**options), 2):
        *_, run = trial.attempt(text, one)
        runs.append(run)
    *_, found = run_set.streams(run_set.Trials(tuple(runs), text.facts()), 2, 10, 20)
    said = captions.shares({causes.TOGETHER[n]: share for n, share in found.shares.items()})
    alone = options.get("optimizer") == "exact"  # its seed moves the start vectors, nothing else
    assert (found.shares["together"] < 0.01) == alone
    assert ("hardly any" in said) == alone and ("leads to other vectors" in said) != alone


STREAMS = "init_seed", "order_seed", "negatives_seed"


@pytest.mark.parametrize("options", [{}, {"optimizer": "exact"}, {"loss": "softmax"}])
@pytest.mark.parametrize("own", [c for k in range(4) for c in combinations(STREAMS, k)])
def test_where_all_seeds_give_the_same_run_that_is_told_and_no_verdict_given(options, own):
    text = generated("polish", 1_000)
    settings = [
        TrainSettings(seed=seed, epochs=2, batch=128, dim=2, **options, **dict.fromkeys(own, 7))
        for seed in (1, 2)
    ]
    one, other = (list(training.train(text, s))[-1].center.tobytes() for s in settings)
    if one == other:
        with pytest.raises(UserError, match="same run"):
            training.check_seeded(settings[0])
    else:
        assert training.check_seeded(settings[0]) is settings[0]


@pytest.mark.parametrize("part", ["Many seeds", "Other causes"])
def test_the_page_says_that_all_seeds_give_the_same_run(part):
    same = dict.fromkeys(STREAMS, "7")
    app = opened("pages/2_Seeds.py", seeds_part=part, tokens="5000", **same)
    assert any("all seeds give the same run" in error.value for error in app.error)


def test_the_rarest_compared_word_of_a_large_vocabulary_occurs_as_often_as_is_said():
    """The 5,000 most frequent words are compared: all occur more often than was asked for."""
    counts = np.maximum(400_000 // np.arange(1, 9_000), 1)
    pool, _ = trial.compared(counts, 10, 20)
    assert pool == trial.POOL and (counts >= 20).sum() > pool
    assert many_seeds.at_least(counts, pool, 20) == counts[pool - 1] == 80
    assert many_seeds.at_least(counts[:100], 100, 20) == 20
    assert many_seeds.at_least(counts[-40:], 40, 80) == counts[-1]


def test_the_words_of_a_window_share_negatives_which_count_so_much_less():
    text = encode("a b c d e f", "f e d c b a")
    trainer = training._Stochastic(text, exercise.PRESET, np.float32, None, 2, False)
    trainer.judge = trainer._judging().during
    trainer._begin()
    K = exercise.PRESET.negatives
    assert trainer._negatives(3, batch.SHARED * K).shape == (3, batch.SHARED * K)
    rng = np.random.default_rng(0)
    S = batch.SHARED * K
    windows = next(batch.drawn(stream_of(text, 5), 5, 1, False, np.float64, 1, rng, S))
    E = windows.weights.shape[2]
    falls = batch.falls(np.zeros((1, 1, E + S)), windows)
    pairs = windows.pairs
    assert pairs > 1 and falls[0, 0, E:] == pytest.approx(pairs / batch.SHARED / 2)
    said = " ".join(
        one.value for one in opened("pages/2_Seeds.py", seeds_part="The exercise").markdown
    )
    assert f"share {S} negatives, each counted 1/{batch.SHARED}" in said


@pytest.mark.parametrize("corpus", ["polish", "lee-news"])
def test_a_real_text_is_not_asked_for_where_there_is_one(corpus):
    said = exercise_page._of_text(TextSettings(corpus=corpus))
    assert ("upload one" in said) == (corpus == "polish")


def test_frames_mark_the_same_settings_or_different_ones():
    assert "same settings" in captions.frames(True) and "also the most stable" in captions.frames(1)
    assert "different settings" in captions.frames(False)


def test_numbers_in_the_small_pictures_are_scores_only_if_they_are_there():
    assert "silhouette" in captions.pictures(True, True)
    assert "silhouette" not in captions.pictures(True, False)
    assert "▲" not in captions.pictures(False, False)
    assert "Look for" not in captions.pictures(False, False, words=1)
    for scored in True, False:
        one = captions.pictures(True, scored, several=False)
        assert "▲" not in one and "each" not in one and ("silhouette" in one) == scored


@pytest.mark.parametrize("part, drawn", [("A finished sweep", set()), ("The exercise", {"seed"})])
def test_controls_of_the_model_stand_only_where_they_matter(part, drawn):
    app = opened("pages/2_Seeds.py", seeds_part=part, tokens="6000")
    sliders = {slider.key for slider in app.sidebar.slider}
    assert sliders & {"seed", "dim", "window", "negatives", "epochs"} == drawn
    boxes = {
        box.key for kind in ("selectbox", "number_input") for box in getattr(app.sidebar, kind)
    }
    assert "min_count" not in boxes and ("corpus" in boxes) == bool(drawn)


@pytest.mark.parametrize("dim", [2, 5, 50])
def test_equal_use_of_all_directions_is_one_over_dim_and_parallel_vectors_are_100_percent(dim):
    equal = np.eye(dim)
    assert neighbors_and_clusters.first_direction(equal) == pytest.approx(1 / dim)
    parallel = np.outer(np.arange(1, 9), np.arange(1.0, dim + 1))
    assert neighbors_and_clusters.first_direction(parallel) == pytest.approx(1)


@pytest.mark.parametrize("words, k", [(300, 10), (120, 10), (120, 50)])
def test_chance_is_what_unrelated_runs_share(words, k):
    rng = np.random.default_rng(0)
    runs = [rng.normal(size=(words, 6)) for _ in range(8)]
    found = agreement.overlap(runs, k)
    assert found.chance == pytest.approx(k / (words - 1))
    assert found.mean == pytest.approx(found.chance, abs=0.01)
    assert found.low < found.chance < found.high
    same = agreement.overlap([runs[0]] * 2, k)
    assert same.mean == 1 and same.low is None, "two runs do not tell how far others would differ"


def test_runs_that_are_turned_against_each_other_are_aligned_and_a_word_that_moves_is_pale():
    rng = np.random.default_rng(3)
    first = neighbors_and_clusters.unit(rng.normal(size=(200, 6)))
    turn = np.linalg.qr(rng.normal(size=(6, 6)))[0]
    other = first @ turn
    other[7] = -other[7]  # this word is at another place in the second run
    aligned = np.stack([first, other @ agreement.rotation(other, first)])
    steady = agreement.steadiness(aligned)
    assert steady[7] < run_set.STEADY and np.delete(steady, 7).min() > 0.95


def test_a_negative_that_equals_the_outside_word_is_kept_and_so_is_one_that_equals_the_center():
    """The noise words of a batch are drawn independently of its windows; pairs of equal words
    count.
    """
    text = corpus.encode([["a", "a", "b"]] * 50, min_count=1, max_vocabulary=9)
    trainer = training._Stochastic(text, exercise.preset(0.3, 1), np.float32, None, 2, False)
    trainer.judge = trainer._judging().during
    trainer._begin()
    drawn = trainer._negatives(50, 200)
    outside = text.index["a"]
    share = trainer.judge.noise[outside]
    assert (drawn == outside).mean() == pytest.approx(share, abs=0.02) and share > 0.5
    assert training_pairs.together(text, 1)[outside, outside] > 0


def test_the_seed_that_is_named_agrees_most_with_the_board_and_chance_is_judged():
    kinds = set()
    for k in range(20):
        rng = np.random.default_rng(k)
        runs = [*rng.normal(size=(4, 12, 5))]
        points = rng.normal(size=(12, 2)) if k % 2 else runs[2][:, :2] / abs(runs[2]).max()
        runs[2] = runs[2] if k % 2 else np.c_[points, np.full(12, 0.3)]
        found = board.compare(points, runs, rng)
        said = captions.agreement(found, ["5", "6", "7", "8"])
        named = said.split(" agree")[0]
        assert {r for r in range(4) if str(5 + r) in named} == set(found.best)
        assert f"{found.shares.max():.0%} of the 3 nearest words" in said
        assert ("no more than" in said) == (found.p_value > 0.05)
        kinds.add("no more than" in said)
    assert kinds == {True, False}


def test_a_board_and_its_class_are_compared_with_chance():
    kinds = set()
    for k in range(12):
        rng = np.random.default_rng(k)
        points = rng.normal(size=(12, 2))
        other = points + 0.2 * rng.normal(size=(12, 2)) if k % 2 else rng.normal(size=(12, 2))
        found = board.compare_boards(points, [other], rng)
        said = captions.with_class(found, 1 + k)
        assert f"{found.shares[0]:.0%} of the 3 nearest words" in said and "chance: 27%" in said
        assert ("no more than" in said) == (found.p_value > 0.05)
        assert (f"of {1 + k} other students" in said) == (k > 0)
        kinds.add("no more than" in said)
        both = board.shared([points, other])
        assert f"**{both:.0%}** of the 3 nearest words" in captions.boards_of_class(both, 12)
    assert kinds == {True, False}


def test_groups_of_a_board_are_judged_by_shuffled_ones():
    rng, labels = np.random.default_rng(0), np.array([0] * 5 + [1] * 5)
    apart = rng.normal(size=(10, 2)) + 9 * labels[:, None]
    for points, said in (
        (apart, "lie apart"),
        (rng.permutation(apart), "not told from chance"),
    ):
        found = neighbors_and_clusters.cluster_score(points, labels, rng, cosine=False)
        assert said in captions.own_clusters(found)


@pytest.mark.parametrize(
    "loss, optimizer", [*product(("negative-sampling", "softmax"), ("adagrad", "sgd"))]
)
def test_the_best_training_is_of_the_solver_the_default_optimizer_or_averaged(loss, optimizer):
    text, settings = generated("polish", 5_000), TrainSettings(loss=loss, optimizer=optimizer)
    best = controls._trained(settings, text)
    if loss == "negative-sampling":
        assert best.optimizer == "exact"
    else:
        assert best.optimizer == TrainSettings().optimizer
        assert (best.average > 0) == (optimizer == best.optimizer)
    for words in ("exact solver", "default optimizer", "averaged parameters"):
        assert words in suspects.RULES_TOLD


@pytest.mark.parametrize(
    "groups, shown",
    [(None, None), ({"a": 2, "b": 2}, None), ({"a": 5, "b": 5}, (True, False))],
)
def test_a_class_is_told_of_groups_only_where_they_can_be_tested(groups, shown, monkeypatch):
    text = generated("polish", 5_000)
    words = text.words[:10]
    chosen = words_to_plot.Chosen(words, ("all",) * 10)
    if groups:
        labels = [name for name, size in groups.items() for _ in range(size)]
        chosen = words_to_plot.Chosen(words[: len(labels)], tuple(labels))
    monkeypatch.setattr(summaries, "words", lambda facts: chosen)
    *_, run = trial.attempt(text, TrainSettings(epochs=1))
    found = summaries.summary(run, text.facts()).shown
    assert found is None if shown is None else found in shown
    assert ("too few words to tell" in student.SAYS[found]) == (found is None)
