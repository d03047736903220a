"""Who asks: found out once for each request, before any endpoint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from api.access.caller import Caller
from api.service.context import Service
from api.service.frame import Application, Receive, Scope, Send

Authenticate = Callable[[HTTPConnection, Service], Caller]
"""Finds out who a request comes from; reads the database, so it is called in a thread."""

OPEN_PATHS: Final = frozenset(("/healthz",))


class Identity:
    """Puts the caller of each request where endpoints find it.

    Parameters
    ----------
    app
        What it stands before.
    service
        The running service.
    authenticate
        Finds out who asks.
    """

    def __init__(self, app: Application, service: Service, authenticate: Authenticate) -> None:
        self.app = app
        self.service = service
        self.authenticate = authenticate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            scope["state"]["caller"] = await run_in_threadpool(self.authenticate, HTTPConnection(scope), self.service)
        await self.app(scope, receive, send)
