"""Records as they are and as they were, what changed them, and the numbered log of changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from itertools import groupby, islice
from typing import Any, Final

from sqlalchemy import Connection, Select, func, select

from supplychain.models.registry import CHANGES, REVISIONS
from supplychain.registry.present import (
    ROWS_AT_ONCE,
    Shown,
    concealed,
    in_order,
    present_query,
    present_record,
    present_records,
)
from supplychain.registry.redirects import redirects
from supplychain.registry.states import State, decode_state, to_record
from supplychain.registry.tables import RegistryTable, is_in, registry_table
from supplychain.registry.values import ChangedRecord, ChangeLine, Record, Revision
from supplychain.registry.visibility import HANGS_ON, Viewer, is_shown, owns, partners, sees, without_personal

EVERYTHING: Final = Viewer.everything()

Row = tuple[str, str | None, str | None, bool, str | None, int]
"""Record id, content, origins, whether of the pack, record it went into, number of the change."""


def current_number(connection: Connection) -> int:
    """Return the number of the last change; 0 before the first."""
    return int(connection.scalar(select(func.max(CHANGES.c.number))) or 0)


def number_at(connection: Connection, as_of: int | datetime | None) -> int:
    """Return the number of the last change at a time, or up to a number; a time without zone is UTC."""
    if as_of is None:
        return current_number(connection)
    if isinstance(as_of, int):
        return max(min(as_of, current_number(connection)), 0)
    if as_of.tzinfo is None or as_of.year in (MINYEAR, MAXYEAR):  # there, another zone may have no such day
        as_of = as_of.replace(tzinfo=UTC)
    at = as_of.astimezone(UTC).isoformat(timespec="microseconds")
    query = select(func.max(CHANGES.c.number)).where(CHANGES.c.committed_at <= at)
    return int(connection.scalar(query) or 0)


def read_record(
    connection: Connection,
    table: str,
    record_id: str,
    *,
    as_of: int | datetime | None = None,
    viewer: Viewer = EVERYTHING,
) -> Record | None:
    """Return a record, now or as it was after a change or at a time; None where there was none or it is not shown.

    An id that was merged away by then gives the record that stood for it. Whoever is not the operator sees of the past
    what was shown then and is still shown now, and of records that are not theirs no reference to what is hidden.

    Raises
    ------
    RegistryError
        If the registry has no such table.
    """
    registry_table(table)
    if as_of is None:
        found = present_record(connection, table, viewer, record_id)
        if found is not None:
            return found
        into = redirects(connection, table, (record_id,)).get(record_id)
        return None if into is None else present_record(connection, table, viewer, into)
    number = number_at(connection, as_of)
    while True:
        state = state_at(connection, table, record_id, number)
        if state is None or state.merged_into is None:
            break
        record_id = state.merged_into
    if state is None:
        return None
    past = past_records(connection, table, viewer, number, [(record_id, state)])
    return next((one.record for one in concealed(connection, table, viewer, past)), None)


def read_table(
    connection: Connection,
    table: str,
    *,
    as_of: int | datetime | None = None,
    viewer: Viewer = EVERYTHING,
    synthetic: bool = False,
) -> Iterator[Record]:
    """Yield the records of a table in the order of their ids, now or as they were; made-up ones where wanted.

    Raises
    ------
    RegistryError
        If the registry has no such table.
    """
    registry_table(table)
    if as_of is None:
        yield from _present(connection, table, viewer, synthetic=synthetic)
        return
    number = number_at(connection, as_of)
    states = states_at(connection, table, number)
    while some := list(islice(states, ROWS_AT_ONCE)):
        for shown in past_records(connection, table, viewer, number, some):
            if synthetic or not shown.record.values.get("synthetic"):
                yield shown.record


def _present(connection: Connection, name: str, viewer: Viewer, *, synthetic: bool) -> Iterator[Record]:
    table = registry_table(name)
    query = present_query(name, viewer).where(is_shown(name, synthetic=synthetic))
    query = query.order_by(in_order(connection, table.id_column))
    for shown in present_records(connection, name, query):
        yield shown.record


def states_at(connection: Connection, table: str, number: int) -> Iterator[tuple[str, State]]:
    """Yield every record that was there after a change, with its state, in the order of the ids."""
    query = (
        _revisions()
        .where(REVISIONS.c.table_name == table, CHANGES.c.number <= number)
        .order_by(in_order(connection, REVISIONS.c.record_id), CHANGES.c.number)
    )
    with connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}) as rows:
        found: Iterable[Row] = rows
        for record_id, some in groupby(found, key=lambda row: row[0]):
            *_earlier, last = some
            if last[1] is not None:
                yield record_id, _state(last)


def past_records(
    connection: Connection, name: str, viewer: Viewer, number: int, states: Sequence[tuple[str, State]]
) -> Iterator[Shown]:
    """Yield some records of the past as a viewer sees them: as they were shown then, if they are still shown now.

    Parameters
    ----------
    connection, name, viewer
        Database, table, and who looks.
    number
        Change after which the records are told.
    states
        Records and their states then, some thousands at most.
    """
    table = registry_table(name)
    if viewer.kind == "everything":
        for record_id, state in states:
            record = to_record(table, record_id, state)
            if record is not None:
                yield Shown(record, is_own=True)
        return
    wanted = is_in(connection, table.id_column, [record_id for record_id, _state in states])
    query = select(table.id_column, owns(name, viewer)).where(sees(name, viewer), wanted)
    shown: dict[str, bool] = {record_id: bool(is_own) for record_id, is_own in connection.execute(query)}
    partner_ids = set(connection.scalars(partners(viewer))) if viewer.kind == "organisation" else set()
    past = _PastLevels(connection, number)
    past.look_up(name, [state for record_id, state in states if record_id in shown])
    for record_id, state in states:
        record = to_record(table, record_id, state)
        if record is None or record_id not in shown:
            continue
        level, owners = past.level(name, state)
        is_shared = level == "partners" and bool(owners) and owners <= partner_ids
        if shown[record_id] or level == "public" or is_shared:
            is_own = shown[record_id]
            yield Shown(record if is_own else without_personal(record), is_own=is_own)


class _PastLevels:
    """How visible records were after a change, and whose they were; what they hung on is read once."""

    def __init__(self, connection: Connection, number: int) -> None:
        self.connection, self.number = connection, number
        self.known: dict[str, dict[str, tuple[str, frozenset[str]]]] = {}

    def look_up(self, table: str, states: Iterable[State]) -> None:
        """Read the levels of all that some records hung on, a table at a time."""
        held = list(states)
        for column, parent in HANGS_ON.get(table, ()):
            known = self.known.setdefault(parent, {})
            ids = {state.value(column) for state in held} - known.keys() - {None}
            found = states_then(self.connection, parent, self.number, ids) if ids else {}
            self.look_up(parent, found.values())
            known |= {record_id: self.level(parent, state) for record_id, state in found.items()}

    def level(self, table: str, state: State) -> tuple[str, frozenset[str]]:
        """Return the least level of a record and all it hung on, and the organisations it belonged to."""
        levels = [state.value("visibility") or "public"]
        owners = {state.value("organisation_id")} if table == "organisations" else set()
        for column, parent in HANGS_ON.get(table, ()):
            level, whose = self.known[parent].get(state.value(column), ("private", frozenset()))
            levels.append(level)
            owners |= whose
        least = next(word for word in ("private", "partners", "public") if word in levels)
        return least, frozenset(owners)


def states_then(connection: Connection, table: str, number: int, ids: Iterable[str]) -> dict[str, State]:
    """Return the states of some records after a change; those that were not there are left out."""
    query = _revisions().where(
        REVISIONS.c.table_name == table, is_in(connection, REVISIONS.c.record_id, ids), CHANGES.c.number <= number
    )
    found = {row[0]: _state(row) for row in connection.execute(query.order_by(CHANGES.c.number))}
    return {record_id: state for record_id, state in found.items() if state.exists}


def state_at(connection: Connection, table: str, record_id: str, number: int) -> State | None:
    """Return the state of a record after a change; None where no change up to it is known."""
    query = _revisions().where(
        REVISIONS.c.table_name == table, REVISIONS.c.record_id == record_id, CHANGES.c.number <= number
    )
    row: Row | None = connection.execute(query.order_by(CHANGES.c.number.desc()).limit(1)).one_or_none()
    return None if row is None else _state(row)


def _revisions() -> Select[Any]:
    return select(
        REVISIONS.c.record_id,
        REVISIONS.c.content,
        REVISIONS.c.origins,
        REVISIONS.c.in_pack,
        REVISIONS.c.merged_into,
        CHANGES.c.number,
    ).join(CHANGES, CHANGES.c.fid == REVISIONS.c.change_id)


def _state(row: Row) -> State:
    _record_id, content, origins, in_pack, merged_into, number = row
    return decode_state(content, origins, in_pack=in_pack, merged_into=merged_into, number=number)


def history(connection: Connection, table: str, record_id: str) -> tuple[Revision, ...]:
    """Return what each change did to a record, the oldest first; also of one that is no more.

    Raises
    ------
    RegistryError
        If the registry has no such table.
    """
    found = registry_table(table)
    query = (
        select(REVISIONS, CHANGES)
        .join(CHANGES, CHANGES.c.fid == REVISIONS.c.change_id)
        .where(REVISIONS.c.table_name == table, REVISIONS.c.record_id == record_id, CHANGES.c.number.is_not(None))
        .order_by(CHANGES.c.number)
    )
    revisions = []
    for row in connection.execute(query).mappings():
        number = row[CHANGES.c.number]
        state = decode_state(
            row[REVISIONS.c.content],
            row[REVISIONS.c.origins],
            in_pack=row[REVISIONS.c.in_pack],
            merged_into=row[REVISIONS.c.merged_into],
            number=number,
        )
        revisions.append(
            Revision(
                number=number,
                kind=row[CHANGES.c.kind],
                author=row[CHANGES.c.author],
                source_id=row[CHANGES.c.source_id],
                note=row[CHANGES.c.note],
                at=row[CHANGES.c.committed_at],
                operation=row[REVISIONS.c.operation],
                touched=_touched(found, row[REVISIONS.c.touched], state),
                record=to_record(found, record_id, state),
                merged_into=row[REVISIONS.c.merged_into],
            )
        )
    return tuple(revisions)


def _touched(table: RegistryTable, touched: str, state: State) -> tuple[str, ...]:
    """Return the columns a change touched in the order of the table; all that hold a value where it added."""
    held = set(touched.split(";")) if touched else set(state.values or ())
    return tuple(name for name in table.columns if name in held)


def changes_since(connection: Connection, number: int) -> Iterator[ChangedRecord]:
    """Yield what changed after a change, in the order of the numbers, which have no gaps.

    A change is seen whole or not at all, and never after one with a higher number: whoever has taken in everything up
    to a number misses nothing by asking for what came after it.
    """
    query = (
        select(CHANGES.c.number, REVISIONS.c.table_name, REVISIONS.c.record_id, REVISIONS.c.operation)
        .join(CHANGES, CHANGES.c.fid == REVISIONS.c.change_id)
        .where(CHANGES.c.number > number)
        .order_by(CHANGES.c.number, REVISIONS.c.fid)
    )
    with connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}) as rows:
        for row in rows:
            yield ChangedRecord(*row)


def list_changes(
    connection: Connection, *, kind: str | None = None, limit: int = 50, before: int | None = None
) -> tuple[ChangeLine, ...]:
    """Return the last changes, or those before a number, the newest first; authors and files are for the operator."""
    columns = CHANGES.c
    query = select(
        columns.number,
        columns.kind,
        columns.author,
        columns.source_id,
        columns.note,
        columns.file_name,
        columns.committed_at.label("at"),
        columns.undoes,
        columns.added,
        columns.changed,
        columns.removed,
        columns.unchanged,
    ).where(columns.number > 0)
    if kind is not None:
        query = query.where(columns.kind == kind)
    if before is not None:
        query = query.where(columns.number < before)
    rows = connection.execute(query.order_by(columns.number.desc()).limit(limit)).mappings()
    return tuple(ChangeLine(**row) for row in rows)
