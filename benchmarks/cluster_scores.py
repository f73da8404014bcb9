"""Cluster scores of the default on the generated texts, against the default as it was once: python
benchmarks/cluster_scores.py.
"""

import numpy as np
from common import arguments, formerly, heading, ours, table
from scipy import stats

from core.settings import TextSettings
from core.texts import registry, words_to_plot
from core.vectors import metrics

EPOCHS = 4  # those of the main page
SEEDS = range(101, 133)  # the default was chosen on others
WORDS = {"exercise": "14 words", "groups": "groups"}


def scores(corpus, train, way, seeds):
    """The cluster score (silhouette) of the words of `words_to_plot.choose`, of each seed."""
    chosen = words_to_plot.choose(corpus, way)
    rows, labels = [corpus.index[word] for word in chosen.words], np.array(chosen.labels)
    runs = (train(corpus, seed=seed, epochs=EPOCHS) for seed in seeds)
    none = np.random.default_rng(0)
    return np.array(
        [metrics.cluster_score(run.center[rows], labels, none, shuffles=2).score for run in runs]
    )


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
        for way, title in WORDS.items():
            now, before = (scores(corpus, t, way, options.seeds) for t in (ours, formerly))
            rows.append([name.title(), title, told(now), told(before), difference(now, before)])
    print(
        heading(
            f"Cluster score (silhouette) of {len(options.seeds)} seeds after {EPOCHS} epochs: "
            "median (quartiles)"
        )
    )
    print(table(["text", "words", "default", "the former default", "difference of means"], rows))


if __name__ == "__main__":
    main()
