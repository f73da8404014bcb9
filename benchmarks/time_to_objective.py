"""Seconds until the exact objective is at or below gensim's: python benchmarks/time_to_objective.py
TREEBANK.
"""

import statistics

from common import DIMS, arguments, gensims, heading, objective, ours, spread, table, treebank

EPOCHS = 5, 20  # of gensim
MOST = 30  # of ours


def enough(corpus, goal, **settings):
    """The smallest number of epochs (or sweeps) after which a run is at or below the goal; 0 if
    MOST are not enough.
    """
    for epochs in range(1, MOST + 1):
        run = ours(corpus, epochs=epochs, **settings)
        if objective(corpus, run.center, run.context) <= goal:
            return epochs
    return 0


def cell(corpus, dim, epochs, repeat, workers=(1, 2)):
    """Measure one cell, all programs in turn: gensim's objective, {workers: seconds}, {mode:
    (epochs, seconds, ratios)}.
    """
    _, center, context = gensims(corpus, dim, epochs)
    goal = objective(corpus, center, context)
    modes = {"exact": {"optimizer": "exact"}, "sampled": {}}
    needed = {mode: enough(corpus, goal, dim=dim, **settings) for mode, settings in modes.items()}
    gensim, own = {w: [] for w in workers}, {mode: [] for mode in modes}
    for _ in range(repeat):
        for w, seconds in gensim.items():
            seconds.append(gensims(corpus, dim, epochs, w)[0])
        for mode, settings in modes.items():
            if needed[mode]:
                own[mode].append(ours(corpus, dim=dim, epochs=needed[mode], **settings).seconds)
    ratios = {
        mode: [a / b for a, b in zip(gensim[workers[0]], own[mode], strict=False)] for mode in modes
    }
    return goal, gensim, {mode: (needed[mode], own[mode], ratios[mode]) for mode in modes}


def main():
    """Print the table."""
    options = arguments(__doc__).parse_args()
    corpus = treebank(options.treebank)
    rows = []
    for dim in DIMS:
        for epochs in EPOCHS:
            goal, gensim, modes = cell(corpus, dim, epochs, options.repeat)
            row = [dim, epochs, f"{goal:.3f}", spread(gensim[1]), spread(gensim[2])]
            for needed, seconds, ratios in modes.values():
                row += (
                    [needed, spread(seconds), f"1/{statistics.median(ratios):.1f}"]
                    if needed
                    else ["-", "not reached", "-"]
                )
            rows.append(row)
            print(*row, flush=True)
    print(heading("Seconds to gensim's objective: median (least-most)"))
    print(
        table(
            [
                "dim",
                "gensim's epochs",
                "objective",
                "gensim, 1 worker",
                "gensim, 2 workers",
                "sweeps",
                "exact",
                "exact / gensim 1",
                "epochs",
                "sampled",
                "sampled / gensim 1",
            ],
            rows,
        )
    )


if __name__ == "__main__":
    main()
