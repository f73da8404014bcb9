"""What the model will see of a text, and the texts there are."""

import streamlit as st

from core.texts import registry
from core.texts.text_files import DECISIONS
from ui import page
from ui.controls.sidebar import TEXT
from ui.escaping import sentence
from ui.text import downloads, view

page.start("Text", "A model knows only what it has read. This is all of it.")
text, _ = page.settings(tuple(key for key in TEXT if key not in DECISIONS))
view.show(text)
downloads.show()

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
        "A text file, or a folder of text files, that is put into the folder data/ of the program "
        "appears here after a reload."
    )
    for name in registry.shadowed():
        st.warning(
            f"The file data/{sentence(name)} is not used, because a text of the program has the "
            "same name. Rename the file."
        )
