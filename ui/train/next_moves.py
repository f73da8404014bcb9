"""What a visitor of the page *Train* will probably ask for next."""

from collections.abc import Iterator
from dataclasses import asdict, replace

import streamlit as st

from core.settings import TextSettings, TrainSettings
from core.texts import registry
from ui.controls import address
from ui.controls.sidebar import IN_VIEW, does_something
from ui.controls.table import CONTROLS, seeds_from
from ui.jobs import follow, foresight

AHEAD = 4  # steps in the direction of the last move: what arrow keys reach in a second
# Seconds of a training up to which others are worth beginning before anyone asks for them
SHORT = 2.0
TRAINED = "trained"  # in the session: text and settings of the training shown last


def announce(text: TextSettings, settings: TrainSettings, seconds: float) -> None:
    """Say what this visitor may ask for next, if the training shown is another one than before;
    seconds: that it took.
    """
    before = st.session_state.get(TRAINED)
    if before == (text, settings):
        return
    st.session_state[TRAINED] = text, settings
    if seconds <= SHORT:
        same_text = before is not None and before[0] == text
        foresight.expect(follow.visitor(), likely(text, settings, before[1] if same_text else None))


def likely(text: TextSettings, now: TrainSettings, before: TrainSettings | None) -> Iterator[tuple]:
    """Requests for the jobs of a visitor's next moves, the likeliest first: further in the same
    direction, one step of each slider in view, then many seeds of the same.

    now, before: settings of the training shown, and of the one shown before.
    """
    stamp = registry.stamp(text.corpus)
    moves = {}  # in order, each once
    if before and (moved := _direction(now, before)):
        key, sign = moved
        moves |= {_stepped(now, key, sign * steps): None for steps in range(1, AHEAD + 1)}
    entry = registry.registry().get(text.corpus)
    for key in IN_VIEW:
        if does_something(key, entry) and not (address.is_hidden(key) or address.is_fixed(key)):
            moves |= {_stepped(now, key, sign): None for sign in (1, -1)}
    for settings in moves:
        if settings != now:
            yield "core.background_tasks:train", text, settings, stamp
    for seed in seeds_from(now.seed, address.value("seeds_n")):
        yield "core.background_tasks:attempt", text, replace(now, seed=seed), stamp


def _direction(now, before):
    """The slider that has moved, and which way; None if another or more than one setting did."""
    was, now = asdict(before), asdict(now)
    differing = [key for key, value in now.items() if value != was[key]]
    if len(differing) == 1 and (key := differing[0]) in IN_VIEW:
        return key, 1 if now[key] > was[key] else -1
    return None


def _stepped(settings, key, steps):
    control = CONTROLS[key]
    value = getattr(settings, key) + steps * (control.step or 1)
    return replace(settings, **{key: min(max(value, control.low), control.high)})
