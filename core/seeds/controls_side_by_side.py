"""The controls of a verdict on the cores of one machine: all their runs side by side."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from core.processes import as_they_end
from core.seeds import controls
from core.seeds.controls import HALF
from core.seeds.run_measures import Measures
from core.seeds.trial import Trial
from core.settings import TrainSettings
from core.texts.corpus import Corpus
from core.threads import every_second
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
    tell: Callable[[float], object] = lambda done: None,
) -> Iterator[tuple[str, Measures | None]]:
    """Run controls; yields the name and Measures of a control when all its runs have ended, or None
    in their place if these settings do not allow it.

    names: of the controls, which end in about this order. jobs: processes (None: one per core).
    tell: called about once a second, by another thread, with the share of all work that is done.
    Further arguments as for `controls.run`.
    """
    plans = {name: controls.planned(name, corpus, settings) for name in names}
    yield from ((name, None) for name, runs in plans.items() if runs is None)
    tasks = [(name, n, one) for name, runs in plans.items() for n, one in enumerate(runs or ())]
    if not tasks:
        return
    work = np.array([work_of(name, corpus, one) for name, _, one in tasks])
    found: dict[str, dict[int, Trial | None]] = {name: {} for name in names}
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        # The share that is done of each run, in a file that all processes write
        shares = np.memmap(Path(folder) / "shares", np.float64, "w+", shape=len(tasks))
        arguments = ((corpus, shares.filename, n, task) for n, task in enumerate(tasks))
        with every_second(lambda: tell(float(shares @ work) / work.sum())):
            for name, n, result in as_they_end(_one, arguments, jobs):
                found[name][n] = result
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


def _one(corpus, shares, number, task):
    name, n, settings = task
    done = np.memmap(shares, np.float64, "r+")
    last = None
    for last in controls.attempt(name, corpus, settings, n):
        if isinstance(last, Progress):
            done[number] = last.done
    return name, n, last
