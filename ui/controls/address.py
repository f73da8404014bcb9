"""The address of the page, which is the one truth about all settings.

A widget takes its value from the address when it is new, or when the address differs from what this
page wrote last; a change of the widget writes the address. Links to other pages carry all that
differs from the defaults.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import streamlit as st

from ui.controls.table import CONTROLS, OLD_NAMES

STATE = "address"
STEPS_BACK = 50  # that Undo remembers


@dataclass
class _State:
    """What a visitor's session knows about its address."""

    page: str = ""
    given: dict = field(default_factory=dict)  # name -> list of texts, of this run
    written: dict = field(default_factory=dict)  # key -> what its widget last agreed with
    notices: dict = field(default_factory=dict)  # key -> (what the address then says, sentence)
    past: list = field(default_factory=list)  # addresses, the newest last
    place: object = None  # where notices are shown


def start(page: str, place):
    """Read the address at the start of a run, mend what is out of range, and say so in `place`."""
    state = _state()
    if page != state.page:
        state.page, state.written, state.notices = page, {}, {}
    state.place, state.given, raw = place, _given(), _raw()
    for key in [key for key in state.given if _known_before(key)]:
        value(key)
    if state.given != raw:
        _send(state)
    for key, (given, sentence) in list(state.notices.items()):
        if state.given.get(key) != given:
            del state.notices[key]
        else:
            place.warning(sentence)
    if not state.past or state.past[-1] != _own(state):
        state.past = [*state.past, _own(state)][-STEPS_BACK:]


def value(key: str, options=None, default=None):
    """The value of a control; one that had to be changed is mended in the address, and told."""
    state, control = _state(), CONTROLS[key]
    if key not in state.given:
        standard = control.default if default is None else default
        if options is not None and not isinstance(standard, list) and standard not in options:
            standard = next(iter(options))
        return standard
    found, sentence = control.read(state.given[key], options, default)
    if sentence:
        _set(state, key, found, default)
        state.notices[key] = state.given.get(key), sentence
    return found


def chosen(key: str, options=None, default=None):
    """The same while a page is drawn: what only the page can judge is mended here."""
    state = _state()
    before, told = state.given.get(key), key in state.notices
    found = value(key, options, default)
    if state.given.get(key) != before:
        _send(state)
        if not told:
            state.place.warning(state.notices[key][1])
    return found


def bound(key: str, options=None, default=None):
    """Give the widget of a control its value, before it is drawn."""
    state = _state()
    agreed = state.given.get(key), default
    gone = options is not None and _gone(st.session_state.get(key), options)
    if key not in st.session_state or gone or state.written.get(key) != agreed:
        st.session_state[key] = chosen(key, options, default)
        state.written[key] = state.given.get(key), default


def changed(key: str, default=None, then=None):
    """What a widget does when its visitor has changed it."""
    state = _state()
    _set(state, key, st.session_state[key], default)
    state.written[key] = state.given.get(key), default
    _send(state)
    if then:
        then()


def put(**values):
    """Set controls in a callback or before a rerun; None stands for the default."""
    state = _state()
    for key, value in values.items():
        _set(state, key, value, None)
    _send(state)


def forget(*keys: str):
    """Set these controls to their defaults."""
    put(**dict.fromkeys(keys))


def reset():
    """Set all controls to their defaults."""
    state = _state()
    state.given = {name: given for name, given in state.given.items() if name not in CONTROLS}
    _send(state)


def undo():
    """Go back to the settings before the last change."""
    state = _state()
    state.past.pop()
    others = {name: given for name, given in state.given.items() if name not in CONTROLS}
    state.given = others | state.past[-1]
    _send(state)


def given(key: str) -> str:
    """What the address says of a control, as it stands there; "" if nothing."""
    return _state().given.get(key, [""])[-1]


def can_undo() -> bool:
    """Whether there is a change to undo."""
    return len(_state().past) > 1


def differs() -> bool:
    """Whether any control differs from its default."""
    return bool(_own(_state()))


def settings_of_all() -> dict:
    """All that differs from the defaults, as it stands in the address."""
    return _own(_state())


def _state():
    return st.session_state.setdefault(STATE, _State())


def _raw():
    return {name: st.query_params.get_all(name) for name in st.query_params}


def _given():
    return {OLD_NAMES.get(name, name): given for name, given in _raw().items()}


def _own(state):
    return {name: given for name, given in state.given.items() if name in CONTROLS}


def _known_before(key):
    """Whether a value can be judged before the page is drawn."""
    return key in CONTROLS and getattr(CONTROLS[key], "options", ()) is not None


def _set(state, key, value, default):
    control = CONTROLS[key]
    standard = control.default if default is None else default
    if value is None or value == standard:
        state.given.pop(key, None)
    else:
        state.given[key] = control.write(value)


def _send(state):
    st.query_params.from_dict(state.given)


def _gone(value, options):
    values = value if isinstance(value, list) else [value]
    known = list(options) if isinstance(options, Mapping) else options
    return any(one not in known for one in values)
