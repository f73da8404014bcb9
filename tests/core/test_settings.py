from dataclasses import FrozenInstanceError, fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.optimizers.rules import OPTIMIZERS
from core.settings import TextSettings, TrainSettings, check, clamp, knobs

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
    assert check(kind()) == kind() == clamp(kind())[0] and clamp(kind())[1] == []
    assert hash(kind()) == hash(kind()) and kind() in {kind()}
    with pytest.raises(FrozenInstanceError):
        kind().tokens = 3
    for f in fields(kind):
        assert type(f.default) is f.type and len(f.metadata["help"]) > 10


def test_the_default_optimizer_exists():
    assert TrainSettings().optimizer in OPTIMIZERS


@pytest.mark.parametrize("kind, name, low, high", RANGES)
def test_numbers_outside_their_range_are_refused_or_moved_to_its_end(kind, name, low, high):
    step = 1 if isinstance(low, int) else 0.001
    for value in (low, high):
        assert check(kind(**{name: value})) == clamp(kind(**{name: value}))[0]
    for value, end in (
        (low - step, low),
        (high + high * 1e-6 + step, high),
        (-(10**12), low),
        (10**12, high),
        (float("-inf"), low),
        (float("inf"), high),
    ):
        with pytest.raises(UserError, match=rf"^{name} must be (from|a whole number).*\.$"):
            check(kind(**{name: value}))
        moved, notices = clamp(kind(**{name: value}))
        assert (
            getattr(moved, name) == end
            and len(notices) == 1
            and name in notices[0]
            and notices[0].endswith("is used.")
        )
        assert check(moved)


@pytest.mark.parametrize("kind, name, low, high", RANGES)
def test_no_number_is_no_number(kind, name, low, high):
    with pytest.raises(UserError, match=name):
        check(kind(**{name: float("nan")}))
    moved, notices = clamp(kind(**{name: float("nan")}))
    assert low <= getattr(moved, name) <= high and len(notices) == 1


@pytest.mark.parametrize("kind, name, choices", CHOICES)
def test_unknown_choices_are_refused_or_replaced_by_the_default(kind, name, choices):
    for choice in choices:
        assert check(kind(**{name: choice}))
    with pytest.raises(UserError, match=f"{name} must be one of {choices[0]}, "):
        check(kind(**{name: "nonsense"}))
    moved, (notice,) = clamp(kind(**{name: "nonsense"}))
    assert getattr(moved, name) == getattr(kind(), name) and "nonsense" in notice


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9), st.floats(allow_nan=True))
def test_clamped_settings_are_allowed_and_allowed_settings_stay(dim, window, lr):
    moved, notices = clamp(replace(TrainSettings(), dim=dim, window=window, lr=lr))
    assert check(moved) == clamp(moved)[0] and clamp(moved)[1] == []
    assert len(notices) == sum((moved.dim != dim, moved.window != window, moved.lr != lr))
