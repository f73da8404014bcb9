"""What L2 does with little data, the maps of learning rate against decay, their basins, and the
paths on a surface.
"""

import numpy as np
import pytest

from core.errors import UserError
from core.networks import decay_surface, weight_decay
from core.networks.decay_training import DECAY_FORMS, Descent
from core.networks.weight_decay import Data, MapPlan
from core.training_loop import Progress
from core.word2vec.gradient_check import central_difference

LAMBDAS = (0.0, 0.01, 1.0)


@pytest.fixture(scope="module")
def moons():
    *moments, ending = weight_decay.sweep(Data("moons", 50, "network", 3), LAMBDAS, steps=200)
    return moments, ending


def test_l2_shrinks_the_weights_and_raises_the_training_loss(moons):
    last = moons[0][-1]
    assert (np.diff(last.norm.mean(1)) < -1).all() and (np.diff(last.train.mean(1)) > 0).all()
    # L2 helps where data are few
    assert last.validation[1].mean() < last.validation[0].mean() - 0.1
    assert last.done == 1 and last.step == 200


def test_the_histogram_holds_all_weights(moons):
    for moment in moons[0]:
        np.testing.assert_allclose(moment.weights.sum(1), 1)
    zero = np.flatnonzero(np.abs((weight_decay.BINS[:-1] + weight_decay.BINS[1:]) / 2) < 0.05)
    # The pile at zero grows with lambda
    assert (np.diff(moons[0][-1].weights[:, zero].sum(1)) > 0.05).all()


def test_l2_adds_no_noise(moons):
    ending = moons[1]
    assert ending.again == 0
    np.testing.assert_allclose(ending.noise[1], ending.noise[0], rtol=1e-3)
    assert (ending.noise > 0).all()


def test_gradient_noise_would_see_noise(moons):
    """The measure reacts: a different decay in each batch is noise and raises it."""
    network, w, split = Data("moons", 50, "network", 3).load()
    plain = weight_decay.gradient_noise(network, w, split, 0.0)
    drawn = weight_decay.gradient_noise(network, w, split, 0.0, size=2)
    assert (drawn > 1.5 * plain).all()


def test_surfaces_are_chances_and_only_for_the_plane(moons):
    surfaces = moons[1].surfaces
    assert (
        surfaces.shape == (3, weight_decay.GRID, weight_decay.GRID)
        and (surfaces >= 0).all()
        and (surfaces <= 1).all()
    )
    assert surfaces[0].std() > surfaces[2].std()  # strong L2: probabilities are closer together
    *_, ending = weight_decay.sweep(Data("cancer", 20, "logistic regression", 1), LAMBDAS, steps=5)
    assert ending.surfaces is None


def test_one_sample_has_one_class():
    *moments, ending = weight_decay.sweep(Data("digits", 1, "network", 2), LAMBDAS, steps=20)
    assert ending.only == 2 and np.isfinite(moments[-1].validation).all()


def test_sizes_arrive_one_after_the_other():
    items = list(
        weight_decay.sizes(
            Data("cancer", 50, "logistic regression", 2), 0.01, sizes=(10, 200), steps=30
        )
    )
    found = [item for item in items if isinstance(item, weight_decay.Size)]
    assert [item.size for item in found] == [10, 200] and found[-1].done == 1
    assert found[0].validation.shape == (2, 2)
    shares = [item.done for item in items]
    assert shares == sorted(shares) and shares[0] >= 0 and shares[-1] == 1 and len(items) > 4


def test_refusals():
    with pytest.raises(UserError, match="model"):
        next(weight_decay.sweep(Data(model="forest")))
    with pytest.raises(UserError, match="no form"):
        next(weight_decay.cells(MapPlan("adamx")))
    with pytest.raises(UserError, match="no form"):
        decay_surface.path("adamx", 0.1, 0.1)


@pytest.fixture(scope="module")
def sgd_map():
    return list(
        weight_decay.cells(
            MapPlan("sgd_l2", Data("cancer", 30, "network", 2), steps=30, schedule="constant")
        )
    )


def test_every_cell_arrives_once_and_news_in_between(sgd_map):
    cells = [item for item in sgd_map if isinstance(item, weight_decay.Cell)]
    assert {(cell.row, cell.column) for cell in cells} == set(np.ndindex(7, 7)) and len(cells) == 49
    shares = [item.done for item in sgd_map if isinstance(item, Progress)]
    assert shares == sorted(shares) and shares[-1] == 1


def test_a_cell_is_what_its_numbers_alone_give(sgd_map):
    """A stack of cells gives what one network with that learning rate and decay gives."""
    plan = MapPlan("sgd_l2", Data("cancer", 30, "network", 2), steps=30, schedule="constant")
    (cell,) = [
        c for c in sgd_map if isinstance(c, weight_decay.Cell) and (c.row, c.column) == (2, 3)
    ]
    network, w, split = plan.data.load()
    *_, last = weight_decay._runs(
        network, w, split, plan.data, plan.decays[2:3], 30, "sgd_l2", plan.rates[3:4]
    )
    np.testing.assert_allclose(
        network.loss(last.w, split.x_val, split.y_val)[0], cell.validation, rtol=1e-3
    )


