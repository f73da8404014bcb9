"""The charts of a comparison: two losses under one playhead, and words that moved."""

import altair as alt
import numpy as np

from ui.charts import theme
from ui.charts.drawing import ROWS
from ui.player import player

RUNS = "A", "B"
ROOM = 3.0  # times the losses at the start: what lies above leaves the chart through its top


def losses(relative):
    """The losses of two runs against epochs. Rows come from the player: run, epoch, loss. relative:
    as a share of the best loss from word frequencies alone. Params: epochs, low, high.
    """
    # A mark beyond the chart would take the chart's place whenever the browser lays it out
    rows = alt.Chart(alt.NamedData(player.DATASET)).transform_calculate(
        shown_loss="isValid(datum.loss) ? min(datum.loss, high) : high"
    )
    looks = theme.line_channels("run", RUNS, [theme.VIOLET, theme.OCHER])
    along = alt.Scale(domainMin=0, domainMax=alt.ExprRef("epochs"), nice=False)
    x = alt.X("epoch:Q", title="epochs", scale=along, axis=alt.Axis(grid=False, tickCount=5))
    title = "relative loss" if relative else "loss per pair (nats)"
    scale = alt.Scale(domainMin=alt.ExprRef("low"), domainMax=alt.ExprRef("high"), nice=False)
    y = alt.Y("shown_loss:Q", title=title, scale=scale, axis=alt.Axis(tickCount=5))
    tip = ["run:N", alt.Tooltip("epoch:Q", format=".2f"), alt.Tooltip("loss:Q", format=".4f")]
    lines = rows.mark_line(strokeWidth=3).encode(x=x, y=y, order="t:Q", tooltip=tip, **looks)
    moving = player.tween(rows, "epoch", "loss").transform_calculate(
        shown_now="isValid(datum.loss) && isValid(datum.loss1) ? min(datum.loss_now, high) : high"
    )
    heads = moving.mark_point(filled=True, size=130, opacity=1).encode(
        x=alt.X("epoch_now:Q", scale=along),
        y=alt.Y("shown_now:Q", scale=scale),
        color=looks["color"],
    )
    return alt.layer(lines, heads).add_params(
        alt.param(name="step", value=0),
        alt.param(name="epochs", value=1),
        alt.param(name="low", value=0),
        alt.param(name="high", value=1),
    )


def loss_axis(losses):
    """Ends of the axis of two losses: all of both, but for what lies above ROOM times the start of
    either. losses: (F, 2).
    """
    losses = np.asarray(losses, dtype=float)
    kept = losses[np.isfinite(losses) & (losses <= ROOM * losses[0].max())]
    pad = 0.05 * (np.ptp(kept) or 1)
    return float(kept.min() - pad), float(kept.max() + pad)


def shared():
    """The share of neighbors in common, compared with chance. Columns: name, share."""
    base = alt.Chart(alt.NamedData(ROWS)).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(ticks=False, labelLimit=260)),
        x=alt.X(
            "share:Q",
            title="neighbors shared",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format="%", tickCount=5),
        ),
    )
    numbers = base.mark_text(align="left", dx=6, color=theme.INK).encode(
        text=alt.Text("share:Q", format=".0%")
    )
    bars = base.mark_bar(height=18).encode(
        color=alt.condition(
            "datum.name == 'chance'", alt.value(theme.GRAY), alt.value(theme.VIOLET)
        )
    )
    return alt.layer(bars, numbers)
