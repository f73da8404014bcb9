"""How many neighbors the seeds share, and at which objective: python benchmarks/steadiness.py
TREEBANK [--gensim].
"""

from dataclasses import replace

import numpy as np
from common import K, arguments, gensims, heading, objective, ours, table, treebank

from core.vectors import agreement
from core.word2vec import pairs

SEEDS, FLOOR, NEAREST = (1, 2, 3), 20, 10
CELLS = (10, 5), (10, 20), (50, 5), (50, 20)  # dim, epochs


def shuffled(corpus, seed):
    """The same sentences in another order: gensim reads them in the order it is given."""
    rng = np.random.default_rng(seed)
    text = pairs.stream(corpus, np.ones(len(corpus.words)), 1, False, rng)
    starts = np.searchsorted(text.sentence, np.arange(len(corpus.starts)))
    return replace(corpus, ids=text.ids, starts=starts)


def default(corpus, dim, epochs, seed):
    """Center and context vectors of the default of the main page."""
    run = ours(corpus, dim=dim, epochs=epochs, seed=seed)
    return run.center, run.context


def peer(corpus, dim, epochs, seed):
    """Center and context vectors of gensim, its sentences shuffled for each seed."""
    return gensims(shuffled(corpus, seed), dim, epochs, seed=seed)[1:]


def cell(corpus, way, dim, epochs):
    """Share of common neighbors, and the mean objective per judged pair."""
    runs = [way(corpus, dim, epochs, seed) for seed in SEEDS]
    pool = int((corpus.counts >= FLOOR).sum())
    shared = agreement.overlap([V[:pool] for V, _ in runs], NEAREST, np.random.default_rng(0))
    loss = np.mean([objective(corpus, *run) for run in runs]) / (1 + K)
    return f"{shared.mean:.1%} at {loss:.4f}"


def main():
    """Print the table."""
    parser = arguments(__doc__)
    parser.add_argument("--gensim", action="store_true", help="train gensim too, in the same run")
    options = parser.parse_args()
    corpus = treebank(options.treebank)
    ways = {"default": default} | ({"gensim, shuffled sentences": peer} if options.gensim else {})
    rows = [[name, *(cell(corpus, way, *c) for c in CELLS)] for name, way in ways.items()]
    pool = int((corpus.counts >= FLOOR).sum())
    print(
        heading(
            f"Neighbors shared by {len(SEEDS)} seeds among the nearest {NEAREST}, words seen "
            f"{FLOOR} times or more; objective per judged pair; chance {NEAREST / (pool - 1):.1%}"
        )
    )
    print(table(["training", *(f"dim {d}, {e} epochs" for d, e in CELLS)], rows))


if __name__ == "__main__":
    main()
