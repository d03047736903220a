"""From edits to drafts: the record before and after, with everything wrong found and merged ids followed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Connection

from supplychain.errors import Finding
from supplychain.registry.checks import check_record, stored_values
from supplychain.registry.redirects import erased_columns, last_own_state, redirects
from supplychain.registry.states import ABSENT, State, current_states
from supplychain.registry.tables import RegistryTable, registry_table
from supplychain.registry.values import REGISTRY_TABLES, Edit, Operation, Origin
from supplychain.text import Text

FOLLOWED: Final = Text(
    en="{table} {record_id} was merged into {into_id}: what the edit says anew went there.",
    vi="{table} {record_id} đã được gộp vào {into_id}: nội dung mới của lần sửa được ghi vào đó.",
)
NOT_REMOVED: Final = Text(
    en="{table} {record_id} was merged into {into_id}, so it was not removed again.",
    vi="{table} {record_id} đã được gộp vào {into_id} nên không xóa lần nữa.",
)
STAYS_ERASED: Final = Text(
    en="{columns} of {table} {record_id} had been erased on request and stay empty; enter them as an edit by hand.",
    vi="{columns} của {table} {record_id} đã được xóa theo yêu cầu nên để trống; nếu cần hãy nhập bằng lần sửa tay.",
)


@dataclass(slots=True)
class Draft:
    """One record before and after a change.

    Parameters
    ----------
    table, record_id
        The record.
    base
        What it was before the change.
    new
        What it is to be.
    named
        Columns that edits of the change named, whether or not their values differ.
    """

    table: str
    record_id: str
    base: State
    new: State
    named: set[str] = field(default_factory=set)

    @property
    def touched(self) -> tuple[str, ...]:
        """Columns whose value differs."""
        return touched_columns(self.base, self.new)

    @property
    def operation(self) -> Operation | None:
        """What the change does to the record; None for nothing."""
        if self.new.exists and not self.base.exists:
            return "added"
        if self.base.exists and not self.new.exists:
            return "removed"
        if self.touched or self.base.in_pack != self.new.in_pack or self.base.merged_into != self.new.merged_into:
            return "changed"
        return None


def touched_columns(before: State, after: State) -> tuple[str, ...]:
    """Return the columns whose values differ between two states, in no order that means anything."""
    old, new = before.values or {}, after.values or {}
    if old is new:
        return ()
    return tuple(name for name in {**old, **new} if old.get(name) != new.get(name))


@dataclass(slots=True)
class Batch:
    """What came of some edits: the records they are of, what was refused, what must be told."""

    drafts: dict[tuple[str, str], Draft] = field(default_factory=dict)
    refused: list[tuple[Edit, list[Finding]]] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Rules:
    """How edits are taken.

    Parameters
    ----------
    origin
        Where values come from that name no origin of their own.
    in_pack
        True where the edits are rows of the region pack.
    guarded
        Whether what was erased on request must stay away: true for files, false for an edit by hand.
    """

    origin: Origin
    in_pack: bool = False
    guarded: bool = False


def draft_edits(
    connection: Connection,
    edits: Sequence[Edit],
    rules: Rules,
    held: Mapping[tuple[str, str], Draft] = MappingProxyType({}),
) -> Batch:
    """Return the records that edits are of, before and after; nothing is written.

    Parameters
    ----------
    connection
        Database.
    edits
        Taken one after another: a later edit of a record stands on the earlier one.
    rules
        How they are taken.
    held
        Drafts of the same change that are there already; the edits are made on them.

    Raises
    ------
    RegistryError
        If an edit names a table the registry has not.
    """
    batch = Batch(dict(held))
    desk = _Desk(connection, edits, rules, batch)
    for edit in edits:
        desk.take(edit)
    for draft in batch.drafts.values():
        if draft.operation is None:
            batch.unchanged += 1
    return batch


class _Desk:
    """Takes one edit after another."""

    def __init__(self, connection: Connection, edits: Sequence[Edit], rules: Rules, batch: Batch) -> None:
        self.connection, self.rules, self.batch = connection, rules, batch
        self.states: dict[tuple[str, str], State] = {}
        self.into: dict[str, Mapping[str, str]] = {}
        self.erased: dict[str, Mapping[str, frozenset[str]]] = {}
        ids = _ids_by_table(edits)
        for name in ids:
            states = current_states(connection, name, ids[name])
            # Only what is not there can have been merged away.
            self.into[name] = redirects(connection, name, ids[name].keys() - states.keys())
            into = self.into[name].values() - states.keys()
            if rules.guarded:
                self.erased[name] = erased_columns(connection, name, {*ids[name], *into})
            if into:
                states |= current_states(connection, name, into)
            self.states |= {(name, record_id): state for record_id, state in states.items()}
        self.references = {
            target: redirects(connection, target, values) for target, values in _references(edits).items()
        }

    def take(self, edit: Edit) -> None:
        table = registry_table(edit.table)
        record_id, values = edit.record_id, edit.values
        found: dict[str, Any] = {}
        if values is not None:
            found, findings = stored_values(table, record_id, values)
            if findings:
                self.batch.refused.append((edit, findings))
                return
            self._follow_references(table, found)
            self._keep_away(table, record_id, found)
        if record_id in self.into[table.name] and not self._draft(table, record_id).new.exists:
            into_id = self.into[table.name][record_id]
            if values is None:
                self._note(NOT_REMOVED, table, record_id, into_id)
                return
            found = self._news(table, record_id, found)
            if found:
                self._note(FOLLOWED, table, record_id, into_id)
            record_id = into_id
        self._apply(table, record_id, found if values is not None else None, edit)

    def _draft(self, table: RegistryTable, record_id: str) -> Draft:
        key = (table.name, record_id)
        draft = self.batch.drafts.get(key)
        if draft is None:
            base = self.states.get(key, ABSENT)
            draft = Draft(table.name, record_id, base, base)
        return draft

    def _apply(self, table: RegistryTable, record_id: str, values: dict[str, Any] | None, edit: Edit) -> None:
        draft = self._draft(table, record_id)
        old = draft.new
        if values is None:
            new = State(None, in_pack=False) if old.exists else old
            named: Iterable[str] = ()
        else:
            new, named = self._after(table, record_id, old, values, edit), values
        self.batch.drafts[table.name, record_id] = draft
        if values is not None and new is not old:
            findings = check_record(table, record_id, new.values or {}, touched_columns(old, new))
            if findings:
                self.batch.refused.append((edit, findings))
                if draft.new is draft.base and not draft.named:
                    del self.batch.drafts[table.name, record_id]
                return
        draft.new = new
        draft.named.update(named)

    def _after(self, table: RegistryTable, record_id: str, old: State, values: Mapping[str, Any], edit: Edit) -> State:
        held = dict(old.values) if old.values is not None else {table.key: record_id}
        origins = dict(old.origins)
        if old.values is None:
            origins[table.key] = edit.origins.get(table.key, self.rules.origin)
        changed = old.values is None
        for name, value in values.items():
            if held.get(name) == value:
                continue
            changed = True
            origins[name] = edit.origins.get(name, self.rules.origin)
            if value is None:
                del held[name]
            else:
                held[name] = value
        in_pack = old.in_pack or self.rules.in_pack
        if not changed and in_pack == old.in_pack:
            return old
        return State(held, origins, in_pack, None, old.number)

    def _follow_references(self, table: RegistryTable, values: dict[str, Any]) -> None:
        """Put the record that stands for it in place of a merged id that a value refers to."""
        for column, (target, _key) in table.references.items():
            into = self.references.get(target)
            if into and values.get(column) in into:
                values[column] = into[values[column]]

    def _keep_away(self, table: RegistryTable, record_id: str, values: dict[str, Any]) -> None:
        """Take out of an edit from a file what was erased from the record on request."""
        known = self.erased.get(table.name, {})
        into_id = self.into[table.name].get(record_id, record_id)
        erased = known.get(record_id, frozenset()) | known.get(into_id, frozenset())
        kept = [name for name in values if name in erased and values[name] is not None]
        if kept:
            text = STAYS_ERASED.format(columns=", ".join(kept), table=table.name, record_id=record_id)
            self.batch.notes.append(text)
        for name in kept:
            del values[name]

    def _news(self, table: RegistryTable, record_id: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return what an edit of a merged id says that the record did not say when it was merged."""
        own = last_own_state(self.connection, table.name, record_id) or ABSENT
        return {name: value for name, value in values.items() if own.value(name) != value}

    def _note(self, text: Text, table: RegistryTable, record_id: str, into_id: str) -> None:
        self.batch.notes.append(text.format(table=table.name, record_id=record_id, into_id=into_id))


def _ids_by_table(edits: Iterable[Edit]) -> dict[str, dict[str, None]]:
    found: dict[str, dict[str, None]] = {}
    for edit in edits:
        registry_table(edit.table)
        found.setdefault(edit.table, {})[edit.record_id] = None
    return found


def _references(edits: Iterable[Edit]) -> dict[str, set[str]]:
    """Return the ids that values of edits refer to, by table; only tables whose records can be merged."""
    found: dict[str, set[str]] = {}
    for table, column, target in _reference_columns({edit.table for edit in edits}):
        values = found.setdefault(target, set())
        for edit in edits:
            if edit.table == table and edit.values is not None:
                value = edit.values.get(column)
                if isinstance(value, str):
                    values.add(value)
    return found


def _reference_columns(tables: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    for name in tables:
        for column, (target, _key) in registry_table(name).references.items():
            if target in REGISTRY_TABLES:
                yield name, column, target
