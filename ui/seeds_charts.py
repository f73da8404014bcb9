"""Charts of many runs: functions to `alt.Chart`, without their rows, and functions that make the rows."""
import altair as alt
import numpy as np
import pandas as pd

from ui.charts import COLORS, ROWS, group_channels

CELL = 0.40             # half the width of the picture in a cell, whose width is 1
AXIS = {"labelFontSize": 15, "titleFontSize": 15}
GRAY = "#8a8a8a"
MARKS = {"best": COLORS[2], "worst": COLORS[1], "": "#b0b0b0"}
SPACES = ["all dimensions", "2-D picture"]


def grid(runs):
    """Columns and rows of a grid for so many small pictures, about twice as wide as high."""
    columns = min(runs, int(np.ceil(np.sqrt(2 * runs))))
    return columns, -(-runs // columns)


def small_pictures(columns, rows, groups):
    """One small picture a run, in one grid. Rows come from `small_picture_rows`; a click follows `link`."""
    base = alt.Chart(alt.NamedData(ROWS))
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, columns], nice=False), axis=None)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[rows, 0], nice=False), axis=None)
    mark = alt.Scale(domain=list(MARKS), range=list(MARKS.values()))
    tip = [alt.Tooltip("title:N", title="run"), alt.Tooltip("word:N"), alt.Tooltip("group:N")]
    cells = base.transform_filter("datum.kind == 'cell'").mark_rect(fillOpacity=0.001, fill=GRAY, cornerRadius=6).encode(
        x=x, y=y, x2="x2", y2="y2", stroke=alt.Stroke("mark:N", scale=mark, legend=None), href="link:N", tooltip=tip[:1],
        strokeWidth=alt.when("datum.mark").then(alt.value(4)).otherwise(alt.value(1)))
    titles = base.transform_filter("datum.kind == 'cell'").mark_text(
        align="left", baseline="top", fontSize=15, dx=6, dy=5, fontWeight="bold").encode(x=x, y=y, text="title:N", href="link:N")
    points = base.transform_filter("datum.kind == 'word'").mark_point(filled=True, size=45, opacity=1).encode(
        x=x, y=y, href="link:N", tooltip=tip, opacity=alt.when("datum.going").then(alt.value(0.35)).otherwise(alt.value(0.95)),
        **group_channels(groups))
    return alt.layer(cells, titles, points).resolve_scale(stroke="independent")


def small_picture_rows(titles, links, marks, pictures, going, chosen):
    """Rows for `small_pictures`: a cell for each run and a point for each word of the runs that have a picture.

    titles, links, marks: one a run, marks "best", "worst" or "". pictures: (n, 2) within -1..1, or None. going: a run is
    not finished.
    """
    columns, _ = grid(len(titles))
    rows = []
    for k, (title, link, mark, points, unfinished) in enumerate(zip(titles, links, marks, pictures, going, strict=True)):
        row, column = divmod(k, columns)
        rows.append({"kind": "cell", "x": column + 0.03, "x2": column + 0.97, "y": row + 0.03, "y2": row + 0.97,
                     "title": title, "link": link, "mark": mark})
        if points is not None:
            rows += [{"kind": "word", "x": column + 0.5 + CELL * x, "y": row + 0.54 - CELL * y, "title": title, "link": link,
                      "word": word, "group": group, "going": unfinished}
                     for (x, y), word, group in zip(points, chosen.words, chosen.groups, strict=True)]
    names = ["kind", "x", "x2", "y", "y2", "title", "link", "mark", "word", "group", "going"]
    return pd.DataFrame(rows, columns=names)


