"""Brings a visitor's own text: uploaded or pasted."""

import uuid

import streamlit as st

from core.errors import UserError
from core.reading.reader import MAX_BYTES
from ui import visitor_files
from ui.controls import address
from ui.escaping import sentence


def draw(corpus: str):
    """Draw the two ways to bring a text, and what was wrong with the last one."""
    with st.expander("Your own text"):
        st.file_uploader(
            f"Upload files ({MAX_BYTES // 1_000_000} MB at most; several are read as one text)",
            key="upload",
            accept_multiple_files=True,
            on_change=_take_upload,
            help="Plain text in any encoding, tables (.csv, .tsv), JSON, subtitles, web pages, "
            "exported chats, .docx, .epub, .odt, .gz and .zip.",
        )
        st.text_area(
            "Or paste some text",
            key="pasted",
            height=120,
            on_change=_take_pasted,
            help="Press Ctrl+Enter to use it.",
        )
        st.caption(
            "The text is kept only on the computer that runs this server, and deleted when it "
            "stops. Anyone who has the link can read it."
        )
    if corpus in identities() and visitor_files.path_of(corpus) is None:
        st.warning(
            "Your text is no longer kept: your texts took more room than there is for one visitor. "
            "Upload it again, or choose another one."
        )
    if problem := st.session_state.get("text problem"):
        st.error(sentence(problem))
    if corpus in identities():
        st.caption("The page Text shows how your text was read, and lets you change that.")


def identities() -> list[str]:
    """The texts that this visitor has brought, or whose link was opened."""
    return list(st.session_state.get("own texts", {}))


def _take_upload():
    if files := st.session_state["upload"]:
        _take(*visitor_files.one([(file.name, file.getvalue()) for file in files]))
    else:
        st.session_state["text problem"] = None


def _take_pasted():
    if st.session_state["pasted"].strip():
        _take("pasted text.txt", st.session_state["pasted"].encode("utf8", "replace"))


def visitor() -> str:
    """Names this visitor among others who bring texts."""
    return st.session_state.setdefault("visitor", uuid.uuid4().hex)


def _take(name, data):
    st.session_state["text problem"] = None
    try:
        with st.spinner("Reading your text ..."):
            identity, notes = visitor_files.keep(name, data, visitor())
    except UserError as problem:
        st.session_state["text problem"] = f"{name}: {problem}"
        return
    st.session_state.setdefault("own texts", {})[identity] = notes
    address.put(corpus=identity)
