"""Many runs through joblib: on the cores of one machine, or on a Dask cluster.

Workers only compute. The process that started the sweep stores the results, so a cluster needs no
shared disk.
"""

import math
import os
import re
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from itertools import product

from joblib import parallel_config
from joblib.externals.loky.process_executor import TerminatedWorkerError

from core import processes
from core.errors import UserError
from core.seeds import trial
from core.seeds.trial import Trial
from core.settings import TrainSettings, knobs
from core.texts.corpus import Corpus
from core.word2vec import training

PATIENCE = 10  # seconds to wait for a scheduler, and for its first worker
MOST_RUNS = 100_000
ATTEMPTS = 2  # a run is given up when its worker has died this many times


def seeds_in(text: str) -> tuple[int, ...]:
    """The seeds in a list such as `1-16` or `1,4,7-9`, in its order; UserError if it is not one."""
    seeds: dict[int, None] = {}
    for part in text.split(","):
        found = re.fullmatch(r"\s*([0-9]{1,10})\s*(?:-\s*([0-9]{1,10})\s*)?", part)
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
        if last < first:
            raise UserError(
                f"Seeds are numbers and ranges such as 1-16 or 1,4,7-9, not {_cut(text)}."
            )
        if last - first >= MOST_RUNS or len(seeds) + last - first >= MOST_RUNS:
            raise UserError(f"A sweep may have up to {MOST_RUNS:,} seeds.")
        seeds |= dict.fromkeys(range(first, last + 1))
    return tuple(seeds)


def grid_in(parts: list) -> dict:
    """The grid of arguments such as `lr=0.1,0.3`: name -> values; UserError names what is wrong."""
    fields, grid = knobs(TrainSettings), {}
    for part in parts:
        name, equals, values = part.partition("=")
        if not equals or name not in fields or name == "seed":
            names = ", ".join(n for n in fields if n != "seed")
            raise UserError(
                f"A grid is written like lr=0.1,0.3, with one of {names}; not {_cut(part)}."
            )
        if name in grid:
            raise UserError(f"The grid has {name} twice; write all its values in one list.")
        try:
            grid[name] = tuple(
                dict.fromkeys(fields[name].type(value) for value in values.split(","))
            )
        except ValueError as error:
            raise UserError(f"{_cut(part)} is not a list of values of {name}.") from error
    return grid


def _cut(typed):
    """Typed text in quotes, cut to 40 letters."""
    return repr(typed if len(typed) <= 40 else f"{typed[:40]}…")


def plan(settings: TrainSettings, seeds: Sequence[int], grid: dict) -> list[TrainSettings]:
    """All settings of a sweep: each seed with each combination of the grid; UserError if one of
    them is impossible, or if there are too many.
    """
    runs = len(seeds) * math.prod(map(len, grid.values()))
    if runs > MOST_RUNS:
        raise UserError(f"A sweep may have up to {MOST_RUNS:,} runs; these would be {runs:,}.")
    planned = [
        training.check_possible(
            replace(settings, seed=seed, **dict(zip(grid, values, strict=True)))
        )
        for values in product(*grid.values())
        for seed in seeds
    ]
    return [training.check_seeded(run) for run in planned] if len(seeds) > 1 else planned


def compute(corpus: Corpus, settings: TrainSettings) -> Trial:
    """Compute one run and return its Trial."""
    *_, last = trial.attempt(corpus, settings)
    assert isinstance(last, Trial)
    return last


def execute(
    corpus: Corpus,
    runs: list[TrainSettings],
    *,
    jobs: int | None = None,
    dask: str | None = None,
    task: Callable = compute,
) -> Generator[Trial, None, list[TrainSettings]]:
    """Compute all runs; yields Trials as they are finished, in any order, and returns the settings
    of the runs that were given up.

    jobs: processes on this machine (None: one per core). dask: address of a scheduler instead. If a
    worker dies, its unfinished runs are computed again; a run whose worker dies ATTEMPTS times is
    given up. UserError if Dask is not installed or no worker answers.
    """
    left, lost = list(runs), list[TrainSettings]()
    with _cluster(corpus, dask) if dask else nullcontext():
        compute = partial(_parallel, task, corpus, jobs=jobs, dask=dask)
        while left:
            before = len(left)
            try:
                for result in compute(tuple(left)):
                    left.remove(result.settings)
                    yield result
            except _deaths():
                if len(left) == before:  # no result at all: one of the first runs kills its worker
                    yield from _one_by_one(left, lost, compute)
    return lost


def _parallel(task, corpus, runs, *, jobs, dask):
    arguments = ((corpus, settings) for settings in runs)
    if dask:
        return processes.unordered(partial(processes.alone, task), arguments)
    return processes.as_they_end(task, arguments, jobs)


def _one_by_one(left, lost, compute):
    """Try the first runs one by one to find those that kill their workers: they are moved from
    `left` to `lost`.
    """
    for settings in left[: os.cpu_count() or 1]:
        for attempt in range(ATTEMPTS):
            try:
                (result,) = compute([settings])
            except _deaths():
                if attempt + 1 == ATTEMPTS:
                    lost.append(settings)
            else:
                yield result
                break
        left.remove(settings)


def _deaths():
    """The errors that mean that a worker died; Dask cancels a result that was lost with its worker
    before it was fetched.
    """
    try:
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError
    except ImportError:
        return TerminatedWorkerError
    return TerminatedWorkerError, KilledWorker, FutureCancelledError


@contextmanager
def _cluster(corpus, dask):
    try:
        from distributed import Client
    except ImportError as error:
        raise UserError(
            "Dask is not installed; install it with: pip install -r requirements-dask.txt"
        ) from error
    try:
        client = Client(dask, timeout=PATIENCE)
        client.wait_for_workers(1, timeout=PATIENCE)
    except (OSError, ValueError, TimeoutError) as error:
        raise UserError(f"No Dask scheduler with a worker answers at {dask}.") from error
    with client, parallel_config("dask", n_jobs=-1, client=client, scatter=[corpus]):
        yield
