"""The queries of a layer of the database: rows in the order of their ids, near a box by the index of places."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Double,
    Integer,
    LargeBinary,
    Select,
    any_,
    bindparam,
    func,
    select,
    text,
    type_coerce,
)
from sqlalchemy import Text as SqlText

from geodata.columns import Floats
from geodata.features.held import halves
from geodata.features.source import ALL, Conjunct, Wanted
from geodata.features.stored_table import COORDINATES, places_of, to_table
from geodata.features.table import Box, FeatureTable, Field
from supplychain.database import is_sqlite
from supplychain.latest import Latest
from supplychain.registry.conditions import Condition, Narrowed, as_seen, in_sql
from supplychain.registry.tables import GEOMETRY, RegistryTable
from supplychain.registry.visibility import Viewer, sees

NEAR: Final = 20_000
"""Rows near a box up to which they are looked up one by one; beyond, all rows are walked along in their order."""
MOST_AT_ONCE: Final = 2
"""How many times the rows of a page may be near a box to read all of them at once and leave out some."""
WALKED: Final = 50_000
"""Ids and places that are read at once where all are walked along."""

WORLD: Final = Box(-180.0, -90.0, 180.0, 90.0)
FIRST_STRIP: Final = 1 / 1024
LEAST_WIDTH: Final = 1e-3
"""Degrees that an extent is taken to have at least."""

NUMBERS: Final = (float, int)
VALUES: Final[Mapping[str, type | tuple[type, ...]]] = {
    "number": NUMBERS,
    "integer": NUMBERS,
    "boolean": bool,
    "date": date,
}
"""Types of the values that a database looks for in a kind of column; texts in the others."""

Rows = Sequence[Sequence[Any]]
How = Literal["count", "first", "after", "walk_first", "walk_after", "box_first", "box_after", "rows", "near"]

_STATEMENTS: Final[Latest[Select[Any]]] = Latest(256)
"""Statements by what they ask: making them anew takes longer than the database takes to answer."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a table through an open connection.

    Parameters
    ----------
    connection, of, viewer
        The database, the table, and who looks, with their partners looked up.
    fields
        Properties to read.
    wanted
        Which rows; the filter is not asked, only what it says of the columns is looked for.
    most_near
        Rows near a box up to which they are looked up one by one.
    """

    connection: Connection
    of: RegistryTable
    viewer: Viewer
    fields: tuple[Field, ...]
    wanted: Wanted
    most_near: int = NEAR

    def count(self) -> int:
        """Return how many rows are wanted, wherever they lie."""
        return int(self.connection.scalar(self._statement("count", ())) or 0)

    def tables(self, after: str | None, at_once: int, most_at_once: int) -> Iterator[FeatureTable]:
        """Yield rows after an id in order, each time more; those in the box alone where one is wanted."""
        names, embedded = tuple(one.name for one in self.fields), is_sqlite(self.connection)
        if self.wanted.box is None:
            for rows in self._pages("first", "after", names, after, (at_once, most_at_once)):
                yield to_table(self.fields, rows, embedded=embedded)
            return
        if not embedded and self._is_narrow(self.wanted.box):
            for rows in self._pages("box_first", "box_after", names, after, (at_once, most_at_once)):
                table = to_table(self.fields, rows, embedded=False)
                yield table.take(np.flatnonzero(within(table.shapes.coordinates, self.wanted.box)))
            return
        near = near_rows(self.connection, self.of, self.wanted.box, self.most_near)
        if near is not None and len(near) <= MOST_AT_ONCE * at_once:
            table = to_table(self.fields, self._listed_rows("rows", names, near, after), embedded=embedded)
            yield table.take(np.flatnonzero(within(table.shapes.coordinates, self.wanted.box)))
            return
        for numbers in self._in_box(self.wanted.box, near, after, at_once):
            yield to_table(self.fields, self._listed_rows("rows", names, numbers, None), embedded=embedded)

    def count_near(self, near: Sequence[int], box: Box) -> int:
        """Return how many of some rows are wanted and lie in a box."""
        return sum(int(within(_places(rows), box).sum()) for rows in self._near(near, None))

    def _in_box(self, box: Box, near: Sequence[int] | None, after: str | None, at_once: int) -> Iterator[list[int]]:
        """Yield ``fid`` of rows after an id whose place lies in a box, by id; some of them may not be shown.

        They are among those near, or where these are too many, all rows are walked along.
        """
        if near is None:
            pages = self._pages("walk_first", "walk_after", (), after, (at_once * 4, WALKED))
        else:
            pages = self._near(near, after)
        found: list[int] = []
        for rows in pages:
            found += [rows[row][1] for row in np.flatnonzero(within(_places(rows), box)).tolist()]
            while len(found) >= at_once:
                yield found[:at_once]
                found = found[at_once:]
        if found:
            yield found

    def places_near(self, box: Box) -> Floats:
        """Return the places in a box, in no order, float64[n, 2]."""
        near = near_rows(self.connection, self.of, box, None)
        found = [_places(rows) for rows in self._near(near or (), None)]
        places = np.concatenate([np.empty((0, 2)), *found])
        return places[within(places, box)]

    def _is_narrow(self, box: Box) -> bool:
        """Return whether PostGIS expects few rows near a box, so that it is best asked for those alone."""
        if len(halves(box)) > 1:
            return False
        near = "geometry && ST_MakeEnvelope(:west, :south, :east, :north, 4326)"
        asked = text(f"EXPLAIN (FORMAT JSON) SELECT 1 FROM {self.of.name} WHERE {near}")  # noqa: S608 - our names
        plan = self.connection.execute(asked, box._asdict()).scalar_one()
        return int(plan[0]["Plan"]["Plan Rows"]) <= self.most_near

    def _pages(
        self, first: How, following: How, names: tuple[str, ...], after: str | None, at_once: tuple[int, int]
    ) -> Iterator[Rows]:
        """Yield rows after an id, in order, each time more up to a limit."""
        step, most = at_once
        while True:
            given: dict[str, Any] = {"most": step} if after is None else {"most": step, "after": after}
            if self.wanted.box is not None and first == "box_first":
                given |= self.wanted.box._asdict()
            rows = self.connection.execute(self._statement(first if after is None else following, names), given).all()
            yield rows
            if len(rows) < step:
                return
            after, step = str(rows[-1][0]), min(step * 2, most)

    def _near(self, near: Sequence[int], after: str | None) -> Iterator[Rows]:
        """Yield ids, ``fid`` and places of some rows, in the order of their ids."""
        yield self._listed_rows("near", (), near, after)

    def _listed_rows(self, how: How, names: tuple[str, ...], numbers: Sequence[int], after: str | None) -> Rows:
        """Return what is asked of the rows of some ``fid`` after an id, in the order of their ids."""
        statement = self._statement(how, names)
        if not is_sqlite(self.connection):
            return self.connection.execute(statement, {"listed": list(numbers), "after": after or ""}).all()
        # To be told to sort, the embedded database might walk along all ids instead of looking up these rows.
        rows = self.connection.execute(statement, {"listed": json.dumps(list(numbers))}).all()
        kept = rows if after is None else [row for row in rows if row[0] > after]
        return sorted(kept, key=itemgetter(0))

    def _statement(self, how: How, names: tuple[str, ...]) -> Select[Any]:
        """Return the query of ids, places and some properties, as its viewer sees them, of the rows that are wanted."""
        key = (self.connection.dialect.name, self.of.name, self.viewer, how, names)
        found = _STATEMENTS.get_or_make(key, lambda: self._plain(how, names))
        conjuncts: Sequence[Conjunct] = getattr(self.wanted.filter, "conjuncts", ())
        met = tuple(known for one in conjuncts if (known := _condition(one, self.of)) is not None)
        ids = None if self.wanted.ids is None else frozenset(filter(is_storable, self.wanted.ids))
        narrowed = Narrowed(met, ids=ids)
        conditions = in_sql(self.connection, self.of, self.viewer, narrowed)
        return found.where(*conditions) if conditions else found

    def _plain(self, how: How, names: tuple[str, ...]) -> Select[Any]:
        seen, by_id = sees(self.of.name, self.viewer), self.of.id_column
        if how == "count":
            return select(func.count()).select_from(self.of.sql).where(seen)
        cells = (as_seen(self.connection, self.of, self.viewer, name).label(f"{name}_seen") for name in names)
        number = self.of.sql.c.fid
        is_told_number = how in ("walk_first", "walk_after", "near")
        query = select(by_id, *((number,) if is_told_number else ()), *self._place(), *cells)
        if how not in ("walk_first", "walk_after"):  # where all are walked along, only those in the box are asked for
            query = query.where(seen)
        if how in ("rows", "near"):
            query = query.where(self._listed(number))
            if is_sqlite(self.connection):
                return query
            return query.where(by_id > bindparam("after", type_=SqlText)).order_by(by_id)
        if how in ("box_first", "box_after"):
            corners = (bindparam(side, type_=Double) for side in Box._fields)
            query = query.where(self.of.sql.c[GEOMETRY].bool_op("&&")(func.ST_MakeEnvelope(*corners, 4326)))
        if how in ("after", "walk_after", "box_after"):
            query = query.where(by_id > bindparam("after", type_=SqlText))
        return query.order_by(by_id).limit(bindparam("most", type_=Integer))

    def _listed(self, column: ColumnElement[int]) -> ColumnElement[bool]:
        """Return the condition that a column holds one of a list that is given as one parameter."""
        if is_sqlite(self.connection):
            listed = func.json_each(bindparam("listed", type_=SqlText)).table_valued("value")
            return column.in_(select(listed.c.value))
        return column == any_(bindparam("listed", type_=ARRAY(Integer)))

    def _place(self) -> tuple[ColumnElement[Any], ...]:
        place: Any = self.of.sql.c[GEOMETRY]
        if is_sqlite(self.connection):
            return (type_coerce(place, LargeBinary),)
        return func.ST_X(place, type_=Double), func.ST_Y(place, type_=Double)


def _condition(one: Conjunct, of: RegistryTable) -> Condition | None:
    """Return what a database can look for; None where it holds no such values in the column, or no such column."""
    column = of.columns.get(one.name)
    if column is None or column.name in COORDINATES:
        return None
    kind = VALUES.get(column.kind, str)
    given = [value for value in (*one.any_of, one.least, one.most) if value is not None]
    if not all(type(value) in (kind if isinstance(kind, tuple) else (kind,)) and is_storable(value) for value in given):
        return None
    values = tuple(float(value) if kind == NUMBERS else value for value in one.any_of)
    return Condition(one.name, values, one.least, one.most, one.is_empty)


def is_storable(value: object) -> bool:
    """Return whether a text can stand in a database at all."""
    try:
        return not isinstance(value, str) or b"\x00" not in value.encode()
    except UnicodeEncodeError:
        return False


def within(places: Floats, box: Box) -> NDArray[np.bool_]:
    """Return bool[N]: which places lie in a box, its sides among it."""
    found = np.zeros(len(places), dtype=bool)
    lon, lat = places.T
    with np.errstate(invalid="ignore"):
        for west, south, east, north in halves(box):
            found |= (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return found


def _places(rows: Rows) -> Floats:
    return places_of(list(zip(*rows, strict=True))[2:]) if rows else np.empty((0, 2))


def near_rows(connection: Connection, of: RegistryTable, box: Box, most: int | None = NEAR) -> list[int] | None:
    """Return ``fid`` of the rows whose place lies about in a box, by the index; None where there are more than some."""
    if is_sqlite(connection):
        where = "minx <= :east AND maxx >= :west AND miny <= :north AND maxy >= :south"
        asked = f"SELECT id FROM rtree_{of.name}_{GEOMETRY} WHERE {where}"  # noqa: S608 - our names
    else:
        where = f"{GEOMETRY} && ST_MakeEnvelope(:west, :south, :east, :north, 4326)"
        asked = f"SELECT fid FROM {of.name} WHERE {where}"  # noqa: S608 - our names
    query = text(asked if most is None else f"{asked} LIMIT :most")
    found: dict[int, None] = {}
    for half in halves(box):
        given: dict[str, float] = half._asdict()
        if most is not None:
            given["most"] = most + 1
        found |= dict.fromkeys(row[0] for row in connection.execute(query, given).all())
    return None if most is not None and len(found) > most else list(found)


def size_of(connection: Connection, of: RegistryTable) -> int:
    """Return about how many rows a table has, never too few."""
    return int(connection.scalar(select(func.max(of.sql.c.fid))) or 0)


def extent(connection: Connection, of: RegistryTable, viewer: Viewer) -> Box | None:
    """Return the box around the places that a viewer sees; None where there is none.

    On PostGIS every row is asked. On the embedded database, whose functions of places are slow, each side is looked
    for by the tree of places: in a strip at the edge of all places, and where nothing in it is shown in a wider one.
    """
    if not is_sqlite(connection):
        place = of.sql.c[GEOMETRY]
        lon, lat = func.ST_X(place, type_=Double), func.ST_Y(place, type_=Double)
        query = select(func.min(lon), func.min(lat), func.max(lon), func.max(lat)).where(sees(of.name, viewer))
        row = connection.execute(query).one()
        return None if row[0] is None else Box(*row)
    noted = text("SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = :name")
    told = connection.execute(noted, {"name": of.name}).first()
    if told is None or None in tuple(told):
        tree = f"SELECT min(minx), min(miny), max(maxx), max(maxy) FROM rtree_{of.name}_{GEOMETRY}"  # noqa: S608
        told = connection.exec_driver_sql(tree).one()
    if None in tuple(told):
        return None
    outer = Box(*told)
    reading = Reading(connection, of, viewer, (), ALL)
    found = [_edge(reading, outer, side) for side in range(len(WORLD))]
    return None if None in found else Box(*(value for value in found if value is not None))


def _edge(reading: Reading, outer: Box, side: int) -> float | None:
    """Return how far the places reach to the west, south, east or north (0 to 3); None where there is none."""
    axis, sign = side % 2, 1.0 if side < len(outer) / 2 else -1.0
    width = max(outer[axis + 2] - outer[axis], LEAST_WIDTH)
    part = FIRST_STRIP
    while True:
        bounds = list(WORLD)
        if part < 1.0:
            bounds[(side + 2) % 4] = outer[side] + sign * width * part
        places = reading.places_near(Box(*bounds))[:, axis]
        if len(places):
            return float(places.min() if sign > 0 else places.max())
        if part >= 1.0:
            return None
        part *= 8
