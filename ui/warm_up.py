"""What the first visitors would all wait for, done while the server waits for them: the workers'
imports, and the training and the charts of the first page with the default settings. The lessons
are checked, too: what is wrong with one is in the server's log before a class needs it.
"""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from core.settings import TextSettings, TrainSettings
from core.texts import registry, words_to_plot
from core.texts.corpus import Facts
from ui import page, visitor_files
from ui.charts import drawing
from ui.classroom import answers_file
from ui.jobs.broker import broker
from ui.lessons import lesson_files
from ui.train import charts


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """For `st.App`: warm up beside the server, which answers meanwhile. Texts of visitors that a
    killed server left behind are removed first, and those of this one at its end: a signal may end
    it so that nothing comes after. The file of answers is opened, if there is to be one.
    """
    visitor_files.folder()
    lesson_files.found()
    answers_file.answers()
    threading.Thread(target=first_page, daemon=True).start()
    yield
    visitor_files.remove()


def first_page() -> None:
    """Train with the default settings and build the charts that show it."""
    text = TextSettings()
    request = text, TrainSettings(), registry.stamp(text.corpus)
    with broker().watch("core.background_tasks:train", *request) as job:
        for news in job.follow():
            for facts in (item for item in news if isinstance(item, Facts)):
                words = words_to_plot.choose(facts, words_to_plot.choices(facts)[0], "")
                drawing.spec(charts.loss)
                drawing.spec(charts.embedding, *dict.fromkeys(words.groups))
    page.freeze()
