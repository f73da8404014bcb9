"""A widget for each control of the table. Each returns its value, and keeps the address."""

from functools import wraps

import streamlit as st

from ui.controls import address
from ui.controls.table import CONTROLS


def _unless_hidden(widget):
    """Do not draw a widget that a lesson hides: its value is what the address says."""

    @wraps(widget)
    def drawn(key, *arguments, **options):
        if address.is_hidden(key):
            return address.chosen(key, options.get("options"), options.get("default"))
        return widget(key, *arguments, **options)

    return drawn


@_unless_hidden
def slider(key, place=st, *, default=None, label=None, **options):
    """A slider over a range of numbers."""
    c = CONTROLS[key]
    given = {"step": c.step, "format": c.format} | options
    value, given = _bound(key, None, default, given)
    return place.slider(label or c.label, c.low, c.high, value, **given)


@_unless_hidden
def number(key, place=st, *, default=None, label=None, **options):
    """A box for a number; empty where the table allows it."""
    c = CONTROLS[key]
    given = {"step": c.step, "format": c.format, "placeholder": c.placeholder} | options
    value, given = _bound(key, None, default, given)
    # Streamlit puts a number that is the default into a box that was emptied
    value = None if c.default is None else value
    return place.number_input(label or c.label, c.low, c.high, value, **given)


@_unless_hidden
def ladder(key, place=st, **options):
    """A slider over a few values."""
    value, given = _choice(key, options)
    return place.select_slider(CONTROLS[key].label, value=value, **given)


@_unless_hidden
def menu(key, place=st, **options):
    """A choice of one from a list."""
    value, given = _choice(key, options)
    return place.selectbox(CONTROLS[key].label, index=given["options"].index(value), **given)


@_unless_hidden
def segments(key, place=st, **options):
    """A choice of one, all in view."""
    value, given = _choice(key, {"required": True} | options)
    return place.segmented_control(CONTROLS[key].label, default=value, **given)


@_unless_hidden
def pills(key, place=st, **options):
    """A choice of several, all in view."""
    value, given = _choice(key, {"selection_mode": "multi"} | options)
    return place.pills(CONTROLS[key].label, default=value, **given)


@_unless_hidden
def text(key, place=st, *, default=None, label=None, **options):
    """A line of text, or a box of lines."""
    c = CONTROLS[key]
    value, given = _bound(
        key, None, default, {"placeholder": c.placeholder, "max_chars": c.most} | options
    )
    if c.lines > 1:
        return place.text_area(label or c.label, value, **given)
    return place.text_input(label or c.label, value, **given)


@_unless_hidden
def search(key, words, place=st, *, default, label=None, **options):
    """A word of many, found while typing. Another one, from the address, is shown as it is."""
    value, given = _bound(key, None, default, options)
    known = list(words) if value in words else [value, *words]
    return place.selectbox(label or CONTROLS[key].label, known, known.index(value), **given)


@_unless_hidden
def toggle(key, place=st, **options):
    """On or off."""
    value, given = _bound(key, None, None, options)
    return place.toggle(CONTROLS[key].label, value, **given)


def _choice(key, given):
    """Options of the table, or of the page where the table cannot know them."""
    given = dict(given)
    options, default = given.pop("options", None), given.pop("default", None)
    titles = CONTROLS[key].options if options is None else options
    if "format_func" not in given and hasattr(titles, "get"):
        given["format_func"] = _titled(titles)
    value, given = _bound(key, titles, default, given)
    return value, {"options": list(titles)} | given


def _titled(titles):
    """How an option is shown; also one that the page has no more, which Streamlit may ask for."""
    return lambda option: titles.get(option, str(option))


def _bound(key, options, default, given):
    value = address.bound(key, options, default)
    then = given.pop("then", None)
    given = {name: option for name, option in given.items() if option is not None}
    return value, {
        "key": key,
        "help": CONTROLS[key].help,
        "on_change": address.changed,
        "args": (key, default, then),
        "disabled": address.is_fixed(key),
    } | given
