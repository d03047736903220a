"""Ids of records that are not shown, taken out of the records that refer to them: an id may be a tax code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select

from supplychain.registry.tables import is_in, registry_table
from supplychain.registry.values import REGISTRY_TABLES, Record
from supplychain.registry.visibility import Viewer, sees


def without_hidden(
    connection: Connection, table: str, viewer: Viewer, rows: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Return the values of records with an empty cell where they refer to a record that is not shown now, or is none.

    Parameters
    ----------
    connection
        The database, as it was read for the rows.
    table
        Table of the records.
    viewer
        Who looks; the operator sees every reference.
    rows
        Values of some hundreds of records.
    """
    if viewer.kind == "everything":
        return list(rows)
    found: list[dict[str, Any]] = [dict(row) for row in rows]
    for column, (target, _key) in registry_table(table).references.items():
        if target not in REGISTRY_TABLES:
            continue
        named = {str(row[column]) for row in found if row.get(column) is not None}
        if not named:
            continue
        key = registry_table(target).id_column
        shown = set(connection.scalars(select(key).where(is_in(connection, key, named), sees(target, viewer))))
        for row in found:
            if row.get(column) is not None and row[column] not in shown:
                row[column] = None
    return list(found)


def conceal(connection: Connection, table: str, viewer: Viewer, records: Sequence[Record]) -> list[Record]:
    """Return some hundreds of records as ``without_hidden`` leaves their values, and no origin of what it took out."""
    kept = without_hidden(connection, table, viewer, [record.values for record in records])
    found = []
    for record, values in zip(records, kept, strict=True):
        taken = {name for name, value in record.values.items() if value is not None and values.get(name) is None}
        origins = {name: origin for name, origin in record.origins.items() if name not in taken}
        found.append(replace(record, values=values, origins=origins))
    return found
