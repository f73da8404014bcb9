"""Controls: a widget for each knob, its value in the URL. The name of a knob is its key, and its name in the URL."""
from dataclasses import fields

import streamlit as st

from core import corpora
from core.errors import UserError
from core.optimizers import OPTIMIZERS
from core.settings import TextSettings, TrainSettings, knobs
from ui import texts

KNOBS = {**knobs(TextSettings), **knobs(TrainSettings)}
ON_PAGE = {"seed": (0, 99), "dim": (2, 100), "window": (1, 10), "negatives": (1, 20), "epochs": (1, 100),    # what a
           "tokens": (5_000, 500_000), "lr": (0.0, 1_000.0), "text_seed": (0, 99), "batch": (16, 8_192)}     # slider can be
LABELS = {"seed": "Seed", "dim": "Dimension", "window": "Window C", "negatives": "Negatives K", "epochs": "Epochs",
          "loss": "Loss", "optimizer": "Optimizer", "lr": "Learning rate", "batch": "Batch (centre words)",
          "window_mode": "Window is", "schedule": "Learning rate over time", "subsample": "Sub-sampling threshold t",
          "noise_power": "Noise ~ count ^", "min_count": "Minimum count", "max_vocabulary": "Largest vocabulary",
          "tokens": "Words of text", "rare": "Share of rare words", "mixing": "Topic mixing", "text_seed": "Seed of the text",
          "init_seed": "Seed of the start vectors", "order_seed": "Seed of the order", "negatives_seed": "Seed of negatives"}
STREAM_SEEDS = ("init_seed", "order_seed", "negatives_seed")


def settings():
    """Draw the controls in the sidebar; returns TextSettings and TrainSettings, all within their ranges."""
    for notice in mend_url(_numbers()):
        st.toast(notice, icon=":material/straighten:", duration="long")
    with st.sidebar:
        corpus = _corpus()
        values = {name: _slider(name) for name in ("seed", "dim", "window", "negatives")}
        with st.expander("More settings"):
            values |= _training()
            values |= _text(corpora.registry().get(corpus))
        _own_text()
    path = texts.path_of(corpus)
    values["corpus"] = str(path) if path else corpus
    return tuple(kind(**{f.name: values[f.name] for f in fields(kind) if f.name in values})
                 for kind in (TextSettings, TrainSettings))


def _training():
    values = {name: _choice(name, options) for name, options in (
        ("loss", KNOBS["loss"].metadata["choices"]), ("optimizer", tuple(OPTIMIZERS)))}
    default = OPTIMIZERS[values["optimizer"]].lr
    values["lr"] = _number("lr", label=f"Learning rate (0: {default:g}, the default of {values['optimizer']})", format="%g")
    values |= {name: _slider(name) for name in ("epochs", "batch")}
    values |= {name: _choice(name, KNOBS[name].metadata["choices"]) for name in ("window_mode", "schedule")}
    values |= {name: _number(name, format="%g") for name in ("subsample", "noise_power")}
    return values | {name: _number(name, label=f"{LABELS[name]} (-1: the seed above)") for name in STREAM_SEEDS}


def _text(entry):
    names = ["min_count", "max_vocabulary"]
    if entry and entry.sized:
        names.append("tokens")
    if entry and entry.kind == "generated":
        names += ["rare", "mixing", "text_seed"]
    return {name: _number(name) for name in names}


def _corpus():
    names = [*corpora.registry(), *st.session_state.get("own texts", [])]
    wanted = st.query_params.get("corpus", "")
    if wanted not in names and texts.path_of(wanted):
        names.append(wanted)                        # somebody else's text: the link works while this server runs
    return st.selectbox("Text", names, index=names.index(TextSettings().corpus), key="corpus", bind="query-params",
                        format_func=lambda name: name.split("-", 2)[2] + " (own)" if name.startswith("own-") else name)


def _own_text():
    with st.expander("Your own text"):
        st.file_uploader("A .txt, .csv or .tsv file, up to 20 MB", key="upload", on_change=_take_upload)
        st.text_area("or paste some text", key="pasted", height=120, on_change=_take_pasted,
                     help="Press Ctrl+Enter when you are done.")
        st.caption("The text stays on this computer and is forgotten when the program ends.")
    if problem := st.session_state.pop("text problem", None):
        st.error(problem)


def _take_upload():
    if file := st.session_state["upload"]:
        _take(file.name, file.getvalue())


def _take_pasted():
    if st.session_state["pasted"].strip():
        _take("pasted text.txt", st.session_state["pasted"].encode("utf8", "replace"))


def _take(name, data):
    try:
        identity = texts.keep(name, data)
    except UserError as problem:
        st.session_state["text problem"] = f"{name}: {problem}"
        return
    own = st.session_state.setdefault("own texts", [])
    if identity not in own:
        own.append(identity)
    st.session_state["corpus"] = identity


def _range(name):
    data = KNOBS[name].metadata
    return ON_PAGE.get(name, (data["low"], data["high"]))


def _slider(name):
    low, high = _range(name)
    return st.slider(LABELS[name], low, high, KNOBS[name].default, key=name, bind="query-params",
                     help=KNOBS[name].metadata["help"])


def _number(name, label=None, **options):
    low, high = _range(name)
    return st.number_input(label or LABELS[name], low, high, KNOBS[name].default, key=name, bind="query-params",
                           help=KNOBS[name].metadata["help"], **options)


def _choice(name, options):
    return st.selectbox(LABELS[name], options, index=options.index(KNOBS[name].default), key=name, bind="query-params",
                        help=KNOBS[name].metadata["help"])


def _numbers():
    return {name: (LABELS[name], *_range(name), knob.default) for name, knob in KNOBS.items()
            if not isinstance(knob.default, str)}


def mend_url(numbers):
    """Move numbers of the URL into their ranges; returns a sentence for each that was out of it.

    numbers: key of a widget -> (label, low, high, default); the default's type is the widget's.
    """
    notices = []
    for name in set(st.query_params) & set(numbers):
        given, (label, low, high, default) = st.query_params[name], numbers[name]
        try:
            value = type(default)(float(given))
            mended = min(max(value, low), high) if value == value else default
        except (ValueError, OverflowError):
            value, mended = None, default
        if mended != value:
            notices.append(f"{label}: {given[:20]} is not between {low:g} and {high:g}; {mended:g} is used.")
            st.query_params[name] = str(mended)
    return notices
