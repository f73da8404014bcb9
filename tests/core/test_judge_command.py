"""`python -m core judge`: the verdict of a sweep and its controls, as text and as JSON."""

import json

import pytest

from core.__main__ import main
from core.commands import judge
from core.seeds import controls, verdict
from core.word2vec import exact_solver

WORDS = "pies kot koń ptak; deszcz śnieg wiatr mróz"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = str(tmp_path_factory.mktemp("sweep") / "polish")
    options = ["--tokens", "4000", "--epochs", "2", "--jobs", "1", "--out", path]
    assert main(["sweep", "polish", "--seeds", "1-2", *options]) == 0
    return path


def told(capsys, *arguments):
    capsys.readouterr()
    assert main(["judge", "--jobs", "1", *arguments]) == 0
    return capsys.readouterr().out


def test_the_verdict_is_printed_with_its_controls(folder, capsys):
    found = json.loads(told(capsys, folder, "--json"))
    assert found["culprit"] in verdict.CULPRITS and found["verdict"]
    names = [c.name for c in controls.CONTROLS if c.name != "another optimizer"]
    assert [c["name"] for c in found["controls"]] == names
    assert found["controls_not_possible"] == ["another optimizer"]
    assert found["evidence"]["runs"] == 2 and found["controls_not_run"] == []
    assert all(c["before"].keys() == c["after"].keys() for c in found["controls"])
    assert [s["name"] for s in found["suspects"]] == list(verdict.CULPRITS[:-1])


@pytest.mark.parametrize(
    "words, said",
    [
        (WORDS, "Groups:"),
        ("pies kot koń; deszcz śnieg wiatr", "Too few words to tell"),
        ("pies kot koń", "No groups to test"),
        ("pies; kot", "No groups to test"),
        ("pies kot; pies deszcz wiatr xyzzy", "Not in the vocabulary: xyzzy"),
    ],
)
def test_words_of_ones_own(folder, capsys, words, said):
    assert said in told(capsys, folder, "--quick", "--words", words)


def test_what_cannot_be_judged_is_refused_with_the_reason(folder, capsys, tmp_path):
    for arguments, said in (
        ([str(tmp_path)], "holds no sweep"),
        ([folder, "--words", "xyzzy plugh"], "None of these words"),
        ([folder, "--words", " ;; "], "There is no word in the list"),
        ([folder, "--neighbors", "0"], "At least one neighbor"),
        ([folder, "--set", "dim=99"], "No run of this sweep"),
        ([folder, "--set", "color"], "Settings are written like"),
    ):
        assert main(["judge", *arguments]) == 2
        assert said in capsys.readouterr().err


def test_a_text_that_has_changed_is_refused(capsys, tmp_path):
    text, path = tmp_path / "text.txt", str(tmp_path / "sweep")
    text.write_text("\n".join(f"a{k % 9} b{k % 7} c{k % 5} d{k % 4}" for k in range(300)))
    options = ["--min-count", "1", "--epochs", "1", "--jobs", "1", "--out", path]
    assert main(["sweep", str(text), "--seeds", "1-2", *options]) == 0
    text.write_text("\n".join(f"a{k % 9} c{k % 5} d{k % 4}" for k in range(300)))
    assert main(["judge", path]) == 2
    assert "no longer the one that this sweep read" in capsys.readouterr().err


def test_without_the_exact_solver_vectors_are_averaged(folder, capsys, monkeypatch):
    monkeypatch.setattr(exact_solver, "MOST_WORDS", 10)
    found = json.loads(told(capsys, folder, "--json"))
    assert found["controls_not_possible"] == ["another optimizer"] and found["verdict"]
    assert "mean of the last half of the steps" in found["controls"][0]["changed"]


def test_progress_and_the_time_left_are_told(folder, capsys, monkeypatch):
    assert main(["judge", folder, "--jobs", "1"]) == 0
    said = capsys.readouterr().err
    assert "9 controls: 0%" in said and "100%" in said
    bar, now = judge._Bar(), iter([0.0, 1.0, 30.0, 600.0, 601.0])
    monkeypatch.setattr(judge.time, "perf_counter", lambda: next(now))
    bar.begin("2 controls")
    for done in 0.25, 0.5, 0.999:
        bar.tell(done)
    lines = [line.strip() for line in capsys.readouterr().err.split("\r")]
    assert lines[1:] == [
        "2 controls: 0%",
        "2 controls: 25%, about 90 s left",
        "2 controls: 50%, about 10 min left",
        "2 controls: 100%",
    ]


def test_a_control_that_is_stopped_leaves_a_verdict(folder, capsys, monkeypatch):
    attempt = controls.attempt

    def stopped(name, *arguments):
        if name == "half of the text":
            raise KeyboardInterrupt
        yield from attempt(name, *arguments)

    monkeypatch.setattr(controls, "attempt", stopped)
    found = json.loads(told(capsys, folder, "--json"))
    assert found["culprit"] in verdict.CULPRITS and "half of the text" in found["controls_not_run"]
    assert {c["name"] for c in found["controls"]} >= {"less noise", "longer training"}


def test_one_run_proves_nothing(capsys, tmp_path):
    path = str(tmp_path / "one")
    options = ["--tokens", "2000", "--epochs", "1", "--jobs", "1", "--out", path]
    assert main(["sweep", "polish", "--seeds", "1", *options]) == 0
    found = json.loads(told(capsys, path, "--json"))
    assert found["culprit"] == "none" and "choose at least two" in found["verdict"]
