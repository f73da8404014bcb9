"""How often something may be sent to the browser: a slow one that is sent too much draws
nothing.
"""

import time

# at least so many seconds lie between two words about the progress, and between two pictures,
TELL, REDRAW = 0.3, 0.12
SHARE = 0.05  # and at least this share of those passed


class Pace:
    """Says when something may be sent again."""

    def __init__(self, least):
        self.least, self.started, self.next = least, time.monotonic(), 0.0

    def due(self):
        """True, and the wait starts again, if the last time was long enough ago."""
        now = time.monotonic()
        if now < self.next:
            return False
        self.next = now + max(self.least, SHARE * (now - self.started))
        return True


class Bar:
    """A progress bar at a place of the page, told only what is new, and not too often; it appears
    with the first words.
    """

    def __init__(self, place, said=""):
        self.place, self.pace, self.shown = place.empty(), Pace(TELL), None
        if said:
            self.tell(0.0, said)

    def tell(self, done, said):
        """Show a share of the work, 0 to 1, and a sentence."""
        if (done, said) != self.shown and self.pace.due():
            self.place.progress(min(done, 1.0), said)
            self.shown = done, said
