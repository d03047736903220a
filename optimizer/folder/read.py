"""A folder of CSV files as tables: every file read, everything wrong told at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from optimizer.folder import messages
from optimizer.folder.cells import shown
from optimizer.folder.check_freight import check_freight
from optimizer.folder.check_network import check_network
from optimizer.folder.columns import TABLES
from optimizer.folder.files import hint, read_cells
from optimizer.folder.findings import FolderError, FolderFindings
from optimizer.folder.settings import read_settings
from optimizer.folder.tables import FlowSettings, FlowTables, TableReading, build_table, freeze, no_rows
from supplychain.errors import Finding
from supplychain.pack import messages as pack_messages
from supplychain.text import Text

__all__ = ["FlowSettings", "FlowTables", "FolderError", "read_folder"]

_FILES: Final = tuple(table.file for table in TABLES.values())
_MOST_NAMES_COMPARED: Final = 2_000
_TABLE_SUFFIXES: Final = (".csv", ".tsv", ".xls", ".xlsx", ".ods")


def read_folder(path: Path | str) -> FlowTables:
    """Return the tables of a folder, checked.

    Parameters
    ----------
    path
        Folder with ``nodes.csv``, ``modes.csv``, ``links.csv``, ``classes.csv``, ``demands.csv`` and any of the
        other files of :data:`optimizer.folder.columns.TABLES`.

    Raises
    ------
    FolderError
        With everything found wrong in all files, each with its file, row and column; of each column the first 100.
    """
    folder = Path(path)
    if not folder.is_dir():
        text = messages.NO_FOLDER.format(folder=folder)
        raise FolderError(messages.SUMMARY.format(count=1, folder=folder), [Finding(str(folder), None, None, text)])
    findings = FolderFindings()
    try:
        _check_files(folder, findings)
    except OSError as error:
        text = pack_messages.UNREADABLE.format(reason=error.strerror or error)
        raise FolderError(
            messages.SUMMARY.format(count=1, folder=folder), [Finding(str(folder), None, None, text)]
        ) from error
    readings: dict[str, TableReading] = {}
    for name, table in TABLES.items():
        file = folder / table.file
        if file.exists():
            cells = read_cells(file, table, findings)
            if cells is None:
                readings[name] = no_rows(table, findings, is_read=False)
            else:
                readings[name] = build_table(table, cells, findings)
                if table.required and readings[name].frame.empty:
                    findings.notes.add(table.file, None, None, messages.NO_ROWS)
        else:
            readings[name] = no_rows(table, findings, is_read=not table.required)
    settings = read_settings(readings["settings"], findings)
    _check_references(readings)
    check_network(readings)
    check_freight(readings, settings)
    findings.raise_if_any(folder, _FILES)
    return FlowTables(settings, freeze(readings), findings.notes.all(_FILES))


def _check_files(folder: Path, findings: FolderFindings) -> None:
    """Tell files that are missing, and files that no table is read from."""
    names = sorted(path.name for path in folder.iterdir())
    absent = [file for file in _FILES if file not in names]
    strange = [name for name in names if name not in _FILES and name.casefold().endswith(_TABLE_SUFFIXES)]
    for name in strange:
        near = hint(name, absent)
        if near.en:
            text = messages.MISSPELT_FILE.format(hint=near)
            findings.errors.add(shown(name), None, None, text)
        else:
            findings.notes.add(shown(name), None, None, messages.UNKNOWN_FILE)
    for table in TABLES.values():
        if table.required and table.file in absent:
            near = hint(table.file, strange)
            findings.errors.add(table.file, None, None, messages.MISSING_FILE.format(hint=near))


def _check_references(readings: Mapping[str, TableReading]) -> None:
    """Tell every name that stands in no row of the table it refers to."""
    for reading in readings.values():
        for column in reading.table.columns:
            if not column.references or reading.frame.empty:
                continue
            targets = [target.split(".") for target in column.references]
            if not all(readings[table].is_read for table, _key in targets):
                continue
            known = dict.fromkeys(one for table, key in targets for one in readings[table].frame[key])
            files = ", ".join(readings[table].table.file for table, _key in targets)
            if column.kind == "list":
                _check_lists(reading, column.name, known, files)
            else:
                words = reading.words(column.name)
                unknown = ~reading.is_any(column.name, [*known, ""])

                def sentence(
                    position: int, words: np.ndarray = words, known: dict[str, None] = known, files: str = files
                ) -> Text:
                    return _unknown(words[position], known, files)

                reading.rows.tell(column.name, unknown, sentence)


def _check_lists(reading: TableReading, column: str, known: dict[str, None], files: str) -> None:
    lists, codes = reading.lists[column]
    wrong = {
        code: next(part for part in parts if part not in known)
        for code, parts in enumerate(lists)
        if not all(part in known for part in parts)
    }
    bad = np.zeros(len(lists), np.bool_)
    bad[list(wrong)] = True
    reading.rows.tell(column, bad[codes], lambda position: _unknown(wrong[int(codes[position])], known, files))


def _unknown(value: str, known: dict[str, None], files: str) -> Text:
    near = hint(value, list(known)) if len(known) <= _MOST_NAMES_COMPARED else Text(en="", vi="")
    return pack_messages.UNKNOWN_ID.format(value=shown(value), targets=files, hint=near)
