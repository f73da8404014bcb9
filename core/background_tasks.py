"""Long computations as generators of small items, to be run in another process."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np

from core.errors import UserError
from core.reading.reader import Glimpse
from core.seeds import controls, trial
from core.seeds.run_measures import Measures
from core.settings import TextSettings, TrainSettings
from core.texts import downloads, registry, text_files
from core.texts.corpus import Facts
from core.training_loop import Progress
from core.word2vec import fork as forks
from core.word2vec import optimizer_comparison, training

Stamp = float | int | str  # changes when the file of a text changes, so it is read again
ENOUGH = 20  # distinct words from which it is worth trying another way to read a file
KEPT = 3  # texts that a process keeps as numbers: moving a slider need not read the text again


def train(
    text: TextSettings, settings: TrainSettings, stamp: Stamp
) -> Iterator[Facts | training.News]:
    """Read a text and train on it; yields its Facts, then what `training.train` yields."""
    corpus = _load(text, stamp)
    yield corpus.facts()
    yield from training.train(corpus, settings)


def fork(
    text: TextSettings,
    settings: TrainSettings,
    epoch: float,
    other_text: TextSettings,
    other: TrainSettings,
    stamp: Stamp,
    other_stamp: Stamp,
) -> Iterator[Facts | Progress | training.News]:
    """Train up to an epoch, then continue with other settings, possibly on another text; yields
    Progress, then what `train` yields for the second training.
    """
    before = _load(text, stamp)
    moment = yield from forks.until(before, settings, epoch)
    corpus = _load(other_text, other_stamp)
    yield corpus.facts()
    random = training.streams(other).init
    fresh = training.start_vectors(len(corpus.words), other, random, np.float32)
    start = forks.start(moment, before.words, corpus, fresh)
    yield from training.train(corpus, other, start=start)


def read(text: TextSettings, stamp: Stamp) -> Iterator[Progress | Facts]:
    """Read a text; yields Progress of a file, then its Facts."""
    yield from registry.reading(text)
    yield _load(text, stamp).facts()


def glimpse(text: TextSettings, stamp: Stamp) -> Iterator[Glimpse]:
    """Yield what can be shown of a text that `read` refuses."""
    path = registry.find(text.corpus).path
    yield text_files.glimpse(path, text) if path else Glimpse()


def look(path: str) -> Iterator[Progress | tuple[str, ...]]:
    """Read an uploaded file; yields Progress, then the notes and warnings on it. UserError if it
    is not text.
    """
    problem = ""
    try:
        found = yield from text_files.reading(Path(path), TextSettings())
        yield (*found.notes, *found.warnings)
    except UserError as error:
        problem = str(error)  # the error itself holds the file
    if problem:
        # Another column or format may be right: the page offers the choice
        prose = text_files.read(Path(path), TextSettings(format="prose"))
        if len(prose.spoken.words) <= ENOUGH:  # one is the empty word
            said = problem.partition("; choose")[0].rstrip(".")  # there is nothing to choose
            raise UserError(f"{said}.")
        yield (problem,)


def fetch(name: str) -> Iterator[Progress]:
    """Download a text; yields Progress."""
    yield from downloads.fetch(name)


def attempt(
    text: TextSettings, settings: TrainSettings, stamp: Stamp
) -> Iterator[Facts | Progress | trial.Trial]:
    """One run of many: yields the Facts of compared words, then what `trial.attempt` yields."""
    corpus = _load(text, stamp)
    yield trial.known(corpus)
    yield from trial.attempt(corpus, settings)


def cell(
    text: TextSettings,
    runs: tuple[TrainSettings, ...],
    stamp: Stamp,
    k: int,
    floor: int,
) -> Iterator[Progress | trial.Cell]:
    """Train with several settings that differ in their seeds; yields Progress, then a
    `trial.Cell`.
    """
    corpus, trials = _load(text, stamp), []
    for n, settings in enumerate(runs):
        for news in trial.attempt(corpus, settings):
            if isinstance(news, Progress):
                yield Progress((n + news.done) / len(runs))
            elif isinstance(news, trial.Trial):
                trials.append(news)
    yield trial.cell(trials, corpus.counts, k, floor)


def control(
    text: TextSettings,
    settings: TrainSettings,
    stamp: Stamp,
    name: str,
    rows: tuple[int, ...],
    labels: tuple[int, ...],
    k: int,
    floor: int,
    digest: str = "",
) -> Iterator[Progress | Measures | None]:
    """One control of the verdict: yields what `controls.run` yields.

    digest: of the text that the runs read. UserError if the text is another one by now.
    """
    corpus = _load(text, stamp)
    if digest and corpus.digest != digest:
        raise UserError(
            "The text is no longer the one that these runs read, so controls would be those of "
            "another text. The verdict rests on the runs alone."
        )
    yield from controls.run(name, corpus, settings, rows, np.array(labels, int), k, floor)


def optimizers(
    text: TextSettings,
    settings: TrainSettings,
    entries: tuple[tuple[str, float], ...],
    dense: bool,
    stamp: Stamp,
) -> Iterator[Facts | optimizer_comparison.News]:
    """Read a text and train on it with several optimizers; yields its Facts, then what
    `optimizer_comparison.compare` yields.
    """
    corpus = _load(text, stamp)
    yield corpus.facts()
    yield from optimizer_comparison.compare(corpus, settings, entries, dense)


@lru_cache(maxsize=KEPT)
def _load(text, stamp):
    return registry.load(text)
