"""The controls of a verdict on the cores of one machine: all their runs side by side."""

import os
from collections.abc import Iterator, Sequence

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from core.seeds import controls, sweep
from core.seeds.controls import HALF
from core.seeds.run_measures import Measures
from core.seeds.trial import Trial
from core.settings import TrainSettings
from core.texts.corpus import Corpus
from core.threads import ALONE
from core.training_loop import Progress

# Measured costs, as multiples of a center word read in a pass over the text with 10 dimensions:
# a step on windows drawn at random and each of its windows, and a score of the exact solver
STEP, DRAWN, SCORE = 200, 4, 1 / 150


def run(
    names: Sequence[str],
    corpus: Corpus,
    settings: TrainSettings,
    rows: Sequence[int],
    labels: NDArray[np.integer],
    k: int,
    floor: int,
    jobs: int | None = None,
) -> Iterator[Progress | tuple[str, Measures | None]]:
    """Run controls; yields a Progress after each run, and the name and Measures of a control when
    all its runs have ended, or None in their place if these settings do not allow it.

    names: of the controls, which end in about this order. jobs: processes (None: one per core).
    Further arguments as for `controls.run`.
    """
    plans = {name: controls.planned(name, corpus, settings) for name in names}
    yield from ((name, None) for name, runs in plans.items() if runs is None)
    tasks = [(name, n, one) for name, runs in plans.items() for n, one in enumerate(runs or ())]
    work = {(name, n): work_of(name, corpus, one) for name, n, one in tasks}
    found: dict[str, dict[int, Trial | None]] = {name: {} for name in names}
    done = 0.0
    for name, n, result in _results(tasks, corpus, jobs):
        found[name][n] = result
        done += work[name, n]
        yield Progress(done / sum(work.values()))
        if len(found[name]) == len(plans[name] or ()):
            trials = [found[name][n] for n in sorted(found[name])]
            yield name, controls.measure(name, trials, corpus, rows, labels, k, floor)


def work_of(name: str, corpus: Corpus, settings: TrainSettings) -> float:
    """About how long a run of a control takes, in words read in a pass with 10 dimensions."""
    if settings.optimizer == "exact":
        words = settings.epochs * SCORE * len(corpus.words) ** 2
    elif settings.iterations:
        words = settings.iterations * (STEP + DRAWN * settings.batch)
    else:
        words = settings.epochs * len(corpus.ids) / (2 if name == HALF else 1)
    return words * (1 + settings.dim / 50)


def _results(tasks, corpus, jobs):
    if jobs == 1:
        yield from (_one(corpus, *task) for task in tasks)
        return
    with sweep.cores(jobs):
        yield from Parallel(return_as="generator_unordered", batch_size=1)(
            delayed(_alone)(corpus, *task) for task in tasks
        )


def _alone(corpus, *task):
    """One run in one thread: each core has a process already."""
    os.environ[ALONE] = "1"
    return _one(corpus, *task)


def _one(corpus, name, n, settings):
    *_, last = controls.attempt(name, corpus, settings, n)
    return name, n, last
