"""Problems: the one table of HTTP codes, and errors as application/problem+json (RFC 9457) in the caller's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

from supplychain.errors import HinterlandError
from supplychain.text import Text

ProblemCode = Literal[
    "bad_request",
    "unauthenticated",
    "forbidden",
    "not_found",
    "method_not_allowed",
    "not_acceptable",
    "timeout",
    "conflict",
    "gone",
    "precondition_failed",
    "too_large",
    "unsupported_media_type",
    "range_not_satisfiable",
    "invalid",
    "precondition_required",
    "too_many_requests",
    "headers_too_large",
    "internal",
    "unavailable",
    "storage_full",
]


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One kind of problem.

    Parameters
    ----------
    status
        HTTP status code.
    title
        What kind it is, the same for every problem of the kind.
    """

    status: int
    title: Text


PROBLEMS: Final[Mapping[ProblemCode, ProblemKind]] = MappingProxyType(
    {
        "bad_request": ProblemKind(400, Text(en="The request cannot be read", vi="Không đọc được yêu cầu")),
        "unauthenticated": ProblemKind(401, Text(en="Not signed in", vi="Chưa đăng nhập")),
        "forbidden": ProblemKind(403, Text(en="Not allowed", vi="Không có quyền")),
        "not_found": ProblemKind(404, Text(en="Not found", vi="Không tìm thấy")),
        "method_not_allowed": ProblemKind(405, Text(en="Method not allowed", vi="Phương thức không dùng được")),
        "not_acceptable": ProblemKind(406, Text(en="No such format", vi="Không có định dạng này")),
        "timeout": ProblemKind(408, Text(en="The request took too long to arrive", vi="Yêu cầu gửi đến quá chậm")),
        "conflict": ProblemKind(409, Text(en="Conflict", vi="Xung đột")),
        "gone": ProblemKind(410, Text(en="No longer there", vi="Không còn nữa")),
        "precondition_failed": ProblemKind(412, Text(en="Changed by somebody else", vi="Người khác đã sửa")),
        "too_large": ProblemKind(413, Text(en="Too large", vi="Quá lớn")),
        "unsupported_media_type": ProblemKind(415, Text(en="Wrong content type", vi="Sai kiểu nội dung")),
        "range_not_satisfiable": ProblemKind(416, Text(en="No such part of the file", vi="Tệp không có đoạn này")),
        "invalid": ProblemKind(422, Text(en="Something in the request is wrong", vi="Yêu cầu có chỗ sai")),
        "precondition_required": ProblemKind(428, Text(en="If-Match is missing", vi="Thiếu If-Match")),
        "too_many_requests": ProblemKind(429, Text(en="Too many requests", vi="Quá nhiều yêu cầu")),
        "headers_too_large": ProblemKind(431, Text(en="Headers too large", vi="Phần đầu yêu cầu quá lớn")),
        "internal": ProblemKind(500, Text(en="A fault of the program", vi="Lỗi của chương trình")),
        "unavailable": ProblemKind(503, Text(en="Not available just now", vi="Tạm thời không dùng được")),
        "storage_full": ProblemKind(507, Text(en="No room left on the disk", vi="Ổ đĩa đã đầy")),
    }
)
"""Every problem the service answers with."""


class ServiceError(HinterlandError):
    """A request that is refused, as one of the problems of the table.

    Parameters
    ----------
    text
        What is wrong and what to do, one sentence.
    code
        The problem.
    headers
        Headers of the answer, such as ``Retry-After``.
    extra
        Members of the problem besides the usual ones.
    """

    def __init__(
        self,
        text: Text,
        code: ProblemCode,
        *,
        headers: Mapping[str, str] = MappingProxyType({}),
        extra: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        super().__init__(text)
        self.code = code
        self.headers = headers
        self.extra = extra


NOT_HERE: Final = Text(
    en="There is no {what} {name} here, or you may not see it.", vi="Không có {what} {name}, hoặc bạn không được xem."
)


def not_found(what: Text, name: str) -> ServiceError:
    """Return the one answer for what is absent and for what is hidden: nobody can tell which."""
    return ServiceError(NOT_HERE.format(what=what, name=name), "not_found")
