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
from core.word2vec import exact_solver, training_pairs

# With 20,000 words and 10 dimensions a sweep takes 3 s, and the ten runs of ten sweeps that the
# controls of a verdict train take two to three minutes on two cores. More is too slow for a class
EXACT_WORDS = 20_000
SWEEPS = 10  # of the exact solver: more of them hardly increase the agreement
AVERAGE = 0.5  # share of the steps, the last ones, that are averaged
LONGER = 4  # factor of the epochs
STEP = 10.0  # factor of the learning rate for larger steps
LESS = 0.2  # factor of the learning rate for a lower rate
WINDOW = 5, 10  # the window of the control, and the one for runs that had the first already
SEEDS = 3  # runs of each control
HALF = "half of the text"


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
    """True if the exact solver minimizes the objective of these settings."""
    sampled = settings.loss == "softmax" or settings.subsample or settings.iterations
    return not sampled and len(corpus.words) <= min(EXACT_WORDS, exact_solver.MOST_WORDS)


def less_noise(settings: TrainSettings, corpus: Corpus) -> TrainSettings | None:
    """The settings with less noise of the sampling, or None if they have the least already.

    The exact solver, which does not sample, and is trained to the end. Where it cannot be used, the
    same training with averaged parameters: at a constant rate, the mean of the last half of the
    steps (Polyak and Juditsky 1992). A rate that falls to zero is another way to lower the noise,
    and takes the place of the mean, so the two are not used together.
    """
    if settings.optimizer == "exact":
        return None
    if can_be_exact(settings, corpus):
        exact = replace(settings, optimizer="exact", epochs=SWEEPS, lr=0.0, average=0.0)
        return replace(exact, l2=TrainSettings.l2)
    averaged = replace(settings, average=AVERAGE, schedule="constant")
    return None if averaged == settings else averaged


def another_optimizer(settings: TrainSettings, corpus: Corpus) -> TrainSettings | None:
    """The settings with the default optimizer, on as many windows, or None if they have it already
    or can be exact.
    """
    if settings.optimizer == "exact" or can_be_exact(settings, corpus):
        return None
    plain = TrainSettings()
    names = "optimizer", "lr", "batch", "schedule", "average", "window_mode", "iterations"
    default = {name: getattr(plain, name) for name in names}
    changed = replace(settings, **default, epochs=_epochs(settings, corpus))
    return None if changed == settings else changed


def why_not(name: str, settings: TrainSettings) -> str:
    """Why a control cannot be run, in a sentence."""
    solved = settings.optimizer == "exact"
    if name == "less noise":
        if solved:
            return "The exact solver samples nothing: there is no noise to lower."
        return "These runs are averaged already."
    if name == "another optimizer":
        return "The runs have the default one already, or the exact solver takes its place."
    if name in ("larger steps", "lower rate") and solved:
        return "The exact solver has no learning rate."
    if name in ("longer training", "more dimensions"):
        return "These settings are the largest possible."
    return "The text cannot be trained in this way."


def _epochs(settings, corpus):
    """The number of passes over the text, after sub-sampling, that read as many windows."""
    if not settings.iterations:
        return settings.epochs
    keep = training_pairs.keep_chance(corpus.counts, settings.subsample, settings.thinning)
    kept = max(1.0, float((corpus.counts * keep).sum()))
    return int(np.clip(round(settings.iterations * settings.batch / kept), 1, 1_000))


def _longer(settings, corpus):
    if settings.iterations:
        longer = replace(settings, iterations=min(LONGER * settings.iterations, 10_000_000))
    else:
        longer = replace(settings, epochs=min(LONGER * settings.epochs, 1_000))
    return None if longer == settings else longer


def _rated(factor):
    def change(settings, corpus):
        if settings.optimizer not in OPTIMIZERS:
            return None  # the exact solver has no learning rate
        return replace(settings, lr=factor * (settings.lr or OPTIMIZERS[settings.optimizer].lr))

    return change


def _half(settings, corpus):
    """The settings for a half: as `_trained`, and twice the epochs for as many steps."""
    trained = _trained(settings, corpus)
    if trained.iterations or trained.optimizer == "exact":
        return trained
    return replace(trained, epochs=min(2 * trained.epochs, 1_000))


def _dimensions(settings, corpus):
    dim = min(300, max(10, 2 * settings.dim))
    return None if dim == settings.dim else replace(settings, dim=dim)


def _window(settings, corpus):
    usual, other = WINDOW
    return replace(settings, window=other if settings.window == usual else usual)


def _trained(settings, corpus):
    """The settings that learn most without changing the objective."""
    if can_be_exact(settings, corpus):
        return less_noise(settings, corpus) or settings
    return another_optimizer(settings, corpus) or less_noise(settings, corpus) or settings


CONTROLS = (
    Control(
        "less noise",
        "noise",
        "the exact solver; where it cannot be used, the mean of the last half of the steps at a "
        "constant learning rate",
        "Train with less noise",
        less_noise,
    ),
    Control(
        "another optimizer",
        "noise",
        "the default optimizer, on as many windows, where the exact solver cannot be used",
        "Train with the default optimizer",
        another_optimizer,
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
        HALF,
        "text",
        "each half of the text alone, trained by the exact solver or the default optimizer",
        "Use more text",
        _half,
        half_texts,
    ),
    Control(
        "shuffled text",
        "text",
        "the same words at random places, trained by the exact solver or the default optimizer",
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


def planned(
    name: str, corpus: Corpus, settings: TrainSettings, seeds: int = SEEDS
) -> list[TrainSettings] | None:
    """The settings of the runs of a control, or None if these settings do not allow it.

    name: of a control in BY_NAME. seeds: number of runs; with two halves of the text there is one
    more, so at least two of one half and one of the other. Run n reads text n of the control, in
    turn.
    """
    changed = BY_NAME[name].settings(settings, corpus)
    if changed is None:
        return None
    count = seeds + (name == HALF)
    return [replace(changed, seed=changed.seed + n) for n in range(count)]


def attempt(
    name: str, corpus: Corpus, settings: TrainSettings, n: int
) -> Iterator[Progress | trial.Trial | None]:
    """Train run n of a control; yields Progress, then the Trial, or None if a half of the text is
    too short to train on.
    """
    texts = BY_NAME[name].text(corpus)
    try:
        for news in trial.attempt(texts[n % len(texts)], settings):
            if isinstance(news, trial.Trial):
                yield news
            else:
                yield Progress(news.done if isinstance(news, Progress) else 0.0)
    except UserError:
        yield None


def measure(
    name: str,
    trials: Sequence[trial.Trial | None],
    corpus: Corpus,
    rows: Sequence[int],
    labels: NDArray[np.integer],
    k: int,
    floor: int,
) -> Measures | None:
    """The Measures of the runs of a control, in their order; None if one of them is missing.

    Further arguments as for `run_measures.measure`.
    """
    found = [run for run in trials if run is not None]
    if len(found) < len(trials):
        return None
    of = [n % 2 if name == HALF else 0 for n in range(len(found))]
    return run_measures.measure(found, corpus.counts[: trial.POOL], rows, labels, k, floor, of)


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
    settings do not allow it. Arguments as for `planned` and `measure`.
    """
    runs = planned(name, corpus, settings, seeds)
    if runs is None:
        yield None
        return
    trials: list[trial.Trial | None] = []
    for n, one in enumerate(runs):
        for news in attempt(name, corpus, one, n):
            if isinstance(news, Progress):
                yield Progress((n + news.done) / len(runs))
            else:
                trials.append(news)
    yield measure(name, trials, corpus, rows, labels, k, floor)
