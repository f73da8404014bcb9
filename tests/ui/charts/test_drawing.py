"""Drawing charts: specs hold no rows, are built once, and take the colors of the page."""

import json
from types import SimpleNamespace

import altair as alt
import pandas as pd
import pytest
from streamlit.dataframe_util import convert_anything_to_arrow_bytes

from ui.charts import drawing, theme


def dots(title):
    """Dots at x. Rows: x."""
    rows = alt.Chart(alt.NamedData(drawing.ROWS), title=title)
    return rows.mark_point(color=theme.INK).encode(x="x:Q")


def drawn(mode, monkeypatch, rows):
    monkeypatch.setattr(
        "ui.charts.theme.st.context", SimpleNamespace(theme=SimpleNamespace(type=mode))
    )
    place = SimpleNamespace(vega_lite_chart=lambda spec, **options: (spec, options))
    return drawing.draw(place, dots, "some", rows=rows, height=200)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_chart_has_the_colors_of_the_page_and_no_other_theme(monkeypatch, mode):
    spec, options = drawn(mode, monkeypatch, pd.DataFrame({"x": [1]}))
    assert {p["name"]: p["value"] for p in spec["params"]} == theme.THEMES[mode]
    assert options == {"theme": None, "height": 200} and spec["config"] == theme.config()


def test_rows_are_all_that_changes(monkeypatch):
    one, two = (
        drawn("light", monkeypatch, pd.DataFrame({"x": [k]}))[0] | {"datasets": 0} for k in (1, 2)
    )
    assert one == two and json.dumps(one)
    several, _ = drawn("light", monkeypatch, {"a": 1, "b": 2})
    assert several["datasets"] == {"a": 1, "b": 2}
    # a copy is drawn; the kept spec is unchanged
    assert "datasets" not in drawing.spec(dots, "some")


def test_a_chart_has_a_description_in_words():
    assert drawing.spec(dots, "some")["description"] == "Dots at x."


def wrong(title):
    """No chart."""
    return alt.Chart(alt.NamedData(drawing.ROWS), title=title).mark_point(size="large")


def test_what_no_chart_can_have_is_refused_where_charts_are_checked(monkeypatch):
    monkeypatch.setattr(drawing, "CHECKED", True)
    with pytest.raises(alt.utils.schemapi.SchemaValidationError):
        drawing.spec(wrong, "a")
    monkeypatch.setattr(drawing, "CHECKED", False)
    assert drawing.spec(wrong, "b")["mark"]["size"] == "large"


def frame(value):
    return pd.DataFrame({"x": [value], "word": ["a"]})


def test_shared_rows_are_made_once_and_travel_as_streamlit_would_send_them(monkeypatch):
    made = []

    def make():
        made.append(1)
        return frame(1.5)

    one, two = (drawing.shared(("a test", 1), make) for _ in range(2))
    assert one is two and len(made) == 1
    assert drawing.shared(("a test", 2), lambda: frame(2.5)).frame["x"][0] == 2.5
    spec, _ = drawn("light", monkeypatch, one)
    assert spec["datasets"] == {drawing.ROWS: convert_anything_to_arrow_bytes(frame(1.5))}
    kept = drawing.st.session_state[drawing.DRAWN][(__name__, "dots", "some")]
    assert kept[1][drawing.ROWS].equals(frame(1.5))  # to take home


def test_shared_rows_are_kept_within_their_bound(monkeypatch):
    monkeypatch.setattr(drawing, "_shared", {})
    size = len(drawing.shared("first", lambda: frame(0.0)).arrow)
    monkeypatch.setattr(drawing, "SHARED_BYTES", 2 * size)
    for key in ("second", "first", "third"):
        drawing.shared(key, lambda: frame(0.0))
    assert list(drawing._shared) == ["first", "third"]
