"""How often does the interval of the overlap cover what other seeds would give?

    python benchmarks/intervals.py

Two kinds of runs: overlaps drawn from the model that the interval assumes, with runs that differ
more or less from each other, and vectors: the same points with noise of their own in each run.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from core.vectors import agreement

RUNS = 2, 3, 4, 8, 12, 16
SHARES = 0, 0.2, 0.5, 1, 3  # standard deviation of what a run adds, over that of a pair
TRIES, VECTORS = 4_000, 600


def overlaps(share, runs, rng):
    """Overlaps of runs of which each adds something of its own, and each two something more."""
    own, both = rng.normal(0, share, runs), np.triu(rng.normal(0, 1, (runs, runs)), 1)
    pairs = 0.5 + 0.02 * (own[:, None] + own + both + both.T)
    np.fill_diagonal(pairs, 1)
    return pairs


def covered(intervals, truth):
    """Share of the intervals that hold the truth, or "none" where there is no interval."""
    if intervals[0][0] is None:
        return "none"
    return f"{np.mean([low <= truth <= high for low, high in intervals]):.1%}"


def of_vectors(runs, rng):
    """Coverage for runs that are the same 120 points with noise."""
    base = rng.normal(size=(120, 8))
    stock = [base + 0.7 * rng.normal(size=base.shape) for _ in range(150)]
    pairs = agreement.overlap(stock, 5).pairs
    truth = pairs[np.triu_indices(len(stock), 1)].mean()
    some = [rng.choice(len(stock), runs, replace=False) for _ in range(VECTORS)]
    return covered([agreement._interval(pairs[np.ix_(s, s)]) for s in some], truth)


def main():
    """Print the table."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    heads = [f"runs differ {share:g}" for share in SHARES]
    print("| runs |", " | ".join(heads), "| vectors |")
    print("| --- |" + " --- |" * (len(SHARES) + 1))
    for runs in RUNS:
        rng = np.random.default_rng(runs)
        drawn = [
            [agreement._interval(overlaps(s, runs, rng)) for _ in range(TRIES)] for s in SHARES
        ]
        told = [covered(one, 0.5) for one in drawn]
        print(f"| {runs} |", " | ".join(told), f"| {of_vectors(runs, rng)} |", flush=True)


if __name__ == "__main__":
    main()
