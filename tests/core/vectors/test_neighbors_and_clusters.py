import itertools
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.decomposition import TruncatedSVD
from sklearn.metrics import silhouette_samples
from sklearn.metrics.pairwise import cosine_distances, euclidean_distances
from sklearn.neighbors import NearestNeighbors

from core.vectors import neighbors_and_clusters


def cloud(seed, n=30, d=4, groups=4, spread=0.0):
    rng = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(groups), rng.integers(0, groups, n - groups)])
    return rng.normal(size=(n, d)) + spread * rng.normal(size=(groups, d))[labels], labels


@given(
    st.integers(0, 9_999),
    st.integers(2, 8),
    st.sampled_from([cosine_distances, euclidean_distances]),
)
def test_silhouettes_are_those_of_scikit_learn(seed, groups, distances):
    vectors, labels = cloud(seed, groups=groups, spread=seed % 3)
    distance = distances(vectors)
    np.fill_diagonal(distance, 0)
    np.testing.assert_allclose(
        neighbors_and_clusters.silhouettes(distance, labels),
        silhouette_samples(distance, labels, metric="precomputed"),
        atol=1e-12,
    )


def test_silhouettes_by_hand_and_at_their_edges():
    points = np.array([0.0, 1.0, 10.0])
    distance = np.abs(points[:, None] - points)
    np.testing.assert_allclose(
        neighbors_and_clusters.silhouettes(distance, np.array([0, 0, 1])),
        [(10 - 1) / 10, (9 - 1) / 9, 0],
    )
    # All in one place
    assert (
        neighbors_and_clusters.silhouettes(np.zeros((4, 4)), np.array([0, 0, 1, 1])).tolist()
        == [0] * 4
    )
    # Unused numbers between
    np.testing.assert_allclose(
        neighbors_and_clusters.silhouettes(distance, np.array([0, 0, 3])), [0.9, 8 / 9, 0]
    )


def test_a_score_takes_little_memory_however_many_labelings_it_tries():
    vectors, labels = cloud(0, n=20, groups=5)
    tracemalloc.start()
    try:
        for shuffles in (500, 5_000):
            neighbors_and_clusters.cluster_score(
                vectors, labels, np.random.default_rng(0), shuffles=shuffles
            )
            kept = 4 * (shuffles + 1) * vectors[:, 0].nbytes  # labelings, drawn, silhouettes
            assert tracemalloc.get_traced_memory()[1] < 1_000_000 + kept
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("cosine", [True, False])
def test_the_cluster_score_is_the_mean_silhouette(cosine):
    vectors, labels = cloud(0, spread=3)
    found = neighbors_and_clusters.cluster_score(
        vectors.astype("f4"), labels, np.random.default_rng(0), cosine=cosine, shuffles=50
    )
    each = silhouette_samples(vectors, labels, metric="cosine" if cosine else "euclidean")
    np.testing.assert_allclose(found.each, each, atol=1e-5)
    assert found.score == pytest.approx(each.mean(), abs=1e-5) and found.p_value == 1 / 51
    assert found.null_mean < found.null_95 < found.score


def test_a_score_of_random_labels_is_near_its_null():
    found = [
        neighbors_and_clusters.cluster_score(
            *cloud(seed), np.random.default_rng(seed), shuffles=100
        )
        for seed in range(60)
    ]
    p = np.array([f.p_value for f in found])
    # Even over (0, 1): the mean of 60 is 0.5 +- 0.04
    assert 0.38 < p.mean() < 0.62 and p.min() >= 1 / 101 and p.max() <= 1
    assert (p <= 0.05).sum() <= 9
    above = np.mean([f.score > f.null_95 for f in found])
    assert above < 0.15
    assert np.mean([f.score - f.null_mean for f in found]) == pytest.approx(0, abs=0.02)


def test_the_null_shuffles_the_labels_and_keeps_the_group_sizes(monkeypatch):
    (vectors, labels), judged, tables = cloud(1), [], neighbors_and_clusters._Tables
    monkeypatch.setattr(
        neighbors_and_clusters, "_Tables", lambda seen: judged.extend(seen) or tables(seen)
    )
    neighbors_and_clusters.cluster_score(vectors, labels, np.random.default_rng(0), shuffles=40)
    assert len(judged) == 41 and all(sorted(one) == sorted(labels) for one in judged)
    assert judged[0].tolist() == list(labels)
    assert len({tuple(one) for one in judged}) == 41


def test_the_null_follows_its_generator():
    vectors, labels = cloud(1, spread=1)
    a, b, c = (
        neighbors_and_clusters.cluster_score(vectors, labels, np.random.default_rng(s))
        for s in (0, 0, 1)
    )
    assert (a.null_mean, a.null_95, a.p_value) == (
        b.null_mean,
        b.null_95,
        b.p_value,
    ) and a.null_mean != c.null_mean
    assert a.score == c.score


@given(st.integers(0, 9_999), st.integers(1, 40))
def test_neighbors_are_those_of_scikit_learn(seed, k):
    vectors, _ = cloud(seed)
    rows = np.array([3, 0, 29])
    found, cosines = neighbors_and_clusters.neighbors(vectors, rows, k)
    k = min(k, 29)
    distance, expected = (
        NearestNeighbors(metric="cosine").fit(vectors).kneighbors(vectors[rows], k + 1)
    )
    assert found.shape == cosines.shape == (3, k)
    np.testing.assert_array_equal(found, expected[:, 1:])
    np.testing.assert_allclose(cosines, 1 - distance[:, 1:], atol=1e-12)


