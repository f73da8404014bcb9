"""What every answer of the server passes: only known host names are served, and the browser is told
to load nothing from anywhere else.

A second line of defense: the pages themselves quote words so that nothing is made of them
(`ui/escaping.py`), and ask no other host for anything.
"""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

EMPTY_PAGE = Path(st.__file__).parent / "static" / "index.html"  # of Streamlit
INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
REFUSED = (
    "This server does not answer under this name, only under: {names}. Whoever started it can add "
    "a name (docs/classroom.md)."
)


@cache
def policy() -> str:
    """The Content-Security-Policy: everything from this server alone.

    Scripts: its files, the one in Streamlit's empty page, by its hash, and the blobs from which
    Streamlit imports components; no text becomes a script, neither in the page nor by `eval`.
    Styles stand in the page, as Streamlit and Vega write them there. Pictures, fonts and downloads
    may also be made in the page.
    """
    inline = [_hash(script) for script in INLINE.findall(EMPTY_PAGE.read_text(encoding="utf-8"))]
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(("script-src 'self' blob:", *inline)),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self' data: blob:",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'self'",
        )
    )


def _hash(script):
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


class Protection:
    """The middleware."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""

        async def protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = policy()
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
            await send(message)

        answer = self.app
        # Streamlit itself looks at the host of a websocket
        if scope["type"] == "http" and not is_host_allowed(Headers(scope=scope).get("host")):
            names = ", ".join(st.get_option("server.allowedHosts"))
            answer = PlainTextResponse(REFUSED.format(names=names), status_code=403)
        await answer(scope, receive, protected)
