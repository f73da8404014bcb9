"""The state of a session, of which two runs of its page may be under way."""

import threading
from unittest.mock import MagicMock

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import RerunData
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.state.common import WidgetMetadata
from streamlit.runtime.state.session_state import SessionState

from ui import session_state

PATCHED = (
    (ScriptRunner, "__init__"),
    (ScriptRunner, "_on_script_finished"),
    (AppSession, "_handle_clear_cache_request"),
)


@pytest.fixture
def runs(monkeypatch):
    """The state of a session, in which a button has just been pressed, and two runs of it."""
    for kind, name in PATCHED:
        monkeypatch.setattr(kind, name, getattr(kind, name))
    session_state.keep()
    state = SessionState()
    state._new_widget_state.set_widget_from_proto(WidgetState(id="press", trigger_value=True))
    state._new_widget_state.set_widget_metadata(
        WidgetMetadata("press", lambda value: value, lambda value: value, "trigger_value")
    )
    return state, run_of(state), run_of(state)


def run_of(state):
    others = ("session_id", "main_script_path", "uploaded_file_mgr", "script_cache", "user_info")
    others += ("fragment_storage", "pages_manager", "event_loop")
    given = {name: MagicMock() for name in others}
    return ScriptRunner(session_state=state, initial_rerun_data=RerunData(), **given)


def ends(run):
    context = MagicMock(has_script_started=False)
    run._on_script_finished(context, MagicMock(), False, MagicMock())


def test_a_run_that_has_been_replaced_takes_back_no_press(runs):
    state, old, new = runs
    old.request_stop()
    ends(old)
    assert state["press"]
    ends(new)  # the one whose press it is
    assert not state["press"]


def test_the_runs_of_a_session_take_turns_and_those_of_others_do_not_wait(runs):
    _, old, new = runs
    other = run_of(SessionState())

    def looks(run):
        there = threading.Event()

        def look():
            assert "x" not in run._session_state
            there.set()

        threading.Thread(target=look, daemon=True).start()
        return there

    with old._session_state._lock:
        waits = looks(new)
        assert looks(other).wait(30)
        assert not waits.wait(0.1)
    assert waits.wait(30)


def test_a_command_to_clear_the_caches_leaves_the_state_alone(runs):
    state, *_ = runs
    session = MagicMock(_session_state=state)
    AppSession._handle_clear_cache_request(session)
    assert state["press"]
