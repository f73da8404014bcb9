"""Waiting for something in a page."""

import contextlib
import time

EVERY = 0.05  # seconds


def until(page, expression, seconds=60):
    """Wait until an expression holds in a page, also over a change of the address.

    Playwright's own `wait_for_function` makes a script of the text, which the policy of the pages
    forbids (ui/protection.py).
    """
    from playwright.sync_api import Error  # of requirements-dev.txt

    end = time.monotonic() + seconds
    while True:
        with contextlib.suppress(Error):  # the page is changing
            if page.evaluate(f"Boolean({expression})"):
                return
        assert time.monotonic() < end, f"after {seconds} s it was not so: {expression}"
        page.wait_for_timeout(1000 * EVERY)
