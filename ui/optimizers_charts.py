"""The animated charts of the page Optimizers; their rows come from the player."""
import altair as alt

from core.optimizers import OPTIMIZERS
from ui import player
from ui.charts import COLORS, INK, PAPER, SHAPES

LOOKS = {o.title: (color, shape) for o, color, shape in zip(OPTIMIZERS.values(), [*COLORS, "#7f7f7f"], SHAPES, strict=True)}
DASHES = {title: dash for title, dash in zip(LOOKS, ([1, 0], [8, 3], [2, 3], [10, 3, 2, 3], [5, 5], [1, 0], [6, 2], [2, 2]), strict=True)}
ARROWS = ("gradient", "velocity", "effective step")
EVERYONE = "all of them"
ROWS = 17               # lines of text of the longest story, AdamW's


def look(titles, shape=True, legend=True):
    """Color and shape of each optimizer, the same on every chart."""
    key = alt.Legend(title=None, orient="top", labelFontSize=15, symbolSize=160, columns=5) if legend else None
    colors, shapes = zip(*(LOOKS[title] for title in titles), strict=True) if titles else ((), ())
    channels = {"color": alt.Color("optimizer:N", scale=alt.Scale(domain=titles, range=colors), legend=key)}
    if shape:
        channels["shape"] = alt.Shape("optimizer:N", scale=alt.Scale(domain=titles, range=shapes), legend=key)
    return channels


def race(picture, frame, minima, titles):
    """Heads and trails over contours, with switchable arrows.

    picture: data URL of the contours in the frame ((x0, x1), (y0, y1)). minima: points. Rows come from the player: x, y,
    and the tips of arrows gx, gy (downhill), vx, vy (velocity, null without one), ex, ey (effective step).
    """
    (left, right), (bottom, top) = frame
    scales = {"x": alt.Scale(domain=[left, right], nice=False), "y": alt.Scale(domain=[bottom, top], nice=False)}
    x, y = (lambda field, name=name, title=title: getattr(alt, name)(f"{field}:Q", scale=scales[title], axis=alt.Axis(
        title=title, grid=False)) for name, title in (("X", "x"), ("Y", "y")))
    layers = [_contours(picture, frame, x, y), _stars(minima, x, y), *_trails(x, y, titles)]
    layers += [_cross(x, y, titles, frame)]
    for kind, (a, b), width in (("gradient", ("gx", "gy"), 3), ("velocity", ("vx", "vy"), 5)):
        layers += _arrow(kind, a, b, width, x, y, titles, frame)
    layers += _heads(x, y, titles, frame)
    return alt.layer(*layers).add_params(alt.param(name="step", value=0), alt.param(name="chosen", value=EVERYONE),
                                         *(alt.param(name=_switch(kind), value=False) for kind in ARROWS))


def arrow_params(shown, chosen):
    """Values of the chart's switches. shown: those of ARROWS to draw, chosen: title of an optimizer, or EVERYONE."""
    return {"chosen": chosen} | {_switch(kind): kind in shown for kind in ARROWS}


def _switch(kind):
    return "show_" + kind.replace(" ", "_")


def _rows():
    return alt.Chart(alt.NamedData(player.DATASET))


def _contours(picture, frame, x, y):
    (left, right), (bottom, top) = frame
    corners = alt.Chart(alt.Data(values=[{"left": left, "right": right, "bottom": bottom, "top": top}]))
    return corners.mark_image(url=picture, aspect=False, clip=True).encode(
        x=x("left"), x2="right", y=y("bottom"), y2="top")


def _stars(minima, x, y):
    rows = alt.Chart(alt.Data(values=[{"left": a, "bottom": b} for a, b in minima]))
    return rows.mark_text(text="★", fontSize=24, color=INK, clip=True).encode(x=x("left"), y=y("bottom"))


def _trails(x, y, titles):
    """The way so far, and the piece of the step under the playhead."""
    line = {"strokeWidth": 2.5, "clip": True, "opacity": 0.9}
    trail = _rows().transform_filter("datum.t <= step").mark_line(**line).encode(
        x=x("x"), y=y("y"), order="t:Q", **look(titles, shape=False, legend=False))
    piece = player.tween(_rows(), "x", "y").mark_rule(**line).encode(
        x=x("x"), y=y("y"), x2="x_now", y2="y_now", **look(titles, shape=False, legend=False))
    return trail, piece


def _chosen(chart, kind):
    return chart.transform_filter(f"{_switch(kind)} && (chosen == '{EVERYONE}' || datum.optimizer == chosen)")


