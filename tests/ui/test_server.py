"""The empty page that the server sends before any script runs."""

import re

import pytest
from asgi_for_tests import asked
from pages_for_tests import opened
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from streamlit import config
from streamlit.proto.NewSession_pb2 import NewSession
from streamlit.runtime import app_session

from ui import server
from ui.controls.pages import PAGES
from ui.player import vega


def test_every_page_has_an_address():
    paths = server.paths()
    assert list(paths) == list(PAGES)
    assert paths["Train"] == "/" and paths["Weight decay"] == "/Weight_decay"
    assert [route.path for route in server.routes()][:-4] == list(paths.values())


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
    for part in server.CHART:
        assert any(f"/{part}." in a for a in early) == (title in server.CHARTED), part
    for address in early:
        if address.startswith("./static"):
            assert (server.FILES / address.removeprefix("./")).is_file()


@pytest.mark.parametrize("title", PAGES)
def test_the_scripts_of_charts_are_asked_for_early_where_there_are_any(title):
    charts = opened(PAGES[title]).get("vega_lite_chart")
    assert bool(charts) == (title in server.CHARTED)


@pytest.mark.parametrize("base", ["", "lab"])
@pytest.mark.parametrize("name", ["Gradients", "Sedes", "seeds", "Weight%20decay", "é"])
def test_a_former_or_mistyped_address_has_the_look_of_every_page(base, name, monkeypatch):
    monkeypatch.setattr(server.st, "get_option", lambda option: base)
    app = Starlette(routes=server.routes())
    answer = asked(app, f"/{base}/{name}" if base else f"/{name}")
    assert answer.status == 200 and answer.text == server.empty("Train")


@pytest.mark.parametrize("path", ["/favicon.png", "/_stcore/health", "/static/js", "/a/b", "/x.y"])
def test_what_is_no_name_of_a_page_is_left_to_streamlit(path):
    assert asked(Starlette(routes=server.routes()), path).status == 404


def test_the_script_of_the_animations_needs_no_folder(monkeypatch, tmp_path):
    shut = tmp_path / "static"
    shut.write_text("no folder: nothing can be written here")
    monkeypatch.setattr(vega, "STATIC", shut)
    vega._bundle_text.cache_clear()
    answer = asked(Starlette(routes=server.routes()), vega.url())
    assert answer.status == 200 and "vegaEmbedOffline" in answer.text
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize("base", ["", "lab"])
def test_files_of_streamlit_come_from_memory_unchanged_and_all_else_is_passed_on(base, monkeypatch):
    monkeypatch.setattr(server.st, "get_option", lambda name: f"/{base}" if base else "")
    below = f"/{base}" if base else ""
    passed = PlainTextResponse("passed on")
    app = server.FilesFromMemory(passed)
    for kind, file in (("javascript", "js/*.js"), ("css", "css/*.css"), ("font", "media/*.woff2")):
        path = sorted((server.FILES / "static").glob(file))[0]
        answer = asked(app, f"{below}/{path.relative_to(server.FILES).as_posix()}")
        assert answer.content == path.read_bytes() and kind in answer.headers["content-type"]
        assert "immutable" in answer.headers["cache-control"]
    for other in ("/", "/Seeds", "/static/js/", "/static/js/none.js", "/static/../static/js/x.js"):
        assert asked(app, below + other).text == "passed on"
    if base:
        assert asked(app, f"/static/js/{path.name}").text == "passed on"


def test_a_run_of_a_page_looks_at_no_option_again_and_says_the_same(monkeypatch):
    monkeypatch.setattr(config, "get_options_for_section", config.get_options_for_section)

    def theme():
        message = NewSession()
        app_session._populate_theme_msg(message.custom_theme)
        app_session._populate_theme_msg(message.custom_theme.light, "theme.light")
        return message

    before = theme()
    server.keep_options()
    assert theme() == before
    monkeypatch.setattr(config, "get_config_options", None)
    assert theme() == before
