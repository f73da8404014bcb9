"""Shared by the tests of all pages: open a page, and read its numbers."""

import json

from streamlit.testing.v1 import AppTest

from ui.charts import drawing
from ui.controls import sidebar
from ui.jobs import broker

drawing.CHECKED = True  # every chart of every page is checked against the schema of Vega-Lite


def opened(script, timeout=60, **query):
    """A page after its first run with these query parameters and all controls of the sidebar in
    view; fails if it shows an exception.
    """
    app = AppTest.from_file(str(broker.ROOT / script), default_timeout=timeout)
    app.session_state[sidebar.MORE] = True
    for name, value in query.items():
        app.query_params[name] = value
    return finished(app.run())


def finished(app):
    """Returns the page; fails if it shows an exception."""
    assert [problem.message for problem in app.exception] == []
    return app


def metrics(app):
    """The numbers of a page by their labels."""
    return {metric.label: metric.value for metric in app.metric}


def animation(app, key="main"):
    """What the player of a key was sent."""
    messages = [
        json.loads(node.proto.json)
        for node in app.get("bidi_component")
        if node.proto.component_name == "animation_player"
    ]
    (message,) = (message for message in messages if message["key"] == key)
    return message


def widget(app, key):
    """The widget of a key."""
    for kind in (
        "slider",
        "selectbox",
        "number_input",
        "text_input",
        "toggle",
        "segmented_control",
    ):
        for found in getattr(app, kind):
            if found.key == key:
                return found
    raise KeyError(key)
