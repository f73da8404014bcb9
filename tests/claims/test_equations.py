"""Sentences of the equations page, each tested against what it describes: at the defaults and over
a grid of settings.
"""

import re
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from pages_for_tests import opened
from scipy.special import xlogy

from core.equations import cost, derivations, differences, mistake_kinds, numerics, one_step
from core.equations.one_step import KINDS, Scene
from core.word2vec import gradient_check, losses
from ui.equations import captions, exercise_parts
from ui.equations.view import RATES

GRID = [
    (seed, dim, size, scale)
    for seed, dim, size, scale in product(range(6), (2, 5), (5, 8), (0.1, 1.0, 4.0))
]


def scene(seed, dim, size, scale):
    """Words drawn at random; the outside word is sometimes among the negatives."""
    rng = np.random.default_rng(seed)
    V, U = scale * rng.normal(size=(2, size, dim))
    words = tuple(f"w{k}" for k in range(size))
    center, *window = rng.integers(size, size=3).tolist()
    return Scene(words, V, U, center, tuple(window), tuple(rng.integers(size, size=3).tolist()))


SCENES = [derivations.default_scene(), *(scene(*row) for row in GRID)]


def cosine(s, w):
    return s.v_c @ s.U[w] / np.linalg.norm(s.v_c) / np.linalg.norm(s.U[w])


