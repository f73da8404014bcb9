"""What a set of runs shows: clusters compared with chance, pictures, the design with three random
streams, evidence.
"""

import numpy as np
import pytest
from scipy.stats import ortho_group
from sklearn.metrics import silhouette_samples
from texts_for_tests import encode

from core.errors import UserError
from core.seeds import run_measures, run_set, trial
from core.settings import TrainSettings
from core.texts.words_to_plot import Chosen
from core.vectors import agreement, neighbors_and_clusters

TEXT = encode(*(f"a{k % 10} b{k % 7} c{k % 5} d{k % 6}" for k in range(200)))
FACTS = TEXT.facts()
WORDS = Chosen(("a0", "a1", "a2", "a3", "b0", "b1", "b2", "b3"), ("a",) * 4 + ("b",) * 4)


def a_trial(vectors, seed=0, digest=FACTS.digest, loss=0.3, shuffled=0.6, diverged=None):
    settings = TrainSettings(seed=seed, dim=vectors.shape[1])
    return trial.Trial(
        settings, digest, vectors.astype("f4"), loss, shuffled, 0.4, 0.5, diverged, 1.0
    )


def planted(seed, strength=3.0):
    """Vectors in which words with the same first letter lie together."""
    rng = np.random.default_rng(seed)
    middle = dict(zip("abcd", rng.normal(size=(4, 6)), strict=True))
    return np.stack([strength * middle[word[0]] for word in FACTS.words]) + rng.normal(
        size=(len(FACTS.words), 6)
    )


def found(runs, chosen=WORDS, k=3, floor=1):
    *shares, last = run_set.study(run_set.Trials(tuple(runs), FACTS), chosen, k, floor, True)
    shares = [news.done for news in shares]
    assert shares == sorted(shares) and all(0 < share <= 1 for share in shares)
    return last


def test_planted_groups_beat_chance_and_noise_does_not():
    strong = found([a_trial(planted(s), s) for s in range(4)])
    noise = found([a_trial(planted(s, 0), s) for s in range(4)])
    assert all(s.clear for s in strong.full + strong.flat) and strong.some < 0.05
    assert sum(s.clear for s in noise.full) <= 1
    assert all(s.score > 0.5 and s.p_value < 0.05 for s in strong.full)
    assert strong.overlap.mean > 3 * strong.overlap.chance > 2 * noise.overlap.mean


def test_scores_are_scikit_learns_in_both_spaces():
    vectors = planted(1).astype("f4")
    one = found([a_trial(vectors), a_trial(planted(2), 2)])
    rows, labels = [FACTS.index[w] for w in WORDS.words], WORDS.labels
    picture = run_set.pictures([vectors], rows, True, False)[0]
    assert one.full[0].score == pytest.approx(
        silhouette_samples(vectors[rows], labels, metric="cosine").mean(), abs=1e-5
    )
    assert one.flat[0].score == pytest.approx(silhouette_samples(picture, labels).mean(), abs=1e-5)


def test_many_labellings_at_once_are_those_one_by_one():
    points = np.random.default_rng(0).normal(size=(12, 3))
    distance = np.linalg.norm(points[:, None] - points, axis=-1)
    labels = np.stack(
        [np.random.default_rng(s).permutation([0] * 5 + [1] * 4 + [2] * 3) for s in range(6)]
    )
    for one, each in zip(labels, neighbors_and_clusters.silhouettes(distance, labels), strict=True):
        assert each == pytest.approx(silhouette_samples(distance, one, metric="precomputed"))


def test_pictures_of_rotated_runs_are_one_picture_once_aligned():
    vectors = planted(0)
    copies = [vectors @ ortho_group.rvs(6, random_state=s) for s in range(5)]
    rows = [FACTS.index[w] for w in WORDS.words]
    aligned = run_set.pictures(copies, rows, True, True)
    assert aligned == pytest.approx(np.broadcast_to(aligned[0], aligned.shape))


def test_alignment_undoes_the_flip_of_a_picture_and_nothing_else(monkeypatch):
    rows = [FACTS.index[w] for w in WORDS.words]
    flips = iter([np.array([1, 1]), np.array([-1, 1])] * 2)
    animation = run_set.projection.animation
    monkeypatch.setattr(
        run_set.projection, "animation", lambda *a: (animation(*a)[0] * next(flips), 1.0)
    )
    plain, aligned = (run_set.pictures([planted(0)] * 2, rows, True, how) for how in (False, True))
    assert np.abs(plain[0] - plain[1]).max() > 0.5 and aligned[1] == pytest.approx(aligned[0])
    between = [np.linalg.norm(p[:, None] - p, axis=-1) for p in (plain[1], aligned[1])]
    assert between[0] == pytest.approx(between[1])


def test_words_that_move_are_distinguished_from_those_that_stay():
    wild = FACTS.index["a0"]
    runs = []
    for s in range(6):
        vectors = planted(0)
        vectors[wild] = np.random.default_rng(100 + s).normal(size=6) * 3
        runs.append(a_trial(vectors @ ortho_group.rvs(6, random_state=s), s))
    steady = found(runs).steady
    assert steady[0] < run_set.STEADY and (steady[1:] > 0.95).all()
    assert found(runs).clouds[:, 1:].std(0).max() < 0.05 < found(runs).clouds[:, 0].std(0).max()


