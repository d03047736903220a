"""Names of administrative units to the units that bear them, old and new, and the ways people shorten them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from supplychain.codes.unit_names import has_marks, marked, name_key
from supplychain.codes.units import Level, Unit, unit_table

WARD_KINDS: Final = {
    "phuong": "ward",
    "p": "ward",
    "f": "ward",
    "ward": "ward",
    "xa": "commune",
    "x": "commune",
    "commune": "commune",
    "thi tran": "township",
    "tt": "township",
    "township": "township",
    "townlet": "township",
    "dac khu": "special_zone",
}
DISTRICT_KINDS: Final = {
    "quan": "urban_district",
    "q": "urban_district",
    "huyen": "rural_district",
    "h": "rural_district",
    "thi xa": "town",
    "tx": "town",
    "town": "town",
    "thanh pho": "city",
    "tp": "city",
    "citi": "city",
    "district": "",
    "dist": "",
}
PROVINCE_KINDS: Final = {
    "tinh": "province",
    "t": "province",
    "province": "province",
    "prov": "province",
    "thanh pho": "municipality",
    "tp": "municipality",
    "citi": "municipality",
}
KIND_MARKERS: Final[dict[Level, dict[str, str]]] = {
    "ward": WARD_KINDS,
    "district": DISTRICT_KINDS,
    "province": PROVINCE_KINDS,
}
"""Keys of words before a name (English ones also after it) that tell its kind; an empty kind is any of the level."""

PROVINCE_NICKNAMES: Final = {
    "hcm": "hochiminh",
    "hcmc": "hochiminh",
    "tphcm": "hochiminh",
    "tphochiminh": "hochiminh",
    "saigon": "hochiminh",
    "hn": "hanoi",
    "tphn": "hanoi",
    "brvt": "bariavungtau",
    "daclac": "daklak",
    "darlac": "daklak",
    "dacnong": "daknong",
    "thuathienhue": "hue",
}
"""Names in daily use, by lookup key; only those that can mean one province."""


@dataclass(frozen=True, slots=True)
class UnitIndex:
    """Units by lookup key.

    Parameters
    ----------
    provinces, districts, wards
        Old and new units of the level by key, old ones first.
    renamed_districts, renamed_wards
        Old units by the key of a name they had taken in before 2025.
    """

    provinces: dict[str, tuple[Unit, ...]]
    districts: dict[str, tuple[Unit, ...]]
    wards: dict[str, tuple[Unit, ...]]
    renamed_districts: dict[str, tuple[Unit, ...]]
    renamed_wards: dict[str, tuple[Unit, ...]]

    def named(self, level: Level, key: str) -> tuple[Unit, ...]:
        """Return the units of a level that bear the key today or bore it on 30 June 2025."""
        tables = {"province": self.provinces, "district": self.districts, "ward": self.wards}
        return tables[level].get(key, ())


@lru_cache(maxsize=1)
def unit_index() -> UnitIndex:
    """Return the index of all units, built when first asked for."""
    table = unit_table()
    named: dict[Level, dict[str, list[Unit]]] = {"province": {}, "district": {}, "ward": {}}
    for unit in sorted(table.units.values(), key=lambda unit: not unit.former):
        named[unit.level].setdefault(name_key(unit.name), []).append(unit)
    for nickname, key in PROVINCE_NICKNAMES.items():
        named["province"][nickname] = named["province"][key]
    renamed: dict[Level, dict[str, list[Unit]]] = {"province": {}, "district": {}, "ward": {}}
    for code, keys in table.earlier.items():
        unit = table.units[code, True]
        for key in keys:
            renamed[unit.level].setdefault(key, []).append(unit)
    return UnitIndex(
        provinces=_frozen(named["province"]),
        districts=_frozen(named["district"]),
        wards=_frozen(named["ward"]),
        renamed_districts=_frozen(renamed["district"]),
        renamed_wards=_frozen(renamed["ward"]),
    )


def as_typed(units: Iterable[Unit], typed: str) -> tuple[Unit, ...]:
    """Return the units whose marks are those typed; all of them where no marks were typed or none agrees."""
    found = tuple(units)
    if len(found) > 1 and has_marks(typed):
        wanted = marked(typed)
        exact = tuple(unit for unit in found if marked(unit.name) == wanted)
        return exact or found
    return found


def _frozen(lists: dict[str, list[Unit]]) -> dict[str, tuple[Unit, ...]]:
    return {key: tuple(units) for key, units in lists.items()}
