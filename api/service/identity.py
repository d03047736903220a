"""Who asks, and how often: found out once for each request, before any endpoint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import unquote_to_bytes

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from api.access.caller import ANONYMOUS, Caller
from api.service.bodies import header
from api.service.context import Service
from api.service.frame import Application, Message, Receive, Scope, Send
from api.service.problems import ServiceError
from api.service.rates import Rates
from api.service.writing import KEY_FORM, KEY_HEADER, WRONG_KEY
from supplychain.text import Text

Authenticate = Callable[[HTTPConnection, Service], Caller]
"""Finds out who a request comes from; reads the database, so it is called in a thread."""

PROBES: Final = frozenset(("/healthz", "/readyz"))

NOT_TEXT: Final = Text(
    en="The address of the request is not UTF-8 text, or holds NUL. Percent-encode its UTF-8 bytes, and leave NUL out.",
    vi="Địa chỉ yêu cầu không phải văn bản UTF-8, hoặc có ký tự NUL. Hãy mã hóa phần trăm các byte UTF-8 và bỏ NUL.",
)


class Identity:
    """Puts the caller of each request where endpoints find it, and holds everybody to their rate.

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
        self.rates = Rates(service.settings.limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        check_address(scope)
        check_key(scope)
        if scope["path"] in PROBES:
            scope["state"]["caller"] = ANONYMOUS
            await self.app(scope, receive, send)
            return
        address = (scope.get("client") or ("", 0))[0]
        try:
            caller = await run_in_threadpool(self.authenticate, HTTPConnection(scope), self.service)
        except ServiceError:
            self.rates.take_failed(address)
            raise
        scope["state"]["caller"] = caller
        taken = self.rates.take(caller, address, scope["path"])
        left = [(name.lower().encode(), value.encode()) for name, value in taken.items()]

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *left]
            await send(message)

        await self.app(scope, receive, told if left else send)


def check_key(scope: Scope) -> None:
    """Refuse an idempotency key that is none, also where nothing is written under it.

    Raises
    ------
    ServiceError
        If it is not.
    """
    key = header(scope, KEY_HEADER.encode())
    if key is not None and not KEY_FORM.fullmatch(key.decode("latin-1")):
        raise ServiceError(WRONG_KEY, "bad_request")


def check_address(scope: Scope) -> None:
    """Refuse an address that is not UTF-8 text, or holds NUL.

    Raises
    ------
    ServiceError
        If it is not.
    """
    for raw in (scope.get("raw_path") or b"", scope["query_string"]):
        try:
            plain = unquote_to_bytes(raw).decode() if b"%" in raw else raw.decode()
        except UnicodeDecodeError as error:
            raise ServiceError(NOT_TEXT, "bad_request") from error
        if "\0" in plain:
            raise ServiceError(NOT_TEXT, "bad_request")
