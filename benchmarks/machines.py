"""How far the numbers of a receipt depend on the machine: python benchmarks/machines.py.

Of other versions of NumPy, SciPy and their BLAS, in two environments:

    ONE/bin/python benchmarks/machines.py --receipts answers.csv
    OTHER/bin/python -m core grade answers.csv

The same runs are trained in processes that compute as other processors would: with the kernels that
OpenBLAS has for them, without the vector instructions that NumPy would use, with one and two
threads. What is left to chance (an order of additions) grows while a model is trained.
"""

import argparse
import contextlib
import csv
import itertools
import json
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
from common import heading, table

from core.classroom import receipts
from core.errors import UserError
from core.seeds import sweep
from core.settings import LOSSES, TextSettings, TrainSettings, check
from core.texts import registry
from core.word2vec.training import TRAINERS

RUNS = {
    "default": {},
    "2 dimensions, window 1": {"dim": 2, "window": 1},
    "100 dimensions, 10 epochs": {"dim": 100, "epochs": 10},
    "sgd, rate 0.3": {"optimizer": "sgd", "lr": 0.3},
    "adam": {"optimizer": "adam", "lr": 0.02},
    "exact": {"optimizer": "exact", "epochs": 4},
    "softmax": {"loss": "softmax", "epochs": 1},
}
SEEDS = 1, 2
PLAIN = "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR AVX2 FMA3"
MACHINES = {
    "one thread": {"OPENBLAS_NUM_THREADS": "1"},
    "two threads": {"OPENBLAS_NUM_THREADS": "2"},
    "kernels of Haswell": {"OPENBLAS_CORETYPE": "Haswell"},
    "kernels of Skylake-X": {"OPENBLAS_CORETYPE": "SkylakeX"},
    "kernels of Zen": {"OPENBLAS_CORETYPE": "Zen"},
    "kernels of Prescott": {"OPENBLAS_CORETYPE": "Prescott"},
    "Prescott, NumPy without AVX": {
        "OPENBLAS_CORETYPE": "Prescott",
        "NPY_DISABLE_CPU_FEATURES": PLAIN,
    },
}


GRID_TEXT, DIMENSIONS = TextSettings(tokens=20_000), (2, 10, 100)


def lines():
    """Receipts of all optimizers, losses and some dimensions, and of RUNS on the whole text."""
    for optimizer, loss, dim in itertools.product(TRAINERS, LOSSES, DIMENSIONS):
        settings = TrainSettings(optimizer=optimizer, loss=loss, dim=dim, epochs=2)
        with contextlib.suppress(UserError):  # not every loss has every optimizer
            yield f"{optimizer} {loss} {dim}", _line(GRID_TEXT, check(settings))
    for name, settings in RUNS.items():
        yield name, _line(TextSettings(), replace(TrainSettings(), **settings))


def _line(text, settings):
    return receipts.write(receipts.of_trial(text, sweep.compute(registry.load(text), settings)))


def numbers():
    """The three numbers of a receipt for each run, as this process computes them."""
    corpus = registry.load(TextSettings())
    found = {}
    for name, settings in RUNS.items():
        for seed in SEEDS:
            trial = sweep.compute(corpus, replace(TrainSettings(seed=seed), **settings))
            found[f"{name}, seed {seed}"] = receipts.of_trial(TextSettings(), trial).numbers
    return found


def on(machine):
    """The numbers of another process; None if it cannot compute like that."""
    ended = subprocess.run(
        [sys.executable, __file__, "--numbers"],
        env={**os.environ, **machine},
        capture_output=True,
        text=True,
    )
    return json.loads(ended.stdout) if ended.returncode == 0 else None


def main():
    """Print the table: the largest relative deviation of each number from those of this machine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--numbers", action="store_true", help="as JSON, those of this process alone"
    )
    parser.add_argument("--receipts", metavar="FILE", help="write a CSV to be graded elsewhere")
    options = parser.parse_args()
    if options.receipts:
        with open(options.receipts, "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(lines())
        return
    if options.numbers:
        print(json.dumps(numbers()))
        return
    own, rows = on({}), []
    for name, machine in MACHINES.items():
        found = on(machine)
        if found is None:
            rows.append([name, *["does not run"] * 3, ""])
            continue
        a, b = (np.array(list(one.values())) for one in (own, found))
        apart = np.abs(a - b) / np.maximum(np.abs(a), 0.01)  # as a receipt is judged
        worst = list(own)[int(apart.max(1).argmax())]
        rows.append([name, *(f"{100 * x:.3g}%" for x in apart.max(0)), worst])
    print(heading("Largest deviation of the numbers of a receipt from those of this machine"))
    print(table(["machine", "loss", "cost of shuffling", "strongest direction", "where"], rows))


if __name__ == "__main__":
    main()
