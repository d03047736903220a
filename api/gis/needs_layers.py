"""The collection of needs that no supplier on record serves, as whoever asks sees needs and offers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection, Engine, func, select, text

from api.gis.collections import Asking, Collection
from api.gis.kept_layers import Made, kept_layer, key_of
from api.styles import OFFER_NAMES
from geodata.features.source import Origin
from geodata.features.stored_known import KNOWN
from geodata.features.table import ARROW_TYPES, FeatureTable, Field, Shapes
from supplychain.database import is_sqlite
from supplychain.models import METADATA
from supplychain.models.registry import CHANGES
from supplychain.registry.visibility import settled
from supplychain.sourcing.build import TABLES, build_catalogue
from supplychain.sourcing.read import Look, read_rows
from supplychain.text import Text

if TYPE_CHECKING:
    from datetime import date

    from api.gis.needs_layers_judged import Unmet
    from geodata.features.source import Source
    from supplychain.registry.visibility import Viewer
    from supplychain.sourcing.build import Rows

UNMET_NEEDS_ID: Final = "unmet_needs"
LOCKS: Final = tuple(Lock() for _ in range(16))
"""Two that see the same are judged once; two that see different things seldom wait for each other."""
MADE_UP: Final = "synthetic"
SOURCE: Final = Text(
    en="Hinterland: needs held against the offers on record on {day} ({titles})",
    vi="Hinterland: nhu cầu đối chiếu với các chào hàng đã ghi ngày {day} ({titles})",
)
PLACES: Final = (
    ("facility", Text(en="the facility's own", vi="của chính cơ sở")),
    ("gate", Text(en="gate of its park", vi="cổng khu công nghiệp")),
    ("park", Text(en="its park", vi="khu công nghiệp")),
)
FIELDS: Final = (
    Field("kind", "text", Text(en="What is needed", vi="Loại nhu cầu"), "", tuple(OFFER_NAMES.items())),
    Field("name_vi", "text", Text(en="Article in Vietnamese", vi="Mặt hàng")),
    Field("name_en", "text", Text(en="Article in English", vi="Mặt hàng (tiếng Anh)")),
    Field("article_id", "text", Text(en="Article", vi="Mã mặt hàng")),
    Field("hs_code", "text", Text(en="HS code", vi="Mã HS")),
    Field("quantity_t_per_month", "number", Text(en="Tonnes a month", vi="Tấn mỗi tháng"), "t/month"),
    Field("first_month", "text", Text(en="First month", vi="Tháng đầu")),
    Field("last_month", "text", Text(en="Last month", vi="Tháng cuối")),
    Field("facility_id", "text", Text(en="Facility that needs it", vi="Mã cơ sở cần hàng")),
    Field("facility_name", "text", Text(en="Its name", vi="Tên cơ sở")),
    Field("park_id", "text", Text(en="Park it stands in", vi="Khu công nghiệp")),
    Field("position_of", "text", Text(en="Whose position is shown", vi="Vị trí lấy theo"), "", PLACES),
    Field(
        "candidates",
        "integer",
        Text(en="Offers of the same that fail a limit", vi="Chào hàng cùng loại nhưng không đạt điều kiện"),
    ),
    Field("reasons_vi", "text", Text(en="Why, in Vietnamese", vi="Lý do")),
    Field("reasons_en", "text", Text(en="Why, in English", vi="Lý do (tiếng Anh)")),
    Field("synthetic", "boolean", Text(en="Whether made up for demonstration", vi="Dữ liệu giả lập")),
)


def open_unmet_needs(asking: Asking, _given: Mapping[str, str]) -> Source:
    """Return the needs that a viewer sees and that no offer they see serves; a real need is served by real offers."""
    day = datetime.now(UTC).date()
    viewer = asking.caller.viewer
    with asking.engine.connect() as connection:
        key = (UNMET_NEEDS_ID, str(asking.engine.url), viewer, day, _state(connection))
    found: Source | None = KNOWN.get(key)
    if found is not None:
        return found
    # Of many who ask at once one reads and judges, and those who wait hold no connection meanwhile.
    with LOCKS[hash(key) % len(LOCKS)]:
        return KNOWN.get_or_make(key, lambda: _judged(asking.engine, viewer, day))


def _state(connection: Connection) -> tuple[Any, ...]:
    """Return what tells one state of the registry from another.

    Every change of the registry counts, and on an embedded database what a GIS program wrote past it, which it notes in
    the catalogue of the GeoPackage.
    """
    number, at = connection.execute(select(func.max(CHANGES.c.number), func.max(CHANGES.c.committed_at))).one()
    if not is_sqlite(connection):
        return number, at
    noted = connection.execute(text("SELECT table_name, last_change FROM gpkg_contents ORDER BY table_name"))
    return number, at, *(tuple(row) for row in noted if row[0] in TABLES)


def _judged(engine: Engine, viewer: Viewer, day: date) -> Source:
    with engine.connect() as connection:
        rows = read_rows(connection, TABLES, Look(settled(connection, viewer), day, synthetic=True))
        origin = _origin(connection, rows, day)

    def make() -> dict[str, Made]:
        return {UNMET_NEEDS_ID: Made(_table(rows, day), origin)}

    # Named by what the viewer sees itself: whoever sees the same is answered the same.
    return kept_layer(None, key_of("needs", day, rows), UNMET_NEEDS_ID, make)


def _table(rows: Rows, day: date) -> FeatureTable:
    from api.gis.needs_layers_judged import unmet_needs  # noqa: PLC0415 - loads what matches

    made_up = {str(row["need_id"]) for row in rows["needs"] if row.get(MADE_UP)}
    every, real = build_catalogue(rows), build_catalogue(_without_made_up(rows))
    found = [
        *unmet_needs(real.wanted, real.supplies, day),
        *unmet_needs([one for one in every.wanted if one.need_id in made_up], every.supplies, day),
    ]
    found.sort(key=lambda one: one.wanted.need_id)
    return _features(found, made_up)


def _without_made_up(rows: Rows) -> Rows:
    return {table: [row for row in held if not row.get(MADE_UP)] for table, held in rows.items()}


def _features(found: list[Unmet], made_up: set[str]) -> FeatureTable:
    cells = [_cells(one, made_up) for one in found]
    columns = {
        field.name: pa.array([row[field.name] for row in cells], type=ARROW_TYPES[field.kind]) for field in FIELDS
    }
    points = np.full((len(found), 2), np.nan)
    for place, one in enumerate(found):
        spot = one.wanted.party.spot
        if spot is not None:
            points[place] = spot.lon, spot.lat
    ids = pa.array([one.wanted.need_id for one in found], pa.string())
    return FeatureTable(FIELDS, ids, pa.table(columns), Shapes("Point", points))


def _cells(one: Unmet, made_up: set[str]) -> dict[str, Any]:
    need, goods, party = one.wanted, one.wanted.goods, one.wanted.party
    return {
        "kind": goods.kind or None,
        "name_vi": next(iter(goods.names_vi), goods.label) or None,
        "name_en": next(iter(goods.names_en), goods.label) or None,
        "article_id": goods.article_id or None,
        "hs_code": goods.hs_code or None,
        "quantity_t_per_month": need.quantity_t_per_month,
        "first_month": need.first_month or None,
        "last_month": need.last_month or None,
        "facility_id": party.facility_id,
        "facility_name": party.facility_name or None,
        "park_id": party.park_id or None,
        "position_of": None if party.spot is None else party.spot.of,
        "candidates": one.candidates,
        "reasons_vi": one.reasons.vi,
        "reasons_en": one.reasons.en,
        "synthetic": need.need_id in made_up,
    }


def _origin(connection: Connection, rows: Rows, day: date) -> Origin:
    """Return what needs and offers came from, as far as the viewer sees them."""
    used = {str(row["source"]) for table in ("needs", "offers") for row in rows[table] if row.get("source")}
    sources = METADATA.tables["sources"].c
    query = select(sources.source_id, sources.title, sources.publisher, sources.licence).order_by(sources.source_id)
    told = [row for row in connection.execute(query) if row.source_id in used]
    titles = "; ".join(dict.fromkeys(row.title for row in told)) or "–"
    licences = "; ".join(dict.fromkeys(row.licence for row in told if row.licence))
    publishers = "; ".join(dict.fromkeys(row.publisher for row in told if row.publisher))
    return Origin(SOURCE.format(day=day.isoformat(), titles=titles), licences, publishers, day.isoformat())


UNMET_NEEDS: Final = Collection(
    UNMET_NEEDS_ID,
    Text(en="Needs without a supplier", vi="Nhu cầu chưa có bên cung ứng"),
    Text(
        en="A need that no offer you may see serves, with the reasons; truck minutes are not asked",
        vi="Một nhu cầu mà không chào hàng nào bạn được xem đáp ứng, kèm lý do; chưa xét số phút xe tải",
    ),
    "Point",
    "records:read",
    UNMET_NEEDS_ID,
    open_unmet_needs,
)
