"""The animated charts of the page Optimizers; their rows come from the player."""

from functools import partial
from itertools import cycle

import altair as alt

from core.optimizers.rules import OPTIMIZERS
from ui.charts.theme import COLORS, DASHES, GRAY, INK, PAPER, SHAPES
from ui.controls.page_tables import ARROWS
from ui.player import player

# Taken in turn; eight colors, seven shapes and nine dashes: no two of 56 optimizers look the same
LOOKS = {
    o.title: look
    for o, *look in zip(
        OPTIMIZERS.values(), cycle([*COLORS, GRAY]), cycle(SHAPES[:7]), cycle(DASHES), strict=False
    )
}
EVERYONE = "all of them"
# Lines of text of the longest story: each formula, and the same in numbers for x and for y
ROWS = 2 + 3 * max(len(o.story) for o in OPTIMIZERS.values())


def look(titles, *, shape=False, dash=False, legend=None):
    """Color, and if wanted shape and dash, of each optimizer: the same on every chart. legend: an
    orientation, or None.
    """
    key = (
        alt.Legend(title=None, orient=legend, symbolSize=160, columns=5, symbolOpacity=1)
        if legend
        else None
    )
    colors, shapes, dashes = zip(*(LOOKS[title] for title in titles), strict=True)
    channels = {"color": alt.Color("optimizer:N", scale=_names(titles, colors), legend=key)}
    if shape:
        channels["shape"] = alt.Shape("optimizer:N", scale=_names(titles, shapes), legend=key)
    if dash:
        channels["strokeDash"] = alt.StrokeDash(
            "optimizer:N", scale=_names(titles, dashes), legend=None
        )
    return channels


def _names(titles, values):
    return alt.Scale(domain=list(titles), range=list(values))


def race(frame, minima, titles, axes=("x", "y")):
    """The paths of optimizers over the contours of a loss, with arrows that can be switched on.

    frame: ((x from, x to), (y from, y to)), minima: points, titles: of the optimizers, axes: of the
    chart. Rows come from the player: x, y, the tips of arrows gx, gy (downhill), vx, vy (velocity;
    null without one), ex, ey (effective step), and gone, what to write beside a head outside the
    frame. The param `picture` is the image of the contours.
    """
    x, y = (
        partial(_position, alt.X, axes[0], frame[0]),
        partial(_position, alt.Y, axes[1], frame[1]),
    )
    channels = look(titles, legend="top")
    layers = [
        _contours(frame, x, y),
        *_trails(x, y, look(titles, dash=True, legend="top")),
        _box(x, y, channels),
    ]
    layers += _arrow("gradient", "g", [5, 3], 3, frame, x, y, channels)
    layers += _arrow("velocity", "v", [1, 0], 5, frame, x, y, channels)
    layers += _heads(frame, x, y, look(titles, shape=True, legend="top"))
    # Above the heads, which end there
    layers.append(_stars(minima, x, y))
    return alt.layer(*layers).add_params(
        alt.param(name="step", value=0),
        alt.param(name="picture", value=""),
        alt.param(name="chosen", value=EVERYONE),
        *(alt.param(name=_switch(kind), value=False) for kind in ARROWS),
    )


def arrow_params(shown, chosen):
    """Values of the switches. shown: those of ARROWS to draw, chosen: title of an optimizer, or
    EVERYONE.
    """
    return {"chosen": chosen} | {_switch(kind): kind in shown for kind in ARROWS}


def _switch(kind):
    return "show_" + kind.replace(" ", "_")


def _position(channel, title, domain, field):
    return channel(
        f"{field}:Q",
        scale=alt.Scale(domain=list(domain), nice=False),
        axis=alt.Axis(title=title, grid=False, tickCount=7),
    )


def _rows():
    return alt.Chart(alt.NamedData(player.DATASET))


def _contours(frame, x, y):
    (left, right), (bottom, top) = frame
    corners = alt.Chart(
        alt.Data(values=[{"left": left, "right": right, "bottom": bottom, "top": top}])
    )
    return corners.mark_image(url=alt.ExprRef("picture"), aspect=False, clip=True).encode(
        x=x("left"), x2="right", y=y("bottom"), y2="top"
    )


def _stars(minima, x, y):
    rows = alt.Chart(alt.Data(values=[{"across": a, "up": b} for a, b in minima]))
    return rows.mark_text(text="★", fontSize=18, fill=INK, clip=True).encode(
        x=x("across"), y=y("up")
    )


def _trails(x, y, channels):
    """The path so far, and the part of the current step that the playhead has passed."""
    line = {"strokeWidth": 2.5, "clip": True, "opacity": 0.9}
    trail = (
        _rows()
        .transform_filter("datum.t <= shown")
        .mark_line(**line)
        .encode(x=x("x"), y=y("y"), order="t:Q", **channels)
    )
    piece = (
        player.tween(_rows(), "x", "y")
        .mark_rule(**line)
        .encode(x=x("x"), y=y("y"), x2="x_now", y2="y_now", **channels)
    )
    return trail, piece


def _shown(kind):
    return player.tween(_rows(), "x", "y").transform_filter(
        f"{_switch(kind)} && (chosen == '{EVERYONE}' || datum.optimizer == chosen)"
    )


