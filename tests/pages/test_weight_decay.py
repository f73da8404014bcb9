"""The page about weight decay without a browser: each control changes what is shown, and bad input
gets a sentence.
"""

import json

import pytest
from pages_for_tests import finished, metrics, opened

from core.networks import weight_decay

PATHS, MAP = "Five ways on a surface", "Learning rate × decay"
SMALL = {
    "decay_seeds": "1",
    "decay_size": "20",
    "decay_map_steps": "20",
    "decay_map_seeds": "1",
    "decay_map_size": "20",
}


def open_page(**query):
    return opened("pages/5_Weight_decay.py", **{**SMALL, **query})


def charts(app):
    return len(app.get("vega_lite_chart"))


def animations(app):
    return {
        node.proto.id.split("-")[-1]: json.loads(node.proto.json)
        for node in app.get("bidi_component")
        if node.proto.component_name == "animation_player"
    }


def animation(app):
    (only,) = animations(app).values()
    return only


def test_l2_with_little_data():
    app = open_page()
    assert charts(app) == 3 and len(metrics(app)) == 5
    assert any("No noise" in text.value for text in app.markdown)
    frames = animation(app)["frames"]
    assert sum(frames[-1]["share"]) == pytest.approx(1, abs=1e-3) and len(frames) > 10
    before = metrics(app)
    app.select_slider(key="decay_lambda").set_value(weight_decay.LAMBDAS[-1])
    after = metrics(finished(app.run()))
    assert float(after["Norm of the weights"]) < 0.5 * float(before["Norm of the weights"])
    assert after["Noise of the gradient"] != before["Noise of the gradient"]


@pytest.mark.parametrize(
    "change",
    [
        {"decay_data": "Breast cancer"},
        {"decay_size": "60"},
        {"decay_seeds": "2"},
        {"decay_model": "Logistic regression"},
    ],
    ids=str,
)
def test_each_control_changes_the_numbers(change):
    assert metrics(open_page(**change)) != metrics(open_page())


def test_the_plane_shows_its_decision_surfaces():
    app = open_page(decay_data="Two moons")
    assert charts(app) == 5
    assert any("λ = 0.01" in text.value and "seed 0" in text.value for text in app.markdown)


def test_without_l2_there_is_nothing_to_compare():
    app = open_page(decay_lambda="0")
    assert any("Move λ above 0" in told.value for told in app.info) and not app.metric


def test_one_sample_is_of_one_class():
    app = open_page(decay_size="1")
    assert any("belong to one class" in told.value for told in app.warning)


def test_bad_values_in_the_url_get_a_notice():
    app = open_page(decay_size="9999", decay_data="nix")
    told = " ".join(warning.value for warning in app.warning)
    assert "500 is used" in told and "Digits is used" in told
    assert app.slider(key="decay_size").value == 500


def test_five_ways_on_a_surface():
    app = open_page(decay_experiment=PATHS)
    shown = animation(app)
    assert len(shown["frames"]) == 101 and shown["static"]["way"][:2] == [
        "Adam + L2",
        "AdamW (paper)",
    ]
    table = app.dataframe[0].value
    strong = table.set_index("way")["flat"]["SGDW"]
    app.select_slider(key="decay_path_lambda").set_value(0.0)
    table = finished(app.run()).dataframe[0].value.set_index("way")
    assert int(strong.rstrip("%")) < 30 < 90 < int(table["flat"]["SGDW"].rstrip("%"))
    app.select_slider(key="decay_path_sgd").set_value(1.0)
    table = finished(app.run()).dataframe[0].value.set_index("way")
    assert table["steep"]["SGD + L2"] == "diverged" and table["steep"]["Adam + L2"] != "diverged"


def test_maps_of_learning_rate_and_decay():
    app = open_page(decay_experiment=MAP)
    assert charts(app) == 2
    rows = app.dataframe[0].value
    assert list(rows["way"]) == ["Adam + L2", "AdamW (paper)"]
    assert set(rows["the basin is"]) <= {"separable", "diagonal", "between the two"}
    assert any("Loshchilov" in text.value for text in app.markdown)
    app.pills(key="decay_ways").set_value(["sgdw"])
    finished(app.run())
    assert charts(app) == 1 and list(app.dataframe[0].value["way"]) == ["SGDW"]
    app.pills(key="decay_ways").set_value([])
    assert any("Choose at least one" in told.value for told in finished(app.run()).info)
