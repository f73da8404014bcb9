"""The job layer with real worker processes: jobs are shared and canceled, workers are replaced,
and memory is bounded.
"""

import importlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import types
from pathlib import Path

import numpy as np
import pytest
from tasks_for_tests import lines, wait

from core.errors import UserError
from ui import visitor_files
from ui.jobs import broker as jobs
from ui.jobs import memory, shares
from ui.jobs.process import BESIDE

TESTS = Path(__file__).parents[2]
ROOT = TESTS.parent
TASKS = "tasks_for_tests:"
FOREVER = 100_000


@pytest.fixture(scope="module", autouse=True)
def workers_find_the_tasks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(TESTS))
        yield


@pytest.fixture(scope="module")
def shared(workers_find_the_tasks):
    broker = jobs.Broker(workers=2)
    collect(broker, "process")  # both workers are up before anything is measured
    yield broker
    broker.close()


@pytest.fixture
def one():
    broker = jobs.Broker(workers=1, kept_bytes=10_000)
    yield broker
    broker.close()


def collect(broker, task, *arguments, visitor=""):
    with broker.watch(TASKS + task, *arguments, visitor=visitor) as job:
        return [item for news in job.follow() for item in news]


def give_up(broker, job):
    with broker.changed:
        broker._cancel(job)


def start(broker, *task, visitor=""):
    """Watch a task from a thread until the event is set; returns the event and the job."""
    leave, entered, found = threading.Event(), threading.Event(), []

    def watch():
        with broker.watch(TASKS + task[0], *task[1:], visitor=visitor) as job:
            found.append(job)
            entered.set()
            leave.wait(60)

    threading.Thread(target=watch, daemon=True).start()
    assert entered.wait(20)
    return leave, found[0]


