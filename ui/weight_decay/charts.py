"""Charts of the page about weight decay: functions from plain data to `alt.Chart`."""

import altair as alt
import numpy as np
import pandas as pd

from ui.charts.base import COLORS, SHAPES
from ui.player import player

GRAY = "#8a8a8a"  # readable on both themes
ZERO = -4.5  # where lambda = 0 stands on an axis of log10(lambda)
# of the loss axis: guessing costs 2.3, 0.69 and 0.69 nats
TOPS = {"digits": 3.0, "cancer": 0.8, "moons": 2.0}
PARTS = ["training", "validation"]
KINDS = ["without L2", "with L2"]
LEGEND = {
    "title": None,
    "orient": "top",
    "labelLimit": 300,
    "symbolType": "stroke",
    "symbolSize": 500,
    "symbolStrokeWidth": 4,
    "symbolOpacity": 1,
}
DASHES = [[6, 4], [1, 0]]


def readable(chart):
    """Letters that can be read from the back of a classroom."""
    return chart.configure_axis(
        labelFontSize=15, titleFontSize=16, titleFontWeight="normal"
    ).configure_legend(labelFontSize=15, titleFontSize=15)


def _lines(rows, x, color, top, title):
    """A line of the mean over the seeds, and a band from the lowest to the highest; rows: x, nats,
    low, high, and a kind.
    """
    scale = alt.Scale(domain=[0, top], nice=False, clamp=True)
    y = alt.Y("nats:Q", title=title, scale=scale)
    base = alt.Chart(pd.DataFrame(rows)).encode(x=x, color=color)
    band = base.mark_area(opacity=0.2).encode(
        alt.Y("low:Q", scale=scale, title=title), alt.Y2("high:Q")
    )
    return band, base.mark_line(strokeWidth=3).encode(y=y)


def spread(values):
    """Mean, lowest and highest over the seeds."""
    values = np.asarray(values, float)
    return {"nats": values.mean(), "low": values.min(), "high": values.max()}


def _lambda_axis(lambdas):
    ticks = [ZERO, -4, -3, -2, -1, 0]
    return alt.X(
        "x:Q",
        title="λ (strength of L2)",
        scale=alt.Scale(domain=[ZERO - 0.1, 0.1], nice=False),
        axis=alt.Axis(
            values=ticks,
            grid=False,
            labelExpr=f"datum.value == {ZERO} ? '0' : pow(10, datum.value)",
        ),
    )


def place(lam):
    """Where a lambda stands on the axis."""
    return np.log10(lam) if lam else ZERO


def losses_by_lambda(lambdas, train, validation, chosen, source):
    """Training and validation loss against lambda; train, validation: (lambdas, seeds)."""
    rows = [
        {"x": place(lam), "part": part, "λ": f"{lam:.2g}", **spread(values[k])}
        for part, values in zip(PARTS, (train, validation), strict=True)
        for k, lam in enumerate(lambdas)
    ]
    color = alt.Color(
        "part:N", scale=alt.Scale(domain=PARTS, range=COLORS[:2]), legend=alt.Legend(**LEGEND)
    )
    band, line = _lines(rows, _lambda_axis(lambdas), color, TOPS[source], "loss (nats)")
    dash = alt.StrokeDash(
        "part:N", scale=alt.Scale(domain=PARTS, range=DASHES), legend=alt.Legend(**LEGEND)
    )
    line = line.encode(
        strokeDash=dash,
        tooltip=[
            "part:N",
            "λ:N",
            *(alt.Tooltip(f"{name}:Q", format=".3f") for name in ("nats", "low", "high")),
        ],
    )
    rule = alt.Chart(pd.DataFrame({"x": [place(chosen)]})).mark_rule(
        color=GRAY, strokeWidth=2, strokeDash=[2, 3]
    )
    return readable(band + line + rule.encode(x="x:Q"))


def losses_by_size(sizes, domain, source):
    """Loss against the number of samples, with and without L2; sizes: decay.Size objects so far."""
    rows = [
        {"x": s.size, "kind": kind, "part": part, **spread(values[k])}
        for s in sizes
        for part, values in (("training", s.train), ("validation", s.validation))
        for k, kind in enumerate(KINDS)
    ]
    x = alt.X(
        "x:Q",
        title="samples to learn from",
        axis=alt.Axis(values=list(domain), grid=False),
        scale=alt.Scale(type="log", domain=[domain[0], domain[-1]], nice=False),
    )
    color = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=KINDS, range=[COLORS[1], COLORS[0]]),
        legend=alt.Legend(**LEGEND),
    )
    rows = rows or [
        {
            "x": domain[0],
            "kind": KINDS[0],
            "part": PARTS[0],
            "nats": None,
            "low": None,
            "high": None,
        }
    ]
    band, line = _lines(rows, x, color, TOPS[source], "loss (nats)")
    below = alt.Legend(**LEGEND | {"orient": "bottom"})
    dash = alt.StrokeDash("part:N", scale=alt.Scale(domain=PARTS, range=DASHES), legend=below)
    return readable(
        band.encode(detail="part:N")
        + line.encode(
            strokeDash=dash,
            tooltip=[
                "kind:N",
                "part:N",
                alt.Tooltip("x:Q", title="samples"),
                alt.Tooltip("nats:Q", format=".3f"),
            ],
        )
    )


