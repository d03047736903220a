"""The forms in which records are answered: JSON, GeoJSON for those that stand somewhere, JSON lines for whole lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from fastapi import Request, Response
from starlette.responses import StreamingResponse

from api.rest.record_models import json_values
from api.service.context import Service
from api.service.json_text import json_text
from api.service.problems import ServiceError
from supplychain.registry.pages import Listing, read_page
from supplychain.registry.present import Shown
from supplychain.text import Text

JSON: Final = "application/json"
GEOJSON: Final = "application/geo+json"
LINES: Final = "application/x-ndjson"
LINES_AT_ONCE: Final = 1000

NO_FORM: Final = Text(
    en="This is answered as {forms}. Send one of them in Accept, or leave Accept out.",
    vi="Địa chỉ này trả lời dạng {forms}. Hãy ghi một dạng trong Accept, hoặc bỏ Accept.",
)


def form_of(request: Request, forms: tuple[str, ...]) -> str:
    """Return the media type that a request wants most (RFC 9110, 12.5.1); the first of ours where any will do.

    Raises
    ------
    ServiceError
        If it takes none of them.
    """
    accepted = ",".join(request.headers.getlist("accept"))
    if not accepted.strip():
        return forms[0]
    wanted = dict.fromkeys(forms, (0.0, 0))
    for part in accepted[:1000].split(","):
        kind, *parameters = (step.strip().casefold() for step in part.split(";"))
        quality = _quality(parameters)
        for form in forms:
            exactness = {form: 3, f"{form.partition('/')[0]}/*": 2, "*/*": 1}.get(kind, 0)
            if exactness > wanted[form][1]:
                wanted[form] = (quality, exactness)
    best = max(forms, key=lambda form: wanted[form])
    if wanted[best][0] <= 0:
        raise ServiceError(NO_FORM.format(forms=", ".join(forms)), "not_acceptable")
    # Where several are wanted alike and none is named, the first of ours.
    return next(form for form in forms if wanted[form] == wanted[best])


def _quality(parameters: Iterable[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


def to_json(document: Any, form: str = JSON, headers: Mapping[str, str] | None = None) -> Response:  # noqa: ANN401
    """Return a document as an answer; what depends on Accept says so."""
    return Response(json_text(document), media_type=form, headers={"Vary": "Accept", **(headers or {})})


def feature(shown: Shown, fields: tuple[str, ...] | None) -> dict[str, Any]:
    """Return a record as a GeoJSON feature (RFC 7946); without a position its geometry is null."""
    lon, lat = shown.record.values.get("lon"), shown.record.values.get("lat")
    is_placed = lon is not None and lat is not None
    properties = {name: value for name, value in json_values(shown, fields).items() if name not in ("lat", "lon")}
    return {
        "type": "Feature",
        "id": shown.record.record_id,
        "geometry": {"type": "Point", "coordinates": [lon, lat]} if is_placed else None,
        "properties": properties,
    }


def feature_collection(some: Iterable[Shown], fields: tuple[str, ...] | None, following: str | None) -> dict[str, Any]:
    """Return a page of records as a GeoJSON feature collection that links to the next."""
    links = [] if following is None else [{"rel": "next", "href": following, "type": GEOJSON}]
    return {"type": "FeatureCollection", "features": [feature(one, fields) for one in some], "links": links}


def stream_lines(
    service: Service, listing: Listing, after: str | None, fields: tuple[str, ...] | None
) -> StreamingResponse:
    """Return every record of a list as JSON lines, read page by page while they are sent."""
    return StreamingResponse(
        _lines(service, listing, after, fields),
        media_type=LINES,
        headers={"Vary": "Accept", "Cache-Control": "no-store"},
    )


def _lines(service: Service, listing: Listing, after: str | None, fields: tuple[str, ...] | None) -> Iterator[bytes]:
    while True:
        with service.engine.connect() as connection:
            some = read_page(connection, listing, after, LINES_AT_ONCE)
        if some:
            yield b"".join(json_text(json_values(one, fields)) + b"\n" for one in some)
        if len(some) < LINES_AT_ONCE:
            return
        after = some[-1].record.record_id
