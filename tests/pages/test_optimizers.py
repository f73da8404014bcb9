"""The page Optimizers without a browser: each control changes what is shown, and bad input gets
a sentence.
"""

import json
import re

import numpy as np
import pytest
from pages_for_tests import finished, opened

from core.optimizers import surfaces, trajectories
from core.optimizers.rules import OPTIMIZERS
from core.optimizers.trajectories import Path, RaceSettings, Sweep
from ui.charts import contours
from ui.optimizers import frames, view
from ui.player import player

EVERYBODY = [o.title for o in OPTIMIZERS.values()]


def open_page(**query):
    return opened(
        "pages/4_Optimizers.py", 90, **{f"opt_{name}": value for name, value in query.items()}
    )


def widget(app, key):
    kinds = (
        "slider",
        "select_slider",
        "selectbox",
        "number_input",
        "toggle",
        "segmented_control",
        "pills",
        "button_group",
    )
    return next(found for kind in kinds for found in app.get(kind) if found.key == f"opt_{key}")


def change(app, key, value):
    widget(app, key).set_value(value)
    return finished(app.run())


def animations(app):
    """The messages of the player by key: the picture, the loss and the story, in any order on the
    page.
    """
    found = [
        json.loads(node.proto.json)
        for node in app.get("bidi_component")
        if node.proto.component_name == "animation_player"
    ]
    return {message["key"]: message for message in found}


def captions(app):
    return " ".join(caption.value for caption in app.caption)


@pytest.fixture
def page():
    return open_page()


# --- the animation


def test_the_first_visit_shows_three_optimizers_on_the_bowl(page):
    animation, losses, story = (
        animations(page)[key] for key in ("opt_animation", "opt_losses", "opt_story")
    )
    assert animation["static"]["optimizer"] == ["SGD", "Momentum", "Adam"]
    assert len(animation["frames"]) == len(losses["frames"]) == len(story["frames"]) == 151
    assert (
        animation["frames"][0]["x"] == [-4, -4, -4]
        and losses["follows"] == story["follows"] == "opt_animation"
    )
    assert animation["labels"][7] == "step 7 of 150" and "Click the picture" in captions(page)


def test_the_story_is_that_of_the_step_shown(page):
    animation, story = animations(page)["opt_animation"], animations(page)["opt_story"]
    lines, formulas = story["frames"][20]["numbers"], story["static"]["formula"]
    assert formulas[:3] == ["Momentum, lr = 0.1", None, "v ← β v + g"] and lines[:3] == [
        None,
        "step 20 to 21",
        None,
    ]
    assert len(lines) == len(formulas) == len(story["static"]["row"]) == 8
    end = float(lines[6].rsplit(" = ", 1)[1].replace("−", "-"))
    assert end == pytest.approx(animation["frames"][21]["x"][1], rel=1e-3)
    change(page, "told", "Adam")
    assert "m̂ = m / (1 − β₁ᵗ)" in animations(page)["opt_story"]["static"]["formula"]
    change(page, "bias_correction", False)
    assert "m̂ = m / (1 − β₁ᵗ)" not in animations(page)["opt_story"]["static"]["formula"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("condition", 60.0),
        ("steps", 100),
        ("lr", 0.5),
        ("x", 3.0),
        ("y", -1.0),
        ("beta", 0.5),
        ("surface", "Beale"),
        ("rates", "each its best"),
    ],
)
def test_every_control_changes_a_path(page, key, value):
    before = animations(page)["opt_animation"]["frames"]
    change(page, key, {"Beale": "beale", "each its best": "best"}.get(value, value))
    after = animations(page)["opt_animation"]["frames"]
    assert [f["x"] + f["y"] for f in after] != [f["x"] + f["y"] for f in before]


