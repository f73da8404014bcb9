"""Races and sweeps on surfaces: the same start and noise for all, divergence as a result, the best
rate found.
"""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from core.errors import UserError
from core.optimizers import surfaces, trajectories
from core.optimizers.rules import OPTIMIZERS
from core.optimizers.trajectories import Path, RaceSettings, Sweep
from core.training_loop import Progress


def race(settings, *entries):
    return [item for item in trajectories.race(settings, entries) if isinstance(item, Path)]


def sweep(settings, *names):
    return [item for item in trajectories.sweep(settings, names) if isinstance(item, Sweep)]


def test_sgd_on_the_bowl_is_a_geometric_sequence():
    (path,) = race(RaceSettings(condition=4.0, x=-4.0, y=2.0, steps=20), ("sgd", 0.5))
    t = np.arange(21)
    # 1 - lr h, h = 1/4 and 1
    np.testing.assert_allclose(path.positions, np.stack([-4 * 0.875**t, 2 * 0.5**t], -1))
    np.testing.assert_allclose(
        path.losses, path.positions[:, 0] ** 2 / 8 + path.positions[:, 1] ** 2 / 2
    )
    np.testing.assert_allclose(path.gradients, path.positions[:-1] * [0.25, 1])
    assert path.ended == 0 and path.last == 20


def test_velocities_belong_to_the_step_before_them():
    (path,) = race(RaceSettings(steps=10, beta=0.5), ("momentum", 0.1))
    (v,) = path.states
    assert (v[0] == 0).all()
    np.testing.assert_allclose(v[1], path.gradients[0])
    np.testing.assert_allclose(v[2], 0.5 * path.gradients[0] + path.gradients[1])
    np.testing.assert_allclose(path.positions[1:], path.positions[:-1] - 0.1 * v[1:])


def test_everybody_meets_the_same_noise():
    settings = RaceSettings(surface="noisy bowl", steps=50)
    clean = settings.landscape().gradient
    noise = [
        path.gradients - clean(path.positions[:-1])
        for path in race(settings, *((name, 0.01) for name in OPTIMIZERS))
    ]
    assert noise[0].std() == pytest.approx(1.0, rel=0.3)
    for other in noise[1:]:
        np.testing.assert_allclose(other, noise[0], atol=1e-9)
    (another,) = race(replace(settings, seed=2), ("sgd", 0.01))
    assert np.abs(another.gradients[0] - clean(another.positions[0]) - noise[0][0]).max() > 1e-3


@pytest.mark.parametrize(
    ("name", "lr"), [("sgd", 1e6), ("momentum", 1e6), ("adam", 1e6), ("rmsprop", 1e6), ("sgd", 2.5)]
)
def test_a_rate_that_is_too_high_ends_the_path(name, lr):
    with np.errstate(all="raise"):  # no overflow warning reaches the caller
        (path,) = race(RaceSettings(), (name, lr))
    assert 0 < path.ended < 150
    assert (
        np.isfinite(path.positions[: path.last + 1]).all()
        and np.isfinite(path.losses[: path.last + 1]).all()
    )


def test_nan_in_a_surface_ends_the_path(monkeypatch):
    def holed(condition, noise):
        bowl = surfaces.bowl(condition, noise)
        hole = lambda w: np.where(np.abs(w[..., 0]) < 1, np.nan, 1.0)  # noqa: E731
        return replace(
            bowl,
            value=lambda w: bowl.value(w) * hole(w),
            gradient=lambda w: bowl.gradient(w) * hole(w)[..., None],
        )

    monkeypatch.setitem(surfaces.BUILDERS, "bowl", holed)
    paths = race(RaceSettings(), *((name, 0.1) for name in OPTIMIZERS))
    ended = {path.optimizer: path.ended for path in paths}
    assert ended["adam"] > 10 and all(abs(p.positions[p.ended, 0]) < 1 for p in paths if p.ended)
    assert np.isinf(sweep(RaceSettings(), "adam")[0].scores).any()


def test_beta_one_is_a_result_and_no_error():
    settings = RaceSettings(beta=1.0)
    momentum, adam = race(settings, ("momentum", 0.01), ("adam", 0.01))
    assert adam.ended == 1  # 0 / 0 in the first step
    # Oscillates without end
    assert momentum.ended == 0 and 0.3 < momentum.losses[-20:].max() / momentum.losses[0] < 3
    (plain,) = race(replace(settings, bias_correction=False), ("adam", 0.01))
    np.testing.assert_array_equal(plain.positions[-1], plain.positions[0])  # m stays 0


