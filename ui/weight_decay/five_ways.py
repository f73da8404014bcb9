"""The five ways of weight decay: their paths on a surface, and maps of the validation loss over
learning rate and decay.
"""

import numpy as np
import streamlit as st

from core.errors import UserError
from core.networks import decay_surface, weight_decay
from core.networks.decay_training import DECAY_FORMS
from ui import page
from ui.charts import drawing
from ui.controls import widgets
from ui.jobs.follow import Redrawn, follow
from ui.player import player
from ui.weight_decay import captions, five_ways_charts
from ui.weight_decay.captions import DIVERGED

PATH_HEIGHT, MAP_HEIGHT = 540, 390
RULES = r"""
| | gradient that the optimizer sees | pull on the weight in a step |
|---|---|---|
| **Adam + L2** | $g + \lambda w$ | $\eta\,\alpha\,\lambda w / \sqrt{\hat v}$, roughly |
| **AdamW (paper)** | $g$ | $\eta\,\lambda w$, with $\eta$ from the schedule |
| **AdamW (PyTorch)** | $g$ | $\eta\,\alpha\,\lambda w$: $\lambda$ becomes $\alpha\lambda$ |
| **SGD + L2** | $g + \lambda w$ | $\eta\,\alpha\,\lambda w$, and again through the velocity |
| **SGDW** | $g$, and the velocity holds $\eta\,\alpha\,g$ | $\eta\,\lambda w$ |

$\alpha$ is the learning rate, $\eta$ falls from 1 to 0 along a cosine (Loshchilov and Hutter 2019,
algorithms 1 and 2). For SGD without momentum, L2 with $\lambda$ is the same as decoupled decay with
$\alpha\lambda$; for Adam no number makes the two equal.
"""


