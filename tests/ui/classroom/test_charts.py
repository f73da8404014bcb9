import numpy as np

from core.texts.words_to_plot import Chosen
from ui.charts import drawing
from ui.classroom import charts

CHOSEN = Chosen(("a", "b", "c"), ("one", "one", "two"))


def test_the_overlay_holds_each_word_of_each_run_and_its_name_once():
    pictures = [
        np.array([[0.0, 0], [0.5, 0.5], [-1, 1]]),
        np.array([[0.1, 0], [0.5, 0.4], [-1, 1]]),
    ]
    rows = charts.overlay_rows(CHOSEN, ["1", "2"], pictures)
    runs, names = rows[rows.kind == "run"], rows[rows.kind == "name"]
    assert len(runs) == 6 and sorted(names.word) == ["a", "b", "c"]
    assert np.allclose(names[names.word == "a"][["x", "y"]], [0.05, 0])
    assert drawing.spec(charts.overlay, ("one", "two"))["layer"]


def test_lines_of_a_histogram_are_there_only_if_they_are_known():
    rows = charts.guess_rows([(0, 5, 2)], {"in truth": None, "at random": 5})
    assert list(rows.kind) == ["bar", "at random"]
    assert drawing.spec(charts.guesses, 0, 100, "%")["layer"]
    assert drawing.spec(charts.choices, ("a", "b"), None)["layer"]
