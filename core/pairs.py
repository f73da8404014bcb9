"""What word2vec learns from: windows, noise words and the counts of words seen together."""
from dataclasses import dataclass

import numpy as np
from scipy import sparse


@dataclass(frozen=True)
class Stream:
    """One pass over the text: word numbers, the sentence each belongs to, and how far each centre looks, all (T,)."""

    ids: np.ndarray
    sentence: np.ndarray
    reach: np.ndarray


def noise_distribution(counts, power=0.75):
    """P(w) ~ count(w) ** power, as a vector (V,) that adds up to one (Mikolov et al. 2013)."""
    weights = counts.astype(np.float64) ** power
    return weights / weights.sum()


def draw(P, size, rng):
    """Draw word numbers from a distribution P (V,): how often each word comes, then their order; 30 ns a word."""
    times = rng.multinomial(np.prod(size), P)
    drawn = np.repeat(np.arange(len(P), dtype=np.int32), times)
    rng.shuffle(drawn)
    return drawn.reshape(size)


def keep_chance(counts, threshold, rule="word2vec.c"):
    """Chance that sub-sampling keeps a word, for its share f of the text.

    min(1, sqrt(t / f) + t / f) in word2vec.c, min(1, sqrt(t / f)) in the paper (Mikolov et al. 2013).
    """
    if threshold == 0:
        return np.ones(len(counts))
    ratio = threshold / (counts / counts.sum())
    return np.minimum(1, np.sqrt(ratio) + (ratio if rule == "word2vec.c" else 0))


def stream(corpus, keep, window, drawn, rng):
    """One epoch's text: sentences in a new order, frequent words thinned, a reach for each centre.

    keep: (V,) chance that a word stays. drawn: reach drawn evenly from 1..window, else window for all.
    """
    order = rng.permutation(len(corpus.starts) - 1)
    lengths = np.diff(corpus.starts)[order]
    shift = corpus.starts[:-1][order] - (np.cumsum(lengths) - lengths)
    positions = np.arange(lengths.sum()) + np.repeat(shift, lengths)
    ids, sentence = corpus.ids[positions], np.repeat(np.arange(len(order), dtype=np.int32), lengths)
    if keep.min() < 1:
        stays = rng.random(len(ids)) < keep[ids]
        ids, sentence = ids[stays], sentence[stays]
    reach = rng.integers(1, window, len(ids), dtype=np.int32, endpoint=True) if drawn else np.full(len(ids), window, "i4")
    return Stream(ids, sentence, reach)


def together(corpus, window, rows=None):
    """Weighted counts of words seen together, N (R, V), sparse float64.

    A context word at distance j counts (window - j + 1) / window, the chance that a window drawn from 1..window
    reaches it. rows: the centre words wanted, in this order; None for all.
    """
    V, T = len(corpus.words), len(corpus.ids)
    row_of = np.arange(V, dtype=np.int32)
    if rows is not None:
        row_of = np.full(V, -1, dtype=np.int32)
        row_of[rows] = np.arange(len(rows))
    sentence = np.repeat(np.arange(len(corpus.starts) - 1), np.diff(corpus.starts))
    total = sparse.csr_matrix((V if rows is None else len(rows), V))
    for j in range(1, min(window, T - 1) + 1):
        same = sentence[:-j] == sentence[j:]
        left, right = corpus.ids[:-j][same], corpus.ids[j:][same]
        centre, context = np.concatenate([left, right]), np.concatenate([right, left])
        wanted = row_of[centre] >= 0
        weight = np.full(wanted.sum(), (window - j + 1) / window)
        total = total + sparse.coo_matrix((weight, (row_of[centre[wanted]], context[wanted])), shape=total.shape).tocsr()
    return total


def contexts_each(corpus, window):
    """Expected number of context words of each position of the text, (T,) float64, sub-sampling aside."""
    T = len(corpus.ids)
    lengths = np.diff(corpus.starts)
    place = np.arange(T) - np.repeat(corpus.starts[:-1], lengths)
    left, right = place, np.repeat(lengths, lengths) - 1 - place
    reached = np.concatenate([[0], np.cumsum(1 - np.arange(window) / window)])      # sum of weights up to distance j
    return reached[np.minimum(left, window)] + reached[np.minimum(right, window)]
