"""Pairs per second in sampled mode, and the objective at equal epochs: python
benchmarks/pairs_per_second.py TREEBANK [--former].
"""

import statistics
import time

from common import (
    DIMS,
    arguments,
    formerly,
    gensims,
    heading,
    objective,
    ours,
    spread,
    table,
    treebank,
)

EPOCHS = 10


def compare(corpus, dim, repeat):
    """Pairs per second of both in turn, in millions, and both objectives; on average gensim trains
    on the same number of pairs.
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


def against_former(corpus, repeat):
    """Print pairs per second of processor time, of the default and of the former default, in
    turn.
    """
    rows = []
    for dim in DIMS:
        now, before = [], []
        for _ in range(repeat):
            for found, train in ((now, ours), (before, formerly)):
                started = time.process_time()
                run = train(corpus, dim=dim, epochs=EPOCHS)
                found.append(run.pairs / (time.process_time() - started) / 1e6)
        ratio = [a / b for a, b in zip(now, before, strict=True)]
        rows.append([dim, spread(now), spread(before), spread(ratio)])
    print(
        heading(
            f"Million pairs a second of the processor over {EPOCHS} epochs, in turn: median "
            "(least-most)"
        )
    )
    print(table(["dim", "default", "the former default", "ratio"], rows))


def against_gensim(corpus, repeat):
    """Print pairs per second of the default and of gensim, in turn, and both objectives."""
    rows = []
    for dim in DIMS:
        speed, peer, own, other = compare(corpus, dim, repeat)
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


def main():
    """Print the table."""
    parser = arguments(__doc__)
    parser.add_argument("--former", action="store_true", help="against the former default alone")
    options = parser.parse_args()
    corpus = treebank(options.treebank)
    if options.former:
        against_former(corpus, options.repeat)
    else:
        against_gensim(corpus, options.repeat)


if __name__ == "__main__":
    main()
