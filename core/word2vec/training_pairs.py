"""What word2vec learns from: windows, noise words and co-occurrence counts."""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import sparse

from core.texts.corpus import Corpus

PIECE = 1 << 20  # words of the text that are processed at a time, to limit the memory
FEW = 1 << 17  # the same where each word brings its whole window
UNSEEN = 1e-6  # pairs that a thinned text contains with a smaller chance are ignored


@dataclass(frozen=True)
class Stream:
    """One pass over the text: word numbers, the sentence of each, and the reach of its window, all
    (T,).
    """

    ids: np.ndarray
    sentence: np.ndarray
    reach: np.ndarray


def noise_distribution(counts: NDArray, power: float = 0.75) -> NDArray:
    """P(w) ~ count(w) ** power, as a vector (V,) whose sum is 1 (Mikolov et al. 2013)."""
    weights = counts.astype(np.float64) ** power
    return weights / weights.sum()


def draw(P: NDArray, size: int | tuple[int, ...], rng: np.random.Generator) -> NDArray:
    """Draw word numbers, an array of shape `size`, from a distribution P (V,).

    One multinomial draw of the counts, then a random order: 30 ns per word.
    """
    times = rng.multinomial(np.prod(size), P)
    drawn = np.repeat(np.arange(len(P), dtype=np.int32), times)
    rng.shuffle(drawn)
    return drawn.reshape(size)


def keep_chance(counts: NDArray, threshold: float, rule: str = "word2vec.c") -> NDArray:
    """The chance that sub-sampling keeps each word, (V,), from its share f of the text.

    threshold: t, 0: keep all. rule: min(1, sqrt(t / f) + t / f) as in "word2vec.c", or
    min(1, sqrt(t / f)) as in the "paper" (Mikolov et al. 2013).
    """
    if threshold == 0:
        return np.ones(len(counts))
    ratio = threshold / (counts / counts.sum())
    return np.minimum(1, np.sqrt(ratio) + (ratio if rule == "word2vec.c" else 0))


def stream(
    corpus: Corpus, keep: NDArray, window: int, drawn: bool, rng: np.random.Generator
) -> Stream:
    """The text of one epoch: sentences in random order, frequent words thinned, and the reach of
    the window around each word.

    keep: (V,) chance that a word is kept. drawn: each reach is drawn uniformly from 1..window, else
    all are `window`.
    """
    order = rng.permutation(len(corpus.starts) - 1)
    lengths = np.diff(corpus.starts)[order]
    # From a position in the new text to the one in the old text
    shift = corpus.starts[:-1][order] - (np.cumsum(lengths) - lengths)
    ids, sentence = (
        np.empty_like(corpus.ids),
        np.repeat(np.arange(len(order), dtype=np.int32), lengths),
    )
    for start in range(0, len(ids), PIECE):
        here = slice(start, start + PIECE)
        positions = shift[sentence[here]]
        positions += np.arange(start, start + len(positions))
        ids[here] = corpus.ids[positions]
    if keep.min() < 1:
        stays = rng.random(len(ids)) < keep[ids]
        ids, sentence = ids[stays], sentence[stays]
    reach = (
        rng.integers(1, window, len(ids), dtype=np.int32, endpoint=True)
        if drawn
        else np.broadcast_to(np.int32(window), len(ids))  # takes no memory
    )
    return Stream(ids, sentence, reach)


def together(corpus: Corpus, window: int) -> sparse.csr_array:
    """Weighted co-occurrence counts N (V, V), sparse float64.

    A context word at distance j has the weight (window - j + 1) / window, the chance that a window
    drawn from 1..window reaches it.
    """
    V, T = len(corpus.words), len(corpus.ids)
    sentence = _sentence_of_each(corpus)
    total = sparse.csr_array((V, V))  # of the words to the right, times the window: whole numbers
    for start in range(0, T, PIECE):
        pairs, weights = [], []
        for j in range(1, min(window, T - 1) + 1):
            here, there = (
                slice(start, min(start + PIECE, T - j)),
                slice(start + j, start + PIECE + j),
            )
            same = sentence[here] == sentence[there]
            pairs.append((corpus.ids[here][same], corpus.ids[there][same]))
            weights.append(np.full(same.sum(), window - j + 1.0))
        if pairs:
            left, right = map(np.concatenate, zip(*pairs, strict=True))
            total = total + _counted(np.concatenate(weights), left, right, V)
    total = total + total.T.tocsr()
    total.data /= window
    return total


def _counted(weights, rows, columns, size):
    """The sum of the weights at each place (size, size); in half of the time of `tocsr`, which
    compares numbers to sort them.
    """
    pairs = sparse.coo_array((weights, (rows, columns)), shape=(size, size))
    pairs.has_canonical_format = True  # nothing is to be summed yet
    by_column = pairs.tocsr().tocsc()  # goes through the rows in their order: each column is sorted
    by_column.has_canonical_format, by_column.has_sorted_indices = False, True
    by_column.sum_duplicates()
    return by_column.tocsr()


