"""Read the fields of a scenario file: each returns a plain, checked value, and what is wrong is collected."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from optimizer.scenarios.document import Document, Path, ScenarioFindings
from optimizer.scenarios.lines import read_line, read_point
from optimizer.scenarios.nearest import nearest
from optimizer.scenarios.scenario import Value
from optimizer.scenarios.units import UnitError, parse_hours, parse_quantity, shown
from optimizer.scenarios.verb import FieldDeclaration
from supplychain.rules import is_date
from supplychain.text import Text

Pairs = tuple[tuple[str, Value], ...]
Selections = tuple[tuple[str, tuple[Value, ...]], ...]

UNLIMITED: Final = "unlimited"
_ID: Final = re.compile(r"[a-z][a-z0-9_]*")
LARGEST_FACTOR: Final = 1e6
"""No what-if multiplies by more; a slip or an attack does, and sums of what it multiplies lose their digits."""
_FIRST_YEAR, _LAST_YEAR = 1850, 2100

UNKNOWN_KEY: Final = Text(
    en="is not known here{hint}; known are {known}.", vi="không có ở đây{hint}; chỉ nhận {known}."
)
BOTH_LANGUAGES: Final = Text(
    en="needs a text in both languages: {{vi: …, en: …}}.", vi="cần nội dung bằng cả hai ngôn ngữ: {{vi: …, en: …}}."
)
NO_ID: Final = Text(
    en="must be an id of a–z, 0–9 and _, got {value}.", vi="phải là mã gồm a–z, 0–9 và _, hiện là {value}."
)
NO_IDS: Final = Text(en="must be a list of at least one id.", vi="phải là danh sách có ít nhất một mã.")
ID_TWICE: Final = Text(en="names {value} twice; once is enough.", vi="nêu {value} hai lần; hãy giữ một.")
NO_DATE: Final = Text(
    en="must be a date of the calendar such as 2026-03-01, got {value}.",
    vi="phải là ngày có thật, như 2026-03-01, hiện là {value}.",
)
NO_NUMBER: Final = Text(en="must be {what}, got {value}.", vi="phải là {what}, hiện là {value}.")
FACTOR: Final = Text(en="a plain factor of at least 0, at most a million", vi="hệ số từ 0 đến một triệu")
SHARE: Final = Text(en="a share from 0 to 1", vi="tỷ lệ từ 0 đến 1")
WHOLE: Final = Text(en="a whole number above 0", vi="số nguyên dương")
NUMBER: Final = Text(en="a number", vi="số")
YEAR: Final = Text(en="a year from 1850 to 2100", vi="năm từ 1850 đến 2100")
NO_YES_NO: Final = Text(en="must be yes or no, got {value}.", vi="phải là yes hoặc no, hiện là {value}.")
NO_TEXT: Final = Text(en="must be a text, got {value}.", vi="phải là văn bản, hiện là {value}.")
NO_CHOICE: Final = Text(en="{value} is not one of {choices}{hint}.", vi="{value} không thuộc {choices}{hint}.")
NO_CELLS: Final = Text(en="must map columns to single values.", vi="phải ánh xạ từng cột tới một giá trị.")
NO_WHERE: Final = Text(
    en="must map columns to a value or a list of values.",
    vi="phải ánh xạ từng cột tới một giá trị hoặc một danh sách giá trị.",
)


@dataclass(frozen=True, slots=True)
class FieldReader:
    """Reads fields of one document and collects what is wrong with them.

    Parameters
    ----------
    document
        The document.
    findings
        Where findings go.
    """

    document: Document
    findings: ScenarioFindings

    def wrong(self, path: Path, text: Text, *, column: str | None = None) -> None:
        """Collect a finding about a value, named by its keys."""
        inner = path[1:] if path[:1] == ("changes",) and len(path) > 1 else path
        name = ".".join(str(part) for part in inner if isinstance(part, str)) or None
        self.findings.add(self.document.value_place(*path), column or name, text)

    def keys(self, data: Mapping[str, Any], known: tuple[str, ...], path: Path) -> None:
        """Collect the keys that are not known here, each with the nearest that is."""
        for key in data:
            if key not in known:
                text = UNKNOWN_KEY.format(hint=nearest(key, dict.fromkeys(known, "")), known=", ".join(known))
                self.findings.add(self.document.key_place(*path, key), key, text)

    def text(self, data: object, path: Path, *, plain: bool) -> Text:
        """Return a text in both languages; one plain text serves both where that is allowed."""
        if plain and isinstance(data, str) and data.strip():
            return Text(en=data, vi=data)
        if (
            isinstance(data, dict)
            and set(data) == {"vi", "en"}
            and all(isinstance(part, str) and part.strip() for part in data.values())
        ):
            return Text(en=data["en"], vi=data["vi"])
        self.wrong(path, BOTH_LANGUAGES.format())
        return Text(en="", vi="")

    def identifier(self, data: object, path: Path) -> str:
        """Return an id of snake case."""
        if isinstance(data, str) and _ID.fullmatch(data):
            return data
        self.wrong(path, NO_ID.format(value=shown(data)))
        return ""

    def ids(self, data: object, path: Path) -> tuple[str, ...]:
        """Return a list of ids; one id alone is a list of one."""
        if data is None:
            return ()
        items = data if isinstance(data, list) else [data]
        if not items or not all(isinstance(item, str) for item in items):
            self.wrong(path, NO_IDS)
            return ()
        seen: set[str] = set()
        for position, item in enumerate(items):
            if item in seen:
                self.wrong((*path, position), ID_TWICE.format(value=shown(item)))
            seen.add(item)
        return tuple(dict.fromkeys(items))

    def day(self, data: object, path: Path) -> date | None:
        """Return a date."""
        if isinstance(data, str) and is_date(data):
            return date.fromisoformat(data)
        self.wrong(path, NO_DATE.format(value=shown(data)))
        return None

    def where(self, data: object, path: Path) -> Selections:
        """Return columns with the values a row may have; one value alone is a list of one."""
        if not isinstance(data, dict) or not data:
            self.wrong(path, NO_WHERE)
            return ()
        pairs = []
        for column, value in data.items():
            values = value if isinstance(value, list) else [value]
            if not values or not all(_is_scalar(one) for one in values):
                self.wrong((*path, column), NO_WHERE)
            pairs.append((str(column), tuple(values)))
        return tuple(pairs)

    def cells(self, data: object, path: Path) -> Pairs:
        """Return columns with a single value each."""
        if not isinstance(data, dict) or not data or not all(_is_scalar(value) for value in data.values()):
            self.wrong(path, NO_CELLS)
            return ()
        return tuple((str(column), value) for column, value in data.items())

    def factors(self, data: object, path: Path) -> tuple[tuple[str, float], ...]:
        """Return columns with a factor of at least 0 each."""
        factors = []
        for column, factor in self.cells(data, path):
            if is_number(factor) and 0 <= factor <= LARGEST_FACTOR:  # type: ignore[operator] # a number
                factors.append((column, float(factor)))  # type: ignore[arg-type]
            else:
                self.wrong((*path, column), NO_NUMBER.format(what=FACTOR, value=shown(factor)))
        return tuple(factors)

    def word(self, choices: tuple[str, ...], data: object, path: Path) -> str | None:
        """Return one of a few words; None, with a finding, where it is none of them."""
        return str(data) if self._is_choice(choices, data, path) else None

    def field(self, declared: FieldDeclaration, data: object, path: Path) -> Any:  # noqa: ANN401 - any plain value
        """Return the value of a declared field; None, with a finding, where it is not one."""
        before = len(self.findings.findings)
        value = _READERS[declared.kind](self, declared, data, path)
        return value if len(self.findings.findings) == before else None

    def _number(self, data: object, path: Path, what: Text, *, low: float, high: float) -> float | None:
        if is_number(data) and low <= data <= high:  # type: ignore[operator] # a number
            return float(data)  # type: ignore[arg-type]
        self.wrong(path, NO_NUMBER.format(what=what, value=shown(data)))
        return None

    def _whole(self, data: object, path: Path, what: Text, *, low: int, high: int) -> int | None:
        if isinstance(data, int) and not isinstance(data, bool) and low <= data <= high:
            return data
        self.wrong(path, NO_NUMBER.format(what=what, value=shown(data)))
        return None

    def _quantity(self, declared: FieldDeclaration, data: object, path: Path) -> object:
        if declared.unlimited and data == UNLIMITED:
            return UNLIMITED
        try:
            return parse_quantity(data, declared.units)
        except UnitError as error:
            self.wrong(path, error.text)
            return None

    def _hours(self, data: object, path: Path) -> object:
        try:
            return parse_hours(data)
        except UnitError as error:
            self.wrong(path, error.text)
            return None

    def _choices(self, declared: FieldDeclaration, data: object, path: Path) -> tuple[str, ...]:
        ids = self.ids(data, path)
        for position, word in enumerate(ids):
            self._is_choice(declared.choices, word, (*path, position) if isinstance(data, list) else path)
        return ids

    def _is_choice(self, choices: tuple[str, ...], word: object, path: Path) -> bool:
        if isinstance(word, str) and word in choices:
            return True
        near = nearest(str(word), dict.fromkeys(choices, ""))
        self.wrong(path, NO_CHOICE.format(value=shown(word), choices=", ".join(choices), hint=near))
        return False

    def _choice(self, declared: FieldDeclaration, data: object, path: Path) -> object:
        return data if self._is_choice(declared.choices, data, path) else None

    def _yes_no(self, data: object, path: Path) -> bool | None:
        if isinstance(data, bool):
            return data
        self.wrong(path, NO_YES_NO.format(value=shown(data)))
        return None

    def _plain(self, data: object, path: Path) -> str | None:
        if isinstance(data, str) and data.strip():
            return data.strip()
        self.wrong(path, NO_TEXT.format(value=shown(data)))
        return None

    def _shape(self, read: Callable[[object], object], data: object, path: Path) -> object:
        try:
            return read(data)
        except UnitError as error:
            self.wrong(path, error.text)
            return None

    def _end(self, data: object, path: Path) -> object:
        return data if isinstance(data, str) else self._shape(read_point, data, path)


_Reader = Callable[[FieldReader, FieldDeclaration, object, Path], Any]

# Members of one class, read through a table: a reader's own methods are no outside use.
# ruff: noqa: SLF001
_READERS: Final[Mapping[str, _Reader]] = MappingProxyType(
    {
        "quantity": lambda one, field, data, path: one._quantity(field, data, path),
        "factor": lambda one, _field, data, path: one._number(data, path, FACTOR, low=0.0, high=LARGEST_FACTOR),
        "share": lambda one, _field, data, path: one._number(data, path, SHARE, low=0.0, high=1.0),
        "number": lambda one, _field, data, path: one._number(data, path, NUMBER, low=-math.inf, high=math.inf),
        "integer": lambda one, _field, data, path: one._whole(data, path, WHOLE, low=1, high=2**31 - 1),
        "year": lambda one, _field, data, path: one._whole(data, path, YEAR, low=_FIRST_YEAR, high=_LAST_YEAR),
        "hours": lambda one, _field, data, path: one._hours(data, path),
        "boolean": lambda one, _field, data, path: one._yes_no(data, path),
        "choice": lambda one, field, data, path: one._choice(field, data, path),
        "choices": lambda one, field, data, path: one._choices(field, data, path),
        "id": lambda one, _field, data, path: one._plain(data, path),
        "ids": lambda one, _field, data, path: one.ids(data, path),
        "text": lambda one, _field, data, path: one._plain(data, path),
        "point": lambda one, _field, data, path: one._shape(read_point, data, path),
        "end": lambda one, _field, data, path: one._end(data, path),
        "line": lambda one, _field, data, path: one._shape(read_line, data, path),
        "cells": lambda one, _field, data, path: one.cells(data, path),
        "factors": lambda one, _field, data, path: one.factors(data, path),
        "where": lambda one, _field, data, path: one.where(data, path),
    }
)


def _is_scalar(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def is_number(value: object) -> bool:
    """Return whether the value is a finite number (a boolean is not)."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < math.inf


def name_of(path: Path) -> str:
    """Return the keys that lead to a value as one name, such as ``links.2``."""
    return ".".join(str(part) for part in path)
