import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse, stats
from texts_for_tests import all_pairs, encode, generated, random_corpus, sentence_numbers, stream_of

from core.word2vec import batch, training_pairs


def windows_of(text, window, drawn=True, seed=0, size=48, expected=False):
    """The pairs that training sees in one epoch: (center, context, weight)."""
    stream = stream_of(text, window, drawn, seed)
    found = batch.batches(stream, window, size, expected, np.float64)
    return stream, [
        (w.centers[n, i], w.contexts[n, e], w.weights[n, i, e])
        for w in found
        for n, i, e in zip(*np.nonzero(w.weights), strict=True)
    ]


def brute_counts(text, window):
    """N by the definition, position by position."""
    V, sentence = len(text.words), sentence_numbers(text)
    N = np.zeros((V, V))
    for i, j in all_pairs(text.ids, sentence, np.full(len(text.ids), window)):
        N[text.ids[i], text.ids[j]] += (window - abs(i - j) + 1) / window
    return N


# -- the stream
# ------------------------------------------------------------------------------------------


@given(st.integers(0, 999), st.booleans())
def test_an_epoch_is_all_sentences_in_a_new_order(seed, drawn):
    text = random_corpus(seed % 7)
    stream = stream_of(text, 4, drawn, seed)
    whole = sorted(
        tuple(text.ids[a:b]) for a, b in zip(text.starts[:-1], text.starts[1:], strict=True)
    )
    cuts = np.flatnonzero(np.diff(stream.sentence)) + 1
    assert sorted(map(tuple, np.split(stream.ids, cuts))) == whole
    assert len(cuts) + 1 == len(set(stream.sentence.tolist())), "sentences with the same number"
    assert set(stream.reach.tolist()) <= (set(range(1, 5)) if drawn else {4})


def test_the_order_changes_from_epoch_to_epoch():
    text, rng = random_corpus(0, sentences=40), np.random.default_rng(0)
    first, second = (
        training_pairs.stream(text, np.ones(len(text.words)), 3, False, rng).ids for _ in range(2)
    )
    assert (first != second).any()


@pytest.mark.parametrize("window", [1, 2, 5, 20])
def test_the_reach_is_drawn_evenly_from_1_to_the_window(window):
    reach = stream_of(generated("polish"), window).reach
    assert reach.min() == 1 and reach.max() == window
    if window > 1:
        assert stats.chisquare(np.bincount(reach, minlength=window + 1)[1:]).pvalue > 1e-4


def test_subsampling_keeps_words_at_their_rate_and_the_order_of_the_rest():
    text = generated("english")
    keep = training_pairs.keep_chance(text.counts, 1e-3)
    stream = training_pairs.stream(text, keep, 5, True, np.random.default_rng(0))
    before, after = (
        np.bincount(text.ids, minlength=len(keep)),
        np.bincount(stream.ids, minlength=len(keep)),
    )
    spread = np.sqrt(before * keep * (1 - keep))
    assert (np.abs(after - before * keep) <= 5 * spread + 1e-9).all() and after[
        keep == 1
    ].tolist() == before[keep == 1].tolist()
    assert len(stream.ids) < 0.8 * len(text.ids)
    assert (
        len(stream.ids) == len(stream.sentence) == len(stream.reach)
        and (np.diff(stream.sentence) >= 0).all()
    )


# -- windows
# ------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(st.integers(0, 999), st.integers(1, 20), st.integers(1, 70), st.booleans())
def test_windows_hold_the_pairs_within_reach_and_never_cross_a_sentence(seed, window, size, drawn):
    text = random_corpus(seed)
    stream, seen = windows_of(text, window, drawn, seed, size)
    wanted = [
        (stream.ids[i], stream.ids[j], 1.0)
        for i, j in all_pairs(stream.ids, stream.sentence, stream.reach)
    ]
    assert sorted(seen) == sorted(wanted)


