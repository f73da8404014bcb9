"""`python -m core judge SWEEP_FOLDER`: was it the seed? The verdict of a sweep and its controls."""

import argparse
import json
import sys
import time
from dataclasses import replace

from core.commands.options import load
from core.errors import UserError
from core.seeds import controls, controls_side_by_side, run_measures, sweep_folder, trial, verdict
from core.seeds.controls import HALF
from core.seeds.run_measures import Measures
from core.settings import TrainSettings, knobs
from core.texts import words_to_plot

ENOUGH = 0.01  # share of the work from which the time left is told
LARGEST = f"Of a large vocabulary, the {trial.POOL:,} most frequent words are compared."


def add(commands: argparse._SubParsersAction) -> None:
    """Add the command to a parser."""
    command = commands.add_parser(
        "judge", help="was it the seed? the verdict of a sweep, by experiment"
    )
    command.add_argument("folder", metavar="SWEEP_FOLDER", help="a folder written by `sweep`")
    command.add_argument(
        "--words", metavar="LIST", help='groups of words, such as "pies kot; deszcz wiatr"'
    )
    command.add_argument(
        "--set",
        nargs="+",
        default=[],
        metavar="NAME=VALUE",
        help="which runs of a sweep with a grid, such as dim=10 lr=0.3",
    )
    command.add_argument("--neighbors", type=int, default=run_measures.K, metavar="K")
    command.add_argument(
        "--floor",
        type=int,
        default=run_measures.FLOOR,
        help="how often a word must occur to be compared",
    )
    command.add_argument(
        "--quick", action="store_true", help="only the controls that the verdict needs"
    )
    command.add_argument(
        "--jobs", type=int, metavar="N", help="processes on this machine (default: one per core)"
    )
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Measure the runs of a sweep, run the controls and print the verdict.

    Ctrl-C stops the controls; the verdict then rests on those that were finished.
    """
    if options.neighbors < 1:
        raise UserError("At least one neighbor of each word must be compared.")
    text, facts, planned = sweep_folder.read_plan(options.folder)
    runs = _chosen(list(planned), options.set)
    read = [sweep_folder.read_run(options.folder, planned[s], s, facts) for s in runs]
    trials = [one for one in read if one]
    if not trials:
        raise UserError(f"{options.folder} holds no finished run yet.")
    chosen = (
        words_to_plot.choose(facts, words_to_plot.choices(facts)[0])
        if options.words is None
        else words_to_plot.choose(facts, "own", options.words)
    )
    if options.words is not None and not chosen.words:
        if not chosen.missing:
            raise UserError('There is no word in the list: write groups such as "a b c; d e f".')
        raise UserError(
            f"None of these words is in the vocabulary: {', '.join(chosen.missing)}. {LARGEST}"
        )
    rows, labels = run_measures.grouped(chosen, facts.index)
    measured = rows, labels, options.neighbors, options.floor
    before = run_measures.measure(trials, facts.counts, *measured)
    found = verdict.case(before, facts, chosen)
    if before.runs > 1:
        corpus = load(text)
        if corpus.digest != facts.digest:
            raise UserError(
                "The text is no longer the one that this sweep read: its controls would be those "
                "of another text. Run the sweep again."
            )
        found = _with_controls(found, corpus, trials[0].settings, measured, options)
    judgment = verdict.judge(found)
    print(
        json.dumps(judgment.as_json(), ensure_ascii=False, indent=2)
        if options.json
        else _told(judgment, chosen, trials[0].settings)
    )
    return 0


def _chosen(runs, wanted):
    """The runs with the wanted settings, which may differ in the seed only; UserError if not."""
    fields = knobs(TrainSettings)
    for part in wanted:
        name, equals, value = part.partition("=")
        if not equals or name not in fields:
            raise UserError(f"Settings are written like dim=10, not {part!r}.")
        runs = [s for s in runs if str(getattr(s, name)) == str(fields[name].type(value))]
    if not runs:
        raise UserError("No run of this sweep has these settings.")
    varied = [
        name for name in fields if name != "seed" and len({getattr(s, name) for s in runs}) > 1
    ]
    if varied:
        raise UserError(
            f"The runs of this sweep differ in {', '.join(varied)}, not only in the seed: choose "
            f"with --set, such as --set {varied[0]}={getattr(runs[0], varied[0])}."
        )
    return runs


def _with_controls(found, corpus, settings, measured, options):
    """The case with all controls, or with those that the verdict needs; on Ctrl-C with those that
    have ended.
    """
    names, after = [control.name for control in controls.CONTROLS], dict[str, Measures | None]()
    bar = _Bar()
    try:
        while True:
            now = replace(found, after=dict(after))
            if options.quick:
                wanted = [name for name in [verdict.next_control(now)] if name]
            else:
                wanted = [name for name in names if name not in after]
            if not wanted:
                return now
            bar.begin(wanted[0] if options.quick else f"{len(wanted)} controls")
            rows, labels, k, floor = measured
            for name, found_after in controls_side_by_side.run(
                wanted, corpus, settings, rows, labels, k, floor, options.jobs, bar.tell
            ):
                after[name] = found_after
            bar.end()
    except KeyboardInterrupt:
        print("\nstopped: the verdict rests on the finished controls", file=sys.stderr)
        return replace(found, after=after)


class _Bar:
    """A line of the terminal: what is computed, how much of it is done, and the time left."""

    def begin(self, said: str) -> None:
        """Start the line of some work."""
        self.said, self.started = said, time.perf_counter()
        self.tell(0.0)

    def tell(self, done: float) -> None:
        """Show the share that is done, 0 to 1."""
        passed = time.perf_counter() - self.started
        left = f", {_about(passed * (1 - done) / done)} left" if ENOUGH < done < 0.995 else ""
        print(f"\r{self.said}: {done:.0%}{left}   ", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Finish the line with the seconds that the work took."""
        print(
            f"\r{self.said}: {time.perf_counter() - self.started:.0f} s" + " " * 20, file=sys.stderr
        )


