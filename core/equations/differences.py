"""Gradients compared with central differences, for any h and precision."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.equations import one_step
from core.equations.one_step import Scene
from core.word2vec import gradient_check, losses

EXPONENTS = np.arange(-14, 0.25, 0.5)  # of h in the curve of errors
CURVE_ENTRIES = 3  # entries of v_c: enough for the shape of the curve in any dimension
PRECISIONS = {"float64": np.float64, "float32": np.float32}


@dataclass(frozen=True, eq=False)
class Compared:
    """A gradient by its formula and by central differences."""

    what: str
    analytic: np.ndarray
    numeric: np.ndarray

    @property
    def error(self) -> float:
        """The largest difference, divided by the largest entry."""
        return gradient_check.relative_error(self.analytic, self.numeric)


def compare_pair(scene: Scene, kind: str, h: float, dtype: type[np.floating]) -> list[Compared]:
    """Compare dJ/dv_c and dJ/dU of a pair, with step h in the precision dtype."""
    scene = scene.astype(dtype)
    _, gradient = one_step.loss(scene, kind)
    value = _loss(scene, kind, one_step.loss)
    return [
        Compared(
            "v_c",
            gradient["v_c"],
            gradient_check.central_difference(value, scene.V[scene.center], h),
        ),
        Compared("U", gradient["U"], gradient_check.central_difference(value, scene.U, h)),
    ]


def compare_window(scene: Scene, kind: str, h: float, dtype: type[np.floating]) -> list[Compared]:
    """Compare dJ/dV and dJ/dU of a window, with step h in the precision dtype."""
    scene = scene.astype(dtype)
    _, gradient = one_step.window_loss(scene, kind)
    value = _loss(scene, kind, one_step.window_loss)
    return [
        Compared(
            name, gradient[name], gradient_check.central_difference(value, getattr(scene, name), h)
        )
        for name in "VU"
    ]


def compare_slope(x: NDArray, h: float, dtype: type[np.floating]) -> list[Compared]:
    """Compare the derivative of the sigmoid at points x (n,), with step h in the precision
    dtype.
    """
    x = np.asarray(x, dtype=dtype)
    numeric = (losses.sigmoid(x + dtype(h)) - losses.sigmoid(x - dtype(h))) / dtype(2 * h)
    return [Compared("x", losses.sigmoid_slope(x), numeric)]


def error_curve(
    compare: Callable[[float, type[np.floating]], Compared], dtype: type[np.floating]
) -> NDArray:
    """The relative error for each h = 10 ** EXPONENTS; compare: a function of (h, dtype) that
    returns one `Compared`.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.array([max(compare(10.0**e, dtype).error, 1e-16) for e in EXPONENTS])


def compare_few(
    scene: Scene, kind: str, loss: Callable, h: float, dtype: type[np.floating]
) -> Compared:
    """Compare only the first entries of dJ/dv_c, of a pair or a window: fast enough for a whole
    curve.

    loss: `one_step.loss` or `one_step.window_loss`. The gradient by formula is always in float64,
    so the error is that of the differences.
    """
    name = "v_c" if loss is one_step.loss else "V"
    gradient = loss(scene, kind)[1][name]
    exact = (gradient if name == "v_c" else gradient[scene.center])[:CURVE_ENTRIES]
    scene = scene.astype(dtype)
    return Compared(
        "v_c",
        exact,
        gradient_check.central_difference(
            _loss(scene, kind, loss), scene.V[scene.center][:CURVE_ENTRIES], h
        ),
    )


def _loss(scene, kind, loss):
    return lambda: loss(scene, kind)[0]
