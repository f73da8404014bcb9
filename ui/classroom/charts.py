"""Charts of a class: its guesses, the runs on top of each other, the kinds of its mistakes."""

import altair as alt
import numpy as np
import pandas as pd

from ui.charts import labels
from ui.charts.drawing import ROWS
from ui.charts.theme import EDGE, GRAY, HALO, INK, OCHER, VIOLET, equal_units, group_channels

OVERLAY = 700, 430  # pixels of the picture of all runs on a projector: labels are placed for them
WRITING = {"letter": 7.6, "line": 18}  # size of a label there
LINES = {"in truth": OCHER, "at random": GRAY}


def guesses(low, high, unit):
    """What a class predicted, as a histogram, with the truth and what a random guess would be.

    Columns: kind (bar, in truth, at random), low, high, count.
    """
    base = alt.Chart(alt.NamedData(ROWS))
    x = alt.X("low:Q", title=unit or "prediction", scale=alt.Scale(domain=[low, high], nice=False))
    y = alt.Y("count:Q", title="students", axis=alt.Axis(tickMinStep=1))
    bars = (
        base.transform_filter("datum.kind == 'bar'")
        .mark_bar(color=VIOLET)
        .encode(x=x, x2="high:Q", y=y, y2=alt.datum(0))
    )
    lines = base.transform_filter("datum.kind != 'bar'")
    color = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=list(LINES), range=list(LINES.values())),
        legend=alt.Legend(title=None, orient="top", symbolType="stroke"),
    )
    dash = alt.StrokeDash(
        "kind:N", scale=alt.Scale(domain=list(LINES), range=[[1, 0], [6, 4]]), legend=None
    )
    rules = lines.mark_rule(strokeWidth=5).encode(x=x, color=color, strokeDash=dash)
    return alt.layer(bars, rules)


def choices(names, truth):
    """How many students chose each answer, the right one marked. Columns: choice, count."""
    base = alt.Chart(alt.NamedData(ROWS)).encode(
        y=alt.Y("choice:N", sort=list(names), title=None, axis=alt.Axis(labelLimit=400)),
        x=alt.X("count:Q", title="students", axis=alt.Axis(tickMinStep=1)),
    )
    color = alt.when(alt.datum.choice == truth).then(alt.value(OCHER)).otherwise(alt.value(VIOLET))
    return alt.layer(
        base.mark_bar(height=30).encode(color=color),
        base.mark_text(color=INK, align="left", dx=6, fontSize=18).encode(text="count:Q"),
    )


def guess_rows(bars, lines):
    """Rows for `guesses`. bars: (low, high, count); lines: kind -> where, or None."""
    rows = [("bar", low, high, count) for low, high, count in bars]
    rows += [(kind, at, at, 0) for kind, at in lines.items() if at is not None]
    return pd.DataFrame(rows, columns=["kind", "low", "high", "count"])


def overlay(groups):
    """Each word in the picture of every run, all runs on top of each other, and its mean place.

    Columns: see `overlay_rows`.
    """
    base = alt.Chart(alt.NamedData(ROWS))
    axis = alt.Axis(labels=False, ticks=False, title=None, values=[-1, -0.5, 0, 0.5, 1])
    across, up = equal_units()
    x, y = alt.X("x:Q", scale=across, axis=axis), alt.Y("y:Q", scale=up, axis=axis)
    points = (
        base.transform_filter("datum.kind == 'run'")
        .mark_point(filled=True, size=60, opacity=0.85)
        .encode(
            x=x, y=y, tooltip=["word:N", alt.Tooltip("run:N", title="of")], **group_channels(groups)
        )
    )
    named = base.transform_filter("datum.kind == 'name'")
    label = {"x": alt.X("label_x:Q", scale=across), "y": alt.Y("label_y:Q", scale=up)}
    texts = (
        named.mark_text(fontSize=15, **ink).encode(text="word:N", **label)
        for ink in (HALO, {"fill": INK})
    )
    lines = named.mark_rule(color=INK, opacity=0.5).encode(x=x, y=y, x2="label_x", y2="label_y")
    return alt.layer(points, lines, *texts)


def overlay_rows(chosen, names, pictures):
    """Rows for `overlay`. names: of the runs; pictures: (n, 2) of each."""
    rows = [
        ("run", name, word, group, x, y, 0.0, 0.0)
        for name, picture in zip(names, pictures, strict=True)
        for word, group, (x, y) in zip(chosen.words, chosen.groups, picture.tolist(), strict=True)
    ]
    middle = np.mean(pictures, axis=0)
    scale = np.array([1, -1]) * min(OVERLAY) / (2 * EDGE)
    places = middle * scale + np.array(OVERLAY) / 2
    offsets, clear = labels.with_room(places, list(chosen.words), *OVERLAY, **WRITING)
    at = middle + offsets / scale
    rows += [
        ("name", "", word if free else "", group, x, y, to_x, to_y)
        for word, group, (x, y), (to_x, to_y), free in zip(
            chosen.words, chosen.groups, middle.tolist(), at.tolist(), clear, strict=True
        )
    ]
    columns = ["kind", "run", "word", "group", "x", "y", "label_x", "label_y"]
    return pd.DataFrame(rows, columns=columns)
