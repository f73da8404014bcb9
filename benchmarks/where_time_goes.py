"""Where the time of a sampled run goes, and how far its products are from the machine's best.

python benchmarks/where_time_goes.py TREEBANK
"""
import statistics
import time

import numpy as np
from common import DIMS, WINDOW, K, arguments, heading, ours, table, treebank
from threadpoolctl import threadpool_limits

from core import batch as fast
from core import pairs
from core.optimizers import OPTIMIZERS
from core.settings import TrainSettings

EPOCHS, CALLS = 5, 30
LARGE = 1_024           # rows and columns of the product that shows what the machine can do


def seconds(function):
    """Least seconds of one call among several rounds: what the work takes when nothing disturbs it."""
    rounds = []
    for _ in range(5):
        begun = time.perf_counter()
        for _ in range(CALLS):
            function()
        rounds.append((time.perf_counter() - begun) / CALLS)
    return min(rounds)


def parts(corpus, dim):
    """Seconds of each part of one step, and the operations of its products."""
    rng, settings, V = np.random.default_rng(0), TrainSettings(), len(corpus.words)
    P = pairs.noise_distribution(corpus.counts)
    text = pairs.stream(corpus, np.ones(V), WINDOW, True, rng)
    cut = lambda: list(fast.batches(text, WINDOW, settings.batch, False, np.float32))       # noqa: E731
    batches = cut()
    windows, n = batches[0], len(batches[0].centres)
    S = fast.SHARED * K
    negatives = pairs.draw(P, (n, S), rng)
    W = ((rng.random((2 * V, dim)) - 0.5) / dim).astype(np.float32)
    _, L, E = windows.weights.shape
    rows = np.concatenate([windows.centres, windows.contexts + V, negatives + V], axis=1)
    Vc, Uo = W[rows[:, :L]], W[rows[:, L:]]
    G = fast.sigmoid_in_place(Vc @ Uo.transpose(0, 2, 1))
    every = np.concatenate([G @ Uo, G.transpose(0, 2, 1) @ Vc], axis=1).reshape(-1, dim)
    touched, gradient = fast.add_rows(rows.ravel(), every, len(W))
    optimizer = OPTIMIZERS[settings.optimizer]
    state = tuple(s[touched] for s in optimizer.start(W))

    def apply():
        new, _ = optimizer.step(W.take(touched, 0), gradient, state, 1, optimizer.lr)
        W[touched] = new

    found = {
        "matrix products": seconds(lambda: (Vc @ Uo.transpose(0, 2, 1), G @ Uo, G.transpose(0, 2, 1) @ Vc)),
        "sigmoid and weights": seconds(lambda: (fast.sigmoid_in_place(G.copy()), G[:, :, :E] * windows.weights)),
        "gathering rows": seconds(lambda: (W.take(rows[:, :L], 0), W.take(rows[:, L:], 0))),
        "scatter (sums of equal rows)": seconds(lambda: fast.add_rows(rows.ravel(), every, len(W))),
        "rule of the optimizer": seconds(apply),
        "drawing negatives": seconds(lambda: pairs.draw(P, 1 << 18, rng)) * n * S / (1 << 18),
        "cutting the text into windows": seconds(cut) / len(batches),
    }
    return found, len(batches), 2 * 3 * n * L * (E + S) * dim


def main():
    """Print the table."""
    options = arguments(__doc__).parse_args()
    corpus, columns, totals, rates = treebank(options.treebank), {}, [], []
    for dim in DIMS:
        with threadpool_limits(1):
            found, steps, operations = parts(corpus, dim)
            A = np.ones((LARGE, LARGE), np.float32)
            best = 2 * LARGE**3 / seconds(lambda A=A: A @ A)
        total = statistics.median(ours(corpus, dim=dim, epochs=EPOCHS).seconds for _ in range(options.repeat))
        shares = {part: EPOCHS * steps * each / total for part, each in found.items()}
        columns[dim] = shares | {"counting, judging, and the rest": 1 - sum(shares.values())}
        totals.append(total)
        rates.append(f"dim {dim}: {operations / found['matrix products'] / 1e9:.0f} of {best / 1e9:.0f}")
    print(heading(f"Shares of {EPOCHS} epochs in sampled mode, one thread"))
    rows = [[part, *(f"{column[part]:.0%}" for column in columns.values())] for part in columns[DIMS[0]]]
    rows.append(["seconds in all", *(f"{seconds:.2f}" for seconds in totals)])
    print(table(["part", *(f"dim {dim}" for dim in DIMS)], rows))
    print("\nThousand million operations a second in the products of a step, of those in a product of "
          f"{LARGE} x {LARGE}: {'; '.join(rates)}.")


if __name__ == "__main__":
    main()
