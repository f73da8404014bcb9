"""Formulas in LaTeX, and the same formulas with their numbers in place of the symbols."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.equations import one_step
from core.equations.one_step import Scene
from core.word2vec import losses

# Rows or columns of a matrix that are written; in larger ones, dots replace those before the last
SHOWN = 8
# Terms of a sum on one line: more do not fit next to the sidebar at 1280 pixels
PER_LINE = 4


@dataclass(frozen=True)
class Section:
    """One part of the exercise: statement, formula, and the reason in one paragraph."""

    letter: str
    title: str
    statement: str
    formula: str
    reason: str


SECTIONS = {
    section.letter: section
    for section in (
        Section(
            "a",
            "softmax loss = cross-entropy",
            "The naive-softmax loss is the cross-entropy between the true distribution and the "
            "predicted one.",
            r"-\sum_{w} y_w \log \hat y_w = -\log \hat y_o, \qquad \hat y = "
            r"\operatorname{softmax}(U v_c)",
            r"$y$ is 1 for the outside word $o$ and 0 for all others, so every term of the sum but "
            r"one is multiplied by zero. What is left is minus the log of the probability that the "
            r"model gave to the word that was really there.",
        ),
        Section(
            "b",
            "gradient for the center vector",
            "The gradient with respect to the center vector is the error, carried back through U.",
            r"\frac{\partial J}{\partial v_c} = U^\top(\hat y - y) = \sum_w (\hat y_w - y_w)\,u_w "
            r"= \mathbb{E}_{\hat y}[u] - u_o",
            r"$J = -u_o^\top v_c + \log \sum_w \exp(u_w^\top v_c)$. The first part gives $-u_o$; "
            r"the second gives the mean of all outside vectors, each weighted by its probability. "
            r"A step of descent moves $v_c$ towards what was seen and away from what was expected; "
            r"when the two agree, there is nothing left to learn.",
        ),
        Section(
            "c",
            "gradient for the outside vectors",
            "Every outside vector gets a multiple of the center vector; the multiples are the "
            "errors, and they add up to zero.",
            r"\frac{\partial J}{\partial U} = (\hat y - y)\,v_c^\top, \qquad \sum_w \frac{\partial "
            r"J}{\partial u_w} = 0",
            r"The score of word $w$ is $u_w^\top v_c$, so its derivative with respect to $u_w$ is "
            r"$v_c$, times the error of that word. Both $y$ and $\hat y$ add up to 1, so the "
            r"errors add up to 0, and so do the rows: what $u_o$ gains, all the others lose.",
        ),
        Section(
            "d",
            "the sigmoid and its slope",
            "The derivative of the sigmoid can be written with the sigmoid itself.",
            r"\sigma(x) = \frac{1}{1 + e^{-x}}, \qquad \sigma'(x) = \sigma(x)\,(1 - \sigma(x))",
            r"The derivative of $1 / (1 + e^{-x})$ is $e^{-x} / (1 + e^{-x})^2$. One factor is "
            r"$\sigma(x)$, the other is $e^{-x} / (1 + e^{-x}) = 1 - \sigma(x)$. So the slope is "
            r"largest, 1/4, where the model is undecided, and nearly 0 where it is sure. That does "
            r"not stop learning: the slope of $-\log \sigma(x)$ is $-\sigma'(x) / \sigma(x) = "
            r"\sigma(x) - 1$, nearly $-1$ where the model is sure and wrong.",
        ),
        Section(
            "e",
            "negative sampling",
            "Softmax is replaced by 1 + K yes-or-no questions: was this word seen, or drawn from "
            "noise?",
            r"\begin{aligned} J &= -\log \sigma(u_o^\top v_c) - \sum_{k=1}^{K} \log "
            r"\sigma(-u_k^\top v_c) \\ \frac{\partial J}{\partial v_c} &= (\sigma(u_o^\top v_c) - "
            r"1)\,u_o + \sum_{k=1}^{K} \sigma(u_k^\top v_c)\,u_k \\ \frac{\partial J}{\partial "
            r"u_o} &= (\sigma(u_o^\top v_c) - 1)\,v_c, \qquad \frac{\partial J}{\partial u_k} = "
            r"\sigma(u_k^\top v_c)\,v_c \end{aligned}",
            r"With (d), the derivative of $-\log \sigma(x)$ is $\sigma(x) - 1$, and that of $-\log "
            r"\sigma(-x)$ is $\sigma(x)$. A word that is drawn twice stands twice in the sum, so "
            r"its gradient counts twice. Each step touches at most $1 + K$ rows of $U$, not all of "
            r"them: its price does not depend on the size of the vocabulary.",
        ),
        Section(
            "f",
            "the whole window",
            "The loss of a window is a sum over its outside words, and so are its gradients.",
            r"\begin{aligned} J &= \sum_j J_j, \quad J_j = J(v_c, w_{t+j}, U), \qquad "
            r"\frac{\partial J}{\partial U} = \sum_j \frac{\partial J_j}{\partial U} \\ "
            r"\frac{\partial J}{\partial v_c} &= \sum_j \frac{\partial J_j}{\partial v_c}, \qquad "
            r"\frac{\partial J}{\partial v_w} = 0 \;\; (w \ne c) \end{aligned}",
            r"Differentiation is linear, so the gradient of a sum is the sum of the gradients. "
            r"Only one center vector, $v_c$, stands in any of the terms; changing the vector of "
            r"any other center word changes nothing, so its row is zero.",
        ),
    )
}


def number(x: float, digits: int = 3, least: int | None = None) -> str:
    """A number in LaTeX: with fixed decimals, or as a power of ten from 1e4 up and below `least`
    (default: 10 ** -digits).
    """
    x = float(x)
    if x and not (10.0**-digits if least is None else least) <= abs(x) < 1e4:
        mantissa, exponent = f"{x:.{digits - 1}e}".split("e")
        return rf"{mantissa}\!\cdot\!10^{{{int(exponent)}}}"
    return f"{x:.{digits}f}"


def matrix(array: NDArray | list[float], digits: int = 2) -> str:
    """A matrix in LaTeX, a vector as a column; of more than SHOWN rows or columns, dots replace
    those before the last.
    """
    array = np.asarray(array, dtype=float)
    rows = array[:, None] if array.ndim == 1 else array
    lines = [" & ".join(_dotted([number(x, digits, 0) for x in row], r"\cdots")) for row in rows]
    return r"\begin{bmatrix}" + r" \\ ".join(_dotted(lines, r"\vdots")) + r"\end{bmatrix}"


def _dotted(items, dots):
    return items if len(items) <= SHOWN else [*items[: SHOWN - 2], dots, items[-1]]


def under(value: str, symbol: str) -> str:
    """A value with its symbol beneath."""
    return rf"\underbrace{{{value}}}_{{{symbol}}}"


def word(text: str) -> str:
    """A word as LaTeX text."""
    return r"\text{" + plain(text) + "}"


def plain(text: str) -> str:
    """Text with the special characters of LaTeX escaped, or replaced by a question mark."""
    return "".join(f"\\{c}" if c in "#$%&_{}" else "?" if c in "\\~^" else c for c in text)


def cross_entropy(scene: Scene) -> str:
    """Section a with its numbers: the sum over all words, and the one term that is left."""
    t = one_step.terms(scene, "softmax")
    terms = [
        rf"{wanted:.0f} \cdot \log {number(p)}"
        for wanted, p in zip(t.wanted, t.predicted, strict=True)
    ]
    shown = _dotted(terms, r"\cdots")
    lines = [" + ".join(shown[k : k + PER_LINE]) for k in range(0, len(shown), PER_LINE)]
    value = -np.log(t.predicted[scene.outside])
    return (
        r"\begin{aligned} -\big(&"
        + r" \\ &+ ".join(lines)
        + rf"\big) \\ ={{}}& -\log \underbrace{{{number(t.predicted[scene.outside])}}}_{{\hat y_o}}"
        rf" = {number(value, 6)}\ \text{{nats}} \end{{aligned}}"
    )


def center_gradient(scene: Scene, kind: str) -> str:
    """dJ/dv_c with its numbers: rows of U transposed, times predicted minus wanted."""
    t, (_, gradient) = one_step.terms(scene, kind), one_step.loss(scene, kind)
    rows, predicted, wanted = (
        (r"U^\top", r"\hat y", "y")
        if kind == "softmax"
        else (r"u_o, u_1 \ldots u_K", r"\sigma(u^\top v_c)", "y")
    )
    return (
        under(matrix(gradient["v_c"], 3), r"\partial J / \partial v_c")
        + " = "
        + under(matrix(scene.U[t.rows].T), rows)
        + r"\Bigg("
        + under(matrix(t.predicted), predicted)
        + " - "
        + under(matrix(t.wanted, 0), wanted)
        + r"\Bigg)"
    )


def outside_gradient(scene: Scene, kind: str) -> str:
    """dJ/dU with its numbers: the errors times v_c as a row; for negative sampling one row for each
    term.
    """
    t = one_step.terms(scene, kind)
    whole = np.outer(t.error, scene.v_c)
    name, error = (
        (r"\partial J / \partial U", r"\hat y - y")
        if kind == "softmax"
        else (r"\text{rows for } u_o, u_1 \ldots u_K", r"\sigma(u^\top v_c) - y")
    )
    return (
        under(matrix(whole, 3 if whole.shape[1] <= 5 else 2), name)
        + " = "
        + under(matrix(t.error, 3), error)
        + r"\;"
        + under(matrix(scene.v_c[None]), r"v_c^\top")
    )


def row_sum(scene: Scene) -> str:
    """Section c: the sum of the rows of dJ/dU."""
    total = one_step.loss(scene, "softmax")[1]["U"].sum(0)
    return (
        r"\sum_w \frac{\partial J}{\partial u_w} = \begin{bmatrix}"
        + " & ".join(number(x, 1) for x in total)
        + r"\end{bmatrix} \approx 0"
    )


def sampling_loss(scene: Scene) -> str:
    """The loss of negative sampling with its numbers."""
    scores = scene.U[[scene.outside, *scene.negatives]] @ scene.v_c
    terms = losses.softplus(np.where(np.arange(len(scores)) == 0, -scores, scores))
    names = [r"-\log \sigma(u_o^\top v_c)", *(rf"k = {k}" for k in range(1, len(scores)))]
    return (
        "J = "
        + " + ".join(under(number(term), name) for term, name in zip(terms, names, strict=True))
        + rf" = {number(terms.sum(), 6)}\ \text{{nats}}"
    )
