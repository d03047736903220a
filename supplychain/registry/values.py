"""What goes into the registry and what comes out of it: records, edits, changes, and where a value comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal

from supplychain.errors import HinterlandError
from supplychain.text import Text

REGISTRY_TABLES: Final[tuple[str, ...]] = (
    "sources",
    "organisations",
    "parks",
    "plots",
    "terminals",
    "facilities",
    "articles",
    "offers",
    "offer_months",
    "needs",
    "certificates",
    "supply_relations",
    "partnerships",
)
"""Tables that are written through changes alone; a table stands after those most of its references go to."""

ChangeKind = Literal["load", "import", "edit", "merge", "split", "undo", "erase"]

Operation = Literal["added", "changed", "removed"]

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class RegistryError(HinterlandError):
    """What was asked of the registry cannot be done; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from.

    Parameters
    ----------
    source_id
        Row of ``sources``; its licence and publisher are those of the value.
    at
        When the registry took the value over, ISO 8601 UTC; empty where nobody recorded it.
    """

    source_id: str
    at: str


@dataclass(frozen=True, slots=True)
class Record:
    """One record at one time.

    Parameters
    ----------
    table
        One of ``REGISTRY_TABLES``.
    record_id
        Its id.
    values
        Every declared column: text, float, int, bool, ``datetime.date``, or None where empty; a position is ``lat``
        and ``lon`` in degrees WGS 84.
    origins
        Where each value comes from, by column; columns that never had a value are left out.
    number
        Number of the change that last touched it; 0 where no change has recorded it.
    """

    table: str
    record_id: str
    values: Mapping[str, Any]
    origins: Mapping[str, Origin] = field(default_factory=dict)
    number: int = 0


@dataclass(frozen=True, slots=True)
class Edit:
    """What one change says of one record.

    Parameters
    ----------
    table
        One of ``REGISTRY_TABLES``.
    record_id
        Its id: a record that is not there is added.
    values
        New values by declared column name. A column that is not named stays as it was, None empties it; dates may be
        ``datetime.date`` or ISO text. None in place of all values removes the record.
    origins
        Where values come from, by column; the others come from the source of the change, now.
    """

    table: str
    record_id: str
    values: Mapping[str, Any] | None
    origins: Mapping[str, Origin] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True)
class Change:
    """What came of a change.

    Parameters
    ----------
    number
        Its number; None where nothing changed, and then no change was recorded.
    added, changed, removed
        Records.
    unchanged
        Edits that said what the registry held already.
    notes
        What else must be told: values of others that were overwritten, edits of merged ids, ties that fell away.
    """

    number: int | None
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A change that was begun and neither committed nor abandoned.

    Parameters
    ----------
    change_id
        For ``stage_edits``, ``commit_change`` and ``abandon_change``.
    kind, author, source_id, note, file_name, file_sha256
        As it was begun.
    started_at
        ISO 8601 UTC.
    chunks
        Chunks staged so far.
    marker
        What ``stage_edits`` was last told; empty before the first chunk.
    """

    change_id: int
    kind: str
    author: str
    source_id: str
    note: str
    file_name: str | None
    file_sha256: str | None
    started_at: str
    chunks: int
    marker: str


@dataclass(frozen=True, slots=True)
class Revision:
    """A record after one change.

    Parameters
    ----------
    number, kind, author, source_id, note, at
        The change; ``at`` is when it was committed, ISO 8601 UTC.
    operation
        ``added``, ``changed`` or ``removed``.
    touched
        Columns the change gave another value.
    record
        The record after the change; None where it was removed.
    merged_into
        Id of the record it was merged into, where that is why it was removed.
    """

    number: int
    kind: str
    author: str
    source_id: str
    note: str
    at: str
    operation: Operation
    touched: tuple[str, ...]
    record: Record | None
    merged_into: str | None


@dataclass(frozen=True, slots=True)
class ChangedRecord:
    """One line of the change log."""

    number: int
    table: str
    record_id: str
    operation: Operation


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A change as the list of changes tells it.

    Parameters
    ----------
    number, kind, author, source_id, note, file_name
        The change.
    at
        When it was committed, ISO 8601 UTC.
    undoes
        Number of the change it took back, if any.
    added, changed, removed, unchanged
        Records.
    """

    number: int
    kind: str
    author: str
    source_id: str
    note: str
    file_name: str | None
    at: str
    undoes: int | None
    added: int
    changed: int
    removed: int
    unchanged: int
