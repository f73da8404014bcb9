import csv
from dataclasses import replace

import pytest

from core.__main__ import main
from core.classroom import receipts
from core.seeds import sweep
from core.settings import TextSettings, TrainSettings
from core.texts import registry

TEXT = TextSettings(tokens=5_000)
SETTINGS = TrainSettings(epochs=1, dim=3)
ASKED = ["tokens=5000", "epochs=1", "dim=3"]


@pytest.fixture(scope="module")
def receipt():
    trial = sweep.compute(registry.load(TEXT), SETTINGS)
    return receipts.of_trial(TEXT, trial, 40.0)


def graded(tmp_path, rows, *more):
    (tmp_path / "answers.csv").write_text("\n".join(["student,receipt", *rows]), encoding="utf-8")
    out = tmp_path / "graded.csv"
    assert main(["grade", str(tmp_path / "answers.csv"), "--out", str(out), *more]) == 0
    return list(csv.DictReader(out.open(encoding="utf-8")))


def test_real_altered_and_other_settings(tmp_path, receipt, capsys):
    line = receipts.write(receipt)
    better = receipts.write(replace(receipt, loss=receipt.loss / 2))
    other = receipts.write(replace(receipt, settings=replace(SETTINGS, dim=4)))
    lines = [line, line, better, other, "A" * 60, "hello", "=1+1"]
    rows = graded(tmp_path, [f"s{k},{one}" for k, one in enumerate(lines)], "--set", *ASKED)
    assert [row["result"] for row in rows] == ["real", "real", "altered", "other settings"] + [
        "altered"
    ] * 3
    assert "2 real, 4 altered, 1 other settings" in capsys.readouterr().out
    assert rows[0]["student"] == "s0" and rows[0]["prediction"] == "40"
    assert float(rows[2]["trained again"]) == pytest.approx(receipt.loss, rel=1e-4)
    (losses, guesses) = csv.DictReader((tmp_path / "graded.distribution.csv").open())
    assert guesses["real receipts"] == "2" and float(guesses["median"]) == 40
    assert float(losses["largest"]) == pytest.approx(receipt.loss, rel=1e-4)
    assert rows[3]["why"] == "differs in dim" and not rows[-1]["receipt"].startswith("=")


def test_a_run_that_takes_too_long_is_not_trained(tmp_path, receipt):
    long = replace(receipt, text=TextSettings(tokens=2_000_000), settings=TrainSettings(epochs=900))
    rows = graded(tmp_path, [f"a,{receipts.write(long)}"])
    assert rows[0]["result"] == "other settings" and "too long" in rows[0]["why"]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"student,receipt\n"])
def test_a_file_without_receipts_is_a_mistake(tmp_path, content, capsys):
    (tmp_path / "a.csv").write_bytes(content)
    assert main(["grade", str(tmp_path / "a.csv"), "--out", str(tmp_path / "o.csv")]) == 2
    assert main(["grade", str(tmp_path / "missing.csv")]) == 2
    assert main(["grade", str(tmp_path / "a.csv"), "--set", "foo"]) == 2
    assert not (tmp_path / "o.csv").exists()
