"""The charts of exploring: a picture of words, ranks over a training, when words settled."""

from functools import partial

import altair as alt

from core.projections.maps import ASPECT
from ui.charts import theme
from ui.charts.drawing import ROWS

ENDS = ["farthest words", "words of the axis", "words asked about"]
END_COLORS = dict(zip(ENDS, (theme.GRAY, theme.VIOLET, theme.OCHER), strict=True))
OTHERS = "other words"  # of no group
NARROW = 480  # pixels of width below which a picture has the labels of a phone
MORE_COLORS = ["#A0522D", "#6B8E23"]  # 3 : 1 on both pages, for the last of ten lines
# What is drawn around the word asked for: color and dash
ROLES = {
    "real neighbor": (theme.VIOLET, [1, 0]),
    "near only in the picture": (theme.OCHER, [4, 4]),
}


def picture(groups, across="", up=""):
    """Words as points in a plane; lines lead from the word asked for to its neighbors there.

    Columns: x, y, word, group, label (drawn beside the point), ox, oy (its offset, pixels), and of
    a chart below NARROW pixels narrow_label, narrow_ox, narrow_oy; size, opacity, ringed, role (one
    of ROLES, of a neighbor), x2, y2 (the word asked for), tip. Axes are shown where they have
    titles.
    """
    base = alt.Chart(alt.NamedData(ROWS)).transform_calculate(
        **{
            f"its_{name}": f"width < {NARROW} ? datum.narrow_{name} : datum.{name}"
            for name in ("label", "ox", "oy")
        }
    )
    x, y = _plane(across, up)
    tip = [
        alt.Tooltip("word:N"),
        alt.Tooltip("group:N"),
        alt.Tooltip("tip:N", title="real neighbors"),
    ]
    lines = [
        base.transform_filter(f"datum.role == '{role}'")
        .mark_rule(strokeWidth=3, color=color, strokeDash=dash)
        .encode(x=x, y=y, x2="x2", y2="y2")
        for role, (color, dash) in ROLES.items()
    ]
    points = base.mark_point(filled=True, strokeWidth=1).encode(
        x=x,
        y=y,
        size=alt.Size("size:Q", scale=None, legend=None),
        opacity=alt.Opacity("opacity:Q", scale=None, legend=None),
        tooltip=tip,
        **_groups(list(groups)),
    )
    rings = (
        base.transform_filter("datum.ringed")
        .mark_point(filled=False, shape="circle", strokeWidth=2, size=420, color=theme.OCHER)
        .encode(x=x, y=y)
    )
    written = base.transform_filter("datum.its_label != ''")
    ox, oy = alt.expr("datum.its_ox"), alt.expr("datum.its_oy")
    leader = written.mark_rule(strokeWidth=1, opacity=0.4, x2Offset=ox, y2Offset=oy).encode(
        x=x, y=y, x2="x", y2="y"
    )
    paper, writing = (
        written.mark_text(fontSize=16, dx=ox, dy=oy, **color).encode(x=x, y=y, text="its_label:N")
        for color in (theme.HALO, {"fill": theme.INK})
    )
    return alt.layer(*lines, leader, rings, points, paper, writing)


def _groups(groups):
    """Color and shape of each group; words of none are gray."""
    channels = theme.group_channels(groups)
    if OTHERS in groups:
        channels["color"]["scale"]["range"][groups.index(OTHERS)] = theme.GRAY
    return channels


def _plane(across, up):
    """Both axes: as many pixels to a unit along each, or with titles and numbers of their own."""
    if across or up:
        scale = alt.Scale(zero=False, padding=30)
        return (
            channel(title=f"cosine with {title}", scale=scale, axis=alt.Axis(tickCount=5))
            for channel, title in ((partial(alt.X, "x:Q"), across), (partial(alt.Y, "y:Q"), up))
        )
    grid = alt.Axis(
        labels=False, ticks=False, domain=False, values=alt.expr("sequence(-9, 9, 0.5)")
    )
    return (
        channel(
            title=None,
            axis=grid,
            scale=scale,
        )
        for channel, scale in zip(
            (partial(alt.X, "x:Q"), partial(alt.Y, "y:Q")),
            theme.equal_units(theme.EDGE * ASPECT),
            strict=True,
        )
    )


