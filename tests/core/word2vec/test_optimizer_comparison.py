"""Optimizers on word2vec: recording changes nothing, SGD scales all gradients alike, planes are
those of the largest variance, their losses are those of the model.
"""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from core.errors import UserError
from core.settings import TextSettings, TrainSettings
from core.texts import registry
from core.training_loop import Progress
from core.word2vec import exact_objective, optimizer_comparison, training
from core.word2vec.optimizer_comparison import Plane, Point, WordSteps

SETTINGS = TrainSettings(dim=4, epochs=2, batch=128, schedule="constant")
ENTRIES = ("sgd", 2.0), ("momentum", 0.5), ("adam", 0.02)


@pytest.fixture(scope="module")
def corpus():
    return registry.load(TextSettings(tokens=5_000))


@pytest.fixture(scope="module")
def found(corpus):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(optimizer_comparison, "GRID", (9, 6))
        return list(optimizer_comparison.compare(corpus, SETTINGS, ENTRIES))


def kind(found, wanted):
    return [item for item in found if isinstance(item, wanted)]


def test_watching_changes_nothing(corpus, found):
    for name, lr in ENTRIES:
        settings = TrainSettings(**{**vars(SETTINGS), "optimizer": name, "lr": lr})
        alone = [
            (s.epoch, s.loss)
            for s in training.train(corpus, settings)
            if isinstance(s, training.Snapshot)
        ]
        assert [(p.epoch, p.loss) for p in kind(found, Point) if p.optimizer == name] == alone


def test_all_start_at_the_same_loss_and_learn(found):
    curves = [[p.loss for p in kind(found, Point) if p.optimizer == name] for name, _ in ENTRIES]
    assert len({curve[0] for curve in curves}) == 1 and curves[0][0] == pytest.approx(
        np.log(2), abs=1e-3
    )
    assert (
        all(curve[-1] < curve[0] - 0.01 for curve in curves)
        and len({curve[-1] for curve in curves}) == 3
    )


def test_seconds_and_the_share_done_grow(found):
    for name, _ in ENTRIES:
        seconds = [p.seconds for p in kind(found, Point) if p.optimizer == name]
        assert seconds == sorted(seconds) and seconds[0] < seconds[-1] < 60
    done = [item.done for item in found if isinstance(item, Progress)]
    assert done == sorted(done) and done[-1] == pytest.approx(1)


def test_sgd_multiplies_every_gradient_by_its_learning_rate(found):
    sgd, momentum, adam = kind(found, WordSteps)
    moved = sgd.updates > 0
    np.testing.assert_allclose(sgd.effective_lr[moved], 2.0, rtol=1e-3)
    np.testing.assert_array_equal(sgd.updates, adam.updates)
    assert np.nanstd(np.log(momentum.effective_lr)) > 0.05


def test_adam_on_all_rows_gives_rare_words_larger_steps_for_their_gradients(corpus):
    found = []
    for name, lr in (("sgd", 2.0), ("adam", 0.02)):
        longer = TrainSettings(
            **{**vars(SETTINGS), "epochs": 10, "batch": 64, "optimizer": name, "lr": lr}
        )
        found += optimizer_comparison._train(corpus, longer, [], 0, 1, dense=True)
    sgd, adam = kind(found, WordSteps)
    assert optimizer_comparison.rare_over_frequent(
        corpus.counts, sgd.effective_lr
    ) == pytest.approx(1, rel=1e-3)
    assert optimizer_comparison.rare_over_frequent(corpus.counts, adam.effective_lr) > 1.3


def test_a_step_is_counted_for_the_center_words_it_touches():
    watch = optimizer_comparison.Watch(np.zeros((6, 2)))  # three words
    before, W = np.zeros((3, 2)), np.array([[3.0, 4.0], [0, 0], [0, 2], [9, 9], [0, 0], [0, 0]])
    watch(W, np.array([0, 2, 3]), before, np.array([[0.0, 2.0], [1.0, 0.0], [5.0, 5.0]]))
    watch(W, np.array([2]), np.array([[0.0, 1.0]]), np.array([[0.0, 3.0]]))
    steps = watch.summary("sgd", 0.1, 0.0)
    np.testing.assert_allclose(
        [steps.updates, steps.step, steps.gradient], [[1, 0, 2], [5, 0, 1.5], [2, 0, 2]]
    )
    assert np.isnan(steps.effective_lr[1]) and steps.effective_lr[0] == 2.5


