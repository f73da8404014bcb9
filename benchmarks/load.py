"""Thirty visitors at once, on two cores that they share with the server:
python benchmarks/load.py [--old FOLDER | --foresight] [--repeat 3] [ROW ...].

Visitors are websocket sessions as those of browsers, without the browsers. With the folder of an
older checkout both take turns, each on a fresh server, and ratios of the medians are told.
"""

import contextlib
import os
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

from common import arguments, as_installed, heading, table
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from servers_for_tests import ROOT, Server
from sessions_for_tests import together

from ui.jobs.foresight import SWITCH

CLASS, RUNS, MOVES = 30, 16, 5
LIMIT, SIZE, OPEN = 300.0, 100_000_000, 2.0  # seconds for a result; bytes; seconds for all to come
QUIET = 2.5  # seconds without a message after which no later result comes
IDLE, CONNECTS, WARM = 100, 1_000, 100
PICTURES = "vega_lite_chart", "bidi_component"  # kinds of elements
UNSEEN = "movie_preload"  # a component of older states that shows nothing
LIGHT = "Optimizers", "Gradients", "Text"  # Gradients leads to Equations today
# A process of its own asks for the health every 50 ms, until its input closes
PROBE = """
import sys, threading, time, urllib.request
over = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
while not over.wait(0.05):
    begun = time.monotonic()
    urllib.request.urlopen(sys.argv[1] + "/_stcore/health", timeout=120).read()
    print(time.monotonic() - begun, flush=True)
"""


