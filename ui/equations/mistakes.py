"""Find the mistake, in ready-made derivations or in one's own; and the published values."""

import numpy as np
import pandas as pd
import streamlit as st

from core.classroom.rooms import Mistake
from core.equations import derivations, expressions, mistake_kinds
from core.equations.derivations import REGISTRY, TARGETS
from core.errors import UserError
from core.word2vec import gradient_check
from ui import page
from ui.charts.drawing import draw
from ui.classroom import asking, here
from ui.controls import address, widgets
from ui.equations import charts
from ui.escaping import sentence

OWN = "my own"


def show(scene):
    """Choose a gradient and a derivation of it, or write one; the check says which entries are
    wrong.
    """
    left, right = st.columns([5, 4], gap="large")
    with left:
        target = widgets.menu("gr_target")
        st.caption(f"The gradient of {TARGETS[target].says}.")
        at_hand = {
            name.split(", ")[1]: derivation
            for name, derivation in REGISTRY.items()
            if derivation.target == target
        }
        chosen = widgets.segments("gr_derivation", options=[*at_hand, OWN], then=_take_over)
        derivation = at_hand.get(chosen)
        expression = _present(target, derivation) if derivation else _own()
    with right:
        if derivation and widgets.toggle("gr_vote"):
            asking.vote(derivation.name)
            st.info("Right or wrong? When everybody has voted, switch **Vote first** off.")
        else:
            _judge(scene, target, expression, derivation)


def _take_over():
    """Start one's own derivation from the one that was looked at."""
    if st.session_state["gr_derivation"] == OWN and not address.value("gr_expression"):
        address.put(gr_expression=st.session_state.get("gr_seen", ""))


def _present(target, derivation):
    st.session_state["gr_seen"] = derivation.expression
    st.latex(TARGETS[target].tex + " = " + derivation.tex)
    st.code(derivation.expression, language="python")
    st.markdown(f"Right or wrong? To correct it, choose **{OWN}**: the expression is copied.")
    return derivation.expression


def _own():
    typed = widgets.text(
        "gr_expression", max_chars=expressions.LENGTH, placeholder="U.T @ (y_hat - y)"
    )
    with st.expander("Names and functions", expanded=True):
        st.markdown(
            "; ".join(f"`{name}` {what}" for name, what in derivations.MEANINGS.items()) + "."
        )
        st.markdown(
            ", ".join(f"`{name}`" for name in expressions.FUNCTIONS)
            + " (also as `np.exp`), and `+ - * / ** @ .T [ ]`."
        )
    return typed


def _judge(scene, target, expression, derivation):
    if not expression.strip():
        st.info(
            "Type an expression; when you press Enter, it is checked against central differences "
            "of the loss."
        )
        return
    try:
        verdict = derivations.judge(expression, target, scene)
    except UserError as problem:
        page.say(problem)
        return
    if not derivation:
        _to_the_wall(scene, target, expression)
    said = sentence(verdict.sentence)
    if verdict.passed:
        green = (
            "Green by accident: with other words or vectors it is not the gradient"
            if mistake_kinds.by_accident(expression, target)
            else "Green: it is the gradient"
        )
        st.success(f"**{green}.** {said}", icon=":material/check_circle:")
    else:
        st.error(
            f"**Red: it is not the gradient.** {said}",
            icon=":material/cancel:",
        )
    if derivation and derivation.mistake:
        with st.expander("Show the mistake"):
            st.markdown(
                derivation.mistake
                if not verdict.passed
                else "In this scene the mistake does not show, because both agree by accident: "
                f"{derivation.mistake}"
            )
    entries(scene, target, verdict)


def _to_the_wall(scene, target, expression):
    """In a room, what a student types is counted by the kind of its mistake."""
    if here.is_(here.STUDENT):
        kind = mistake_kinds.kind(expression, target, scene)
        mistake = Mistake(target, expression, kind)
        if not here.send(lambda room, me: room.mistake(me, mistake)):
            here.keep(target, expression)


def entries(scene, target, verdict):
    """Draw a gradient as it was derived, and its central differences."""
    names = _rows(scene, target)
    for key, matrix, title in (
        ("given", verdict.given, "As derived"),
        ("wanted", verdict.wanted, "Central differences"),
    ):
        if matrix.ndim > 2 or not matrix.size:
            continue
        shape = np.atleast_2d(matrix).shape
        rows = (
            names if matrix.shape == verdict.wanted.shape else [str(k + 1) for k in range(shape[0])]
        )
        off = verdict.off if key == "given" else None
        draw(
            st,
            charts.cells,
            title,
            *shape,
            True,
            rows={"cells": charts.cell_table(rows, matrix, off)},
            key=f"entries {key}",
        )
    if not verdict.passed and verdict.off is not None:  # else the shapes differ
        st.caption("**Look for:** the cells with a heavy frame and a ✗: these entries are wrong.")


def _rows(scene, target):
    """What the rows of a gradient belong to."""
    part = target.split(": ")[1]
    if part == "u_k":
        return [f"{scene.words[w]} ({k})" for k, w in enumerate(scene.negatives, 1)]
    return scene.words if part in ("U", "V") else ["σ'" if part == "slope" else part[0]]


def published():
    """The table of `python -m core check`, computed now."""
    found = gradient_check.run()
    passed = sum(one.passed for one in found)
    (st.success if passed == len(found) else st.error)(
        f"{passed} of {len(found)} checks passed, computed just now. The same table: `python -m "
        "core check`."
    )
    rows = [
        {
            "": "✓" if one.passed else "✗",
            "what": one.name,
            "against": one.source,
            "relative difference": f"{one.difference:.1e}",
            "allowed": f"{one.allowed:.0e}",
        }
        for one in found
    ]
    st.container(key="published").table(pd.DataFrame(rows).set_index(""))
    st.caption(
        "CS224n: the exercise's sanity checks. **Look for:** differences near 1e-16, the last bit "
        "of a float64; near 1e-9 for the sigmoid, which is printed to 8 digits; near 1e-11 for "
        "central differences. A wrong sign would show as 2."
    )
