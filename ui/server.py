"""What the server sends before any script runs: an empty page that looks like the program at once,
and the files that it needs.

Streamlit's own empty page knows neither the title nor the place of the sidebar: everything would
jump when the first script has run.
"""

import asyncio
import re
from functools import cache
from pathlib import Path

import streamlit as st
from starlette.convertors import Convertor, register_url_convertor
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

from ui import warm_up
from ui.controls.pages import (
    DROPOUT,
    EXPLORE,
    ICON,
    OPTIMIZERS,
    PAGES,
    SEEDS,
    SIDEBAR,
    TEXT,
    TRAIN,
    WEIGHT_DECAY,
    named,
    served_at,
)
from ui.player import vega

STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
STYLE = f"<style>{STYLE}</style>".replace("SIDEBAR", f"{SIDEBAR}px")
# Where pictures tell each other which words are lit (ui/charts/word_highlight.py)
LIT = '<input type="hidden" id="lit" value=""><input type="hidden" id="hovered" value="">'
FILES = Path(st.__file__).parent / "static"  # of Streamlit
# Its parts that every page needs, in the order in which they are needed
PARTS = (
    *("PageLink", "Button", "DownloadButton", "Selectbox", "Slider", "ButtonGroup"),
    *("BidiComponent", "FileUploader", "TextArea", "Progress", "Metric"),
)
# What a chart of Streamlit's needs: the browser would ask for it only when the first one is drawn
CHART = "ArrowVegaLiteChart", "embed", "vega-interpreter"
CHARTED = {TEXT, SEEDS, EXPLORE, OPTIMIZERS, WEIGHT_DECAY, DROPOUT}  # pages that begin with one
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}  # a name holds the version
NOW = {"Cache-Control": "no-store"}
KINDS = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2"}
IMPORTED = re.compile(r"""(?:from|import)\s*["']\./([\w.-]+\.js)["']""")


def routes() -> list[Route]:
    """The addresses of all pages, of the script that draws the animations, of the numbers of a
    room, of the pictures of next moves, and any other name that a page may once have had or that
    was mistyped, for `st.App`.

    Streamlit would serve that script from the folder `static`, which may be read-only.
    """
    pages = [Route(path, _sender(title)) for title, path in paths().items()]
    register_url_convertor("name", _Name())
    other = Route(served_at("{name:name}"), _sender(TRAIN))
    room = Route(served_at("room/{code}"), _room)
    ahead = Route(served_at("ahead/{page}"), _ahead)
    return [*pages, other, Route(vega.url(), _vega), room, ahead]


def keep_options() -> None:
    """Look each section of Streamlit's options up once: they do not change while the server runs,
    and Streamlit (1.67) goes through all of them six times whenever a page runs.
    """
    config.get_options_for_section = cache(config.get_options_for_section)


def paths() -> dict[str, str]:
    """The address of each page by its title."""
    names = {title: Path(script).stem.partition("_")[2] for title, script in PAGES.items()}
    return {title: served_at(name) for title, name in names.items()}


class _Name(Convertor[str]):
    """A name that may be that of a page, and is not that of a file."""

    regex = "[^/.]+"

    def convert(self, value):
        return value

    def to_string(self, value):
        return value


@cache
def empty(title: str) -> str:
    """Streamlit's empty page with our title, icon and style, and with what every page needs."""
    page_of_streamlit = (FILES / "index.html").read_text(encoding="utf-8")
    parts = PARTS + CHART * (title in CHARTED)
    early = [f"./static/js/{name}" for name in _parts(parts, page_of_streamlit)]
    icon = f'<link rel="icon" href="./app/static/{ICON.name}">'
    return (
        page_of_streamlit.replace('<link rel="shortcut icon" href="./favicon.png" />', icon)
        .replace("<title>Streamlit</title>", f"<title>{named(title)}</title>")
        .replace("</head>", "".join(map(_early, [*early, vega.url()])) + "</head>")
        # Behind the styles that Streamlit adds to the head, so that ours win
        .replace("<body>", f"<body>{STYLE}{LIT}")
    )


def _early(address):
    return f'<link rel="modulepreload" crossorigin href="{address}">'


def _parts(parts, known):
    """The files of the parts and all that they import, but for those that the page asks for
    anyway.
    """
    scripts, found = FILES / "static" / "js", []
    wanted = [path.name for part in parts for path in sorted(scripts.glob(f"{part}.*.js"))]
    while wanted:
        name = wanted.pop(0)
        if name not in found and name not in known:
            found.append(name)
            wanted += IMPORTED.findall((scripts / name).read_text(encoding="utf-8"))
    return found


def _sender(title):
    def send(request):
        return HTMLResponse(empty(title), headers={"Cache-Control": "no-cache"})

    return send


def _vega(request):
    return Response(vega.bundle(), media_type="text/javascript", headers=FOREVER)


async def _room(request):
    await asyncio.to_thread(warm_up.imported.wait)
    from ui.classroom import seat  # much later than the server's own imports

    return JSONResponse(seat.numbers(request.path_params["code"]))


async def _ahead(request):
    await asyncio.to_thread(warm_up.imported.wait)
    from ui.train import ahead

    found = await ahead.answer(request.path_params["page"], dict(request.query_params))
    return JSONResponse(found, headers=NOW) if found else Response(status_code=204, headers=NOW)


class FilesFromMemory:
    """The middleware that answers for Streamlit's scripts, styles and fonts: a browser that opens
    the program for the first time asks for more than a hundred, and each would cost a thread, two
    looks at the disk and the whole stack of Streamlit's middleware.
    """

    def __init__(self, app: ASGIApp):
        self.app, self.read = app, cache(_whole)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        answer = self.app
        if scope["type"] == "http" and scope["method"] == "GET":
            base = st.get_option("server.baseUrlPath").strip("/")
            below = scope["path"].removeprefix(f"/{base}" if base else "")
            answer = self.read(below) if below in _files() else answer
        await answer(scope, receive, send)


@cache
def _files():
    """The path of each of these files by its address."""
    there = [path for kind in KINDS for path in (FILES / "static").glob(f"*/*{kind}")]
    return {f"/{path.relative_to(FILES).as_posix()}": path for path in there}


def _whole(address):
    path = _files()[address]
    return Response(path.read_bytes(), media_type=KINDS[path.suffix], headers=FOREVER)
