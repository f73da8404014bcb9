"""The still charts of the page Optimizers: functions to `alt.Chart`, without their rows."""

import altair as alt

from ui.charts.drawing import ROWS
from ui.charts.theme import GRAY, INK
from ui.charts.theme import LINES as LEGEND
from ui.optimizers.charts import look

LINES = {
    "limit: beyond it, momentum diverges": [1, 0],
    "critical damping across the valley": [8, 4],
    "critical damping along the valley": [2, 3],
}


def _rows(kind=None):
    rows = alt.Chart(alt.NamedData(ROWS))
    return rows.transform_filter(f"datum.kind == '{kind}'") if kind else rows


def sweep(titles, low, high):
    """Final loss against learning rate. Columns: optimizer, lr, score (null: diverged), kind
    ("tried" or "best"), name.
    """
    x = alt.X(
        "lr:Q",
        title="learning rate",
        scale=alt.Scale(type="log", domain=[1e-5, 1e2], nice=False),
        axis=alt.Axis(format="~g", values=[10.0**k for k in range(-5, 3)], grid=False),
    )
    y = alt.Y(
        "score:Q",
        title="final loss",
        scale=alt.Scale(type="log", domain=[low, high], nice=False, clamp=True),
        axis=alt.Axis(format=".0e", tickCount=6),
    )
    tip = [
        alt.Tooltip("optimizer:N"),
        alt.Tooltip("lr:Q", format=".3g"),
        alt.Tooltip("score:Q", format=".3g"),
    ]
    tried = _rows("tried")
    lines = tried.mark_line(strokeWidth=2.5, clip=True).encode(
        x=x, y=y, **look(titles, dash=True, legend="top")
    )
    dots = tried.mark_point(filled=True, size=45, opacity=1).encode(
        x=x, y=y, tooltip=tip, **look(titles, shape=True, legend="top")
    )
    best = (
        _rows("best")
        .mark_point(size=420, strokeWidth=3, filled=False)
        .encode(x=x, y=y, tooltip=tip, **look(titles, shape=True, legend="top"))
    )
    return alt.layer(lines, dots, best)


def rates(lr_width, beta_height, longest, best):
    """How fast momentum converges over learning rate and beta, with what theory says as lines.

    Columns: lr, beta, kind ("cell", a key of LINES, "point"), rate, theory, name. longest: end of
    the lr axis. best: lowest rate, the end of the color scale.
    """
    x = alt.X(
        "left:Q",
        title="learning rate",
        scale=alt.Scale(domain=[0, longest], nice=False),
        axis=alt.Axis(grid=False),
    )
    y = alt.Y(
        "low:Q",
        title="β",
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=alt.Axis(grid=False),
    )
    shades = alt.Color(
        "rate:Q",
        title="rate",
        scale=alt.Scale(domain=[best, 1], clamp=True, scheme="viridis", reverse=True),
        legend=alt.Legend(gradientLength=200),
    )
    cells = (
        _rows("cell")
        .transform_calculate(
            left=f"datum.lr - {lr_width / 2}",
            right=f"datum.lr + {lr_width / 2}",
            low=f"max(0, datum.beta - {beta_height / 2})",
            high=f"datum.beta + {beta_height / 2}",
        )
        .mark_rect(clip=True)
        .encode(
            x=x,
            x2="right",
            y=y,
            y2="high",
            color=alt.when("datum.rate >= 1").then(alt.value(GRAY)).otherwise(shades),
            tooltip=[
                alt.Tooltip(f"{name}:Q", format=".4f") for name in ("lr", "beta", "rate", "theory")
            ],
        )
    )
    line = (
        alt.Chart(alt.NamedData(ROWS))
        .transform_filter(alt.FieldOneOfPredicate("kind", list(LINES)))
        .mark_line(strokeWidth=3, color="white", clip=True)
        .encode(
            x="lr:Q",
            y="beta:Q",
            order="lr:Q",
            strokeDash=alt.StrokeDash(
                "kind:N",
                scale=alt.Scale(domain=list(LINES), range=list(LINES.values())),
                legend=alt.Legend(
                    title=None,
                    orient="bottom",
                    columns=1,
                    labelLimit=400,
                    symbolSize=500,
                    symbolStrokeColor=GRAY,
                ),
            ),
        )
    )
    points = (
        _rows("point")
        .mark_text(fontSize=24, fontWeight="bold", color="white", stroke="black", strokeWidth=0.8)
        .encode(x="lr:Q", y="beta:Q", text="name:N")
    )
    return alt.layer(cells, line, points)