def alive(pid):
    """True for a process that runs; one that ended and waits to be collected does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


# --- one computation for all visitors


def test_many_visitors_share_one_computation(shared, log):
    results = []
    askers = [
        threading.Thread(
            target=lambda: results.append(collect(shared, "count", log, "shared", 30, 0.01))
        )
        for _ in range(8)
    ]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join(30)
    assert results == [list(range(30))] * 8
    assert lines(log) == ["start shared", "end shared"]


def test_a_late_watcher_sees_all_news_from_the_start(shared, log):
    leave, job = start(shared, "count", log, "late", 60, 0.01)
    wait(lambda: len(job.news) > 20)
    assert not job.finished
    assert collect(shared, "count", log, "late", 60, 0.01) == list(range(60))
    leave.set()
    assert lines(log).count("start late") == 1


def test_a_finished_job_is_not_computed_again(shared, log):
    first = collect(shared, "count", log, "kept", 5)
    assert collect(shared, "count", log, "kept", 5) == first == list(range(5))
    assert lines(log).count("start kept") == 1


def test_other_arguments_are_another_job(shared, log):
    assert collect(shared, "count", log, "a", 3) == [0, 1, 2]
    assert collect(shared, "count", log, "a", 4) == [0, 1, 2, 3]
    assert lines(log).count("start a") == 2


def test_follow_gives_a_chance_to_draw_while_nothing_happens(shared, log):
    with shared.watch(TASKS + "count", log, "slow", 2, 0.4) as job:
        news = list(job.follow(every=0.05))
    assert [item for items in news for item in items] == [0, 1]
    assert news.count([]) >= 4


# --- jobs without a visitor


def test_a_job_without_a_watcher_is_canceled(shared, log):
    with shared.watch(TASKS + "count", log, "left", FOREVER, 0.01) as job:
        wait(lambda: job.news)
    left = time.monotonic()
    wait(lambda: "stop left" in lines(log))
    assert time.monotonic() - left > 0.5 * jobs.GRACE
    assert job.state == "canceled"


def test_a_visitor_who_comes_back_in_time_gets_the_same_job(shared, log):
    with shared.watch(TASKS + "count", log, "back", 250, 0.01) as job:
        wait(lambda: job.news)
    time.sleep(0.2 * jobs.GRACE)  # a page that reruns
    with shared.watch(TASKS + "count", log, "back", 250, 0.01) as again:
        assert again is job
        time.sleep(1.2 * jobs.GRACE)  # the timer of the first visit ends
        assert job.state in ("running", "done")
        assert [item for news in again.follow() for item in news] == list(range(250))


def test_an_abandoned_job_gives_way_at_once(one, log, monkeypatch):
    monkeypatch.setattr(jobs, "GRACE", FOREVER)  # the new job does not wait for the timer
    leave, job = start(one, "count", log, "old", FOREVER, 0.01)
    wait(lambda: job.news)
    leave.set()
    assert collect(one, "count", log, "new", 3) == [0, 1, 2]
    assert job.state == "canceled"
    assert lines(log) == ["start old", "stop old", "start new", "end new"]


def test_a_watched_job_does_not_give_way(one, log):
    leave, job = start(one, "count", log, "watched", 60, 0.01)
    wait(lambda: job.news)
    assert collect(one, "count", log, "second", 3) == [0, 1, 2]
    leave.set()
    assert job.state == "done"
    assert lines(log) == ["start watched", "end watched", "start second", "end second"]


def test_a_job_that_waits_has_the_number_of_jobs_ahead(one, log):
    leave, first = start(one, "count", log, "first", FOREVER, 0.01)
    leave_2, second = start(one, "count", log, "second", FOREVER)
    leave_3, third = start(one, "count", log, "third", FOREVER)
    assert (first.state, second.state, third.state) == ("running", "waiting", "waiting")
    assert (one.ahead(second), one.ahead(third)) == (0, 1)
    leave_2.set()
    wait(lambda: second.finished)
    assert one.ahead(third) == 0
    leave_3.set()
    leave.set()


def test_a_job_that_waits_keeps_its_place_while_its_page_reruns(one, log):
    leave, _ = start(one, "count", log, "first", FOREVER, 0.01)
    leave_2, second = start(one, "count", log, "second", 3)
    leave_3, third = start(one, "count", log, "third", 3)
    leave_2.set()
    wait(lambda: not second.watchers)
    leave_2, again = start(one, "count", log, "second", 3)
    assert again is second
    assert (one.ahead(second), one.ahead(third)) == (0, 1)
    leave.set()
    wait(lambda: third.finished)
    assert [line for line in lines(log) if "start" in line] == [
        "start first",
        "start second",
        "start third",
    ]
    leave_2.set()
    leave_3.set()


def test_a_worker_that_cannot_start_is_not_started_all_the_time(monkeypatch):
    born = []

    class Counted(jobs.Worker):
        def __init__(self, *hears):
            born.append(time.monotonic())
            super().__init__(*hears)

    monkeypatch.setattr(jobs, "Worker", Counted)
    monkeypatch.setattr(jobs, "GRACE", 0.2)
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    broker = jobs.Broker(workers=1)
    wait(lambda: len(born) == 4)
    broker.close()
    assert np.diff(born).min() >= 0.2


def test_a_canceled_job_ends_for_its_watchers_and_keeps_nothing(shared, log):
    leave, job = start(shared, "count", log, "stopped", FOREVER, 0.01)
    wait(lambda: job.news)
    give_up(shared, job)
    assert job not in shared.jobs.values()
    list(job.follow())  # ends
    wait(lambda: "stop stopped" in lines(log))
    leave.set()
    # computed again, not taken from the canceled job
    assert len(collect(shared, "count", log, "stopped", 3)) == 3


def test_canceling_twice_or_after_the_end_changes_nothing(shared, log):
    with shared.watch(TASKS + "count", log, "ended", 3) as job:
        list(job.follow())
        give_up(shared, job)
        assert job.state == "done"
    leave, job = start(shared, "count", log, "twice", FOREVER, 0.01)
    give_up(shared, job)
    give_up(shared, job)
    assert job.state == "canceled"
    leave.set()


def test_ten_quick_moves_leave_at_most_two_running_and_the_last_result_arrives(shared, log):
    result, most = [], 0
    for move in range(10):
        last = move == 9
        with shared.watch(
            TASKS + "count", log, f"move {move}", 40 if last else FOREVER, 0.01
        ) as job:
            end = time.monotonic() + 0.05
            for news in job.follow(every=0.01):
                result += news if last else []
                said = lines(log)
                open_ = sum(line.startswith("start") for line in said) - sum(
                    not line.startswith("start") for line in said
                )
                most = max(most, open_)
                if not last and time.monotonic() > end:
                    break
    assert result == list(range(40))
    assert most <= 2
    wait(
        lambda: (
            sum(line.startswith(("stop", "end")) for line in lines(log))
            == sum("start" in line for line in lines(log))
        )
    )
    assert "end move 9" in lines(log)


# --- errors and dead workers


def test_a_mistake_of_the_user_is_refused_with_its_sentence(shared):
    with pytest.raises(UserError, match=r"^The text is too short\.$"):
        collect(shared, "refuses")


def test_news_before_a_refusal_arrive(shared):
    seen = []
    with shared.watch(TASKS + "refuses", 3) as job, pytest.raises(UserError):
        seen.extend(item for news in job.follow() for item in news)
    assert seen == [0, 1, 2]


def test_a_refused_job_is_tried_again_when_asked_again(shared):
    with shared.watch(TASKS + "refuses", 1) as job, pytest.raises(UserError):
        list(job.follow())
    with shared.watch(TASKS + "refuses", 1) as again, pytest.raises(UserError):
        list(again.follow())
    assert again is not job


@pytest.mark.parametrize(
    "task, says",
    [
        ("fails", "KeyError: 'no such thing'"),
        ("unpicklable", "pickle"),
        ("there_is_no_such_task", "AttributeError"),
    ],
)
def test_a_mistake_of_the_program_fails_with_its_traceback(shared, task, says):
    with pytest.raises(RuntimeError, match=says):
        collect(shared, task)
    assert collect(shared, "bytes_of", "after " + task, 3) == [bytes(3)]


def test_memory_that_runs_out_is_a_sentence(shared):
    with pytest.raises(UserError, match="not enough memory"):
        collect(shared, "runs_out")


def test_a_stray_print_does_not_end_up_among_the_answers(shared):
    assert collect(shared, "loud") == ["heard"]


def test_workers_import_neither_streamlit_nor_altair(shared):
    ((pid, imported),) = collect(shared, "process")
    assert pid != os.getpid()
    assert imported == set()


def test_the_job_of_a_killed_worker_is_tried_once_more(shared, log):
    assert collect(shared, "dies", log, "once", 1)[-1] == "after"
    assert lines(log) == ["start once", "start once"]
    assert all(worker.process.poll() is None for worker in shared.workers)


def test_a_job_that_kills_its_worker_twice_is_refused_with_a_sentence(shared, log):
    with pytest.raises(UserError, match="stopped by the system"):
        collect(shared, "dies", log, "twice", 9)
    assert lines(log) == ["start twice"] * jobs.ATTEMPTS
    assert collect(shared, "count", log, "after all", 2) == [0, 1]


def test_a_worker_killed_from_outside_is_replaced(one, log):
    leave, job = start(one, "count", log, "victim", 60, 0.01)
    wait(lambda: len(job.news) > 5)
    killed = one.workers[0].process.pid
    os.kill(killed, signal.SIGKILL)
    assert [item for news in job.follow() for item in news][-1] == 59
    assert job.news == list(range(60))  # computed from the start; no item arrives twice
    assert one.workers[0].process.pid != killed
    leave.set()


def test_a_job_whose_worker_was_killed_keeps_its_place(one, log):
    leave, first = start(one, "count", log, "first", 40, 0.01)
    others = [start(one, "count", log, label, 2) for label in ("second", "third")]
    wait(lambda: len(first.news) > 5)
    one.workers[0].process.kill()
    wait(lambda: all(job.finished for _, job in others))
    assert [line for line in lines(log) if "start" in line] == [
        "start first",
        "start first",
        "start second",
        "start third",
    ]
    for leave_it in (leave, *(leave for leave, _ in others)):
        leave_it.set()


@pytest.fixture
def impatient(monkeypatch):
    """A broker that counts a worker as frozen after a few seconds of silence."""
    monkeypatch.setattr(jobs, "SILENCE", 4.0)
    broker = jobs.Broker(workers=2)
    yield broker
    broker.close()


@pytest.mark.parametrize("watched", [True, False])
def test_frozen_workers_are_replaced_and_their_jobs_computed(impatient, log, watched):
    begun = [start(impatient, "count", log, label, FOREVER, 0.01) for label in "ab"]
    wait(lambda: all(job.news for _, job in begun))
    frozen = [worker.process for worker in impatient.workers]
    for process in frozen:
        os.kill(process.pid, signal.SIGSTOP)
    for leave, _ in begun:
        if not watched:
            leave.set()
    if watched:  # other workers compute the jobs that are still watched
        wait(lambda: lines(log).count("start a") == lines(log).count("start b") == 2, 60)
    else:
        assert collect(impatient, "count", log, "new", 3) == [0, 1, 2]
    wait(lambda: all(process.poll() is not None for process in frozen), 60)
    for leave, _ in begun:
        leave.set()


def test_a_worker_that_computes_in_silence_is_not_taken_for_frozen(impatient, log):
    workers = [worker.process for worker in impatient.workers]
    assert collect(impatient, "count", log, "silent", 2, 1.5 * jobs.SILENCE) == [0, 1]
    assert [worker.process for worker in impatient.workers] == workers


def test_a_worker_that_does_not_give_up_is_replaced(impatient, monkeypatch):
    monkeypatch.setattr(jobs, "STUBBORN", 0.5)
    leave, job = start(impatient, "stubborn", 600)
    wait(lambda: job.state == "running")
    process = next(worker.process for worker in impatient.workers if worker.job is job)
    leave.set()
    wait(lambda: process.poll() is not None)
    assert job.state == "canceled"
    wait(lambda: all(worker.process.poll() is None for worker in impatient.workers))


def test_reading_has_a_time_limit(impatient, monkeypatch):
    monkeypatch.setattr(jobs, "STUBBORN", 0.5)
    monkeypatch.setitem(jobs.LIMITS, TASKS + "stubborn", 0.5)
    collect(impatient, "process")  # the workers are up
    with pytest.raises(UserError, match="too long"):
        collect(impatient, "stubborn", 600)
    assert set(jobs.LIMITS) > {kind.look for kind in visitor_files.KINDS.values()}
    assert collect(impatient, "count", os.devnull, "next", 2) == [0, 1]


@pytest.mark.skipif(sys.platform != "linux", reason="the bound is the system's")
def test_a_worker_has_a_memory_of_its_own():
    broker = jobs.Broker(workers=1, most=2_000_000_000)
    try:
        assert collect(broker, "takes", 50_000_000) == [50_000_000]
        (worker,) = broker.workers
        with pytest.raises(UserError, match="not enough memory"):
            collect(broker, "takes", 3_000_000_000)
        assert broker.workers == [worker] and collect(broker, "takes", 1_000) == [1_000]
    finally:
        broker.close()


def test_the_memory_of_all_workers_is_below_the_machines(monkeypatch):
    monkeypatch.setattr(memory, "CONTAINER", Path("/none"))
    pages = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 4_000_000}
    monkeypatch.setattr(memory.os, "sysconf", pages.__getitem__)
    assert 4 * memory.bound(4) < 4096 * 4_000_000 and memory.bound(1) < 4096 * 4_000_000


def test_large_arguments_to_a_frozen_worker_block_no_other_job(shared, log):
    large = b"x" * 3_000_000  # more than a pipe takes
    for worker in shared.workers:
        os.kill(worker.process.pid, signal.SIGSTOP)
    try:
        begun = [start(shared, "length", large + bytes([k])) for k in range(2)]
        wait(lambda: all(worker.job for worker in shared.workers))
        assert shared.ahead(begun[0][1]) == 0  # the lock is free
    finally:
        for worker in shared.workers:
            os.kill(worker.process.pid, signal.SIGCONT)
    for leave, job in begun:
        assert job.result() == [len(large) + 1]
        leave.set()


def test_arguments_are_pickled_while_others_go_on(shared):
    class Slow:
        """Pickling it calls the broker from another thread."""

        def __reduce__(self):
            asker = threading.Thread(target=shared.ahead, args=(jobs.NOBODY,))
            asker.start()
            asker.join(20)
            free.append(not asker.is_alive())
            return bytes, (5,)

    free = []
    assert collect(shared, "length", Slow()) == [5]
    assert free == [True]


def test_an_idle_worker_that_dies_is_replaced(one, log):
    collect(one, "count", log, "before", 1)
    killed = one.workers[0].process
    killed.kill()
    wait(lambda: one.workers[0].process is not killed)
    assert collect(one, "count", log, "after", 2) == [0, 1]


def test_an_argument_that_a_worker_cannot_read_does_not_hang(one, log, monkeypatch):
    module = types.ModuleType("known_here_only")
    exec("class Setting: pass", module.__dict__)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    with pytest.raises(UserError, match="stopped by the system"):
        collect(one, "bytes_of", module.Setting(), 1)
    assert collect(one, "count", log, "after", 2) == [0, 1]


def test_no_worker_outlives_a_killed_server(log):
    script = (
        "import sys, time; from pathlib import Path; from ui.jobs import broker as jobs\nbroker = "
        f"jobs.Broker(workers=2)\nwith broker.watch('{TASKS}count', Path(sys.argv[1]), 'busy', "
        f"{FOREVER}, 0.01) as job:\n    while not job.news: time.sleep(0.01)\n    "
        "print(*(w.process.pid for w in broker.workers), flush=True)\n    time.sleep(60)\n"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", script, str(log)], cwd=jobs.ROOT, stdout=subprocess.PIPE, text=True
    )
    pids = [int(pid) for pid in server.stdout.readline().split()]
    assert len(pids) == 2 and all(map(alive, pids))
    server.kill()
    server.wait()
    wait(lambda: not any(map(alive, pids)), 10)


def test_closing_ends_the_workers():
    broker = jobs.Broker(workers=2)
    pids = [worker.process.pid for worker in broker.workers]
    broker.close()
    assert not any(map(alive, pids))


# --- the share of each visitor


def test_a_short_job_does_not_wait_for_the_long_job_of_another_visitor(one, log):
    heavy = [start(one, "count", log, f"h{k}", 300, 0.01, visitor="heavy") for k in range(10)]
    wait(lambda: heavy[0][1].news)
    assert collect(one, "count", log, "light", 5, visitor="light") == list(range(5))
    assert not any(job.finished for _, job in heavy)  # 3 s each
    assert heavy[0][1].result() == list(range(300))  # the long job was paused, and has gone on
    assert lines(log).count("start h0") == 1 and "stop h0" not in lines(log)
    for leave, _ in heavy:
        leave.set()


def test_long_jobs_of_two_visitors_run_in_turns(one, log, monkeypatch):
    monkeypatch.setattr(jobs, "QUANTUM", 0.2)
    monkeypatch.setattr(shares, "QUANTUM", 0.2)
    started = [
        start(one, "count", log, visitor, FOREVER, 0.01, visitor=visitor) for visitor in "ab"
    ]
    wait(lambda: all(len(job.news) > 100 for _, job in started))  # of one after the other: never
    assert lines(log) == ["start a", "start b"]
    for leave, job in started:
        news = list(job.news)
        assert news == list(range(len(news)))  # each goes on where it was paused
        leave.set()


def test_work_that_is_done_is_not_given_up_for_what_waits(one, log):
    flag = log.with_name("flag")
    leave, job = start(one, "last_word", flag)
    wait(lambda: job.news)
    behind, other = start(one, "count", log, "other", 2)
    leave.set()
    wait(lambda: not job.watchers)
    flag.touch()
    assert job.result()[1:] == ["the last word"] and other.result() == [0, 1]
    behind.set()


def test_what_is_kept_can_be_read_without_being_asked_for(one, log):
    request = TASKS + "count", log, "a", 3
    assert one.kept(*request) is None
    leave, job = start(one, "count", log, "b", FOREVER, 0.01)
    wait(lambda: job.news)
    assert one.kept(*job.key) is None
    leave.set()
    assert collect(one, *("count", *request[1:])) == one.kept(*request) == [0, 1, 2]


def served(one, log, monkeypatch, jobs_each):
    """The order in which the jobs of three visitors, a, b, c, are served who come while a fourth
    one's runs.
    """
    monkeypatch.setattr(jobs, "QUANTUM", 100.0)  # however slow this machine is, nobody is paused
    monkeypatch.setattr(shares, "QUANTUM", 0.0)  # and newcomers do not stand before others
    leave, _ = start(one, "count", log, "begun", FOREVER, 0.01, visitor="before")
    started = [
        start(one, "count", log, f"{visitor}{n}", 10, 0.01, visitor=visitor)
        for visitor in "abc"
        for n in range(jobs_each)
    ]
    leave.set()
    for leave, job in started:
        job.result()
        leave.set()
    return [line.removeprefix("end ") for line in lines(log) if line.startswith("end ")]


def test_the_last_job_of_a_page_goes_before_the_first_of_later_pages(one, log, monkeypatch):
    assert served(one, log, monkeypatch, 2) == ["a0", "a1", "b0", "b1", "c0", "c1"]


def test_many_jobs_of_one_page_do_not_go_before_those_of_later_pages(one, log, monkeypatch):
    """As runs with many seeds do: everybody sees a first picture soon."""
    assert {label[0] for label in served(one, log, monkeypatch, 4)[:3]} == {"a", "b", "c"}


def test_the_jobs_of_one_visitor_do_not_interrupt_each_other(one, log):
    long = start(one, "count", log, "long", 150, 0.01, visitor="a")
    wait(lambda: long[1].news)
    assert collect(one, "count", log, "short", 3, visitor="a") == [0, 1, 2]
    assert long[1].finished
    long[0].set()


def test_a_task_that_yields_goes_after_others_that_were_asked_for_later(one, log, monkeypatch):
    monkeypatch.setitem(jobs.YIELDING, TASKS + "length", 10.0)
    begun = start(one, "count", log, "begun", FOREVER, 0.01, visitor="a")
    yielding = start(one, "length", "abc", visitor="b")
    later = start(one, "count", log, "later", 3, visitor="b")
    assert (one.ahead(later[1]), one.ahead(yielding[1])) == (0, 1)
    for leave, _ in (begun, yielding, later):
        leave.set()


def test_a_task_that_yields_makes_way_for_what_the_same_visitor_asks_next(one, log, monkeypatch):
    monkeypatch.setitem(jobs.YIELDING, TASKS + "count", 10.0)
    leave, controls = start(one, "count", log, "controls", FOREVER, 0.01, visitor="a")
    wait(lambda: controls.news)
    assert collect(one, "length", "abc", visitor="a") == [3]
    assert not controls.finished
    leave.set()


def test_the_tasks_that_yield_are_there():
    for task in jobs.YIELDING:
        module, _, function = task.partition(":")
        assert callable(getattr(importlib.import_module(module), function))


def test_a_paused_job_ends_when_it_is_given_up(one, log):
    leave, heavy = start(one, "count", log, "heavy", FOREVER, 0.01, visitor="heavy")
    wait(lambda: heavy.news)
    leave_2, _ = start(one, "count", log, "light", FOREVER, 0.01, visitor="light")
    wait(lambda: heavy.worker)  # paused
    leave.set()
    wait(lambda: heavy.state == "canceled")
    leave_2.set()
    wait(lambda: "stop heavy" in lines(log))
    assert collect(one, "count", log, "after", 2) == [0, 1]


def test_a_paused_job_starts_again_if_its_worker_dies(one, log):
    leave, heavy = start(one, "count", log, "heavy", 200, 0.01, visitor="heavy")
    wait(lambda: heavy.news)
    leave_2, light = start(one, "count", log, "light", 200, 0.01, visitor="light")
    wait(lambda: heavy.worker)
    one.workers[0].process.kill()
    assert light.result() == heavy.result() == list(range(200))
    assert lines(log).count("start heavy") == 2
    leave.set()
    leave_2.set()


def test_one_visitor_cannot_ask_for_everything(one, log, monkeypatch):
    monkeypatch.setattr(jobs, "MOST_ASKED", 3)
    begun = [start(one, "count", log, f"{k}", FOREVER, 0.01, visitor="a") for k in range(3)]
    with pytest.raises(UserError, match="3 computations are under way for this browser"):
        collect(one, "count", log, "one more", 3, visitor="a")
    assert collect(one, "count", log, "other", 3, visitor="b") == [0, 1, 2]
    for leave, _ in begun:
        leave.set()


def test_a_job_that_waits_has_an_estimate_of_its_wait(one, log):
    leave, _ = start(one, "count", log, "unknown", 100, 0.01)
    leave_2, second = start(one, "count", log, "second", 100, 0.01)
    assert one.wait(second) is None
    second.result()
    leave_3, _ = start(one, "count", log, "third", FOREVER, 0.01)
    leave_4, _ = start(one, "count", log, "fourth", 100, 0.01)
    fifth = start(one, "count", log, "fifth", 100, 0.01)[1]
    spent = one.lasted[TASKS + "count"]
    assert 0.5 < spent < 20
    assert 0.9 * spent < one.wait(fifth) <= 2 * spent  # the fourth job, and the rest of the third
    for left in (leave, leave_2, leave_3, leave_4):
        left.set()


def test_the_visitor_who_keeps_most_makes_room_first(one):
    collect(one, "bytes_of", "small", 2_000, visitor="a")
    for label in "abc":
        collect(one, "bytes_of", label, 3_000, visitor="b")
    assert [key[1] for key in one.jobs] == ["small", "b", "c"]


# --- memory


def test_the_least_recently_used_results_go_first(one):
    for label in "abc":
        collect(one, "bytes_of", label, 3_000)
    collect(one, "bytes_of", "a", 3_000)  # used again: b is now the oldest
    collect(one, "bytes_of", "d", 3_000)
    assert [key[1] for key in one.jobs] == ["c", "a", "d"]
    assert sum(job.size for job in one.jobs.values()) <= one.kept_bytes


def test_the_size_of_a_job_is_what_it_sent_and_what_its_items_take_beside_that(one):
    collect(one, "bytes_of", "large", 1_000, 5)
    (job,) = one.jobs.values()
    assert 5_000 + 5 * BESIDE <= job.size <= 5_500 + 5 * BESIDE


def test_arguments_count_as_much_as_results(one):
    for label in "abc":
        collect(one, "length", label * 4_000)
    assert [len(key[1]) for key in one.jobs] == [4_000] * 2
    assert 8_000 < sum(job.size for job in one.jobs.values()) <= one.kept_bytes
    # the key of the job still holds the arguments
    assert all(job.order is None for job in one.jobs.values())


def test_results_on_their_way_make_room_too(one, log):
    collect(one, "bytes_of", "old", 6_000)
    collect(one, "bytes_of", "newer", 10)
    leave, job = start(one, "bytes_of", "large", 1_000, 6)
    wait(lambda: job.finished)
    leave.set()
    assert "old" not in [key[1] for key in one.jobs]


def test_a_result_larger_than_the_bound_is_still_shown(one):
    assert len(collect(one, "bytes_of", "huge", 50_000)[0]) == 50_000
    assert len(collect(one, "bytes_of", "small", 10)[0]) == 10
    assert [key[1] for key in one.jobs] == ["small"]


def test_canceled_and_refused_jobs_keep_nothing(one, log):
    with pytest.raises(UserError):
        collect(one, "refuses", 5)
    # It is far from its end after GRACE
    with one.watch(TASKS + "count", log, "left", FOREVER, 0.01) as job:
        wait(lambda: job.news)
    wait(lambda: not one.jobs)
    assert job.state == "canceled"


# --- many at once


def test_thirty_threads_neither_block_each_other_nor_lose_a_result(shared, log):
    problems, results = [], []

    def visit(k):
        try:
            for label in (k % 3, (k + 1) % 3):
                with shared.watch(TASKS + "count", log, f"left {k}", FOREVER, 0.01) as job:
                    next(iter(job.follow()))  # leaves at once
                results.append(
                    (label, collect(shared, "count", log, f"all {label}", 20 + label, 0.002))
                )
        except BaseException as problem:
            problems.append(problem)

    visitors = [threading.Thread(target=visit, args=(k,), daemon=True) for k in range(30)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join(60)
    assert not any(visitor.is_alive() for visitor in visitors)
    assert problems == []
    assert len(results) == 60
    assert all(items == list(range(20 + label)) for label, items in results)
    # Jobs without a visitor keep their workers for a while
    wait(lambda: not shared.waiting and all(worker.job is None for worker in shared.workers))


def test_no_wait_depends_on_the_wall_clock():
    for path in (*(ROOT / "ui" / "jobs").glob("*.py"), ROOT / "ui" / "visitor_files.py"):
        assert "time.time()" not in path.read_text(encoding="utf8"), path


def test_a_server_has_one_broker():
    found = []
    askers = [threading.Thread(target=lambda: found.append(jobs.broker())) for _ in range(10)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(set(map(id, found))) == 1
    assert len(found[0].workers) <= 4
