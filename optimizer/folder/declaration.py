"""How a column of a folder of flow tables is declared: once, with type, unit, limits, default and meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from supplychain.columns import ColumnDeclaration
from supplychain.text import Text

DTYPES: Final[Mapping[str, str]] = MappingProxyType(
    {"id": "str", "text": "str", "list": "object", "number": "float64", "boolean": "bool"}
)
"""pandas dtype of each kind of column. Text left empty is "", an empty list is (), a number without value is NaN."""

NO_TEXT: Final = Text(en="", vi="")


@dataclass(frozen=True, slots=True)
class FlowColumn(ColumnDeclaration):
    """What one column of a table holds.

    Parameters
    ----------
    default
        What an empty cell, or a column left out, stands for: a number, a word, yes or no; None for no value.
    when_empty
        What no value means, for the reader of the documentation.
    above_zero
        Whether a number must be more than 0; its minimum is then the least that is believed.
    """

    default: float | str | bool | None = None
    when_empty: Text = NO_TEXT
    above_zero: bool = False

    @property
    def dtype(self) -> str:
        """The pandas dtype of the column; a yes/no without default is pandas' nullable ``boolean``."""
        if self.kind == "boolean" and self.default is None:
            return "boolean"
        return DTYPES[self.kind]

    def from_minimum(self, minimum: float) -> FlowColumn:
        """Return the column with another least value."""
        return replace(self, minimum=minimum)


@dataclass(frozen=True, slots=True)
class FlowTable:
    """One CSV file of the folder.

    Parameters
    ----------
    name
        Name of the file without ``.csv``.
    meaning
        What a row is.
    columns
        Columns in the order of the documentation.
    required
        Whether the file must be there.
    unique
        Columns that together may hold the same values in one row only.
    remarks
        What a reader must know beyond the columns, sentence by sentence.
    """

    name: str
    meaning: Text
    columns: tuple[FlowColumn, ...]
    required: bool = False
    unique: tuple[str, ...] = ()
    remarks: tuple[Text, ...] = ()

    @property
    def file(self) -> str:
        """File name."""
        return f"{self.name}.csv"

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> FlowColumn:
        """Return the declaration of one column.

        Raises
        ------
        KeyError
            If the table has no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        msg = f"{self.file} has no column {name!r}; it has {', '.join(self.column_names)}."
        raise KeyError(msg)


def key(name: str, meaning: Text) -> FlowColumn:
    """Return the column that names the rows of a table."""
    return FlowColumn(name, "id", required=True, meaning=meaning)


def reference(name: str, target: str, meaning: Text, *, when_empty: Text | None = None) -> FlowColumn:
    """Return a column that names a row of another table, required unless ``when_empty`` says what none means."""
    empty = when_empty or NO_TEXT
    return FlowColumn(name, "text", when_empty is None, meaning, references=(target,), when_empty=empty)


def references(name: str, targets: tuple[str, ...], meaning: Text, *, when_empty: Text | None = None) -> FlowColumn:
    """Return a column of several names of rows of other tables, ``;`` between them."""
    empty = when_empty or NO_TEXT
    return FlowColumn(name, "list", when_empty is None, meaning, references=targets, when_empty=empty)


def words(name: str, choices: tuple[str, ...], meaning: Text, *, default: str | None = None) -> FlowColumn:
    """Return a column that holds one of a few words, required unless there is a default."""
    return FlowColumn(name, "text", default is None, meaning, choices=choices, default=default)


def free_text(name: str, meaning: Text) -> FlowColumn:
    """Return a column of free text, which changes nothing in the plan."""
    return FlowColumn(name, "text", required=False, meaning=meaning)


def yes_no(name: str, meaning: Text, *, default: bool | None, when_empty: Text = NO_TEXT) -> FlowColumn:
    """Return a yes/no column; without a default an empty cell says neither."""
    return FlowColumn(name, "boolean", required=False, meaning=meaning, default=default, when_empty=when_empty)


def required_number(name: str, unit: str, maximum: float, meaning: Text, *, least: float = 0.0) -> FlowColumn:
    """Return a number column in which no cell may be empty, from 0 or from the least that is believed above it."""
    return FlowColumn(name, "number", True, meaning, unit, least, maximum, above_zero=least > 0)  # noqa: FBT003 - required


def number(name: str, unit: str, maximum: float, meaning: Text, *, default: float = 0.0) -> FlowColumn:
    """Return a number column in which an empty cell stands for the default."""
    return FlowColumn(name, "number", False, meaning, unit, 0.0, maximum, default=default)  # noqa: FBT003 - required


def optional_number(
    name: str, unit: str, maximum: float, meaning: Text, when_empty: Text, *, least: float = 0.0
) -> FlowColumn:
    """Return a number column in which an empty cell means what ``when_empty`` says, and is NaN.

    Numbers are from 0, or from the least that is believed above it.
    """
    return FlowColumn(
        name,
        "number",
        required=False,
        meaning=meaning,
        unit=unit,
        minimum=least,
        maximum=maximum,
        when_empty=when_empty,
        above_zero=least > 0,
    )
