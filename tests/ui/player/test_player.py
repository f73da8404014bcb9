"""The animation player: what is sent to the browser, and the offline page."""

import json
import re

import altair as alt
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ui.player import player, vega

WORDS = {"word": ["king", "</script>"], "group": ["royal", "markup"]}
FRAMES = [{"x": np.array([0.0, 1.0]), "y": [2.0, float("nan")]}, {"x": [1 / 3, 4], "y": [5.0, 6.0]}]


def chart() -> alt.LayerChart:
    base = player.tween(alt.Chart(alt.NamedData(player.DATASET)), "x", "y").encode(
        x="x_now:Q", y="y_now:Q"
    )
    dots = base.mark_point(stroke=alt.ExprRef("paper"))
    return alt.layer(dots, base.mark_text().encode(text="word:N")).add_params(
        alt.param(name="step", value=0)
    )


def page(**options) -> str:
    return player.html(chart(), FRAMES, WORDS, title="Kings & <queens>", **options)


def message_in(text: str) -> dict:
    return json.loads(re.search(r"^mount\({ data: (.*), parentElement: ", text, re.MULTILINE)[1])


def script(chart, frames, static) -> None:
    import streamlit as st

    from ui.player import player

    animation = player.animation(
        chart, key="words", frames=[], static=static, run="a", height=500, on_pick=lambda: None
    )
    for end in range(1, len(frames)):
        animation.feed(frames[:end], [f"epoch {i}" for i in range(end)])
    st.write("picked", animation.picked)


@pytest.fixture(scope="module")
def app() -> AppTest:
    return AppTest.from_function(
        script, default_timeout=60, args=(chart(), FRAMES * 6, WORDS)
    ).run()


def components(app: AppTest) -> dict:
    return {node.proto.component_name: node.proto for node in app.get("bidi_component")}


def test_the_script_runs_without_a_browser(app):
    assert not app.exception
    assert app.run().exception == []


def test_frames_travel_apart_from_the_spec(app):
    message = json.loads(components(app)["animation_player"].json)
    assert message["spec"]["data"] == {"name": "frames"}
    assert "royal" not in json.dumps(message["spec"])
    assert message["static"] == WORDS


def test_vega_is_a_file_that_the_browser_keeps_not_a_message(app):
    url = json.loads(components(app)["animation_player"].json)["vega"]
    assert url == f"/app/static/{vega.VEGA}"
    assert (vega.STATIC / vega.VEGA).stat().st_size > 500_000
    sizes = {name: proto.ByteSize() for name, proto in components(app).items()}
    assert sizes["animation_player"] < 40_000
    assert sizes["animation_feed"] < 4_000


def test_a_feed_carries_the_newest_frames_and_where_they_belong(app):
    message = json.loads(components(app)["animation_feed"].json)
    assert (message["key"], message["run"], message["at"], len(message["frames"])) == (
        "words",
        "a",
        3,
        player.TAIL,
    )
    assert message["frames"][-1]["x"] == [0.0, 1.0]
    assert message["labels"][-1] == "epoch 10"


def test_numbers_are_short_and_valid_json():
    frames = message_in(page())["frames"]
    assert frames == [{"x": [0.0, 1.0], "y": [2.0, None]}, {"x": [0.33333, 4], "y": [5.0, 6.0]}]


def test_the_spec_does_not_depend_on_the_data():
    other = player.html(chart(), FRAMES[:1], {"word": ["a"], "group": ["b"]}, title="Other")
    assert message_in(other)["spec"] == message_in(page())["spec"]


def test_tween_glides_and_leaves_out_missing_points():
    text = json.dumps(chart().to_dict())
    assert "datum.x + (datum.x1 - datum.x) * (step - datum.t)" in text
    assert "datum.t == shown && isValid(datum.x)" in text


def test_a_chart_without_step_is_refused():
    with pytest.raises(ValueError, match="step"):
        player.html(alt.Chart(alt.NamedData("frames")).mark_point(), FRAMES, title="Still")


def test_the_spec_may_be_a_dict():
    assert message_in(player.html(chart().to_dict(), FRAMES, title="Dict"))["spec"]["layer"]


def test_the_offline_page_needs_no_network_and_escapes_text():
    text = page(labels=["epoch 0", "epoch 1"], seconds=3.0)
    assert "<h1>Kings &amp; &lt;queens&gt;</h1>" in text
    # The word `</script>` of the vocabulary does not end the script element
    assert text.count("</script>") == 2
    assert not re.search(r"""(?:src|href)=["']?https?:|@import|\bimport\s*\(["']http""", text)
    assert message_in(text)["labels"] == ["epoch 0", "epoch 1"]


def test_every_control_has_a_name():
    controls = re.findall(r"<(?:button|input|select)[^>]*>", player.BODY)
    assert len(controls) == 6
    assert all("aria-label=" in control for control in controls)