@pytest.mark.parametrize(
    ("key", "value", "who"),
    [
        ("beta2", 0.9, "adam"),
        ("rho", 0.5, "rmsprop"),
        ("decay", 0.05, "adamw"),
        ("seed", 7, "sgd"),
        ("noise", 3.0, "sgd"),
    ],
)
def test_the_settings_of_an_optimizer_change_its_path(key, value, who):
    page = open_page(surface="Noisy bowl (stochastic gradients)")
    change(page, "which", [who])
    before = animations(page)["opt_animation"]["frames"][-1]
    assert animations(change(page, key, value))["opt_animation"]["frames"][-1] != before


def test_arrows_are_switched_without_a_new_picture(page):
    before = animations(page)["opt_animation"]
    after = animations(change(page, "arrows", ["effective step"]))["opt_animation"]
    assert (
        before["spec"] == after["spec"]
        and before["frames"] == after["frames"]
        and before["run"] == after["run"]
    )
    assert [
        after["params"][f"show_{kind}"] for kind in ("gradient", "velocity", "effective_step")
    ] == [False, False, True]


def test_arrows_point_downhill_and_along_the_velocity():
    animation = animations(open_page(surface="Rosenbrock's banana", lr="0.001"))["opt_animation"]
    surface, frame = surfaces.find("rosenbrock"), animation["frames"][5]
    at = np.array([frame["x"], frame["y"]]).T
    arrow = np.array([frame["gx"], frame["gy"]]).T - at
    slope = surface.gradient(at)
    cosines = (arrow * slope).sum(1) / np.linalg.norm(arrow, axis=1) / np.linalg.norm(slope, axis=1)
    np.testing.assert_allclose(cosines, -1, atol=1e-3)
    assert frame["vx"][0] is None and frame["vx"][1] is not None  # SGD has no velocity
    moved = np.array([animation["frames"][6][c][1] for c in "xy"]) - at[1]
    velocity = np.array([frame["vx"][1], frame["vy"][1]]) - at[1]
    assert moved @ velocity == pytest.approx(
        np.linalg.norm(moved) * np.linalg.norm(velocity), rel=1e-3
    )


def test_the_box_shows_the_effective_step_along_x_and_along_y(page):
    frame = animations(page)["opt_animation"]["frames"][0]
    half_x, half_y = (np.subtract(frame[f"e{c}"], frame[c]) for c in "xy")
    # at the start the gradient is (-0.2, 2): SGD and momentum scale both directions alike,
    # Adam's first step divides by the gradient
    np.testing.assert_allclose(half_x / half_y, [1, 1, 10], rtol=1e-3)
    assert np.sign([frame["vx"][2] - frame["x"][2], frame["vy"][2] - frame["y"][2]]).tolist() == [
        1,
        -1,
    ]


def test_each_its_best_is_the_sweeps_choice(page):
    change(page, "rates", "best")
    sweeps = [
        s
        for s in trajectories.sweep(RaceSettings(), ("sgd", "momentum", "adam"))
        if isinstance(s, Sweep)
    ]
    told = ", ".join(f"{OPTIMIZERS[s.optimizer].title} {s.best:.3g}" for s in sweeps)
    assert f"Learning rates: {told}." in captions(page)


def test_a_click_moves_the_start(page):
    # This is what the click's callback does
    page.session_state["opt_x"], page.session_state["opt_y"] = 1.5, -2.0
    finished(page.run())
    assert (
        animations(page)["opt_animation"]["frames"][0]["x"] == [1.5] * 3
        and widget(page, "y").value == -2.0
    )


def test_a_new_surface_brings_its_own_start(page):
    change(page, "surface", "rosenbrock")
    assert (widget(page, "x").value, widget(page, "y").value) == (-1.5, 2.0)
    assert (
        animations(open_page(surface="Rosenbrock's banana"))["opt_animation"]["frames"][0]["x"]
        == [-1.5] * 3
    )


# --- bad input


def test_no_optimizer_chosen(page):
    change(page, "which", [])
    assert "at least one optimizer" in page.info[0].value and not animations(page)


