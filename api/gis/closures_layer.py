"""The collection of closures: the links on which confirmed incidents hinder traffic at this moment."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa
import shapely

from api.gis.collections import Asking, Collection
from api.incidents.courses import Course, courses_of
from api.incidents.store import holding, public_document, read_incidents
from api.incidents.values import CAUSES, MODES, PUBLISHED, STATE_NAMES, Incident
from geodata.features.held import HeldSource
from geodata.features.source import Origin, Source
from geodata.features.stored_words import words_of
from geodata.features.table import ARROW_TYPES, FeatureTable, Field, Shapes
from supplychain.text import Text

CAUSE_NAMES: Final[Mapping[str, Text]] = {
    "works": Text(en="works", vi="thi công"),
    "accident": Text(en="accident", vi="tai nạn"),
    "flood": Text(en="flood", vi="ngập"),
    "damage": Text(en="damage", vi="hư hỏng"),
    "event": Text(en="event", vi="sự kiện"),
    "traffic": Text(en="traffic", vi="ùn tắc"),
    "other": Text(en="other", vi="khác"),
}

FIELDS: Final = (
    Field("incident_id", "text", Text(en="Incident", vi="Sự cố")),
    Field("link_id", "text", Text(en="Link it is on; empty where none is known", vi="Đoạn tuyến; trống nếu không rõ")),
    Field(
        "network",
        "integer",
        Text(
            en="Stored network the link is of; empty: a corridor of the region",
            vi="Phiên bản mạng lưới của đoạn; trống: hành lang của vùng",
        ),
    ),
    Field("title", "text", Text(en="Title", vi="Tiêu đề")),
    Field(
        "cause",
        "text",
        Text(en="Cause", vi="Nguyên nhân"),
        words=tuple((word, CAUSE_NAMES[word]) for word in CAUSES),
    ),
    Field(
        "state", "text", Text(en="State", vi="Trạng thái"), words=tuple((word, STATE_NAMES[word]) for word in PUBLISHED)
    ),
    Field("mode", "text", Text(en="Mode", vi="Phương thức"), words=words_of(MODES)),
    Field(
        "share",
        "number",
        Text(en="Share of the capacity that is left, 0 is closed", vi="Phần năng lực còn lại, 0 là đóng hẳn"),
        "share",
    ),
    Field("starts_at", "datetime", Text(en="Beginning", vi="Bắt đầu")),
    Field("ends_at", "datetime", Text(en="End; empty: until further notice", vi="Kết thúc; trống: chưa định")),
    Field("updated_at", "datetime", Text(en="Last changed", vi="Cập nhật lần cuối")),
)
"""What is told of a closure on a link: what everybody may know."""

ORIGIN: Final = Text(
    en="closures that were confirmed in this database", vi="các đoạn đóng đã được xác nhận trong cơ sở dữ liệu này"
)
_TIMES: Final = ("starts_at", "ends_at", "updated_at")


def _open(asking: Asking, _given: Mapping[str, str]) -> Source:
    with asking.engine.connect() as connection:
        incidents = list(read_incidents(connection, holding(datetime.now(UTC))))
        courses = courses_of(connection, incidents)
    rows = [row for incident in incidents for row in _rows(incident, courses)]
    shapes = [shape for _, _, shape in rows]
    digest = hashlib.sha256(repr([row[:2] for row in rows]).encode())
    digest.update(shapely.to_wkb(shapely.GeometryCollection([shape for shape in shapes if shape is not None])))
    made_at = max((incident.updated_at for incident in incidents), default="")
    return HeldSource(_table(rows), digest.hexdigest()[:24], Origin(ORIGIN, "", "", made_at))


Row = tuple[str, dict[str, Any], shapely.LineString | None]
"""Id, properties and course of a closure on one link."""


def _rows(incident: Incident, courses: Mapping[Course, shapely.LineString]) -> list[Row]:
    """Return a closure on each link it is on; on its place alone, drawn where that is a line, where none is known."""
    told = public_document(incident)
    told = {field.name: told.get(field.name) for field in FIELDS}
    told |= {name: None if told[name] is None else datetime.fromisoformat(told[name]) for name in _TIMES}
    network = incident.said.network
    rows: list[Row] = []
    for link in incident.match.chosen:
        course = courses.get((network, link.link_id))
        if course is not None:
            row_id = f"{incident.incident_id}-{len(rows) + 1}"
            rows.append((row_id, {**told, "link_id": link.link_id, "network": network}, course))
    if not rows:
        place = None if incident.said.place is None else shapely.geometry.shape(incident.said.place)
        drawn = place if isinstance(place, shapely.LineString) else None
        rows.append((f"{incident.incident_id}-0", {**told, "link_id": None, "network": network}, drawn))
    return rows


def _table(rows: Sequence[Row]) -> FeatureTable:
    columns = {
        field.name: pa.array([values[field.name] for _, values, _ in rows], ARROW_TYPES[field.kind]) for field in FIELDS
    }
    shapes = np.empty(len(rows), dtype=object)
    shapes[:] = [shape for _, _, shape in rows]
    ids = pa.array([row_id for row_id, _, _ in rows], pa.string())
    return FeatureTable(FIELDS, ids, pa.table(columns), Shapes.of(shapes, "LineString"))


CLOSURES: Final = Collection(
    "closures",
    Text(en="Closures", vi="Đoạn đóng hoặc hẹp"),
    Text(
        en="A link on which a confirmed incident hinders traffic now",
        vi="Một đoạn tuyến đang bị cản trở bởi sự cố đã xác nhận",
    ),
    "LineString",
    "incidents:read",
    "closures",
    _open,
)
"""The collection of closures."""
