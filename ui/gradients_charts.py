"""Charts of one step of word2vec. Rows and domains depend on the scene, never on the slider that is being moved."""
import altair as alt
import numpy as np
import pandas as pd

from core import differences
from ui.charts import COLORS

PARTS = {"v_c": COLORS[0], "u_o": COLORS[1], "u_k": COLORS[2]}
ROW = 34                    # pixels of a row of bars or cells
DIVERGING = ["#0072B2", "#f7f7f7", "#E69F00"]
TEXTS = 10                  # numbers are written into the cells of so many columns, more would not be readable
BARS = {"y": ([0, 1.3], COLORS[2]), "p": ([0, 1.3], COLORS[0]), "error": ([-1.55, 1.55], COLORS[1])}


def bars(labels, values, kind, title, names=True):
    """Numbers of the terms as bars; kind: "y", "p" or "error" fixes domain and color; names: write the words."""
    domain, color = BARS[kind]
    rows = pd.DataFrame({"word": list(labels), "value": np.asarray(values, float)})
    axis = alt.Axis(labelFontSize=15, labelLimit=170, ticks=False, domain=False, title=None) if names else None
    base = alt.Chart(rows).encode(
        y=alt.Y("word:N", sort=None, axis=axis),
        x=alt.X("value:Q", title=None, scale=alt.Scale(domain=domain, nice=False),
                axis=alt.Axis(values=[-1, 0, 1], labelFontSize=15, grid=True)),
        tooltip=["word:N", alt.Tooltip("value:Q", format=".6f")])
    text = base.mark_text(fontSize=15, align=alt.expr("datum.value < 0 ? 'right' : 'left'"),
                          dx=alt.expr("datum.value < 0 ? -4 : 4")).encode(text=alt.Text("value:Q", format=".2f"))
    return (base.mark_bar(color=color, height=18) + text).properties(
        height=ROW * len(rows) + 40, title=alt.Title(title, fontSize=16, anchor="start"))


def cells(names, matrix, title):
    """A matrix as a heat map with its numbers; the parameter `cell` is the cell clicked, as row and column from 0.

    Colors are relative to the largest entry, so that the spec stays the same whatever the numbers are.
    """
    matrix = np.atleast_2d(matrix)
    count, d = matrix.shape
    rows = pd.DataFrame({"row": np.repeat(np.arange(count), d), "word": np.repeat(list(names), d),
                         "column": np.tile(np.arange(d), count), "entry": np.tile(np.arange(1, d + 1), count),
                         "value": matrix.ravel(), "share": matrix.ravel() / max(np.abs(matrix).max(), 1e-300)})
    base = alt.Chart(rows).encode(
        x=alt.X("entry:O", title=None, axis=alt.Axis(labelAngle=0, labelFontSize=15, ticks=False, domain=False, orient="top")),
        y=alt.Y("word:N", sort=None, title=None,
                axis=alt.Axis(labelFontSize=15, labelLimit=170, minExtent=80, ticks=False, domain=False)),
        tooltip=["word:N", "entry:O", alt.Tooltip("value:Q", format=".8f")])
    rects = base.mark_rect(cursor="pointer", stroke="#888", strokeWidth=0.5).encode(
        color=alt.Color("share:Q", scale=alt.Scale(domain=[-1, 0, 1], range=DIVERGING), legend=None))
    dark = alt.when("datum.share < -0.55").then(alt.value("white")).otherwise(alt.value("#1a1a1a"))
    text = base.mark_text(fontSize=15, cursor="pointer").encode(text=alt.Text("value:Q", format=".3f"), color=dark)
    clicked = alt.selection_point(name="cell", fields=["row", "column"], on="click", empty=False)
    shown = rects + text if d <= TEXTS else alt.layer(rects)
    return shown.add_params(clicked).properties(height=ROW * count + 30, title=alt.Title(title, fontSize=16, anchor="start"))