def test_no_pair_of_words_of_two_sentences_is_ever_seen():
    text = encode(*(f"a{k} b{k} c{k}" for k in range(50)))
    _, seen = windows_of(text, 20, drawn=False)
    assert len(seen) == 50 * 6 and all(text.words[c][1:] == text.words[o][1:] for c, o, _ in seen)


@given(st.integers(0, 999), st.integers(1, 30))
def test_a_pass_over_the_text_does_not_depend_on_its_pieces(seed, piece):
    text = random_corpus(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training_pairs, "PIECE", piece)
        cut = stream_of(text, 3, seed=seed)
    sentences = [tuple(row) for row in np.split(text.ids, text.starts[1:-1])]
    ends = np.flatnonzero(np.diff(cut.sentence)) + 1
    assert sorted(tuple(row) for row in np.split(cut.ids, ends)) == sorted(sentences)


def test_drawn_windows_see_each_pair_as_often_as_the_counts_expect():
    text, window, epochs = random_corpus(3), 4, 600
    V = len(text.words)
    each = np.zeros((epochs, V, V))
    for k in range(epochs):
        for c, o, weight in windows_of(text, window, seed=k)[1]:
            each[k, c, o] += weight
    N = training_pairs.together(text, window).toarray()
    error = np.maximum(each.std(0), 0.05) / np.sqrt(epochs)
    assert (np.abs(each.mean(0) - N) < 5 * error).all()


def test_a_word_at_distance_j_is_reached_with_chance_c_minus_j_plus_1_over_c():
    text = encode("c " + " ".join(f"x{j}" for j in range(1, 8)))
    c, C, epochs = text.index["c"], 5, 4_000
    stream = stream_of(text, C)
    reached = np.zeros(8)
    for k in range(epochs):
        stream = stream_of(text, C, seed=k)
        reached[1 : stream.reach[stream.ids == c][0] + 1] += 1
    N = training_pairs.together(text, C)
    for j in range(1, 8):
        chance = max(0, (C - j + 1) / C)
        assert N[c, text.index[f"x{j}"]] == pytest.approx(chance)
        assert stats.binomtest(int(reached[j]), epochs, chance).pvalue > 1e-4


@settings(max_examples=20)
@given(st.integers(0, 999), st.integers(1, 20))
def test_expected_windows_weigh_each_pair_with_that_chance(seed, window):
    text = random_corpus(seed)
    N = np.zeros((len(text.words), len(text.words)))
    for c, o, weight in windows_of(text, window, drawn=False, expected=True)[1]:
        N[c, o] += weight
    np.testing.assert_allclose(N, training_pairs.together(text, window).toarray(), rtol=1e-12)


# -- counts
# ------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(st.integers(0, 999), st.integers(1, 20), st.integers(1, 50))
def test_counts_of_words_seen_together_are_those_of_a_double_loop(seed, window, piece):
    text = random_corpus(seed)
    N = brute_counts(text, window)
    whole = training_pairs.together(text, window)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training_pairs, "PIECE", piece)
        pieces = training_pairs.together(text, window)
    np.testing.assert_allclose(whole.toarray(), N, rtol=1e-12)
    np.testing.assert_array_equal(whole.toarray(), pieces.toarray())
    for found in whole, pieces:
        again = sparse.csr_array((found.data, found.indices, found.indptr), found.shape)
        assert again.has_canonical_format  # each place once, in order
    np.testing.assert_allclose(N, N.T, rtol=1e-12)


@settings(max_examples=40)
@given(st.integers(0, 999), st.integers(1, 20), st.integers(1, 50))
def test_rows_of_these_counts_do_not_depend_on_the_pieces_of_the_text(seed, window, piece):
    text = random_corpus(seed)
    rows = np.random.default_rng(seed).permutation(len(text.words))[:3]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training_pairs, "FEW", piece)
        found = training_pairs.rows_together(text, window, rows)
    np.testing.assert_allclose(found.toarray(), brute_counts(text, window)[rows], rtol=1e-12)


