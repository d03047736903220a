"""Records written on somebody's behalf, in a transaction that has the turn: checked before and after, as one change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, literal, select, union_all

from api.registry.record_rules import DECLARED, ENTERED, KEPT_FOR_STEWARDS, Wanted, refuse_given_away, refuse_not_yours
from supplychain.models.registry import REDIRECTS
from supplychain.registry.changes import apply_edits
from supplychain.registry.origins import present_sources
from supplychain.registry.tables import registry_table
from supplychain.registry.values import Change, Edit
from supplychain.registry.visibility import Viewer
from supplychain.text import Text

SOURCES: Final[Mapping[str, Mapping[str, Any]]] = {
    DECLARED: {
        "title": "Doanh nghiệp tự khai · Declared by firms themselves",
        "kind": "company",
        "reference": "Hinterland /api/v1",
    },
    ENTERED: {
        "title": "Quản lý dữ liệu nhập tay · Entered by data stewards",
        "kind": "official",
        "reference": "Hinterland /api/v1",
    },
}
"""Sources that are there from the first record that names them."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes, and what they say of it.

    Parameters
    ----------
    name, viewer
        As history names them, and what is theirs.
    source_id
        Where the values come from; empty for what they are themselves.
    note
        Why.
    """

    name: str
    viewer: Viewer
    source_id: str = ""
    note: str = ""

    @property
    def source(self) -> str:
        """Row of ``sources`` that new values come from."""
        return self.source_id or (ENTERED if self.viewer.kind == "everything" else DECLARED)


def is_taken(connection: Connection, table: str, record_id: str) -> bool:
    """Return whether an id stands for a record, now or by a merge."""
    there = select(literal(1)).where(registry_table(table).id_column == record_id)
    merged = select(literal(1)).where(REDIRECTS.c.table_name == table, REDIRECTS.c.record_id == record_id)
    return connection.execute(union_all(there, merged)).first() is not None


def filled(one: Wanted, author: Author) -> Wanted:
    """Return a whole record with what the service fills in: its source, and that it is real."""
    if one.values is None:
        return one
    columns = registry_table(one.table).columns
    usual: dict[str, Any] = {"source": author.source, "synthetic": False}
    if one.before is not None:
        # Beside what no record may be without, an organisation keeps what only stewards say.
        names = usual if author.viewer.kind == "everything" else (*usual, *KEPT_FOR_STEWARDS)
        usual = {name: one.before.values.get(name) for name in names}
    given = {name: value for name, value in usual.items() if name in columns and one.values.get(name) is None}
    return replace(one, values={**one.values, **given})


def write_records(connection: Connection, some: Sequence[Wanted], author: Author, what: Mapping[str, Text]) -> Change:
    """Write records as one change inside the caller's transaction, which has the turn.

    Parameters
    ----------
    connection
        The transaction.
    some
        The records, read in the same transaction.
    author
        Who writes them.
    what
        What a record is called, by table.

    Raises
    ------
    ServiceError, FindingsError, RegistryError
        If anything of it may not be, or cannot be, written; the transaction is to be rolled back.
    """
    refuse_not_yours(connection, author.viewer, some, what)
    edits = [Edit(one.table, one.record_id, one.values) for one in some]
    written = {one.record_id for one in some if one.table == "sources"}
    needed = {author.source, *(str(one.values.get("source")) for one in some if one.values)} - written
    known = present_sources(connection, needed)
    missing = (needed & SOURCES.keys()) - known
    own = [Edit("sources", source_id, SOURCES[source_id]) for source_id in sorted(missing)]
    described = {"kind": "edit", "author": author.name, "source_id": author.source, "note": author.note}
    change = apply_edits(connection, [*own, *edits], described, known_sources=known)
    refuse_given_away(connection, author.viewer, some, what)
    return change
