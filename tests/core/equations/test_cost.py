"""The number of multiplications for one pair."""

import numpy as np
import pytest

from core.equations import cost
from core.training_loop import Progress
from core.word2vec import losses


class Counted(float):
    """A number that counts its multiplications."""

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


def test_multiplications_of_softmax_are_as_many_as_stated():
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
    done = [item.done for item in news if isinstance(item, Progress)]
    found = {(c.loss, c.vocabulary): c for c in news if isinstance(c, cost.Cost)}
    assert done == sorted(done) and done[-1] == 1
    assert found["softmax", 30_000].microseconds > 8 * found["softmax", 100].microseconds
    assert (
        found["negative sampling", 30_000].microseconds
        < 4 * found["negative sampling", 100].microseconds
    )
    assert found["negative sampling", 30_000].multiplications == 180
