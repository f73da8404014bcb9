"""Brings a visitor's own text: uploaded or pasted."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.errors import UserError
from core.reading.reader import MAX_BYTES
from core.settings import TextSettings
from ui import visitor_files
from ui.controls import address
from ui.escaping import sentence, shown
from ui.jobs import follow  # the module: it imports the page, which imports this one

LIST = "upload"
# In the session: a file that is written but not read yet, what was wrong with the last one, how
# often uploads were taken off each list, and the list that held the last one
ARRIVED, PROBLEM, TAKEN_OFF = "arrived_text", "text problem", "uploads taken off"
LISTED = "list of the last upload"
# Bytes from which the server does not keep an upload in its memory once it is a file
LARGE = 20_000_000


def draw(corpus: str):
    """Draw the two ways to bring a text."""
    with st.expander("Your own text"):
        st.file_uploader(
            f"Upload files ({MAX_BYTES // 1_000_000} MB at most; several are read as one text)",
            key=list_key(LIST),
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
            "stops. Anyone who has the link can read it. Files of more than "
            f"{LARGE // 1_000_000} MB leave this list when they have arrived, which frees memory."
        )
    if corpus in identities() and visitor_files.path_of(corpus) is None:
        st.warning(
            "Your text is no longer kept: your texts took more room than there is for one visitor. "
            "Upload it again, or choose another one."
        )
    if corpus in identities():
        st.caption("The page Text shows how your text was read, and lets you change that.")


def identities() -> list[str]:
    """The texts that this visitor has brought, or whose link was opened."""
    return list(st.session_state.get("own texts", {}))


def receive(corpus: str):
    """Read a text that has arrived, with progress and Stop, and choose it; or say why it cannot be
    read.
    """
    if arrived := st.session_state.get(ARRIVED):
        _read(arrived)
    if st.session_state.get(PROBLEM):
        problem, chosen = st.session_state[PROBLEM]
        if chosen != corpus:  # the visitor has gone on to another text
            st.session_state[PROBLEM] = None
            return
        still = f" The text “{corpus}” is still the chosen one."
        st.error(sentence(problem + still), icon=":material/info:")


def _read(arrived):
    try:
        look = {"": arrived.look}
        found, complete = follow.follow(
            look, key=ARRIVED, said=f"Reading {shown(arrived.name, 30)}"
        )
        if not complete:  # stopped, and may go on
            return
        visitor_files.accept(arrived, follow.visitor())
    except UserError as problem:
        visitor_files.drop(arrived)
        _tell(arrived.name, problem)
        st.session_state.pop(ARRIVED, None)
        return
    st.session_state.pop(ARRIVED, None)
    st.session_state.setdefault("own texts", {})[arrived.identity] = found[""][-1]
    address.put(corpus=arrived.identity)
    st.rerun()


def list_key(name: str) -> str:
    """The key of a list of uploads: a new one gives an uploader without files."""
    off = st.session_state.get(TAKEN_OFF, {}).get(name, 0)
    return f"{name} {off}" if off else name


def _take_upload():
    # The list can be gone by now: its page was left, or a new list has taken its place
    if files := st.session_state.get(list_key(LIST)):
        st.session_state[LISTED] = list_key(LIST)
        _take(*visitor_files.one([(file.name, file.getvalue()) for file in files]))
        take_off(LIST, files)
    elif st.session_state.get(LISTED) == list_key(LIST):  # a new list says that it is empty, too
        _forget()


def take_off(name, files):
    """Drop large uploads from Streamlit's memory, and from the list that the visitor sees."""
    if sum(file.size for file in files) <= LARGE:
        return
    context = get_script_run_ctx()
    for file in files:
        context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)
    off = st.session_state.setdefault(TAKEN_OFF, {})
    off[name] = off.get(name, 0) + 1


def _forget():
    """Forget the text that was brought before, if it is not read yet, and what was wrong with
    it.
    """
    st.session_state[PROBLEM] = None
    st.session_state.get(follow.STOPPED, {}).pop(ARRIVED, None)
    if arrived := st.session_state.pop(ARRIVED, None):
        visitor_files.drop(arrived)


def _take_pasted():
    pasted = st.session_state.get("pasted", "")
    if pasted.strip():
        _take("pasted text.txt", pasted.encode("utf8", "replace"))


def _take(name, data):
    address.hear()
    _forget()
    try:
        st.session_state[ARRIVED] = visitor_files.write(name, data)
    except UserError as problem:
        _tell(name, problem)


def _tell(name, problem):
    """Remember what is wrong with a text, and which text is chosen instead."""
    chosen = address.given("corpus") or TextSettings().corpus
    st.session_state[PROBLEM] = f"{name}: {problem}", chosen
