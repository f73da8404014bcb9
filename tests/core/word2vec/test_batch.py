import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from texts_for_tests import all_pairs, random_corpus, stream_of

from core.word2vec import batch, losses, training_pairs

SHAPES = {
    "seed": st.integers(0, 10_000),
    "words": st.integers(2, 12),
    "dim": st.integers(1, 6),
    "window": st.integers(1, 20),
    "size": st.integers(1, 100),
    "drawn": st.booleans(),
    "expected": st.booleans(),
}


def draw_text(seed, words, window, drawn):
    """A stream of few words in short and long sentences: many words repeat, windows often pass the
    text.
    """
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, 20, rng.integers(1, 5))
    T = lengths.sum()
    reach = rng.integers(1, window + 1, T) if drawn else np.full(T, window)
    return training_pairs.Stream(
        rng.integers(0, words, T).astype("i4"),
        np.repeat(np.arange(len(lengths)), lengths).astype("i4"),
        reach.astype("i4"),
    )


def weighted_pairs(stream, window, expected):
    for i, j in all_pairs(stream.ids, stream.sentence, stream.reach):
        yield i, j, (window - abs(i - j) + 1) / window if expected else 1.0


def dense(found, W):
    rows, values, gradient = found
    assert (np.diff(rows) > 0).all(), "rows must be different and ascending"
    np.testing.assert_array_equal(values, W[rows])
    whole = np.zeros_like(W)
    whole[rows] = gradient
    return whole


@settings(max_examples=60)
@given(shared=st.integers(1, 120), **SHAPES)
def test_the_gradient_of_negative_sampling_is_the_sum_over_its_pairs(
    seed, words, dim, window, size, drawn, expected, shared
):
    stream, rng = draw_text(seed, words, window, drawn), np.random.default_rng(seed + 1)
    W, ours = rng.normal(size=(2 * words, dim)), np.zeros((2 * words, dim))
    negatives = []
    for windows in batch.batches(stream, window, size, expected, np.float64, shared):
        negatives += list(rng.integers(0, words, (len(windows.centers), shared)))
        ours += dense(
            batch.negative_sampling_gradient(
                W, windows, np.array(negatives[-len(windows.centers) :])
            ),
            W,
        )
    theirs, V, U = np.zeros_like(W), W[:words], W[words:]
    for i, j, weight in weighted_pairs(stream, window, expected):
        c, o = stream.ids[i], stream.ids[j]
        _, real = losses.negative_sampling(V[c], o, [], U)
        # the centers of a block share their negatives,
        _, noise = losses.negative_sampling(V[c], o, negatives[i // batch.BLOCK], U)
        for part, name in ((c, "v_c"), (slice(words, None), "U")):  # each counts so much less
            theirs[part] += weight * (real[name] + (noise[name] - real[name]) / batch.SHARED)
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-10)


@settings(max_examples=60)
@given(**SHAPES)
def test_the_gradient_of_the_softmax_is_the_sum_over_its_pairs(
    seed, words, dim, window, size, drawn, expected
):
    stream = draw_text(seed, words, window, drawn)
    W = np.random.default_rng(seed).normal(size=(2 * words, dim))
    ours = sum(
        dense(batch.softmax_gradient(W, windows), W)
        for windows in batch.batches(stream, window, size, expected, np.float64)
    )
    theirs, V, U = np.zeros_like(W), W[:words], W[words:]
    for i, j, weight in weighted_pairs(stream, window, expected):
        _, gradient = losses.naive_softmax(V[stream.ids[i]], stream.ids[j], U)
        theirs[stream.ids[i]] += weight * gradient["v_c"]
        theirs[words:] += weight * gradient["U"]
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-10)


def test_shared_negatives_leave_the_expected_gradient_as_it_is():
    """Every word is among the drawn ones as often as in the noise distribution, so the gradient is
    the expectation itself.
    """
    words, K, text = 4, 5, draw_text(0, 4, 3, True)
    W, P = np.random.default_rng(0).normal(size=(2 * words, 5)), np.array([4, 3, 2, 1]) / 10
    V, U = W[:words], W[words:]
    (windows,) = batch.batches(text, 3, 100, False, np.float64, batch.SHARED * K)
    each = (batch.SHARED * K * P).astype(int)
    shared = np.tile(np.repeat(np.arange(words), each), (len(windows.centers), 1))
    ours = dense(batch.negative_sampling_gradient(W, windows, shared), W)
    theirs = np.zeros_like(W)
    for i, j, _ in weighted_pairs(text, 3, False):
        c, o = text.ids[i], text.ids[j]
        s = losses.sigmoid(U @ V[c])
        # The gradient of -log sigma(s_o) + K E[-log sigma(-s_n)]
        theirs[c] += (s[o] - 1) * U[o] + K * (P * s) @ U
        theirs[words + o] += (s[o] - 1) * V[c]
        theirs[words:] += K * (P * s)[:, None] * V[c]
    np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("noise", "gradient"),
    [
        (
            8,
            lambda W, w: batch.negative_sampling_gradient(
                W, w, np.zeros((len(w.centers), 8), "i4")
            ),
        ),
        (0, batch.softmax_gradient),
    ],
)
def test_huge_scores_overflow_to_the_right_answer(noise, gradient):
    text = stream_of(random_corpus(0), 3)
    W = np.random.default_rng(0).choice([-300.0, 300.0], (2 * 9, 8)).astype(np.float32)
    with np.errstate(over="ignore", under="ignore"):
        for windows in batch.batches(text, 3, 1_000, False, np.float32, noise):
            *_, found = gradient(W, windows)
            assert (
                np.isfinite(found).all() and found.dtype == np.float32 and (np.abs(found) > 0).any()
            )


