"""The outermost frame of a request: its id, its language, its end. Whatever happens inside, it gets one answer."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from starlette.requests import Request

from api.service.answers import problem
from api.service.faults import answer_to
from api.service.ids import new_id
from supplychain.text import Text

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

LOG: Final = logging.getLogger("hinterland.service")
ID_HEADER: Final = b"x-request-id"
GIVEN_ID: Final = re.compile(rb"[A-Za-z0-9_-]{8,64}")

OUR_FAULT: Final = Text(
    en="The program met a fault of its own; nothing of this request was kept. Tell an administrator the request id.",
    vi="Chương trình gặp lỗi nội bộ; yêu cầu này chưa được lưu. Hãy báo mã yêu cầu cho quản trị viên.",
)


class Frame:
    """Gives each request an id, and one answer whatever happens inside.

    Parameters
    ----------
    app
        What it frames.
    """

    def __init__(self, app: Application) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["request_id"] = request_id = _request_id(scope)
        state["began_s"] = time.perf_counter()
        is_begun = False

        async def told(message: Message) -> None:
            nonlocal is_begun
            if message["type"] == "http.response.start":
                is_begun = True
                message["headers"] = [*message.get("headers", ()), (ID_HEADER, request_id.encode())]
            await send(message)

        try:
            await self.app(scope, receive, told)
        except Exception as error:
            # The outermost boundary: an error is answered in one sentence, and kept in the log for whoever mends it.
            answer = None if is_begun else answer_to(Request(scope), error)
            if answer is None:
                LOG.exception("fault", extra={"request_id": request_id})
            if is_begun:
                raise
            await (answer or problem(scope, "internal", OUR_FAULT))(scope, receive, told)


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == ID_HEADER and GIVEN_ID.fullmatch(value):
            return str(value.decode())
    return new_id("req")
