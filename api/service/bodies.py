"""Bodies of requests: how large, how slow and how deep they may be, told before any endpoint has trouble with them.

A body is read whole before the endpoint runs, save where a route has ``openapi_extra=STREAMED``: there the endpoint
reads it as it arrives (``request.stream()``), under the larger limit of uploads.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Iterable
from typing import Any, Final

from api.service.faults import is_json
from api.service.frame import Application, Message, Receive, Scope, Send
from api.service.json_checks import check_json
from api.service.problems import ServiceError
from api.service.settings import MB, Limits
from supplychain.text import Text

STREAMED: Final = {"x-streamed-body": True}
"""Marks a route that reads its body as it arrives: ``openapi_extra=STREAMED``, merged with others if there are any."""

BodyRoute = tuple[str, re.Pattern[str]]
"""Method and path of a route with a streamed body."""

SMALL_BYTES: Final = 65_536

TOO_LARGE: Final = Text(
    en="The body is larger than {limit} MB. Send less at once; large files go to /api/v1/files.",
    vi="Nội dung lớn hơn {limit} MB. Hãy gửi ít hơn; tệp lớn gửi tới /api/v1/files.",
)
PACKED: Final = Text(
    en="Send the body as it is, without Content-Encoding; a packed file is uploaded as the file it is.",
    vi="Hãy gửi nội dung nguyên dạng, không có Content-Encoding; tệp nén thì tải lên như một tệp bình thường.",
)
TOO_SLOW: Final = Text(
    en="The body did not arrive in time ({seconds} s for each MB). Send it again on a better line, or in parts.",
    vi="Nội dung gửi đến quá chậm ({seconds} giây cho mỗi MB). Hãy gửi lại khi mạng tốt hơn, hoặc chia nhỏ.",
)


def header(scope: Scope, wanted: bytes) -> bytes | None:
    """Return the first value of a header; None without one."""
    for name, value in scope["headers"]:
        if name == wanted:
            found: bytes = value
            return found
    return None


def brings_body(scope: Scope) -> bool:
    """Return whether a request has a body."""
    return header(scope, b"content-length") not in {None, b"0"} or header(scope, b"transfer-encoding") is not None


def is_among(routes: Iterable[BodyRoute], scope: Scope) -> bool:
    """Return whether a request goes to one of some routes."""
    return any(scope["method"] == method and path.fullmatch(scope["path"]) for method, path in routes)


def check_encoding(scope: Scope) -> None:
    """Refuse a body that is packed: it would be kept, or read, as what it is not.

    Raises
    ------
    ServiceError
        If it is (RFC 9110, 15.5.16).
    """
    encoding = header(scope, b"content-encoding") or b""
    if encoding.strip().lower() not in {b"", b"identity"}:
        raise ServiceError(PACKED, "unsupported_media_type", headers={"Accept-Encoding": "identity"})


class Bodies:
    """Holds bodies to their limits.

    Parameters
    ----------
    app
        What it stands before.
    limits
        What a request may ask for.
    streamed
        Routes that read their body as it arrives.
    """

    def __init__(self, app: Application, limits: Limits, streamed: Iterable[BodyRoute]) -> None:
        self.app = app
        self.limits = limits
        self.streamed = tuple(streamed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope["state"]["body_hash"] = hashlib.sha256()
        if not brings_body(scope):
            await self.app(scope, receive, send)
            return
        check_encoding(scope)
        is_streamed = is_among(self.streamed, scope)
        limit = self.limits.upload_bytes if is_streamed else self.limits.body_bytes
        arriving = _Arriving(scope, receive, limit, self.limits.body_timeout_s)
        arriving.check_told_length(header(scope, b"content-length"))
        await self.app(scope, arriving if is_streamed else await self._whole(scope, arriving, receive), send)

    async def _whole(self, scope: Scope, arriving: _Arriving, receive: Receive) -> Receive:
        """Return what gives the endpoint the whole body at once, when it has arrived and was looked at."""
        parts: list[bytes] = []
        while True:
            message = await arriving()
            if message["type"] == "http.disconnect":
                return receive
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                break
        body = b"".join(parts)
        if is_json((header(scope, b"content-type") or b"").decode("latin-1")):
            if len(body) <= SMALL_BYTES:
                check_json(body, self.limits.json_depth)
            else:
                await asyncio.to_thread(check_json, body, self.limits.json_depth)
        is_given = False

        async def given() -> Message:
            nonlocal is_given
            if is_given:
                return await receive()
            is_given = True
            return {"type": "http.request", "body": body, "more_body": False}

        return given


class _Arriving:
    """A body that arrives: counted, timed and hashed."""

    def __init__(self, scope: Scope, receive: Receive, limit_bytes: int, seconds: float) -> None:
        self.receive = receive
        self.limit_bytes = limit_bytes
        self.seconds = seconds
        self.hash: Any = scope["state"]["body_hash"]
        self.arrived_bytes = 0
        self.began_s = asyncio.get_running_loop().time()
        self.is_whole = False

    def check_told_length(self, told: bytes | None) -> None:
        """Refuse a body that says itself to be too large, before it is sent."""
        if told is not None and int(told) > self.limit_bytes:
            raise self._too_large()

    async def __call__(self) -> Message:
        """Return the next part."""
        if self.is_whole:
            return await self.receive()
        deadline_s = self.began_s + self.seconds * (1 + self.arrived_bytes / MB)
        try:
            async with asyncio.timeout_at(deadline_s):
                message = await self.receive()
        except TimeoutError as error:
            raise ServiceError(TOO_SLOW.format(seconds=f"{self.seconds:g}"), "timeout") from error
        part = message.get("body", b"")
        self.arrived_bytes += len(part)
        if self.arrived_bytes > self.limit_bytes:
            raise self._too_large()
        self.hash.update(part)
        self.is_whole = message["type"] == "http.disconnect" or not message.get("more_body", False)
        return message

    def _too_large(self) -> ServiceError:
        return ServiceError(TOO_LARGE.format(limit=f"{self.limit_bytes / MB:g}"), "too_large")
