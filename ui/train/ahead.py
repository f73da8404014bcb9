"""The picture of the next move of a slider, before the page has run.

Most of the time from the release of a slider to the new picture goes into running the whole page
and drawing all of it again. So a script in the page hears which slider moves, asks under an address
that only this page knows, and hands what comes to the players; the numbers come with the page, and
with them the same picture. As long as a slider is held, what has been computed already is shown;
when it is let go, also what can be trained in a moment. Whoever gets no answer sees the picture
with the page.
"""

import asyncio
import threading
import time
import uuid
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.errors import UserError
from core.settings import TextSettings, TrainSettings
from core.texts import registry
from core.texts.words_to_plot import Chosen
from ui.controls.pages import served_at
from ui.controls.sidebar import IN_VIEW, does_something
from ui.controls.table import CONTROLS
from ui.jobs import follow
from ui.jobs.broker import broker
from ui.player import player
from ui.train import frames
from ui.train.training_state import Seen

PATH = "ahead/{page}"
AT_ONCE = 2  # answers that are being made; those who ask meanwhile see the picture with the page
PATIENCE = 0.6  # seconds for a training: a longer one is drawn by the page while it runs
LOOK, TRIES = 0.03, 4  # seconds between two looks whether a training is still wanted, and tries
KNOWN = 300  # pages
OFFER = "ahead"  # in the session: the newest address
_pages: "OrderedDict[str, Page]" = OrderedDict()  # by the last part of their addresses
_asker = st.components.v2.component(
    "ahead", js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
)
_keeping, _free = threading.Lock(), threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Page:
    """What a page shows, and what its next picture is turned onto."""

    visitor: str
    text: TextSettings
    settings: TrainSettings
    stamp: float | int | str
    chosen: Chosen
    look: frames.Look
    before: NDArray | None
    question: list = field(default_factory=list, compare=False)  # the newest, by itself

    def same(self, other: "Page | None") -> bool:
        """Whether both have the same next pictures; one that is turned onto itself moves by the
        rounding of floating point.
        """
        if other is None or replace(self, before=None) != replace(other, before=None):
            return False
        if self.before is None or other.before is None:
            return self.before is other.before
        return np.allclose(self.before, other.before, 0, 1e-9, equal_nan=True)


def offer(run, chosen, look, before):
    """Let the browser ask for the picture of a next move; an offer of other pictures is withdrawn.

    run: text, settings and stamp of the training shown; before: a reference, as of
    `frames.reference`.
    """
    page, (text, settings, _) = Page(follow.visitor(), *run, chosen, look, before), run
    with _keeping:
        name = st.session_state.get(OFFER)
        if not page.same(_pages.pop(name, None)):
            name = uuid.uuid4().hex
        _pages[name] = page  # the newest is forgotten last
        while len(_pages) > KNOWN:
            _pages.popitem(last=False)
    st.session_state[OFFER] = name
    entry = registry.registry().get(text.corpus)
    sliders = {key: getattr(settings, key) for key in IN_VIEW if does_something(key, entry)}
    _asker(key="ahead", data={"url": served_at(PATH.format(page=name)), "sliders": sliders})


def keep_for(run):
    """Withdraw this visitor's offer unless what is shown next is what was offered, or one move of a
    slider away. run: text, settings and stamp.
    """
    page = _pages.get(st.session_state.get(OFFER))
    if page is None:
        return
    (text, settings, stamp), now = run, page.settings
    moved = [key for key in IN_VIEW if getattr(settings, key) != getattr(now, key)]
    followed = replace(now, **{key: getattr(settings, key) for key in moved[:1]})
    if (page.text, followed, page.stamp) != (text, settings, stamp):
        _pages.pop(st.session_state[OFFER], None)


async def answer(page: str, query: dict[str, str]) -> dict | None:
    """News for the players by their keys, or None if there is no answer now.

    page: the last part of the address; query: a slider and its new value, and "held" if only what
    is there already is wanted. A page has one question at a time: a newer one ends the wait.
    """
    known = _pages.get(page)
    moved = _moved(known, {key: value for key, value in query.items() if key != "held"})
    if moved is None:
        return None
    known.question[:] = mine = [object()]
    patience = 0 if "held" in query else PATIENCE
    for _ in range(TRIES):
        if _free.acquire(blocking=False):
            break
        await asyncio.sleep(LOOK)  # until the older question has gone
    else:
        return None
    try:
        return await asyncio.to_thread(
            _shown, known, moved, patience, lambda: known.question == mine
        )
    finally:
        _free.release()


def _moved(page, query):
    """The settings after the move; None if it is none."""
    if page is None or len(query) != 1:
        return None
    ((key, given),) = query.items()
    if key not in IN_VIEW or len(given) > 20:
        return None
    value, mended = CONTROLS[key].read([given])
    return None if mended else replace(page.settings, **{key: value})


def _shown(page, settings, patience, wanted):
    run = page.text, settings, page.stamp
    request = "core.background_tasks:train", *run
    items = broker().kept(*request) or (patience and _trained(page, request, patience, wanted))
    if not items:
        return None
    seen = Seen()
    seen.take(items)
    # The labels of the frames before are placed by the page, which comes before these are played
    # unless the server has much to do
    parts = frames.parts(seen, page.chosen, page.look, run, settings.epochs, page.before, tail=1)
    return {key: player.news(**part) for key, part in parts.items()}


def _trained(page, request, patience, wanted):
    """What a training has yielded up to its last picture, if that comes in time and is still wanted
    then.
    """
    end = time.monotonic() + patience
    try:
        with broker().watch(*request, visitor=page.visitor) as job:
            while not job.finished and job.done < 1 and time.monotonic() < end and wanted():
                job.pause(LOOK)
            # The Run, which needs a judgment over many more words, comes with the page
            there = job.done == 1 and job.state in ("running", "done")
            return list(job.news) if there and wanted() else None
    except UserError:  # the page will say it
        return None
