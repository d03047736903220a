"""The registry's tables as its modules see them: columns, keys, references, and rows as the drivers take them."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import ARRAY, Column, ColumnElement, Connection, Table, any_, bindparam, func, literal, select
from sqlalchemy import Text as SqlText

from supplychain.columns import ColumnDeclaration
from supplychain.database import is_sqlite
from supplychain.declaration import TableDeclaration, declare
from supplychain.geometry import Geometry
from supplychain.models import METADATA, REGISTRY_MODELS
from supplychain.registry.values import REGISTRY_TABLES, RegistryError
from supplychain.text import Text

UNKNOWN_TABLE: Final = Text(
    en="The registry has no table {table}; it has {tables}.", vi="Sổ đăng ký không có bảng {table}; có {tables}."
)

GEOMETRY: Final = "geometry"
IDS: Final = "ids"
"""Parameter of queries that are made once for all."""


@dataclass(frozen=True, slots=True)
class RegistryTable:
    """One table of the registry.

    Parameters
    ----------
    name, key
        The table and its id column.
    declaration
        Its columns as people see them.
    columns
        The same by name.
    sql
        The table of the database.
    stored
        Columns of the database that hold what people see: all but ``fid``, ``in_pack`` and ``change``.
    references
        Columns the database holds to a key of another table: (table, column) by column.
    """

    name: str
    key: str
    declaration: TableDeclaration
    columns: Mapping[str, ColumnDeclaration]
    sql: Table
    stored: tuple[str, ...]
    references: Mapping[str, tuple[str, str]]

    @property
    def id_column(self) -> Column[Any]:
        """The column of the database that names a record."""
        return self.sql.c[self.key]

    @property
    def has_position(self) -> bool:
        """Whether records may stand at a point."""
        return GEOMETRY in self.stored


@cache
def registry_table(name: str) -> RegistryTable:
    """Return one table of the registry.

    Raises
    ------
    RegistryError
        If the registry has no such table.
    """
    if name not in REGISTRY_TABLES:
        raise RegistryError(UNKNOWN_TABLE.format(table=name, tables=", ".join(REGISTRY_TABLES)))
    models = [model for model in REGISTRY_MODELS if model.__tablename__ == name]
    declaration = declare(models)[name]
    sql = METADATA.tables[name]
    return RegistryTable(
        name=name,
        key=declaration.key,
        declaration=declaration,
        columns=MappingProxyType({column.name: column for column in declaration.columns}),
        sql=sql,
        stored=tuple(column.name for column in sql.columns if "kind" in column.info),
        references=MappingProxyType(
            {
                column.name: (key.column.table.name, key.column.name)
                for column in sql.columns
                for key in column.foreign_keys
            }
        ),
    )


@cache
def referring(table: str) -> tuple[tuple[str, str], ...]:
    """Return every (table, column) of the database that refers to the key of a registry table.

    Columns of tables outside the registry are among them, also those whose reference the pack's checks hold.
    """
    target = f"{table}.{registry_table(table).key}"
    return tuple(
        (model.__tablename__, column.name)
        for model in REGISTRY_MODELS
        for column in METADATA.tables[model.__tablename__].columns
        if target in column.info.get("references", ())
    )


def is_in(connection: Connection, column: ColumnElement[Any], ids: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that a column holds one of many ids, as one parameter."""
    if is_sqlite(connection):
        listed = func.json_each(json.dumps(list(ids))).table_valued("value")
        return column.in_(select(listed.c.value))
    return column == any_(literal(list(ids), ARRAY(SqlText)))


def is_given(column: ColumnElement[Any], *, embedded: bool) -> ColumnElement[bool]:
    """Return the condition that a column holds one of the ids that ``given_ids`` hands a query made once for all."""
    if embedded:
        listed = func.json_each(bindparam(IDS)).table_valued("value")
        return column.in_(select(listed.c.value))
    return column == any_(bindparam(IDS, type_=ARRAY(SqlText)))


def given_ids(connection: Connection, ids: Iterable[str]) -> dict[str, Any]:
    """Return the parameters of a query that ``is_given`` narrows."""
    return {IDS: json.dumps(list(ids)) if is_sqlite(connection) else list(ids)}


_POINT_HEADER: Final = b"GP\x00\x01\xe6\x10\x00\x00\x01\x01\x00\x00\x00"
_EWKB_POINT: Final = "0101000020E6100000"


def _point_blob(lon: float, lat: float) -> bytes:
    return _POINT_HEADER + struct.pack("<2d", lon, lat)


def _point_hex(lon: float, lat: float) -> str:
    return _EWKB_POINT + struct.pack("<2d", lon, lat).hex().upper()


def row_maker(
    table: RegistryTable, columns: Sequence[str], *, embedded: bool
) -> Callable[[Mapping[str, Any]], list[Any]]:
    """Return what turns values (JSON kinds, empty ones left out) into cells as the driver takes them, in order."""
    point = _point_blob if embedded else _point_hex

    def cells(values: Mapping[str, Any]) -> list[Any]:
        found = [values.get(name) for name in columns]
        if place is not None and "lat" in values and "lon" in values:
            found[place] = point(values["lon"], values["lat"])
        return found

    place = columns.index(GEOMETRY) if GEOMETRY in columns and table.has_position else None
    return cells


def values_of_row(table: RegistryTable, row: Mapping[str, Any], connection: Connection) -> dict[str, Any]:
    """Return the values (JSON kinds, empty ones left out) of a row as SQLAlchemy or the driver reads it."""
    values: dict[str, Any] = {}
    for name in table.stored:
        value = row[name]
        if value is None:
            continue
        if name == GEOMETRY:
            shape = (
                value
                if hasattr(value, "geom_type")
                else Geometry("POINT", 4326).process_result_value(value, connection.dialect)
            )
            if shape is not None and not shape.is_empty:
                values |= {"lat": shape.y, "lon": shape.x}
            continue
        kind = table.columns[name].kind
        values[name] = json_value(kind, value)
    return values


def json_value(kind: str, value: Any) -> Any:  # noqa: ANN401 - depends on the kind
    """Return a value of the database as revisions keep it."""
    if kind == "boolean":
        return bool(value)
    if kind == "date" and not isinstance(value, str):
        return value.isoformat()
    return value


def stored_columns(names: Iterable[str]) -> tuple[str, ...]:
    """Return the columns of the database behind columns as people see them: ``lat`` and ``lon`` are one."""
    found = dict.fromkeys(GEOMETRY if name in ("lat", "lon") else name for name in names)
    return tuple(found)
