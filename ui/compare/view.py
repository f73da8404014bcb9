"""Compares two models that differ in one setting, or in a few."""

from dataclasses import replace

import numpy as np
import streamlit as st

from core.errors import UserError
from core.seeds import run_measures
from core.seeds.trial import floor_size
from core.texts import registry
from core.vectors import comparison, neighbors_and_clusters
from core.word2vec import fork as forks
from ui import page
from ui.compare import captions, history, pictures, saved_runs, sides
from ui.controls import address, widgets
from ui.controls.table import CONTROLS
from ui.jobs.follow import follow
from ui.train import result
from ui.train.training_state import Seen

MOVED, NEAR = 12, 5  # words listed, and neighbors of each
MOST_SEED = 99  # of the slider


def show(model):
    """Draw the choice of A and B, and what differs between them. model: text and settings of A,
    None where saved runs are compared.
    """
    widgets.segments("ab_of", label_visibility="collapsed")
    if model is None:
        saved_runs.show()
    else:
        _trainings(*model)


def _trainings(text, settings):
    """The choice of B, and both trainings side by side."""
    try:
        other = _controls(text, settings)
        told = sides.told(text, settings, *other)
        fork = address.value("ab_fork")
        forked = "" if fork is None else f" {captions.fork(fork)}"
        st.markdown(captions.difference(told) + forked)
        if not told and fork is None:
            return
        both, control = _trained(text, settings, other, fork)
    except UserError as problem:
        page.refuse(problem)
    run = str(hash((text, settings, other, fork)))
    _report(both, control, told, run, forks.possible(settings, other[1]))
    history.remember(text, settings, both[0])
    history.remember(*other, both[1])
    history.show(text, settings, other)


def _controls(text, settings):
    row, more = st.columns([5, 1], vertical_alignment="bottom")
    with row:
        other = sides.controls(text, settings)
    with more.popover("More", width="stretch"):
        widgets.text("ab_more")
        widgets.number("ab_fork")
        st.button(
            "Make B the new A",
            on_click=sides.put,
            args=other,
            help="The settings of B move into the sidebar; B then begins from them.",
        )
    return other


def _trained(text, settings, other, fork):
    """What has arrived of A and B, and of A with another seed; the run of the page ends if they are
    stopped before anything has.
    """
    stamps = registry.stamp(text.corpus), registry.stamp(other[0].corpus)
    requests = {"a": ("core.background_tasks:train", text, settings, stamps[0])}
    if fork is None:
        requests["b"] = ("core.background_tasks:train", *other, stamps[1])
    else:
        requests["b"] = ("core.background_tasks:fork", text, settings, fork, *other, *stamps)
    if address.value("ab_seed") and other[1].seed == settings.seed:
        seed = replace(settings, seed=(settings.seed + 1) % (MOST_SEED + 1))
        requests["seed"] = ("core.background_tasks:train", text, seed, stamps[0])
    items, _ = follow(requests, key="compare", said="Training", last=False)
    found = {}
    for name, news in items.items():
        found[name] = Seen()
        found[name].take(news)
    if not (found["a"].snapshots and found["b"].snapshots):
        st.stop()
    for name in "ab":
        if found[name].run and found[name].run.diverged is not None:
            st.warning(f"{name.upper()} diverged: its last vectors before that are shown.")
    control = found.get("seed")
    return (found["a"], found["b"]), control if control and control.run else None


def _report(both, control, told, run, goes_on):
    a, b = both
    chosen, look = result.word_controls(a.facts)
    left, right = st.columns(2, gap="medium")
    left.markdown("**A**" + "".join(f" · {label} {one}" for label, one, _ in told[:2]))
    right.markdown("**B**" + "".join(f" · {label} {two}" for label, _, two in told[:2]))
    pictures.show((left, right), both, chosen, look.normalize, run)
    gone = [word for word in chosen.words if word not in b.facts.index]
    if gone:
        right.caption(captions.missing(gone))
    st.caption(captions.LINKED)
    relative = captions.changes_measure(told)
    curve, numbers = st.columns([1, 1], gap="medium")
    epoch = pictures.losses(curve, both, relative, run)
    if epoch is not None and goes_on:
        curve.button(
            f"Let B go on from A at epoch {epoch:.2f}",
            on_click=address.put,
            kwargs={"ab_fork": round(epoch, 6)},
        )
    curve.caption(captions.losses(relative, goes_on))
    with numbers:
        _numbers(both, chosen, relative)
    _neighbors(both, control, told)


