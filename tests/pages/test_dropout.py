"""The page about dropout without a browser: both modes, overfitting, uncertainty, and
refused input.
"""

import json
import re

import pytest
from pages_for_tests import finished, opened

from core.errors import UserError
from ui.dropout.uncertainty import parse
from ui.jobs import broker as jobs


def open_page(**query):
    return opened("pages/6_Dropout.py", **query)


def uncertainty(**query):
    return open_page(drop_experiment="Uncertainty", **query)


def animation(app):
    (player,) = (
        node.proto
        for node in app.get("bidi_component")
        if node.proto.component_name == "animation_player"
    )
    return json.loads(player.json)


def said(app):
    return " ".join(
        text.value
        for kind in (app.markdown, app.caption, app.info, app.error, app.warning)
        for text in kind
    )


def answers(app):
    same = re.search(r"All answers are (\d\.\d+)\.", said(app))
    if same:
        return float(same[1]), float(same[1])
    low, high = re.search(r"Answers from (\d\.\d+) to (\d\.\d+)", said(app)).groups()
    return float(low), float(high)


def test_the_prediction_jitters_only_when_eval_was_forgotten():
    app = open_page()
    low, high = answers(app)
    assert low == high
    app.toggle(key="drop_forgot").set_value(True)
    low, high = answers(finished(app.run()))
    assert low < high - 0.1


def test_masks_are_resampled_and_the_factor_is_shown():
    app = open_page(drop_p="0.5")
    frames = animation(app)["frames"]
    assert len({tuple(frame["state"]) for frame in frames}) > 20
    assert "1/(1 − p) = **2.00**" in said(app)
    assert all(
        state == "kept"
        for frame in animation(open_page(drop_p="0"))["frames"]
        for state in frame["state"]
    )


def test_both_modes_are_compared():
    app = open_page()
    assert re.search(r"layer 1, h: [456] of 6; layer 2, z before tanh: [456] of 6", said(app))
    before = animation(app)["frames"]
    app.slider(key="drop_x1").set_value(-1.5)
    assert animation(finished(app.run()))["frames"] != before


def test_a_rate_near_one_is_refused():
    for experiment, key in (
        ("Training and evaluation", "drop_p"),
        ("Overfitting", "drop_p"),
        ("Uncertainty", "drop_mc_p"),
    ):
        app = open_page(drop_experiment=experiment, **{key: "0.95"})
        (problem,) = app.error
        assert "nothing can be learned" in problem.value
        app.slider(key=key).set_value(0.5)
        assert not finished(app.run()).error


def test_overfitting():
    query = {"drop_experiment": "Overfitting", "drop_seeds": "2", "drop_size": "30"}
    numbers = [
        {m.label: m.value for m in open_page(**query, **more).metric}
        for more in ({}, {"drop_data": "Digits"})
    ]
    assert numbers[0]["Validation, p = 0 (nats)"] != numbers[1]["Validation, p = 0 (nats)"]
    assert all(re.fullmatch(r"[012] of 2", found["Seeds it helps"]) for found in numbers)


def test_the_gaussian_process_is_fitted_once_and_never_in_the_server(monkeypatch):
    def fits():
        return [key for key in jobs.broker().jobs if key[0].endswith(":process")]

    # in the server only: workers are other processes
    monkeypatch.setattr("sklearn.gaussian_process.GaussianProcessRegressor", None)
    before = len(fits())
    app = uncertainty(drop_n="17")
    assert app.dataframe and "Fitted to the points" in said(app)
    app.slider(key="drop_T").set_value(7)
    app.slider(key="drop_mc_p").set_value(0.3)
    assert not finished(app.run()).exception
    assert len(fits()) == before + 1


def test_uncertainty_compared_with_a_gaussian_process():
    app = uncertainty()
    table = app.dataframe[-1].value
    assert list(table["where"]) == ["among the points", "in the gap", "outside"]
    gap = {name: float(table[name][1].rstrip("%")) for name in ("dropout", "process")}
    assert gap["process"] >= 90  # the band of the Gaussian process widens in the gap
    last = animation(app)["frames"][-1]
    assert (
        max(
            high - low
            for high, low in zip(last["high"], last["low"], strict=True)
            if high is not None
        )
        > 0.5
    )
    assert r"(2 N \lambda)$ = **96**" in said(app)  # 0.9 * 0.64 / (2 * 30 * 0.0001)


def test_the_length_scale_moves_the_band_without_training_again():
    app = uncertainty()
    before = animation(app)
    app.slider(key="drop_length").set_value(0.4)
    after = animation(finished(app.run()))
    assert "**24**" in said(app) and after["run"] == before["run"]
    ends = [shown["frames"][-1] for shown in (before, after)]
    assert ends[0]["y"] == ends[1]["y"] and ends[0]["high"] != ends[1]["high"]


def test_no_dropout_and_one_pass_are_explained():
    app = uncertainty(drop_mc_p="0")
    assert "no band" in said(app)
    frame = animation(app)["frames"][-1]
    assert frame["low"] == frame["high"]
    assert "T = 1: one pass has no variance" in said(uncertainty(drop_T="1"))
    assert "τ is infinite" in said(uncertainty(drop_lambda="0"))


def test_nothing_over_nothing_is_refused():
    (problem,) = uncertainty(drop_length="0", drop_lambda="0").error
    assert "0/0" in problem.value


def test_typed_points():
    app = uncertainty(drop_curve="Only my own")
    assert "no point to learn from yet" in said(app)
    app.text_input(key="drop_points").set_value("0 0; 1 1; 2 -1")
    finished(app.run())
    static = animation(app)["static"]
    assert [x for x, kind in zip(static["x"], static["kind"], strict=True) if kind == "point"] == [
        0,
        1,
        2,
    ]
    assert "is not known, so no points can be held out" in said(app)
    one = uncertainty(drop_curve="Only my own", drop_points="0.5 1")
    assert "One point" in said(one)
    (problem,) = uncertainty(drop_points="1 2; nonsense").error
    assert "nonsense" in problem.value


NO_POINTS = ("1", "1 2 3", "a b", "5 0", "0 9", "nan 0", "; ".join(["0 0"] * 201))


@pytest.mark.parametrize("text", NO_POINTS, ids=lambda text: text[:9])
def test_what_is_no_point_is_refused(text):
    with pytest.raises(UserError):
        parse(text)


def test_points_are_read():
    assert parse("1 2; -0.5 1e-1 ;;") == [(1.0, 2.0), (-0.5, 0.1)]
