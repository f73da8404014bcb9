"""Find the mistake: correct and wrong derivations, each an expression of named vectors, checked
entry by entry.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.equations import expressions, one_step
from core.equations.one_step import Scene
from core.errors import UserError
from core.word2vec import gradient_check, losses

# Largest relative error from central differences with H; their own error stays below 1e-8
ALLOWED = 1e-6
H = 1e-5
POINTS = np.array([-3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0])  # where sigma' is checked


@dataclass(frozen=True)
class Target:
    """A gradient to derive: the left side of its formula, and its value by central differences."""

    name: str
    tex: str
    says: str  # the loss, and the shape of its gradient
    numeric: Callable  # scene -> array, from losses alone, never from a gradient


@dataclass(frozen=True)
class Derivation:
    """A plausible derivation, and what is wrong with it ("" if it is correct)."""

    name: str
    target: str
    expression: str
    tex: str
    mistake: str = ""


@dataclass(frozen=True, eq=False)
class Verdict:
    """The result of a check: a claimed gradient and central differences, entry by entry."""

    passed: bool
    sentence: str
    given: np.ndarray
    wanted: np.ndarray
    off: np.ndarray | None = None  # True for each entry that is wrong; None if the shapes differ


def _difference(part, loss):
    """The central differences of loss(scene) with respect to a part of the scene."""

    def numeric(scene):
        scene = scene.astype(float)  # a copy: the differences change it in place
        return gradient_check.central_difference(lambda: loss(scene), part(scene), H)

    return numeric


def _softmax(scene):
    return losses.naive_softmax(scene.v_c, scene.outside, scene.U)[0]


def _sampling(scene):
    return losses.negative_sampling(scene.v_c, scene.outside, scene.negatives, scene.U)[0]


def _window(scene):
    return losses.skip_gram(scene.center, scene.window, None, scene.V, scene.U)[0]


def _sampling_rows(pick):
    """dJ/du_o or dJ/du_k: each term of the loss gets its own vector, even if a word occurs
    twice.
    """

    def numeric(scene):
        rows = scene.U[[scene.outside, *scene.negatives]].astype(float)  # (1 + K, d)
        own = range(1, len(rows))
        return pick(
            gradient_check.central_difference(
                lambda: losses.negative_sampling(scene.v_c, 0, own, rows)[0], rows, H
            )
        )

    return numeric


def _slope(scene):
    x = POINTS.copy()
    return gradient_check.central_difference(lambda: losses.sigmoid(x).sum(), x, H)


TARGETS = {
    target.name: target
    for target in (
        Target(
            "softmax: v_c",
            r"\frac{\partial J}{\partial v_c}",
            "the softmax loss of the pair: a vector of d numbers",
            _difference(lambda s: s.v_c, _softmax),
        ),
        Target(
            "softmax: U",
            r"\frac{\partial J}{\partial U}",
            "the softmax loss of the pair: a matrix, a row for each word",
            _difference(lambda s: s.U, _softmax),
        ),
        Target("sigmoid: slope", r"\sigma'(x)", "the sigmoid at the seven points x", _slope),
        Target(
            "negatives: v_c",
            r"\frac{\partial J}{\partial v_c}",
            "the loss of negative sampling for the pair: a vector of d numbers",
            _difference(lambda s: s.v_c, _sampling),
        ),
        Target(
            "negatives: u_o",
            r"\frac{\partial J}{\partial u_o}",
            "negative sampling's term of the outside word: a vector of d numbers",
            _sampling_rows(lambda rows: rows[0]),
        ),
        Target(
            "negatives: u_k",
            r"\frac{\partial J}{\partial u_k}",
            "the loss of negative sampling: a matrix, a row for each draw",
            _sampling_rows(lambda rows: rows[1:]),
        ),
        Target(
            "negatives: U",
            r"\frac{\partial J}{\partial U}",
            "the loss of negative sampling: a matrix, a row for each word",
            _difference(lambda s: s.U, _sampling),
        ),
        Target(
            "window: v_c",
            r"\frac{\partial J}{\partial v_c}",
            "the softmax loss of the whole window: a vector of d numbers",
            _difference(lambda s: s.v_c, _window),
        ),
        Target(
            "window: U",
            r"\frac{\partial J}{\partial U}",
            "the softmax loss of the whole window: a matrix, a row for each word",
            _difference(lambda s: s.U, _window),
        ),
        Target(
            "window: V",
            r"\frac{\partial J}{\partial V}",
            "the softmax loss of the whole window: a matrix, a row for each word",
            _difference(lambda s: s.V, _window),
        ),
    )
}

_D = Derivation
REGISTRY = {
    derivation.name: derivation
    for derivation in (
        _D("softmax v_c, A", "softmax: v_c", "U.T @ (y_hat - y)", r"U^\top (\hat y - y)"),
        _D(
            "softmax v_c, B",
            "softmax: v_c",
            "U.T @ (y - y_hat)",
            r"U^\top (y - \hat y)",
            "The sign: the derivative of $-\\log$ leaves $\\hat y - y$, so descent moves $v_c$ "
            "towards $u_o$.",
        ),
        _D(
            "softmax v_c, C",
            "softmax: v_c",
            "-u_o",
            r"-u_o",
            "The normalizer depends on $v_c$ as well; its derivative is the expected outside "
            "vector, the sum of $\\hat y_w u_w$.",
        ),
        _D(
            "softmax v_c, D",
            "softmax: v_c",
            "sum(outer(y_hat, ones_like(v_c)) * U, axis=0) - u_o",
            r"\textstyle\sum_w \hat y_w u_w - u_o",
        ),
        _D(
            "softmax U, A",
            "softmax: U",
            "outer(v_c, y_hat - y)",
            r"v_c\,(\hat y - y)^\top",
            "The outer product is transposed: a row of $U$ belongs to a word, so the words come "
            "first.",
        ),
        _D("softmax U, B", "softmax: U", "outer(y_hat - y, v_c)", r"(\hat y - y)\,v_c^\top"),
        _D(
            "softmax U, C",
            "softmax: U",
            "outer(y * (y_hat - 1), v_c)",
            r"(\hat y_o - 1)\,v_c \text{ for } u_o,\; 0 \text{ else}",
            "All other words are in the normalizer: each of their rows gets $\\hat y_w v_c$.",
        ),
        _D(
            "sigma', A",
            "sigmoid: slope",
            "sigmoid(x) * (1 - sigmoid(x))",
            r"\sigma(x)\,(1 - \sigma(x))",
        ),
        _D(
            "sigma', B",
            "sigmoid: slope",
            "sigmoid(x) * (1 - x)",
            r"\sigma(x)\,(1 - x)",
            "The second factor is $1 - \\sigma(x)$, not $1 - x$.",
        ),
        _D(
            "sigma', C",
            "sigmoid: slope",
            "exp(-x) / (1 + exp(-x)) ** 2",
            r"\frac{e^{-x}}{(1 + e^{-x})^2}",
        ),
        _D(
            "sigma', D",
            "sigmoid: slope",
            "-exp(-x) / (1 + exp(-x)) ** 2",
            r"\frac{-e^{-x}}{(1 + e^{-x})^2}",
            "The inner derivative of $e^{-x}$ is $-e^{-x}$; the two minus signs cancel, and the "
            "sigmoid rises.",
        ),
        _D(
            "negatives v_c, A",
            "negatives: v_c",
            "(sigmoid(u_o @ v_c) - 1) * u_o + (sigmoid(U_k @ v_c) - 1) @ U_k",
            r"(\sigma(u_o^\top v_c) - 1)\,u_o + \textstyle\sum_k (\sigma(u_k^\top v_c) - 1)\,u_k",
            "For a negative the sign inside the sigmoid is minus: its term is "
            r"$\sigma(u_k^\top v_c)\,u_k$, without the $-1$.",
        ),
        _D(
            "negatives v_c, B",
            "negatives: v_c",
            "(sigmoid(u_o @ v_c) - 1) * u_o + sigmoid(U_k @ v_c) @ U_k",
            r"(\sigma(u_o^\top v_c) - 1)\,u_o + \textstyle\sum_k \sigma(u_k^\top v_c)\,u_k",
        ),
        _D(
            "negatives v_c, C",
            "negatives: v_c",
            "sigmoid(U_k @ v_c) @ U_k - sigmoid(-u_o @ v_c) * u_o",
            r"\textstyle\sum_k \sigma(u_k^\top v_c)\,u_k - \sigma(-u_o^\top v_c)\,u_o",
        ),
        _D(
            "negatives v_c, D",
            "negatives: v_c",
            "(sigmoid(u_o @ v_c) - 1) * u_o - sigmoid(U_k @ v_c) @ U_k",
            r"(\sigma(u_o^\top v_c) - 1)\,u_o - \textstyle\sum_k \sigma(u_k^\top v_c)\,u_k",
            "The two minus signs of a negative, before the log and inside the sigmoid, cancel: "
            "descent pushes $v_c$ away from $u_k$.",
        ),
        _D(
            "negatives u_o, A",
            "negatives: u_o",
            "(1 - sigmoid(u_o @ v_c)) * v_c",
            r"(1 - \sigma(u_o^\top v_c))\,v_c",
            "The sign: the loss falls when $u_o$ moves towards $v_c$, so the gradient points away "
            "from it.",
        ),
        _D(
            "negatives u_o, B",
            "negatives: u_o",
            "(sigmoid(u_o @ v_c) - 1) * v_c",
            r"(\sigma(u_o^\top v_c) - 1)\,v_c",
        ),
        _D(
            "negatives u_k, A",
            "negatives: u_k",
            "outer(sigmoid(U_k @ v_c) - 1, v_c)",
            r"(\sigma(u_k^\top v_c) - 1)\,v_c",
            "That is the gradient of a word that was seen. For a negative it is "
            r"$\sigma(u_k^\top v_c)\,v_c$, without the $-1$.",
        ),
        _D(
            "negatives u_k, B",
            "negatives: u_k",
            "outer(1 - sigmoid(-U_k @ v_c), v_c)",
            r"(1 - \sigma(-u_k^\top v_c))\,v_c",
        ),
        _D(
            "negatives U, A",
            "negatives: U",
            "outer((sigmoid(U @ v_c) - 1) * y + minimum(n, 1) * sigmoid(U @ v_c), v_c)",
            r"\big([w = o](\sigma(u_w^\top v_c) - 1) + [w \text{ drawn}]\,\sigma(u_w^\top "
            r"v_c)\big) v_c",
            "A negative drawn twice stands twice in the sum, so its row counts twice. (In NumPy, "
            "dU[negatives] += drops it.)",
        ),
        _D(
            "negatives U, B",
            "negatives: U",
            "outer((sigmoid(U @ v_c) - 1) * y + n * sigmoid(U @ v_c), v_c)",
            r"\big([w = o](\sigma(u_w^\top v_c) - 1) + n_w\,\sigma(u_w^\top v_c)\big) v_c",
        ),
        _D(
            "negatives U, C",
            "negatives: U",
            "outer(n * sigmoid(U @ v_c), v_c)",
            r"n_w\,\sigma(u_w^\top v_c)\,v_c",
            "The outside word is forgotten: its row also gets "
            r"$(\sigma(u_o^\top v_c) - 1)\,v_c$.",
        ),
        _D(
            "window v_c, A",
            "window: v_c",
            "U.T @ (y_hat - y)",
            r"U^\top (\hat y - y)",
            "The sum over the window is forgotten: this is the gradient of its first outside word "
            "only.",
        ),
        _D(
            "window v_c, B",
            "window: v_c",
            "U.T @ (m * y_hat - y_window)",
            r"\textstyle\sum_{j=1}^{m} U^\top (\hat y - y^{(j)})",
        ),
        _D(
            "window v_c, C",
            "window: v_c",
            "U.T @ (y_hat - y_window / m)",
            r"\textstyle\frac1m \sum_{j=1}^{m} U^\top (\hat y - y^{(j)})",
            "This is the mean over the window; the loss of a window is the sum.",
        ),
        _D(
            "window U, A",
            "window: U",
            "outer(m * y_hat - y_window, v_c)",
            r"\textstyle\sum_{j=1}^{m} (\hat y - y^{(j)})\,v_c^\top",
        ),
        _D(
            "window U, B",
            "window: U",
            "outer(y_hat - y, v_c)",
            r"(\hat y - y)\,v_c^\top",
            "The sum over the window is forgotten.",
        ),
        _D(
            "window V, A",
            "window: V",
            "outer(ones_like(y), U.T @ (m * y_hat - y_window))",
            r"\textstyle\sum_j U^\top (\hat y - y^{(j)}) \text{ in every row}",
            "Only the center word's vector stands in the loss; the rows of all other center words "
            "are zero.",
        ),
        _D(
            "window V, B",
            "window: V",
            "outer(e_c, U.T @ (m * y_hat - y_window))",
            r"\textstyle\sum_j U^\top (\hat y - y^{(j)}) \text{ in row } c,\; 0 \text{ else}",
        ),
    )
}


def names(scene: Scene) -> dict[str, NDArray | float]:
    """The arrays that an expression can name, by their names; see MEANINGS."""
    U, v_c, size = scene.U, scene.v_c, len(scene.words)
    one_hot, negatives = np.eye(size), list(scene.negatives)
    return {
        "v_c": v_c,
        "U": U,
        "V": scene.V,
        "y": one_hot[scene.outside],
        "y_hat": losses.softmax(U @ v_c),
        "u_o": U[scene.outside],
        "U_k": U[negatives],
        "n": np.bincount(negatives, minlength=size).astype(float),
        "e_c": one_hot[scene.center],
        "y_window": one_hot[list(scene.window)].sum(0),
        "m": float(len(scene.window)),
        "K": float(len(negatives)),
        "c": scene.center,
        "o": scene.outside,
        "negatives": np.array(negatives),
        "x": POINTS,
    }


MEANINGS = {
    "v_c": "center vector (d,)",
    "U": "all outside vectors (V, d)",
    "V": "all center vectors (V, d)",
    "y": "1 for the outside word, else 0 (V,)",
    "y_hat": r"$\operatorname{softmax}(U v_c)$ (V,)",
    "u_o": "vector of the outside word (d,)",
    "U_k": "vectors of the negatives, one row for each draw (K, d)",
    "n": "how often each word was drawn (V,)",
    "e_c": "1 for the center word, else 0 (V,)",
    "y_window": "how often each word is in the window (V,)",
    "m": "number of outside words in the window",
    "K": "number of negatives",
    "c": "number of the center word",
    "o": "number of the outside word",
    "negatives": "numbers of the negatives (K,)",
    "x": "points for $\\sigma'$ (7,)",
}


def judge(expression: str, target: str, scene: Scene) -> Verdict:
    """Compare an expression with the central differences of a target's loss; UserError if it cannot
    be evaluated.
    """
    if target not in TARGETS:
        raise UserError(f"There is no gradient called {target[:30]!r}.")
    given, wanted = expressions.evaluate(expression, names(scene)), TARGETS[target].numeric(scene)
    if given.shape != wanted.shape:
        return Verdict(False, _shapes(given, wanted), given, wanted)
    scale = max(np.abs(given).max(), np.abs(wanted).max(), 1e-8)
    off = np.abs(given - wanted) > ALLOWED * scale
    return Verdict(not off.any(), _sentence(given, wanted, off), given, wanted, off)


def _shapes(given, wanted):
    hint = (
        " It is the transpose."
        if given.shape == wanted.T.shape and np.allclose(given, wanted.T, atol=1e-7)
        else ""
    )
    return (
        f"The shape is {given.shape}; the gradient has the shape of its parameter, "
        f"{wanted.shape}.{hint}"
    )


def _sentence(given, wanted, off):
    error = gradient_check.relative_error(given, wanted)
    if not off.any():
        return f"All {off.size} entries agree with central differences; relative error {error:.1e}."
    ratio = np.vdot(wanted, given) / max(np.vdot(wanted, wanted), 1e-300)
    same_direction = np.abs(given - ratio * wanted).max() <= ALLOWED * np.abs(given).max()
    hint = f" It is {ratio:.4g} times the gradient." if same_direction and given.any() else ""
    return f"{off.sum()} of {off.size} entries are off; relative error {error:.1e}.{hint}"


def default_scene() -> Scene:
    """A scene in which every mistake changes the result: a negative drawn twice, and two different
    outside words in the window.
    """
    words = ("water", "river", "fish", "bank", "money", "boat")
    V, U = one_step.example(words, 2, 1)
    return one_step.Scene(words, V, U, 0, (1, 2, 1), (4, 4, 3))
