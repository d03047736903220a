"""Files of tables, read as streams of rows: CSV, XLSX, ODS, XLS, Parquet, GeoPackage, GeoJSON."""

from __future__ import annotations

from supplychain.intake.files.open import open_table_file
from supplychain.intake.files.values import (
    EMPTY,
    Cell,
    Column,
    FileError,
    FileFinding,
    RawRow,
    ReadOptions,
    Sheet,
    TableFile,
)

__all__ = [
    "EMPTY",
    "Cell",
    "Column",
    "FileError",
    "FileFinding",
    "RawRow",
    "ReadOptions",
    "Sheet",
    "TableFile",
    "open_table_file",
]
