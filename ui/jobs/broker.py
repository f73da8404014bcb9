"""Heavy work for all visitors: computed once for each setting, in other processes, and stopped when
nobody watches.

    with jobs.broker().watch("core.background_tasks:train", text, settings) as job:
        for news in job.follow():
            ...  # a list, empty now and then: a chance to draw

A task is a generator function of hashable arguments. Visitors who ask for the same task and
arguments share one job, its news from the start, and later its result. A few workers compute; a job
that nobody watches any more gives way at once to one that waits, and is canceled after GRACE
seconds in any case. There is no other way to stop a job, so no visitor can stop it for another one.
Processor time is shared between visitors (`ui.jobs.shares`): the job of a visitor who has had more
than another is paused for the job of that other one, and goes on later. Finished jobs are kept, the
most recently used ones, up to KEPT_BYTES, arguments and results together; the visitor who holds
most of them makes room first.
"""

import atexit
import math
import os
import pickle
import threading
import time
from collections import Counter
from contextlib import contextmanager

from core.errors import UserError
from ui.jobs import memory
from ui.jobs.job import NOBODY, Job
from ui.jobs.process import ROOT as ROOT
from ui.jobs.process import Worker
from ui.jobs.shares import FORESIGHT, QUANTUM, Shares

MOST_ASKED = 64  # unfinished jobs of one visitor: ten pages ask for 40
MOST_PAUSED = 2  # jobs that wait in the memory of one worker
GRACE = 1.0  # seconds: a page that reruns comes back to its job within a few hundredths of one
KEPT_BYTES = 400_000_000  # some 150 default runs
CHECKED = 0.01  # share of them that may come before the bound is looked at again
FORESEEN_BYTES = 80_000_000  # of them, for what nobody has asked for
ATTEMPTS = 2  # a worker that dies may have been killed for someone else's memory
# Seconds without a sign of life after which a worker counts as frozen; it gives one each second,
# but not while a library holds the interpreter, as a regular expression does on a long text
SILENCE = 60.0
STUBBORN = 15.0  # seconds after which a worker is ended that does not give up a canceled job
READING = (
    300.0  # seconds of processor time for a file that is brought: several times what prose takes
)
LIMITS = {  # tasks that read what visitors bring
    "core.background_tasks:look": READING,
    "core.vectors.vector_files:load": READING,
}
# Tasks that let others go first, by so many seconds of the processor: the controls of a verdict are
# several times the work of the runs that other visitors wait for
YIELDING = {"core.background_tasks:control": 10.0}
LOOK = 0.25  # seconds between two looks at the workers, and at whose turn it is


