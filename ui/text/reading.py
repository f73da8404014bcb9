"""How a file was read: its first lines, what was decided, and a control for each decision."""

import streamlit as st

from core.texts.text_files import DECISIONS
from ui.controls import address
from ui.controls.widgets import menu, text
from ui.shown import sentence

# What was done, in a sentence's words
TOLD = {
    "lines": "ends a sentence",
    "blank lines": "is a space (blank lines end one)",
    "only lines": "alone ends a sentence",
    "remove": "are dropped",
    "keep": "are kept",
    "none": "are not looked for",
    "html": "HTML or XML",
    "json": "JSON",
}


def mend(problem):
    """Say why a text cannot be read, and show the decisions that may be wrong."""
    st.error(sentence(problem), icon=":material/info:")
    st.markdown("**Read it in another way**")
    columns = st.columns(len(DECISIONS))
    for name, place in zip(DECISIONS, columns, strict=True):
        if name == "column":
            text(name, place)
        else:
            menu(name, place, format_func=_titled(name, "by what stands in it"))
    st.stop()


def warn(facts):
    """Say why a reading is doubtful, above everything else."""
    for warning in facts.warnings:
        st.warning(sentence(warning), icon=":material/warning:")


def show(facts):
    """The first lines as they stand in the file beside what was decided, each of which a control
    changes.
    """
    with st.container(border=True):
        left, right = st.columns([3, 2], gap="large")
        with left:
            st.markdown("**The first lines of the file, as they stand there**")
            st.code("\n".join(facts.first_lines), language=None, wrap_lines=True)
            st.caption(
                "**Look for:** what the first sentences below leave out of these lines, and what "
                "they should leave out. A decision on the right changes that."
            )
        with right:
            _controls(facts)
    for note in facts.notes:
        st.caption(f":material/info: {sentence(note[0].upper() + note[1:])}.")


def _controls(facts):
    st.markdown("**What was decided**")
    columns = st.columns(2)
    drawn = [name for name in DECISIONS if name != "column" or facts.columns]
    for k, name in enumerate(drawn):
        with columns[k % 2]:
            done = facts.decided.get(name, "")
            done = TOLD.get(done, done)
            if name == "column":
                given = [address.given(name)] if address.given(name) else []
                options = {"auto": f"found: {done}"} | {c: c for c in (*facts.columns, *given)}
                menu(name, options=options)
            else:
                menu(name, format_func=_titled(name, done))


def _titled(name, done):
    return lambda option: f"found: {done}" if option == "auto" else TOLD.get(option, option)


def changed():
    """True if a decision was asked for."""
    return any(address.given(name) for name in DECISIONS)
