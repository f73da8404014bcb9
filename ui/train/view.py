"""Shows one training: while it runs, and when it is done."""

import time

import streamlit as st

from core.errors import UserError
from core.texts import registry
from ui import page
from ui.jobs.follow import about, follow
from ui.train import ahead, first_screen, next_moves, picture, result
from ui.train.training_state import Seen

# Seconds until a message is on its way: the next run of the script drops those that are not
SENT = 0.02


def show(text, settings):
    """Train, or take what was trained before, and show it."""
    try:
        key = (text, settings, registry.stamp(text.corpus))
        ahead.keep_for(key)
        first_screen.starts()
        left, right = st.columns([3, 2], vertical_alignment="center")
        said, status, body = left.container(), right.container(key="status"), st.container()
        live = _Live(status, body, key)
        with status:
            items, complete = follow(
                {"run": ("core.background_tasks:train", *key)},
                live.draw,
                key="model",
                said="Training",
                last=False,
            )
    except UserError as problem:
        page.refuse(problem)
    if live.seen:  # what was drawn meanwhile has the same controls as the rest of the page
        live.finish(items["run"])
        st.rerun()
    seen = Seen()
    seen.take(items["run"])
    if complete:
        _say_done(status, seen)
    if seen.snapshots:
        with body:
            groups = result.show(seen, settings, key)
        with said:
            first_screen.verdict(seen, groups)
    if complete:
        next_moves.announce(text, settings, seen.run.seconds)


class _Live:
    """Draws a training that runs."""

    def __init__(self, status, body, key):
        self.status, self.body, self.key = status, body, key
        self.seen = None

    def draw(self, items):
        """Draw the animation and the loss so far."""
        begun, self.seen = self.seen, Seen()
        self.seen.take(items["run"])
        if not begun:
            self._begin()
        if self.seen.snapshots:
            self.feed(self.seen, tail=1)

    def finish(self, items):
        """Draw the last picture, which must not wait for the rest of the page."""
        self.seen = Seen()
        self.seen.take(items)
        self.feed(self.seen, tail=None)
        time.sleep(SENT)

    def _begin(self):
        seconds = self.seen.references.seconds if self.seen.references else 0
        foretold = f", {about(seconds)}" if seconds else ""
        self.status.markdown(f"Training on {self.seen.facts.tokens:,} words of text{foretold} ...")
        waiting = Seen(self.seen.facts, self.seen.references)
        with self.body:
            chosen, look = result.word_controls(waiting.facts, turned=True)
            places = picture.columns()
            epochs = self.key[1].epochs
            self.feed = picture.show(places, waiting, chosen, look, self.key, epochs)


def _say_done(status, seen):
    run, facts = seen.run, seen.facts
    if run.warning:
        status.warning(f"{run.warning} The picture shows the last vectors before that.")
        return
    sentences = f"{facts.sentences:,} sentence" + "s" * (facts.sentences != 1)
    status.markdown(
        f":small[Trained in **{run.seconds:.1f} s** on {facts.tokens:,} words of text "
        f"({sentences}): {len(facts.words):,} words in the vocabulary, covering "
        f"{facts.coverage:.1%} of the text.]"
    )