def weights_film():
    """The histogram of the weights with L2 as bars, without as a line; frames: share, share0;
    static: middle, left, right.
    """
    step = alt.param(name="step", value=0)
    base = player.tween(alt.Chart(alt.NamedData(player.DATASET)), "share", "share0")
    scale = alt.Scale(type="sqrt", domain=[0, 1], nice=False)
    x = alt.X(
        "left:Q",
        title="weight (the ends hold all beyond)",
        scale=alt.Scale(domain=[-1, 1], nice=False),
        axis=alt.Axis(grid=False),
    )
    y = alt.Y(
        "share_now:Q",
        title="share of the weights",
        scale=scale,
        axis=alt.Axis(format="%", values=[0.01, 0.1, 0.25, 0.5, 1]),
    )
    bars = base.mark_bar(color=COLORS[0], opacity=0.75).encode(
        x=x, x2="right:Q", y=y, y2=alt.datum(0)
    )
    line = base.mark_line(
        color=COLORS[1], strokeWidth=3, interpolate="step", strokeDash=[6, 3]
    ).encode(x=alt.X("middle:Q"), y=alt.Y("share0_now:Q", scale=scale))
    return alt.layer(bars, line).add_params(step)


def norms(moments, lambdas, chosen, steps):
    """Norm of all weights against the step, without L2 and with the chosen lambda."""
    k = lambdas.index(chosen)
    rows = [
        {"x": m.step, "kind": kind, **spread(m.norm[row])}
        for m in moments
        for kind, row in ((KINDS[0], 0), (KINDS[1], k))
    ]
    x = alt.X(
        "x:Q",
        title="training step",
        scale=alt.Scale(domain=[0, steps], nice=False),
        axis=alt.Axis(grid=False),
    )
    color = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=KINDS, range=[COLORS[1], COLORS[0]]),
        legend=alt.Legend(**LEGEND),
    )
    band, line = _lines(rows, x, color, 20, "norm of all weights")
    dash = alt.StrokeDash(
        "kind:N", scale=alt.Scale(domain=KINDS, range=DASHES), legend=alt.Legend(**LEGEND)
    )
    return readable(band + line.encode(strokeDash=dash))


def surface(chance, x, y, reach):
    """The chance of class 1 over the plane, (grid, grid), and the samples learned from."""
    ticks = np.linspace(-reach, reach, len(chance))
    half = 0.53 * (ticks[1] - ticks[0])  # cells overlap a little to hide the seams
    columns, rows = np.meshgrid(ticks, ticks)
    grid = pd.DataFrame(
        {
            "x": (columns - half).ravel(),
            "x2": (columns + half).ravel(),
            "y": (rows - half).ravel(),
            "y2": (rows + half).ravel(),
            "chance": chance.ravel().round(3),
        }
    )
    scale = alt.Scale(domain=[-reach, reach], nice=False)
    axis = alt.Axis(grid=False, tickCount=5, title=None)
    field = (
        alt.Chart(grid)
        .mark_rect()
        .encode(
            x=alt.X("x:Q", scale=scale, axis=axis),
            x2="x2",
            y=alt.Y("y:Q", scale=scale, axis=axis),
            y2="y2",
            color=alt.Color(
                "chance:Q",
                scale=alt.Scale(domain=[0, 0.5, 1], range=[COLORS[1], "#f7f7f7", COLORS[0]]),
                legend=alt.Legend(title="chance of class 1", orient="top", gradientLength=180),
            ),
        )
    )
    points = pd.DataFrame({"x": x[:, 0], "y": x[:, 1], "class": y.astype(str)})
    dots = (
        alt.Chart(points)
        .mark_point(filled=True, size=90, stroke="black", strokeWidth=1.2, opacity=1)
        .encode(
            x="x:Q",
            y="y:Q",
            shape=alt.Shape(
                "class:N", scale=alt.Scale(domain=["0", "1"], range=SHAPES[:2]), legend=None
            ),
            fill=alt.Fill(
                "class:N",
                scale=alt.Scale(domain=["0", "1"], range=[COLORS[1], COLORS[0]]),
                legend=None,
            ),
        )
    )
    return readable(field + dots)
