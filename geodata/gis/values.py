"""Cells of any file as attributes of links: translated, in our units, absurd ones left out and told."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata.gis.cells import NO, YES, is_null, read_mask, texts_of
from geodata.gis.hours import Interval, parse_hours
from geodata.gis.mapping import ATTRIBUTES, Attribute, Rule
from geodata.gis.mapping_file import hint
from geodata.gis.read import ReadTable
from geodata.gis.remarks import Remarks
from supplychain.errors import Finding
from supplychain.text import Text, fold

NEEDED: Final = frozenset({"mode", "link_class", "direction", "kinds", "destination_only"})
"""Attributes that decide who may run where: a value not understood stops the import."""

NOT_UNDERSTOOD: Final = Text(
    en="{value!r} in column {column} is not understood as {attribute} ({count} rows, first row {row}). "
    "Add it to the values of the mapping ({wanted}) or give a default.{hint}",
    vi="Không hiểu {value!r} ở cột {column} là {attribute} ({count} dòng, dòng đầu {row}). "
    "Hãy thêm vào phần values của tệp ánh xạ ({wanted}) hoặc nêu default.{hint}",
)
EMPTY_CELLS: Final = Text(
    en="Column {column} is empty in {count} rows (first row {row}), and {attribute} has no default. Give one.",
    vi="Cột {column} trống ở {count} dòng (dòng đầu {row}) mà {attribute} không có default. Hãy nêu default.",
)
LEFT_OUT: Final = Text(
    en="{attribute}: {shown} in column {column} is not believed or not understood; taken as {taken}, rows {rows}.",
    vi="{attribute}: {shown} ở cột {column} không hiểu được hoặc không đáng tin; lấy là {taken}, các dòng {rows}.",
)
ZERO: Final = Text(
    en="{attribute}: 0 in column {column} is taken as not known, rows {rows}.",
    vi="{attribute}: số 0 ở cột {column} được hiểu là chưa biết, các dòng {rows}.",
)

_NUMBER: Final = re.compile(r"([+-]?(?:\d[\d.,]*|[.,]\d+)(?:[eE][+-]?\d+)?)\s*([^\d\s].*)?")
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
SHOWN_VALUES: Final = 5
MOST_VALUES: Final = 50


class Attributes:
    """Reads the attributes of the rows of a layer by a mapping, and collects findings and notes."""

    def __init__(self, table: ReadTable, rules: Mapping[str, Rule], file: str, remarks: Remarks) -> None:
        self._table = table
        self._rules = rules
        self._file = file
        self._remarks = remarks
        self.findings: list[Finding] = []

    def __contains__(self, name: str) -> bool:
        return name in self._rules

    def of(self, name: str, unknown: object) -> NDArray[Any]:
        """Return one attribute of every row, ``unknown`` where nothing is said; object values."""
        rule = self._rules.get(name)
        if rule is None:
            return np.full(len(self._table), unknown, dtype=np.object_)
        attribute = ATTRIBUTES[name]
        exact = _reader(attribute, rule, exact=True)
        default = unknown if not rule.default else self._constant(attribute, rule.default, exact, unknown)
        if not rule.column:
            return _filled(len(self._table), self._constant(attribute, rule.constant, exact, unknown))
        # A number column is never written with marks between thousands; text may be.
        is_text = self._table.cells[rule.column].dtype.kind == "O"
        return self._column(attribute, rule, _reader(attribute, rule, exact=not is_text), default)

    def _constant(self, attribute: Attribute, text: str, read: Callable[[str], Any], unknown: object) -> Any:  # noqa: ANN401 - what a reader gives
        try:
            return read(text)
        except ValueError:
            wanted = _wanted(attribute)
            words = Text(en=f"{text!r} must be {wanted}.", vi=f"{text!r} phải là {wanted}.")
            self.findings.append(Finding(self._file, None, f"attributes.{attribute.name}", words))
            return unknown

    def _column(self, attribute: Attribute, rule: Rule, read: Callable[[str], Any], default: Any) -> NDArray[Any]:  # noqa: ANN401 - what a reader gives
        cells = self._table.cells[rule.column]
        empty = is_null(cells)
        texts = np.array([text.strip() for text in texts_of(cells)], dtype=np.object_)
        translated = _translator(rule)
        found: dict[str, Any] = {}
        wrong: list[str] = []
        zeros: list[str] = []
        for text in dict.fromkeys(texts[~empty].tolist()):
            try:
                found[text] = read(translated(text))
            except _ZeroError:
                zeros.append(text)
            except ValueError:
                wrong.append(text)
        found |= dict.fromkeys([*wrong, *zeros, ""], default)
        self._tell(attribute, rule, texts, wrong)
        if zeros and not rule.default:
            rows = self._table.rows[np.isin(texts, zeros)]
            self._remarks.add_rows("zero_not_known", ZERO, rows.tolist(), attribute=attribute.name, column=rule.column)
        if attribute.name in NEEDED and not rule.default and attribute.name != "destination_only":
            self._tell_empty(attribute, rule, empty)
        return _listed(found[text] if not nothing else default for text, nothing in zip(texts, empty, strict=True))

    def _tell(self, attribute: Attribute, rule: Rule, texts: NDArray[Any], wrong: list[str]) -> None:
        if not wrong:
            return
        if attribute.name in NEEDED and not rule.default:
            for value in wrong[:MOST_VALUES]:
                rows = np.flatnonzero(texts == value)
                text = NOT_UNDERSTOOD.format(
                    value=value,
                    column=rule.column,
                    attribute=attribute.name,
                    count=len(rows),
                    row=int(self._table.rows[rows[0]]),
                    wanted=_wanted(attribute),
                    hint=hint(value, attribute.words),
                )
                self.findings.append(Finding(self._file, int(self._table.rows[rows[0]]), rule.column, text))
            return
        rows = self._table.rows[np.isin(texts, wrong)]
        shown = ", ".join(repr(value) for value in wrong[:SHOWN_VALUES]) + (" …" if len(wrong) > SHOWN_VALUES else "")
        values = {"attribute": attribute.name, "shown": shown, "column": rule.column, "taken": rule.default or "–"}
        self._remarks.add_rows("value_left_out", LEFT_OUT, rows.tolist(), loss=True, **values)

    def _tell_empty(self, attribute: Attribute, rule: Rule, empty: NDArray[np.bool_]) -> None:
        rows = self._table.rows[empty]
        if len(rows):
            text = EMPTY_CELLS.format(column=rule.column, count=len(rows), row=int(rows[0]), attribute=attribute.name)
            self.findings.append(Finding(self._file, int(rows[0]), rule.column, text))


class _ZeroError(ValueError):
    """A zero that stands for "not known"."""


def _filled(count: int, value: object) -> NDArray[Any]:
    return _listed(value for _ in range(count))


def _listed(values: Any) -> NDArray[Any]:  # noqa: ANN401 - any iterable; tuples stay one object each
    found = list(values)
    array = np.empty(len(found), dtype=np.object_)
    for place, value in enumerate(found):
        array[place] = value
    return array


def _translator(rule: Rule) -> Callable[[str], str]:
    folded = {fold(key).strip(): value for key, value in rule.values.items()}

    def translate(text: str) -> str:
        return rule.values.get(text, folded.get(fold(text), text))

    return translate


def _wanted(attribute: Attribute) -> str:
    if attribute.kind in {"word", "kinds"}:
        return ", ".join(attribute.words)
    if attribute.kind == "flag":
        return "yes, no"
    if attribute.kind == "hours":
        return "Mo-Fr 06:00-09:00"
    return f"{attribute.least:g} … {attribute.most:g}"


def _reader(attribute: Attribute, rule: Rule, *, exact: bool) -> Callable[[str], Any]:
    if attribute.kind == "word":
        places = {fold(word): word for word in attribute.words}
        return lambda text: _looked_up(places, text)
    if attribute.kind == "kinds":
        return lambda text: read_mask(text, attribute.words)
    if attribute.kind == "flag":
        words = dict.fromkeys(YES, True) | dict.fromkeys(NO, False)
        return lambda text: _looked_up(words, text)
    if attribute.kind == "hours":
        return _hours
    if attribute.kind == "text":
        return str
    parse = float if exact else parse_number
    return lambda text: _number(text, attribute, rule.unit, parse)


def _looked_up(words: Mapping[str, Any], text: str) -> Any:  # noqa: ANN401 - a word or a flag
    key = fold(text)
    if key not in words:
        msg = f"{text!r} is not understood."
        raise ValueError(msg)
    return words[key]


def _hours(text: str) -> tuple[Interval, ...]:
    return parse_hours(text)


def _number(text: str, attribute: Attribute, unit: str, parse: Callable[[str], float]) -> float:
    """Return a number in the attribute's unit; one with a unit behind it is taken in that unit."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        msg = f"{text!r} is no number."
        raise ValueError(msg)
    behind = (match[2] or unit).strip().lower()
    if behind and behind not in attribute.units:
        msg = f"{behind!r} is no unit of {attribute.name}."
        raise ValueError(msg)
    value = parse(match[1]) * (attribute.units[behind] if behind else 1.0)
    if value == 0 and attribute.least > 0:
        raise _ZeroError
    if not attribute.least <= value <= attribute.most:
        msg = f"{value} lies outside {attribute.least} … {attribute.most}."
        raise ValueError(msg)
    if attribute.kind == "whole" and value != round(value):
        msg = f"{value} is no whole number."
        raise ValueError(msg)
    return value


def parse_number(text: str) -> float:
    """Return a number written with a point or a comma.

    Raises
    ------
    ValueError
        If it is no number, or a mark before three digits may part thousands or decimals (``1.500``).
    """
    both = "." in text and "," in text
    if both:
        decimal = max(".", ",", key=text.rfind)
        text = text.replace("," if decimal == "." else ".", "").replace(",", ".")
    elif _THOUSANDS.fullmatch(text) and not text.startswith("0"):
        msg = f"{text!r} may be read in two ways; write it without a mark, or with two decimals."
        raise ValueError(msg)
    return float(text.replace(",", "."))
