"""Typed expressions, such as `U.T @ (y_hat - y)`, evaluated within strict limits.

The syntax tree is evaluated by simpleeval, whose table of nodes is reduced to the kinds below. Why
simpleeval: it never calls `eval`, it has access only to the names it is given, and its published
advisories are about attributes and modules that a program passes to it. Here `.T` is the only
attribute, and only arrays are passed. asteval is a whole language with loops and NumPy's namespace,
guarded by a list of forbidden attributes that has been escaped more than once
(GHSA-vp47-9734-prjw, 2025); numexpr passes the text to `eval` and has no matrix product.

Why no worker process: an expression has no loops and at most NODES nodes, and each operation checks
the shapes of its operands before it computes, and refuses more than ENTRIES numbers or
MULTIPLICATIONS. The costliest expression that passes takes a fraction of a second, so a process
that can be stopped would cost more than it saves.
"""

import ast

import numpy as np
import simpleeval
from numpy.typing import NDArray

from core.errors import UserError
from core.word2vec import losses

LENGTH = 300  # characters; the longest derivation of the registry has 80
NODES, DEPTH = 120, 30  # of the syntax tree, to limit the time and the evaluator's recursion
ENTRIES = 20_000  # of any intermediate array; the largest gradient has 8 x 100
MULTIPLICATIONS = 1_000_000
LARGEST_POWER = 10


def _array(x):
    """x as a float64 array; UserError for any other intermediate value, such as None or a slice."""
    if isinstance(x, (bool, int, float, np.ndarray, np.generic)):
        return np.asarray(x, dtype=float)
    raise UserError(
        "Only numbers and arrays can be computed with; None and : belong between square brackets."
    )


def _fit(a, b, sign):
    try:
        shape = np.broadcast_shapes(a.shape, b.shape)
    except ValueError:
        raise UserError(
            f"The shapes {a.shape} and {b.shape} do not fit together in {sign}."
        ) from None
    _small(np.prod(shape, dtype=float))


def _small(entries):
    if entries > ENTRIES:
        raise UserError(f"An intermediate result would have more than {ENTRIES:,} numbers.")


def _elementwise(sign, operate):
    def apply(a, b):
        a, b = _array(a), _array(b)
        _fit(a, b, sign)
        return operate(a, b)

    return apply


def _power(a, b):
    a, b = _array(a), _array(b)
    if b.ndim or not abs(b) <= LARGEST_POWER:
        raise UserError(f"A power must be one number from -{LARGEST_POWER} to {LARGEST_POWER}.")
    return a**b


