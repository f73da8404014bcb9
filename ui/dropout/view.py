"""The page about dropout: training against evaluation, overfitting, and uncertainty."""

import numpy as np
import streamlit as st

from core.errors import UserError
from core.networks import dropout, weight_decay
from ui import page
from ui.charts import drawing
from ui.controls import widgets
from ui.dropout import captions, charts, uncertainty
from ui.jobs.follow import Redrawn, follow
from ui.player import player

ANIMATION_PASSES, ASKED = 30, 40
HEIGHT = 500


def modes():
    """One network in training and in evaluation: masks, the factor 1/(1 - p), and means over many
    passes.
    """
    one, two, three, four = st.columns(4, gap="medium", vertical_alignment="bottom")
    p = widgets.slider("drop_p", one)
    x = np.array([widgets.slider("drop_x1", two), widgets.slider("drop_x2", three)])
    forgotten = widgets.toggle("drop_forgot", four)
    items, complete = follow(
        {"example": ("core.networks.dropout:example", p)},
        key="drop_example",
        said="Training a small network with dropout",
    )
    if complete:
        _both_modes(items["example"][-1], p, x, forgotten)


def _both_modes(w, p, x, forgotten):
    passes = dropout.training_passes(w, x, p, ANIMATION_PASSES, np.random.default_rng(1))
    plain = dropout.evaluation_pass(w, x)
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown(
            "**Training:** each pass draws new masks; a unit that is kept is multiplied by "
            f"1/(1 − p) = **{1 / (1 - p):.2f}**"
        )
        static, frames = _animation(w, passes)
        player.animation(
            drawing.spec(charts.network_animation),
            key="drop_animation",
            alt="A small network in training mode: units and edges, a new mask in each pass.",
            static=static,
            frames=frames,
            height=HEIGHT,
            seconds=15,
            run=f"{p} {x.tolist()}",
            labels="pass",
        )
        st.caption(
            "A network that separates two moons, at one input. The number in each unit is its "
            "value "
            "after the mask. " + captions.passes([each.values[-1][1] for each in passes])
        )
    with right:
        st.markdown(f"**Prediction:** the trained network gets the same input {ASKED} times")
        many = (
            dropout.training_passes(w, x, p, ASKED, np.random.default_rng(2))
            if forgotten
            else [plain] * ASKED
        )
        answers = [each.values[-1][1] for each in many]
        rows = charts.asked_rows(answers, plain.values[-1][1])
        drawing.draw(st, charts.asked, ASKED, rows=rows, height=HEIGHT - 130)
        st.caption(
            f"Dashed: with eval(). {captions.spread(answers)} **Look for:** "
            + captions.asked(answers, forgotten)
        )
    _expectation(w, x, p)


def _animation(w, passes):
    units, edges = charts.layout()
    at = {(layer, unit): (x, y) for layer, unit, x, y in units}
    weights = [W for W, _ in dropout.SMALL.layers(w)]
    kinds = ["edge"] * len(edges) + ["unit"] * len(units)
    ends = [(*at[layer, a], *at[layer + 1, b]) for layer, a, b in edges] + [
        (x, y, x, y) for _, _, x, y in units
    ]
    size = [float(weights[layer][a, b]) for layer, a, b in edges] + [0.0] * len(units)
    static = {
        "kind": kinds,
        **{name: [end[k] for end in ends] for k, name in enumerate(("x", "y", "x2", "y2"))},
        "sign": ["positive weight" if value >= 0 else "negative weight" for value in size],
        "width": [min(0.5 + 2 * abs(value), 6.0) for value in size],
    }
    frames = []
    for each in passes:
        alive = [np.ones(2), *each.masks, np.ones(2)]
        states = [alive[layer][a] * alive[layer + 1][b] for layer, a, b in edges]
        states += [alive[layer][unit] for layer, unit, *_ in units]
        texts = [""] * len(edges) + [
            f"{each.values[layer][unit]:.2f}".replace("-", "−") for layer, unit, *_ in units
        ]
        frames.append(
            {"state": ["kept" if state else "dropped" for state in states], "text": texts}
        )
    return static, frames


def _expectation(w, x, p):
    st.markdown("##### Are both modes equal on average?")
    count = widgets.ladder("drop_count")
    groups = dropout.compare(w, x, p, count, np.random.default_rng(3))
    names = [group.name for group in groups]
    drawing.draw(st, charts.compared, *names, rows=charts.compared_rows(groups), height=280)
    held = "; ".join(f"{group.name}: {group.held} of {len(group.mean)}" for group in groups)
    st.caption(
        f"For each unit, the mean over {count:,} training passes minus the value in evaluation; "
        + captions.equal_on_average(p, held, count)
    )


def overfitting():
    """Training and validation curves with and without dropout."""
    one, two, three, four = st.columns([7, 4, 4, 4], vertical_alignment="bottom")
    source = widgets.segments("drop_data", one)
    size = widgets.slider("drop_size", two)
    p = widgets.slider("drop_p", three)
    seeds = widgets.slider("drop_seeds", four)
    status, chart = st.container(), Redrawn(st, 400)

    def draw(items):
        if items["curves"]:
            drawing.draw(
                chart,
                charts.curves,
                dropout.STEPS,
                source,
                rows=charts.curve_rows(items["curves"]),
                height=400,
            )

    st.caption(
        f"A network with two hidden layers of {dropout.HIDDEN[0]} units, trained by Adam on "
        "batches of 32 samples, or of all if there are fewer; losses are measured in evaluation "
        "mode. Lines are means over the seeds, bands reach from the lowest to the highest; losses "
        f"above {charts.TOPS[source]:g} are drawn there."
    )
    with status:
        data = weight_decay.Data(source, size, "network", seeds)
        items, _ = follow(
            {"curves": ("core.networks.dropout:overfitting", data, p)},
            draw,
            key="drop_curves",
            said="Training",
        )
    if items["curves"]:
        _overfitting_says(items["curves"], p)


def _overfitting_says(found, p):
    st.caption(captions.overfitting(found, p))
    last, best = found[-1].validation.mean(1), np.min([m.validation.mean(1) for m in found], 0)
    columns = st.columns(4)
    for column, k, name in (
        (columns[0], 0, "Validation, p = 0 (nats)"),
        (columns[1], 1, f"Validation, p = {p:g} (nats)"),
    ):
        column.metric(
            name,
            f"{last[k]:.3f}",
            f"{last[k] - best[k]:+.3f} since its lowest",
            delta_color="inverse",
        )
    wins = int((found[-1].validation[1] < found[-1].validation[0]).sum())
    columns[2].metric(
        "Seeds it helps",
        f"{wins} of {found[-1].validation.shape[1]}",
        help="Seeds whose validation loss at the end is lower with dropout.",
    )
    columns[3].metric(
        "Training, both (nats)",
        f"{found[-1].train[0].mean():.3f} | {found[-1].train[1].mean():.3f}",
        help="Training loss at the end without dropout, and with it.",
    )


EXPERIMENTS = {
    "Training and evaluation": modes,
    "Overfitting": overfitting,
    "Uncertainty": uncertainty.show,
}


def show():
    """Choose one of the experiments and show it."""
    name = widgets.segments("drop_experiment", label_visibility="collapsed")
    try:
        EXPERIMENTS[name]()
    except UserError as problem:
        page.refuse(problem)
