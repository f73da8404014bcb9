"""Axes of one's own: from some words to others, and which words lean to an end."""

import re

import numpy as np
import pandas as pd
import streamlit as st

from core.errors import UserError
from core.texts import words_to_plot
from core.vectors import analogies, axes
from ui import page
from ui.charts import drawing
from ui.controls import address, widgets
from ui.escaping import shown
from ui.explore import captions, charts, source

ARROW = re.compile(r"→|->|;")
EACH_END = 8  # words shown at each end


def ends(found, typed):
    """The rows of both ends of an axis written like “zły → świetny”, or None."""
    parts = ARROW.split(typed)
    if len(parts) != 2:
        return None
    known = [
        tuple(found.facts.index[w] for w in found.facts.tokenize(part) if w in found.facts.index)
        for part in parts
    ]
    return tuple(known) if all(known) else None


def show(space):
    """An axis, the words at its ends, and a test of whether some words lean to one of them."""
    one, two = st.columns(2)
    standard = example(space.source.facts)
    across = widgets.text("ex_x", one, default=standard)
    widgets.text("ex_y", two, placeholder="another axis, such as " + second(space.source.facts))
    st.caption(
        "An axis is written as the words of one end, an arrow (→ or ->), and the words of the "
        "other. Two axes span a picture: choose “My two axes” there."
    )
    if address.given("ex_y"):
        two.button("Show the picture of both", on_click=_spanned, args=(across,))
    found = ends(space.source, across)
    if found is None:
        source.rows(space.source, ARROW.sub(" ", across))
        st.info("Write known words on both sides of an arrow, such as: " + shown(standard))
        return
    try:
        axis = axes.axis(space.vectors, *map(list, found))
    except UserError as problem:
        page.refuse(problem)
    places = axes.places(space.vectors, axis)
    typed = widgets.text("ex_lean", placeholder="words, such as names of trades")
    lean = source.rows(space.source, typed)
    _ends_of_axis(space, places, lean, found, across)
    if lean:
        tested = axes.bias(space.vectors, lean, axis, np.random.default_rng(0))
        number, said = st.columns([1, 3], vertical_alignment="center")
        number.metric("Lean to the right end", f"{tested.mean:+.3f}")
        said.markdown(captions.lean(tested, [len(end) for end in found]))


def _ends_of_axis(space, places, lean, found, name):
    order = np.argsort(-places, kind="stable")
    known = [n for end in found for n in end]
    each = min(EACH_END, len(order) // 2)
    chosen = dict.fromkeys([*order[:each], *known, *lean, *order[len(order) - each :]])
    chosen = sorted(chosen, key=lambda n: -places[n])
    rows = pd.DataFrame(
        {
            "word": [space.source.words[n] for n in chosen],
            "place": places[chosen],
            "kind": [_kind(n, lean, known) for n in chosen],
        }
    )
    kinds = tuple(kind for kind in charts.ENDS if kind in set(rows["kind"]))
    drawing.draw(st, charts.axis, name, kinds, rows=rows, height=24 * len(chosen) + 60)
    st.caption(captions.axis(analogies.similarity(space.vectors, *map(list, found))))


def _kind(row, lean, known):
    return charts.ENDS[1 if row in known else 2 if row in lean else 0]


def _spanned(across):
    address.put(ex_part="picture", ex_map="axes", ex_x=across)


def second(facts):
    """An example of another axis: between words that the first one leaves out, where there are."""
    used = set(re.findall(r"\w+", example(facts)))
    left = [word for word in facts.words if word not in used][:2]
    return " → ".join(left)


def example(facts):
    """An axis from some words of the text to others, as it is typed."""
    return " → ".join(words_to_plot.example(facts).split("; "))