def test_a_million_is_too_high(page):
    change(page, "lr", 1e6)
    told = " ".join(text.value for text in page.markdown)
    assert "SGD diverged at step" in told and "Adam diverged at step" in told
    animation = animations(page)["opt_animation"]
    assert animation["static"]["gone"] == ["SGD diverged", "Momentum diverged", "Adam diverged"]
    assert all(abs(x) <= 5 + 2 * 10 for x in animation["frames"][-1]["x"]) and not page.error


def test_beta_one_is_explained(page):
    change(page, "beta", 1.0)
    assert "Adam cannot take its first step" in " ".join(text.value for text in page.markdown)
    assert animations(page)["opt_animation"]["static"]["gone"][2] == "Adam diverged"


def test_ten_thousand_steps_are_thinned_and_the_page_says_so(page):
    change(page, "steps", 10_000)
    animation = animations(page)["opt_animation"]
    assert len(animation["frames"]) <= 302 and animation["labels"][-1] == "step 10,000 of 10,000"
    assert "One step in 34 is drawn." in captions(page)
    assert [f["k"][0] for f in animations(page)["opt_losses"]["frames"]][:3] == [0, 34, 68]


def test_bad_values_in_the_url_are_corrected_with_a_notice():
    page = open_page(x="99", steps="many", beta="nan", surface="Mount Everest", lr="fast")
    told = " ".join(warning.value for warning in page.warning)
    for name in ("Start x: 99", "Steps: “many”", "Mount Everest", "fast"):
        assert name in told
    assert (
        animations(page)["opt_animation"]["frames"][0]["x"] == [6.0] * 3
        and len(animations(page)["opt_animation"]["frames"]) == 151
    )


def test_a_start_outside_the_frame_waits_at_its_edge():
    page = open_page(surface="Rosenbrock's banana", x="5", y="-6", lr="1e-05")
    animation = animations(page)["opt_animation"]
    assert (
        animation["frames"][0]["x"] == [5.0] * 3
        and animation["static"]["gone"][2] == "Adam is outside"
    )


# --- size


def test_300_steps_of_7_optimizers_travel_in_less_than_a_megabyte():
    page = open_page()
    page.session_state["opt_steps"], page.session_state["opt_which"] = 300, list(OPTIMIZERS)[:7]
    finished(page.run())
    change(page, "told", "AdamW")
    assert len(animations(page)["opt_animation"]["frames"]) == 301
    sizes = [
        len(node.proto.SerializeToString())
        for node in page.get("bidi_component")
        if node.proto.component_name == "animation_player"
    ]
    assert len(sizes) == 3 and sum(sizes) < 1_000_000


# --- the experiments


def test_the_fair_race_states_its_evaluations(page):
    assert "43 learning rates (19,350 gradients in all)" in captions(page)
    table = page.dataframe[0].value
    assert (
        list(table["optimizer"]) == ["SGD", "Momentum", "Adam"]
        and float(table["best learning rate"][0]) > 0.5
    )


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("map", r"measured rates differ from it by 0\.0[01]\d at most"),
        ("noise", r"1/19 of the variance"),
        (
            "bias",
            r"first step is 3\.16 times the learning rate, and the longest of .* steps 6\.57 times",
        ),
    ],
)
def test_the_other_experiments(page, section, words):
    change(page, "more", section)
    assert re.search(words, captions(page)) and len(page.get("vega_lite_chart")) == (
        3 if section == "noise" else 1
    )


# --- downloads


def test_the_offline_page_holds_all_three_pictures(page):
    offline = next(b for b in page.get("download_button") if "HTML" in b.proto.label)
    assert offline.proto.label and any("CSV" in b.proto.label for b in page.get("download_button"))
    message = animations(page)["opt_animation"]
    text = player.html(
        message["spec"],
        message["frames"],
        message["static"],
        title="Race",
        followers=(
            {
                "chart": message["spec"],
                "frames": message["frames"],
                "static": message["static"],
                "height": 190,
            },
        ),
    )
    assert (
        text.count("\nmount({ data: ") == 2 and text.count('<section style="height: 190px">') == 1
    )
    assert '"key": "animation-1"' in text and '"follows": "animation-0"' in text


