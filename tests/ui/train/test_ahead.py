"""The picture of the next move of a slider, as a script in the page asks for it."""

import asyncio
import json
import threading
import time
from collections import OrderedDict
from contextlib import nullcontext
from dataclasses import replace
from types import SimpleNamespace

import pytest
from asgi_for_tests import asked
from hypothesis import given
from hypothesis import strategies as st
from pages_for_tests import animation, finished, opened, widget
from starlette.applications import Starlette
from tasks_for_tests import wait

from core.texts.words_to_plot import Chosen
from core.training_loop import Progress
from ui import server
from ui.jobs.job import Job
from ui.player import player
from ui.train import ahead, frames, view

SMALL = {"tokens": "5000", "epochs": "2", "batch": "256"}  # trains in a tenth of a second


def offered(app):
    """What the browser was sent."""
    (node,) = (n for n in app.get("bidi_component") if n.proto.component_name == "ahead")
    return json.loads(node.proto.json)


def page_of(app):
    """The name under which a page's next pictures are known."""
    return offered(app)["url"].rpartition("/")[2]


def answer(name, **query):
    return asyncio.run(ahead.answer(name, query))


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """A busy machine may take longer than a visitor waits."""
    monkeypatch.setattr(ahead, "PATIENCE", 60.0)


@pytest.fixture
def nothing_computed(monkeypatch):
    monkeypatch.setattr(ahead, "broker", lambda: pytest.fail("nothing is worth a computation"))


@pytest.fixture(scope="module")
def app():
    return opened("dashboard.py", **SMALL)


@pytest.mark.parametrize("show", ["dashboard", "as computed"])
@pytest.mark.parametrize("key", ["seed", "dim", "window", "negatives"])
def test_the_picture_is_the_one_that_the_page_shows_after_the_move(key, show):
    more = {"as_computed": "true"} if show == "as computed" else {}
    app = opened("dashboard.py", **SMALL, **more)
    before = offered(app)["sliders"]
    value = before[key] + 1
    found = answer(page_of(app), **{key: str(value)})
    widget(app, key).set_value(value)
    finished(app.run())
    for name, news in found.items():
        message = animation(app, name)
        assert all(news[part] == message[part] for part in ("static", "labels", "params", "run"))
        assert news["seconds"] == message["seconds"]
        assert len(news["frames"]) == len(message["frames"]) > 1
        assert news["frames"][-1] == message["frames"][-1]
        for one, other in zip(news["frames"], message["frames"], strict=True):
            assert all(one[axis] == other[axis] for axis in {"x", "y", "nats"} & set(one))
    assert set(found) == {"main", "main_loss"}
    assert offered(app)["sliders"] == before | {key: value}


def test_a_held_slider_gets_only_what_is_there_already(app, monkeypatch):
    name = page_of(app)
    assert answer(name, seed="30", held="") is None
    assert answer(name, seed="30", held="") is None  # nor has the question begun anything
    found = answer(name, seed="30")
    wait(lambda: answer(name, seed="30", held=""))  # its last judgment is made meanwhile
    assert found == answer(name, seed="30", held="")
    assert found["main"]["run"] != animation(app)["run"]


def test_the_last_judgment_of_a_training_is_not_waited_for(app, monkeypatch):
    job = Job(("task",), b"", 1, threading.Condition())
    watch = SimpleNamespace(watch=lambda *_, visitor: nullcontext(job))
    monkeypatch.setattr(ahead, "broker", lambda: watch)
    job.state, job.news = "running", [Progress(0.5)]
    page = ahead._pages[page_of(app)]
    assert ahead._trained(page, ("task",), 0.01, lambda: True) is None

    def come():
        with job.changed:
            job.news.append(Progress(1.0))
            job.changed.notify_all()

    monkeypatch.setattr(ahead, "LOOK", 50.0)  # less than it is waited for: it is told at once
    threading.Timer(0.1, come).start()
    begun = time.monotonic()
    assert ahead._trained(page, ("task",), 60.0, lambda: True) == job.news
    assert time.monotonic() - begun < 40 and len(job.news) == 2
    job.state = "refused"  # in its last judgment: the page says why
    assert ahead._trained(page, ("task",), 60.0, lambda: True) is None


def test_what_takes_long_is_left_to_the_page(app, monkeypatch):
    monkeypatch.setattr(ahead, "PATIENCE", 0.0001)
    assert answer(page_of(app), seed="31") is None


def test_a_crowd_gets_its_pictures_with_the_page(app, nothing_computed):
    for _ in range(ahead.AT_ONCE):
        assert ahead._free.acquire(blocking=False)
    try:
        assert answer(page_of(app), seed="32") is None
    finally:
        for _ in range(ahead.AT_ONCE):
            ahead._free.release()


