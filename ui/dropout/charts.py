"""Charts of the page about dropout: functions to `alt.Chart`, and functions
that make their rows."""

import altair as alt
import pandas as pd

from core.networks.dropout import SMALL
from ui.charts.drawing import ROWS
from ui.charts.theme import COLORS, GRAY, INK, PAPER
from ui.player import player
from ui.weight_decay.charts import (
    COLUMNS,
    PARTS,
    TOPS,
    kind_color,
    part_dash,
    spread,
)

LAYERS = ["input", "hidden 1", "hidden 2", "output"]
KINDS = ["without dropout", "with dropout"]
PASSES = COLORS[2]  # of what passes with masks give


def layout():
    """Where the units stand, (layer, unit, x, y), x from 0 to 3 and y from -1 to 1, and the edges
    (layer, from, to).
    """
    units = [
        (layer, unit, float(layer), 1 - 2 * (unit + 0.5) / size)
        for layer, size in enumerate(SMALL.sizes)
        for unit in range(size)
    ]
    edges = [
        (layer, a, b)
        for layer, (n, m) in enumerate(zip(SMALL.sizes, SMALL.sizes[1:], strict=False))
        for a in range(n)
        for b in range(m)
    ]
    return units, edges


def network_animation():
    """The small network, pass by pass. Rows from the player, a frame for each pass: kind, x, y, x2,
    y2, sign, width, state, text.
    """
    step = alt.param(name="step", value=0)
    rows = alt.Chart(alt.NamedData(player.DATASET)).transform_filter(
        "datum.t == floor(step + 1e-6)"
    )
    x = alt.X(
        "x:Q",
        scale=alt.Scale(domain=[-0.35, 3.35], nice=False),
        title=None,
        axis=alt.Axis(
            values=[0, 1, 2, 3],
            orient="top",
            grid=False,
            ticks=False,
            domain=False,
            labelExpr=f"{LAYERS}[datum.value]",
        ),
    )
    y = alt.Y("y:Q", scale=alt.Scale(domain=[-1.05, 1.05], nice=False), axis=None)
    signs = alt.Color(
        "sign:N",
        scale=alt.Scale(
            domain=["positive weight", "negative weight"], range=[COLORS[0], COLORS[1]]
        ),
        legend=alt.Legend(
            title=None, orient="bottom", symbolType="stroke", symbolStrokeWidth=4, symbolSize=400
        ),
    )
    edges = (
        rows.transform_filter("datum.kind == 'edge' && datum.state == 'kept'")
        .mark_rule(opacity=0.8)
        .encode(
            x=x,
            y=y,
            x2="x2:Q",
            y2="y2:Q",
            color=signs,
            strokeWidth=alt.StrokeWidth("width:Q", scale=None),
        )
    )
    units = rows.transform_filter("datum.kind == 'unit'")
    kept = (
        units.transform_filter("datum.state == 'kept'")
        .mark_point(filled=True, size=1500, fill=PAPER, stroke=INK, strokeWidth=2, opacity=1)
        .encode(x=x, y=y)
    )
    dropped = (
        units.transform_filter("datum.state == 'dropped'")
        .mark_point(
            filled=True,
            size=1500,
            fill=PAPER,
            stroke=GRAY,
            strokeWidth=2,
            strokeDash=[4, 3],
            opacity=1,
        )
        .encode(x=x, y=y)
    )
    values = (
        units.transform_filter("datum.state == 'kept'")
        .mark_text(fontSize=15, fill=INK)
        .encode(x=x, y=y, text="text:N")
    )
    crosses = (
        units.transform_filter("datum.state == 'dropped'")
        .mark_text(fontSize=22, fill=GRAY, fontWeight="bold")
        .encode(x=x, y=y, text=alt.value("✕"))
    )
    return alt.layer(edges, kept, dropped, values, crosses).add_params(step)


