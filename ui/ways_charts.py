"""Charts of the five ways of weight decay: paths on a surface, and maps of learning rate against decay."""
import altair as alt
import numpy as np
import pandas as pd

from core.descent import WAYS
from ui import player
from ui.charts import COLORS, INK, PAPER, SHAPES
from ui.decay_charts import readable

TITLES = [way.title for way in WAYS.values()]
MARKS = {"no decay": "cross", "L2": "diamond", "zero": "circle"}    # where a path may end
MAP_COLORS = {"digits": (0.3, 2.4), "cancer": (0.08, 0.8), "moons": (0.28, 0.9)}    # nats: from the best seen to guessing
SPAN = 2.0              # standard deviations that the axis of a basin reaches to either side


def _channels():
    legend = alt.Legend(title=None, orient="right", labelFontSize=16, symbolSize=160)
    return {"color": alt.Color("way:N", scale=alt.Scale(domain=TITLES, range=COLORS[:5]), legend=legend, sort=None),
            "shape": alt.Shape("way:N", scale=alt.Scale(domain=TITLES, range=SHAPES[:5]), legend=legend, sort=None)}


def paths(rings, reach):
    """Paths that grow over contours; rings: (levels, corners, 2) lines of equal loss.

    Frames: x, y of each way, and of each landmark, which is an entity as well: `way` is empty and `mark` tells its shape.
    """
    step = alt.param(name="step", value=0)
    ground = pd.DataFrame([{"u": u, "v": v, "level": level, "corner": corner} for level, ring in enumerate(rings)
                           for corner, (u, v) in enumerate(ring)])
    scale = alt.Scale(domain=[-reach, reach], nice=False)
    x = alt.X("u:Q", scale=scale, title="weight 1 (large feature, steep)", axis=alt.Axis(grid=False, tickCount=5))
    y = alt.Y("v:Q", scale=scale, title="weight 2 (small feature, flat)", axis=alt.Axis(grid=False, tickCount=5))
    lines = alt.Chart(ground).mark_line(strokeWidth=1.2, opacity=0.45, color=INK, clip=True).encode(
        x=x, y=y, detail="level:N", order="corner:Q")
    rows = alt.Chart(alt.NamedData(player.DATASET))
    at = {"x": alt.X("x:Q", scale=scale), "y": alt.Y("y:Q", scale=scale)}
    trail = rows.transform_filter("datum.t <= step && datum.way != ''").mark_line(strokeWidth=3, clip=True).encode(
        **at, order="t:Q", color=_channels()["color"])
    head = player.tween(rows, "x", "y").transform_filter("datum.way != ''").mark_point(
        filled=True, size=260, stroke=PAPER, strokeWidth=1.5, clip=True).encode(
        x=alt.X("x_now:Q", scale=scale), y=alt.Y("y_now:Q", scale=scale), tooltip=["way:N", "x:Q", "y:Q"], **_channels())
    goals = rows.transform_filter("datum.t == 0 && datum.mark != ''")
    stars = goals.mark_point(filled=True, size=230, color=INK, stroke=PAPER, strokeWidth=1.5).encode(
        **at, shape=alt.Shape("mark:N", scale=None, legend=None))
    names = goals.mark_text(align="left", dx=13, dy=13, fontSize=16, stroke=PAPER, strokeWidth=4).encode(**at, text="label:N")
    writing = goals.mark_text(align="left", dx=13, dy=13, fontSize=16, fill=INK).encode(**at, text="label:N")
    return alt.layer(lines, trail, stars, head, names, writing).resolve_scale(shape="independent").add_params(step)


def decay_map(losses, arrived, rates, decays, basin, source):
    """A map of validation loss, learning rate to the right, decay upwards, with the axis of its basin.

    losses: (decays, rates) nats, nan where the training diverged; arrived: (decays, rates) bool; basin: decay.Basin or None.
    """
    rows = [{"column": c, "row": r, "left": c - 0.5, "right": c + 0.5, "low": r - 0.5, "high": r + 0.5, "rate": f"{rates[c]:.2g}",
             "decay": f"{decays[r]:.2g}", "loss": losses[r, c] if np.isfinite(losses[r, c]) else None,
             "text": (f"{losses[r, c]:.2f}" if np.isfinite(losses[r, c]) else "✕") if arrived[r, c] else "·",
             "state": ("trained" if np.isfinite(losses[r, c]) else "diverged") if arrived[r, c] else "not yet"}
            for r, c in np.ndindex(losses.shape)]
    x, y = _log_axis("left:Q", "learning rate", rates), _log_axis("low:Q", "decay λ", decays)
    base = alt.Chart(pd.DataFrame(rows)).encode(tooltip=[
        alt.Tooltip("rate:N", title="learning rate"), alt.Tooltip("decay:N", title="decay λ"), "state:N",
        alt.Tooltip("loss:Q", title="validation loss (nats)", format=".3f")])
    low, high = MAP_COLORS[source]
    color = alt.Color("loss:Q", legend=None, scale=alt.Scale(type="log", scheme="viridis", domain=[low, high], clamp=True,
                                                             reverse=True))
    area = {"x": x, "x2": "right:Q", "y": y, "y2": "high:Q"}
    empty = base.transform_filter("datum.state != 'trained'").mark_rect(fill="#9a9a9a", fillOpacity=0.25, stroke="#9a9a9a").encode(**area)
    cells = base.transform_filter("datum.state == 'trained'").mark_rect().encode(**area, color=color)
    ink = alt.when("datum.state != 'trained'").then(alt.value("#D55E00")).when(f"datum.loss > {np.sqrt(low * high)}").then(
        alt.value("white")).otherwise(alt.value("black"))
    text = base.mark_text(fontSize=15).encode(x="column:Q", y="row:Q", text="text:N", color=ink)
    return readable(alt.layer(empty, cells, text, *_axis(basin)))


def _axis(basin):
    if basin is None:
        return []
    ends = basin.centre + np.outer([-1, 1], basin.axis) * SPAN * basin.spread[0]
    rows = pd.DataFrame({"x": ends[:, 0], "y": ends[:, 1]})
    line = alt.Chart(rows).encode(x="x:Q", y="y:Q")
    return [line.mark_line(color="white", strokeWidth=9, clip=True), line.mark_line(color=COLORS[1], strokeWidth=5, clip=True)]


def _log_axis(field, title, values):
    names = [f"{value:.1g}" for value in values]
    channel = alt.X if title.startswith("learning") else alt.Y
    return channel(field, title=title, scale=alt.Scale(domain=[-0.5, len(values) - 0.5], nice=False), axis=alt.Axis(
        values=list(range(len(values))), grid=False, labelExpr=f"{names}[datum.value]", labelOverlap=False))
