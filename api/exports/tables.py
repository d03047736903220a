"""Result tables as CSV files (one a table) and as one XLSX workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from api.labels import COLUMN_LABELS
from supplychain.text import Text

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

SHEET_NAME_LENGTH: Final = 31
WIDEST_COLUMN: Final = 48


def write_csv_tables(folder: Path, tables: Mapping[str, pd.DataFrame]) -> tuple[Path, ...]:
    """Write each table to ``folder/<name>.csv`` in UTF-8 and return the paths.

    Numbers are written with the digits that restore them exactly; an empty cell is a missing value.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, frame in tables.items():
        path = folder / f"{name}.csv"
        frame.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
        paths.append(path)
    return tuple(paths)


def write_workbook(
    path: Path,
    tables: Mapping[str, pd.DataFrame],
    beside: Mapping[str, pd.DataFrame] | None = None,
    labels: Mapping[str, Text] = COLUMN_LABELS,
) -> None:
    """Write all tables to one workbook, a sheet each, and a last sheet that explains the columns.

    Text stays text: a cell that begins with ``=`` is never written as a formula.

    Parameters
    ----------
    path
        File to make.
    tables
        Table by name.
    beside
        Tables written as CSV only, whose columns are explained as well.
    labels
        What columns are called; one without a label is explained by its name.
    """
    workbook = Workbook(write_only=True)
    for name, frame in tables.items():
        _write_sheet(workbook.create_sheet(name[:SHEET_NAME_LENGTH]), frame)
    _write_columns_sheet(workbook.create_sheet("columns"), {**tables, **(beside or {})}, labels)
    path.parent.mkdir(parents=True, exist_ok=True)
    workbook.save(path)


def _write_sheet(sheet: WriteOnlyWorksheet, frame: pd.DataFrame) -> None:
    sheet.freeze_panes = "A2"
    for position, column in enumerate(frame.columns, start=1):
        longest = max([len(str(column)), *(len(str(value)) for value in frame[column].head(50))])
        width = min(longest + 2, WIDEST_COLUMN)
        sheet.column_dimensions[get_column_letter(position)].width = width  # type: ignore[attr-defined] # not in the stubs
    sheet.append(list(_cells(sheet, [str(column) for column in frame.columns], bold=True)))
    plain = frame.astype(object).where(frame.notna(), None)
    for row in plain.itertuples(index=False, name=None):
        sheet.append(list(_cells(sheet, row)))


def _cells(sheet: WriteOnlyWorksheet, values: object, *, bold: bool = False) -> Iterator[object]:
    for value in values:  # type: ignore[attr-defined]
        if not bold and not isinstance(value, str):
            yield value
            continue
        cell = WriteOnlyCell(sheet, value=value)
        cell.data_type = "s"
        if bold:
            cell.font = Font(bold=True)
        yield cell


def _write_columns_sheet(
    sheet: WriteOnlyWorksheet, tables: Mapping[str, pd.DataFrame], labels: Mapping[str, Text]
) -> None:
    sheet.append(list(_cells(sheet, ["table", "column", "tiếng Việt", "English"], bold=True)))
    for name, frame in tables.items():
        for column in frame.columns:
            label = labels.get(str(column))
            texts = ["", ""] if label is None else [label.vi, label.en]
            sheet.append(list(_cells(sheet, [name, str(column), *texts])))
