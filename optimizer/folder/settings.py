"""The settings of a folder from their rows."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from optimizer.folder import messages
from optimizer.folder.cells import NumberCells, check_number, shown, yes_no
from optimizer.folder.declaration import number
from optimizer.folder.files import hint
from optimizer.folder.findings import FolderFindings, RowFindings
from optimizer.folder.tables import FlowSettings, TableReading
from supplychain.pack import messages as pack_messages
from supplychain.text import Text

KEYS: Final = ("currency", "price_year", "carbon_price_per_t", "periods_repeat")

_CARBON_PRICE: Final = number("value", "money/t CO2e", 1e10, Text("Carbon price", "Giá carbon"))
_CURRENCY: Final = re.compile(r"(?=.{1,20}$)[^\W\d_]+( [^\W\d_]+)*")
_FIRST_YEAR: Final = 1850
_LAST_YEAR: Final = 2200


def read_settings(reading: TableReading, findings: FolderFindings) -> FlowSettings:
    """Return the settings that a table of keys and values gives; what is left out or faulty has its default."""
    given = dict(zip(reading.words("key"), zip(reading.words("value"), reading.rows.rows, strict=True), strict=True))
    default = FlowSettings()
    file = reading.table.file
    for key, (_value, row) in given.items():
        if key and key not in KEYS:
            near = hint(key, KEYS)
            text = messages.UNKNOWN_SETTING.format(value=shown(key), choices=", ".join(KEYS), hint=near)
            findings.errors.add(file, int(row), "key", text)

    def value_of(key: str) -> tuple[str, int]:
        value, row = given.get(key, ("", 0))
        return str(value), int(row)

    currency, row = value_of("currency")
    if currency and not _CURRENCY.fullmatch(currency):
        findings.errors.add(file, row, "value", messages.BAD_CURRENCY.format(value=shown(currency)))
    year, row = value_of("price_year")
    is_year = bool(re.fullmatch("[0-9]{4}", year)) and _FIRST_YEAR <= int(year) <= _LAST_YEAR
    if year and not is_year:
        findings.errors.add(file, row, "value", messages.BAD_YEAR.format(value=shown(year)))
    repeat, row = value_of("periods_repeat")
    if repeat and yes_no(repeat, default=None) is None:
        findings.errors.add(file, row, "value", pack_messages.NOT_YES_NO.format(value=shown(repeat)))
    price, row = value_of("carbon_price_per_t")
    return FlowSettings(
        currency=currency or default.currency,
        price_year=int(year) if is_year else None,
        carbon_price_per_t=_carbon_price(price, row, findings, file),
        periods_repeat=bool(yes_no(repeat, default=default.periods_repeat)),
    )


def _carbon_price(cell: str, row: int, findings: FolderFindings, file: str) -> float:
    cells = NumberCells(0.0)
    cells.add([cell])
    check_number(_CARBON_PRICE, cells, RowFindings(findings, file, np.array([row]), np.zeros(1, np.bool_)))
    return float(cells.values()[0])
