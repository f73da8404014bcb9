"""The empty page that the server sends before any script runs."""

import re

import pytest
from asgi_for_tests import asked
from starlette.applications import Starlette

from ui import server
from ui.controls.pages import PAGES
from ui.player import player


def test_every_page_has_an_address():
    paths = server.paths()
    assert list(paths) == list(PAGES)
    assert paths["Train"] == "/" and paths["Weight decay"] == "/Weight_decay"
    assert [route.path for route in server.routes()][:-2] == list(paths.values())


@pytest.mark.parametrize("title", PAGES)
def test_the_empty_page_has_title_icon_style_and_what_is_needed_soon(title):
    page = server.empty(title)
    assert f"<title>{title} · word2vec lab</title>" in page
    assert page.count("<title>") == 1 == page.count('rel="icon"')
    assert "favicon.png" in page and "./favicon.png" not in page
    body = page.partition("<body>")[2]
    assert body.startswith("<style>") and '<div id="root">' in body
    early = re.findall(r'<link rel="modulepreload" crossorigin href="([^"]+)"', page)
    assert len(early) == len(set(early)) > 60
    for part in server.PARTS:
        assert any(f"/{part}." in address for address in early), part
    for address in early:
        if address.startswith("./static"):
            assert (server.FILES / address.removeprefix("./")).is_file()


def test_the_script_of_the_animations_needs_no_folder(monkeypatch, tmp_path):
    shut = tmp_path / "static"
    shut.write_text("no folder: nothing can be written here")
    monkeypatch.setattr(player, "STATIC", shut)
    player._bundle_text.cache_clear()
    answer = asked(Starlette(routes=server.routes()), player.vega_url())
    assert answer.status == 200 and "vegaEmbedOffline" in answer.text
    assert "immutable" in answer.headers["cache-control"]