def test_places_are_given_back_whatever_happens(app, monkeypatch):
    monkeypatch.setattr(ahead, "_shown", lambda *_: 1 / 0)
    for _ in range(ahead.AT_ONCE + 1):
        with pytest.raises(ZeroDivisionError):
            answer(page_of(app), seed="33")


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"held": ""},
        {"seed": "100"},
        {"seed": "-1"},
        {"seed": "1.5"},
        {"seed": ""},
        {"seed": "1" * 5_000},
        {"seed": "2", "dim": "3"},
        {"corpus": "/etc/passwd"},
        {"epochs": "5"},
        {"__class__": "1"},
    ],
)
def test_what_is_no_move_of_a_slider_has_no_picture(app, query, nothing_computed):
    assert answer(page_of(app), **query) is None


@given(st.text(max_size=30), st.dictionaries(st.text(max_size=8), st.text(max_size=30)))
def test_who_does_not_know_the_page_gets_nothing(name, query):
    assert answer(name, **query) is None


def test_an_offer_is_withdrawn_by_the_next_one_of_its_visitor():
    app = opened("dashboard.py", **SMALL)
    before = page_of(app)
    widget(app, "seed").set_value(5)
    finished(app.run())
    assert before != page_of(app)
    assert answer(before, seed="6") is None and answer(page_of(app), seed="6")


def test_an_offer_stays_as_long_as_the_pictures_are_the_same(monkeypatch):
    monkeypatch.setattr(ahead.follow, "visitor", lambda: "somebody")  # no cookies here
    app = opened("dashboard.py", **SMALL)
    before = page_of(app)
    widget(app, "word").set_value("kot")  # whose nearest words are shown
    finished(app.run())
    assert page_of(app) == before
    widget(app, "normalize").set_value(not widget(app, "normalize").value)
    finished(app.run())
    assert page_of(app) != before


def test_the_oldest_pages_are_forgotten(monkeypatch):
    monkeypatch.setattr(ahead, "KNOWN", 2)
    monkeypatch.setattr(ahead, "_pages", OrderedDict())
    apps = [opened("dashboard.py", **SMALL) for _ in range(3)]
    assert [answer(page_of(app), seed="6") is None for app in apps] == [True, False, False]


def test_a_newer_question_of_a_page_ends_the_wait_for_the_older(monkeypatch):
    monkeypatch.setattr(ahead, "PATIENCE", 600.0)
    app = opened("dashboard.py", tokens="300000", epochs="1")
    known, found = ahead._pages[page_of(app)], []
    slow = replace(known, settings=replace(known.settings, epochs=100))  # minutes
    monkeypatch.setitem(ahead._pages, "slow", slow)
    older = threading.Thread(target=lambda: found.append(answer("slow", seed="70")))
    older.start()
    wait(lambda: slow.question)
    assert answer("slow", seed="71", held="") is None
    older.join(30)
    assert found == [None]
    assert all(ahead._free.acquire(blocking=False) for _ in range(ahead.AT_ONCE))
    for _ in range(ahead.AT_ONCE):
        ahead._free.release()


@pytest.mark.parametrize(
    "query, stays",
    [
        ({}, True),
        ({"seed": "9"}, True),
        ({"dim": "9"}, True),
        ({"seed": "9", "dim": "9"}, False),
        ({"epochs": "3"}, False),
        ({"tokens": "6000"}, False),
        ({"optimizer": "sgd"}, False),
    ],
)
def test_an_offer_that_is_no_longer_one_move_away_is_withdrawn_at_once(query, stays, monkeypatch):
    app = opened("dashboard.py", **SMALL)
    before, known = page_of(app), []
    begin = view.first_screen.starts
    monkeypatch.setattr(
        view.first_screen, "starts", lambda: known.append(before in ahead._pages) or begin()
    )
    for name, value in query.items():
        app.query_params[name] = value
    finished(app.run())
    assert known[0] == stays


def test_without_words_nothing_is_turned():
    assert frames.reference(Chosen((), ()), frames.Look(True, False), {}) is None


def test_the_server_answers_under_the_address_of_the_page(app):
    web, url = Starlette(routes=server.routes()), offered(app)["url"]
    for path in (url, f"{url}x", "/ahead/none"):
        answered = asked(web, path)
        assert answered.status == 204 and answered.headers["cache-control"] == "no-store"
        assert not answered.content


def test_a_training_that_goes_on_offers_nothing(monkeypatch):
    seen, feeds = [], []
    monkeypatch.setattr(ahead, "offer", lambda run, *_: seen.append(run))
    monkeypatch.setattr(player, "_feeder", lambda **data: feeds.append(data))
    opened("dashboard.py", tokens="300000", epochs="15", seed="44")
    assert feeds and len(seen) == 1  # when it has ended


def test_many_ask_at_once_and_each_gets_its_own_or_nothing(app):
    name, found = page_of(app), {}

    def ask(seed):
        found[seed] = answer(name, seed=str(seed))

    threads = [threading.Thread(target=ask, args=(50 + k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    runs = [news["main"]["run"] for news in found.values() if news]
    assert len(set(runs)) == len(runs) >= 1