@given(st.integers(0, 999), st.integers(1, 12), st.integers(1, 300), st.booleans())
def test_batches_hold_every_center_once_and_none_besides(seed, window, size, drawn):
    stream = draw_text(seed, 9, window, drawn)
    found = list(batch.batches(stream, window, size, False, np.float32))
    T = len(stream.ids)
    assert np.concatenate([w.centers.ravel() for w in found])[:T].tolist() == stream.ids.tolist()
    sizes = [w.centers.size for w in found]
    assert max(sizes) <= -(-min(size, T) // batch.BLOCK) * batch.BLOCK
    assert max(sizes) - min(sizes) <= batch.BLOCK, "batches of different sizes"
    assert sum(sizes) < T + batch.BLOCK, "a block of nothing but padding"
    assert sum(w.count for w in found) == T and min(w.count for w in found) > 0
    assert sum(w.pairs for w in found) == len(all_pairs(stream.ids, stream.sentence, stream.reach))
    assert all(w.weights.dtype in (bool, np.float32) for w in found)


@given(st.integers(0, 999), st.integers(1, 20), st.booleans(), st.booleans())
def test_windows_drawn_at_random_hold_the_pairs_of_their_center(seed, window, drawn, expected):
    stream = draw_text(seed, 9, window, drawn)
    # each position has a word of its own
    stream = training_pairs.Stream(
        np.arange(len(stream.ids), dtype="i4"), stream.sentence, stream.reach
    )
    if np.bincount(stream.sentence).max() < 2:
        return
    wanted = {}
    for i, j, weight in weighted_pairs(stream, window, expected):
        wanted.setdefault(i, {})[j] = weight
    found = list(
        batch.drawn(stream, window, 30, expected, np.float64, 5, np.random.default_rng(seed))
    )
    assert len(found) == 5
    for windows in found:
        assert windows.centers.shape == (30, 1)
        for n, center in enumerate(windows.centers[:, 0].tolist()):
            weights = windows.weights[n, 0]
            seen = np.flatnonzero(weights)
            assert (
                dict(zip(windows.contexts[n, seen].tolist(), weights[seen].tolist(), strict=True))
                == wanted[center]
            )


def test_windows_are_drawn_evenly_from_sentences_and_their_words():
    lengths = np.array([2, 1, 5, 3])  # the sentence of one word is never drawn
    stream = training_pairs.Stream(
        np.arange(11, dtype="i4"), np.repeat(np.arange(4), lengths), np.full(11, 2)
    )
    found = batch.drawn(stream, 2, 100, False, np.float32, 300, np.random.default_rng(0))
    centers = np.concatenate([w.centers[:, 0] for w in found])
    chance = np.repeat(np.where(lengths > 1, 1 / (3 * lengths), 0), lengths)
    seen = np.bincount(centers, minlength=11)
    assert (
        seen[2] == 0
        and stats.chisquare(seen[chance > 0], len(centers) * chance[chance > 0]).pvalue > 1e-4
    )


@given(
    st.integers(0, 999),
    st.integers(1, 60),
    st.integers(1, 9),
    st.sampled_from([np.float32, np.float64]),
)
def test_rows_of_equal_words_are_added(seed, rows, words, dtype):
    rng = np.random.default_rng(seed)
    numbers, values = rng.integers(0, words, rows), rng.integers(-9, 9, (rows, 3)).astype(dtype)
    different, places = batch.distinct(numbers, words + 2)
    sums = batch.add_rows(places, values, len(different))
    wanted = np.zeros((words + 2, 3))
    np.add.at(wanted, numbers, values)
    assert different.tolist() == sorted(set(numbers.tolist())) and sums.dtype == dtype
    np.testing.assert_array_equal(sums, wanted[different])


def test_threads_that_add_rows_side_by_side_do_not_disturb_each_other():
    usual = sys.getswitchinterval()

    def sums(seed):
        rng = np.random.default_rng(seed)
        places, rows = rng.integers(0, 40, 3_000), rng.integers(-9, 9, (3_000, 50)).astype("f4")
        wanted = np.zeros((40, 50))
        np.add.at(wanted, places, rows)
        return all((batch.add_rows(places, rows, 40) == wanted).all() for _ in range(300))

    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            assert all(pool.map(sums, range(8)))
    finally:
        sys.setswitchinterval(usual)


@given(
    st.integers(0, 999),
    st.integers(1, 60),
    st.integers(1, 9),
    st.sampled_from([np.float32, np.float64]),
)
def test_rows_are_set_as_by_an_assignment(seed, words, dim, dtype):
    rng = np.random.default_rng(seed)
    array, rows = (
        rng.normal(size=(words, dim)).astype(dtype),
        np.flatnonzero(rng.random(words) < 0.5),
    )
    new, wanted = rng.normal(size=(len(rows), dim)).astype(dtype), array.copy()
    wanted[rows] = new
    batch.set_rows(array, rows, new)
    np.testing.assert_array_equal(array, wanted)
