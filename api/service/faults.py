"""Errors of every layer, answered as problems: ours, the framework's, the database's."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from api.readiness import OtherVersionError
from api.service.answers import finding_members, language_from, problem
from api.service.field_names import with_fields
from api.service.problems import PROBLEMS, ProblemCode, ServiceError
from api.service.wrong_fields import wrong_fields
from supplychain.database import DatabaseTroubleError
from supplychain.errors import FindingsError, HinterlandError
from supplychain.text import Text

RETRY: Final = MappingProxyType({"Retry-After": "2"})

NO_ADDRESS: Final = Text(
    en="There is nothing at this address. What there is stands in /api/v1/openapi.json.",
    vi="Không có gì ở địa chỉ này. Danh mục ở /api/v1/openapi.json.",
)
NO_METHOD: Final = Text(
    en="This address takes other methods: see the header Allow.",
    vi="Địa chỉ này dùng phương thức khác: xem tiêu đề Allow.",
)
UNREADABLE: Final = Text(en="The request cannot be read: {why}.", vi="Không đọc được yêu cầu: {why}.")
WRONG: Final = Text(
    en="The request is not as it should be in {count} places; each is told.",
    vi="Yêu cầu có {count} chỗ chưa đúng; từng chỗ được nêu.",
)
NOT_JSON: Final = Text(
    en="Send the body as JSON, with Content-Type: application/json.",
    vi="Hãy gửi nội dung dạng JSON, với Content-Type: application/json.",
)
BUSY: Final = Text(
    en="The database is busy with another write. Try again in a moment.",
    vi="Cơ sở dữ liệu đang bận ghi. Hãy thử lại sau giây lát.",
)
TOO_LONG: Final = Text(
    en="This took the database too long and was stopped. Ask for less: fewer rows, a narrower filter.",
    vi="Cơ sở dữ liệu xử lý quá lâu nên đã dừng. Hãy hỏi ít hơn: ít dòng hơn, bộ lọc hẹp hơn.",
)
GONE: Final = Text(
    en="The database does not answer just now. Try again in a moment; repeat a write with the same "
    "Idempotency-Key, so that it is done once.",
    vi="Cơ sở dữ liệu tạm thời không trả lời. Hãy thử lại sau giây lát; ghi lại với cùng Idempotency-Key thì chỉ lưu "
    "một lần.",
)
"""It does not say that nothing was kept: where the server goes while it commits, nobody here knows."""

OTHER_VERSION: Final = Text(
    en="The database is of another version than the program. Tell an administrator: `hinterland init` says what to do.",
    vi="Cơ sở dữ liệu khác phiên bản với chương trình. Hãy báo quản trị viên: `hinterland init` cho biết cách xử lý.",
)
FULL: Final = Text(
    en="The disk of the service is full. Nothing of this request was kept; tell an administrator.",
    vi="Ổ đĩa của dịch vụ đã đầy. Yêu cầu này chưa được lưu; hãy báo quản trị viên.",
)

_BY_STATUS: Final[Mapping[int, ProblemCode]] = MappingProxyType({kind.status: code for code, kind in PROBLEMS.items()})


def add_faults(app: FastAPI) -> None:
    """Let an application answer every known error as a problem."""
    for kind in HANDLERS:
        app.add_exception_handler(kind, _handle)


async def _handle(request: Request, error: Exception) -> Response:
    found = answer_to(request, error)
    if found is None:
        raise error
    return found


def answer_to(request: Request, error: Exception) -> Response | None:
    """Return the answer to a known error; None for a fault of the program."""
    for kind in type(error).__mro__:
        if kind in HANDLERS:
            return HANDLERS[kind](request, error)
    return None


def _refused(request: Request, error: ServiceError) -> Response:
    return problem(request.scope, error.code, error.text, headers=error.headers, extra=error.extra)


def _findings(request: Request, error: FindingsError) -> Response:
    members = finding_members(error.findings, language_from(request.scope))
    return problem(request.scope, "invalid", with_fields(error.text), extra={"findings": members})


def _trouble(request: Request, error: DatabaseTroubleError) -> Response:
    # Its own sentence names the address of the database, which is nobody else's business.
    if isinstance(error, OtherVersionError):
        return problem(request.scope, "unavailable", OTHER_VERSION, headers=RETRY)
    cause = error.__cause__
    code, text = (isinstance(cause, DatabaseError) and database_problem(cause)) or ("unavailable", GONE)
    return problem(request.scope, code, text, headers=RETRY)


def _wrong(request: Request, error: HinterlandError) -> Response:
    return problem(request.scope, "invalid", with_fields(error.text))


def _invalid(request: Request, error: RequestValidationError) -> Response:
    errors = error.errors()
    if any(one["type"] == "json_invalid" for one in errors):
        why = str(errors[0].get("ctx", {}).get("error", "JSON")).rstrip(".")
        return problem(request.scope, "bad_request", UNREADABLE.format(why=f"JSON: {why}"))
    is_body = any(one["loc"][:1] == ("body",) for one in errors)
    if is_body and not is_json(request.headers.get("content-type", "")) and has_body(request):
        return problem(request.scope, "unsupported_media_type", NOT_JSON, headers={"Accept": "application/json"})
    findings = wrong_fields(errors)
    members = finding_members(findings, language_from(request.scope))
    return problem(request.scope, "invalid", WRONG.format(count=len(findings)), extra={"findings": members})


def is_json(content_type: str) -> bool:
    """Return whether a content type is one of JSON."""
    kind = content_type.partition(";")[0].strip().casefold()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def has_body(request: Request) -> bool:
    """Return whether a request said that it has a body."""
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers


def _framework(request: Request, error: HTTPException) -> Response:
    code = _BY_STATUS.get(error.status_code, "bad_request")
    texts = {"not_found": NO_ADDRESS, "method_not_allowed": NO_METHOD}
    text = texts.get(code, UNREADABLE.format(why=str(error.detail).rstrip(".")))
    return problem(request.scope, code, text, headers=error.headers or {})


def _pool(request: Request, _error: PoolTimeoutError) -> Response:
    return problem(request.scope, "unavailable", BUSY, headers=RETRY)


def _database(request: Request, error: DatabaseError) -> Response | None:
    found = database_problem(error)
    return None if found is None else problem(request.scope, found[0], found[1], headers=RETRY)


def database_problem(error: DatabaseError) -> tuple[ProblemCode, Text] | None:
    """Return the problem that trouble of the database is; None for a statement of ours that is wrong."""
    said = " ".join(str(error.orig).casefold().split())
    for words, code, text in _TROUBLES:
        if any(word in said for word in words):
            return code, text
    is_statement = getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR
    is_trouble = (isinstance(error, OperationalError) and not is_statement) or type(error) is DatabaseError
    return ("unavailable", GONE) if is_trouble else None


_TROUBLES: Final[tuple[tuple[tuple[str, ...], ProblemCode, Text], ...]] = (
    (("disk is full", "no space left", "could not extend file"), "storage_full", FULL),
    (("interrupted", "statement timeout"), "unavailable", TOO_LONG),
    (("database is locked", "deadlock detected", "could not serialize", "lock timeout"), "unavailable", BUSY),
)
"""Trouble by words of the drivers, which give no codes that both share."""

HANDLERS: Final[Mapping[type[Exception], Callable[[Request, Any], Response | None]]] = MappingProxyType(
    {
        ServiceError: _refused,
        FindingsError: _findings,
        DatabaseTroubleError: _trouble,
        HinterlandError: _wrong,
        RequestValidationError: _invalid,
        HTTPException: _framework,
        DatabaseError: _database,
        PoolTimeoutError: _pool,
    }
)
"""What answers an error, by its kind."""
