"""Stored files as answers: streamed part by part, whole or a stretch (RFC 9110, 14), never shown by a browser.

What somebody uploaded may pretend to be a page or a script. Every file is therefore an attachment that no browser may
take for another kind, in a sandbox without origin; what could run in a browser is not even called by its own type.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import Engine

from api.files.names import OPAQUE
from api.files.store import file_parts
from api.files.stored import StoredFile
from api.service.etags import etag, not_modified
from api.service.problems import ServiceError
from supplychain.text import Text

PLAIN_TYPES: Final = frozenset(
    {
        "application/geo+json",
        "application/geopackage+sqlite3",
        "application/gzip",
        "application/json",
        "application/pdf",
        "application/vnd.apache.parquet",
        "application/vnd.ms-excel",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/yaml",
        "application/zip",
        "image/jpeg",
        "image/png",
        "text/csv",
        "text/plain",
    }
)
"""Kinds of files that run nowhere; every other is answered as bytes without a kind."""

UNSATISFIABLE: Final = Text(
    en="The file has {size} bytes; the stretch that Range asks for begins after its end.",
    vi="Tệp có {size} byte; đoạn mà Range yêu cầu nằm sau cuối tệp.",
)

_RANGE: Final = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.IGNORECASE | re.ASCII)


def attachment(name: str) -> dict[str, str]:
    """Return the headers with which a browser keeps a file under a name (RFC 6266) and does nothing else with it.

    That no browser guesses another type (``nosniff``) the frame says of every answer.
    """
    plain = "".join(sign if sign.isascii() and sign.isprintable() and sign not in '"\\%' else "_" for sign in name)
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-transform",
    }


def shown_type(media_type: str) -> str:
    """Return the type under which a file is answered."""
    return media_type if media_type in PLAIN_TYPES else OPAQUE


def file_answer(request: Request, engine: Engine, stored: StoredFile) -> Response:
    """Return a file, or the stretch of it that ``Range`` asks for; 304 where the caller has it already.

    Of several stretches, and of what cannot be read as one, nothing is taken: the whole file is the answer.

    Raises
    ------
    ServiceError
        If the stretch begins after the end of the file.
    """
    current = etag(stored.sha256, stored.size)
    same = not_modified(request, current)
    if same is not None:
        return same
    headers = {**attachment(stored.name), "ETag": current, "Accept-Ranges": "bytes"}
    stretch = _stretch(request, stored, current)
    start, end = (0, stored.size) if stretch is None else stretch
    headers["Content-Length"] = str(end - start)
    # Bytes are sent as they are: the tag and the stretches are those of the bytes, and a break is seen by the length.
    headers["Content-Encoding"] = "identity"
    if stretch is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{stored.size}"
    parts = file_parts(engine, stored.file_id, start, end)
    status = 200 if stretch is None else 206
    return StreamingResponse(parts, status, headers, shown_type(stored.media_type))


def _stretch(request: Request, stored: StoredFile, current: str) -> tuple[int, int] | None:
    """Return the first byte and the one after the last that are asked for; None for the whole file."""
    asked = _RANGE.fullmatch(request.headers.get("range", "").strip())
    if asked is None or request.headers.get("if-range", current) != current:
        return None
    first, last = asked.groups()
    if first:
        start, end = int(first), min(int(last) + 1, stored.size) if last else stored.size
        if last and int(last) < int(first):
            return None
    elif last:
        start, end = max(stored.size - int(last), 0), stored.size
    else:
        return None
    if start >= end:
        headers = {"Content-Range": f"bytes */{stored.size}"}
        raise ServiceError(UNSATISFIABLE.format(size=stored.size), "range_not_satisfiable", headers=headers)
    return start, end
