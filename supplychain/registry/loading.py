"""The rows of a region pack, put into the registry as one change: what others added or edited stays, and is told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, select

from supplychain.errors import Finding
from supplychain.models import METADATA
from supplychain.models.registry import CHANGES, REVISIONS
from supplychain.registry.changes import apply_drafts
from supplychain.registry.checks import stored_values
from supplychain.registry.drafts import Batch, Draft, Rules, draft_edits, touched_columns
from supplychain.registry.integrity import LEADS_NOWHERE, MOST_TOLD, nowhere, refuse
from supplychain.registry.redirects import redirects
from supplychain.registry.states import State, current_states
from supplychain.registry.tables import RegistryTable, is_in, referring, registry_table
from supplychain.registry.values import REGISTRY_TABLES, Change, Edit, Origin
from supplychain.registry.writing import now
from supplychain.rules import shown
from supplychain.text import Text

KEPT: Final = Text(
    en="{table} {record_id}: {column} stays '{ours}', as {author} made it in change {number}; the pack says "
    "'{theirs}'.",
    vi="{table} {record_id}: {column} vẫn là '{ours}' theo thay đổi số {number} của {author}; gói dữ liệu ghi "
    "'{theirs}'.",
)
STAYS: Final = Text(
    en="{table} {record_id} is no row of the pack any more. It stays, as others have added to it; plans pass it over.",
    vi="{table} {record_id} không còn trong gói dữ liệu. Hồ sơ được giữ vì đã có người khác bổ sung; phương án không "
    "dùng tới.",
)

Rows = Mapping[str, Sequence[tuple[str, Mapping[str, Any]]]]
"""By table, the id and the values of each row; empty values are None."""


def load_rows(connection: Connection, rows: Rows, *, author: str, note: str) -> Change:
    """Make the rows of a pack the present ones of the registry, inside the caller's transaction, which has the turn.

    The other tables of the pack must have been written before. A field that somebody else changed since the pack last
    said something of it stays; a record that left the pack goes, unless others have added to it.

    Raises
    ------
    FindingsError
        If a row that left the pack is still referred to, or a reference leads nowhere.
    """
    at = now()
    batch = Batch()
    gone: list[Draft] = []
    for name in REGISTRY_TABLES:
        gone.extend(_gone(connection, name, {record_id for record_id, _values in rows.get(name, ())}, batch.notes))
    edits: list[Edit] = []
    for name in REGISTRY_TABLES:
        edits.extend(_edits(connection, name, rows.get(name, ()), at, batch.notes))
    held = {(draft.table, draft.record_id): draft for draft in gone}
    found = draft_edits(connection, edits, Rules(Origin("", at), in_pack=True, guarded=True), held)
    refuse([fault for _edit, findings in found.refused for fault in findings])
    found.notes[:0] = batch.notes
    described = {"kind": "load", "author": author, "source_id": "", "note": note}
    change = apply_drafts(connection, found.drafts.values(), described, found)
    refuse(list(islice(_outside(connection), MOST_TOLD)))
    return change


def _edits(
    connection: Connection,
    name: str,
    rows: Sequence[tuple[str, Mapping[str, Any]]],
    at: str,
    notes: list[Text],
) -> Iterator[Edit]:
    """Yield what the pack says, without the fields that others changed since it last said something of them."""
    table = registry_table(name)
    states = current_states(connection, name, [record_id for record_id, _values in rows])
    differing: dict[str, dict[str, Any]] = {}
    for record_id, values in rows:
        state = states.get(record_id)
        if state is not None:
            stored, _findings = stored_values(table, record_id, values)
            columns = {key: value for key, value in stored.items() if state.value(key) != value}
            if columns:
                differing[record_id] = columns
    told = _pasts(connection, name, differing)
    for record_id, values in rows:
        said = {key: value for key, value in values.items() if key != table.key}
        for column, theirs in differing.get(record_id, {}).items():
            by = told[record_id].changed_by_others(column, states[record_id].value(column))
            if by is not None:
                del said[column]
                notes.append(
                    KEPT.format(
                        table=name,
                        record_id=record_id,
                        column=column,
                        ours=shown(states[record_id].value(column)),
                        theirs=shown(theirs),
                        number=by.number,
                        author=by.author,
                    )
                )
        origin = Origin(str(values.get("source") or record_id), at)
        yield Edit(name, record_id, said, dict.fromkeys(table.columns, origin))


@dataclass(frozen=True, slots=True)
class _Touch:
    number: int
    kind: str
    author: str
    value: Any


@dataclass(slots=True)
class _Past:
    """Who touched each column last, and what the pack last said of it."""

    last: dict[str, _Touch] = field(default_factory=dict)
    packs: dict[str, _Touch] = field(default_factory=dict)

    def changed_by_others(self, column: str, value: Any) -> _Touch | None:  # noqa: ANN401 - any value
        """Return who gave a column its value, if that was not the pack and is not what the pack last said."""
        last, pack = self.last.get(column), self.packs.get(column)
        if last is None or last.kind == "load":
            return None
        is_as_pack_said = pack is not None and pack.value == value and last.kind != "erase"
        return None if is_as_pack_said else last


def _pasts(connection: Connection, name: str, ids: Iterable[str]) -> dict[str, _Past]:
    found = {record_id: _Past() for record_id in ids}
    if not found:
        return found
    query = (
        select(REVISIONS.c.record_id, REVISIONS.c.content, CHANGES.c.number, CHANGES.c.kind, CHANGES.c.author)
        .join(CHANGES, CHANGES.c.fid == REVISIONS.c.change_id)
        .where(
            REVISIONS.c.table_name == name,
            is_in(connection, REVISIONS.c.record_id, found),
            CHANGES.c.number.is_not(None),
        )
        .order_by(CHANGES.c.number)
    )
    before: dict[str, dict[str, Any]] = {}
    for record_id, content, number, kind, author in connection.execute(query):
        values: dict[str, Any] = {} if content is None else json.loads(content)
        past = found[record_id]
        for column in touched_columns(State(before.get(record_id, {})), State(values)):
            touch = _Touch(number, kind, author, values.get(column))
            past.last[column] = touch
            if kind == "load":
                past.packs[column] = touch
        before[record_id] = values
    return found


def _gone(connection: Connection, name: str, present: set[str], notes: list[Text]) -> Iterator[Draft]:
    """Yield the records that were rows of the pack and are none any more, as they are to be."""
    table = registry_table(name)
    query = select(table.id_column).where(table.sql.c.in_pack.is_(True))
    held = set(connection.scalars(query)) - present
    if not held:
        return
    held -= set(redirects(connection, name, present).values())
    states = current_states(connection, name, held)
    others = _touched_by_others(connection, name, states)
    for record_id in sorted(states):
        base = states[record_id]
        if record_id in others:
            notes.append(STAYS.format(table=name, record_id=record_id))
            new = State(base.values, base.origins, in_pack=False, number=base.number)
        else:
            new = State(None)
        yield Draft(name, record_id, base, new)


def _touched_by_others(connection: Connection, name: str, ids: Iterable[str]) -> set[str]:
    query = (
        select(REVISIONS.c.record_id)
        .join(CHANGES, CHANGES.c.fid == REVISIONS.c.change_id)
        .where(
            REVISIONS.c.table_name == name,
            is_in(connection, REVISIONS.c.record_id, ids),
            REVISIONS.c.content.is_not(None),
            CHANGES.c.number.is_not(None),
            CHANGES.c.kind.not_in(("load", "erase")),
        )
    )
    return set(connection.scalars(query))


def _outside(connection: Connection) -> Iterator[Finding]:
    """Yield references between the registry and the pack's other tables that lead nowhere."""
    for name in REGISTRY_TABLES:
        table = registry_table(name)
        for column, (target, key) in table.references.items():
            if target not in REGISTRY_TABLES:
                for record_id, value in _dangling(connection, name, table.key, column, (target, key)):
                    yield nowhere(table, record_id, column, value, target)
        for other, column in referring(name):
            if other not in REGISTRY_TABLES and METADATA.tables[other].c[column].foreign_keys:
                sql = METADATA.tables[other]
                own_key = next(found.name for found in sql.columns if found.info.get("kind") == "id")
                for record_id, value in _dangling(connection, other, own_key, column, (name, table.key)):
                    yield _named_from_outside(table, f"{other} {record_id}", column, value)


def _named_from_outside(table: RegistryTable, who: str, column: str, value: str) -> Finding:
    text = LEADS_NOWHERE.format(column=column, value=shown(value), target=table.name)
    return Finding(who, None, column, text)


def _dangling(
    connection: Connection, name: str, own_key: str, column: str, target: tuple[str, str]
) -> list[tuple[str, str]]:
    sql, there = METADATA.tables[name], METADATA.tables[target[0]]
    exists = select(there.c[target[1]]).where(there.c[target[1]] == sql.c[column]).exists()
    query = select(sql.c[own_key], sql.c[column]).where(sql.c[column].is_not(None), ~exists).limit(MOST_TOLD)
    return list(connection.execute(query))
