"""The page about weight decay: L2 with little data, and the choice of the three experiments."""

from dataclasses import replace

import streamlit as st

from core.errors import UserError
from core.networks import datasets, weight_decay
from ui import page
from ui.charts import drawing
from ui.controls import widgets
from ui.jobs.follow import Redrawn, follow
from ui.player import player
from ui.weight_decay import captions, charts, five_ways

LAMBDAS = weight_decay.LAMBDAS
HEIGHT = 330


def little_data():
    """L2 with little data: losses against lambda and sample size, and what happens to the
    weights.
    """
    data, chosen = _controls()
    try:
        _experiment(data, chosen)
    except UserError as problem:
        page.refuse(problem)


def _controls():
    one, two, three, four = st.columns([7, 4, 4, 4], vertical_alignment="bottom")
    source = widgets.segments(
        "decay_data",
        one,
        help="  \n".join(f"{s.title}: {s.told}." for s in datasets.SOURCES.values()),
    )
    model = widgets.menu("decay_model", two)
    size = widgets.slider("decay_size", three)
    chosen = widgets.ladder(
        "decay_lambda",
        four,
        help="The loss becomes loss + λ/2 · ‖W‖², the gradient g + λ w. Biases are left alone. "
        "Networks are trained for all values of λ at once; this slider chooses which are shown.",
    )
    with st.expander("More settings"):
        seeds = widgets.slider("decay_seeds")
        st.caption(
            f"Adam, learning rate {weight_decay.LR:g}, {weight_decay.STEPS} steps on batches of "
            "32 samples, or of all if there are fewer. The network has "
            f"{captions.layers(datasets.SOURCES[source].hidden)} of ReLU units; logistic "
            "regression has none."
        )
    return weight_decay.Data(source, size, model, seeds), chosen


def _experiment(data, chosen):
    k, status = LAMBDAS.index(chosen), st.container()
    left, right = st.columns(2, gap="large")
    by_lambda, by_size = Redrawn(left, HEIGHT), Redrawn(right, HEIGHT)

    def draw(items):
        moments = [item for item in items["sweep"] if isinstance(item, weight_decay.Moment)]
        if moments:
            drawing.draw(
                by_lambda,
                charts.losses_by_lambda,
                data.source,
                rows=charts.lambda_rows(LAMBDAS, moments[-1].train, moments[-1].validation, chosen),
                height=HEIGHT,
            )
        found = [item for item in items.get("sizes", ()) if isinstance(item, weight_decay.Size)]
        if found:
            drawing.draw(
                by_size,
                charts.losses_by_size,
                weight_decay.SIZES,
                data.source,
                rows=charts.size_rows(found),
                height=HEIGHT,
            )

    said_by_lambda, said_by_size = left.empty(), right.empty()
    said_by_lambda.caption(captions.by_lambda(data))
    requests = {"sweep": ("core.networks.weight_decay:sweep", data)}
    if chosen:
        said_by_size.caption(captions.by_size(chosen))
        requests["sizes"] = (
            "core.networks.weight_decay:sizes",
            replace(data, size=weight_decay.Data.size),
            chosen,
        )
    else:
        said_by_size.info("Move λ above 0 to compare with and without L2.")
    with status:
        items, complete = follow(
            requests, draw, key="decay_work", said=f"Training {len(LAMBDAS) * data.seeds} networks"
        )
    moments = [item for item in items["sweep"] if isinstance(item, weight_decay.Moment)]
    if complete:
        said_by_lambda.caption(captions.by_lambda(data, moments[-1]))
        if chosen:
            sizes = [item for item in items["sizes"] if isinstance(item, weight_decay.Size)]
            said_by_size.caption(captions.by_size(chosen, sizes))
        _surfaces(data, items["sweep"][-1], k)
        _verdict(data, moments[-1], items["sweep"][-1], k)
    if moments:
        _weights(data, moments, k)


