"""The perceptron: gradients against central differences, predictions and losses against
scikit-learn.
"""

import warnings

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor

from core.networks import datasets, decay_training
from core.networks.decay_training import DECAY_FORMS, Descent
from core.networks.perceptron import Network, cross_entropy
from core.word2vec.gradient_check import central_difference, relative_error

PLANS = [
    Network((3, 5, 4, 3)),
    Network((3, 4)),
    Network((2, 6, 1), "regression", "tanh"),
    Network((2, 5, 4, 1), "regression"),
]


def problem(network, rows=7):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(rows, network.sizes[0]))
    y = (
        rng.integers(network.sizes[-1], size=rows)
        if network.task == "classification"
        else rng.normal(size=rows)
    )
    w = network.start(rng) + rng.normal(0, 0.1, network.parameters)
    return w, x, y, rng


@pytest.mark.parametrize("p", [0.0, 0.4])
@pytest.mark.parametrize("network", PLANS, ids=str)
def test_gradient_against_central_differences_with_frozen_masks(network, p):
    w, x, y, rng = problem(network)
    masks = network.masks(rng, p, len(x)) if p else None
    loss, g = network.gradient(w, x, y, masks)
    assert loss == pytest.approx(network.loss(w, x, y, masks))
    numeric = central_difference(lambda: network.loss(w, x, y, masks), w)
    assert np.abs(g).max() > 1e-2
    assert relative_error(g, numeric) < 1e-7


def test_gradient_of_the_penalty():
    network = PLANS[0]
    w, *_ = problem(network)
    numeric = central_difference(lambda: network.penalty(w), w)
    assert relative_error(network.penalized * w, numeric) < 1e-7
    for _, b in network.layers(network.penalized[None]):
        assert not b.any()


def test_networks_side_by_side_are_the_networks_one_by_one():
    network = PLANS[0]
    _, x, y, rng = problem(network)
    w, masks = rng.normal(size=(2, 3, network.parameters)), network.masks(rng, 0.3, len(x), (3,))
    losses, g = network.gradient(w, x, y, masks)
    for place in np.ndindex(2, 3):
        one = network.gradient(w[place], x, y, [m[place[1]] for m in masks])
        assert losses[place] == pytest.approx(one[0])
        np.testing.assert_allclose(g[place], one[1], atol=1e-12)


def flat(peer):
    return np.concatenate(
        [
            part.ravel()
            for W, b in zip(peer.coefs_, peer.intercepts_, strict=True)
            for part in (W, b)
        ]
    )


def as_started(kind, hidden, activation, x, y, alpha):
    """A network of scikit-learn after one step of almost no length: its loss_ is that of its start
    values.
    """
    peer = kind(
        hidden_layer_sizes=hidden,
        activation=activation,
        solver="sgd",
        learning_rate_init=1e-300,
        batch_size=len(x),
        max_iter=1,
        alpha=alpha,
        random_state=3,
    )
    with warnings.catch_warnings(action="ignore"):  # the warning that it has not converged
        return peer.fit(x, y)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_classification_as_scikit_learn(activation):
    split = datasets.draw("digits", 60, [0])
    x, y = split.x[0].astype(float), split.y[0]
    peer = as_started(MLPClassifier, (9, 7), activation, x, y, 5.0)
    network, w = Network((64, 9, 7, 10), activation=activation), flat(peer)
    np.testing.assert_allclose(network.predict(w, x), peer.predict_proba(x), atol=1e-10)
    assert network.loss(w, x, y) + 5.0 / len(x) * network.penalty(w) == pytest.approx(
        peer.loss_, rel=1e-6
    )


def test_regression_as_scikit_learn():
    x, y = datasets.draw_curve("gap", 40, 0)
    peer = as_started(MLPRegressor, (8, 6), "relu", x[:, None], y, 2.0)
    network, w = Network((1, 8, 6, 1), "regression"), flat(peer)
    np.testing.assert_allclose(network.predict(w, x[:, None]), peer.predict(x[:, None]), atol=1e-10)
    assert network.loss(w, x[:, None], y) + 2.0 / len(x) * network.penalty(w) == pytest.approx(
        peer.loss_, rel=1e-6
    )


def test_without_hidden_layers_it_is_logistic_regression():
    split = datasets.draw("digits", 200, [0])
    x, y = split.x[0].astype(float), split.y[0]
    peer = LogisticRegression(C=0.5, tol=1e-10, max_iter=5_000).fit(x, y)
    network, w = Network((64, 10)), np.concatenate([peer.coef_.T.ravel(), peer.intercept_])
    np.testing.assert_allclose(network.predict(w, x), peer.predict_proba(x), atol=1e-10)
    decay = 1 / (0.5 * len(x))
    slope = network.gradient(w, x, y)[1] + decay * network.penalized * w
    assert np.abs(slope).max() < 1e-6  # scikit-learn's minimum is ours
    assert np.abs(network.gradient(w, x, y)[1]).max() > 1e-3


