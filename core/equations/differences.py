"""Gradients against central differences, for any h and precision."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.equations import one_step
from core.equations.one_step import Scene
from core.word2vec import gradient_check, losses

EXPONENTS = np.arange(-14, 0.25, 0.5)  # of h in the curve of errors
CURVE_ENTRIES = 3  # of v_c: enough for the shape of the curve, whatever the dimension
PRECISIONS = {"float64": np.float64, "float32": np.float32}


@dataclass(frozen=True, eq=False)
class Compared:
    """A gradient, the same by central differences, and their relative error."""

    what: str
    analytic: np.ndarray
    numeric: np.ndarray

    @property
    def error(self) -> float:
        """Largest difference, relative to the largest entry."""
        return gradient_check.relative_error(self.analytic, self.numeric)


def compare_pair(scene: Scene, kind: str, h: float, dtype: type[np.floating]) -> list[Compared]:
    """dJ/dv_c and dJ/dU of a pair, in a precision."""
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
    """dJ/dV and dJ/dU of a window, in a precision."""
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
    """The derivative of the sigmoid at points x (n,), in a precision."""
    x = np.asarray(x, dtype=dtype)
    numeric = (losses.sigmoid(x + dtype(h)) - losses.sigmoid(x - dtype(h))) / dtype(2 * h)
    return [Compared("x", losses.sigmoid_slope(x), numeric)]


def error_curve(
    compare: Callable[[float, type[np.floating]], Compared], dtype: type[np.floating]
) -> NDArray:
    """Relative error for each h = 10 ** EXPONENTS; compare: function of (h, dtype) that returns one
    `Compared`.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.array([max(compare(10.0**e, dtype).error, 1e-16) for e in EXPONENTS])


def compare_few(
    scene: Scene, kind: str, loss: Callable, h: float, dtype: type[np.floating]
) -> Compared:
    """The first entries of dJ/dv_c alone, of the loss of a pair or a window: quick enough for a
    whole curve.

    The analytic gradient is in float64 whatever the precision, so that the error is that of the
    differences.
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
