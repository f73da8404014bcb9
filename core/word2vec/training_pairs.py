"""What word2vec learns from: windows, noise words and co-occurrence counts."""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import sparse

from core.texts.corpus import Corpus

PIECE = 1 << 20  # words of the text that are processed at a time, to limit the memory
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
        else np.full(len(ids), window, "i4")
    )
    return Stream(ids, sentence, reach)


def together(corpus: Corpus, window: int) -> sparse.csr_array:
    """Weighted co-occurrence counts N (V, V), sparse float64.

    A context word at distance j has the weight (window - j + 1) / window, the chance that a window
    drawn from 1..window reaches it.
    """
    V, T = len(corpus.words), len(corpus.ids)
    sentence = _sentence_of_each(corpus)
    total = sparse.csr_array((V, V))
    for j in range(1, min(window, T - 1) + 1):
        same = sentence[:-j] == sentence[j:]
        left, right = corpus.ids[:-j][same], corpus.ids[j:][same]
        weight = np.full(2 * len(left), (window - j + 1) / window)
        pairs = np.concatenate([left, right]), np.concatenate([right, left])
        total = total + sparse.coo_array((weight, pairs), shape=(V, V)).tocsr()
    return total


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
    V, R, near = len(corpus.words), len(rows), np.abs(np.arange(2 * window + 1) - window)
    row_of = np.full(V, -1)
    row_of[rows] = np.arange(R)
    ids, sentence = (
        np.pad(corpus.ids, window),
        np.pad(_sentence_of_each(corpus), window, constant_values=-1),
    )
    # (T, 2 C + 1)
    ids_near, sentence_near = (sliding_window_view(row, 2 * window + 1) for row in (ids, sentence))
    total = np.zeros(R * V)
    for start in range(0, len(corpus.ids), PIECE):
        row = row_of[corpus.ids[start : start + PIECE]]
        place = np.flatnonzero(row >= 0)
        row, place = row[place], place + start
        inside = sentence_near[place] == sentence[place + window, None]
        inside[:, window] = False  # a word is not its own context
        cell = (row[:, None] * V + ids_near[place])[inside]
        total += np.bincount(cell, np.broadcast_to(window + 1 - near, inside.shape)[inside], R * V)
    return sparse.csr_array(total.reshape(R, V)) / window


def _sentence_of_each(corpus):
    return np.repeat(np.arange(len(corpus.starts) - 1, dtype=np.int32), np.diff(corpus.starts))


def contexts_each(corpus: Corpus, window: int) -> NDArray:
    """Expected number of context words at each position of the text, (T,) float64, without
    sub-sampling.
    """
    T = len(corpus.ids)
    lengths = np.diff(corpus.starts)
    place = np.arange(T) - np.repeat(corpus.starts[:-1], lengths)
    left, right = place, np.repeat(lengths, lengths) - 1 - place
    # Sum of weights up to distance j
    reached = np.concatenate([[0], np.cumsum(1 - np.arange(window) / window)])
    return reached[np.minimum(left, window)] + reached[np.minimum(right, window)]