def test_masks_are_zero_or_the_inverse_of_the_keep_probability():
    masks = Network((1, 40, 50, 1)).masks(np.random.default_rng(0), 0.25, 20, (30,))
    assert [m.shape for m in masks] == [(30, 20, 40), (30, 20, 50)]
    for m in masks:
        assert set(np.unique(m)) == {0, 1 / 0.75}
        error = np.sqrt(0.25 / 0.75 / m.size)
        assert abs(m.mean() - 1) < 4 * error


ONE_STEP = {  # w = 2, g = -0.1, lr 0.5, lambda 0.1, by hand: Adam's first step has length lr
    "adam_l2": 2 - 0.5,  # g + 0.1 * 2 = 0.1 points the other way
    "adamw": 2 + 0.5 - 0.1 * 2,
    "adamw_torch": 2 + 0.5 - 0.5 * 0.1 * 2,
    "sgd_l2": 2 - 0.5 * 0.1,
    "sgdw": 2 + 0.5 * 0.1 - 0.1 * 2,
}


@pytest.mark.parametrize("form", DECAY_FORMS)
def test_first_step_by_hand(form):
    rule, w = Descent(form, 0.5, 0.1), np.array([2.0])
    after, _ = rule.step(w, np.array([-0.1]), rule.start(w), 1)
    assert after == pytest.approx(ONE_STEP[form], abs=1e-6)
    bias, _ = rule.step(w, np.array([-0.1]), rule.start(w), 1, penalized=0.0)
    assert bias == pytest.approx(2.5 if "adam" in form else 2.05, abs=1e-6)


def test_the_schedule_multiplies_step_and_decay():
    w, g = np.array([2.0]), np.array([-0.1])
    for form, half in (
        ("adamw", 2 + 0.25 - 0.1),
        ("sgdw", 2 + 0.025 - 0.1),
        ("adamw_torch", 2 + 0.25 - 0.05),
    ):
        rule = Descent(form, 0.5, 0.1)
        assert rule.step(w, g, rule.start(w), 1, eta=0.5)[0] == pytest.approx(half, abs=1e-6)


def trained(seeds, p=0.0, steps=40):
    split, network = datasets.draw("cancer", 50, seeds), Network((30, 8, 2))
    w = decay_training.start(network, seeds)
    return (
        network,
        split,
        list(
            decay_training.train(
                network,
                w,
                split.x,
                split.y,
                Descent("adam_l2", 0.01),
                steps=steps,
                seeds=seeds,
                batch=16,
                p=p,
            )
        ),
    )


@pytest.mark.parametrize("p", [0.0, 0.5])
def test_a_seed_does_not_depend_on_its_neighbors(p):
    many, alone = trained([4, 5, 6], p)[2][-1].w[1], trained([5], p)[2][-1].w[0]
    np.testing.assert_allclose(many, alone, atol=1e-5)
    assert np.abs(many - trained([4], p)[2][-1].w[0]).max() > 0.1


def test_training_lowers_the_loss_and_snapshots_stay():
    network, split, snapshots = trained([0, 1])
    losses = np.stack([network.loss(s.w, split.x, split.y) for s in snapshots])
    assert (losses[-1] < 0.5 * losses[0]).all()
    assert snapshots[0].step == 0 and snapshots[-1].done == 1 and snapshots[-1].step == 40
    np.testing.assert_array_equal(snapshots[0].w, decay_training.start(network, [0, 1]))


def test_every_pass_over_the_data_sees_each_sample_once():
    order = decay_training._order(np.random.default_rng(0), 10, 35)
    assert len(order) >= 35
    for first in (0, 10, 20):
        assert sorted(order[first : first + 10]) == list(range(10))


def test_start_weights_have_the_spread_of_he():
    network = Network((200, 300, 2))
    (W, b), *_ = network.layers(network.start(np.random.default_rng(0)))
    assert W.std() == pytest.approx(np.sqrt(2 / 200), rel=0.02) and not b.any()


@pytest.mark.parametrize("shape", [(1, 3), (5, 1), (2, 1, 3), (2, 4, 3)])
def test_the_scores_stay_as_they_are(shape):
    z = np.random.default_rng(0).normal(size=shape)
    before = z.copy()
    cross_entropy(z, np.zeros(shape[:-1], int))
    np.testing.assert_array_equal(z, before)
