"""The charts of a model: its words, its loss, the neighbors of a word."""

import altair as alt
import pandas as pd

from ui.charts import theme
from ui.charts.drawing import ROWS
from ui.player import player

LABEL_SIZE = 17  # pixels


def embedding(*groups):
    """Words as points that glide from frame to frame, with their labels.

    groups: names in order. Rows come from the player: x, y, ox, oy (offset of the label), word,
    group, gloss, count, nearest, faint (seen too rarely to interpret).
    """
    step = alt.param(name="step", value=0)
    scale = alt.Scale(domain=[-theme.EDGE, theme.EDGE], nice=False)
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
    leader = base.mark_rule(strokeWidth=1, color=theme.INK).encode(
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
        **theme.group_channels(list(groups)),
    )
    names = base.mark_text(fontSize=LABEL_SIZE, **theme.HALO).encode(
        x=label_x, y=label_y, text="word:N", opacity=faint
    )
    writing = base.mark_text(fontSize=LABEL_SIZE, fill=theme.INK).encode(
        x=label_x, y=label_y, text="word:N", opacity=faint
    )
    return alt.layer(leader, points, names, writing).add_params(step)


LOSS_LINES = {
    "loss of the model": (theme.COLORS[0], [1, 0]),
    "center words shuffled": (theme.COLORS[1], [6, 4]),
    "best without the center word": (theme.COLORS[2], [2, 3]),
    "before training": (theme.GRAY, [12, 4]),
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
    return (
        alt.Chart(alt.NamedData(ROWS))
        .mark_line(strokeWidth=3, clip=True)
        .encode(
            x=alt.X(
                "epoch:Q",
                title="epochs",
                scale=alt.Scale(domain=[0, epochs], nice=False),
                axis=alt.Axis(grid=False),
            ),
            y=alt.Y(
                "nats:Q",
                title="loss per pair (nats)",
                scale=alt.Scale(domain=[low, high], nice=False),
                axis=alt.Axis(tickCount=5),
            ),
            **theme.line_channels(
                "line", LOSS_LINES, colors, dashes, orient="bottom", columns=1, symbolSize=400
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
            axis=alt.Axis(values=[0, 0.5, 1]),
        ),
        tooltip=["word:N", alt.Tooltip("cosine:Q", format=".3f")],
    )
    numbers = base.mark_text(align="right", dx=-6, fontSize=15, color="white").encode(
        text=alt.Text("cosine:Q", format=".2f")
    )
    return alt.layer(base.mark_bar(color=theme.COLORS[0], height=18), numbers).properties(
        height=30 * count
    )
