"""Compares two saved runs or vector files, as A and B, on the words that both have."""

import numpy as np
import streamlit as st

from core.errors import UserError
from core.seeds import run_set
from core.texts import registry
from core.vectors import comparison, neighbors_and_clusters
from core.word2vec import export
from ui import page
from ui.compare import captions, history, pictures, sides
from ui.controls import address, widgets
from ui.explore import source
from ui.seeds import many_seeds
from ui.train import result

MOST = 5_000  # shared words compared, the first ones of A
MOVED, NEAR = 12, 5  # words listed, and neighbors of each
HEIGHT = 460  # pixels of both pictures


def chosen():
    """Whether saved runs are compared, and no model is trained."""
    return address.value("ab_of") == "saved"


def show():
    """Draw the choice of both, their pictures, and where they differ most."""
    found = source.saved()
    if not found:
        return
    places = st.columns(2)
    names = [
        widgets.menu(f"ab_run_{side}", place, options={n: n for n in found}, default=standard)
        for side, place, standard in zip("ab", places, (found[0], found[-1]), strict=True)
    ]
    a, b = (source.bring(source.root() / name, None) for name in names)
    try:
        both = comparison.compare((a.words, b.words), (a.center, b.center), most=MOST)
    except UserError as problem:
        page.refuse(problem)
    vectors = [_of(side, both.words) for side in (a, b)]
    _pictures(both.words, vectors, names)
    _losses(names)
    number, said = st.columns([1, 3], vertical_alignment="center")
    number.metric("Neighbors shared by A and B", f"{both.overlap.mean:.0%}")
    said.markdown(captions.saved(both, len(a.words), len(b.words)))
    _moved(both, vectors)


def _of(side, words):
    index = side.facts.index
    return np.ascontiguousarray(side.center[[index[word] for word in words]], np.float32)


def _pictures(words, vectors, names):
    facts = source.listed(words)
    chosen, look = result.word_controls(facts)
    if not chosen.words:
        return
    rows = [facts.index[word] for word in chosen.words]
    pictures = run_set.pictures(vectors, rows, look.normalize, True)
    titles = [f"{side}: {name}" for side, name in zip("AB", names, strict=True)]
    none = [""] * 2
    many_seeds.draw_pictures(st, titles, none, none, list(pictures), [False] * 2, chosen, HEIGHT)
    st.caption(captions.LINKED)


def _losses(names):
    """Both losses in one chart, if both runs have kept theirs."""
    try:
        a, b = (export.read_record(source.root() / name) for name in names)
    except UserError as problem:
        page.say(problem)
        return
    if not (a and b):
        st.caption(captions.NO_CURVE)
        return
    told = sides.told(a.text, a.settings, b.text, b.settings)
    relative = captions.changes_measure(told) or a.digest != b.digest
    done = [[epoch / one.curve[-1][0] for epoch, _ in one.curve] for one in (a, b)]
    curves = [a.curve, [b.curve[n] for n in pictures.at_same_share(*done)]]
    units = [one.without_center if relative else 1.0 for one in (a, b)]
    labels = [f"epoch {epoch:.1f}" for epoch, _ in a.curve]
    place, more = st.columns([3, 2], gap="medium", vertical_alignment="center")
    pictures.curves(place, curves, units, relative, str(hash((a, b))), labels=labels)
    more.markdown(captions.difference(told) if told else captions.SAME)
    more.caption(captions.saved_losses(relative))
    if told and {one.text.corpus for one in (a, b)} <= set(registry.registry()):
        more.button("Train both again", on_click=_train_again, args=(a, b), help=captions.AGAIN)


def _train_again(a, b):
    sides.put(a.text, a.settings)
    history.as_b(a.text, a.settings, b.text, b.settings)
    address.forget("ab_of")


def _moved(both, vectors):
    moved = both.moved[:MOVED]
    st.markdown("**Words that differ most**")
    near = [neighbors_and_clusters.neighbors(side, moved, NEAR)[0] for side in vectors]
    told = {"word": [both.words[n] for n in moved]}
    for side, found in zip("AB", near, strict=True):
        told[f"neighbors in {side}"] = [", ".join(both.words[n] for n in row) for row in found]
    told[f"shared, of {comparison.K}"] = [f"{both.overlap.each[n]:.0%}" for n in moved]
    st.dataframe(told, hide_index=True)
    st.caption(captions.moved(len(moved)))
