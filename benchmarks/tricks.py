"""The gain of each trick of core/word2vec/batch.py, on one batch of the default size: python
benchmarks/tricks.py TREEBANK.

The alternatives give the same numbers, except for separate negatives for each pair, whose gradient
has the same expectation.
"""

import numpy as np
from common import DIMS, WINDOW, K, arguments, heading, seconds, spread, table, treebank
from threadpoolctl import threadpool_limits

from core.settings import TrainSettings
from core.word2vec import batch as fast
from core.word2vec import losses, training_pairs

S = fast.SHARED * K


def one_batch(corpus, dim, rng):
    """Parameters, the first batch of an epoch, and its negatives."""
    V = len(corpus.words)
    text = training_pairs.stream(corpus, np.ones(V), WINDOW, True, rng)
    windows = next(fast.batches(text, WINDOW, TrainSettings().batch, False, np.float32, S))
    negatives = training_pairs.draw(
        training_pairs.noise_distribution(corpus.counts),
        (len(windows.centers), S),
        rng,
    )
    return rng.normal(0, 0.3, (2 * V, dim)).astype(np.float32), windows, negatives


def pair_by_pair(W, windows, negatives, own, rng):
    """The gradient from a list of pairs: each center with all negatives of its block, or each pair
    with its own K negatives.
    """
    V = len(W) // 2
    n, i, e = np.nonzero(windows.weights)
    c, o = windows.centers[n, i], windows.contexts[n, e] + V
    if own:
        centers, noise = np.repeat(c, K), rng.choice(negatives.ravel(), K * len(c)) + V
        weights = np.ones(len(noise), W.dtype)
    else:
        centers = np.repeat(windows.centers.ravel(), S)
        noise = np.repeat(negatives, windows.centers.shape[1], axis=0).ravel() + V
        weights = np.repeat(windows.pairs_each.ravel(), S) * (K / S)
    left, right = np.concatenate([c, centers]), np.concatenate([o, noise])
    Vc, Uo = W.take(left, 0), W.take(right, 0)
    slope = losses.sigmoid(np.einsum("pd,pd->p", Vc, Uo))
    slope[: len(c)] -= 1
    slope[len(c) :] *= weights
    numbers, rows = (
        np.concatenate([left, right]),
        np.concatenate([slope[:, None] * Uo, slope[:, None] * Vc]),
    )
    different, places = fast.distinct(numbers, len(W))
    return different, fast.add_rows(places, rows, len(different))


def by_add_at(places, rows, size):
    """`fast.add_rows` with NumPy's unbuffered addition."""
    out = np.zeros((size, rows.shape[1]), rows.dtype)
    np.add.at(out, places, rows)
    return out


def by_sorting(places, rows, size):
    """`fast.add_rows` by sorting the places and adding the rows between two changes."""
    order = np.argsort(places, kind="stable")
    return np.add.reduceat(rows[order], np.searchsorted(places[order], np.arange(size)), axis=0)


def durations(corpus, dim):
    """Microseconds of each function; fails if their results differ."""
    rng = np.random.default_rng(0)
    W, windows, negatives = one_batch(corpus, dim, rng)
    numbers, gradient = fast.negative_sampling_gradient(W, windows, negatives)[::2]
    other_numbers, other = pair_by_pair(W, windows, negatives, False, rng)
    np.testing.assert_array_equal(np.intersect1d(numbers, other_numbers), other_numbers)
    np.testing.assert_allclose(
        gradient[np.isin(numbers, other_numbers)], other, rtol=1e-3, atol=1e-3
    )
    places, rows = (
        np.unique(rng.choice(len(W), 3_600), return_inverse=True)[1],
        rng.random((3_600, dim), np.float32),
    )
    size = places.max() + 1
    for add in by_add_at, by_sorting:
        np.testing.assert_allclose(
            add(places, rows, size), fast.add_rows(places, rows, size), rtol=1e-5
        )
    values = W.take(numbers, 0)
    found = {
        "gradient: blocks, shared negatives": lambda: fast.negative_sampling_gradient(
            W, windows, negatives
        ),
        "gradient: a list of the same pairs": lambda: pair_by_pair(
            W, windows, negatives, False, rng
        ),
        "gradient: a list of pairs, K negatives of its own for each": lambda: pair_by_pair(
            W, windows, negatives, True, rng
        ),
        "3,600 rows added: sparse matrix of ones": lambda: fast.add_rows(places, rows, size),
        "3,600 rows added: sorted, np.add.reduceat": lambda: by_sorting(places, rows, size),
        "3,600 rows added: np.add.at": lambda: by_add_at(places, rows, size),
        f"{len(numbers):,} rows stored: one item each": lambda: fast.set_rows(W, numbers, values),
        f"{len(numbers):,} rows stored: an assignment": lambda: W.__setitem__(numbers, values),
    }
    with threadpool_limits(1):
        return {name: 1e6 * seconds(function) for name, function in found.items()}


def main():
    """Print the table."""
    options = arguments(__doc__).parse_args()
    corpus, columns = treebank(options.treebank), []
    for dim in DIMS:
        rounds = [durations(corpus, dim) for _ in range(options.repeat)]
        columns.append({name: spread([found[name] for found in rounds], 0) for name in rounds[0]})
    print(heading("Microseconds for one batch of 1,024 windows, one thread: median (least-most)"))
    print(
        table(
            ["function", *(f"dim {dim}" for dim in DIMS)],
            [[name, *(c[name] for c in columns)] for name in columns[0]],
        )
    )


if __name__ == "__main__":
    main()
