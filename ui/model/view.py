"""Shows one training: while it runs, and when it is done."""

import time

import streamlit as st

from core.errors import UserError
from core.texts import registry
from ui import page
from ui.jobs.bar import REDRAW, Bar, Pace
from ui.jobs.broker import broker
from ui.model import result
from ui.model.arrived import Seen

# Seconds until a message is on its way: the next run of the script drops those that are not
SENT = 0.02


def show(text, settings):
    """Train, or take what was trained before, and show it."""
    key = (text, settings, registry.stamp(text.corpus))
    status, body = st.container(height=44, border=False, gap=None, key="status"), st.container()
    stopped = st.session_state.get("stopped", {})
    if stopped.get("key") == key:
        seen = Seen()
        seen.take(stopped["news"])
        _say_stopped(status, seen)
    else:
        seen = _trained(key, status, body)
        _say_done(status, seen)
    if seen.snapshots:
        with body:
            result.show(seen, settings, key)


def _trained(key, status, body):
    """The finished training; shows it while it runs, then starts the script again to show the
    rest.
    """
    seen = Seen()
    try:
        with broker().watch("core.tasks:train", *key) as job:
            if not job.finished:
                _follow(job, seen, key, status, body)
                st.rerun()
            for news in job.follow():
                seen.take(news)
    except UserError as problem:
        page.refuse(problem)
    return seen


def _follow(job, seen, key, status, body):
    with status:
        bar, stop = st.columns([6, 1], vertical_alignment="center")
        bar = Bar(bar, "Reading the text ...")
        stop.button("Stop", on_click=_stop, args=(job, key), width="stretch")
    film = curve = chosen = None
    redraw, shown = Pace(REDRAW), 0
    for news in job.follow():
        seen.take(news)
        bar.tell(seen.done, _progress(job, seen.done))
        if seen.facts and film is None:
            with body:
                chosen, normalize = result.word_controls(seen.facts)
                left, right = result.columns()
                film = (
                    result.film(left, seen, chosen, normalize, key, []) if chosen.words else False
                )
                curve = right.empty()
        if len(seen.snapshots) > shown and redraw.due():
            shown = len(seen.snapshots)
            if film:
                film.feed(seen.frames(chosen, normalize)[0], seen.epochs, tail=1)
            result.loss(curve, seen, key[1].epochs)
    if film:  # the last picture must not wait for the rest of the page
        film.feed(seen.frames(chosen, normalize)[0], seen.epochs, tail=None)
        time.sleep(SENT)


def _progress(job, done):
    if job.state == "waiting":
        ahead = broker().ahead(job)
        return (
            f"Waiting for a free processor; {ahead} other computations first"
            if ahead
            else "Waiting for a free processor"
        )
    seconds = time.monotonic() - job.started
    return (
        f"Training: {done:.0%}, about {seconds * (1 - done) / done:.0f} s left"
        if done
        else "Reading the text ..."
    )


def _stop(job, key):
    # Who else watches the job goes on watching
    st.session_state["stopped"] = {"key": key, "news": list(job.news)}


def _say_stopped(status, seen):
    with status:
        told, again = st.columns([5, 2], vertical_alignment="center")
        told.warning(f"Stopped at {seen.done:.0%}; what was learned so far is shown.")
        again.button(
            "Train to the end", on_click=lambda: st.session_state.pop("stopped"), width="stretch"
        )


def _say_done(status, seen):
    run, facts = seen.run, seen.facts
    if run.diverged:
        status.warning(
            f"The loss ran away by epoch {run.diverged:.2f}: the learning rate is too high. The "
            "last vectors before that are shown."
        )
        return
    pairs = f"{run.pairs / 1e6:.1f} million" if run.pairs >= 1e5 else f"{run.pairs:,.0f}"
    sentences = f"{facts.sentences:,} sentence" + "s" * (facts.sentences != 1)
    status.markdown(
        f"Trained in **{run.seconds:.1f} s** on {facts.tokens:,} words of text ({sentences}): "
        f"{pairs} pairs, vocabulary {len(facts.words):,} words = {facts.coverage:.0%} of the text."
    )
