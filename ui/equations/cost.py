"""Why negative sampling is cheaper: measured on the spot, in a worker."""

import streamlit as st

from core.equations.cost import Cost, Done, multiplications
from core.errors import UserError
from ui import page
from ui.charts.tables import draw
from ui.equations import curves
from ui.equations.curves import LOSSES
from ui.jobs.bar import Bar
from ui.jobs.broker import broker

DIM = 10  # of the vectors measured: that of the exercise, whatever the dimension of the scene


def show(scene):
    """A button that starts the measurement, its progress, and what it found."""
    st.markdown("#### Why it is cheaper")
    dim, K = DIM, len(scene.negatives)
    st.markdown(
        f"One pair, vectors of {dim} numbers: softmax multiplies 3 · {dim} · V times (scores, "
        f"∂J/∂v_c, ∂J/∂U), negative sampling with K = {K} only 3 · {dim} · (1 + {K}) = "
        f"{multiplications(LOSSES[1], 0, dim, K)} times, however large the vocabulary V is."
    )
    button, spot = st.columns([3, 4], vertical_alignment="center")
    if button.button(
        "Measure both on this computer, 100 to 100,000 words (about 5 s)",
        key="gr_measure",
        width="stretch",
    ):
        presses = st.session_state["gr_presses"] = st.session_state.get("gr_presses", 0) + 1
        st.session_state["gr_measured"] = (dim, K, presses)
        st.session_state.pop("gr_stopped", None)
    asked, stopped = st.session_state.get("gr_measured"), st.session_state.get("gr_stopped")
    if stopped:
        spot.warning("Stopped; what was measured so far is shown.")
        _draw(*st.columns(2), stopped)
    elif asked and asked[:2] == (dim, K):
        try:
            _follow(asked, spot.empty())
        except UserError as problem:
            page.refuse(problem)


def _follow(asked, spot):
    costs = []
    one, two = (column.empty() for column in st.columns(2))
    with broker().watch("core.equations.cost:measure", *asked) as job:
        bar = None if job.finished else _bar(spot, job, costs)
        for news in job.follow():
            costs += [item for item in news if isinstance(item, Cost)]
            done = next((item.share for item in reversed(news) if isinstance(item, Done)), 0)
            if bar and done:
                bar.tell(done, f"Measuring: {done:.0%}")
            if any(isinstance(item, Cost) for item in news):
                _draw(one, two, costs)
    spot.empty()
    if len({c.loss for c in costs}) == len(LOSSES):
        _conclude(*(next(c for c in reversed(costs) if c.loss == loss) for loss in LOSSES))


def _bar(spot, job, costs):
    with spot.container():
        bar, stop = st.columns([3, 1], vertical_alignment="center")
        stop.button(
            "Stop", on_click=_stop, args=(job, costs), key="gr_stop_measuring", width="stretch"
        )
        return Bar(bar, "Waiting for a free processor")


def _stop(job, costs):
    broker().cancel(job)
    st.session_state["gr_stopped"] = costs


def _conclude(soft, sampled):
    times = soft.microseconds / sampled.microseconds
    st.caption(
        f"With {soft.vocabulary:,} words softmax took **{times:,.0f} times** as long: "
        f"{soft.microseconds:,.0f} against {sampled.microseconds:,.0f} µs a pair. **Look for:** "
        "one line that rises with the vocabulary and one that stays level; for small vocabularies "
        "the overhead of each NumPy call hides the difference. Times are the least of many runs; "
        "other work on this computer only adds to them."
    )


def _draw(one, two, costs):
    for place, field, title, top in (
        (one, "microseconds", "µs for one pair (measured)", 1e6),
        (two, "multiplications", "multiplications for one pair", 1e8),
    ):
        draw(place, curves.cost, (title, top), {"costs": curves.cost_table(costs, field)})
