"""Following tasks on a page: the progress shown, how often, and when a result is complete."""

import math
from itertools import pairwise
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from core.training_loop import Progress
from ui.jobs import follow
from ui.jobs.job import Job


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(follow.time, "monotonic", lambda: now[0])
    return now


def test_the_longer_something_takes_the_longer_the_pauses(clock):
    told, one = [], follow.Pace(0.25)
    for tick in range(1_600):
        clock[0] = tick / 8
        if one.due():
            told.append(clock[0])
    pauses = [b - a for a, b in pairwise(told)]
    assert told[0] == 0 and pauses[0] == 0.25
    assert pauses == sorted(pauses) and pauses[-1] >= follow.SHARE * told[-2]
    assert len(told) < 100


@pytest.mark.parametrize(
    "passed, done, told",
    [
        (0.0, 0.30, ""),
        (1.0, 0.0003, ""),  # the first second of an hour
        (1.0, 0.5, ""),
        (2.5, 0.005, ""),
        (4.0, 0.04, ", about 96 s left"),
        (10.0, 0.04, ", about 4 min left"),
        (10.0, 0.999, ", about 1 s left"),
    ],
)
def test_time_left_is_shown_when_enough_is_done(clock, passed, done, told):
    remaining = follow.Remaining()
    assert remaining.tell(0.0) == ""
    clock[0] = passed
    assert remaining.tell(done) == told


def test_time_left_counts_from_the_first_look(clock):
    remaining = follow.Remaining()
    remaining.tell(0.8)  # computed before this visitor's first look
    clock[0] = 4.0
    assert remaining.tell(0.9) == ", about 4 s left"


@pytest.mark.parametrize(
    "looks, worth",
    [
        ([(0.0, 0.0), (0.1, 0.0)], False),  # too soon to tell
        ([(0.0, 0.0), (0.2, 0.5), (0.4, 1.0)], False),  # the rest takes no longer than this
        ([(0.0, 0.9), (0.2, 0.95)], False),  # another visitor's training, nearly at its end
        ([(0.0, 1.0), (0.2, 1.0)], False),  # and one whose last judgment alone is missing
        ([(0.0, 0.0), (0.2, 0.0)], True),
        ([(0.0, 0.0), (0.2, 0.1)], True),
        ([(0.0, 0.0), (0.2, 0.1), (0.3, 0.9)], True),  # what is drawn once is drawn on
    ],
)
def test_what_arrives_is_drawn_when_the_rest_takes_long(clock, looks, worth):
    rest = follow.Rest()
    for clock[0], done in looks:
        said = rest.worth_drawing(done)
    assert said == worth


def job(state="running", *news):
    one = Job(("core.background_tasks:read",), b"", 7, None)
    one.state, one.news = state, list(news)
    return one


def test_a_job_that_is_done_has_done_all_and_another_what_it_last_said():
    assert job("done").done == 1
    assert job("running").done == 0
    assert job("running", Progress(0.2), "a result", Progress(0.4), "another").done == 0.4


def test_a_visitor_who_waits_reads_how_many_jobs_are_ahead(monkeypatch):
    ahead, seconds = [0], [None]
    told = SimpleNamespace(ahead=lambda *jobs: ahead[0], wait=lambda *jobs: seconds[0])
    monkeypatch.setattr(follow, "broker", lambda: told)

    def say(*jobs, done=0.0):
        return follow._sentence("Training", dict(enumerate(jobs)), done, follow.Remaining())

    assert say(job("waiting")) == "Waiting for a free processor: yours is next"
    ahead[0] = 1
    assert say(job("waiting")).endswith("1 computation before yours")
    ahead[0] = 3
    assert say(job("waiting"), job("waiting")).endswith("3 computations before yours")
    seconds[0] = 12.3
    assert say(job("waiting")).endswith("3 computations before yours, in about 12 s")
    seconds[0] = 0.1
    assert say(job("waiting")).endswith(", in about 1 s")
    assert say(job("waiting"), job("running")) == "Training ..."
    assert say(job("waiting"), job("running"), done=0.25) == "Training: 25%"


# --- on a page


def page(tasks, options):
    """A page that computes tasks of tests/tasks_for_tests.py and shows their results."""
    import streamlit as st

    from core.errors import UserError
    from ui.jobs import follow

    place = follow.Redrawn(st)
    st.session_state.setdefault("drawn", [])

    def draw(items):
        st.session_state["drawn"].append({name: len(part) for name, part in items.items()})
        place.text("drawn")

    try:
        items, complete = follow.follow(tasks, draw, key="test", said="Counting", **options)
        st.text(f"{'complete' if complete else 'not complete'}: {items}")
    except UserError as problem:
        st.error(str(problem))


