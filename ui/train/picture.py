"""The picture of a model: its words in a plane, and its loss under the same playhead."""

import numpy as np
import streamlit as st

from core.vectors import neighbors_and_clusters, projection
from ui.charts import drawing
from ui.player import player
from ui.train import charts

HEIGHT = 430  # pixels, controls included
SECONDS = 3.0  # that a training takes to watch
NEAREST, LIT = 5, 3  # neighbors listed, and those lit by a click
SHOWN = "last picture"  # in the session: word -> where it was shown


def columns():
    """The places of the animation and of the loss."""
    return st.columns([3, 2], gap="medium")


def show(places, seen, chosen, look, run, epochs):
    """Mount what has arrived; returns a function that shows more of a training that goes on.

    look: a Look; run: names the training.
    """
    left, right = places
    words = None
    params, frames, seconds = _words(seen, chosen, look)
    if chosen.words:
        with left:
            words = player.animation(
                drawing.spec(charts.embedding, *dict.fromkeys(chosen.groups)),
                **_options(run),
                key="main",
                static=static(seen, chosen),
                alt=_told(chosen),
                params=params,
                labels=seen.epochs,
                frames=frames,
                seconds=seconds,
            )
    with right:
        loss = player.animation(
            drawing.spec(charts.loss),
            **_options(run),
            key="main_loss",
            follows="main",
            static=_lines(seen),
            params=_loss_params(seen, epochs),
            labels=seen.epochs,
            frames=_losses(seen),
            seconds=seconds,
        )

    def feed(more, tail):
        if words:
            params, frames, _ = _words(more, chosen, look, tail)
            words.feed(frames, more.epochs, tail=tail, params=params)
        loss.feed(_losses(more), more.epochs, tail=tail, params=_loss_params(more, epochs))

    return feed


def remember(seen, chosen, look):
    """Keep where the words are shown: the next run is turned onto them."""
    if chosen.words:
        points = _picture(seen, chosen, look).points[-1]
        st.session_state[SHOWN] = dict(zip(chosen.words, points.tolist(), strict=True))


def take_home(seen, chosen, look):
    """What `player.html` needs for the animation of the words: chart, frames, static, options."""
    params, frames, seconds = _words(seen, chosen, look)
    return (
        drawing.spec(charts.embedding, *dict.fromkeys(chosen.groups)),
        frames,
        static(seen, chosen),
        {"labels": seen.epochs, "params": params, "seconds": seconds},
    )


def static(seen, chosen):
    """What never changes about the words, a column for each fact."""
    facts = seen.facts
    rows = [facts.index[word] for word in chosen.words]
    counts = [int(facts.counts[k]) for k in rows]
    near = lit = [[] for _ in rows]
    if seen.snapshots and rows:
        found, _ = neighbors_and_clusters.neighbors(seen.vectors, rows, NEAREST)
        near = [[facts.words[k] for k in row] for row in found]
        found, _ = neighbors_and_clusters.neighbors(seen.vectors[rows], list(range(len(rows))), LIT)
        lit = [[chosen.words[k] for k in row] for row in found] if len(rows) > 1 else near
    return {
        "word": chosen.words,
        "group": chosen.groups,
        "gloss": [facts.meaning(w) for w in chosen.words],
        "count": [count_told(c) for c in counts],
        "faint": [False] * len(counts),
        "nearest": [", ".join(row) for row in near],
        "near": lit,
    }


def count_told(count):
    """How often a word occurs."""
    return f"{count} times" if count > 1 else "once"


def _options(run):
    return {"run": str(hash(run)), "height": HEIGHT, "autoplay": True}


def _words(seen, chosen, look, tail=None):
    """Params, frames, and when each frame is due."""
    if not (chosen.words and seen.snapshots):
        return {}, [], SECONDS
    picture = _picture(seen, chosen, look)
    across, up = picture.reach.round(3).T.tolist()
    due = [round(SECONDS * share, 3) for share in picture.pace]
    frames = picture.newest(tail) if tail else picture.frames
    return {"across": across, "up": up}, frames, due if len(due) > 1 else SECONDS


def _picture(seen, chosen, look):
    reference = None
    if not look.as_computed:
        shown = st.session_state.get(SHOWN, {})
        nowhere = (np.nan, np.nan)
        reference = np.array([shown.get(word, nowhere) for word in chosen.words])
        if np.isfinite(reference).all(1).sum() < 3:
            reference = projection.dial(len(chosen.words), chosen.groups.count(chosen.groups[0]))
    return seen.picture(chosen, look.normalize, reference)


def _told(chosen):
    """The picture in words; the table below it lists the neighbors of each word."""
    members = {group: [] for group in chosen.groups}
    for word, group in zip(chosen.words, chosen.groups, strict=True):
        members[group].append(word)
    each = "; ".join(f"{group}: {', '.join(words)}" for group, words in members.items())
    return f"Words as points in a plane that move while the model is trained. {each}."


def _lines(seen):
    model, shuffled, best, zeros = charts.LOSS_LINES
    gone = [seen.run.diverged if seen.run and seen.run.diverged else None]
    return {
        "line": [model, shuffled, best, zeros],
        "constant": [False, False, True, True],
        "gone": gone + [None] * 3,
    }


def _losses(seen):
    reference = seen.references
    return [
        {
            "epoch": [epoch] * 4,
            "nats": [loss, shuffled, reference.without_center, reference.at_start],
        }
        for epoch, loss, shuffled in seen.curve
    ]


def _loss_params(seen, epochs):
    if not seen.references:
        return {}
    low, high = charts.loss_axis(seen.curve, seen.references)
    last = seen.snapshots[-1] if seen.snapshots else None
    # Drawn windows make passes of their own
    end = round(last.epoch / last.done, 2) if last and last.done else epochs
    return {"epochs": end, "low": low, "high": high, "last": max(0, len(seen.snapshots) - 1)}
