"""The sentences of the page Optimizers: each is true for every setting, or depends on what was
measured.
"""

from dataclasses import replace

import numpy as np
import pytest
from pages_for_tests import opened

from core.optimizers import momentum, surfaces, trajectories
from core.optimizers.rules import OPTIMIZERS, find
from core.optimizers.trajectories import Path, RaceSettings, Sweep
from core.settings import TextSettings, TrainSettings
from core.texts import registry
from core.word2vec import optimizer_comparison, training
from core.word2vec.optimizer_comparison import WordSteps
from ui.controls.page_tables import LRS
from ui.optimizers import experiments, view, word2vec

CONDITIONS = 1.0, 4.0, 20.0, 300.0
NAMES = list(surfaces.BUILDERS)


def paths(name, lr, **settings):
    x, y = surfaces.find(name).start
    settings = RaceSettings(**{"surface": name, "x": x, "y": y, **settings})
    race = trajectories.race(settings, tuple((optimizer, lr) for optimizer in OPTIMIZERS))
    return [item for item in race if isinstance(item, Path)]


@pytest.mark.parametrize("name", NAMES)
def test_at_the_rate_a_surface_starts_with_no_optimizer_diverges(name):
    rate = surfaces.find(name).rate
    assert rate in LRS
    assert not any(path.ended for path in paths(name, rate))


def test_crossings_of_the_valley_are_counted_and_not_claimed():
    told = view._measured(surfaces.find("bowl"), paths("bowl", 0.1))
    assert "crossings of y = 0: SGD 0, Momentum 15," in told
    zigzag = np.array([[0, 1.0], [0, -1.0], [0, 0.0], [0, 1.0], [0, 2.0]])
    assert surfaces.crossings(zigzag) == 2 and surfaces.crossings(np.abs(zigzag)) == 0


@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_floor_of_a_valley_is_spoken_of_where_the_bowl_has_one(condition):
    bowl = surfaces.find("bowl", condition)
    x, y = bowl.value(np.array([[1.0, 0.0], [0.0, 1.0]]))
    assert ("floor of the valley" in bowl.look) == (x < y) and ("round" in bowl.look) == (x == y)


@pytest.mark.parametrize("lr", [0.001, 0.1, 1.9, 50.0])
@pytest.mark.parametrize("name", NAMES)
def test_each_path_is_measured_or_called_diverged(name, lr):
    surface, found = surfaces.find(name), paths(name, lr, steps=60)
    told = view._measured(surface, found)
    assert told.count("diverged") == sum(path.ended > 0 for path in found)
    assert all(o.title in told for o in OPTIMIZERS.values()) and "nan" not in told


def test_the_minimum_that_a_path_reached_is_the_nearest_one():
    surface = surfaces.find("himmelblau")
    assert surface.say(np.array([[0.0, 0.0], [2.9, 2.1]])) == "(3.0, 2.0)"
    assert surface.say(np.array([[2.9, 2.1], [0.0, 0.0]])) == "none yet"


def test_the_first_step_below_the_saddle_is_the_first_with_a_loss_below_its():
    surface = surfaces.find("saddle")
    for path in paths("saddle", 0.1):
        told = surface.say(path.positions)
        below = np.flatnonzero(path.losses < 0)
        assert told == (str(below[0]) if below.size else "not yet")


def test_the_slope_across_the_bent_valley_is_many_times_steeper_than_along_it():
    h = 1e-5
    gradient = surfaces.find("rosenbrock").gradient
    for x in (-1.0, -0.5, 0.5, 1.0):
        at = np.array([x, x * x])
        hessian = [(gradient(at + h * e) - gradient(at - h * e)) / (2 * h) for e in np.eye(2)]
        low, high = np.linalg.eigvalsh(np.array(hessian))
        assert high > 100 * abs(low)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_with_larger_beta_the_limit_of_the_learning_rate_moves_to_the_right(condition):
    limits = momentum.limit(np.linspace(0, 0.99, 50), (1 / condition, 1.0))
    assert (np.diff(limits) > 0).all()


