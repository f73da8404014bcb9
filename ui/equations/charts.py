"""Charts of one step of word2vec, for `drawing.draw`: specs depend on names and sizes, never on the
numbers shown.

Beside each chart stands the function that makes its tables.
"""

import altair as alt
import numpy as np
import pandas as pd

from ui.charts import labels
from ui.charts.theme import COLORS, GRAY, INK

PARTS = {"v_c": COLORS[6], "u_o": COLORS[3], "u_k": COLORS[5]}  # of arrows
ROW = 30  # pixels of a row of bars or cells
# Of cells, on either page: negative, zero, positive
DIVERGING = ["#757575", "#f7f7f7", "#b58000"]
TEXTS = 10  # numbers are written into the cells of so many columns, more would not be readable
# Domain and color of each kind of bars; on the right is room for the number of a bar of length 1
BARS = {"y": ((0, 1.9), COLORS[2]), "p": ((0, 1.9), COLORS[0]), "error": ((-1.1, 2.6), COLORS[1])}
SQUARE = 380  # pixels of the picture of arrows
WORDS = alt.Axis(
    title=None,
    labelLimit=105,
    labelOverlap=False,
    labelFlush=False,
    minExtent=70,
    ticks=False,
    domain=False,
)


def _title(text):
    return alt.Title(text, fontSize=16, anchor="start", offset=4)


def bars(kind, title, count):
    """Numbers of the terms as bars, from the table `bars`. kind: "y", "p" or "error". Each has
    its words: on a phone they stand below each other.
    """
    domain, color = BARS[kind]
    base = alt.Chart(alt.NamedData("bars")).encode(
        y=alt.Y("label:N", sort=None, axis=WORDS),
        x=alt.X(
            "value:Q",
            title=None,
            scale=alt.Scale(domain=domain, nice=False),
            axis=alt.Axis(values=[-1, 0, 1], format="d", grid=True),
        ),
        tooltip=[alt.Tooltip("label:N", title="term"), alt.Tooltip("value:Q", format=".6f")],
    )
    # Beside the bar, or beside zero: on the left are the words
    text = (
        base.transform_calculate(end="max(datum.value, 0)")
        .mark_text(fontSize=15, fill=INK, align="left", dx=4)
        .encode(x="end:Q", text=alt.Text("value:Q", format=".2f"))
    )
    return (base.mark_bar(color=color, height=18) + text).properties(
        height=ROW * count + 65, title=_title(title)
    )


def bar_table(terms, values):
    """The table of `bars`."""
    return pd.DataFrame({"label": list(terms), "value": np.asarray(values, float)})


def cells(title, count, columns, marked=False):
    """A matrix as a heat map with its numbers, from the table `cells`. A click selects row and
    column as `cell`.

    Colors are relative to the largest entry. marked: entries whose `off` is true get a frame and a
    cross.
    """
    base = alt.Chart(alt.NamedData("cells")).encode(
        x=alt.X(
            "entry:O",
            title=None,
            axis=alt.Axis(labelAngle=0, ticks=False, domain=False, orient="top"),
        ),
        y=alt.Y("word:N", sort=None, axis=WORDS),
        tooltip=["word:N", "entry:O", alt.Tooltip("value:Q", format=".8f")],
    )
    clicked = alt.selection_point(name="cell", fields=["row", "column"], on="click", empty=False)
    rects = (
        base.mark_rect(cursor="pointer", stroke=GRAY)
        .encode(
            color=alt.Color(
                "share:Q", scale=alt.Scale(domain=[-1, 0, 1], range=DIVERGING), legend=None
            ),
            strokeWidth=alt.when(clicked).then(alt.value(5)).otherwise(alt.value(0.5)),
        )
        .add_params(clicked)
    )
    dark = alt.when("datum.share < -0.55").then(alt.value("white")).otherwise(alt.value("#1a1a1a"))
    number = base.mark_text(fontSize=15, cursor="pointer").encode(text="text:N", color=dark)
    layers = [rects, number] if columns <= TEXTS else [rects]
    if marked:
        layers.append(
            base.transform_filter("datum.off").mark_rect(
                fillOpacity=0, stroke=COLORS[1], strokeWidth=4
            )
        )
    return alt.layer(*layers).properties(height=ROW * count + 65, title=_title(title))


