"""Heavy work as generators of small items, for whoever runs it in another process."""
from functools import lru_cache

from core import corpora, training

KEPT = 3        # texts that a process keeps as numbers: moving a slider must not read the text again


def train(text, settings, stamp):
    """Read a text and train on it; yields its Facts, then what `training.train` yields.

    text: TextSettings, settings: TrainSettings, stamp: of the text's file, so that a changed file is read again.
    """
    corpus = _load(text, stamp)
    yield corpus.facts()
    yield from training.train(corpus, settings)


def read(text, stamp):
    """Read a text and yield its Facts."""
    yield _load(text, stamp).facts()


@lru_cache(maxsize=KEPT)
def _load(text, stamp):
    return corpora.load(text)
