import numpy as np
import pytest

from core.word2vec import batch, gradient_check, losses


def test_everything_is_checked_and_passes():
    found = gradient_check.run()
    assert all(c.passed for c in found), [c for c in found if not c.passed]
    names = " ".join(c.name for c in found)
    assert len(found) >= 22 and len({c.name for c in found}) == len(found)
    assert all(
        word in names
        for word in ("sigmoid", "softmax", "negative sampling", "dJ/dV", "dJ/dU", "fast batch")
    )
    assert {"CS224n", "central differences"} <= {c.source for c in found}
    assert all(0 < c.allowed <= 1e-5 for c in found), "a check that allows so much says nothing"


def broken(module, name, change):
    real = getattr(module, name)
    return module, name, lambda *a: change(real(*a), *a)


def scale(key, factor):
    return lambda result, *_: (result[0], {**result[1], key: factor * result[1][key]})


@pytest.mark.parametrize(
    "what, mistake",
    [
        ("sigmoid", broken(losses, "sigmoid", lambda y, x: y + 1e-6)),
        ("negative sampling", broken(losses, "negative_sampling", scale("v_c", 1.0001))),
        ("negative sampling", broken(losses, "negative_sampling", scale("U", -1))),
        ("softmax", broken(losses, "naive_softmax", scale("U", 1.0001))),
        ("softmax", broken(losses, "naive_softmax", lambda r, *_: (r[0] + 1e-4, r[1]))),
        (
            "fast batch",
            broken(batch, "negative_sampling_gradient", lambda r, *_: (*r[:2], 1.0001 * r[2])),
        ),
        ("fast batch", broken(batch, "softmax_gradient", lambda r, *_: (*r[:2], 1.0001 * r[2]))),
    ],
)
def test_a_mistake_in_an_equation_is_found(monkeypatch, what, mistake):
    monkeypatch.setattr(*mistake)
    assert any(what in c.name for c in gradient_check.run() if not c.passed)


def test_a_gradient_that_is_no_number_does_not_pass():
    assert not gradient_check.Check("x", "y", float("nan"), 1e-3).passed


def test_central_differences_of_known_functions():
    x = np.array([[1.0, -2.0], [0.5, 3.0]])
    kept = x.copy()
    np.testing.assert_allclose(
        gradient_check.central_difference(lambda: (x**3).sum() + x[0, 0] * x[1, 1], x),
        3 * kept**2 + [[3.0, 0], [0, 1.0]],
        rtol=1e-8,
    )
    assert (x == kept).all(), "the point has moved"


def test_relative_errors():
    assert gradient_check.relative_error(
        np.array([1.0, 200.0]), np.array([1.0, 202.0])
    ) == pytest.approx(2 / 202)
    assert gradient_check.relative_error(np.zeros(2), np.zeros(2)) == 0
    assert gradient_check.relative_error(np.zeros(2), np.array([0, 1e-9])) == pytest.approx(0.1)
