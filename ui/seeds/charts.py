"""Charts of many runs: functions to `alt.Chart`, without their rows, and functions that make the
rows.
"""

import altair as alt
import numpy as np
import pandas as pd

from ui.charts import labels, word_highlight
from ui.charts.drawing import ROWS
from ui.charts.theme import (
    COLORS,
    EDGE,
    GRAY,
    HALO,
    INK,
    OCHER,
    VIOLET,
    equal_units,
    group_channels,
)

DOTS, NAMED = 1_500, 16  # words drawn as dots, and chosen words named, in the chart of stability
# Pixels of the charts with words, on a projector: labels are placed for them
STABILITY, CLOUDS = (330, 290), (420, 300)
LINE = 24  # places along the line of medians that labels leave free
WRITING = {"letter": 7.6, "line": 18}  # size of a label there
SPACES = ["all dimensions", "2-D picture"]
THOUSANDS = "format(datum.value, ',')"  # 120,000 for 120000


def overlap():
    """Neighbors shared by two runs, with an interval, compared with chance. Columns: name, mean,
    low, high.
    """
    names = ["these runs", "chance"]
    base = alt.Chart(alt.NamedData(ROWS)).encode(
        y=alt.Y(
            "name:N",
            sort=names,
            title=None,
            axis=alt.Axis(ticks=False, domain=False, labelLimit=200),
        )
    )
    x = alt.X(
        "mean:Q",
        title="neighbors shared by two runs",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format="%", tickCount=5),
    )
    color = alt.Color("name:N", scale=alt.Scale(domain=names, range=[VIOLET, GRAY]), legend=None)
    interval = base.mark_rule(strokeWidth=5, color=OCHER).encode(x="low:Q", x2="high:Q")
    label = base.mark_text(color=INK, align="left", dx=8, fontSize=16).encode(
        x="high:Q", text=alt.Text("mean:Q", format=".1%")
    )
    return alt.layer(base.mark_bar(height=20).encode(x=x, color=color), interval, label)


def suspects():
    """How much of what is missing each accused explains, with its error; the guilty one marked.

    Columns: name, share, low, high, guilty, note: in place of a bar, control.
    """
    base = alt.Chart(alt.NamedData(ROWS)).encode(
        y=alt.Y(
            "name:N",
            sort=None,
            title=None,
            axis=alt.Axis(ticks=False, labelLimit=220, labelOverlap=False, labelFlush=False),
        )
    )
    x = alt.X(
        "share:Q",
        title="share of what is missing",
        scale=alt.Scale(domain=[-0.25, 1], clamp=True),
        axis=alt.Axis(format="%", tickCount=5),
    )
    color = alt.when("datum.guilty").then(alt.value(OCHER)).otherwise(alt.value(VIOLET))
    tooltip = [
        alt.Tooltip("name:N", title="accused"),
        alt.Tooltip("control:N", title="control"),
        alt.Tooltip("share:Q", format=".0%", title="explains"),
    ]
    bars = base.mark_bar(height=20).encode(x=x, color=color, tooltip=tooltip)
    error = base.mark_rule(strokeWidth=3, color=INK).encode(x="low:Q", x2="high:Q")
    notes = base.mark_text(align="left", dx=6, color=GRAY).encode(x=alt.datum(0), text="note:N")
    return alt.layer(bars, error, notes)


