"""What waits for the imports at the start of a server, and what they do not wait for."""

import asyncio
import threading

import pytest
from asgi_for_tests import asked
from starlette.applications import Starlette
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

from ui import server, visitor_files, warm_up


@pytest.fixture
def starting(monkeypatch):
    """A server that is starting: what ends its imports, and the runs of scripts until then."""
    go_on, runs = threading.Event(), []
    monkeypatch.setattr(ScriptRunner, "_run_script", lambda runner, data: runs.append(data))
    monkeypatch.setattr(visitor_files, "remove", lambda: None)
    monkeypatch.setattr(warm_up, "first_page", go_on.wait)
    warm_up.keep()
    yield go_on, runs
    go_on.set()
    assert warm_up.imported.wait(60)


def test_scripts_and_rooms_wait_and_the_empty_page_does_not(starting):
    go_on, runs = starting
    app, told = Starlette(routes=server.routes()), []
    script = threading.Thread(target=ScriptRunner._run_script, args=(None, "first"))
    room = threading.Thread(target=lambda: told.append(asked(app, "/room/none").status))

    def visit():
        script.start()
        room.start()
        assert asked(app, "/").status == 200
        script.join(0.2)
        assert not runs and not told
        go_on.set()
        script.join(60)
        room.join(60)

    async def start():
        async with warm_up.lifespan(None):
            await asyncio.to_thread(visit)

    asyncio.run(start())
    assert runs == ["first"] and told == [200]


def test_what_cannot_be_imported_keeps_no_script_waiting(starting, monkeypatch):
    def fails():
        raise ImportError

    monkeypatch.setattr(warm_up, "first_page", fails)
    monkeypatch.setattr(threading, "excepthook", lambda problem: None)

    async def start():
        async with warm_up.lifespan(None):
            await asyncio.to_thread(ScriptRunner._run_script, None, "first")

    asyncio.run(start())
    assert starting[1] == ["first"]