def arrows(rows, extent):
    """Vectors from the origin, before (thin, dashed) and after a step (thick).

    rows: dicts with part (v_c, u_o, u_k), name, x, y, x1, y1. extent: the picture reaches from -extent to extent.
    """
    scale = alt.Scale(domain=[-extent, extent], nice=False)
    axis = alt.Axis(title=None, labelFontSize=15, tickCount=5)
    color = alt.Color("part:N", scale=alt.Scale(domain=list(PARTS), range=list(PARTS.values())), legend=None)
    table = pd.DataFrame([row | {"zero": 0.0} for row in rows])
    frame = table.assign(turn=90 - np.degrees(np.arctan2(table.y1, table.x1)))
    base = alt.Chart(frame).encode(color=color, tooltip=["name:N", alt.Tooltip("x:Q", title="x before", format=".4f"),
                                                         alt.Tooltip("y:Q", title="y before", format=".4f"),
                                                         alt.Tooltip("x1:Q", title="x after", format=".4f"),
                                                         alt.Tooltip("y1:Q", title="y after", format=".4f")])
    start = {"x2": "zero", "y2": "zero"}
    before = base.mark_rule(strokeWidth=2, strokeDash=[6, 4], opacity=0.8, clip=True).encode(
        x=alt.X("x:Q", scale=scale, axis=axis), y=alt.Y("y:Q", scale=scale, axis=axis), **start)
    after = base.mark_rule(strokeWidth=4, clip=True).encode(x=alt.X("x1:Q", scale=scale), y=alt.Y("y1:Q", scale=scale), **start)
    tips = base.mark_point(shape="triangle", filled=True, size=190, opacity=1, clip=True).encode(
        x="x1:Q", y="y1:Q", angle=alt.Angle("turn:Q", scale=None))
    names = base.mark_text(fontSize=16, fontWeight="bold", dy=alt.expr("datum.y1 < 0 ? 18 : -16"), clip=True).encode(
        x="x1:Q", y="y1:Q", text="name:N")
    return (before + after + tips + names).properties(width=400, height=400)


def loss_against_lr(rates, losses, lr, loss):
    """Loss after one step against the size of the step, with the chosen one marked."""
    finite = np.isfinite(losses)
    top = float(1.15 * losses[0] + 0.2)
    scale = alt.Scale(domain=[0, top], nice=False)
    line = alt.Chart(pd.DataFrame({"lr": rates[finite], "loss": losses[finite]})).mark_line(
        strokeWidth=3, color=COLORS[0], clip=True).encode(
        x=alt.X("lr:Q", title="learning rate", axis=alt.Axis(labelFontSize=15, titleFontSize=16)),
        y=alt.Y("loss:Q", title="loss after (nats)", scale=scale, axis=alt.Axis(labelFontSize=15, titleFontSize=16)))
    point = alt.Chart(pd.DataFrame({"lr": [lr], "loss": [min(loss, top)]})).mark_point(
        filled=True, size=180, color=COLORS[1], shape="diamond", opacity=1).encode(x="lr:Q", y=alt.Y("loss:Q", scale=scale))
    return (line + point).properties(height=190)


def error_curve(errors, h):
    """Relative error against h; errors: precision -> array over `differences.EXPONENTS`."""
    rows = pd.DataFrame([(10.0 ** e, error, name) for name, values in errors.items()
                         for e, error in zip(differences.EXPONENTS, values, strict=True)], columns=["h", "error", "precision"])
    powers = {"format": ".0e", "labelFontSize": 15, "titleFontSize": 16, "grid": False}
    names = list(errors)
    key = alt.Legend(title=None, orient="top", labelFontSize=15, symbolSize=400)
    lines = alt.Chart(rows).mark_line(strokeWidth=3, clip=True).encode(
        x=alt.X("h:Q", scale=alt.Scale(type="log", domain=[1e-14, 1], nice=False), title="h",
                axis=alt.Axis(values=[1e-12, 1e-8, 1e-4, 1], **powers)),
        y=alt.Y("error:Q", scale=alt.Scale(type="log", domain=[1e-13, 10], nice=False), title="relative error",
                axis=alt.Axis(values=[1e-12, 1e-8, 1e-4, 1], **powers)),
        color=alt.Color("precision:N", scale=alt.Scale(domain=names, range=COLORS[:len(names)]), legend=key),
        strokeDash=alt.StrokeDash("precision:N", scale=alt.Scale(domain=names, range=[[1, 0], [7, 4]]), legend=key),
        tooltip=["precision:N", alt.Tooltip("h:Q", format=".1e"), alt.Tooltip("error:Q", format=".2e")])
    rule = alt.Chart(pd.DataFrame({"h": [h]})).mark_rule(strokeWidth=2, color="#8a8a8a").encode(x="h:Q")
    return (rule + lines).properties(height=250)


