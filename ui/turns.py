"""Pages run in turn, in the order in which visitors asked.

All scripts share one interpreter. When a class comes at once, thirty that run side by side are all
done at the end; two at a time take as long together, and the visitor in the middle waits half as
long. A script that waits for a worker lets others run meanwhile, and one that takes long loses its
place, but goes on: so nothing that hangs holds up others for more than LEASE.
"""

import threading
import time
from collections import deque
from contextlib import contextmanager

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

AT_ONCE = 2
LEASE = 0.3  # seconds that a script may count as one of those that run
_run_script = ScriptRunner._run_script


class Turns:
    """Lets some threads run and others wait; may be used from any thread."""

    def __init__(self, at_once=AT_ONCE, lease=LEASE):
        self.at_once, self.lease = at_once, lease
        self.lock, self.waiting, self.running = threading.Lock(), deque(), {}

    def take(self):
        """Wait for a turn, and return what gives it back."""
        mine = threading.Event()
        with self.lock:
            self.waiting.append(mine)
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
            turn = self.waiting.popleft()
            self.running[turn] = now + self.lease
            turn.set()


_turns, _here = Turns(), threading.local()


def keep():
    """Let the scripts of all sessions run in turn."""
    ScriptRunner._run_script = _in_turn


def _in_turn(runner, rerun_data):
    _here.turn = _turns.take()
    try:
        _run_script(runner, rerun_data)
    finally:
        _turns.give_back(_here.turn)
        _here.turn = None


@contextmanager
def away():
    """Around what a script waits for: others run meanwhile, and it waits for its turn again."""
    if not getattr(_here, "turn", None):
        yield
        return
    _turns.give_back(_here.turn)
    try:
        yield
    finally:
        _here.turn = _turns.take()
