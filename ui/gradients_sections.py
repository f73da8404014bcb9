"""Sections a to f: statement, formula, live numbers, reason, and the gradient check beside them."""
import numpy as np
import pandas as pd
import streamlit as st

from core import differences, formulas, losses, microscope, stability
from core.differences import PRECISIONS
from core.formulas import SECTIONS
from ui import gradients_charts as charts
from ui import gradients_cost
from ui.gradients_scene import number

STEPS = [f"1e{e:g}" for e in differences.EXPONENTS if e == int(e)]
CURVE = np.linspace(-8, 8, 161)


def show(letter, scene, kind):
    """Show one section; kind: the loss of section f, the others have their own."""
    section = SECTIONS[letter]
    left, right = st.columns([5, 3], gap="large")
    with left:
        st.markdown(f"#### ({letter}) {section.title}\n{section.statement}")
        st.latex(section.formula)
        NUMBERS[letter](scene, kind)
        st.markdown(f"**Why.** {section.reason}")
    with right:
        CHECKS[letter](scene, kind)
    if letter == "e":
        gradients_cost.show(scene)


def _cross_entropy(scene, _):
    st.latex(formulas.cross_entropy(scene))


def _same_loss(scene, _):
    """Section a: the two losses, computed in two ways."""
    t = microscope.terms(scene, "softmax")
    entropy, softmax = -(t.wanted * np.log(t.predicted)).sum(), microscope.loss(scene, "softmax")[0]
    st.markdown("##### Check")
    st.metric("Cross-entropy, all words", f"{entropy:.12f} nats")
    st.metric("Naive softmax, −log ŷ_o", f"{softmax:.12f} nats")
    difference = abs(entropy - softmax)
    verdict = "equal" if difference <= 1e-12 else "NOT equal"
    st.metric("Difference", f"{difference:.1e} nats", f"{verdict} to 1e-12", delta_arrow="off",
              delta_color="normal" if difference <= 1e-12 else "inverse")
    st.caption("**Look for:** the difference stays 0 (or the last bit) whatever words and vectors you choose.")


def _centre(scene, _):
    st.latex(formulas.centre_gradient(scene, "softmax"))


def _outside(scene, _):
    st.latex(formulas.outside_gradient(scene, "softmax"))
    st.latex(formulas.row_sum(scene))


def _sigmoid(*_):
    x = number("gr_x", step=0.1)
    value, slope = float(losses.sigmoid(x)), float(losses.sigmoid_slope(x))
    st.latex(rf"\sigma({x:.1f}) = {value:.6f}, \qquad \sigma'({x:.1f}) = {value:.4f}\,(1 - {value:.4f}) = {slope:.6f}")
    table = [(t, y, name) for name, ys in (("σ(x)", losses.sigmoid(CURVE)), ("σ'(x)", losses.sigmoid_slope(CURVE)))
             for t, y in zip(CURVE, ys, strict=True)]
    st.altair_chart(charts.sigmoid(x, value, slope, table), key="sigmoid")
    st.caption("The green line touches σ at x; its slope is the height of the dashed curve. **Look for:** both ends, where the "
               "tangent lies flat: a model that is sure hardly learns.")
    _stability()


def _stability():
    st.markdown("**On paper equal, on a computer not:** at x = ±800, in float64")
    rows = []
    for name, (tex, _, _) in stability.FORMS.items():
        shown = []
        for x in (800, -800):
            value, complaint = stability.value(name, x)
            shown.append(f"{value:g}" + (f" — {complaint}" if complaint else ""))
        rows.append(f"| ${tex}$ | {shown[0]} | {shown[1]} | {'✓ stable' if 'stable' in name else '✗ as on paper'} |")
    st.markdown("\n".join(["| computed as | x = 800 | x = −800 | |", "|---|---|---|---|", *rows]))
    st.caption("exp(800) is larger than any float64, so the naive forms overflow; one of them returns nan, another an infinite "
               "loss where 800 is right.")


def _sampling(scene, _):
    st.latex(formulas.sampling_loss(scene))
    st.latex(formulas.centre_gradient(scene, "negative sampling"))
    st.latex(formulas.outside_gradient(scene, "negative sampling"))
    repeated = sorted({w for w in scene.negatives if scene.negatives.count(w) > 1})
    if repeated:
        w, times = repeated[0], scene.negatives.count(repeated[0])
        one = losses.sigmoid(scene.U[w] @ scene.v_c) * scene.v_c
        name = formulas.word(scene.words[w])
        extra = r" + \text{(its part as outside word)}" if w == scene.outside else ""
        st.latex(rf"\frac{{\partial J}}{{\partial u_{{{name}}}}} = {times} \cdot {formulas.matrix(one, 3)}{extra} = "
                 + formulas.matrix(microscope.loss(scene, "negative sampling")[1]["U"][w], 3)
                 + rf"\qquad \text{{drawn {times} times, counts {times} times}}")
    else:
        st.caption("No negative is drawn twice here; type one twice to see that it counts twice.")


