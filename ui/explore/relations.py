"""Similarity of words and sets of words, and analogies a - b + c."""

import pandas as pd
import streamlit as st

from core.vectors import analogies
from ui.charts import drawing
from ui.controls import widgets
from ui.escaping import shown
from ui.explore import captions, over_training, source
from ui.train import charts as of_model

KEYS = "ex_a", "ex_b", "ex_c"


def show(space):
    """An analogy with its runners-up, the same over the training, and similarity."""
    words = space.source.words
    places = st.columns([2, 2, 2, 3], vertical_alignment="bottom")
    examples = _examples(space.source.facts)
    typed = [
        widgets.text(key, place, label=label, default=example)
        for key, place, label, example in zip(
            KEYS, places[:3], ("a", "− b", "+ c"), examples, strict=True
        )
    ]
    keep = widgets.toggle("ex_inputs", places[3])
    rows = [source.row(space.source, one) for one in typed]
    if None not in rows:
        _answers(space, [words[row] for row in rows], keep)
        if space.source.frames is not None:
            with st.expander("The same over the training"):
                plus, minus = (rows[0], rows[2]), (rows[1],)
                said = "the answers to " + captions.asked([words[row] for row in rows])
                over_training.followed(space.source.frames, plus, minus, said, keep)
    _similarity(space, examples)


def _answers(space, asked, keep):
    found = analogies.analogy(space.source.words, space.vectors, *asked, 10, keep)
    if not found:
        st.info("There are no other words to answer with.")
        return
    rows = pd.DataFrame({"word": [n.word for n in found], "cosine": [n.similarity for n in found]})
    left, right = st.columns([3, 2], gap="medium")
    with left:
        drawing.draw(st, of_model.neighbors, len(found), rows=rows)
    kept = found if keep else analogies.analogy(space.source.words, space.vectors, *asked, 1, True)
    right.markdown(f"**{captions.asked(asked)} → {shown(found[0].word)}**")
    right.caption(captions.analogy(asked, found, kept[0].word, keep))


def _similarity(space, examples):
    st.markdown("**How similar are two words, or two sets of words?**")
    one, other, number = st.columns([3, 3, 2])
    sides = [
        source.rows(space.source, widgets.text(key, place, default=example))
        for key, place, example in zip(
            ("ex_one", "ex_other"), (one, other), (examples[0], examples[2]), strict=True
        )
    ]
    if all(sides):
        found = analogies.similarity(space.vectors, *sides)
        number.metric("Similarity", f"{found:.3f}")
        sets = any(len(side) > 1 for side in sides)
        st.caption(captions.similarity(sets))


def _examples(facts):
    """Three words: two of one group and one of another, where the text has groups."""
    known = [[w for w in g if w in facts.index] for g in facts.groups.values()]
    known = [sorted(g, key=facts.index.get) for g in known if len(g) > 1]
    if len(known) > 1:
        return known[0][0], known[0][1], known[1][0]
    return tuple((facts.words * 3)[:3])
