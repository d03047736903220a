"""Whether a place lies in a ward, district, province or park that a text names, before or since July 2025.

Nothing is guessed: a name that means several units takes all of them and the answer lists those it met, and a place
whose ward is not certain is neither inside nor outside.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from supplychain.codes import Unit, find_units, parse_address, to_new
from supplychain.codes.units import Level, unit_table
from supplychain.errors import HinterlandError
from supplychain.sourcing.values import Written
from supplychain.text import Text, fold

Lies = Literal["in", "out", "unsure", "unknown"]
"""``unsure``: it may lie there, its ward is not certain; ``unknown``: nothing says where it lies."""

PARK_WORDS: Final = ("kcn ", "khu cong nghiep ")
MOST_LISTED: Final = 5

NO_REGION: Final = Text(
    en="There is no ward, district, province or park called {region}; check the spelling, or write one of them alone.",
    vi="Không có phường, xã, huyện, tỉnh hoặc khu nào tên {region}; hãy kiểm tra chính tả, hoặc chỉ ghi một nơi.",
)
READ_AS: Final = Text(
    en="{region} can mean {count} places; taken here: {units}. To name one, write its kind or what it lies in "
    "(phường …; …, Bình Dương).",
    vi="{region} có thể là {count} nơi; ở đây lấy: {units}. Để chỉ rõ một nơi, hãy ghi cấp hoặc nơi trực thuộc "
    "(phường …; …, Bình Dương).",
)
FORMER: Final = Text(en="{title} (before July 2025)", vi="{title} (trước tháng 7/2025)")
PARK: Final = Text(en="the park {title}", vi="khu {title}")


@dataclass(frozen=True, slots=True)
class Area:
    """What a text can mean: administrative units, or words to be found in names of parks and in addresses.

    Parameters
    ----------
    text
        As written.
    words
        Folded.
    units
        Units of that name; none where it is no unit's.
    """

    text: str
    words: str
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Units in which a facility or plot lies, as far as known.

    Parameters
    ----------
    wards
        Codes of wards since July 2025: one if certain, several where it may be any.
    former_ward, former_district
        Code of the ward and district before; empty where not known.
    former_provinces, provinces
        Codes of provinces before and since; none where not known.
    """

    wards: frozenset[str] = frozenset()
    former_ward: str = ""
    former_district: str = ""
    former_provinces: frozenset[str] = frozenset()
    provinces: frozenset[str] = frozenset()


@lru_cache(maxsize=256)
def read_area(text: str) -> Area:
    """Return what the name of a region can mean."""
    name = text.strip()
    if name.isdigit():
        table = unit_table().units
        return Area(name, name, tuple(table[name, former] for former in (True, False) if (name, former) in table))
    return Area(name, plain(name), find_units(name) if name else ())


def plain(text: str) -> str:
    """Return a text folded, without commas and points."""
    return " ".join(fold(text).replace(",", " ").replace(".", " ").split())


def lies_in(region: str, written: Written, words: Iterable[str]) -> Lies:
    """Return whether a place lies in a region.

    Parameters
    ----------
    region
        Name of a ward, district or province of either time, or of a park, or its id; empty for everywhere.
    written
        What is recorded of where the place lies.
    words
        Names and ids of its park, and its address, folded.
    """
    area = read_area(region)
    if not area.words or _is_park(area, words):
        return "in"
    if not area.units:
        return "in" if any(f" {area.words} " in f" {word} " for word in words) else "out"
    found = {_lies(unit, place_of(written)) for unit in area.units}
    order: tuple[Lies, ...] = ("in", "unsure", "unknown", "out")
    return next(one for one in order if one in found)


def check_region(region: str, places: Iterable[tuple[Written, tuple[str, ...]]]) -> None:
    """Raise unless a text names a unit, or anything recorded of some place.

    Raises
    ------
    HinterlandError
        If it names neither.
    """
    area = read_area(region)
    if not area.words or area.units or any(lies_in(region, written, words) == "in" for written, words in places):
        return
    raise HinterlandError(NO_REGION.format(region=area.text))


def _is_park(area: Area, words: Iterable[str]) -> bool:
    """Return whether a text is the whole name of the park, or its id, with or without the word for a park."""
    names = {area.words, *(f"{word}{area.words}" for word in PARK_WORDS)}
    return any(word in names for word in words)


