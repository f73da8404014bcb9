"""`python -m core sweep CORPUS_OR_PATH --out DIR`: many runs, each stored when it is finished."""

import argparse
import itertools
import signal
import sys
import time
from argparse import _SubParsersAction
from dataclasses import replace

from core.commands.options import add_knobs, load, tell
from core.seeds import exercise, sweep, sweep_folder, trial
from core.settings import TextSettings, TrainSettings, check, knobs
from core.word2vec import export, training

PRESETS = {"exercise": exercise.PRESET}
COMPARED = 10, 20  # nearest neighbors, among words that occur at least so often


def add(commands: _SubParsersAction) -> None:
    """Add the command to a parser."""
    command = commands.add_parser(
        "sweep", help="train with many seeds and settings, on many cores or machines"
    )
    command.add_argument(
        "corpus",
        metavar="CORPUS_OR_PATH",
        help="a name from `corpora`, or a file or folder of texts",
    )
    command.add_argument("--seeds", required=True, metavar="LIST", help="such as 1-16 or 1,4,7-9")
    command.add_argument(
        "--out",
        required=True,
        metavar="DIR",
        help="folder for one file per run; an unfinished sweep in it is continued",
    )
    command.add_argument(
        "--grid",
        nargs="+",
        default=[],
        metavar="NAME=VALUES",
        help="all combinations of values, such as lr=0.1,0.3 dim=10,50",
    )
    command.add_argument("--preset", choices=tuple(PRESETS), help="settings to start from")
    where = command.add_mutually_exclusive_group()
    where.add_argument(
        "--jobs", type=int, metavar="N", help="processes on this machine (default: one per core)"
    )
    where.add_argument(
        "--dask", metavar="ADDRESS", help="a Dask scheduler instead, such as tcp://scheduler:8786"
    )
    add_knobs(command, but=("seed",), default=argparse.SUPPRESS)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Compute the runs that are not in the folder yet and store each when it is finished; status 1
    if one was given up.
    """
    given = vars(options)
    text = check(
        TextSettings(**{name: given[name] for name in knobs(TextSettings) if name in given})
    )
    start = PRESETS.get(options.preset, TrainSettings())
    runs = sweep.plan(
        replace(start, **{name: given[name] for name in knobs(TrainSettings) if name in given}),
        sweep.seeds_in(options.seeds),
        sweep.grid_in(options.grid),
    )
    export.check_writable(options.out)
    corpus = load(text)
    tell(corpus)
    facts = trial.known(corpus)
    for settings in runs:
        training.check_size(settings, len(facts.words))
    left = sweep_folder.prepare(options.out, text, facts, runs)
    print(
        f"{len(runs)} runs, {len(runs) - len(left)} of them in {options.out} already",
        file=sys.stderr,
    )
    lost = _compute(options, corpus, left) if left else []
    _, _, files = sweep_folder.read_plan(options.out)
    found = [
        sweep_folder.read_run(options.out, files[settings], settings, facts) for settings in runs
    ]
    _print_cells(found, facts, sweep.grid_in(options.grid))
    for settings in lost:
        print(
            f"given up: seed {settings.seed} ({sweep_folder.file_name(settings)}): its worker died",
            file=sys.stderr,
        )
    return 1 if lost else 0


def _compute(options, corpus, left):
    results = sweep.execute(corpus, left, jobs=options.jobs, dask=options.dask)
    started = time.perf_counter()
    try:
        for done in itertools.count(1):
            sweep_folder.store(options.out, next(results))
            seconds = time.perf_counter() - started
            print(
                f"\r[{'#' * round(30 * done / len(left)):.<30}] {done} of {len(left)} runs, "
                f"{seconds * (len(left) - done) / done:.0f} s left   ",
                end="",
                file=sys.stderr,
                flush=True,
            )
    except StopIteration as end:
        print(f"\n{time.perf_counter() - started:.1f} s", file=sys.stderr)
        return end.value
    except KeyboardInterrupt as stop:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second one must not disturb the clean-up
        raise KeyboardInterrupt(
            f"stopped; {done - 1} new runs are kept in {options.out}, and the same command goes on."
        ) from stop


def _print_cells(trials, facts, grid):
    """Print a line for each combination of the grid."""
    k, floor = COMPARED
    print(
        f"{'settings':<32} runs  loss/pair  neighbors shared (chance)  energy in one direction  "
        "shuffled-center gap"
    )
    for values in itertools.product(*grid.values()):
        some = [
            t
            for t in trials
            if t
            and all(getattr(t.settings, name) == v for name, v in zip(grid, values, strict=True))
        ]
        name = (
            " ".join(f"{name}={value}" for name, value in zip(grid, values, strict=True)) or "all"
        )
        if len(some) < 2:
            print(f"{name:<32} {len(some):4}  too few to compare")
            continue
        cell = trial.cell(some, facts.counts, k, floor)
        windows = (
            f"  {sum(t.windows.model for t in some) / len(some):.2f} a window"
            if some[0].windows
            else ""
        )
        print(
            f"{name:<32} {len(some):4}  {cell.loss:9.4f}  {cell.overlap:17.1%} "
            f"({cell.chance:.1%})  {sum(t.energy for t in some) / len(some):23.1%}  "
            f"{cell.gap:19.1%}{windows}"
        )
