"""The five ways of weight decay: their paths on a surface, and maps of learning rate against
decay.
"""

import numpy as np
import streamlit as st

from core.errors import UserError
from core.networks import decay_surface, weight_decay
from core.networks.descent import DECAY_FORMS
from ui import page
from ui.charts import drawing
from ui.controls import widgets
from ui.jobs.follow import Redrawn, follow
from ui.player import player
from ui.weight_decay import five_ways_charts

PATH_HEIGHT, MAP_HEIGHT = 540, 390
DIVERGED = 100  # a path that ends so far away, or at such a multiple of the minimum
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

# What Loshchilov and Hutter 2019 say of their figure 2
IN_THE_PAPER = {
    "adam_l2": "less separable than AdamW",
    "adamw": "more separable",
    "adamw_torch": "not tested",
    "sgd_l2": "diagonal",
    "sgdw": "more separable",
}
PAIRS = ("adam_l2", "adamw"), ("sgd_l2", "sgdw")


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
    left, right = st.columns([3, 2], gap="large")
    with left:
        player.animation(
            five_ways_charts.paths(decay_surface.contours()[0], decay_surface.REACH),
            key="decay_paths",
            static=static,
            height=PATH_HEIGHT,
            frames=[{"x": points[:, 0], "y": points[:, 1]} for points in every],
            run=f"{lam} {adam} {sgd}",
            seconds=8,
            labels=[f"step {k * decay_surface.EVERY}" for k in range(len(every))],
        )
        st.caption(
            "Squared error of a model with two weights; one feature is four times as large as the "
            "other, so weight 1 gets larger gradients. Batches of 6 of 60 samples. **Look for:** "
            f"which paths end at the minimum with L2. {_ends_say(tracks, goals[1])}"
        )
    with right:
        st.markdown(
            "**What is left of each weight at the end**, as a share of the minimum without decay"
        )
        kept = {
            DECAY_FORMS[name].title: track[-1] / ground.minimum() for name, track in tracks.items()
        }
        kept["L2 minimum (exact)"] = goals[1] / ground.minimum()
        st.dataframe(
            {
                "way": list(kept),
                "steep": [_share(k[0]) for k in kept.values()],
                "flat": [_share(k[1]) for k in kept.values()],
            },
            hide_index=True,
        )
        st.markdown(_paths_say(kept))
    with st.expander("The five rules, and why λ does not mean the same in each"):
        st.markdown(RULES)


def _ends_say(tracks, minimum):
    """How far from the minimum with L2 each path ends."""
    far = {
        DECAY_FORMS[name].title: np.linalg.norm(track[-1] - minimum)
        for name, track in tracks.items()
    }
    said = (
        f"{title} {distance:.2f}" if distance < DIVERGED else f"{title} diverged"
        for title, distance in far.items()
    )
    return f"Distance from it at the end: {', '.join(said)}."


def _share(value):
    return f"{value:.0%}" if abs(value) < DIVERGED else "diverged"


def _paths_say(kept):
    coupled, decoupled = kept["Adam + L2"], kept["AdamW (PyTorch)"]
    if not (
        np.isfinite([coupled, decoupled]).all()
        and max(np.abs(coupled).max(), np.abs(decoupled).max()) < DIVERGED
    ):
        return "At least one path diverged: its learning rate is too high for this surface."
    exact = kept["L2 minimum (exact)"]
    return (
        f"**Adam + L2** leaves {coupled[0]:.0%} of the steep weight and {coupled[1]:.0%} of the "
        f"flat one; **AdamW (PyTorch)** leaves {decoupled[0]:.0%} and {decoupled[1]:.0%}. The "
        f"minimum with L2 is at {exact[0]:.0%} and {exact[1]:.0%}: along a direction of curvature "
        "h, L2 leaves h / (h + λ) of a weight, more where the loss is steep. √v̂ does not move that "
        "place: Adam divides the gradient and the pull of L2 by the same number, and they cancel "
        "where they did before. Decoupled decay is not divided: each step shrinks all weights by "
        "the same factor, and they rest where this balances Adam's step. AdamW (paper) takes λ "
        "without the learning rate α, so the same number pulls 1/α times as strongly."
    )


def maps():
    """Learning rate against decay: a map of the validation loss for each way, filled in while it is
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
        "Dark is high, yellow is low; ✕: the training diverged, ·: not computed yet. Each way has "
        "its own range of λ. The orange line is the longer axis of the basin (the principal axis "
        "of the low cells). **Look for:** a line that lies or stands straight: learning rate and "
        "decay can be tuned one after the other; a line that leans: changing one moves the best "
        "value of the other."
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
                "in the paper": IN_THE_PAPER[name],
                "correlation of log rate and log decay": f"{whole.correlation:+.2f}",
                "single seeds": f"{min(each):+.2f} to {max(each):+.2f}" if each else "",
                "best loss (nats)": f"{np.nanmin(losses.mean(-1)):.3f}",
            }
        )
    st.dataframe(rows, hide_index=True)
    st.markdown(_paper(found))


def _paper(found):
    """What the paper says, and which of it came out here."""
    said = [
        "Loshchilov and Hutter (2019, figure 2) trained a residual network on CIFAR-10: with SGD "
        "and L2 the best settings lie on a diagonal, and the settings of SGDW and AdamW are more "
        "separable. They tested the decay η λ w, not PyTorch's η α λ w."
    ]
    for coupled, decoupled in PAIRS:
        if coupled in found and decoupled in found:
            one, two = (abs(found[name].correlation) for name in (coupled, decoupled))
            said.append(
                f"Here {DECAY_FORMS[decoupled].title} is "
                f"{'more' if two < one else 'not more'} separable than "
                f"{DECAY_FORMS[coupled].title}: |correlation| {two:.2f} against {one:.2f}."
            )
    leaning = [
        DECAY_FORMS[name].title
        for name in ("adamw", "sgdw")
        if name in found and found[name].correlation > weight_decay.SEPARABLE
    ]
    if leaning:
        said.append(
            f"The basin of {' and '.join(leaning)} leans to the right. A likely reason: the longer "
            "such a small network trains, the less the start matters, and decoupled decay comes to "
            "rest where the optimizer's step, α times a direction, balances the pull λ w, which "
            "depends on the ratio λ / α alone. L2 is part of the loss: its minima do not depend on "
            "the learning rate."
        )
    return " ".join(said)
