"""What the first visitors would all wait for, done while the server already answers: the imports of
the pages and of the workers, and the training and the charts of the first page with the default
settings. The lessons are checked, too: what is wrong with one is in the server's log before a class
needs it.
"""

import asyncio
import gc
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

from core import files
from ui.classroom import answers_file

FIRST_ANSWER = 0.05  # seconds in which the server gets ready to answer
imported = threading.Event()  # what pages import: two threads that import the same may disturb it
imported.set()


def keep() -> None:
    """Let scripts wait until what they import is there."""
    run_script = ScriptRunner._run_script

    def when_imported(runner, data):
        imported.wait()
        run_script(runner, data)

    ScriptRunner._run_script = when_imported


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """For `st.App`: warm up beside the server, which answers meanwhile. Texts of visitors that a
    killed server left behind are removed first, and those of this one at its end: a signal may end
    it so that nothing comes after. The file of answers is opened, if there is to be one.
    """
    files.remove_left_behind()
    answers_file.answers()
    imported.clear()
    # Both would share one interpreter
    asyncio.get_running_loop().call_later(FIRST_ANSWER, _beside)
    yield
    from ui import visitor_files

    visitor_files.remove()


def _beside():
    threading.Thread(target=_warm_up, daemon=True).start()


def _warm_up():
    try:
        first_page()
    finally:
        imported.set()  # whatever fails will fail again where somebody sees it


def first_page() -> None:
    """Start the workers, which import meanwhile, let them train with the default settings, import
    what the page needs, and build the charts that show it.
    """
    from ui.jobs.broker import broker

    workers = broker()
    from core.settings import TextSettings, TrainSettings
    from core.texts import registry

    text = TextSettings()
    request = text, TrainSettings(), registry.stamp(text.corpus)
    with workers.watch("core.background_tasks:train", *request) as job:
        prepare()
        imported.set()
        _draw(job)
    from ui import page

    page.freeze()


def prepare() -> None:
    """Import what the first page needs, and look through the lessons."""
    gc.disable()  # nothing that is imported is garbage: a sixth of the time
    try:
        # With pandas and pyarrow: while a script imports them, Altair would use the half it sees
        import_module("ui.train.view")
        from ui.lessons import lesson_files
    finally:
        gc.enable()
    lesson_files.found()


def _draw(job):
    from core.texts import words_to_plot
    from core.texts.corpus import Facts
    from ui.charts import drawing
    from ui.train import charts

    for news in job.follow():
        for facts in (item for item in news if isinstance(item, Facts)):
            words = words_to_plot.choose(facts, words_to_plot.choices(facts)[0], "")
            drawing.spec(charts.loss)
            drawing.spec(charts.embedding, *dict.fromkeys(words.groups))
