"""One BLAS thread while a task computes, and the usual number while it waits."""

import numpy as np
import pytest
from texts_for_tests import generated
from threadpoolctl import threadpool_info

from core import threads
from core.settings import TrainSettings
from core.word2vec import training


def limits():
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


def test_trainings_that_take_turns_give_the_same_bytes_and_leave_the_blas_as_it_was():
    text, before, errors = generated("polish", 3_000), limits(), np.geterr()
    settings = [TrainSettings(epochs=2, dim=dim, seed=dim) for dim in (5, 9)]
    alone = [list(training.train(text, s))[-1].center.tobytes() for s in settings]
    both, last = [training.train(text, s) for s in settings], [None, None]
    going = [0, 1]
    while going:
        for k in tuple(going):
            try:
                last[k] = next(both[k])
            except StopIteration:
                going.remove(k)
            assert limits() == before and np.geterr() == errors
    assert [run.center.tobytes() for run in last] == alone


def test_a_task_left_in_the_middle_leaves_nothing_behind():
    before = limits()
    task = training.train(generated("polish", 3_000), TrainSettings(epochs=2))
    next(task)
    del task
    assert limits() == before


def test_the_limit_holds_while_the_task_computes_and_its_errors_stay_its_own():
    @threads.one_thread
    def task():
        with np.errstate(divide="raise"):
            yield limits()
            with pytest.raises(FloatingPointError):
                np.float64(1) / np.float64(0)
            yield limits()
        return "the end"

    steps = task()
    assert set(next(steps)) <= {1}
    with np.errstate(divide="ignore"):
        assert np.isinf(np.float64(1) / np.float64(0))
        assert set(next(steps)) <= {1}
    with pytest.raises(StopIteration) as end:
        next(steps)
    assert end.value.value == "the end"


def test_pieces_are_computed_in_order_with_and_without_a_pool(monkeypatch):
    assert list(threads.side_by_side(abs, [-1, -2])) == [1, 2]
    monkeypatch.setenv(threads.ALONE, "1")
    assert list(threads.side_by_side(abs, [-1, -2])) == [1, 2]
    assert isinstance(threads.side_by_side(abs, []), map)
