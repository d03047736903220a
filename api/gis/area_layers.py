"""Collections of areas that jobs drew: isochrones and catchments, to who may see the job and to nobody else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import shapely
from sqlalchemy import Connection, and_, select, true

from api.files.store import file_parts
from api.gis.collections import Asking, Collection, Instance, Parameter
from api.gis.kept_layers import Made, kept_layer, key_of
from api.jobs.tables import JOB_FILES, JOBS
from api.scenarios.store import sees_all
from api.service.problems import ServiceError, not_found
from geodata.features.source import Origin
from geodata.features.table import ARROW_TYPES, FeatureTable, Field, Shapes
from supplychain.text import Text

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from api.access.caller import Caller
    from geodata.features.source import Source

AREAS: Final = "areas.geojson"
"""File of a job that holds its areas (``api.routes.jobs``)."""
DONE: Final = "done"
MOST_LISTED: Final = 50

JOB: Final = Text(en="job", vi="công việc")
NOT_DONE: Final = Text(
    en="Job {job} is {state}; its areas are there once it is done.",
    vi="Công việc {job} đang ở trạng thái {state}; vùng chỉ có khi công việc xong.",
)
NO_AREAS: Final = Text(
    en="Job {job} was run by an older version of the program, which kept no areas. Ask the question again.",
    vi="Công việc {job} do phiên bản cũ của chương trình chạy, không lưu vùng. Hãy hỏi lại.",
)
SOURCE: Final = Text(
    en="Hinterland {question} of job {job} on network {network}, for {vehicle_profile}",
    vi="Kết quả {question} của Hinterland, công việc {job}, trên mạng lưới {network}, cho {vehicle_profile}",
)
ISOCHRONE_FIELDS: Final = (
    Field("band", "text", Text(en="Within, minutes as written", vi="Trong số phút")),
    Field("limit_min", "number", Text(en="Limit", vi="Giới hạn"), "min"),
    Field("place", "text", Text(en="From or to which place", vi="Nơi xuất phát hoặc nơi đến")),
    Field("direction", "text", Text(en="from the place or to it", vi="from: từ nơi đó, to: đến nơi đó")),
    Field("area_km2", "number", Text(en="Geodesic area", vi="Diện tích"), "km²"),
    Field("reached_km", "number", Text(en="Links reached", vi="Chiều dài đường đến được"), "km"),
)
CATCHMENT_FIELDS: Final = (
    Field("gateway_id", "text", Text(en="Gateway that serves best", vi="Mã cửa ngõ tốt nhất")),
    Field("name", "text", Text(en="Its name", vi="Tên cửa ngõ")),
    Field("kind", "text", Text(en="Its kind", vi="Loại cửa ngõ")),
    Field("gateway_group", "text", Text(en="Its group", vi="Nhóm cửa ngõ")),
    Field("objective", "text", Text(en="Best by", vi="Tốt nhất theo")),
    Field("area_km2", "number", Text(en="Geodesic area", vi="Diện tích"), "km²"),
    Field("road_km", "number", Text(en="Links served best", vi="Chiều dài đường phục vụ tốt nhất"), "km"),
    Field("places", "integer", Text(en="Places served best", vi="Số nơi phục vụ tốt nhất")),
)


def _open(kind: str, fields: tuple[Field, ...], asking: Asking, given: Mapping[str, str]) -> Source:
    job_id = given["job"]
    with asking.engine.connect() as connection:
        query = select(JOBS.c.job_id, JOBS.c.state).where(JOBS.c.job_id == job_id, _seen(asking.caller, kind))
        job = connection.execute(query).first()
        if job is None:
            raise not_found(JOB, job_id)
        file = _areas_file(connection, job_id)
    if job.state != DONE:
        raise ServiceError(NOT_DONE.format(job=job_id, state=job.state), "bad_request")
    if file is None:
        raise ServiceError(NO_AREAS.format(job=job_id), "bad_request")

    def make() -> dict[str, Made]:
        document = json.loads(b"".join(file_parts(asking.engine, file.file_id)))
        return {kind: Made(_table(document, fields), _origin(document, job_id))}

    return kept_layer(None, key_of("areas", kind, job_id, file.sha256), kind, make)


def _seen(caller: Caller, kind: str) -> ColumnElement[bool]:
    """Return the condition that a job is of a kind and seen by a caller: their own, any for administrators."""
    mine = true() if sees_all(caller) else JOBS.c.account_id == caller.account_id
    return and_(JOBS.c.kind == kind, mine)


def _areas_file(connection: Connection, job_id: str) -> Any:  # noqa: ANN401 - a row
    query = select(JOB_FILES.c.file_id, JOB_FILES.c.sha256)
    return connection.execute(query.where(JOB_FILES.c.job_id == job_id, JOB_FILES.c.name == AREAS)).first()


def _table(document: Mapping[str, Any], fields: tuple[Field, ...]) -> FeatureTable:
    features = document["features"]
    facts = document["provenance"]
    rows = [{**facts, **feature["properties"]} for feature in features]
    columns = {
        field.name: pa.array([_value(row.get(field.name), field) for row in rows], type=ARROW_TYPES[field.kind])
        for field in fields
    }
    shapes = np.empty(len(features), dtype=object)
    shapes[:] = [
        None if feature["geometry"] is None else _many(shapely.from_geojson(json.dumps(feature["geometry"])))
        for feature in features
    ]
    ids = [str(row[fields[0].name]) for row in rows]
    return FeatureTable(fields, pa.array(ids, pa.string()), pa.table(columns), Shapes.of(shapes, "MultiPolygon"))


def _many(shape: shapely.Geometry) -> shapely.MultiPolygon | None:
    """Return an area as a multipolygon; None for an empty one."""
    if shape.is_empty:
        return None
    return shape if isinstance(shape, shapely.MultiPolygon) else shapely.MultiPolygon([shape])


def _value(value: Any, field: Field) -> Any:  # noqa: ANN401 - a JSON value
    if value is None or value == "":
        return None
    return float(value) if field.kind == "number" else int(value) if field.kind == "integer" else str(value)


def _origin(document: Mapping[str, Any], job_id: str) -> Origin:
    told = document["provenance"]
    names = {name: told.get(name, "–") for name in ("question", "network", "vehicle_profile")}
    licence, attribution, made_at = (str(told.get(name, "")) for name in ("licence", "attribution", "made_at"))
    return Origin(SOURCE.format(job=job_id, **names), licence, attribution, made_at)


def _instances(kind: str, asking: Asking) -> Iterable[Instance]:
    query = (
        select(JOBS.c.job_id, JOBS.c.title, JOBS.c.created_at)
        .join(JOB_FILES, and_(JOB_FILES.c.job_id == JOBS.c.job_id, JOB_FILES.c.name == AREAS))
        .where(_seen(asking.caller, kind), JOBS.c.state == DONE)
        .order_by(JOBS.c.fid.desc())
        .limit(MOST_LISTED)
    )
    with asking.engine.connect() as connection:
        rows = connection.execute(query).all()
    return [Instance((row.job_id,), _title(kind, row)) for row in rows]


TITLES: Final = {
    "isochrone": Text(en="Areas reached within minutes", vi="Vùng đến được trong số phút"),
    "catchment": Text(en="Catchments of gateways", vi="Vùng hấp dẫn của cửa ngõ"),
}


def _title(kind: str, row: Any) -> Text:  # noqa: ANN401 - a row
    name = TITLES[kind]
    return Text(
        en=f"{row.title or name.en} ({row.created_at[:16]})", vi=f"{row.title or name.vi} ({row.created_at[:16]})"
    )


def _collection(name: str, kind: str, meaning: Text, fields: tuple[Field, ...]) -> Collection:
    opened: Callable[[Asking, Mapping[str, str]], Source] = partial(_open, kind, fields)
    job = Parameter("job", Text(en="Id of the job that drew it", vi="Mã công việc đã vẽ"), "job_a2b3c4d5e6f7a2b3c4d5")
    instances = partial(_instances, kind)
    return Collection(
        name, TITLES[kind], meaning, "MultiPolygon", "routes:ask", name, opened, (job,), instances, is_named_only=True
    )


ISOCHRONES: Final = _collection(
    "isochrones",
    "isochrone",
    Text(
        en="The area reached from a place, or from which it is reached, within some minutes; larger ones first",
        vi="Vùng đến được từ một nơi, hoặc từ đó đến được nơi ấy, trong số phút; vùng lớn trước",
    ),
    ISOCHRONE_FIELDS,
)
CATCHMENTS: Final = _collection(
    "catchments",
    "catchment",
    Text(en="The area that a gateway serves best", vi="Vùng mà một cửa ngõ phục vụ tốt nhất"),
    CATCHMENT_FIELDS,
)
