"""What the benchmarks share: the text, gensim for comparison, the exact objective as the measure,
and tables.
"""

import argparse
import datetime
import os
import platform
import re
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from core.optimizers.rules import OPTIMIZERS
from core.settings import TextSettings, TrainSettings
from core.texts import registry
from core.word2vec import batch, exact_objective, training

WINDOW, K, MIN_COUNT = 5, 5, 5
CALLS, ROUNDS = 30, 5  # of a short piece of work that is measured alone
DIMS = 10, 50, 100
FASTER = "uvloop", "httptools"  # of the server
PACKAGES = "numpy", "scipy", "scikit-learn", "streamlit", "gensim"


def arguments(description, text=True):
    """Options of a benchmark: the file of the treebank, and how often each measurement is
    repeated.
    """
    parser = argparse.ArgumentParser(description=description)
    if text:
        parser.add_argument(
            "treebank", type=Path, help="datasetSentences.txt of the Stanford Sentiment Treebank"
        )
    parser.add_argument(
        "--repeat", type=int, default=5, help="measurements of each kind (default 5)"
    )
    return parser


def treebank(path):
    """The sentences of the treebank as a corpus."""
    return registry.load(TextSettings(corpus=str(path), min_count=MIN_COUNT))


def objective(corpus, center, context):
    """The expected loss per pair of the text, over all words: 1 + K times the loss per judged
    pair.
    """
    settings = TrainSettings(window=WINDOW, negatives=K)
    judge = exact_objective.prepare(corpus, settings, np.random.default_rng(0), np.inf)
    return (1 + K) * judge.losses(center, context)[0]


def ours(corpus, **settings):
    """Train and return the Run; its seconds include counting, set-up, and measuring the loss at the
    start and the end.
    """
    settings = replace(TrainSettings(window=WINDOW, negatives=K), **settings)
    # A copy of the text: what the run before has counted would be used again
    *_, run = training.train(replace(corpus), settings, frames=2)
    return run


def formerly(corpus, **settings):
    """Train as `ours` with the default as it was once: AdaGrad at rate 0.5 from a sum of squares of
    0, without L2, windows drawn, 3 K negatives a block.
    """
    rule, shared = OPTIMIZERS["adagrad"], batch.SHARED
    OPTIMIZERS["adagrad"], batch.SHARED = replace(rule, squares_start=0.0, l2=0.0), 3
    try:
        return ours(corpus, **{"lr": 0.5, "window_mode": "drawn"} | settings)
    finally:
        OPTIMIZERS["adagrad"], batch.SHARED = rule, shared


def gensims(corpus, dim, epochs, workers=1, seed=1):
    """Train gensim on the same sentences; returns the seconds of its training alone, center and
    context vectors.
    """
    from gensim.models import Word2Vec

    words = np.array(corpus.words, dtype=object)
    sentences = [
        list(words[corpus.ids[a:b]])
        for a, b in zip(corpus.starts[:-1], corpus.starts[1:], strict=True)
    ]
    model = Word2Vec(
        vector_size=dim,
        window=WINDOW,
        negative=K,
        min_count=1,
        sample=0,
        sg=1,
        workers=workers,
        seed=seed,
    )
    model.build_vocab(sentences)
    begun = time.perf_counter()
    model.train(sentences, total_examples=len(sentences), epochs=epochs)
    seconds = time.perf_counter() - begun
    order = [model.wv.key_to_index[word] for word in corpus.words]
    return seconds, model.wv.vectors[order], model.syn1neg[order]


def seconds(function):
    """The least seconds of one call among several rounds: the time without disturbances."""
    rounds = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for _ in range(CALLS):
            function()
        rounds.append((time.perf_counter() - begun) / CALLS)
    return min(rounds)


def spread(values, digits=2):
    """The median, with the least and the largest value in brackets."""
    return (
        f"{statistics.median(values):.{digits}f} "
        f"({min(values):.{digits}f}-{max(values):.{digits}f})"
    )


def heading(title):
    """Title, machine, versions and date of a table."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"\n### {title}\n\n{processor()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}, {versions}; {datetime.date.today()}\n"
    )


def processor():
    """Name of the processor."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    return next(
        (line.split(":")[1].strip() for line in lines if line.startswith("model name")),
        platform.machine(),
    )


def table(columns, rows):
    """Print rows as a Markdown table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def as_installed(root):
    """The environment of a server of a checkout: of the packages that change how fast it answers,
    it has those that its own requirements name.
    """
    named = (root / "requirements.txt").read_text()
    hidden = [name for name in FASTER if not re.search(rf"^{name}\b", named, re.MULTILINE)]
    if not hidden:
        return {}
    folder = Path(tempfile.gettempdir()) / "-".join(("without", *hidden))
    folder.mkdir(exist_ok=True)
    for name in hidden:
        (folder / f"{name}.py").write_text("raise ModuleNotFoundError(__name__)")
    return {"PYTHONPATH": str(folder)}
