"""Shows one training: while it runs, and when it is done."""

import time

import streamlit as st

from core.errors import UserError
from core.texts import registry
from ui import page
from ui.jobs.follow import Redrawn, follow
from ui.model import result
from ui.model.arrived import Seen

# Seconds until a message is on its way: the next run of the script drops those that are not
SENT = 0.02


def show(text, settings):
    """Train, or take what was trained before, and show it."""
    try:
        key = (text, settings, registry.stamp(text.corpus))
        status, body = st.container(key="status"), st.container()
        live = _Live(status, body, key)
        with status:
            items, complete = follow(
                {"run": ("core.tasks:train", *key)},
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
            result.show(seen, settings, key)


class _Live:
    """Draws a training that runs."""

    def __init__(self, status, body, key):
        self.status, self.body, self.key = status, body, key
        self.seen = self.animation = None

    def draw(self, items):
        """Draw the animation and the loss so far."""
        begun, self.seen = self.seen, Seen()
        self.seen.take(items["run"])
        if not begun:
            self._begin(self.seen)
        if self.seen.snapshots:
            if self.animation:
                self.animation.feed(self._frames(), self.seen.epochs, tail=1)
            result.loss(self.curve, self.seen, self.key[1].epochs)

    def finish(self, items):
        """Draw the last picture, which must not wait for the rest of the page."""
        self.seen = Seen()
        self.seen.take(items)
        if self.animation:
            self.animation.feed(self._frames(), self.seen.epochs, tail=None)
            time.sleep(SENT)

    def _begin(self, seen):
        self.status.markdown(f"Training on {seen.facts.tokens:,} words of text ...")
        with self.body:
            self.chosen, self.normalize = result.word_controls(seen.facts)
            left, right = result.columns()
            if self.chosen.words:
                self.animation = result.animation(
                    left, seen, self.chosen, self.normalize, self.key, []
                )
            self.curve = Redrawn(right)

    def _frames(self):
        return self.seen.frames(self.chosen, self.normalize)[0]


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