class Visitor:
    """A session; counts what arrives."""

    def __init__(self, server):
        address = server.url.replace("http", "ws") + "/_stcore/stream"
        self.connection = connect(
            address, subprotocols=["streamlit", "no-xsrf"], max_size=SIZE, open_timeout=LIMIT
        )
        self.sliders, self.received, self.pictured, self.told = {}, 0, None, None

    def __enter__(self):
        self.socket = self.connection.__enter__()
        return self

    def __exit__(self, *problem):
        with contextlib.suppress(Exception):
            self.connection.__exit__(*problem)

    def open(self, page="", query=""):
        """Seconds until a page has its result."""
        self.page, self.query = page, query
        begun = time.monotonic()
        self._send()
        self.pictured = self.told = None
        while self._next(LIMIT) is not True:
            pass
        return time.monotonic() - begun

    def drag(self, label, values, pause):
        """Seconds from the last of several moves of a slider to the last result."""
        for value in values[:-1]:
            self._send(self.sliders[label], value)
            self.take_for(pause)
        self._send(self.sliders[label], values[-1])
        moved, last = time.monotonic(), None
        while last is None or time.monotonic() - last < QUIET:
            ended = self._next(LIMIT if last is None else QUIET)
            last = time.monotonic() if ended else (None if ended is False else last)
        return last - moved

    def move(self, label, value):
        """Seconds from the move of a slider to its result."""
        begun = time.monotonic()
        self._send(self.sliders[label], value)
        while self._next(LIMIT) is not True:
            pass
        return time.monotonic() - begun

    def take_for(self, seconds):
        """Receive what comes for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._next(left)

    def _send(self, slider=None, value=None):
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_name = self.page
        if slider:
            state = message.rerun_script.widget_states.widgets.add()
            state.id = slider
            state.double_array_value.data.append(value)
        self.socket.send(message.SerializeToString())

    def _next(self, seconds):
        """Take a message: True if a run has come to its end, False if one begins, else None."""
        try:
            content = self.socket.recv(timeout=seconds)
        except TimeoutError:
            return None
        self.received += len(content)
        message = ForwardMsg.FromString(content)
        kind = message.WhichOneof("type")
        if kind == "delta":
            element = message.delta.new_element
            self.sliders[element.slider.label] = element.slider.id
            if element.WhichOneof("type") == "exception":
                raise AssertionError(element.exception.message)
            picture = element.WhichOneof("type") in PICTURES
            if picture and element.bidi_component.component_name != UNSEEN and not self.pictured:
                self.pictured = time.monotonic()
            # Of Seeds: the first verdict, which its controls may still change
            if element.WhichOneof("type") == "alert" and self.told is None:
                self.told = time.monotonic()
        if kind == "new_session":
            return False
        finished = message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
        return True if kind == "script_finished" and finished else None


@contextlib.contextmanager
def health(server, figures):
    """Adds the seconds that the health check took to the figures."""
    probe = subprocess.Popen(
        [sys.executable, "-c", PROBE, server.url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield
    said, _ = probe.communicate(timeout=LIMIT)
    seconds = [float(line) for line in said.split()] or [0.0]
    figures |= {"health p95": quantile(seconds, 0.95), "health max": max(seconds)}


def quantile(values, share):
    """The smallest value that so many of the others do not exceed."""
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def memory(server):
    """Megabytes of the server process."""
    for line in Path(f"/proc/{server.process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1000
    raise AssertionError("no memory")


def opened(server, count, where):
    """Figures of visitors who each open what `where(k)` says: page, query."""

    def act(k):
        with Visitor(server) as visitor:
            begun = time.monotonic()
            seconds = visitor.open(*where(k))
            first = (visitor.pictured or time.monotonic()) - begun
            told = (visitor.told or time.monotonic()) - begun
            return seconds, first, told, visitor.received

    figures = {}
    with health(server, figures):
        found = together(count, act, OPEN)
    seconds, firsts, told, sizes = zip(*found, strict=True)
    return {
        "p50": statistics.median(seconds),
        "p95": quantile(seconds, 0.95),
        "last first picture": max(firsts),
        "p50 of the first message": statistics.median(told),
        "fastest": min(seconds),
        "MB a visitor": statistics.median(sizes) / 1e6,
        **figures,
    }


def warm(server):
    """All that a first visitor waits for is there."""
    with Visitor(server) as visitor:
        visitor.open("", "seed=999&tokens=5000&epochs=1")


def fresh_same(server):
    """All open the first page of a fresh server."""
    return opened(server, CLASS, lambda k: ("", ""))


def warm_different(server):
    """Each opens the first page with a seed of its own."""
    warm(server)
    return opened(server, CLASS, lambda k: ("", f"seed={k}"))


def dragging(server):
    """Each drags the seed over five positions."""
    warm(server)

    def act(k):
        with Visitor(server) as visitor:
            visitor.open("", f"seed={k}")
            ready.wait(LIMIT)
            return visitor.drag("Seed", [100 + MOVES * k + i for i in range(MOVES)], 0.3)

    ready, figures = threading.Barrier(CLASS), {}
    with health(server, figures):
        seconds = together(CLASS, act, OPEN)
    return {"p50": statistics.median(seconds), "p95": quantile(seconds, 0.95), **figures}


def light_pages(server):
    """Six open light pages, four times each, while 24 train."""
    warm(server)
    with Visitor(server) as visitor:
        for page in LIGHT:
            visitor.open(page)

    def act(k):
        with Visitor(server) as visitor:
            if k >= 6:
                visitor.open("", f"seed={k}")
                return []
            return [visitor.open(LIGHT[(k + i) % len(LIGHT)]) for i in range(4)]

    figures = {}
    with health(server, figures):
        seconds = [one for found in together(CLASS, act, OPEN) for one in found]
    return {"p50": statistics.median(seconds), "p95": quantile(seconds, 0.95), **figures}


def seeds_same(server):
    """All are on Seeds with the same settings."""
    warm(server)
    return opened(server, CLASS, lambda k: ("Seeds", f"seeds_n={RUNS}"))


def seeds_different(server):
    """All are on Seeds, each with settings of its own."""
    warm(server)
    return opened(
        server, CLASS, lambda k: ("Seeds", f"seeds_n={RUNS}&window={2 + k % 8}&dim={k + 5}")
    )


def uncertain(server, differ):
    """All are on Uncertainty with 100 points."""
    warm(server)
    query = "drop_experiment=Uncertainty&drop_n=100&drop_seed="
    return opened(server, CLASS, lambda k: ("Dropout", query + str(k * differ)))


def idle(server):
    """Memory of a fresh server with a hundred visitors who look at the first page."""
    gate = threading.Barrier(IDLE + 1)

    def act(k):
        with Visitor(server) as visitor:
            visitor.open()
            gate.wait(LIMIT)
            gate.wait(LIMIT)

    thread = threading.Thread(target=together, args=(IDLE, act, OPEN), daemon=True)
    thread.start()
    gate.wait(LIMIT)
    time.sleep(1)
    found = {"MB": memory(server)}
    gate.wait(LIMIT)
    thread.join(LIMIT)
    return found


def connects(server):
    """Memory before and after a thousand visitors who look at the first page and leave."""

    def visits(count):
        def act(k):
            for _ in range(count // 10):
                with Visitor(server) as visitor:
                    visitor.open()

        together(10, act, OPEN)
        time.sleep(3)
        return memory(server)

    before = visits(WARM)
    return {"MB": visits(CONNECTS), "MB before": before}


ROWS = {
    "fresh": ("30 open the first page within 2 s, fresh server, same settings", fresh_same),
    "warm": ("the same warm, each its seed", warm_different),
    "drag": ("30 drag five positions, last move to last result", dragging),
    "light": ("light pages while 24 train", light_pages),
    "seeds-same": ("30 on Seeds, 16 runs each, same settings", seeds_same),
    "seeds-different": ("the same, different settings (480 runs)", seeds_different),
    "uncertain-different": ("30 on Uncertainty, different", lambda s: uncertain(s, True)),
    "uncertain-same": ("the same, same settings", lambda s: uncertain(s, False)),
    "idle": ("memory: 100 idle visitors on a fresh server", idle),
    "connects": ("memory: 1,000 connect, get the result, leave", connects),
}


def measured(act, root, foresight="on"):
    """Figures of one row on a fresh server of a checkout."""
    load = os.getloadavg()[0]
    environment = {**as_installed(root), SWITCH: foresight}
    with Server(root, environment=environment) as server:
        return {**act(server), "load average": load}


def lines(title, found):
    """Lines of the table: each figure, median of the turns, old and new and their ratio."""
    for name in found[0][-1]:
        values = [
            statistics.median(turn[name] for turn in turns) for turns in zip(*found, strict=True)
        ]
        ratio = [f"{values[1] / values[0]:.2f}" if values[0] else ""] if len(values) == 2 else []
        yield [title, name, *(f"{value:.2f}" for value in values), *ratio]
        title = ""


def main():
    """Print the table."""
    parser = arguments(__doc__, text=False)
    parser.set_defaults(repeat=3)
    parser.add_argument("--old", type=Path, help="folder of an older checkout to compare with")
    parser.add_argument("--foresight", action="store_true", help="compare without and with it")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"out of {', '.join(ROWS)}")
    options = parser.parse_args()
    programs = {"new": (ROOT,)}
    if options.old:
        programs = {"old": (options.old,), **programs}
    elif options.foresight:
        programs = {"without foresight": (ROOT, "off"), "with": (ROOT, "on")}
    print(heading("Load, in seconds: median of the turns"))
    names = [*programs, *(["ratio"] if len(programs) > 1 else [])]
    print(table(["what", "figure", *names], []), flush=True)
    for name in options.rows or ROWS:
        title, act = ROWS[name]
        found = [[measured(act, *one) for one in programs.values()] for _ in range(options.repeat)]
        for line in lines(title, found):
            print("| " + " | ".join(line) + " |", flush=True)


if __name__ == "__main__":
    main()
