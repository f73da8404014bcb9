"""How a file was read: its first lines, what was decided, and a control for each decision."""

import streamlit as st

from core.texts.text_files import DECISIONS
from ui.controls import address
from ui.controls.widgets import menu
from ui.escaping import sentence, shown, table

# What was done, in a sentence's words
TOLD = {
    "lines": ". ! ? and line ends",
    "blank lines": ". ! ? and blank lines",
    "only lines": "line ends only",
    "go on": "sentence goes on",
    "end": "sentence ends",
    "remove": "dropped",
    "keep": "kept",
    "none": "not looked for",
    "html": "HTML or XML",
    "json": "JSON",
    "chinese": "Chinese",
    "japanese": "Japanese",
    "thai": "Thai",
}
SHOWN, BESIDE = 6, 4  # lines of the file: alone, and beside the columns of a table
COLUMNS = 8  # shown of a table


def mend(problem, glimpse):
    """Say why a text cannot be read, and show its first lines and the decisions that may be wrong;
    ends the run.
    """
    st.error(sentence(problem), icon=":material/info:")
    with st.container(border=True):
        st.markdown("**The first lines of the file. Read them in another way:**")
        _lines(glimpse)
        _decisions(glimpse, {})
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
        _lines(facts, facts.decided.get("column", ""))
        _decisions(facts, facts.decided)
        for note in facts.notes:
            st.caption(f":material/info: {sentence(note[0].upper() + note[1:])}.")
        st.caption(
            "**Look for:** words of these lines that are missing from the sentences below, and "
            "words there that are not part of the text. Each choice above changes how the file is "
            "read."
        )


def _lines(facts, read=""):
    """The first lines of the file; beside them the columns of a table, and which of them is
    read.
    """
    if not facts.columns:
        if facts.first_lines:
            st.code("\n".join(facts.first_lines[:SHOWN]), language=None, wrap_lines=True)
        return
    left, right = st.columns([2, 3])
    left.code("\n".join(facts.first_lines[:BESIDE]), language=None, wrap_lines=True)
    samples = facts.samples or ("",) * len(facts.columns)
    rows = list(zip(facts.columns, samples, strict=True))
    first = rows[:COLUMNS] if read in facts.columns[:COLUMNS] else rows[: COLUMNS - 1]
    first += [row for row in rows if row[0] == read and row not in first]
    cells = [
        (shown(name), shown(cell), "**read**")
        if name == read
        else (shown(name), f":gray[{shown(cell)}]", "")
        for name, cell in first
    ]
    right.markdown(table(("column", "begins with", ""), cells))
    if len(rows) > len(first):
        right.caption(f"The table has {len(rows):,} columns; the menu below holds the others.")


def _decisions(facts, decided):
    """A menu for each decision. decided: what was done, by their names."""
    given = address.given("column")
    drawn = [name for name in DECISIONS if name != "column" or facts.columns or given]
    places = [*st.columns(4), *st.columns(4)]
    for name, place in zip(drawn, places, strict=False):
        done = decided.get(name, "")
        done = TOLD.get(done, done) or "by the content"
        if name == "column":
            options = {"auto": f"auto: {done}"} | ({given: given} if given else {})
            options |= {column: column for column in facts.columns}
            options |= {
                column: f"{column} ({cell})" if cell else column
                for column, cell in zip(facts.columns, facts.samples, strict=False)
            }
            menu(name, place, options=options)
        else:
            menu(name, place, format_func=_titled(name, done))


def _titled(name, done):
    return lambda option: f"auto: {done}" if option == "auto" else TOLD.get(option, option)


def changed():
    """True if a decision was asked for."""
    return any(address.given(name) for name in DECISIONS)
