"""A class of thirty opens the page at once: websocket sessions as those of browsers, without the
browsers.
"""

import threading
import time

import pytest
from servers_for_tests import Server, most_workers
from sessions_for_tests import together
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

pytestmark = [pytest.mark.load, pytest.mark.timeout(400)]

VISITORS, SETTINGS = 30, 4
SECONDS = 240  # limit for a result: far more than it takes, because the machine may be busy
SIZE = 50_000_000  # largest message


class Visitor:
    """A session: the elements that a browser would show."""

    def __init__(self, server):
        address = server.url.replace("http", "ws") + "/_stcore/stream"
        self.sliders = {}  # label -> id
        self.connection = connect(
            address, subprotocols=["streamlit", "no-xsrf"], max_size=SIZE, open_timeout=SECONDS
        )

    def __enter__(self):
        self.socket = self.connection.__enter__()
        return self

    def __exit__(self, *problem):
        self.connection.__exit__(*problem)

    def ask(self, query):
        """Open the page with a query string, as a reload does."""
        message = BackMsg()
        message.rerun_script.query_string = self.query = query
        self.socket.send(message.SerializeToString())

    def move(self, label, value):
        """Move the slider with this label, which the page must show."""
        message = BackMsg()
        message.rerun_script.query_string = self.query
        state = message.rerun_script.widget_states.widgets.add()
        state.id = self.sliders[label]
        state.double_array_value.data.append(value)
        self.socket.send(message.SerializeToString())

    def result(self):
        """The numbers of the finished page; AssertionError if it shows an exception or does not
        finish.
        """
        trained, metrics, end = False, {}, time.monotonic() + SECONDS
        while time.monotonic() < end:
            message = ForwardMsg.FromString(self.socket.recv(timeout=end - time.monotonic()))
            kind = message.WhichOneof("type")
            if kind == "delta":
                element = message.delta.new_element
                assert element.WhichOneof("type") != "exception", element.exception.message
                trained |= "Trained in" in element.markdown.body
                self.sliders[element.slider.label] = element.slider.id
                if element.WhichOneof("type") == "metric":
                    metrics[element.metric.label] = element.metric.body
            elif (
                kind == "script_finished"
                and trained
                and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
            ):
                return metrics
        raise AssertionError("no result")


@pytest.fixture(scope="module")
def server():
    with Server() as fresh:
        yield fresh


class Watch:
    """Checks the health of the server, and counts its workers, while a test runs."""

    def __init__(self, server):
        self.server, self.over, self.healths, self.workers, self.problems = (
            server,
            threading.Event(),
            [],
            [],
            [],
        )
        self.thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join(60)

    def _look(self):
        while not self.over.wait(0.1):
            try:
                self.healths.append(self.server.health(timeout=30))
            except OSError as problem:
                self.problems.append(problem)
            self.workers.append(len(self.server.workers()))


def test_thirty_visitors_train_at_once_and_all_get_their_result(server):
    def visit(k):
        with Visitor(server) as visitor:
            visitor.ask(f"tokens=20000&epochs=5&seed={k % SETTINGS}")
            return visitor.result()

    with Watch(server) as watch:
        results = together(VISITORS, visit)
    assert len(results) == VISITORS and all(result["Loss per pair"] for result in results)
    # The same settings, the same numbers
    assert len({tuple(result.items()) for result in results}) == SETTINGS
    for k in range(SETTINGS, VISITORS):
        assert results[k] == results[k % SETTINGS]
    assert watch.problems == [] and watch.healths
    assert max(watch.workers) <= most_workers()


def test_visitors_who_leave_take_their_trainings_with_them(server):
    def leave(k):
        with Visitor(server) as visitor:
            visitor.ask(f"tokens=100000&epochs=100&seed={50 + k}")  # minutes of work each
            visitor.socket.recv(timeout=SECONDS)

    together(12, leave)
    with Visitor(server) as visitor, Watch(server) as watch:
        visitor.ask("tokens=20000&epochs=5&seed=40")
        assert visitor.result()["Loss per pair"]
    assert watch.problems == []
    assert max(watch.workers) <= most_workers()


def test_a_visitor_who_moves_ten_times_gets_the_last_result(server):
    with Visitor(server) as visitor, Visitor(server) as other:
        visitor.ask("tokens=20000&epochs=5&seed=19")
        first = visitor.result()
        for seed in range(20, 30):
            visitor.move("Seed", seed)
            time.sleep(0.05)
        other.ask("tokens=20000&epochs=5&seed=29")
        last = other.result()
        assert last != first
        while visitor.result() != last:  # results of earlier moves may come first
            pass
