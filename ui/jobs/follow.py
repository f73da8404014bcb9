"""Compute the tasks that a page needs and draw what arrives: one bar, one Stop and one estimate of
the time left, for every page.
"""

import math
import threading
import time
import uuid
from contextlib import ExitStack, contextmanager

import streamlit as st

from core.errors import UserError
from core.training_loop import Progress
from ui import page, turns
from ui.controls import address
from ui.jobs.broker import broker

PAUSE = 0.1  # seconds between two looks: each is a chance for Streamlit to start the script again
PATIENCE = 0.3  # seconds before a bar is worth showing
# Seconds between two messages about the progress, and between two redraws, at least
TELL, REDRAW = 0.3, 0.12
# What arrives is drawn before all of it is there when SOME seconds have passed and the rest will
# take WORTH: a page that draws the beginning of something short is drawn twice
SOME, WORTH = 0.15, 0.7
SHARE = 0.05  # of the time passed, at least: a slow browser that is sent too much draws nothing
# Tasks asked for at a time: the workers stay busy, and others do not wait behind all of them
AT_ONCE = 4
# The time left is told after so many seconds in which at least this share was done: the first steps
# also read a text and wake a processor, so they say nothing about those that follow.
SOON, ENOUGH = 2.0, 0.01
_counting = threading.Lock()
VISITOR = "visitor"  # a name for the session
STOPPED = "stopped tasks"  # of this visitor, in the session: key -> requests and what had arrived


def follow(requests, draw=lambda items: None, *, key, said, last=True, redraw=REDRAW, short=False):
    """Compute tasks side by side; returns {name: items} of what each has yielded, and whether all
    of them came to their end.

    requests: {name: ("core.module:task", *arguments)}, draw: called with {name: items} when
    something other than bare Progress has come and the rest will take a while. key: names this
    place of the page, said: what is being done. last: draw what is returned, too. redraw: seconds
    between two calls of `draw`, at least; short: it is called for what comes shortly before the
    rest, too. Stop ends the watch of the visitor who presses it: a task goes on as long as another
    visitor watches it. UserError if a task is refused.
    """
    place = st.empty()
    stopped = st.session_state.setdefault(STOPPED, {})
    if key in stopped and stopped[key]["requests"] == requests:
        items, complete = stopped[key]["items"], False
        _offer_to_go_on(place, key, stopped[key]["done"])
    else:
        stopped.pop(key, None)
        items, complete = _computed(place, requests, draw, key, said, Pace(redraw), short)
    if last:
        draw(items)
    return items, complete


def results(said, task, *arguments, key):
    """The results of one task, its Progress left out, and whether it came to its end; a mistake of
    the user ends the run of the page.
    """
    try:
        items, complete = follow({"": (task, *arguments)}, key=key, said=said)
    except UserError as problem:
        page.refuse(problem)
    return [item for item in items[""] if not isinstance(item, Progress)], complete


def visitor():
    """Who is charged for what is computed: one browser, with all its tabs, as far as it keeps the
    server's cookie; else one session.
    """
    cookie = st.context.cookies.get("_streamlit_xsrf")
    return cookie or st.session_state.setdefault(VISITOR, uuid.uuid4().hex)


class Pace:
    """Says when something may be sent to the browser again: the more pages follow a computation at
    the same time, the less often, as one process draws for all of them.
    """

    following = 0  # pages

    def __init__(self, least):
        self.least, self.started, self.next = least, time.monotonic(), 0.0

    def due(self):
        """True, and the wait starts again, if the last time was long enough ago."""
        now = time.monotonic()
        if now < self.next:
            return False
        self.next = now + max(self.least * max(1, Pace.following), SHARE * (now - self.started))
        return True


class Remaining:
    """Tells how long the rest will take, once enough is known."""

    def __init__(self):
        self.begun = None  # when the work began, and how much of it was done already

    def look(self, done):
        """Seconds since the first look, the share done since then, and the seconds that the rest
        takes at this pace. done: 0 to 1.
        """
        now = time.monotonic()
        if self.begun is None:
            self.begun = now, done
        passed, gained = now - self.begun[0], done - self.begun[1]
        if done >= 1:
            return passed, gained, 0.0
        return passed, gained, passed * (1 - done) / gained if gained > 0 else math.inf

    def tell(self, done):
        """ ", about 40 s left", or nothing as long as that would be a guess. done: 0 to 1."""
        passed, gained, left = self.look(done)
        if passed < SOON or gained < ENOUGH:
            return ""
        return f", {about(left)} left"


def about(seconds):
    """A time as it is told: "about 40 s"."""
    if seconds < 99.5:
        return f"about {max(1, seconds):.0f} s"
    return f"about {seconds / 60:.0f} min"


class Rest:
    """Says whether what has arrived is to be drawn before the rest is there."""

    def __init__(self):
        self.remaining, self.takes_long = Remaining(), False

    def worth_drawing(self, done):
        """True from when the rest is known to take long. done: 0 to 1."""
        passed, _, left = self.remaining.look(done)
        self.takes_long |= passed > SOME and left > WORTH
        return self.takes_long


