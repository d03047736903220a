"""What a mapping says: per sheet the table its rows are, per column the field its cells are, and what is constant."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from supplychain.errors import HinterlandError
from supplychain.intake.targets import TARGETS
from supplychain.intake.values.types import ValueOptions
from supplychain.text import Text

POSITION: Final = "position"
GRID_X: Final = "grid_x"
GRID_Y: Final = "grid_y"

POSITION_FIELDS: Final = (POSITION, GRID_X, GRID_Y)
"""Fields that hold a position in another form than ``lat`` and ``lon``: both in one cell, or metres of a grid."""


NO_REASON: Final = Text(en="", vi="")


class MappingError(HinterlandError):
    """A mapping cannot be read, or does not fit the file or the tables."""


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """What one column of a sheet is.

    Parameters
    ----------
    column
        Name of the column in the sheet, as ``Column.name``.
    field
        Field of the sheet's table, ``position``, ``grid_x`` or ``grid_y``; None leaves the column out.
    confidence
        How sure the suggestion is, 0 to 1; 1 once a person has confirmed it.
    reason
        Why it was suggested.
    options
        How its cells are written, where a person has said; what is None is decided on evidence.
    """

    column: str
    field: str | None
    confidence: float = 1.0
    reason: Text = NO_REASON
    options: ValueOptions = dataclasses.field(default_factory=ValueOptions)


@dataclass(frozen=True, slots=True)
class SheetMapping:
    """What one sheet is.

    Parameters
    ----------
    sheet
        Name of the sheet.
    table
        A table of the registry or ``tenants``; None leaves the sheet out.
    columns
        Every column of the sheet, in its order.
    constants
        Field to the text that it has in every row (``park: vsip_1``).
    header_line
        Line of the header where a person has said it.
    confidence
        How sure the table is.
    reason
        Why the table was suggested.
    """

    sheet: str
    table: str | None
    columns: tuple[ColumnMapping, ...] = ()
    constants: Mapping[str, str] = dataclasses.field(default_factory=dict)
    header_line: int | None = None
    confidence: float = 1.0
    reason: Text = NO_REASON

    def __post_init__(self) -> None:
        object.__setattr__(self, "constants", MappingProxyType(dict(self.constants)))
        if self.table is None:
            return
        if self.table not in TARGETS:
            raise MappingError(_UNKNOWN_TABLE.format(table=self.table, tables=", ".join(TARGETS)))
        known = set(field_names(self.table))
        taken: set[str] = set()
        for name in [*(c.field for c in self.columns if c.field is not None), *self.constants]:
            if name not in known:
                raise MappingError(_UNKNOWN_FIELD.format(table=self.table, field=name, fields=", ".join(sorted(known))))
            if name in taken:
                raise MappingError(_TWICE.format(sheet=self.sheet, field=name))
            taken.add(name)

    def column_of(self, name: str) -> str | None:
        """Return the column that fills a field, or None."""
        return next((column.column for column in self.columns if column.field == name), None)

    @property
    def unmapped(self) -> tuple[str, ...]:
        """The columns that are left out."""
        return tuple(column.column for column in self.columns if column.field is None)


@dataclass(frozen=True, slots=True)
class FileMapping:
    """What the sheets of a file are.

    Parameters
    ----------
    sheets
        One mapping for each sheet.
    encoding, delimiter
        What a person says about a text file; None decides on evidence.
    """

    sheets: tuple[SheetMapping, ...]
    encoding: str | None = None
    delimiter: str | None = None

    def sheet(self, name: str) -> SheetMapping | None:
        """Return the mapping of a sheet; a mapping of one sheet without a name ("*") fits any."""
        for one in self.sheets:
            if one.sheet == name:
                return one
        return next((one for one in self.sheets if one.sheet == ANY_SHEET), None)


ANY_SHEET: Final = "*"
"""Name in a mapping that stands for every sheet not named."""


def field_names(table: str) -> tuple[str, ...]:
    """Return the fields that columns of a sheet of this table may be."""
    declaration = TARGETS[table]
    extra = POSITION_FIELDS if declaration.has_position else ()
    return (*declaration.column_names, *extra)


_UNKNOWN_TABLE: Final = Text(
    en="There is no table '{table}'. Choose one of: {tables}.",
    vi="Không có bảng '{table}'. Hãy chọn một trong: {tables}.",
)
_UNKNOWN_FIELD: Final = Text(
    en="The table {table} has no field '{field}'. It has: {fields}.",
    vi="Bảng {table} không có trường '{field}'. Bảng có: {fields}.",
)
_TWICE: Final = Text(
    en="In the sheet '{sheet}' the field '{field}' is filled twice. Keep one column or constant for it.",
    vi="Trong trang '{sheet}', trường '{field}' được gán hai lần. Hãy giữ một cột hoặc hằng số.",
)