@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_best_place_is_where_both_directions_are_critically_damped(condition):
    lr, beta, _ = momentum.best((1 / condition, 1.0))
    for h in (1 / condition, 1.0):
        assert momentum.critical(lr, h) == pytest.approx(beta, abs=1e-9)


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("noise", [0.1, 1.0, 10.0])
def test_at_equal_pace_momentum_ends_lower_and_at_a_small_pace_the_gain_vanishes(condition, noise):
    def floor(pace, beta):
        return momentum.floor(pace * (1 - beta), beta, (1 / condition, 1.0), noise)

    assert floor(experiments.EFFECTIVE, 0.0) > 1.5 * floor(experiments.EFFECTIVE, 0.9)
    assert floor(1e-3, 0.0) == pytest.approx(floor(1e-3, 0.9), rel=1e-3)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_at_equal_learning_rate_below_one_plus_beta_momentum_ends_higher(condition):
    for beta in (0.1, 0.5, 0.9):
        for lr in np.linspace(0.01, min(1 + beta, 2) - 0.02, 9):
            without, given = (momentum.floor(lr, b, (1 / condition, 1.0), 1.0) for b in (0.0, beta))
            assert given > without


def test_the_factor_between_the_best_rates_is_that_of_the_sweeps():
    names = ("sgd", "momentum", "adam")
    found = [s for s in trajectories.sweep(RaceSettings(), names) if isinstance(s, Sweep)]
    told = experiments._apart(found, names)
    best = [s.best for s in found]
    assert f"{max(best) / min(best):.3g} times" in told and max(best) > min(best)
    same = [replace(s, scores=found[0].scores) for s in found]
    assert "equal" in experiments._apart(same, names)
    gone = [replace(s, scores=np.full(len(s.rates), np.inf)) for s in found]
    assert experiments._apart(gone, names) == ""