def _surfaces(data, ending, k):
    if ending.surfaces is None:
        return
    split = datasets.draw(data.source, data.size, [0])
    for place, row in zip(st.columns(2, gap="large"), (0, k), strict=True):
        place.markdown(f"**What the network of seed 0 has learned with λ = {LAMBDAS[row]:.2g}**")
        drawing.draw(
            place,
            charts.surface,
            weight_decay.REACH,
            rows=charts.surface_rows(
                ending.surfaces[row], split.x[0], split.y[0], weight_decay.REACH
            ),
            height=HEIGHT + 60,
        )
    st.caption(
        "Color: the probability of class 1 everywhere in the plane. Points: the training samples. "
        "**Look for:** how far the border bends around single points, and where the color is "
        f"pale. {captions.sure(ending.surfaces[0], ending.surfaces[k], LAMBDAS[k])}"
    )


def _verdict(data, last, ending, k):
    if ending.only:
        st.warning(
            captions.only(ending.only, data.seeds),
            icon=":material/info:",
        )
    st.markdown("##### “L2 adds noise, so the data are harder to learn”: is that so?")
    if not k:
        st.info("Move λ above 0 to test the sentence.")
        return
    noise, train, judged, norm, again = st.columns(5)
    before, after = ending.noise[:, k].mean(-1)
    noise.metric(
        "Noise of the gradient",
        f"{after:.3g}",
        captions.noise(before, after),
        delta_color="off",
        delta_arrow="off",
        help="Root mean squared distance between the gradients of random batches of 8 samples and "
        "their mean, at the same weights.",
    )
    train.metric(
        "Training loss (nats)",
        f"{last.train[k].mean():.3f}",
        f"{last.train[k].mean() - last.train[0].mean():+.3f} by L2",
        delta_color="inverse",
    )
    judged.metric(
        "Validation loss (nats)",
        f"{last.validation[k].mean():.3f}",
        f"{last.validation[k].mean() - last.validation[0].mean():+.3f} by L2",
        delta_color="inverse",
    )
    norm.metric(
        "Norm of the weights",
        f"{last.norm[k].mean():.2f}",
        f"{last.norm[k].mean() - last.norm[0].mean():+.2f} by L2",
        delta_color="off",
    )
    spread = [last.validation[row].std() for row in (0, k)]
    again.metric(
        "Spread between seeds",
        f"{spread[1]:.3f}",
        f"{spread[1] - spread[0]:+.3f} by L2",
        delta_color="inverse",
        help="Standard deviation of the validation loss over the seeds, in nats.",
    )
    st.markdown(captions.answer(last, k, ending.again))


def _weights(data, moments, k):
    left, right = st.columns(2, gap="large")
    frames = [{"share": m.weights[k], "share0": m.weights[0]} for m in moments]
    edges = weight_decay.BINS
    static = {"left": edges[:-1], "right": edges[1:], "middle": (edges[:-1] + edges[1:]) / 2}
    with left:
        player.animation(
            drawing.spec(charts.weights_animation),
            key="decay_animation",
            alt="Histogram of all weights, with L2 and without, by the step of the training.",
            frames=frames,
            static=static,
            height=HEIGHT + 50,
            seconds=6,
            run=str(hash((data, k))),
            labels=[f"step {m.step}" for m in moments],
        )
        st.caption(
            "All weights of all seeds: bars with L2, dashed line without. **Look for:** whether "
            f"weights pile up at zero. {captions.pile(moments[-1], k)}"
        )
    with right:
        rows = charts.norm_rows(moments, LAMBDAS, LAMBDAS[k])
        drawing.draw(st, charts.norms, weight_decay.STEPS, rows=rows, height=HEIGHT)
        st.caption(
            "‖W‖, the root of the sum of all squared weights. **Look for:** whether it still grows "
            f"at the end. {captions.growth(moments, k)}"
        )


EXPERIMENTS = {
    "L2 with little data": little_data,
    "Five ways on a surface": five_ways.surface,
    "Learning rate × decay": five_ways.maps,
}


def show():
    """Choose one of the experiments and show it."""
    EXPERIMENTS[widgets.segments("decay_experiment", label_visibility="collapsed")]()
