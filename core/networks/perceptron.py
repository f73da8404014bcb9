"""A small multilayer perceptron with dropout: forward pass, loss and gradient by hand, for one
network or many at once.

With h_0 = x, layer l computes z_l = h_(l-1) W_l + b_l, and a hidden layer h_l = f(z_l) * mask_l.
The mask is inverted dropout: 0 with probability p, else 1 / (1 - p). So E[mask] = 1, and evaluation
needs no mask.

The parameters of a network are one flat vector w of P numbers, so a rule of `core.optimizers` needs
one call for all of them. Further axes before it, written "...", are many networks at once: (cells,
seeds, P) is a table of settings times seeds. Data, masks and learning rates broadcast against them,
and each layer is one stacked matrix product.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import DTypeLike, NDArray
from scipy.special import softmax

ACTIVATIONS: dict[str, tuple[Callable, Callable]] = {  # f, and f' as a function of h = f(z)
    "relu": (lambda z: np.maximum(z, 0), lambda h: (h > 0).astype(h.dtype)),
    "tanh": (np.tanh, lambda h: 1 - h * h),
}


def cross_entropy(z: NDArray, y: NDArray) -> tuple[NDArray, NDArray]:
    """Mean over the samples of -log softmax(z)[y], in nats, and its gradient with respect to z.

    z: (..., N, classes) scores, y: (..., N) class numbers; returns (...,) and an array shaped like
    z.
    """
    # Classes first: NumPy adds a few whole rows in a third of the time of many short ones
    z = np.array(np.moveaxis(z, -1, 0), order="C")
    right = np.moveaxis(np.arange(len(z)) == y[..., None], -1, 0)  # y as 0 and 1
    right = right.reshape(len(z), *(1,) * (z.ndim - right.ndim), *y.shape)
    z -= z.max(0)
    delta = np.exp(z)
    total = delta.sum(0)
    loss = (np.log(total) - np.where(right, z, 0).sum(0)).mean(-1)
    delta /= total  # y-hat
    delta -= right
    delta /= z.shape[-1]
    return loss, np.ascontiguousarray(np.moveaxis(delta, 0, -1))


def squared_error(z: NDArray, y: NDArray) -> tuple[NDArray, NDArray]:
    """Mean over the samples of (z - y)^2 / 2, and its gradient with respect to z.

    z: (..., N, 1) outputs, y: (..., N) targets; returns (...,) and an array shaped like z.
    """
    error = z - y[..., None]
    return (error**2).sum((-2, -1)) / 2 / z.shape[-2], error / z.shape[-2]


LOSSES = {"classification": cross_entropy, "regression": squared_error}


@dataclass(frozen=True)
class Network:
    """The architecture of a network: units of each layer from the inputs to the outputs, its task
    (a key of LOSSES) and the activation f (a key of ACTIVATIONS).
    """

    sizes: tuple
    task: str = "classification"
    activation: str = "relu"

    @cached_property
    def places(self) -> list[tuple[slice, slice, int, int]]:
        """Slices of the flat vector: (of W, of b, inputs, outputs) for each layer."""
        found, start = [], 0
        for n, m in zip(self.sizes, self.sizes[1:], strict=False):
            found.append(
                (slice(start, start + n * m), slice(start + n * m, start + n * m + m), n, m)
            )
            start += n * m + m
        return found

    @property
    def parameters(self) -> int:
        """P, the length of the flat vector."""
        return self.places[-1][1].stop

    @cached_property
    def penalized(self) -> NDArray:
        """1 for each weight and 0 for each bias, (P,): weight decay does not apply to biases."""
        marks = np.zeros(self.parameters, np.float32)
        for weights, *_ in self.places:
            marks[weights] = 1
        return marks

    def layers(self, w: NDArray) -> list[tuple[NDArray, NDArray]]:
        """(W, b) of each layer as views of w: (..., inputs, outputs) and (..., 1, outputs)."""
        front = w.shape[:-1]
        return [
            (w[..., weights].reshape(*front, n, m), w[..., biases].reshape(*front, 1, m))
            for weights, biases, n, m in self.places
        ]

    def start(self, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> NDArray:
        """Start values (P,): weights with standard deviation sqrt(2 / inputs) (He et al. 2015),
        biases zero.
        """
        w = np.zeros(self.parameters, dtype)
        for weights, _, n, m in self.places:
            w[weights] = rng.normal(0, np.sqrt(2 / n), n * m)
        return w

    def masks(
        self,
        rng: np.random.Generator,
        p: float,
        rows: int,
        passes: tuple[int, ...] = (),
        dtype: DTypeLike = np.float64,
    ) -> list:
        """One mask (*passes, rows, units) for each hidden layer; see `mask`."""
        return [mask(rng.random((*passes, rows, units)), p, dtype) for units in self.sizes[1:-1]]

    def forward(self, w: NDArray, x: NDArray, masks: list | None = None) -> tuple:
        """The outputs z of the last layer, the inputs of each layer, and f(z) of each hidden layer
        before its mask.

        w: (..., P), x: (..., N, inputs), masks: None in evaluation, else one for each hidden layer,
        which broadcasts against f(z).
        """
        inputs, values = [x], []
        *hidden, (W, b) = self.layers(w)
        for layer, (V, c) in enumerate(hidden):
            values.append(ACTIVATIONS[self.activation][0](inputs[-1] @ V + c))
            inputs.append(values[-1] if masks is None else values[-1] * masks[layer])
        return inputs[-1] @ W + b, inputs, values

    def predict(self, w: NDArray, x: NDArray, masks: list[NDArray] | None = None) -> NDArray:
        """Class probabilities (..., N, classes), or the outputs (..., N) of a regression."""
        z = self.forward(w, x, masks)[0]
        return softmax(z, -1) if self.task == "classification" else z[..., 0]

    def loss(self, w: NDArray, x: NDArray, y: NDArray, masks: list | None = None) -> NDArray:
        """The loss (...,) on the data without penalty: cross-entropy in nats, or half the mean
        squared error.
        """
        return LOSSES[self.task](self.forward(w, x, masks)[0], y)[0]

    def gradient(
        self, w: NDArray, x: NDArray, y: NDArray, masks: list[NDArray] | None = None
    ) -> tuple[NDArray, NDArray]:
        """The loss (...,) and its gradient (..., P), by backpropagation with the masks of the
        forward pass.
        """
        z, inputs, values = self.forward(w, x, masks)
        loss, delta = LOSSES[self.task](z, y)  # delta = dJ/dz_l, here of the last layer
        layers, g = self.layers(w), np.empty(w.shape, w.dtype)
        for layer, (weights, biases, n, m) in reversed(list(enumerate(self.places))):
            g[..., weights] = (inputs[layer].swapaxes(-1, -2) @ delta).reshape(*w.shape[:-1], n * m)
            g[..., biases] = delta.sum(-2)
            if layer:
                delta = delta @ layers[layer][0].swapaxes(-1, -2)  # dJ/dh
                if masks is not None:
                    delta = delta * masks[layer - 1]
                delta = delta * ACTIVATIONS[self.activation][1](values[layer - 1])
        return loss, g

    def penalty(self, w: NDArray) -> NDArray:
        """||W||^2 / 2 (...,): the sum over all weights, without biases; L2 adds lambda times this
        to the loss.
        """
        return (w * w) @ self.penalized / 2


def mask(uniform: NDArray, p: float | NDArray, dtype: DTypeLike) -> NDArray:
    """A dropout mask from uniform numbers in [0, 1): 0 with probability p, else 1 / (1 - p), so its
    expected value is 1 (inverted dropout).
    """
    keep = 1 - p
    return ((uniform < keep) / keep).astype(dtype)
