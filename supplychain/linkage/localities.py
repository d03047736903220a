"""Which wards and provinces of today an address may mean, whatever the units it is written in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from supplychain.codes.unit_index import UnitIndex, unit_index
from supplychain.codes.unit_names import name_key
from supplychain.codes.units import Unit, unit_table
from supplychain.linkage.addresses import UnitLevel

_CACHED: Final = 1 << 15
_BELOW_PROVINCE: Final = frozenset(("ward", "district"))
_MAY_BE_DISTRICT: Final = frozenset(("district", "city", ""))


@dataclass(frozen=True, slots=True)
class Locality:
    """Where an address lies, in units since July 2025.

    Parameters
    ----------
    wards
        Codes of the wards it may lie in; empty where no ward or district is told.
    provinces
        Codes of the provinces it may lie in; empty where none is told.
    """

    wards: frozenset[str]
    provinces: frozenset[str]


NOWHERE: Final = Locality(frozenset(), frozenset())


@lru_cache(maxsize=_CACHED)
def locality_of(units: tuple[tuple[UnitLevel, str], ...]) -> Locality:
    """Return where the units named in one address lead; names that are no unit are passed over.

    Parameters
    ----------
    units
        Level and name of each, in any order; the level is empty where no word tells it.
    """
    index = unit_index()
    keys = [(level, name_key(name)) for level, name in units]
    provinces = {
        code for level, key in keys if level not in _BELOW_PROVINCE for code in _now(index.named("province", key))
    }
    districts = [
        unit
        for level, key in keys
        if level in _MAY_BE_DISTRICT
        for unit in (*index.named("district", key), *index.renamed_districts.get(key, ()))
        if not provinces or provinces & _now(index.named("province", _province_key(unit)))
    ]
    wards: set[str] = set()
    told = [key for level, key in keys if level == "ward"]
    guessed = [key for level, key in keys if not level and not key.isdigit() and not index.named("province", key)]
    for key in told or guessed:
        wards |= _wards(index, key, provinces, {unit.code for unit in districts})
    if not wards:
        for district in districts:
            wards |= {code for code in _successors(district) if not provinces or _province(code) in provinces}
    found = provinces or {_province(code) for code in wards}
    return Locality(frozenset(wards), frozenset(found))


def locality_of_ward(ward_code: str | None, former_ward_code: str | None) -> Locality:
    """Return where the code of a ward leads, of today or before; nowhere if no unit has it."""
    table = unit_table()
    wards = {ward_code} if ward_code and (ward_code, False) in table.units else set()
    if not wards and former_ward_code:
        wards = set(table.successors.get(former_ward_code, ()))
    return Locality(frozenset(wards), frozenset(_province(code) for code in wards))


def compare_localities(a: Locality, b: Locality) -> str:
    """Return how far two localities agree: ``same_ward``, ``other_ward``, ``same_province`` and so on, or ``none``."""
    if a.wards and b.wards:
        if a.wards & b.wards:
            return "same_ward"
        return "other_ward" if a.provinces & b.provinces else "other_province"
    if not a.provinces or not b.provinces:
        return "none"
    return "same_province" if a.provinces & b.provinces else "other_province"


def _province_key(unit: Unit) -> str:
    """Return the lookup key of the province that a district lay in."""
    return name_key(unit_table().units[unit.parent, unit.former].name)


def _wards(index: UnitIndex, key: str, provinces: set[str], districts: set[str]) -> set[str]:
    """Return the wards of today that a name may mean, by the districts and provinces named with it."""
    units = (*index.named("ward", key), *index.renamed_wards.get(key, ()))
    in_districts = [unit for unit in units if unit.former and unit.parent in districts]
    chosen = in_districts or ([] if not provinces else units)
    codes = {code for unit in chosen for code in _now((unit,))}
    return {code for code in codes if not provinces or _province(code) in provinces}


def _now(units: tuple[Unit, ...]) -> set[str]:
    """Return the codes of today of units old and new."""
    steps = unit_table().successors
    return {code for unit in units for code in (steps.get(unit.code, ()) if unit.former else (unit.code,))}


@lru_cache(maxsize=1024)
def _successors(district: Unit) -> frozenset[str]:
    """Return the wards of today that took in wards of a district."""
    table = unit_table()
    old = (unit.code for (_, former), unit in table.units.items() if former and unit.parent == district.code)
    return frozenset(new for code in old for new in table.successors.get(code, ()))


def _province(ward_code: str) -> str:
    """Return the province of a ward of today."""
    return unit_table().units[ward_code, False].parent
