"""Closures: what hinders traffic at a moment, as a list and a layer, and as a scenario to plan with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Final, Literal

import shapely
from fastapi import APIRouter, Query, Request, Response
from pydantic import StringConstraints
from shapely.geometry import mapping
from sqlalchemy import Connection, select

from api.access.guard import allowed
from api.incidents.courses import Course, courses_of
from api.incidents.offering import offer_scenario, scenario_yaml
from api.incidents.store import holding, public_document, read_incidents, within
from api.incidents.tables import INCIDENTS
from api.incidents.values import LAST_YEAR, LEAST_YEAR, VIETNAM, Incident, instant_text, read_instant
from api.rest.fields import Model, told
from api.rest.incident_models import INCIDENT_ID, PublicIncidentModel
from api.service.context import ServiceParameter
from api.service.problems import ServiceError
from geodata.models import Link
from supplychain.models.base import METADATA
from supplychain.text import Text

ROUTER: Final = APIRouter(tags=["closures"])

GEOJSON: Final = "application/geo+json"
YAML: Final = "application/yaml"
MOST: Final = 5000
LONGEST_DAYS: Final = 400
SCENARIO_ID: Final = r"^[a-z][a-z0-9_]*$"

TOO_MANY: Final = Text(
    en="There are more than {most} closures; narrow the question by a mode.",
    vi="Có hơn {most} đoạn đóng; hãy thu hẹp theo phương thức.",
)
WRONG_DAYS: Final = Text(
    en="until must be the date or later, at most {most} days, in the years 2000 to 2199.",
    vi="until phải từ ngày date trở đi, tối đa {most} ngày, trong các năm 2000–2199.",
)

Mode = Literal["road", "rail", "inland_waterway"]


class ClosuresModel(Model):
    """What hinders traffic at a moment."""

    at: str = told("The moment, UTC", "Thời điểm, UTC", "2026-03-02T00:00:00.000000+00:00")
    closures: list[PublicIncidentModel] = told("The incidents that hold then", "Các sự cố đang có hiệu lực", [])


@ROUTER.get(
    "/closures",
    dependencies=[allowed("incidents:read")],
    response_model=ClosuresModel,
    responses={200: {"content": {GEOJSON: {"schema": {"type": "object"}}}}},
    operation_id="list_closures",
    summary="Đường đang đóng hoặc hẹp · What is closed or narrowed now",
)
def list_closures(
    request: Request,
    service: ServiceParameter,
    at: Annotated[
        str | None,
        Query(
            description="Lúc này nếu bỏ trống · The moment; now if left out",
            examples=["2026-03-02T07:00:00+07:00"],
            max_length=40,
        ),
    ] = None,
    mode: Annotated[
        Mode | None, Query(description="Chỉ phương thức này · Only of this mode", examples=["road"])
    ] = None,
) -> ClosuresModel | Response:
    """Answer with JSON, or with GeoJSON for ``Accept: application/geo+json``; every confirmed incident counts."""
    moment = datetime.now(UTC) if at is None else read_instant(at)
    condition = holding(moment)
    if mode is not None:
        condition &= INCIDENTS.c.mode == mode
    with service.engine.connect() as connection:
        found = _read(connection, condition)
        if GEOJSON not in request.headers.get("accept", ""):
            shown = [PublicIncidentModel.model_validate(public_document(one)) for one in found]
            return ClosuresModel(at=instant_text(moment) or "", closures=shown)
        courses = courses_of(connection, found)
    features = [_feature(one, courses) for one in found]
    content = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    return Response(content, media_type=GEOJSON, headers={"Vary": "Accept"})


def _read(connection: Connection, condition: object) -> list[Incident]:
    found = []
    for incident in read_incidents(connection, condition):  # type: ignore[arg-type] # a condition of SQLAlchemy
        found.append(incident)
        if len(found) > MOST:
            raise ServiceError(TOO_MANY.format(most=MOST), "invalid")
    return found


def _feature(incident: Incident, courses: Mapping[Course, shapely.LineString]) -> dict[str, object]:
    """Return a closure as a feature: the links it is on; where none is known any more, its place."""
    document = public_document(incident)
    links = [courses.get((incident.said.network, link.link_id)) for link in incident.match.chosen]
    lines = [line for line in links if line is not None]
    geometry = mapping(shapely.MultiLineString(lines)) if lines else document.pop("place")
    document.pop("place", None)
    return {"type": "Feature", "id": incident.incident_id, "geometry": geometry, "properties": document}


@ROUTER.get(
    "/closures/scenario",
    dependencies=[allowed("scenarios:read")],
    response_class=Response,
    responses={
        200: {
            "description": "Tệp kịch bản dạng 2 · A scenario file of form 2",
            "content": {YAML: {"schema": {"type": "string"}}, "application/json": {"schema": {"type": "object"}}},
        }
    },
    operation_id="get_closures_scenario",
    summary="Kịch bản từ các sự cố · A scenario made of closures",
)
def closures_scenario(
    request: Request,
    service: ServiceParameter,
    day: Annotated[
        date | None,
        Query(
            alias="date", description="Ngày lập phương án; hôm nay nếu bỏ trống · Day planned", examples=["2026-03-02"]
        ),
    ] = None,
    until: Annotated[
        date | None,
        Query(description="Lấy cả sự cố tới ngày này · Take in closures up to this day", examples=["2026-03-31"]),
    ] = None,
    incident: Annotated[
        list[Annotated[str, StringConstraints(pattern=INCIDENT_ID)]] | None,
        Query(
            description="Chỉ các sự cố này · Only these incidents",
            examples=[["inc_a2b3c4d5e6f7a2b3c4d5"]],
            max_length=500,
        ),
    ] = None,
    base: Annotated[
        str | None,
        Query(description="Kịch bản nền · Scenario it builds on", examples=[None], pattern=SCENARIO_ID, max_length=100),
    ] = None,
) -> Response:
    """Give a scenario file that closes and narrows links on the days on which incidents hold.

    YAML, or JSON for ``Accept: application/json``. What no scenario can say is told in comments, or in the header
    ``X-Left-Out`` by its count.
    """
    first = day or datetime.now(VIETNAM).date()
    last = until or first
    in_order = timedelta(0) <= last - first <= timedelta(days=LONGEST_DAYS)
    if not (in_order and first.year >= LEAST_YEAR and last.year < LAST_YEAR):
        raise ServiceError(WRONG_DAYS.format(most=LONGEST_DAYS), "invalid")
    begins = datetime.combine(first, time(), VIETNAM)
    condition = within(begins, datetime.combine(last, time(), VIETNAM) + timedelta(days=1))
    if incident:
        condition &= INCIDENTS.c.incident_id.in_(incident)
    links = METADATA.tables[Link.__tablename__].c
    with service.engine.connect() as connection:
        found = _read(connection, condition)
        known = connection.execute(select(links.link_id, links.capacity_per_day.is_not(None)))
        capacities = {link_id: has_one for link_id, has_one in known}  # noqa: C416 - rows are not pairs to mypy
    offered = offer_scenario(found, capacities, first, last, base)
    accepts = request.headers.get("accept", "")
    headers = {"Vary": "Accept", "X-Left-Out": str(len(offered.left_out)), "Cache-Control": "no-cache"}
    name = str(offered.document["scenario_id"])
    if "application/json" in accepts and YAML not in accepts:
        content = json.dumps(offered.document, ensure_ascii=False, indent=2)
        return Response(content, media_type="application/json", headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
    return Response(scenario_yaml(offered), media_type=YAML, headers=headers)