def clusters():
    """Silhouette score of each run in all dimensions and in the picture, compared with shuffled
    groups.

    Columns: seed, space, score, null_mean, null_95.
    """
    base = alt.Chart(alt.NamedData(ROWS)).encode(
        x=alt.X(
            "seed:O",
            title="seed",
            sort=None,
            axis=alt.Axis(labelAngle=0, labelOverlap=True),
        ),
        xOffset=alt.XOffset("space:N", sort=SPACES),
    )
    y = alt.Y(
        "score:Q",
        title="silhouette score",
        scale=alt.Scale(domain=[-0.6, 1]),
        axis=alt.Axis(tickCount=5),
    )
    legend = alt.Legend(title=None, orient="top")
    null = base.mark_bar(color=GRAY, opacity=0.45, width=5).encode(
        y=alt.Y("null_mean:Q"), y2="null_95:Q"
    )
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(
        y=y,
        color=alt.Color(
            "space:N", scale=alt.Scale(domain=SPACES, range=[VIOLET, OCHER]), legend=legend
        ),
        shape=alt.Shape(
            "space:N", scale=alt.Scale(domain=SPACES, range=["circle", "square"]), legend=legend
        ),
        tooltip=[
            "seed:O",
            "space:N",
            alt.Tooltip("score:Q", format=".2f"),
            alt.Tooltip("null_95:Q", title="95% of shuffled groups stay below", format=".2f"),
        ],
    )
    return alt.layer(null, dots)


def stability(lowest, highest):
    """Neighbors that two runs share for each word, against how often it occurs, the chosen words by
    name. Columns: see `stability_rows`.
    """
    axis = alt.Axis(format="~s", grid=False, labelOverlap=True, tickCount=5)
    x_scale, y_scale = (
        alt.Scale(type="log", domain=[lowest, highest], nice=False),
        alt.Scale(domain=[0, 1]),
    )
    base = alt.Chart(alt.NamedData(ROWS)).encode(
        x=alt.X("count:Q", title="occurrences", scale=x_scale, axis=axis),
        y=alt.Y(
            "overlap:Q",
            title="neighbors shared",
            scale=y_scale,
            axis=alt.Axis(format="%", tickCount=5),
        ),
    )
    tip = ["word:N", "count:Q", alt.Tooltip("overlap:Q", format=".0%")]
    every = base.transform_filter("datum.kind == 'word'").mark_point(
        filled=True, size=14, color=GRAY, opacity=0.35, clip=True
    )
    middle = base.transform_filter("datum.kind == 'median'").mark_line(color=VIOLET, strokeWidth=4)
    chance = base.transform_filter("datum.kind == 'chance'").mark_line(
        color=INK, strokeWidth=3, strokeDash=[6, 4]
    )
    chosen = base.transform_filter("datum.kind == 'chosen'")
    label = {"x": alt.X("label_x:Q", scale=x_scale), "y": alt.Y("label_y:Q", scale=y_scale)}
    return alt.layer(
        every.encode(tooltip=tip),
        middle,
        chance,
        chosen.mark_rule(color=INK, opacity=0.4).encode(x2="label_x", y2="label_y"),
        chosen.mark_point(filled=True, size=90, color=INK, shape="square", opacity=1).encode(
            tooltip=tip
        ),
        *(
            chosen.mark_text(fontSize=15, **ink).encode(text="label:N", **label)
            for ink in (HALO, {"fill": INK})
        ),
    )


def stability_rows(facts, chosen, each, chance, lowest, highest):
    """Rows for `stability`: words (if there are many, a part of them), medians of words about
    equally frequent, chance, labels.

    each: (V,) overlap of each word. lowest, highest: ends of the axis of counts.
    """
    counts, n = facts.counts[: len(each)], len(each)
    shown = np.unique(np.linspace(0, n - 1, min(n, DOTS)).astype(int))
    bins = np.round(2 * np.log2(counts)).astype(int)
    rows = [("word", counts[k], each[k], facts.words[k], "", 0, 0) for k in shown]
    rows += [
        ("median", np.median(counts[bins == b]), np.median(each[bins == b]), "", "", 0, 0)
        for b in np.unique(bins)
    ]
    rows += [("chance", count, chance, "", "", 0, 0) for count in (lowest, highest)]
    named = [facts.index[word] for word in chosen.words[:NAMED]]
    width, height = STABILITY
    far = np.log(highest / lowest)
    places = np.stack(
        [np.log(counts[named] / lowest) / far * width, (1 - each[named]) * height], -1
    ).reshape(-1, 2)
    # Labels leave the line of the medians free
    medians = [(count, overlap) for kind, count, overlap, *_ in rows if kind == "median"]
    line = _along(medians, lowest, far) if named else np.empty((0, 2))
    offsets, told = _labels(places, [facts.words[k] for k in named], STABILITY, line)
    rows += [
        (
            "chosen",
            counts[k],
            each[k],
            facts.words[k],
            label,
            lowest * np.exp(x / width * far),
            1 - y / height,
        )
        for k, label, (x, y) in zip(named, told, (places + offsets).tolist(), strict=True)
    ]
    return pd.DataFrame(
        rows, columns=["kind", "count", "overlap", "word", "label", "label_x", "label_y"]
    )


