"""Sentences of the page Weight decay, each tested against what it describes: at the defaults and
over a grid of settings.
"""

import re
from itertools import product

import numpy as np
import pytest
from pages_for_tests import opened

from core.networks import datasets, decay_surface, decay_training, weight_decay
from core.networks.decay_training import DECAY_FORMS, Descent
from core.networks.perceptron import Network
from core.networks.weight_decay import LAMBDAS, Basin, Data, Moment
from core.optimizers.rules import find
from ui.controls.network_table import DECAY_RATES, PATH_DECAYS
from ui.weight_decay import captions

# Data sets and models, with few samples and with many
GRID = [
    Data(source, size, model, 2)
    for source, size, model in product(datasets.SOURCES, (10, 100), weight_decay.MODELS)
]
IDS = [f"{d.source}-{d.size}-{d.model.split()[0]}" for d in GRID]


@pytest.fixture(scope="module", params=GRID, ids=IDS)
def trained(request):
    """A data set, and the Moments and the Ending of its training."""
    items = list(weight_decay.sweep(request.param))
    return request.param, [i for i in items if isinstance(i, Moment)], items[-1]


# --- L2 with little data


def test_the_losses_are_lowest_where_it_is_said_and_l2_helps_only_if_they_fall(trained):
    data, moments, _ = trained
    last, text = moments[-1], captions.by_lambda(data, moments[-1])
    judged = last.validation.mean(1)
    best = float(re.search(r"validation loss at λ = ([\d.e-]+?)[:,]", text)[1])
    assert best == pytest.approx(LAMBDAS[int(judged.argmin())], rel=0.05)
    assert ("L2 helps here" in text) == (judged[0] - judged.min() > captions.SEEN)
    if gain := re.search(r"([\d.]+) nats below", text):
        assert float(gain[1]) == pytest.approx(judged[0] - judged.min(), abs=6e-4)


def test_training_loss_is_never_lower_with_more_l2_than_can_be_seen(trained):
    _, moments, _ = trained
    assert moments[-1].train.mean(1)[-1] > moments[-1].train.mean(1)[0]


def test_l2_adds_no_noise_to_the_gradient_whatever_is_learned(trained):
    _, _, ending = trained
    without, given = ending.noise
    np.testing.assert_allclose(given, without, rtol=2e-4, atol=1e-6)
    for k in range(len(LAMBDAS)):
        assert captions.noise(without[k].mean(), given[k].mean()) == "unchanged by λ w"
    assert captions.noise(1.0, 1.5) == "+0.5 by λ w"


def test_the_same_seed_trained_twice_ends_in_the_same_weights(trained):
    assert trained[2].again == 0.0


@pytest.mark.parametrize("k", range(1, len(LAMBDAS), 3))
def test_harder_and_helpful_are_what_the_losses_say(trained, k):
    _, moments, ending = trained
    last, text = moments[-1], captions.answer(moments[-1], k, ending.again)
    assert ("Harder, yes" in text) == (last.train[k].mean() > last.train[0].mean())
    assert ("That helps here" in text) == (last.validation[k].mean() < last.validation[0].mean())


def test_the_norm_with_l2_is_smaller_and_its_growth_is_that_of_the_curve(trained):
    _, moments, _ = trained
    last, k = moments[-1], len(LAMBDAS) - 1
    assert (last.norm[k] < last.norm[0]).all()
    text = captions.growth(moments, k)
    step, end, without, given = map(
        float, re.match(r"From step (\d+) to (\d+): (.+)% without L2, (.+)% with", text).groups()
    )
    earlier = next(m for m in moments if m.step == step)
    assert end == last.step and step >= 2 * end / 3
    for said, row in ((without, 0), (given, k)):
        assert said == pytest.approx(
            100 * (last.norm[row].mean() / earlier.norm[row].mean() - 1), abs=0.06
        )


def test_the_pile_is_counted(trained):
    _, moments, _ = trained
    last, k = moments[-1], len(LAMBDAS) - 1
    edges = weight_decay.BINS
    middle = (edges[:-1] + edges[1:]) / 2
    near = np.abs(middle) < captions.NEAR
    without, given = re.search(r": (\d+)% without L2, (\d+)%", captions.pile(last, k)).groups()
    assert float(without) == pytest.approx(100 * last.weights[0][near].sum(), abs=0.6)
    assert float(given) == pytest.approx(100 * last.weights[k][near].sum(), abs=0.6)


def test_where_the_color_is_paler_the_likelier_class_is_less_probable():
    even, certain = np.full((3, 3), 0.5), np.tile([0.0, 1.0, 0.0], (3, 1))
    assert "100% without L2, 50% with λ = 0.1." in captions.sure(certain, even, 0.1)


