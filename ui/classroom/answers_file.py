"""Answers of classes in a file, if whoever starts the server asks for it:

    streamlit run dashboard.py -- --answers answers.sqlite

One table: the hour, the room, the student's number there, the question and the answer. No address,
no browser, no name.
"""

import argparse
import queue
import sqlite3
import sys
import threading
import time
from functools import cache
from pathlib import Path

MOST = 100_000  # rows; the oldest make room
WAITING = 1_000  # answers that wait to be written; more are dropped, the room still has them
TABLE = (
    "CREATE TABLE IF NOT EXISTS answers "
    "(id INTEGER PRIMARY KEY, hour TEXT, room TEXT, student INTEGER, question TEXT, answer TEXT)"
)


class Answers:
    """A file of answers, written by one thread, so that no page waits for the disk."""

    def __init__(self, path: Path):
        self.path, self.waiting = path, queue.Queue(WAITING)
        self.connection = sqlite3.connect(path, check_same_thread=False)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute(TABLE)
        self.connection.commit()
        threading.Thread(target=self._write, daemon=True, name="answers").start()

    def keep(self, room: str, student: int, question: str, answer: float | str):
        """Write an answer, soon."""
        hour = time.strftime("%Y-%m-%d %H:00")
        row = hour, room, student, question[:100], str(answer)[:300]
        if not self.waiting.full():
            self.waiting.put(row)

    def _write(self):
        while True:
            row = self.waiting.get()
            with self.connection:
                self.connection.execute(
                    "INSERT INTO answers (hour, room, student, question, answer) "
                    "VALUES (?, ?, ?, ?, ?)",
                    row,
                )
                self.connection.execute(
                    "DELETE FROM answers WHERE id <= (SELECT max(id) FROM answers) - ?", (MOST,)
                )
            self.waiting.task_done()


@cache
def answers() -> Answers | None:
    """The file that the server was started with; None without one."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--answers", type=Path)
    path = parser.parse_known_args(sys.argv[1:])[0].answers
    return Answers(path) if path else None
