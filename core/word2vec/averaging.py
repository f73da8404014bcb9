"""Averaged parameters: the mean of a training's last steps instead of its last one.

Each step adds noise from the windows and negatives that it happened to draw. The mean of many
steps keeps what they have in common and little of their noise: Polyak and Juditsky 1992,
“Acceleration of stochastic approximation by averaging”; Ruppert 1988. Only the last steps are
averaged, since the first ones lead away from the start.
"""

import numpy as np
from numpy.typing import NDArray


class Average:
    """The running mean of parameters W (n, d) over steps that each change a few rows.

    A row that a step does not touch is not read: `held` catches up with all steps since the row was
    last changed. So a step costs as many numbers as it changes, and memory is one more W.
    """

    def __init__(self, W: NDArray[np.floating]) -> None:
        self.mean = np.zeros_like(W)
        self.steps = 0  # that are averaged so far
        self.included = np.zeros(len(W), np.int64)  # of these, how many each row's mean includes

    def held(self, rows: NDArray[np.integer], values: NDArray[np.floating]) -> None:
        """Include the values (R, d) that some rows have had up to the next step, which will change
        them.
        """
        if not self.steps:
            return
        share = (self.steps - self.included[rows]) / self.steps
        old = self.mean[rows]
        self.mean[rows] = old + share[:, None].astype(old.dtype) * (values - old)
        self.included[rows] = self.steps

    def stepped(self) -> None:
        """Count a step that has been taken."""
        self.steps += 1

    def of(self, W: NDArray[np.floating]) -> NDArray[np.floating]:
        """The mean of all steps, (n, d), the last of which led to W."""
        self.held(np.arange(len(W)), W)
        return self.mean if self.steps else W
