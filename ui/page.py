"""What every page begins with."""

import gc

import streamlit as st

from core.errors import UserError
from ui import navigation
from ui.controls import address, sidebar
from ui.controls.pages import ICON, SIDEBAR, named
from ui.escaping import sentence
from ui.jobs import broker
from ui.lessons import guide
from ui.player import page_export

_frozen = False


def start(title, lead):
    """Set up the page: title, one sentence, navigation, what the player needs, the workers.

    title: one of `ui.controls.pages.PAGES`.
    """
    st.set_page_config(
        page_title=named(title),
        page_icon=str(ICON),
        layout="wide",
        initial_sidebar_state=SIDEBAR,
    )
    broker.broker()
    freeze()
    st.markdown(f"### {title} :small[{lead}]")
    links, seat, notices = (st.sidebar.container() for _ in range(3))
    lesson = guide.begin(title)
    address.start(title, notices, lesson.hidden, lesson.fixed)
    navigation.show(links)
    page_export.button(links, title)
    guide.show(title, lesson, seat)


def settings(use=None):
    """The settings of the sidebar; use: keys of controls that do something here, None for all."""
    return sidebar.settings(use)


def refuse(problem: UserError):
    """Show a mistake of the user as one sentence, and end the run."""
    say(problem)
    st.stop()


def say(problem: UserError):
    """Show a mistake of the user as one sentence; what it quotes is shown as text."""
    st.error(sentence(problem), icon=":material/info:")


def freeze():
    """Take the imported modules out of garbage collection: nobody waits while it walks through
    them, not even once, for the first visitors are there. Streamlit's own collection after every
    run is switched off in .streamlit/config.toml.
    """
    global _frozen
    if not _frozen:
        _frozen = True
        gc.freeze()
