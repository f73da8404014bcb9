"""A lesson with one teacher and thirty students in a real server: sessions as those of browsers.

Thirty visitors open the main page first; `pytest -s` prints both times side by side.
"""

import re
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl

import numpy as np
import pyarrow.ipc
import pytest
from servers_for_tests import Server
from sessions_for_tests import Session, together
from streamlit.proto.BackMsg_pb2 import BackMsg

from core.classroom import summaries
from core.seeds import run_measures, sweep, trial, verdict
from core.settings import TextSettings, TrainSettings
from core.texts import registry

pytestmark = [pytest.mark.load, pytest.mark.timeout(400)]

STUDENTS = 30
SMALL = "tokens=5000&epochs=1"
TEXT, SETTINGS = TextSettings(tokens=5_000), TrainSettings(epochs=1)
STEP = "lesson=1_was_it_the_seed&step=4"  # trains the settings of the address


@pytest.fixture(scope="module")
def server():
    with Server() as fresh:
        yield fresh


def timed(sessions, act):
    """Seconds until act(k, session) has ended for all at once."""
    started = time.monotonic()
    together(len(sessions), lambda k: act(k, sessions[k]))
    return time.monotonic() - started


def memory(server):
    """Bytes of the server's process."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return 1024 * int(re.search(r"VmRSS:\s+(\d+)", status)[1])


def enter(session, label, value):
    """Send a number in the box with this label, with a press of the button behind it."""
    (box,) = [one for one in session.all("number_input") if one.label.startswith(label)]
    (button,) = [one for one in session.all("button") if one.label == "Predict, then go on"]
    message, session.finished = BackMsg(), False
    message.rerun_script.query_string = session.query
    message.rerun_script.page_name = session.page
    states = message.rerun_script.widget_states.widgets
    state = states.add()
    state.id, state.double_value = box.id, value
    state = states.add()
    state.id, state.trigger_value = button.id, True
    session.socket.send(message.SerializeToString())


def says(text):
    return lambda session: text in session.said()


def test_a_lesson_with_a_teacher_and_thirty_students(server):
    with ExitStack() as stack:
        visitors = [stack.enter_context(Session(server)) for _ in range(STUDENTS)]

        def visit(k, session):
            session.open("", SMALL)
            session.wait(lambda s: s.finished and "Trained in" in s.said())

        without = timed(visitors, visit)
        with Session(server) as visitor:  # loads the page and all that it imports
            visitor.open("Class", SMALL)
            visitor.wait(lambda s: s.finished)
        before = memory(server)
        with Session(server) as teacher, Session(server) as projector:
            teacher.open("Class", SMALL)
            teacher.wait(lambda s: "Open a room" in s.buttons() and s.finished)
            teacher.press("Open a room")
            teacher.wait(lambda s: s.finished and "0 joined" in s.said())
            teacher.open("Class", f"{teacher.query}&{STEP}")
            teacher.wait(lambda s: s.finished and "0 of 0 have answered" in s.said())
            code = dict(parse_qsl(teacher.query))["room"]
            projector.open("Class", f"room={code}&me=projector")
            lesson(code, visitors, without)
            reveal(teacher, projector)
        growth = memory(server) - before
        print(f"memory grew by {growth / 1e6:.0f} MB; health {server.health():.3f} s")
        assert growth < 50_000_000


def lesson(code, students, without):
    """All join, predict and train the seed that they are given."""

    def join(k, session):
        session.elements.clear()
        session.open("Class", f"room={code}&{STEP}")
        session.wait(lambda s: s.finished and "Predict, then go on" in s.buttons())

    def predict(k, session):
        enter(session, "Your prediction", 3.0 * k)
        session.wait(lambda s: s.finished and any(b.startswith("Train") for b in s.buttons()))

    def train(k, session):
        (label,) = [one for one in session.buttons() if one.startswith("Train seed")]
        session.press(label)
        session.wait(says("It is in the room"))
        session.seed = int(label.rpartition(" ")[2])

    joined = timed(students, join)
    print(f"thirty opened the main page in {without:.1f} s, thirty joined in {joined:.1f} s")
    print(f"predicted in {timed(students, predict):.1f} s")
    print(f"trained in {timed(students, train):.1f} s")
    assert sorted(session.seed for session in students) == list(range(1, STUDENTS + 1))


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
