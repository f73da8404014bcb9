"""What the model will see of a text, and the texts there are."""
import streamlit as st

from core import corpora
from ui import page, text_view

page.start("The text", "A model knows only what it has read. This is all of it.")
text, _ = page.settings()
text_view.show(text)

with st.expander("All texts"):
    st.dataframe([{"name": e.name, "language": e.language, "kind": e.kind, "groups": e.groups, "licence": e.licence,
                   "how it was obtained": e.obtained} for e in corpora.registry().values()], hide_index=True)
    st.caption("Any .txt file put into the folder data/ of the program appears here after a reload.")
