"""Records that are one are merged, and parted again with everything as it was."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Engine, select

from supplychain.columns import LARGEST_INTEGER
from supplychain.database import clear_errors, for_writing
from supplychain.errors import Finding
from supplychain.models import METADATA
from supplychain.models.base import Different, UniqueTogether
from supplychain.models.registry import CHANGES
from supplychain.registry.changes import NO_CHANGE, apply_drafts
from supplychain.registry.checks import check_record, finding
from supplychain.registry.drafts import Batch, Draft
from supplychain.registry.integrity import refuse
from supplychain.registry.states import State, current_states
from supplychain.registry.tables import is_in, referring, registry_table
from supplychain.registry.undoing import take_back
from supplychain.registry.values import REGISTRY_TABLES, Change, RegistryError
from supplychain.registry.writing import take_turn
from supplychain.rules import row_faults, shown
from supplychain.text import Text

IDENTITY: Final = ("tax_code", "lei", "gln")
"""Columns in which two records that are one agree; where they do not, somebody must say which is right."""

GROUPS: Final = (
    ("lat", "lon", "position_accuracy_m"),
    ("vsic_code", "vsic_version"),
    (
        "unit",
        "unit_mass_kg",
        "capacity_t_per_month",
        "capacity_per_month",
        "quantity_t_per_month",
        "quantity_per_month",
        "minimum_order",
        "price_per_unit",
        "rent_per_m2_year",
        "currency",
        "price_year",
    ),
    ("valid_from", "valid_to"),
)
"""Columns that say something together: they are taken over from another record together, or not at all."""

KEEPS_ITS_OWN: Final = ("source", "confidence", "assumption_ids", "synthetic")
"""Columns that speak of the record itself and are never filled from another."""

TIES: Final = ("supply_relations", "partnerships")

NOT_THERE: Final = Text(
    en="There is no record {record_id} in {table}. Look it up with `hinterland search`.",
    vi="Bảng {table} không có hồ sơ {record_id}. Hãy tra bằng `hinterland search`.",
)
NOTHING_TO_MERGE: Final = Text(
    en="Name the record to keep and at least one other to merge into it, each once.",
    vi="Hãy nêu hồ sơ giữ lại và ít nhất một hồ sơ khác để gộp vào, mỗi hồ sơ một lần.",
)
OTHER_IDENTITY: Final = Text(
    en="The records say {values}: they may be two. If they are one, choose which is right (--choose {column}=ID).",
    vi="Các hồ sơ ghi {values}: có thể là hai đơn vị. Nếu là một, hãy chọn giá trị đúng (--choose {column}=MÃ).",
)
NO_CHOICE: Final = Text(
    en="'{column}={record_id}' is no choice: name a column of {table} and one of the records.",
    vi="'{column}={record_id}' không hợp lệ: hãy nêu một cột của {table} và một trong các hồ sơ.",
)
KEEP_THE_PACKS: Final = Text(
    en="It came with the region pack, so plans read it; {keep_id} did not. Keep {record_id} and merge the other into "
    "it.",
    vi="Hồ sơ thuộc gói dữ liệu vùng nên phương án dùng tới; {keep_id} thì không. Hãy giữ {record_id} và gộp hồ sơ kia "
    "vào.",
)
NAMED_OUTSIDE: Final = Text(
    en="{table} {by} of the region pack names it in {column}. Keep this record and merge the other into it.",
    vi="{table} {by} của gói dữ liệu vùng ghi nó ở {column}. Hãy giữ hồ sơ này và gộp hồ sơ kia vào.",
)
MADE_UP: Final = Text(
    en="It is {ours}, {keep_id} is {theirs}: a made-up record is never one with a real one.",
    vi="Hồ sơ này {ours}, {keep_id} {theirs}: không gộp hồ sơ giả lập với hồ sơ thật.",
)
REAL: Final = (Text(en="real", vi="là thật"), Text(en="made up", vi="là giả lập"))
FELL_AWAY: Final = Text(
    en="{table} {record_id} fell away: it would tie {keep_id} to itself.",
    vi="{table} {record_id} được bỏ vì sẽ nối {keep_id} với chính nó.",
)
SAME_MONTH: Final = Text(
    en="{table} {record_id} fell away: {keep_id} has {columns} already.",
    vi="{table} {record_id} được bỏ vì {keep_id} đã có {columns}.",
)
NO_MERGE: Final = Text(
    en="Change {number} merged nothing. `hinterland registry changes --kind merge` lists the merges.",
    vi="Thay đổi số {number} không phải lần gộp. Xem bằng `hinterland registry changes --kind merge`.",
)
SPLIT_ALREADY: Final = Text(
    en="The records of change {number} are apart already.", vi="Các hồ sơ của thay đổi số {number} đã được tách."
)

_LEVELS: Final = ("private", "partners", "public")


@dataclass(frozen=True, slots=True)
class MergeWanted:
    """Which records are one, and whose values are right.

    Parameters
    ----------
    table, keep_id, drop_ids
        The records: the one to keep, and those to merge into it.
    choices
        By column, the record whose value is right.
    """

    table: str
    keep_id: str
    drop_ids: tuple[str, ...]
    choices: Mapping[str, str] = field(default_factory=dict)


def merge_records(
    engine: Engine,
    table: str,
    keep_id: str,
    drop_ids: Sequence[str],
    *,
    choices: Mapping[str, str] | None = None,
    author: str,
    note: str = "",
) -> Change:
    """Merge records into one: the others' ids lead to it from now on, and what referred to them refers to it.

    The kept record keeps its values; fields it has not are taken from the others, in their order, with their origins.
    It is as private as the most private of them. A tie between two of them falls away.

    Parameters
    ----------
    engine
        Database.
    table, keep_id, drop_ids
        The records.
    choices
        By column, the record whose value is right.
    author, note
        Who says so, and why.

    Raises
    ------
    FindingsError
        If identifiers differ and nobody chose, or the pack needs a record that would go.
    RegistryError
        If a record is not there or a choice is none.
    """
    wanted = MergeWanted(table, keep_id, tuple(drop_ids), choices or {})
    with clear_errors(engine), for_writing(engine).begin() as connection:
        take_turn(connection)
        return merge_within(connection, wanted, author=author, note=note)


def merge_within(connection: Connection, wanted: MergeWanted, *, author: str, note: str) -> Change:
    """Merge records inside the caller's transaction, which has the turn; all else as of ``merge_records``."""
    choices = dict(wanted.choices)
    merge = _Merge(connection, wanted.table, wanted.keep_id, wanted.drop_ids, choices)
    detail = {"table": wanted.table, "keep": wanted.keep_id, "drop": list(wanted.drop_ids), "choices": choices}
    described = {"kind": "merge", "author": author, "source_id": "", "note": note}
    described["detail"] = json.dumps(detail, ensure_ascii=False)
    drafts = merge.drafts()
    return apply_drafts(connection, drafts, described, Batch(notes=merge.notes))


