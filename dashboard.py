"""The main job: sliders, training, loss curve and embedding. Run with `streamlit run
dashboard.py`.
"""

import streamlit as st

from ui import page, server
from ui.model import view

if __name__ == "__main__":  # Streamlit runs this script as the first page
    page.start("Train", "This classmate's picture shows no clusters. Was it the seed?")
    text, settings = page.settings()
    view.show(text, settings)
else:  # and imports it for the server
    app = st.App(__file__, routes=server.routes())
