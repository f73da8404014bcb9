"""The loop that word vectors and networks share."""

import numpy as np
import pytest

from core import training_loop


def walk(count, jumps=1):
    yield 0.0, 0
    for k in range(jumps, count + 1, jumps):
        yield k / count, k


def test_a_snapshot_is_taken_at_each_time_and_signs_of_life_between():
    news = list(
        training_loop.snapshots(walk(100), np.linspace(0, 1, 5), lambda done: f"at {done:g}", 10)
    )
    assert [n for n in news if isinstance(n, str)] == [
        "at 0",
        "at 0.25",
        "at 0.5",
        "at 0.75",
        "at 1",
    ]
    assert [n.done for n in news if isinstance(n, training_loop.Progress)] == [
        0.1,
        0.2,
        0.35,
        0.45,
        0.6,
        0.7,
        0.85,
        0.95,
    ]


def test_a_step_over_several_times_is_one_snapshot():
    news = list(
        training_loop.snapshots(walk(100, 40), np.linspace(0, 1, 11), lambda done: done, np.inf)
    )
    assert news == [0.0, 0.4, 0.8]


def test_what_is_taken_is_what_the_steps_have_made_by_then():
    made = []

    def steps():
        for k in range(5):
            made.append(k)
            yield k / 4, k

    assert list(
        training_loop.snapshots(steps(), [0.0, 0.5, 1.0], lambda done: len(made), np.inf)
    ) == [
        1,
        3,
        5,
    ]


@pytest.mark.parametrize("name", training_loop.SCHEDULES)
def test_every_schedule_begins_at_one_and_never_rises(name):
    values = [training_loop.SCHEDULES[name](done) for done in np.linspace(0, 1, 21)]
    assert values[0] == 1
    assert (np.diff(values) <= 0).all()
    assert values[-1] >= 0