class Broker:
    """Hands jobs to workers; every method may be called from any thread."""

    def __init__(self, workers=None, kept_bytes=KEPT_BYTES, most=None):
        """most: bytes of memory for each worker; by the machine's memory if not given."""
        count = workers or min(4, os.cpu_count() or 2)
        self.most = memory.bound(count) if most is None else most
        self.changed = threading.Condition(threading.RLock())
        # key -> Job, least recently used first. Not an OrderedDict: going through its values hashes
        # every key, which takes longer than all else here
        self.jobs, self.waiting = {}, []
        self.shares, self.lasted = Shares(), {}  # task -> seconds that one took, on average
        self.queued = Counter()  # visitor -> jobs that wait
        self.kept_bytes, self.numbers, self.closed = kept_bytes, 0, False
        self.unchecked = 0  # bytes that have come since the bounds were looked at
        self.left = time.monotonic()  # when a visitor has last stopped watching
        with self.changed:  # one may be gone before the next is there
            self.workers = [self._worker() for _ in range(count)]
        threading.Thread(target=self._look_after, daemon=True).start()
        atexit.register(self.close)

    @contextmanager
    def watch(self, task, *arguments, visitor=""):
        """Start or join the job of a task ("module:function") and its arguments; leaving the block
        stops watching. visitor: who is charged for it. UserError if one asks for too much at once.
        """
        key, order = (task, *arguments), None
        if key not in self.jobs:  # large arguments take their time, and others need not wait
            order = _pickled((task, arguments))
        with self.changed:
            self._enter(visitor)
            job = self._find(key, order, visitor)
            job.watchers.append(visitor)
            self._dispatch()
        try:
            yield job
        finally:
            with self.changed:
                job.watchers.remove(visitor)
                if visitor != FORESIGHT:
                    self.left = time.monotonic()
                self._dispatch()
            if not job.finished and not job.watchers:
                timer = threading.Timer(GRACE, self._give_up, [job])
                timer.daemon = True
                timer.start()

    def ahead(self, *jobs):
        """How many watched jobs wait before the first of these."""
        with self.changed:
            return len(self._before(min(jobs, key=self._turn)))

    def wait(self, *jobs):
        """About how many seconds until the first of these begins, or None if nothing is known."""
        with self.changed:
            self._charge()
            mine = min(jobs, key=self._turn)
            running = [worker.job for worker in self.workers if worker.job and worker.job.watchers]
            rests = [self._rest(job) for job in running]
            free = [self._until(job, rest, mine) for job, rest in zip(running, rests, strict=True)]
            before = [self._rest(job) for job in self._before(mine)]
            if None in (*free, *before):
                return None
            return min(free, default=0.0) + sum(before) / len(self.workers)

    def quiet(self):
        """Seconds for which no visitor has had anything under way."""
        with self.changed:
            unfinished = (job for job in self.jobs.values() if not job.finished)
            if any(set(job.watchers) - {FORESIGHT} for job in unfinished):
                return 0.0
            return time.monotonic() - self.left

    def knows(self, task, *arguments):
        """Whether a task is under way, or its result is kept."""
        return (task, *arguments) in self.jobs

    def kept(self, task, *arguments):
        """What a task has yielded, if its result is kept, else None; nobody is charged for it."""
        with self.changed:
            job = self.jobs.get((task, *arguments))
            return list(job.news) if job and job.state == "done" else None

    def pause(self, under_way, silent, seconds):
        """Wait until one of the jobs under way ends or one of the silent ones has news, at most so
        many seconds.
        """
        with self.changed:
            self.changed.wait_for(
                lambda: any(job.finished for job in under_way) or any(job.news for job in silent),
                seconds,
            )

    def close(self):
        """End the workers."""
        with self.changed:
            self.closed = True
            for worker in self.workers:
                worker.process.kill()
                worker.process.wait()

    def _worker(self):
        return Worker(self._heard, self._gone, self.most)

    def _enter(self, visitor):
        unfinished = [job for job in self.jobs.values() if job.watchers and not job.finished]
        if sum(visitor in job.watchers for job in unfinished) >= MOST_ASKED:
            raise UserError(
                f"{MOST_ASKED} computations are under way for this browser already; close some of "
                "its tabs, or wait."
            )
        self.shares.enter(visitor, {one for job in unfinished for one in job.watchers})

    def _turn(self, job):
        """Whose turn it is: the smallest first. Of visitors who have had about as much, the one
        goes first of whom nothing else waits: served in turns, a class would have all its pages at
        the end.
        """
        clocks = (
            self.shares.of([visitor]) - (self.queued[visitor] == 1) * QUANTUM
            for visitor in job.watchers
        )
        return min(clocks, default=math.inf) + YIELDING.get(job.key[0], 0.0), job.number

    def _clock(self, job):
        return self.shares.of(job.watchers) + YIELDING.get(job.key[0], 0.0)

    def _before(self, job):
        return [j for j in self.waiting if j.watchers and self._turn(j) < self._turn(job)]

    def _rest(self, job):
        """Seconds that a job still takes, as far as is known."""
        if job.done > 0.05 and job.spent:
            return job.spent * (1 - job.done) / job.done
        lasted = self.lasted.get(job.key[0])
        return None if lasted is None else max(0.0, lasted - job.spent)

    def _until(self, running, rest, mine):
        """Seconds until a running job ends, or gives way to mine."""
        lead = self._clock(running) - self._clock(mine)
        if set(running.watchers) & set(mine.watchers):
            return rest
        return max(0.0, QUANTUM - lead) if rest is None else min(rest, max(0.0, QUANTUM - lead))

    def _charge(self):
        """Charge the visitors for what has been computed since the last time."""
        now = time.monotonic()
        for worker in self.workers:
            seconds, worker.charged_at = now - worker.charged_at, now
            # One that has said nothing yet is still importing
            if worker.spoke and worker.job and worker.job.state == "running":
                worker.job.spent += seconds
                self.shares.charge(worker.job.watchers, seconds)

    def _find(self, key, order, visitor):
        job = self.jobs.get(key)
        if job is None:
            self.numbers += 1
            order = order or _pickled((key[0], key[1:]))  # it was there a moment ago
            job = self.jobs[key] = Job(key, order, self.numbers, self.changed)
            job.owner, job.foreseen = visitor, visitor == FORESIGHT
            self.waiting.append(job)
        elif job.foreseen and visitor != FORESIGHT:
            job.owner, job.foreseen = visitor, False
        self.jobs[key] = self.jobs.pop(key)
        return job

    def _dispatch(self):
        self._charge()
        self.queued = Counter(visitor for job in self.waiting for visitor in set(job.watchers))
        # Others keep their place until they are given up
        wanted = sorted((job for job in self.waiting if job.watchers), key=self._turn)
        if wanted and all(worker.job for worker in self.workers):
            # One whose work is done is left to its end: what it still has to say comes at once
            abandoned = [
                worker.job
                for worker in self.workers
                if not (worker.job.watchers or worker.job.finished or worker.job.done == 1)
            ]
            for job in abandoned[: len(wanted)]:
                self._cancel(job)
        for worker in self.workers:
            possible = (job for job in wanted if job.worker in (None, worker))
            if worker.job is None and (job := next(possible, None)):
                wanted.remove(job)
                self._begin(worker, job)
        self._make_way(wanted)
        self.changed.notify_all()

    def _begin(self, worker, job):
        """Start a job, or go on with one that is paused in the worker."""
        self.waiting.remove(job)
        job.state, worker.job = "running", job
        if job.worker is worker:
            job.worker = None
            worker.send(_pickled(("resume", job.number)))
        else:
            job.attempts += 1
            worker.send(_pickled(("run", job.number)), job.order)

    def _make_way(self, wanted):
        """Pause jobs whose visitors have had QUANTUM more than one who waits; a worker answers
        when it has done so.
        """
        asked = sum(worker.pausing for worker in self.workers)
        for job in sorted(wanted, key=self._clock)[asked:]:
            some = [
                worker
                for worker in self.workers
                if worker.job
                and not (worker.pausing or worker.job.finished)
                and job.worker in (None, worker)
                and sum(other.worker is worker for other in self.waiting) < MOST_PAUSED
            ]
            worker = max(some, key=lambda one: self._clock(one.job), default=None)
            if worker is None or worker.job.watchers == []:
                return
            if self._clock(worker.job) - self._clock(job) < QUANTUM:
                return
            worker.pausing = True
            worker.send(_pickled(("pause", worker.job.number)))

    def _give_up(self, job):
        with self.changed:
            if not job.watchers:
                self._cancel(job)

    def _cancel(self, job):
        if job.finished:
            return
        if job.state == "waiting":
            self.waiting.remove(job)
        for worker in self.workers:
            if worker.job is job or job.worker is worker:
                worker.send(_pickled(("cancel", job.number)))
        self._finish(job, "canceled")
        self._dispatch()

    def _heard(self, worker, number, kind, item, size):
        with self.changed:
            job, worker.spoke = worker.job, True
            if kind == "news":
                if not job.finished:
                    job.news.append(item)
                    job.sent += size
                    self.unchecked += size
                    if self.unchecked > CHECKED * self.kept_bytes:
                        self._forget_oldest()
            else:
                self._charge()
                worker.job, worker.pausing = None, False
                if kind == "paused" and not job.finished:
                    job.state, job.worker = "waiting", worker
                    self.waiting.append(job)
                elif not job.finished:
                    self._finish(job, kind, item)
                self._dispatch()
            self.changed.notify_all()

    def _gone(self, worker):
        with self.changed:
            if self.closed:
                return
            job, worker.job = worker.job, NOBODY
            for paused in [other for other in self.waiting if other.worker is worker]:
                paused.worker, paused.news[:], paused.sent = None, [], 0
            if job and not job.finished:
                if job.attempts < ATTEMPTS:
                    job.state, job.news[:], job.sent = "waiting", [], 0
                    self.waiting.append(job)
                else:
                    self._finish(
                        job,
                        "refused",
                        "The computation was stopped by the system, perhaps for lack of memory; "
                        "try a smaller vocabulary or dimension.",
                    )
            self._dispatch()
        if not worker.spoke:
            time.sleep(GRACE)  # one that cannot even start must not be started all the time
        with self.changed:
            if not self.closed:
                self.workers[self.workers.index(worker)] = self._worker()
                self._dispatch()

    def _look_after(self):
        """Dispatch jobs whose turn it is, and end workers that give no sign of life; new ones take
        their places.
        """
        looked = time.monotonic()
        while not self.closed:
            time.sleep(min(LOOK, SILENCE / 4))
            now = time.monotonic()
            with self.changed:
                if self.waiting:
                    self._dispatch()
                self._end_what_takes_too_long()
                for worker in self.workers:
                    if now - looked > SILENCE / 2:  # the server itself was asleep
                        worker.heard_at = now
                    elif now - worker.heard_at > SILENCE or _stubborn(worker, now):
                        worker.process.kill()
            looked = now

    def _end_what_takes_too_long(self):
        self._charge()
        for worker in self.workers:
            job = worker.job
            if job and not job.finished and job.spent > LIMITS.get(job.key[0], float("inf")):
                worker.send(_pickled(("cancel", job.number)))
                self._finish(
                    job, "refused", "Reading this takes too long; the file may be damaged."
                )

    def _finish(self, job, state, message=""):
        if state == "done":
            before = self.lasted.get(job.key[0], job.spent)
            self.lasted[job.key[0]] = 0.7 * before + 0.3 * job.spent
        job.state, job.message, job.order, job.ended = state, message, None, time.monotonic()
        if state != "done":
            del self.jobs[job.key]  # asked again, it is computed again
        self._forget_oldest()
        self.changed.notify_all()

    def _forget_oldest(self):
        """Forget finished jobs, all but the newest, until the rest is within the bound: the oldest
        one of the visitor who holds most, again and again; what was only foreseen goes first.
        """
        self.unchecked = 0
        total = sum(job.size for job in self.jobs.values())
        foreseen = sum(job.size for job in self.jobs.values() if job.foreseen)
        if total <= self.kept_bytes and foreseen <= FORESEEN_BYTES:
            return
        held = Counter()
        for job in self.jobs.values():
            held[job.owner] += job.size
        old = [job for job in self.jobs.values() if job.finished][:-1]
        while old:
            owners, full = {job.owner for job in old}, total > self.kept_bytes
            if FORESIGHT in owners and (full or held[FORESIGHT] > FORESEEN_BYTES):
                most = FORESIGHT
            elif full:
                most = max(owners, key=held.__getitem__)
            else:
                break
            job = next(job for job in old if job.owner == most)
            old.remove(job)
            del self.jobs[job.key]
            total, held[most] = total - job.size, held[most] - job.size


def _stubborn(worker, now):
    job = worker.job
    return job and job is not NOBODY and job.finished and now - job.ended > STUBBORN


def _pickled(order):
    return pickle.dumps(order, protocol=pickle.HIGHEST_PROTOCOL)


_lock, _broker = threading.Lock(), None


def broker():
    """The one broker of this server."""
    global _broker
    with _lock:
        if _broker is None:
            _broker = Broker()
        return _broker
