"""One task of the broker, and all that it has yielded so far."""

from core.errors import UserError
from core.training_loop import Progress

FINISHED = ("done", "refused", "failed", "canceled")


class Job:
    """One task and all it has yielded so far."""

    def __init__(self, key, order, number, changed):
        self.key, self.order, self.number, self.changed = key, order, number, changed
        self.state, self.news, self.message = "waiting", [], ""
        self.ended = 0.0  # when it was finished
        self.watchers, self.attempts = [], 0  # visitors, one as often as it watches
        self.owner, self.worker = "", None  # who asked first; the worker in which it is paused
        self.foreseen = False  # nobody has asked for it yet
        self.spent = 0.0  # seconds of processor time
        self.asked, self.sent = len(order), 0  # bytes of the arguments, and of the news

    @property
    def finished(self):
        """True when nothing more will come."""
        return self.state in FINISHED

    @property
    def size(self):
        """Bytes that are kept for it."""
        return self.asked + self.sent

    @property
    def done(self):
        """The share of its work that is done, 0 to 1."""
        if self.state == "done":
            return 1.0
        return next((item.done for item in self.news[::-1] if isinstance(item, Progress)), 0.0)

    def pause(self, seconds):
        """Wait until its work is done, even if its last items are still to come, or it is finished;
        at most so many seconds.
        """
        with self.changed:
            self.changed.wait_for(lambda: self.finished or self.done == 1, seconds)

    def result(self):
        """All items, when it has come to its end; errors as for `follow`."""
        return [item for news in self.follow() for item in news]

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


NOBODY = Job(("",), b"", 0, None)  # what a dead worker computes: it is free for nothing else
NOBODY.state = "canceled"
