"""The outermost frame of a request: its id, its one answer whatever happens inside, its log line and figures."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from starlette.requests import Request

from api.service.answers import problem
from api.service.faults import RETRY, answer_to
from api.service.ids import new_id
from api.service.logs import LOG
from api.service.metrics import FAULTS, REQUESTS, SECONDS, UNDER_WAY
from supplychain.text import Text

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

ID_HEADER: Final = b"x-request-id"
GIVEN_ID: Final = re.compile(rb"[A-Za-z0-9_-]{8,64}")
METHODS: Final = frozenset(("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"))
READER_PATIENCE_S: Final = 60.0

LEFT: Final = 499
"""Logged where the client left before the answer; never sent."""

OUR_FAULT: Final = Text(
    en="The program met a fault of its own; nothing of this request was kept. Tell an administrator the request id.",
    vi="Chương trình gặp lỗi nội bộ; yêu cầu này chưa được lưu. Hãy báo mã yêu cầu cho quản trị viên.",
)

STOPPING: Final = Text(
    en="The service is being stopped before this request was done. Send it again in a moment.",
    vi="Dịch vụ đang dừng khi yêu cầu này chưa xong. Hãy gửi lại sau giây lát.",
)

_ALWAYS: Final = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-resource-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
}
_UNLESS_SET: Final = {
    b"cache-control": b"private, no-cache",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'; sandbox",
    b"x-frame-options": b"DENY",
}


class Frame:
    """Gives each request an id, one answer whatever happens inside, the headers that browsers need, a line in the log.

    Parameters
    ----------
    app
        What it frames.
    is_https
        Whether people reach the service by https.
    reader_patience_s
        Longest time in which a reader takes nothing of an answer.
    """

    def __init__(
        self, app: Application, *, is_https: bool = False, reader_patience_s: float = READER_PATIENCE_S
    ) -> None:
        self.app = app
        self.reader_patience_s = reader_patience_s
        self.always = list(_ALWAYS.items())
        if is_https:
            self.always.append((b"strict-transport-security", b"max-age=31536000"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["request_id"] = request_id = _request_id(scope)
        began_s = time.perf_counter()
        status = 0

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = self._headers(message.get("headers", ()), request_id)
            async with asyncio.timeout(self.reader_patience_s):
                await send(message)

        # HEAD is answered as GET is (RFC 9110, 9.3.2); the server below leaves out the body.
        inner = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        UNDER_WAY.inc()
        try:
            await self.app(inner, receive, told)
        except asyncio.CancelledError:
            # The server stops and waits no longer; an answer that has begun breaks off, as its reader sees.
            if not status:
                await problem(scope, "unavailable", STOPPING, headers=RETRY)(scope, receive, told)
        except Exception as error:
            # The outermost boundary: an error is answered in one sentence, and kept in the log for whoever mends it.
            answer = None if status else answer_to(Request(scope), error)
            if answer is None and not isinstance(error, TimeoutError):
                FAULTS.inc()
                LOG.exception("fault", extra={"request_id": request_id})
            if status:
                raise
            await (answer or problem(scope, "internal", OUR_FAULT))(scope, receive, told)
        finally:
            UNDER_WAY.dec()
            _note(inner, status or LEFT, time.perf_counter() - began_s)

    def _headers(self, given: Any, request_id: str) -> list[tuple[bytes, bytes]]:  # noqa: ANN401 - as ASGI has them
        headers = [*given, *self.always, (ID_HEADER, request_id.encode())]
        names = {name.lower() for name, _ in given}
        return headers + [pair for pair in _UNLESS_SET.items() if pair[0] not in names]


def _note(scope: Scope, status: int, seconds: float) -> None:
    method = scope["method"] if scope["method"] in METHODS else "OTHER"
    route = getattr(scope.get("route"), "path_format", "none")
    REQUESTS.labels(method, route, str(status)).inc()
    SECONDS.labels(method, route).observe(seconds)
    if not LOG.isEnabledFor(logging.INFO):
        return
    caller = scope["state"].get("caller")
    line = {
        "request_id": scope["state"]["request_id"],
        "method": method,
        "path": scope["path"][:500],
        "route": route,
        "status": status,
        "duration_ms": round(seconds * 1000, 1),
        "account_id": None if caller is None else caller.account_id,
        "address": (scope.get("client") or ("", 0))[0],
    }
    LOG.info("request", extra=line)


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == ID_HEADER and GIVEN_ID.fullmatch(value):
            return str(value.decode())
    return new_id("req")
