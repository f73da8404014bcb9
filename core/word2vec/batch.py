"""The gradient of a batch of windows: the equations of `losses`, summed over many pairs by matrix
products.

Three tricks, none of which changes the expected gradient. Their gain is measured by
benchmarks/tricks.py for dim 10 to 100:

- The text is cut into blocks of L centers. All pairs of a block are entries of one L x (L + 2 C)
  product of center and context vectors; a mask selects those inside the windows. Computing the same
  pairs from a list takes 7 to 27 times as long.
- The centers of a block share SHARED * K drawn negatives, further columns of the same product. Each
  pair has K negatives, so their gradient is scaled by K / (SHARED K). A drawn word that equals the
  context word o or the center is kept: the expected loss sums over the whole noise distribution. A
  list of pairs, each with K negatives of its own, takes 16 to 33 times as long.
- Gradients of the same word are summed by one product with a sparse matrix of ones; sorting them
  takes 11 to 18 times as long.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from threading import get_ident

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import DTypeLike, NDArray
from scipy import sparse

from core.errors import UserError
from core.word2vec.training_pairs import Stream, part

# Centers in a block: larger blocks compute more scores outside the windows, smaller ones need more
# products
BLOCK = 16
# A block draws SHARED * K negatives: fewer make the gradient noisier, so neighbors change more with
# the seed (benchmarks/steadiness.py); more cost time
SHARED = 4
CUT = 64  # batches that are cut from the text at once: a view of windows takes 20 microseconds
DRAWN = 128  # batches of random windows that are looked up at once
# Sums are made for a multiple of so many rows, so the next step finds its sparse matrix ready:
# making one takes longer than the product at 10 dimensions
MORE = 256


@dataclass(frozen=True, eq=False)
class Batch:
    """The windows of one step: n blocks of L centers, the E = L + 2 C words around each block, and
    the weights of S noise words that are to be drawn for each block.

    L is BLOCK for passes over the text, and 1 for windows drawn at random.
    """

    centers: np.ndarray  # (n, L) word numbers
    contexts: np.ndarray  # (n, E) word numbers
    columns: np.ndarray  # (n, L, E + S): `weights`, then the weight of each noise word
    pairs_each: np.ndarray  # (n, L) weighted number of pairs of each center
    count: int  # windows, without the padding of the last block

    @property
    def weights(self) -> NDArray:
        """Weight of each pair: 0 outside the window, (n, L, E)."""
        return self.columns[:, :, : self.contexts.shape[1]]

    @property
    def pairs(self) -> float:
        """Weighted number of pairs."""
        return float(self.pairs_each.sum(dtype=np.float64))


def batches(
    stream: Stream, window: int, size: int, expected: bool, dtype: DTypeLike, noise: int = 0
) -> Iterator[Batch]:
    """Cut a stream into batches of at most about `size` centers, in whole blocks of equal number: a
    short last batch would have a noisy mean. The last block is padded with words without pairs.

    window: C. expected: weight a pair at distance j by (C - j + 1) / C, the chance that a window
    drawn from 1..C reaches it. dtype: of the weights. noise: S, words to be drawn for each block:
    they stand for the S / SHARED negatives of each pair.
    """
    T = len(stream.ids)
    # A text shorter than `size` becomes one batch without much padding
    size = -(-min(size, T) // BLOCK) * BLOCK
    total = -(-T // BLOCK) * BLOCK
    rows, sums = _window_rows(window, expected, np.dtype(dtype), noise)
    edges = np.linspace(0, total // BLOCK, -(-T // size) + 1).astype(int).tolist()
    for first in range(0, len(edges) - 1, CUT):
        some = edges[first : first + CUT + 1]
        low, high = some[0] * BLOCK, some[-1] * BLOCK
        near = part(stream.ids, low - window, high + window, 0)
        ids = sliding_window_view(near, BLOCK + 2 * window)[::BLOCK]  # (blocks, E)
        row = _row_of_each(stream, window, low, high)  # (blocks, L)
        pairs = sums.take(row)
        for start, end in pairwise(some):
            block = slice(start - some[0], end - some[0])
            yield Batch(
                ids[block, window : window + BLOCK],
                ids[block],
                rows.take(row[block], 0),
                pairs[block],
                min(end * BLOCK, T) - start * BLOCK,
            )


@lru_cache(maxsize=2)  # each epoch needs them again
def _window_rows(window, expected, dtype, noise):
    """Every row of weights that a center can have: for each of the BLOCK places in its block, each
    reach to the left and each to the right from 0 to C, (BLOCK * (C + 1) * (C + 1), E + S); and
    for each row the sum of the weights of its pairs.

    Looking rows up takes a fifth of the time of comparing the sentences of all pairs of a block.
    """
    place, left, right = np.ogrid[:BLOCK, : window + 1, : window + 1]
    # Of each word around the block from each center, (BLOCK, 1, 1, E)
    distance = np.arange(BLOCK + 2 * window) - window - place[..., None]
    inside = (-left[..., None] <= distance) & (distance <= right[..., None]) & (distance != 0)
    rows = (inside * _weights(distance, window, expected, dtype)).reshape(-1, BLOCK + 2 * window)
    sums = rows @ np.ones(rows.shape[1], dtype)
    return _with_noise(rows, sums, noise), sums


def _with_noise(weights, pairs, noise):
    """The weights of pairs (..., E), and after them those of the noise words: (..., E + S)."""
    each = np.broadcast_to((pairs / SHARED)[..., None], (*pairs.shape, noise))
    return np.concatenate([weights, each], -1)


def _weights(distance, window, expected, dtype):
    """The weight of a pair at each distance, if that is inside the window; of the type `dtype`."""
    chance = (window + 1 - np.abs(distance)) / window if expected else np.ones(())
    return chance.astype(dtype)


def _row_of_each(stream, window, low, high):
    """The number in `_window_rows` of each center from `low` to `high`, (blocks, BLOCK)."""
    sentence = part(stream.sentence, low - window, high + window, -1)
    sides = np.zeros((2, high - low), np.int8)  # words of its sentence to the left and the right
    for j in range(1, window + 1):
        same = sentence[j:] == sentence[:-j]
        sides += same[window - j : len(same) - window], same[window : len(same) - window + j]
    # The padding has the reach 0: it has no pairs
    left, right = np.minimum(sides, part(stream.reach, low, high, 0), dtype=np.int32)
    side = window + 1
    place = np.arange(BLOCK, dtype=np.int32)
    return place * side**2 + (left * side + right).reshape(-1, BLOCK)


def drawn(
    stream: Stream,
    window: int,
    size: int,
    expected: bool,
    dtype: DTypeLike,
    steps: int,
    rng: np.random.Generator,
    noise: int = 0,
) -> Iterator[Batch]:
    """Draw `steps` batches of `size` windows, each around a random word of a random sentence; each
    window is a block.

    window, expected, dtype, noise: as for `batches`. Sentences of one word are never drawn.
    UserError if there are no others.
    """
    lengths = np.bincount(stream.sentence)
    starts = np.cumsum(lengths) - lengths
    long = np.flatnonzero(lengths > 1)
    if not len(long):
        raise UserError(
            "Sub-sampling leaves no two words of a sentence; raise its threshold or switch it off "
            "with 0."
        )
    near = np.arange(1 + 2 * window) - window
    distance = np.where(near == 0, window + 1, np.abs(near))  # a word is not its own context
    chance = _weights(distance, window, expected, dtype)
    ids = np.pad(stream.ids, window)
    sentence = np.pad(stream.sentence, window, constant_values=-1)
    for start in range(0, steps, DRAWN):
        chosen = long[rng.integers(len(long), size=(min(DRAWN, steps - start), size))]  # (steps, n)
        center = starts[chosen] + (rng.random(chosen.shape) * lengths[chosen]).astype(np.intp)
        around = center[..., None] + window + near  # places in the padded rows
        inside = (distance <= stream.reach[center][..., None]) & (
            sentence[around] == chosen[..., None]
        )
        weights = inside * chance
        pairs = weights @ np.ones(len(near), dtype)  # (steps, n)
        for words, near_words, each, sums in zip(
            stream.ids[center], ids[around], weights, pairs[..., None], strict=True
        ):
            columns = _with_noise(each[:, None], sums, noise)
            yield Batch(words[:, None], near_words, columns, sums, size)


def negative_sampling_gradient(
    W: NDArray, batch: Batch, negatives: NDArray
) -> tuple[NDArray, NDArray, NDArray]:
    """Gradient of the batch's negative-sampling loss, summed over its pairs.

    W: (2 V, d) the center vectors, and below them the context vectors: in one array, a step sums
    rows and applies its rule only once. negatives: (n, S) drawn words, one row for each block, as
    many as the batch was cut for.
    Returns the numbers of the rows of W that the batch touches (R,), ascending, these rows (R, d)
    and their gradient (R, d).
    """
    words, d = len(W) // 2, W.shape[1]
    n, L = batch.centers.shape
    rows, places = distinct(
        np.concatenate([batch.centers, batch.contexts + words, negatives + words], axis=1), len(W)
    )
    w = W.take(rows, 0)
    Vc, Uo = w.take(places[:, :L], 0), w.take(places[:, L:], 0)  # (n, L, d), (n, E + S, d)
    # -log sigma(-u v) is the loss of a real pair with the context vector -u
    E, S = batch.contexts.shape[1], negatives.shape[1]
    np.negative(Uo[:, E:], out=Uo[:, E:])
    G = falls(Vc @ Uo.transpose(0, 2, 1), batch)  # (n, L, E + S)
    gradient = np.empty((*places.shape, d), W.dtype)
    np.matmul(G, Uo, out=gradient[:, :L])
    np.matmul(G.transpose(0, 2, 1), Vc, out=gradient[:, L:])
    signs = _signs(n, L + E, S, W.dtype)
    return rows, w, add_rows(places.ravel(), gradient.reshape(-1, d), len(rows), signs)


def falls(x: NDArray, batch: Batch) -> NDArray:
    """How fast the batch's loss falls as each x rises, the negative of its derivative: (n, L, E +
    S). x: the scores of the real pairs and then those of the noise, negated; is overwritten.

    -log sigma(x) has the derivative -1 / (1 + exp(x)). It is multiplied by the weight of the pair.
    """
    np.exp(x, out=x)  # infinity for x > 88 in float32: weights / infinity = 0 is then right
    x += 1
    return np.divide(batch.columns, x, out=x)


@lru_cache(maxsize=4)  # batches of an epoch differ by a block
def _signs(blocks, words, noise, dtype):
    """What the gradient of each row is multiplied by: -1 as `falls` are negative derivatives, and
    once more for the noise, whose vectors were negated.
    """
    signs = np.ones((blocks, words + noise), dtype)
    signs[:, :words] = -1
    return signs.ravel()


def softmax_gradient(W: NDArray, batch: Batch) -> tuple[NDArray, NDArray, NDArray]:
    """Gradient of the batch's naive-softmax loss, summed over its pairs; W and the result as for
    `negative_sampling_gradient`.

    The scores of each distinct center word are computed once: the windows of a word are summed
    first.
    """
    words = len(W) // 2
    centers, which = np.unique(batch.centers, return_inverse=True)  # (R,)
    n, L, E = batch.weights.shape
    seen = np.zeros((len(centers), words), dtype=W.dtype)  # y, summed over the pairs of each center
    np.add.at(
        seen,
        (np.broadcast_to(which.reshape(n, L, 1), (n, L, E)), batch.contexts[:, None, :]),
        batch.weights,
    )
    rows = np.concatenate([centers, np.arange(words, 2 * words)])
    w = W.take(rows, 0)
    Vc, U = np.split(w, [len(centers)])  # (R, d), (V, d)
    scores = Vc @ U.T
    scores -= scores.max(1, keepdims=True)
    np.exp(scores, out=scores)
    # Y_hat, times the number of pairs
    scores *= seen.sum(1, keepdims=True) / scores.sum(1, keepdims=True)
    scores -= seen  # y_hat - y
    return rows, w, np.concatenate([scores @ U, scores.T @ Vc])


def distinct(numbers: NDArray, size: int) -> tuple[NDArray, NDArray]:
    """The distinct values of some numbers below `size`, ascending, and the index of each number
    among them.
    """
    numbers = numbers.astype(np.intp)  # the type of NumPy's indices: it would convert them twice
    present = np.zeros(size, dtype=bool)
    present[numbers] = True
    different = np.flatnonzero(present)
    place = np.empty(size, dtype=np.int32)
    place[different] = np.arange(len(different), dtype=np.int32)
    return different, place[numbers]


def add_rows(places: NDArray, rows: NDArray, size: int, factors: NDArray | None = None) -> NDArray:
    """Sum rows with the same place: a sparse matrix of ones times the rows.

    places: (n,) numbers below size; rows: (n, d); factors: (n,) of the rows, in place of the ones.
    Returns (size, d).
    """
    if factors is None:
        factors = np.ones(len(places), dtype=rows.dtype)
    matrix = _one_a_column(-(-size // MORE) * MORE, len(places), get_ident())
    matrix.indices, matrix.data = places.astype(np.int32, copy=False), factors
    return (matrix @ rows)[:size]


@lru_cache(maxsize=8)
def _one_a_column(size, columns, thread):
    """A sparse matrix (size, columns) with one entry a column, which only `thread` fills."""
    ends = np.arange(columns + 1, dtype=np.int32)
    return sparse.csc_array((np.ones(columns), np.zeros_like(ends[1:]), ends), (size, columns))


def set_rows(array: NDArray, rows: NDArray, new: NDArray) -> None:
    """array[rows] = new for contiguous matrices: copying each row as one item takes 35% to 70% of
    the time.
    """
    item = np.dtype((np.void, array.itemsize * array.shape[1]))
    array.view(item).put(rows, new.view(item))
