"""The charts of the main page: constant specs, fixed axes, large writing, and never color alone."""

import json
import re

import pandas as pd
import pytest
import vl_convert

from core.word2vec.training import References
from ui.charts import theme
from ui.charts.drawing import ROWS
from ui.charts.drawing import spec as built
from ui.model import charts
from ui.player import player

REFERENCES = References(at_start=0.693, without_center=0.5)
GROUPS = ("film talk", "army", "food")
ALL = [
    (charts.embedding, GROUPS),
    (charts.loss, (10, REFERENCES)),
    (charts.neighbors, (10,)),
]


def every(spec, name):
    """All values under a name, anywhere in a spec."""
    if isinstance(spec, dict):
        own = [spec[name]] if name in spec else []
        return own + [found for part in spec.values() for found in every(part, name)]
    return [found for part in spec for found in every(part, name)] if isinstance(spec, list) else []


def channels(spec, name):
    return [encoding[name] for encoding in every(spec, "encoding") if name in encoding]


def with_rows(spec, name, rows):
    given = {param["name"] for param in spec.get("params", ())}
    colors = [{"name": n, "value": v} for n, v in theme.THEMES["light"].items() if n not in given]
    spec = {**spec, "params": [*spec.get("params", ()), *colors]}
    return {**spec, "datasets": {name: json.loads(rows.to_json(orient="records"))}}


def picture(spec):
    """Draw it with Vega, as a browser would; warnings of Vega are errors."""
    return vl_convert.vegalite_to_svg(spec, vl_version="6.4")


@pytest.mark.parametrize("function, arguments", ALL)
def test_specs_are_valid_and_built_once(function, arguments):
    first = built(function, *arguments)
    assert first is built(function, *arguments)
    assert "layer" in first or "mark" in first


@pytest.mark.parametrize("function, arguments", ALL)
def test_no_spec_holds_rows(function, arguments):
    spec = built(function, *arguments)
    assert "datasets" not in spec
    assert every(spec, "data") and all(
        data in ({"name": ROWS}, {"name": player.DATASET}) for data in every(spec, "data")
    )


def test_each_group_has_a_color_and_a_shape_of_its_own():
    names = [f"group {k}" for k in range(56)]
    spec = charts.embedding(*names).to_dict()
    (color,), (shape,) = channels(spec, "color"), channels(spec, "shape")
    assert color["scale"]["domain"] == shape["scale"]["domain"] == names
    assert len(set(zip(color["scale"]["range"], shape["scale"]["range"], strict=True))) == 56


def test_the_embedding_has_fixed_axes_of_the_same_length():
    spec = built(charts.embedding, *GROUPS)
    scales = [channel["scale"] for name in "xy" for channel in channels(spec, name)]
    assert len(scales) == 8
    assert all(scale == {"domain": [-theme.EDGE, theme.EDGE], "nice": False} for scale in scales)


def test_the_embedding_follows_the_player():
    spec = built(charts.embedding, *GROUPS)
    assert {"name": "step", "value": 0} in spec["params"]
    assert {data["name"] for data in every(spec, "data")} == {player.DATASET}
    fields = [tip["field"] for tips in channels(spec, "tooltip") for tip in tips]
    assert fields == ["word", "gloss", "group", "count", "nearest"]


def test_rare_words_are_faint_in_mark_and_label():
    spec = built(charts.embedding, *GROUPS)
    tested = [opacity for opacity in channels(spec, "opacity") if "condition" in opacity]
    marks = 3  # the point, the label, and the paper around the label
    assert tested == [{"condition": [{"test": "datum.faint", "value": 0.35}], "value": 1.0}] * marks


def test_the_embedding_draws_each_word_with_its_label():
    spec = built(charts.embedding, *GROUPS)
    rows = pd.DataFrame(
        {
            "t": 0,
            "i": [0, 1],
            "x": [0.5, -0.5],
            "y": [0.1, -0.1],
            "ox": 0.1,
            "oy": 0.1,
            "gloss": "",
            "nearest": "",
            "word": ["dobrze", "wojsko"],
            "group": ["film talk", "army"],
            "count": "30 times",
            "faint": False,
        }
    )
    for name in ("x", "y", "ox", "oy"):
        rows[f"{name}1"] = rows[name]
    set_by_player = [
        {"name": name, "value": value}
        for name, value in (*theme.THEMES["light"].items(), ("shown", 0))
    ]
    spec = {**spec, "params": [*spec["params"], *set_by_player], "width": 500, "height": 300}
    drawn = picture(with_rows(spec, player.DATASET, rows))
    # The paper around the letters, and the letters
    assert drawn.count(">dobrze<") == 2 and drawn.count(">wojsko<") == 2
    assert theme.COLORS[0].lower() in drawn.lower() and theme.COLORS[1].lower() in drawn.lower()


def test_the_loss_has_fixed_axes_that_hold_its_references():
    spec = built(charts.loss, 10, REFERENCES)
    (x,), (y,) = channels(spec, "x"), channels(spec, "y")
    assert x["scale"]["domain"] == [0, 10]
    low, high = y["scale"]["domain"]
    assert low < REFERENCES.without_center < REFERENCES.at_start < high
    assert "pair" in y["title"] and "nats" in y["title"]


def test_each_line_of_the_loss_has_a_color_and_a_dash_of_its_own():
    spec = built(charts.loss, 10, REFERENCES)
    (color,), (dash,) = channels(spec, "color"), channels(spec, "strokeDash")
    assert color["scale"]["domain"] == dash["scale"]["domain"] == list(charts.LOSS_LINES)
    assert (
        len({tuple(pattern) for pattern in dash["scale"]["range"]})
        == len(set(color["scale"]["range"]))
        == 4
    )


def test_the_rows_of_the_loss_are_the_curve_and_its_references():
    rows = charts.loss_rows([(0.0, 0.69, 0.69), (5.0, 0.4, 0.6)], 10, REFERENCES)
    model, shuffled, best, start = charts.LOSS_LINES
    lines = {
        line: list(zip(part["epoch"], part["nats"], strict=True))
        for line, part in rows.groupby("line")
    }
    assert lines == {
        model: [(0.0, 0.69), (5.0, 0.4)],
        shuffled: [(0.0, 0.69), (5.0, 0.6)],
        best: [(0, 0.5), (10, 0.5)],
        start: [(0, 0.693), (10, 0.693)],
    }


def test_a_growing_curve_leaves_the_axes_as_they_are():
    spec = built(charts.loss, 10, REFERENCES)
    curve = [(float(k), 0.69 - 0.02 * k, 0.69) for k in range(11)]
    early, late = (
        picture(with_rows(spec, ROWS, charts.loss_rows(curve[:n], 10, REFERENCES))) for n in (2, 11)
    )
    assert early != late
    writing = re.findall(r">([^<>]+)</text>", early)
    assert {"0", "10", "epochs", *charts.LOSS_LINES} < set(writing)
    assert writing == re.findall(r">([^<>]+)</text>", late)


def test_neighbors_have_room_for_each_word_and_a_fixed_axis():
    for count in (1, 10):
        spec = built(charts.neighbors, count)
        assert spec["height"] >= 25 * count
        assert all(channel["scale"]["domain"] == [0, 1] for channel in channels(spec, "x"))
    rows = pd.DataFrame({"word": ["zebra", "auto"], "cosine": [0.9, 0.5]})
    drawn = picture(with_rows(built(charts.neighbors, 2), ROWS, rows))
    assert drawn.index(">zebra<") < drawn.index(">auto<")  # as given, not by the alphabet
    assert "0.90" in drawn and "0.50" in drawn
