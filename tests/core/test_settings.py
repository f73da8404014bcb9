from dataclasses import FrozenInstanceError, fields

import pytest

from core.errors import UserError
from core.optimizers.rules import OPTIMIZERS
from core.settings import TextSettings, TrainSettings, check, knobs

BOTH = TextSettings, TrainSettings
RANGES = [
    (kind, name, f.metadata["low"], f.metadata["high"])
    for kind in BOTH
    for name, f in knobs(kind).items()
    if f.metadata["low"] is not None
]
CHOICES = [
    (kind, name, f.metadata["choices"])
    for kind in BOTH
    for name, f in knobs(kind).items()
    if f.metadata["choices"]
]


@pytest.mark.parametrize("kind", BOTH)
def test_the_defaults_are_allowed_frozen_and_hashable(kind):
    assert check(kind()) == kind()
    assert hash(kind()) == hash(kind()) and kind() in {kind()}
    with pytest.raises(FrozenInstanceError):
        kind().tokens = 3
    for f in fields(kind):
        assert type(f.default) is f.type and len(f.metadata["help"]) > 10


def test_the_default_optimizer_exists():
    assert TrainSettings().optimizer in OPTIMIZERS


@pytest.mark.parametrize("kind, name, low, high", RANGES)
def test_numbers_at_the_ends_of_their_range_are_allowed_and_those_outside_refused(
    kind, name, low, high
):
    step = 1 if isinstance(low, int) else 0.001
    for value in (low, high):
        assert getattr(check(kind(**{name: value})), name) == value
    for value in (
        low - step,
        high + high * 1e-6 + step,
        -(10**12),
        10**12,
        float("-inf"),
        float("inf"),
        float("nan"),
    ):
        with pytest.raises(UserError, match=rf"^{name} must be (from|a whole number).*\.$"):
            check(kind(**{name: value}))


@pytest.mark.parametrize("kind, name, choices", CHOICES)
def test_unknown_choices_are_refused(kind, name, choices):
    for choice in choices:
        assert check(kind(**{name: choice}))
    with pytest.raises(UserError, match=f"{name} must be one of {choices[0]}, "):
        check(kind(**{name: "nonsense"}))