def test_l2_helps_for_the_numbers_of_samples_whose_difference_is_above_zero():
    found = [s for s in weight_decay.sizes(Data(seeds=2), 0.1) if isinstance(s, weight_decay.Size)]
    text = captions.by_size(0.1, found).split("(samples): ")[1]
    told = re.findall(r"([+-][\d.]+) \((\d+)\)", text)
    assert [int(size) for _, size in told] == list(weight_decay.SIZES)
    for (gain, _), s in zip(told, found, strict=True):
        without, given = s.validation.mean(1)
        assert float(gain) == pytest.approx(without - given, abs=6e-4)


def test_a_sentence_takes_as_much_room_before_its_numbers_are_there_as_with_them(trained):
    data, moments, _ = trained
    empty, full = captions.by_lambda(data), captions.by_lambda(data, moments[-1])
    assert abs(len(empty) - len(full)) < 30, "a quarter of a line"
    found = [
        weight_decay.Size(1.0, size, np.ones((2, 2)), np.ones((2, 2)))
        for size in weight_decay.SIZES
    ]
    numbers = (captions.by_size(0.1, found[:n]) for n in range(len(found) + 1))
    assert len({len(text.replace("…", "00")) for text in numbers}) == 1


@pytest.mark.parametrize("source", datasets.SOURCES)
def test_the_hidden_layers_are_those_of_the_network(source):
    hidden = datasets.SOURCES[source].hidden
    text = captions.layers(hidden)
    assert [int(n) for n in re.findall(r"\d+", text)] == list(hidden)
    assert ("layers" in text) == (len(hidden) > 1)


# --- Five ways on a surface

GROUND = decay_surface.surface()
H = GROUND.x.T @ GROUND.x / len(GROUND.y)
DECAYS = [decay for decay in PATH_DECAYS if decay]


def kept(decay, lr):
    found = {
        way.title: decay_surface.path(name, lr, decay)[-1] / GROUND.minimum()
        for name, way in DECAY_FORMS.items()
    }
    return found | {captions.EXACT: GROUND.minimum(decay) / GROUND.minimum()}


def kept_at(k):
    return kept(DECAYS[0], DECAY_RATES[k])


def test_the_loss_is_steeper_along_weight_1_whose_feature_is_four_times_as_large():
    assert decay_surface.SCALES[0] == 4 * decay_surface.SCALES[1]
    assert H[0, 0] > 10 * H[1, 1] > 10 * abs(H[0, 1])


@pytest.mark.parametrize("decay", DECAYS)
def test_along_a_direction_of_curvature_h_l2_leaves_h_over_h_plus_lambda(decay):
    values, vectors = np.linalg.eigh(H)
    left = (vectors.T @ GROUND.minimum(decay)) / (vectors.T @ GROUND.minimum())
    np.testing.assert_allclose(left, values / (values + decay), rtol=1e-9)
    steep, flat = GROUND.minimum(decay) / GROUND.minimum()
    assert steep > flat


@pytest.mark.parametrize("decay, lr", [*product(DECAYS, (0.05, 0.1, 0.2))])
def test_adam_does_not_move_the_minimum_of_l2(decay, lr):
    left = kept(decay, lr)
    np.testing.assert_allclose(left["Adam + L2"], left[captions.EXACT], atol=captions.ARRIVED)
    text = captions.paths(left, decay)
    assert "Adam does not move that place" in text
    told = [int(n) for n in re.findall(r"(\d+)%", text)][:6]
    wanted = [*left["Adam + L2"], *left["AdamW (PyTorch)"], *left[captions.EXACT]]
    np.testing.assert_allclose(told, 100 * np.array(wanted), atol=0.51)


def test_decoupled_decay_is_not_divided_and_leaves_both_weights_alike_less_of_the_steep_one():
    """At the defaults, the remaining shares of the two weights differ less than with L2."""
    left = kept(0.3, 0.05)
    for_l2, decoupled = left["Adam + L2"], left["AdamW (PyTorch)"]
    assert decoupled[0] < for_l2[0] and decoupled[1] > for_l2[1]


@pytest.mark.parametrize("decay", PATH_DECAYS)
@pytest.mark.parametrize("lr", DECAY_RATES)
def test_a_path_that_has_not_arrived_or_has_diverged_is_not_explained(decay, lr):
    left = kept(decay, lr)
    text = captions.paths(left, decay)
    far = np.abs(left["Adam + L2"] - left[captions.EXACT]).max() > captions.ARRIVED
    if not decay:
        assert "nothing decays" in text
        wild = any(np.abs(share).max() > captions.DIVERGED for share in left.values())
        assert ("that does not diverge" in text) == wild
    else:
        assert ("has not come to rest" in text) == far
        assert ("leaves h / (h + λ)" in text) != far


def test_adam_may_miss_its_minimum_at_too_low_a_rate_and_at_too_high_a_one():
    far = [np.abs(one["Adam + L2"] - one[captions.EXACT]).max() for one in map(kept_at, (0, 3, -1))]
    assert far[0] > captions.ARRIVED > far[1] and far[2] > captions.ARRIVED


