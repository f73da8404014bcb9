"""Charts of dropout as a Bayesian approximation: functions to `alt.Chart`, and functions that
make their rows."""

import altair as alt
import pandas as pd

from core.networks.datasets import EDGE
from ui.charts.drawing import ROWS
from ui.charts.theme import COLORS, INK, PAPER, line_channels
from ui.player import player

TOP = 3.0  # y is shown from -TOP to TOP
X, Y = alt.Scale(domain=[-EDGE, EDGE], nice=False), alt.Scale(domain=[-TOP, TOP], nice=False)
WIDTHS = {"MC dropout": (COLORS[0], [1, 0]), "Gaussian process": (COLORS[2], [6, 4])}


def _picture(rows, suffix, color, ink, paper):
    """Band, inner band, mean, truth and points; rows: kind (grid or point), x, and y, low, high,
    inner_low, inner_high, truth.
    """
    grid, points = (
        rows.transform_filter("datum.kind == 'grid'"),
        rows.transform_filter("datum.kind == 'point'"),
    )
    x = alt.X("x:Q", scale=X, title="x", axis=alt.Axis(grid=False))
    low, high = (alt.Y(f"{name}{suffix}:Q", scale=Y, title="y") for name in ("low", "inner_low"))
    band = grid.mark_area(color=color, opacity=0.22, clip=True).encode(
        x=x, y=low, y2=f"high{suffix}:Q"
    )
    inner = grid.mark_area(color=color, opacity=0.3, clip=True).encode(
        x=x, y=high, y2=f"inner_high{suffix}:Q"
    )
    truth = grid.mark_line(color=ink, strokeWidth=2, strokeDash=[3, 4], clip=True).encode(
        x=x, y=alt.Y("truth:Q", scale=Y)
    )
    mean = grid.mark_line(color=color, strokeWidth=3.5, clip=True).encode(
        x=x, y=alt.Y(f"y{suffix}:Q", scale=Y)
    )
    dots = points.mark_point(
        filled=True, size=110, fill=COLORS[1], stroke=paper, strokeWidth=1.5, opacity=1, clip=True
    ).encode(
        x=x,
        y=alt.Y("y:Q", scale=Y),
        tooltip=[alt.Tooltip("x:Q", format=".2f"), alt.Tooltip("y:Q", format=".2f")],
    )
    return grid, x, [band, inner, truth, mean, dots]


def passes_animation():
    """Mean and band of the passes so far, and the newest pass (column `newest`), one frame for each
    number of passes.
    """
    step = alt.param(name="step", value=0)
    rows = player.tween(
        alt.Chart(alt.NamedData(player.DATASET)), "y", "low", "high", "inner_low", "inner_high"
    )
    grid, x, layers = _picture(rows, "_now", COLORS[0], INK, PAPER)
    newest = grid.mark_line(color=COLORS[3], strokeWidth=2, opacity=0.9, clip=True).encode(
        x=x, y=alt.Y("newest:Q", scale=Y)
    )
    return alt.layer(*layers[:-1], newest, layers[-1]).add_params(step)


def process():
    """The Gaussian process in the same picture. Rows: the columns of one frame, and kind, x,
    truth.
    """
    _, _, layers = _picture(alt.Chart(alt.NamedData(ROWS)), "", COLORS[2], INK, PAPER)
    return alt.layer(*layers)


def widths():
    """Half the 95% band of dropout and of the Gaussian process against x. Tables: `width_rows`."""
    names, (colors, dashes) = list(WIDTHS), zip(*WIDTHS.values(), strict=True)
    at = alt.X("x:Q", scale=X, title="x", axis=alt.Axis(grid=False))
    lines = (
        alt.Chart(alt.NamedData(ROWS))
        .mark_line(strokeWidth=3.5, clip=True)
        .encode(
            x=at,
            y=alt.Y(
                "half:Q", title="half the 95% band", scale=alt.Scale(domain=[0, 2.5], nice=False)
            ),
            **line_channels("who", names, colors, dashes),
        )
    )
    ticks = (
        alt.Chart(alt.NamedData("points"))
        .mark_tick(color=COLORS[1], thickness=2, size=16)
        .encode(x=at, y=alt.value(8))
    )
    return lines + ticks


def width_rows(x, both, points):
    """The tables of `widths`; both: {name: values}, points: where there are points."""
    rows = [
        {"x": at, "who": who, "half": value}
        for who, values in both.items()
        for at, value in zip(x, values, strict=True)
    ]
    return {ROWS: pd.DataFrame(rows), "points": pd.DataFrame({"x": points})}
