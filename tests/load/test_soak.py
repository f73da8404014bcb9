"""Five visitors who click at random; nothing breaks, and memory stays bounded.

In CI for three minutes; by hand for an hour, with the curve of memory printed:
`WORD2VEC_LAB_SOAK=3600 pytest -s tests/load/test_soak.py`; WORD2VEC_LAB_SOAK_SEED chooses other
clicks.
"""

import os
import random
import re
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest
from servers_for_tests import Server, most_workers
from sessions_for_tests import KINDS, TYPED, Session, a_move, together

from ui.controls.table import CONTROLS
from ui.jobs.broker import KEPT_BYTES
from ui.server import paths

SECONDS = float(os.environ.get("WORD2VEC_LAB_SOAK", "0"))
SEED = int(os.environ.get("WORD2VEC_LAB_SOAK_SEED", "0"))
pytestmark = [
    pytest.mark.load,
    pytest.mark.timeout(SECONDS + 385),
    pytest.mark.skipif(not SECONDS, reason="a soak takes minutes: WORD2VEC_LAB_SOAK=180"),
]
CLICKERS, PATIENCE = 5, 5.0  # seconds that one waits for a page, at most
POINTS = 20  # of the curve of memory
# Bytes of the server: what it keeps, and what it needs itself. Measured: 200 MB at its start, and
# 400 MB besides what it keeps after half an hour, with a hundred sessions of the last two minutes
MOST = KEPT_BYTES + 600_000_000
# What Streamlit itself does wrong, and nobody sees: it closes a connection once more that was cut
# while something was sent
OF_STREAMLIT = re.compile(
    r"starlette_websocket\.py.*\n *await websocket\.close\(\)\n(?:.*\n)+?.*once a close message"
)
BEGINS = re.compile(r"^(?=\d{4}-\d\d-\d\d .*Uncaught|Exception in ASGI)", re.MULTILINE)
# Clicks on "Download" ask nobody: a proxy that does not answer stands in the way
NOWHERE = dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:9")
SMALL = {"tokens": "5000", "epochs": "1", "seeds_n": "3"}


def opens(clicker, session):
    """A page, with a few values of its controls, possible or not."""
    title, path = clicker.choice(list(paths().items()))
    rows = [row.key for row in CONTROLS.values() if title in row.pages]
    given = {
        key: clicker.choice((*TYPED, "0", "3", "true")) for key in rows if clicker.random() < 0.1
    }
    session.open(path.removeprefix("/"), urlencode(SMALL | given))


def moves(clicker, session):
    """One or a few widgets at once."""
    there = [(one, kind) for kind in KINDS for one in session.all(kind) if not one.disabled]
    chosen = clicker.sample(there, min(len(there), clicker.choice((1, 1, 3))))
    session.set(*(a_move(clicker, one, kind) for one, kind in chosen))


def brings(clicker, session):
    """A text or rubbish, where there is an uploader."""
    data = clicker.choice((b"Ala ma kota. " * 99, b"a,b\n1,2\n", clicker.randbytes(9_000)))
    for one in session.all("file_uploader"):
        session.give(one, (clicker.choice(("a.txt", "../b.csv", "c.npz")), data))


def stops(clicker, session):
    """The computation that is under way."""
    for button in [one for one in session.all("button") if one.label == "Stop"][:1]:
        session.set((button, "trigger_value", True))


def clears(clicker, session):
    """The caches, as the menu of Streamlit offers."""
    session.clear_caches()


ACTIONS = {opens: 5, moves: 10, brings: 1, stops: 3, clears: 1}


def clicks(server, k, end):
    """Act until the end, in one session after another; how many acts there were."""
    clicker, count = random.Random(f"{SEED} {k}"), 0
    while time.monotonic() < end:
        with Session(server) as session:
            opens(clicker, session)
            while time.monotonic() < end and clicker.random() > 0.05:
                left = time.monotonic() + clicker.choice((0.0, 0.3, PATIENCE))
                session.wait(lambda s, left=left: s.finished or time.monotonic() > left)
                (act,) = clicker.choices(list(ACTIONS), list(ACTIONS.values()))
                act(clicker, session)
                count += 1
            session.cut()
    return count


def tracebacks(said):
    """Those that a server has printed."""
    return [
        part for part in BEGINS.split(said) if "Traceback" in part and not OF_STREAMLIT.search(part)
    ]


def memory(process):
    """Bytes of a process; 0 if it is gone."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return 1024 * int(found[1]) if found else 0


def test_random_clicks_break_nothing(tmp_path):
    with Server(environment=NOWHERE | {"TMPDIR": str(tmp_path)}) as server:
        end, curve = time.monotonic() + SECONDS, []

        def look():
            while (left := end - time.monotonic()) > 0:
                workers = server.workers()
                curve.append((memory(server.process.pid), sum(map(memory, workers)), len(workers)))
                print(
                    f"{SECONDS - left:6.0f} s:",
                    *(f"{size / 1e6:6.0f} MB" for size in curve[-1][:2]),
                )
                time.sleep(min(left, SECONDS / POINTS))

        try:
            acts = together(
                CLICKERS + 1,
                lambda k: clicks(server, k, end) if k < CLICKERS else look(),
                limit=SECONDS + 300,
            )
        finally:
            print(*tracebacks(server.said()), sep="\n")
        print(f"{sum(acts[:CLICKERS])} acts; health {server.health():.3f} s")
        with Session(server) as visitor:  # all is well for the next one
            visitor.open("", urlencode(SMALL))
            visitor.wait(lambda s: s.finished and "Trained in" in s.said())
        workers = server.workers()
        assert tracebacks(server.said()) == []
        assert len(workers) <= most_workers() and sum(acts[:CLICKERS]) > CLICKERS
        assert max(size for size, *_ in curve) < MOST
    end = time.monotonic() + 30  # a worker that is reading something ends after it
    while any(map(memory, workers)) and time.monotonic() < end:
        time.sleep(0.1)
    assert not any(map(memory, workers)), "workers outlive their server"
    assert list(tmp_path.glob("word2vec-lab-*")) == []
