"""What is sent to the browser, and how often."""

from itertools import pairwise

import pytest

from ui.jobs import bar as pace


class Place:
    """Stands for a place of the page and remembers what it is told."""

    def __init__(self):
        self.told = []

    def empty(self):
        return self

    def progress(self, done, said):
        self.told.append((done, said))


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(pace.time, "monotonic", lambda: now[0])
    return now


def test_the_longer_something_takes_the_longer_the_pauses(clock):
    told, one = [], pace.Pace(0.25)
    for tick in range(1_600):
        clock[0] = tick / 8
        if one.due():
            told.append(clock[0])
    pauses = [b - a for a, b in pairwise(told)]
    assert told[0] == 0 and pauses[0] == 0.25
    assert pauses == sorted(pauses) and pauses[-1] >= pace.SHARE * told[-2]
    assert len(told) < 100


def test_a_bar_says_nothing_twice_and_nothing_too_soon(clock):
    place = Place()
    bar = pace.Bar(place, "Reading")
    bar.tell(0.5, "Training")  # too soon
    clock[0] = 0.4
    bar.tell(0.5, "Training")
    clock[0] = 0.8
    bar.tell(0.5, "Training")  # nothing new
    bar.tell(1.1, "Training")
    assert place.told == [(0.0, "Reading"), (0.5, "Training"), (1.0, "Training")]


def test_a_bar_without_words_stays_away():
    place = Place()
    pace.Bar(place)
    assert place.told == []
