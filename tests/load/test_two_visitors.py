"""Two visitors look at the same computation, and one of them presses Stop."""

import os
import signal
import time

import pytest
from servers_for_tests import Server
from sessions_for_tests import Session

pytestmark = [pytest.mark.load, pytest.mark.timeout(400)]

CASES = {  # page, its address, the button that starts the work, what the finished page says
    "main page": ("", "tokens=150000&epochs=20&seed=61", "", "Trained in"),
    "many seeds": ("Seeds", "tokens=40000&seeds_n=4&seed=62", "", "Two runs share"),
    "which randomness": (
        "Seeds",
        "seeds_part=Which+randomness&tokens=30000&seeds_levels=2",
        "",
        "Share of the variance",
    ),
    "other causes": (
        "Seeds",
        "seeds_part=Other+causes&tokens=8000&seeds_k=3&seeds_floor=1",
        "",
        "Most stable:",
    ),
    "trained scene": (
        "Equations",
        "gr_source=the+trained+model&tokens=100000&epochs=15&seed=63",
        "",
        "",
    ),
    "cost": ("Equations", "gr_view=e", "Measure both", "softmax took"),
    "surface sweep": ("Optimizers", "opt_rates=best&opt_steps=1000", "", "Final loss"),
    "momentum's map": ("Optimizers", "opt_more=Momentum%27s+map", "", "condition number"),
    "noise of updates": ("Optimizers", "opt_more=Why+low+variance+helps", "", "1/19"),
    "word2vec": ("Optimizers", "opt_loss=word2vec&opt_words_epochs=4", "", "Same start vectors"),
    "L2 with little data": ("Weight_decay", "decay_seeds=2&decay_size=20", "", "No noise"),
    "learning rate and decay": (
        "Weight_decay",
        "decay_experiment=Learning+rate+%C3%97+decay&decay_map_steps=40&decay_map_seeds=1",
        "",
        "Loshchilov",
    ),
    "training and evaluation": ("Dropout", "drop_p=0.4", "", "Are both modes equal"),
    "overfitting": ("Dropout", "drop_experiment=Overfitting&drop_seeds=2", "", ""),
    "uncertainty": ("Dropout", "drop_experiment=Uncertainty&drop_n=12", "", "Held-out points"),
    "text": ("Text", "tokens=70000", "", "The first sentences"),
}


@pytest.fixture(
    scope="module", params=[0.0, 0.3], ids=["before anything came", "after some of it came"]
)
def server(request):
    """A server that has computed nothing yet, and the seconds of work before Stop is pressed."""
    with Server() as fresh:
        with Session(fresh) as first:  # all workers are up
            first.open("", "tokens=5000&epochs=1")
            first.wait(lambda s: s.finished and "Trained in" in s.said())
        fresh.work = request.param
        yield fresh


class Held:
    """Pauses the workers of a server."""

    def __init__(self, server):
        self.workers = server.workers()

    def __enter__(self):
        self._send(signal.SIGSTOP)
        return self

    def __exit__(self, *_):
        self._send(signal.SIGCONT)

    def let_go_for(self, seconds):
        """Let the workers run for a moment."""
        self._send(signal.SIGCONT)
        time.sleep(seconds)
        self._send(signal.SIGSTOP)

    def _send(self, number):
        for worker in self.workers:
            os.kill(worker, number)


@pytest.mark.parametrize("name", CASES)
def test_stop_acts_only_for_the_visitor_who_pressed_it(server, name):
    page, query, begin, says = CASES[name]
    with Session(server) as presser, Session(server) as other:
        with Held(server) as held:
            for session in (presser, other):
                session.open(page, query)
                if begin:
                    session.wait(lambda s: s.finished)
                    session.press(next(b for b in session.buttons() if b.startswith(begin)))
                session.wait(lambda s: "Stop" in s.buttons())
            if server.work:
                held.let_go_for(server.work)
            presser.press("Stop")
            presser.wait(lambda s: "Stopped at" in s.said() or s.finished)
            stopped = "Stopped at" in presser.said()
            assert stopped or server.work  # a moment may be enough to compute it all
        other.wait(lambda s: s.finished and "Stop" not in s.buttons())
        assert says in other.said() and "Stopped" not in other.said()
        if stopped:
            presser.wait(lambda s: s.finished)
            assert "Go on" in presser.buttons() and "Stop" not in presser.buttons()
            presser.press("Go on")
            presser.wait(lambda s: s.finished and "Go on" not in s.buttons())
            assert says in presser.said()
