"""Charts: functions to `alt.Chart`, without their rows. A chart's spec depends on what it shows,
never on the step.

Altair takes 50 to 400 ms to build a chart, so pages draw from specs that are built once:
`draw(place, loss, ..., rows=...)`.
"""

from functools import lru_cache

import altair as alt
import pandas as pd
import streamlit as st

from ui.player import player

# Okabe and Ito, and a violet
COLORS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8C6BB1"]
SHAPES = [
    "circle",
    "square",
    "triangle-up",
    "diamond",
    "cross",
    "triangle-down",
    "triangle-right",
    "triangle-left",
]
EDGE = 1.25  # the picture reaches from -EDGE to EDGE: room for labels around points within -1..1
LABEL_SIZE = 17
ROWS = "source"  # the name under which Streamlit hands rows to a spec
# The player and `draw` set both to the colors of the theme
INK, PAPER = alt.ExprRef("ink"), alt.ExprRef("paper")
THEMES = {
    theme: [{"name": "ink", "value": ink}, {"name": "paper", "value": paper}]
    for theme, ink, paper in (("light", "#31333f", "#ffffff"), ("dark", "#fafafa", "#0e1117"))
}


@lru_cache(maxsize=256)
def spec(function, *arguments):
    """The finished spec of a chart function and its (hashable) arguments, built once."""
    return function(*arguments).to_dict()


def draw(place, function, *arguments, rows, **layout):
    """Draw a chart function of some arguments with these rows; new rows leave the frame, and the
    zoom, as they are.

    The chart may use the params ink and paper, the colors of the theme.
    """
    place.vega_lite_chart(rows, themed(spec(function, *arguments)), **layout)


def themed(ready):
    """A finished spec with the colors of the visitor's theme."""
    return ready | {"params": ready.get("params", []) + THEMES[st.context.theme.type or "light"]}


def group_channels(groups):
    """Color and shape of each group: seven colors and eight shapes, so that no two of 56 groups
    look the same.
    """
    colors = [COLORS[k % len(COLORS)] for k in range(len(groups))]
    shapes = [SHAPES[k % len(SHAPES)] for k in range(len(groups))]
    legend = alt.Legend(title=None, orient="top", columns=5, labelFontSize=15, symbolSize=140)
    return {
        "color": alt.Color("group:N", scale=alt.Scale(domain=groups, range=colors), legend=legend),
        "shape": alt.Shape("group:N", scale=alt.Scale(domain=groups, range=shapes), legend=legend),
    }


def embedding(*groups):
    """Words as points that glide from frame to frame, with their labels.

    groups: names in order. Rows come from the player: x, y, ox, oy (offset of the label), word,
    group, gloss, count, nearest, faint (seen too rarely to interpret).
    """
    step = alt.param(name="step", value=0)
    scale = alt.Scale(domain=[-EDGE, EDGE], nice=False)
    axis = alt.Axis(
        labels=False, ticks=False, domain=False, title=None, values=[-1, -0.5, 0, 0.5, 1]
    )
    base = player.tween(
        alt.Chart(alt.NamedData(player.DATASET)), "x", "y", "ox", "oy"
    ).transform_calculate(
        label_x="datum.x_now + datum.ox_now", label_y="datum.y_now + datum.oy_now"
    )
    x, y = alt.X("x_now:Q", scale=scale, axis=axis), alt.Y("y_now:Q", scale=scale, axis=axis)
    label_x, label_y = alt.X("label_x:Q", scale=scale), alt.Y("label_y:Q", scale=scale)
    faint = alt.when("datum.faint").then(alt.value(0.35)).otherwise(alt.value(1.0))
    leader = base.mark_rule(strokeWidth=1, color=INK).encode(
        x=x, y=y, x2="label_x", y2="label_y", opacity=alt.value(0.25)
    )
    points = base.mark_point(filled=True, size=150, strokeWidth=1).encode(
        x=x,
        y=y,
        opacity=faint,
        tooltip=[
            alt.Tooltip(f"{name}:N", title=title)
            for name, title in (
                ("word", "word"),
                ("gloss", "meaning"),
                ("group", "group"),
                ("count", "seen"),
                ("nearest", "nearest words"),
            )
        ],
        **group_channels(list(groups)),
    )
    names = base.mark_text(
        fontSize=LABEL_SIZE, stroke=PAPER, strokeWidth=4, strokeJoin="round", strokeOpacity=0.85
    ).encode(x=label_x, y=label_y, text="word:N", opacity=faint)
    writing = base.mark_text(fontSize=LABEL_SIZE, fill=INK).encode(
        x=label_x, y=label_y, text="word:N", opacity=faint
    )
    return alt.layer(leader, points, names, writing).add_params(step)


