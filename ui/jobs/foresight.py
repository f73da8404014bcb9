"""What visitors will probably ask for next, computed while nobody needs the workers.

A page says what its next moves may be, the likeliest first. One of them at a time is computed, for
the visitor who came last, when no visitor has had anything under way for a while. It has the lowest
priority (`ui.jobs.shares`): it is paused as soon as a visitor needs its worker. What has been
computed is kept as all results are, up to `broker.FORESEEN_BYTES`.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

from core.errors import UserError
from ui.jobs.broker import Broker, broker
from ui.jobs.shares import FORESIGHT

SWITCH = "WORD2VEC_LAB_FORESIGHT"  # "off" in the environment of the server switches it off
# Seconds, for each visitor of whom something is expected: the page that has just got a result draws
# it first. Who looks at a seed for a fifth of a second has the next one then; thirty who train take
# twice as long if others are begun in the short gaps between them.
QUIET = 0.1
REMEMBERED = 50  # visitors
SUPPLIES = Path("/sys/class/power_supply")


class Foresight:
    """Computes what was announced, in a thread of its own; one for each broker."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self.changed = threading.Condition()
        self.expected: OrderedDict[str, list[tuple]] = OrderedDict()  # visitor -> requests
        threading.Thread(target=self._work, daemon=True).start()

    def expect(self, visitor: str, requests: Iterable[tuple]) -> None:
        """Say what a visitor may ask for next, instead of what was said before.

        requests: ("core.module:task", *arguments), the likeliest first.
        """
        with self.changed:
            self.expected[visitor] = list(requests)
            self.expected.move_to_end(visitor)
            while len(self.expected) > REMEMBERED:
                self.expected.popitem(last=False)
            self.changed.notify()

    def _work(self) -> None:
        while not self.broker.closed:
            with self.changed:
                self.changed.wait_for(self._first)
            missing = QUIET * len(self.expected) - self.broker.quiet()
            if missing > 0 or on_battery(SUPPLIES):
                with self.changed:  # what is expected may change meanwhile
                    self.changed.wait(max(missing, QUIET / 3))
            elif request := self._next():
                # What goes wrong will be said to the visitor who asks for it
                watched = self.broker.watch(*request, visitor=FORESIGHT)
                with suppress(UserError, RuntimeError), watched as job:
                    job.result()

    def _first(self) -> bool:
        """Forget what is there already; True if something is left."""
        for visitor, requests in list(self.expected.items()):
            left = [request for request in requests if not self.broker.knows(*request)]
            self.expected[visitor] = left
            if not left:
                del self.expected[visitor]
        return bool(self.expected)

    def _next(self) -> tuple | None:
        with self.changed:
            if not self._first():
                return None
            newest = next(reversed(self.expected.values()))
            return newest.pop(0)


def on_battery(supplies: Path) -> bool:
    """Whether this machine runs on its battery, as far as it says so."""
    states = []
    for supply in supplies.glob("*"):
        with suppress(OSError):
            if (supply / "type").read_text().strip() == "Mains":
                states.append((supply / "online").read_text().strip())
    return bool(states) and "1" not in states


@cache
def _foresight() -> Foresight | None:
    # With one worker there is none to spare
    wanted = os.environ.get(SWITCH, "on").lower() != "off"
    return Foresight(broker()) if wanted and len(broker().workers) > 1 else None


def expect(visitor: str, requests: Iterable[tuple]) -> None:
    """The same for the broker of this server, unless it is switched off."""
    if one := _foresight():
        one.expect(visitor, requests)