@pytest.fixture
def visit(monkeypatch, tmp_path):
    """Open the page with tasks {name: (function, arguments)} and a broker of this test."""
    from pathlib import Path

    from ui.jobs import broker

    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    one = broker.Broker(workers=2)
    monkeypatch.setattr(follow, "broker", lambda: one)

    def opened(options=(), **tasks):
        requests = {name: ("tasks_for_tests:" + task[0], *task[1:]) for name, task in tasks.items()}
        return AppTest.from_function(page, args=(requests, dict(options)), default_timeout=60)

    opened.broker, opened.log = one, tmp_path / "log"
    yield opened
    one.close()


def test_all_items_arrive_and_are_drawn_at_the_end(visit):
    app = visit(a=("count", visit.log, "a", 3), b=("bytes_of", "b", 2)).run()
    assert app.text[-1].value == "complete: " + str({"a": [0, 1, 2], "b": [bytes(2)]})
    assert app.session_state["drawn"][-1] == {"a": 3, "b": 1}
    assert not app.button and not app.warning


@pytest.mark.parametrize("short", [False, True])
def test_what_comes_shortly_before_the_rest_is_drawn_where_it_is_asked_for(
    visit, short, monkeypatch
):
    monkeypatch.setattr(follow, "WORTH", math.inf)
    tasks = {"a": ("count", visit.log, "a", 3), "b": ("count", visit.log, "b", 6, 0.1)}
    app = visit({"short": short}, **tasks).run()
    *before, last = app.session_state["drawn"]
    assert last == {"a": 3, "b": 6}
    assert any(seen["a"] == 3 and seen["b"] < 6 for seen in before) == short


def test_a_page_may_be_drawn_less_often(visit):
    tasks = {"a": ("count", visit.log, "a", 40, 0.02)}
    drawn = []
    for redraw in (0.05, 30.0):
        app = visit({"short": True, "redraw": redraw}, **tasks).run()
        drawn.append(len(app.session_state["drawn"]))
        tasks = {"a": ("count", visit.log, "again", 40, 0.02)}
    assert drawn[0] > drawn[1] == 2  # the first items, and all of them


def test_more_tasks_than_are_asked_for_at_a_time_all_come_to_their_end(visit):
    tasks = {f"t{k}": ("count", visit.log, f"t{k}", 2) for k in range(3 * follow.AT_ONCE)}
    app = visit(**tasks).run()
    assert app.text[-1].value == "complete: " + str({name: [0, 1] for name in tasks})


def test_a_refusal_stands_alone_and_does_not_wait_for_the_other_tasks(visit):
    app = visit(good=("count", visit.log, "long", 100_000, 0.01), bad=("refuses", 2)).run()
    assert [error.value for error in app.error] == ["The text is too short."]
    assert not app.button and not app.warning and not app.get("progress")


def test_what_was_stopped_is_shown_until_the_visitor_goes_on_or_asks_for_something_else(visit):
    tasks = {"a": ("tasks_for_tests:count", visit.log, "a", 3)}
    app = visit(a=("count", visit.log, "a", 3))
    app.session_state[follow.STOPPED] = {
        "test": {"requests": tasks, "items": {"a": [0]}, "done": 1 / 3}
    }
    app.run()
    assert app.text[-1].value == "not complete: {'a': [0]}"
    assert app.warning[0].value == "Stopped at 33%. “Go on” computes the rest."
    app.button(key="test_again").click().run()
    assert app.text[-1].value == "complete: {'a': [0, 1, 2]}" and not app.warning
    app.session_state[follow.STOPPED] = {"test": {"requests": {}, "items": {}, "done": 0}}
    assert app.run().text[-1].value == "complete: {'a': [0, 1, 2]}"
    assert app.session_state[follow.STOPPED] == {}


def test_a_job_that_was_canceled_is_not_complete(visit, monkeypatch):
    class Canceled:
        state, finished, done, news = "canceled", True, 0.5, [1, 2]
        __enter__, __exit__ = lambda self: self, lambda self, *problem: None

        def result(self):
            return self.news

    monkeypatch.setattr(
        follow, "broker", lambda: SimpleNamespace(watch=lambda *_, **__: Canceled())
    )
    assert visit(a=("any",)).run().text[-1].value == "not complete: {'a': [1, 2]}"