LOSS_LINES = {
    "loss of the model": (COLORS[0], [1, 0]),
    "center words shuffled": (COLORS[1], [6, 4]),
    "best without the center word": (COLORS[2], [2, 3]),
    "before training": ("#8a8a8a", [12, 4]),
}


def loss_rows(curve, epochs, references):
    """Rows for `loss`. curve: (epoch, loss, shuffled) of each snapshot; references:
    core.word2vec.training.References.
    """
    model, shuffled, best, start = LOSS_LINES
    rows = [row for epoch, a, b in curve for row in ((epoch, a, model), (epoch, b, shuffled))]
    rows += [
        (x, y, line)
        for line, y in ((best, references.without_center), (start, references.at_start))
        for x in (0, epochs)
    ]
    return pd.DataFrame(rows, columns=["epoch", "nats", "line"])


def loss(epochs, references):
    """Loss per pair against epochs, beside its references; both axes stay while the curve grows."""
    low, high = 0.6 * references.without_center, 1.1 * references.at_start
    colors, dashes = map(list, zip(*LOSS_LINES.values(), strict=True))
    key = alt.Legend(
        title=None,
        orient="bottom",
        columns=1,
        labelFontSize=15,
        symbolSize=400,
        symbolStrokeWidth=3,
        labelLimit=300,
    )
    axis = {"labelFontSize": 15, "titleFontSize": 15}
    return (
        alt.Chart(alt.NamedData(ROWS))
        .mark_line(strokeWidth=3, clip=True)
        .encode(
            x=alt.X(
                "epoch:Q",
                title="epochs",
                scale=alt.Scale(domain=[0, epochs], nice=False),
                axis=alt.Axis(grid=False, **axis),
            ),
            y=alt.Y(
                "nats:Q",
                title="loss per pair (nats)",
                scale=alt.Scale(domain=[low, high], nice=False),
                axis=alt.Axis(tickCount=5, **axis),
            ),
            color=alt.Color(
                "line:N", scale=alt.Scale(domain=list(LOSS_LINES), range=colors), legend=key
            ),
            strokeDash=alt.StrokeDash(
                "line:N", scale=alt.Scale(domain=list(LOSS_LINES), range=dashes), legend=key
            ),
            tooltip=[
                alt.Tooltip("line:N"),
                alt.Tooltip("epoch:Q", format=".2f"),
                alt.Tooltip("nats:Q", format=".4f"),
            ],
        )
    )


def neighbors(count):
    """The nearest words as bars of cosine similarity, nearest on top. Columns: word, cosine."""
    base = alt.Chart(alt.NamedData(ROWS)).encode(
        y=alt.Y(
            "word:N",
            sort=None,
            title=None,
            axis=alt.Axis(labelFontSize=16, labelLimit=200, ticks=False, domain=False),
        ),
        x=alt.X(
            "cosine:Q",
            title="cosine similarity",
            scale=alt.Scale(domain=[0, 1], clamp=True),
            axis=alt.Axis(labelFontSize=15, titleFontSize=15, values=[0, 0.5, 1]),
        ),
        tooltip=["word:N", alt.Tooltip("cosine:Q", format=".3f")],
    )
    numbers = base.mark_text(align="right", dx=-6, fontSize=15, color="white").encode(
        text=alt.Text("cosine:Q", format=".2f")
    )
    return alt.layer(base.mark_bar(color=COLORS[0], height=18), numbers).properties(
        height=30 * count
    )


def ranks():
    """Count against rank, both logarithmic, with the words shown marked. Columns: rank, count,
    word, shown.
    """
    axis = alt.Axis(labelFontSize=15, titleFontSize=15, tickCount=4, format="~s")
    base = alt.Chart(alt.NamedData(ROWS)).encode(
        x=alt.X("rank:Q", title="rank", scale=alt.Scale(type="log"), axis=axis),
        y=alt.Y("count:Q", title="times seen", scale=alt.Scale(type="log"), axis=axis),
        tooltip=["word:N", "rank:Q", "count:Q"],
    )
    marked = base.transform_filter("datum.shown")
    return alt.layer(
        base.mark_line(color=COLORS[0], strokeWidth=3),
        marked.mark_point(size=110, filled=True, color=COLORS[1], shape="square", opacity=1),
    )