def _numbers(both, chosen, relative):
    first, second = st.columns(2)
    a, b = ([_learned(seen), _gap(seen), _cluster(seen, chosen)] for seen in both)
    _metric(first, "Learned, A and B", a[0], b[0], ".0%")
    _metric(second, "Cost of shuffling, A and B", a[1], b[1], ".0%")
    if None not in (a[2], b[2]):
        _metric(first, "Silhouette, A and B", a[2], b[2], ".2f")
    if not relative:
        _metric(second, "Loss per pair, A and B", *(_last(seen)[0].loss for seen in both), ".3f")
    st.caption(captions.numbers(relative))


def _metric(place, label, a, b, form):
    # Of the numbers as they are shown
    before, after = (float(f"{x:{form}}".rstrip("%")) for x in (a, b))
    change = after - before
    change = f"{change:+.0f} points" if form.endswith("%") else f"{change:+{form}}"
    place.metric(label, f"{a:{form}} · {b:{form}}", change, delta_color="off")


def _neighbors(both, control, told):
    a, b = both
    st.markdown("**Neighbors**")
    if CONTROLS["seed"].label not in [label for label, _, _ in told]:
        widgets.toggle("ab_seed")
    most = [floor_size(seen.facts.counts, run_measures.FLOOR) for seen in both]
    words = tuple(seen.facts.words[:n] for seen, n in zip(both, most, strict=True))
    vectors = tuple(seen.vectors[:n] for seen, n in zip(both, most, strict=True))
    try:
        found = comparison.compare(words, vectors)
    except UserError as problem:
        page.say(problem)
        return
    against = None
    if control:
        same = found.words, found.words
        against = comparison.compare(same, (_of(a, found.words), _of(control, found.words)))
    number, said = st.columns([1, 3], vertical_alignment="center")
    number.metric("Neighbors shared by A and B", f"{found.overlap.mean:.0%}")
    said.markdown(captions.overlap(found, run_measures.FLOOR, against))
    moved = found.moved[:MOVED]
    st.markdown("**Words that moved most**")
    st.dataframe(
        {
            "word": [found.words[n] for n in moved],
            "neighbors in A": _near(a, found.words, moved),
            "neighbors in B": _near(b, found.words, moved),
            f"shared, of {comparison.K}": [f"{found.overlap.each[n]:.0%}" for n in moved],
        },
        hide_index=True,
    )
    st.caption(captions.moved(len(moved)))


def _of(seen, words):
    return seen.vectors[[seen.facts.index[word] for word in words]]


def _near(seen, words, rows):
    """The nearest of some words, of those in some rows, as a line each."""
    near, _ = neighbors_and_clusters.neighbors(_of(seen, words), rows, NEAR)
    return [", ".join(words[n] for n in row) for row in near]


def _last(seen):
    """The losses of a run, or of its last snapshot, and what they are compared with."""
    if seen.run:
        return seen.run.losses, seen.run.references
    return seen.snapshots[-1], seen.references


def _learned(seen):
    losses, references = _last(seen)
    return 1 - losses.loss / references.without_center


def _gap(seen):
    losses, _ = _last(seen)
    return (losses.shuffled - losses.loss) / losses.loss


def _cluster(seen, chosen):
    """The silhouette of the words shown, or None without groups."""
    kept = [
        (seen.facts.index[word], label)
        for word, label in zip(chosen.words, chosen.labels, strict=True)
        if word in seen.facts.index
    ]
    if len({label for _, label in kept}) < 2:
        return None
    rows, labels = zip(*kept, strict=True)
    rng = np.random.default_rng(0)
    return neighbors_and_clusters.cluster_score(
        seen.vectors[list(rows)], np.array(labels), rng
    ).score