def test_principal_directions_are_those_of_scikit_learn():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(9, 40)) * np.linspace(3, 0.1, 40)
    axes, share = optimizer_comparison._principal(rows - rows.mean(0))
    pca = PCA(2).fit(rows)
    np.testing.assert_allclose(np.abs((axes * pca.components_).sum(1)), 1, rtol=1e-9)
    assert share == pytest.approx(pca.explained_variance_ratio_.sum())
    assert (axes @ (rows[-1] - rows.mean(0)) > 0).all()


def test_planes_of_all_and_of_each(found):
    together, *alone = kind(found, Plane)
    names = tuple(name for name, _ in ENTRIES)
    assert together.optimizers == names and [p.optimizers for p in alone] == [
        (name,) for name in names
    ]
    for plane in alone:
        (name,) = plane.optimizers
        assert plane.kept[name] == pytest.approx(plane.share, rel=1e-4) and 0.5 < plane.share <= 1
        # No plane keeps more of a path than its own
        assert plane.kept[name] >= together.kept[name] - 1e-6
    starts = np.array([together.paths[name][0] for name in names])
    np.testing.assert_allclose(starts, starts[[0, 0, 0]], atol=1e-3)


def test_the_losses_of_a_plane_are_the_real_ones(corpus, found):
    plane = kind(found, Plane)[1]
    judge = exact_objective.prepare(corpus, SETTINGS, training.streams(SETTINGS).judge)
    end = [p.loss for p in kind(found, Point) if p.optimizer == "sgd"][-1]
    # The plane keeps nearly all of the path
    assert plane.value(plane.paths["sgd"][-1]) == pytest.approx(end, abs=0.02)
    assert (plane.losses > 0).all() and plane.losses.min() < judge.at_start
    (left, right), (bottom, top) = plane.frame
    path = plane.paths["sgd"]
    assert (
        left < path[:, 0].min()
        and path[:, 0].max() < right
        and bottom < path[:, 1].min()
        and path[:, 1].max() < top
    )
    assert plane.value(np.array([plane.x[3], plane.y[4]])) == pytest.approx(plane.losses[3, 4])


def test_a_training_that_diverges_is_reported(corpus):
    found = list(optimizer_comparison.compare(corpus, SETTINGS, (("sgd", 1e6),)))
    (steps,), planes = kind(found, WordSteps), kind(found, Plane)
    assert steps.diverged > 0 and len(planes) == 1 and np.isfinite(planes[0].losses).all()


def test_medians_by_frequency():
    counts, medians = optimizer_comparison.by_frequency(
        np.array([1, 2, 3, 4, 4]), np.array([5.0, 1.0, 3.0, np.nan, 8.0])
    )
    np.testing.assert_allclose(medians, [5, 2, 8])
    np.testing.assert_allclose(counts, [1, np.sqrt(6), 4])
    assert optimizer_comparison.rare_over_frequent(
        np.arange(1, 21), np.arange(1.0, 21)
    ) == pytest.approx(1.5 / 19.5)


def test_paths_that_take_too_much_memory_are_refused_before_anything_trains(corpus, monkeypatch):
    parameters = 2 * len(corpus.words) * SETTINGS.dim
    held = 2 * len(ENTRIES) * parameters * 4  # bytes of two points of each path
    monkeypatch.setattr(optimizer_comparison, "MOST_BYTES", held - 1)
    with pytest.raises(UserError, match=rf"3 optimizers through {parameters:,} parameters"):
        next(optimizer_comparison.compare(corpus, SETTINGS, ENTRIES))
    monkeypatch.setattr(optimizer_comparison, "MOST_BYTES", held)
    assert next(optimizer_comparison.compare(corpus, SETTINGS, ENTRIES))
