"""Why negative sampling is cheaper: measured on the spot, in a worker."""
import streamlit as st

from core.cost import Cost, Done, multiplications
from core.errors import UserError
from ui import gradients_curves as curves
from ui import page
from ui.gradients_curves import LOSSES
from ui.jobs import broker
from ui.quick import draw

DIM = 10                    # of the vectors measured: that of the exercise, whatever the dimension of the scene


def show(scene):
    """A button that starts the measurement, its progress, and what it found."""
    st.markdown("#### Why it is cheaper")
    dim, K = DIM, len(scene.negatives)
    st.markdown(f"One pair, vectors of {dim} numbers: softmax multiplies 3 · {dim} · V times (scores, ∂J/∂v_c, ∂J/∂U), "
                f"negative sampling with K = {K} only 3 · {dim} · (1 + {K}) = {multiplications(LOSSES[1], 0, dim, K)} times, "
                "however large the vocabulary V is.")
    run, stop = st.columns([3, 1])
    if run.button("Measure both on this computer, 100 to 100,000 words (about 5 s)", key="gr_measure"):
        st.session_state["gr_measured"] = (dim, K, st.session_state.get("gr_presses", 0))
        st.session_state["gr_presses"] = st.session_state.get("gr_presses", 0) + 1
    asked = st.session_state.get("gr_measured")
    if asked and asked[:2] == (dim, K):
        try:
            _follow(asked, stop)
        except UserError as problem:
            page.refuse(problem)


def _follow(asked, stop):
    costs, spot = [], st.empty()
    one, two = (column.empty() for column in st.columns(2))
    with broker().watch("core.cost:measure", *asked) as job:
        if not job.finished:
            stop.button("Stop", on_click=_stop, args=(job,), width="stretch")
        for news in job.follow():
            costs += [item for item in news if isinstance(item, Cost)]
            done = next((item.share for item in reversed(news) if isinstance(item, Done)), None)
            if done is not None and not job.finished:
                spot.progress(done, f"Measuring: {done:.0%}" if job.started else "Waiting for a free processor")
            if any(isinstance(item, Cost) for item in news):
                _draw(one, two, costs)
        cancelled = job.state == "cancelled"
    spot.empty()
    if cancelled:
        spot.warning("Stopped; what was measured so far is shown.")
    elif costs:
        soft, sampled = (next(c for c in reversed(costs) if c.loss == loss) for loss in LOSSES)
        times = soft.microseconds / sampled.microseconds
        st.caption(f"With {soft.vocabulary:,} words softmax took **{times:,.0f} times** as long ({soft.microseconds:,.0f} "
                   f"against {sampled.microseconds:,.0f} µs a pair). **Look for:** one line that rises with the vocabulary and one that "
                   "stays level; for small vocabularies the overhead of each NumPy call hides the difference. Times are the "
                   "least of many runs; other work on this computer only adds to them.")


def _stop(job):
    broker().cancel(job)
    st.session_state.pop("gr_measured", None)


def _draw(one, two, costs):
    for place, field, title, top in ((one, "microseconds", "µs for one pair (measured)", 1e6),
                                     (two, "multiplications", "multiplications for one pair", 1e8)):
        draw(place, curves.cost, (title, top), {"costs": curves.cost_table(costs, field)})
