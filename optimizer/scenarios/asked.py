"""What a verb asks of the tables: its rows found, and its changes to tables and demand made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from optimizer.scenarios.changes import NO_COLUMN, NO_MATCH, Working, rows_where
from optimizer.scenarios.document import ScenarioFindings
from optimizer.scenarios.nearest import nearest
from optimizer.scenarios.scenario import AddedRow, Change, Value
from optimizer.scenarios.stated import Selection, StatedChange
from optimizer.scenarios.verb import Subject
from supplychain.demand.changes import DemandChange
from supplychain.text import Text

if TYPE_CHECKING:
    from supplychain.pack import Pack

Operation = Change | AddedRow | DemandChange

UNKNOWN: Final = Text(en="there is no {what} {row!r}{hint}.", vi="không có {what} {row!r}{hint}.")
NEEDS_REGION: Final = Text(
    en="can only be worked out on a region: load one with hinterland load.",
    vi="chỉ tính được trên một vùng: hãy nạp vùng bằng hinterland load.",
)
NAMES: Final = ("name_vi", "name_en", "name", "road")
SUBJECT_WORDS: Final[Mapping[str, Text]] = {
    "links": Text(en="link", vi="đoạn tuyến"),
    "terminals": Text(en="terminal", vi="đầu mối"),
    "services": Text(en="service", vi="dịch vụ"),
    "places": Text(en="park or zone", vi="khu hoặc phân khu"),
    "commodities": Text(en="commodity", vi="mặt hàng"),
    "markets": Text(en="market", vi="thị trường"),
    "vehicles": Text(en="vehicle type", vi="loại phương tiện"),
    "costs": Text(en="cost row", vi="dòng chi phí"),
    "transshipments": Text(en="handling row", vi="dòng bốc xếp"),
    "nodes": Text(en="junction", vi="nút"),
    "sources": Text(en="source", vi="nguồn"),
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the verbs are said in the tables of one kind of problem: a region pack, or a folder of CSV files.

    Parameters
    ----------
    subjects
        Tables in which the ids of each subject stand, or the words it may be (``directions``, ``forms``).
    words
        Words a subject may be, where these stand in no table.
    verbs
        What each verb does: from what is asked to changes of tables and demand. A verb it lacks is refused.
    title
        What such a problem is called.
    """

    subjects: Mapping[Subject, tuple[str, ...]]
    words: Mapping[Subject, tuple[str, ...]]
    verbs: Mapping[str, Callable[[Asked], Iterable[Operation]]]
    title: Text


