"""Keeps the state of a session whole.

A run of a page that is replaced goes on until its next call of Streamlit, beside the run that
replaces it. Streamlit (1.67) gives each of the two a lock of its own for the state that they share:
rarely, one of them met a dictionary that the other one changed, or a widget that the other one had
removed, and the end of the old run took back a press of a button that the new one had not seen yet.
And a client's command to clear the caches, of which this program has none of Streamlit's, emptied
the state between two lines of a run.
"""

import threading
from weakref import WeakValueDictionary

from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequestType

_locks: WeakValueDictionary = WeakValueDictionary()  # id of a state -> the lock of the runs on it
_making = threading.Lock()
_begin, _finish = ScriptRunner.__init__, ScriptRunner._on_script_finished


def keep() -> None:
    """Let the runs of a session take turns in what they change of its state; one that has been
    replaced leaves the state, as it ends, to the other one, and nobody clears it from outside.
    """
    ScriptRunner.__init__ = _beginning
    ScriptRunner._on_script_finished = _finishing
    AppSession._handle_clear_cache_request = lambda session: None


def _beginning(self, *arguments, **named):
    _begin(self, *arguments, **named)
    state = self._session_state
    with _making:  # an id is that of another state only when no run on this one is left
        lock = _locks.setdefault(id(state._state), state._lock)
    object.__setattr__(state, "_lock", lock)


def _finishing(self, ctx, event, premature_stop, *more):
    with self._session_state._lock:
        replaced = self._requests._state == ScriptRequestType.STOP
        _finish(self, ctx, event, premature_stop or replaced, *more)
