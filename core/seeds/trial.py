"""One of many runs: a training that keeps only what is needed to compare runs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.seeds import exercise
from core.settings import TrainSettings
from core.texts.corpus import Corpus, Facts
from core.training_loop import Progress
from core.vectors import agreement, neighbors_and_clusters
from core.word2vec import training

POOL = 5_000  # compared words: the most frequent ones
MOMENTS = 4  # snapshots of a run


@dataclass(frozen=True, eq=False)
class Sketch(Progress):
    """The vectors of an unfinished run."""

    vectors: np.ndarray  # (n, d) float32


@dataclass(frozen=True, eq=False)
class Trial:
    """A finished run."""

    settings: TrainSettings
    digest: str  # of the text
    # (n, d) float32: center vectors of the n = min(V, POOL) most frequent words
    vectors: np.ndarray
    loss: float  # per pair, in nats
    shuffled: float  # the same with the center words shuffled among the pairs
    without_center: float  # the best a model can do that ignores the center word
    energy: float  # share of the vectors' sum of squares that lies in one direction
    diverged: float | None  # epoch at which the loss diverged, or None
    seconds: float
    windows: exercise.WindowLoss | None = None  # of a run on windows drawn at random
    error: float = 0.0  # standard error of the loss: 0 if all center words were judged

    @property
    def learned(self) -> float:
        """How far the loss is below the best possible without the center word, as a share of it."""
        return 1 - self.loss / self.without_center

    @property
    def gap(self) -> float:
        """How much the loss rises when the center words are shuffled, as a share of the loss: 0 if
        the model ignores them.
        """
        return (self.shuffled - self.loss) / self.loss


@dataclass(frozen=True)
class Cell:
    """A summary of runs with the same settings and different seeds."""

    overlap: float  # neighbors shared by two runs
    chance: float
    loss: float  # per pair, in nats; mean over the runs
    gap: float
    diverged: int

    @property
    def beyond_chance(self) -> float:
        """The overlap rescaled: 0 is chance, 1 identical; comparable between pools of different
        sizes.
        """
        return (self.overlap - self.chance) / (1 - self.chance) if self.chance < 1 else 0.0


def known(corpus: Corpus) -> Facts:
    """The Facts of a text, restricted to the compared words."""
    facts = corpus.facts()
    return replace(facts, words=facts.words[:POOL], counts=facts.counts[:POOL])


def floor_size(counts: NDArray, floor: int) -> int:
    """How many of the compared words occur at least `floor` times; counts are descending."""
    return int(np.searchsorted(-counts[:POOL], -floor, side="right"))


def compared(counts: NDArray[np.integer], k: int, floor: int) -> tuple[int, int]:
    """How many words are compared and how many neighbors of each: (n, k).

    counts: descending. n is the number of words that occur `floor` times, or 3 k words if these are
    fewer; in a text of fewer words k is a third of them, as nearly all words are neighbors of each
    other otherwise.
    """
    n = min(len(counts), max(floor_size(counts, floor), 3 * k), POOL)
    return n, min(k, max(1, n // 3))


def cell(trials: list[Trial], counts: NDArray, k: int, floor: int) -> Cell:
    """Summarize finished runs of the same settings. counts: (V,) of all words, descending; k: how
    many neighbors; floor: how often a word must occur to be compared (see `compared`).
    """
    n, k = compared(counts, k, floor)
    overlap = agreement.overlap([run.vectors[:n] for run in trials], k)
    return Cell(
        overlap.mean,
        overlap.chance,
        float(np.mean([run.loss for run in trials])),
        float(np.mean([run.gap for run in trials])),
        sum(run.diverged is not None for run in trials),
    )


def attempt(corpus: Corpus, settings: TrainSettings) -> Iterator[Sketch | Progress | Trial]:
    """Train once; yields Progress, one Sketch and last the Trial. The vectors are those of
    `training.train`.
    """
    sketched = False
    for news in training.train(corpus, settings, frames=MOMENTS):
        if isinstance(news, training.Run):
            yield _trial(corpus, settings, news)
        elif isinstance(news, training.Snapshot):
            if news.done and not sketched:
                sketched = True
                yield Sketch(news.done, news.center[:POOL].copy())
            else:
                yield Progress(news.done)
        elif isinstance(news, Progress):
            yield news


def _trial(corpus, settings, run):
    drawn = settings.iterations and settings.loss == "negative-sampling"
    windows = (
        exercise.window_loss(corpus, settings, run.center, run.context, np.random.default_rng(0))
        if drawn
        else None
    )
    return Trial(
        settings,
        corpus.digest,
        run.center[:POOL].astype(np.float32),
        run.losses.loss,
        run.losses.shuffled,
        run.references.without_center,
        neighbors_and_clusters.first_direction(run.center),
        run.diverged,
        run.seconds,
        windows,
        run.losses.error,
    )