def test_a_path_that_diverged_is_said_to_have():
    tracks = {name: decay_surface.path(name, 1.0, 0.003) for name in ("adam_l2", "sgd_l2", "sgdw")}
    text = captions.ends(tracks, GROUND.minimum(0.003))
    assert "SGD + L2 diverged" in text and "SGDW diverged" in text
    assert "Adam + L2 diverged" not in text
    wild = dict(kept(0.3, 0.05), **{"Adam + L2": np.array([1e6, 0.0])})
    assert "At least one path diverged" in captions.paths(wild, 0.3)


def test_the_same_lambda_pulls_one_over_alpha_times_as_strongly_in_the_paper():
    w, g, lr, decay = np.array([2.0]), np.zeros(1), 0.05, 0.3
    pulled = {}
    for way in ("adamw", "adamw_torch"):
        one = Descent(way, lr, decay)
        pulled[way] = w - one.step(w, g, one.start(w), 1)[0]
    assert pulled["adamw"] == pytest.approx(decay * w)
    assert pulled["adamw"] / pulled["adamw_torch"] == pytest.approx(1 / lr)


def test_for_sgd_without_momentum_l2_is_decoupled_decay_with_alpha_lambda():
    sgd, rng, alpha, lam = find("sgd"), np.random.default_rng(0), 0.1, 0.3
    coupled = decoupled = np.array([1.0, -2.0])
    for t, g in enumerate(rng.normal(size=(20, 2)), 1):
        coupled, _ = sgd.step(coupled, g + lam * coupled, (), t, alpha)
        decoupled = sgd.step(decoupled, g, (), t, alpha)[0] - alpha * lam * decoupled
    np.testing.assert_allclose(coupled, decoupled)


# --- Learning rate and decay


def basin(correlation):
    return Basin(np.zeros(2), np.array([1.0, 0.0]), np.ones(2), correlation)


def test_nothing_is_said_of_pytorchs_adamw_that_the_paper_has_not_tested():
    assert captions.IN_THE_PAPER["adamw_torch"] == "not tested"
    assert set(captions.IN_THE_PAPER) == set(DECAY_FORMS)
    assert "not PyTorch's η α λ w" in captions.paper({})


@pytest.mark.parametrize("coupled, decoupled", [(0.8, 0.1), (-0.8, 0.1), (0.1, 0.8), (0.1, -0.8)])
def test_a_way_is_more_separable_if_its_correlation_is_nearer_zero(coupled, decoupled):
    text = captions.paper({"sgd_l2": basin(coupled), "sgdw": basin(decoupled)})
    more = "SGDW is more separable" in text
    assert more == (abs(decoupled) < abs(coupled)) and ("is not more separable" in text) != more
    assert ("leans to the right" in text) == (decoupled > weight_decay.SEPARABLE)


def test_a_basin_that_leans_has_a_correlation_and_one_along_an_axis_has_none():
    x, y = np.meshgrid(np.arange(7) - 3, np.arange(7) - 3)
    leaning = weight_decay.basin(1 + 0.02 * (x - y) ** 2 + 0.002 * (x + y) ** 2)
    level = weight_decay.basin(1 + 0.02 * y**2 + 0.002 * x**2)
    assert leaning.correlation > 0.5 and abs(leaning.axis[1]) > 0.6
    assert abs(level.correlation) < 0.01 and abs(level.axis[1]) < 0.1


def test_decoupled_decay_rests_where_the_ratio_of_lambda_and_alpha_says():
    """With a gradient that always points the same way, Adam's step is alpha in each weight."""
    for alpha, lam in ((0.01, 0.002), (0.1, 0.02)):
        one = Descent("adamw", alpha, lam)
        w, state = np.array([1.0]), one.start(np.array([1.0]))
        for t in range(1, 4_000):
            w, state = one.step(w, np.array([-0.3]), state, t)
        assert w[0] == pytest.approx(alpha / lam, rel=1e-2)


@pytest.mark.parametrize("source", ["moons", "digits"])
def test_the_page_says_what_its_last_moment_measures(source):
    app = opened("pages/5_Weight_decay.py", decay_data=source, decay_size="20", decay_seeds="1")
    text = " ".join(c.value for c in app.caption)
    last = [i for i in weight_decay.sweep(Data(source, 20, seeds=1)) if isinstance(i, Moment)][-1]
    assert captions.by_lambda(Data(source, 20, seeds=1), last) in text


def test_samples_of_one_class_do_not_show_where_another_one_begins():
    """Nor is the same answer learned everywhere, and L2 does change the answers."""
    network, shares = Network((30, 2)), []
    split = datasets.draw("cancer", 1, [0, 1, 2])
    for decay in (0.0, 1.0):
        w = decay_training.start(network, [0, 1, 2])
        descent = Descent("adam_l2", weight_decay.LR, decay)
        *_, last = decay_training.train(
            network, w, split.x, split.y, descent, steps=200, seeds=[0, 1, 2]
        )
        given = network.predict(last.w, split.x_val).argmax(-1)
        shares.append((given == split.y).mean())
    assert shares[0] < 0.95 and shares[1] > shares[0] + 0.03
    assert "cannot show where another one begins" in captions.only(split.only, 3)
