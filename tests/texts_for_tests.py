"""Small texts and finished runs that several test files use."""

from functools import cache

import numpy as np

from core.settings import TextSettings, TrainSettings
from core.texts import corpus, registry
from core.word2vec import training, training_pairs


@cache
def generated(name, tokens=60_000):
    return registry.load(TextSettings(corpus=name, tokens=tokens))


def encode(*sentences, min_count=1, max_vocabulary=10_000):
    """A corpus of the given sentences, whose words are separated by spaces."""
    return corpus.encode(
        [s.split() for s in sentences], min_count=min_count, max_vocabulary=max_vocabulary
    )


def random_corpus(seed, words=9, sentences=7, longest=14):
    """A corpus of random words, frequent and rare ones, in sentences of 2 to `longest` words."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(2, longest + 1, sentences)
    return corpus.encode(
        [[f"w{int(words * rng.random() ** 2)}" for _ in range(n)] for n in lengths]
        + [["w0", "w1"]],
        min_count=1,
        max_vocabulary=100,
    )


def stream_of(text, window=3, drawn=True, seed=0):
    """One epoch of a corpus, without sub-sampling."""
    return training_pairs.stream(
        text, np.ones(len(text.words)), window, drawn, np.random.default_rng(seed)
    )


def all_pairs(ids, sentence, reach):
    """The pairs (i, j) of positions that windows hold, by the definition: a double loop over all
    positions.
    """
    return [
        (i, j)
        for i in range(len(ids))
        for j in range(len(ids))
        if i != j and abs(i - j) <= reach[i] and sentence[i] == sentence[j]
    ]


def sentence_numbers(text):
    return np.repeat(np.arange(len(text.starts) - 1), np.diff(text.starts))


def train(text, dtype=np.float32, **settings):
    """Train to the end; returns the list of all messages and the finished run."""
    *news, run = training.train(text, TrainSettings(**settings), dtype)
    return news, run


def same(a, b):
    """True if two runs have the same bytes: vectors and loss curve."""
    return (
        a.center.tobytes() == b.center.tobytes()
        and a.context.tobytes() == b.context.tobytes()
        and a.curve == b.curve
    )
