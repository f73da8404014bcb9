"""The address of the page, which is the one truth about all settings.

A widget takes its value from the address when it is new, or when the address differs from what this
page wrote last; a change of the widget writes the address. Links to other pages carry all that
differs from the defaults.

What a visitor does arrives in one of two ways. A widget or a button calls back: then the settings
that this session has written last are the truth, for the browser may not have heard of them yet.
Without a call, the browser has gone somewhere: Back, Forward, a link; then its address is.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

import streamlit as st

from ui.controls.table import CONTROLS, OLD_NAMES
from ui.escaping import shown

STATE = "address"
# Of a class: links to other pages carry them, too, and Reset and Undo leave them as they are
CARRIED = ("lesson", "step", "language", "explore", "room", "me", "key", "present")
# Of a link that needs no lesson: it hides and fixes controls, and says something above the page
LINK = "hide", "fix", "caption", "question"
NEARLY, LONGEST_NAME = 0.82, 30  # share of letters, and letters, of a misspelled name
OTHERS = ("token",)  # names nearly ours that others give an address: JupyterHub
STEPS_BACK = 50  # that Undo remembers
ON_ITS_WAY = 2.0  # seconds in which a slow browser may still show, and send, what was before


@dataclass
class _State:
    """What a visitor's session knows about its address."""

    page: str = ""
    given: dict = field(default_factory=dict)  # name -> list of texts, of this run
    written: dict = field(default_factory=dict)  # key -> what its widget last agreed with
    notices: dict = field(default_factory=dict)  # key -> (what the address then says, sentence)
    past: list = field(default_factory=list)  # addresses, the newest last
    place: object = None  # where notices are shown
    heard: bool = False  # a widget or a button has called since the last run began
    pressed: bool = False  # a button that sets controls
    gone: bool = False  # a button that sets the whole address
    hidden: tuple = ()  # keys of controls that this page does not draw
    fixed: dict = field(default_factory=dict)  # of controls that nobody can change
    moved: dict = field(
        default_factory=dict
    )  # key -> what the address said before its widget moved
    # key -> (what its widget showed before the address set it, when)
    replaced: dict = field(default_factory=dict)
    changed: float = -ON_ITS_WAY  # when the newest address was sent


def start(page: str, place, hidden: tuple = (), fixed: Mapping | None = None):
    """Read the address at the start of a run, mend what is out of range, and say so in `place`.

    hidden: keys of controls that are not drawn; fixed: those that nobody can change, with what the
    address says of them.
    """
    state = _state()
    raw = _raw()
    if state.gone:
        state.written = {}
    elif state.heard or _by_an_old_link(state, page):
        _forget_echoes(state)
        kept = _own(state) | carried()
        names = {*CONTROLS, *CARRIED}
        state.given = {name: given for name, given in _given().items() if name not in names}
        state.given |= kept
    else:
        state.given = _given()
    state.hidden, state.fixed = hidden, dict(fixed or {})
    state.given = state.given | state.fixed
    if page != state.page:
        state.page, state.written, state.notices = page, {}, {}
    state.place, state.heard, state.pressed, state.gone = place, False, False, False
    for key in [key for key in state.given if _known_before(key)]:
        value(key)
    if state.given != raw:
        _send(state)
    for key, (given, sentence) in list(state.notices.items()):
        if state.given.get(key) != given:
            del state.notices[key]
        else:
            place.warning(sentence)
    for sentence in _misspelled(state.given):
        place.warning(sentence)
    if not state.past or state.past[-1] != _own(state):
        state.past = [*state.past, _own(state)][-STEPS_BACK:]
        state.changed = time.monotonic()


def value(key: str, options=None, default=None):
    """The value of a control; one that had to be changed is mended in the address, and told."""
    state, control = _state(), CONTROLS[key]
    given = state.given.get(key)  # read once: a run that has been replaced may still be writing
    if given is None:
        standard = control.default if default is None else default
        if options is not None and not isinstance(standard, list) and standard not in options:
            standard = next(iter(options))
        return standard
    found, sentence = control.read(given, options, default)
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
    """Give the widget of a control its value, before it is drawn; returns the value.

    The widget has it as its default, too: one that is drawn later, in a popover or an expander that
    is closed now, shows it then.
    """
    state, now = _state(), time.monotonic()
    agreed = state.given.get(key), default
    shown = st.session_state.get(key)
    gone = options is not None and _gone(shown, options)
    fresh = key not in st.session_state or gone or state.written.get(key) != agreed
    if fresh:
        st.session_state[key] = chosen(key, options, default)
        if shown is not None and shown != st.session_state[key]:
            state.replaced[key] = shown, now
        state.written[key] = state.given.get(key), default
    elif key in state.moved and _just_replaced(state, key):
        # The browser may put what was sent before over what its visitor has chosen since
        st.session_state[key] = shown
    state.moved.pop(key, None)
    return st.session_state[key]


