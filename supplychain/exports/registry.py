"""The registry as files: every table a viewer may see, as it is now or was, ready to be imported again."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, and_, not_, select

from supplychain.declaration import TableDeclaration
from supplychain.exports.formats import WRITERS, write_tables
from supplychain.exports.writing import refuse_existing
from supplychain.registry.history import read_table
from supplychain.registry.tables import registry_table
from supplychain.registry.values import REGISTRY_TABLES
from supplychain.registry.visibility import Viewer, is_shown, sees

TELL_EVERY: Final = 5_000

Progress = Callable[[str, int], None]
"""Told the table and the records written of it so far."""


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What is exported, and to what.

    Parameters
    ----------
    file_format
        Name of the format, one of ``supplychain.exports.formats.WRITERS``.
    viewer
        Who looks; by default anybody, who sees public records without what is personal.
    as_of
        Number of a change or a time; None for now.
    synthetic
        Whether made-up records are exported too.
    tables
        The tables; all by default.
    """

    file_format: str
    viewer: Viewer = field(default_factory=Viewer.public)
    as_of: int | datetime | None = None
    synthetic: bool = False
    tables: tuple[str, ...] = REGISTRY_TABLES

    def __post_init__(self) -> None:
        unknown = [name for name in self.tables if name not in REGISTRY_TABLES]
        if unknown:
            msg = f"the registry has no table {', '.join(unknown)}."
            raise ValueError(msg)
        if self.file_format not in WRITERS:
            msg = f"there is no format {self.file_format}; there are {', '.join(WRITERS)}."
            raise ValueError(msg)


def export_registry(
    connection: Connection, out: Path, options: ExportOptions, progress: Progress = lambda _table, _rows: None
) -> dict[str, int]:
    """Write the registry to a file (xlsx, ods, gpkg) or a folder (csv, parquet, geojson), and return records by table.

    Everything comes from one state of the database. Whoever is not the operator gets the sources of the records shown
    alone, and an empty cell where a record refers to one that is not shown.

    Parameters
    ----------
    connection
        Open connection; it only reads.
    out
        File or folder; it must not be there, or be an empty folder.
    options
        What to export.
    progress
        Told how far it is.

    Raises
    ------
    FileThereError
        If ``out`` is there.
    SheetLimitError
        If a spreadsheet cannot hold a record.
    """
    refuse_existing(out)
    export = _Export(connection, options, progress)
    # Sources come last: which of them are shown follows from the records.
    names = tuple(sorted(options.tables, key=lambda name: (name == "sources", REGISTRY_TABLES.index(name))))
    with ExitStack() as stack:  # a reader that stops half-way is closed before its connection is

        def opened(name: str) -> Generator[Mapping[str, Any]]:
            return stack.enter_context(closing(export.rows(name)))

        write_tables(out, options.file_format, ((_declared(name), opened(name)) for name in names), names)
    return export.counts


def _declared(name: str) -> TableDeclaration:
    return registry_table(name).declaration


class _Export:
    """The rows of one export, counted as they go by."""

    def __init__(self, connection: Connection, options: ExportOptions, progress: Progress) -> None:
        self._connection, self._options, self._progress = connection, options, progress
        self._named_sources: set[str] = set()
        self._ids: dict[str, frozenset[str]] = {}
        self.counts: dict[str, int] = {}

    def rows(self, name: str) -> Generator[Mapping[str, Any]]:
        """Yield the values of a table's records in the order of their ids."""
        options = self._options
        is_operator = options.viewer.kind == "everything"
        self.counts[name] = 0
        records = read_table(
            self._connection, name, as_of=options.as_of, viewer=options.viewer, synthetic=options.synthetic
        )
        for record in records:
            if name == "sources" and not is_operator and record.record_id not in self._named_sources:
                continue
            values = record.values
            if not is_operator:
                values = self._without_hidden(name, values)
                self._named_sources.add(str(values.get("source")))
            self.counts[name] += 1
            if self.counts[name] % TELL_EVERY == 0:
                self._progress(name, self.counts[name])
            yield values
        self._progress(name, self.counts[name])

    def _without_hidden(self, name: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return values without the ids of records that are not shown: an id may be a tax code."""
        left_out = [
            column
            for column, (target, _key) in registry_table(name).references.items()
            if target in REGISTRY_TABLES and values.get(column) is not None and self._is_hidden(target, values[column])
        ]
        return {**values, **dict.fromkeys(left_out)} if left_out else values

    def _is_hidden(self, name: str, record_id: str) -> bool:
        """Tell whether a record is not shown; one of the past that is gone now may have been hidden then."""
        if self._options.as_of is None:
            return record_id in self._ids_of(name, shown=False)
        return record_id not in self._ids_of(name, shown=True)

    def _ids_of(self, name: str, *, shown: bool) -> frozenset[str]:
        if name not in self._ids:
            table = registry_table(name)
            is_seen = and_(sees(name, self._options.viewer), is_shown(name, synthetic=self._options.synthetic))
            query = select(table.id_column).where(is_seen if shown else not_(is_seen))
            self._ids[name] = frozenset(self._connection.scalars(query))
        return self._ids[name]
