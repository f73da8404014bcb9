"""The command line: `python -m core corpora | train CORPUS_OR_PATH --out DIR | sweep CORPUS_OR_PATH
--out DIR | check`.
"""

import argparse
import itertools
import os
import signal
import sys
import time
from dataclasses import replace

from core.errors import UserError
from core.seeds import exercise, sweep, sweep_folder, trial
from core.settings import TextSettings, TrainSettings, knobs
from core.settings import check as check_settings
from core.texts import registry
from core.word2vec import export, gradient_check, training

PRESETS = {"exercise": exercise.PRESET}
COMPARED = 10, 20  # of a sweep's table: so many nearest neighbors, among words seen so often


class OneLineParser(argparse.ArgumentParser):
    """A parser whose complaint is one line on stderr."""

    def error(self, message):
        """Say what is wrong and stop with status 2."""
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments=None):
    """Run one command; returns the exit status: 0, 1 if a check failed, 2 for a mistake of the
    user, 130 for Ctrl-C.
    """
    parser = OneLineParser(
        prog="python -m core", description="word2vec in NumPy, on the command line."
    )
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="command", parser_class=OneLineParser
    )
    commands.add_parser("corpora", help="list the texts to train on").set_defaults(run=list_corpora)
    commands.add_parser(
        "check", help="compare gradients with differences and published values"
    ).set_defaults(run=run_checks)
    _add_train(commands)
    _add_sweep(commands)
    options = parser.parse_args(arguments)
    try:
        return options.run(options)
    except UserError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"\n{parser.prog}: stopped; nothing was written.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `| head`: whoever read us has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE


def _add_train(commands):
    command = commands.add_parser("train", help="train word2vec and write its vectors")
    command.add_argument(
        "corpus",
        metavar="CORPUS_OR_PATH",
        help="a name from `corpora`, or a .txt, .csv or .tsv file",
    )
    command.add_argument(
        "--out",
        required=True,
        metavar="DIR",
        help="folder for vectors.txt, context.txt and run.json",
    )
    _add_knobs(command)
    command.set_defaults(run=train)


def _add_sweep(commands):
    command = commands.add_parser(
        "sweep", help="train with many seeds and settings, on many cores or machines"
    )
    command.add_argument(
        "corpus",
        metavar="CORPUS_OR_PATH",
        help="a name from `corpora`, or a .txt, .csv or .tsv file",
    )
    command.add_argument("--seeds", required=True, metavar="LIST", help="such as 1-16 or 1,4,7-9")
    command.add_argument(
        "--out",
        required=True,
        metavar="DIR",
        help="folder for one file a run; a sweep that is there goes on",
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
        "--jobs", type=int, metavar="N", help="processes on this machine (default: one a core)"
    )
    where.add_argument(
        "--dask", metavar="ADDRESS", help="a Dask scheduler instead, such as tcp://scheduler:8786"
    )
    _add_knobs(command, but=("seed",), default=argparse.SUPPRESS)
    command.set_defaults(run=run_sweep)


def _add_knobs(command, but=(), **default):
    for name, field in (knobs(TextSettings) | knobs(TrainSettings)).items():
        if name not in ("corpus", *but):
            choices = field.metadata["choices"] or (
                tuple(training.TRAINERS) if name == "optimizer" else None
            )
            command.add_argument(
                "--" + name.replace("_", "-"),
                type=field.type,
                choices=choices,
                metavar=None if choices else name.upper(),
                **{"default": field.default} | default,
                help=f"{field.metadata['help']} (default {field.default})",
            )


def list_corpora(options):
    """Print the registry as a table."""
    columns = "name", "language", "kind", "groups", "license", "obtained"
    rows = [
        columns,
        *([getattr(entry, c) for c in columns] for entry in registry.registry().values()),
    ]
    widths = [max(len(row[k]) for row in rows) for k in range(len(columns))]
    for row in rows:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
    return 0


def run_checks(options):
    """Print every check; status 1 when one is off."""
    found = gradient_check.run()
    width = max(len(c.name) for c in found)
    for c in found:
        print(
            f"{'ok ' if c.passed else 'OFF'}  {c.name.ljust(width)}  {c.difference:8.1e} <= "
            f"{c.allowed:.0e}  {c.source}"
        )
    failed = sum(not c.passed for c in found)
    print(f"{len(found) - failed} of {len(found)} checks passed")
    return 1 if failed else 0


def train(options):
    """Train with a progress bar on stderr, then write the files."""
    text = check_settings(
        TextSettings(**{name: getattr(options, name) for name in knobs(TextSettings)})
    )
    settings = check_settings(
        TrainSettings(**{name: getattr(options, name) for name in knobs(TrainSettings)})
    )
    export.check_writable(options.out)
    corpus = registry.load(text)
    for note in corpus.notes:
        print(note, file=sys.stderr)
    print(
        f"{corpus.sentences:,} sentences, {corpus.tokens:,} tokens, {len(corpus.words):,} words "
        f"in the vocabulary ({corpus.coverage:.1%} of the tokens)",
        file=sys.stderr,
    )
    started, run = time.perf_counter(), None
    try:
        for news in training.train(corpus, settings):
            if isinstance(news, training.Run):
                run = news
            elif not isinstance(news, training.References):
                _show_progress(news, time.perf_counter() - started)
    finally:
        print(file=sys.stderr)  # whatever comes next: below the progress bar
    if run.diverged:
        print(
            f"The loss ran away by epoch {run.diverged:.2f}: the learning rate is too high. The "
            "last vectors before that are written.",
            file=sys.stderr,
        )
    export.write(options.out, corpus, text, run)
    (_, loss, shuffled), beside = run.curve[-1], run.references
    print(
        f"loss per pair {loss:.4f} (start {beside.at_start:.4f}, ignoring the center word "
        f"{beside.without_center:.4f}, shuffled centers {shuffled:.4f}); {run.seconds:.1f} s; "
        f"written to {options.out}",
        file=sys.stderr,
    )
    return 0


def run_sweep(options):
    """Compute the runs that the folder does not hold yet, storing each as it arrives; status 1 if
    one was given up.
    """
    given = vars(options)
    text = check_settings(
        TextSettings(**{name: given[name] for name in knobs(TextSettings) if name in given})
    )
    start = PRESETS.get(options.preset, TrainSettings())
    runs = sweep.plan(
        replace(start, **{name: given[name] for name in knobs(TrainSettings) if name in given}),
        sweep.seeds_in(options.seeds),
        sweep.grid_in(options.grid),
    )
    export.check_writable(options.out)
    corpus = registry.load(text)
    facts = trial.known(corpus)
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
        raise UserError(
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
        if len(some) < 2 or trial.floor_size(facts.counts, floor) <= k:
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


def _show_progress(news, seconds):
    filled = round(30 * news.done)
    left = f"{seconds * (1 - news.done) / news.done:5.1f} s left" if news.done else ""
    loss = f"  loss {news.loss:.4f}" if isinstance(news, training.Snapshot) else " " * 14
    print(
        f"\r[{'#' * filled}{'.' * (30 - filled)}] {news.done:4.0%}{loss}  {left}   ",
        end="",
        file=sys.stderr,
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