def _along(medians, lowest, far):
    """Pixels along the line of (count, overlap): (n, 2)."""
    width, height = STABILITY
    count, overlap = np.array(medians, float).T
    x = np.log(count / lowest) / far * width
    every = np.linspace(x.min(), x.max(), LINE)
    order = np.argsort(x)
    return np.stack([every, (1 - np.interp(every, x[order], overlap[order])) * height], -1)


def _labels(places, names, size, free=None):
    """Offsets of labels in pixels, and what they say: nothing, without an offset, where a crowd
    leaves no room. free: (n, 2) pixels that labels should not cover.
    """
    offsets, clear = labels.with_room(places, names, *size, free=free, **WRITING)
    return offsets, [name if seen else "" for name, seen in zip(names, clear, strict=True)]


def clouds(groups):
    """Every chosen word in all runs in one aligned picture, unstable words pale. Columns: see
    `cloud_rows`.
    """
    base = alt.Chart(alt.NamedData(ROWS))
    axis = alt.Axis(labels=False, ticks=False, title=None, values=[-1, -0.5, 0, 0.5, 1])
    across, up = equal_units()
    x, y = alt.X("x:Q", scale=across, axis=axis), alt.Y("y:Q", scale=up, axis=axis)
    faint = (
        alt.when(f"!{word_highlight.IS_LIT}")
        .then(alt.value(0.05))
        .when("datum.unstable")
        .then(alt.value(0.15))
        .otherwise(alt.value(0.75))
    )
    points = (
        base.transform_filter("datum.kind == 'run'")
        .mark_point(filled=True, size=40, cursor="pointer")
        .add_params(*word_highlight.params())
        .encode(
            x=x,
            y=y,
            opacity=faint,
            tooltip=["word:N", "group:N", "run:N", alt.Tooltip("steady:Q", format=".2f")],
            **group_channels(groups),
        )
    )
    named = base.transform_filter("datum.kind == 'name'")
    label = {
        "x": alt.X("label_x:Q", scale=across),
        "y": alt.Y("label_y:Q", scale=up),
        "text": "label:N",
        "opacity": alt.when("datum.unstable").then(alt.value(0.5)).otherwise(alt.value(1.0)),
    }
    return alt.layer(
        points,
        named.mark_rule(color=INK, opacity=0.5).encode(x=x, y=y, x2="label_x", y2="label_y"),
        *(named.mark_text(fontSize=15, **ink).encode(**label) for ink in (HALO, {"fill": INK})),
    )


