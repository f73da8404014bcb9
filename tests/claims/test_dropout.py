"""Sentences of the dropout page, each tested against what it describes: at the defaults and over
a grid of settings.
"""

import colorsys
import re
from itertools import product

import numpy as np
import pytest
from pages_for_tests import opened

from core.networks import dropout, uncertainty, weight_decay
from core.networks.dropout import Curves
from core.networks.perceptron import Network
from ui.charts.theme import COLORS
from ui.dropout import captions


def page(experiment, **query):
    return opened("pages/6_Dropout.py", drop_experiment=experiment, **query)


def said(app):
    return " ".join(e.value for kind in (app.markdown, app.caption) for e in kind)


@pytest.fixture(scope="module")
def networks():
    return {p: list(dropout.example(p))[-1] for p in (0.0, 0.3, 0.7)}


@pytest.mark.parametrize("p", [0.0, 0.3, 0.7])
def test_the_chance_of_class_1_goes_from_one_pass_to_another_as_far_as_is_said(networks, p):
    for x in product((-1.5, 0.5), (-1.0, 0.2)):
        made = dropout.training_passes(networks[p], np.array(x), p, 30, np.random.default_rng(1))
        chances = [each.values[-1][1] for each in made]
        text = captions.passes(chances)
        if p == 0:
            assert "all passes are the same" in text and len(set(chances)) == 1
        else:
            low, high = map(float, re.search(r"from ([\d.]+) to ([\d.]+)\.", text).groups())
            assert (low, high) == pytest.approx((min(chances), max(chances)), abs=0.006)


def test_the_same_input_gets_other_answers_only_while_masks_are_drawn():
    assert "one answer, always the same" in captions.asked([0.4] * 40, False)
    assert "3 different answers in 4 queries" in captions.asked([0.1, 0.2, 0.3, 0.1], True)
    assert "p = 0" in captions.asked([0.4] * 40, True)
    assert "one answer" in said(page("Training and evaluation", drop_forgot="true", drop_p="0"))


@pytest.mark.parametrize("p", [0.3, 0.7])
def test_both_modes_are_equal_on_average_for_h_and_z_but_not_behind_tanh(networks, p):
    """With many passes; where the means are equal, 19 of 20 error bars contain 0."""
    far = []
    for x in product((-1.5, 0.5), (-1.0, 0.2)):
        h, z, behind = dropout.compare(
            networks[p], np.array(x), p, 10_000, np.random.default_rng(3)
        )
        far.append([np.abs(g.mean - g.evaluation) / g.error for g in (h, z, behind)])
    h, z, behind = np.array(far).transpose(1, 0, 2)
    assert h.max() < 4.5 and z.max() < 4.5 and behind.max() > 10


@pytest.mark.parametrize("count", [100, 300, 1_000])
@pytest.mark.parametrize("p", [0.05, 0.1, 0.3, 0.7, 0.9])
def test_about_1_bar_in_20_misses_0_if_units_are_dropped_and_kept_often_enough(p, count):
    """The bar of a kept unit's mean, for masks drawn many times."""
    kept = np.random.default_rng(0).binomial(count, 1 - p, 20_000) / count  # mean of the masks
    error = np.sqrt(kept * (1 - kept) / (count - 1))
    misses = (np.abs(kept - (1 - p)) > 1.96 * error).mean()
    said = captions.equal_on_average(p, "h: 6 of 6", count)
    assert ("about 1 bar in 20" in said) != ("1 bar in 20 or more" in said)
    if "about" in said:
        assert 0.035 < misses < 0.065
    else:
        assert 0.04 < misses < 0.15


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_a_process_with_one_point_or_two_is_not_fitted(count):
    x = np.arange(count)
    (found,) = uncertainty.process(x, np.sin(3.0 * x), x)
    fitted = count >= uncertainty.FITTED
    kept = (found.height, found.reach, found.noise) == pytest.approx((1, 1, 0.1))
    assert kept != fitted
    told = captions.noise(None, 0.1, found.noise, fitted)
    assert ("keeps the 0.100 it started with" in told) == kept
    assert ("estimates" in told) == fitted


def test_two_points_are_told_to_be_too_few():
    app = page("Uncertainty", drop_curve="own", drop_points="0 1; 1 2")
    assert "Not fitted: length scale 1.00, height 1.00, noise 0.100" in said(app)
    assert any("One point or two" in info.value for info in app.info)


def test_with_one_pass_and_lambda_0_there_is_no_band_and_none_is_claimed():
    app = page("Uncertainty", drop_T="1", drop_lambda="0")
    told = " ".join(info.value for info in app.info)
    assert "which is 0 with λ = 0" in told and "from the passes" not in told


def test_with_p_0_the_two_modes_are_the_same():
    assert "two modes are the same" in captions.equal_on_average(0.0, "h: 6 of 6", 300)
    assert "tanh" not in captions.equal_on_average(0.0, "h: 6 of 6", 300)
    assert "need not be equal" in captions.equal_on_average(0.3, "h: 6 of 6", 300)


def test_the_newest_pass_is_pink_and_the_function_is_dotted_only_if_it_is_known():
    assert colorsys.rgb_to_hls(*(int(COLORS[3][k : k + 2], 16) / 255 for k in (1, 3, 5)))[0] > 0.85
    assert "dotted" in said(page("Uncertainty"))
    own = page("Uncertainty", drop_curve="own", drop_points="0 1; 1 2; 2 1")
    assert "dotted" not in said(own)


def moments(*losses):
    """Curves of a seed; losses: (without dropout, with dropout) after each step."""
    return [
        Curves(k / len(losses), 10 * k, np.zeros((2, 1)), np.array(pair, float)[:, None])
        for k, pair in enumerate(losses)
    ]


