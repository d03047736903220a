"""Problems as answers: ``application/problem+json`` (RFC 9457) in the language of the caller."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, MutableMapping
from types import MappingProxyType
from typing import Any, Final

from fastapi import Response

from api.rest.fields import Model, told
from api.service.field_names import with_fields
from api.service.language import language_of
from api.service.problems import PROBLEMS, ProblemCode
from supplychain.errors import Finding
from supplychain.text import Language, Text

MEDIA_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:hinterland:problem:"
MOST_FINDINGS: Final = 1000

Scope = MutableMapping[str, Any]


class FindingModel(Model):
    """One thing wrong with a request or a file, and where it stands."""

    file: str = told("File, table, or part of the request", "Tệp, bảng, hoặc phần của yêu cầu", "organisations")
    row: int | None = told("Line, the first is 1", "Dòng, bắt đầu từ 1", 3, default=None)
    column: str | None = told("Column or field", "Cột hoặc trường", "name_vi", default=None)
    character: int | None = told(
        "Place in the line, the first is 1", "Vị trí trong dòng, bắt đầu từ 1", 1, default=None
    )
    detail: str = told("What is wrong and what to do", "Sai ở đâu và cách sửa", "Tên không được để trống.")


class ProblemModel(Model):
    """A problem (RFC 9457)."""

    type: str = told("Kind of problem, which never changes", "Loại lỗi, không đổi", "urn:hinterland:problem:not_found")
    title: str = told("What kind it is", "Tên loại lỗi", "Không tìm thấy")
    status: int = told("HTTP status code", "Mã trạng thái HTTP", 404)
    detail: str = told("What is wrong and what to do", "Sai ở đâu và cách xử lý", "Không có tổ chức org_1.")
    instance: str = told("Id of the request, as the log has it", "Mã yêu cầu, như trong nhật ký", "req_a2b3c4d5e6f7")
    findings: list[FindingModel] | None = told(
        "Everything found wrong, where there are places to name", "Mọi chỗ sai, nếu chỉ được vị trí", [], default=None
    )
    etag: str | None = told(
        "Where somebody else changed it: the ETag it has now",
        "Nếu người khác đã sửa: ETag hiện tại",
        '"k3vOq1"',
        default=None,
    )


def language_from(scope: Scope) -> Language:
    """Return the language of a request."""
    for name, value in scope["headers"]:
        if name == b"accept-language":
            return language_of(value.decode("latin-1"))
    return language_of("")


def problem(
    scope: Scope,
    code: ProblemCode,
    text: Text,
    *,
    headers: Mapping[str, str] = MappingProxyType({}),
    extra: Mapping[str, Any] = MappingProxyType({}),
) -> Response:
    """Return a problem as the answer to a request.

    Parameters
    ----------
    scope
        The request.
    code
        The problem.
    text
        What is wrong and what to do.
    headers, extra
        Headers, and members of the problem, besides the usual ones.
    """
    language = language_from(scope)
    kind = PROBLEMS[code]
    document = {
        "type": TYPE_PREFIX + code,
        "title": kind.title.of(language),
        "status": kind.status,
        "detail": text.of(language),
        "instance": scope.get("state", {}).get("request_id", ""),
        **extra,
    }
    told_in = {"Content-Language": language, "Vary": "Accept-Language", "Cache-Control": "no-store"}
    needed = {"WWW-Authenticate": "Bearer"} if code == "unauthenticated" else {}
    content = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
    return Response(content, kind.status, {**told_in, **needed, **headers}, MEDIA_TYPE)


def finding_members(findings: Iterable[Finding], language: Language) -> list[dict[str, Any]]:
    """Return findings as members of a problem; no more than the first thousand."""
    members = [
        {
            "file": finding.file,
            "row": finding.row,
            "column": finding.column,
            "character": finding.character,
            "detail": with_fields(finding.text).of(language),
        }
        for finding in findings
    ]
    return members[:MOST_FINDINGS]
