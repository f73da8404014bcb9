"""Pages run in turn: of those that wait, the one that has waited longest, or takes least.

All scripts share one interpreter. When a class comes at once, thirty that run side by side are all
done at the end; two at a time take as long together, and the visitor in the middle waits half as
long. A script that waits for a worker lets others run meanwhile, and one that takes long loses its
place, but goes on: so nothing that hangs holds up others for more than LEASE.
"""

import heapq
import threading
import time
from contextlib import contextmanager
from itertools import count

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

AT_ONCE = 2
LEASE = 0.3  # seconds that a script may count as one of those that run
# Seconds that a page lets others go before it for each second that it takes, of the processor or of
# waiting for a worker: pages that compute nothing do not stand in line behind thirty that train
COURTESY = 10.0
MOST_AWAY = 0.3  # seconds of waiting that count: a long computation is not let wait all the longer
NEWEST = 0.2  # the share that the newest run has in the mean of its page
PAGES = 100  # names of pages remembered: visitors may make them up
_run_script = ScriptRunner._run_script


class Turns:
    """Lets some threads run and others wait; may be used from any thread."""

    def __init__(self, at_once=AT_ONCE, lease=LEASE):
        self.at_once, self.lease = at_once, lease
        self.lock, self.waiting, self.running, self.numbers = threading.Lock(), [], {}, count()

    def take(self, due):
        """Wait for a turn, and return what gives it back. due: who is due earlier goes first."""
        mine = threading.Event()
        with self.lock:
            heapq.heappush(self.waiting, (due, next(self.numbers), mine))
            self._admit()
        while not mine.wait(self.lease):
            with self.lock:
                self._admit()
        return mine

    def give_back(self, turn):
        """End a turn; one that has lost its place may end, too."""
        with self.lock:
            self.running.pop(turn, None)
            self._admit()

    def _admit(self):
        now = time.monotonic()
        for turn in [turn for turn, ends in self.running.items() if ends < now]:
            del self.running[turn]
        while self.waiting and len(self.running) < self.at_once:
            *_, turn = heapq.heappop(self.waiting)
            self.running[turn] = now + self.lease
            turn.set()


_turns, _here = Turns(), threading.local()
_took = {}  # page -> seconds of the processor, a moving mean


def keep():
    """Let the scripts of all sessions run in turn."""
    ScriptRunner._run_script = _in_turn


def _in_turn(runner, data):
    page = data.page_script_hash, data.page_name, bool(data.fragment_id_queue)
    seconds, begun = _took.get(page, 0.0), time.thread_time()
    _here.due = time.monotonic() + COURTESY * seconds
    _here.turn, _here.away = _turns.take(_here.due), 0.0
    try:
        _run_script(runner, data)
    finally:
        _turns.give_back(_here.turn)
        _here.turn = None
        if len(_took) >= PAGES:
            _took.clear()
        took = time.thread_time() - begun + min(_here.away, MOST_AWAY)
        _took[page] = (1 - NEWEST) * seconds + NEWEST * took


@contextmanager
def away():
    """Around what a script waits for: others run meanwhile. Unless the script is over, it waits for
    its turn then, before those that have begun later.
    """
    if not getattr(_here, "turn", None):
        yield
        return
    _turns.give_back(_here.turn)
    _here.turn, left = None, time.monotonic()
    yield
    _here.away += time.monotonic() - left
    _here.turn = _turns.take(_here.due)
