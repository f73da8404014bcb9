"""Sections a to f: statement, formula, live numbers, reason, and the gradient check."""

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st
from scipy.special import xlogy

from core.equations import differences, formulas, numerics, one_step
from core.equations.differences import PRECISIONS
from core.equations.formulas import SECTIONS
from core.word2vec import losses
from ui.charts.drawing import draw
from ui.controls import address, widgets
from ui.equations import captions, charts, cost, curves
from ui.escaping import shown, table

GOOD = {"float64": 1e-7, "float32": 1e-2}  # relative error at a sensible h
STEPS = [f"1e{e:g}" for e in differences.EXPONENTS if e == int(e)]
SMALL = r"\footnotesize "  # as large as the text around
CURVE = np.linspace(-8, 8, 161)


def show(letter, scene, kind):
    """Show one section; kind: the loss of section f, the others have their own."""
    section = SECTIONS[letter]
    wide = letter == "a" or (
        letter in "bcef"
        and (len(scene.words) > 6 or scene.V.shape[1] > 3 or len(scene.negatives) > 4)
    )
    # Wide matrices need it all
    left, right = (st.container(), st.container()) if wide else st.columns([2, 1], gap="medium")
    with left:
        st.markdown(f"#### ({letter}) {section.title}\n{section.statement}")
        st.container(key=f"formula_{letter}").latex(section.formula)
        NUMBERS[letter](scene, kind)
        st.markdown(f"**Why.** {section.reason}")
    with right:
        CHECKS[letter](scene, kind)
    if letter == "e":
        cost.show(scene)


def _cross_entropy(scene, _):
    st.latex(SMALL + formulas.cross_entropy(scene))


def _same_loss(scene, _):
    """Section a: the two losses, computed in two ways."""
    t = one_step.terms(scene, "softmax")
    # 0 log 0 counts as 0: a probability can be rounded to 0
    entropy, softmax = -xlogy(t.wanted, t.predicted).sum(), one_step.loss(scene, "softmax")[0]
    st.markdown("##### Check")
    one, two, three = st.columns(3)
    one.metric("Cross-entropy, all words (nats)", f"{entropy:.12f}")
    two.metric("Naive softmax (nats)", f"{softmax:.12f}")
    difference = abs(entropy - softmax)
    verdict = "equal" if difference <= 1e-12 else "NOT equal"
    three.metric(
        "Difference (nats)",
        f"{difference:.1e}",
        f"{verdict} to 1e-12",
        delta_arrow="off",
        delta_color="normal" if difference <= 1e-12 else "inverse",
    )
    st.caption(
        "**Look for:** the difference. It is 0, or rounding in the last digit, whatever words and "
        "vectors you choose."
    )


def _center(scene, _):
    st.latex(SMALL + formulas.center_gradient(scene, "softmax"))


def _outside(scene, _):
    st.latex(SMALL + formulas.outside_gradient(scene, "softmax"))
    st.latex(SMALL + formulas.row_sum(scene))


def _sigmoid(*_):
    x = widgets.slider("gr_x")
    value, slope = float(losses.sigmoid(x)), float(losses.sigmoid_slope(x))
    st.latex(
        rf"\sigma({x:.1f}) = {value:.4f}, \quad \sigma'({x:.1f}) = {value:.4f}\,(1 - {value:.4f}) "
        rf"= {slope:.4f}"
    )
    both = losses.sigmoid(CURVE), losses.sigmoid_slope(CURVE)
    draw(
        st, curves.sigmoid, rows=curves.sigmoid_tables(x, value, slope, CURVE, both), key="sigmoid"
    )
    st.caption(captions.sigmoid(x))
    _stability()


def _stability():
    st.markdown("**Equal on paper, not on a computer:** x = ±800 in float64")
    rows = []
    for name, (tex, _, _) in numerics.FORMS.items():
        values = []
        for x in (800, -800):
            value, complaint = numerics.value(name, x)
            values.append(f"{value:g}" + (f" — {complaint}" if complaint else ""))
        rows.append((f"${tex}$", *values, "✓ stable" if "stable" in name else "✗ as on paper"))
    st.markdown(table(("computed as", "x = 800", "x = −800", ""), rows))
    st.caption(
        "exp(800) is larger than any float64, so the naive forms overflow; one of them returns "
        "nan, another an infinite loss where 800 is right."
    )


def _sampling(scene, _):
    for name, formula in (
        ("loss", formulas.sampling_loss(scene)),
        ("center", formulas.center_gradient(scene, "negative sampling")),
        ("outside", formulas.outside_gradient(scene, "negative sampling")),
    ):
        st.container(key=f"sampling_{name}").latex(SMALL + formula)
    repeated = sorted({w for w in scene.negatives if scene.negatives.count(w) > 1})
    if repeated:
        w, times = repeated[0], scene.negatives.count(repeated[0])
        one = losses.sigmoid(scene.U[w] @ scene.v_c) * scene.v_c
        name, often = formulas.word(scene.words[w]), "twice" if times == 2 else f"{times} times"
        extra = r" + \text{(its part as outside word)}" if w == scene.outside else ""
        st.latex(
            SMALL + rf"\frac{{\partial J}}{{\partial u_{{{name}}}}} = {times} \cdot "
            rf"{formulas.matrix(one, 3)}{extra} = "
            + formulas.matrix(one_step.loss(scene, "negative sampling")[1]["U"][w], 3)
            + rf"\qquad \text{{drawn {often}, so it counts {often}}}"
        )
    else:
        st.caption("No negative is drawn twice here; type one twice to see that it counts twice.")


