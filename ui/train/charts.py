"""The charts of a model: its words, its loss, the neighbors of a word."""

import altair as alt
import numpy as np

from ui.charts import theme
from ui.charts.drawing import ROWS
from ui.player import player

LABEL_SIZE = 17  # pixels
FIT = "clamp(min(width / 500, height / 290), 0.7, 1)"  # writing and offsets in a smaller picture
ROOM = 3.0  # times the loss of vectors of zeros: what lies above leaves the chart through its top
LOSS_LINES = {
    "loss of the model": (theme.VIOLET, [1, 0]),
    "center words shuffled": (theme.OCHER, [6, 4]),
    "best from word frequencies alone": ({"expr": "ink"}, [2, 3]),
    "all vectors zero": (theme.GRAY, [12, 4]),
}


def embedding(*groups):
    """Words as points in a plane that move while the model is trained.

    groups: names in order. Rows come from the player: x, y, ox, oy (offset of the label, pixels),
    told (1: the label is shown, 0: it would cover another one; a word that is lit is always named),
    word, group, gloss, count, nearest, near (the nearest of the words shown), faint (drawn pale).
    Params from the player: across, up (how far each frame must reach), camera (the frame whose
    reach is shown), lit (words to be lit; none: all).
    """
    moving = "x", "y", "ox", "oy", "told"
    base = player.tween(alt.Chart(alt.NamedData(player.DATASET)), *moving)

    def reach(side):
        now, after = f"{side}[floor(camera)]", f"{side}[min(ceil(camera), length({side}) - 1)]"
        return f"({now} + ({after} - {now}) * (camera - floor(camera)))"

    grid = alt.Axis(
        labels=False, ticks=False, domain=False, title=None, values=alt.expr("sequence(-9, 9, 0.5)")
    )
    x, y = (
        channel(
            f"{channel.__name__.lower()}_now:Q",
            scale=scale,
            axis=grid,
        )
        for channel, scale in zip(
            (alt.X, alt.Y), theme.equal_units(reach("across"), reach("up")), strict=True
        )
    )
    lit = "(!length(lit) || indexof(lit, datum.word) >= 0)"
    seen = alt.when(f"{lit} && datum.faint").then(alt.value(0.35)).when(lit).then(alt.value(1.0))
    opacity = seen.otherwise(alt.value(0.12))
    named = f"length(lit) && {lit} ? 1 : datum.told_now * ({lit} ? (datum.faint ? 0.35 : 1) : 0.12)"
    moved = {"dx": alt.expr(f"datum.ox_now * {FIT}"), "dy": alt.expr(f"datum.oy_now * {FIT}")}
    leader = base.mark_rule(
        strokeWidth=1,
        opacity=alt.expr(f"0.25 * ({named})"),
        x2Offset=moved["dx"],
        y2Offset=moved["dy"],
    ).encode(x=x, y=y, x2="x_now", y2="y_now")
    points = base.mark_point(filled=True, size=150, strokeWidth=1, cursor="pointer").encode(
        x=x,
        y=y,
        opacity=opacity,
        tooltip=[
            alt.Tooltip(f"{name}:N", title=title)
            for name, title in (
                ("word", "word"),
                ("gloss", "meaning"),
                ("group", "group"),
                ("count", "occurs"),
                ("nearest", "nearest neighbors"),
            )
        ],
        **theme.group_channels(list(groups)),
    )
    # The paper around the letters lies below the points: it hides none
    paper, writing = (
        base.mark_text(
            fontSize=alt.expr(f"{LABEL_SIZE} * {FIT}"),
            cursor="pointer",
            opacity=alt.expr(named),
            **moved,
            **look,
        ).encode(x=x, y=y, text="word:N")
        for look in (theme.HALO, {"fill": theme.INK})
    )
    return alt.layer(leader, paper, points, writing).add_params(
        alt.param(name="step", value=0),
        alt.param(name="camera", value=0),
        alt.param(name="across", value=[theme.EDGE]),
        alt.param(name="up", value=[theme.EDGE]),
        alt.param(name="lit", value=[]),
    )


