"""The controls of the verdict: each is an experiment that changes one thing, all else equal."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.optimizers.rules import OPTIMIZERS
from core.seeds import run_measures, trial
from core.seeds.run_measures import Measures
from core.settings import TrainSettings
from core.texts.corpus import Corpus
from core.training_loop import Progress
from core.word2vec import training_pairs

EXACT_WORDS = 10_000  # with a larger vocabulary, ten sweeps take more than ten seconds
SWEEPS = 10  # of the exact solver: more of them hardly increase the agreement
LONGER = 4  # factor of the epochs
STEP = 10.0  # factor of the learning rate for larger steps
LESS = 0.2  # factor of the learning rate for a lower rate
WINDOW = 5, 10  # the window of the control, and the one for runs that had the first already
SEEDS = 3  # runs of each control


@dataclass(frozen=True)
class Control:
    """One change to a training, and what it means if the change helps."""

    name: str
    culprit: str  # the culprit if the change helps
    told: str  # what is changed
    advice: str  # what to do if the change helps
    settings: Callable[[TrainSettings, Corpus], TrainSettings | None]  # None: not possible
    text: Callable[[Corpus], Sequence[Corpus]] = lambda corpus: (corpus,)


def half_texts(corpus: Corpus) -> tuple[Corpus, Corpus]:
    """The text in two halves, each with a random half of the sentences and the whole vocabulary; a
    text of one sentence is cut in the middle.
    """
    if len(corpus.starts) < 3:
        middle = len(corpus.ids) // 2
        corpus = replace(corpus, starts=np.array([0, middle, len(corpus.ids)]))
    second = np.random.default_rng(0).permutation(len(corpus.starts) - 1) % 2 == 1
    return _part(corpus, ~second, "first half"), _part(corpus, second, "second half")


def shuffled_text(corpus: Corpus) -> tuple[Corpus]:
    """The text with its words in random order, in sentences of the same lengths."""
    ids = np.random.default_rng(0).permutation(corpus.ids)
    return (replace(corpus, ids=ids, digest=f"{corpus.digest}, shuffled"),)


def _part(corpus, chosen, name):
    lengths = np.diff(corpus.starts)
    ids = corpus.ids[np.repeat(chosen, lengths)]
    starts = np.append(0, np.cumsum(lengths[chosen]))
    # A word that does not occur in this part stays in the vocabulary, with the count 1
    counts = np.maximum(np.bincount(ids, minlength=len(corpus.words)), 1)
    digest = f"{corpus.digest}, {name}"
    return replace(corpus, ids=ids, starts=starts, counts=counts, digest=digest)


def can_be_exact(settings: TrainSettings, corpus: Corpus) -> bool:
    """True if the exact solver minimizes the objective of these settings in a few seconds."""
    return not _sampled(settings) and len(corpus.words) <= EXACT_WORDS


def _sampled(settings):
    return settings.loss == "softmax" or settings.subsample or settings.iterations


def less_noise(settings: TrainSettings, corpus: Corpus) -> TrainSettings | None:
    """The settings with less sampling noise: the exact solver, which does not sample, or the
    default optimizer on as many windows where it cannot be used. None if neither is a change.
    """
    if can_be_exact(settings, corpus):
        exact = replace(settings, optimizer="exact", epochs=SWEEPS, lr=0.0, l2=TrainSettings.l2)
        return None if settings.optimizer == "exact" else exact
    plain = TrainSettings()
    calm = replace(
        settings,
        optimizer=plain.optimizer,
        lr=plain.lr,
        batch=plain.batch,
        schedule=plain.schedule,
        window_mode=plain.window_mode,
        iterations=0,
        epochs=_epochs(settings, corpus),
    )
    return None if calm == settings or settings.optimizer == "exact" else calm


def why_not(name: str, settings: TrainSettings) -> str:
    """Why a control cannot be run, in a sentence."""
    if name not in ("less noise", "larger steps", "lower rate"):
        return "The text cannot be trained in this way."
    if settings.optimizer == "exact":
        if name == "less noise":
            return "The exact solver samples nothing: there is no noise to lower."
        return "The exact solver has no learning rate."
    if _sampled(settings):
        return "The exact solver cannot have these settings: longer training takes its place."
    return (
        f"The vocabulary has more than {EXACT_WORDS:,} words, too many for the exact solver: "
        "longer training takes its place."
    )


def _epochs(settings, corpus):
    """The number of passes over the text, after sub-sampling, that read as many windows."""
    if not settings.iterations:
        return settings.epochs
    keep = training_pairs.keep_chance(corpus.counts, settings.subsample, settings.thinning)
    kept = max(1.0, float((corpus.counts * keep).sum()))
    return int(np.clip(round(settings.iterations * settings.batch / kept), 1, 1_000))


def _longer(settings, corpus):
    return replace(
        settings,
        epochs=min(LONGER * settings.epochs, 1_000),
        iterations=min(LONGER * settings.iterations, 10_000_000),
    )


def _rated(factor):
    def change(settings, corpus):
        if settings.optimizer not in OPTIMIZERS:
            return None  # the exact solver has no learning rate
        return replace(settings, lr=factor * (settings.lr or OPTIMIZERS[settings.optimizer].lr))

    return change


def _half(settings, corpus):
    """The settings for a half: with least noise, and twice the epochs for as many steps."""
    trained = _trained(settings, corpus)
    if trained.iterations or trained.optimizer == "exact":
        return trained
    return replace(trained, epochs=min(2 * trained.epochs, 1_000))


def _dimensions(settings, corpus):
    return replace(settings, dim=min(300, max(10, 2 * settings.dim)))


def _window(settings, corpus):
    usual, other = WINDOW
    return replace(settings, window=other if settings.window == usual else usual)


def _trained(settings, corpus):
    """The settings with least noise."""
    return less_noise(settings, corpus) or settings


CONTROLS = (
    Control(
        "less noise",
        "noise",
        "the exact solver, or the default optimizer on as many windows where it cannot be used",
        "Train with less noise",
        less_noise,
    ),
    Control(
        "longer training",
        "training",
        f"{LONGER} times as many epochs, or steps where steps are counted",
        "Train longer",
        _longer,
    ),
    Control(
        "larger steps",
        "training",
        f"{STEP:g} times the learning rate",
        "Train with larger steps",
        _rated(STEP),
    ),
    Control(
        "lower rate",
        "rate",
        "a fifth of the learning rate",
        "Lower the learning rate",
        _rated(LESS),
    ),
    Control(
        "half of the text",
        "text",
        "each half of the text alone, trained with less noise where that can be done",
        "Use more text",
        _half,
        half_texts,
    ),
    Control(
        "shuffled text",
        "text",
        "the same words at random places, trained with less noise where that can be done",
        "Use a text in which words have neighbors of their own",
        _trained,
        shuffled_text,
    ),
    Control(
        "more dimensions",
        "dimension",
        "twice as many dimensions, ten at least",
        "Use more dimensions",
        _dimensions,
    ),
    Control(
        "another window",
        "dimension",
        f"a window of {WINDOW[0]} words, or of {WINDOW[1]} where it was {WINDOW[0]}",
        "Use another window",
        _window,
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

    name: of a control in BY_NAME. seeds: number of runs; with two halves of the text there is one
    more, so at least two of one half and one of the other. Other arguments as for
    `evidence.measure`.
    """
    control = BY_NAME[name]
    changed = control.settings(settings, corpus)
    if changed is None:
        yield None
        return
    try:
        yield from _measured(control.text(corpus), changed, corpus, rows, labels, k, floor, seeds)
    except UserError:  # half of a text may be too short to train on
        yield None


def _measured(texts, changed, corpus, rows, labels, k, floor, seeds):
    trials: list[trial.Trial] = []
    count = seeds + len(texts) - 1
    for n in range(count):
        one = replace(changed, seed=changed.seed + n)
        for news in trial.attempt(texts[n % len(texts)], one):
            if isinstance(news, trial.Trial):
                trials.append(news)
            elif isinstance(news, Progress):
                yield Progress((n + news.done) / count)
    of = [n % len(texts) for n in range(count)]
    yield run_measures.measure(trials, corpus.counts[: trial.POOL], rows, labels, k, floor, of)
