"""The tables of a folder written as the CSV files they are read from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from optimizer.folder.columns import TABLES

if TYPE_CHECKING:
    from pathlib import Path

    from optimizer.folder.declaration import FlowTable
    from optimizer.folder.tables import FlowSettings, FlowTables


def write_folder(tables: FlowTables, folder: Path) -> None:
    """Write the tables so that reading them gives the same; tables without rows that need not be there are left out.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in TABLES.items():
        frame = _settings(tables.settings) if name == "settings" else _cells(tables.tables[name], table)
        if table.required or len(frame):
            frame.to_csv(folder / table.file, index=False, lineterminator="\n", encoding="utf-8")


def _settings(settings: FlowSettings) -> pd.DataFrame:
    values = {
        "currency": settings.currency,
        "price_year": "" if settings.price_year is None else settings.price_year,
        "carbon_price_per_t": repr(settings.carbon_price_per_t),
        "periods_repeat": "yes" if settings.periods_repeat else "no",
    }
    return pd.DataFrame({"key": list(values), "value": list(values.values())})


def _cells(frame: pd.DataFrame, table: FlowTable) -> pd.DataFrame:
    """Return a table as text: lists with ``;`` between their words, yes and no as words."""
    written = {}
    for column in table.columns:
        values = frame[column.name]
        if column.kind == "list":
            values = values.map(";".join)
        elif column.kind == "boolean":
            values = values.map({True: "yes", False: "no"})
        written[column.name] = values
    return pd.DataFrame(written)
