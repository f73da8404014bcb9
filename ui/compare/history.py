"""The last runs of this visitor: small pictures, each of which can become A or B."""

import streamlit as st

from core.texts import words_to_plot
from ui.charts import drawing
from ui.compare import sides
from ui.controls import address
from ui.seeds import small_pictures

KEPT = 6
STATE = "last runs"  # in the session: [(text, settings, picture)], the newest last


def remember(text, settings, seen):
    """Keep a finished run, as the newest."""
    if not seen.run:
        return
    kept = st.session_state.setdefault(STATE, [])
    kept[:] = [one for one in kept if one[:2] != (text, settings)]
    chosen = words_to_plot.choose(seen.facts, words_to_plot.choices(seen.facts)[0])
    if not chosen.words:
        return
    kept.append((text, settings, (seen.picture(chosen, True).points[-1], chosen)))
    del kept[:-KEPT]


def show(text, settings, other):
    """Draw the last runs that are neither A nor B, with what makes them different."""
    kept = [
        one for one in st.session_state.get(STATE, []) if one[:2] not in ((text, settings), other)
    ]
    if not kept:
        return
    st.markdown("**Your last runs**")
    for column, (its_text, its_settings, (points, chosen)) in zip(
        st.columns(KEPT), reversed(kept), strict=False
    ):
        differs = sides.told(text, settings, its_text, its_settings)
        with column:
            rows = small_pictures.picture_rows([""], [""], [""], [points], [False], chosen)
            groups = tuple(dict.fromkeys(chosen.groups))
            drawing.draw(st, small_pictures.chart, 1, 1, groups, rows=rows, height=150)
            st.caption("; ".join(f"{label} {value}" for label, _, value in differs[:3]))
            named = str(hash((its_text, its_settings)))
            left, right = st.columns(2)
            left.button("A", key=f"as A {named}", on_click=sides.put, args=(its_text, its_settings))
            right.button(
                "B",
                key=f"as B {named}",
                on_click=as_b,
                args=(text, settings, its_text, its_settings),
            )


def as_b(text, settings, its_text, its_settings):
    """Make these other settings B of A's (text, settings)."""
    changes = sides.as_changes(text, settings, its_text, its_settings)
    first, *rest = changes
    address.put(
        ab_knob=first,
        ab_value=changes[first],
        ab_more="; ".join(f"{key}={changes[key]}" for key in rest),
        ab_fork=None,
    )