@pytest.mark.parametrize(
    "losses, expected",
    [
        ([(0.9, 0.9), (0.5, 0.5), (0.8, 0.6)], "makes the rise smaller"),
        ([(0.9, 0.9), (0.5, 0.5), (0.6, 0.8)], "rises more with it"),
        ([(0.9, 0.9), (0.5, 0.5), (0.8, 0.8)], "no difference that can be seen"),
        ([(0.9, 0.9), (0.5, 0.5), (0.4, 0.4)], "no overfitting here"),
    ],
)
def test_dropout_helps_only_where_validation_loss_rises_less_with_it(losses, expected):
    text = captions.overfitting(moments(*losses), 0.3)
    assert expected in text
    assert ("has not turned" in text) == (losses[-1][0] < losses[1][0])
    assert "the same network" in captions.overfitting(moments(*losses), 0.0)


@pytest.mark.parametrize("source, size, p", [("cancer", 20, 0.3), ("moons", 30, 0.5)])
def test_the_step_of_the_lowest_loss_and_the_rise_since_are_those_of_the_curves(source, size, p):
    data = weight_decay.Data(source, size, "network", 2)
    found = list(dropout.overfitting(data, p))
    losses = np.array([m.validation.mean(1) for m in found])
    text = captions.overfitting(found, p)
    parts = text.split(". ")[0].split(";")
    for k, part in enumerate(parts):
        rise = losses[-1, k] - losses[:, k].min()
        if told := re.search(r"step (\d+) and has risen by ([\d.]+)", part):
            assert int(told[1]) == found[losses[:, k].argmin()].step
            assert float(told[2]) == pytest.approx(rise, abs=6e-4)
        else:
            assert rise <= captions.RISEN


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"drop_curve": "cubic"},
        {"drop_curve": "step", "drop_mc_p": "0.5"},
        {"drop_n": "5"},
        {"drop_lambda": "0.001"},
    ],
)
def test_coverage_of_each_band_is_computed_and_judged(query):
    app = page("Uncertainty", **query)
    table, text = app.dataframe[-1].value, said(app).split("400 fresh points")[1]
    low, high = 0.95 - 0.0214, 0.95 + 0.0214
    for _, row in table.iterrows():
        for name in ("dropout", "process"):
            share = float(row[name].rstrip("%")) / 100
            told = re.search(rf"{row['where']}: .*?{name} ([\d.]+)%, ([a-z ]+)", text)
            assert float(told[1]) == pytest.approx(100 * share)
            if share < low - 6e-4:
                assert told[2].startswith("too narrow")
            elif share > high + 6e-4:
                assert told[2].startswith("too wide")
            elif low + 6e-4 < share < high - 6e-4:
                assert told[2].startswith("as it should be")
    outside = table[table["where"] == "outside"].iloc[0]
    narrow = min(float(outside[n].rstrip("%")) for n in ("dropout", "process")) < 92
    assert ("narrow and wrong" in text) or not narrow


@pytest.mark.parametrize("query", [{}, {"drop_curve": "step"}])
def test_the_band_of_dropout_misses_the_increase_between_and_beyond_the_points(query):
    """At these settings, as arXiv 2512.14851 found in its experiments."""
    text = said(page("Uncertainty", **query))
    assert "2512.14851" in text
    near, *far = re.search(r"Near the points, half.*?\.(?= |$)", text)[0].split(";")
    dropped, process = map(float, re.findall(r"(\d\.\d+) \(", near))
    for part in far:
        mc, gp = map(float, re.findall(r"(?:dropout|process) (\d\.\d+)", part))
        assert gp / process > mc / dropped
    assert any("outside" in part for part in far)


def test_widths_are_compared_with_those_near_the_points():
    text = captions.widths(
        {"MC dropout": 0.2, "Gaussian process": 0.2},
        {"outside": {"MC dropout": 0.21, "Gaussian process": 0.8}},
    )
    assert "MC dropout 0.21, about as wide, Gaussian process 0.80, 4.0 times as wide" in text
    assert "0.00" in captions.widths({"MC dropout": 0.0, "Gaussian process": 0.2}, {})


def test_noise_is_given_to_dropout_and_estimated_by_the_process():
    text = said(page("Uncertainty"))
    given, estimated = map(
        float, re.search(r"tau}\$ = ([\d.]+), by .* process estimates ([\d.]+)", text).groups()
    )
    assert given == pytest.approx((2 * 30 * 1e-4 / (0.9 * 0.8**2)) ** 0.5, abs=6e-4)
    assert f"noise {estimated:.3f} (standard deviations)" in text
    assert "drawn with noise 0.1." in text


@pytest.mark.parametrize("p, factor", [(0.1, 1.23), (0.5, 4), (0.9, 100)])
def test_behind_an_inverted_mask_the_penalty_is_p_keep_squared_times_as_large(p, factor):
    keep, network, rng = 1 - p, Network((2, 5, 1), "regression"), np.random.default_rng(0)
    w = network.start(rng)
    plain = w.copy()  # behind masks of 0 and 1
    second = network.places[1][0]
    w[second] = keep * plain[second]  # behind masks of 0 and 1 / keep
    x, mask = rng.normal(size=(3, 2)), [rng.integers(2, size=(3, 5)).astype(float)]
    np.testing.assert_allclose(
        network.predict(w, x, [mask[0] / keep]), network.predict(plain, x, mask)
    )
    ratio = (plain[second] ** 2).sum() / (w[second] ** 2).sum()
    assert ratio == pytest.approx(factor, rel=4e-3)
