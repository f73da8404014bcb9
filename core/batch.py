"""The gradient of a batch of windows: the equations of `losses`, summed over many pairs by matrix products.

Three tricks, none of which changes the expected gradient:
- The text is cut into blocks of L centres. All pairs of a block lie in one L x (L + 2 C) product of centre and context
  vectors; a mask picks the pairs inside the windows. No list of pairs is ever made.
- The centres of a block share SHARED * K drawn negatives, columns of the same product. Each pair counts K of them: their
  gradient is scaled by K / (SHARED K).
- Gradients of the same word are added by one product with a sparse matrix of ones.
"""
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import sparse

BLOCK = 16      # centres in a block: a wider block wastes products outside the windows, a narrower one makes more of them
SHARED = 4      # negatives a block draws for each of the K: fewer make a noisier gradient, more cost time


@dataclass(frozen=True)
class Batch:
    """Windows of one step. n = B / BLOCK blocks, E = BLOCK + 2 C words that a block's windows touch."""

    centres: np.ndarray     # (n, BLOCK) word numbers
    contexts: np.ndarray    # (n, E) word numbers
    weights: np.ndarray     # (n, BLOCK, E) how much each pair counts: 0 outside the window

    @property
    def pairs(self):
        """Weighted number of pairs."""
        return float(self.weights.sum(dtype=np.float64))


def batches(stream, window, size, expected, dtype):
    """Cut a stream into batches of `size` centres (the last one is filled up with words that have no pairs).

    expected: weight a pair by the chance (C - j + 1) / C that its window reaches distance j, instead of by its reach.
    """
    size = -(-size // BLOCK) * BLOCK
    T = len(stream.ids)
    total = -(-T // size) * size
    pad = ((window, total - T + window),)
    ids = np.pad(stream.ids, pad)
    sentence = np.pad(stream.sentence, pad, constant_values=-1)
    reach = np.pad(stream.reach, (0, total - T)).reshape(-1, BLOCK, 1)
    E = BLOCK + 2 * window
    ids_near, sentence_near = (sliding_window_view(row, E)[::BLOCK] for row in (ids, sentence))     # (blocks, E)
    distance = np.abs(np.arange(E) - window - np.arange(BLOCK)[:, None])                            # (BLOCK, E)
    distance[distance == 0] = window + 1                        # a word is not its own context
    chance = (np.maximum(window + 1 - distance, 0) / window).astype(dtype) if expected else np.ones((), dtype)
    n = size // BLOCK
    for start in range(0, total // BLOCK, n):
        block = slice(start, start + n)
        near = sentence_near[block]
        here = near[:, window:window + BLOCK, None]
        inside = (distance <= reach[block]) & (near[:, None, :] == here) & (here >= 0)
        yield Batch(ids_near[block, window:window + BLOCK], ids_near[block], inside * chance)


def negative_sampling_gradient(V, U, batch, negatives, K):
    """Gradient of the batch's negative-sampling loss, summed over its pairs.

    V, U: centre and context vectors (V, d). negatives: (n, S) drawn words, a row for each block. Returns (rows, gradient)
    for V and for U: the words touched, ascending, and one gradient row for each.
    """
    others = np.concatenate([batch.contexts, negatives], axis=1)            # (n, E + S)
    real = np.zeros((*batch.centres.shape, others.shape[1]), V.dtype)       # (n, L, E + S) how often a pair is real
    real[:, :, :batch.contexts.shape[1]] = batch.weights
    judged = real.copy()                                                    # ... and how often it is judged at all
    judged[:, :, batch.contexts.shape[1]:] = batch.weights.sum(2, keepdims=True) * (K / negatives.shape[1])
    Vc, Uo = V.take(batch.centres, 0), U.take(others, 0)                    # (n, L, d), (n, E + S, d)
    G = judged * _sigmoid(Vc @ Uo.transpose(0, 2, 1)) - real                # sigma - 1 for real pairs, sigma for noise
    return (add_rows(batch.centres.ravel(), (G @ Uo).reshape(-1, V.shape[1]), len(V)),
            add_rows(others.ravel(), (G.transpose(0, 2, 1) @ Vc).reshape(-1, V.shape[1]), len(U)))


def softmax_gradient(V, U, batch):
    """Gradient of the batch's naive-softmax loss, summed over its pairs; returns as `negative_sampling_gradient`.

    Each different centre word needs its scores once: the rows of a word's windows are added up first.
    """
    words, which = np.unique(batch.centres, return_inverse=True)            # (R,)
    n, L, E = batch.weights.shape
    seen = np.zeros((len(words), len(U)), dtype=V.dtype)                    # y, summed over the pairs of each centre
    np.add.at(seen, (np.broadcast_to(which.reshape(n, L, 1), (n, L, E)), batch.contexts[:, None, :]), batch.weights)
    Vc = V[words]                                                           # (R, d)
    scores = Vc @ U.T
    scores -= scores.max(1, keepdims=True)
    np.exp(scores, out=scores)
    scores *= seen.sum(1, keepdims=True) / scores.sum(1, keepdims=True)     # y_hat, times the number of pairs
    scores -= seen                                                          # y_hat - y
    return (words, scores @ U), (np.arange(len(U)), scores.T @ Vc)


def add_rows(words, rows, V):
    """Sum the rows of equal words, of V in all: returns the different words, ascending, and their sums.

    The sum is a sparse matrix of ones times the rows: 45 to 60 ns a row, a fifth of sorting and `np.add.reduceat`.
    """
    present = np.zeros(V, dtype=bool)
    present[words] = True
    different = np.flatnonzero(present)
    place = np.empty(V, dtype=np.int32)
    place[different] = np.arange(len(different), dtype=np.int32)
    ones = np.ones(len(words), dtype=rows.dtype)
    columns = np.arange(len(words) + 1, dtype=np.int32)
    return different, sparse.csc_array((ones, place[words], columns), shape=(len(different), len(words))) @ rows


def _sigmoid(x):
    """The logistic function in place: in float32 half the time of `losses.sigmoid`."""
    np.negative(x, out=x)
    np.exp(x, out=x)            # overflows to infinity for x < -88, and 1 / infinity is the right answer
    x += 1
    return np.divide(1, x, out=x)
