"""Charts of the page about weight decay: functions to `alt.Chart`, and
functions that make their rows."""

import altair as alt
import numpy as np
import pandas as pd

from ui.charts.drawing import ROWS
from ui.charts.theme import COLORS, GRAY, LINES, SHAPES, line_channels
from ui.player import player

ZERO = -4.5  # where lambda = 0 stands on an axis of log10(lambda)
# of the loss axis: guessing costs 2.3, 0.69 and 0.69 nats
TOPS = {"digits": 3.0, "cancer": 0.8, "moons": 2.0}
PARTS = ["training", "validation"]
KINDS = ["without L2", "with L2"]
# The same on all charts of the page: the color says whether with L2, the dash which losses
KIND_COLORS, PART_DASHES = [COLORS[1], COLORS[0]], [[6, 4], [1, 0]]
KIND_DASHES = [[6, 4], [1, 0]]
CLASSES = [COLORS[4], COLORS[6]]  # of the samples
COLUMNS = ["x", "kind", "part", "λ", "nats", "low", "high"]


def part_dash(orient="top"):
    """The dash of training and validation."""
    scale = alt.Scale(domain=PARTS, range=PART_DASHES)
    return alt.StrokeDash("part:N", scale=scale, legend=alt.Legend(**LINES | {"orient": orient}))


def kind_color(kinds=KINDS):
    """The color of without and with."""
    scale = alt.Scale(domain=kinds, range=KIND_COLORS)
    return alt.Color("kind:N", scale=scale, legend=alt.Legend(**LINES))


def mean_and_band(x, scale, title, **channels):
    """A line of the mean over the seeds, and a band from the lowest to the highest."""
    base = alt.Chart(alt.NamedData(ROWS)).transform_filter("isValid(datum.nats)").encode(x=x)
    band = base.mark_area(opacity=0.2).encode(
        y=alt.Y("low:Q", scale=scale, title=title), y2="high:Q", detail="part:N", **channels
    )
    line = base.mark_line(strokeWidth=3).encode(y=alt.Y("nats:Q", scale=scale), **channels)
    return band, line


def spread(values):
    """Mean, lowest and highest over the seeds."""
    values = np.asarray(values, float)
    return {"nats": values.mean(), "low": values.min(), "high": values.max()}


def _lambda_axis():
    ticks = [ZERO, -4, -3, -2, -1, 0]
    return alt.X(
        "x:Q",
        title="λ (strength of L2)",
        scale=alt.Scale(domain=[ZERO - 0.1, 0.1], nice=False),
        axis=alt.Axis(
            values=ticks,
            grid=False,
            labelExpr=f"datum.value == {ZERO} ? '0' : format(pow(10, datum.value), '~r')",
        ),
    )


def place(lam):
    """Where a lambda stands on the axis."""
    return np.log10(lam) if lam else ZERO


def losses_by_lambda(source):
    """Training and validation loss against the strength of L2. Tables: `lambda_rows`."""
    scale = alt.Scale(domain=[0, TOPS[source]], nice=False, clamp=True)
    band, line = mean_and_band(_lambda_axis(), scale, "loss (nats)")
    line = line.encode(
        strokeDash=part_dash(),
        tooltip=[
            "part:N",
            "λ:N",
            *(alt.Tooltip(f"{name}:Q", format=".3f") for name in ("nats", "low", "high")),
        ],
    )
    rule = alt.Chart(alt.NamedData("chosen")).mark_rule(
        color=GRAY, strokeWidth=2, strokeDash=[2, 3]
    )
    blue = {"color": alt.value(KIND_COLORS[1])}
    return alt.layer(band.encode(**blue), line.encode(**blue), rule.encode(x="x:Q"))


def lambda_rows(lambdas, train, validation, chosen):
    """The tables of `losses_by_lambda`; train, validation: (lambdas, seeds)."""
    rows = [
        {"x": place(lam), "part": part, "λ": f"{lam:.2g}", **spread(values[k])}
        for part, values in zip(PARTS, (train, validation), strict=True)
        for k, lam in enumerate(lambdas)
    ]
    return {
        ROWS: pd.DataFrame(rows, columns=COLUMNS),
        "chosen": pd.DataFrame({"x": [place(chosen)]}),
    }


