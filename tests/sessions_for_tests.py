"""A visitor's session with a running server, as that of a browser, without the browser."""

import http.client
import json
import socket
import threading
import time
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileUploaderState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

SECONDS = 120  # limit for a wait: far more than it takes, because the machine may be busy
SIZE = 50_000_000  # largest message
# Kinds of widgets that a visitor can change, and what is typed
KINDS = (
    *("slider", "button_group", "checkbox", "selectbox"),
    *("number_input", "button", "text_input", "text_area"),
)
TYPED = ("", "film", "wojsko film", "1 2 3", "![x](http://evil.example)", "a" * 500, "9" * 40)


def together(count, act, within=0.0, limit=5 * SECONDS):
    """What act(k) returns for each of so many threads, which begin evenly spread over `within`
    seconds and have `limit` seconds; raises their first exception.
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
        thread.join(limit)
    if problems:
        raise problems[0]
    assert not any(thread.is_alive() for thread in threads)
    return found


def on_a_step(clicker, one):
    """A value that the slider or the arrows of a number box can reach."""
    step = one.step or 1.0
    low, high = one.min, min(one.max, one.min + 1_000 * step)
    return low + step * clicker.randint(0, max(0, round((high - low) / step)))


def a_move(clicker, one, kind):
    """Another state for a widget that is on the screen, as a browser sends it."""
    if kind == "slider" and one.options:
        return one, "string_array_value", [clicker.choice(list(one.options)) for _ in one.default]
    if kind == "slider":
        return one, "double_array_value", sorted(on_a_step(clicker, one) for _ in one.default)
    if kind == "button_group":
        return one, "string_array_value", [clicker.choice(list(one.options)).content]
    if kind == "checkbox":
        return one, "bool_value", clicker.random() < 0.5
    if kind == "selectbox":
        return one, "string_value", clicker.choice(list(one.options) or [""])
    if kind == "number_input":
        return one, "double_value", on_a_step(clicker, one)
    if kind == "button":
        return one, "trigger_value", True
    return one, "string_value", clicker.choice(TYPED)


class Session:
    """A session: the elements that a browser would show. A context manager.

    again: a session whose connection was cut, which this one takes up again.
    """

    def __init__(self, server, again=None):
        self.host, self.id = urlsplit(server.url).netloc, again.id if again else ""
        self.connection = connect(
            f"ws://{self.host}/_stcore/stream",
            subprotocols=["streamlit", "no-xsrf", *([again.id] if again else [])],
            max_size=SIZE,
            open_timeout=SECONDS,
            ping_interval=None,  # a machine that is busy with other tests may take its time
        )
        self.elements, self.fresh = {}, set()  # path -> element; paths of this run of the script
        self.begun, self.finished = False, False  # the run of the script that was asked for last
        self.page, self.query = "", ""

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
        self._rerun((button, "trigger_value", True))

    def set(self, *changes):
        """Change widgets in one run of the script; changes: each an element that has an id, the
        field of its state, and the value.
        """
        self._rerun(*changes)

    def upload(self, label, *files):
        """Give files, each a name and its bytes, to the uploader whose label begins so."""
        (uploader,) = [one for one in self.all("file_uploader") if one.label.startswith(label)]
        self.give(uploader, *files)

    def give(self, uploader, *files):
        """Give files to an uploader that is on the screen."""
        message = BackMsg()
        message.file_urls_request.request_id = uploader.id
        message.file_urls_request.session_id = self.id
        message.file_urls_request.file_names.extend(name for name, _ in files)
        self.urls = None
        self.socket.send(message.SerializeToString())
        self.wait(lambda session: session.urls is not None)
        state = FileUploaderState()
        for (name, data), urls in zip(files, self.urls, strict=True):
            self._put(urls.upload_url, name, data)
            one = state.uploaded_file_info.add(name=name, size=len(data), file_id=urls.file_id)
            one.file_urls.CopyFrom(urls)
        self._rerun((uploader, "file_uploader_state_value", state))

    def clear_caches(self):
        """What the menu of Streamlit's pages calls "Clear cache"."""
        self.socket.send(BackMsg(clear_cache=True).SerializeToString())

    def cut(self):
        """Cut the connection without a word, as a laptop that leaves the network does."""
        self.socket.socket.shutdown(socket.SHUT_RDWR)

    def hears(self, seconds):
        """The kinds of all messages that arrive within so many seconds."""
        end, heard = time.monotonic() + seconds, []
        while (left := end - time.monotonic()) > 0:
            try:
                message = ForwardMsg.FromString(self.socket.recv(timeout=left))
            except TimeoutError:
                break
            heard.append(message.WhichOneof("type"))
            self._take(message)
        return heard

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

    def _rerun(self, *changes):
        message, self.begun, self.finished = BackMsg(), False, False
        message.rerun_script.query_string = self.query
        message.rerun_script.page_name = self.page
        for element, kind, value in changes:
            state = message.rerun_script.widget_states.widgets.add()
            state.id = element.id
            if isinstance(value, list):
                getattr(state, kind).data.extend(value)
            elif kind == "file_uploader_state_value":
                state.file_uploader_state_value.CopyFrom(value)
            else:
                setattr(state, kind, value)
        self.socket.send(message.SerializeToString())

    def _put(self, path, name, data):
        """Send a file as a browser does: with the token of a page that it has loaded."""
        asked = http.client.HTTPConnection(self.host, timeout=SECONDS)
        asked.request("GET", "/_stcore/health")
        answer = asked.getresponse()
        answer.read()
        token = answer.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
        edge = "edge-of-a-file"
        head = (
            f"--{edge}\r\nContent-Disposition: form-data; name={json.dumps(name)}; "
            f"filename={json.dumps(name)}\r\n\r\n"
        )
        asked.request(
            "PUT",
            path,
            head.encode() + data + f"\r\n--{edge}--\r\n".encode(),
            {
                "Content-Type": f"multipart/form-data; boundary={edge}",
                "Cookie": f"_streamlit_xsrf={token}",
                "X-Xsrftoken": token,
            },
        )
        answer = asked.getresponse()
        assert answer.status == 204, (answer.status, answer.read())
        asked.close()

    def _take(self, message):
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.begun, self.finished, self.fresh = True, False, set()
            self.id = message.new_session.initialize.session_id
        elif kind == "file_urls_response":
            self.urls = list(message.file_urls_response.file_urls)
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
