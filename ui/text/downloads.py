"""Real texts to download, each with a button."""

import streamlit as st

from core.errors import UserError
from core.texts import downloads
from core.texts.download_catalog import BY_NAME
from ui.controls import address
from ui.escaping import sentence
from ui.jobs.follow import follow

WANTED = "wanted download"


def show():
    """A line for each text; one that is there can be chosen, another one downloaded."""
    with st.expander("Real texts to download", expanded=WANTED in st.session_state):
        st.caption(
            "A download is kept for the next time. Without a network there are still the generated "
            "texts, the documentation of Python, and your own files."
        )
        if WANTED in st.session_state:
            _fetch(BY_NAME[st.session_state[WANTED]])
        for source in BY_NAME.values():
            told, button = st.columns([5, 1], vertical_alignment="center")
            told.markdown(
                f"**{source.name}**, {source.language}: {source.title}. "
                f":gray[{source.size}; {source.license}{_unchecked(source)}]"
            )
            there = downloads.path_of(source).is_file()
            button.button(
                "Use it" if there else "Download",
                key=f"fetch_{source.name}",
                on_click=_use if there else _want,
                args=(source.name,),
                width="stretch",
            )


def _unchecked(source):
    return "" if source.bytes else "; no checksum is recorded"


def _want(name):
    address.hear()
    st.session_state[WANTED] = name


def _use(name):
    address.put(corpus=name)


def _fetch(source):
    try:
        _, complete = follow(
            {"": ("core.background_tasks:fetch", source.name)},
            key="fetch",
            said=f"Downloading {source.name}",
        )
    except UserError as problem:
        st.session_state.pop(WANTED, None)
        st.error(sentence(problem), icon=":material/info:")
        return
    if complete:
        st.session_state.pop(WANTED, None)
        address.put(corpus=source.name)
        st.rerun()