def readings(region: str, places: Iterable[tuple[Written, tuple[str, ...]]]) -> tuple[Text, ...]:
    """Return by which meanings of an ambiguous name places lie in a region; nothing where it has one meaning only."""
    area = read_area(region)
    seen = list(places)
    met = [unit for unit in area.units if any(_lies(unit, place_of(written)) == "in" for written, _ in seen)]
    told = [_title(unit) for unit in met]
    if area.units and any(_is_park(area, words) for _, words in seen):
        told.append(Text(en=PARK.en.format(title=area.text), vi=PARK.vi.format(title=area.text)))
    count = len(area.units) + len(told) - len(met)
    if not told or count == 1:
        return ()
    shown = told[:MOST_LISTED]
    return (
        Text(
            en=READ_AS.en.format(region=area.text, count=count, units=", ".join(one.en for one in shown)),
            vi=READ_AS.vi.format(region=area.text, count=count, units=", ".join(one.vi for one in shown)),
        ),
    )


def _title(unit: Unit) -> Text:
    title = unit.title
    if not unit.former:
        return title
    return Text(en=FORMER.en.format(title=title.en), vi=FORMER.vi.format(title=title.vi))


@lru_cache(maxsize=65_536)
def place_of(written: Written) -> Place:
    """Return in which units something lies: by its codes, else by its address, else by the ward of its park."""
    table = unit_table().units
    own = frozenset({written.ward_code} if (written.ward_code, False) in table else ())
    if (written.former_ward_code, True) in table:
        wards = own or frozenset(unit.code for unit in to_new(written.former_ward_code))
        return Place(wards, written.former_ward_code)
    if own:
        return Place(own)
    found = _of_address(written.address) if written.address else Place()
    return found if found.wards else _of_park(written, found)


def _of_address(address: str) -> Place:
    parsed = parse_address(address)
    ward, district, province = parsed.ward, parsed.district, parsed.province
    wards = frozenset(unit.code for unit in parsed.new_wards)
    if not wards and district is not None:
        wards = frozenset(unit.code for unit in to_new(district.code))
    former = ward.code if ward is not None and ward.former else ""
    code = frozenset(() if province is None else (province.code,))
    if province is not None and province.former:
        return Place(wards, former, "" if district is None else district.code, code)
    return Place(wards, former, "" if district is None else district.code, provinces=code)


def _of_park(written: Written, known: Place) -> Place:
    """Return the ward of the park, among those of that name in what its former province became."""
    provinces = frozenset(unit.code for unit in find_units(written.park_province) if unit.former and not unit.parent)
    into = {unit.code for code in provinces for unit in to_new(code)}
    named = find_units(written.park_ward) if written.park_ward else ()
    wards = frozenset(unit.code for unit in named if not unit.former and unit.level == "ward" and unit.parent in into)
    if not wards and not provinces:
        return known
    return Place(wards, known.former_ward, known.former_district, provinces)


def _lies(unit: Unit, place: Place) -> Lies:
    return _in_former(unit, place) if unit.former else _in_new(unit, place)


def _in_new(unit: Unit, place: Place) -> Lies:
    table = unit_table()
    into = {new for code in place.former_provinces for new in table.successors[code]} | place.provinces
    if unit.level == "ward":
        if place.wards:
            return _of_all([code == unit.code for code in place.wards])
        return "unknown" if not into or unit.parent in into else "out"
    provinces = {table.units[code, False].parent for code in place.wards} or into
    return _of_all([code == unit.code for code in provinces])


def _in_former(unit: Unit, place: Place) -> Lies:
    level = unit.level
    if _elsewhere(unit, place):
        return "out"
    if place.former_ward:
        return _of_all([_above(place.former_ward, level) == unit.code])
    if place.former_district and level != "ward":
        return _of_all([_above(place.former_district, level) == unit.code])
    if level == "province" and place.former_provinces:
        return _of_all([code == unit.code for code in place.former_provinces])
    table = unit_table()
    before = [former for code in place.wards for former in table.predecessors.get(code, ())]
    return _of_all([_above(former, level) == unit.code for former in before])


def _elsewhere(unit: Unit, place: Place) -> bool:
    """Return whether a place is known to lie in another province than a former unit did."""
    own = _above(unit.code, "province")
    if place.former_provinces:
        return own not in place.former_provinces
    return bool(place.provinces) and not place.provinces & set(unit_table().successors[own])


def _above(code: str, level: Level) -> str:
    """Return the code of the former unit of a level that a former unit is, or belongs to; empty for none."""
    table = unit_table()
    unit = table.units[code, True]
    return next((one.code for one in (unit, *table.parents(unit)) if one.level == level), "")


def _of_all(found: list[bool]) -> Lies:
    if not found:
        return "unknown"
    if all(found):
        return "in"
    return "unsure" if any(found) else "out"
