"""Buttons pressed twice, and calls of widgets that are gone, as a slow browser sends them."""

import pytest
from streamlit.testing.v1 import AppTest

from ui.controls import address


def undoing():
    import streamlit as st

    from ui.controls import address

    address.start("Train", st.container())
    st.button("Change", on_click=address.put, kwargs={"dim": 5})
    st.button("Undo", on_click=address.undo)


def test_undo_pressed_once_more_than_there_is_to_undo_changes_nothing():
    app = AppTest.from_function(undoing, default_timeout=30).run()
    app.button[0].click().run()
    assert "dim" in app.query_params
    for _ in range(3):  # the browser shows the button until the page is drawn again
        app.button[1].click().run()
        assert not app.exception and "dim" not in app.query_params


def test_what_another_run_reads_of_the_address_is_never_written_into(monkeypatch):
    """Two runs of one page share the session: the one that is replaced may still go on."""
    state = address._State(given={"dim": ["5"], "seed": ["3"]})
    monkeypatch.setattr(address, "_state", lambda: state)
    for change in ({"dim": 7}, {"dim": None}, {"window": 3}, {"seed": None}):
        before = state.given
        kept = dict(before)
        address.put(**change)
        assert before == kept and state.given != kept
    assert state.given == {"window": ["3"]}


def calling(module, name, arguments=()):
    from importlib import import_module

    import streamlit as st

    from ui.controls import address

    address.start("Train", st.container())
    st.button("Call", on_click=getattr(import_module(module), name), args=arguments)
    st.session_state.pop(address.STATE)  # as it is after the caches were cleared


@pytest.mark.parametrize(
    ("module", "name", "arguments"),
    [
        ("ui.classroom.door", "_join", ()),
        ("ui.controls.text_upload", "_take_upload", ()),
        ("ui.controls.text_upload", "_take_pasted", ()),
        ("ui.explore.files", "_take", ()),
        ("ui.controls.address", "undo", ()),
        ("ui.jobs.follow", "_go_on", ("any",)),
        ("ui.jobs.follow", "_stop", ("any", {"": ()}, {})),
    ],
)
def test_a_call_that_comes_when_its_widget_is_gone_does_nothing(module, name, arguments):
    app = AppTest.from_function(calling, args=(module, name, arguments), default_timeout=30).run()
    app.button[0].click().run()
    assert not app.exception and not app.query_params
