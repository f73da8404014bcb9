"""The benchmark of thirty visitors sees what a browser would show."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.testing.v1 import AppTest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


def script():
    import pandas as pd
    import streamlit as st

    from ui.charts import drawing
    from ui.jobs.follow import Redrawn
    from ui.seeds import small_pictures

    rows = pd.DataFrame({"kind": ["cell"]})
    drawing.draw(Redrawn(st), small_pictures.chart, 1, 1, (), rows=rows)
    st.warning("a verdict")


@pytest.mark.parametrize(
    ("kind", "pictured", "told"),
    [("vega_lite_chart", True, False), ("alert", False, True), ("markdown", False, False)],
)
def test_it_knows_a_picture_and_a_verdict(kind, pictured, told, monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import load

    app = AppTest.from_function(script).run()
    assert not app.exception
    message = ForwardMsg()
    element = message.delta.new_element
    shown = {"vega_lite_chart": app.get("vega_lite_chart"), "alert": app.warning}.get(kind)
    getattr(element, kind).SetInParent()
    if shown:
        getattr(element, kind).CopyFrom(shown[0].proto)
    visitor = load.Visitor.__new__(load.Visitor)
    visitor.socket = SimpleNamespace(recv=lambda timeout: message.SerializeToString())
    visitor.sliders, visitor.received, visitor.pictured, visitor.told = {}, 0, None, None
    visitor._next(1.0)
    assert (visitor.pictured is not None, visitor.told is not None) == (pictured, told)


@pytest.mark.parametrize(("name", "seen"), [("movie_preload", False), ("animation_player", True)])
def test_a_component_that_shows_nothing_is_no_picture(name, seen, monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import load

    message = ForwardMsg()
    message.delta.new_element.bidi_component.component_name = name
    visitor = load.Visitor.__new__(load.Visitor)
    visitor.socket = SimpleNamespace(recv=lambda timeout: message.SerializeToString())
    visitor.sliders, visitor.received, visitor.pictured, visitor.told = {}, 0, None, None
    visitor._next(1.0)
    assert (visitor.pictured is not None) == seen
