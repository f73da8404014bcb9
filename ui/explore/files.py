"""Brings a visitor's vector file."""

import streamlit as st

from core.errors import UserError
from ui import visitor_texts
from ui.controls import address, own_text
from ui.shown import sentence

MEGABYTES = visitor_texts.VECTORS.most // 1_000_000
PROBLEM, NOTES = "vector file problem", "vector file notes"


def draw():
    """Draw the upload and what was wrong with it; returns the identity of the file, or ""."""
    st.file_uploader(
        f"Vector file, up to {MEGABYTES} MB",
        key="vectors_upload",
        max_upload_size=MEGABYTES,
        on_change=_take,
        help="Text or binary as word2vec, gensim, GloVe and fastText (.vec) write it, also packed "
        "with gzip, or .npz with the arrays `words` and `vectors`. Larger files: see the folder "
        "of saved runs.",
    )
    if problem := st.session_state.get(PROBLEM):
        st.error(sentence(problem))
    identity = address.value("ex_file")
    for note in st.session_state.get(NOTES, {}).get(identity, ()):
        st.caption(sentence(note))
    return identity


def _take():
    brought = st.session_state["vectors_upload"]
    st.session_state[PROBLEM] = None
    if not brought:
        return
    try:
        identity, notes = visitor_texts.keep(
            brought.name, brought.getvalue(), own_text.visitor(), visitor_texts.VECTORS
        )
    except UserError as problem:
        st.session_state[PROBLEM] = f"{brought.name}: {problem}"
        return
    st.session_state.setdefault(NOTES, {})[identity] = notes
    address.put(ex_file=identity)