def changed(key: str, default=None, then=None):
    """What a widget does when its visitor has changed it."""
    state = _state()
    state.heard = True
    # A button pressed after it: its settings stand. Or the widget itself is gone by now
    if state.pressed or key not in st.session_state:
        state.written.pop(key, None)
        return
    state.moved[key] = state.given.get(key)
    _set(state, key, st.session_state[key], default)
    state.written[key] = state.given.get(key), default
    if then:
        then()


def put(**values):
    """Set controls in a callback or before a rerun; None stands for the default."""
    state = _state()
    state.heard = True
    for key, value in values.items():
        _set(state, key, value, None)


def forget(*keys: str):
    """Set these controls to their defaults."""
    put(**dict.fromkeys(keys))


def reset():
    """Set all controls to their defaults."""
    state = _pressed()
    state.given = {name: given for name, given in state.given.items() if name not in CONTROLS}


def undo():
    """Go back to the settings before the last change."""
    state = _pressed()
    if not state.past:  # whoever clears the caches in a browser clears the session, too
        return
    # Else the last change came with the button, or it is the second press of a double click
    if can_undo() and state.past[-1] == _own(state):
        state.past.pop()
    others = {name: given for name, given in state.given.items() if name not in CONTROLS}
    state.given = others | state.past[-1]


def go(query: Mapping):
    """Set the whole address: all settings, and what a class carries. On another page, the page is
    switched with the same query.
    """
    state = _pressed()
    state.gone = True
    state.given = {name: given for name, given in query.items() if given}


def target() -> dict:
    """The whole address that `go` has set."""
    return dict(_state().given)


def carry(**values):
    """Set what a class carries, in a callback or before a rerun; "" takes it out."""
    state = _state()
    state.heard = True
    state.given = state.given | {name: [value] for name, value in values.items()}
    state.given = {name: given for name, given in state.given.items() if given != [""]}


def carried() -> dict:
    """What a class carries from page to page, as it stands in the address."""
    return {name: given for name, given in _state().given.items() if name in CARRIED}


def asked(name: str) -> str:
    """What the address says of a name before the page has begun: in a call, what was written."""
    state = _state()
    if (state.heard or state.gone) and name in CARRIED:
        return given(name)
    return (st.query_params.get_all(name) or [""])[-1]


def is_hidden(key: str) -> bool:
    """Whether this page does not draw a control."""
    return key in _state().hidden


def is_fixed(key: str) -> bool:
    """Whether nobody can change a control."""
    return key in _state().fixed


def hear():
    """What any other part of a page does that calls back: the settings are those it was drawn
    with.
    """
    _state().heard = True


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


def _pressed():
    """The state when a button is pressed that sets all controls: what was moved just before it in
    the browser is set with them.
    """
    state = _state()
    state.heard = state.pressed = True
    for key in list(state.moved):
        state.written.pop(key, None)
    return state


def _just_replaced(state, key):
    return key in state.replaced and time.monotonic() - state.replaced[key][1] < ON_ITS_WAY


def _forget_echoes(state):
    """Of several widgets that have changed at once, one that only repeats what the address has just
    replaced was not moved by anybody.
    """
    if len(state.moved) < 2:
        return
    for key, before in list(state.moved.items()):
        if _just_replaced(state, key) and st.session_state.get(key) == state.replaced[key][0]:
            state.given = {name: given for name, given in state.given.items() if name != key}
            state.given |= {key: before} if before is not None else {}
            state.written.pop(key, None)
            del state.moved[key]


def _by_an_old_link(state, page):
    """Whether the visitor has left the page by a link that was drawn before the last change."""
    recent = time.monotonic() - state.changed < ON_ITS_WAY
    before = state.past[-2] if len(state.past) > 1 else None
    asked = {name: given for name, given in _given().items() if name in CONTROLS}
    return page != state.page and recent and asked == before


def _raw():
    return {name: st.query_params.get_all(name) for name in st.query_params}


def _given():
    return {OLD_NAMES.get(name, name): given for name, given in _raw().items()}


def _own(state):
    return {name: given for name, given in state.given.items() if name in CONTROLS}


def _known_before(key):
    """Whether a value can be judged before the page is drawn."""
    return key in CONTROLS and getattr(CONTROLS[key], "options", ()) is not None


def _misspelled(given):
    """A sentence for each name that is nearly that of a control; other names are left alone."""
    known = {*CONTROLS, *OLD_NAMES, *CARRIED, *LINK}
    strange = [name for name in given if name not in {*known, *OTHERS}]
    for name in [name for name in strange if len(name) < LONGEST_NAME]:
        for meant in get_close_matches(name.lower(), known, 1, NEARLY):
            yield f"The address has no setting “{shown(name)}”; did you mean “{meant}”?"


def _set(state, key, value, default):
    """Write a value into a copy: a run that has been replaced may still be reading the other."""
    control, given = CONTROLS[key], dict(state.given)
    standard = control.default if default is None else default
    if value is None or value == standard:
        given.pop(key, None)
    else:
        given[key] = control.write(value)
    state.given = given


def _send(state):
    st.query_params.from_dict(state.given)


def _gone(value, options):
    values = value if isinstance(value, list) else [value]
    known = list(options) if isinstance(options, Mapping) else options
    return any(one not in known for one in values)