def _arrow(kind, letter, dash, width, frame, x, y, channels):
    """A shaft from the head, and its tip, turned on the screen as the shaft is."""
    (left, right), (bottom, top) = frame
    dx, dy = f"(datum.{letter}x - datum.x)", f"(datum.{letter}y - datum.y)"
    rows = (
        _shown(kind)
        .transform_filter(f"isValid(datum.{letter}x)")
        .transform_calculate(
            tip_x=f"datum.x_now + {dx}",
            tip_y=f"datum.y_now + {dy}",
            turn=f"90 - 180 / PI * atan2({dy} * height / {top - bottom}, {dx} * width / "
            f"{right - left})",
        )
    )
    shaft = rows.mark_rule(strokeWidth=width, strokeDash=dash, clip=True).encode(
        x=x("x_now"), y=y("y_now"), x2="tip_x", y2="tip_y", **channels
    )
    tip = rows.mark_point(
        shape="triangle", filled=True, size=70 * width, opacity=1, clip=True
    ).encode(x=x("tip_x"), y=y("tip_y"), angle=alt.Angle("turn:Q", scale=None), **channels)
    return shaft, tip


def _box(x, y, channels):
    """How far one unit of gradient moves the point along x and along y, as the half axes of a box
    around the head.
    """
    rows = _shown("effective step").transform_calculate(
        low_x="datum.x_now - (datum.ex - datum.x)",
        high_x="datum.x_now + (datum.ex - datum.x)",
        low_y="datum.y_now - (datum.ey - datum.y)",
        high_y="datum.y_now + (datum.ey - datum.y)",
    )
    return rows.mark_rect(
        fillOpacity=0.2, strokeOpacity=1, stroke=INK, strokeWidth=2, strokeDash=[3, 2], clip=True
    ).encode(x=x("low_x"), x2="high_x", y=y("low_y"), y2="high_y", **channels)


def _heads(frame, x, y, channels):
    """Where each optimizer is; one outside the frame is drawn at its edge, with its name."""
    (left, right), (bottom, top) = frame
    rows = (
        player.tween(_rows(), "x", "y")
        .transform_calculate(
            edge_x=f"clamp(datum.x_now, {left}, {right})",
            edge_y=f"clamp(datum.y_now, {bottom}, {top})",
        )
        .transform_calculate(outside="datum.edge_x != datum.x_now || datum.edge_y != datum.y_now")
    )
    heads = rows.mark_point(filled=True, size=300, stroke=PAPER, strokeWidth=1.5).encode(
        x=x("edge_x"),
        y=y("edge_y"),
        opacity=alt.when("datum.outside").then(alt.value(0.6)).otherwise(alt.value(1.0)),
        tooltip=[
            alt.Tooltip("optimizer:N"),
            alt.Tooltip("x:Q", format=".4f"),
            alt.Tooltip("y:Q", format=".4f"),
        ],
        **channels,
    )
    line = (top - bottom) / 12  # each has a line of its own, inside the frame
    gone = rows.transform_filter("datum.outside").transform_calculate(
        label_y=f"datum.edge_y + (datum.edge_y > {(bottom + top) / 2} ? -1 : 1) * (datum.i + 0.7) "
        f"* {line}"
    )
    words = [
        gone.transform_filter(test)
        .mark_text(fontSize=16, fontWeight="bold", align=side, dx=dx, fill=INK)
        .encode(x=x("edge_x"), y=y("label_y"), text="gone:N")
        for side, dx, test in (
            ("left", 14, f"datum.edge_x <= {(left + right) / 2}"),
            ("right", -14, f"datum.edge_x > {(left + right) / 2}"),
        )
    ]
    return heads, *words


def losses(titles, steps, low, high):
    """Loss above the minimum against steps, with a cursor at the playhead. Rows: k (step), loss."""
    x = partial(_position, alt.X, "step", (0, steps))
    y = alt.Scale(type="log", domain=[low, high], nice=False, clamp=True)
    up = {"axis": alt.Axis(title="loss", tickCount=5, format=".0e"), "scale": y}
    lines = (
        _rows()
        .mark_line(strokeWidth=2.5, clip=True)
        .encode(x=x("k"), y=alt.Y("loss:Q", **up), order="t:Q", **look(titles, dash=True))
    )
    cursor = player.tween(_rows(), "k").mark_rule(strokeWidth=1.5, color=INK).encode(x=x("k_now"))
    heads = (
        player.tween(_rows(), "loss", "k")
        .mark_point(filled=True, size=150, clip=True, opacity=1)
        .encode(x=x("k_now"), y=alt.Y("loss_now:Q", **up), **look(titles, shape=True))
    )
    return alt.layer(lines, cursor, heads).add_params(alt.param(name="step", value=0))


def story():
    """The formulas of a step and the same in numbers, line by line. Rows: row (number), and formula
    or numbers (the other one is null).
    """
    rows = _rows().transform_filter("datum.t == shown")
    y = alt.Y("row:Q", axis=None, scale=alt.Scale(domain=[ROWS - 0.4, -0.6], nice=False))
    formulas = rows.transform_filter("isValid(datum.formula)").mark_text(
        align="left", fontSize=17, fontWeight="bold", fill=INK
    )
    numbers = rows.transform_filter("isValid(datum.numbers)").mark_text(
        align="left", fontSize=15, fill=INK
    )
    return alt.layer(
        formulas.encode(x=alt.value(2), y=y, text="formula:N"),
        numbers.encode(x=alt.value(12), y=y, text="numbers:N"),
    ).add_params(alt.param(name="step", value=0))
