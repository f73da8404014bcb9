"""One look for still and animated charts: colors, shapes, dashes, axes, legends, halos."""

import altair as alt
import streamlit as st

# Okabe and Ito's colors, the pale ones darker, and a violet: each differs from white by 3 : 1
# (WCAG 2.2, 1.4.11), and the first three and the violet, in which there are letters, by 4.5 : 1
# (1.4.3). Not all pairs are told apart with a color vision deficiency, so lines have a dash of
# their own, too, and points a shape.
COLORS = ["#0072B2", "#C24E00", "#008060", "#C4679B", "#B57F00", "#3A93C8", "#7F5CA8"]
# A color has one meaning on a page. Those of groups are only for words; what is measured is violet
# (of the model itself, in all dimensions) or ocher (of what it is set against: the plane, shuffled
# words, another run).
GROUPS, VIOLET, OCHER = [*COLORS[:4], COLORS[5]], COLORS[6], COLORS[4]
GRAY = "#6F6F6F"  # what is compared with, and what has ended
# The same hues on the dark page, from which all differ by 4.5 : 1
DARK = dict(
    zip(
        [*COLORS, GRAY],
        ["#4FA3DC", "#F08A3C", "#35C294", "#E08CBD", "#DDAA3C", "#8CCBF5", "#B79AE2", "#9C9C9C"],
        strict=True,
    )
)
SHAPES = [
    "circle",
    "square",
    "triangle-up",
    "diamond",
    "cross",
    "triangle-down",
    "triangle-right",
    "triangle-left",
]
DASHES = [
    [1, 0],
    [8, 3],
    [2, 3],
    [10, 3, 2, 3],
    [5, 5],
    [16, 4],
    [6, 2, 2, 2, 2, 2],
    [3, 1],
    [16, 4, 4, 4],
]
FONT = '"Source Sans", system-ui, sans-serif'
SIZE = 15  # pixels of the smallest writing, for a projector
EDGE = 1.25  # a picture reaches from -EDGE to EDGE: room for labels around points within -1..1
# The page's colors are params of each chart: another theme sets signals and keeps the view
INK, PAPER, GRID = alt.ExprRef("ink"), alt.ExprRef("paper"), alt.ExprRef("grid")
# What they are in Streamlit 1.67
THEMES = {
    "light": {"ink": "#2f2d2b", "paper": "#ffffff", "grid": "#e6e4e1"},
    "dark": {"ink": "#edebe8", "paper": "#171614", "grid": "#3a3835"},
}
# Around letters that stand on marks
HALO = {"stroke": PAPER, "strokeWidth": 4, "strokeJoin": "round", "strokeOpacity": 0.85}
LINES = {  # a legend of lines
    "title": None,
    "orient": "top",
    "symbolType": "stroke",
    "symbolSize": 500,
    "symbolStrokeWidth": 4,
    "symbolOpacity": 1,
}


def config():
    """The defaults of every chart, still or animated."""
    ink, grid = {"expr": "ink"}, {"expr": "grid"}
    return {
        "font": FONT,
        "background": "transparent",
        "padding": 4,
        "view": {"stroke": None, "continuousWidth": 300, "continuousHeight": 300},
        "axis": {
            "labelColor": ink,
            "titleColor": ink,
            "gridColor": grid,
            "domainColor": grid,
            "tickColor": grid,
            "labelFontSize": SIZE,
            "titleFontSize": SIZE + 1,
            "titleFontWeight": "normal",
        },
        "legend": {
            "labelColor": ink,
            "titleColor": ink,
            "labelFontSize": SIZE,
            "titleFontSize": SIZE + 1,
            "labelLimit": 300,
            "symbolSize": 140,
            "symbolOpacity": 1,
        },
        "title": {"color": ink, "fontSize": SIZE + 1, "anchor": "start", "offset": 4},
        "text": {"color": ink, "fontSize": SIZE + 1},
        "rule": {"color": ink},
    }


def params():
    """The page's colors as params of a chart."""
    colors = THEMES[st.context.theme.type or "light"]
    return [{"name": name, "value": value} for name, value in colors.items()]


def for_both_pages(part):
    """A finished spec, or a part of one, in which each of the colors follows the page."""
    if isinstance(part, dict):
        return {name: for_both_pages(value) for name, value in part.items()}
    if isinstance(part, list):
        return [for_both_pages(value) for value in part]
    if isinstance(part, str) and part in DARK:
        return {"expr": f"luminance(paper) > 0.5 ? '{part}' : '{DARK[part]}'"}
    return part


def on_page(color):
    """One of the colors, for what is written into the page itself."""
    return DARK[color] if st.context.theme.type == "dark" else color


def group_channels(groups):
    """Color and shape of each group: five colors and eight shapes, so that no two of 40 groups
    look the same.
    """
    colors = [GROUPS[k % len(GROUPS)] for k in range(len(groups))]
    shapes = [SHAPES[k % len(SHAPES)] for k in range(len(groups))]
    legend = alt.Legend(title=None, orient="top", columns=5)
    return {
        "color": alt.Color("group:N", scale=alt.Scale(domain=groups, range=colors), legend=legend),
        "shape": alt.Shape("group:N", scale=alt.Scale(domain=groups, range=shapes), legend=legend),
    }


def line_channels(column, names, colors=COLORS, dashes=DASHES, **legend):
    """Color and dash of each line, and one legend for both. column: holds the names."""
    key = alt.Legend(**LINES | legend)
    n, names = len(names), list(names)
    return {
        "color": alt.Color(
            f"{column}:N", scale=alt.Scale(domain=names, range=colors[:n]), legend=key
        ),
        "strokeDash": alt.StrokeDash(
            f"{column}:N", scale=alt.Scale(domain=names, range=dashes[:n]), legend=key
        ),
    }


def equal_units(across=EDGE, up=EDGE):
    """Scales of x and y on which a unit has as many pixels along both, whatever the size of the
    chart: 0 in the middle, and at least so far, numbers or expressions, to each side.
    """
    return tuple(
        alt.Scale(domainMin=alt.expr(f"-{end}"), domainMax=alt.expr(end), nice=False)
        for end in (
            f"max({across}, {up} * width / height)",
            f"max({up}, {across} * height / width)",
        )
    )