def spread(title, measured, theory):
    """One measure of momentum's updates against beta. Columns: beta, measured and, if given,
    theory.
    """
    x = alt.X(
        "beta:Q",
        title="β",
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=alt.Axis(grid=False, tickCount=5),
    )
    y = {"title": title, "scale": alt.Scale(zero=True), "axis": alt.Axis(tickCount=5)}
    points = (
        _rows()
        .mark_point(filled=True, size=110, fill=INK, opacity=1)
        .encode(
            x=x,
            y=alt.Y(f"{measured}:Q", **y),
            tooltip=[alt.Tooltip("beta:Q"), alt.Tooltip(f"{measured}:Q", format=".4f")],
        )
    )
    if not theory:
        return points
    return alt.layer(
        _rows().mark_line(strokeWidth=3, color=GRAY).encode(x=x, y=alt.Y(f"{theory}:Q", **y)),
        points,
    )


def first_steps(steps):
    """Length of Adam's step, in learning rates, against the step. Columns: step, length, line."""
    names = ["with bias correction", "without"]
    return (
        _rows()
        .mark_line(strokeWidth=3, color=INK)
        .encode(
            x=alt.X(
                "step:Q",
                scale=alt.Scale(domain=[1, steps], nice=False),
                axis=alt.Axis(grid=False),
            ),
            y=alt.Y(
                "length:Q",
                title="step / learning rate",
                scale=alt.Scale(zero=True),
                axis=alt.Axis(tickCount=5),
            ),
            strokeDash=alt.StrokeDash(
                "line:N",
                scale=alt.Scale(domain=names, range=[[1, 0], [6, 4]]),
                legend=alt.Legend(**LEGEND, symbolStrokeColor=INK),
            ),
            tooltip=["line:N", "step:Q", alt.Tooltip("length:Q", format=".3f")],
        )
    )


def words_loss(titles, column, title, longest):
    """Loss per pair against epochs or seconds. Columns: optimizer, epoch, seconds, loss. longest:
    end of the axis, or None.
    """
    scale = alt.Scale(domain=[0, longest], nice=False) if longest else alt.Scale(zero=True)
    key = {"legend": "top"}
    base = _rows().encode(
        x=alt.X(f"{column}:Q", title=title, scale=scale, axis=alt.Axis(grid=False)),
        y=alt.Y(
            "loss:Q",
            title="loss per pair (nats)",
            scale=alt.Scale(zero=False),
            axis=alt.Axis(tickCount=5),
        ),
        tooltip=[
            "optimizer:N",
            *(alt.Tooltip(f"{c}:Q", format=".3f") for c in ("epoch", "seconds", "loss")),
        ],
    )
    return alt.layer(
        base.mark_line(strokeWidth=3).encode(**look(titles, dash=True, **key)),
        base.mark_point(filled=True, size=45, opacity=1).encode(**look(titles, shape=True, **key)),
    )


def steps(titles, axis):
    """A measure of each word's updates against how often the word occurs. Columns: optimizer,
    count, value, word, kind.
    """

    def base(kind):
        return _rows(kind).encode(
            x=alt.X(
                "count:Q",
                title="occurrences",
                scale=alt.Scale(type="log"),
                axis=alt.Axis(format="~s", tickCount=5, grid=False),
            ),
            y=alt.Y(
                "value:Q",
                title=axis,
                scale=alt.Scale(type="log"),
                axis=alt.Axis(format="~g", tickCount=5),
            ),
            tooltip=[
                "optimizer:N",
                "word:N",
                alt.Tooltip("count:Q", format=",.0f"),
                alt.Tooltip("value:Q", format=".3g"),
            ],
        )

    return alt.layer(
        base("word")
        .mark_point(filled=True, size=40, opacity=0.45)
        .encode(**look(titles, shape=True, legend="top")),
        base("median").mark_line(strokeWidth=4).encode(**look(titles, dash=True, legend="top")),
    )