def bump(count):
    """Ranks of the words nearest at the end, over the training. Columns: epoch, rank (from 1, count
    + 1 stands for farther), place (rank at the end), word, last (1 in the last row of a word),
    similarity, true (the rank).
    """
    base = alt.Chart(alt.NamedData(ROWS))
    x = alt.X(
        "epoch:Q",
        title="epochs (the scale is that of the square root)",
        scale=alt.Scale(type="sqrt", nice=False),
        axis=alt.Axis(grid=False, tickCount=6),
    )
    y = alt.Y(
        "rank:Q",
        title="rank among all words",
        scale=alt.Scale(domain=[count + 1.3, 0.7], nice=False),
        axis=alt.Axis(
            values=list(range(1, count + 2)),
            labelExpr=f"datum.value > {count} ? 'farther' : datum.label",
            grid=False,
            domain=False,
        ),
    )
    places = list(range(1, count + 1))
    # As many colors as words are followed
    colors = [*theme.COLORS, theme.GRAY, *MORE_COLORS][:count]
    colors += [theme.GRAY] * (count - len(colors))
    dashes = [theme.DASHES[k % len(theme.DASHES)] for k in range(count)]
    look = {
        "color": alt.Color("place:N", scale=alt.Scale(domain=places, range=colors), legend=None),
    }
    lines = base.mark_line(strokeWidth=3, interpolate="monotone").encode(
        x=x,
        y=y,
        detail="word:N",
        strokeDash=alt.StrokeDash(
            "place:N", scale=alt.Scale(domain=places, range=dashes), legend=None
        ),
        **look,
    )
    points = base.mark_point(filled=True, size=60, opacity=1).encode(
        x=x,
        y=y,
        tooltip=[
            "word:N",
            alt.Tooltip("epoch:Q", format=".2f"),
            alt.Tooltip("true:Q", title="rank"),
            alt.Tooltip("similarity:Q", title="cosine", format=".3f"),
        ],
        **look,
    )
    names = (
        base.transform_filter("datum.last")
        .mark_text(align="left", dx=10, color=theme.INK, fontSize=16)
        .encode(x=x, y=y, text="word:N")
    )
    return alt.layer(lines, points, names)


def settled():
    """When the neighbors of words settled, against how often the text holds them. Columns: count,
    epoch, word.
    """
    base = alt.Chart(alt.NamedData(ROWS))
    x = alt.X(
        "count:Q",
        title="times the word is seen",
        scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(grid=False, tickCount=5, format="~s"),
    )
    y = alt.Y("epoch:Q", title="epochs until its neighbors settled", scale=alt.Scale(zero=True))
    points = base.mark_point(filled=True, size=60, opacity=0.5, color=theme.GRAY).encode(
        x=x, y=y, tooltip=["word:N", "count:Q", alt.Tooltip("epoch:Q", format=".2f")]
    )
    middle = (
        base.transform_calculate(step="pow(2, floor(log(datum.count) / log(2)) + 0.5)")
        .transform_aggregate(middle="median(epoch)", groupby=["step"])
        .mark_line(
            strokeWidth=4,
            color=theme.VIOLET,
            point={"size": 90, "filled": True, "color": theme.VIOLET},
        )
        .encode(x=alt.X("step:Q"), y=alt.Y("middle:Q"))
    )
    return alt.layer(points, middle)


def axis(name, kinds):
    """Where words lie between the two ends of an axis. Columns: place, word, kind. kinds: those of
    ENDS that there are.
    """
    base = alt.Chart(alt.NamedData(ROWS)).encode(
        y=alt.Y("word:N", sort="-x", title=None, axis=alt.Axis(ticks=False, labelOverlap=False)),
        x=alt.X("place:Q", title=f"cosine with the axis {name}", axis=alt.Axis(tickCount=5)),
        tooltip=["word:N", alt.Tooltip("place:Q", format=".3f")],
    )
    return base.mark_bar(height=16).encode(
        color=alt.Color(
            "kind:N",
            scale=alt.Scale(domain=list(kinds), range=[END_COLORS[kind] for kind in kinds]),
            legend=alt.Legend(title=None, orient="top"),
        )
    )


def sections():
    """The share of analogies answered right in each section. Columns: section, share, told."""
    base = alt.Chart(alt.NamedData(ROWS)).encode(
        y=alt.Y("section:N", sort=None, title=None, axis=alt.Axis(ticks=False, labelLimit=260)),
        x=alt.X(
            "share:Q",
            title="answered right",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format="%", tickCount=5),
        ),
    )
    numbers = base.mark_text(align="left", dx=6, color=theme.INK).encode(text="told:N")
    bars = base.mark_bar(height=18).encode(
        color=alt.condition("datum.enough", alt.value(theme.VIOLET), alt.value("#b0b0b0"))
    )
    return alt.layer(bars, numbers)
