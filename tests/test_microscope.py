"""One step under the microscope, its formulas with numbers, the differences, the costs and the file to hand in."""
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import cost, derivation_export, derivations, differences, formulas, losses, microscope, stability
from core.corpus import Facts
from core.errors import UserError

SCENE = derivations.default_scene()
HAND = microscope.Scene(("a", "b", "c", "d", "e"), np.zeros((5, 2)), np.zeros((5, 2)), 0, (1,), (2, 2))


@st.composite
def scenes(draw):
    size, dim = draw(st.integers(5, 8)), draw(st.integers(2, 5))
    word = st.integers(0, size - 1)
    V, U = np.random.default_rng(draw(st.integers(0, 2**32 - 1))).normal(size=(2, size, dim))
    return microscope.Scene(tuple("abcdefgh"[:size]), V, U, draw(word), tuple(draw(st.lists(word, min_size=1, max_size=3))),
                            tuple(draw(st.lists(word, min_size=1, max_size=5))))


@settings(max_examples=50, deadline=None)
@given(scene=scenes(), kind=st.sampled_from(microscope.KINDS))
def test_the_terms_make_both_gradients(scene, kind):
    t, (_, gradient) = microscope.terms(scene, kind), microscope.loss(scene, kind)
    np.testing.assert_allclose(t.error @ scene.U[t.rows], gradient["v_c"], atol=1e-12)
    dU = np.zeros_like(scene.U)
    for row, error in zip(t.rows, t.error, strict=True):
        dU[row] += error * scene.v_c
    np.testing.assert_allclose(dU, gradient["U"], atol=1e-12)


@settings(max_examples=50, deadline=None)
@given(scene=scenes(), kind=st.sampled_from(microscope.KINDS))
def test_a_small_step_lowers_the_loss_as_the_gradient_says(scene, kind):
    loss, gradient = microscope.loss(scene, kind)
    slope = sum((g ** 2).sum() for g in gradient.values())
    fall = loss - microscope.loss(microscope.step(scene, kind, 1e-6), kind)[0]
    assert fall == pytest.approx(1e-6 * slope, rel=1e-3, abs=1e-12)


def test_zero_vectors_by_hand():
    assert microscope.loss(HAND, "softmax")[0] == pytest.approx(np.log(5))
    assert microscope.loss(HAND, "negative sampling")[0] == pytest.approx(3 * np.log(2))
    np.testing.assert_allclose(microscope.terms(HAND, "softmax").error, [0.2, -0.8, 0.2, 0.2, 0.2])
    np.testing.assert_allclose(microscope.terms(HAND, "negative sampling").error, [-0.5, 0.5, 0.5])


def test_a_step_by_hand():
    scene = replace(HAND, V=np.array([[1.0, 0]] + [[0, 0]] * 4))
    after = microscope.step(scene, "negative sampling", 2.0)
    np.testing.assert_allclose(after.U, [[0, 0], [1, 0], [-2, 0], [0, 0], [0, 0]])      # the repeated negative moves twice as far
    np.testing.assert_allclose(after.V, scene.V)                                        # all outside vectors are zero
    assert not scene.U.any()


def test_loss_against_lr_starts_at_the_loss():
    found = microscope.loss_against_lr(SCENE, "softmax", [0, 1])
    assert found[0] == microscope.loss(SCENE, "softmax")[0] > found[1]


@settings(max_examples=50, deadline=None)
@given(scene=scenes())
def test_the_plane_keeps_centre_and_outside_vector(scene):
    axes = microscope.plane(scene)
    np.testing.assert_allclose(axes @ axes.T, np.eye(2), atol=1e-9)
    for vector in (scene.v_c, scene.U[scene.outside]):
        assert np.linalg.norm(axes @ vector) == pytest.approx(np.linalg.norm(vector), rel=1e-6)


def test_the_plane_of_parallel_vectors_exists():
    V, U = np.ones((2, 5, 3))
    axes = microscope.plane(replace(HAND, V=V, U=2 * U))
    np.testing.assert_allclose(axes @ axes.T, np.eye(2), atol=1e-9)
    zero = microscope.plane(replace(HAND, V=0 * V, U=0 * U))
    np.testing.assert_allclose(zero @ zero.T, np.eye(2), atol=1e-9)


