"""The controls of the page Optimizers."""

from dataclasses import dataclass

import streamlit as st

from core.optimizers import surfaces
from core.optimizers.rules import OPTIMIZERS
from core.optimizers.trajectories import RaceSettings
from core.settings import knobs
from ui.controls import mend_url

KNOBS = knobs(RaceSettings)
LRS = (
    *(float(f"{digit}e{power}") for power in range(-5, 1) for digit in (1, 2, 5)),
    10.0,
    100.0,
    1e6,
)
BOWLS = ("bowl", "noisy bowl")
WAYS = {"equal": "the same", "best": "each its best"}
LABELS = {
    "condition": "Condition number",
    "noise": "Noise of the gradient (standard deviation)",
    "seed": "Seed of the noise",
    "x": "Start x",
    "y": "Start y",
    "steps": "Steps",
    "beta": "β: memory of the velocity (Adam's β₁)",
    "beta2": "β₂: memory of Adam's squares",
    "rho": "ρ: memory of RMSProp's squares",
    "decay": "λ: decay in each step",
    "bias_correction": "Adam's bias correction",
}
ON_PAGE = {"condition": (1.0, 300.0)}


@dataclass(frozen=True)
class Race:
    """What the reader has chosen."""

    settings: RaceSettings
    names: tuple  # of the optimizers, in the order of the registry
    lr: float  # the same for all; None: each its own best


def loss_is_word2vec():
    """Draw the choice of the loss to go down, a test surface or word2vec's own; True for the
    latter.
    """
    return (
        st.sidebar.segmented_control(
            "Loss to go down",
            ["test surface", "word2vec"],
            default="test surface",
            required=True,
            key="opt_loss",
            bind="query-params",
        )
        == "word2vec"
    )


def choose():
    """Draw the controls in the sidebar; everything is within its range."""
    numbers = {
        f"opt_{name}": (label, *_range(name), KNOBS[name].default)
        for name, label in LABELS.items()
        if name != "bias_correction"
    }
    titles = {surfaces.find(name).title: name for name in surfaces.BUILDERS}
    mend_url(
        numbers,
        {
            "opt_surface": ("Surface", list(titles), next(iter(titles))),
            "opt_lr": ("Learning rate", [f"{lr:g}" for lr in LRS], "0.1"),
        },
    )
    with st.sidebar:
        name = st.selectbox(
            "Surface",
            list(titles.values()),
            key="opt_surface",
            bind="query-params",
            on_change=_to_its_start,
            format_func=lambda name: surfaces.find(name).title,
        )
        values = {"surface": name}
        if name in BOWLS:
            values["condition"] = _slider("condition", step=1.0, format="%d")
        chosen = st.pills(
            "Optimizers",
            list(OPTIMIZERS),
            selection_mode="multi",
            default=["sgd", "momentum", "adam"],
            key="opt_which",
            bind="query-params",
            format_func=lambda name: OPTIMIZERS[name].title,
        )
        way = st.segmented_control(
            "Learning rate of each",
            list(WAYS),
            default="equal",
            required=True,
            key="opt_rates",
            bind="query-params",
            format_func=WAYS.get,
        )
        lr = (
            st.select_slider(
                "Learning rate of all",
                LRS,
                0.1,
                key="opt_lr",
                bind="query-params",
                label_visibility="collapsed",
                format_func=lambda lr: f"{lr:g}",
            )
            if way == "equal"
            else None
        )
        values["steps"] = st.number_input(
            LABELS["steps"],
            *_range("steps"),
            KNOBS["steps"].default,
            step=50,
            key="opt_steps",
            bind="query-params",
            help=KNOBS["steps"].metadata["help"],
        )
        with st.expander("More settings"):
            values |= _more(surfaces.find(name))
    return Race(RaceSettings(**values), tuple(n for n in OPTIMIZERS if n in chosen), lr)


def _more(surface):
    start = {"x": surface.start[0], "y": surface.start[1]}
    values = {name: _slider(name, default, step=0.01) for name, default in start.items()}
    values |= {name: _slider(name, step=0.01) for name in ("beta", "rho")}
    values |= {
        name: _slider(name, step=step, format=f"%.{digits}f")
        for name, step, digits in (("beta2", 0.001, 3), ("decay", 0.0005, 4))
    }
    values["bias_correction"] = st.toggle(
        LABELS["bias_correction"],
        True,
        key="opt_bias_correction",
        bind="query-params",
        help=KNOBS["bias_correction"].metadata["help"],
    )
    if surface.noise:
        values |= {"noise": _slider("noise", step=0.1), "seed": _slider("seed")}
    return values


def start_here(x, y):
    """Move the start to a point of the picture."""
    for name, value in (("x", x), ("y", y)):
        low, high = _range(name)
        st.session_state[f"opt_{name}"] = round(min(max(value, low), high), 2)


def _to_its_start():
    start_here(*surfaces.find(st.session_state["opt_surface"]).start)


def _range(name):
    data = KNOBS[name].metadata
    return ON_PAGE.get(name, (data["low"], data["high"]))


def _slider(name, default=None, **options):
    return st.slider(
        LABELS[name],
        *_range(name),
        KNOBS[name].default if default is None else default,
        key=f"opt_{name}",
        bind="query-params",
        help=KNOBS[name].metadata["help"],
        **options,
    )
