"""What goes wrong around a real server: it is killed, in mid-class too, connections are cut, caches
are cleared, a second server runs in its folder, and nothing can be written.

By hand with a connection that is cut for more than two minutes: `WORD2VEC_LAB_CUT=130 pytest
tests/load/test_faults.py -k cut`.
"""

import os
import resource
import shutil
import signal
import sqlite3
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest
from classes_for_tests import join, open_a_room, predict, train
from servers_for_tests import ROOT, Server
from sessions_for_tests import SECONDS, Session, together

from ui.player import vega
from ui.server import paths

pytestmark = [pytest.mark.load, pytest.mark.timeout(400)]

CUT = float(os.environ.get("WORD2VEC_LAB_CUT", "3"))
STORY = "Ala ma kota. Kot ma Alę. Pies nie ma kota.\n"
SHORT = "tokens=5000&epochs=1"
LONG = "tokens=60000&epochs=50&seed="  # long enough for its Stop to be shown
LARGEST = 500_000  # bytes of a file, where the disk is full


def pasted(session, text):
    """Paste a text on a page that is there; returns what the page then says."""
    (box,) = [one for one in session.all("text_area") if one.label == "Or paste some text"]
    session.set((box, "string_value", text))
    session.wait(lambda s: s.finished and "Reading" not in s.said())
    return session.said()


def trained(session, query):
    """The finished first page's texts."""
    session.open("", query)
    session.wait(lambda s: s.finished and "Trained in" in s.said())
    return session.said()


def in_training(session, seed, more=""):
    session.open("", f"{LONG}{seed}&{more}")
    session.wait(lambda s: "Stop" in s.buttons())
    return session


def alive(process):
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def all_gone(processes):
    end = time.monotonic() + SECONDS
    while any(map(alive, processes)):
        assert time.monotonic() < end, "workers outlive their server"
        time.sleep(0.05)
    return True


def test_a_killed_server_leaves_no_worker_and_its_texts_go_at_the_next_start(tmp_path):
    here = {"TMPDIR": str(tmp_path)}

    def texts():
        return list(tmp_path.glob("word2vec-lab-*/own-*"))

    with Server(environment=here) as killed, Session(killed) as visitor, Session(killed) as other:
        trained(visitor, SHORT)
        pasted(visitor, STORY * 20)
        left, workers = texts(), killed.workers()
        in_training(other, 71)
        killed.process.send_signal(signal.SIGKILL)
        killed.process.wait()
        assert workers and all_gone(workers) and len(left) == 1
    with Server(environment=here) as stopped, Session(stopped) as visitor:
        assert not texts(), "the texts of the killed server"
        trained(visitor, SHORT)
        pasted(visitor, STORY * 30)
        in_training(visitor, 71)
        assert len(texts()) == 1
        workers = stopped.workers()
        stopped.process.send_signal(signal.SIGTERM)
        stopped.process.wait(SECONDS)
        assert workers and all_gone(workers)
        assert not texts()


def kept(path):
    """The rooms, students and answers of a file of answers."""
    with sqlite3.connect(path) as file:
        return file.execute("SELECT room, student, answer FROM answers ORDER BY id").fetchall()


def test_a_server_killed_in_mid_class_forgets_its_rooms_and_keeps_its_answers(tmp_path):
    options = ("--", "--answers", str(tmp_path / "answers.sqlite"))
    with ExitStack() as stack:
        killed = stack.enter_context(Server(options=options))
        pages = [stack.enter_context(Session(killed)) for _ in range(5)]
        teacher, projector, *students = pages
        code = open_a_room(teacher)
        projector.open("Class", f"room={code}&me=projector")
        projector.wait(lambda s: s.finished and code in s.said())
        for k, student in enumerate(students):
            join(student, code)
            predict(student, 10.0 * k)
        train(students[0])
        in_training(students[1], 71, f"room={code}")
        killed.process.send_signal(signal.SIGKILL)
        killed.process.wait()
        answers = kept(options[-1])
        assert answers == [(code, k, str(10.0 * k)) for k in range(3)]
        fresh = stack.enter_context(Server(options=options, port=killed.port))
        gone = f"There is no room {code}."
        for page in pages:
            with Session(fresh, again=page) as again:
                again.open(page.page, page.query)
                again.wait(lambda s: s.finished and gone in s.said().replace("\u2060", ""))
                again.press("Leave the room")
                again.wait(lambda s: s.finished and "There is no room" not in s.said())
                if page is teacher:
                    code_after = open_a_room(stack.enter_context(Session(fresh)))
        late = stack.enter_context(Session(fresh))
        join(late, code_after)
        predict(late, 90.0)
        assert kept(options[-1]) == [*answers, (code_after, 0, "90.0")]
        assert "Traceback" not in fresh.said()


