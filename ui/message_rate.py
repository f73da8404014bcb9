"""How fast the server listens to one page: a page that sends hundreds of messages a second waits
for itself, and no other page waits for it.

Each message may start a run of the page's script, and the server hears all pages in one thread.
"""

import asyncio
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

BURST, REFILL = 60.0, 3.0  # messages of a page at once, and then each second
LATE = 30  # messages in a row that come too fast, after which the connection ends
TOO_MUCH: Message = {"type": "websocket.disconnect", "code": 1008}  # 1008: a rule is broken


class MessageRate:
    """The middleware: messages of a websocket that come too fast are taken later, in their order;
    meanwhile the connection is not read, so they wait at the sender. A page in use has paused long
    before its connection is cut; it would connect again as the same visitor.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        await self.app(scope, slowed(receive) if scope["type"] == "websocket" else receive, send)


def slowed(receive: Receive) -> Receive:
    """The same messages, no faster than a page may send them, and their end if it goes on so."""
    tokens, at, late = BURST, time.monotonic(), 0

    async def later() -> Message:
        nonlocal tokens, at, late
        message, now = await receive(), time.monotonic()
        tokens, at = min(BURST, tokens + REFILL * (now - at)) - 1, now
        late = late + 1 if tokens < 0 else 0
        await asyncio.sleep(max(0.0, -tokens / REFILL))  # at 0, too, others have their turn
        return message if late <= LATE else TOO_MUCH

    return later
