"""How a verb of a scenario file is declared: once, with its subjects, fields, units and meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from supplychain.text import Text

FieldKind = Literal[
    "quantity",
    "factor",
    "share",
    "number",
    "integer",
    "year",
    "hours",
    "boolean",
    "choice",
    "choices",
    "id",
    "ids",
    "text",
    "point",
    "end",
    "line",
    "cells",
    "factors",
    "where",
]
"""What a field holds.

``quantity`` a number with one of the units (``unlimited`` where that is allowed), ``factor`` a number of at least 0,
``share`` one of 0 to 1, ``hours`` such as 06:00-22:00, ``choice`` one word of a list and ``choices`` several, ``id``
and ``ids`` of a table, ``point`` {lat, lon}, ``end`` an id or a point, ``line`` WKT or GeoJSON, ``cells`` columns with
values, ``factors`` columns with factors, ``where`` columns with the values they may have.
"""

Subject = Literal[
    "links",
    "terminals",
    "services",
    "places",
    "commodities",
    "markets",
    "directions",
    "forms",
    "vehicles",
    "costs",
    "transshipments",
]

SUBJECT_MEANINGS: Final[dict[Subject, Text]] = {
    "links": Text(en="Links of the network", vi="Đoạn tuyến của mạng lưới"),
    "terminals": Text(en="Terminals", vi="Đầu mối"),
    "services": Text(en="Services", vi="Dịch vụ"),
    "places": Text(en="Parks and zones", vi="Khu công nghiệp và phân khu"),
    "commodities": Text(en="Commodities", vi="Mặt hàng"),
    "markets": Text(en="Markets", vi="Thị trường"),
    "directions": Text(en="Directions of trade", vi="Chiều thương mại"),
    "forms": Text(en="Forms of cargo", vi="Dạng hàng"),
    "vehicles": Text(en="Vehicle types", vi="Loại phương tiện"),
    "costs": Text(en="Cost rows", vi="Dòng chi phí"),
    "transshipments": Text(en="Handling between modes", vi="Bốc xếp giữa các phương thức"),
}


@dataclass(frozen=True, slots=True)
class FieldDeclaration:
    """One field of a verb.

    Parameters
    ----------
    name
        Key in the file.
    kind
        What it holds.
    meaning
        What it says, in both languages.
    required
        Whether the change must have it.
    units
        Units a quantity may have, the usual one first.
    choices
        Words a choice may be.
    table
        Table that an id stands in; empty where it is a new id.
    unlimited
        Whether the word ``unlimited`` takes the limit away.
    """

    name: str
    kind: FieldKind
    meaning: Text
    required: bool = False
    units: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    table: str = ""
    unlimited: bool = False


@dataclass(frozen=True, slots=True)
class Verb:
    """One kind of change.

    Parameters
    ----------
    name
        Word of the key ``change``.
    meaning
        What it does, in both languages.
    subjects
        What it may be about.
    selection
        ``one``: exactly one of the subjects is named; ``optional``: at most one; ``any``: any number of them, all
        meaning together (empty: all); ``none``.
    fields
        Its fields beside subjects, dates and reason.
    one_of
        Fields of which at least one must be given.
    exclusive
        Groups of fields of which at most one may be given.
    example
        A change as it stands in a file.
    """

    name: str
    meaning: Text
    subjects: tuple[Subject, ...]
    selection: Literal["one", "optional", "any", "none"]
    fields: tuple[FieldDeclaration, ...]
    one_of: tuple[str, ...]
    exclusive: tuple[tuple[str, ...], ...]
    example: str

    @property
    def takes_where(self) -> bool:
        """Whether ``where`` may pick the rows in place of ids: only one table can be meant."""
        return len(self.subjects) == 1 and self.selection != "any"

    def field(self, name: str) -> FieldDeclaration | None:
        """Return the declaration of a field, or None."""
        return next((field for field in self.fields if field.name == name), None)