def loss():
    """Loss per pair against epochs, compared with that for shuffled center words, that of vectors
    of zeros, and the best from word frequencies alone.

    Rows come from the player: line, epoch, nats; and of a run that diverged, gone (its epoch).
    Params: epochs (end of the axis), low, high (ends of the axis of the loss).
    """
    rows = alt.Chart(alt.NamedData(player.DATASET)).transform_calculate(
        # What leaves the chart does so through its top
        shown="isValid(datum.nats) ? min(datum.nats, high) : high"
    )
    colors, dashes = map(list, zip(*LOSS_LINES.values(), strict=True))
    looks = theme.line_channels(
        "line", LOSS_LINES, colors, dashes, orient="bottom", columns=1, symbolSize=300, rowPadding=0
    )
    along = alt.Scale(domainMin=0, domainMax=alt.ExprRef("epochs"), nice=False)
    x = alt.X(
        "epoch:Q",
        title="epochs",
        scale=along,
        axis=alt.Axis(grid=False, tickCount=5),
    )
    scale = alt.Scale(
        domainMin=alt.ExprRef("low"), domainMax=alt.ExprRef("high"), nice=False, zero=False
    )
    y = alt.Y("shown:Q", title="loss per pair (nats)", scale=scale, axis=alt.Axis(tickCount=5))
    tip = [
        alt.Tooltip("line:N"),
        alt.Tooltip("epoch:Q", format=".2f"),
        alt.Tooltip("nats:Q", format=".4f"),
    ]
    lines = (
        rows.transform_filter("!datum.constant")
        .mark_line(strokeWidth=3)
        .encode(x=x, y=y, order="t:Q", tooltip=tip, **looks)
    )
    constants = (
        rows.transform_filter("datum.constant && datum.t == 0")
        .mark_rule(strokeWidth=3)
        .encode(y=y, tooltip=[tip[0], tip[2]], **looks)
    )
    moving = player.tween(rows, "epoch", "nats").transform_filter("!datum.constant")
    moving = moving.transform_calculate(
        shown_now="isValid(datum.nats) && isValid(datum.nats1) ? min(datum.nats_now, high) : high"
    )
    playhead = moving.mark_rule(strokeWidth=1.5).encode(x=alt.X("epoch_now:Q", scale=along))
    heads = moving.mark_point(filled=True, size=110, opacity=1).encode(
        x="epoch_now:Q", y=alt.Y("shown_now:Q", scale=scale), color=looks["color"]
    )
    # The last point of a run that diverged, and where it has left
    gone = rows.transform_filter("isValid(datum.gone) && datum.i == 0 && datum.t == last")
    ways = [
        gone.mark_rule(strokeWidth=3, strokeDash=[2, 2], color=theme.INK).encode(
            x=x, y=y, x2="gone", y2=alt.value(0)
        ),
        gone.mark_text(
            text="▲ diverged",
            align=alt.expr("datum.gone < epochs / 2 ? 'left' : 'right'"),
            dy=12,
            fontWeight="bold",
            color=theme.INK,
        ).encode(x=alt.X("gone:Q", scale=along), y=alt.value(0)),
    ]
    return alt.layer(constants, lines, playhead, heads, *ways).add_params(
        alt.param(name="step", value=0),
        alt.param(name="last", value=0),
        alt.param(name="epochs", value=1),
        alt.param(name="low", value=0),
        alt.param(name="high", value=1),
    )


def loss_axis(curve, references):
    """Ends of the axis of the loss: room for the references, and for all of the curve up to ROOM
    times the loss of vectors of zeros. curve: (epoch, loss, shuffled) of each snapshot.
    """
    values = np.array([[a, b] for _, a, b in curve]).ravel()
    values = values[np.isfinite(values) & (values <= ROOM * references.at_start)]
    low = min([0.6 * references.without_center, *(0.95 * values)])
    return float(low), float(max([1.1 * references.at_start, *(1.02 * values)]))


def neighbors(count, by="cosine"):
    """The nearest neighbors of a word as bars of similarity, the nearest on top. Columns: word,
    cosine. by: "cosine", or "dot" for dot products, which have no bounds.
    """
    cosine = by == "cosine"
    base = alt.Chart(alt.NamedData(ROWS)).encode(
        y=alt.Y(
            "word:N",
            sort=None,
            title=None,
            axis=alt.Axis(
                labelFontSize=16, labelLimit=200, labelOverlap=False, ticks=False, domain=False
            ),
        ),
        x=alt.X(
            "cosine:Q",
            title="cosine similarity" if cosine else "dot product",
            scale=alt.Scale(domain=[0, 1], clamp=True) if cosine else alt.Scale(zero=True),
            axis=alt.Axis(values=[0, 0.5, 1]) if cosine else alt.Axis(tickCount=3),
        ),
        tooltip=["word:N", alt.Tooltip("cosine:Q", format=".3f")],
    )
    numbers = base.mark_text(align="right", dx=-6, fontSize=15, fill=theme.PAPER).encode(
        text=alt.Text("cosine:Q", format=".2f")
    )
    # The height includes the axis
    bars = base.mark_bar(color=theme.VIOLET, height=18)
    return alt.layer(bars, numbers).properties(height=28 * count + 65)
