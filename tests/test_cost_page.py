"""docs/cost.md stays true: its formula is the code's, its tables are those of benchmarks/README.md,
its pictures show them, and its arithmetic is right.
"""

import re
from pathlib import Path

import numpy as np
import pytest

from core.commands.options import MOST_BYTES
from core.reading.reader import MAX_BYTES
from core.word2vec import batch, exact_solver, training_pairs

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "cost.md"
TEXT = PAGE.read_text("utf-8")
UNITS = {
    **{"µs": 1e-6, "s": 1, "minutes": 60, "hours": 3_600},
    **{"M": 1e6, "MB": 1e6, "GB": 1e9, "bytes": 1, "runs": 1, "words": 1, "cores": 1},
}


@pytest.fixture(scope="module")
def pictures():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "benchmarks"))
        import cost_pictures

        yield cost_pictures


def said(pattern):
    """The numbers that the page says in words."""
    found = re.search(pattern, " ".join(TEXT.split()))
    assert found, pattern
    return [float(number.replace(",", "")) for number in found.groups()]


@pytest.mark.parametrize(
    "columns",
    [
        ["d", "C", "K", "words", "µs a word of text"],
        ["words", "d", "seconds", "to the first"],
        ["dim", "text", "tokens", "vocabulary", "µs a token"],
    ],
)
def test_its_tables_are_the_measured_ones(pictures, columns):
    assert pictures.table(columns, PAGE) == pictures.table(columns)


def test_its_formula_counts_the_products_of_a_step(pictures):
    from cost import FIRST, numbers

    assert said(r"L = (\d+) center words.*All centers of a block share (\d+) K") == [
        batch.BLOCK,
        batch.SHARED,
    ]
    for dim, C, K in (10, 5, 5), (50, 5, 5), (7, 2, 3):
        T = 10 * batch.BLOCK
        stream = training_pairs.Stream(
            np.arange(T, dtype="i4"), np.zeros(T, "i4"), np.full(T, C, "i4")
        )
        (windows,) = batch.batches(stream, C, T, True, np.float32)
        blocks, E = windows.contexts.shape
        columns = E + batch.SHARED * K
        wanted = 3 * blocks * batch.BLOCK * columns * dim / T
        assert numbers(FIRST | {"dim": dim, "window": C, "negatives": K}) == wanted
    for dim, multiplications in zip(
        (10, 50), said(r"46 columns: ([\d,]+) multip.* and ([\d,]+) at d = 50"), strict=True
    ):
        assert numbers(FIRST | {"dim": dim}) == multiplications
    for row in pictures.table(list(pictures.NAMES)):
        setting = {long: int(pictures.number(row[s])) for s, long in pictures.NAMES.items()}
        share = numbers(setting) / numbers(FIRST)
        assert pictures.number(row["its products, to those"]) == pytest.approx(share, abs=0.005)


def test_its_line_fits_what_was_measured_as_well_as_it_says(pictures):
    from cost import FIRST, numbers

    measured = pictures.sampled()
    constant, slope, percent = said(
        r"line is ([\d.]+) µs and ([\d.]+) µs for each thousand.*within (\d+)% of each"
    )
    assert (constant, slope) == pytest.approx(pictures.line(measured), rel=0.02)
    for setting, each in measured:
        if setting["words"] == FIRST["words"]:
            foretold = constant + slope * numbers(setting) / 1_000
            assert abs(each / foretold - 1) < percent / 100 + 0.005


def test_its_pictures_show_the_measured_points(pictures):
    for name, svg in pictures.pictures():
        drawn = (ROOT / "docs" / name).read_text("utf-8")
        for found in (svg, drawn):
            assert f"]({name})" in TEXT and len(found) < 100_000
        places = [re.findall(r'aria-label="([^"]*measured[^"]*)"', s) for s in (svg, drawn)]
        assert places[0] == places[1] or not any(places)
        assert svg.count("<path") == drawn.count("<path")


def test_its_limits_are_those_of_the_program():
    command, page = said(r"reads texts of up to (\d) GB \(the page: (\d+) MB\)")
    assert (command * 1e9, page * 1e6) == (MOST_BYTES, MAX_BYTES)
    assert said(r"available for up to ([\d,]+) words") == [exact_solver.MOST_WORDS]
    for words, megabytes in (4_000, 0), (64_000, 1):
        stated = said(r"which is (\d+) MB for 4,000 words at d = 50 and (\d+) MB for 64,000")
        assert stated[megabytes] == round(2 * words * 50 * 4 * 2 / 1e6)


def value(side):
    """The value of `17 M x 5 x 1.67 µs`, in seconds, bytes or ones."""
    total = 1.0
    for sign, factor in re.findall(r"(^|[x/]) *([^x/]+)", side.strip()):
        first, *units = factor.split()
        amount = float(first.replace(",", "")) * np.prod([UNITS[unit] for unit in units])
        total = total / amount if sign == "/" else total * amount
    return total


SUMS = re.findall(r"`([^`=]+)=([^`=]+)`", TEXT)


def test_there_is_arithmetic():
    assert len(SUMS) > 8


@pytest.mark.parametrize(("left", "right"), SUMS)
def test_its_arithmetic_is_right(left, right):
    assert value(right) == pytest.approx(value(left), rel=0.03)


def test_its_arithmetic_uses_measured_times(pictures):
    tables = [
        pictures.table(["d", "C", "K", "words"]),
        pictures.table(["dim", "text", "tokens"]),
    ]
    measured = {cell.split()[0] for rows in tables for row in rows for cell in row.values()}
    times = [time for left, _ in SUMS for time in re.findall(r"([\d.]+) µs", left)]
    assert times and set(times) <= measured
