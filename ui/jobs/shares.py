"""Fair shares of the processors: the visitor who has had the least time is served first."""

# Seconds of processor time that one visitor may be ahead of another who waits: a running job gives
# way beyond that. Shorter would make equal jobs take turns, and all of them late.
QUANTUM = 1.0
REMEMBERED = 1_000  # visitors
FORESIGHT = "foresight"  # is charged for what nobody has asked for yet, and is served last


class Shares:
    """How many seconds of processor time each visitor has had, on a clock all of them share."""

    def __init__(self):
        self.used = {FORESIGHT: float("inf")}
        self.least = 0.0  # of those who had something under way; does not go back for a newcomer

    def enter(self, visitor, active):
        """A visitor asks for something; active: the visitors who have something under way.

        One who is new, or comes back, stands QUANTUM before the first of the active ones: it is
        served at once, and has saved up nothing by waiting. Of a class that comes at once nobody
        stands before the others: each before the one that came last, the first would be served
        last.
        """
        if len(self.used) > REMEMBERED:
            self.used = {one: self.used[one] for one in {*active, FORESIGHT}}
        others = (self.used[one] for one in active if one not in (visitor, FORESIGHT))
        self.least = max(self.least, min(others, default=0.0))
        floor = self.least - QUANTUM
        self.used[visitor] = max(self.used.get(visitor, floor), floor)

    def charge(self, visitors, seconds):
        """Share out what a job took among those who watch it."""
        for visitor in visitors:
            self.used[visitor] += seconds / len(visitors)

    def of(self, visitors):
        """The clock of a job: that of its first watcher in line; infinite if nobody watches."""
        return min((self.used[visitor] for visitor in visitors), default=float("inf"))