def asked(times):
    """The answers to the same input, again and again, and that of evaluation as a dashed line.
    Tables: `asked_rows`.
    """
    y = alt.Y(
        "chance:Q", title="probability of class 1", scale=alt.Scale(domain=[0, 1], nice=False)
    )
    x = alt.X(
        "time:Q",
        title="query number",
        scale=alt.Scale(domain=[0, times + 1], nice=False),
        axis=alt.Axis(grid=False),
    )
    rows = alt.Chart(alt.NamedData(ROWS))
    line = rows.mark_line(strokeWidth=1.5, color=PASSES, opacity=0.6).encode(x=x, y=y)
    dots = rows.mark_point(filled=True, size=110, color=PASSES, opacity=1).encode(
        x=x, y=y, tooltip=["time:Q", alt.Tooltip("chance:Q", format=".3f")]
    )
    rule = alt.Chart(alt.NamedData("evaluation")).mark_rule(
        color=INK, strokeWidth=3, strokeDash=[8, 4]
    )
    return alt.layer(rule.encode(y="chance:Q"), line, dots)


def asked_rows(chances, evaluation):
    """The tables of `asked`."""
    return {
        ROWS: pd.DataFrame({"time": range(1, len(chances) + 1), "chance": chances}),
        "evaluation": pd.DataFrame({"chance": [evaluation]}),
    }


def compared(*names):
    """Mean over training passes minus the value in evaluation for each unit, with 1.96 standard
    errors. Rows: `compared_rows`.
    """
    x = alt.X(
        "place:Q",
        title=None,
        scale=alt.Scale(domain=[0, 7 * len(names)], nice=False),
        axis=alt.Axis(
            values=[7 * k + 3.5 for k in range(len(names))],
            grid=False,
            ticks=False,
            labelExpr=f"{list(names)}[floor(datum.value / 7)]",
            labelLimit=300,
        ),
    )
    y = alt.Y("low:Q", title="training mean − evaluation")
    base = alt.Chart(alt.NamedData(ROWS)).encode(
        x=x,
        color=alt.value(PASSES),
        tooltip=["what:N", "unit:Q", alt.Tooltip("gap:Q", format="+.4f")],
    )
    zero = alt.Chart(alt.Data(values=[{"low": 0}])).mark_rule(strokeWidth=2, color=GRAY)
    return alt.layer(
        zero.encode(y="low:Q"),
        base.mark_rule(strokeWidth=3).encode(y=y, y2="high:Q"),
        base.mark_point(filled=True, size=90, opacity=1).encode(y="gap:Q"),
    )


def compared_rows(groups):
    """Rows of `compared`; groups: dropout.Compared objects."""
    return pd.DataFrame(
        [
            {
                "what": group.name,
                "place": 7 * k + unit,
                "unit": unit,
                "gap": gap,
                "low": gap - reach,
                "high": gap + reach,
            }
            for k, group in enumerate(groups)
            for unit, (gap, reach) in enumerate(
                zip(group.mean - group.evaluation, 1.96 * group.error, strict=True), 1
            )
        ]
    )


def curves(steps, source):
    """Training and validation loss against the step, without and with dropout. Rows:
    `curve_rows`.
    """
    x = alt.X(
        "step:Q",
        title="training step",
        scale=alt.Scale(domain=[0, steps], nice=False),
        axis=alt.Axis(grid=False),
    )
    # Up to what the lines need: losses above the top are drawn there
    shown = {f"{name}_shown": f"min(datum.{name}, {TOPS[source]})" for name in ("low", "high")}
    base = (
        alt.Chart(alt.NamedData(ROWS))
        .transform_calculate(nats_shown=f"min(datum.nats, {TOPS[source]})", **shown)
        .encode(x=x, color=kind_color(KINDS))
    )
    scale = alt.Scale(domainMin=0)
    band = base.mark_area(opacity=0.15).encode(
        y=alt.Y("low_shown:Q", title="loss (nats)", scale=scale),
        y2="high_shown:Q",
        detail="part:N",
    )
    line = base.mark_line(strokeWidth=3).encode(
        y=alt.Y("nats_shown:Q", scale=scale),
        strokeDash=part_dash(),
        tooltip=[
            "kind:N",
            "part:N",
            "step:Q",
            *(alt.Tooltip(f"{name}:Q", format=".3f") for name in ("nats", "low", "high")),
        ],
    )
    return band + line


def curve_rows(moments):
    """Rows of `curves`; moments: dropout.Curves so far."""
    rows = [
        {"step": m.step, "kind": kind, "part": part, **spread(v[k])}
        for m in moments
        for part, v in zip(PARTS, (m.train, m.validation), strict=True)
        for k, kind in enumerate(KINDS)
    ]
    return pd.DataFrame(rows, columns=["step", *COLUMNS[1:]])
