"""Typed expressions: what may be computed, and what is refused before anything is."""

import contextlib
import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.equations import expressions
from core.equations.expressions import evaluate
from core.errors import UserError

RNG = np.random.default_rng(0)
NAMES = {
    "U": RNG.normal(size=(6, 3)),
    "v_c": RNG.normal(size=3),
    "y": np.eye(6)[1],
    "n": np.array([0.0, 2, 1, 0, 0, 0]),
    "o": 1,
    "negatives": np.array([1, 1, 2]),
    "K": 3.0,
}
U, v, y, n = (NAMES[name] for name in ("U", "v_c", "y", "n"))

ALLOWED = {  # expression -> the same in NumPy
    "U @ v_c": U @ v,
    "U.T @ y": U.T @ y,
    "U.T.T": U,
    "-v_c + 2 * v_c / 4": -v + 2 * v / 4,
    "outer(y, v_c)": np.outer(y, v),
    "np.outer(y - 1, v_c)": np.outer(y - 1, v),
    "numpy.exp(-v_c) ** 2": np.exp(-v) ** 2,
    "sum(U, axis=0)": U.sum(0),
    "np.sum(U * U, axis=1, keepdims=True)": (U * U).sum(1, keepdims=True),
    "U[o]": U[1],
    "U[o, 2]": U[1, 2],
    "U[negatives]": U[[1, 1, 2]],
    "U[1:3, ::-1]": U[1:3, ::-1],
    "y[:, None] * v_c": y[:, None] * v,
    "U[o + 1]": U[2],
    "n * log(1 + exp(-U @ v_c))": n * np.log(1 + np.exp(-U @ v)),
    "minimum(n, 1)": np.minimum(n, 1),
    "dot(U, v_c)": U @ v,
    "9 ** 9": np.float64(9) ** 9,
    "mean(abs(v_c)) + sqrt(max(n)) - tanh(0)": np.abs(v).mean() + np.sqrt(n.max()),
    "zeros_like(U) + ones_like(v_c)": np.ones((6, 3)),
}


@pytest.mark.parametrize("text", ALLOWED)
def test_an_allowed_expression_is_what_numpy_makes_of_it(text):
    result = evaluate(text, NAMES)
    assert result.shape == np.shape(ALLOWED[text])
    np.testing.assert_allclose(result, ALLOWED[text], rtol=1e-14)


def test_sigmoid_and_softmax_are_those_of_the_lesson():
    np.testing.assert_allclose(evaluate("sigmoid(v_c)", NAMES), 1 / (1 + np.exp(-v)), rtol=1e-14)
    np.testing.assert_allclose(
        evaluate("softmax(U @ v_c)", NAMES), np.exp(U @ v) / np.exp(U @ v).sum(), rtol=1e-14
    )


