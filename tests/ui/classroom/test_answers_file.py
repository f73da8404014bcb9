import sqlite3
import sys

import pytest
from sessions_for_tests import together

from ui.classroom import answers_file, here


@pytest.fixture
def fresh():
    answers_file.answers.cache_clear()
    yield
    answers_file.answers.cache_clear()


def rows(path):
    with sqlite3.connect(path) as connection:
        return connection.execute("SELECT room, student, question, answer FROM answers").fetchall()


def test_no_file_is_written_unless_the_server_is_asked_to(fresh, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["dashboard.py"])
    assert answers_file.answers() is None and here.stored() == ""


def test_answers_are_kept_without_names_and_capped(fresh, monkeypatch, tmp_path):
    path = tmp_path / "a.sqlite"
    monkeypatch.setattr(sys, "argv", ["dashboard.py", "--answers", str(path)])
    monkeypatch.setattr(answers_file, "MOST", 3)
    kept = answers_file.answers()
    for k in range(5):
        kept.keep("BCDF", k, "q'; DROP TABLE answers; --", "x" * 100_000)
    assert [(room, student) for room, student, *_ in rows(path)] == [("BCDF", k) for k in (2, 3, 4)]
    assert all(len(answer) == 300 for *_, answer in rows(path))
    assert "keeps answers in a file" in here.stored()
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_an_answer_is_in_the_file_when_keeping_it_has_ended(tmp_path):
    path = tmp_path / "a.sqlite"
    kept = answers_file.Answers(path)
    together(8, lambda k: kept.keep("BCDF", k, "q", 1.0))
    assert sorted(rows(path)) == [("BCDF", k, "q", "1.0") for k in range(8)]


def test_a_file_that_cannot_be_written_is_said_and_what_is_late_comes_later(
    fresh, monkeypatch, tmp_path, caplog
):
    path = tmp_path / "there" / "a.sqlite"
    monkeypatch.setattr(sys, "argv", ["dashboard.py", "--answers", str(path)])
    kept = answers_file.answers()
    kept.keep("BCDF", 0, "q", 1.0)
    assert "cannot write" in here.stored() and "No answers are kept" in caplog.text
    path.parent.mkdir()
    kept.keep("BCDF", 1, "q", 2.0)
    assert "cannot write" not in here.stored()
    assert [student for _, student, *_ in rows(path)] == [0, 1]
    (tmp_path / "b.sqlite").write_text("no database" * 100)
    assert answers_file.Answers(tmp_path / "b.sqlite").problem
