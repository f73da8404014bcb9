"""The neighbors of a word in the full space, beside those in the picture: are they real?"""

import pandas as pd
import streamlit as st

from core.texts import words_to_plot
from core.vectors import analogies, picture_trust
from ui.charts import drawing
from ui.controls import widgets
from ui.escaping import shown
from ui.explore import captions, picture, source
from ui.train import charts as of_model


def show(space):
    """Search a word; its nearest words, its nearest points, and how many of those are real."""
    find, how = st.columns([3, 2], vertical_alignment="bottom")
    words = space.source.words
    row = word(space, find)
    if row is None:
        return
    with how:
        asked = picture.controls(space, extra=(row,))
    left, right = st.columns([2, 3], gap="medium")
    with left:
        _full_space(space, row)
    with right:
        place = picture.Redrawn(st, picture.HEIGHT)
        drawn = picture.made(
            asked, "explore_map", lambda moving: picture.draw(place, moving, words)
        )
        own = asked.rows.index(row)
        near = picture_trust.neighbors(space.vectors[asked.rows], drawn.points, own, asked.k)
        picture.draw_to_select(place.element, drawn, words, asked.groups, around=(own, near))
        st.caption(
            captions.beside(
                shown(words[row]),
                [shown(words[asked.rows[n.row]]) for n in near if n.real],
                len(near),
            )
        )
    picture.believe(drawn, words)
    picture.selection(space)


def word(space, place, key="word"):
    """Draw the search for a word; returns its row, or None and says so."""
    words = space.source.words
    first = words[_first(space.source.facts)]
    return source.row(space.source, widgets.search(key, words, place, default=first) or first)


def _first(facts):
    chosen = words_to_plot.choose(facts, words_to_plot.choices(facts)[0]).words
    return facts.index[chosen[0]] if chosen else 0


def _full_space(space, row):
    found = analogies.nearest_to(space.source.words, space.vectors, row, space.k, space.by)
    rows = pd.DataFrame(
        {"word": [near.word for near in found], "cosine": [near.similarity for near in found]}
    )
    drawing.draw(st, of_model.neighbors, len(found), space.by, rows=rows)
    facts = space.source.facts
    glosses = [
        f"{shown(n.word)}: {shown(facts.meaning(n.word))}"
        for n in found[:3]
        if facts.meaning(n.word)
    ]
    st.caption(
        captions.full(space.by, len(found)) + (" " + "; ".join(glosses) + "." if glosses else "")
    )
