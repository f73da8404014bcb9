"""The charts of the main page: constant specs, fixed axes, large letters, never color alone."""

import json
import re

import pandas as pd
import pytest
import vl_convert

from core.word2vec.training import References
from ui.charts import theme
from ui.charts.drawing import ROWS
from ui.charts.drawing import spec as built
from ui.player import player
from ui.train import charts

REFERENCES = References(at_start=0.693, without_center=0.5, centers=9, words=9)
GROUPS = ("film talk", "army", "food")
ALL = [
    (charts.embedding, GROUPS),
    (charts.loss, ()),
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
    """Draw a spec with Vega, as a browser does; warnings of Vega are errors."""
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
    names = [f"group {k}" for k in range(40)]
    spec = charts.embedding(*names).to_dict()
    (color,), (shape,) = channels(spec, "color"), channels(spec, "shape")
    assert color["scale"]["domain"] == shape["scale"]["domain"] == names
    assert len(set(zip(color["scale"]["range"], shape["scale"]["range"], strict=True))) == 40


@pytest.mark.parametrize("width, height", [(500, 300), (300, 500), (900, 300)])
@pytest.mark.parametrize("across, up", [(1.25, 1.25), (1.25, 0.4), (0.5, 1.25)])
def test_a_unit_has_as_many_pixels_along_both_axes(width, height, across, up):
    params = [{"name": "across", "value": [9, across]}, {"name": "up", "value": [9, up]}]
    params.append({"name": "camera", "value": 1})
    drawn = picture(embedded(two_words(), params, width, height))
    places = re.findall(r'"point" transform="translate\(([-\d.]+),([-\d.]+)\)" d="M', drawn)
    (x0, y0), (x1, y1) = (map(float, place) for place in places[-2:])
    assert (x0 - x1) / 1.0 == pytest.approx((y1 - y0) / 0.2, rel=1e-3)
    assert (x0 - x1) == pytest.approx(min(width / (2 * across), height / (2 * up)), rel=1e-3)


def test_the_embedding_follows_the_player():
    spec = built(charts.embedding, *GROUPS)
    assert {"name": "step", "value": 0} in spec["params"]
    assert {data["name"] for data in every(spec, "data")} == {player.DATASET}
    fields = [tip["field"] for tips in channels(spec, "tooltip") for tip in tips]
    assert fields == ["word", "gloss", "group", "count", "nearest"]


def test_rare_words_are_faint_in_mark_and_label():
    spec = built(charts.embedding, *GROUPS)
    tested = [opacity for opacity in channels(spec, "opacity") if "condition" in opacity]
    (opacity,) = tested  # of the points
    faint, lit = opacity["condition"]
    assert "datum.faint" in faint["test"] and faint["value"] == 0.35 and lit["value"] == 1
    assert opacity["value"] < 0.2
    # The label, and the halo around it
    letters = {layer["mark"]["opacity"]["expr"] for layer in spec["layer"] if "dx" in layer["mark"]}
    assert len(letters) == 1 and "datum.told_now * (" in letters.pop()


def two_words():
    rows = pd.DataFrame(
        {
            "t": 0,
            "i": [0, 1],
            "x": [0.5, -0.5],
            "y": [0.1, -0.1],
            "ox": 10,
            "oy": -20,
            "told": 1,
            "gloss": "",
            "nearest": "",
            "word": ["dobrze", "wojsko"],
            "group": ["film talk", "army"],
            "count": "30 times",
            "faint": False,
        }
    )
    for name in ("x", "y", "ox", "oy", "told"):
        rows[f"{name}1"] = rows[name]
    return rows


def embedded(rows, params=(), width=500, height=300):
    """The spec of the embedding as the player draws it."""
    spec = built(charts.embedding, *GROUPS)
    given = {param["name"] for param in params}
    params = [*params, *(p for p in spec["params"] if p["name"] not in given)]
    spec = {**spec, "params": [*params, {"name": "shown", "value": 0}]}
    return with_rows({**spec, "width": width, "height": height}, player.DATASET, rows)


def test_the_embedding_draws_each_word_with_its_label_above_no_mark():
    drawn = picture(embedded(two_words()))
    # The halo around the letters, and the letters
    assert drawn.count(">dobrze<") == 2 and drawn.count(">wojsko<") == 2
    assert theme.COLORS[0].lower() in drawn.lower() and theme.COLORS[1].lower() in drawn.lower()
    point = drawn.index('aria-roledescription="point"')
    assert drawn.index(">dobrze<") < point < drawn.rindex(">dobrze<")


def test_words_that_are_not_lit_fade():
    lit = [{"name": "lit", "value": ["wojsko"]}]
    assert picture(embedded(two_words())).count('opacity="0.12"') == 0
    assert picture(embedded(two_words(), lit)).count('opacity="0.12"') == 3  # of the other word


def loss_picture(curve, gone=None):
    """The loss as the player draws it, at its last frame."""
    low, high = charts.loss_axis(curve, REFERENCES)
    last, lines = len(curve) - 1, list(charts.LOSS_LINES)
    rows = []
    for t, (epoch, a, b) in enumerate(curve):
        each = (a, b, REFERENCES.without_center, REFERENCES.at_start)
        for i, nats in enumerate(each):
            row = {"t": t, "i": i, "line": lines[i], "constant": i > 1, "nats": nats}
            row |= {
                "epoch": epoch,
                "epoch1": epoch,
                "nats1": nats,
                "gone": gone if i == 0 else None,
            }
            rows.append(row)
    values = {"step": last, "shown": last, "last": last, "epochs": 10, "low": low, "high": high}
    spec = built(charts.loss) | {
        "params": [{"name": name, "value": value} for name, value in values.items()],
        "width": 400,
        "height": 300,
    }
    return picture(with_rows(spec, player.DATASET, pd.DataFrame(rows)))


def test_each_line_of_the_loss_has_a_color_and_a_dash_of_its_own():
    spec = built(charts.loss)
    dashes = channels(spec, "strokeDash")
    assert all(dash["scale"]["domain"] == list(charts.LOSS_LINES) for dash in dashes)
    looks = [tuple(map(str, look)) for look in charts.LOSS_LINES.values()]
    assert all(len(set(part)) == 4 for part in zip(*looks, strict=True))


def test_the_loss_says_what_it_is_and_grows_with_its_curve():
    curve = [(float(k), 0.69 - 0.06 * k, 0.69 + 0.1 * k) for k in range(11)]
    early, late = loss_picture(curve[:2]), loss_picture(curve)
    assert early != late
    writing = re.findall(r">([^<>]+)</text>", early)
    assert {"0", "10", "epochs", "loss per pair (nats)", *charts.LOSS_LINES} <= set(writing)
    assert "▲ diverged" not in early


def test_the_axis_of_the_loss_holds_all_but_what_leaves_through_its_top():
    assert charts.loss_axis([(0, 0.69, 0.69)], REFERENCES) == pytest.approx((0.3, 1.1 * 0.693))
    assert charts.loss_axis([], REFERENCES) == charts.loss_axis([(0, 0.69, 9.0)], REFERENCES)
    low, high = charts.loss_axis([(0, 0.69, 0.69), (1, 0.1, 1.5)], REFERENCES)
    assert low < 0.1 and high > 1.5
    curve = [(0, 0.69, 0.69), (1, 50.0, float("nan")), (2, 1e300, 1e300)]
    assert charts.loss_axis(curve, REFERENCES)[1] == pytest.approx(1.1 * 0.693)
    assert "▲ diverged" in loss_picture(curve[:2], gone=2.0)


def test_neighbors_have_room_for_each_word_and_a_fixed_axis():
    for count in (1, 10):
        spec = built(charts.neighbors, count)
        assert spec["height"] >= 25 * count
        assert all(channel["scale"]["domain"] == [0, 1] for channel in channels(spec, "x"))
    rows = pd.DataFrame({"word": ["zebra", "auto"], "cosine": [0.9, 0.5]})
    drawn = picture(with_rows(built(charts.neighbors, 2), ROWS, rows))
    # in the given order, not the alphabetical one
    assert drawn.index(">zebra<") < drawn.index(">auto<")
    assert "0.90" in drawn and "0.50" in drawn