def test_divergence_is_not_a_number_and_nothing_stops():
    plan = MapPlan("sgd_l2", Data("digits", 30, "network", 1), steps=200)
    network, w, split = plan.data.load()
    with np.errstate(all="ignore"):
        *_, last = weight_decay._runs(
            network, w, split, plan.data, (0.01, 10.0), 200, "sgd_l2", (0.1, 10.0)
        )
        losses = network.loss(last.w, split.x_val, split.y_val)
    assert np.isfinite(losses[0]).all() and not np.isfinite(losses[1]).any()


def valley(slope):
    """A map whose losses are lowest along row = 3 + slope (column - 3)."""
    rows, columns = np.indices((7, 7)) - 3.0
    return 1 + 0.15 * (rows - slope * columns) ** 2


@pytest.mark.parametrize("slope, sign", [(1, 1), (-1, -1)])
def test_a_diagonal_basin(slope, sign):
    found = weight_decay.basin(valley(slope))
    assert found.verdict == "diagonal" and found.correlation * sign > 0.7
    np.testing.assert_allclose(found.axis, [np.sqrt(0.5), sign * np.sqrt(0.5)], atol=1e-6)
    np.testing.assert_allclose(found.center, [3, 3], atol=1e-9)


@pytest.mark.parametrize("losses, axis", [(valley(0), [1, 0]), (valley(0).T, [0, 1])])
def test_a_separable_basin(losses, axis):
    found = weight_decay.basin(losses)
    assert found.verdict == "separable" and abs(found.correlation) < 1e-9
    np.testing.assert_allclose(np.abs(found.axis), axis, atol=1e-9)
    assert found.spread[0] > 2 * found.spread[1]


def test_diverged_cells_do_not_count():
    losses = valley(1)
    losses[:3, 4:] = np.nan
    assert weight_decay.basin(losses).correlation > 0.7
    assert weight_decay.basin(np.full((7, 7), np.nan)) is None
    losses[:] = np.nan
    losses[2, 5] = 1.0
    assert weight_decay.basin(losses).correlation == 0


def test_the_surface_has_its_minimum_where_it_says():
    ground = decay_surface.surface()
    w = np.array([0.3, -0.4])
    slope = ground.gradient(w, np.arange(decay_surface.SAMPLES))
    np.testing.assert_allclose(slope, central_difference(lambda: ground.loss(w), w), atol=1e-8)
    for strength in (0.0, 0.3):
        at = ground.minimum(strength)
        slope = central_difference(lambda: ground.loss(at) + strength * at @ at / 2, at)  # noqa: B023
        np.testing.assert_allclose(slope, 0, atol=1e-8)
    rings, levels = decay_surface.contours()
    np.testing.assert_allclose(
        ground.loss(rings), np.broadcast_to(levels[:, None], rings.shape[:2])
    )


def test_l2_ends_at_one_place_whatever_the_optimizer_and_decoupled_decay_does_not():
    ground = decay_surface.surface()
    ends = {
        name: decay_surface.path(name, 0.05 if "adam" in name else 0.01, 0.3)[-1]
        for name in DECAY_FORMS
    }
    for name in ("adam_l2", "sgd_l2"):
        np.testing.assert_allclose(ends[name], ground.minimum(0.3), atol=0.05)
    kept, coupled = ends["adamw_torch"] / ground.minimum(), ends["adam_l2"] / ground.minimum()
    # The steep weight decays more, the flat one less
    assert kept[0] < coupled[0] - 0.05 and kept[1] > coupled[1] + 0.2


def test_without_decay_the_three_adams_agree_and_the_two_sgds_at_a_constant_rate():
    tracks = {name: decay_surface.path(name, 0.05, 0.0) for name in DECAY_FORMS if "adam" in name}
    np.testing.assert_array_equal(tracks["adam_l2"], tracks["adamw"])
    np.testing.assert_array_equal(tracks["adam_l2"], tracks["adamw_torch"])
    ends = []
    for way in ("sgd_l2", "sgdw"):
        descent, w = Descent(way, 0.01), np.ones(2)
        state = descent.start(w)
        for t in range(1, 30):
            w, state = descent.step(w, np.array([w[0], 3 * w[1]]), state, t)
        ends.append(w)
    np.testing.assert_allclose(*ends, rtol=1e-12)


def test_pytorchs_convention_is_the_papers_with_the_learning_rate_in_lambda():
    np.testing.assert_allclose(
        decay_surface.path("adamw_torch", 0.05, 0.3),
        decay_surface.path("adamw", 0.05, 0.05 * 0.3),
        atol=1e-9,
    )
