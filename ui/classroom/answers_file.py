"""Answers of classes in a file, if whoever starts the server asks for it:

    streamlit run dashboard.py -- --answers answers.sqlite

One table: the hour, the room, the student's number there, the question and the answer. No address,
no browser, no name. A page that says an answer has been taken says so when it is in the file: it
is there if the program is killed right after.
"""

import argparse
import contextlib
import logging
import queue
import sqlite3
import sys
import threading
import time
from functools import cache
from pathlib import Path

MOST = 100_000  # rows; the oldest make room
WAITING = 1_000  # answers that wait to be written; more are dropped, the room still has them
PATIENCE = 2.0  # seconds that a page waits for a slow disk
INSERT = "INSERT INTO answers (hour, room, student, question, answer) VALUES (?, ?, ?, ?, ?)"
DELETE = "DELETE FROM answers WHERE id <= (SELECT max(id) FROM answers) - ?"
TABLE = (
    "CREATE TABLE IF NOT EXISTS answers "
    "(id INTEGER PRIMARY KEY, hour TEXT, room TEXT, student INTEGER, question TEXT, answer TEXT)"
)


class Answers:
    """A file of answers, written by one thread: what a whole class sends at once goes to the disk
    together.

    problem: why it cannot be written at present; "" if it can.
    """

    def __init__(self, path: Path):
        self.path, self.waiting = path, queue.Queue(WAITING)
        self.connection, self.late, self.problem = None, [], ""
        self._store([])
        threading.Thread(target=self._write, daemon=True, name="answers").start()

    def keep(self, room: str, student: int, question: str, answer: float | str):
        """Write an answer; returns when it is in the file, or has waited long enough."""
        hour, written = time.strftime("%Y-%m-%d %H:00"), threading.Event()
        row = hour, room, student, question[:100], str(answer)[:300]
        with contextlib.suppress(queue.Full):
            self.waiting.put_nowait((row, written))
            written.wait(PATIENCE)

    def _write(self):
        while True:
            some = [self.waiting.get()]
            with contextlib.suppress(queue.Empty):
                while True:
                    some.append(self.waiting.get_nowait())
            self._store([row for row, _ in some])
            for _, written in some:
                written.set()

    def _store(self, rows):
        """Write rows, and those that could not be written before."""
        rows = (self.late + rows)[-WAITING:]
        try:
            self.connection = self.connection or _opened(self.path)
            with self.connection:
                self.connection.executemany(INSERT, rows)
                self.connection.execute(DELETE, (MOST,))
            self.late, self.problem = [], ""
        except sqlite3.Error as problem:
            self.late, self.problem = rows, str(problem)
            logging.getLogger(__name__).warning("No answers are kept in %s: %s", self.path, problem)


def _opened(path):
    connection = sqlite3.connect(path, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(TABLE)
        connection.commit()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


@cache
def answers() -> Answers | None:
    """The file that the server was started with; None without one."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--answers", type=Path)
    path = parser.parse_known_args(sys.argv[1:])[0].answers
    return Answers(path) if path else None