def losses_by_size(domain, source):
    """Loss against the number of samples, with and without L2. Rows: `size_rows`."""
    x = alt.X(
        "x:Q",
        title="training samples",
        axis=alt.Axis(values=list(domain), grid=False),
        scale=alt.Scale(type="log", domain=[domain[0], domain[-1]], nice=False),
    )
    scale = alt.Scale(domain=[0, TOPS[source]], nice=False, clamp=True)
    band, line = mean_and_band(x, scale, "loss (nats)", color=kind_color())
    return band + line.encode(
        strokeDash=part_dash("bottom"),
        tooltip=[
            "kind:N",
            "part:N",
            alt.Tooltip("x:Q", title="samples"),
            alt.Tooltip("nats:Q", format=".3f"),
        ],
    )


def size_rows(sizes):
    """Rows of `losses_by_size`; sizes: weight_decay.Size objects so far."""
    rows = [
        {"x": s.size, "kind": kind, "part": part, **spread(values[k])}
        for s in sizes
        for part, values in zip(PARTS, (s.train, s.validation), strict=True)
        for k, kind in enumerate(KINDS)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def weights_animation():
    """The histogram of the weights, with L2 as bars and without as a line. Frames: share, share0;
    static: middle, left, right.
    """
    step = alt.param(name="step", value=0)
    base = player.tween(alt.Chart(alt.NamedData(player.DATASET)), "share", "share0")
    scale = alt.Scale(type="sqrt", domain=[0, 1], nice=False)
    x = alt.X(
        "left:Q",
        title="weight (end bars hold all beyond)",
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


def norms(steps):
    """Norm of all weights against the training step, without L2 and with it. Rows: `norm_rows`."""
    x = alt.X(
        "x:Q",
        title="training step",
        scale=alt.Scale(domain=[0, steps], nice=False),
        axis=alt.Axis(grid=False),
    )
    scale = alt.Scale(domainMin=0)
    looks = line_channels("kind", KINDS, KIND_COLORS, KIND_DASHES)
    band, line = mean_and_band(x, scale, "norm of all weights", color=looks["color"])
    return band + line.encode(strokeDash=looks["strokeDash"])


def norm_rows(moments, lambdas, chosen):
    """Rows of `norms`; moments: weight_decay.Moment objects."""
    k = lambdas.index(chosen)
    rows = [
        {"x": m.step, "kind": kind, **spread(m.norm[row])}
        for m in moments
        for kind, row in ((KINDS[0], 0), (KINDS[1], k))
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def surface(reach):
    """The probability of class 1 over the plane, and the training samples. Tables:
    `surface_rows`.
    """
    scale = alt.Scale(domain=[-reach, reach], nice=False)
    axis = alt.Axis(grid=False, tickCount=5, title=None)
    field = (
        alt.Chart(alt.NamedData("plane"))
        .mark_rect()
        .encode(
            x=alt.X("x:Q", scale=scale, axis=axis),
            x2="x2",
            y=alt.Y("y:Q", scale=scale, axis=axis),
            y2="y2",
            color=alt.Color(
                "chance:Q",
                scale=alt.Scale(domain=[0, 0.5, 1], range=[CLASSES[0], "#f7f7f7", CLASSES[1]]),
                legend=alt.Legend(title="probability of class 1", orient="top", gradientLength=180),
            ),
        )
    )
    dots = (
        alt.Chart(alt.NamedData("samples"))
        .mark_point(filled=True, size=90, stroke="black", strokeWidth=1.2, opacity=1)
        .encode(
            x="x:Q",
            y="y:Q",
            shape=alt.Shape(
                "class:N", scale=alt.Scale(domain=["0", "1"], range=SHAPES[:2]), legend=None
            ),
            fill=alt.Fill(
                "class:N",
                scale=alt.Scale(domain=["0", "1"], range=CLASSES),
                legend=None,
            ),
        )
    )
    return field + dots


def surface_rows(chance, x, y, reach):
    """The tables of `surface`; chance: (grid, grid), x: (n, 2) and y: (n,) the samples."""
    ticks = np.linspace(-reach, reach, len(chance))
    half = 0.53 * (ticks[1] - ticks[0])  # cells overlap a little to hide the seams
    columns, rows = np.meshgrid(ticks, ticks)
    plane = {
        "x": (columns - half).ravel(),
        "x2": (columns + half).ravel(),
        "y": (rows - half).ravel(),
        "y2": (rows + half).ravel(),
        "chance": chance.ravel().round(3),
    }
    samples = {"x": x[:, 0], "y": x[:, 1], "class": y.astype(str)}
    return {"plane": pd.DataFrame(plane), "samples": pd.DataFrame(samples)}
