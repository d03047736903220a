"""Turns of writers: while the database is being written by somebody else, those that wait leave threads to readers.

A write waits for the lock of the embedded database in the thread that answers it. Were all threads full of such
writers, nobody could read either, although reading waits for no lock. So only some requests write at once; the others
wait where waiting costs nothing, and are told to come back when it takes too long.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Final

from fastapi import Request

from api.service.bodies import BodyRoute, is_among
from api.service.faults import BUSY, RETRY
from api.service.frame import Application, Receive, Scope, Send
from api.service.problems import ServiceError

WRITERS: Final = 8
"""Requests that write at once in a web process: half of its threads, so that the other half reads."""

PATIENCE_S: Final = 15.0
READING: Final = frozenset(("GET", "HEAD", "OPTIONS"))


class Turn:
    """The turn of one request to write; it ends once, in whatever thread."""

    def __init__(self, room: asyncio.Semaphore) -> None:
        self._room = room
        self._loop = asyncio.get_running_loop()
        self._has_ended = False

    def end(self) -> None:
        """Let the next one write; in the thread of the event loop."""
        if not self._has_ended:
            self._has_ended = True
            self._room.release()

    def end_from_thread(self) -> None:
        """Let the next one write; in any other thread."""
        self._loop.call_soon_threadsafe(self.end)


class Turns:
    """Lets some requests write at once, and all read.

    Parameters
    ----------
    app
        What it stands before.
    streamed
        Routes that take their body as it arrives: they wait for their turns themselves, piece by piece.
    writers
        Requests that write at once.
    patience_s
        Longest wait for a turn.
    """

    def __init__(
        self,
        app: Application,
        streamed: Iterable[BodyRoute] = (),
        *,
        writers: int = WRITERS,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.app = app
        self.streamed = tuple(streamed)
        self.patience_s = patience_s
        self._room = asyncio.Semaphore(writers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope["state"]["turns"] = self
        if scope["method"] in READING or is_among(self.streamed, scope):
            await self.app(scope, receive, send)
            return
        turn = scope["state"]["turn"] = await self.take()
        try:
            await self.app(scope, receive, send)
        finally:
            turn.end()

    async def take(self) -> Turn:
        """Return a turn, which is to be ended.

        Raises
        ------
        ServiceError
            503 if there is none within the patience.
        """
        try:
            async with asyncio.timeout(self.patience_s):
                await self._room.acquire()
        except TimeoutError as error:
            raise ServiceError(BUSY, "unavailable", headers=RETRY) from error
        return Turn(self._room)


@asynccontextmanager
async def turn_of(request: Request) -> AsyncIterator[None]:
    """Hold a turn while a piece of a streamed body is written.

    Raises
    ------
    ServiceError
        503 if there is none soon.
    """
    turns: Turns = request.state.turns
    turn = await turns.take()
    try:
        yield
    finally:
        turn.end()


def end_turn(request: Request) -> None:
    """Let the next one write where a request has written and only its answer is left; in the thread of its endpoint."""
    turn: Turn | None = getattr(request.state, "turn", None)
    if turn is not None:
        turn.end_from_thread()
