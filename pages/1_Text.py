"""What the model will see of a text, and the texts there are."""

import streamlit as st

from core.texts import registry
from ui import page
from ui.controls.sidebar import TEXT
from ui.text import view

page.start("Text", "A model knows only what it has read. This is all of it.")
text, _ = page.settings(TEXT)
view.show(text)

with st.expander("All texts"):
    st.dataframe(
        [
            {
                "name": e.name,
                "language": e.language,
                "kind": e.kind,
                "groups": e.groups,
                "license": e.license,
                "how it was obtained": e.obtained,
            }
            for e in registry.registry().values()
        ],
        hide_index=True,
    )
    st.caption(
        "Any .txt file put into the folder data/ of the program appears here after a reload."
    )
