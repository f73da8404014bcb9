"""The first page: settings, training, loss curve and picture of the vectors.

Run it with `streamlit run dashboard.py`.
"""

import streamlit as st

if __name__ == "__main__":  # Streamlit runs this script as the first page
    from ui import page
    from ui.train import view

    page.start("Train", "A classmate's picture shows no clusters. Was it the seed?")
    text, settings = page.settings()
    view.show(text, settings)
else:  # `streamlit run` imports it for the server, which answers before all of that is imported
    from starlette.middleware import Middleware

    from ui import (
        message_rate,
        protection,
        server,
        session_state,
        turns,
        upload_answers,
        warm_up,
    )
    from ui.jobs import memory

    memory.keep_small()
    upload_answers.keep()
    turns.keep()
    session_state.keep()
    server.keep_options()
    warm_up.keep()
    app = st.App(
        __file__,
        lifespan=warm_up.lifespan,
        routes=server.routes(),
        middleware=[
            Middleware(protection.Protection),
            Middleware(message_rate.MessageRate),
            Middleware(server.FilesFromMemory),
        ],
    )
