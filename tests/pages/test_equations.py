"""The page of equations, as a visitor uses it."""

import importlib
import inspect
import json
import re
import time

import numpy as np
import pytest
from pages_for_tests import opened

from core import training_loop
from core.equations import derivations, one_step
from core.word2vec.training import Run
from ui.jobs import follow


def visit(**query):
    return opened("pages/3_Equations.py", **query)


def specs(app):
    return [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")]


def formulas(app):
    return " ".join(element.value for element in app.latex)


def parts(app):
    """What the parts of one step are given, by what they read or are."""
    given = [json.loads(node.proto.json) for node in app.get("bidi_component")]
    return {data.get("reads", data["part"]): data for data in given}


def told(app):
    """The step that the browser shows: the scene, its loss, and the learning rate."""
    scene = parts(app)["arrows"]["scene"]
    matrices = (np.array(scene[name]) for name in "VU")
    found = one_step.Scene(
        tuple(scene["words"]), *matrices, scene["center"], (scene["outside"],), scene["negatives"]
    )
    return found, one_step.loss(found, scene["kind"])[0], scene["lr"]


def test_one_step_shows_bars_gradients_arrows_losses_and_formulas():
    app = visit()
    given = parts(app)
    assert [data["part"] for data in given.values()].count("chart") == 6
    assert {"arrows", "losses", "center", "outside", "cell v_c", "cell U"} <= set(given)
    scene, loss, lr = told(app)
    assert loss == one_step.loss(derivations.default_scene(), "softmax")[0] and lr == 1
    assert scene.words == derivations.default_scene().words


def test_the_learning_rate_changes_the_step_and_no_spec():
    app = visit()
    drawn = {name: data.get("spec") for name, data in parts(app).items()}
    app.slider(key="gr_lr").set_value(0.0).run()
    assert told(app)[2] == 0
    after = {name: data.get("spec") for name, data in parts(app).items()}
    assert {name for name in drawn if drawn[name] != after[name]} <= {"arrows"}  # their extent


def test_vectors_that_were_moved_are_drawn_anew_with_another_dimension():
    app = visit(gr_V="0 0\n" * 6, gr_U="1 2\n" * 6)
    app.slider(key="gr_dim").set_value(3).run()
    assert not app.error and "gr_V" not in app.query_params and "gr_U" not in app.query_params


def test_typed_vectors_and_those_of_a_small_model_can_be_moved():
    assert parts(visit())["arrows"]["scene"]["movable"]
    model = {"gr_source": "the trained model", "tokens": 2_000, "epochs": 1}
    trained = visit(**model, dim=10)
    assert parts(trained)["arrows"]["scene"]["movable"]
    assert any("What you move is a copy" in one.value for one in trained.caption)
    trained = visit(**model, dim=11)
    assert not parts(trained)["arrows"]["scene"]["movable"]
    assert any("at most 10 dimensions" in one.value for one in trained.caption)


def test_a_slider_is_answered_in_a_third_of_a_second():
    app = visit()
    times = []
    for k in range(8):
        started = time.process_time()
        app.slider(key="gr_lr").set_value(0.1 * k).run()
        times.append(time.process_time() - started)
    assert min(times) < 0.3


@pytest.mark.parametrize("letter", "abcdef")
def test_every_section_has_formula_numbers_reason_and_check(letter):
    app = visit(gr_view=letter)
    text = " ".join(element.value for element in app.markdown)
    assert f"({letter})" in text and "**Why.**" in text and len(app.latex) >= 2
    if letter == "a":
        assert app.metric[2].delta == "equal to 1e-12"
    else:
        assert "Gradient check" in text and "✓" in text and "✗ ∂" not in text


def test_h_and_precision_move_the_relative_error():
    app = visit(gr_view="b")

    def error():
        return float(
            next(
                re.search(r"\*\*(.*)\*\*", m.value)[1]
                for m in app.markdown
                if r"\partial v_c$: relative" in m.value
            )
        )

    assert error() < 1e-9
    app.select_slider(key="gr_h").set_value("1e-1").run()
    assert error() > 1e-4
    app.select_slider(key="gr_h").set_value("1e-12").run()
    assert error() > 1e-6
    app.select_slider(key="gr_h").set_value("1e-2").run()
    double = error()
    app.button_group(key="gr_precision").set_value("float32").run()
    assert not app.exception and error() != double


def test_the_tangent_follows_its_slider():
    app = visit(gr_view="d")
    assert r"\sigma(1.0) = 0.7311" in formulas(app)
    app.slider(key="gr_x").set_value(0.0).run()
    assert r"\sigma(0.0) = 0.5000" in formulas(app) and "0.2500" in formulas(app)
    table = next(m.value for m in app.markdown if "x = 800" in m.value)
    assert "nan" in table and "800 |" in table


def test_a_negative_drawn_twice_counts_twice():
    assert "drawn twice, so it counts twice" in formulas(visit(gr_view="e"))
    assert "drawn twice" not in formulas(visit(gr_view="e", gr_negatives="fish bank"))


def test_the_window_has_one_row_that_is_not_zero():
    app = visit(gr_view="f", gr_outside="river fish river")
    assert "**river**, **fish**, **river**" in " ".join(m.value for m in app.markdown)
    loss = one_step.window_loss(derivations.default_scene(), "softmax")[0]
    assert f"{loss:.6f}" in formulas(app)


def test_the_check_goes_red_and_green():
    app = visit(gr_view="Find the mistake", gr_vote="false")
    assert "Green" in app.success[0].value
    app.button_group(key="gr_derivation").set_value("B").run()
    assert "Red" in app.error[0].value and "-1 times" in app.error[0].value
    app.selectbox(key="gr_target").set_value("negatives: U").run()
    assert not app.exception


def test_the_check_waits_for_a_vote():
    app = visit(gr_view="Find the mistake")
    assert not app.success and not app.error
    app.toggle(key="gr_vote").set_value(False).run()
    assert app.success or app.error


def test_a_typed_derivation_starts_from_the_one_shown_and_is_checked():
    app = visit(gr_view="Find the mistake", gr_derivation="B")
    app.button_group(key="gr_derivation").set_value("my own").run()
    assert (
        app.text_input(key="gr_expression").value == "U.T @ (y - y_hat)"
        and "Red" in app.error[0].value
    )
    app.text_input(key="gr_expression").set_value("U.T @ (y_hat - y)").run()
    assert "Green" in app.success[0].value and not app.error


def test_a_bad_expression_gets_one_sentence():
    app = visit(gr_view="Find the mistake", gr_derivation="my own")
    for expression, says in {
        "U.T @": "not one expression",
        "U.T @ w": "no 'w'",
        "U @ y": "shapes",
        "9**9**9": "power",
        "U.__class__": "not allowed",
        "[0 for i in U]": "comprehension",
        "U": "shape is (6, 2)",
    }.items():
        app.text_input(key="gr_expression").set_value(expression).run()
        assert not app.exception and len(app.error) == 1 and says in app.error[0].value


def test_published_values_are_computed_and_all_pass():
    app = visit(gr_view="Published values")
    table = app.table[0].value
    assert set(table.index) == {"✓"} and len(table) > 20 and "CS224n" in set(table["against"])
    assert f"{len(table)} of {len(table)} checks passed" in app.success[0].value


def test_bad_input_is_refused_with_one_sentence_and_nothing_is_lost():
    app = visit(gr_loss="negative sampling")
    for key, text, says in [
        ("gr_words", "a b c", "5 to 8"),
        ("gr_negatives", "wine", "wine"),
        ("gr_outside", "", "1 to 10"),
        ("gr_V", "1 2", "6 lines"),
        ("gr_U", "1 2\n" * 5 + "1 nan", "boat"),
        ("gr_V", "1 2\n" * 5 + "1 1e300", "boat"),
    ]:
        field = app.text_area if key in ("gr_words", "gr_V", "gr_U") else app.text_input
        good = field(key=key).value
        field(key=key).set_value(text).run()
        assert not app.exception and len(app.error) == 1 and says in app.error[0].value
        assert field(key=key).value == text
        field(key=key).set_value(good or "").run()
        assert not app.error and app.latex


def test_vectors_whose_loss_would_be_infinite_are_refused():
    assert (
        "smaller numbers"
        in visit(gr_V="100 100\n" * 6, gr_U="100 100\n-100 -100\n" * 3).error[0].value
    )


@pytest.mark.parametrize(
    "query",
    [
        {
            "gr_dim": "99",
            "gr_seed": "-1",
            "gr_lr": "nan",
            "gr_view": "z",
            "gr_center": "wine",
            "gr_loss": "hinge",
            "gr_source": "?",
        },
        {
            "gr_dim": "x",
            "gr_seed": "1e999",
            "gr_view": "b",
            "gr_h": "7",
            "gr_precision": "float16",
            "gr_lr": "fast",
        },
        {"gr_view": "Find the mistake", "gr_target": "?", "gr_derivation": "Z", "gr_vote": "maybe"},
    ],
)
def test_bad_values_in_the_url_are_corrected(query):
    app = visit(**query)
    assert not app.error and app.latex


def test_typed_vectors_are_used():
    app = visit(gr_V="0 0\n" * 6, gr_U="1 2\n" * 6)
    assert told(app)[1] == pytest.approx(np.log(6))
    app.text_area(key="gr_V").set_value("").run()
    app.text_area(key="gr_U").set_value("").run()
    next(b for b in app.button if "Fill in" in b.label).click().run()
    assert app.text_area(key="gr_V").value.startswith("0.28 0.66\n")
    assert told(app)[1] == told(visit())[1]


@pytest.mark.parametrize("view, drawn", [("a", False), ("b", False), ("e", True), ("f", False)])
def test_negatives_have_a_control_where_they_matter_and_no_error_is_shown_elsewhere(view, drawn):
    app = visit(gr_view=view, gr_words="a b c d e", gr_outside="b", gr_negatives="b nothing")
    assert any(widget.key == "gr_negatives" for widget in app.text_input) == drawn
    assert bool(app.error) == drawn


@pytest.mark.parametrize("view, scene", [("d", False), ("Published values", False), ("b", True)])
def test_a_scene_has_its_controls_only_where_it_matters(view, scene):
    app = visit(gr_view=view)
    assert any(widget.key == "gr_words" for widget in app.text_area) == scene
    assert not any(group.key == "gr_loss" for group in app.button_group)


def test_unusual_scenes_are_allowed_and_explained():
    sampled = visit(gr_negatives="river bank", gr_loss="negative sampling")
    assert "also a negative" in sampled.info[0].value
    assert not visit(gr_negatives="river bank").info  # softmax has no negatives
    assert "two different" in visit(gr_outside="water").info[0].value


def test_the_largest_scene_is_shown_everywhere():
    app = visit(
        gr_words="a b c d e f g h",
        gr_dim="5",
        gr_negatives="b b c d e f g h a a",
        gr_outside="b c d a",
        gr_loss="negative sampling",
    )
    for view in [*"abcdef", "Find the mistake"]:
        app.button_group(key="gr_view").set_value(view).run()
        assert not app.exception and not app.error and app.latex


class OneJob:
    """Stands in for the broker: every job is done, with the results given here."""

    state, finished = "done", True

    def __init__(self, *found):
        self.found = found

    def watch(self, task, *arguments, visitor=""):
        module, function = task.split(":")
        inspect.signature(getattr(importlib.import_module(module), function)).bind(*arguments)
        hash(arguments)
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def result(self):
        return [training_loop.Progress(0.5), *self.found]


@pytest.fixture
def trained(monkeypatch):
    from core.settings import TextSettings, TrainSettings
    from core.texts import registry
    from core.word2vec import training

    corpus = registry.load(TextSettings(tokens=5_000))
    run = [
        news for news in training.train(corpus, TrainSettings(epochs=1)) if isinstance(news, Run)
    ]
    monkeypatch.setattr(follow, "broker", lambda: OneJob(corpus.facts(), *run))
    return corpus, run[0]


def test_words_of_the_trained_model_can_be_put_under_the_microscope(trained):
    corpus, run = trained
    app = visit(gr_source="the trained model")
    center = app.text_input(key="gr_trained_center").value
    assert center in corpus.words and len(parts(app)) >= 12
    vector = run.center[corpus.words.index(center)]
    np.testing.assert_allclose(told(app)[0].v_c, vector)
    app.text_input(key="gr_trained_center").set_value("nosuchword").run()
    assert "not in the vocabulary" in app.error[0].value
    app.text_input(key="gr_trained_center").set_value("").run()
    assert app.error[0].value == "Type a center word."


def test_the_cost_is_measured_on_the_spot_and_drawn(monkeypatch):
    from core.equations.cost import Cost

    costs = [
        Cost(v, loss, t * v, 10 * v)
        for v in (100, 100_000)
        for loss, t in (("softmax", 1.0), ("negative sampling", 0.01))
    ]
    monkeypatch.setattr(follow, "broker", lambda: OneJob(*costs))
    app = visit(gr_view="e")
    charts = len(specs(app))
    app.button(key="gr_measure").click().run()
    assert not app.exception and len(specs(app)) == charts + 2
    assert any("100 times" in caption.value for caption in app.caption)


def test_a_stopped_measurement_keeps_what_it_has_and_goes_on(monkeypatch):
    from core.equations.cost import Cost

    first, second = Cost(100, "softmax", 5.0, 3000), Cost(100, "negative sampling", 5.0, 3000)
    monkeypatch.setattr(follow, "broker", lambda: OneJob(first, second))
    app = visit(gr_view="e")
    charts = len(specs(app))
    app.button(key="gr_measure").click().run()
    stopped = {
        "requests": {"cost": ("core.equations.cost:measure", *app.session_state["gr_measured"])},
        "items": {"cost": [first]},
        "done": 0.5,
    }
    app.session_state[follow.STOPPED] = {"gr_measuring": stopped}
    app.run()
    assert app.warning[0].value.startswith("Stopped at 50%") and len(specs(app)) == charts + 2
    assert not any("1 times" in caption.value for caption in app.caption)
    app.button(key="gr_measuring_again").click().run()
    assert not app.warning and any("1 times" in caption.value for caption in app.caption)