def surface():
    """The five ways on one surface, in the shared player."""
    one, two, three = st.columns(3, gap="medium")
    lam = widgets.ladder("decay_path_lambda", one)
    adam, sgd = (
        widgets.ladder("decay_path_adam", two),
        widgets.ladder("decay_path_sgd", three),
    )
    ground = decay_surface.surface()
    tracks = {
        name: decay_surface.path(name, adam if "adam" in name else sgd, lam) for name in DECAY_FORMS
    }
    goals = [ground.minimum(), ground.minimum(lam), np.zeros(2)]
    standing = [
        np.tile(goal, (1 + decay_surface.STEPS // decay_surface.EVERY, 1)) for goal in goals
    ]
    every = np.stack([*tracks.values(), *standing], 1)
    static = {
        "way": [*five_ways_charts.TITLES, *[""] * len(goals)],
        "goal": [*[""] * len(DECAY_FORMS), "minimum", "minimum with L2", "0"],
    }
    rings = tuple(tuple(map(tuple, ring)) for ring in decay_surface.contours()[0].tolist())
    left, right = st.columns([3, 2], gap="large")
    with left:
        player.animation(
            drawing.spec(five_ways_charts.paths, rings, decay_surface.REACH),
            key="decay_paths",
            alt="Paths of five forms of weight decay over the contours of a loss of two weights.",
            static=static,
            height=PATH_HEIGHT,
            frames=[{"x": points[:, 0], "y": points[:, 1]} for points in every],
            run=f"{lam} {adam} {sgd}",
            seconds=8,
            labels=[f"step {k * decay_surface.EVERY}" for k in range(len(every))],
        )
        st.caption(
            "The squared error of a model with two weights. One feature is four times as large as "
            "the other, so the loss is steeper along weight 1. Batches of "
            f"{decay_surface.BATCH} of {decay_surface.SAMPLES} samples. **Look for:** which paths "
            f"end at the minimum with L2. {captions.ends(tracks, goals[1])}"
        )
    with right:
        st.markdown(
            "**What is left of each weight at the end**, as a share of the minimum without decay"
        )
        kept = {
            DECAY_FORMS[name].title: track[-1] / ground.minimum() for name, track in tracks.items()
        }
        kept[captions.EXACT] = goals[1] / ground.minimum()
        st.dataframe(
            {
                "way": list(kept),
                "steep": [_share(k[0]) for k in kept.values()],
                "flat": [_share(k[1]) for k in kept.values()],
            },
            hide_index=True,
        )
        st.markdown(captions.paths(kept, lam))
    with st.expander("The five rules, and why λ means something else in each"):
        st.markdown(RULES)


def _share(value):
    return f"{value:.0%}" if abs(value) < DIVERGED else "diverged"


def maps():
    """A map of the validation loss over learning rate and decay for each way, filled in while it is
    computed.
    """
    ways = widgets.pills("decay_ways")
    one, two = st.columns([3, 4], gap="large", vertical_alignment="bottom")
    source = widgets.segments("decay_map_data", one)
    size = widgets.slider("decay_map_size", two)
    with st.expander("More settings"):
        left, middle, right = st.columns(3, gap="large")
        steps = widgets.slider("decay_map_steps", left)
        seeds = widgets.slider("decay_map_seeds", middle)
        schedule = widgets.segments("decay_map_schedule", right)
    if not ways:
        st.info("Choose at least one way of weight decay above.")
        return
    plans = {
        name: weight_decay.MapPlan(
            name, weight_decay.Data(source, size, "network", seeds), steps, schedule
        )
        for name in ways
    }
    try:
        _show_maps(plans)
    except UserError as problem:
        page.refuse(problem)


def _show_maps(plans):
    status, places = st.container(), {}
    columns = st.columns(2, gap="large")
    for k, name in enumerate(plans):
        with columns[k % 2]:
            st.markdown(f"**{DECAY_FORMS[name].title}**: validation loss (nats)")
            places[name] = Redrawn(st, MAP_HEIGHT)

    def draw(items):
        for name, plan in plans.items():
            losses, arrived, found = _tables(plan, items[name])
            drawing.draw(
                places[name],
                five_ways_charts.decay_map,
                tuple(plan.rates),
                tuple(plan.decays),
                plan.data.source,
                rows=five_ways_charts.map_rows(
                    losses.mean(-1), arrived, plan.rates, plan.decays, found
                ),
                height=MAP_HEIGHT,
            )

    with status:
        items, complete = follow(
            {name: ("core.networks.weight_decay:cells", plan) for name, plan in plans.items()},
            draw,
            key="decay_maps",
            said=f"Training {weight_decay.CELLS**2 * len(plans)} cells",
        )
    st.caption(
        "The lower the loss, the lighter the cell; ✕: the training diverged, ·: not computed yet. "
        "Each way has its own range of λ. The orange line is the long axis of the basin, the cells "
        "of low loss. "
        "**Look for:** a long line that leans: there, changing the learning rate moves the best λ, "
        "and both must be tuned together. The correlation in the table measures it; near 0, they "
        "can be tuned one after the other."
    )
    if complete:
        _findings(plans, items)


def _tables(plan, items):
    """Losses (decays, rates, seeds), which cells have arrived, and the basin of those, once there
    are enough.
    """
    losses = np.full((weight_decay.CELLS, weight_decay.CELLS, plan.data.seeds), np.nan)
    arrived = np.zeros(losses.shape[:2], bool)
    for item in items:
        if isinstance(item, weight_decay.Cell):
            losses[item.row, item.column], arrived[item.row, item.column] = item.validation, True
    return (
        losses,
        arrived,
        weight_decay.basin(losses.mean(-1)) if arrived.sum() >= weight_decay.CELLS else None,
    )


def _findings(plans, items):
    rows, found = [], {}
    for name, plan in plans.items():
        losses, _, whole = _tables(plan, items[name])
        if whole is None:
            rows.append(
                {"way": DECAY_FORMS[name].title, "the basin is": "nowhere: every cell diverged"}
            )
            continue
        found[name] = whole
        each = [
            b.correlation
            for b in (weight_decay.basin(losses[..., seed]) for seed in range(plan.data.seeds))
            if b
        ]
        rows.append(
            {
                "way": DECAY_FORMS[name].title,
                "the basin is": whole.verdict,
                "in the paper": captions.IN_THE_PAPER[name],
                "correlation of log α and log λ": f"{whole.correlation:+.2f}",
                "single seeds": f"{min(each):+.2f} to {max(each):+.2f}" if each else "",
                "lowest loss (nats)": f"{np.nanmin(losses.mean(-1)):.3f}",
            }
        )
    st.dataframe(rows, hide_index=True)
    st.markdown(captions.paper(found))
