"""Layers of the region's tables: read from the database page by page, each cell as its viewer sees it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, Engine, Select, func, select, text

from geodata.features.near import points_wanted
from geodata.features.source import ALL, Key, Origin, Portion, Wanted
from geodata.features.stored_known import KNOWN
from geodata.features.stored_query import Reading, extent, near_rows, size_of
from geodata.features.stored_table import fields_of, joined, point_table
from geodata.features.table import Box, FeatureTable, Field, ShapeKind
from supplychain.database import is_sqlite
from supplychain.models import METADATA
from supplychain.models.registry import CHANGES, REVISIONS
from supplychain.registry.tables import RegistryTable
from supplychain.registry.values import REGISTRY_TABLES
from supplychain.registry.visibility import Viewer, sees, settled
from supplychain.text import Text

LEAST_AT_ONCE: Final = 200
MOST_AT_ONCE: Final = 20_000
"""Rows that are read at once where it is not known how many of them are wanted."""
MOST_JUDGED: Final = 300_000
"""Rows of a table up to which each is judged, who may see it and whether it lies in a wide box, to count them."""
DECIDING: Final = ("organisations", "partnerships", "supply_relations")
"""Tables that decide who sees what."""
MOST_COUNTED: Final = 50_000
"""Features of a filter that are looked at to count them."""


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
        return KNOWN.get_or_make((*self._key, "origin"), self._origin)

    def bounds(self) -> Box | None:
        """Return the box around all features; None where there is none."""
        return KNOWN.get_or_make((*self._key, "bounds"), self._bounds)

    def count(self, wanted: Wanted = ALL) -> int | None:
        """Return how many features there are; None where too many would have to be looked at."""
        condition = None if wanted.filter is None else wanted.filter.text
        ids = None if wanted.ids is None else tuple(sorted(wanted.ids))
        return KNOWN.get_or_make((*self._key, "count", wanted.box, condition, ids), lambda: self._count(wanted))

    def read(self, wanted: Wanted, after: Key | None, limit: int) -> Portion:
        """Return the first features after a key, at most ``limit``."""
        found: list[FeatureTable] = []
        held = 0
        with self.engine.connect() as connection:
            for table in self._walk(connection, wanted, after, limit + 1):
                found.append(table)
                held += len(table)
                if held > limit:
                    break
        table = joined(self.fields, found)
        if len(table) <= limit:
            return Portion(table, None)
        following = (table.ids[limit - 1].as_py(),) if limit else after
        return Portion(table.take(np.arange(limit)), following)

    def find(self, feature_id: str) -> FeatureTable | None:
        """Return one feature; None where there is none, or the viewer may not see it."""
        found = self.read(Wanted(ids=frozenset((feature_id,))), None, 1).table
        return found if len(found) else None

    def portions(self, wanted: Wanted = ALL, at_once: int = 10_000) -> Iterator[FeatureTable]:
        """Yield all features of one moment, some at a time."""
        with self.engine.connect() as connection:
            if not is_sqlite(connection):
                connection.execution_options(isolation_level="REPEATABLE READ")
            for table in self._walk(connection, wanted, None, at_once):
                if len(table):
                    yield table

    @property
    def _key(self) -> tuple[str, str]:
        return self.engine.url.render_as_string(), self.version

    def _walk(self, connection: Connection, wanted: Wanted, after: Key | None, at_once: int) -> Iterator[FeatureTable]:
        """Yield what is wanted of the rows after a key, in their order, at most ``at_once`` together."""
        last = None if after is None else str(after[0])
        reading = Reading(connection, self.of, self.viewer, self.fields, points_wanted(wanted))
        is_all = wanted.filter is None and wanted.box is None
        step = at_once if is_all else min(max(at_once, LEAST_AT_ONCE), MOST_AT_ONCE)
        for table in reading.tables(last, step, MOST_AT_ONCE if not is_all else step):
            rows = np.arange(len(table))
            if wanted.filter is not None and len(table):
                rows = np.flatnonzero(wanted.filter.holds(table))
            for start in range(0, len(rows), at_once):
                some = rows[start : start + at_once]
                yield table if len(some) == len(table) else table.take(some)

    def _count(self, wanted: Wanted) -> int | None:
        with self.engine.connect() as connection:
            if wanted.filter is not None:
                return self._count_by_looking(connection, wanted)
            reading = Reading(connection, self.of, self.viewer, (), wanted)
            near = None if wanted.box is None else near_rows(connection, self.of, wanted.box)
            if near is not None and wanted.box is not None:
                return reading.count_near(near, wanted.box)
            is_judged = wanted.box is not None or self.viewer.kind != "everything"
            if is_judged and size_of(connection, self.of) > MOST_JUDGED:
                return None
            return reading.count() if wanted.box is None else self._count_by_looking(connection, wanted)

    def _count_by_looking(self, connection: Connection, wanted: Wanted) -> int | None:
        fields = self.fields if wanted.filter is not None else ()
        counted, looked_at = 0, 0
        reading = Reading(connection, self.of, self.viewer, fields, points_wanted(wanted))
        for table in reading.tables(None, MOST_AT_ONCE, MOST_AT_ONCE):
            looked_at += len(table)
            if looked_at > MOST_COUNTED:
                return None
            counted += len(table) if wanted.filter is None else int(wanted.filter.holds(table).sum())
        return counted

    def _bounds(self) -> Box | None:
        with self.engine.connect() as connection:
            return extent(connection, self.of, self.viewer)

    def _origin(self) -> Origin:
        sources = METADATA.tables["sources"].c
        used = select(self.of.sql.c.source).where(sees(self.of.name, self.viewer)).distinct()
        query = select(sources.title, sources.publisher, sources.licence).where(sources.source_id.in_(used))
        with self.engine.connect() as connection:
            rows = connection.execute(query.order_by(sources.source_id)).all()
            made_at = connection.execute(self._last_written()).scalar() or ""
        titles, publishers, licences = (
            "; ".join(dict.fromkeys(str(value) for value in values if value))
            for values in (zip(*rows, strict=True) if rows else ((), (), ()))
        )
        return Origin(Text(en=titles, vi=titles), licences, publishers, made_at)

    def _last_written(self) -> Select[Any]:
        """Return the query of when a row that the viewer sees was last written; of others not even that is told."""
        is_seen = (
            select(1)
            .where(REVISIONS.c.change_id == CHANGES.c.fid, REVISIONS.c.table_name == self.of.name)
            .where(self.of.id_column == REVISIONS.c.record_id, sees(self.of.name, self.viewer))
            .exists()
        )
        query = select(CHANGES.c.committed_at).where(CHANGES.c.number.is_not(None), is_seen)
        return query.order_by(CHANGES.c.number.desc()).limit(1)


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
        state = _state(connection, of)
        who = (engine.url.render_as_string(), viewer.organisation_id, viewer.day, state)
        if viewer.kind == "organisation":
            viewer = KNOWN.get_or_make(("partners", *who), lambda: settled(connection, viewer))
    seen = (viewer.kind, viewer.organisation_id, sorted(viewer.partner_ids or ()))
    version = hashlib.sha256(repr((name, seen, state)).encode()).hexdigest()[:24]
    return StoredSource(engine, of, viewer, version)


def _state(connection: Connection, of: RegistryTable) -> tuple[Any, ...]:
    """Return what tells one state of a table, and of what decides who sees it, from another.

    Every change of the registry counts. On an embedded database so does what a GIS program wrote past it, which it
    notes in the catalogue of the GeoPackage; of a table that is not the registry's, every row counts.
    """
    number, at = connection.execute(select(func.max(CHANGES.c.number), func.max(CHANGES.c.committed_at))).one()
    noted: tuple[Any, ...] = ()
    if of.name not in REGISTRY_TABLES:
        rows = connection.exec_driver_sql(f"SELECT * FROM {of.name} ORDER BY fid")  # noqa: S608 - our names
        noted = tuple(tuple(row) for row in rows)
    elif is_sqlite(connection):
        catalogue = text(
            "SELECT table_name, last_change FROM gpkg_contents"
            " WHERE table_name IN (SELECT value FROM json_each(:names)) ORDER BY table_name"
        )
        noted = tuple(tuple(row) for row in connection.execute(catalogue, {"names": json.dumps((of.name, *DECIDING))}))
    return number, at, noted
