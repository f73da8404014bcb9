"""Where the time of a sampled run goes, and how fast its products are compared with a large one.

python benchmarks/where_time_goes.py TREEBANK
"""

import statistics
import time
from collections import Counter
from contextlib import ExitStack
from unittest import mock

import numpy as np
from common import DIMS, WINDOW, K, arguments, heading, ours, seconds, table, treebank
from threadpoolctl import threadpool_limits

from core.optimizers.optimizer_record import Optimizer
from core.settings import TrainSettings
from core.word2vec import batch as fast
from core.word2vec import exact_objective, training_pairs

EPOCHS = 5
LARGE = 1_024  # rows and columns of the product that shows what the machine can do
PARTS = {  # time in these functions, each without the time in others of this table that it calls
    "matrix products, and copying their rows together": (fast, "negative_sampling_gradient"),
    "sigmoid": (fast, "falls"),
    "finding the different rows": (fast, "distinct"),
    "scatter (sums of equal rows)": (fast, "add_rows"),
    "rule of the optimizer": (Optimizer, "step"),
    "storing rows": (fast, "set_rows"),
    "drawing negatives": (training_pairs, "draw"),
    "cutting the text into windows, and their weights": (fast, "batches"),
    "counting": (exact_objective, "prepare"),
    "judging start and end": (exact_objective.Evaluation, "losses"),
}


class Clock:
    """Seconds spent in the parts of a run while it runs."""

    def __init__(self):
        self.spent, self.inner = Counter(), [0.0]

    def timed(self, part, function):
        """The function, with its time added to the part."""

        def call(*arguments, **options):
            self.inner.append(0.0)
            begun = time.perf_counter()
            try:
                return function(*arguments, **options)
            finally:
                seconds = time.perf_counter() - begun
                self.spent[part] += seconds - self.inner.pop()
                self.inner[-1] += seconds

        return call

    def stepwise(self, part, generator):
        """The same for a generator function: each item is timed."""

        def call(*arguments):
            step = self.timed(part, generator(*arguments).__next__)
            while True:
                try:
                    yield step()
                except StopIteration:
                    return

        return call


def shares(corpus, dim):
    """Share of each part of one run, and the seconds of all."""
    clock = Clock()
    with ExitStack() as stack:
        for part, (owner, name) in PARTS.items():
            function = getattr(owner, name)
            timed = (clock.stepwise if name == "batches" else clock.timed)(part, function)
            stack.enter_context(mock.patch.object(owner, name, timed))
        run = ours(corpus, dim=dim, epochs=EPOCHS)
    found = {part: seconds / run.seconds for part, seconds in clock.spent.items()}
    return found | {"the rest": 1 - sum(found.values())}, run.seconds


def rate(dim):
    """GFLOP/s in the products of a step, and in one large product."""
    rng, L, E, S = np.random.default_rng(0), fast.BLOCK, fast.BLOCK + 2 * WINDOW, fast.SHARED * K
    n = TrainSettings().batch // L
    Vc, Uo, G = (
        rng.random((n, *shape), np.float32) for shape in ((L, dim), (E + S, dim), (L, E + S))
    )
    A = np.ones((LARGE, LARGE), np.float32)
    with threadpool_limits(1):
        step = seconds(lambda: (Vc @ Uo.transpose(0, 2, 1), G @ Uo, G.transpose(0, 2, 1) @ Vc))
        best = seconds(lambda: A @ A)
    return 2 * 3 * n * L * (E + S) * dim / step / 1e9, 2 * LARGE**3 / best / 1e9


def main():
    """Print the table."""
    options = arguments(__doc__).parse_args()
    corpus, columns, totals = treebank(options.treebank), [], []
    for dim in DIMS:
        runs = [shares(corpus, dim) for _ in range(options.repeat)]
        columns.append(
            {part: statistics.median(found[part] for found, _ in runs) for part in runs[0][0]}
        )
        totals.append(statistics.median(total for _, total in runs))
    print(heading(f"Shares of {EPOCHS} epochs in sampled mode, one thread: medians"))
    rows = [[part, *(f"{column[part]:.0%}" for column in columns)] for part in [*PARTS, "the rest"]]
    rows.append(["seconds in all", *(f"{total:.2f}" for total in totals)])
    print(table(["part", *(f"dim {dim}" for dim in DIMS)], rows))
    rates = "; ".join("dim {}: {:.0f} of {:.0f}".format(dim, *rate(dim)) for dim in DIMS)
    print(
        "\nThousand million operations a second in the products of a step, of those in a product "
        f"of {LARGE} x {LARGE}: {rates}."
    )


if __name__ == "__main__":
    main()
