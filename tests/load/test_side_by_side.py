"""Two visitors side by side: nothing that one of them does reaches the page of the other one.

On every page the busy one asks for other values of all controls, for impossible ones, moves all
widgets and presses all buttons that are there, brings good and bad files, stops computations,
clears the caches and loses its connection.
"""

import random
from urllib.parse import urlencode

import pytest
from servers_for_tests import Server
from sessions_for_tests import KINDS, Session, a_move

from ui.controls.control import Choice, Number, Several, Switch
from ui.controls.table import CONTROLS
from ui.server import paths

pytestmark = [pytest.mark.load, pytest.mark.timeout(400)]

SMALL = {"tokens": "5000", "epochs": "1", "seeds_n": "2", "drop_seeds": "2", "decay_seeds": "2"}
LONG = {"tokens": "150000", "epochs": "50"}
STORY = ("Ala ma kota. Kot ma Alę. Pies nie ma kota.\n" * 20).encode()
VECTORS = b"3 2\nala 1 2\nkot 3 4\npies 5 6\n"
# Fields of what a widget shows, and the name of a file that is made when it is asked for
CHANGING = {"value", "raw_value", "raw_values", "set_value", "deferred_file_id"}


@pytest.fixture(scope="module")
def server():
    with Server() as fresh:
        yield fresh


def open_page(session, path, values):
    session.open(path, urlencode(values))
    session.wait(lambda s: s.finished)


def shown(session):
    """All that is on the screen, in its order; the values of widgets stand in the address."""
    found = []
    for path, element in sorted(session.elements.items()):
        kind = element.WhichOneof("type")
        inner = type(getattr(element, kind))()
        inner.CopyFrom(getattr(element, kind))
        for field in CHANGING & set(inner.DESCRIPTOR.fields_by_name):
            inner.ClearField(field)
        found.append((path, kind, inner))
    return found


def other(control):
    """Another value than the default, cheap to compute."""
    if isinstance(control, Number):
        return control.low if control.low != control.default else control.low + (control.step or 1)
    if isinstance(control, Several):
        return ""
    if isinstance(control, Choice):
        return list(control.options or ["another"])[-1]
    return str(not control.default).lower() if isinstance(control, Switch) else "another"


def works(session, path, title):
    """Do everything that can be done on a page."""
    visitor, rows = random.Random(title), [r for r in CONTROLS.values() if title in r.pages]
    open_page(session, path, {row.key: other(row) for row in rows} | SMALL)
    open_page(session, path, {row.key: "![x](http://evil.example)" for row in rows} | SMALL)
    session.set(
        *(
            a_move(visitor, one, kind)
            for kind in KINDS
            for one in session.all(kind)
            if not one.disabled
        )
    )
    session.wait(lambda s: s.begun)
    session.open(path, urlencode(LONG | {"seed": 50 + len(title)}))
    session.wait(lambda s: s.begun)
    session.elements.clear()
    session.wait(lambda s: s.finished or "Stop" in s.buttons())
    if "Stop" in session.buttons():
        session.press("Stop")
        session.wait(lambda s: s.finished)


def brings_files(session):
    """Bring texts and vectors that can be read, and some that cannot."""
    open_page(session, "Text", SMALL)
    for name, data in (("a.txt", STORY), ("../b.csv", b"\0" * 99), ("<c>.zip", b"PK\3\4")):
        session.upload("Upload files", (name, data))
        session.wait(lambda s: s.finished and "Reading" not in s.said())
    open_page(session, "Explore", SMALL | {"ex_source": "file"})
    for name, data in (("a.vec", VECTORS), ("b.npz", b"PK\3\4")):
        session.upload("Vector file", (name, data))
        session.wait(lambda s: s.finished)


def test_nothing_that_one_visitor_does_reaches_the_page_of_another(server):
    with Session(server) as quiet, Session(server) as busy:
        for title, path in paths().items():
            page = path.removeprefix("/")
            open_page(quiet, page, SMALL)
            open_page(quiet, page, SMALL)  # what comes with a first visit alone is over
            before, address = shown(quiet), quiet.query
            works(busy, page, title)
            if title == "Text":
                brings_files(busy)
            busy.clear_caches()
            assert set(quiet.hears(0.2)) <= {"session_status_changed"}, title  # its own run's end
            open_page(quiet, page, SMALL)
            assert quiet.query == address, title
            assert shown(quiet) == before, title
        busy.cut()
        open_page(quiet, page, SMALL)
        assert shown(quiet) == before