def test_a_single_run_is_reported_without_overlap():
    one = found([a_trial(planted(0))])
    assert one.overlap is None and len(one.full) == 1


def test_one_group_has_no_cluster_score():
    one = found(
        [a_trial(planted(s), s) for s in range(2)], Chosen(WORDS.words[:4], WORDS.groups[:4])
    )
    assert one.full == one.flat == () and one.some == 1


def test_groups_of_fewer_than_two_known_words_do_not_count():
    lonely = Chosen((*WORDS.words, "c0"), (*WORDS.groups, "c"))
    runs = [a_trial(planted(s), s) for s in range(2)]
    assert [s.score for s in found(runs, lonely).full] == [s.score for s in found(runs).full]
    one = found(runs, Chosen(("a0", "a1", "b0"), ("a", "a", "b")))
    assert one.full == ()


def test_no_words_at_all():
    one = found([a_trial(planted(s), s) for s in range(2)], Chosen((), ()))
    assert one.clouds.shape == (2, 0, 2)


def test_the_floor_leaves_out_rare_words():
    counts = np.array([9, 7, 7, 4, 1])
    assert [trial.floor_size(counts, f) for f in (1, 2, 7, 8, 10)] == [5, 4, 3, 1, 0]
    assert trial.compared(counts, 1, 7) == (3, 1)


def test_at_least_three_words_for_each_neighbor_are_compared_where_the_text_has_them():
    assert trial.compared(np.arange(100, 0, -1), 10, 1_000) == (30, 10)
    assert trial.compared(np.arange(8, 0, -1), 10, 1) == (8, 2)  # not 7: all others
    one = found([a_trial(planted(s), s) for s in range(2)], k=3, floor=1_000)
    assert (one.pool, one.k) == (9, 3)
    with pytest.raises(UserError, match="cannot be chosen from 0 other words"):
        trial.cell([a_trial(planted(s)[:1], s) for s in range(2)], FACTS.counts[:1], 3, 1)


def test_the_study_and_the_verdict_compare_the_same_words():
    runs = tuple(a_trial(planted(s), s) for s in range(3))
    for k, floor in ((3, 1), (3, 1_000), (20, 1)):
        study = found(runs, k=k, floor=floor)
        evidence = run_measures.measure(runs, FACTS.counts, [], np.empty(0, int), k, floor)
        assert study.overlap.mean == evidence.overlap and study.pool == evidence.pool


def test_runs_over_different_texts_are_refused():
    with pytest.raises(UserError, match="different vocabularies"):
        found([a_trial(planted(0)), a_trial(planted(1), 1, digest="another")])


def test_the_gap_and_what_was_learned_are_shares():
    run = a_trial(planted(0), loss=0.3, shuffled=0.6)
    assert run.gap == pytest.approx(1) and run.learned == pytest.approx(1 - 0.3 / 0.4)


def test_too_few_words_say_what_would_be_enough():
    few = Chosen(("a0", "a1", "a2", "b0", "b1", "b2"), ("a",) * 3 + ("b",) * 3)
    told = found([a_trial(planted(s), s) for s in range(2)], few).too_few
    assert "3 + 3" in told and "10 ways" in told and "3 + 4 words would be enough" in told
    assert found([a_trial(planted(s), s) for s in range(2)]).too_few == ""


def test_a_design_holds_every_combination_of_seeds():
    runs = run_set.design(TrainSettings(seed=5), 3)
    seeds = [(r.init_seed, r.order_seed, r.negatives_seed) for r in runs]
    assert len(set(seeds)) == 27 and seeds[0] == (5, 5, 5) and seeds[1] == (5, 5, 6)
    assert {s for three in seeds for s in three} == {5, 6, 7}


def test_streams_find_the_one_that_matters():
    """Vectors that depend on the order's seed alone."""
    runs = [
        a_trial(planted(r.order_seed), n) for n, r in enumerate(run_set.design(TrainSettings(), 2))
    ]
    *_, streams = run_set.streams(run_set.Trials(tuple(runs), FACTS), 2, 3, 1)
    assert streams.shares["order"] == pytest.approx(1, abs=1e-6)
    shared = streams.overlaps
    assert shared["init"] == shared["negatives"] == 1 > shared["order"] == shared["all three"]
    assert set(shared) == {*agreement.SOURCES, "all three"}


def test_trials_are_equal_when_settings_and_text_are():
    one, same, other = (run_set.Trials((a_trial(planted(0), seed),), FACTS) for seed in (0, 0, 1))
    assert one == same and hash(one) == hash(same) and one != other


def test_a_trial_keeps_the_vectors_of_a_full_training():
    from core.word2vec import training

    settings = TrainSettings(dim=4, epochs=3, batch=64)
    *early, last = trial.attempt(TEXT, settings)
    *_, run = training.train(TEXT, settings)
    assert last.vectors.tobytes() == run.center.tobytes() and last.loss == run.losses.loss
    sketches = [item for item in early if isinstance(item, trial.Sketch)]
    assert (
        len(sketches) == 1
        and 0 < sketches[0].done < 1
        and not np.array_equal(sketches[0].vectors, last.vectors)
    )
