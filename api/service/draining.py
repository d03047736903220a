"""Answers that come before the body has: the sender hears them, and is not cut off in the middle of a word.

A connection closed with bytes unread is reset, and the answer with it. So what still comes is thrown away for a
moment; then the connection is closed, since the next request could not be told from the rest of this body.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

from api.service.bodies import brings_body
from api.service.frame import Application, Message, Receive, Scope, Send

PATIENCE_S: Final = 3.0
QUICKLY_BYTES: Final = 16_000_000
PAUSE_S: Final = 0.01
"""Between two parts of what comes after the first bytes: nobody keeps a core busy with a body that is refused."""

CLOSE: Final = (b"connection", b"close")


class Draining:
    """Lets senders of refused bodies read the refusal.

    Parameters
    ----------
    app
        What it stands before.
    """

    def __init__(self, app: Application) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or not brings_body(scope):
            await self.app(scope, receive, send)
            return
        is_whole = False

        async def heard() -> Message:
            nonlocal is_whole
            message = await receive()
            is_whole = is_whole or message["type"] == "http.disconnect" or not message.get("more_body", False)
            return message

        async def told(message: Message) -> None:
            if is_whole:
                await send(message)
            elif message["type"] == "http.response.start":
                await send({**message, "headers": [*message.get("headers", ()), CLOSE]})
            elif message.get("more_body", False):
                await send(message)
            else:
                await send({**message, "more_body": True})
                await drain()
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        async def drain() -> None:
            drained = 0
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE_S):
                    while not is_whole:
                        drained += len((await heard()).get("body", b""))
                        if drained > QUICKLY_BYTES:
                            await asyncio.sleep(PAUSE_S)

        await self.app(scope, heard, told)