def _product(a, b):
    a, b = _array(a), _array(b)
    if a.ndim not in (1, 2) or b.ndim not in (1, 2) or a.shape[-1] != b.shape[0]:
        raise UserError(
            f"The shapes {a.shape} and {b.shape} do not fit together in a matrix product."
        )
    if a.size * (b.size // max(b.shape[0], 1)) > MULTIPLICATIONS:
        raise UserError(
            f"A matrix product would need more than {MULTIPLICATIONS:,} multiplications."
        )
    _small((a.size // max(a.shape[-1], 1)) * (b.size // max(b.shape[0], 1)))
    return a @ b


def _outer(a, b):
    a, b = _array(a), _array(b)
    _small(a.size * b.size)
    return np.outer(a, b)


def _each(function):
    return lambda a: function(_array(a))


def _along(function):
    def apply(a, axis=None, keepdims=False):
        a = _array(a)
        if not a.size:
            raise UserError("There is nothing to sum up in an empty array.")
        return function(a, axis=None if axis is None else _integer(axis), keepdims=bool(keepdims))

    return apply


OPERATORS = {
    ast.Add: _elementwise("+", np.add),
    ast.Sub: _elementwise("-", np.subtract),
    ast.Mult: _elementwise("*", np.multiply),
    ast.Div: _elementwise("/", np.divide),
    ast.MatMult: _product,
    ast.Pow: _power,
    ast.USub: _each(np.negative),
    ast.UAdd: _each(np.positive),
}
FUNCTIONS = {
    "sigmoid": _each(losses.sigmoid),
    "softmax": _each(losses.softmax),
    "exp": _each(np.exp),
    "log": _each(np.log),
    "sqrt": _each(np.sqrt),
    "tanh": _each(np.tanh),
    "abs": _each(np.abs),
    "transpose": _each(np.transpose),
    "zeros_like": _each(np.zeros_like),
    "ones_like": _each(np.ones_like),
    "sum": _along(np.sum),
    "mean": _along(np.mean),
    "max": _along(np.max),
    "dot": _product,
    "matmul": _product,
    "outer": _outer,
    "minimum": _elementwise("minimum", np.minimum),
    "maximum": _elementwise("maximum", np.maximum),
}
NUMPY = ("np", "numpy")
KINDS = (
    ast.BinOp,
    ast.UnaryOp,
    ast.Call,
    ast.keyword,
    ast.Name,
    ast.Attribute,
    ast.Subscript,
    ast.Slice,
    ast.Tuple,
    ast.Constant,
    ast.Load,
    *OPERATORS,
)
PLAIN = {
    ast.Lambda: "lambda",
    ast.JoinedStr: "A formatted string",
    ast.ListComp: "A comprehension",
    ast.SetComp: "A comprehension",
    ast.DictComp: "A comprehension",
    ast.GeneratorExp: "A comprehension",
    ast.NamedExpr: "An assignment",
    ast.IfExp: "if ... else",
    ast.Compare: "A comparison",
    ast.BoolOp: "and / or",
    ast.List: "A list",
    ast.Dict: "A dictionary",
    ast.Set: "A set",
    ast.Starred: "A star",
    ast.Await: "await",
    ast.Yield: "yield",
}


class _Evaluator(simpleeval.SimpleEval):
    """simpleeval with matrices, and without strings, conditions, comparisons and assignments."""

    def __init__(self, names):
        super().__init__(operators=OPERATORS, functions=FUNCTIONS, names=names)
        kept = (ast.BinOp, ast.UnaryOp, ast.Call, ast.keyword, ast.Name, ast.Slice, ast.Constant)
        inherited: dict = self.nodes
        self.nodes: dict = {kind: inherited[kind] for kind in kept}
        self.nodes |= {
            ast.Attribute: self._attribute,
            ast.Subscript: self._subscript,
            ast.Tuple: self._tuple,
        }

    def _attribute(self, node):
        return (
            FUNCTIONS[node.attr]
            if _numpy(node.value)
            else np.transpose(_array(self._eval(node.value)))
        )

    def _tuple(self, node):
        return tuple(self._eval(item) for item in node.elts)

    def _subscript(self, node):
        a, key = _array(self._eval(node.value)), self._eval(node.slice)
        keys = tuple(map(_index, key if isinstance(key, tuple) else (key,)))
        _small(np.prod([a.size, *(k.size for k in keys if isinstance(k, np.ndarray))], dtype=float))
        return a[keys]


def _index(key):
    """An index between square brackets, with its numbers as integers."""
    if isinstance(key, slice):
        return slice(*(k if k is None else _integer(k) for k in (key.start, key.stop, key.step)))
    return key if key is None else _integer(key)


def _integer(key):
    key = _array(key)
    if not np.all(key == np.round(key)):
        raise UserError("An index must be a whole number.")
    return key.astype(np.intp) if key.ndim else int(key)


def _numpy(node):
    return isinstance(node, ast.Name) and node.id in NUMPY


def evaluate(text: str, names: dict) -> NDArray:
    """Evaluate an expression of named arrays; the whole text is checked before anything is
    computed.

    text: at most LENGTH characters. names: name -> array or number. Returns a float64 array;
    UserError if the text, its shapes or its result are not allowed.
    """
    tree = _parse(text)
    for node in _nodes(tree):
        _allow(node, names)
    _allow_structure(tree)
    try:
        with np.errstate(all="ignore"):
            # A copy: the result must not be a view of a named array
            result = _array(_Evaluator(names).eval(text, previously_parsed=tree)).copy()
    except UserError:
        raise
    except (
        ValueError,
        IndexError,
        TypeError,
        OverflowError,
        simpleeval.InvalidExpression,
    ) as error:
        raise UserError(f"This cannot be computed: {str(error).splitlines()[0]}") from None
    if not np.isfinite(result).all():
        raise UserError("The result has entries that are not finite numbers.")
    return result


def _parse(text):
    text = text.strip()
    if not text:
        raise UserError("Type an expression, for example U.T @ (y_hat - y).")
    if len(text) > LENGTH:
        raise UserError(f"The expression has {len(text):,} characters; {LENGTH} are allowed.")
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise UserError(
            f"This is not one expression of Python: {error.msg} (character {error.offset or 1})."
        ) from None
    except (ValueError, MemoryError, RecursionError):
        raise UserError("This is not one expression of Python.") from None


def _nodes(tree):
    """All nodes; UserError if there are too many or they are nested too deeply."""
    found, layer, depth = [], [tree], 0
    while layer:
        found += layer
        depth += 1
        if len(found) > NODES or depth > DEPTH:
            raise UserError("The expression is too long or nested too deeply.")
        layer = [
            child
            for node in layer
            for child in ast.iter_child_nodes(node)
            if not isinstance(child, ast.Load)
        ]
    return found


def _allow(node, names):
    if not isinstance(node, KINDS):
        raise UserError(f"{PLAIN.get(type(node), type(node).__name__)} is not allowed here.")
    if isinstance(node, ast.Constant) and not isinstance(node.value, (int, float, type(None))):
        raise UserError(f"{str(node.value)[:20]!r} is not a number.")
    if isinstance(node, ast.Name) and node.id not in (*names, *FUNCTIONS, *NUMPY):
        raise UserError(f"There is no {node.id!r} here; the names are {', '.join(names)}.")
    if (
        isinstance(node, ast.Attribute)
        and node.attr != "T"
        and not (_numpy(node.value) and node.attr in FUNCTIONS)
    ):
        raise UserError(
            f".{node.attr} is not allowed here: only .T, and functions as in sum(x) or np.sum(x)."
        )
    if isinstance(node, ast.keyword) and node.arg not in ("axis", "keepdims"):
        raise UserError("The only options of a function are axis and keepdims.")


def _allow_structure(tree):
    """Check that functions are called, np stands before a dot, and commas separate arguments or
    indices.
    """
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    prefixes = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and id(node) in called
    }
    indices = {id(node.slice) for node in ast.walk(tree) if isinstance(node, ast.Subscript)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and not _is_function(node.func):
            raise UserError("Only the listed functions can be called.")
        if isinstance(node, ast.Name) and (
            (node.id in FUNCTIONS and id(node) not in called)
            or (node.id in NUMPY and id(node) not in prefixes)
        ):
            raise UserError(
                f"{node.id} must be followed by its argument, as in sum(x) or np.sum(x)."
            )
        if isinstance(node, ast.Tuple) and id(node) not in indices:
            raise UserError("A comma can separate arguments or indices only.")


def _is_function(node):
    return (isinstance(node, ast.Name) and node.id in FUNCTIONS) or (
        isinstance(node, ast.Attribute) and _numpy(node.value) and node.attr in FUNCTIONS
    )
