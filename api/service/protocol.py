"""HTTP/1.1 as the service speaks it: uvicorn's, and besides it no head may come slowly and no crowd may fill the room.

What cannot be read as HTTP is answered with a problem too, in both languages, since the wish of the sender is unknown.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any, Final

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from api.service.answers import MEDIA_TYPE, TYPE_PREFIX
from api.service.problems import PROBLEMS, ProblemCode
from supplychain.text import Text

HEAD_TIMEOUT_S: Final = 10.0
KEEP_ALIVE_S: Final = 15
LINGER_S: Final = 2.0
HEAD_BYTES: Final = 32_768
ROOM_FOR_REFUSALS: Final = 4000
"""Connections above the limit that are still heard, to be told that there is no room."""

NO_ROOM: Final = Text(
    en="The service has as many connections as it takes. Try again in some seconds.",
    vi="Dịch vụ đã đủ số kết nối. Hãy thử lại sau vài giây.",
)
SLOW_HEAD: Final = Text(
    en="The head of the request did not arrive in time.", vi="Phần đầu của yêu cầu gửi đến quá chậm."
)
NOT_HTTP: Final = Text(en="This is not HTTP/1.1.", vi="Đây không phải HTTP/1.1.")
LONG_HEAD: Final = Text(
    en="The head of the request is larger than {limit} bytes.", vi="Phần đầu của yêu cầu lớn hơn {limit} byte."
)


class WebConfig(uvicorn.Config):
    """Settings of uvicorn, how many connections a process takes, and how long the head of a request may come."""

    most_connections: int = sys.maxsize
    head_timeout_s: float = HEAD_TIMEOUT_S


def raw_problem(code: ProblemCode, text: Text) -> bytes:
    """Return a whole answer, as bytes of HTTP, for who has not said anything that can be answered otherwise."""
    kind = PROBLEMS[code]
    document = {
        "type": TYPE_PREFIX + code,
        "title": f"{kind.title.vi} · {kind.title.en}",
        "status": kind.status,
        "detail": f"{text.vi} · {text.en}",
        "instance": "",
    }
    body = json.dumps(document, ensure_ascii=False).encode()
    retry = "Retry-After: 5\r\n" if code == "unavailable" else ""
    head = (
        f"HTTP/1.1 {kind.status} {kind.title.en}\r\nContent-Type: {MEDIA_TYPE}\r\nContent-Length: {len(body)}\r\n"
        f"{retry}Cache-Control: no-store\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


class Protocol(H11Protocol):
    """One connection."""

    _late: asyncio.TimerHandle | None = None
    _is_surplus = False
    _is_refused = False

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - as asyncio has it
        """Take a connection, or leave it where far too many are open."""
        super().connection_made(transport)
        most = self._settings.most_connections
        self._is_surplus = len(self.connections) > most
        if len(self.connections) > most + ROOM_FOR_REFUSALS:
            self.transport.write(raw_problem("unavailable", NO_ROOM))
            self.transport.close()
            return
        self._watch()

    @property
    def _settings(self) -> WebConfig:
        if not isinstance(self.config, WebConfig):
            msg = f"This protocol runs under WebConfig, got {type(self.config).__name__}."
            raise TypeError(msg)
        return self.config

    def data_received(self, data: bytes) -> None:
        """Take bytes; the first of a surplus connection are answered with a refusal."""
        if self._is_refused:
            return
        if self._is_surplus:
            self._refuse("unavailable", NO_ROOM)
            return
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timer of a connection that is gone."""
        self._unwatch()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP, or too long a head of it."""
        error = sys.exception()
        del msg
        if self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete:
            self.transport.close()  # in the midst of an answer nothing else can be said
            return
        hint = error.error_status_hint if isinstance(error, h11.RemoteProtocolError) else 400
        if hint == PROBLEMS["headers_too_large"].status:
            self._refuse("headers_too_large", LONG_HEAD.format(limit=HEAD_BYTES))
        else:
            self._refuse("bad_request", NOT_HTTP)

    def _refuse(self, code: ProblemCode, text: Text) -> None:
        """Answer, and hear the rest for a moment: a connection closed with bytes unread is reset, its answer lost."""
        self._unwatch()
        self._unset_keepalive_if_required()
        if self._is_refused or self.transport.is_closing():
            return
        self._is_refused = True
        self.transport.write(raw_problem(code, text))
        self.transport.write_eof()
        self.loop.call_later(LINGER_S, self.transport.close)

    def _watch(self) -> None:
        """Time the head of a request while it is coming."""
        is_idle = self.conn.their_state is h11.IDLE
        is_coming = is_idle and not self._is_refused and not self.transport.is_closing()
        if not is_coming:
            self._unwatch()
        elif self._late is None:
            self._late = self.loop.call_later(self._settings.head_timeout_s, self._tell_late)

    def _unwatch(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _tell_late(self) -> None:
        self._late = None
        if self.conn.their_state is not h11.IDLE:
            return
        if self.conn.trailing_data[0]:
            self._refuse("timeout", SLOW_HEAD)
        else:
            self.transport.close()  # browsers open connections in advance; nothing was asked
