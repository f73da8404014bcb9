"""A visitor's session with a running server, as that of a browser, without the browser."""

import threading
import time

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

SECONDS = 120  # limit for a wait: far more than it takes, because the machine may be busy
SIZE = 50_000_000  # largest message


def together(count, act, within=0.0):
    """What act(k) returns for each of so many threads, which begin evenly spread over `within`
    seconds; raises their first exception.
    """
    found, problems, gate = [None] * count, [], threading.Barrier(count)

    def run(k):
        try:
            gate.wait(60)
            time.sleep(within * k / count)
            found[k] = act(k)
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=run, args=(k,), daemon=True) for k in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5 * SECONDS)
    if problems:
        raise problems[0]
    assert not any(thread.is_alive() for thread in threads)
    return found


class Session:
    """A session: the elements that a browser would show. A context manager."""

    def __init__(self, server):
        address = server.url.replace("http", "ws") + "/_stcore/stream"
        self.connection = connect(
            address, subprotocols=["streamlit", "no-xsrf"], max_size=SIZE, open_timeout=SECONDS
        )
        self.elements, self.fresh = {}, set()  # path -> element; paths of this run of the script
        self.finished, self.states = False, {}

    def __enter__(self):
        self.socket = self.connection.__enter__()
        return self

    def __exit__(self, *problem):
        self.connection.__exit__(*problem)

    def open(self, page, query=""):
        """Open a page with a query string; "" is the main page."""
        self.page, self.query = page, query
        self._rerun()

    def press(self, label):
        """Press the button with this label, which must be on the screen."""
        (button,) = [one for one in self.all("button") if one.label == label]
        self._rerun(pressed=button.id)

    def all(self, kind):
        """All elements of a kind on the screen."""
        return [
            getattr(element, kind)
            for element in self.elements.values()
            if element.WhichOneof("type") == kind
        ]

    def buttons(self):
        """The labels of all buttons."""
        return [button.label for button in self.all("button")]

    def said(self):
        """All alerts, progress bars and texts, in one string."""
        return " | ".join(
            [alert.body for alert in self.all("alert")]
            + [bar.text for bar in self.all("progress")]
            + [text.body for text in self.all("markdown")]
        )

    def wait(self, until):
        """Follow the page until a condition holds; AssertionError if the page shows an
        exception, or the condition does not hold in time.
        """
        end = time.monotonic() + SECONDS
        while not until(self):
            assert time.monotonic() < end, f"it did not happen: {self.said()[:2000]}"
            try:
                content = self.socket.recv(timeout=1.0)
            except TimeoutError:
                continue
            self._take(ForwardMsg.FromString(content))

    def _rerun(self, pressed=None):
        message, self.finished = BackMsg(), False
        message.rerun_script.query_string = self.query
        message.rerun_script.page_name = self.page
        if pressed:
            state = message.rerun_script.widget_states.widgets.add()
            state.id, state.trigger_value = pressed, True
        self.socket.send(message.SerializeToString())

    def _take(self, message):
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.finished, self.fresh = False, set()
        elif kind == "page_info_changed":  # the script has written the address
            self.query = message.page_info_changed.query_string.removeprefix("?")
        elif kind == "script_finished":
            if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                self.finished = True
                self.elements = {k: v for k, v in self.elements.items() if k in self.fresh}
        elif kind == "delta":
            path, delta = tuple(message.metadata.delta_path), message.delta
            if delta.WhichOneof("type") == "new_element":
                self._forget_below(path)
                element = delta.new_element
                assert element.WhichOneof("type") != "exception", element.exception
                self.elements[path] = element
            elif path in self.elements:
                self._forget_below(path)
            self.fresh.add(path)

    def _forget_below(self, path):
        for other in [other for other in self.elements if other[: len(path)] == path]:
            del self.elements[other]
