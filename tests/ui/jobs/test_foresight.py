"""What is computed before anyone asks for it: when, what first, and who goes before."""

import time
from pathlib import Path

import pytest
from tasks_for_tests import lines, wait

from ui.jobs import broker as jobs
from ui.jobs import foresight

TASKS = "tasks_for_tests:"
MUCH = 2_000


@pytest.fixture
def one(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    broker = jobs.Broker(workers=1, kept_bytes=100_000)
    yield broker
    broker.close()


def count(log, label, until=3, pause=0.0):
    return TASKS + "count", log, label, until, pause


def collect(broker, request, visitor="somebody"):
    with broker.watch(*request, visitor=visitor) as job:
        return job.result()


def test_what_was_foreseen_is_there_when_it_is_asked_for(one, log):
    foresight.Foresight(one).expect("a", [count(log, "next"), count(log, "after next")])
    wait(lambda: lines(log)[-1:] == ["end after next"])
    with one.watch(*count(log, "next"), visitor="a") as job:
        wait(lambda: job.finished)
        assert job.result() == [0, 1, 2]
        assert job.owner == "a"  # who holds it from now on
    assert lines(log) == ["start next", "end next", "start after next", "end after next"]


def test_a_visitor_goes_before_what_is_foreseen_even_while_it_is_computed(one, log):
    ahead = foresight.Foresight(one)
    ahead.expect("a", [count(log, "foreseen", MUCH, 0.01)])
    wait(lambda: lines(log) == ["start foreseen"])
    one.shares.used["somebody"] = 50.0  # seconds that this visitor has had
    for label in ("first", "second"):
        assert collect(one, count(log, label)) == [0, 1, 2]
    wait(lambda: one.knows(*count(log, "foreseen", MUCH, 0.01)))
    seen = lines(log)
    assert seen == ["start foreseen", "start first", "end first", "start second", "end second"]


def test_the_more_visitors_look_the_longer_it_has_to_be_quiet(one, log, monkeypatch):
    quiet = [9 * foresight.QUIET]
    monkeypatch.setattr(one, "quiet", lambda: quiet[0])
    ahead = foresight.Foresight(one)
    for k in range(10):
        ahead.expect(f"visitor {k}", [count(log, f"foreseen {k}")])
    time.sleep(5 * foresight.QUIET)
    assert not lines(log)
    quiet[0] = 10 * foresight.QUIET
    wait(lambda: len(lines(log)) == 2 * 10)


def test_nothing_is_foreseen_while_a_visitor_has_something_under_way(one, log):
    with one.watch(*count(log, "asked", MUCH, 0.001), visitor="b") as job:
        foresight.Foresight(one).expect("a", [count(log, "foreseen")])
        wait(lambda: len(job.news) > 100)
        assert one.quiet() == 0
        assert lines(log) == ["start asked"]
    wait(lambda: lines(log)[-1] == "end foreseen")
    assert one.quiet() >= foresight.QUIET


def test_the_newest_expectation_replaces_the_one_before_and_goes_first(one, log):
    with one.watch(*count(log, "asked", MUCH, 0.001), visitor="b") as job:
        ahead = foresight.Foresight(one)
        ahead.expect("a", [count(log, "old")])
        ahead.expect("b", [count(log, "of b")])
        ahead.expect("a", [count(log, "new")])
        wait(lambda: job.news)
    wait(lambda: len(lines(log)) == 6)
    assert lines(log)[2:] == ["start new", "end new", "start of b", "end of b"]


def test_what_goes_wrong_is_left_to_the_visitor_who_asks(one, log):
    foresight.Foresight(one).expect(
        "a", [(TASKS + "refuses",), (TASKS + "is_not_there",), count(log, "next")]
    )
    wait(lambda: lines(log)[-1:] == ["end next"])


def test_what_was_only_foreseen_makes_room_first(one, monkeypatch):
    monkeypatch.setattr(jobs, "FORESEEN_BYTES", 50_000)
    requests = [(TASKS + "bytes_of", label, 20_000) for label in "abcd"]
    mine = TASKS + "bytes_of", "mine", 20_000
    collect(one, mine)
    foresight.Foresight(one).expect("a", requests)
    wait(lambda: one.knows(*requests[-1]) and one.jobs[requests[-1]].finished)

    def kept():
        return [
            label for label in ("mine", *"abcd") if one.knows(TASKS + "bytes_of", label, 20_000)
        ]

    assert kept() == ["mine", "c", "d"]
    collect(one, (TASKS + "bytes_of", "larger", 50_000))  # 100,000 bytes are kept in all
    assert kept() == ["mine", "d"]


@pytest.mark.parametrize(
    "supplies, battery",
    [
        ({}, False),
        ({"AC": ("Mains", "1"), "BAT0": ("Battery", "0")}, False),
        ({"AC": ("Mains", "0"), "BAT0": ("Battery", "1")}, True),
        ({"AC": ("Mains", "0"), "dock": ("Mains", "1")}, False),
        ({"BAT0": ("Battery", "1")}, False),  # it does not say
    ],
)
def test_a_machine_on_its_battery_is_noticed(tmp_path, supplies, battery):
    for name, (kind, online) in supplies.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "type").write_text(kind + "\n")
        (tmp_path / name / "online").write_text(online + "\n")
    assert foresight.on_battery(tmp_path) == battery


def test_one_setting_switches_it_off(monkeypatch):
    for said, there in (("off", False), ("on", True)):
        monkeypatch.setenv(foresight.SWITCH, said)
        foresight._foresight.cache_clear()
        assert (foresight._foresight() is not None) == (there and len(jobs.broker().workers) > 1)
    foresight._foresight.cache_clear()
