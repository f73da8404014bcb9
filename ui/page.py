"""What every page begins with."""
import gc

import streamlit as st

from core.errors import UserError
from ui import controls, jobs, player

_frozen = False


def start(title, lead):
    """Set up the page: title, one sentence, the player's engine, the workers."""
    st.set_page_config(page_title=title, layout="wide")
    jobs.broker()
    _freeze()
    st.html("<style>.stMainBlockContainer { padding-top: 2.5rem; padding-bottom: 2rem; }</style>")
    st.markdown(f"## {title}\n{lead}")
    player.engine()


def settings():
    """The settings of the sidebar."""
    return controls.settings()


def refuse(problem: UserError):
    """Show a mistake of the user as one sentence, and end the run."""
    st.error(str(problem), icon=":material/info:")
    st.stop()


def _freeze():
    """Take the imported modules out of garbage collection, which Streamlit starts after every run: 3.4 s become 0.2 s
    for thirty visitors at once."""
    global _frozen
    if not _frozen:
        gc.collect()
        gc.freeze()
        _frozen = True
