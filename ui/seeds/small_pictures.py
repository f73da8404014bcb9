"""Small pictures of many runs in one grid."""

import altair as alt
import numpy as np
import pandas as pd

from ui.charts import word_highlight
from ui.charts.drawing import ROWS
from ui.charts.theme import GRAY, INK, group_channels

# Half the width and height of the picture in a cell, whose sides are 1: above it stands the title
CELL = 0.40, 0.30
MARKS = {"best": {"expr": "ink"}, "worst": GRAY, "": "#b0b0b0"}
SIGNS = {"best": "▲", "worst": "▼", "": ""}
TITLE = 82  # pixels that a seed and its score need: narrower cells show the seed alone


def grid(runs):
    """Columns and rows of a grid for this many small pictures: a little wider than high, with few
    empty places.
    """
    fewest, most = int(np.ceil(np.sqrt(runs))), min(runs, int(np.ceil(np.sqrt(2 * runs))))
    columns = min(range(fewest, most + 1), key=lambda c: (-runs % c, abs(c - np.sqrt(1.3 * runs))))
    return columns, -(-runs // columns)


def chart(columns, rows, groups):
    """A small picture of each run, all in one grid. Rows come from `picture_rows`; a click follows
    `link`.
    """
    base = alt.Chart(alt.NamedData(ROWS))
    across = {"scale": alt.Scale(domain=[0, columns], nice=False), "axis": None}
    down = {"scale": alt.Scale(domain=[0, rows], nice=False, reverse=True), "axis": None}
    x, y = alt.X("x:Q", **across), alt.Y("y:Q", **down)
    mark = alt.Scale(domain=list(MARKS), range=list(MARKS.values()))
    tip = [alt.Tooltip("title:N", title="run"), alt.Tooltip("word:N"), alt.Tooltip("group:N")]
    cells = (
        base.transform_filter("datum.kind == 'cell'")
        .mark_rect(fillOpacity=0.001, fill=GRAY, cornerRadius=6)
        .encode(
            x=x,
            y=y,
            x2="x2",
            y2="y2",
            stroke=alt.Stroke("mark:N", scale=mark, legend=None),
            href="link:N",
            tooltip=tip[:1],
            strokeWidth=alt.when("datum.mark").then(alt.value(4)).otherwise(alt.value(1)),
        )
    )
    cell = base.transform_filter("datum.kind == 'cell'").transform_calculate(
        told=f"width < {columns * TITLE} ? split(datum.title, ':')[0] : datum.title"
    )
    titles = cell.mark_text(
        color=INK, align="left", baseline="top", fontSize=15, dx=6, dy=5, fontWeight="bold"
    ).encode(x=x, y=y, text="told:N", href="link:N")
    marks = cell.mark_text(
        color=INK, align="right", baseline="bottom", fontSize=20, dx=-6, dy=-3
    ).encode(x=alt.X("x2:Q", **across), y=alt.Y("y2:Q", **down), text="sign:N")
    wide, high = f"(width / {columns})", f"(height / {rows})"  # pixels of a cell
    # A unit of a picture has as many pixels along both axes
    unit = f"min({CELL[0]} * {wide}, {CELL[1]} * {high})"
    points = (
        base.transform_filter("datum.kind == 'word'")
        .transform_calculate(
            at_x=f"datum.x + datum.dx * {unit} / {wide}",
            at_y=f"datum.y - datum.dy * {unit} / {high}",
        )
        .mark_point(filled=True, size=45, opacity=1, cursor="pointer")
        .add_params(*word_highlight.params())
        .encode(
            x=alt.X("at_x:Q", **across),
            y=alt.Y("at_y:Q", **down),
            tooltip=tip,
            opacity=alt.when(f"!{word_highlight.IS_LIT}")
            .then(alt.value(0.1))
            .when("datum.going")
            .then(alt.value(0.35))
            .otherwise(alt.value(0.95)),
            **group_channels(groups),
        )
    )
    return alt.layer(cells, titles, marks, points).resolve_scale(stroke="independent")


def picture_rows(titles, links, marks, pictures, going, chosen):
    """Rows for `chart`: a cell for each run and a point for each word of the runs that
    have a picture.

    titles, links, marks: one for each run, marks "best", "worst" or "". pictures: (n, 2) within
    -1..1, or None. going: a run is not finished.
    """
    columns, _ = grid(len(titles))
    rows = []
    for k, (title, link, mark, points, unfinished) in enumerate(
        zip(titles, links, marks, pictures, going, strict=True)
    ):
        row, column = divmod(k, columns)
        rows.append(
            {
                "kind": "cell",
                "x": column + 0.03,
                "x2": column + 0.97,
                "y": row + 0.03,
                "y2": row + 0.97,
                "title": title,
                "link": link,
                "mark": mark,
                "sign": SIGNS[mark],
            }
        )
        if points is not None:
            rows += [
                {
                    "kind": "word",
                    "x": column + 0.5,
                    "y": row + 0.59,
                    "dx": x,
                    "dy": y,
                    "title": title,
                    "link": link,
                    "word": word,
                    "group": group,
                    "lit": lit,
                    "going": unfinished,
                }
                for (x, y), word, group, lit in zip(
                    points,
                    chosen.words,
                    chosen.groups,
                    word_highlight.column(chosen.words, points),
                    strict=True,
                )
            ]
    names = [
        "kind",
        "x",
        "x2",
        "y",
        "y2",
        "dx",
        "dy",
        "title",
        "link",
        "mark",
        "sign",
        "word",
        "group",
        "lit",
        "going",
    ]
    return pd.DataFrame(rows, columns=names)