def _window(scene, kind):
    st.markdown("Window: " + ", ".join(f"**{scene.words[w]}**" for w in scene.window) + f" around **{scene.words[scene.centre]}**; "
                + ("softmax." if kind == "softmax" else "negative sampling, with the same negatives for each outside word."))
    total, gradient = microscope.window_loss(scene, kind)
    pairs = [microscope.loss(microscope.replace(scene, window=(w,)), kind) for w in scene.window]
    st.latex("J = " + " + ".join(formulas.under(formulas.number(loss), formulas.word(scene.words[w]))
                                 for w, (loss, _) in zip(scene.window, pairs, strict=True)) + f" = {total:.6f}")
    st.latex(r"\frac{\partial J}{\partial v_c} = " + " + ".join(
        formulas.under(formulas.matrix(g["v_c"], 3), formulas.word(scene.words[w])) for w, (_, g) in zip(scene.window, pairs, strict=True))
        + " = " + formulas.matrix(gradient["V"][scene.centre], 3))
    one, two = st.columns(2)
    one.altair_chart(charts.cells(scene.words, gradient["V"], "∂J/∂V: centre vectors"), key="window V")
    two.altair_chart(charts.cells(scene.words, gradient["U"], "∂J/∂U: outside vectors"), key="window U")
    st.caption(f"**Look for:** zeros in every row of ∂J/∂V but that of the centre word, {scene.words[scene.centre]}; numbers in "
               "∂J/∂U for all words (softmax) or for those that were seen or drawn (negative sampling).")


def _check(compare, curve, labels):
    """The gradient check: analytic, central difference, relative error at h, and the curve of errors over h."""
    st.markdown("##### Gradient check")
    h = float(st.select_slider("h of the central difference (J(w + h) − J(w − h)) / 2h", STEPS, "1e-5", key="gr_h", bind="query-params"))
    precision = st.segmented_control("Precision", list(PRECISIONS), default="float64", required=True, key="gr_precision",
                                     bind="query-params")
    found = compare(h, PRECISIONS[precision])
    for one in found:
        good = one.error <= (1e-7 if precision == "float64" else 1e-2)
        st.markdown(f"{'✓' if good else '✗'} ∂J/∂{one.what}: relative error **{one.error:.1e}**")
    rows = [(f"{one.what} {label}", analytic, numeric) for one in found
            for label, analytic, numeric in zip(labels(one), one.analytic.ravel(), one.numeric.ravel(), strict=True)]
    table = pd.DataFrame(rows, columns=["entry", "analytic", "central difference"])
    table["difference"] = table["central difference"] - table["analytic"]
    st.dataframe(table.style.format({"analytic": "{:.9f}", "central difference": "{:.9f}", "difference": "{:.1e}"}),
                 hide_index=True, height=220)
    errors = {name: differences.error_curve(curve, dtype) for name, dtype in PRECISIONS.items()}
    st.altair_chart(charts.error_curve(errors, h), key="error curve")
    st.caption("**Look for:** the U shape. On the right h is too large: truncation, the error grows as h². On the left h is too "
               "small: J(w + h) and J(w − h) agree in all digits a number has, and rounding grows as 1/h. float32 has fewer digits, so "
               "its valley is higher and further right. The curve is that of v_c.")


def _entries(scene):
    def labels(one):
        if one.what == "v_c":
            return [str(k + 1) for k in range(len(one.analytic))]
        return [f"{word}, {k + 1}" for word in scene.words for k in range(scene.V.shape[1])]
    return labels


def _check_pair(scene, kind):
    _check(lambda h, dtype: differences.compare_pair(scene, kind, h, dtype),
           lambda h, dtype: differences.compare_few(scene, kind, microscope.loss, h, dtype), _entries(scene))


def _check_window(scene, kind):
    _check(lambda h, dtype: differences.compare_window(scene, kind, h, dtype),
           lambda h, dtype: differences.compare_few(scene, kind, microscope.window_loss, h, dtype), _entries(scene))


def _check_slope(*_):
    x = [st.session_state["gr_x"]]

    def compare(h, dtype):
        return differences.compare_slope(x, h, dtype)
    _check(compare, lambda h, dtype: compare(h, dtype)[0], lambda _: [f"= {x[0]:.1f}"])


NUMBERS = {"a": _cross_entropy, "b": _centre, "c": _outside, "d": _sigmoid, "e": _sampling, "f": _window}
CHECKS = {"a": _same_loss, "b": lambda scene, _: _check_pair(scene, "softmax"), "c": lambda scene, _: _check_pair(scene, "softmax"),
          "d": _check_slope, "e": lambda scene, _: _check_pair(scene, "negative sampling"), "f": _check_window}
