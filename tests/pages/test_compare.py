"""The page Compare: what differs between two models, the link to both, forks, and bad input."""

import json
import re

import numpy as np
import pytest
from pages_for_tests import finished, metrics, opened

from core.__main__ import main
from core.vectors import vector_files
from ui.compare import history


def page(**query):
    return opened("pages/9_Compare.py", 120, **({"tokens": "20000", "epochs": "2"} | query))


def said(app):
    kinds = app.main.caption, app.main.markdown, app.main.info, app.main.error
    return " ".join(one.value.replace("\\", "").replace("\u2060", "") for k in kinds for one in k)


def test_one_link_holds_both():
    app = page(ab_knob="dim", ab_value="20")
    assert "**Dimension**: A 10, B 20. All else is equal." in said(app)
    assert {"Learned, A and B", "Silhouette, A and B", "Neighbors shared by A and B"} <= set(
        metrics(app)
    )
    assert len(app.dataframe) == 1 and not app.main.error


def test_without_a_choice_b_has_three_times_as_many_negatives():
    assert "**Negative samples K**: A 5, B 15. All else is equal." in said(page())


def test_losses_that_count_something_else_are_not_compared():
    assert "Loss per pair, A and B" not in metrics(page(ab_knob="negatives", ab_value="15"))
    assert "not comparable" in said(page(ab_knob="window", ab_value="2"))
    assert "Loss per pair, A and B" in metrics(page(ab_knob="lr", ab_value="0.01"))


def test_further_changes_are_counted():
    app = page(ab_knob="dim", ab_value="20", ab_more="window=2; seed=4")
    assert "3 settings differ" in said(app)


@pytest.mark.parametrize(
    "query, sentence",
    [
        ({"ab_more": "dim 20"}, "are written like"),
        ({"ab_more": "nope=1"}, "are written like"),
        ({"ab_knob": "dim", "ab_value": "many"}, "B: Dimension"),
        ({"ab_knob": "corpus", "ab_value": "nope"}, "B: Text"),
        ({"ab_knob": "dim", "ab_value": "20", "ab_fork": "1"}, "same dimension, 10, not 20"),
        (
            {"optimizer": "exact", "ab_knob": "seed", "ab_fork": "1"},
            "cannot be continued by another training",
        ),
    ],
)
def test_what_is_wrong_is_one_sentence(query, sentence):
    assert sentence in page(**query).main.error[0].value.replace("\\", "")


def test_only_settings_that_do_something_can_differ():
    offered = page().selectbox(key="ab_knob").options
    assert "Weight decay" not in offered and "Learning rate" in offered
    assert "Weight decay" in page(optimizer="adamw").selectbox(key="ab_knob").options


def test_the_same_settings_are_no_comparison():
    app = page(ab_knob="dim", ab_value="10")
    assert "A and B are the same" in said(app) and not metrics(app)


def test_texts_in_two_languages_share_too_few_words():
    app = page(ab_knob="corpus", ab_value="english")
    assert re.search(r"The two share \d+ words; at least 12 are needed", said(app)) or (
        "Neighbors shared by A and B" in metrics(app)
    )
    assert "Only A knows" in said(app)


def test_another_seed_is_the_measure_of_a_change():
    app = page(ab_knob="dim", ab_value="20", ab_seed="true")
    assert re.search(r"With another seed alone \d+% are shared: \*\*this change moves", said(app))


def test_a_fork_at_the_playhead_goes_on_from_a():
    app = page(ab_knob="lr", ab_value="0.01", ab_fork="1")
    assert "B begins with A's vectors at epoch 1.00" in said(app) and not app.main.error


def test_b_becomes_a_and_the_last_runs_can_be_either():
    app = page(ab_knob="dim", ab_value="20")
    app.button[[b.label for b in app.button].index("Make B the new A")].click()
    app = finished(app.run())
    assert app.query_params["dim"] in ("20", ["20"]) and "Dimension**: A 20, B 60" in said(app)
    assert len(app.session_state[history.STATE]) == 3
    app.button[[b.label for b in app.button].index("B")].click()
    assert "Dimension**: A 20, B 10" in said(finished(app.run()))


def test_two_saved_runs_are_compared_on_the_words_of_both(tmp_path, monkeypatch):
    monkeypatch.setenv("WORD2VEC_LAB_RUNS", str(tmp_path))
    vectors = np.random.default_rng(0).normal(size=(2, 60, 8)).astype(np.float32)
    words = tuple(f"word{k}" for k in range(70))
    vector_files.write(tmp_path / "first.txt", words[:60], vectors[0])
    vector_files.write(tmp_path / "second.bin", words[10:], vectors[1])
    app = page(ab_of="saved", show="frequent")
    assert not app.main.error
    assert app.selectbox(key="ab_run_a").value == "first.txt"
    assert app.selectbox(key="ab_run_b").value == "second.bin"
    assert "mean over 50 words of both (60 in A, 60 in B); by chance 20%" in said(app)
    assert 5 < float(metrics(app)["Neighbors shared by A and B"].rstrip("%")) < 40
    app.selectbox(key="ab_run_b").set_value("first.txt").run()
    assert metrics(app)["Neighbors shared by A and B"] == "100%"
    assert "mean cosine of 1.00" in said(app) and "first.txt" in app.query_params["ab_run_b"]
    vector_files.write(tmp_path / "other.txt", ("a", "b"), vectors[0, :2])
    app.run()
    app.selectbox(key="ab_run_b").set_value("other.txt").run()
    assert "share 0 words" in app.main.error[0].value


def test_without_saved_runs_it_says_how_to_make_one(tmp_path, monkeypatch):
    monkeypatch.setenv("WORD2VEC_LAB_RUNS", str(tmp_path))
    assert "no run and no vector file" in said(page(ab_of="saved"))


def saved(folder, name, *settings):
    command = ["train", "polish", "--tokens", "6000", "--out", str(folder / name), *settings]
    assert main(command) == 0


def test_the_losses_of_two_saved_runs_stand_in_one_chart(tmp_path, monkeypatch):
    monkeypatch.setenv("WORD2VEC_LAB_RUNS", str(tmp_path))
    saved(tmp_path, "first", "--epochs", "2")
    saved(tmp_path, "second", "--epochs", "3", "--negatives", "15")
    app = page(ab_of="saved", show="frequent")
    (drawn,) = [json.loads(one.proto.json) for one in app.get("bidi_component")]
    assert drawn["static"]["run"] == ["A", "B"]
    assert "Negative samples K**: A 5, B 15" in said(app) and "2 settings differ" in said(app)
    assert "each is divided by the best loss" in said(app)
    assert "pictures above stand still" in said(app)
    app.button[[b.label for b in app.button].index("Train both again")].click()
    app = finished(app.run())
    assert "Negative samples K**: A 5, B 15" in said(app) and "2 settings differ" in said(app)
    assert {"Learned, A and B"} <= set(metrics(app)) and "6000" in app.query_params["tokens"]
    (tmp_path / "second" / "run.json").write_text("{", "utf8")
    assert "cannot be read" in said(page(ab_of="saved", show="frequent"))
    (tmp_path / "second" / "run.json").unlink()
    assert "a vector file has no record" in said(page(ab_of="saved", show="frequent"))
