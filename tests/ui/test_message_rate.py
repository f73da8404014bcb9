"""How fast messages of one page are taken; the clock is that of the test."""

import asyncio

import pytest

from ui import message_rate
from ui.message_rate import BURST, LATE, REFILL, TOO_MUCH


@pytest.fixture
def clock(monkeypatch):
    """Seconds, which pass while somebody sleeps."""
    passed = [0.0]

    async def sleep(seconds):
        passed[0] += seconds

    monkeypatch.setattr(message_rate.time, "monotonic", lambda: passed[0])
    monkeypatch.setattr(message_rate.asyncio, "sleep", sleep)
    return passed


def taken(clock, pauses, kind="websocket"):
    """The messages that an application behind the middleware takes, each with its time; before
    each one the page pauses so many seconds.
    """
    found = []

    async def application(scope, receive, send):
        for _ in pauses:
            found.append((await receive(), clock[0]))

    left = iter(enumerate(pauses))

    async def receive():
        k, pause = next(left)
        clock[0] += pause
        return k

    asyncio.run(message_rate.MessageRate(application)({"type": kind}, receive, None))
    return found


def test_a_page_in_use_waits_for_nothing(clock):
    pauses = 3 * ([0.0] * (int(BURST) - 1) + [BURST / REFILL]) + [1 / REFILL] * 200
    found = taken(clock, pauses)
    assert [k for k, _ in found] == list(range(len(pauses)))
    assert found[-1][1] == pytest.approx(sum(pauses))


def test_messages_that_come_too_fast_come_later_in_their_order(clock):
    found = taken(clock, [0.0] * int(BURST + LATE))
    assert [k for k, _ in found] == list(range(int(BURST + LATE)))
    assert [at for _, at in found[: int(BURST)]] == [0.0] * int(BURST)
    assert found[-1][1] == pytest.approx(LATE / REFILL)


def test_a_page_that_goes_on_so_is_cut_off(clock):
    found = taken(clock, [0.0] * int(BURST + LATE + 2))
    assert [message for message, _ in found[-2:]] == [TOO_MUCH] * 2


def test_files_that_come_by_http_are_not_slowed(clock):
    found = taken(clock, [0.0] * 1_000, "http")
    assert found[-1] == (999, 0.0)