def test_neighbors_see_direction_only_and_never_the_word_itself():
    vectors = np.array([[1, 0], [100, 1], [0.1, 0.1], [-1, 0], [0, 0]], dtype=np.float32)
    found, cosines = neighbors_and_clusters.neighbors(vectors, [0, 4], 9)
    assert found[0].tolist() == [1, 2, 4, 3]
    np.testing.assert_allclose(cosines[0], [100 / np.hypot(100, 1), np.sqrt(0.5), 0, -1], rtol=1e-6)
    assert 4 not in found[1] and (cosines[1] == 0).all()


def test_unit_vectors_have_length_one_but_for_zero():
    found = neighbors_and_clusters.unit(np.array([[3.0, 4.0], [0.0, 0.0]]))
    assert found.tolist() == [[0.6, 0.8], [0, 0]]


@given(st.integers(0, 999), st.floats(0, 10))
def test_the_share_of_the_first_direction_is_that_of_an_svd(seed, shift):
    vectors = np.random.default_rng(seed).normal(size=(40, 5)) + shift
    svd = TruncatedSVD(1, algorithm="arpack", random_state=0).fit(vectors)  # not centered, as here
    assert neighbors_and_clusters.first_direction(vectors) == pytest.approx(
        svd.singular_values_[0] ** 2 / (vectors**2).sum(), rel=1e-9
    )


def test_the_share_of_the_first_direction_at_its_ends():
    assert neighbors_and_clusters.first_direction(np.outer([1, -2, 3], [1, 1])) == pytest.approx(1)
    assert neighbors_and_clusters.first_direction(np.eye(4, dtype="f4")) == pytest.approx(1 / 4)
    assert neighbors_and_clusters.first_direction(np.zeros((3, 2))) == 0


@pytest.mark.parametrize("sizes", [(3, 3), (4, 4), (2, 2, 2), (1, 3, 3), (1, 5), (3, 4), (2, 2, 3)])
def test_every_split_is_counted_once(sizes):
    labels = np.repeat(np.arange(len(sizes)), sizes)[::-1].copy()
    found = neighbors_and_clusters.shuffled_labels(labels, np.random.default_rng(0), 10)
    as_sets = {frozenset(frozenset(np.flatnonzero(row == g)) for g in set(row)) for row in found}
    assert len(found) == len(as_sets) == neighbors_and_clusters.splits(sizes)
    by_hand = {
        frozenset(frozenset(np.flatnonzero(row == g)) for g in set(row))
        for row in map(np.array, itertools.permutations(labels.tolist()))
    }
    assert as_sets == by_hand
    real = frozenset(frozenset(np.flatnonzero(labels == g)) for g in set(labels.tolist()))
    assert frozenset(frozenset(np.flatnonzero(found[0] == g)) for g in set(found[0])) == real


def test_the_p_value_is_exact_where_the_splits_can_be_counted():
    labels = np.repeat([0, 1], 4)
    apart = np.concatenate([np.tile([1, 0], (4, 1)), np.tile([0, 1], (4, 1))]) + 0.01 * np.arange(
        16
    ).reshape(8, 2)
    found = neighbors_and_clusters.cluster_score(apart, labels, np.random.default_rng(0))
    assert found.p_value == pytest.approx(1 / 35) and found.clear
    found = neighbors_and_clusters.cluster_score(
        apart[[0, 1, 2, 4, 5, 6]], labels[1:7], np.random.default_rng(0)
    )
    assert found.p_value == pytest.approx(0.1) and not found.clear


@pytest.mark.parametrize(
    "sizes, few, enough",
    [
        ((3, 3), True, [3, 4]),
        ((2, 2, 2), True, [2, 2, 3]),
        ((3, 4), False, [3, 4]),
        ((2, 2), True, [3, 4]),
        ((5,), True, [3, 5]),
        ((1, 1), True, [3, 4]),
        ((2, 9), False, [2, 9]),
    ],
)
def test_too_few_words_are_refused_with_what_is_enough(sizes, few, enough):
    labels = np.repeat(np.arange(len(sizes)), sizes)
    assert neighbors_and_clusters.too_few(labels) is few
    assert neighbors_and_clusters.splits(neighbors_and_clusters.enough(labels)) >= 20
    if not few:
        assert neighbors_and_clusters.enough(labels) == list(enough)


@pytest.mark.parametrize("runs", [2, 4, 10, 16])
def test_many_runs_do_not_raise_the_rate_of_false_alarms(runs):
    rng, labels = np.random.default_rng(runs), np.repeat([0, 1], 6)
    alarms = 0
    for _ in range(300):
        shared = rng.random() * rng.normal(size=(12, 5))
        vectors = [shared + rng.normal(size=(12, 5)) for _ in range(runs)]
        alarms += (
            neighbors_and_clusters.cluster_scores(vectors, labels, rng, shuffles=200)[1]
            <= neighbors_and_clusters.LEVEL
        )
    assert 0.02 <= alarms / 300 <= 0.08


def test_one_run_that_shows_the_groups_is_found_among_many():
    rng, labels = np.random.default_rng(0), np.repeat([0, 1], 6)
    vectors = [rng.normal(size=(12, 5)) for _ in range(9)]
    none = neighbors_and_clusters.cluster_scores(vectors, labels, rng)[1]
    planted = 9 * np.eye(5)[labels] + rng.normal(size=(12, 5))
    assert neighbors_and_clusters.cluster_scores([*vectors, planted], labels, rng)[1] < 0.05 < none
