"""What the benchmarks share: the text, gensim as the peer, the exact objective as the yardstick, and tables."""
import datetime
import os
import platform
import statistics
import sys
import time
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from core import corpora, evaluation, training
from core.settings import TextSettings, TrainSettings

WINDOW, K, MIN_COUNT = 5, 5, 5
PACKAGES = "numpy", "scipy", "scikit-learn", "streamlit", "gensim"


def treebank(path):
    """The Stanford Sentiment Treebank's sentences (datasetSentences.txt) as a corpus."""
    return corpora.load(TextSettings(corpus=str(path), min_count=MIN_COUNT))


def objective(corpus, centre, context):
    """The expected loss for each pair of the text, all words judged: 1 + K times core.evaluation's loss per pair."""
    settings = TrainSettings(window=WINDOW, negatives=K)
    judge = evaluation.prepare(corpus, settings, np.random.default_rng(0), everything=True)
    return (1 + K) * judge.losses(centre, context)[0]


def ours(corpus, **settings):
    """Train and return the Run; its seconds include counting, set-up and all judgments that a run needs."""
    settings = replace(TrainSettings(window=WINDOW, negatives=K, seed=1), **settings)
    *_, run = training.train(corpus, settings, frames=2)
    return run


def gensims(corpus, dim, epochs, workers, seed=1):
    """Train gensim on the same sentences; returns seconds of its training alone, centre and context vectors."""
    from gensim.models import Word2Vec
    words = np.array(corpus.words, dtype=object)
    sentences = [list(words[corpus.ids[a:b]]) for a, b in zip(corpus.starts[:-1], corpus.starts[1:], strict=True)]
    model = Word2Vec(vector_size=dim, window=WINDOW, negative=K, min_count=1, sample=0, sg=1, workers=workers, seed=seed)
    model.build_vocab(sentences)
    begun = time.perf_counter()
    model.train(sentences, total_examples=len(sentences), epochs=epochs)
    seconds = time.perf_counter() - begun
    order = [model.wv.key_to_index[word] for word in corpus.words]
    return seconds, model.wv.vectors[order], model.syn1neg[order]


def spread(values):
    """Median, and least and most in brackets."""
    return f"{statistics.median(values):.3g} ({min(values):.3g}-{max(values):.3g})"


def heading(title):
    """Title, machine, versions and date of a table."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (f"\n### {title}\n\n{processor()}, {os.cpu_count()} cores, Python {platform.python_version()}, {versions}; "
            f"{datetime.date.today()}\n")


def processor():
    """Name of the processor."""
    info = Path("/proc/cpuinfo")
    names = [line.split(":")[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")] \
        if info.exists() else []
    return names[0] if names else platform.processor() or platform.machine()


def table(columns, rows):
    """Rows as a Markdown table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
