"""Rows of a file as edits of the registry, or why not: nothing is written here.

A row is taken over whole or refused whole. What a record is called, what it refers to and what the registry holds of
it already decide together; the same rows and the same registry always give the same edits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from supplychain.intake import plan_messages as messages
from supplychain.intake.drafts import Draft, to_drafts
from supplychain.intake.ids import record_id
from supplychain.intake.known import IDENTIFIERS, Known
from supplychain.intake.options import ImportOptions
from supplychain.intake.planned import ParsedRow, PlannedRow
from supplychain.intake.references import find
from supplychain.intake.repeats import Repeats, contradictions
from supplychain.intake.report import MOST_CHANGES_KEPT, MOST_COMPARED, FieldChange, ImportReport, TableCounts
from supplychain.intake.targets import TABLES
from supplychain.registry.checks import check_record, stored_values
from supplychain.registry.states import ABSENT, State
from supplychain.registry.tables import registry_table
from supplychain.registry.values import Edit, Origin
from supplychain.rules import LIST_SEPARATOR
from supplychain.text import Text


@dataclass(slots=True)
class _Open:
    """A row on its way: its records, what is wrong with it, what must be told of it."""

    row: ParsedRow
    drafts: list[Draft]
    faults: list[tuple[str | None, Text]]
    told: list[Text]

    def fault(self, draft: Draft, column: str | None, text: Text) -> None:
        """Note what is wrong with a column of one of the records."""
        self.faults.append((draft.fields.get(column, column) if column else None, text))


@dataclass(slots=True)
class _Accepted:
    """A record that a sound row gives: all it says, and how it stood before.

    An edit names the id that the row means, also where that was merged away: erasures stand under it.
    """

    draft: Draft
    meant_id: str
    values: dict[str, Any]
    state: State


class Planner:
    """Turns rows into edits, in the order of the file.

    Parameters
    ----------
    known
        The registry, and what earlier rows brought.
    options
        What the person says.
    origin
        Where the values come from.
    report
        Counts and changes are noted there.
    """

    def __init__(self, known: Known, options: ImportOptions, origin: Origin, report: ImportReport) -> None:
        self._known = known
        self._options = options
        self._origin = origin
        self._report = report
        self._repeats = Repeats()
        self._waiting: list[ParsedRow] = []
        self._usual = _usual_values(options, origin)
        self.told: Counter[Text] = Counter()

    def plan(self, rows: Sequence[ParsedRow]) -> list[PlannedRow]:
        """Return what becomes of some rows; those that refer to a later row of their sheet wait for ``finish``."""
        planned = self._plan(rows, None)
        return [one for one in planned if one is not None]

    def finish(self) -> list[PlannedRow]:
        """Return what becomes of the rows that waited for a later one; none waits any more."""
        rows, self._waiting = self._waiting, []
        promised = {_promise(row) for row in rows}
        kept = rows
        while True:
            kept = [row for row in kept if all(self._may_be(name, promised) for name in _own_references(row))]
            left = {_promise(row) for row in kept}
            if left == promised:
                break
            promised = left
        planned = self._plan(rows, frozenset(promised))
        return [one for one in planned if one is not None]

    def _may_be(self, written: str, promised: set[str]) -> bool:
        return written in promised or isinstance(find(self._known, "organisations", written), str)

    def _plan(self, rows: Sequence[ParsedRow], promised: frozenset[str] | None) -> list[PlannedRow | None]:
        opened = []
        for row in rows:
            drafts, faults, told = to_drafts(row.target, row.values)
            opened.append(_Open(row, drafts, [*row.faults, *faults], told))
        self._read_ahead(opened)
        for one in opened:
            self._settle(one)
        states = self._read_states(opened)
        return [self._accept(one, states, promised) for one in opened]

    def _read_ahead(self, opened: Iterable[_Open]) -> None:
        """Read from the database at once what the rows will ask for one by one."""
        ids: dict[str, set[str]] = {}
        codes: dict[str, set[str]] = {column: set() for column in IDENTIFIERS}
        for draft in (draft for one in opened for draft in one.drafts):
            for column, target in _references(draft.table).items():
                if column in draft.values:
                    ids.setdefault(target, set()).update(_written(draft.values[column]))
            if draft.table == "organisations":
                for column, values in codes.items():
                    if column in draft.values:
                        values.add(draft.values[column])
        for target, wanted in ids.items():
            self._known.read_ids(target, wanted)
        for column, values in codes.items():
            self._known.read_holders(column, values)

    def _settle(self, one: _Open) -> None:
        """Put ids in place of what the records refer to, and name the records."""
        for draft in one.drafts:
            for column, target in _references(draft.table).items():
                if column in draft.values and target != draft.table:
                    self._refer(one, draft, column, target)
            self._name(one, draft)

    def _refer(self, one: _Open, draft: Draft, column: str, target: str) -> None:
        found: list[str] = []
        for written in _written(draft.values[column]):
            answer = find(self._known, target, written)
            if isinstance(answer, Text):
                one.fault(draft, column, answer)
                return
            found.append(answer)
        draft.values[column] = LIST_SEPARATOR.join(found)

    def _name(self, one: _Open, draft: Draft) -> None:
        for column, table in draft.owner.items():
            draft.values[column] = next(other.record_id for other in one.drafts if other.table == table)
        key = TABLES[draft.table].key
        given = draft.values.pop(key, None)
        draft.given = given is not None
        draft.record_id = given if given is not None else record_id(draft.table, draft.values)
        if draft.table == "organisations":
            self._identify(one, draft)

    def _identify(self, one: _Open, draft: Draft) -> None:
        """Let an organisation be the one record that holds its identifiers; a conflict is a fault, never a merge."""
        settled = draft.given
        for column in IDENTIFIERS:
            value = draft.values.get(column)
            holders = self._known.holders(column, value) if value is not None else set()
            if not holders or holders == {draft.record_id}:
                settled = settled or bool(holders)
                continue
            words = {"column": column, "value": value, "holders": ", ".join(sorted(holders))}
            if settled and draft.record_id not in holders:
                one.fault(draft, column, messages.OTHER_HOLDER.format(record=draft.record_id, **words))
            elif not settled and len(holders) > 1:
                one.fault(draft, column, messages.SEVERAL_HOLDERS.format(**words))
            elif not settled:
                draft.record_id, settled = next(iter(holders)), True

    def _read_states(self, opened: Iterable[_Open]) -> dict[tuple[str, str], State]:
        wanted: dict[str, set[str]] = {}
        for draft in (draft for one in opened for draft in one.drafts):
            wanted.setdefault(draft.table, set()).add(draft.record_id)
        states: dict[tuple[str, str], State] = {}
        for table, ids in wanted.items():
            self._known.read_ids(table, ids)
            found = self._known.states(table, ids)
            states.update(((table, known), found.get(known, ABSENT)) for known in ids)
        return states

    def _accept(
        self, one: _Open, states: Mapping[tuple[str, str], State], promised: frozenset[str] | None
    ) -> PlannedRow | None:
        """Return what becomes of a row; None where it waits for a later one."""
        planned = PlannedRow(one.row.sheet, one.row.line, faults=one.faults)
        accepted: list[_Accepted] = []
        for draft in one.drafts:
            if draft.table == "organisations" and not one.faults:
                self._identify(one, draft)  # an earlier row of these may hold the code by now
            for column, table in draft.owner.items():
                draft.values[column] = next(other.record_id for other in one.drafts if other.table == table)
            if not self._refer_to_own(one, draft, promised):
                self._waiting.append(one.row)
                return None
            if not one.faults:
                accepted.append(self._check(one, draft, states))
        if not one.faults:
            new = sum(self._take(one, each, planned) for each in accepted)
            planned.repeated = new == 0
            self.told.update(one.told)
        return planned

    def _refer_to_own(self, one: _Open, draft: Draft, promised: frozenset[str] | None) -> bool:
        """Settle references to the record's own table; False where the row must wait for a later one."""
        for column, target in _references(draft.table).items():
            if target != draft.table or column not in draft.values:
                continue
            written = draft.values[column]
            answer = written if promised and written in promised else find(self._known, target, written)
            if isinstance(answer, str):
                draft.values[column] = answer
            elif promised is None:
                return False
            else:
                one.fault(draft, column, answer)
        return True

    def _check(self, one: _Open, draft: Draft, states: Mapping[tuple[str, str], State]) -> _Accepted:
        """Return the record that a draft gives; what is wrong with it is noted with the row."""
        meant_id = draft.record_id
        state = self._state(one, draft, states)
        identity = (draft.table, draft.record_id)
        said = self._repeats.said(*identity)
        before = {**(state.values or {}), **(said.values if said else {})}
        self._assume(one, draft, before, is_new=not before)
        table = registry_table(draft.table)
        stored, findings = stored_values(table, draft.record_id, draft.values)
        values = {name: value for name, value in stored.items() if value is not None}
        if said:
            for name, text in contradictions(said, draft.record_id, values, one.row.sheet).items():
                one.fault(draft, name, text)
        touched = [name for name, value in values.items() if before.get(name) != value]
        if not findings and (touched or not before):
            looked_at = touched if before else [table.key, *touched]
            findings = check_record(table, draft.record_id, {table.key: draft.record_id, **before, **values}, looked_at)
        for found in findings:
            one.fault(draft, found.column, found.text)
        return _Accepted(draft, meant_id, values, state)

    def _state(self, one: _Open, draft: Draft, states: Mapping[tuple[str, str], State]) -> State:
        """Return how the record stands; what a row says of one merged away goes to the survivor, if it is new."""
        survivor = self._known.survivor(draft.table, draft.record_id)
        if survivor is not None:
            own = self._known.last_own_values(draft.table, draft.record_id)
            stored, _findings = stored_values(registry_table(draft.table), draft.record_id, draft.values)
            draft.values = {
                name: value
                for name, value in draft.values.items()
                if name not in stored or own.get(name) != stored[name]
            }
            draft.record_id = survivor
            one.told.append(messages.MERGED_AWAY)
        state = states.get((draft.table, draft.record_id))
        if state is None:
            state = self._known.states(draft.table, [draft.record_id]).get(draft.record_id, ABSENT)
        return state

    def _assume(self, one: _Open, draft: Draft, before: Mapping[str, Any], *, is_new: bool) -> None:
        """Fill what nobody gave: for any record the edition and accuracy its values need, for a new one the rest."""
        columns = registry_table(draft.table).columns
        for name, (value, needed_by, text) in self._usual.items():
            if name not in columns or name in draft.values or name in before:
                continue
            if (needed_by is None and is_new) or (needed_by is not None and needed_by in draft.values):
                draft.values[name] = value
                if text is not None:
                    one.told.append(text)
        for name, (value, text) in draft.assumed.items():
            if is_new and name not in draft.values:
                draft.values[name] = value
                one.told.append(text)

    def _take(self, one: _Open, each: _Accepted, planned: PlannedRow) -> bool:
        """Note a sound record, and the edit that makes it what the row says; return whether it says anything new."""
        draft, held = each.draft, each.state.values or {}
        said = self._repeats.said(draft.table, draft.record_id)
        fresh = {name: value for name, value in each.values.items() if not said or name not in said.values}
        if said is not None and not fresh:
            return False
        differing = {name: value for name, value in fresh.items() if held.get(name) != value}
        counts = self._report.tables.setdefault(draft.table, TableCounts())
        if not each.state.exists:
            counts.added += said is None
            self._note_new(draft, each.values)
        elif said is None:
            counts.changed += bool(differing)
            counts.unchanged += not differing
        if differing or (said is None and not each.state.exists):
            source = each.values.get("source", self._origin.source_id)
            origin = Origin(source, self._origin.at)
            planned.edits.append(Edit(draft.table, each.meant_id, differing, dict.fromkeys(differing, origin)))
            if each.state.exists:
                self._note_changes(one.row, draft, held, differing)
        self._repeats.note(draft.table, draft.record_id, fresh, one.row.sheet, one.row.line)
        self._known.bring(draft.table, draft.record_id, each.values)
        return True

    def _note_new(self, draft: Draft, values: Mapping[str, Any]) -> None:
        """Keep what tells a new organisation from others; what it does not say of its place, its facility says."""
        new = self._report.new_organisations
        if draft.table == "organisations" and len(new) <= MOST_COMPARED:
            new[draft.record_id] = {**new.get(draft.record_id, {}), **values}
        elif draft.table == "facilities" and values["organisation_id"] in new:
            place = {name: values[name] for name in ("address", "park_id", "lat", "lon") if name in values}
            new[values["organisation_id"]] = {**place, **new[values["organisation_id"]]}

    def _note_changes(
        self, row: ParsedRow, draft: Draft, held: Mapping[str, Any], differing: Mapping[str, Any]
    ) -> None:
        report = self._report
        for name, value in differing.items():
            report.change_count += 1
            if len(report.changes) < MOST_CHANGES_KEPT:
                change = FieldChange(draft.table, draft.record_id, name, held.get(name), value, row.sheet, row.line)
                report.changes.append(change)


