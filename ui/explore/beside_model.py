"""A saved run or a file of vectors compared with the model of the sidebar, on the words of both."""

import streamlit as st

from core.errors import UserError
from core.vectors import comparison, neighbors_and_clusters
from ui import page
from ui.explore import captions

MOST = 5_000  # shared words compared, the most frequent ones of the file
MOVED, NEAR = 12, 5  # words listed, and neighbors of each


def show(space, model):
    """How many neighbors both share, and the words that differ most. model: Source of the model."""
    try:
        found = comparison.compare(
            (space.source.words, model.words), (space.vectors, model.center), most=MOST
        )
    except UserError as problem:
        page.say(problem)
        return
    number, said = st.columns([1, 3], vertical_alignment="center")
    number.metric("Neighbors shared with this model", f"{found.overlap.mean:.0%}")
    said.markdown(captions.against(found, len(space.source.words), len(model.words)))
    moved = found.moved[:MOVED]
    st.markdown("**Words that differ most**")
    st.dataframe(
        {
            "word": [found.words[n] for n in moved],
            "neighbors there": _near(space.source, space.vectors, found.words, moved),
            "neighbors in this model": _near(model, model.center, found.words, moved),
            f"shared, of {comparison.K}": [f"{found.overlap.each[n]:.0%}" for n in moved],
        },
        hide_index=True,
    )


def _near(source, vectors, words, rows):
    """The nearest of the shared words, of those in some rows, as a line each."""
    known = vectors[[source.facts.index[word] for word in words]]
    near, _ = neighbors_and_clusters.neighbors(known, rows, NEAR)
    return [", ".join(words[n] for n in row) for row in near]
