"""The controls of the verdict: each changes one thing, and says what it is."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.loop import Progress
from core.optimizers.rules import OPTIMIZERS
from core.seeds import evidence, trial
from core.seeds.evidence import Measures
from core.settings import TrainSettings
from core.texts.corpus import Corpus

EXACT_WORDS = 6_000  # beyond it a sweep of the exact solver takes more than a second
SWEEPS = 10  # of the exact solver: its agreement hardly grows after them
LONGER = 5  # times as many epochs
STEP = 10.0  # times the learning rate, where steps are counted
LESS = 0.2  # of the learning rate
SEEDS = 3  # runs of each control


@dataclass(frozen=True)
class Control:
    """One thing that is changed, all else equal."""

    name: str
    culprit: str  # who is accused if it helps
    told: str  # what is changed
    advice: str  # what to do if it helps
    settings: Callable[[TrainSettings, Corpus], TrainSettings | None]  # None: cannot be done
    text: Callable[[Corpus], Sequence[Corpus]] = lambda corpus: (corpus,)


def half_texts(corpus: Corpus) -> tuple[Corpus, Corpus]:
    """The text in two halves, sentences dealt out at random, with the words of the whole."""
    second = np.random.default_rng(0).permutation(len(corpus.starts) - 1) % 2 == 1
    return _part(corpus, ~second, "first half"), _part(corpus, second, "second half")


def shuffled_text(corpus: Corpus) -> tuple[Corpus]:
    """The same words in the same number in sentences of the same lengths, at random places."""
    ids = np.random.default_rng(0).permutation(corpus.ids)
    return (replace(corpus, ids=ids, digest=f"{corpus.digest}, shuffled"),)


def _part(corpus, chosen, name):
    lengths = np.diff(corpus.starts)
    ids = corpus.ids[np.repeat(chosen, lengths)]
    starts = np.append(0, np.cumsum(lengths[chosen]))
    # A word that this part does not hold stays a word: it counts once
    counts = np.maximum(np.bincount(ids, minlength=len(corpus.words)), 1)
    digest = f"{corpus.digest}, {name}"
    return replace(corpus, ids=ids, starts=starts, counts=counts, digest=digest)


def can_be_exact(settings: TrainSettings, corpus: Corpus) -> bool:
    """True if the exact solver minimizes the objective of these settings in a few seconds."""
    sampled = settings.loss == "softmax" or settings.subsample or settings.iterations
    return not sampled and len(corpus.words) <= EXACT_WORDS


def less_noise(settings: TrainSettings, corpus: Corpus) -> TrainSettings:
    """The exact solver; where it cannot be used, smaller steps of the default optimizer over many
    epochs.
    """
    if settings.optimizer == "exact":
        return replace(settings, epochs=2 * settings.epochs)
    if can_be_exact(settings, corpus):
        return replace(settings, optimizer="exact", epochs=SWEEPS, lr=0.0, l2=TrainSettings.l2)
    plain = TrainSettings()
    work = LONGER * max(settings.epochs if not settings.iterations else 0, plain.epochs)
    return replace(
        settings,
        optimizer=plain.optimizer,
        lr=0.0,
        iterations=0,
        batch=plain.batch,
        schedule=plain.schedule,
        epochs=work,
    )


def _longer(settings, corpus):
    if settings.iterations:
        return replace(settings, lr=STEP * _rate(settings))
    return replace(settings, epochs=LONGER * settings.epochs)


def _lower(settings, corpus):
    if settings.optimizer not in OPTIMIZERS:
        return None
    return replace(settings, lr=LESS * _rate(settings))


def _rate(settings):
    return settings.lr or OPTIMIZERS[settings.optimizer].lr


def _dimensions(settings, corpus):
    return replace(settings, dim=max(10, 2 * settings.dim))


CONTROLS = (
    Control(
        "less noise",
        "noise",
        "the exact solver (many epochs of the default optimizer where it is too slow)",
        "Train with less noise",
        less_noise,
    ),
    Control(
        "longer training",
        "training",
        f"{LONGER} times as many epochs; steps {STEP:g} times as large where steps are counted",
        "Train longer, or with larger steps",
        _longer,
    ),
    Control(
        "lower rate",
        "rate",
        "a fifth of the learning rate",
        "Lower the learning rate",
        _lower,
    ),
    Control(
        "two halves of the text",
        "text",
        "each half of the text alone, trained with less noise",
        "Use more text",
        less_noise,
        half_texts,
    ),
    Control(
        "more dimensions",
        "dimension",
        "twice as many dimensions, ten at least",
        "Use more dimensions",
        _dimensions,
    ),
    Control(
        "shuffled text",
        "text",
        "the same words at random places, trained with less noise",
        "Use a text in which words have neighbors of their own",
        less_noise,
        shuffled_text,
    ),
)
BY_NAME = {control.name: control for control in CONTROLS}


def run(
    name: str,
    corpus: Corpus,
    settings: TrainSettings,
    rows: Sequence[int],
    labels: NDArray[np.integer],
    k: int,
    floor: int,
    seeds: int = SEEDS,
) -> Iterator[Progress | Measures | None]:
    """Run one control with several seeds; yields Progress, then its Measures, or None if these
    settings do not allow it.

    Arguments as for `evidence.measure`. With two halves of the text, the agreement is that between
    runs of different halves.
    """
    control = BY_NAME[name]
    changed = control.settings(settings, corpus)
    if changed is None:
        yield None
        return
    trials: list[trial.Trial] = []
    texts = control.text(corpus)
    runs = [
        (text, replace(changed, seed=changed.seed + n))
        for n in range(max(1, seeds // len(texts)))
        for text in texts
    ]
    for done, (text, one) in enumerate(runs):
        for news in trial.attempt(text, one):
            if isinstance(news, trial.Trial):
                trials.append(news)
            elif isinstance(news, Progress):
                yield Progress((done + news.done) / len(runs))
    yield evidence.measure(trials, corpus.counts[: trial.POOL], rows, labels, k, floor)
