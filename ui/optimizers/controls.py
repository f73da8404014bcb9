"""The controls of the page Optimizers."""

from dataclasses import dataclass

import streamlit as st

from core.optimizers import surfaces
from core.optimizers.rules import OPTIMIZERS
from core.optimizers.trajectories import RaceSettings
from ui.controls import address, widgets
from ui.controls.table import CONTROLS

BOWLS = ("bowl", "noisy bowl")
# Numbers that an experiment below the animation uses, whatever optimizers are chosen
OF_EXPERIMENT = {"map": ("beta",), "bias": ("beta", "beta2")}


@dataclass(frozen=True)
class Race:
    """What the reader has chosen."""

    settings: RaceSettings
    names: tuple  # of the optimizers, in the order of the registry
    lr: float  # the same for all; None: each its own best


def loss_is_word2vec():
    """Draw the choice of the loss to minimize, a test surface or word2vec's own; True for the
    latter.
    """
    return widgets.segments("opt_loss", st.sidebar) == "word2vec"


def choose():
    """Draw the controls in the sidebar; everything is within its range."""
    with st.sidebar:
        name = widgets.menu("opt_surface", then=_to_its_start)
        values = {"surface": name}
        if name in BOWLS:
            values["condition"] = widgets.slider("opt_condition")
        chosen = widgets.pills("opt_which")
        way = widgets.segments("opt_rates")
        rate = surfaces.find(name).rate
        lr = (
            widgets.ladder("opt_lr", default=rate, label_visibility="collapsed")
            if way == "equal"
            else None
        )
        values["steps"] = widgets.number("opt_steps")
        with st.expander("More settings"):
            values |= _more(surfaces.find(name), chosen)
    return Race(RaceSettings(**values), tuple(n for n in OPTIMIZERS if n in chosen), lr)


def _more(surface, chosen):
    """Draw what the surface, the optimizers chosen and the experiment below use, and nothing
    else.
    """
    values = {
        name: widgets.slider(f"opt_{name}", default=float(default))
        for name, default in zip("xy", surface.start, strict=True)
    }
    used = {name for one in chosen for name in OPTIMIZERS[one].shares.values()}
    used |= set(OF_EXPERIMENT.get(address.value("opt_more"), ()))
    for name in ("beta", "rho", "beta2", "decay"):
        if name in used:
            values[name] = widgets.slider(f"opt_{name}")
    if "bias_correction" in used:
        values["bias_correction"] = widgets.toggle("opt_bias_correction")
    if surface.noise:
        values |= {name: widgets.slider(f"opt_{name}") for name in ("noise", "seed")}
    return values


def start_here(x, y):
    """Move the start to a point of the picture."""
    address.put(**{f"opt_{name}": _within(name, value) for name, value in (("x", x), ("y", y))})


def _to_its_start():
    """A surface begins at its own start, with its own learning rate."""
    address.forget("opt_x", "opt_y", "opt_lr")


def _within(name, value):
    control = CONTROLS[f"opt_{name}"]
    return round(min(max(value, control.low), control.high), 2)
