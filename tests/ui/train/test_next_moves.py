"""What a visitor of the first page is expected to ask for next."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.settings import TextSettings, TrainSettings
from ui.controls.table import CONTROLS
from ui.train import next_moves

NOW = TrainSettings()


def likely(now=NOW, before=None, **query):
    """Requests, as a page with this address makes them."""

    def script(now, before):
        import streamlit as st

        from core.settings import TextSettings
        from ui.controls import address
        from ui.train import next_moves

        address.start("Train", st.sidebar.container())
        st.session_state["likely"] = list(next_moves.likely(TextSettings(), now, before))

    app = AppTest.from_function(script, args=(now, before), default_timeout=30)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app.session_state["likely"]


def trained(requests):
    return [request[2] for request in requests if request[0].endswith(":train")]


def test_first_the_seed_and_the_other_sliders_by_one_step_then_many_seeds():
    requests = likely()
    assert trained(requests) == [
        replace(NOW, **{key: getattr(NOW, key) + sign * (CONTROLS[key].step or 1)})
        for key in ("seed", "dim", "window", "negatives")
        for sign in (1, -1)
    ]
    rest = requests[len(trained(requests)) :]
    assert [request[2].seed for request in rest] == [NOW.seed + k for k in range(16)]
    assert {(task, text) for task, text, *_ in rest} == {
        ("core.background_tasks:attempt", TextSettings())
    }


@pytest.mark.parametrize("sign", [1, -1])
def test_who_moves_a_slider_is_expected_to_go_on(sign):
    now, before = replace(NOW, seed=50), replace(NOW, seed=50 - sign)
    ahead = [one.seed for one in trained(likely(now, before))[: next_moves.AHEAD]]
    assert ahead == [50 + sign * k for k in range(1, next_moves.AHEAD + 1)]


def test_after_several_changes_no_direction_is_assumed():
    other = replace(NOW, seed=9, dim=20)
    assert trained(likely(NOW, other)) == trained(likely())


def test_no_move_leaves_a_slider_and_none_comes_twice():
    at_its_end = replace(NOW, seed=99, negatives=1)
    found = trained(likely(at_its_end, replace(at_its_end, seed=98)))
    assert at_its_end not in found and len(found) == len(set(found))
    for key in ("seed", "dim", "window", "negatives"):
        assert all(CONTROLS[key].low <= getattr(one, key) <= CONTROLS[key].high for one in found)


def test_a_control_that_does_nothing_is_not_expected_to_move():
    whole = trained(likely(loss="softmax"))
    assert {one.negatives for one in whole} == {NOW.negatives}
    assert {one.dim for one in whole} != {NOW.dim}


def test_a_page_that_is_drawn_again_announces_nothing_new(monkeypatch):
    told, session = [], {}
    monkeypatch.setattr(next_moves.foresight, "expect", lambda *what: told.append(what))
    monkeypatch.setattr(next_moves.st, "session_state", session)
    monkeypatch.setattr(next_moves.follow, "visitor", lambda: "a")
    monkeypatch.setattr(next_moves, "likely", lambda text, now, before: (now.seed, before))
    text, other = TextSettings(), TextSettings(text_seed=2)
    for one in (NOW, NOW, replace(NOW, seed=2)):
        next_moves.announce(text, one, 0.2)
    next_moves.announce(other, replace(NOW, seed=2), 0.2)
    next_moves.announce(other, replace(NOW, seed=3), 60.0)  # too long
    assert told == [("a", (1, None)), ("a", (2, NOW)), ("a", (2, None))]
