"""How a file was read: its first lines, what was decided, and a control for each decision."""

import streamlit as st

from core.texts.text_files import DECISIONS
from ui.controls import address
from ui.controls.widgets import menu, text
from ui.escaping import sentence

# What was done, in a sentence's words
TOLD = {
    "lines": "each line end",
    "blank lines": "blank lines",
    "only lines": "only line ends",
    "remove": "dropped",
    "keep": "kept",
    "none": "not looked for",
    "html": "HTML or XML",
    "json": "JSON",
}
SHOWN = 6  # lines of the file


def mend(problem):
    """Say why a text cannot be read, and show the decisions that may be wrong."""
    st.error(sentence(problem), icon=":material/info:")
    st.markdown("**Read it in another way**")
    columns = st.columns(len(DECISIONS))
    for name, place in zip(DECISIONS, columns, strict=True):
        if name == "column":
            text(name, place)
        else:
            menu(name, place, format_func=_titled(name, "decided by the content"))
    st.stop()


def warn(facts):
    """Say why a reading is doubtful, above everything else."""
    for warning in facts.warnings:
        st.warning(sentence(warning), icon=":material/warning:")


def show(facts):
    """The first lines as they stand in the file, and what was decided, each of which a control
    changes.
    """
    with st.container(border=True):
        st.markdown("**The first lines of the file, and how they are read**")
        st.code("\n".join(facts.first_lines[:SHOWN]), language=None)
        drawn = [name for name in DECISIONS if name != "column" or facts.columns]
        places = [*st.columns(3), *st.columns(3)]
        for name, place in zip(drawn, places, strict=False):
            done = facts.decided.get(name, "")
            if name == "column":
                given = [address.given(name)] if address.given(name) else []
                options = {"auto": f"auto: {done}"} | {c: c for c in (*facts.columns, *given)}
                options |= {
                    column: f"{column} ({cell})" if cell else column
                    for column, cell in zip(facts.columns, facts.samples, strict=False)
                }
                menu(name, place, options=options)
            else:
                menu(name, place, format_func=_titled(name, TOLD.get(done, done)))
        for note in facts.notes:
            st.caption(f":material/info: {sentence(note[0].upper() + note[1:])}.")
        st.caption(
            "**Look for:** whatever the sentences below leave out of these lines although it "
            "belongs to the text, or keep although it does not. Each choice above changes how the "
            "file is read."
        )


def _titled(name, done):
    return lambda option: f"auto: {done}" if option == "auto" else TOLD.get(option, option)


def changed():
    """True if a decision was asked for."""
    return any(address.given(name) for name in DECISIONS)