def _window(scene, kind):
    around = ", ".join(f"**{shown(scene.words[w])}**" for w in scene.window)
    how = (
        "softmax"
        if kind == "softmax"
        else "negative sampling, with the same negatives for each outside word"
    )
    st.markdown(f"Window: {around} around **{shown(scene.words[scene.center])}**; {how}.")
    total, gradient = one_step.window_loss(scene, kind)
    pairs = [one_step.loss(replace(scene, window=(w,)), kind) for w in scene.window]
    st.latex(
        SMALL
        + "J = "
        + " + ".join(
            formulas.under(formulas.number(loss), formulas.word(scene.words[w]))
            for w, (loss, _) in zip(scene.window, pairs, strict=True)
        )
        + f" = {total:.6f}"
    )
    parts = [
        formulas.under(formulas.matrix(g["v_c"], 3), formulas.word(scene.words[w]))
        for w, (_, g) in zip(scene.window, pairs, strict=True)
    ]
    st.latex(
        SMALL
        + r"\frac{\partial J}{\partial v_c} = "
        + " + ".join(parts)
        + " = "
        + formulas.matrix(gradient["V"][scene.center], 3)
    )
    one, two = st.columns(2)
    for place, name, title in (
        (one, "V", "∂J/∂V: center vectors"),
        (two, "U", "∂J/∂U: outside vectors"),
    ):
        draw(
            place,
            charts.cells,
            title,
            *scene.V.shape,
            rows={"cells": charts.cell_table(scene.words, gradient[name])},
            key=f"window {name}",
        )
    st.caption(
        "**Look for:** zeros in every row of $\\partial J / \\partial V$ except that of the "
        "center word, "
        f"{shown(scene.words[scene.center])}. In $\\partial J / \\partial U$, "
        + (
            "every row can have numbers."
            if kind == "softmax"
            else "only the rows of words that were seen or drawn can have numbers."
        )
    )


def _check(compare, curve, labels, what="$v_c$"):
    """The gradient check: analytic, central difference, relative error at h, and the curve of
    errors over h.
    """
    st.markdown("##### Gradient check")
    h = float(widgets.ladder("gr_h"))
    precision = widgets.segments("gr_precision")
    found = compare(h, PRECISIONS[precision])
    for one in found:
        name = r"\sigma'(x)" if one.what == "x" else rf"\partial J / \partial {one.what}"
        st.markdown(
            f"{'✓' if one.error <= GOOD[precision] else '✗'} ${name}$: relative error "
            f"**{one.error:.1e}**"
        )
    _table(found, labels)
    errors = {name: differences.error_curve(curve, dtype) for name, dtype in PRECISIONS.items()}
    draw(st, curves.error_curve, rows=curves.error_tables(errors, h), key="error curve")
    st.caption(captions.differences(*errors.values(), what))


def _table(found, labels):
    table = pd.DataFrame(
        [
            (f"{one.what.removesuffix('_c')} {label}", a, b, abs(a - b) / max(abs(a), abs(b), 1e-8))
            for one in found
            for label, a, b in zip(
                labels(one), one.analytic.ravel(), one.numeric.ravel(), strict=True
            )
        ],
        columns=["entry", "analytic", "difference", "error"],
    )
    st.dataframe(
        table,
        hide_index=True,
        height=min(220, 36 * len(table) + 40),
        column_config={
            "entry": st.column_config.TextColumn(width=82),
            "analytic": st.column_config.NumberColumn(format="%.5f", width=68),
            "difference": st.column_config.NumberColumn(
                "central", help="central difference", format="%.5f", width=68
            ),
            "error": st.column_config.NumberColumn(
                "error", help="relative error of the entry", format="%.0e", width=56
            ),
        },
    )


def _entries(scene):
    def labels(one):
        if one.what == "v_c":
            return [str(k + 1) for k in range(len(one.analytic))]
        return [f"{word}, {k + 1}" for word in scene.words for k in range(scene.V.shape[1])]

    return labels


def _check_pair(scene, kind):
    _check(
        lambda h, dtype: differences.compare_pair(scene, kind, h, dtype),
        lambda h, dtype: differences.compare_few(scene, kind, one_step.loss, h, dtype),
        _entries(scene),
    )


def _check_window(scene, kind):
    _check(
        lambda h, dtype: differences.compare_window(scene, kind, h, dtype),
        lambda h, dtype: differences.compare_few(scene, kind, one_step.window_loss, h, dtype),
        _entries(scene),
    )


def _check_slope(*_):
    x = [address.value("gr_x")]

    def compare(h, dtype):
        return differences.compare_slope(x, h, dtype)

    _check(
        compare,
        lambda h, dtype: compare(h, dtype)[0],
        lambda _: [f"= {x[0]:.1f}"],
        r"$\sigma'$ at $x$",
    )


NUMBERS = {
    "a": _cross_entropy,
    "b": _center,
    "c": _outside,
    "d": _sigmoid,
    "e": _sampling,
    "f": _window,
}
CHECKS = {
    "a": _same_loss,
    "b": lambda scene, _: _check_pair(scene, "softmax"),
    "c": lambda scene, _: _check_pair(scene, "softmax"),
    "d": _check_slope,
    "e": lambda scene, _: _check_pair(scene, "negative sampling"),
    "f": _check_window,
}
