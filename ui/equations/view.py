"""The page of equations: the choice of what to look at, and one step of word2vec in pictures."""

import numpy as np
import pandas as pd
import streamlit as st

from core.equations import one_step, step_export
from core.equations.formulas import SECTIONS
from ui.charts import theme
from ui.controls import address, widgets
from ui.controls.page_tables import SOURCES
from ui.controls.pages import EQUATIONS
from ui.equations import captions, charts, exercise_parts, hands_on, mistakes
from ui.equations.example_inputs import controls_of_scene
from ui.escaping import sentence
from ui.player import page_export

STEP, MISTAKE, PUBLISHED = "One step", "Find the mistake", "Published values"
# Sections: without words, with negatives, with either loss
SIGMOID, SAMPLING, WINDOW = "d", "e", "f"
RATES = np.linspace(0, 5, 51)
HEADINGS = {"softmax": ("y", "ŷ", "ŷ − y"), "negative sampling": ("wanted y", "σ(uᵀv)", "σ − y")}
# in the colors of the bars
Y, P = (rf"\textcolor{{{charts.BARS[kind][1]}}}" for kind in ("y", "p"))
SIGMA = rf"{P}{{\sigma(u_t^\top v_c)}} - {Y}{{y_t}}"
FORMULAS = {
    "softmax": rf"{P}{{\hat y}} = \operatorname{{softmax}}(U v_c), \quad J = -\log {P}{{\hat "
    rf"y_o}}, \quad \frac{{\partial J}}{{\partial v_c}} = U^\top({P}{{\hat y}} - {Y}{{y}}), \quad "
    rf"\frac{{\partial J}}{{\partial U}} = ({P}{{\hat y}} - {Y}{{y}})\,v_c^\top",
    "negative sampling": r"J = -\log \sigma(u_o^\top v_c) - \sum_k \log \sigma(-u_k^\top v_c), "
    rf"\quad \frac{{\partial J}}{{\partial v_c}} = \sum_t ({SIGMA})\,u_t, \quad \frac{{\partial "
    rf"J}}{{\partial u_t}} = ({SIGMA})\,v_c",
}


def show():
    """Show what is chosen; the controls of the scene and of the loss stand where they matter."""
    chosen = widgets.segments("gr_view", label_visibility="collapsed")
    if chosen == PUBLISHED:
        mistakes.published()
        return
    kind = widgets.segments("gr_loss") if chosen in (STEP, WINDOW) else one_step.KINDS[0]
    sampled = kind != one_step.KINDS[0] or chosen in (SAMPLING, MISTAKE)
    found = None if chosen == SIGMOID else controls_of_scene(sampled)
    if found:
        _explain(found, sampled)
    if chosen in SECTIONS:
        exercise_parts.show(chosen, found, kind)
    elif chosen == MISTAKE:
        mistakes.show(found)
    else:
        _step(found, kind)


def _explain(scene, sampled):
    """Say what is unusual about a scene, and why it is allowed."""
    notes = []
    if sampled and scene.outside in scene.negatives:
        notes.append(
            f"The outside word “{scene.words[scene.outside]}” is also a negative: its row of U "
            "gets both parts, pulled towards v once and pushed away for each draw. This happens "
            "now and then when negatives are drawn at random."
        )
    if scene.center in scene.window:
        notes.append(
            f"“{scene.words[scene.center]}” is both center and outside word. That is allowed: its "
            "center vector v and its outside vector u are two different vectors."
        )
    for note in notes:
        st.info(sentence(note), icon=":material/info:")


def _step(scene, kind):
    formula = FORMULAS[kind]
    for _, color in charts.BARS.values():
        formula = formula.replace(color, theme.on_page(color))
    st.container(key="gr_formula").latex(formula)
    left, right = st.columns([5, 4], gap="medium")
    copied = address.value("gr_source") != SOURCES[0]
    movable = one_step.can_be_typed(scene) or not copied
    with right:
        lr = widgets.slider("gr_lr")
        after = one_step.step(scene, kind, lr)
        hands_on.losses(st.container())
        hands_on.picture(st.container(), scene, kind, lr, RATES, movable=movable)
        st.caption(captions.arrows(scene, after, kind, movable, copied))
        _rates(scene, kind, lr, _loss(after, kind))
    with left:
        _bars(scene, kind)
        _heat(scene, kind)
    _all_numbers(scene, kind, lr)


def _loss(scene, kind):
    # a step that is far too large: the probability is rounded to 0
    with np.errstate(divide="ignore"):
        return float(one_step.loss(scene, kind)[0])


def _bars(scene, kind):
    t = one_step.terms(scene, kind)
    places = st.columns(3, gap="small")
    for place, values, name, heading in zip(
        places, (t.wanted, t.predicted, t.error), charts.BARS, HEADINGS[kind], strict=True
    ):
        table = charts.bar_table(t.labels, values)
        arguments = name, heading, len(t.labels)
        hands_on.chart(place, charts.bars, *arguments, reads=f"bars {name}", rows={"bars": table})
    st.caption(captions.ERRORS[kind])


def _heat(scene, kind):
    _, gradient = one_step.loss(scene, kind)
    for name, rows, title in (
        ("v_c", [scene.words[scene.center]], "∂J/∂v"),
        ("U", scene.words, "∂J/∂U, a row for each word"),
    ):
        table = charts.cell_table(rows, gradient[name])
        arguments = title, len(rows), scene.V.shape[1]
        hands_on.chart(
            st.container(), charts.cells, *arguments, reads=f"cells {name}", rows={"cells": table}
        )
    st.caption(
        "**Click a cell** to see its arithmetic below. Ocher is positive, gray is negative. "
        + captions.ROWS[kind]
    )
    for name in ("v_c", "U"):
        hands_on.formula(st.container(), f"cell {name}")


def _rates(scene, kind, lr, loss):
    losses = one_step.loss_against_lr(scene, kind, RATES)
    seen, top = np.isfinite(losses), float(np.ceil(1.2 * losses[0]))
    tables = {
        "curve": pd.DataFrame({"lr": RATES[seen], "loss": losses[seen]}),
        "chosen": pd.DataFrame({"lr": [lr], "loss": [min(loss, top)]}),
    }
    place = st.container()
    hands_on.chart(place, charts.loss_against_lr, top, reads="rates", rows=tables, top=top)
    st.caption(captions.rates(RATES, losses))


def _all_numbers(scene, kind, lr):
    with st.expander("The gradients with all their numbers", expanded=True):
        hands_on.formula(st.container(), "center")
        hands_on.formula(st.container(), "outside")
    st.markdown("**My derivation**: this step with formulas and numbers, to hand in or to print.")
    one, two = st.columns(2)
    printed = page_export.stamp(EQUATIONS).name
    one.download_button(
        "Download as Markdown",
        step_export.markdown(scene, kind, lr),
        f"derivation-{printed}.md",
        "text/markdown",
        on_click="ignore",
        width="stretch",
    )
    two.download_button(
        "Download as LaTeX",
        step_export.latex(scene, kind, lr),
        f"derivation-{printed}.tex",
        "text/x-tex",
        on_click="ignore",
        width="stretch",
    )