class Redrawn:
    """A place for one chart that is drawn again and again: the chart of the last run of the script
    stays until the new one comes, where an `st.empty()` would take it away first.

    height: pixels that are kept free for it, so that it pushes nothing down when it first comes.
    """

    def __init__(self, place, height="content"):
        self.element = place.container(height=height, border=False)

    def __getattr__(self, kind):
        def draw(*arguments, **options):
            self.element = getattr(self.element, kind)(*arguments, **options)

        return draw


class _Bar:
    """The bar and the Stop button, in the band above the title that every page keeps free; they
    appear when the work takes long enough to be noticed.
    """

    def __init__(self, place, key, stop):
        self.place, self.key, self.stop = place, key, stop
        self.pace, self.shown, self.bar = Pace(TELL), None, None
        self.appears = time.monotonic() + PATIENCE

    def tell(self, done, sentence):
        """Show a share of the work, 0 to 1, and a sentence, if it is time to."""
        news = round(done, 2), sentence
        if news == self.shown or time.monotonic() < self.appears or not self.pace.due():
            return
        if self.bar is None:
            key = f"progress_{self.key}"
            with self.place.container(key=key, horizontal=True, vertical_alignment="center"):
                self.bar = st.empty()
                st.button("Stop", key=f"{self.key}_stop", on_click=self.stop)
        self.bar.progress(min(done, 1.0), sentence)
        self.shown = news


def _computed(place, requests, draw, key, said, redraw, short):
    jobs = {}
    with ExitStack() as stack:
        stack.enter_context(_counted())
        try:
            if _start(stack, jobs, requests):
                with turns.away():
                    _watch(place, stack, jobs, requests, draw, key, said, redraw, short)
            for job in filter(_went_wrong, jobs.values()):
                job.result()  # raises
            items = {name: jobs[name].result() for name in requests}
        except Exception:
            place.empty()  # an error stands alone
            raise
    place.empty()
    return items, all(job.state == "done" for job in jobs.values())


@contextmanager
def _counted():
    with _counting:
        Pace.following += 1
    try:
        yield
    finally:
        with _counting:
            Pace.following -= 1


def _start(stack, jobs, requests):
    """Ask for further tasks until AT_ONCE are under way; False when all have come to their end, or
    one of them to a bad one.
    """
    if any(map(_went_wrong, jobs.values())):
        return False
    under_way = sum(not job.finished for job in jobs.values())
    for name, request in requests.items():
        if under_way == AT_ONCE:
            break
        if name not in jobs:
            jobs[name] = stack.enter_context(broker().watch(*request, visitor=visitor()))
            under_way += not jobs[name].finished
    return under_way > 0


def _went_wrong(job):
    return job.state in ("refused", "failed")


def _watch(place, stack, jobs, requests, draw, key, said, redraw, short):
    bar = _Bar(place, key, lambda: _stop(key, requests, jobs))
    remaining, rest, drawn = Remaining(), Rest(), 0
    while _start(stack, jobs, requests):
        silent = [job for job in jobs.values() if not job.news]
        under_way = [job for job in jobs.values() if not job.finished]
        items, done = _items(jobs, requests), _share(jobs, requests)
        bar.tell(done, _sentence(said, jobs, done, remaining))
        count = sum(type(item) is not Progress for part in items.values() for item in part)
        if count > drawn and (short or rest.worth_drawing(done)) and redraw.due():
            draw(items)
            drawn = count
        broker().pause(under_way, silent, PAUSE)
        st.session_state.get(STOPPED)  # here Streamlit may end this run, and start the next


def _sentence(said, jobs, done, remaining):
    if all(job.state == "waiting" for job in jobs.values()):
        ahead, seconds = broker().ahead(*jobs.values()), broker().wait(*jobs.values())
        place = f"{ahead} computation{'s' * (ahead > 1)} before yours" if ahead else "yours is next"
        begins = f", in about {max(1, seconds):.0f} s" if seconds is not None else ""
        return f"Waiting for a free processor: {place}{begins}"
    return f"{said}: {done:.0%}{remaining.tell(done)}" if done else f"{said} ..."


def _items(jobs, requests):
    return {name: list(jobs[name].news) if name in jobs else [] for name in requests}


def _share(jobs, requests):
    return sum(job.done for job in jobs.values()) / len(requests)


def _stop(key, requests, jobs):
    """Remember what has arrived; the next run of the script does not watch the jobs."""
    address.hear()
    st.session_state.setdefault(STOPPED, {})[key] = {
        "requests": requests,
        "items": _items(jobs, requests),
        "done": _share(jobs, requests),
    }


def _go_on(key):
    address.hear()
    st.session_state.get(STOPPED, {}).pop(key, None)


def _offer_to_go_on(place, key, done):
    # The button takes what its label needs, the sentence the rest, however narrow the place
    with place.container(horizontal=True, vertical_alignment="center", key=f"stopped_{key}"):
        st.warning(f"Stopped at {done:.0%}. “Go on” computes the rest.")
        st.button("Go on", key=f"{key}_again", on_click=_go_on, args=(key,), width="content")
