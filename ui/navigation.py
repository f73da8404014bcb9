"""The pages in the sidebar, each linked with all settings, and the way back."""

from contextlib import suppress

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from ui.controls import address
from ui.controls.pages import PAGES
from ui.lessons import presenter


def show(place):
    """Draw a link to each page, Undo and Reset."""
    query = address.settings_of_all() | address.carried()
    # A page that is run alone, as tests do, has no others beside it
    with place.container(key="navigation"), suppress(StreamlitPageNotFoundError):
        for title, script in PAGES.items():
            st.page_link(script, label=title, query_params=query, width="stretch")
    with place.container(key="undo", horizontal=True):
        st.button(
            "Undo",
            key="address_undo",
            icon=":material/undo:",
            type="tertiary",
            on_click=address.undo,
            disabled=not address.can_undo(),
            help="Go back to the settings before the last change.",
        )
        st.button(
            "Reset",
            key="address_reset",
            icon=":material/restart_alt:",
            type="tertiary",
            on_click=address.reset,
            disabled=not address.differs(),
            help="Set all settings of all pages to their defaults.",
        )
        st.button(
            ":material/slideshow:",
            key="present",
            type="tertiary",
            on_click=presenter.toggle,
            shortcut="P",
            help="Presenter's view: no sidebar, no captions, large type. The same key ends it; "
            "Page Up and Page Down walk through a lesson, B makes the screen black.",
        )
