"""What Explore and Compare cost beside the work that cannot be saved: python benchmarks/explore.py.

Ratios of processor time of one thread's work: neighbors against the matrix-vector product, the
history of a word's neighbors and the comparison of two runs against one training.
"""

import time

import numpy as np
from common import arguments, heading, seconds, spread, table

from core.projections import maps
from core.seeds import run_measures
from core.seeds.trial import floor_size
from core.settings import TextSettings, TrainSettings
from core.texts import registry
from core.vectors import analogies, comparison, neighbor_histories
from core.vectors.neighbor_histories import Frames
from core.word2vec import training
from core.word2vec.training import Snapshot

WORDS, DIM = 50_000, 100
POINTS = 1_000  # of t-SNE


def processor(function):
    """What a function returns, and its seconds of processor time."""
    begun = time.process_time()
    found = function()
    return found, time.process_time() - begun


def neighbors():
    """Seconds of the ten neighbors of a word over those of the matrix-vector product."""
    vectors = np.random.default_rng(0).normal(size=(WORDS, DIM)).astype(np.float32)
    words = tuple(map(str, range(WORDS)))
    analogies.nearest_to(words, vectors, 0)  # the lengths are kept
    whole = seconds(lambda: analogies.nearest_to(words, vectors, 7))
    return whole / seconds(lambda: vectors @ vectors[7])


def runs(corpus, seed):
    """The snapshots of a default training, and its seconds."""
    settings = TrainSettings(seed=seed)
    news, spent = processor(lambda: list(training.train(corpus, settings)))
    return [item for item in news if isinstance(item, Snapshot)], spent


def history(corpus, snapshots):
    """Seconds of the bump chart of a word."""
    frames = Frames(
        "", corpus.words, tuple(s.epoch for s in snapshots), tuple(s.center for s in snapshots)
    )
    return processor(lambda: list(neighbor_histories.ranks(frames, (10,))))[1]


def compared(corpus, a, b):
    """Seconds of everything that Compare says about two runs."""
    n = floor_size(corpus.counts, run_measures.FLOOR)
    words, vectors = (corpus.words[:n],) * 2, (a[-1].center[:n], b[-1].center[:n])
    return processor(lambda: comparison.compare(words, vectors))[1]


def placed(corpus, snapshots, seed):
    """Seconds of processor time of t-SNE, and how many pictures came on the way."""
    rows = np.resize(snapshots[-1].center, (POINTS, snapshots[-1].center.shape[1]))
    rows = rows + np.random.default_rng(seed).normal(scale=1e-3, size=rows.shape)
    vectors = maps.Vectors(("", seed), rows.astype(np.float32))
    found, spent = processor(lambda: list(maps.t_sne(vectors, seed, 30.0, 10)))
    return spent, sum(isinstance(item, maps.Map) for item in found)


def main():
    """Print the table."""
    repeat = range(arguments(__doc__, text=False).parse_args().repeat)
    corpus = registry.load(TextSettings())
    near, bump, both, clock, pictures = [], [], [], [], []
    for seed in repeat:
        near.append(neighbors())
        (a, spent), (b, _) = runs(corpus, seed), runs(corpus, seed + 50)
        bump.append(history(corpus, a) / spent)
        both.append(compared(corpus, a, b) / spent)
        found = placed(corpus, a, seed)
        clock.append(found[0]), pictures.append(found[1])
    rows = [
        [f"neighbors of a word, {WORDS:,} x {DIM}, / the product alone", spread(near)],
        ["history of a word's neighbors / its training", spread(bump)],
        ["comparison of A and B / one training", spread(both)],
        [f"t-SNE of {POINTS:,} words, seconds of processor", spread(clock, 1)],
        ["pictures of it on the way", spread(pictures, 0)],
    ]
    print(heading("Explore and Compare: median (least-most)"))
    print(table(["what", "measured"], rows))


if __name__ == "__main__":
    main()
