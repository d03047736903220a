"""Short words to declare verbs with, and the fields that several verbs share."""

from __future__ import annotations

from typing import Final

from optimizer.scenarios.verb import FieldDeclaration, FieldKind, Subject, Verb
from supplychain.text import Text
from supplychain.vocabulary import CURRENCIES, STATUSES

LINK_UNITS: Final = ("pcu/day", "t/day", "TEU/day")
TERMINAL_UNITS: Final = ("TEU/week", "TEU/day", "TEU/year", "t/week", "t/day", "t/year")
CAPACITY_UNITS: Final = (*LINK_UNITS, "TEU/week", "TEU/year", "t/week", "t/year")
TIME_UNITS: Final = ("h", "min", "days")
DISTANCE_UNITS: Final = ("km", "m")


def money(*per: str) -> tuple[str, ...]:
    """Return the units of money per something, in every currency."""
    return tuple(f"{currency}/{unit}" for unit in per for currency in CURRENCIES)


def field_of(name: str, kind: FieldKind, en: str, vi: str, *, required: bool = False) -> FieldDeclaration:
    """Return a field of any kind that has neither units nor words nor table."""
    return FieldDeclaration(name, kind, Text(en=en, vi=vi), required)


def quantity(
    name: str, units: tuple[str, ...], en: str, vi: str, *, required: bool = False, unlimited: bool = False
) -> FieldDeclaration:
    """Return a field that holds a number with one of the units."""
    return FieldDeclaration(name, "quantity", Text(en=en, vi=vi), required, units=units, unlimited=unlimited)


def choice(name: str, words: tuple[str, ...], en: str, vi: str, *, required: bool = False) -> FieldDeclaration:
    """Return a field that holds one of a few words."""
    return FieldDeclaration(name, "choice", Text(en=en, vi=vi), required, choices=words)


def choices(name: str, words: tuple[str, ...], en: str, vi: str, *, required: bool = False) -> FieldDeclaration:
    """Return a field that holds several of a few words."""
    return FieldDeclaration(name, "choices", Text(en=en, vi=vi), required, choices=words)


def id_of(name: str, table: str, en: str, vi: str, *, required: bool = False) -> FieldDeclaration:
    """Return a field that holds an id of a table."""
    return FieldDeclaration(name, "id", Text(en=en, vi=vi), required, table=table)


def ids_of(name: str, table: str, en: str, vi: str, *, required: bool = False) -> FieldDeclaration:
    """Return a field that holds ids of a table."""
    return FieldDeclaration(name, "ids", Text(en=en, vi=vi), required, table=table)


def verb(
    name: str,
    meaning: Text,
    *fields: FieldDeclaration,
    of: tuple[Subject, ...],
    example: str,
    selection: str = "one",
    one_of: tuple[str, ...] = (),
    exclusive: tuple[tuple[str, ...], ...] = (),
) -> Verb:
    """Return a verb; its name, meaning and fields in the order of the documentation."""
    return Verb(name, meaning, of, selection, fields, one_of, exclusive, example)  # type: ignore[arg-type] # a literal


BY = field_of("by", "factor", "Plain factor on the present value", "Hệ số nhân vào giá trị hiện tại")
PRICE_YEAR = field_of(
    "price_year",
    "year",
    "Year whose prices the money is in; the pack's if left out",
    "Năm của mặt bằng giá; bỏ trống là năm của gói dữ liệu",
)
LIFT = field_of("lift", "boolean", "yes: the limit is taken away", "yes: bỏ giới hạn")
NEW_ID = field_of("id", "text", "Id of the new row: a–z, 0–9 and _", "Mã của dòng mới: a–z, 0–9 và _", required=True)
NAME = field_of("name", "text", "Name", "Tên")
SOURCE = id_of(
    "source",
    "sources",
    "Where the figures come from; own_estimate if the pack has it",
    "Nguồn số liệu; mặc định own_estimate nếu gói có",
)
STATUS = choice("status", STATUSES, "Status; open if left out", "Tình trạng; bỏ trống là open")
CELLS = field_of("set", "cells", "Further columns and their values", "Các cột khác và giá trị")
