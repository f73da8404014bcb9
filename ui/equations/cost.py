"""Why negative sampling is cheaper: measured on the spot, in a worker."""

import streamlit as st

from core.equations.cost import Cost, multiplications
from core.errors import UserError
from ui import page
from ui.charts.drawing import draw
from ui.controls import address
from ui.equations import curves
from ui.equations.curves import LOSSES
from ui.jobs.follow import Redrawn, follow

DIM = 10  # of the vectors measured: that of the exercise, whatever the dimension of the scene


def show(scene):
    """A button that starts the measurement, its progress, and what it found."""
    st.markdown("#### Why it is cheaper")
    dim, K = DIM, len(scene.negatives)
    st.markdown(
        f"For one pair and vectors of {dim} numbers, as in the exercise (the scene above may have "
        f"other ones), softmax needs 3 · {dim} · V multiplications "
        "(scores, $\\partial J / \\partial v_c$, $\\partial J / \\partial U$). Negative sampling "
        f"with K = {K} needs 3 · {dim} · (1 + {K}) = {multiplications(LOSSES[1], 0, dim, K)}, "
        "however large the vocabulary V is."
    )
    if st.button(
        "Measure both",
        key="gr_measure",
        on_click=address.hear,
        help="Measures both on the computer that runs this server, for vocabularies of 100 to "
        "100,000 words. This takes about 5 seconds.",
    ):
        presses = st.session_state["gr_presses"] = st.session_state.get("gr_presses", 0) + 1
        st.session_state["gr_measured"] = (dim, K, presses)
    asked = st.session_state.get("gr_measured")
    if asked and asked[:2] == (dim, K):
        try:
            _measure(asked)
        except UserError as problem:
            page.refuse(problem)


def _measure(asked):
    status = st.container()
    one, two = (Redrawn(column) for column in st.columns(2))

    def show(items):
        if costs := _costs(items):
            _draw(one, two, costs)

    with status:
        items, complete = follow(
            {"cost": ("core.equations.cost:measure", *asked)},
            show,
            key="gr_measuring",
            said="Measuring",
        )
    if complete:
        costs = _costs(items)[::-1]
        _conclude(*(next(c for c in costs if c.loss == loss) for loss in LOSSES))


def _costs(items):
    return [item for item in items["cost"] if isinstance(item, Cost)]


def _conclude(soft, sampled):
    times = soft.microseconds / sampled.microseconds
    st.caption(
        f"With {soft.vocabulary:,} words softmax took **{times:,.0f} times** as long: "
        f"{soft.microseconds:,.0f} against {sampled.microseconds:,.0f} µs per pair. **Look for:** "
        "one line that rises with the vocabulary and one that stays level. For small vocabularies "
        "the overhead of each NumPy call hides the difference. Each time is the shortest of many "
        "runs, as other work on the computer can only add to it."
    )


def _draw(one, two, costs):
    for place, field, title, top in (
        (one, "microseconds", "µs for one pair (measured)", 1e6),
        (two, "multiplications", "multiplications for one pair", 1e8),
    ):
        draw(place, curves.cost, title, top, rows={"costs": curves.cost_table(costs, field)})