WORDS = ("a", "b", "c", "d", "e")


def test_typed_input_is_read():
    assert microscope.read_words("a, b c  d e a") == WORDS
    assert microscope.find_words("b b e", WORDS, "Negatives") == (1, 1, 4)
    np.testing.assert_array_equal(microscope.read_vectors("1 2\n3, 4\n5 6; 7 8\n-.5 1e1", WORDS, 2, "V"),
                                  [[1, 2], [3, 4], [5, 6], [7, 8], [-0.5, 10]])


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e300", "1e999", "101", "x", "1_0x", "0x10"])
def test_a_number_that_is_none_or_too_large_is_refused(number):
    with pytest.raises(UserError, match="“c”"):
        microscope.read_vectors(f"1 2\n1 2\n1 {number}\n1 2\n1 2", WORDS, 2, "V")


@pytest.mark.parametrize("text", ["1 2", "1 2\n" * 6, "1\n" * 5, "1 2 3\n" * 5, "\n1 2\n1 2\n\n1 2\n1 2\n1 2"])
def test_a_wrong_number_of_lines_or_columns_is_refused(text):
    with pytest.raises(UserError, match="needs"):
        microscope.read_vectors(text, WORDS, 2, "U")


@pytest.mark.parametrize("text", ["", "a b", "a b c d", "a a a a a a", "a b c d e f g h i", "a b c d " + "x" * 21])
def test_a_wrong_vocabulary_is_refused(text):
    with pytest.raises(UserError):
        microscope.read_words(text)


@pytest.mark.parametrize("text", ["", "a z", " ".join("a" * 11), "<b>"])
def test_wrong_words_are_refused(text):
    with pytest.raises(UserError, match="Negatives"):
        microscope.find_words(text, WORDS, "Negatives")


def test_scores_too_far_apart_are_refused():
    V = np.full((5, 2), 100.0)
    U = np.vstack([V[:1], -V[1:]])
    with pytest.raises(UserError, match="smaller numbers"):
        microscope.check(replace(HAND, V=V, U=U))
    assert microscope.check(SCENE) is SCENE


def facts():
    words = tuple("abcdefghijkl")
    return Facts(words=words, counts=np.arange(12, 0, -1), digest="", sentences=1, tokens=99, different=12)


def test_words_are_picked_from_a_trained_model():
    V, U = np.random.default_rng(0).normal(size=(2, 12, 10)).astype("f4")
    scene = microscope.pick(facts(), V, U, "k", ["l", "a"], ["b", "b"])
    assert scene.words == ("k", "l", "a", "b", "c", "d", "e", "f")
    assert (scene.centre, scene.window, scene.negatives) == (0, (1, 2), (3, 3))
    np.testing.assert_array_equal(scene.V[0], V[10])
    np.testing.assert_array_equal(scene.U[3], U[1])
    assert scene.V.dtype == np.float64


def test_unknown_or_too_many_words_of_a_trained_model_are_refused():
    V = np.zeros((12, 3))
    with pytest.raises(UserError, match="“z”"):
        microscope.pick(facts(), V, V, "a", ["z"], [])
    with pytest.raises(UserError, match="At most 8"):
        microscope.pick(facts(), V, V, "a", list("bcdefghij"), [])


# ---- differences -------------------------------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(scene=scenes(), kind=st.sampled_from(microscope.KINDS))
def test_gradients_of_pair_and_window_agree_with_differences(scene, kind):
    found = differences.compare_pair(scene, kind, 1e-5, np.float64) + differences.compare_window(scene, kind, 1e-5, np.float64)
    assert all(np.abs(one.analytic - one.numeric).max() < 1e-8 for one in found)


