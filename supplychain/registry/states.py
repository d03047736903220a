"""A record as revisions keep it: its values, where each comes from, whether the pack brought it, what it went into."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, select

from supplychain.database import is_sqlite
from supplychain.models.registry import CHANGES, REVISIONS
from supplychain.registry.tables import RegistryTable, given_ids, is_given, is_in, registry_table, values_of_row
from supplychain.registry.values import Origin, Record

UNRECORDED: Final = -1
"""Number of a record that stands in its table although no change has recorded it."""


@dataclass(frozen=True, slots=True)
class State:
    """A record, or that there is none.

    Parameters
    ----------
    values
        Values by column; empty ones are left out; dates are ISO text. None: there is no such record.
    origins
        Where each value comes from, also that a column was emptied.
    in_pack
        Whether it came with the region pack.
    merged_into
        Record that stands for it since a merge.
    number
        Change that made this state; 0 before the first, ``UNRECORDED`` for a row that no change has recorded.
    """

    values: Mapping[str, Any] | None
    origins: Mapping[str, Origin] = field(default_factory=dict)
    in_pack: bool = False
    merged_into: str | None = None
    number: int = 0

    @property
    def exists(self) -> bool:
        """Whether there is such a record."""
        return self.values is not None

    def value(self, column: str) -> Any:  # noqa: ANN401 - depends on the column
        """Return one value, None where it is empty or there is no record."""
        return None if self.values is None else self.values.get(column)


ABSENT: Final = State(None)


def encode_values(values: Mapping[str, Any] | None) -> str | None:
    """Return values as JSON text."""
    return None if values is None else json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def encode_origins(state: State) -> str | None:
    """Return the origins as JSON: [source, time, columns] each; columns null for all values that no other names."""
    if state.values is None:
        return None
    held = Counter(state.origins[name] for name in state.values if name in state.origins)
    usual = held.most_common(1)[0][0] if held else None
    groups: dict[Origin, list[str]] = {}
    for name, origin in state.origins.items():
        if origin != usual or name not in state.values:
            groups.setdefault(origin, []).append(name)
    listed: list[list[Any]] = [[origin.source_id, origin.at, names] for origin, names in groups.items()]
    if usual is not None:
        listed.append([usual.source_id, usual.at, None])
    return json.dumps(listed, ensure_ascii=False, separators=(",", ":"))


def decode_state(
    content: str | None, origins: str | None, *, in_pack: bool, merged_into: str | None, number: int
) -> State:
    """Return the state that a revision keeps."""
    if content is None:
        return State(None, {}, in_pack, merged_into, number)
    values: dict[str, Any] = json.loads(content)
    found: dict[str, Origin] = {}
    usual: Origin | None = None
    for source_id, at, names in json.loads(origins or "[]"):
        origin = Origin(source_id, at)
        if names is None:
            usual = origin
        else:
            found.update(dict.fromkeys(names, origin))
    if usual is not None:
        found = {**{name: usual for name in values if name not in found}, **found}
    return State(values, found, in_pack, merged_into, number)


def to_record(table: RegistryTable, record_id: str, state: State) -> Record | None:
    """Return the record of a state, dates as dates and empty columns as None; None where there is no record."""
    if state.values is None:
        return None
    held = state.values
    values = {name: _shown(column.kind, held[name]) if name in held else None for name, column in table.columns.items()}
    return Record(table.name, record_id, values, state.origins, max(state.number, 0))


def _shown(kind: str, value: Any) -> Any:  # noqa: ANN401 - depends on the kind
    return date.fromisoformat(value) if kind == "date" else value


def current_states(connection: Connection, name: str, ids: Iterable[str]) -> dict[str, State]:
    """Return the present states of the records among ``ids`` that are there."""
    table = registry_table(name)
    query = _states_query(name, embedded=is_sqlite(connection))
    found: dict[str, State] = {}
    unrecorded = []
    for record_id, number, in_pack, content, origins in connection.execute(query, given_ids(connection, ids)):
        if content is None:
            unrecorded.append(record_id)
        else:
            found[record_id] = decode_state(content, origins, in_pack=in_pack, merged_into=None, number=number)
    if unrecorded:
        found |= _unrecorded_states(connection, table, unrecorded)
    return found


@cache
def _states_query(name: str, *, embedded: bool) -> Select[Any]:
    """Return the query of the present states of some records of a table, made once: every write asks it."""
    table = registry_table(name)
    return (
        select(
            table.id_column,
            table.sql.c.change,
            table.sql.c.in_pack,
            REVISIONS.c.content,
            REVISIONS.c.origins,
        )
        .select_from(table.sql)
        .outerjoin(CHANGES, CHANGES.c.number == table.sql.c.change)
        .outerjoin(
            REVISIONS,
            and_(
                REVISIONS.c.table_name == name,
                REVISIONS.c.record_id == table.id_column,
                REVISIONS.c.change_id == CHANGES.c.fid,
            ),
        )
        .where(is_given(table.id_column, embedded=embedded))
    )


def _unrecorded_states(connection: Connection, table: RegistryTable, ids: Iterable[str]) -> dict[str, State]:
    """Return the states of rows that were written past the registry; their source is that of the row."""
    rows = connection.execute(select(table.sql).where(is_in(connection, table.id_column, ids))).mappings()
    return {row[table.key]: unrecorded_state(connection, table, row) for row in rows}


def unrecorded_state(connection: Connection, table: RegistryTable, row: Any) -> State:  # noqa: ANN401 - a row mapping
    """Return the state of a row that was written past the registry."""
    values = values_of_row(table, row, connection)
    origin = Origin(str(values.get("source", "")), "")
    return State(values, dict.fromkeys(values, origin), bool(row["in_pack"]), None, UNRECORDED)
