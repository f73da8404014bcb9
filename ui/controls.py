"""Controls: a widget for each knob, its value in the URL. The name of a knob is its key, and its
name in the URL.
"""

import uuid
from dataclasses import asdict, fields
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from core.errors import UserError
from core.optimizers.rules import OPTIMIZERS
from core.settings import TextSettings, TrainSettings, knobs
from core.texts import registry
from core.word2vec.training import TRAINERS
from ui import visitor_texts

KNOBS = {**knobs(TextSettings), **knobs(TrainSettings)}
# What a
ON_PAGE = {
    "seed": (0, 99),
    "dim": (2, 100),
    "window": (1, 10),
    "negatives": (1, 20),
    "epochs": (1, 100),
    # Slider can be
    "tokens": (5_000, 500_000),
    "lr": (0.0, 1_000.0),
    "text_seed": (0, 99),
    "batch": (16, 8_192),
    "iterations": (0, 200_000),
}
LABELS = {
    "corpus": "Text",
    "seed": "Seed",
    "dim": "Dimension",
    "window": "Window C",
    "negatives": "Negatives K",
    "epochs": "Epochs",
    "loss": "Loss",
    "optimizer": "Optimizer",
    "lr": "Learning rate",
    "decay": "Weight decay",
    "l2": "L2 strength",
    "batch": "Batch (center words)",
    "iterations": "Steps on drawn windows (0: epochs)",
    "window_mode": "Window is",
    "schedule": "Learning rate over time",
    "subsample": "Sub-sampling threshold t",
    "thinning": "Rule of sub-sampling",
    "noise_power": "Noise ~ count ^",
    "min_count": "Minimum count",
    "max_vocabulary": "Largest vocabulary",
    "tokens": "Words of text",
    "rare": "Share of rare words",
    "mixing": "Topic mixing",
    "text_seed": "Seed of the text",
    "init_seed": "Seed of the start vectors",
    "order_seed": "Seed of the order",
    "negatives_seed": "Seed of negatives",
}


def settings():
    """Draw the controls in the sidebar; returns TextSettings and TrainSettings, all within their
    ranges.
    """
    with st.sidebar:
        mend_url(_numbers(), _choices())
        corpus = _corpus()
        values = {name: _slider(name) for name in ("seed", "dim", "window", "negatives")}
        with st.expander("More settings"):
            values |= _training()
            values |= _text(registry.registry().get(corpus))
        _own_text(corpus)
    path = visitor_texts.path_of(corpus)
    values["corpus"] = str(path) if path else corpus
    return tuple(
        kind(**{f.name: values[f.name] for f in fields(kind) if f.name in values})
        for kind in (TextSettings, TrainSettings)
    )


def address(text, settings):
    """The address of the main page with these settings and the words chosen here; "" if its
    controls cannot show them.
    """
    told = {
        name: value
        for name, value in {**asdict(text), **asdict(settings)}.items()
        if value != KNOBS[name].default
    }
    if text.corpus not in registry.registry():
        told["corpus"] = Path(text.corpus).stem
        if str(visitor_texts.path_of(told["corpus"])) != text.corpus:
            return ""
    numbers = _numbers()
    if any(
        not numbers[name][1] <= value <= numbers[name][2]
        for name, value in told.items()
        if name in numbers
    ):
        return ""
    kept = {
        name: value
        for name, value in st.query_params.to_dict().items()
        if name not in KNOBS and not name.startswith("seeds_")
    }
    return "./?" + urlencode(told | kept)


def _training():
    optimizer = _choice("optimizer", tuple(TRAINERS))
    values, passes = {"optimizer": optimizer}, st.container()
    if optimizer in OPTIMIZERS:
        values["iterations"] = _number("iterations", step=1_000)
    with passes:
        values["epochs"] = _slider("epochs", disabled=values.get("iterations", 0) > 0)
    values["init_seed"] = _stream_seed("init_seed")
    if optimizer not in OPTIMIZERS:
        st.caption(
            "Exact: no sampling, no learning rate. An epoch is a sweep of Newton steps over all "
            "words."
        )
        return values | {"l2": _number("l2", format="%g")}
    rule = OPTIMIZERS[optimizer]
    values["lr"] = _number(
        "lr", label=f"Learning rate (0: {rule.lr:g}, the default of {optimizer})", format="%g"
    )
    if "decay" in rule.hyper:
        values["decay"] = _number("decay", format="%g")
    values["batch"] = _slider("batch")
    values |= {
        name: _choice(name, KNOBS[name].metadata["choices"])
        for name in ("loss", "window_mode", "schedule")
    }
    values |= {name: _number(name, format="%g") for name in ("subsample", "noise_power")}
    values["thinning"] = _choice(
        "thinning", KNOBS["thinning"].metadata["choices"], disabled=not values["subsample"]
    )
    return values | {name: _stream_seed(name) for name in ("order_seed", "negatives_seed")}


def _stream_seed(name):
    return _number(name, label=f"{LABELS[name]} (-1: the seed above)")


