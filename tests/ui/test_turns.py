"""Pages run in turn, and nothing that hangs holds up others."""

import threading

import pytest
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

from ui import turns
from ui.turns import Turns

LONG = 3600.0


def asked(waiting, done, number):
    """A thread that takes a turn, and has it for a moment; returned once it waits."""

    def act():
        turn = waiting.take()
        done.append(number)
        waiting.give_back(turn)

    before = len(waiting.waiting)
    thread = threading.Thread(target=act, daemon=True)
    thread.start()
    while len(waiting.waiting) == before and thread.is_alive():
        pass
    return thread


def ended(threads):
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


def test_turns_are_taken_in_the_order_in_which_they_were_asked_for():
    some, done = Turns(at_once=1, lease=LONG), []
    first = some.take()
    threads = [asked(some, done, number) for number in range(5)]
    assert done == []
    some.give_back(first)
    ended(threads)
    assert done == [0, 1, 2, 3, 4]


def test_as_many_run_side_by_side_as_may():
    some = Turns(at_once=2, lease=LONG)
    turn = some.take()
    some.take()  # does not wait
    later, done = asked(some, [], 0), []
    assert later.is_alive()
    some.give_back(turn)
    ended([later, asked(some, done, 1)])
    assert done == [1]


def test_one_that_takes_long_holds_up_nobody_and_may_end_later():
    some, done = Turns(at_once=1, lease=0.05), []
    hangs = some.take()
    ended([asked(some, done, 0), asked(some, done, 1)])
    assert done == [0, 1]
    some.give_back(hangs)
    ended([asked(some, done, 2)])
    assert done == [0, 1, 2]


@pytest.fixture
def alone(monkeypatch):
    """Scripts run one at a time; returns the turns."""
    some = Turns(at_once=1, lease=LONG)
    monkeypatch.setattr(turns, "_turns", some)
    return some


def test_a_script_gives_its_turn_back_also_when_it_fails(alone, monkeypatch):
    ran = []

    def fails(runner, data):
        ran.append((runner, data, len(alone.running)))
        raise ZeroDivisionError

    monkeypatch.setattr(turns, "_run_script", fails)
    monkeypatch.setattr(ScriptRunner, "_run_script", ScriptRunner._run_script)
    turns.keep()
    with pytest.raises(ZeroDivisionError):
        ScriptRunner._run_script("runner", "data")
    assert ran == [("runner", "data", 1)] and not alone.running


def test_others_run_while_a_script_waits(alone, monkeypatch):
    done = []

    def waits(runner, data):
        with turns.away():
            ended([asked(alone, done, 0)])
        done.append(len(alone.running))

    monkeypatch.setattr(turns, "_run_script", waits)
    turns._in_turn(None, None)
    assert done == [0, 1] and not alone.running


def test_a_page_that_is_run_without_a_server_waits_for_nobody(alone):
    with turns.away():
        assert not alone.running
    assert not alone.running
