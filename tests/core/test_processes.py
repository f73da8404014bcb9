"""Tests of core.processes."""

import multiprocessing
import os
import signal
import threading
import time

import pytest

from core import processes
from core.threads import ALONE


def slow(n):
    """Sleep for a minute, as a long run; the first does not."""
    if n:
        time.sleep(60)
    return n


def whose(n):
    """The process that computes this."""
    return n, os.getpid()


@pytest.mark.parametrize("jobs", [1, 2, None])
def test_all_are_computed_in_as_many_processes_as_wanted(jobs):
    found = dict(processes.as_they_end(whose, [(n,) for n in range(20)], jobs))
    assert set(found) == set(range(20))
    assert (set(found.values()) == {os.getpid()}) == (jobs == 1 or os.cpu_count() == 1)
    assert ALONE not in os.environ  # this process keeps its threads


def test_ctrl_c_interrupts_work_in_this_process_itself():
    signal.signal(signal.SIGINT, lambda *_: 1 / 0)  # the command line's own raises another error
    results = processes.as_they_end(slow, [(n,) for n in range(20)], jobs=1)
    assert next(results) == 0
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(ZeroDivisionError):
        next(results)


@pytest.fixture(autouse=True)
def late_presses():
    """What comes when the processes have ended is not for the tests."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("seen", [0, 1])  # at the start, and while results come
def test_ctrl_c_ends_long_work_at_once_and_leaves_no_process(seen):
    before = signal.getsignal(signal.SIGINT)
    results = processes.as_they_end(slow, [(n,) for n in range(1 - seen, 20)], jobs=2)
    assert [next(results) for _ in range(seen)] == [0] * seen
    presses = [threading.Timer(t, os.kill, (os.getpid(), signal.SIGINT)) for t in (0.5, 0.6, 0.7)]
    for press in presses:
        press.start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        list(results)
    for press in presses:
        press.join()
    assert time.monotonic() - started < 30
    assert signal.getsignal(signal.SIGINT) is before and not multiprocessing.active_children()


def test_ctrl_c_while_a_result_is_kept_waits_for_it():
    results = processes.as_they_end(slow, [(n,) for n in range(20)], jobs=2)
    assert next(results) == 0
    os.kill(os.getpid(), signal.SIGINT)  # the one who asked goes on...
    with pytest.raises(KeyboardInterrupt):  # ...until the next result is wanted
        next(results)
