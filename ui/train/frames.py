"""What the players show of a training: the words in a plane, and its loss."""

from dataclasses import dataclass

import numpy as np

from core.vectors import neighbors_and_clusters, projection
from ui.train import charts

SECONDS = 3.0  # that a training takes to watch
NEAREST, LIT = 5, 3  # neighbors listed, and those lit by a click


@dataclass(frozen=True)
class Look:
    """How words are shown."""

    normalize: bool
    as_computed: bool  # neither turned nor mirrored onto the picture before


def parts(seen, chosen, look, run, epochs, before, tail=None):
    """What each of the players shows, by its key. before: a `reference`; tail: of how many of the
    last frames the labels are placed, None for all.
    """
    params, frames, seconds = words(seen, chosen, look, before, tail)
    both = {"run": str(hash(run)), "labels": seen.epochs, "seconds": seconds}
    moving = {
        "static": static(seen, chosen),
        "alt": _told(chosen),
        "params": params,
        "frames": frames,
    }
    loss = {
        "static": _lines(seen),
        "params": loss_params(seen, epochs),
        "frames": losses(seen),
    }
    return {"main": moving | both, "main_loss": loss | both}


def reference(chosen, look, shown):
    """What the picture is turned onto: where the words were shown last, or a dial; None to leave it
    as it is computed. shown: word -> place.
    """
    if look.as_computed or not chosen.words:
        return None
    nowhere = (np.nan, np.nan)
    places = np.array([shown.get(word, nowhere) for word in chosen.words])
    if np.isfinite(places).all(1).sum() < 3:
        return projection.dial(len(chosen.words), chosen.groups.count(chosen.groups[0]))
    return places


def last_points(seen, chosen, look, before):
    """Word -> place in the last picture."""
    points = seen.picture(chosen, look.normalize, before).points[-1]
    return dict(zip(chosen.words, points.tolist(), strict=True))


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


def words(seen, chosen, look, before, tail=None):
    """Params, frames, and when each frame is due."""
    if not (chosen.words and seen.snapshots):
        return {}, [], SECONDS
    picture = seen.picture(chosen, look.normalize, before)
    across, up = picture.reach.round(3).T.tolist()
    due = [round(SECONDS * share, 3) for share in picture.pace]
    frames = picture.newest(tail) if tail else picture.frames
    return {"across": across, "up": up}, frames, due if len(due) > 1 else SECONDS


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


def losses(seen):
    """The losses of each frame, in the order of `charts.LOSS_LINES`."""
    reference = seen.references
    return [
        {
            "epoch": [epoch] * 4,
            "nats": [loss, shuffled, reference.without_center, reference.at_start],
        }
        for epoch, loss, shuffled in seen.curve
    ]


def loss_params(seen, epochs):
    """The axes of the losses. epochs: how long the training is."""
    if not seen.references:
        return {}
    low, high = charts.loss_axis(seen.curve, seen.references)
    last = seen.snapshots[-1] if seen.snapshots else None
    # Drawn windows make passes of their own
    end = round(last.epoch / last.done, 2) if last and last.done else epochs
    return {"epochs": end, "low": low, "high": high, "last": max(0, len(seen.snapshots) - 1)}
