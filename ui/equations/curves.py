"""Curves of the equations page, for `drawing.draw`: errors over h, the sigmoid, cost over the
vocabulary.
"""

import altair as alt
import numpy as np
import pandas as pd

from core.equations import differences
from core.equations.differences import PRECISIONS
from ui.charts.theme import COLORS, GRAY, line_channels

SIGMOIDS = "σ(x)", "σ'(x)"
LOSSES = "softmax", "negative sampling"


def error_curve():
    """Relative error of central differences against h in each precision, from the table `errors`,
    with a line at the h of the table `chosen`.
    """
    powers = {"format": ".0e", "grid": False, "values": [1e-12, 1e-8, 1e-4, 1]}
    names = list(PRECISIONS)
    h = alt.X(
        "h:Q",
        scale=alt.Scale(type="log", domain=[1e-14, 1], nice=False),
        title="h",
        axis=alt.Axis(**powers),
    )
    lines = (
        alt.Chart(alt.NamedData("errors"))
        .mark_line(strokeWidth=3, clip=True)
        .encode(
            x=h,
            y=alt.Y(
                "error:Q",
                scale=alt.Scale(type="log", domain=[1e-13, 10], nice=False),
                title="relative error",
                axis=alt.Axis(**powers),
            ),
            **line_channels("precision", names, [{"expr": "ink"}, GRAY]),
            tooltip=[
                "precision:N",
                alt.Tooltip("h:Q", format=".1e"),
                alt.Tooltip("error:Q", format=".2e"),
            ],
        )
    )
    rule = alt.Chart(alt.NamedData("chosen")).mark_rule(strokeWidth=2, color=GRAY).encode(x=h)
    return (rule + lines).properties(height=250)


def error_tables(errors, h):
    """The tables of `error_curve`; errors: precision -> array over `differences.EXPONENTS`."""
    rows = [
        (10.0**e, error, name)
        for name, values in errors.items()
        for e, error in zip(differences.EXPONENTS, values, strict=True)
    ]
    return {
        "errors": pd.DataFrame(rows, columns=["h", "error", "precision"]),
        "chosen": pd.DataFrame({"h": [h]}),
    }


def sigmoid():
    """The sigmoid and its slope from the table `curves`, the tangent from `tangent`, the points of
    both from `points`.
    """
    x = alt.X("x:Q", scale=alt.Scale(domain=[-8, 8], nice=False), axis=alt.Axis())
    y = alt.Y(
        "y:Q",
        scale=alt.Scale(domain=[-0.1, 1.1], nice=False),
        title=None,
        axis=alt.Axis(tickCount=5),
    )
    lines = (
        alt.Chart(alt.NamedData("curves"))
        .mark_line(strokeWidth=3)
        .encode(
            x=x,
            y=y,
            **line_channels("curve", SIGMOIDS),
        )
    )
    tangent = (
        alt.Chart(alt.NamedData("tangent"))
        .mark_line(strokeWidth=2.5, color=COLORS[2], clip=True)
        .encode(x=x, y=y)
    )
    points = (
        alt.Chart(alt.NamedData("points"))
        .mark_point(filled=True, size=150, color=COLORS[2], shape="diamond", opacity=1)
        .encode(x=x, y=y)
    )
    return (lines + tangent + points).properties(height=280)


def sigmoid_tables(x, value, slope, grid, curves):
    """The tables of `sigmoid`: at x its value and slope, and both curves over a grid."""
    ends = np.array([x - 3, x + 3])
    rows = [
        (t, y, name)
        for name, ys in zip(SIGMOIDS, curves, strict=True)
        for t, y in zip(grid, ys, strict=True)
    ]
    return {
        "curves": pd.DataFrame(rows, columns=["x", "y", "curve"]),
        "tangent": pd.DataFrame({"x": ends, "y": value + slope * (ends - x)}),
        "points": pd.DataFrame({"x": [x, x], "y": [value, slope]}),
    }


def cost(title, top):
    """Cost of one pair against the size of the vocabulary, both logarithmic, from the table
    `costs`; top: of the axis.
    """
    key = alt.Legend(title=None, orient="top")
    log = {"format": "~s"}
    dots = alt.OverlayMarkDef(size=110, filled=True)
    return (
        alt.Chart(alt.NamedData("costs"))
        .mark_line(strokeWidth=3, point=dots, clip=True)
        .encode(
            x=alt.X(
                "vocabulary:Q",
                scale=alt.Scale(type="log", domain=[80, 125_000], nice=False),
                title="words in the vocabulary",
                axis=alt.Axis(values=[100, 1_000, 10_000, 100_000], **log),
            ),
            y=alt.Y(
                "cost:Q",
                scale=alt.Scale(type="log", domain=[10, top], nice=False),
                title=title,
                axis=alt.Axis(values=[10.0**k for k in range(1, 9)], **log),
            ),
            color=alt.Color(
                "loss:N", scale=alt.Scale(domain=LOSSES, range=[COLORS[1], COLORS[0]]), legend=key
            ),
            shape=alt.Shape(
                "loss:N", scale=alt.Scale(domain=LOSSES, range=["square", "circle"]), legend=key
            ),
            tooltip=[
                "loss:N",
                alt.Tooltip("vocabulary:Q", format=","),
                alt.Tooltip("cost:Q", format=",.1f"),
            ],
        )
        .properties(height=320)
    )


def cost_table(costs, field):
    """The table of `cost`; costs: of `core.equations.cost.Cost`, field: one of its numbers."""
    return pd.DataFrame(
        [(c.vocabulary, getattr(c, field), c.loss) for c in costs],
        columns=["vocabulary", "cost", "loss"],
    )
