"""The OpenAPI 3.1 document: what the framework writes, and of each operation who may ask for it and how it fails."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from threading import Lock
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.routing import BaseRoute

from api.access.guard import Allowed, allowed
from api.access.rights import ANONYMOUS_RIGHTS, RIGHTS, Right
from api.service.answers import MEDIA_TYPE, FindingModel, ProblemModel
from api.service.tags import tag_of, tags
from api.service.writing import KEY_HEADER, LONGEST_KEY

SCHEMAS: Final = "#/components/schemas/"
WRITES: Final = frozenset(("post", "put", "patch", "delete"))
METHODS: Final = frozenset((*WRITES, "get", "head", "options"))
DROPPED: Final = ("HTTPValidationError", "ValidationError")

PROBLEM_RESPONSE: Final = {
    "description": "Lỗi (RFC 9457), theo Accept-Language · A problem (RFC 9457), in the language asked for",
    "content": {MEDIA_TYPE: {"schema": {"$ref": f"{SCHEMAS}ProblemModel"}}},
}
KEY_PARAMETER: Final = {
    "name": KEY_HEADER,
    "in": "header",
    "required": False,
    "description": "Gửi lại cùng khóa và cùng yêu cầu thì chỉ ghi một lần (giữ 24 giờ) · "
    "The same request sent again under the same key is written once (kept for 24 hours)",
    "schema": {
        "type": "string",
        "pattern": f"^[!-~]{{1,{LONGEST_KEY}}}$",
        "examples": ["8e03978e-40d5-43e8-bc93-6894a57f9324"],
    },
}
SECURITY_SCHEMES: Final = {
    "key": {"type": "http", "scheme": "bearer", "description": "Khóa API · API key"},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "hinterland_session",
        "description": "Phiên đăng nhập; khi ghi cần thêm X-CSRF-Token · Session; writes need X-CSRF-Token besides",
    },
}
ABOUT: Final = (
    "Cơ sở dữ liệu chuỗi cung ứng và tối ưu luồng hàng. Mọi danh sách chia trang theo khóa, mọi lỗi là problem+json, "
    "mọi lần ghi có thể kèm Idempotency-Key. Đọc docs/service/README.md. · "
    "Supply-chain database and freight route optimisation. Every list comes in pages by key, every error is "
    "problem+json, every write may carry an Idempotency-Key. See docs/service/README.md."
)


DOCUMENT_LOCK: Final = Lock()
"""Held while a document is made: it takes seconds, and ``described`` may see each document once only."""


class Application(FastAPI):
    """The application, which tells of each operation who may ask for it."""

    def openapi(self) -> dict[str, Any]:
        """Return the document, made once, also where several requests ask for it first."""
        with DOCUMENT_LOCK:
            made: dict[str, Any] | None = getattr(self.state, "document", None)
            if made is None:
                made = self.state.document = described(super().openapi(), self.routes)
            return made


DOCUMENT: Final = APIRouter()


@DOCUMENT.get("/openapi.json", dependencies=[allowed("public")], include_in_schema=False)
def openapi_document(request: Request) -> Response:
    """Return this very document."""
    state = request.app.state
    if getattr(state, "document_text", None) is None:
        state.document_text = json.dumps(request.app.openapi(), ensure_ascii=False)
    return Response(state.document_text, media_type="application/json")


def operation_name(route: APIRoute) -> str:
    """Return the operation id of a route: the name of its function."""
    return route.name


def right_of(route: RouteContext) -> Right | None:
    """Return the right that a route asks for; None where it has no rule, which a test refuses."""
    dependant = getattr(route, "dependant", None)
    for dependency in () if dependant is None else dependant.dependencies:
        if isinstance(dependency.call, Allowed):
            return dependency.call.right
    return None


def roles_of(right: Right) -> list[str]:
    """Return the roles that have a right, in the order of their names; ``anonymous`` is nobody's account."""
    nobody = ["anonymous"] if right in ANONYMOUS_RIGHTS else []
    return [*nobody, *sorted(RIGHTS[right])]


def operations(
    document: dict[str, Any], routes: Sequence[BaseRoute]
) -> Iterator[tuple[dict[str, Any], str, RouteContext]]:
    """Yield every operation of a document with its method and its route."""
    for route in iter_route_contexts(routes):
        path = document["paths"].get(route.path_format or "", {})
        for method in sorted(route.methods or ()):
            if method.lower() in path:
                yield path[method.lower()], method.lower(), route


def described(document: dict[str, Any], routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """Return the document with rules, problems, tags and idempotency keys added."""
    document["info"]["description"] = ABOUT
    for operation, method, route in operations(document, routes):
        right = right_of(route)
        if right is not None:
            operation["x-right"] = right
            operation["x-roles"] = roles_of(right)
            nobody: list[dict[str, list[str]]] = [{}] if right in ANONYMOUS_RIGHTS else []
            operation["security"] = [*nobody, {"key": []}, {"session": []}]
        operation["tags"] = [tag_of(route.path_format or "")]
        operation["responses"].pop("422", None)
        operation["responses"]["default"] = PROBLEM_RESPONSE
        for response in operation["responses"].values():
            for kind, content in response.get("content", {}).items():
                if kind.endswith("yaml"):
                    content["schema"] = {"description": "YAML"}  # once it is read, it is no text any more
        if method in WRITES:
            operation.setdefault("parameters", []).append(KEY_PARAMETER)
    components = document.setdefault("components", {})
    components["securitySchemes"] = SECURITY_SCHEMES
    schemas = components.setdefault("schemas", {})
    for name in DROPPED:
        schemas.pop(name, None)
    for model in (FindingModel, ProblemModel):
        made = model.model_json_schema(ref_template=f"{SCHEMAS}{{model}}")
        made.pop("$defs", None)
        schemas[model.__name__] = {**made, "additionalProperties": model is ProblemModel}
    document["tags"] = tags(document)
    return document
