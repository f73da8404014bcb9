"""What a worker has said, as the server keeps it."""

import gc
import pickle
import weakref

import numpy as np

from core.texts.corpus import Facts
from ui.jobs import process


def facts(number=0):
    words = tuple(f"word {number} {k}" for k in range(1_000))
    return Facts(
        words=words, counts=np.ones(1_000, int), digest="", sentences=1, tokens=1_000, different=1
    )


def said(number, item):
    """A worker's answer, as it arrives."""
    return process.message(pickle.dumps((number, "news")) + pickle.dumps(item))


def test_equal_large_items_of_many_tasks_are_kept_once():
    (one, kind, first), (other, _, second), (_, _, third) = (
        said(1, facts()),
        said(2, facts()),
        said(3, facts(1)),
    )
    assert (one, other, kind) == (1, 2, "news")
    assert first is second is not third
    assert first.words == facts().words and third.words == facts(1).words


def test_what_nobody_keeps_is_forgotten():
    kept = weakref.ref(said(1, facts(2))[2])
    gc.collect()
    assert kept() is None


def test_small_items_and_those_that_cannot_be_found_again_come_as_they_are():
    for item in ("", None, ("paused", 1), list(range(10_000)), b"a" * 10_000):
        assert said(7, item) == (7, "news", item)