@pytest.mark.parametrize("beta1", [0.0, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("beta2", [0.0, 0.9, 0.999])
def test_after_one_step_m_is_one_minus_beta_of_the_gradient(beta1, beta2):
    adam = find("adam")
    w = np.zeros(1)
    options = {"beta1": beta1, "beta2": beta2}
    _, (m, v) = adam.step(w, np.array([3.0]), adam.start(w), 1, 0.1, **options)
    assert m[0] == pytest.approx((1 - beta1) * 3) and v[0] == pytest.approx((1 - beta2) * 9)


def test_sgdw_is_algorithm_1_of_loshchilov_and_hutter():
    """The velocity contains eta alpha g: written here as in the paper, with a schedule for eta."""
    rng, x, m, w = np.random.default_rng(0), 1.0, 0.0, np.ones(1)
    sgdw, alpha, lam, beta = find("sgdw"), 0.3, 0.01, 0.9
    state = sgdw.start(w)
    for t, g in enumerate(rng.normal(size=50), 1):
        eta = (1 + np.cos(np.pi * t / 50)) / 2
        m = beta * m + eta * alpha * g
        x = x - m - eta * lam * x
        w, state = sgdw.step(w, np.array([g]), state, t, alpha, eta, beta=beta, decay=lam)
        assert w[0] == pytest.approx(x, abs=1e-12)


# --- word2vec: which parameters get larger updates?


@pytest.fixture(scope="module")
def corpus():
    return registry.load(TextSettings(tokens=10_000))


def ratio(corpus, name, dense):
    settings = TrainSettings(optimizer=name, lr=0.0, epochs=5, dim=5, schedule="constant")
    found = optimizer_comparison._train(corpus, settings, [], 0, 1, dense)
    (steps,) = (item for item in found if isinstance(item, WordSteps))
    return optimizer_comparison.rare_over_frequent(corpus.counts, steps.effective_lr)


@pytest.mark.parametrize("dense", [False, True])
def test_sgd_multiplies_every_gradient_by_the_same_number(corpus, dense):
    assert ratio(corpus, "sgd", dense) == pytest.approx(1, rel=1e-3)


def test_dense_adam_gives_rare_words_far_larger_rates_and_lazy_adam_does_not(corpus):
    assert ratio(corpus, "adam", True) > 3 > ratio(corpus, "adam", False)


def test_the_explanation_is_that_of_the_ratios_shown():
    told = " ".join(
        word2vec._explained({"sgd": 1.0, "adam": 5.0, "rmsprop": 1.0}, "effective rate")
    )
    assert "SGD's flat line" in told
    assert (
        "Adam: rare words get larger" in told and "RMSProp: rare words get about the same" in told
    )
    fewer = " ".join(word2vec._explained({"adam": 0.5}, "effective rate"))
    assert "rare words get smaller effective rates than frequent ones" in fewer
    assert "SGD" not in " ".join(word2vec._explained({"adam": 5.0}, "effective rate"))
    assert not list(word2vec._explained({"sgd": 0.5}, "update"))


def test_a_ratio_that_was_not_measured_is_said_to_be_none_and_explains_nothing():
    nothing = np.full(40, np.nan)
    counts = np.arange(40, 0, -1)
    for values in (nothing, np.zeros(40), np.where(counts > 20, np.nan, 1.0)):
        ratio = optimizer_comparison.rare_over_frequent(counts, values)
        assert np.isnan(ratio) and word2vec._times(ratio).startswith("has none")
        assert not list(word2vec._explained({"sgd": ratio, "adam": ratio}, "effective rate"))
    assert word2vec._times(2.0) == "2×"


def test_more_epochs_change_how_far_the_rates_of_rare_words_exceed_those_of_frequent_ones(corpus):
    def after(epochs):
        settings = TrainSettings(optimizer="adam", epochs=epochs, dim=5, schedule="constant")
        found = optimizer_comparison._train(corpus, settings, [], 0, 1, True)
        (steps,) = (item for item in found if isinstance(item, WordSteps))
        return optimizer_comparison.rare_over_frequent(corpus.counts, steps.effective_lr)

    assert after(15) > 1.1 * after(4)


@pytest.mark.parametrize("dense", [False, True])
def test_lazy_steps_leave_the_rows_outside_a_batch_and_dense_steps_move_them(corpus, dense):
    all_rows, moved_without_gradient = [], []

    def watch(W, rows, before, gradient):
        all_rows.append(len(rows) == len(W))
        still = np.abs(gradient).sum(1) == 0
        moved_without_gradient.append((np.abs(W[rows] - before).sum(1)[still] > 0).sum())

    settings = TrainSettings(optimizer="adam", epochs=1, dim=3, batch=64)
    for _ in training.train(corpus, settings, watch=watch, dense=dense):
        pass
    assert all(all_rows) == dense
    assert (max(moved_without_gradient) > 100) == dense


def test_the_first_lazy_step_of_every_row_has_the_length_of_the_learning_rate(corpus):
    """Adam's bias correction uses each row's own count: m / sqrt(v) is 1 in a row's first step."""
    seen, lengths = set(), []

    def watch(W, rows, before, gradient):
        first = np.array([row not in seen for row in rows])
        seen.update(rows)
        clear = first[:, None] & (np.abs(gradient) > 1e-5)
        lengths.extend(np.abs(W[rows] - before)[clear])

    settings = TrainSettings(optimizer="adam", lr=0.02, epochs=1, dim=3, schedule="constant")
    for _ in training.train(corpus, settings, watch=watch):
        pass
    np.testing.assert_allclose(lengths, 0.02, rtol=5e-3)


@pytest.mark.parametrize("name, noisy", [("bowl", False), ("noisy bowl", True)])
def test_noise_is_spoken_of_on_a_surface_that_has_it(name, noisy):
    app = opened("pages/4_Optimizers.py", opt_surface=name, opt_steps="50", opt_which="sgd")
    said = " ".join(caption.value for caption in app.caption)
    assert ("through the same noise" in said) == noisy


@pytest.mark.parametrize("lr, marked", [("0.1", True), ("100.0", False)])
def test_the_setting_is_said_to_be_marked_where_the_map_shows_it(lr, marked):
    app = opened("pages/4_Optimizers.py", opt_more="map", opt_lr=lr, opt_steps="50")
    said = " ".join(caption.value for caption in app.caption)
    assert ("✕ your setting" in said) == marked
    assert "★ best" in said


@pytest.mark.parametrize("condition", [4.0, 20.0])
def test_measured_rates_differ_from_theory_by_as_little_as_is_said(condition):
    *_, found = momentum.rate_map(condition)
    assert np.abs(found.measured - found.theory).max() < 0.02


@pytest.mark.parametrize("seed", range(4))
def test_even_a_random_walk_looks_smooth_and_curved_in_its_own_main_plane(seed):
    """Its main plane keeps about 61% + 15% of the variance (Antognini and Sohl-Dickstein 2018). In
    it, the walk is half a period of a cosine along one axis and a whole period along the other.
    """
    steps = np.random.default_rng(seed).normal(size=(40, 5_000))
    walk = steps.cumsum(0)
    axes, share = optimizer_comparison._principal(walk - walk.mean(0))
    assert share == pytest.approx(6 / np.pi**2 * (1 + 1 / 4), abs=0.05)
    x, y = axes @ (walk - walk.mean(0)).T
    wave = np.pi * (np.arange(40) + 0.5) / 40
    assert abs(np.corrcoef(x, np.cos(wave))[0, 1]) > 0.95
    assert abs(np.corrcoef(y, np.cos(2 * wave))[0, 1]) > 0.9


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("noise", [0.1, 1.0, 10.0])
def test_at_beta_0_9_the_update_has_a_nineteenth_of_the_variance_of_a_gradient(condition, noise):
    *_, found = momentum.spread(condition, noise, (-4.0, 2.0), experiments.EFFECTIVE, 0)
    nine = int(np.flatnonzero(found.betas == 0.9)[0])
    assert momentum.variance_ratio(0.9) == pytest.approx(1 / 19)
    assert found.variance[nine] == pytest.approx(1 / 19, rel=0.1)
    assert found.variance[0] == pytest.approx(1, rel=0.1)


def test_all_optimizers_start_from_the_same_vectors_and_read_in_the_same_order(corpus):
    first, read = {}, {}

    def watched(name):
        def watch(W, rows, before, gradient):
            read.setdefault(name, []).append(hash(rows.tobytes()))
            first.setdefault(name, before.copy())

        return watch

    for name in ("sgd", "adam", "lion"):
        settings = TrainSettings(optimizer=name, epochs=1, dim=3, schedule="constant")
        for _ in training.train(corpus, settings, watch=watched(name)):
            pass
    assert read["sgd"] == read["adam"] == read["lion"] and len(read["sgd"]) > 5
    assert (first["sgd"] == first["adam"]).all() and (first["sgd"] == first["lion"]).all()


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize(
    "given", [{}, {"beta": 1.0}, {"beta2": 1.0}, {"rho": 1.0}, {"beta2": 1.0, "decay": 1.0}]
)
@pytest.mark.parametrize("corrected", [True, False])
def test_a_learning_rate_is_called_too_high_only_where_a_far_lower_one_does_not_diverge(
    name, given, corrected
):
    for lr in 1e-5, 1e-3, 10.0:
        settings = RaceSettings("rosenbrock", bias_correction=corrected, x=-1.5, y=2.0, **given)
        *_, path = trajectories.race(settings, ((name, lr),))
        if path.ended and "too high here" in view._why(path):
            *_, lower = trajectories.race(settings, ((name, lr / 1e6),))
            assert not lower.ended
        elif path.ended:
            assert "= 1 no" in view._why(path) and 1.0 in path.hyper.values()