def _arrow(kind, a, b, width, x, y, titles, frame):
    """A shaft from the head to the point (a, b), and its tip, turned on the screen as the shaft is."""
    (left, right), (bottom, top) = frame
    turn = f"90 - 180 / PI * atan2((datum.{b} - datum.y) * height / {top - bottom}, (datum.{a} - datum.x) * width / {right - left})"
    rows = _chosen(player.tween(_rows(), "x", "y"), kind).transform_filter(f"isValid(datum.{a})").transform_calculate(
        turn=turn, tip_x=f"datum.{a} + datum.x_now - datum.x", tip_y=f"datum.{b} + datum.y_now - datum.y")
    dash = {"strokeDash": [5, 3]} if kind == "gradient" else {}
    shaft = rows.mark_rule(strokeWidth=width, clip=True, **dash).encode(
        x=x("x_now"), y=y("y_now"), x2="tip_x", y2="tip_y", **look(titles, shape=False, legend=False))
    tip = rows.mark_point(shape="triangle", filled=True, size=60 * width, opacity=1, clip=True).encode(
        x=x("tip_x"), y=y("tip_y"), angle=alt.Angle("turn:Q", scale=None), **look(titles, shape=False, legend=False))
    return shaft, tip


def _cross(x, y, titles, frame):
    """How far one unit of gradient carries along x and along y, as the half axes of a box."""
    rows = _chosen(player.tween(_rows(), "x", "y"), "effective step").transform_calculate(
        low_x="2 * datum.x_now - datum.x - (datum.ex - datum.x) + (datum.x - datum.x_now)", high_x="datum.x_now + datum.ex - datum.x",
        low_y="2 * datum.y_now - datum.y - (datum.ey - datum.y) + (datum.y - datum.y_now)", high_y="datum.y_now + datum.ey - datum.y")
    return rows.mark_rect(fillOpacity=0.15, strokeWidth=2, strokeDash=[3, 2], clip=True).encode(
        x=x("low_x"), x2="high_x", y=y("low_y"), y2="high_y",
        stroke=look(titles, shape=False, legend=False)["color"].to_dict() and alt.Stroke(
            "optimizer:N", scale=alt.Scale(domain=titles, range=[LOOKS[t][0] for t in titles]), legend=None),
        **look(titles, shape=False, legend=False))


def _heads(x, y, titles, frame):
    """Where each optimizer is; one that has left the frame waits at its edge and says so."""
    (left, right), (bottom, top) = frame
    rows = player.tween(_rows(), "x", "y").transform_calculate(
        edge_x=f"clamp(datum.x_now, {left}, {right})", edge_y=f"clamp(datum.y_now, {bottom}, {top})",
        side=f"datum.x_now > {(left + right) / 2} ? 'right' : 'left'",
        outside="datum.edge_x != datum.x_now || datum.edge_y != datum.y_now")
    heads = rows.mark_point(filled=True, size=300, stroke=PAPER, strokeWidth=1.5).encode(
        x=x("edge_x"), y=y("edge_y"), opacity=alt.when("datum.outside").then(alt.value(0.55)).otherwise(alt.value(1.0)),
        tooltip=[alt.Tooltip("optimizer:N"), alt.Tooltip("x:Q", format=".4f"), alt.Tooltip("y:Q", format=".4f")], **look(titles))
    words = [rows.transform_filter(f"datum.outside && datum.side == '{side}'").mark_text(
        fontSize=16, align=side, dx=-14 if side == "right" else 14, dy=-12 if side == "right" else 12, fill=INK).encode(
        x=x("edge_x"), y=y("edge_y"), text=alt.Text("gone:N")) for side in ("left", "right")]
    return heads, *words


def losses(titles, steps, low, high):
    """Loss above the minimum against steps, all of it, with a cursor at the playhead; rows: k (step), loss."""
    x = alt.X("k:Q", title="step", scale=alt.Scale(domain=[0, steps], nice=False), axis=alt.Axis(grid=False, tickCount=6))
    y = alt.Y("loss:Q", title="loss above minimum", scale=alt.Scale(type="log", domain=[low, high], nice=False, clamp=True),
              axis=alt.Axis(tickCount=5, format=".0e"))
    lines = _rows().mark_line(strokeWidth=2.5, clip=True).encode(
        x=x, y=y, order="t:Q", strokeDash=alt.StrokeDash("optimizer:N", legend=None, scale=alt.Scale(
            domain=titles, range=[DASHES[title] for title in titles])), **look(titles, shape=False, legend=False))
    now = player.tween(_rows(), "k", "loss")
    cursor = now.transform_filter("datum.i == 0").mark_rule(strokeWidth=2, color=INK).encode(x=alt.X("k_now:Q", scale=x.scale))
    heads = now.mark_point(filled=True, size=160, clip=True, opacity=1).encode(
        x=alt.X("k_now:Q"), y=alt.Y("loss_now:Q"), **look(titles, legend=False))
    return alt.layer(cursor, lines, heads).add_params(alt.param(name="step", value=0))


def story():
    """Lines of text, one row each: text (a frame's), bold (formulas)."""
    rows = _rows().transform_filter("datum.t == floor(step)")
    place = {"y": alt.Y("row:Q", axis=None, scale=alt.Scale(domain=[ROWS - 0.4, -0.6], nice=False)), "text": "text:N"}
    formulas = rows.transform_filter("datum.bold").mark_text(align="left", fontSize=17, fontWeight="bold", fill=INK)
    numbers = rows.transform_filter("!datum.bold").mark_text(align="left", fontSize=15, fill=INK)
    return alt.layer(formulas.encode(x=alt.value(2), **place), numbers.encode(x=alt.value(12), **place)).add_params(
        alt.param(name="step", value=0))