def _usual_values(options: ImportOptions, origin: Origin) -> dict[str, tuple[Any, str | None, Text | None]]:
    """Return by column the value that is taken where nobody gave one, the column that needs it, and what to tell."""
    usual: dict[str, tuple[Any, str | None, Text | None]] = {
        "source": (origin.source_id, None, None),
        "synthetic": (options.synthetic, None, None),
        "confidence": (options.confidence, None, messages.CONFIDENCE_ASSUMED.format(value=options.confidence)),
        "vsic_version": (
            options.vsic_version,
            "vsic_code",
            messages.EDITION_ASSUMED.format(value=options.vsic_version),
        ),
        "position_accuracy_m": (
            options.position_accuracy_m,
            "lat",
            messages.ACCURACY_ASSUMED.format(value=f"{options.position_accuracy_m:g}"),
        ),
    }
    if options.visibility is not None:
        usual["visibility"] = (options.visibility, None, None)
    return usual


@cache
def _references(table: str) -> Mapping[str, str]:
    """Return the table that each referring column of a table refers to; columns of several tables are left out."""
    return {
        column.name: column.references[0].split(".")[0]
        for column in TABLES[table].columns
        if len(column.references) == 1
    }


def _written(value: str) -> list[str]:
    return [part.strip() for part in value.split(LIST_SEPARATOR) if part.strip()]


def _promise(row: ParsedRow) -> str:
    given = row.values.get("organisation_id")
    return str(given) if given is not None else record_id("organisations", row.values)


def _own_references(row: ParsedRow) -> list[str]:
    return [row.values[name] for name in ("parent_id", "group_id") if name in row.values]
