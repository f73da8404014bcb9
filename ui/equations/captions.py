"""Sentences under the charts of the equations page, chosen by what the charts show."""

import numpy as np
from numpy.typing import NDArray

from core.equations import one_step
from core.equations.one_step import Scene
from core.word2vec import losses
from ui.escaping import shown

SEEN = 5e-4  # a cosine that changes by less reads the same before and after
NONE = 1e-15  # relative errors that are no larger are those of numbers that are equal
DEEP = 10  # times its valley: how far the end of a curve of errors must rise for a U
SAME = 1e-9  # nats: a smaller change of a loss is rounding
ERRORS = {
    "softmax": "**Look for:** the error $\\hat y - y$: never positive for the word that was seen, "
    "which is pulled, never negative for the others, which are pushed. The gradients below are "
    "these errors times vectors.",
    "negative sampling": "o: the outside word; numbers: the negatives. **Look for:** the error "
    "$\\sigma - y$: never positive for the word that was seen, which is pulled, never negative for "
    "the negatives, which are pushed. The gradients below are these errors times vectors.",
}
ROWS = {
    "softmax": "**Look for:** each row of $\\partial J / \\partial U$ is $v_c$ times the error of "
    "its word.",
    "negative sampling": "**Look for:** each row of $\\partial J / \\partial U$ is $v_c$ times the "
    "errors of its word; rows of words that were neither seen nor drawn are zero.",
}

COPIED = (
    "What you move is a copy: these words and vectors become “a few words” in the sidebar, and the "
    "model stays as it is. "
)
IMMOVABLE = (
    f"The arrows of a model with at most {one_step.DIMS[1]} dimensions and short words can be "
    "dragged. "
)


def arrows(
    scene: Scene, after: Scene, kind: str, movable: bool = False, copied: bool = False
) -> str:
    """How the step turned the vectors that are drawn. movable: their heads can be dragged; copied:
    what is moved becomes a copy of a model's vectors.
    """
    o, *others = one_step.drawn(scene, kind)
    parts = [f"$v_c$ and $u_o$ {_turned(scene, after, o)}"]
    parts += [f"$v_c$ and $u$ {shown(scene.words[w])} {_turned(scene, after, w)}" for w in others]
    said = "Dashed: before the step; thick: after it. "
    if movable:
        said = COPIED * copied + said
        said = "**Drag a ring**, or move it with the arrow keys: all numbers follow. " + said
    elif copied:
        said = IMMOVABLE + said
    said += "**Look for:** " + "; ".join(parts) + "."
    if kind == "softmax":
        worst = one_step.terms(scene, kind).error[others[0]]
        said += (
            f" Softmax has no negatives: {shown(scene.words[others[0]])} is the word with the "
            f"largest error besides o, {worst:.2f}."
        )
    if scene.V.shape[1] != 2:
        said += " Drawn in the plane of $v_c$ and $u_o$; what leaves that plane is not seen."
    return said + (
        " The loss sees the scores $u^\\top v_c$, lengths included, so an angle alone can go "
        "either way."
    )


def _turned(scene: Scene, after: Scene, w: int) -> str:
    old, new = (_cosine(s.v_c, s.U[w]) for s in (scene, after))
    if np.isnan(old) or np.isnan(new):
        return "have no angle, because one of them is zero"
    how = (
        "keep their angle"
        if abs(new - old) < SEEN
        else f"turn {'towards' if new > old else 'away from'} each other"
    )
    return f"{how} (cosine {old:.2f} → {new:.2f})"


def _cosine(a: NDArray, b: NDArray) -> float:
    length = np.linalg.norm(a) * np.linalg.norm(b)
    return float(a @ b / length) if length else np.nan


def rates(rates: NDArray, found: NDArray) -> str:
    """Where the loss after a step is lowest, over the learning rates shown."""
    best = int(np.nanargmin(found))
    if best == len(rates) - 1 and not (np.diff(found) < SAME).all():
        return (
            f"**Look for:** the loss is lowest at the largest learning rate shown, {rates[-1]:g}, "
            "but some smaller steps overshoot: it does not fall all the way."
        )
    if best == len(rates) - 1:
        return (
            f"**Look for:** the loss falls as far as the learning rate of {rates[-1]:g}: here no "
            "step shown is too large."
        )
    if best == 0:
        return (
            f"**Look for:** already the smallest step shown, {rates[1]:g}, does not lower the "
            "loss: it is too large, or there is nothing left to learn."
        )
    end = found[-1]
    higher = not np.isfinite(end) or end > found[best] + SAME
    return f"**Look for:** the loss is lowest at a learning rate of {rates[best]:g}; " + (
        "beyond it the step overshoots, and the loss is higher again."
        if higher
        else "larger steps do no better."
    )


def differences(fine: NDArray, coarse: NDArray, what: str) -> str:
    """What the errors of differences over h look like, in float64 and float32."""
    if max(fine.max(), coarse.max()) <= NONE:
        return (
            "**Look for:** no error at any $h$: here the loss does not change along these entries, "
            f"so the gradient and the differences are both 0. The curves are those of {what}."
        )
    left = (
        "On the left, $h$ is too small: $J(w + h)$ and $J(w - h)$ agree in nearly all digits, and "
        "the rounding error grows as $1/h$. "
    )
    if not all(curve[-1] > DEEP * curve.min() for curve in (fine, coarse)):
        return (
            f"**Look for:** the left side. {left}The right side of the U is missing for at least "
            "one of the curves: the loss is so smooth here that even the largest $h$ shown has no "
            f"truncation error above the rounding. The curves are those of {what}."
        )
    further = fine.argmin() < coarse.argmin() and fine.min() < coarse.min()
    return (
        "**Look for:** the U shape. On the right, $h$ is too large, and the truncation error grows "
        f"about as $h^2$. {left}float32 has fewer digits"
        + (", so its valley is higher and further right" if further else "")
        + f". The curves are those of {what}."
    )


def sigmoid(x: float) -> str:
    """What a flat sigmoid means for learning."""
    return (
        "The green line touches $\\sigma$ at $x$; its slope is the height of the dashed curve. "
        "**Look for:** both ends, where the tangent lies flat. A flat $\\sigma$ does not mean that "
        "nothing is learned: the loss $-\\log \\sigma(x)$ has the slope $\\sigma(x) - 1$, which is "
        f"{_signed(losses.sigmoid(x) - 1)} here, −0.9997 at $x = -8$, where the model is sure and "
        "wrong, and −0.0003 at $x = 8$, where it is sure and right."
    )


def _signed(value: float) -> str:
    return f"{value:.4f}".replace("-", "−")