def sigmoid(x, value, slope, table):
    """The sigmoid, its slope, and the tangent at x; table: rows of (x, value, curve)."""
    curves = ["σ(x)", "σ'(x)"]
    key = alt.Legend(title=None, orient="top", labelFontSize=15, symbolSize=400)
    frame = pd.DataFrame(table, columns=["x", "y", "curve"])
    scale = alt.Scale(domain=[-0.1, 1.1], nice=False)
    axis = alt.Axis(labelFontSize=15, titleFontSize=16)
    lines = alt.Chart(frame).mark_line(strokeWidth=3).encode(
        x=alt.X("x:Q", scale=alt.Scale(domain=[-8, 8], nice=False), axis=axis),
        y=alt.Y("y:Q", scale=scale, title=None, axis=axis),
        color=alt.Color("curve:N", scale=alt.Scale(domain=curves, range=COLORS[:2]), legend=key),
        strokeDash=alt.StrokeDash("curve:N", scale=alt.Scale(domain=curves, range=[[1, 0], [7, 4]]), legend=key))
    ends = np.array([x - 3, x + 3])
    tangent = alt.Chart(pd.DataFrame({"x": ends, "y": value + slope * (ends - x)})).mark_line(
        strokeWidth=2.5, color=COLORS[2], clip=True).encode(x="x:Q", y=alt.Y("y:Q", scale=scale))
    points = alt.Chart(pd.DataFrame({"x": [x, x], "y": [value, slope]})).mark_point(
        filled=True, size=150, color=COLORS[2], shape="diamond", opacity=1).encode(x="x:Q", y=alt.Y("y:Q", scale=scale))
    return (lines + tangent + points).properties(height=300)


def cost(costs, field, title):
    """Cost of one pair against the size of the vocabulary, both logarithmic; field: of `core.cost.Cost`."""
    names = ["softmax", "negative sampling"]
    rows = pd.DataFrame([(c.vocabulary, getattr(c, field), c.loss) for c in costs], columns=["vocabulary", "cost", "loss"])
    domain = [10, 1e6] if field == "microseconds" else [10, 1e8]
    key = alt.Legend(title=None, orient="top", labelFontSize=15, symbolSize=300)
    log = {"labelFontSize": 15, "titleFontSize": 16, "format": "~s"}
    return alt.Chart(rows).mark_line(strokeWidth=3, point=alt.OverlayMarkDef(size=110, filled=True), clip=True).encode(
        x=alt.X("vocabulary:Q", scale=alt.Scale(type="log", domain=[100, 100_000], nice=False), title="words in the vocabulary",
                axis=alt.Axis(values=[100, 1_000, 10_000, 100_000], **log)),
        y=alt.Y("cost:Q", scale=alt.Scale(type="log", domain=domain, nice=False), title=title,
                axis=alt.Axis(values=[10.0 ** k for k in range(1, 9)], **log)),
        color=alt.Color("loss:N", scale=alt.Scale(domain=names, range=[COLORS[1], COLORS[0]]), legend=key),
        shape=alt.Shape("loss:N", scale=alt.Scale(domain=names, range=["square", "circle"]), legend=key),
        tooltip=["loss:N", alt.Tooltip("vocabulary:Q", format=","), alt.Tooltip("cost:Q", format=",.1f")]).properties(height=320)


def compared(names, matrix, off, title):
    """A matrix as cells with numbers; off: True for each entry that is wrong (None: no verdict), marked by frame and ✗."""
    matrix = np.atleast_2d(matrix)
    shown = cells(names, matrix, title)
    if off is None or matrix.shape[1] > TEXTS:
        return shown
    wrong = np.argwhere(np.atleast_2d(off))
    rows = pd.DataFrame({"word": [list(names)[r] for r, _ in wrong], "entry": [c + 1 for _, c in wrong], "mark": "✗"})
    frame = alt.Chart(rows).mark_rect(fill=None, stroke=COLORS[1], strokeWidth=4).encode(x="entry:O", y=alt.Y("word:N", sort=None))
    mark = alt.Chart(rows).mark_text(fontSize=16, fontWeight="bold", color=COLORS[1], dx=-34).encode(
        x="entry:O", y=alt.Y("word:N", sort=None), text="mark:N")
    return shown + frame + mark