def _text(entry):
    names = ["min_count", "max_vocabulary"]
    if entry and entry.sized:
        names.append("tokens")
    if entry and entry.kind == "generated":
        names += ["rare", "mixing", "text_seed"]
    return {name: _number(name) for name in names}


def _corpus():
    names = _corpora()
    return st.selectbox(
        "Text", names, index=names.index(TextSettings().corpus), key="corpus", bind="query-params"
    )


def _corpora():
    names = [*registry.registry(), *st.session_state.get("own texts", {})]
    wanted = st.query_params.get("corpus", "")
    if wanted not in names and visitor_texts.path_of(wanted):
        names.append(wanted)  # somebody else's text: the link works while this server runs
    return names


def _own_text(corpus):
    with st.expander("Your own text"):
        st.file_uploader(
            "A .txt, .csv or .tsv file, up to 20 MB", key="upload", on_change=_take_upload
        )
        st.text_area(
            "or paste some text",
            key="pasted",
            height=120,
            on_change=_take_pasted,
            help="Press Ctrl+Enter when you are done.",
        )
        st.caption("The text stays on this computer and is forgotten when the program ends.")
    if problem := st.session_state.get("text problem"):
        st.error(problem)
    for note in st.session_state.get("own texts", {}).get(corpus, ()):
        st.info(note)


def _take_upload():
    if file := st.session_state["upload"]:
        _take(file.name, file.getvalue())


def _take_pasted():
    if st.session_state["pasted"].strip():
        _take("pasted text.txt", st.session_state["pasted"].encode("utf8", "replace"))


def _visitor():
    """Names this visitor among others who bring texts."""
    return st.session_state.setdefault("visitor", uuid.uuid4().hex)


def _take(name, data):
    st.session_state["text problem"] = None
    try:
        identity, notes = visitor_texts.keep(name, data, _visitor())
    except UserError as problem:
        st.session_state["text problem"] = f"{name}: {problem}"
        return
    st.session_state.setdefault("own texts", {})[identity] = notes
    st.session_state["corpus"] = identity


def _range(name):
    data = KNOBS[name].metadata
    return ON_PAGE.get(name, (data["low"], data["high"]))


def _slider(name, **options):
    low, high = _range(name)
    return st.slider(
        LABELS[name],
        low,
        high,
        KNOBS[name].default,
        key=name,
        bind="query-params",
        help=KNOBS[name].metadata["help"],
        **options,
    )


def _number(name, label=None, **options):
    low, high = _range(name)
    return st.number_input(
        label or LABELS[name],
        low,
        high,
        KNOBS[name].default,
        key=name,
        bind="query-params",
        help=KNOBS[name].metadata["help"],
        **options,
    )


def _choice(name, choices, **options):
    return st.selectbox(
        LABELS[name],
        choices,
        index=choices.index(KNOBS[name].default),
        key=name,
        bind="query-params",
        help=KNOBS[name].metadata["help"],
        **options,
    )


def _numbers():
    return {
        name: (label, *_range(name), KNOBS[name].default)
        for name, label in LABELS.items()
        if not isinstance(KNOBS[name].default, str)
    }


def _choices():
    choices = {
        name: knob.metadata["choices"]
        for name, knob in KNOBS.items()
        if knob.metadata["choices"] and name in LABELS
    }
    choices |= {"optimizer": tuple(TRAINERS), "corpus": _corpora()}
    return {name: (LABELS[name], options, KNOBS[name].default) for name, options in choices.items()}


def mend_url(numbers, choices=None):
    """Move what the URL says into its range, and say so for as long as the value stays; call it
    before the widgets.

    numbers: key of a widget -> (label, low, high, default), the default's type is the widget's;
    choices: key -> (label, options, default). When something had to move, the script starts again:
    a widget takes its first value from the URL that its run began with.
    """
    moved, mend = st.session_state.setdefault("moved", {}), {}
    for ranges, mended in ((numbers, _mended_number), (choices or {}, _mended_choice)):
        for name in set(ranges) & set(st.query_params):
            value, sentence = mended(st.query_params[name], *ranges[name])
            if sentence:
                mend[name] = value
                moved[name] = value, sentence
    for name, value in mend.items():
        st.query_params[name] = str(value)
    if mend:
        st.rerun()
    for name, (value, sentence) in moved.items():
        if name in {**numbers, **(choices or {})} and st.session_state.get(name, value) == value:
            st.warning(sentence)


def _mended_number(given, label, low, high, default):
    try:
        value = type(default)(float(given))
        mended = min(max(value, low), high) if value == value else default
    except (ValueError, OverflowError):
        value, mended = None, default
    return (
        mended,
        mended != value
        and f"{label}: {given[:20]} is not between {low:,} and {high:,}; {mended:,} is used.",
    )


def _mended_choice(given, label, options, default):
    return (
        default,
        given not in options and f"{label}: there is no “{given[:40]}” here; {default} is used.",
    )
