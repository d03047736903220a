"""Vietnam's administrative units before and since 1 July 2025, side by side, and the step between them.

63 provinces, 696 districts and 10,035 wards became 34 provinces and 3,321 wards; districts ended. Codes are those of
the National Statistics Office; the same number can name an old and a new unit, so a unit is its code and its time.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Final, Literal

from supplychain.codes.cleaning import bare, refuse
from supplychain.codes.unit_names import latin
from supplychain.text import Text

Level = Literal["province", "district", "ward"]

KIND_TITLES: Final = {
    "municipality": Text(en="{} City", vi="Thành phố {}"),
    "province": Text(en="{} Province", vi="Tỉnh {}"),
    "city": Text(en="{} City", vi="Thành phố {}"),
    "town": Text(en="{} Town", vi="Thị xã {}"),
    "urban_district": Text(en="{} District", vi="Quận {}"),
    "rural_district": Text(en="{} District", vi="Huyện {}"),
    "ward": Text(en="{} Ward", vi="Phường {}"),
    "commune": Text(en="{} Commune", vi="Xã {}"),
    "township": Text(en="{} Township", vi="Thị trấn {}"),
    "special_zone": Text(en="{} Special Zone", vi="Đặc khu {}"),
}
_BEFORE: Final = Text(en="before July 2025", vi="trước tháng 7/2025")
_SINCE: Final = Text(en="since July 2025", vi="từ tháng 7/2025")
_LEVELS: Final[dict[int, Level]] = {2: "province", 3: "district", 5: "ward"}


@dataclass(frozen=True, slots=True)
class Unit:
    """One administrative unit at one time.

    Parameters
    ----------
    code
        Two digits of a province, three of a district, five of a ward, commune, township or special zone.
    name
        Name without the word for its kind.
    kind
        One of ``KIND_TITLES``.
    parent
        Code of the unit it belongs to (of the same time); empty for a province.
    former
        Whether it is of the system that ended on 30 June 2025.
    """

    code: str
    name: str
    kind: str
    parent: str
    former: bool

    @property
    def level(self) -> Level:
        """Whether it is a province, a district or a ward (which stands for commune, township, special zone too)."""
        return _LEVELS[len(self.code)]

    @property
    def title(self) -> Text:
        """Its name with its kind: ``Phường Bình Hòa``, ``Binh Hoa Ward``; a numbered one is ``Ward 5``."""
        words = KIND_TITLES[self.kind]
        plain = latin(self.name)
        en = f"{words.en.removeprefix('{} ')} {plain}" if plain.isdigit() else words.en.format(plain)
        return Text(en=en, vi=words.vi.format(self.name))


@dataclass(frozen=True, slots=True)
class UnitTable:
    """All units with their steps; read once.

    Parameters
    ----------
    units
        By ``(code, former)``.
    successors
        New codes of an old code, of a divided ward the main part first.
    predecessors
        Old codes of a new code, in order of code.
    earlier
        Lookup keys of names that an old unit had taken in before 2025, by its code.
    """

    units: dict[tuple[str, bool], Unit]
    successors: dict[str, tuple[str, ...]]
    predecessors: dict[str, tuple[str, ...]]
    earlier: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def parents(self, unit: Unit) -> Iterator[Unit]:
        """Yield the units it belongs to, the nearest first."""
        while unit.parent:
            unit = self.units[unit.parent, unit.former]
            yield unit


@lru_cache(maxsize=1)
def unit_table() -> UnitTable:
    """Return all units, read from the package when first asked for."""
    packed = files("supplychain.codes").joinpath("data", "units.csv.gz").read_bytes()
    return build_units(csv.reader(io.StringIO(gzip.decompress(packed).decode())))


def build_units(rows: Iterator[list[str]]) -> UnitTable:
    """Build the table from rows of code, former, kind, name, parent, new codes, earlier names, after the header."""
    next(rows)
    units: dict[tuple[str, bool], Unit] = {}
    successors: dict[str, tuple[str, ...]] = {}
    earlier: dict[str, tuple[str, ...]] = {}
    came_from: dict[str, list[str]] = {}
    for code, former, kind, name, parent, new, older in rows:
        units[code, former == "1"] = Unit(code, name, kind, parent, former == "1")
        if new:
            successors[code] = tuple(new.split(";"))
            for target in successors[code]:
                came_from.setdefault(target, []).append(code)
        if older:
            earlier[code] = tuple(older.split(";"))
    predecessors = {code: tuple(sorted(sources)) for code, sources in came_from.items()}
    return UnitTable(units, successors, predecessors, earlier)


def get_unit(code: str, *, former: bool) -> Unit:
    """Return the unit of a code.

    Raises
    ------
    CodeError
        Where no unit of that time has the code.
    """
    unit = unit_table().units.get((bare(code), former))
    if unit is None:
        when = _BEFORE if former else _SINCE
        raise refuse(
            en='No administrative unit {when} has code "{value}": a province has 2 digits, a district 3, a ward 5.',
            vi='Không có đơn vị hành chính {when} mang mã "{value}": tỉnh có 2 chữ số, huyện 3, xã 5.',
            value=code,
            when=when,
        )
    return unit


def to_new(old_code: str) -> tuple[Unit, ...]:
    """Return what an old unit became: several new wards where it was divided, the main part first.

    A province gives its new province, a district the new wards that took in any of its wards, in order of code.

    Raises
    ------
    CodeError
        Where no old unit has the code.
    """
    table = unit_table()
    unit = get_unit(old_code, former=True)
    codes = table.successors.get(unit.code)
    if codes is None:
        wards = (code for (code, former), other in table.units.items() if former and other.parent == unit.code)
        codes = tuple(sorted({new for ward in wards for new in table.successors[ward]}))
    return tuple(table.units[code, False] for code in codes)


def to_old(new_code: str) -> tuple[Unit, ...]:
    """Return the old units a new unit was made of, whole or in part, in order of code.

    Raises
    ------
    CodeError
        Where no new unit has the code.
    """
    table = unit_table()
    unit = get_unit(new_code, former=False)
    return tuple(table.units[code, True] for code in table.predecessors.get(unit.code, ()))
