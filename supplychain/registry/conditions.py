"""What a list is narrowed to, as conditions in SQL that tell nothing of a value the viewer may not see.

A value that is hidden from a viewer counts as empty for them: no condition on it can be met, and none can be broken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    Connection,
    Double,
    LargeBinary,
    and_,
    case,
    cast,
    column,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
)

from supplychain.database import is_sqlite
from supplychain.models import METADATA
from supplychain.registry.tables import GEOMETRY, RegistryTable, is_in
from supplychain.registry.values import REGISTRY_TABLES, Record
from supplychain.registry.visibility import HANGS_ON, PERSONAL_TAX_CODE_DIGITS, Viewer, owns, sees
from supplychain.rules import LIST_SEPARATOR, split_list

DIGITS: Final = "0123456789"
TAX_CODE: Final = "tax_code"


@dataclass(frozen=True, slots=True)
class Condition:
    """What one column must hold.

    Parameters
    ----------
    column
        A declared column that is no coordinate.
    any_of
        Values of which it holds one (of a list: contains one); empty for any.
    least, most
        Limits of a number or a date, both allowed themselves.
    is_empty
        Whether it must be empty, or must not; None for either.
    """

    column: str
    any_of: tuple[Any, ...] = ()
    least: float | date | None = None
    most: float | date | None = None
    is_empty: bool | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """A box of longitudes and latitudes, WGS 84 degrees, its sides among it."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lon: float | None, lat: float | None) -> bool:
        """Return whether a point lies in the box."""
        return lon is not None and lat is not None and self._within(lon, lat)

    def _within(self, lon: float, lat: float) -> bool:
        return self.west <= lon <= self.east and self.south <= lat <= self.north


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a list is narrowed to.

    Parameters
    ----------
    conditions
        All of them hold.
    box
        Where the record stands; None for anywhere.
    made_up
        Whether made-up records are left out, stand among the others, or are all there is.
    ids
        Ids of which the record has one; None for any.
    """

    conditions: tuple[Condition, ...] = ()
    box: Box | None = None
    made_up: str = "with"
    ids: frozenset[str] | None = None


EVERYTHING: Final = Narrowed()
"""All records."""


def in_sql(connection: Connection, of: RegistryTable, viewer: Viewer, narrowed: Narrowed) -> list[ColumnElement[bool]]:
    """Return the conditions on the table itself that records of the present must meet."""
    found = [_met(connection, of, viewer, one) for one in narrowed.conditions]
    if narrowed.box is not None:
        found.append(_in_box(connection, of, narrowed.box))
    if narrowed.made_up != "with" and "synthetic" in of.columns:
        found.append(of.sql.c.synthetic.is_(narrowed.made_up == "only"))
    elif narrowed.made_up == "only":
        found.append(false())
    if narrowed.ids is not None:
        found.append(is_in(connection, of.id_column, narrowed.ids))
    return found


def as_seen(connection: Connection, of: RegistryTable, viewer: Viewer, name: str) -> ColumnElement[Any]:
    """Return a column as a viewer sees it: empty where its value is hidden from them."""
    held = of.sql.c[name]
    if viewer.kind == "everything":
        return held
    if of.columns[name].personal:
        return case((owns(of.name, viewer), held))
    if name == TAX_CODE:
        return case((or_(owns(of.name, viewer), ~_may_be_personal(connection, held)), held))
    target, key = of.references.get(name, ("", ""))
    if target in REGISTRY_TABLES and name not in dict(HANGS_ON.get(of.name, ())):
        # An id may be a tax code: whoever may not see the record may not see either who refers to it.
        named = METADATA.tables[target].alias()
        is_seen = select(1).where(named.c[key] == held, sees(target, viewer, named)).exists()
        return case((or_(owns(of.name, viewer), is_seen), held))
    return held


def _may_be_personal(connection: Connection, code: ColumnElement[str]) -> ColumnElement[bool]:
    """Return whether a tax code may be a person's: it has 12 digits, or signs that may be digits of another script."""
    bare: ColumnElement[str] = code
    for digit in DIGITS:
        bare = func.replace(bare, digit, "")
    length = func.length(code)
    size = func.length(cast(code, LargeBinary)) if is_sqlite(connection) else func.octet_length(code)
    return or_(length - func.length(bare) == PERSONAL_TAX_CODE_DIGITS, size != length)


