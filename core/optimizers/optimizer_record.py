"""The record of an optimizer: its rule, and everything else that pages, tests, training and the
command line need.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from inspect import signature
from typing import Any

import numpy as np
from numpy.typing import NDArray

State = tuple[NDArray, ...]
Count = int | NDArray  # the number of the step, t = 1, 2, ..., of all rows or of each row
Rate = float | NDArray
Numbers = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """A formula and a template for its numbers: `v` is before the step, `v_next` after it."""

    formula: str
    numbers: str


@dataclass(frozen=True)
class Optimizer:
    """A rule and everything that depends on it."""

    rule: Callable
    title: str
    source: str
    lr: float  # for word2vec here: the gradient is the mean over the windows of a batch
    # The lines of a step, for the narration; the last one gives w_next
    story: tuple[Line, ...]
    # For the tests: w after each of two steps from w = 1 with the gradients 2 and 1, learning rate
    # 0.1 and decay 0.01, computed by hand
    on_paper: tuple[float, float]
    # For the tests: learning rates that reach the minimum of a bowl within 8,000 steps, and that of
    # Rosenbrock's function within the given number of steps
    reaches: tuple[float, float, int]
    squares_start: float = 0.0  # for word2vec here: start value of the squared gradients
    l2: float = 0.0  # for word2vec here: L2 strength on the rows that a step touches
    states: tuple[str, ...] = ()  # names of the state arrays, as in the equations of the rule
    velocity: int | None = None  # which state sums or averages gradients
    squares: int | None = None  # which state sums or averages squared gradients
    signed: bool = False  # True if the step is the sign of the velocity times the learning rate
    # Name of a hyperparameter -> the slider that sets it for all optimizers that share it
    shares: Mapping[str, str] = field(default_factory=dict)
    # The story without bias correction, for rules that have it
    uncorrected: tuple[Line, ...] = ()
    # Further numbers that the story names, from the numbers of the step and t
    derived: Callable[[Numbers, int], Numbers] = lambda numbers, t: {}

    @property
    def name(self) -> str:
        """The name of the rule, which settings, addresses and the command line use."""
        return self.rule.__name__

    @cached_property
    def hyper(self) -> Numbers:
        """Names and defaults of the hyperparameters except the learning rate."""
        return {
            name: p.default
            for name, p in signature(self.rule).parameters.items()
            if p.default is not p.empty
        }

    @property
    def counts(self) -> bool:
        """Whether the rule looks at the number of the step."""
        return "bias_correction" in self.hyper

    def start(self, w: NDArray, squares: float = 0.0) -> State:
        """The state before the first step: zeros, and `squares` for the squared gradients."""
        begin = [squares if k == self.squares else 0 for k in range(len(self.states))]
        return tuple(np.full_like(w, value) for value in begin)

    def step(
        self,
        w: NDArray,
        g: NDArray,
        state: State,
        t: Count,
        lr: Rate,
        eta: float = 1.0,
        **hyper: Any,
    ) -> tuple[NDArray, State]:
        """Take one step; eta: multiplier, by the schedule, of learning rate and decoupled decay.

        w, g, state: as for a rule. Returns the new w and state.
        """
        if "eta" in self.hyper:
            hyper["eta"] = eta
        return self.rule(w, g, state, t, lr * eta, **hyper)

    def effective_lr(self, state: State, t: Count, lr: Rate, **hyper: Any) -> Rate:
        """The factor of the velocity in each coordinate, or of the gradient if there is no velocity
        or it includes the rate: lr, lr / (sqrt(s) + eps), or lr / |velocity| for a sign.

        state: after step t. Returns the shape of the state, or of lr for rules without division.
        """
        if self.signed and self.velocity is not None:
            return lr / np.abs(state[self.velocity])
        if self.squares is None:
            return lr
        options = self.hyper | hyper
        s = state[self.squares]
        if options.get("bias_correction"):
            s = s / (1 - options["beta2"] ** t)
        return lr / (np.sqrt(s) + options["eps"])