def cell_table(names, matrix, off=None):
    """The table of `cells`: a matrix (or a vector as one row), and where it is wrong."""
    matrix = np.atleast_2d(matrix)
    count, d = matrix.shape
    off = np.zeros(matrix.shape, bool) if off is None else np.atleast_2d(off)
    text = [
        f"{x:.3f}" + (" ✗" if wrong else "")
        for x, wrong in zip(matrix.ravel(), off.ravel(), strict=True)
    ]
    return pd.DataFrame(
        {
            "row": np.repeat(np.arange(count), d),
            "word": np.repeat(list(names), d),
            "text": text,
            "column": np.tile(np.arange(d), count),
            "entry": np.tile(np.arange(1, d + 1), count),
            "value": matrix.ravel(),
            "share": matrix.ravel() / max(np.abs(matrix).max(), 1e-300),
            "off": off.ravel(),
        }
    )


def arrows(extent):
    """Vectors from the origin, before (thin, dashed) and after a step (thick), from the table
    `arrows`.

    extent: the picture reaches from -extent to extent.
    """
    scale = alt.Scale(domain=[-extent, extent], nice=False)
    color = alt.Color(
        "part:N", scale=alt.Scale(domain=list(PARTS), range=list(PARTS.values())), legend=None
    )
    tips = [
        alt.Tooltip(f"{k}:Q", title=title, format=".4f")
        for k, title in (("x", "x before"), ("y", "y before"), ("x1", "x after"), ("y1", "y after"))
    ]
    base = alt.Chart(alt.NamedData("arrows")).encode(color=color, tooltip=["name:N", *tips])
    axis = alt.Axis(title=None, tickCount=5)
    before = base.mark_rule(strokeWidth=2, strokeDash=[6, 4], opacity=0.85).encode(
        x=alt.X("x:Q", scale=scale, axis=axis),
        y=alt.Y("y:Q", scale=scale, axis=axis),
        x2="zero",
        y2="zero",
    )
    after = base.mark_rule(strokeWidth=4).encode(x="x1:Q", y="y1:Q", x2="zero", y2="zero")
    heads = base.mark_point(shape="triangle", filled=True, size=190, opacity=1).encode(
        x="x1:Q", y="y1:Q", angle=alt.Angle("turn:Q", scale=None)
    )
    names = base.mark_text(fontSize=16, fontWeight="bold", color=INK).encode(
        color=alt.value(INK), x="label_x:Q", y="label_y:Q", text="name:N"
    )
    return (before + after + heads + names).properties(width=SQUARE, height=SQUARE)


def arrow_table(rows):
    """The table of `arrows` and its extent; rows: (part, name, (x, y) before, (x, y) after)."""
    old, new = (np.array([row[k] for row in rows], float) for k in (2, 3))
    reach = max(np.abs(old).max(), np.abs(new).max(), 0.1)
    # a ladder: the axes seldom change
    extent = float(np.round(1.5 ** np.ceil(np.log(1.25 * reach) / np.log(1.5)), 6))
    names = [row[1] for row in rows]
    pixels = SQUARE / (2 * extent) * np.array([1, -1])
    # What labels should not hide: the arrows
    shafts = [tip * share for tip in new for share in (0.05, 0.3, 0.55, 0.8)]
    # and the heads before the step
    others = [*shafts, *old]
    points = np.array([*new, *others]) * pixels + SQUARE / 2
    offsets = (
        labels.place(points, names + [""] * len(others), SQUARE, SQUARE, letter=9.5)[: len(names)]
        / pixels
    )
    return pd.DataFrame(
        {
            "part": [row[0] for row in rows],
            "name": names,
            "x": old[:, 0],
            "y": old[:, 1],
            "x1": new[:, 0],
            "y1": new[:, 1],
            "zero": 0.0,
            "turn": 90 - np.degrees(np.arctan2(new[:, 1], new[:, 0])),
            "label_x": new[:, 0] + offsets[:, 0],
            "label_y": new[:, 1] + offsets[:, 1],
        }
    ), extent


def loss_against_lr(top):
    """Loss after one step against the learning rate, from the tables `curve` and `chosen`. top: end
    of the loss axis.
    """
    axis = alt.Axis(tickCount=5)
    y = alt.Y(
        "loss:Q", title="loss after (nats)", scale=alt.Scale(domain=[0, top], nice=False), axis=axis
    )
    x = alt.X("lr:Q", title="learning rate", scale=alt.Scale(domain=[0, 5], nice=False), axis=axis)
    line = (
        alt.Chart(alt.NamedData("curve"))
        .mark_line(strokeWidth=3, color=INK, clip=True)
        .encode(x=x, y=y)
    )
    point = (
        alt.Chart(alt.NamedData("chosen"))
        .mark_point(filled=True, size=180, color=INK, shape="diamond", opacity=1)
        .encode(x=x, y=y)
    )
    return (line + point).properties(height=190)