def cloud_rows(chosen, points, steady, least, names):
    """Rows for `clouds`. points: (R, n, 2); steady: (n,); least: a word that is less steady is
    unstable; names: of the runs.
    """
    middle, told = points.mean(0), []
    lit = word_highlight.column(chosen.words, middle)
    for word, group, cosine, near in zip(
        chosen.words, chosen.groups, steady.tolist(), lit, strict=True
    ):
        unstable = cosine < least
        told.append(
            {"word": word, "group": group, "steady": cosine, "unstable": unstable, "lit": near}
        )
    scale = np.array([1, -1]) * min(CLOUDS) / (2 * EDGE)
    names_told = [f"{t['word']} (?)" if t["unstable"] else t["word"] for t in told]
    offsets, written = _labels(middle * scale + np.array(CLOUDS) / 2, names_told, CLOUDS)
    rows = [
        {"kind": "run", "x": x, "y": y, "run": name, **t}
        for name, run in zip(names, points.tolist(), strict=True)
        for (x, y), t in zip(run, told, strict=True)
    ]
    rows += [
        {"kind": "name", "x": x, "y": y, "label": label, "label_x": x + dx, "label_y": y + dy, **t}
        for (x, y), (dx, dy), label, t in zip(
            middle.tolist(), (offsets / scale).tolist(), written, told, strict=True
        )
    ]
    return pd.DataFrame(
        rows,
        columns=["kind", "x", "y", "run", *told[0], "label", "label_x", "label_y"]
        if told
        else ["kind"],
    )


def shares(title, names):
    """Shares as bars, with a dashed line at chance. Columns: source, share, and where there is one
    chance, the same in all rows.
    """
    base = alt.Chart(alt.NamedData(ROWS)).encode(
        y=alt.Y(
            "source:N",
            sort=list(names),
            title=None,
            axis=alt.Axis(labelLimit=260, ticks=False, domain=False),
        ),
        x=alt.X(
            "share:Q",
            title=title,
            scale=alt.Scale(domain=[0, 1.12], nice=False),
            axis=alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1]),
        ),
    )
    line = (
        alt.Chart(alt.NamedData(ROWS))
        .transform_filter("isValid(datum.chance)")
        .transform_aggregate(least="min(chance)")
        .mark_rule(color=INK, strokeWidth=3, strokeDash=[6, 4])
        .encode(x="least:Q")
    )
    return alt.layer(
        base.mark_bar(color=VIOLET, height=26),
        line,
        base.mark_text(color=INK, align="left", dx=6, fontSize=16).encode(
            text=alt.Text("share:Q", format=".0%")
        ),
    )


def heat(what, form, reverse, x_title, xs, y_title, ys):
    """A map of one number over two settings, the best cell framed. Columns: x, y, value, told,
    best, chance. reverse: small values are good.
    """
    base = alt.Chart(alt.NamedData(ROWS)).encode(
        x=alt.X(
            "x:O",
            title=x_title,
            scale=alt.Scale(domain=list(xs)),
            axis=alt.Axis(labelAngle=0, labelExpr=THOUSANDS),
        ),
        y=alt.Y(
            "y:O",
            title=y_title,
            scale=alt.Scale(domain=list(ys)[::-1]),
            axis=alt.Axis(labelExpr=THOUSANDS),
        ),
    )
    color = alt.Color("value:Q", scale=alt.Scale(scheme="viridis", reverse=reverse), legend=None)
    tip = [
        alt.Tooltip("x:O", title=x_title),
        alt.Tooltip("y:O", title=y_title),
        alt.Tooltip("value:Q", title=what, format=form),
        alt.Tooltip("chance:Q", title="neighbors shared by chance", format=".1%"),
    ]
    best = base.transform_filter("datum.best").mark_rect(
        filled=False, stroke=COLORS[1], strokeWidth=5
    )
    halo = base.mark_text(
        fontSize=16, fontWeight="bold", stroke="white", strokeWidth=4, strokeJoin="round"
    )
    written = base.mark_text(fontSize=16, fontWeight="bold", fill="black")
    return alt.layer(
        base.mark_rect().encode(color=color, tooltip=tip),
        best,
        *(m.encode(text="told:N") for m in (halo, written)),
    )


def heat_rows(cells, best):
    """Rows for `heat`. cells: (x, y) -> (value, text, chance); best: the place of the best one, or
    None.
    """
    return pd.DataFrame(
        [
            (x, y, value, told, (x, y) == best, chance)
            for (x, y), (value, told, chance) in cells.items()
        ],
        columns=["x", "y", "value", "told", "best", "chance"],
    )
