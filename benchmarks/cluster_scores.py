"""Cluster scores of the default on the generated texts, against the default as it was once: python
benchmarks/cluster_scores.py.
"""

import numpy as np
from common import arguments, formerly, heading, ours, table
from scipy import stats

from core.settings import TextSettings
from core.texts import registry, words_to_plot
from core.vectors import neighbors_and_clusters

EPOCHS = 4  # those of the main page
SEEDS = range(101, 133)  # the default was chosen on others
WORDS = {"exercise": "14 words", "groups": "groups"}


def scores(corpus, train, seeds):
    """The cluster score (silhouette) of each choice of words, of each seed: {choice: (seeds,)}."""
    chosen = {way: words_to_plot.choose(corpus, way) for way in WORDS}
    found, none = {way: [] for way in WORDS}, np.random.default_rng(0)
    for seed in seeds:
        center = train(corpus, seed=seed, epochs=EPOCHS).center
        for way, words in chosen.items():
            rows = [corpus.index[word] for word in words.words]
            labels = np.array(words.labels)
            found[way].append(
                neighbors_and_clusters.cluster_score(center[rows], labels, none, shuffles=2).score
            )
    return {way: np.array(values) for way, values in found.items()}


def told(values):
    """Median and quartiles."""
    low, middle, high = np.percentile(values, [25, 50, 75])
    return f"{middle:.3f} ({low:.3f}-{high:.3f})"


def difference(now, before):
    """How much higher the mean is now, with its 95% interval (Welch)."""
    found = stats.ttest_ind(now, before, equal_var=False).confidence_interval()
    return f"{now.mean() - before.mean():+.3f} ({found.low:+.3f} to {found.high:+.3f})"


def main():
    """Print the table."""
    parser = arguments(__doc__, text=False)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    options = parser.parse_args()
    rows = []
    for name in ("polish", "english"):
        corpus = registry.load(TextSettings(corpus=name))
        now, before = (scores(corpus, train, options.seeds) for train in (ours, formerly))
        for way, title in WORDS.items():
            pair = now[way], before[way]
            rows.append([name.title(), title, *map(told, pair), difference(*pair)])
    print(
        heading(
            f"Cluster score (silhouette) of {len(options.seeds)} seeds after {EPOCHS} epochs: "
            "median (quartiles)"
        )
    )
    print(table(["text", "words", "default", "the former default", "difference of means"], rows))


if __name__ == "__main__":
    main()
