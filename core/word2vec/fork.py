"""Going on from a model in mid-training with other settings, or on another text: fine-tuning."""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.loop import Progress
from core.settings import TrainSettings
from core.texts.corpus import Corpus
from core.word2vec import training


@dataclass(frozen=True, eq=False)
class Moment:
    """A model in mid-training."""

    epoch: float
    W: NDArray[np.float32]  # (2 V, d): center vectors, and below them context vectors


def until(
    corpus: Corpus, settings: TrainSettings, epoch: float
) -> Generator[Progress, None, Moment]:
    """Train as usual and stop at the first sign of life at or after an epoch; yields Progress and
    returns the Moment.

    What a training tells of lies at its snapshots and between them: the epoch of a snapshot gives
    the vectors of that snapshot. UserError if there are no steps to stop between.
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
            "The exact solver has no steps to go on from: choose another optimizer for A."
        )
    return Moment(last, held[0].copy())


def start(moment: Moment, words: tuple[str, ...], corpus: Corpus, fresh: NDArray) -> NDArray:
    """The start of a training on a corpus that goes on from a moment, (2 V, d).

    words: of the moment. fresh: start vectors of the new training, kept by words that are new.
    UserError if the dimensions differ.
    """
    if moment.W.shape[1] != fresh.shape[1]:
        raise UserError(
            f"B can only go on from A with the same dimension, {moment.W.shape[1]}, not "
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
