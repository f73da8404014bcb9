"""Sixteen seeds of the default setting, run in several ways: python benchmarks/many_seeds.py."""

import time
from dataclasses import replace

from common import arguments, heading, spread, table

from core.seeds import sweep
from core.settings import TextSettings, TrainSettings
from core.texts import registry
from core.word2vec import training
from ui.jobs.broker import Broker

SEEDS = 16
TEXT, SETTINGS = TextSettings(), TrainSettings()
RUNS = [replace(SETTINGS, seed=seed) for seed in range(1, SEEDS + 1)]


def alone():
    """One run from the beginning, including generating and reading the text."""
    list(training.train(registry.load(TEXT), SETTINGS))


def one_after_the_other():
    """All runs in this process, the text read once."""
    corpus = registry.load(TEXT)
    for settings in RUNS:
        list(training.train(corpus, settings))


def stacked():
    """The same number of steps on twice as many windows each: the work of two seeds in one
    product.
    """
    corpus = registry.load(TEXT)
    for settings in RUNS[::2]:
        list(
            training.train(
                corpus, replace(settings, batch=2 * settings.batch, epochs=2 * settings.epochs)
            )
        )


def command_line():
    """`python -m core sweep` without writing files: processes of joblib, including their start."""
    list(sweep.execute(registry.load(TEXT), RUNS, jobs=2))


class Page:
    """The Seeds page without a browser: the workers of its server, which are running already."""

    def __init__(self):
        self.broker, self.first = Broker(), []
        # The workers are awake
        self.run([replace(SETTINGS, seed=999_000 + k, epochs=1) for k in range(4)])

    def run(self, runs):
        """Ask for all runs, as the page does, and wait."""
        begun = time.perf_counter()
        jobs = [
            self.broker.watch("core.background_tasks:attempt", TEXT, settings, 0)
            for settings in runs
        ]
        entered = [job.__enter__() for job in jobs]
        for k, job in enumerate(entered):
            for _ in job.follow():
                pass
            if not k:
                self.first.append(time.perf_counter() - begun)
        for job in jobs:
            job.__exit__(None, None, None)


def timed(function, *values):
    """Seconds that a call takes."""
    begun = time.perf_counter()
    function(*values)
    return time.perf_counter() - begun


def main():
    """Print the table."""
    options = arguments(__doc__, text=False).parse_args()
    page, found = Page(), {}
    for repeat in range(options.repeat):
        found.setdefault(f"{SEEDS} separate runs (one, times {SEEDS})", []).append(
            SEEDS * timed(alone)
        )
        found.setdefault("one process, text read once", []).append(timed(one_after_the_other))
        found.setdefault("one process, two seeds stacked in each product", []).append(
            timed(stacked)
        )
        found.setdefault("two processes of the command line", []).append(timed(command_line))
        # Nothing comes from the cache
        fresh = [replace(run, seed=run.seed + 1_000 * (repeat + 1)) for run in RUNS]
        found.setdefault("two workers of the page", []).append(timed(page.run, fresh))
    page.broker.close()
    print(heading(f"Seconds for {SEEDS} seeds of the default setting: median (least-most)"))
    print(table(["way", "seconds"], [[way, spread(seconds)] for way, seconds in found.items()]))
    print(f"\nFirst result on the page after {spread(page.first[1:])} s.")


if __name__ == "__main__":
    main()
