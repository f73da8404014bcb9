"""Waits for a task of the workers, with a progress bar if it takes long enough to be noticed."""

import time

import streamlit as st

from core.errors import UserError
from core.loop import Progress
from ui import page
from ui.jobs.bar import Bar
from ui.jobs.broker import broker

PATIENCE = 0.4  # seconds before a bar is worth the movement on the page


def computed(what, task, *arguments):
    """All items that a task yields but its Progress; the bar says `what`. A mistake of the user
    ends the run.
    """
    place, items, done, started = st.empty(), [], 0.0, time.monotonic()
    bar = Bar(place)
    try:
        with broker().watch(task, *arguments) as job:
            for news in job.follow():
                for item in news:
                    if isinstance(item, Progress):
                        done = item.done
                    else:
                        items.append(item)
                passed = time.monotonic() - started
                if passed > PATIENCE and not job.finished:
                    bar.tell(done, _left(what, job, done, passed))
    except UserError as problem:
        page.refuse(problem)
    place.empty()
    return items


def _left(what, job, done, passed):
    if job.state == "waiting":
        return f"{what}: waiting for a free processor"
    return (
        f"{what}: {done:.0%}, about {passed * (1 - done) / done:.0f} s left"
        if done
        else f"{what} ..."
    )
