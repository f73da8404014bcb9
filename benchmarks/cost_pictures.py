"""The pictures of docs/cost.md, from the tables of benchmarks/README.md: what an epoch costs.

python benchmarks/cost_pictures.py
"""

import argparse
import re
from pathlib import Path

import altair as alt
import numpy as np
import vl_convert
from cost import FIRST, numbers

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "benchmarks" / "README.md"
NAMES = {"d": "dim", "C": "window", "K": "negatives", "words": "words"}
TITLES = {
    "dim": "dimension d",
    "window": "window C",
    "negatives": "negatives K",
    "words": "words in the vocabulary",
}
SIZE = {"width": 250, "height": 180}
COLOR = "#0b6aa2"


def table(columns, path=TABLES):
    """The rows of the last table of a document with these first columns, as dictionaries."""
    head = re.escape("| " + " | ".join(columns))
    *_, found = re.finditer(rf"^{head}.*\n\|.*\n((?:\|.*\n)+)", path.read_text("utf-8"), re.M)
    names = _cells(found[0].split("\n")[0])
    return [dict(zip(names, _cells(row), strict=True)) for row in found[1].splitlines()]


def _cells(row):
    return [cell.strip() for cell in row.strip("|").split("|")]


def number(cell):
    """The number that a cell begins with."""
    return float(cell.split()[0].replace(",", ""))


def sampled(path=TABLES):
    """(setting, microseconds a word of text) of each measured setting."""
    return [
        (
            {long: int(number(row[short])) for short, long in NAMES.items()},
            number(row[MICROSECONDS]),
        )
        for row in table(list(NAMES), path)
    ]


MICROSECONDS = "µs a word of text"


def line(measured):
    """Microseconds that a word of text costs without numbers to multiply, and those of a thousand:
    least squares over the settings with the vocabulary of the first.
    """
    some = [(numbers(s) / 1_000, each) for s, each in measured if s["words"] == FIRST["words"]]
    x, y = np.array(some).T
    slope, constant = np.polyfit(x, y, 1)
    return constant, slope


def epochs(measured):
    """Four pictures, one for each setting that is changed: measured points, and the line."""
    constant, slope = line(measured)
    return alt.vconcat(
        alt.hconcat(*(_one(measured, name, constant, slope) for name in ("dim", "negatives"))),
        alt.hconcat(*(_one(measured, name, constant, slope) for name in ("window", "words"))),
        title="Sampled training: processor time for one word of text (points), and the formula",
    )


def _one(measured, name, constant, slope):
    rows = [
        {name: s[name], "measured": each, "formula": constant + slope * numbers(s) / 1_000}
        for s, each in measured
        if all(s[other] == FIRST[other] for other in FIRST if other != name)
    ]
    scale = alt.Scale(type="log", nice=False) if name == "words" else alt.Scale(zero=True)
    axis = alt.Axis(values=[row[name] for row in rows])
    x = alt.X(f"{name}:Q", title=TITLES[name], scale=scale, axis=axis)
    y = alt.Y("measured:Q", title="µs a word", scale=alt.Scale(domain=[0, 3]))
    base = alt.Chart(alt.Data(values=rows)).encode(x=x).properties(**SIZE)
    points = base.mark_point(filled=True, size=70, color=COLOR).encode(y=y)
    return points + base.mark_line(strokeDash=[5, 4], color="black").encode(
        y=alt.Y("formula:Q", title="µs a word")
    )


def sweeps(path=TABLES):
    """The exact solver: measured sweeps by the size of the vocabulary, and a square through the
    largest.
    """
    rows = [
        {"words": number(row["words"]), "measured": number(row["seconds"])}
        for row in table(["words", "d", "seconds"], path)
        if row["d"] == str(FIRST["dim"])
    ]
    last = max(rows, key=lambda row: row["words"])
    for row in rows:
        row["square"] = last["measured"] * (row["words"] / last["words"]) ** 2
    axis = alt.Axis(values=[row["words"] for row in rows])
    x = alt.X("words:Q", title=TITLES["words"], scale=alt.Scale(type="log"), axis=axis)
    ticks = alt.Axis(values=[0.01, 0.1, 1, 10])
    y = alt.Y("measured:Q", title="seconds", scale=alt.Scale(type="log"), axis=ticks)
    base = alt.Chart(alt.Data(values=rows)).encode(x=x).properties(width=400, height=220)
    square = base.mark_line(strokeDash=[5, 4], color="black").encode(
        y=alt.Y("square:Q", title="seconds")
    )
    points = base.mark_point(filled=True, size=70, color=COLOR).encode(y=y)
    return (points + square).properties(
        title=f"Exact solver: one sweep at d = {FIRST['dim']} (points), and a square of the words"
    )


def pictures():
    """The name and the SVG of each picture."""
    for name, chart in {"cost-sampled": epochs(sampled()), "cost-exact": sweeps()}.items():
        ready = chart.configure(background="white").configure_title(fontSize=14)
        yield f"{name}.svg", vl_convert.vegalite_to_svg(ready.to_dict())


def main():
    """Write the pictures into docs/."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    for name, svg in pictures():
        (ROOT / "docs" / name).write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
