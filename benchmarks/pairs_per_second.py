"""Pairs a second in sampled mode, and the objective at equal epochs: python
benchmarks/pairs_per_second.py TREEBANK.
"""

import statistics

from common import DIMS, arguments, gensims, heading, objective, ours, spread, table, treebank

EPOCHS = 10


def compare(corpus, dim, repeat):
    """Pairs a second of both in turn, in millions, and both objectives; gensim draws as many pairs
    as we do, on average.
    """
    speed, peer = [], []
    for _ in range(repeat):
        run = ours(corpus, dim=dim, epochs=EPOCHS)
        seconds, center, context = gensims(corpus, dim, EPOCHS)
        speed.append(run.pairs / run.seconds / 1e6)
        peer.append(run.pairs / seconds / 1e6)
    return (
        speed,
        peer,
        objective(corpus, run.center, run.context),
        objective(corpus, center, context),
    )


def main():
    """Print the table."""
    options = arguments(__doc__).parse_args()
    corpus = treebank(options.treebank)
    rows = []
    for dim in DIMS:
        speed, peer, own, other = compare(corpus, dim, options.repeat)
        ratio = statistics.median(a / b for a, b in zip(speed, peer, strict=True))
        rows.append(
            [dim, spread(speed), spread(peer), f"{ratio:.2f}", f"{own:.3f}", f"{other:.3f}"]
        )
    print(
        heading(
            f"Million pairs a second over {EPOCHS} epochs, counting and set-up included: median "
            "(least-most)"
        )
    )
    print(
        table(
            ["dim", "sampled", "gensim, 1 worker", "ratio", "objective", "gensim's objective"], rows
        )
    )


if __name__ == "__main__":
    main()
