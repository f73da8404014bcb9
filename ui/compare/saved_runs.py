"""Compares two saved runs or vector files, as A and B, on the words that both have."""

import numpy as np
import streamlit as st

from core.errors import UserError
from core.seeds import run_set
from core.vectors import comparison, neighbors_and_clusters
from ui import page
from ui.compare import captions
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
