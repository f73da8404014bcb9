"""Time per token and memory as the text grows: python benchmarks/growth.py [--text8 FILE].

Each text is generated, counted and trained on in its own process, whose peak memory is reported.
Sentences are made one by one: a list of them would be the largest part of that memory.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from common import DIMS, heading, ours, spread, table

from core.texts.corpus import encode

SMALL, LARGE = (200_000, 4_000), (17_000_000, 70_000)  # tokens and different words
SENTENCE = 20
LONG = 2_000_000  # tokens that take long enough to be measured once


def zipf(tokens, words, rng):
    """Sentences of words whose counts fall like 1 / (rank + 2.7), each word seen at least twice
    (Mandelbrot's form).
    """
    chance = 1 / (np.arange(words) + 3.7)
    ids = rng.choice(words, tokens - 2 * words, p=chance / chance.sum()).astype(np.int32)
    ids = np.concatenate([ids, np.repeat(np.arange(words, dtype=np.int32), 2)])
    rng.shuffle(ids)
    names = np.array([f"w{k}" for k in range(words)], dtype=object)
    return (names[ids[start : start + SENTENCE]] for start in range(0, tokens, SENTENCE))


def text8(path):
    """The words of a file without line breaks, in sentences of about a thousand words."""
    rest = ""
    with path.open(encoding="utf8") as file:
        while piece := file.read(6_000):
            *whole, rest = (rest + piece).split(" ")
            yield [word for word in whole if word]
    yield rest.split()


def measure(dim, tokens=0, words=0, path=""):
    """Train one epoch: tokens, vocabulary, seconds of the processor for the training, peak memory
    of the process in MB.

    The median of several short trainings is taken, of the processor's time: what else the machine
    does would change that of the clock.
    """
    sentences = text8(Path(path)) if path else zipf(tokens, words, np.random.default_rng(0))
    corpus = encode(sentences, min_count=5 if path else 1, max_vocabulary=200_000)
    del sentences
    seconds = []
    for _ in range(max(1, LONG // len(corpus.ids))):
        begun = time.process_time()
        ours(corpus, dim=dim, epochs=1)
        seconds.append(time.process_time() - begun)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return len(corpus.ids), len(corpus.words), statistics.median(seconds), memory


def apart(*arguments):
    """Run `measure` in its own process."""
    code = f"import growth; print(*growth.measure{arguments!r})"
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parent,
        check=True,
        capture_output=True,
        text=True,
    )
    tokens, words, seconds, memory = map(float, found.stdout.split())
    return int(tokens), int(words), seconds, memory


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--text8", default="", help="file text8, or another one without line ends")
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    texts = [SMALL, LARGE] + ([(0, 0, options.text8)] if options.text8 else [])
    rows = []
    for dim in DIMS:
        found = [[apart(dim, *text) for text in texts] for _ in range(options.repeat)]
        for k, runs in enumerate(zip(*found, strict=True)):
            each = [1e6 * seconds / tokens for tokens, _, seconds, _ in runs]
            small = [1e6 * row[0][2] / row[0][0] for row in found]
            ratio = statistics.median(a / b for a, b in zip(each, small, strict=True))
            rows.append(
                [
                    dim,
                    "text8" if k == 2 else "Zipf",
                    f"{runs[0][0]:,}",
                    f"{runs[0][1]:,}",
                    spread(each),
                    f"{ratio:.2f}",
                    f"{max(run[3] for run in runs):,.0f}",
                    f"{max(run[3] for run in runs) * 2**20 / runs[0][0]:,.0f}",
                ]
            )
    print(heading("Sampled mode, one epoch: microseconds a token (least-most) and largest memory"))
    print(
        table(
            [
                *("dim", "text", "tokens", "vocabulary", "µs a token", "against the small text"),
                *("MB", "bytes a token"),
            ],
            rows,
        )
    )


if __name__ == "__main__":
    main()