def test_counts_of_a_sentence_by_hand():
    text = encode("a b a c", "c b")
    a, b, c = (text.index[w] for w in "abc")
    N = training_pairs.together(text, 2).toarray()  # distance 1 counts 1, distance 2 counts 1/2
    assert N[a, a] == 1.0  # both ways, 1/2 each
    assert N[a, b] == N[b, a] == 2.0
    assert N[b, c] == N[c, b] == 1.5
    assert N[a, c] == N[c, a] == 1.0 and N[b, b] == N[c, c] == 0


@settings(max_examples=40)
@given(st.integers(0, 999), st.integers(1, 20), st.integers(1, 50))
def test_expected_contexts_of_each_position_add_up_to_the_counts(seed, window, piece):
    text = random_corpus(seed)
    found = training_pairs.contexts_each(text, window)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training_pairs, "PIECE", piece)
        of_words = training_pairs.contexts_of_words(text, window)
    together = brute_counts(text, window)
    np.testing.assert_allclose(of_words, together.sum(1), rtol=1e-12)
    wanted = np.zeros(len(text.ids))
    for i, j in all_pairs(text.ids, sentence_numbers(text), np.full(len(text.ids), window)):
        wanted[i] += (window - abs(i - j) + 1) / window
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


# -- noise and sub-sampling
# ------------------------------------------------------------------------------------------


def test_the_noise_distribution_by_hand():
    np.testing.assert_allclose(training_pairs.noise_distribution(np.array([16, 1])), [8 / 9, 1 / 9])
    np.testing.assert_allclose(
        training_pairs.noise_distribution(np.array([3, 1]), 1.0), [3 / 4, 1 / 4]
    )
    np.testing.assert_allclose(
        training_pairs.noise_distribution(np.array([3, 1]), 0.0), [1 / 2, 1 / 2]
    )


def test_words_are_drawn_from_the_distribution():
    P = training_pairs.noise_distribution(generated("polish").counts[:200])
    drawn = training_pairs.draw(P, (400, 500), np.random.default_rng(0))
    assert drawn.shape == (400, 500)
    assert stats.chisquare(np.bincount(drawn.ravel(), minlength=200), drawn.size * P).pvalue > 1e-4


def test_words_that_are_drawn_do_not_depend_on_their_place():
    P = np.array([0.5, 0.3, 0.2])
    drawn = training_pairs.draw(P, (4_000, 10), np.random.default_rng(1))
    for k in range(10):
        assert stats.chisquare(np.bincount(drawn[:, k], minlength=3), 4_000 * P).pvalue > 1e-4
    after = np.zeros((3, 3))
    np.add.at(after, (drawn[:, 0], drawn[:, 1]), 1)
    assert stats.chi2_contingency(after).pvalue > 1e-4


def test_the_chance_to_stay_by_hand():
    counts = np.array([90, 9, 1])
    keep = training_pairs.keep_chance(counts, 0.009)  # sqrt(t / f) + t / f, at most 1
    np.testing.assert_allclose(keep, [0.1 + 0.01, np.sqrt(0.1) + 0.1, 1.0])
    # Sqrt(t / f)
    np.testing.assert_allclose(
        training_pairs.keep_chance(counts, 0.009, "paper"), [0.1, np.sqrt(0.1), 0.9**0.5]
    )
    assert (
        training_pairs.keep_chance(counts, 0.0).tolist()
        == [1, 1, 1]
        == training_pairs.keep_chance(counts, 1.0).tolist()
    )


def test_a_seed_draws_the_same_noise_with_every_numpy_that_is_allowed():
    """With NumPy 2.5 each of these seeds draws other words: receipts would be taken for altered."""
    P, drawn = training_pairs.noise_distribution(np.arange(2_000, 0, -1), 1.0), hashlib.sha256()
    for seed in (14, 24, 26, 28, 36):
        drawn.update(training_pairs.draw(P, 200_000, np.random.default_rng(seed)).tobytes())
    assert drawn.hexdigest().startswith("d994d8f0f10b1d53")