def test_the_error_curve_is_a_valley_and_lower_in_float64():
    def compare(h, dtype):
        return differences.compare_few(SCENE, "softmax", microscope.loss, h, dtype)
    double, single = (differences.error_curve(compare, dtype) for dtype in differences.PRECISIONS.values())
    lowest = [differences.EXPONENTS[curve.argmin()] for curve in (double, single)]
    assert double.min() < 1e-9 < 1e-6 < single.min()
    assert -7 <= lowest[0] <= -4 and -4 <= lowest[1] <= -1
    assert min(double[0], double[-1]) > 1e4 * double.min()
    slope = np.diff(np.log10(double[differences.EXPONENTS >= -4]))              # truncation grows as h^2, over half decades
    assert np.all(np.abs(slope[:6] - 1) < 0.2)


def test_the_slope_of_the_sigmoid_agrees_with_differences():
    assert differences.compare_slope([-2.0, 0.0, 3.0], 1e-5, np.float64)[0].error < 1e-9
    assert differences.compare_slope([-2.0, 0.0, 3.0], 1e-5, np.float32)[0].numeric.dtype == np.float32


# ---- the sigmoid on a computer ------------------------------------------------------------------------------------------


def test_only_the_stable_forms_survive_800():
    values = {name: [stability.value(name, x) for x in (800.0, -800.0)] for name in stability.FORMS}
    assert [v for v, _ in values["stable"]] == [1, 0] and [v for v, _ in values["log, stable"]] == [0, 800]
    assert np.isnan(values["paper, expanded"][0][0]) and values["log, paper"][1][0] == np.inf
    complained = {name for name, pair in values.items() if any(complaint for _, complaint in pair)}
    assert complained == {"paper", "paper, expanded", "log, paper"}


@given(st.floats(-20, 20))
def test_all_forms_are_equal_where_nothing_overflows(x):
    for name, (_, _, what) in stability.FORMS.items():
        wanted = losses.sigmoid(x) if what == "sigmoid" else np.logaddexp(0, -x)
        assert stability.value(name, x)[0] == pytest.approx(wanted, rel=1e-6, abs=1e-8)


# ---- cost --------------------------------------------------------------------------------------------------------------


class Counted(float):
    """A number that counts the multiplications it takes part in."""

    count = 0

    def __mul__(self, other):
        Counted.count += 1
        return Counted(float(self) * float(other))

    __rmul__ = __mul__

    def __add__(self, other):
        return Counted(float(self) + float(other))

    __radd__ = __add__

    def __sub__(self, other):
        return Counted(float(self) - float(other))

    def __truediv__(self, other):
        return Counted(float(self) / float(other))

    def exp(self):
        return Counted(np.exp(float(self)))

    def log(self):
        return Counted(np.log(float(self)))


def test_multiplications_of_softmax_are_as_many_as_told():
    def counted(array):
        return np.vectorize(Counted, otypes=[object])(array)
    rng = np.random.default_rng(0)
    v, U = counted(rng.normal(size=4)), counted(rng.normal(size=(9, 4)))
    Counted.count = 0
    losses.naive_softmax(v, 2, U)
    assert Counted.count == cost.multiplications("softmax", 9, 4, 0) == 108


def test_sampled_pair_is_negative_sampling_on_the_rows_that_take_part():
    rng = np.random.default_rng(1)
    v, U, negatives = rng.normal(size=4), rng.normal(size=(50, 4)), [7, 7, 3, 20]
    loss, gradient = cost.sampled_pair(v, 20, negatives, U)
    wanted_loss, wanted = losses.negative_sampling(v, 20, negatives, U)
    assert loss == pytest.approx(wanted_loss)
    np.testing.assert_allclose(gradient["v_c"], wanted["v_c"])
    dense = np.zeros_like(U)
    dense[gradient["rows"]] = gradient["U"]
    np.testing.assert_allclose(dense, wanted["U"])
    assert len(gradient["rows"]) == 3


def test_the_measurement_grows_with_the_vocabulary_for_softmax_alone(monkeypatch):
    monkeypatch.setattr(cost, "SIZES", (100, 30_000))
    monkeypatch.setattr(cost, "SLICE", 0.004)
    news = list(cost.measure(10, 5))
    done = [item.share for item in news if isinstance(item, cost.Done)]
    found = {(c.loss, c.vocabulary): c for c in news if isinstance(c, cost.Cost)}
    assert done == sorted(done) and done[-1] == 1
    assert found["softmax", 30_000].microseconds > 8 * found["softmax", 100].microseconds
    assert found["negative sampling", 30_000].microseconds < 4 * found["negative sampling", 100].microseconds
    assert found["negative sampling", 30_000].multiplications == 180


