"""Checks of the equations: gradients against central differences, losses and gradients against
published values, and the fast batches against the readable equations.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.settings import TrainSettings
from core.word2vec import batch, losses, training_pairs

PUBLISHED = Path(__file__).parents[2] / "data" / "cs224n.json"


@dataclass(frozen=True)
class Check:
    """One comparison: what was compared with what, the difference, and the largest one allowed."""

    name: str
    source: str
    difference: float
    allowed: float

    @property
    def passed(self) -> bool:
        """True if the difference is no larger than allowed."""
        return bool(self.difference <= self.allowed)


def central_difference(loss: Callable[[], float], x: NDArray, h: float = 1e-5) -> NDArray:
    """The gradient of a loss with respect to x: (loss(x + h) - loss(x - h)) / 2h for each entry.

    loss: reads x, which is changed in place and restored. Returns the shape of x.
    """
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        value = x[place]
        x[place] = value + h
        above = loss()
        x[place] = value - h
        below = loss()
        x[place] = value
        gradient[place] = (above - below) / (2 * h)
    return gradient


def relative_error(a: NDArray, b: NDArray) -> float:
    """The largest difference between two arrays, divided by the largest entry of either (or by 1e-8
    if that is larger).
    """
    return float(np.abs(a - b).max() / max(np.abs(a).max(), np.abs(b).max(), 1e-8))


def run() -> list[Check]:
    """Run all checks."""
    return [*_published(), *_gradients(), *_batches()]


def _published():
    values = json.loads(PUBLISHED.read_text(encoding="utf8"))
    V, U = np.array(values["center_vectors"]), np.array(values["outside_vectors"])
    x, y = values["sigmoid"]["x"], values["sigmoid"]["y"]
    found = [
        Check(
            "sigmoid at 1, 2, 3",
            "CS224n",
            relative_error(losses.sigmoid(np.array(x, float)), np.array(y)),
            1e-8,
        )
    ]
    for kind in ("softmax", "negative_sampling"):
        for case in values[kind]:
            c = case["center"]
            loss, gradient = losses.skip_gram(c, case["outside"], case.get("negatives"), V, U)
            name = f"{kind.replace('_', ' ')}, center {values['tokens'][c]}"
            for what, ours, theirs in (
                ("loss", loss, case["loss"]),
                ("dJ/dv_c", gradient["V"][c], case["grad_center"]),
                ("dJ/dU", gradient["U"], case["grad_outside"]),
            ):
                found.append(
                    Check(
                        f"{name}: {what}",
                        "CS224n",
                        relative_error(np.array(ours), np.array(theirs)),
                        1e-8,
                    )
                )
    return found


def _window_loss(outside, negatives, V, U):
    return losses.skip_gram(2, outside, negatives, V, U)[0]


def _gradients():
    rng = np.random.default_rng(0)
    V, U = rng.normal(size=(6, 4)), rng.normal(size=(6, 4))
    outside, repeated = [1, 3, 3, 2], [[4, 4, 0], [3, 3, 3], [5, 1, 1], [0, 2, 2]]
    found = []
    for name, negatives in (("softmax", None), ("negative sampling", repeated)):
        _, gradient = losses.skip_gram(2, outside, negatives, V, U)
        for what, w in (("V", V), ("U", U)):
            numeric = central_difference(partial(_window_loss, outside, negatives, V, U), w)
            found.append(
                Check(
                    f"{name}, repeated words: dJ/d{what}",
                    "central differences",
                    relative_error(gradient[what], numeric),
                    1e-7,
                )
            )
    x = rng.normal(size=20) * 3
    slope = (losses.sigmoid(x + 1e-5) - losses.sigmoid(x - 1e-5)) / 2e-5
    found.append(
        Check(
            "sigmoid' = sigmoid (1 - sigmoid)",
            "central differences",
            relative_error(losses.sigmoid_slope(x), slope),
            1e-7,
        )
    )
    return found


def _batches():
    """Compare the fast batch with the readable equations, summed over all its pairs, in float64."""
    rng = np.random.default_rng(1)
    words, window, K = 12, 3, 4
    V, U = rng.normal(size=(words, 5)), rng.normal(size=(words, 5))
    text = training_pairs.Stream(
        rng.integers(0, words, 40).astype("i4"),
        np.repeat([0, 1, 2], [15, 2, 23]).astype("i4"),
        rng.integers(1, window + 1, 40).astype("i4"),
    )
    (windows,) = batch.batches(text, window, 48, False, np.float64, batch.SHARED * K)
    shared = rng.integers(0, words, (len(windows.centers), batch.SHARED * K))
    found = []
    for kind in TrainSettings.__dataclass_fields__["loss"].metadata["choices"]:
        soft = kind == "softmax"
        sums = {"V": np.zeros_like(V), "U": np.zeros_like(U)}
        for n, i, e in zip(*np.nonzero(windows.weights), strict=True):
            c, o = windows.centers[n, i], windows.contexts[n, e]
            _add_pair(sums, c, o, None if soft else shared[n], V, U)
        W = np.concatenate([V, U])
        rows, _, gradient = (
            batch.softmax_gradient(W, windows)
            if soft
            else batch.negative_sampling_gradient(W, windows, shared)
        )
        ours = np.zeros_like(W)
        ours[rows] = gradient
        for what, part in zip("VU", np.split(ours, 2), strict=True):
            found.append(
                Check(
                    f"{kind}, fast batch: dJ/d{what}",
                    "sum over its pairs",
                    relative_error(part, sums[what]),
                    1e-12,
                )
            )
    return found


def _add_pair(sums, c, o, negatives, V, U):
    """Add the gradient of one pair; each of the shared negatives has the weight 1 / SHARED."""
    if negatives is None:
        _, gradient = losses.naive_softmax(V[c], o, U)
    else:
        _, real = losses.negative_sampling(V[c], o, [], U)
        _, noise = losses.negative_sampling(V[c], o, negatives, U)
        gradient = {k: real[k] + (noise[k] - real[k]) / batch.SHARED for k in real}
    sums["V"][c] += gradient["v_c"]
    sums["U"] += gradient["U"]