@pytest.mark.parametrize(
    "wrong", [{"beta": 1.1}, {"steps": 10_001}, {"x": float("nan")}, {"surface": "valley"}]
)
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(UserError, match=next(iter(wrong))):
        race(RaceSettings(**wrong), ("sgd", 0.1))


def test_a_start_far_outside_the_frame_is_no_divergence():
    (path,) = race(RaceSettings(surface="rosenbrock", x=6.0, y=-6.0), ("adam", 0.1))
    assert path.ended == 0 and path.losses[-1] < path.losses[0]


def test_signs_of_life_come_often_and_grow():
    shares = [
        item.done
        for item in trajectories.race(RaceSettings(steps=3_000), (("sgd", 0.1), ("adam", 0.1)))
        if isinstance(item, Progress)
    ]
    assert len(shares) >= 10 and shares == sorted(shares) and 0 < shares[0] < shares[-1] < 1


# --- sweeps


def test_a_sweep_gives_what_single_races_give():
    settings = RaceSettings(surface="noisy bowl", steps=40)
    found = {s.optimizer: s for s in sweep(settings, *OPTIMIZERS)}
    for name, tried in found.items():
        k = 24
        (path,) = race(settings, (name, float(tried.rates[k])))
        # The last tenth, minimum 0
        assert tried.scores[k] == pytest.approx(path.losses[-4:].mean(), rel=1e-9)


def test_the_best_rate_of_sgd_on_a_bowl_is_known():
    (found,) = sweep(RaceSettings(condition=10.0, steps=30), "sgd")
    # the error shrinks by max |1 - lr h| with h = 1/10 and 1, least for lr = 2 / (1.1)
    assert found.best == pytest.approx(2 / 1.1, rel=0.25) and not found.at_edge
    assert (
        np.isfinite(found.scores[found.rates < 2]).all()
        and found.evaluations == len(found.rates) * 30
    )


def test_no_rate_is_better_than_the_chosen_one():
    for found in sweep(RaceSettings(surface="rosenbrock", x=-1.5), "sgd", "momentum", "adam"):
        assert found.scores.min() == found.scores[found.rates == found.best][0]


def test_a_sweep_that_diverges_everywhere_has_no_score(monkeypatch):
    nowhere = replace(surfaces.find("bowl"), value=lambda w: w[..., 0] * np.nan)
    monkeypatch.setitem(surfaces.BUILDERS, "bowl", lambda condition, noise: nowhere)
    (found,) = sweep(RaceSettings(steps=10), "sgd")
    assert np.isinf(found.scores).all() and found.best == found.rates[0]


# --- Adam's first steps, and the table


def test_bias_correction_repairs_the_first_steps():
    corrected, plain = trajectories.first_steps(0.9, 0.999, 50)
    t = np.arange(1, 51)
    np.testing.assert_allclose(corrected, 1, rtol=1e-6)
    np.testing.assert_allclose(plain, (1 - 0.9**t) / np.sqrt(1 - 0.999**t), rtol=1e-6)
    assert plain[0] == pytest.approx(3.1623, rel=1e-4)


def test_the_table_holds_every_step():
    settings = RaceSettings(steps=12)
    paths = race(settings, ("sgd", 0.1), ("adam", 0.1), ("momentum", 1e6))
    rows = list(csv.DictReader(io.StringIO(trajectories.csv_text(paths))))
    assert [
        sum(row["optimizer"] == name for row in rows) for name in ("sgd", "adam", "momentum")
    ] == [13, 13, paths[2].ended]
    first, adam, last = rows[0], rows[13], rows[12]
    assert (first["x"], first["y"], first["gradient_y"], first["velocity_x"]) == (
        "-4",
        "2",
        "2",
        "",
    )
    assert float(first["effective_lr_x"]) == 0.1 and last["gradient_x"] == ""
    assert float(adam["velocity_y"]) == pytest.approx(0.2) and float(
        adam["effective_lr_y"]
    ) == pytest.approx(0.1 / 2)
    for row, (x, y), loss in zip(rows, paths[0].positions, paths[0].losses, strict=False):
        assert (float(row["x"]), float(row["y"]), float(row["loss"])) == pytest.approx(
            (x, y, loss), rel=1e-8
        )
