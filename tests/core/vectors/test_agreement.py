"""Overlap, alignment and variance shares against brute force, closed forms, SciPy and known
answers.
"""

import tracemalloc
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.linalg import orthogonal_procrustes
from scipy.stats import ortho_group

from core.errors import UserError
from core.vectors import agreement


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def nearest_by_sorting(vectors, k):
    directions = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosine = directions @ directions.T
    np.fill_diagonal(cosine, -np.inf)
    return np.sort(np.argsort(-cosine, axis=1)[:, :k], axis=1)


@settings(max_examples=30, deadline=None)
@given(
    n=some.integers(2, 300),
    k=some.integers(1, 40),
    d=some.integers(2, 12),
    scores=some.sampled_from([1, 700, 640_000]),
)
def test_nearest_are_those_of_a_full_sort(n, k, d, scores):
    k = min(k, n - 1)
    vectors = normal(n, d, seed=n + k)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(agreement, "SCORES", scores)  # one row at a time, some rows, all rows
        assert np.array_equal(
            agreement.nearest(vectors, k), nearest_by_sorting(vectors.astype("f4"), k)
        )


def test_ties_and_zero_vectors_still_give_k_different_neighbors():
    vectors = np.repeat(np.eye(3), 20, axis=0)
    vectors[:5] = 0
    near = agreement.nearest(vectors, 4)
    assert (
        near.shape == (60, 4)
        and (np.diff(near, axis=1) > 0).all()
        and (near != np.arange(60)[:, None]).all()
    )


def test_overlap_by_hand():
    """Angles of four words; with k = 1 the two runs agree on words 0 and 1, not on 2 and 3."""

    def run(*degrees):
        angle = np.deg2rad(degrees)
        return np.stack([np.cos(angle), np.sin(angle)], 1)

    one, other = run(0, 10, 80, 95), run(0, 10, 30, 130)  # nearest: 1 0 3 2 and 1 0 1 2
    found = agreement.overlap([one, other], 1)
    assert found.each.tolist() == [1, 1, 0, 1]
    assert found.mean == 0.75 == found.pairs[0, 1] and found.chance == 1 / 3


def test_overlap_is_the_mean_over_all_pairs_of_shared_sets():
    runs = [normal(40, 6) + normal(40, 6, seed=s) for s in range(1, 6)]
    near = [[set(row) for row in nearest_by_sorting(run, 7)] for run in runs]
    found = agreement.overlap(runs, 7)
    for a, b in combinations(range(5), 2):
        expected = np.mean([len(x & y) / 7 for x, y in zip(near[a], near[b], strict=True)])
        assert found.pairs[a, b] == pytest.approx(expected) == found.pairs[b, a]
    each = np.mean(
        [[len(x & y) / 7 for x, y in zip(a, b, strict=True)] for a, b in combinations(near, 2)],
        axis=0,
    )
    assert found.each == pytest.approx(each) and found.mean == pytest.approx(each.mean())


def test_identical_runs_share_everything_even_when_rotated():
    run = normal(200, 10)
    turned = [run @ ortho_group.rvs(10, random_state=s) for s in range(6)]
    found = agreement.overlap([run, 3 * run, *turned], 10)
    assert found.mean == found.beyond_chance == 1 and found.low == pytest.approx(1) == found.high


def test_random_runs_are_at_chance():
    found = agreement.overlap([normal(400, 10, seed=s) for s in range(8)], 10)
    assert found.chance == 10 / 399 and abs(found.beyond_chance) < 0.005
    assert found.mean == pytest.approx(found.chance, rel=0.05)
    assert found.low < found.chance < found.high


def like_overlaps(share, runs, rng):
    """Overlaps of pairs of runs: the sum of an effect of each run and an effect of each pair."""
    own, both = rng.normal(0, share, runs), np.triu(rng.normal(0, 1, (runs, runs)), 1)
    pairs = 0.5 + 0.02 * (own[:, None] + own + both + both.T)
    np.fill_diagonal(pairs, 1)
    return pairs


@pytest.mark.parametrize("runs", [8, 10, 16])
@pytest.mark.parametrize("share", [0, 0.2, 0.5, 1, 3])
def test_the_interval_covers_the_truth_in_95_of_100_cases(runs, share):
    rng = np.random.default_rng(7)
    found = [agreement._interval(like_overlaps(share, runs, rng)) for _ in range(1_500)]
    # 0.97 plus one standard error
    assert 0.93 <= np.mean([low <= 0.5 <= high for low, high in found]) <= 0.975


def test_the_interval_covers_what_many_more_seeds_say():
    runs = [normal(150, 8) + 0.7 * normal(150, 8, seed=s) for s in range(1, 201)]
    truth = agreement.overlap(runs, 5).mean
    found = [agreement.overlap(runs[k : k + 8], 5) for k in range(0, 200, 8)]
    assert sum(f.low <= truth <= f.high for f in found) >= 21
    assert all(0 < f.high - f.low < 0.3 for f in found)


