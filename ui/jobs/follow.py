"""Follow one or several tasks with a progress bar and a Stop button, and draw what has arrived."""

import time
from contextlib import ExitStack

import streamlit as st

from ui.jobs.bar import REDRAW, Bar, Pace
from ui.jobs.broker import broker

PAUSE = 0.1  # seconds between two looks: each is a chance for Streamlit to start the script again
# Tasks asked for at a time: the workers stay busy, and nobody else waits behind all of them
AT_ONCE = 4


def follow(requests, draw, *, key, said, last=True):
    """Compute tasks side by side; returns what each has yielded, and whether all of them came to
    their end.

    requests: {name: ("core.module:task", *arguments)}, draw: called with {name: items} when
    something new has come. A task yields shares of its work as floats or items with `done`, besides
    anything else. key: of the Stop button.
    last: draw what is returned, too. UserError if a task is refused.
    """
    place = st.empty()
    stopped = st.session_state.get("stopped tasks", {}).get(key)
    if stopped and stopped["requests"] == requests:
        if last:
            draw(stopped["items"])
        with place.container():
            told, again = st.columns([5, 1], vertical_alignment="center")
            told.warning("Stopped; what was computed so far is shown.")
            again.button(
                "Go on", key=f"{key}_again", on_click=_forget, args=(key,), width="stretch"
            )
        return stopped["items"], False
    with ExitStack() as stack:
        jobs = {}
        if _start(stack, jobs, requests):
            _watch(place, stack, jobs, requests, draw, key, said)
        place.empty()
        items = {
            name: [item for news in job.follow() for item in news] for name, job in jobs.items()
        }
    if last:
        draw(items)
    return items, True


def _start(stack, jobs, requests):
    """Ask for further tasks until AT_ONCE are under way; False when all have come to their end."""
    under_way = sum(not job.finished for job in jobs.values())
    for name, request in requests.items():
        if under_way == AT_ONCE:
            break
        if name not in jobs:
            jobs[name] = stack.enter_context(broker().watch(*request))
            under_way += not jobs[name].finished
    return under_way > 0


def _watch(place, stack, jobs, requests, draw, key, said):
    with place.container():
        bar, stop = st.columns([5, 1], vertical_alignment="center")
        bar = Bar(bar)
        stop.button(
            "Stop", key=f"{key}_stop", on_click=_stop, args=(jobs, requests, key), width="stretch"
        )
    started, drawn, redraw = time.monotonic(), None, Pace(REDRAW)
    while _start(stack, jobs, requests):
        items = {name: list(jobs[name].news) if name in jobs else [] for name in requests}
        done = sum(_done(part) for part in items.values()) / len(items)
        left = (
            f", about {(time.monotonic() - started) * (1 - done) / done:.0f} s left"
            if done > 0.05
            else ""
        )
        waiting = all(job.state == "waiting" for job in jobs.values())
        bar.tell(done, "Waiting for a free processor" if waiting else f"{said}: {done:.0%}{left}")
        counts = [sum(not isinstance(item, float) for item in part) for part in items.values()]
        if counts != drawn and redraw.due():
            draw(items)
            drawn = counts
        time.sleep(PAUSE)


def _done(items):
    for item in reversed(items):
        if isinstance(item, float):
            return item
        if hasattr(item, "done"):
            return item.done
    return 0.0


def _stop(jobs, requests, key):
    items = {name: list(jobs[name].news) if name in jobs else [] for name in requests}
    st.session_state.setdefault("stopped tasks", {})[key] = {"requests": requests, "items": items}
    for job in jobs.values():
        broker().cancel(job)


def _forget(key):
    del st.session_state["stopped tasks"][key]
