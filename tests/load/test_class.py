"""A lesson with one teacher and thirty students in a real server, and students and strangers who
flood it: sessions as those of browsers.

Thirty visitors open the main page first; `pytest -s` prints both times side by side.
"""

import contextlib
import json
import re
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.ipc
import pytest
from classes_for_tests import SMALL, answer, join, open_a_room, predict, train
from servers_for_tests import Server
from sessions_for_tests import Session, together
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed

from core.classroom import rooms, summaries
from core.seeds import run_measures, sweep, trial, verdict
from core.settings import TextSettings, TrainSettings
from core.texts import registry
from ui import message_rate

pytestmark = [pytest.mark.load, pytest.mark.timeout(400)]

STUDENTS = 30
FLOODED, EACH_SECOND = 2.0, 500  # seconds before the others begin; messages of each flood
TEXT, SETTINGS = TextSettings(tokens=5_000), TrainSettings(epochs=1)


@pytest.fixture(scope="module")
def server():
    with Server() as fresh:
        yield fresh


def timed(sessions, act):
    """Seconds until act(k, session) has ended for all at once, and what each has returned."""
    started = time.monotonic()
    found = together(len(sessions), lambda k: act(k, sessions[k]))
    return time.monotonic() - started, found


def memory(server):
    """Bytes of the server's process."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return 1024 * int(re.search(r"VmRSS:\s+(\d+)", status)[1])


def says(text):
    return lambda session: text in session.said()


def test_a_lesson_with_a_teacher_and_thirty_students(server):
    with ExitStack() as stack:
        visitors = [stack.enter_context(Session(server)) for _ in range(STUDENTS)]

        def visit(k, session):
            session.open("", SMALL)
            session.wait(lambda s: s.finished and "Trained in" in s.said())

        without, _ = timed(visitors, visit)
        with Session(server) as visitor:  # loads the page and all that it imports
            visitor.open("Class", SMALL)
            visitor.wait(lambda s: s.finished)
        before = memory(server)
        with Session(server) as teacher, Session(server) as projector:
            code = open_a_room(teacher)
            projector.open("Class", f"room={code}&me=projector")
            lesson(code, visitors, without)
            reveal(teacher, projector)
        growth = memory(server) - before
        print(f"memory grew by {growth / 1e6:.0f} MB; health {server.health():.3f} s")
        assert growth < 50_000_000


def lesson(code, students, without):
    """All join, predict and train the seed that they are given."""
    joined, _ = timed(students, lambda k, session: join(session, code))
    print(f"thirty opened the main page in {without:.1f} s, thirty joined in {joined:.1f} s")
    predicted, _ = timed(students, lambda k, session: predict(session, 3.0 * k))
    trained, seeds = timed(students, lambda k, session: train(session))
    print(f"predicted in {predicted:.1f} s, trained in {trained:.1f} s")
    assert sorted(seeds) == list(range(1, STUDENTS + 1))


def reveal(teacher, projector):
    """The teacher reveals the predictions, then the runs; the projector shows all of them."""
    teacher.open("Class", teacher.query)
    teacher.wait(lambda s: s.finished and f"{STUDENTS} of {STUDENTS} have answered" in s.said())
    teacher.press("Reveal")
    teacher.wait(lambda s: s.finished)
    projector.open("Class", projector.query)
    projector.wait(lambda s: s.finished and "In truth" in s.said())
    rows = pyarrow.ipc.open_stream(
        projector.all("vega_lite_chart")[0].datasets[0].data.data
    ).read_pandas()
    bars = rows[rows["kind"] == "bar"]
    wanted, _ = np.histogram(3.0 * np.arange(STUDENTS), 20, (0, 100))
    assert list(bars["count"]) == wanted.tolist()
    teacher.press("All runs in one picture")
    teacher.wait(lambda s: s.finished)
    projector.open("Class", projector.query)
    judgment = judged(range(1, STUDENTS + 1))
    projector.wait(says(f"After {STUDENTS} seeds: {judgment.title}"))
    projector.wait(says(judgment.verdict))


def judged(seeds):
    """The verdict of `core judge` over these seeds, before its controls."""
    corpus = registry.load(TEXT)
    facts = trial.known(corpus)
    runs = [sweep.compute(corpus, replace(SETTINGS, seed=seed)) for seed in seeds]
    chosen = summaries.words(facts)
    groups = run_measures.grouped(chosen, facts.index)
    compared = run_measures.K, run_measures.FLOOR
    measured = run_measures.measure(runs, facts.counts, *groups, *compared)
    return verdict.judge(verdict.case(measured, facts, chosen))


def numbers(server, code):
    """What the server says of a room to those who watch it."""
    with urllib.request.urlopen(f"{server.url}/room/{code}", timeout=60) as found:
        return json.load(found)


def answers_of(student):
    """Other answers without end."""
    messages = [answer(student, float(k)) for k in range(100)]
    return lambda k: messages[k % 100]


def guesses_of(code):
    """Other keys of the teacher without end."""

    def message(k):
        found = BackMsg()
        found.rerun_script.page_name = "Class"
        found.rerun_script.query_string = f"room={code}&key={k:032x}"
        return found.SerializeToString()

    return message


def flood(session, message, over):
    """Send message(k), k from 0, and read nothing, until it is over or the server has enough;
    returns how many were sent.
    """
    k, begun = 0, time.monotonic()
    with contextlib.suppress(ConnectionClosed, OSError):
        while not over.wait(max(0.0, begun + k / EACH_SECOND - time.monotonic())):
            session.socket.send(message(k))
            k += 1
    session.cut()
    return k


def test_those_who_flood_harm_nobody(server):
    over = threading.Event()
    with ExitStack() as stack, ThreadPoolExecutor(5) as floods:
        stack.callback(over.set)
        teacher, *sessions = [stack.enter_context(Session(server)) for _ in range(11)]
        code = open_a_room(teacher)
        for session in sessions[:8]:
            join(session, code)
        students, others, strangers = sessions[:3], sessions[3:8], sessions[8:]
        messages = [*map(answers_of, students), guesses_of(code), guesses_of("ABCD")]
        floods_by = [*students, *strangers]
        before, begun = memory(server), time.monotonic()
        sent = [floods.submit(flood, *each, over) for each in zip(floods_by, messages, strict=True)]
        time.sleep(FLOODED)
        assert server.health(timeout=60) < 60
        timed(others, lambda k, session: predict(session, 10.0 * k))
        _, seeds = timed(others, lambda k, session: train(session))
        assert server.health(timeout=60) < 60
        growth, seconds = memory(server) - before, time.monotonic() - begun
        changes = numbers(server, code)["version"]
        over.set()
        counts = [one.result() for one in sent]
        print(f"{sum(counts)} messages in {seconds:.1f} s; memory grew by {growth / 1e6:.0f} MB")
        teacher.open("Class", teacher.query)
        teacher.wait(lambda s: s.finished and "8 of 8 have answered" in s.said())
    assert len(set(seeds)) == len(others) and min(counts) > 2 * message_rate.BURST
    # Of all that was sent, no more has been taken than a student may send
    allowed = rooms.BURST + rooms.REFILL * seconds + 1
    assert changes <= 3 * allowed + 2 * len(others) + 20
    assert growth < 50_000_000