def overlap():
    """A bar of neighbours shared, its interval and the chance line. Columns: name, mean, low, high, chance."""
    base = alt.Chart(alt.NamedData(ROWS)).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labels=False, ticks=False, domain=False)))
    x = alt.X("mean:Q", title="neighbours shared by two runs", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", **AXIS))
    bar = base.mark_bar(color=COLORS[0], height=26).encode(x=x)
    interval = base.mark_rule(strokeWidth=4, color=COLORS[4]).encode(x="low:Q", x2="high:Q")
    chance = base.mark_tick(thickness=4, height=52, color=COLORS[1]).encode(x="chance:Q")
    label = base.mark_text(align="left", dx=8, dy=-34, fontSize=15, color=COLORS[1]).encode(x="chance:Q", text="chance_label:N")
    return alt.layer(bar, interval, chance, label)


def clusters():
    """Cluster score of each run in all dimensions and in the picture, above its permutation null.

    Columns: seed, space, score, null_mean, null_95.
    """
    base = alt.Chart(alt.NamedData(ROWS)).encode(
        x=alt.X("seed:O", title="seed", axis=alt.Axis(labelAngle=0, labelOverlap=True, **AXIS)),
        xOffset=alt.XOffset("space:N", sort=SPACES))
    y = alt.Y("score:Q", title="cluster score", scale=alt.Scale(domain=[-0.6, 1]), axis=alt.Axis(tickCount=5, **AXIS))
    legend = alt.Legend(title=None, orient="top", labelFontSize=15, symbolSize=130)
    null = base.mark_bar(color=GRAY, opacity=0.45, width=5).encode(y=alt.Y("null_mean:Q"), y2="null_95:Q")
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(
        y=y, color=alt.Color("space:N", scale=alt.Scale(domain=SPACES, range=[COLORS[0], COLORS[1]]), legend=legend),
        shape=alt.Shape("space:N", scale=alt.Scale(domain=SPACES, range=["circle", "square"]), legend=legend),
        tooltip=["seed:O", "space:N", alt.Tooltip("score:Q", format=".2f"),
                 alt.Tooltip("null_95:Q", title="95 % of shuffled groups", format=".2f")])
    return alt.layer(null, dots)


def stability(highest):
    """Overlap of each word against how often it occurs, with the chosen words by name. Columns: kind, count, overlap, word."""
    axis = alt.Axis(format="~s", **AXIS)
    base = alt.Chart(alt.NamedData(ROWS)).encode(
        x=alt.X("count:Q", title="times seen", scale=alt.Scale(type="log", domain=[1, highest], nice=False), axis=axis),
        y=alt.Y("overlap:Q", title="neighbours shared", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", **AXIS)))
    every = base.transform_filter("datum.kind == 'word'").mark_point(filled=True, size=14, color=GRAY, opacity=0.35)
    middle = base.transform_filter("datum.kind == 'median'").mark_line(color=COLORS[0], strokeWidth=4)
    chance = base.transform_filter("datum.kind == 'chance'").mark_line(color=COLORS[1], strokeWidth=3, strokeDash=[6, 4])
    chosen = base.transform_filter("datum.kind == 'chosen'")
    tip = ["word:N", "count:Q", alt.Tooltip("overlap:Q", format=".0%")]
    return alt.layer(every.encode(tooltip=tip), middle, chance,
                     chosen.mark_point(filled=True, size=90, color=COLORS[1], shape="square", opacity=1).encode(tooltip=tip),
                     chosen.mark_text(align="left", dx=8, fontSize=15).encode(text="word:N"))


def stability_rows(facts, chosen, each, chance, most=1_500):
    """Rows for `stability`: words (of many words, an even choice), medians of words about equally frequent, chance."""
    counts, n = facts.counts[:len(each)], len(each)
    shown = np.unique(np.linspace(0, n - 1, min(n, most)).astype(int))
    rows = [("word", int(counts[k]), float(each[k]), facts.words[k]) for k in shown]
    rows += [("chosen", int(counts[facts.index[w]]), float(each[facts.index[w]]), w) for w in chosen.words[:16]]
    bins = np.round(2 * np.log2(counts)).astype(int)
    rows += [("median", float(np.median(counts[bins == b])), float(np.median(each[bins == b])), "") for b in np.unique(bins)]
    rows += [("chance", x, chance, "") for x in (1, int(counts[0]))]
    return pd.DataFrame(rows, columns=["kind", "count", "overlap", "word"])


def clouds(groups):
    """Every chosen word in all runs in one aligned picture; words that wander are faint. Columns: see `cloud_rows`."""
    base = alt.Chart(alt.NamedData(ROWS))
    scale = alt.Scale(domain=[-1.1, 1.1], nice=False)
    axis = alt.Axis(labels=False, ticks=False, title=None, tickCount=5)
    x, y = alt.X("x:Q", scale=scale, axis=axis), alt.Y("y:Q", scale=scale, axis=axis)
    faint = alt.when("datum.wanders").then(alt.value(0.2)).otherwise(alt.value(0.75))
    points = base.transform_filter("datum.kind == 'run'").mark_point(filled=True, size=40).encode(
        x=x, y=y, opacity=faint, tooltip=["word:N", "group:N", "run:N", alt.Tooltip("steady:Q", format=".2f")],
        **group_channels(groups))
    names = base.transform_filter("datum.kind == 'name'").mark_text(fontSize=16, fontWeight="bold").encode(
        x=x, y=y, text="label:N", opacity=alt.when("datum.wanders").then(alt.value(0.5)).otherwise(alt.value(1.0)))
    return alt.layer(points, names)


def cloud_rows(chosen, points, steady, least, names):
    """Rows for `clouds`. points: (R, n, 2), steady: (n,), least: a word less steady wanders; names: of the runs."""
    rows = []
    for k, (word, group) in enumerate(zip(chosen.words, chosen.groups, strict=True)):
        told = {"word": word, "group": group, "steady": float(steady[k]), "wanders": bool(steady[k] < least)}
        rows += [{"kind": "run", "x": x, "y": y, "run": name, **told}
                 for (x, y), name in zip(points[:, k].tolist(), names, strict=True)]
        x, y = points[:, k].mean(0).tolist()
        rows.append({"kind": "name", "x": x, "y": y, **told,
                     "label": f"{word}: do not interpret" if told["wanders"] else word})
    return pd.DataFrame(rows, columns=["kind", "x", "y", "run", "word", "group", "steady", "wanders", "label"])


def shares(title, names, chance):
    """Shares as bars, with a dashed line at chance unless that is 0. Columns: source, share."""
    base = alt.Chart(alt.NamedData(ROWS)).encode(
        y=alt.Y("source:N", sort=list(names), title=None, axis=alt.Axis(labelLimit=260, ticks=False, domain=False, **AXIS)),
        x=alt.X("share:Q", title=title, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", tickCount=5, **AXIS)))
    line = base.mark_rule(color=COLORS[1], strokeWidth=3, strokeDash=[6, 4], opacity=float(chance > 0)).encode(
        x=alt.datum(chance), y=alt.Y())
    return alt.layer(base.mark_bar(color=COLORS[0], height=26), line,
                     base.mark_text(align="left", dx=6, fontSize=16).encode(text=alt.Text("share:Q", format=".0%")))


def heat(what, form, reverse, x_title, xs, y_title, ys):
    """A map over two causes, the best cell framed. Columns: x, y, value, told, best, chance. reverse: small values are good."""
    base = alt.Chart(alt.NamedData(ROWS)).encode(
        x=alt.X("x:O", title=x_title, scale=alt.Scale(domain=list(xs)), axis=alt.Axis(labelAngle=0, **AXIS)),
        y=alt.Y("y:O", title=y_title, scale=alt.Scale(domain=list(ys)[::-1]), axis=alt.Axis(**AXIS)))
    color = alt.Color("value:Q", scale=alt.Scale(scheme="viridis", reverse=reverse), legend=None)
    tip = [alt.Tooltip("x:O", title=x_title), alt.Tooltip("y:O", title=y_title), alt.Tooltip("value:Q", title=what, format=form),
           alt.Tooltip("chance:Q", title="neighbours shared by chance", format=".1%")]
    best = base.transform_filter("datum.best").mark_rect(filled=False, stroke=COLORS[1], strokeWidth=5)
    halo = base.mark_text(fontSize=16, fontWeight="bold", stroke="white", strokeWidth=4, strokeJoin="round")
    written = base.mark_text(fontSize=16, fontWeight="bold", fill="black")
    return alt.layer(base.mark_rect().encode(color=color, tooltip=tip), best, *(m.encode(text="told:N") for m in (halo, written)))


def heat_rows(cells, best):
    """Rows for `heat`. cells: (x, y) -> (value, text, chance); best: the place of the best one, or None."""
    return pd.DataFrame([{"x": x, "y": y, "value": value, "told": told, "best": (x, y) == best, "chance": chance}
                         for (x, y), (value, told, chance) in cells.items()], columns=["x", "y", "value", "told", "best", "chance"])
