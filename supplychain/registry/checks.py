"""Whether an edit can be taken: values of the right kind within their limits, and the rules between columns."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from supplychain import rule_messages as messages
from supplychain.columns import ColumnDeclaration
from supplychain.errors import Finding
from supplychain.models.base import UniqueTogether
from supplychain.registry.tables import RegistryTable
from supplychain.rules import LIST_SEPARATOR, is_swapped, number_fault, row_faults, shown, text_fault
from supplychain.text import Text

UNKNOWN_COLUMN: Final = Text(en="The table {table} has no column {column}.", vi="Bảng {table} không có cột {column}.")
NOT_THIS_KIND: Final = Text(
    en="'{value}' is not of the kind the column holds: {kind}.",
    vi="'{value}' không đúng loại giá trị của cột: {kind}.",
)
OTHER_ID: Final = Text(
    en="The edit is of {record_id}, yet its values name '{value}'.",
    vi="Lần sửa là của {record_id} nhưng giá trị lại ghi '{value}'.",
)


class ValueFaultError(ValueError):
    """A value is not of the kind its column holds."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def to_stored(column: ColumnDeclaration, value: Any) -> Any:  # noqa: ANN401 - depends on the column
    """Return a value as revisions keep it: NFC text, float, int, bool, ISO date; None for an empty one.

    Raises
    ------
    ValueFaultError
        If it is of another kind.
    """
    if value is None:
        return None
    return _KINDS.get(column.kind, _text)(value)


def _fault(value: object, kind: str) -> ValueFaultError:
    return ValueFaultError(NOT_THIS_KIND.format(value=shown(value), kind=kind))


def _text(value: Any) -> str | None:  # noqa: ANN401 - what somebody gave
    if not isinstance(value, str):
        raise _fault(value, "text")
    if not value.isascii():
        value = unicodedata.normalize("NFC", value)
    return value.replace("\r\n", "\n").replace("\r", "\n").strip() or None


def _list(value: Any) -> str | None:  # noqa: ANN401 - what somebody gave
    words = value.split(LIST_SEPARATOR) if isinstance(value, str) else value
    if not isinstance(words, Iterable):
        raise _fault(value, "list")
    held = dict.fromkeys(word for word in (_text(word) for word in words) if word)
    return LIST_SEPARATOR.join(held) or None


def _number(value: Any) -> float | None:  # noqa: ANN401 - what somebody gave
    if isinstance(value, (bool, str)):
        raise _fault(value, "number")
    try:
        found = float(value) + 0.0
    except (TypeError, ValueError) as error:
        raise _fault(value, "number") from error
    return None if math.isnan(found) else found


def _integer(value: Any) -> int | None:  # noqa: ANN401 - what somebody gave
    found = _number(value)
    if found is None:
        return None
    if not found.is_integer():
        raise _fault(value, "integer")
    return int(value)


def _boolean(value: Any) -> bool:  # noqa: ANN401 - what somebody gave
    if value is True or value is False:
        return bool(value)
    if type(value).__name__ in ("bool", "bool_"):
        return bool(value)
    raise _fault(value, "boolean")


def _date(value: Any) -> str | None:  # noqa: ANN401 - what somebody gave
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    return _text(value)


_KINDS: Final[Mapping[str, Any]] = {
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
    "date": _date,
    "list": _list,
}


def stored_values(
    table: RegistryTable, record_id: str, values: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Finding]]:
    """Return the values of an edit as revisions keep them (the id left out), and what is wrong with their kinds."""
    found: dict[str, Any] = {}
    findings = []
    for name, given in values.items():
        column = table.columns.get(name)
        if column is None:
            text = UNKNOWN_COLUMN.format(table=table.name, column=shown(name))
            findings.append(finding(table, record_id, name, text))
            continue
        try:
            value = to_stored(column, given)
        except ValueFaultError as error:
            findings.append(finding(table, record_id, name, error.text))
            continue
        if name != table.key:
            found[name] = value
        elif value != record_id:
            text = OTHER_ID.format(record_id=record_id, value=shown(value))
            findings.append(finding(table, record_id, name, text))
    return found, findings


def finding(table: RegistryTable, record_id: str, column: str | None, text: Text) -> Finding:
    """Return a finding about a record."""
    return Finding(f"{table.name} {shown(record_id)}", None, column, text)


def check_record(
    table: RegistryTable, record_id: str, values: Mapping[str, Any], touched: Iterable[str]
) -> list[Finding]:
    """Return everything wrong with a record after an edit.

    Parameters
    ----------
    table, record_id
        The record.
    values
        All its values as revisions keep them, empty ones left out.
    touched
        Columns the edit gave another value; only their cells are looked at, the rules see the whole record.
    """
    return [finding(table, record_id, name, text) for name, text in _faults(table, values, touched)]


def _faults(
    table: RegistryTable, values: Mapping[str, Any], touched: Iterable[str]
) -> Iterator[tuple[str | None, Text]]:
    for column in table.declaration.columns:
        if column.required and column.name not in values:
            yield column.name, messages.EMPTY_CELL
    swapped = "lat" in values and "lon" in values and is_swapped(values["lat"], values["lon"])
    if swapped:
        yield "lat", messages.SWAPPED.format(lat=values["lat"], lon=values["lon"])
    for name in touched:
        value = values.get(name)
        if value is None or isinstance(value, bool) or (swapped and name in ("lat", "lon")):
            continue
        column = table.columns[name]
        text = text_fault(value, column) if isinstance(value, str) else number_fault(value, column)
        if text is not None:
            yield name, text
    if ("lat" in values) != ("lon" in values):
        yield (
            ("lon", messages.NEEDED.format(column="lon", reason="lat"))
            if "lat" in values
            else (
                "lat",
                messages.NEEDED.format(column="lat", reason="lon"),
            )
        )
    for rule in table.declaration.rules:
        if not isinstance(rule, UniqueTogether):
            yield from row_faults(rule, values)
