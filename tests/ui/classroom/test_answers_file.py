import sqlite3
import sys

import pytest

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
    kept.waiting.join()
    assert [(room, student) for room, student, *_ in rows(path)] == [("BCDF", k) for k in (2, 3, 4)]
    assert all(len(answer) == 300 for *_, answer in rows(path))
    assert "keeps answers in a file" in here.stored()
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
