"""Find the mistake, in derivations at hand or in one's own; and the published values."""
import pandas as pd
import streamlit as st

from core import check, derivations, expressions
from core.derivations import REGISTRY, TARGETS
from core.errors import UserError
from ui import gradients_charts as charts

OWN = "my own"


def show(scene):
    """Choose a gradient and a derivation of it, or write one; the check says which entries are off."""
    left, right = st.columns([5, 4], gap="large")
    with left:
        target = st.selectbox("The gradient", list(TARGETS), key="gr_target", bind="query-params",
                              format_func=lambda name: f"{name} — {TARGETS[name].says}")
        at_hand = [name for name, derivation in REGISTRY.items() if derivation.target == target]
        chosen = st.segmented_control("A derivation", [*(name.split(", ")[1] for name in at_hand), OWN], default="A", required=True,
                                      key="gr_derivation", bind="query-params")
        expression, derivation = _derivation(target, chosen)
    with right:
        _judge(scene, target, expression, derivation)


def _derivation(target, chosen):
    """The expression to check, and the derivation it comes from (None for one's own)."""
    found = next((d for d in REGISTRY.values() if d.target == target and d.name.endswith(f", {chosen}")), None)
    if found:
        st.latex(TARGETS[target].tex + " = " + found.tex)
        st.code(found.expression, language="python")
        st.markdown("Right or wrong? Decide first, then look at the check. Choose **my own** to correct it.")
        return found.expression, found
    typed = st.text_input("My derivation, as a NumPy expression", key="gr_expression", bind="query-params",
                          max_chars=expressions.LENGTH, placeholder="U.T @ (y_hat - y)")
    st.caption("Names: " + "; ".join(f"`{name}` {what}" for name, what in derivations.MEANINGS.items()) + ".")
    st.caption("Functions: " + ", ".join(f"`{name}`" for name in expressions.FUNCTIONS) + " (also as `np.exp`); `+ - * / ** @ .T [ ]`.")
    return typed, None


def _judge(scene, target, expression, derivation):
    if not expression.strip():
        st.info("Type an expression on the left; it is checked against central differences of the loss when you press Enter.")
        return
    try:
        verdict = derivations.judge(expression, target, scene)
    except UserError as problem:
        st.error(str(problem), icon=":material/info:")
        return
    if verdict.passed:
        st.success(f"**Green: it is the gradient.** {verdict.sentence}", icon=":material/check_circle:")
    else:
        st.error(f"**Red: it is not the gradient.** {verdict.sentence}", icon=":material/cancel:")
    if derivation and derivation.mistake:
        with st.expander("Show the mistake"):
            st.markdown(derivation.mistake if not verdict.passed else
                        f"In this scene the mistake does not show, because both agree by accident: {derivation.mistake}")
    _entries(scene, target, verdict)


def _entries(scene, target, verdict):
    wanted = verdict.wanted
    names = _rows(scene, target)
    for key, matrix, title in (("given", verdict.given, "Your gradient"), ("wanted", wanted, "Central differences")):
        if matrix.ndim <= 2 and matrix.size <= 800:
            rows = names if matrix.shape == wanted.shape else [str(k + 1) for k in range(len(matrix) if matrix.ndim == 2 else 1)]
            off = verdict.off if key == "given" else None
            st.altair_chart(charts.compared(rows, matrix, off, title), key=f"entries {key}")
    st.caption("**Look for:** the cells with a heavy frame and a ✗: these entries are off.")


def _rows(scene, target):
    words = {"negatives: u_k": [f"{scene.words[w]} ({k})" for k, w in enumerate(scene.negatives, 1)]}
    row = {"softmax: v_c": "v_c", "negatives: v_c": "v_c", "window: v_c": "v_c", "negatives: u_o": "u_o", "sigmoid: slope": "x"}
    return [row[target]] if target in row else words.get(target, scene.words)


def published():
    """The table of `python -m core check`, computed now."""
    found = check.run()
    passed = sum(one.passed for one in found)
    (st.success if passed == len(found) else st.error)(
        f"{passed} of {len(found)} checks passed, computed just now. The same table: `python -m core check`.")
    st.dataframe(pd.DataFrame([{"": "✓" if one.passed else "✗", "what": one.name, "against": one.source,
                                "relative difference": f"{one.difference:.1e}", "allowed": f"{one.allowed:.0e}"} for one in found]),
                 hide_index=True, height=38 * (len(found) + 1))
    st.caption("CS224n: the exercise's sanity checks, losses and gradients printed to 8 digits. **Look for:** differences of 1e-9 or "
               "so, the rounding of the printed digits; a wrong sign would show as 1 or more.")
