"""The two settings that are compared: A is the model of the sidebar, B is A with changes."""

from dataclasses import asdict, replace

import streamlit as st

from core.errors import UserError
from core.settings import TextSettings, knobs
from core.texts import registry
from ui import visitor_files
from ui.controls import address, sidebar, widgets
from ui.controls.control import Choice, Number
from ui.controls.model_table import KNOBS
from ui.controls.table import CONTROLS
from ui.escaping import shown

FIRST = "negatives", "dim", "window", "seed", "epochs", "optimizer", "lr", "corpus"
ORDER = (*FIRST, *(key for key in KNOBS if key not in FIRST))


def controls(text, settings):
    """Draw the choice of what B changes; returns B's text and settings."""
    knob, value = st.columns(2)
    key = widgets.menu("ab_knob", knob, options=_knobs(text.corpus), then=_forget)
    _value(key, value, {**asdict(text), **asdict(settings)})
    return other(text, settings)


def other(text, settings):
    """B: the settings with all changes of the address."""
    for key, given in changes({**asdict(text), **asdict(settings)}).items():
        found = _read(key, given)
        if key in knobs(TextSettings):
            text = replace(text, **{key: found})
        else:
            settings = replace(settings, **{key: found})
    return text, settings


def changes(values):
    """What B changes, as texts by the names of the controls. values: A's."""
    found = {}
    for part in address.value("ab_more").split(";"):
        key, equals, given = (piece.strip() for piece in part.partition("="))
        if part.strip() and (not equals or key not in KNOBS):
            raise UserError(
                f"Further changes are written like “lr=0.1; epochs=8”, not “{part.strip()[:40]}”."
            )
        if part.strip():
            found[key] = given
    key = address.value("ab_knob", _knobs(values["corpus"]))
    return found | {key: address.value("ab_value") or suggested(key, values[key])}


def _knobs(corpus):
    """The settings that have an effect beside A's others, by their names."""
    entry = registry.registry().get(corpus)
    acting = [key for key in ORDER if key == "corpus" or sidebar.does_something(key, entry)]
    return {key: CONTROLS[key].label for key in acting}


def suggested(key, value):
    """Another value than A's, as text: three times a number, the next of some options."""
    control = CONTROLS[key]
    if key == "corpus":
        names = [name for name in registry.registry() if name != value]
        return names[0]
    if isinstance(control, Choice):
        options = list(control.options)
        return options[(options.index(value) + 1) % len(options)]
    if not isinstance(control, Number):
        return str(value)
    more = 3 * value if value > 0 else (control.step or control.low or 1)
    more = min(more, control.high)
    if more == value:
        more = max(control.low, value / 3)
    return f"{int(more) if isinstance(control.low, int) else more:g}"


def told(text, settings, other_text, other_settings):
    """Each setting in which the two differ: its label, A's value and B's."""
    a, b = ({**asdict(t), **asdict(s)} for t, s in ((text, settings), (other_text, other_settings)))
    return [
        (CONTROLS[key].label, _shown(key, a[key]), _shown(key, b[key]))
        for key in ORDER
        if a[key] != b[key]
    ]


def put(text, settings):
    """Make these the settings of the sidebar."""
    values = {**asdict(text), **asdict(settings)}
    given = {key: _given(key, value) for key, value in values.items()}
    address.put(**given, ab_value=None, ab_more=None, ab_fork=None)


def as_changes(text, settings, other_text, other_settings):
    """What leads from one pair of settings to another, as `ab_more` writes it."""
    a, b = ({**asdict(t), **asdict(s)} for t, s in ((text, settings), (other_text, other_settings)))
    return {key: _text(key, b[key]) for key in ORDER if a[key] != b[key]}


def _value(key, place, values):
    control, standard = CONTROLS[key], suggested(key, values[key])
    label = f"{control.label} of B"
    if isinstance(control, Choice):
        titles = {} if key == "corpus" else control.options
        options = list(titles) or list(registry.registry())
        shown_as = {"format_func": lambda option: titles.get(option, option)}
        widgets.search("ab_value", options, place, default=standard, label=label, **shown_as)
    else:
        widgets.text("ab_value", place, default=standard, label=label)


def _forget():
    address.forget("ab_value")


def _read(key, given):
    control = CONTROLS[key]
    options = None
    if key == "corpus":
        names = [*registry.registry()]
        if path := visitor_files.path_of(given):
            return str(path)
        options = {name: name for name in names}
    found, wrong = control.read([given], options)
    if wrong:
        raise UserError(f"B: {wrong}")
    return sidebar.in_core(key, found)


def _given(key, value):
    """A setting of core as its control has it; None for the default."""
    if value == KNOBS[key].default:
        return None
    if key == "corpus" and value not in registry.registry():
        return address.value("corpus", {value: value})
    return value


def _text(key, value):
    return CONTROLS[key].write(value)[0]


def _shown(key, value):
    control = CONTROLS[key]
    if isinstance(control, Number) and value == control.empty:
        return control.placeholder or "empty"
    if key == "corpus" and value not in registry.registry():
        return "your text"
    return control.told(value) if isinstance(control, (Choice, Number)) else shown(value)