# ---- formulas and the file ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("x", "text"), [(0, "0.000"), (-0.5, "-0.500"), (12.3456, "12.346"),
                                         (1e-7, r"1.00\!\cdot\!10^{-7}"), (-3e9, r"-3.00\!\cdot\!10^{9}")])
def test_numbers_in_latex(x, text):
    assert formulas.number(x) == text


def test_a_large_matrix_is_shortened():
    text = formulas.matrix(np.arange(400.0).reshape(20, 20))
    assert r"\vdots" in text and r"\cdots" in text and text.count(r"\\") == 7 and "399.00" in text


def test_words_are_escaped():
    assert formulas.word("50%_{x}\\~") == r"\text{50\%\_\{x\}??}"


def arithmetic(tex):
    """The value of the sum of products written in an entry's formula, and the value written beside it."""
    products = re.findall(r"\(([-\d.]+) - ([01])\) \\cdot \(([-\d.]+)\)", tex)
    return sum((float(p) - float(y)) * float(x) for p, y, x in products), float(re.search(r"= ?\{\}& ([-\d.]+) \\end", tex)[1])


@pytest.mark.parametrize("kind", microscope.KINDS)
def test_the_arithmetic_of_every_cell_gives_the_number_in_it(kind):
    _, gradient = microscope.loss(SCENE, kind)
    for row in range(6):
        for column in range(2):
            done, told = arithmetic(formulas.cell(SCENE, kind, "U", row, column))
            assert done == pytest.approx(told, abs=2e-3) and told == pytest.approx(gradient["U"][row, column], abs=1e-4)
    done, told = arithmetic(formulas.cell(SCENE, kind, "v_c", 0, 1))
    assert done == pytest.approx(told, abs=4e-3) and told == pytest.approx(gradient["v_c"][1], abs=1e-4)


def test_a_repeated_negative_stands_twice_in_the_arithmetic_of_its_cell():
    assert formulas.cell(SCENE, "negative sampling", "U", 4, 0).count(r"\cdot") == 2
    assert "neither" in formulas.cell(SCENE, "negative sampling", "U", 0, 0)


@pytest.mark.parametrize("kind", microscope.KINDS)
@pytest.mark.parametrize("write", [derivation_export.markdown, derivation_export.latex])
def test_the_file_holds_formulas_and_numbers_and_balanced_braces(write, kind):
    text = write(SCENE, kind, 0.5)
    before, after = microscope.loss(SCENE, kind)[0], microscope.loss(microscope.step(SCENE, kind, 0.5), kind)[0]
    assert f"{before:.6f}" in text and f"{after:.6f}" in text
    assert r"\frac{\partial J}{\partial v_c}" in text and r"\underbrace" in text
    bare = re.sub(r"\\[{}\\]", "", text)
    assert bare.count("{") == bare.count("}")
    for name in set(re.findall(r"\\begin\{(\w+)\}", text)):
        assert text.count(rf"\begin{{{name}}}") == text.count(rf"\end{{{name}}}")
    assert text.count("\n$$\n") % 2 == 0 and text.count("\n\\[\n") == text.count("\n\\]")


def test_the_latex_document_escapes_words():
    scene = replace(SCENE, words=("50%", "a_b", "#x", "d&e", "f$", "g"))
    text = derivation_export.latex(scene, "softmax", 1.0)
    assert r"Centre word 50\%, outside word a\_b" in text and text.endswith("\\end{document}\n")


def test_the_loss_with_numbers_is_the_loss():
    assert f"{microscope.loss(SCENE, 'negative sampling')[0]:.6f}" in formulas.sampling_loss(SCENE)
    assert f"{microscope.loss(SCENE, 'softmax')[0]:.6f}" in formulas.cross_entropy(SCENE)
