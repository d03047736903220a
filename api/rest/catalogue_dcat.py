"""The DCAT catalogue of what is open, for people and for portals that harvest it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request, Response

from api.access.guard import allowed
from api.open_data.catalogue import catalogue_version, describe_catalogue
from api.open_data.graph import Resource, to_json_ld, to_turtle
from api.service.context import Service, ServiceParameter
from api.service.etags import etag, not_modified

ROUTER: Final = APIRouter(tags=["catalogue"])

JSON_LD: Final = "application/ld+json"
TURTLE: Final = "text/turtle"
CACHE: Final = "public, max-age=60"


@dataclass(frozen=True, slots=True)
class _Described:
    """The catalogue as it was described last, and for what: counting every record is not done at each request."""

    key: tuple[object, ...]
    resources: list[Resource]


def _address(request: Request, service: Service) -> str:
    return (service.settings.public_url or str(request.base_url)).rstrip("/")


@ROUTER.get(
    "/catalogue",
    dependencies=[allowed("public")],
    response_class=Response,
    responses={
        200: {
            "description": "Danh mục DCAT-AP 3 · A DCAT-AP 3 catalogue",
            "content": {JSON_LD: {"schema": {"type": "object"}}, TURTLE: {"schema": {"type": "string"}}},
        }
    },
    operation_id="get_catalogue",
    summary="Danh mục dữ liệu mở (DCAT) · Catalogue of what is open (DCAT)",
)
def open_data_catalogue(
    request: Request,
    service: ServiceParameter,
    form: Annotated[
        Literal["jsonld", "turtle"] | None,
        Query(
            alias="format",
            description="Dạng, nếu không dùng Accept · The form, where Accept cannot be set",
            examples=["turtle"],
        ),
    ] = None,
) -> Response:
    """Answer with JSON-LD, or with Turtle for ``Accept: text/turtle``; each data set has the licence of its source."""
    is_turtle = form == "turtle" or (form is None and TURTLE in request.headers.get("accept", ""))
    address = _address(request, service)
    with service.engine.connect() as connection:
        key = (address, *catalogue_version(connection))
        tag = etag(*key, is_turtle)
        unchanged = not_modified(request, tag)
        if unchanged is not None:
            return unchanged
        described: _Described | None = getattr(request.app.state, "open_data", None)
        if described is None or described.key != key:
            described = _Described(key, describe_catalogue(connection, address))
            request.app.state.open_data = described
    headers = {"ETag": tag, "Vary": "Accept", "Cache-Control": CACHE}
    if is_turtle:
        return Response("".join(to_turtle(described.resources)), media_type=TURTLE, headers=headers)
    content = json.dumps(to_json_ld(described.resources), ensure_ascii=False)
    return Response(content, media_type=JSON_LD, headers=headers)
