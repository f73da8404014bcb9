"""Fine-tuning: continues an unfinished training with other settings, or on another text."""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.optimizers.rules import OPTIMIZERS
from core.settings import TrainSettings
from core.texts.corpus import Corpus
from core.training_loop import Progress
from core.word2vec import training


@dataclass(frozen=True, eq=False)
class Moment:
    """The model at one moment of a training."""

    epoch: float
    W: NDArray[np.float32]  # (2 V, d): center vectors, and below them context vectors


def possible(settings: TrainSettings, other: TrainSettings) -> bool:
    """Whether a training with other settings can continue one with these: with the same dimension,
    and by optimizers alone.
    """
    stepwise = settings.optimizer in OPTIMIZERS and other.optimizer in OPTIMIZERS
    return stepwise and settings.dim == other.dim


def until(
    corpus: Corpus, settings: TrainSettings, epoch: float
) -> Generator[Progress, None, Moment]:
    """Train and stop at the first snapshot at or after an epoch; yields Progress and returns the
    Moment.

    If `epoch` is that of a snapshot, the vectors are those of this snapshot. UserError for the
    exact solver.
    """
    held: list[NDArray] = []

    def watch(W: NDArray, *_: object) -> None:
        held[:] = [W]

    last = 0.0
    for news in training.train(corpus, settings, watch=watch):
        if isinstance(news, training.Snapshot):
            last = news.epoch
        if isinstance(news, Progress) and held:
            yield Progress(news.done)
            if isinstance(news, training.Snapshot) and last >= epoch - 1e-6:
                break
    if not held:
        raise UserError(
            "The exact solver cannot be continued by another training: choose another optimizer "
            "for A."
        )
    return Moment(last, held[0].copy())


def start(moment: Moment, words: tuple[str, ...], corpus: Corpus, fresh: NDArray) -> NDArray:
    """The initial parameters (2 V, d) of a training on a corpus that continues from a moment.

    words: the vocabulary of the moment. fresh: start vectors of the new training, which words
    outside that vocabulary keep. UserError if the dimensions differ.
    """
    if moment.W.shape[1] != fresh.shape[1]:
        raise UserError(
            f"B can only continue A with the same dimension, {moment.W.shape[1]}, not "
            f"{fresh.shape[1]}."
        )
    known = {word: row for row, word in enumerate(words)}
    here = [row for row, word in enumerate(corpus.words) if word in known]
    there = [known[corpus.words[row]] for row in here]
    W = fresh.copy()
    for side in range(2):
        W[np.array(here, int) + side * len(corpus.words)] = moment.W[
            np.array(there, int) + side * len(words)
        ]
    return W