def _about(seconds):
    return f"about {seconds:.0f} s" if seconds < 100 else f"about {seconds / 60:.0f} min"


def _told(judgment, chosen, settings):
    b, lines = judgment.case.before, [judgment.verdict, "", f"Culprit: {judgment.culprit}"]
    lines += [f"Groups: {judgment.groups}", f"Neighbors: {judgment.neighbors}"]
    if chosen.missing:
        lines.append(f"Not in the vocabulary: {', '.join(chosen.missing)}. {LARGEST}")
    lines += ["", f"{'':<24} {'agreement':>9} {'groups':>7} {'learned':>8} {'halves':>7}"]
    lines.append(_row(f"{b.runs} runs of the sweep", b))
    after = judgment.case.after
    for control in controls.CONTROLS:
        measured = after.get(control.name)
        if measured:
            lines.append(_row(control.name, measured))
        elif control.name in after:
            lines.append(f"{control.name:<24} {controls.why_not(control.name, settings)}")
        else:
            lines.append(f"{control.name:<24} not run")
    lines += ["", "Agreement: neighbors shared by two runs beyond chance. Groups: share of runs "]
    lines[-1] += "that show them. Learned: how far the loss is below that of word frequencies "
    lines[-1] += "alone. Halves: agreement of models of different halves of the text."
    lines += ["", "How much of what is missing each explains:"]
    lines += [
        f"{s.name:<24} "
        + (s.control if s.share is None else f"{s.share:9.0%} +- {s.error:.0%}  {s.control}")
        for s in verdict.explained(judgment.case)
    ]
    return "\n".join(lines)


def _row(name, m):
    halves = f" {m.across:7.1%}" if name == HALF else ""
    return f"{name:<24} {m.agreement:9.1%} {m.clustered:7.0%} {m.learned:8.1%}{halves}"