@dataclass(frozen=True, slots=True)
class Asked:
    """One change of a file, to be said in tables.

    Parameters
    ----------
    change
        The change.
    file
        File it stands in.
    tables
        The tables as the file finds them, with its changes so far.
    pack
        The region, for its prices, years and assumptions (of the tables as loaded); None for a folder.
    dialect
        How verbs are said.
    findings
        Where findings go.
    day
        The day planned.
    """

    change: StatedChange
    file: str
    tables: Working
    pack: Pack | None
    dialect: Dialect
    findings: ScenarioFindings
    day: date | None

    def has(self, name: str) -> bool:
        """Return whether a field is given."""
        return self.change.fields.get(name) is not None

    def value(self, name: str) -> Any:  # noqa: ANN401 - by the field's kind
        """Return a field; None where it is not given."""
        return self.change.fields.get(name)

    def refuse(self, name: str | None, text: Text) -> None:
        """Collect a finding about a field, or about the whole change."""
        place = self.change.place if name is None else self.change.place_of(name)
        self.findings.add(place, name, text)

    def subject(self) -> Subject | None:
        """Return what the change is about; None where it names nothing."""
        return next(iter(self.change.selections), None)

    def rows(self, subject: Subject) -> dict[str, tuple[str, ...]]:
        """Return the ids meant in each table of a subject; unknown ones are findings with the nearest known."""
        selection = self.change.selections.get(subject)
        if selection is None:
            return {}
        tables = self.dialect.subjects.get(subject, ())
        if not self.tables.declarations:  # no region is at hand: ids are taken as they are
            if selection.where:
                self.refuse(subject, NEEDS_REGION)
            return {"": selection.ids}
        if selection.ids:
            return self._named(subject, tables, selection.ids)
        before = len(self.findings.findings)
        found = {table: self._picked(subject, table, selection) for table in tables}
        found = {table: ids for table, ids in found.items() if ids}
        if not found and len(self.findings.findings) == before:
            self.refuse(subject, NO_MATCH)
        return found

    def ids(self, subject: Subject) -> tuple[str, ...]:
        """Return the ids meant, of all tables of a subject together; empty where the subject is not named."""
        if subject in self.dialect.words and subject in self.change.selections:
            return self._word_list(subject)
        return tuple(row for rows in self.rows(subject).values() for row in rows)

    def frame(self, table: str, ids: Sequence[str]) -> pd.DataFrame:
        """Return the rows of a table with these ids, by id and in their order."""
        key = self.tables.key(table)
        return self.tables.table(table).set_index(key, drop=False).loc[list(ids)]

    def known(self, name: str, table: str, row: str) -> bool:
        """Return whether a field names a row of a table; if not, a finding is collected."""
        if not self.tables.declarations:
            return True
        tables = self.dialect.subjects.get("places", ()) if table == "places" else (table,)
        ids = {key: label for one in tables for key, label in self.names(one).items()}
        if row in ids:
            return True
        what = SUBJECT_WORDS.get(table, Text(en=table, vi=table))
        self.refuse(name, UNKNOWN.format(what=what, row=row, hint=nearest(row, ids)))
        return False

    def names(self, table: str) -> dict[str, str]:
        """Return the ids of a table with their names, one a line."""
        frame = self.tables.table(table)
        named = frame[[name for name in NAMES if name in frame.columns]].fillna("").astype(str)
        labels = ["\n".join(cells) for cells in named.itertuples(index=False, name=None)]
        return dict(zip(frame[self.tables.key(table)].tolist(), labels, strict=True))

    def set(self, table: str, ids: Iterable[str], **values: Value) -> list[Operation]:
        """Return a change that sets columns of rows; none for no rows."""
        return self.alter(table, ids, set_values=tuple(values.items()))

    def scale(self, table: str, ids: Iterable[str], **factors: float) -> list[Operation]:
        """Return a change that multiplies columns of rows; none for no rows."""
        return self.alter(table, ids, scale=tuple(factors.items()))

    def alter(
        self,
        table: str,
        ids: Iterable[str],
        *,
        set_values: tuple[tuple[str, Value], ...] = (),
        scale: tuple[tuple[str, float], ...] = (),
    ) -> list[Operation]:
        """Return a change that sets or multiplies columns of rows; none for no rows."""
        rows = tuple(ids)
        if not rows or not (set_values or scale):
            return []
        line, character = self.change.place
        return [Change(table, rows, (), set_values, scale, self.change.reason, line, character, self.file)]

    def add(self, table: str, values: Mapping[str, Value]) -> AddedRow:
        """Return a new row."""
        line, character = self.change.place
        given = tuple((column, value) for column, value in values.items() if value is not None)
        return AddedRow(table, given, self.change.reason, line, character, self.file)

    def _named(self, subject: Subject, tables: Sequence[str], ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        names = {table: self.names(table) for table in tables}
        every = {key: label for known in names.values() for key, label in known.items()}
        for position, row in enumerate(ids):
            if row not in every:
                place = self.change.places.get(f"{subject}.{position}") or self.change.place_of(subject)
                text = UNKNOWN.format(what=SUBJECT_WORDS[subject], row=row, hint=nearest(row, every))
                self.findings.add(place, subject, text)
        found = {table: tuple(row for row in ids if row in known) for table, known in names.items()}
        return {table: rows for table, rows in found.items() if rows}

    def _picked(self, subject: Subject, table: str, selection: Selection) -> tuple[str, ...]:
        frame = self.tables.table(table)
        known = dict.fromkeys(frame.columns, "")
        strange = [column for column, _values in selection.where if column not in known]
        for column in strange:
            name = f"{subject}.{column}"
            text = NO_COLUMN.format(table=table, column=column, hint=nearest(column, known))
            self.findings.add(self.change.places.get(name) or self.change.place_of(f"where.{column}"), column, text)
        if strange:
            return ()
        return tuple(frame.loc[rows_where(frame, selection.where), self.tables.key(table)])

    def _word_list(self, subject: Subject) -> tuple[str, ...]:
        known = self.dialect.words[subject]
        ids = self.change.selections[subject].ids
        for position, word in enumerate(ids):
            if word not in known:
                place = self.change.places.get(f"{subject}.{position}") or self.change.place_of(subject)
                text = UNKNOWN.format(what=subject, row=word, hint=nearest(word, dict.fromkeys(known, "")))
                self.findings.add(place, subject, text)
        return ids
