"""Charts of the five ways of weight decay: paths on a surface, and maps over learning rate and
decay.
"""

import altair as alt
import numpy as np
import pandas as pd

from core.networks.decay_training import DECAY_FORMS
from ui.charts.drawing import ROWS
from ui.charts.theme import COLORS, DASHES, GRAY, INK, PAPER, SHAPES
from ui.player import player

TITLES = [way.title for way in DECAY_FORMS.values()]
# Nats: from the best seen to guessing
MAP_COLORS = {"digits": (0.15, 2.4), "cancer": (0.06, 0.8), "moons": (0.25, 0.9)}
SPAN = 2.0  # standard deviations that the axis of a basin reaches to either side


def _channels():
    legend = alt.Legend(title=None, orient="top", columns=3, symbolSize=160)
    return {
        "color": alt.Color(
            "way:N", scale=alt.Scale(domain=TITLES, range=COLORS[:5]), legend=legend, sort=None
        ),
        "shape": alt.Shape(
            "way:N", scale=alt.Scale(domain=TITLES, range=SHAPES[:5]), legend=legend, sort=None
        ),
    }


def _dashes():
    return alt.StrokeDash(
        "way:N", scale=alt.Scale(domain=TITLES, range=DASHES[: len(TITLES)]), legend=None
    )


def paths(rings, reach):
    """Paths of the five ways of weight decay over lines of equal loss.

    rings: (levels, corners, 2), the lines. Frames: x, y of each way, and of each landmark, an
    entity as well: its `way` is empty and `goal` is its name.
    """
    step = alt.param(name="step", value=0)
    ground = pd.DataFrame(
        [
            {"u": u, "v": v, "level": level, "corner": corner}
            for level, ring in enumerate(rings)
            for corner, (u, v) in enumerate(ring)
        ]
    )
    scale = alt.Scale(domain=[-reach, reach], nice=False)
    x = alt.X(
        "u:Q",
        scale=scale,
        title="weight 1 (large feature, steep)",
        axis=alt.Axis(grid=False, tickCount=5),
    )
    y = alt.Y(
        "v:Q",
        scale=scale,
        title="weight 2 (small feature, flat)",
        axis=alt.Axis(grid=False, tickCount=5),
    )
    lines = (
        alt.Chart(ground)
        .mark_line(strokeWidth=1.2, opacity=0.45, color=INK, clip=True)
        .encode(x=x, y=y, detail="level:N", order="corner:Q")
    )
    rows = alt.Chart(alt.NamedData(player.DATASET))
    at = {"x": alt.X("x:Q", scale=scale), "y": alt.Y("y:Q", scale=scale)}
    trail = (
        rows.transform_filter("datum.t <= step && datum.way != ''")
        .mark_line(strokeWidth=3, clip=True)
        .encode(**at, order="t:Q", color=_channels()["color"], strokeDash=_dashes())
    )
    head = (
        player.tween(rows, "x", "y")
        .transform_filter("datum.way != ''")
        .mark_point(filled=True, size=260, stroke=PAPER, strokeWidth=1.5, clip=True)
        .encode(
            x=alt.X("x_now:Q", scale=scale),
            y=alt.Y("y_now:Q", scale=scale),
            tooltip=["way:N", "x:Q", "y:Q"],
            **_channels(),
        )
    )
    goals = rows.transform_filter("datum.t == 0 && datum.goal != ''")
    stars = goals.mark_point(
        filled=True, size=90, fill=INK, stroke=PAPER, strokeWidth=1.5, opacity=1
    ).encode(**at)
    beside = {"align": "right", "dx": -14, "dy": -12, "fontSize": 16}
    names = goals.mark_text(**beside, stroke=PAPER, strokeWidth=5).encode(**at, text="goal:N")
    writing = goals.mark_text(**beside, fill=INK).encode(**at, text="goal:N")
    return alt.layer(lines, trail, head, stars, names, writing).add_params(step)


def decay_map(rates, decays, source):
    """A map of the validation loss over learning rate and decay, with the long axis of its basin.
    Tables: `map_rows`.
    """
    x, y = _log_axis("left:Q", "learning rate", rates), _log_axis("low:Q", "decay λ", decays)
    base = alt.Chart(alt.NamedData(ROWS)).encode(
        tooltip=[
            alt.Tooltip("rate:N", title="learning rate"),
            alt.Tooltip("decay:N", title="decay λ"),
            "state:N",
            alt.Tooltip("loss:Q", title="validation loss (nats)", format=".3f"),
        ]
    )
    low, high = MAP_COLORS[source]
    color = alt.Color(
        "loss:Q",
        legend=None,
        scale=alt.Scale(type="log", scheme="viridis", domain=[low, high], clamp=True, reverse=True),
    )
    area = {"x": x, "x2": "right:Q", "y": y, "y2": "high:Q"}
    empty = base.transform_filter("datum.state != 'trained'").mark_rect(
        fill=GRAY, fillOpacity=0.25, stroke=GRAY
    )
    cells = (
        base.transform_filter("datum.state == 'trained'").mark_rect().encode(**area, color=color)
    )
    at = {"x": "column:Q", "y": "row:Q", "text": "text:N"}
    unseen = base.transform_filter("datum.state != 'trained'").mark_text(fill=INK)
    # A band of paper under the numbers, which stand above the line of the basin
    halo, number = (
        base.transform_filter("datum.state == 'trained'").mark_text(fontSize=15, **look)
        for look in (
            {"stroke": "white", "strokeWidth": 4, "strokeJoin": "round"},
            {"fill": "black"},
        )
    )
    line = alt.Chart(alt.NamedData("axis")).encode(x="x:Q", y="y:Q")
    return alt.layer(
        empty.encode(**area),
        cells,
        line.mark_line(color="white", strokeWidth=9, clip=True),
        line.mark_line(color=COLORS[1], strokeWidth=5, clip=True),
        *(text.encode(**at) for text in (unseen, halo, number)),
    )


def map_rows(losses, arrived, rates, decays, basin):
    """The tables of `decay_map`.

    losses: (decays, rates) nats, nan where the training diverged; arrived: (decays, rates) bool;
    basin: weight_decay.Basin or None.
    """
    rows = [
        {
            "column": c,
            "row": r,
            "left": c - 0.5,
            "right": c + 0.5,
            "low": r - 0.5,
            "high": r + 0.5,
            "rate": f"{rates[c]:.2g}",
            "decay": f"{decays[r]:.2g}",
            **_cell(losses[r, c], arrived[r, c]),
        }
        for r, c in np.ndindex(losses.shape)
    ]
    ends = np.empty((0, 2))
    if basin is not None:
        ends = basin.center + np.outer([-1, 1], basin.axis) * SPAN * basin.spread[0]
    return {ROWS: pd.DataFrame(rows), "axis": pd.DataFrame({"x": ends[:, 0], "y": ends[:, 1]})}


def _cell(loss, arrived):
    if not arrived:
        return {"loss": None, "text": "·", "state": "not yet"}
    if not np.isfinite(loss):
        return {"loss": None, "text": "✕", "state": "diverged"}
    return {"loss": loss, "text": f"{loss:.2f}", "state": "trained"}


def _log_axis(field, title, values):
    names = [f"{value:.1g}" for value in values]
    channel = alt.X if title.startswith("learning") else alt.Y
    return channel(
        field,
        title=title,
        scale=alt.Scale(domain=[-0.5, len(values) - 0.5], nice=False),
        axis=alt.Axis(
            values=list(range(len(values))),
            grid=False,
            labelExpr=f"{names}[datum.value]",
            labelOverlap=False,
        ),
    )
