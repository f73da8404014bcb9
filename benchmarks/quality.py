"""What the modes learn, beyond the objective: python benchmarks/quality.py TREEBANK."""

from itertools import product

import numpy as np
from common import K, arguments, gensims, heading, objective, ours, table, treebank

from core.settings import TextSettings
from core.texts import registry, words_to_plot
from core.vectors import agreement, neighbors_and_clusters

SEEDS, FLOOR, NEAREST = (1, 2, 3), 20, 10
EPOCHS = 10
MODES = {
    "gensim": None,
    "sampled (Adagrad)": {},
    **{f"exact, l2 = {l2:g}": {"optimizer": "exact", "l2": l2} for l2 in (0.1, 1, 3, 10, 30)},
}
TEN = "great", "bad", "movie", "funny", "war", "love", "he", "two", "young", "music"


def vectors(corpus, settings, seed, dim=10):
    """Center and context vectors of one run."""
    if settings is None:
        return gensims(corpus, dim, EPOCHS, seed=seed)[1:]
    run = ours(corpus, seed=seed, dim=dim, epochs=EPOCHS, **settings)
    return run.center, run.context


def planted(corpus, settings, way):
    """Mean cluster score of the words of `words_to_plot.choose` over the seeds."""
    chosen = words_to_plot.choose(corpus, way)
    rows = [corpus.index[word] for word in chosen.words]
    return np.mean(
        [
            neighbors_and_clusters.cluster_score(
                vectors(corpus, settings, seed)[0][rows],
                np.array(chosen.labels),
                np.random.default_rng(0),
                shuffles=2,
            ).score
            for seed in SEEDS
        ]
    )


def main():
    """Print the tables."""
    options = arguments(__doc__).parse_args()
    film = treebank(options.treebank)
    generated = [registry.load(TextSettings(corpus=name)) for name in ("polish", "english")]
    pool = int((film.counts >= FLOOR).sum())
    rows, near = [], []
    for name, settings in MODES.items():
        scores = [
            f"{planted(corpus, settings, way):.2f}"
            for corpus, way in product(generated, ("exercise", "groups"))
        ]
        shared = []
        for dim in (10, 50):
            runs = [vectors(film, settings, seed, dim) for seed in SEEDS]
            overlap = agreement.overlap([center[:pool] for center, _ in runs], NEAREST)
            shared += [f"{objective(film, *runs[0]):.3f}", f"{overlap.mean:.0%}"]
        rows.append([name, *scores, *shared])
        found, _ = neighbors_and_clusters.neighbors(
            runs[0][0][:pool], [film.index[word] for word in TEN], 3
        )
        near.append([name, *(", ".join(film.words[k] for k in row) for row in found)])
        print(*rows[-1], flush=True)
    print(
        heading(
            "Cluster score (silhouette) on the generated texts, agreement of 3 seeds on the "
            f"treebank; {EPOCHS} epochs or sweeps, K = {K}; chance overlap "
            f"{NEAREST / (pool - 1):.1%}"
        )
    )
    print(
        table(
            [
                "mode",
                "Polish, 14 words",
                "Polish, groups",
                "English, 14 words",
                "English, groups",
                "objective, dim 10",
                "overlap at 10",
                "objective, dim 50",
                "overlap at 10",
            ],
            rows,
        )
    )
    print(
        f"\nThe three nearest words among those seen {FLOOR} times or more (treebank, dim 50, "
        "seed 1):\n"
    )
    print(table(["mode", *TEN], near))


if __name__ == "__main__":
    main()