@pytest.mark.parametrize("kind", KINDS)
def test_the_error_is_never_positive_for_the_word_seen_and_never_negative_for_the_others(kind):
    for s in SCENES:
        t = one_step.terms(s, kind)
        assert (t.error[t.wanted == 1] <= 0).all() and (t.error[t.wanted == 0] >= 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_the_gradients_are_these_errors_times_vectors(kind):
    for s in SCENES:
        t, (_, g) = one_step.terms(s, kind), one_step.loss(s, kind)
        np.testing.assert_allclose(g["v_c"], t.error @ s.U[t.rows], atol=1e-12)
        multiple = np.bincount(t.rows, t.error, len(s.words))
        np.testing.assert_allclose(g["U"], np.outer(multiple, s.v_c), atol=1e-12)


def test_rows_of_words_that_were_neither_seen_nor_drawn_are_zero():
    for s in SCENES:
        rest = sorted({*range(len(s.words))} - {s.outside, *s.negatives})
        assert not one_step.loss(s, "negative sampling")[1]["U"][rest].any()


def test_softmax_draws_no_negatives_but_the_word_with_the_largest_error_besides_o():
    for s in SCENES:
        o, worst = one_step.drawn(s, "softmax")
        error = one_step.terms(s, "softmax").error
        assert o == s.outside != worst
        assert error[worst] == max(error[w] for w in range(len(s.words)) if w != o)
    default = derivations.default_scene()
    said = captions.arrows(default, one_step.step(default, "softmax", 1.0), "softmax")
    assert default.words[one_step.drawn(default, "softmax")[1]] == "boat"
    assert "boat is the word with the largest error besides o, 0.34" in said
    assert "bank" not in said and "money" not in said


@pytest.mark.parametrize("kind, lr", [*product(KINDS, (0.0, 0.1, 1.0, 5.0))])
def test_vectors_turn_towards_or_away_from_each_other_as_is_said(kind, lr):
    for s in SCENES:
        after = one_step.step(s, kind, lr)
        said = captions.arrows(s, after, kind).split("Look for:** ")[1].split(".  ")[0]
        for w, part in zip(one_step.drawn(s, kind), said.split("; $v_c$ and "), strict=False):
            change = cosine(after, w) - cosine(s, w)
            if "towards" in part:
                assert change >= captions.SEEN
            elif "away" in part:
                assert change <= -captions.SEEN
            else:
                assert "keep their angle" in part and abs(change) < captions.SEEN


def test_the_valley_of_float32_is_higher_and_further_right():
    h = 10.0 ** np.array(differences.EXPONENTS)
    for s, kind in product(SCENES[:12], KINDS):
        curves = [
            differences.error_curve(
                lambda h, dtype, s=s, kind=kind: differences.compare_few(
                    s, kind, one_step.loss, h, dtype
                ),
                dtype,
            )
            for dtype in (differences.PRECISIONS["float64"], differences.PRECISIONS["float32"])
        ]
        fine, coarse = map(np.nanmin, curves)
        left, right = (h[np.nanargmin(curve)] for curve in curves)
        assert coarse > fine and right > left


def test_a_vector_of_zeros_has_no_angle():
    s = SCENES[1]
    s = Scene(s.words, np.zeros_like(s.V), s.U, s.center, s.window, s.negatives)
    assert "have no angle" in captions.arrows(s, s, "softmax")


@pytest.mark.parametrize("kind", KINDS)
def test_the_loss_is_lowest_where_the_sentence_says_and_turns_up_only_if_it_does(kind):
    kinds = set()
    for s in SCENES:
        found = one_step.loss_against_lr(s, kind, RATES)
        said = captions.rates(RATES, found)
        if "falls as far as" in said:
            assert found[-1] == np.nanmin(found) and (np.diff(found) < 1e-9).all()
        elif "largest learning rate shown" in said:
            assert found[-1] == np.nanmin(found) and (np.diff(found) > 0).any()
        elif "smallest step" in said:
            assert found[0] == np.nanmin(found)
        else:
            best = float(re.search(r"rate of ([\d.]+);", said)[1])
            assert found[np.isclose(RATES, best)][0] == np.nanmin(found)
            assert ("higher again" in said) == (not found[-1] <= np.nanmin(found) + 1e-9)
        kinds.add(said.split("**")[2][:14])
    assert len(kinds) > 1
    default = one_step.loss_against_lr(SCENES[0], kind, RATES)
    assert default[-1] == default.min() and "falls as far as" in captions.rates(RATES, default)


def test_a_loss_that_rises_on_its_way_to_the_lowest_does_not_fall_all_the_way():
    s = scene(13, 2, 8, 1.0)
    found = one_step.loss_against_lr(s, "negative sampling", RATES)
    assert found[-1] == found.min() and "does not fall all the way" in captions.rates(RATES, found)


def test_rows_of_the_window_s_gradient_can_have_numbers_and_have_none_where_v_c_is_zero():
    for s in SCENES[1:]:
        rows = one_step.window_loss(s, "softmax")[1]["U"]
        assert rows[list(s.window)].any()
    still = replace(s, V=np.zeros_like(s.V))
    assert not one_step.window_loss(still, "softmax")[1]["U"].any()


def test_the_slope_of_the_loss_is_nearly_minus_one_where_the_model_is_sure_and_wrong():
    def slope(x, h=1e-5):
        values = losses.softplus(-np.array([x + h, x - h]))  # -log sigma
        return (values[0] - values[1]) / (2 * h)

    assert f"{slope(-8):.4f}" == "-0.9997" and f"{slope(8):.4f}" == "-0.0003"
    for x in np.linspace(-8, 8, 33):
        said = captions.sigmoid(x)
        assert float(re.search(r"is (−?[\d.]+) here", said)[1].replace("−", "-")) == pytest.approx(
            slope(x), abs=6e-5
        )


def test_one_naive_form_returns_nan_and_another_an_infinite_loss_where_800_is_right():
    values = [numerics.value(name, x)[0] for name in numerics.FORMS for x in (800, -800)]
    assert any(np.isnan(v) for v in values) and any(np.isinf(v) for v in values)
    stable = [numerics.value(name, -800)[0] for name in numerics.FORMS if "stable" in name]
    assert all(np.isfinite(v) for v in stable) and 800 in np.abs(stable)


def test_the_difference_is_0_or_rounding_in_the_last_digit_whatever_words_and_vectors_are_chosen():
    far = Scene(*(getattr(SCENES[1], n) for n in ("words", "V")), 90 * SCENES[1].U, 0, (1,), (2,))
    for s in (*SCENES, far):
        t = one_step.terms(s, "softmax")
        loss = one_step.loss(s, "softmax")[0]
        assert abs(-xlogy(t.wanted, t.predicted).sum() - loss) <= 1e-12 * max(1, loss)


def test_zeros_in_every_row_of_dv_but_that_of_the_center_word():
    for s, kind in product(SCENES, KINDS):
        g = one_step.window_loss(s, kind)[1]
        others = np.arange(len(s.words)) != s.center
        assert not g["V"][others].any()
        seen = {*s.window, *s.negatives}
        if kind == "softmax":
            assert g["U"].any(1).all()
        else:
            assert set(np.flatnonzero(g["U"].any(1))) <= seen


def test_a_wrong_sign_would_show_as_2_and_differences_are_as_small_as_said():
    x = np.array([0.3, -2.0])
    assert gradient_check.relative_error(x, -x) == pytest.approx(2)
    for one in gradient_check.run():
        assert one.difference < (1e-8 if "sigm" in one.name else 1e-9)


def test_find_the_mistake_votes_first():
    app = opened("pages/3_Equations.py", gr_view="Find the mistake")
    assert app.toggle(key="gr_vote").value
    said = " ".join(e.value for kind in (app.markdown, app.info, app.success) for e in kind)
    assert "Green" not in said and "Red" not in said and "Right or wrong?" in said


def test_every_gradient_of_find_the_mistake_is_described_in_words():
    for target in derivations.TARGETS.values():
        assert not re.search(r"\(\w*, ?\w*\)", target.says)
    assert exercise_parts.CURVE[0] == -8 and exercise_parts.CURVE[-1] == 8


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("loss", [one_step.loss, one_step.window_loss])
def test_the_error_of_differences_is_a_u_that_grows_as_h_squared_on_the_right(kind, loss):
    """On the left the error is rounding; with float32 the valley is higher and further right."""

    def curve(dtype):
        def compare(h, dtype):
            return differences.compare_few(SCENES[0], kind, loss, h, dtype)

        return differences.error_curve(compare, dtype)

    h = 10.0 ** np.asarray(differences.EXPONENTS)
    fine, coarse = curve(np.float64), curve(np.float32)
    right = (h > 1e-3) & (h < 0.1)
    slope = np.polyfit(np.log(h[right]), np.log(fine[right]), 1)[0]
    assert slope == pytest.approx(2, abs=0.2)
    left = (h > 1e-12) & (h < 1e-7)
    assert np.polyfit(np.log(h[left]), np.log(fine[left]), 1)[0] < -0.5
    assert coarse.min() > 100 * fine.min() and h[coarse.argmin()] > h[fine.argmin()]


def edited(U=1.0, V=1.0):
    base = derivations.default_scene()
    return replace(base, U=U * base.U, V=V * base.V)


def curves(s, kind):
    return [
        differences.error_curve(
            lambda h, precision: differences.compare_few(s, kind, one_step.loss, h, precision),
            dtype,
        )
        for dtype in (np.float64, np.float32)
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "scene_", [*SCENES[::8], edited(0), edited(1, 0), edited(0, 0), edited(10, 10), edited(30)]
)
def test_a_u_is_spoken_of_where_both_ends_rise(scene_, kind):
    fine, coarse = curves(scene_, kind)
    said = captions.differences(fine, coarse, "$v_c$")
    if max(fine.max(), coarse.max()) <= 1e-15:
        assert "no error at any" in said and not one_step.loss(scene_, kind)[1]["v_c"][:3].any()
        return
    assert fine[0] > 10 * fine.min() and coarse[0] > 10 * coarse.min() and "left" in said
    rises = fine[-1] > 10 * fine.min() and coarse[-1] > 10 * coarse.min()
    assert ("the U shape" in said) == rises and ("is missing" in said) != rises
    if "further right" in said:
        assert coarse.min() > fine.min() and coarse.argmin() > fine.argmin()


@pytest.mark.parametrize("x", [-8, -1.3, 0, 1.3, 8])
def test_the_errors_of_the_slope_are_a_u(x):
    errors = [
        differences.error_curve(lambda h, dtype: differences.compare_slope([x], h, dtype)[0], dtype)
        for dtype in (np.float64, np.float32)
    ]
    assert "the U shape" in captions.differences(*errors, "σ′")


@pytest.mark.parametrize(
    "target, expression, everywhere",
    [
        ("softmax: v_c", "U.T @ (y_hat - y)", True),
        ("softmax: U", "0 * U", False),
        ("softmax: v_c", "y_hat @ U - U[1]", True),
        ("softmax: v_c", "y_hat @ U - U[3]", False),
        ("window: v_c", "U.T @ (y_hat - y)", False),
        ("window: v_c", "U.T @ (m * y_hat - y_window)", True),
    ],
)
def test_green_is_the_gradient_or_agrees_by_accident(target, expression, everywhere):
    """In a scene with one outside word, number 3, and a center vector of zeros, all are green."""
    here = replace(edited(1, 0), window=(3,) if "U[3]" in expression else (1,))
    assert derivations.judge(expression, target, here).passed
    assert mistake_kinds.by_accident(expression, target) != everywhere


def test_every_wrong_derivation_agrees_by_accident_alone_and_no_right_one_does():
    for one in derivations.REGISTRY.values():
        assert mistake_kinds.by_accident(one.expression, one.target) == bool(one.mistake)


@pytest.mark.parametrize("dim, K", [(10, 5), (10, 1), (300, 20)])
def test_one_line_rises_with_the_vocabulary_and_one_stays_level(dim, K):
    soft, few = (
        [cost.multiplications(kind, words, dim, K) for words in cost.SIZES] for kind in cost.PAIRS
    )
    assert (np.diff(soft) > 0).all() and len(set(few)) == 1
