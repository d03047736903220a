"""Keyset paging: every list comes in pages that begin after a key, so that no page is slow and no row is missed.

``page: PageParameter`` gives an endpoint the page asked for. It reads ``page.fetch`` rows in key order, those after
``page.after`` where there is one, and answers ``Page`` of ``page.cut(rows, key)``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response

from api.access.caller import Caller
from api.access.guard import CallerParameter
from api.rest.fields import Model, told
from api.service.context import Service, ServiceParameter
from api.service.problems import ServiceError
from api.service.settings import Limits
from supplychain.text import Text

Key = tuple[str | int | float | None, ...]
Row = TypeVar("Row")
Item = TypeVar("Item")

SIGNATURE_BYTES: Final = 16
CURSOR_LENGTH: Final = 2000
OWN_PARAMETERS: Final = ("cursor", "limit")

WRONG_CURSOR: Final = Text(
    en="This cursor does not belong to this list. Take it from “next” of the same list, with the same filters; "
    "or leave it out to begin again.",
    vi="Con trỏ (cursor) này không thuộc danh sách này. Hãy lấy từ “next” của đúng danh sách với đúng bộ lọc; "
    "hoặc bỏ đi để bắt đầu lại.",
)


class Page(Model, Generic[Item]):
    """A page of a list."""

    items: list[Item] = told("The rows of this page, in order", "Các dòng của trang này, theo thứ tự", [])
    next: str | None = told(
        "Address of the next page; null on the last",
        "Địa chỉ trang sau; null nếu là trang cuối",
        "/api/v1/organisations?limit=100&cursor=WyJvcmdfMSJd.c2lnbmF0dXJlc2lnbmF0dXI",
        default=None,
    )


@dataclass(frozen=True, slots=True)
class Paging:
    """The page that is asked for.

    Parameters
    ----------
    limit
        Most rows of the page.
    after
        Key of the last row of the page before; None for the first page.
    request, response, binding, secret
        The list it is a page of, and what signs its cursors.
    """

    limit: int
    after: Key | None
    request: Request
    response: Response
    binding: bytes
    secret: bytes

    @property
    def fetch(self) -> int:
        """How many rows to read: one more than the page holds tells whether there is another."""
        return self.limit + 1

    def cut(self, rows: Sequence[Row], key: Callable[[Row], Key]) -> tuple[list[Row], str | None]:
        """Return the rows of the page and the address of the next, which also goes to the ``Link`` header.

        Parameters
        ----------
        rows
            Up to ``fetch`` rows, in key order.
        key
            Gives the key of a row, which ``after`` of the next page will be.
        """
        shown = list(rows[: self.limit])
        if len(rows) <= self.limit:
            return shown, None
        kept = [pair for pair in self.request.query_params.multi_items() if pair[0] != "cursor"]
        cursor = make_cursor(key(shown[-1]), self.binding, self.secret)
        following = f"{self.request.url.path}?{urlencode([*kept, ('cursor', cursor)])}"
        self.response.headers["Link"] = f'<{following}>; rel="next"'
        return shown, following


def make_cursor(key: Key, binding: bytes, secret: bytes) -> str:
    """Return the cursor that stands after a key, of use only to the list and the caller it was made for."""
    payload = json.dumps(key, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    return f"{_encode(payload)}.{_encode(_signature(payload, binding, secret))}"


def read_cursor(cursor: str, binding: bytes, secret: bytes) -> Key:
    """Return the key a cursor stands after.

    Raises
    ------
    ServiceError
        If it is no cursor of ours, or of another list, other filters or another caller.
    """
    encoded, _, signed = cursor.partition(".")
    payload, signature = _decode(encoded), _decode(signed)
    if not hmac.compare_digest(signature, _signature(payload, binding, secret)):
        raise ServiceError(WRONG_CURSOR, "bad_request")
    return tuple(json.loads(payload))


def _signature(payload: bytes, binding: bytes, secret: bytes) -> bytes:
    return hmac.digest(secret, b"cursor\0" + binding + payload, "sha256")[:SIGNATURE_BYTES]


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise ServiceError(WRONG_CURSOR, "bad_request") from error


def _binding(request: Request, caller: Caller) -> bytes:
    """Return what a cursor is bound to, in 32 bytes: the path, the filters, and what the caller sees."""
    filters = sorted(pair for pair in request.query_params.multi_items() if pair[0] not in OWN_PARAMETERS)
    described = [request.url.path, filters, caller.account_id, repr(caller.viewer)]
    return hashlib.sha256(json.dumps(described, ensure_ascii=True).encode()).digest()


async def _paging(
    request: Request,
    response: Response,
    service: ServiceParameter,
    caller: CallerParameter,
    limit: Annotated[
        int,
        Query(
            ge=1,
            le=Limits().largest_page,
            description="Số dòng tối đa của trang · Most rows of the page",
            examples=[50],
        ),
    ] = Limits().page_size,
    cursor: Annotated[
        str | None,
        Query(
            max_length=CURSOR_LENGTH,
            description="Trang bắt đầu sau đâu, lấy từ “next” của trang trước · "
            "Where the page begins, from “next” of the page before",
            examples=[None],
        ),
    ] = None,
) -> Paging:
    return page_of(request, response, service, caller, limit, cursor)


def page_of(
    request: Request, response: Response, service: Service, caller: Caller, limit: int, cursor: str | None
) -> Paging:
    """Return the page that a request asks for.

    Raises
    ------
    ServiceError
        If the cursor is not one of this list.
    """
    binding = _binding(request, caller)
    after = None if cursor is None else read_cursor(cursor, binding, service.secret)
    return Paging(min(limit, service.settings.limits.largest_page), after, request, response, binding, service.secret)


PageParameter = Annotated[Paging, Depends(_paging)]
"""``page: PageParameter`` gives an endpoint the page that is asked for."""