def _met(connection: Connection, of: RegistryTable, viewer: Viewer, one: Condition) -> ColumnElement[bool]:
    held = as_seen(connection, of, viewer, one.column)
    parts: list[ColumnElement[bool]] = []
    if one.any_of:
        if of.columns[one.column].kind == "list":
            parts.append(or_(*(_contains(connection, held, word) for word in one.any_of)))
        else:
            parts.append(held.in_(one.any_of))
    if one.least is not None:
        parts.append(held >= _bound(one.least))
    if one.most is not None:
        parts.append(held <= _bound(one.most))
    if one.is_empty is not None:
        parts.append(held.is_(None) if one.is_empty else held.is_not(None))
    return and_(*parts)


def _bound(value: float | date) -> ColumnElement[Any]:
    # A number beyond what an integer column can hold is compared all the same.
    return literal(value) if isinstance(value, date) else literal(float(value), Double)


def _contains(connection: Connection, held: ColumnElement[Any], word: str) -> ColumnElement[bool]:
    find = func.instr if is_sqlite(connection) else func.strpos
    return find(LIST_SEPARATOR + held + LIST_SEPARATOR, LIST_SEPARATOR + word + LIST_SEPARATOR) > 0


def _in_box(connection: Connection, of: RegistryTable, box: Box) -> ColumnElement[bool]:
    if not of.has_position:
        return false()
    place = of.sql.c[GEOMETRY]
    if is_sqlite(connection):
        # The tree rounds to single precision, outwards; the functions of the driver then decide exactly.
        names: list[ColumnClause[Any]] = [column(name) for name in ("id", "minx", "maxx", "miny", "maxy")]
        tree = table(f"rtree_{of.name}_{GEOMETRY}", *names)
        near = select(tree.c.id).where(
            tree.c.minx <= box.east, tree.c.maxx >= box.west, tree.c.miny <= box.north, tree.c.maxy >= box.south
        )
        lon, lat = func.ST_MinX(place, type_=Double), func.ST_MinY(place, type_=Double)
        inside = of.sql.c.fid.in_(near)
    else:
        lon, lat = func.ST_X(place, type_=Double), func.ST_Y(place, type_=Double)
        frame = func.ST_MakeEnvelope(box.west, box.south, box.east, box.north, literal_column("4326"))
        inside = place.bool_op("&&")(frame)
    return and_(inside, lon.between(box.west, box.east), lat.between(box.south, box.north))


def holds(of: RegistryTable, record: Record, narrowed: Narrowed) -> bool:
    """Return whether a record, as its viewer sees it, meets what a list is narrowed to: for records of the past."""
    values = record.values
    if narrowed.made_up != "with" and bool(values.get("synthetic")) != (narrowed.made_up == "only"):
        return False
    if narrowed.box is not None and not narrowed.box.holds(values.get("lon"), values.get("lat")):
        return False
    if narrowed.ids is not None and record.record_id not in narrowed.ids:
        return False
    return all(_held_meets(values.get(one.column), of.columns[one.column].kind, one) for one in narrowed.conditions)


def _held_meets(held: Any, kind: str, one: Condition) -> bool:  # noqa: ANN401 - depends on the column
    if one.is_empty is not None and (held is None) != one.is_empty:
        return False
    if one.any_of:
        words: Sequence[Any] = split_list(held) if kind == "list" else (held,)
        if not any(word in one.any_of for word in words if word is not None):
            return False
    if one.least is not None and (held is None or held < one.least):
        return False
    return one.most is None or (held is not None and held <= one.most)
