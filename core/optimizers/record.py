"""What is known of an optimizer beside its rule: one record that carries all that pages, tests,
training and the command line need.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from inspect import signature
from typing import Any

import numpy as np
from numpy.typing import NDArray

State = tuple[NDArray, ...]
Count = int | NDArray  # the number of a step, of all rows or of each
Rate = float | NDArray
Numbers = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """A formula, and its template in numbers: `v` is before the step, `v_next` after it."""

    formula: str
    numbers: str


@dataclass(frozen=True)
class Optimizer:
    """A rule and what pages, tests, training and the command line know of it."""

    rule: Callable
    title: str
    source: str
    lr: float  # for word2vec here: the gradient is the mean over the windows of a batch
    # the lines of a step, for the narration; their last one gives w_next
    story: tuple[Line, ...]
    # where two steps from w = 1 lead, with the gradients 2 and then 1, a learning rate of 0.1 and a
    # decay of 0.01: worked out on paper, for the tests
    on_paper: tuple[float, float]
    # learning rates that reach the minimum of a bowl within 8,000 steps and that of Rosenbrock's
    # function within the number of steps that follows
    reaches: tuple[float, float, int]
    squares_start: float = 0.0  # for word2vec here: what a sum of squares begins with
    l2: float = 0.0  # for word2vec here: strength on the rows a step touches
    states: tuple[str, ...] = ()  # names of the arrays it keeps, as in the rule's equations
    velocity: int | None = None  # which of the states adds up or averages gradients
    squares: int | None = None  # which of the states adds up or averages squared gradients
    signed: bool = False  # True if the step is the sign of the velocity, times the learning rate
    # name of a hyperparameter -> the slider that sets it for all optimizers which share it
    shares: Mapping[str, str] = field(default_factory=dict)
    # the story without bias correction, for rules that have one
    uncorrected: tuple[Line, ...] = ()
    # further numbers that the story names: from those of the step and its t
    derived: Callable[[Numbers, int], Numbers] = lambda numbers, t: {}

    @property
    def name(self) -> str:
        """Its name in settings, in the address and on the command line: that of its rule."""
        return self.rule.__name__

    @cached_property
    def hyper(self) -> Numbers:
        """Names and defaults of the hyperparameters beyond the learning rate."""
        return {
            name: p.default
            for name, p in signature(self.rule).parameters.items()
            if p.default is not p.empty
        }

    def start(self, w: NDArray, squares: float = 0.0) -> State:
        """The state before the first step: zeros, and squares for the squared gradients."""
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
        """One step at the schedule's multiplier eta of the learning rate and decoupled decay."""
        if "eta" in self.hyper:
            hyper["eta"] = eta
        return self.rule(w, g, state, t, lr * eta, **hyper)

    def effective_lr(self, state: State, t: Count, lr: Rate, **hyper: Any) -> Rate:
        """What multiplies the velocity in each coordinate, or the gradient where the velocity holds
        the rate or there is none: lr, lr / (sqrt(s) + eps), or lr / |velocity| for a sign.

        state: after step t. Shape of the state array, or of lr for rules that do not divide.
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
