"""What a browser is told of a room, without a run of a script."""

import json

import pytest
from asgi_for_tests import asked
from starlette.applications import Starlette

from core.classroom.rooms import Board
from ui import server
from ui.classroom import here, seat

ME = "0" * 16


def numbers(code):
    answer = asked(Starlette(routes=server.routes()), f"/room/{code}")
    return answer.status, json.loads(answer.text)


@pytest.fixture
def room():
    code, _ = here.ROOMS.open(0.0)
    return here.ROOMS.rooms[code]


def test_the_numbers_change_with_what_is_watched(room):
    told = [numbers(room.code)[1]]

    def changed():
        told.append(numbers(room.code)[1])
        return {what for what in told[-1] if told[-1][what] != told[-2][what]}

    room.join(ME, "a")
    assert changed() == {seat.VERSION}  # nothing for the pages of students
    room.answer(ME, "q", 1.0)
    assert changed() == {seat.VERSION}
    room.place(ME, Board(("a", "b"), ("", ""), bytes(4)))
    assert changed() == {seat.VERSION, seat.BOARDS}
    for act in (
        lambda: room.go("Train", {"seed": ["3"]}),
        lambda: room.train("name", None),
        lambda: room.ask("q"),
        lambda: room.stage("q", "closed"),
    ):
        act()
        assert changed() == {seat.VERSION, seat.TURNS}
    assert changed() == set()


@pytest.mark.parametrize("code", ["QQQQ", "..%2F", "x" * 3_000])
def test_a_room_that_is_gone_differs_from_all_that_was_drawn(code):
    assert numbers(code) == (200, {"turns": -1, "version": -1, "boards": -1, "there": -1})
