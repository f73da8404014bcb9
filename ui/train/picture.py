"""The picture of a model: its words in a plane, and its loss under the same playhead."""

import streamlit as st

from ui.charts import drawing
from ui.player import player
from ui.train import ahead, charts, frames

HEIGHT = 430  # pixels, controls included
MOUNTED = {"height": HEIGHT, "autoplay": True}
SHOWN = "last picture"  # in the session: word -> where it was shown


def columns():
    """The places of the animation and of the loss."""
    return st.columns([3, 2], gap="medium")


def show(places, seen, chosen, look, run, epochs):
    """Mount what has arrived, and keep where the words are shown: the next run is turned onto them.
    Returns a function that shows more of a training that goes on.

    look: a Look; run: text, settings and stamp of the training.
    """
    left, right = places
    before = _before(chosen, look)
    words, told = None, frames.parts(seen, chosen, look, run, epochs, before)
    if chosen.words:
        with left:
            words = player.animation(
                drawing.spec(charts.embedding, *dict.fromkeys(chosen.groups)),
                **MOUNTED,
                key="main",
                **told["main"],
            )
            if seen.snapshots:
                st.session_state[SHOWN] = frames.last_points(seen, chosen, look, before)
            if seen.run:
                with words.spot:
                    ahead.offer(run, chosen, look, _before(chosen, look))
    with right:
        loss = player.animation(
            drawing.spec(charts.loss),
            **MOUNTED,
            key="main_loss",
            follows="main",
            **told["main_loss"],
        )

    def feed(more, tail):
        if words:
            params, moving, _ = frames.words(more, chosen, look, before, tail)
            words.feed(moving, more.epochs, tail=tail, params=params)
        loss.feed(
            frames.losses(more), more.epochs, tail=tail, params=frames.loss_params(more, epochs)
        )

    return feed


def _before(chosen, look):
    return frames.reference(chosen, look, st.session_state.get(SHOWN, {}))


def take_home(seen, chosen, look):
    """What `player.html` needs for the animation of the words: chart, frames, static, options."""
    before = _before(chosen, look)
    params, moving, seconds = frames.words(seen, chosen, look, before)
    return (
        drawing.spec(charts.embedding, *dict.fromkeys(chosen.groups)),
        moving,
        frames.static(seen, chosen),
        {"labels": seen.epochs, "params": params, "seconds": seconds},
    )
