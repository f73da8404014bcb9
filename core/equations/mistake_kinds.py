"""Which kind of mistake makes a typed derivative wrong: the smallest change that makes it right."""

import ast
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from core.equations import derivations, expressions
from core.equations.derivations import TARGETS
from core.equations.one_step import Scene
from core.errors import UserError

RIGHT, SIGN, TRANSPOSED = "right", "sign", "transposed"
REPEAT, SUM, WORD, OTHER = "forgotten repeat", "missing sum", "wrong word", "another mistake"
KINDS = SIGN, TRANSPOSED, REPEAT, SUM, WORD, OTHER
# Names that are mixed up: of one shape, but of other words
ALIKE = (("u_o", "v_c"), ("y", "e_c", "y_window", "y_hat", "n"), ("o", "c"), ("U", "V"))


def by_accident(expression: str, target: str) -> bool:
    """Whether an expression that agrees in one scene is no gradient: it does not in the default
    one, where every mistake shows.
    """
    try:
        return not derivations.judge(expression, target, derivations.default_scene()).passed
    except UserError:
        return True


def kind(expression: str, target: str, scene: Scene) -> str:
    """RIGHT or one of KINDS; UserError if the expression cannot be evaluated."""
    if derivations.judge(expression, target, scene).passed:
        return RIGHT
    wanted, names = TARGETS[target].numeric(scene), derivations.names(scene)
    tree = ast.parse(expression.strip(), mode="eval")
    for found, changes in (
        (SIGN, _signs(tree)),
        (TRANSPOSED, _transposes(tree)),
        (WORD, _words(tree)),
    ):
        if any(_is(text, names, wanted) for text in changes):
            return found
    # Right where no word is drawn twice, or where the window holds one word
    single = tuple(dict.fromkeys(scene.negatives))
    for found, simpler in (
        (REPEAT, replace(scene, negatives=single)),
        (SUM, replace(scene, window=scene.window[:1])),
    ):
        if simpler != scene and derivations.judge(expression, target, simpler).passed:
            return found
    return OTHER


def _is(text, names, wanted):
    try:
        given = expressions.evaluate(text, names)
    except UserError:
        return False
    scale = max(np.abs(wanted).max(), 1e-8)
    return given.shape == wanted.shape and bool(
        np.abs(given - wanted).max() <= derivations.ALLOWED * scale
    )


def _signs(tree) -> Iterator[str]:
    """The expression with one sign changed, or its own."""
    yield f"-({ast.unparse(tree)})"
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            sign: ast.operator = node.op
            node.op = ast.Sub() if isinstance(sign, ast.Add) else ast.Add()
            yield ast.unparse(tree)
            node.op = sign
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            minus: ast.unaryop = node.op
            node.op = ast.UAdd()
            yield ast.unparse(tree)
            node.op = minus


def _transposes(tree) -> Iterator[str]:
    """The expression transposed, or one of its parts, or the factors of one product exchanged."""
    yield f"({ast.unparse(tree)}).T"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "T":
            yield ast.unparse(tree).replace(ast.unparse(node), ast.unparse(node.value))
        elif isinstance(node, ast.Name) and node.id in ("U", "V", "U_k"):
            name, node.id = node.id, f"{node.id}.T"
            yield ast.unparse(tree)
            node.id = name
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "outer":
            node.args.reverse()
            yield ast.unparse(tree)
            node.args.reverse()
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            node.left, node.right = node.right, node.left
            yield ast.unparse(tree)
            node.left, node.right = node.right, node.left


def _words(tree) -> Iterator[str]:
    """The expression with one name exchanged for one of another word."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            name = node.id
            for other in {o for group in ALIKE if name in group for o in group} - {name}:
                node.id = other
                yield ast.unparse(tree)
            node.id = name
