"""Shows the glossary: terms in English and Polish, and where each number is computed."""

import streamlit as st

from ui.escaping import table
from ui.glossary import entries


def show():
    """Two tables: symbols and terms; numbers of the pages."""
    terms, numbers = entries.read()
    with st.container(key="terms"):
        st.markdown("##### Symbols and terms")
        with st.container(key="entries_terms"):
            st.markdown(table(("symbol", "English", "Polish", "meaning"), map(_term, terms)))
    st.markdown("##### Numbers on the pages, and the file that computes each")
    with st.container(key="entries_numbers"):
        st.markdown(table(("number", "unit", "what it says", "computed in"), map(_number, numbers)))


def _term(term):
    symbol = f"${term.symbol}$" if term.symbol else ""
    return symbol, f"**{term.english}**", term.polish, term.meaning


def _number(number):
    name = number.function.split(":")[1]
    return f"**{number.label}**", number.unit, number.meaning, f"`{number.file}`: `{name}`"