def split_records(engine: Engine, number: int, *, author: str, note: str = "") -> Change:
    """Take a merge back: every record and reference is as it was; later edits of other fields stay.

    Raises
    ------
    FindingsError
        Naming each field the merge decided that was edited since.
    RegistryError
        If the change is no merge, or the records are apart already.
    """
    with clear_errors(engine), for_writing(engine).begin() as connection:
        take_turn(connection)
        return split_within(connection, number, author=author, note=note)


def split_within(connection: Connection, number: int, *, author: str, note: str) -> Change:
    """Take a merge back inside the caller's transaction, which has the turn; all else as of ``split_records``."""
    query = select(CHANGES.c.kind).where(CHANGES.c.number == min(number, LARGEST_INTEGER))
    kind = connection.scalar(query)
    if kind is None:
        raise RegistryError(NO_CHANGE.format(number=number))
    if kind != "merge":
        raise RegistryError(NO_MERGE.format(number=number))
    change = take_back(connection, number, "split", author=author, note=note)
    if change.number is None:
        raise RegistryError(SPLIT_ALREADY.format(number=number))
    return change


class _Merge:
    """One merge: what it does to the records and to all that refers to them."""

    def __init__(
        self, connection: Connection, table: str, keep_id: str, drop_ids: tuple[str, ...], choices: Mapping[str, str]
    ) -> None:
        self.connection, self.table = connection, registry_table(table)
        self.keep_id, self.drop_ids, self.choices = keep_id, drop_ids, choices
        self.notes: list[Text] = []
        ids = (keep_id, *drop_ids)
        if not drop_ids or len(set(ids)) < len(ids):
            raise RegistryError(NOTHING_TO_MERGE)
        self.states = current_states(connection, table, ids)
        for record_id in ids:
            if record_id not in self.states:
                raise RegistryError(NOT_THERE.format(record_id=shown(record_id), table=table))
        for column, record_id in choices.items():
            if column not in self.table.columns or column == self.table.key or record_id not in ids:
                raise RegistryError(NO_CHOICE.format(column=shown(column), record_id=shown(record_id), table=table))

    def drafts(self) -> list[Draft]:
        """Return every record the merge changes.

        Raises
        ------
        FindingsError
            If it cannot be made.
        """
        refuse([*self._conflicts(), *self._needed_by_the_pack()])
        keep = self.states[self.keep_id]
        found = {(self.table.name, self.keep_id): Draft(self.table.name, self.keep_id, keep, self._merged())}
        for drop_id in self.drop_ids:
            base = self.states[drop_id]
            found[self.table.name, drop_id] = Draft(
                self.table.name, drop_id, base, State(None, merged_into=self.keep_id)
            )
        self._move_references(found)
        self._drop_doubles(found)
        faults: list[Finding] = []
        for draft in found.values():
            if draft.new.exists:
                table = registry_table(draft.table)
                faults.extend(check_record(table, draft.record_id, draft.new.values or {}, ()))
        refuse(faults)
        return list(found.values())

    def _conflicts(self) -> Iterator[Finding]:
        for column in IDENTITY:
            if column not in self.table.columns or column in self.choices:
                continue
            said = {record_id: state.value(column) for record_id, state in self.states.items() if state.value(column)}
            if len(set(said.values())) > 1:
                values = ", ".join(f"{value} ({record_id})" for record_id, value in said.items())
                text = OTHER_IDENTITY.format(values=values, column=column)
                yield finding(self.table, self.keep_id, column, text)
        made_up = bool(self.states[self.keep_id].value("synthetic"))
        for drop_id in self.drop_ids:
            if bool(self.states[drop_id].value("synthetic")) != made_up:
                for_keep, for_drop = REAL[made_up], REAL[not made_up]
                text = Text(
                    en=MADE_UP.en.format(ours=for_drop.en, theirs=for_keep.en, keep_id=self.keep_id),
                    vi=MADE_UP.vi.format(ours=for_drop.vi, theirs=for_keep.vi, keep_id=self.keep_id),
                )
                yield finding(self.table, drop_id, "synthetic", text)

    def _needed_by_the_pack(self) -> Iterator[Finding]:
        for drop_id in self.drop_ids:
            if self.states[drop_id].in_pack and not self.states[self.keep_id].in_pack:
                text = KEEP_THE_PACKS.format(keep_id=self.keep_id, record_id=drop_id)
                yield finding(self.table, drop_id, None, text)
        for other, column in referring(self.table.name):
            if other not in REGISTRY_TABLES:
                for record_id, by in _who_names(self.connection, other, column, self.drop_ids):
                    text = NAMED_OUTSIDE.format(table=other, by=by, column=column)
                    yield finding(self.table, record_id, None, text)

    def _merged(self) -> State:
        keep = self.states[self.keep_id]
        values, origins = dict(keep.values or {}), dict(keep.origins)
        groups = [tuple(name for name in group if name in self.table.columns) for group in GROUPS]
        grouped = {name for group in groups for name in group}
        single = [(name,) for name in self.table.columns if name not in grouped and self._is_filled(name)]
        for group in (*groups, *single):
            if group and not any(name in values for name in group):
                giver = next((s for s in self._dropped() if any(s.value(name) is not None for name in group)), None)
                for name in group if giver else ():
                    _take(values, origins, giver, name)
        for name, record_id in self.choices.items():
            _take(values, origins, self.states[record_id], name)
        for column, (target, _key) in self.table.references.items():
            if target == self.table.name and values.get(column) in (self.keep_id, *self.drop_ids):
                values.pop(column)
        self._most_private(values, origins)
        for name in {*origins, *keep.origins}:
            if values.get(name) == keep.value(name):
                _put_origin(origins, name, keep)
        return State(values, origins, keep.in_pack, None, keep.number)

    def _is_filled(self, name: str) -> bool:
        return name != self.table.key and name not in KEEPS_ITS_OWN and name != "visibility"

    def _dropped(self) -> Iterator[State]:
        return (self.states[drop_id] for drop_id in self.drop_ids)

    def _most_private(self, values: dict[str, Any], origins: dict[str, Any]) -> None:
        if "visibility" not in self.table.columns or "visibility" in self.choices:
            return
        states = list(self.states.values())
        strictest = min(states, key=lambda state: _LEVELS.index(state.value("visibility") or "public"))
        if (strictest.value("visibility") or "public") != (values.get("visibility") or "public"):
            _take(values, origins, strictest, "visibility")

    def _move_references(self, found: dict[tuple[str, str], Draft]) -> None:
        for other, column in referring(self.table.name):
            if other not in REGISTRY_TABLES:
                continue
            named = dict.fromkeys(by for _id, by in _who_names(self.connection, other, column, self.drop_ids))
            states = current_states(self.connection, other, [by for by in named if (other, by) not in found])
            for record_id in named:
                if (other, record_id) not in found:
                    found[other, record_id] = Draft(other, record_id, states[record_id], states[record_id])
                draft = found[other, record_id]
                if not draft.new.exists or draft.new.value(column) not in self.drop_ids:
                    continue
                draft.new = self._moved(draft, column)

    def _moved(self, draft: Draft, column: str) -> State:
        new = draft.new
        values = {**(new.values or {}), column: self.keep_id}
        table = registry_table(draft.table)
        ties_itself = any(
            True
            for rule in table.declaration.rules
            if isinstance(rule, Different) and column in rule.columns
            for _fault in row_faults(rule, values)
        )
        if ties_itself and draft.table in TIES:
            self.notes.append(FELL_AWAY.format(table=draft.table, record_id=draft.record_id, keep_id=self.keep_id))
            return State(None)
        return State(values, new.origins, new.in_pack, None, new.number)

    def _drop_doubles(self, found: dict[tuple[str, str], Draft]) -> None:
        """Let rows fall away that would be the same as one of the kept record in columns that must differ."""
        for other, column in referring(self.table.name):
            if other not in REGISTRY_TABLES:
                continue
            for rule in registry_table(other).declaration.rules:
                if isinstance(rule, UniqueTogether) and column in rule.columns:
                    self._drop_doubles_of(found, other, column, rule)

    def _drop_doubles_of(
        self, found: dict[tuple[str, str], Draft], other: str, column: str, rule: UniqueTogether
    ) -> None:
        kept = [by for _id, by in _who_names(self.connection, other, column, (self.keep_id,))]
        states = current_states(self.connection, other, kept)
        taken = {tuple(state.value(name) for name in rule.columns) for state in states.values()}
        for (table, record_id), draft in found.items():
            if table != other or not draft.new.exists or record_id in states:
                continue
            key = tuple(draft.new.value(name) for name in rule.columns)
            if key in taken:
                said = ", ".join(str(value) for name, value in zip(rule.columns, key, strict=True) if name != column)
                text = SAME_MONTH.format(table=other, record_id=record_id, keep_id=self.keep_id, columns=said)
                self.notes.append(text)
                draft.new = State(None)
            taken.add(key)


def _put_origin(origins: dict[str, Any], name: str, giver: State) -> None:
    if name in giver.origins:
        origins[name] = giver.origins[name]
    else:
        origins.pop(name, None)


def _take(values: dict[str, Any], origins: dict[str, Any], giver: State | None, name: str) -> None:
    """Take a value with its origin from another record, also that it is empty."""
    if giver is None or values.get(name) == giver.value(name):
        return
    given = giver.value(name)
    if given is None:
        values.pop(name, None)
    else:
        values[name] = given
    _put_origin(origins, name, giver)


def _who_names(connection: Connection, table: str, column: str, ids: Iterable[str]) -> list[tuple[str, str]]:
    """Return (id named, key of the row that names it), in the order of the rows."""
    sql = METADATA.tables[table]
    key = next(found for found in sql.columns if found.info.get("kind") == "id")
    query = select(sql.c[column], key).where(is_in(connection, sql.c[column], ids)).order_by(sql.c.fid)
    return [(row[0], row[1]) for row in connection.execute(query)]
