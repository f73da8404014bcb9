"""Downloads from a local server that cuts off, stalls, redirects, sends wrong sizes or corrupt
bytes.
"""

import hashlib
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise

import pytest

from core.errors import UserError
from core.settings import TextSettings
from core.texts import downloads, registry, words_to_plot
from core.texts.download_catalog import SOURCES, Source

CONTENT = b"".join(b"the %dth cat sat on the mat.\n" % k for k in range(20_000))
GOOD = Source(
    "cats",
    "Cats",
    "English",
    "http://nowhere.invalid/cats.txt",
    "MIT",
    len(CONTENT),
    hashlib.sha256(CONTENT).hexdigest(),
    groups={"animals": ("cat",)},
)


class Server(BaseHTTPRequestHandler):
    """Answers in the way that its server's `manner` says, and records the requests."""

    def log_message(self, *_):
        pass

    def do_GET(self):
        server, content = self.server, CONTENT
        start = int((self.headers["Range"] or "bytes=0-")[6:].split("-")[0])
        server.asked.append((self.path, start))
        manner = server.manner[min(len(server.asked), len(server.manner)) - 1]
        if manner == "redirect" and self.path != "/other":
            self.send_response(302)
            self.send_header("Location", "/other")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        if manner == "missing":
            return self.send_error(404)
        if manner == "no ranges":
            start = 0
        if manner == "corrupt":
            content = content.replace(b"cat", b"dog")
        if manner == "longer":
            content += b"x" * 300_000
        length = {"lies short": 1_000, "lies long": len(content) + 5}.get(
            manner, len(content) - start
        )
        self.send_response(206 if start else 200)
        if manner != "no length":
            self.send_header("Content-Length", str(length))
        self.end_headers()
        try:
            if manner in ("cut", "stall"):
                self.wfile.write(content[start : start + 300_000])
                self.wfile.flush()
                if manner == "stall":
                    server.ended.wait(10)
                return self.connection.close()
            self.wfile.write(content[start:])
        except OSError:
            pass


@pytest.fixture
def server(tmp_path, monkeypatch):
    found = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    found.daemon_threads = True
    found.asked, found.manner, found.ended = [], ["good"], threading.Event()
    threading.Thread(target=found.serve_forever, daemon=True).start()
    monkeypatch.setattr(downloads, "folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(downloads, "PATIENCE", 0.5)
    monkeypatch.setenv(downloads.MIRROR, f"http://127.0.0.1:{found.server_port}")
    for module in (downloads, registry):
        monkeypatch.setitem(module.BY_NAME, "cats", GOOD)
    yield found
    found.ended.set()
    found.shutdown()
    found.server_close()


def kept(visible=True):
    folder = downloads.folder()
    names = [path.name for path in folder.iterdir()] if folder.exists() else []
    return [name for name in names if visible != name.startswith(".")]


@pytest.mark.parametrize("manner", ["good", "redirect", "no length", "no ranges"])
def test_a_download_is_kept_whole_and_its_progress_is_shown(server, manner):
    server.manner = [manner]
    shares = [news.done for news in downloads.fetch("cats")]
    assert kept() == [GOOD.file_name] and kept(visible=False) == []
    assert downloads.path_of(GOOD).read_bytes() == CONTENT
    assert shares and all(0 <= a <= b <= 1 for a, b in pairwise(shares))
    before = len(server.asked)
    assert list(downloads.fetch("cats")) == [] and len(server.asked) == before


# The beginning that is kept ends with a whole chunk.
@pytest.mark.parametrize("then", ["good", "no ranges"])
def test_what_was_cut_off_goes_on_where_it_ended(server, then):
    server.manner = ["cut", then]
    with pytest.raises(UserError, match="goes on from there"):
        list(downloads.fetch("cats"))
    assert kept() == []
    list(downloads.fetch("cats"))
    assert server.asked[1][1] > 200_000 and downloads.path_of(GOOD).read_bytes() == CONTENT


@pytest.mark.parametrize(
    "manner, words",
    [
        ("stall", "sent nothing"),
        ("missing", "404"),
        ("lies long", "cut off"),
        ("lies short", "known hash"),
        ("corrupt", "known hash"),
        ("longer", "more than"),
    ],
)
def test_a_server_that_misbehaves_is_one_sentence_and_nothing_is_kept(server, manner, words):
    server.manner = [manner]
    with pytest.raises(UserError, match=words) as error:
        list(downloads.fetch("cats"))
    assert "\n" not in str(error.value) and kept() == []
    if words == "known hash":  # the sentence has both values
        assert GOOD.sha256 in str(error.value) and len(set(str(error.value).split())) > 10
        assert kept(visible=False) == []


def test_without_a_network_it_says_what_works(server, monkeypatch):
    monkeypatch.setenv(downloads.MIRROR, "http://127.0.0.1:9")
    with pytest.raises(UserError, match="What works without a network"):
        list(downloads.fetch("cats"))
    monkeypatch.delenv(downloads.MIRROR)
    with pytest.raises(UserError, match="no network, or no such server"):
        list(downloads.fetch("cats"))


def test_who_stops_a_download_ends_it(server):
    server.manner = ["stall"]
    news = downloads.fetch("cats")
    next(news)
    news.close()
    time.sleep(1)
    assert kept() == []


def test_a_download_is_a_text_once_it_is_there(server):
    assert "cats" not in registry.registry()
    with pytest.raises(UserError, match="python -m core fetch cats"):
        registry.load(TextSettings(corpus="cats"))
    list(downloads.fetch("cats"))
    text = registry.load(TextSettings(corpus="cats"))
    assert text.sentences == 20_000 and text.groups == {"animals": ("cat",)}
    assert registry.registry()["cats"].kind == "download"


def test_words_chosen_for_its_pictures_that_a_download_does_not_have_are_left_out_and_told(
    server, monkeypatch
):
    groups = {"animals": ("cat", "unicorn"), "things": ("mat",), "countries": ("narnia",)}
    for module in (downloads, registry):
        monkeypatch.setitem(module.BY_NAME, "cats", replace(GOOD, groups=groups))
    list(downloads.fetch("cats"))
    text = registry.load(TextSettings(corpus="cats")).facts()
    assert text.groups == {"animals": ("cat",), "things": ("mat",)}
    assert "of the 4 words chosen for its pictures, 2 are" in text.notes[-1]
    assert text.notes[-1].endswith("left out: unicorn, narnia")
    nothing = replace(GOOD, groups={"countries": ("narnia",)})
    monkeypatch.setitem(registry.BY_NAME, "cats", nothing)
    assert words_to_plot.choices(registry.load(TextSettings(corpus="cats"))) == ["frequent", "own"]


def test_an_unknown_download_is_refused_with_the_list_of_all():
    with pytest.raises(UserError, match="sst, rt-polarity"):
        list(downloads.fetch("nope"))


def test_every_source_is_described_in_full():
    for source in SOURCES:
        assert source.title and source.license and source.address.startswith("http")
        assert (len(source.sha256) == 64) == bool(source.bytes)
        assert source.groups or source.name == "subtitles"  # the exercise's own words are there
        assert replace(source, name="x").file_name.startswith("x")
    assert len({source.file_name for source in SOURCES}) == len(SOURCES)
