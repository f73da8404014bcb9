"""Pages run in turn, and nothing that hangs holds up others."""

import threading

import pytest
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

from ui import turns
from ui.turns import Turns

LONG = 3600.0


def asked(waiting, done, number, due=0.0):
    """A thread that takes a turn, and has it for a moment; returned once it waits."""

    def act():
        turn = waiting.take(due)
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
    first = some.take(0.0)
    threads = [asked(some, done, number) for number in range(5)]
    assert done == []
    some.give_back(first)
    ended(threads)
    assert done == [0, 1, 2, 3, 4]


def test_who_is_due_earlier_goes_first():
    some, done = Turns(at_once=1, lease=LONG), []
    first = some.take(0.0)
    threads = [asked(some, done, due, due) for due in (30.0, 0.0, 10.0, 0.0)]
    some.give_back(first)
    ended(threads)
    assert done == [0.0, 0.0, 10.0, 30.0]


def test_as_many_run_side_by_side_as_may():
    some = Turns(at_once=2, lease=LONG)
    turn = some.take(0.0)
    some.take(0.0)  # does not wait
    later, done = asked(some, [], 0), []
    assert later.is_alive()
    some.give_back(turn)
    ended([later, asked(some, done, 1)])
    assert done == [1]


def test_one_that_takes_long_holds_up_nobody_and_may_end_later():
    some, done = Turns(at_once=1, lease=0.05), []
    hangs = some.take(0.0)
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
    monkeypatch.setattr(turns, "_took", {})
    return some


def request(name=""):
    """What a browser asks for."""
    return RerunData(page_script_hash="", page_name=name)


def test_a_script_gives_its_turn_back_also_when_it_fails(alone, monkeypatch):
    ran = []

    def fails(runner, data):
        ran.append((runner, len(alone.running)))
        raise ZeroDivisionError

    monkeypatch.setattr(turns, "_run_script", fails)
    monkeypatch.setattr(ScriptRunner, "_run_script", ScriptRunner._run_script)
    turns.keep()
    with pytest.raises(ZeroDivisionError):
        ScriptRunner._run_script("runner", request())
    assert ran == [("runner", 1)] and not alone.running


def test_others_run_while_a_script_waits(alone, monkeypatch):
    done = []

    def waits(runner, data):
        with turns.away():
            ended([asked(alone, done, 0)])
        done.append(len(alone.running))

    monkeypatch.setattr(turns, "_run_script", waits)
    turns._in_turn(None, request())
    assert done == [0, 1] and not alone.running


def test_a_page_that_takes_long_is_due_later_and_one_that_has_waited_not_later_again(
    alone, monkeypatch
):
    due, take = [], alone.take
    monkeypatch.setattr(alone, "take", lambda time: due.append(time) or take(time))

    def waits(runner, data):
        with turns.away():
            pass

    monkeypatch.setattr(turns, "_run_script", waits)
    monkeypatch.setattr(turns.time, "monotonic", lambda: 100.0)
    turns._took[("", "long", False)] = 3.0
    for name in ("long", "unknown"):
        turns._in_turn(None, request(name))
    assert due == [100 + 3 * turns.COURTESY] * 2 + [100] * 2


@pytest.mark.parametrize(("waited", "counted"), [(0.2, 0.2), (3_600.0, turns.MOST_AWAY)])
def test_a_page_that_waits_for_a_worker_lets_those_that_do_not_go_first(
    alone, monkeypatch, waited, counted
):
    now = [100.0]

    def waits(runner, data):
        with turns.away():
            now[0] += waited

    monkeypatch.setattr(turns.time, "monotonic", lambda: now[0])
    for name, script in (("computes", waits), ("does not", lambda runner, data: None)):
        monkeypatch.setattr(turns, "_run_script", script)
        turns._in_turn(None, request(name))
    took = [turns._took[("", name, False)] for name in ("computes", "does not")]
    assert took[0] - took[1] == pytest.approx(turns.NEWEST * counted, abs=0.01)


def test_a_script_that_is_replaced_while_it_waits_asks_for_no_further_turn(alone, monkeypatch):
    def replaced(runner, data):
        with turns.away():
            monkeypatch.setattr(alone, "take", None)
            raise ZeroDivisionError

    monkeypatch.setattr(turns, "_run_script", replaced)
    with pytest.raises(ZeroDivisionError):
        turns._in_turn(None, request())
    assert not alone.running


def test_a_page_is_known_by_what_it_took_and_names_that_are_made_up_fill_nothing(
    alone, monkeypatch
):
    monkeypatch.setattr(turns, "_run_script", lambda runner, data: sum(range(100_000)))
    for k in range(3 * turns.PAGES):
        turns._in_turn(None, request(f"page {k}"))
    assert 0 < len(turns._took) <= turns.PAGES
    assert all(seconds > 0 for seconds in turns._took.values())


def test_a_page_that_is_run_without_a_server_waits_for_nobody(alone):
    with turns.away():
        assert not alone.running
    assert not alone.running