# --- word2vec


def test_word2vec_itself():
    page = open_page(loss="word2vec", words_epochs="1", words_dim="2", which="Adam")
    assert "Adam **0.02**" in " ".join(text.value for text in page.markdown)
    way = animations(page)["opt_way"]
    assert way["static"]["optimizer"] == ["Adam"] and len(way["frames"]) > 5
    assert "The plane keeps" in captions(page) and "rarest tenth" in captions(page)
    before = captions(page)
    assert captions(change(page, "measure", "update")) != before
    change(page, "which", [])
    assert "at least one optimizer" in page.info[0].value


# --- pictures


def test_contours_are_a_png_that_is_clear_where_the_function_is_low():
    surface = surfaces.find("himmelblau")
    url = contours.picture(surface.value, surface.frame)
    assert url.startswith("data:image/png;base64,") and len(url) < 120_000
    x = np.linspace(-5, 5, 101)
    level = contours.levels(surface.value(np.stack(np.meshgrid(x, x), -1)))
    assert level.min() == 0 and level.max() == contours.BANDS - 1 and len(np.unique(level)) > 10
    assert level[70, 80] == 0  # at the minimum (3, 2)
    heights = np.array([[0.0, np.nan], [1.0, np.inf]])
    assert contours.levels(heights)[0, 1] == contours.BANDS - 1 and contours.levels(
        np.full((2, 2), np.nan)
    ).shape == (2, 2)


def test_contours_are_drawn_again_only_for_another_surface(monkeypatch):
    drawn, picture = [], contours.picture
    monkeypatch.setattr(contours, "picture", lambda *given: drawn.append(given) or picture(*given))
    view._contours.cache_clear()
    page = opened("pages/4_Optimizers.py")
    change(page, "told", "SGD")
    assert len(drawn) == 1
    pictures = [animations(page)["opt_animation"]["params"]["picture"]]
    change(page, "condition", 5.0)
    pictures.append(animations(page)["opt_animation"]["params"]["picture"])
    assert len(drawn) == 2 == len(set(pictures))


def test_the_png_can_be_read_by_other_programs():
    image = pytest.importorskip("PIL.Image")
    import base64
    import io

    url = contours.picture(lambda w: w[..., 1], ((0.0, 1.0), (0.0, 1.0)))
    pixels = np.asarray(image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))).convert("RGBA"))
    assert pixels.shape == (contours.SIZE[1], contours.SIZE[0], 4)
    assert pixels[0, 0, 3] > pixels[-1, 0, 3] == 0  # opaque at high values, transparent at low ones


def test_long_races_keep_their_last_step():
    settings = RaceSettings(steps=1_234)
    (path,) = (
        item for item in trajectories.race(settings, (("sgd", 0.1),)) if isinstance(item, Path)
    )
    animation = frames.make(settings.landscape(), [path], settings.steps)
    assert (
        animation.steps[0] == 0
        and animation.steps[-1] == 1_234
        and animation.stride == 5
        and len(animation.frames) == len(animation.labels)
    )
    assert animation.losses[-1]["loss"][0] == max(path.losses[-1], frames.FLOOR)


@pytest.mark.parametrize(
    "query, drawn",
    [
        ({"which": "sgd"}, set()),
        ({"which": "momentum"}, {"opt_beta"}),
        ({"which": "rmsprop"}, {"opt_rho"}),
        ({"which": "adamw"}, {"opt_beta", "opt_beta2", "opt_decay"}),
        ({"which": "sgd", "more": "map"}, {"opt_beta"}),
    ],
)
def test_only_numbers_that_a_chosen_optimizer_or_experiment_uses_have_a_slider(query, drawn):
    page = open_page(**query)
    numbers = {"opt_beta", "opt_beta2", "opt_rho", "opt_decay"}
    assert {slider.key for slider in page.sidebar.slider} & numbers == drawn
