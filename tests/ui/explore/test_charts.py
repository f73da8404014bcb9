"""The charts of the page Explore: valid specs without rows, drawn by Vega without a warning."""

import json

import numpy as np
import pandas as pd
import pytest
import vl_convert

from core.vectors.neighbor_histories import Ranks
from ui.charts import theme
from ui.charts.drawing import ROWS
from ui.charts.drawing import spec as built
from ui.explore import charts, over_training

POINTS = pd.DataFrame(
    {
        "x": [0.5, -1.2, 0.1],
        "y": [0.5, 0.2, -1],
        "word": ["film", "kot", "generał"],
        "group": ["one", "two", "two"],
        "label": ["film", "kot", ""],
        "ox": [0, 10, 0],
        "oy": [-16, 0, 0],
        "narrow_label": ["film", "", ""],
        "narrow_ox": [0, 0, 0],
        "narrow_oy": [-14, 0, 0],
        "size": 130,
        "opacity": [0.95, 0.3, 0.95],
        "ringed": [False, True, False],
        "role": [None, *charts.ROLES],
        "x2": [np.nan, 0.5, 0.5],
        "y2": [np.nan, 0.5, 0.5],
        "tip": "50%",
    }
)
RANKS = Ranks(
    ("film", "kot"),
    (0.0, 1.0),
    np.array([[1, 400], [1, 2]]),
    np.array([[0.9, 0.0], [0.9, 0.8]]),
    (0.0, 1.0),
)
ALL = [
    (charts.picture, (("one", "two"),), POINTS),
    (charts.picture, (("one", "two"), "zły → świetny", "a → b"), POINTS),
    (charts.bump, (2,), over_training.bump_rows(RANKS)),
    (
        charts.settled,
        (),
        pd.DataFrame({"count": [3, 40, 900], "epoch": [1.0, 0.5, 0.1], "word": list("abc")}),
    ),
    (
        charts.axis,
        ("a → b", tuple(charts.ENDS)),
        pd.DataFrame({"word": list("abc"), "place": [1.0, 0, -1], "kind": charts.ENDS}),
    ),
    (
        charts.sections,
        (),
        pd.DataFrame(
            {"section": ["a", "b"], "share": [0.2, 0], "told": ["1 of 5", ""], "enough": [1, 0]}
        ),
    ),
]


def drawn(function, arguments, rows):
    spec = built(function, *arguments)
    assert "datasets" not in spec and spec["description"].endswith(".")
    colors = [{"name": n, "value": v} for n, v in theme.THEMES["light"].items()]
    spec = {
        **spec,
        "params": [*spec.get("params", ()), *colors],
        "datasets": {ROWS: json.loads(rows.to_json(orient="records"))},
    }
    return vl_convert.vegalite_to_svg(spec, vl_version="6.4")


@pytest.mark.parametrize("function, arguments, rows", ALL)
def test_each_chart_is_drawn(function, arguments, rows):
    picture = drawn(function, arguments, rows)
    assert "NaN" not in picture and ("film" in picture or "a" in picture)


def test_a_neighbor_that_is_not_real_has_a_dash_as_well_as_a_color():
    dashes = [dash for _, dash in charts.ROLES.values()]
    assert dashes[0] != dashes[1]


def test_what_is_farther_than_the_ranks_shown_lies_on_one_line_below_them():
    rows = over_training.bump_rows(RANKS)
    assert rows["rank"].tolist() == [1, 3, 1, 2] and rows["true"].tolist() == [1, 400, 1, 2]
    assert rows["last"].tolist() == [False, False, True, True]
