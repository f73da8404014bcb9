"""The rules: first steps computed by hand, known minima, and the conventions they state."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.optimizers import surfaces
from core.optimizers.rules import OPTIMIZERS, find


def walk(name, gradients, lr=0.1, **options):
    """Positions from w = 1 along given gradients; lr and eta may be lists."""
    optimizer, w, places = find(name), np.ones(1), []
    state = optimizer.start(w)
    for t, g in enumerate(gradients, 1):
        now = {
            key: value[t - 1] if isinstance(value, list) else value
            for key, value in {"lr": lr, **options}.items()
        }
        w, state = optimizer.step(w, np.array([g]), state, t, **now)
        places.append(w[0])
    return places


def descend(name, surface, lr, steps, **options):
    optimizer, w = find(name), np.array(surface.start)
    state = optimizer.start(w)
    for t in range(1, steps + 1):
        w, state = optimizer.step(w, surface.gradient(w), state, t, lr, **options)
    return w


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_first_two_steps(name):
    assert walk(name, (2.0, 1.0)) == pytest.approx(find(name).on_paper, abs=1e-7)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_reaches_the_minimum_of_a_bowl(name):
    end = descend(name, surfaces.find("bowl", 20.0), find(name).reaches[0], 8_000)
    assert np.abs(end).max() < 2e-3  # decay pulls towards 0, which is the minimum


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_reaches_the_minimum_of_rosenbrock(name):
    options = {"decay": 0.0} if "decay" in find(name).hyper else {}
    _, lr, steps = find(name).reaches
    assert np.abs(descend(name, surfaces.find("rosenbrock"), lr, steps, **options) - 1).max() < 1e-2


def test_decoupled_decay_moves_the_end_of_rosenbrock_towards_zero():
    _, lr, steps = find("sgdw").reaches
    x, _ = descend("sgdw", surfaces.find("rosenbrock"), lr, steps, decay=0.001)
    assert 0.3 < x < 0.95


def test_momentum_accumulates_gradients_and_applies_the_present_learning_rate():
    # v -= lr g would end at 0.61
    assert walk("momentum", (2.0, 1.0), lr=[0.1, 0.01]) == pytest.approx([0.8, 0.772])


@pytest.mark.parametrize(
    ("name", "length"), [("adagrad", 0.5), ("rmsprop", 0.75974693), ("adam", 0.5)]
)
def test_eps_stands_outside_the_root(name, length):
    # g = eps = 1e-8: adagrad 1e-8 / (1e-8 + 1e-8); rmsprop 1e-8 / (sqrt(0.1) 1e-8 + 1e-8); inside
    # the root it would be 1e-4
    assert 1 - walk(name, (1e-8,), lr=1.0)[0] == pytest.approx(length, rel=1e-6)


def test_adam_without_bias_correction_starts_with_long_steps():
    # 0.1 * 0.2 / sqrt(0.004), then 0.1 * 0.28 / sqrt(0.004996)
    assert walk("adam", (2.0, 1.0), bias_correction=False) == pytest.approx(
        [0.68377223398, 0.28763394950], abs=2e-7
    )


@pytest.mark.parametrize("name", ["adamw", "sgdw"])
def test_decoupled_decay_is_multiplied_by_the_schedule_and_not_by_the_learning_rate(name):
    assert walk(name, (0.0,), lr=0.0) == pytest.approx([0.99])
    assert walk(name, (0.0,), lr=7.0, eta=0.5) == pytest.approx([0.995])
    assert walk(name, (0.0,), lr=7.0, eta=0.0) == pytest.approx([1.0])


def test_the_schedule_scales_the_whole_step():
    # half of Adam's steps, less half of the decay: 1 - 0.05 - 0.005, then 0.945 - 0.04660898194 -
    # 0.004725
    assert walk("adamw", (2.0, 1.0), eta=0.5) == pytest.approx([0.945, 0.89366601806], abs=1e-7)
    assert walk("sgd", (2.0, 1.0), eta=[1.0, 0.5]) == pytest.approx([0.8, 0.75])


@pytest.mark.parametrize("name", OPTIMIZERS)
@given(g=st.lists(st.floats(-5, 5), min_size=6, max_size=6))
def test_a_rule_works_row_by_row_and_changes_nothing_in_place(name, g):
    optimizer, w, g = find(name), np.linspace(-1, 1, 6).reshape(3, 2), np.reshape(g, (3, 2))
    state = tuple(np.full_like(w, 0.5) for _ in optimizer.states)
    kept = w.copy(), g.copy(), [s.copy() for s in state]
    whole, after = optimizer.step(w, g, state, 3, 0.1)
    for row in range(3):
        alone, state_alone = optimizer.step(w[row], g[row], tuple(s[row] for s in state), 3, 0.1)
        np.testing.assert_array_equal(alone, whole[row])
        for a, b in zip(state_alone, after, strict=True):
            np.testing.assert_array_equal(a, b[row])
    np.testing.assert_array_equal(w, kept[0])
    np.testing.assert_array_equal(g, kept[1])
    assert all((s == k).all() for s, k in zip(state, kept[2], strict=True))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_effective_learning_rate_is_step_over_velocity(name):
    optimizer, w = find(name), np.array([1.0, 1.0])
    options = {"decay": 0.0} if "decay" in optimizer.hyper else {}
    g = np.array([3.0, 0.2])
    moved, state = optimizer.step(w, g, optimizer.start(w), 1, 0.1, **options)
    if optimizer.signed:
        g = state[optimizer.velocity]
    if name == "nesterov":
        g = 1.9 * g  # g + beta v, with v = g
    np.testing.assert_allclose(
        (w - moved) / g, optimizer.effective_lr(state, 1, 0.1, **options), rtol=1e-6
    )


def test_the_registry_names_its_states_velocities_and_squares():
    for name, optimizer in OPTIMIZERS.items():
        state = optimizer.start(np.zeros(2))
        assert optimizer.name == name and len(state) == len(optimizer.states) and optimizer.source
        _, state = optimizer.step(np.zeros(2), np.array([-3.0, 2.0]), state, 1, 0.1)
        if optimizer.velocity is not None:
            assert (np.sign(state[optimizer.velocity]) == [-1, 1]).all()
        if optimizer.squares is not None:
            assert (state[optimizer.squares] > 0).all()


def test_only_the_squares_begin_above_zero():
    for optimizer in OPTIMIZERS.values():
        begun = [float(s[0]) for s in optimizer.start(np.zeros(1), 0.25)]
        expected = [0.25 if k == optimizer.squares else 0 for k in range(len(begun))]
        assert begun == expected


def test_differences_from_pytorch_are_named():
    for name in ("momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"):
        assert "PyTorch" in OPTIMIZERS[name].rule.__doc__


def test_an_unknown_name_lists_those_there_are():
    with pytest.raises(UserError, match="sgd, momentum"):
        find("adamax")
