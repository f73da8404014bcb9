"""The controls of a model in the sidebar, the same on every page of word2vec."""

from dataclasses import fields

import streamlit as st

from core.optimizers.rules import OPTIMIZERS
from core.settings import TextSettings, TrainSettings, knobs
from core.texts import registry
from ui import visitor_files
from ui.controls import address, text_upload
from ui.controls.control import Choice, Number
from ui.controls.control import Text as TextControl
from ui.controls.model_table import FILE, GROUPS, KNOBS, RATE, WRITTEN
from ui.controls.table import CONTROLS
from ui.controls.widgets import menu, number, slider, text

# Of a text; how its file is read has its controls on the page Text itself
TEXT = tuple(key for key in knobs(TextSettings) if CONTROLS[key].group != FILE)
IN_VIEW = "seed", "dim", "window", "negatives"
SLIDERS = "epochs", "batch"
MORE = "more_settings"  # in the session: whether they are open
# What the exact solver has no use for, and what the whole softmax has none for
OF_SAMPLING = (
    *("iterations", "lr", "batch", "loss", "window_mode", "schedule", "subsample", "thinning"),
    *("average", "order_seed", "negatives_seed"),
)
OF_NEGATIVES = "negatives", "noise_power", "negatives_seed"


def settings(use: tuple[str, ...] | None = None) -> tuple[TextSettings, TrainSettings]:
    """Draw the controls; returns the settings, all within their ranges.

    use: keys of the controls that do something here, None for all; the others keep what the
    address says, and are not drawn.
    """
    with st.sidebar:
        reads = use is None or "corpus" in use
        corpus = _corpus() if reads else address.given("corpus") or KNOBS["corpus"].default
        entry = registry.registry().get(corpus)
        drawn = [key for key in KNOBS if key != "corpus" and (use is None or key in use)]
        drawn = [key for key in drawn if does_something(key, entry)]
        values = {key: slider(key) for key in IN_VIEW if key in drawn}
        more = [key for key in drawn if key not in IN_VIEW]
        if more:
            # Closed, it costs nothing: neither the server nor a browser makes what nobody sees
            with st.expander("More settings", key=MORE, on_change="rerun") as expander:
                if expander.open:
                    values |= _more(more)
        if reads:
            text_upload.draw(corpus)
    if reads:
        text_upload.receive(corpus)
    for key in (key for key in KNOBS if key not in values and key != "corpus"):
        acts = does_something(key, entry)
        values[key] = address.value(key) if acts else KNOBS[key].default
    path = visitor_files.path_of(corpus)
    values["corpus"] = str(path) if path else corpus
    return tuple(
        kind(**{f.name: in_core(f.name, values[f.name]) for f in fields(kind)})
        for kind in (TextSettings, TrainSettings)
    )


def _more(keys):
    """The groups under More settings."""
    values, optimizer = {}, address.value("optimizer")
    for group in GROUPS:
        members = [key for key in CONTROLS if key in keys and CONTROLS[key].group == group]
        if not members:
            continue
        st.markdown(f"**{group}**")
        for key in members:
            values[key] = _widget(key, optimizer)
        if group == RATE and optimizer not in OPTIMIZERS:
            st.caption(
                "The exact solver draws no samples and has no learning rate. An epoch is one "
                "Newton step for all context vectors, then one for all center vectors."
            )
    return values


def _widget(key, optimizer):
    control = CONTROLS[key]
    if key == "lr":
        rule = OPTIMIZERS[optimizer]
        return number(key, placeholder=f"{rule.lr:g}, the default of {rule.title}")
    if isinstance(control, Choice):
        return menu(key)
    if isinstance(control, TextControl):
        return text(key)
    return slider(key) if key in SLIDERS else number(key)


def does_something(key, entry):
    """Whether a control has an effect beside what the others say; one that has none is not
    drawn.
    """
    optimizer = address.value("optimizer")
    sampled = optimizer in OPTIMIZERS
    if key in OF_SAMPLING and not sampled:
        return False
    if key in OF_NEGATIVES and sampled and address.value("loss") == "softmax":
        return False
    if key == "epochs":
        return not (sampled and address.value("iterations"))
    if key == "thinning":
        return bool(address.value("subsample"))
    if key == "l2":
        return not sampled
    if key == "decay":
        return sampled and "decay" in OPTIMIZERS[optimizer].hyper
    if key == "tokens":
        return bool(entry and entry.sized)
    group = CONTROLS[key].group
    if group == WRITTEN:
        return bool(entry and entry.kind == "generated")
    return group != FILE or not (entry and (entry.sized or entry.kind == "generated"))


def in_core(key, value):
    """What stands for an empty box in core."""
    control = CONTROLS[key]
    empty = value is None and isinstance(control, Number)
    return type(KNOBS[key].default)(control.empty) if empty else value


def _corpus():
    names = [*registry.registry(), *text_upload.identities()]
    wanted = address.given("corpus")
    if wanted not in names and visitor_files.path_of(wanted):
        names.append(wanted)  # another visitor's text: the link works while this server runs
    return menu("corpus", options={name: name for name in names})