HOSTILE = [
    "",
    "   ",
    "U @",
    "U = 1",
    "import os",
    "U; v_c",
    "U\nv_c",
    "def f(): pass",
    "del U",
    "print(1)",
    "open('x')",
    "__import__('os').system('true')",
    "().__class__.__bases__[0].__subclasses__()",
    "U.__class__",
    "U.__class__.__mro__",
    "v_c.tofile('x')",
    "U.dump('x')",
    "U.ctypes.data",
    "U.T.base",
    "U.sum()",
    "U.T()",
    "np.load('x')",
    "np.fromfile('x')",
    "np.lib.npyio",
    "np.exp.__doc__",
    "np",
    "np + 1",
    "exp",
    "exp + 1",
    "exp[0]",
    "np.exp",
    "sigmoid.__globals__",
    "[x for x in U]",
    "{x for x in U}",
    "{x: 1 for x in U}",
    "(x for x in U)",
    "lambda: 1",
    "(lambda: 1)()",
    "(lambda f: f(f))(lambda f: f(f))",
    "f'{U}'",
    "f'{v_c.__class__}'",
    "'a' * 10**9",
    "'%s' % v_c",
    "b'a'",
    "1j",
    "9**9**9",
    "9**9**9**9",
    "10**11",
    "2**1e300",
    "v_c ** U",
    "U ** -11",
    "U[[0] * 10**9]",
    "[0] * 10**9",
    "(1, 2) * 10**9",
    "U if U else v_c",
    "U and v_c",
    "U > 1",
    "not U",
    "~U",
    "U << 1",
    "U // 2",
    "U % 2",
    "U | U",
    "(a := 1)",
    "await U",
    "yield",
    "*U",
    "sum(*U)",
    "sum(**U)",
    "sum(U, axis=9)",
    "sum(U, out=U)",
    "sum(U, dtype=1)",
    "exp(x=1)",
    "exp()",
    "exp(1, 2)",
    "outer(U)",
    "getattr(U, 'T')",
    "eval('1')",
    "exec('1')",
    "globals()",
    "breakpoint()",
    "nothing_of_this_name",
    "o.real",
    "None",
    "None + 1",
    "True.T.real",
    "...",
    "U[...]",
    "U[7]",
    "U[0.5]",
    "U[9**9]",
    "U[:, :, 1]",
    "U['T']",
    "U[None:'a']",
    "v_c, v_c",
    "(v_c,)",
    "U + y",
    "U @ y",
    "v_c @ U",
    "U @ U",
    "1 @ 2",
    "outer(v_c, v_c) @ y",
    "log(-1)",
    "log(0)",
    "1 / 0",
    "0 * (1 / 0)",
    "exp(1000)",
    "1e999",
    "-1e308 * 10",
    "(" * 100 + "1" + ")" * 100 + "+",
    "-" * 200 + "1",
    "+".join(["1"] * 140),
    "1" * 301,
    "U" + "[:]" * 60,
    "U" + ".T" * 60,
    "outer(outer(outer(U, U), U), U)",
    "outer(outer(U,U),outer(U,U))",
    "U[None][None]" + "[None]" * 28,
    "U[:" + ", None" * 70 + "]",
    "outer(n, U)[negatives][:, negatives][:, :, None] * outer(outer(U, n), U)",
    "\x00",
    "U\x00",
    "\ud800",
    "sum(sum(sum(U)))[0]",
    "matmul(outer(U, outer(U, n)), U)",
    "maximum(U, y)",
    "mean(U[0:0])",
    "max(U[0:0])",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:40])
def test_a_hostile_expression_is_refused_in_one_sentence_and_at_once(text):
    before, started = {name: np.copy(value) for name, value in NAMES.items()}, time.perf_counter()
    with pytest.raises(UserError) as refusal:
        evaluate(text, NAMES)
    assert time.perf_counter() - started < 1
    assert str(refusal.value) and "\n" not in str(refusal.value) and len(str(refusal.value)) < 400
    assert all(np.array_equal(before[name], NAMES[name]) for name in NAMES)


def test_there_are_enough_hostile_expressions():
    assert len(HOSTILE) >= 100


def test_the_costliest_expression_allowed_ends_soon():
    big = {
        "a": RNG.normal(size=(141, 141)),
        "b": RNG.normal(size=(70, 100)),
        "c": RNG.normal(size=(100, 140)),
    }
    started = time.perf_counter()
    evaluate("+".join(["exp(-a)"] * 16), big)
    evaluate("+".join(["b@c"] * 19), big)
    assert time.perf_counter() - started < 3


@pytest.mark.parametrize(
    "text",
    [
        "outer(big, big)",
        "big[:, None] * big[None]",
        "big[many]",
        "big[many, None]",
        "wide @ wide.T",
    ],
)
def test_no_large_array_is_made(text):
    names = {"big": np.ones(400), "many": np.zeros(400), "wide": np.ones((200, 100))}
    tracemalloc.start()
    with pytest.raises(UserError, match="more than"):
        evaluate(text, names)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 400_000  # the result would take 1.28 MB or, with wide, 16 MB of work


def test_known_names_are_listed_when_one_is_unknown():
    with pytest.raises(UserError, match=r"'w'.*U, v_c, y"):
        evaluate("U @ w", NAMES)


def test_shapes_are_named_when_they_do_not_fit():
    with pytest.raises(UserError, match=r"\(6, 3\) and \(6,\)"):
        evaluate("U @ y", NAMES)


def test_evaluating_leaves_the_arrays_alone():
    result = evaluate("U[0:2]", NAMES)
    result += 1
    assert not np.shares_memory(result, U)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="Uvyno_c.T@*+-/()[]:,0123456789 eE'\"{}=<>lambdxfrint", max_size=60))
def test_any_text_is_evaluated_or_refused(text):
    with contextlib.suppress(UserError):
        assert np.isfinite(evaluate(text, NAMES)).all()


def test_the_node_table_holds_nothing_that_was_not_listed():
    kinds = {kind.__name__ for kind in expressions._Evaluator(NAMES).nodes}
    assert kinds == {
        "BinOp",
        "UnaryOp",
        "Call",
        "keyword",
        "Name",
        "Slice",
        "Constant",
        "Attribute",
        "Subscript",
        "Tuple",
    }
