"""Entity tags: an answer that did not change is not sent again, and nobody writes over what they have not seen."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any, Final

from fastapi import Request, Response

from api.service.problems import ServiceError
from supplychain.text import Text

MISSING: Final = Text(
    en="Send If-Match with the ETag you last got, so that nobody's change is written over.",
    vi="Hãy gửi If-Match với ETag vừa nhận, để không ghi đè thay đổi của người khác.",
)
CHANGED: Final = Text(
    en="This was changed meanwhile. Read it again, bring your change in, and send the new ETag.",
    vi="Mục này đã được sửa trong lúc đó. Hãy đọc lại, nhập thay đổi của bạn, rồi gửi ETag mới.",
)

MEANINGS: Final = {
    "If-Match": ("ETag như đã đọc · ETag as it was last read", '"jXN__GWFRWbm2yWNPKofjBzU"'),
    "If-None-Match": ("* để thêm mới · * to add something new", "*"),
}
"""What the headers of a write mean, each with an example."""


def state_headers(*names: str) -> dict[str, Any]:
    """Return what the OpenAPI document says of a write that reads ``If-Match`` (and others): its ``openapi_extra``."""
    return {
        "parameters": [
            {
                "name": name,
                "in": "header",
                "required": False,
                "description": MEANINGS[name][0],
                "schema": {"type": "string", "examples": [MEANINGS[name][1]]},
                "example": MEANINGS[name][1],
            }
            for name in names
        ]
    }


IF_MATCH: Final = state_headers("If-Match")
"""``openapi_extra`` of a write that :func:`require_match` may refuse."""


def etag(*parts: object) -> str:
    """Return the strong entity tag of what is named by some values (texts, numbers, None), quotes included."""
    digest = hashlib.sha256(json.dumps(parts, ensure_ascii=False, allow_nan=False).encode()).digest()
    return f'"{base64.urlsafe_b64encode(digest[:18]).decode()}"'


def require_match(request: Request, current: str) -> None:
    """Refuse a write whose ``If-Match`` is not the current entity tag; call it within the transaction that writes.

    Raises
    ------
    ServiceError
        If there is no ``If-Match``, or none of its strong tags is the current one.
    """
    wanted = _tags(request, "if-match")
    if not wanted:
        raise ServiceError(MISSING, "precondition_required", extra={"etag": current})
    if "*" not in wanted and current not in wanted:
        raise ServiceError(CHANGED, "precondition_failed", headers={"ETag": current}, extra={"etag": current})


def not_modified(request: Request, current: str) -> Response | None:
    """Return the answer 304 where ``If-None-Match`` names the current entity tag (weak tags count); else None."""
    known = [tag.removeprefix("W/") for tag in _tags(request, "if-none-match")]
    if "*" in known or current in known:
        return Response(status_code=304, headers={"ETag": current})
    return None


def _tags(request: Request, header: str) -> list[str]:
    listed = ",".join(request.headers.getlist(header))
    return [tag.strip() for tag in listed.split(",") if tag.strip()]