def test_who_comes_to_any_page_before_the_server_is_ready_gets_it():
    """What the page of one imports is not used half by that of another."""
    with Server() as server:
        views = list(paths().values())

        def visit(k):
            with Session(server) as session:
                session.open(views[k].removeprefix("/"))
                session.wait(lambda s: s.finished)

        together(len(views), visit, limit=SECONDS)
        assert "Traceback" not in server.said()


class Opened(Server):
    """A server as a teacher opens it to a class."""

    def command(self):
        here = "--address", "127.0.0.1", "--name", "127.0.0.1"
        return ["ui.open_to_class", "--port", str(self.port), *here]


@pytest.mark.parametrize("started", [Server, Opened])
def test_ctrl_c_ends_server_and_workers_without_a_traceback(started):
    with started(start_new_session=True) as server:  # else the tests would hear of it, too
        with Session(server) as session:
            in_training(session, 71)
            workers = server.workers()
            os.killpg(server.process.pid, signal.SIGINT)  # as a terminal does
            server.process.wait(SECONDS)
        assert workers and all_gone(workers)
        assert "Traceback" not in server.said()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_server_opened_to_a_class_ends_with_its_command(how):
    with Opened() as server:
        with Session(server) as session:
            trained(session, SHORT)
        workers = server.workers()
        assert workers and "Students open:      http://127.0.0.1" in server.said()
        server.process.send_signal(how)
        server.process.wait(SECONDS)
        assert all_gone(workers)
        with pytest.raises(OSError, match="refused"):
            server.health()


def test_a_connection_that_is_cut_in_mid_training_comes_back_to_the_result():
    kept = 1 if CUT < 60 else 120  # seconds: a longer cut ends the session
    cuts = ((71, 0.2, True), (72, CUT, kept > CUT))
    with Server(options=("--server.disconnectedSessionTTL", str(kept))) as server:
        for seed, seconds, same in cuts:
            with Session(server) as before, Session(server) as other:
                in_training(before, seed)
                before.cut()
                time.sleep(seconds)
                for _ in range(20):
                    other.clear_caches()
                with Session(server, again=before) as after:
                    trained(after, f"{LONG}{seed}")
                    assert (after.id == before.id) == same


@pytest.fixture
def folder(tmp_path):
    """The program in a folder in which it has never run."""
    away = shutil.ignore_patterns(
        *(".git*", ".venv", ".*cache*", "__pycache__", ".ci", ".hypothesis", "runs", "sweeps"),
        *("tests", "benchmarks", "docs"),
    )
    return shutil.copytree(ROOT, tmp_path / "program", ignore=away)


def test_two_servers_in_one_folder(folder):
    with Server(folder) as one, Server(folder) as other:

        def visit(k):
            with Session((one, other)[k]) as visitor:
                return trained(visitor, f"{SHORT}&corpus=python-docs").partition("Trained in")[2]

        found = together(2, visit)
        assert all(found)
        assert "Traceback" not in one.said() + other.said()


def full():
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST, LARGEST))


def test_where_nothing_can_be_written_all_but_large_uploads_goes_on(folder):
    (folder / "data" / ".cache").write_text("in the way of the folder of this name")
    with Server(folder, preexec_fn=full) as server, Session(server) as visitor:
        trained(visitor, f"{SHORT}&corpus=python-docs")
        with urllib.request.urlopen(server.url + vega.url()) as script:
            assert b"vegaEmbedOffline" in script.read()
        said = pasted(visitor, STORY * (LARGEST // 40))
        assert "cannot be kept" in said and "Traceback" not in server.said()
        assert "Trained in" in trained(visitor, SHORT)
