"""Layers of the registry's tables: read from the database page by page, each cell as its viewer sees it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Double, Engine, LargeBinary, Select, func, select, type_coerce

from geodata.columns import Floats
from geodata.features.held import FILTERED_AT_ONCE, meets
from geodata.features.source import ALL, Key, Origin, Portion, Wanted
from geodata.features.stored_words import words_of
from geodata.features.table import ARROW_TYPES, Box, FeatureTable, Field, FieldKind, ShapeKind, Shapes
from geodata.versions import shapes
from supplychain.columns import ColumnDeclaration
from supplychain.database import is_sqlite
from supplychain.declaration import declare
from supplychain.models import METADATA, REGISTRY_MODELS
from supplychain.models.registry import CHANGES
from supplychain.registry.conditions import as_seen
from supplychain.registry.tables import GEOMETRY, RegistryTable, is_in
from supplychain.registry.visibility import Viewer, sees, settled
from supplychain.text import Text

COORDINATES: Final = ("lat", "lon")
KINDS: Final[dict[str, FieldKind]] = {
    "id": "text",
    "text": "text",
    "list": "text",
    "number": "number",
    "integer": "integer",
    "boolean": "boolean",
    "date": "date",
}
AHEAD: Final = 1.5
"""How many rows more than a page needs are read at once where some may not be wanted."""


@cache
def point_table(name: str) -> RegistryTable:
    """Return a table of the region whose rows stand at points: of the registry, or another such as ``zones``."""
    model = next(model for model in REGISTRY_MODELS if model.__tablename__ == name)
    declaration = declare([model])[name]
    sql = METADATA.tables[name]
    return RegistryTable(
        name=name,
        key=declaration.key,
        declaration=declaration,
        columns={column.name: column for column in declaration.columns},
        sql=sql,
        stored=tuple(column.name for column in sql.columns if "kind" in column.info),
        references={
            column.name: (key.column.table.name, key.column.name)
            for column in sql.columns
            for key in column.foreign_keys
        },
    )


def fields_of(table: RegistryTable, viewer: Viewer) -> tuple[Field, ...]:
    """Return the properties a viewer is told of: whoever owns no record is not told of what is personal."""
    return tuple(
        _field(column)
        for column in table.declaration.columns
        if column.name not in COORDINATES and not (column.personal and viewer.kind == "public")
    )


def _field(column: ColumnDeclaration) -> Field:
    return Field(column.name, KINDS[column.kind], column.meaning, column.unit or "", words_of(column.choices))


@dataclass(frozen=True, slots=True, eq=False)
class StoredSource:
    """A layer of a table whose rows stand at points, as one viewer sees them now. Make one with ``open_stored``.

    Parameters
    ----------
    engine
        The database.
    of
        The table.
    viewer
        Who looks, with their partners looked up.
    version
        Names the state of the database and what of it the viewer may see.
    """

    engine: Engine
    of: RegistryTable
    viewer: Viewer
    version: str
    fields: tuple[Field, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", fields_of(self.of, self.viewer))

    @property
    def shape(self) -> ShapeKind:
        """Kind of geometry."""
        return "Point"

    @property
    def origin(self) -> Origin:
        """What the rows that the viewer sees come from."""
        with self.engine.connect() as connection:
            return _origin(connection, self.of, self.viewer)

    def bounds(self) -> Box | None:
        """Return the box around all features; None where there is none."""
        boxes = [part.shapes.boxes() for part in self.portions()]
        boxes = [box[~np.isnan(box).any(axis=1)] for box in boxes]
        found = np.concatenate([np.empty((0, 4)), *boxes])
        if not len(found):
            return None
        return Box(*found[:, :2].min(axis=0).tolist(), *found[:, 2:].max(axis=0).tolist())

    def count(self, wanted: Wanted = ALL) -> int | None:
        """Return how many features there are."""
        if wanted.box is None and wanted.filter is None:
            with self.engine.connect() as connection:
                query = select(func.count()).select_from(self.of.sql).where(*self._conditions(connection, wanted))
                return int(connection.scalar(query) or 0)
        return sum(len(table) for table in self.portions(wanted))

    def read(self, wanted: Wanted, after: Key | None, limit: int) -> Portion:
        """Return the first features after a key, at most ``limit``."""
        found: list[FeatureTable] = []
        held = 0
        with self.engine.connect() as connection:
            for table in self._walk(connection, wanted, after, int(limit * AHEAD) + 1):
                found.append(table)
                held += len(table)
                if held > limit:
                    break
        table = _joined(self.fields, found)
        if len(table) <= limit:
            return Portion(table, None)
        table = table.take(np.arange(limit))
        return Portion(table, (table.ids[limit - 1].as_py(),) if limit else after)

    def find(self, feature_id: str) -> FeatureTable | None:
        """Return one feature; None where there is none, or the viewer may not see it."""
        found = self.read(Wanted(ids=frozenset((feature_id,))), None, 1).table
        return found if len(found) else None

    def portions(self, wanted: Wanted = ALL, at_once: int = 10_000) -> Iterator[FeatureTable]:
        """Yield all features of one moment, some at a time."""
        with self.engine.connect() as connection:
            if not is_sqlite(connection):
                connection = connection.execution_options(isolation_level="REPEATABLE READ")  # noqa: PLW2901
            for table in self._walk(connection, wanted, None, at_once):
                if len(table):
                    yield table

    def _walk(self, connection: Connection, wanted: Wanted, after: Key | None, at_once: int) -> Iterator[FeatureTable]:
        """Yield what is wanted of the rows after a key, in their order."""
        conditions = self._conditions(connection, wanted)
        last = None if after is None else str(after[0])
        while True:
            query = self._query(connection).where(*conditions).order_by(self.of.id_column).limit(at_once)
            rows = connection.execute(query if last is None else query.where(self.of.id_column > last)).all()
            table = _table(self.fields, rows, embedded=is_sqlite(connection))
            kept = np.ones(len(table), dtype=bool) if wanted.box is None else meets(table, wanted.box)
            if wanted.filter is not None and kept.any():
                chosen = np.flatnonzero(kept)
                kept[chosen] = wanted.filter.holds(table.take(chosen))
            yield table if kept.all() else table.take(np.flatnonzero(kept))
            if len(rows) < at_once:
                return
            last = table.ids[len(table) - 1].as_py()
            at_once = min(at_once * 2, FILTERED_AT_ONCE)

    def _conditions(self, connection: Connection, wanted: Wanted) -> list[ColumnElement[bool]]:
        found = [sees(self.of.name, self.viewer)]
        if wanted.ids is not None:
            found.append(is_in(connection, self.of.id_column, wanted.ids))
        return found

    def _query(self, connection: Connection) -> Select[Any]:
        """Return the query of the ids, places and properties of the features."""
        place: Any = self.of.sql.c[GEOMETRY]
        if is_sqlite(connection):
            places: tuple[Any, ...] = (type_coerce(place, LargeBinary).label("_place"),)
        else:
            places = (func.ST_X(place, type_=Double).label("_lon"), func.ST_Y(place, type_=Double).label("_lat"))
        cells = (as_seen(connection, self.of, self.viewer, one.name).label(one.name) for one in self.fields)
        return select(self.of.id_column.label("_id"), *places, *cells)


def open_stored(engine: Engine, name: str, viewer: Viewer) -> StoredSource:
    """Return the layer of a table as a viewer sees it now.

    Parameters
    ----------
    engine
        The database.
    name
        A table of the region whose rows stand at points.
    viewer
        Who looks.
    """
    of = point_table(name)
    with engine.connect() as connection:
        viewer = settled(connection, viewer)
        state = _state(connection, of)
    who = (viewer.kind, viewer.organisation_id, sorted(viewer.partner_ids or ()))
    version = hashlib.sha256(repr((name, who, state)).encode()).hexdigest()[:24]
    return StoredSource(engine, of, viewer, version)


def _state(connection: Connection, of: RegistryTable) -> tuple[Any, ...]:
    """Return what tells one state of a table from another."""
    number, at = connection.execute(select(func.max(CHANGES.c.number), func.max(CHANGES.c.committed_at))).one()
    touched = None
    if is_sqlite(connection):
        catalogue = "SELECT last_change FROM gpkg_contents WHERE table_name = ?"
        touched = connection.exec_driver_sql(catalogue, (of.name,)).scalar()
    return number, at, touched


def _origin(connection: Connection, of: RegistryTable, viewer: Viewer) -> Origin:
    sources = METADATA.tables["sources"].c
    used = select(of.sql.c.source).where(sees(of.name, viewer)).distinct()
    query = select(sources.title, sources.publisher, sources.licence).where(sources.source_id.in_(used))
    rows = connection.execute(query.order_by(sources.source_id)).all()
    titles = "; ".join(dict.fromkeys(row.title for row in rows))
    licences = "; ".join(dict.fromkeys(row.licence for row in rows if row.licence))
    publishers = "; ".join(dict.fromkeys(row.publisher for row in rows if row.publisher))
    made_at = connection.scalar(select(func.max(CHANGES.c.committed_at))) or ""
    return Origin(Text(en=titles, vi=titles), licences, publishers, made_at)


def _table(fields: tuple[Field, ...], rows: Sequence[Any], *, embedded: bool) -> FeatureTable:
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in range(len(fields) + (2 if embedded else 3))]
    ids = pa.array(columns[0], pa.string())
    places = _places(columns[1]) if embedded else np.array(columns[1:3], dtype=np.float64).T
    cells = columns[2:] if embedded else columns[3:]
    arrays = {one.name: pa.array(values, ARROW_TYPES[one.kind]) for one, values in zip(fields, cells, strict=True)}
    return FeatureTable(fields, ids, pa.table(arrays), Shapes("Point", np.ascontiguousarray(places)))


def _places(cells: Sequence[Any]) -> Floats:
    """Return longitude and latitude of GeoPackage points, float64[N, 2]; NaN where a cell is empty."""
    points: NDArray[Any] = shapes.from_cells(cells, embedded=True)
    found = np.full((len(cells), 2), np.nan)
    held = np.flatnonzero([point is not None and not point.is_empty for point in points])
    if held.size:
        found[held] = shapes.coordinates_of(points[held])
    return found


def _joined(fields: tuple[Field, ...], tables: Sequence[FeatureTable]) -> FeatureTable:
    """Return tables of points as one."""
    if len(tables) == 1:
        return tables[0]
    ids = pa.chunked_array([cast("Any", table.ids) for table in tables], pa.string())
    places = np.concatenate([np.empty((0, 2)), *(table.shapes.coordinates for table in tables)])
    columns = pa.concat_tables([table.columns for table in tables])
    return FeatureTable(fields, ids, columns, Shapes("Point", places))
