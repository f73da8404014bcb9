"""`python -m core grade ANSWERS.csv`: train the runs of receipts again, and say which are real."""

import argparse
import csv
import io
import math
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from core import files
from core.classroom import receipts
from core.errors import UserError
from core.seeds import sweep
from core.seeds.trial import Trial
from core.settings import TextSettings, TrainSettings, knobs
from core.texts import registry

REAL, ALTERED, OTHER = "real", "altered", "other settings"
MOST, BYTES = 1_000, 10_000_000  # receipts, and bytes of the file
LONGEST = 20_000_000  # words that a run may read, all epochs together: more is not trained again
DISTRIBUTION = (
    *("number", "real receipts", "least", "first quartile", "median"),
    *("third quartile", "largest"),
)
HEAD = "receipt", "result", "seed", "loss", "trained again", "prediction", "why"


def add(commands: argparse._SubParsersAction) -> None:
    """Add the command to a parser."""
    command = commands.add_parser("grade", help="train the runs of receipts again: are they real?")
    command.add_argument(
        "answers", metavar="ANSWERS.csv", help="a receipt in each line, in any of its columns"
    )
    command.add_argument(
        "--set",
        nargs="+",
        metavar="NAME=VALUE",
        help="the settings that were asked for, such as dim=2 window=1; without it, any will do",
    )
    command.add_argument("--out", default="graded.csv", metavar="FILE", help="the CSV written")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Grade each receipt, write the CSV and print how many are real, altered or of other settings,
    and how the losses and the predictions of the real ones are distributed.
    """
    wanted = None if options.set is None else _wanted(options.set)
    again: dict[tuple[TextSettings, TrainSettings], Trial] = {}
    rows = []
    for person, line in _lines(options.answers):
        rows.append((person, *_graded(line, wanted, again)))
        print(f"{len(rows)}: {rows[-1][2]}", file=sys.stderr)
    cells = [("student", *HEAD), *([_safe(cell) for cell in row] for row in rows)]
    out = Path(options.out)
    files.write_whole(out, _as_csv(cells))
    counts = Counter(row[2] for row in rows)
    print(", ".join(f"{counts[name]} {name}" for name in (REAL, ALTERED, OTHER)))
    real = [row for row in rows if row[2] == REAL]
    found = [
        (name, *_distribution([float(row[column]) for row in real if row[column] != ""]))
        for name, column in (("loss", 4), ("prediction", 6))
    ]
    beside = out.with_name(f"{out.stem}.distribution{out.suffix}")
    files.write_whole(beside, _as_csv([DISTRIBUTION, *found]))
    for name, count, *five in found:
        if count:
            least, low, middle, high, most = (f"{value:.4g}" for value in five)
            print(
                f"{name}: {count} from {least} to {most}, median {middle}, the middle half from "
                f"{low} to {high}"
            )
    print(f"written: {out} and {beside}")
    return 0


def _as_csv(rows):
    table = io.StringIO(newline="")
    csv.writer(table).writerows(rows)
    return table.getvalue()


def _wanted(parts):
    """The settings that were asked for; UserError names what is wrong."""
    found, fields = {}, {**knobs(TextSettings), **knobs(TrainSettings)}
    for part in parts:
        name, equals, value = part.partition("=")
        if not equals or name not in fields:
            raise UserError(f"Settings are written like dim=10, not {part[:40]!r}.")
        try:
            found[name] = fields[name].type(value)
        except ValueError:
            raise UserError(f"{part[:40]!r} is not a value of {name}.") from None
    return found


def _lines(path):
    """(who, line) of each receipt in a CSV file; UserError if there is none."""
    try:
        if Path(path).stat().st_size > BYTES:
            raise UserError(f"{path} is larger than {BYTES:,} bytes.")
        content = Path(path).read_text(encoding="utf-8-sig")
        table = list(csv.reader(io.StringIO(content)))
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise UserError(f"{path} cannot be read as a CSV file: {problem}.") from None
    found = []
    for n, row in enumerate(table, 1):
        cells = ["".join(cell.split()) for cell in row]
        line = next((cell for cell in cells if len(cell) == receipts.LETTERS), None)
        if line is None and n > 1 and any(cells):
            line = max(cells, key=len)  # not a receipt: it is said why
        if line is not None:
            who = next((c.strip() for c, plain in zip(row, cells, strict=True) if plain != line), n)
            found.append((str(who)[:60], line))
    if not found or len(found) > MOST:
        raise UserError(f"{path} should hold 1 to {MOST:,} receipts, not {len(found):,}.")
    return found


def _graded(line, wanted, again):
    """The cells of a row, from the receipt on."""
    try:
        receipt = receipts.read(line)
    except UserError as problem:
        return line[:100], ALTERED, "", "", "", "", str(problem)
    prediction = "" if math.isnan(receipt.prediction) else f"{receipt.prediction:g}"
    cells = line, receipt.settings.seed, f"{receipt.loss:.6g}"
    other = receipts.differing(receipt, wanted) if wanted is not None else []
    if other or _too_long(receipt):
        why = f"differs in {', '.join(other)}" if other else "takes too long to train again"
        return cells[0], OTHER, *cells[1:], "", prediction, why
    key = receipt.text, receipt.settings
    if key not in again:
        again[key] = sweep.compute(registry.load(receipt.text), receipt.settings)
    found = f"{again[key].loss:.6g}"
    if receipts.agrees(receipt, again[key]):
        return cells[0], REAL, *cells[1:], found, prediction, ""
    return cells[0], ALTERED, *cells[1:], found, prediction, "training gives other numbers"


def _too_long(receipt):
    steps = receipt.settings.iterations * receipt.settings.batch
    return max(receipt.text.tokens * receipt.settings.epochs, steps) > LONGEST


def _safe(cell):
    """A cell that no spreadsheet takes for a formula."""
    text = str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") and not _number(text) else text


def _number(text):
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _distribution(values: list[float]) -> tuple[Any, ...]:
    """How many, and the least, the quartiles and the largest."""
    if not values:
        return 0, *[""] * 5
    return len(values), *np.quantile(values, (0, 0.25, 0.5, 0.75, 1)).tolist()
