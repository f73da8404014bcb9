"""What a run costs against vocabulary, dimension, window and K: python benchmarks/cost.py.

One of them is changed at a time. Times are of the processor, so other programs disturb them less;
each setting is measured in turn with the first one, and the ratio is what counts.
"""

import argparse
import statistics
import time

import numpy as np
from common import heading, table
from growth import zipf
from threadpoolctl import threadpool_limits

from core.settings import TrainSettings
from core.texts.corpus import encode
from core.word2vec import training
from core.word2vec.batch import BLOCK, SHARED

TOKENS, WORDS, EPOCHS = 200_000, 4_000, 2
FIRST = {"dim": 50, "window": 5, "negatives": 5, "words": WORDS}
CHANGED = {
    "words": (1_000, 16_000, 64_000),
    "dim": (10, 25, 100, 200),
    "window": (1, 2, 10),
    "negatives": (1, 2, 10, 20),
}
EXACT = {"words": (1_000, 2_000, 8_000), "dim": (10, 25, 100)}  # K and window only enter the counts


def numbers(setting):
    """Numbers that a word of text multiplies: d (L + 2 C + SHARED K) for each of three products."""
    columns = BLOCK + 2 * setting["window"] + SHARED * setting["negatives"]
    return 3 * setting["dim"] * columns


def measured(corpora, setting, **options):
    """Seconds of the processor for EPOCHS epochs, without counting and the last judgment."""
    chosen = {name: value for name, value in setting.items() if name != "words"} | options
    settings, begun = TrainSettings(epochs=EPOCHS, **chosen), 0.0
    for news in training.train(corpora[setting["words"]], settings, frames=2):
        if isinstance(news, training.Snapshot):
            begun, before = time.process_time(), begun
            if news.done == 1:
                return begun - before
    raise AssertionError("a training ends with a snapshot")


def rows(corpora, changed, repeat, **options):
    """The first setting, then each changed one: seconds of an epoch, and against the first."""
    settings = [FIRST] + [FIRST | {n: value} for n, values in changed.items() for value in values]
    found = [
        [measured(corpora, one, **options) / EPOCHS for one in settings] for _ in range(repeat)
    ]
    for k, setting in enumerate(settings):
        each = statistics.median(turn[k] for turn in found)
        ratio = statistics.median(turn[k] / turn[0] for turn in found)
        yield setting, each, ratio


def main():
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=3)
    repeat = parser.parse_args().repeat
    sizes = {WORDS, *CHANGED["words"], *EXACT["words"]}
    corpora = {
        size: encode(
            zipf(TOKENS, size, np.random.default_rng(0)), min_count=1, max_vocabulary=200_000
        )
        for size in sizes
    }
    with threadpool_limits(1):
        sampled = [
            [
                *(f"{setting[name]:,}" for name in FIRST),
                f"{1e6 * each / TOKENS:.2f}",
                f"{ratio:.2f}",
                f"{numbers(setting) / numbers(FIRST):.2f}",
            ]
            for setting, each, ratio in rows(corpora, CHANGED, repeat)
        ]
        exact = [
            [f"{setting['words']:,}", setting["dim"], f"{each:.2f}", f"{ratio:.2f}"]
            for setting, each, ratio in rows(corpora, EXACT, repeat, optimizer="exact")
        ]
    print(heading("Sampled mode, default optimizer: one epoch"))
    names = ["d", "C", "K", "words", "µs a word of text", "to the first", "its products, to those"]
    print(table(names, sampled))
    print(heading("Exact solver: one sweep"))
    print(table(["words", "d", "seconds", "to the first"], exact))


if __name__ == "__main__":
    main()