def together_thinned(corpus: Corpus, window: int, keep: NDArray[np.float64]) -> sparse.csr_array:
    """The expected value of `together` in a text thinned by sub-sampling, (V, V).

    keep: (V,) chance that a word is kept. A pair occurs if both its words are kept; its distance is
    one more than the number of words kept between them. The distribution of this number is computed
    step by step, from each position to the right.
    """
    V, T = len(corpus.words), len(corpus.ids)
    sentence, stays = _sentence_of_each(corpus), keep[corpus.ids]
    weight = 1 - np.arange(window) / window  # of a pair with 0, 1, ... words between
    total = sparse.csr_array((V, V))
    for start in range(0, T, PIECE):
        left = np.arange(start, min(start + PIECE, T))
        between = np.zeros((len(left), window))  # chance that m words between are kept
        between[:, 0] = 1
        for j in range(1, T):
            right = left + j
            near = (between.sum(1) > UNSEEN) & (right < T)
            near[near] = sentence[left[near]] == sentence[right[near]]
            left, right, between = left[near], right[near], between[near]
            if not len(left):
                break
            both = between @ weight * stays[left] * stays[right]
            place = corpus.ids[left], corpus.ids[right]
            total = total + sparse.coo_array((both, place), shape=(V, V)).tocsr()
            stay = stays[right, None]
            further = between * (1 - stay)
            further[:, 1:] += between[:, :-1] * stay
            between = further
    return (total + total.T).tocsr()


def rows_together(corpus: Corpus, window: int, rows: NDArray) -> sparse.csr_array:
    """The rows of `together` for a few center words, (R, V), sparse; counted in a dense table, in
    1/4 of the time.
    """
    V, R, T = len(corpus.words), len(rows), len(corpus.ids)
    near = np.abs(np.arange(2 * window + 1) - window)
    row_of = np.full(V, -1, np.int32)
    row_of[rows] = np.arange(R)
    sentence = _sentence_of_each(corpus)
    # No entry is larger than all weights of the text together
    total = np.zeros(R * V, np.int32 if T * window * (window + 1) < 1 << 31 else np.int64)
    for start in range(0, T, FEW):
        stop = min(start + FEW, T)
        # (pieces, 2 C + 1)
        ids_near, sentence_near = (
            sliding_window_view(part(row, start - window, stop + window, padding), 2 * window + 1)
            for row, padding in ((corpus.ids, 0), (sentence, -1))
        )
        row = row_of[corpus.ids[start:stop]]
        place = np.flatnonzero(row >= 0)
        inside = sentence_near[place] == sentence_near[place, window, None]
        inside[:, window] = False  # a word is not its own context
        cell = (row[place, None] * np.int64(V) + ids_near[place])[inside]
        weights = np.broadcast_to((window + 1 - near).astype(total.dtype), inside.shape)[inside]
        np.add.at(total, cell, weights)  # np.bincount would need another table of this size
    cell = np.flatnonzero(total)
    ends = np.searchsorted(cell, np.arange(R + 1) * V)
    found = total[cell].astype(np.float64)
    del total, sentence
    cell %= V
    return sparse.csr_array((found / window, cell.astype(np.int32), ends), shape=(R, V))


def _sentence_of_each(corpus):
    return np.repeat(np.arange(len(corpus.starts) - 1, dtype=np.int32), np.diff(corpus.starts))


def contexts_each(
    corpus: Corpus, window: int, first: int = 0, last: int | None = None
) -> NDArray[np.float64]:
    """Expected number of context words at each position of the text, without sub-sampling.

    first, last: the positions first, ..., last - 1 alone. Returns (last - first,).
    """
    place = np.arange(first, len(corpus.ids) if last is None else last)
    sentence = np.searchsorted(corpus.starts, place, side="right") - 1
    left, right = place - corpus.starts[sentence], corpus.starts[sentence + 1] - 1 - place
    # Sum of weights up to distance j
    reached = np.concatenate([[0], np.cumsum(1 - np.arange(window) / window)])
    return reached[np.minimum(left, window)] + reached[np.minimum(right, window)]


def contexts_of_words(corpus: Corpus, window: int) -> NDArray[np.float64]:
    """Expected number of context words of all occurrences of each word, (V,)."""
    T, V = len(corpus.ids), len(corpus.words)
    total = np.zeros(V)
    for start in range(0, T, PIECE):
        stop = min(start + PIECE, T)
        each = contexts_each(corpus, window, start, stop)
        total += np.bincount(corpus.ids[start:stop], each, V)
    return total


def part(row: NDArray, low: int, high: int, padding: int) -> NDArray:
    """row[low:high], with padding for places outside: a padded copy of the text would be large."""
    inside = row[max(low, 0) : high]
    before, after = max(-low, 0), max(high - len(row), 0)
    return np.pad(inside, (before, after), constant_values=padding) if before + after else inside