def test_few_runs_have_no_interval():
    runs = [normal(150, 8) + 0.7 * normal(150, 8, seed=s) for s in range(7)]
    for n in (2, 3, 4, 7):
        found = agreement.overlap(runs[:n], 5)
        assert found.low is None and found.high is None and 0 < found.mean < 1


def test_more_runs_make_a_narrower_interval():
    runs = [normal(150, 8) + 0.7 * normal(150, 8, seed=s) for s in range(1, 41)]
    few, many = (agreement.overlap(runs[:r], 5) for r in (8, 40))
    assert many.high - many.low < few.high - few.low


@pytest.mark.parametrize(
    "runs, k, said",
    [(1, 3, "at least two"), (2, 30, "lower k"), (2, 0, "lower k"), (2, 31, "29 other words")],
)
def test_what_cannot_be_compared_is_refused(runs, k, said):
    with pytest.raises(UserError, match=said):
        agreement.overlap([normal(30, 4)] * runs, k)


def test_memory_stays_far_below_all_cosines_of_all_runs():
    runs = [normal(3_000, 5, seed=s).astype("f4") for s in range(8)]
    tracemalloc.start()
    agreement.overlap(runs, 10)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 36e6  # the cosines of one run alone are 36 MB


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_rotated_copy_is_aligned_exactly(mirrored):
    points, Q = normal(50, 6), ortho_group.rvs(6, random_state=3)
    Q[0] *= -1 if mirrored else 1
    found = agreement.rotation(points @ Q, points)
    assert points @ Q @ found == pytest.approx(points) and found @ found.T == pytest.approx(
        np.eye(6)
    )


def test_rotation_is_scipys():
    a, b = normal(30, 5), normal(30, 5, seed=1)
    assert agreement.rotation(a, b) == pytest.approx(orthogonal_procrustes(a, b)[0])


def test_steadiness_is_the_mean_cosine_over_pairs():
    runs = normal(4, 20, 6)
    runs /= np.linalg.norm(runs, axis=-1, keepdims=True)
    expected = np.mean([(runs[a] * runs[b]).sum(-1) for a, b in combinations(range(4), 2)], axis=0)
    assert agreement.steadiness(runs) == pytest.approx(expected)
    assert agreement.steadiness(np.stack([runs[0]] * 3)) == pytest.approx(np.ones(20))


@pytest.mark.parametrize("source", range(3))
def test_a_source_that_does_everything_gets_everything(source):
    shape = [1, 1, 1, 7]
    shape[source] = 3
    shares = agreement.variance_shares(np.broadcast_to(normal(*shape), (3, 3, 3, 7)))
    assert shares[agreement.SOURCES[source]] == pytest.approx(1) and sum(
        shares.values()
    ) == pytest.approx(1)


def test_shares_recover_known_variances():
    """Standard deviations 1, 2 and 0 alone and 1 in each cell: variances 1 : 4 : 0 : 1."""
    y = normal(3, 1, 1, 4_000) + 2 * normal(1, 3, 1, 4_000, seed=1) + normal(3, 3, 3, 4_000, seed=2)
    shares = agreement.variance_shares(y)
    assert list(shares.values()) == pytest.approx([1 / 6, 4 / 6, 0, 1 / 6], abs=0.02)


def test_pure_noise_is_only_together_and_nothing_is_nothing():
    assert agreement.variance_shares(normal(3, 3, 3, 4_000))["together"] == pytest.approx(
        1, abs=0.03
    )
    assert set(agreement.variance_shares(np.ones((2, 2, 2, 5))).values()) == {0.0}


def test_an_interaction_of_two_sources_counts_as_together():
    y = np.broadcast_to(normal(3, 3, 1, 4_000), (3, 3, 3, 4_000))
    assert agreement.variance_shares(y)["together"] == pytest.approx(1, abs=0.03)


def test_overlap_of_some_words_is_that_of_sorted_neighbors_in_the_pool():
    runs = [normal(40, 6) + normal(40, 6, seed=s) for s in range(1, 4)]
    rows, pool, k = [2, 7, 35], 30, 5
    found = agreement.overlap_of(runs, rows, pool, k)
    for a, b in combinations(range(3), 2):
        for n, row in enumerate(rows):
            near = []
            for run in (runs[a], runs[b]):
                directions = run / np.linalg.norm(run, axis=1, keepdims=True)
                order = np.argsort(-(directions[:pool] @ directions[row]))
                near.append(set(order[order != row][:k]))
            assert found[n, a, b] == pytest.approx(len(near[0] & near[1]) / k) == found[n, b, a]
    inside = agreement.overlap_of(runs, range(40), 40, 7)
    assert inside.mean(0) == pytest.approx(agreement.overlap(runs, 7).pairs)
