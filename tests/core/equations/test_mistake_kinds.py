import pytest

from core.equations import derivations, mistake_kinds
from core.equations.derivations import REGISTRY
from core.equations.mistake_kinds import OTHER, REPEAT, RIGHT, SIGN, SUM, TRANSPOSED, WORD
from core.errors import UserError

SCENE = derivations.default_scene()


@pytest.mark.parametrize(
    "expression, target, wanted",
    [
        ("U.T @ (y_hat - y)", "softmax: v_c", RIGHT),
        ("U.T @ (y - y_hat)", "softmax: v_c", SIGN),
        ("U.T @ (y_hat + y)", "softmax: v_c", SIGN),
        ("U @ (y_hat - y)", "softmax: v_c", None),  # its shapes do not fit
        ("outer(v_c, y_hat - y)", "softmax: U", TRANSPOSED),
        ("U.T @ (y_hat - e_c)", "softmax: v_c", WORD),
        ("outer(y_hat - y, u_o)", "softmax: U", WORD),
        ("U.T @ (y_hat - y)", "window: v_c", SUM),
        ("outer(y_hat - y, v_c)", "window: U", SUM),
        ("0 * v_c", "softmax: v_c", OTHER),
        ("(sigmoid(u_o @ v_c) - 1) * u_o - sigmoid(U_k @ v_c) @ U_k", "negatives: v_c", SIGN),
    ],
)
def test_the_kind_of_a_mistake(expression, target, wanted):
    if wanted is None:
        with pytest.raises(UserError):
            mistake_kinds.kind(expression, target, SCENE)
    else:
        assert mistake_kinds.kind(expression, target, SCENE) == wanted


def test_a_repeat_that_is_forgotten():
    right = "outer(y * (sigmoid(u_o @ v_c) - 1) + n * sigmoid(U @ v_c), v_c)"
    assert mistake_kinds.kind(right, "negatives: U", SCENE) == RIGHT
    once = right.replace("n *", "minimum(n, 1) *")
    assert mistake_kinds.kind(once, "negatives: U", SCENE) == REPEAT


def test_every_derivation_of_the_program_has_a_kind_and_only_wrong_ones_a_mistake():
    for derivation in REGISTRY.values():
        found = mistake_kinds.kind(derivation.expression, derivation.target, SCENE)
        assert (found == RIGHT) == (not derivation.mistake), derivation.name
