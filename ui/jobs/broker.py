"""Heavy work for all visitors: computed once for each setting, in other processes, and stopped when
nobody watches.

    with jobs.broker().watch("core.tasks:train", text, settings) as job:
        for news in job.follow():
            ...                                             # a list, empty now and then: a chance
            to draw

A task is a generator function of hashable arguments. Whoever asks for the same task and arguments
shares one job, its news from the start, and later its result. Two workers compute; a job that
nobody watches any more gives way at once to one that waits, and is canceled after GRACE seconds in
any case. Finished jobs are kept, the most recently used ones, up to KEPT_BYTES.
"""

import atexit
import os
import pickle
import struct
import subprocess
import sys
import threading
import time
from collections import OrderedDict, deque
from contextlib import contextmanager
from pathlib import Path

from core.errors import UserError

GRACE = 1.0  # seconds: a page that reruns comes back to its job within a few hundredths of one
KEPT_BYTES = 400_000_000  # some 150 default runs
ATTEMPTS = 2  # a worker that dies may have been killed for someone else's memory
ROOT = Path(__file__).parents[2]
FINISHED = ("done", "refused", "failed", "canceled")


class Job:
    """One task and all it has yielded so far."""

    def __init__(self, key, number, changed):
        self.key, self.number, self.changed = key, number, changed
        self.state, self.news, self.message = "waiting", [], ""
        self.watchers, self.attempts, self.size = 0, 0, 0
        self.started = None

    @property
    def finished(self):
        """True when nothing more will come."""
        return self.state in FINISHED

    def follow(self, every=0.1):
        """Yield a list of the new items every so many seconds, maybe an empty one, until the job is
        finished.

        The first items and the end do not wait. News that come faster are gathered: a browser that
        is slow to draw would drop what it has no time for. UserError if the task was refused;
        RuntimeError with the worker's traceback if it failed.
        """
        seen = 0
        while True:
            with self.changed:
                worth = (lambda: self.finished) if seen else (lambda: self.finished or self.news)
                self.changed.wait_for(worth, every)
                # Fewer after a restart: it replays the same
                fresh, finished = self.news[seen:], self.finished
            seen += len(fresh)
            if fresh or not finished:
                yield fresh
            if finished and seen >= len(self.news):
                break
        if self.state == "refused":
            raise UserError(self.message)
        if self.state == "failed":
            raise RuntimeError(self.message)


NOBODY = Job(None, 0, None)  # what a dead worker computes: it is free for nothing else
NOBODY.state = "canceled"


class Worker:
    """A process, and the thread that hears it."""

    def __init__(self, heard, gone):
        self.job, self.spoke = None, False
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ui.jobs.worker"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )
        threading.Thread(target=self._listen, args=(heard, gone), daemon=True).start()

    def send(self, *order):
        """Send an order; one to a worker that has just died is lost, and its death is heard by the
        thread.
        """
        try:
            pickle.dump(order, self.process.stdin, protocol=pickle.HIGHEST_PROTOCOL)
            self.process.stdin.flush()
        except OSError:
            pass

    def _listen(self, heard, gone):
        source = self.process.stdout
        while len(head := source.read(8)) == 8:
            (size,) = struct.unpack("<Q", head)
            if len(content := source.read(size)) < size:
                break
            heard(self, *pickle.loads(content), len(content))
        gone(self)


class Broker:
    """Hands jobs to workers; every method may be called from any thread."""

    def __init__(self, workers=None, kept_bytes=KEPT_BYTES):
        self.changed = threading.Condition(threading.RLock())
        self.jobs, self.waiting = OrderedDict(), deque()  # key -> Job, least recently used first
        self.kept_bytes, self.numbers, self.closed = kept_bytes, 0, False
        with self.changed:  # one may be gone before the next is there
            self.workers = [
                Worker(self._heard, self._gone)
                for _ in range(workers or min(4, os.cpu_count() or 2))
            ]
        atexit.register(self.close)

    @contextmanager
    def watch(self, task, *arguments):
        """Start or join the job of a task ("module:function") and its arguments; leaving the block
        stops watching.
        """
        with self.changed:
            job = self._find((task, *arguments))
            job.watchers += 1
            self._dispatch()
        try:
            yield job
        finally:
            with self.changed:
                job.watchers -= 1
                self._dispatch()
            if not job.finished and not job.watchers:
                timer = threading.Timer(GRACE, self._give_up, [job])
                timer.daemon = True
                timer.start()

    def ahead(self, job):
        """How many watched jobs wait before this one."""
        with self.changed:
            return sum(1 for other in self.waiting if other.watchers and other.number < job.number)

    def cancel(self, job):
        """Stop a job for everybody who watches it."""
        with self.changed:
            if job.finished:
                return
            if job.state == "waiting":
                self.waiting.remove(job)
            for worker in self.workers:
                if worker.job is job:
                    worker.send("cancel", job.number)
            self._finish(job, "canceled")
            self._dispatch()

    def close(self):
        """End the workers."""
        with self.changed:
            self.closed = True
            for worker in self.workers:
                worker.process.kill()
                worker.process.wait()

    def _find(self, key):
        job = self.jobs.get(key)
        if job is None:
            self.numbers += 1
            job = self.jobs[key] = Job(key, self.numbers, self.changed)
            self.waiting.append(job)
        self.jobs.move_to_end(key)
        return job

    def _dispatch(self):
        # Others keep their place until they are given up
        wanted = [job for job in self.waiting if job.watchers]
        if wanted and all(worker.job for worker in self.workers):
            abandoned = [w.job for w in self.workers if not w.job.watchers and not w.job.finished]
            for job in abandoned[: len(wanted)]:
                self.cancel(job)
        for worker in self.workers:
            if wanted and worker.job is None:
                job = worker.job = wanted.pop(0)
                self.waiting.remove(job)
                job.state, job.started = "running", time.monotonic()
                job.attempts += 1
                worker.send("run", job.number, job.key[0], job.key[1:])
        self.changed.notify_all()

    def _give_up(self, job):
        with self.changed:
            if not job.watchers:
                self.cancel(job)

    def _heard(self, worker, number, kind, item, size):
        with self.changed:
            job, worker.spoke = worker.job, True
            if kind == "news":
                if not job.finished:
                    job.news.append(item)
                    job.size += size
            else:
                worker.job = None
                if not job.finished:
                    self._finish(job, kind, item)
                self._dispatch()
            self.changed.notify_all()

    def _gone(self, worker):
        with self.changed:
            if self.closed:
                return
            job, worker.job = worker.job, NOBODY
            if job and not job.finished:
                if job.attempts < ATTEMPTS:
                    job.state, job.news[:], job.size = "waiting", [], 0
                    self.waiting.appendleft(job)
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
                self.workers[self.workers.index(worker)] = Worker(self._heard, self._gone)
                self._dispatch()

    def _finish(self, job, state, message=""):
        job.state, job.message = state, message
        if state != "done":
            del self.jobs[job.key]  # asked again, it is computed again
        kept = [j for j in self.jobs.values() if j.finished]
        total = sum(j.size for j in kept)
        for old in kept[:-1]:
            if total > self.kept_bytes:
                total -= old.size
                del self.jobs[old.key]
        self.changed.notify_all()


_lock, _broker = threading.Lock(), None


def broker():
    """The one broker of this server."""
    global _broker
    with _lock:
        if _broker is None:
            _broker = Broker()
        return _broker
