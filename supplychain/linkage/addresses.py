"""Addresses taken apart for comparison: the numbers and names of door, street, lot and park, and the units around."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from supplychain.linkage.syllables import fold_word
from supplychain.text import fold

UnitLevel = Literal["ward", "district", "city", "province", ""]

_SEGMENTS: Final = re.compile(r"[,;\n]|\s[-–—]\s")
_WORDS: Final = re.compile(r"[a-z0-9]+(?:[/\-_.][a-z0-9]+)*")
_PUNCTUATION: Final = re.compile(r"[\s\-_.]")
_PARK: Final = re.compile(
    r"\b(?:kcn|kcx|ccn|khu cong nghiep(?: tap trung)?|khu che xuat|cum cong nghiep|khu cong nghe cao|industrial park|"
    r"industrial zone|hi-?tech park|export processing zone|iz|ip|epz)\b\.?"
)
_PARK_BEHIND: Final = re.compile(
    r"(.*?)\b(?:industrial (?:park|zone)|export processing zone|hi-?tech park|ip|iz|epz)\b"
)
_LOT: Final = re.compile(
    r"\b(?:lo dat|lo so|lo|lot|plot no|plot)\b\.?\s*((?:[a-z]{1,3}[\-_./ ]?)?\d+[a-z0-9\-_./]*|[a-z]\d*\b)"
)
_UNITS: Final[tuple[tuple[re.Pattern[str], UnitLevel], ...]] = (
    (
        re.compile(r"^(?:phuong|xa|thi tran|dac khu|ward|tt\b\.?|[pxf]\b\.?)\s*(?=\w)|\s(?:ward|commune|township)$"),
        "ward",
    ),
    (re.compile(r"^(?:quan|huyen|thi xa|tx\b\.?|district|[qh]\b\.?)\s*(?=\w)|\s(?:district|town)$"), "district"),
    (re.compile(r"^(?:thanh pho|tp\b\.?)\s*(?=\w)|\s(?:city)$"), "city"),
    (re.compile(r"^(?:tinh|t\b\.?)\s*(?=\w)|\s(?:province)$"), "province"),
)
_DETAIL: Final = re.compile(
    r"^(?:so|no|duong|d|dai lo|quoc lo|tinh lo|huong lo|pho|hem|ngo|ngach|kiet|khu|kp|ap|thon|to|doi|thua|lau|tang|toa|"
    r"nha|can|sap|ki ot|kiot|cho|quarter|hamlet|group|land plot|map sheet|floor|block|building|kho|xuong)\b|"
    r"\b(?:street|st|road|rd|avenue|ave|boulevard|blvd|highway|hwy|floor|tower|building)\b\.?|\d"
)
_QUARTERS: Final = ("kp", "ap", "to")
_COUNTRY: Final = frozenset(("viet nam", "vietnam", "vn", "s r vietnam"))
_WORDS_THAT_LEAD: Final = """
so no duong d dai lo lot plot quoc tinh huong pho hem ngo ngach khu kp ap thon to thua dat ban do lau tang toa nha can
street st road rd avenue ave quarter hamlet group land map sheet floor building national highway tower kcn kcx ccn
"""
_SAY_NOTHING: Final = frozenset(_WORDS_THAT_LEAD.split())
_ABBREVIATIONS: Final = (
    (
        re.compile(r"\b(?:tp|thanh pho)\.?\s*(?:hcm|ho chi minh)\b|\btphcm\b|\bhcmc\b|\bho chi minh city\b"),
        "tp ho chi minh",
    ),
    (re.compile(r"\btdm\b"), "thu dau mot"),
    (re.compile(r"(?<=,)\s*bd\s*$"), "binh duong"),
    (re.compile(r"\bbrvt\b"), "ba ria vung tau"),
    (re.compile(r"\bql\s*\.?\s*(?=\d)|\bnational (?:road|highway) (?=\d)"), "quoc lo "),
    (re.compile(r"\b(?:dt|tl)\s*\.?\s*(?=\d)"), "dt "),
    (re.compile(r"\btbd\b|\bmap sheet\b"), "to ban do"),
    (re.compile(r"\b(?:khu pho|kp|quarter)\s*(\d+[a-z]?)\b"), r"khu \1kp"),
    (re.compile(r"\b(?:ap|hamlet)\s*(\d+[a-z]?)\b"), r"ap \1ap"),
    (re.compile(r"\b(?:to dan pho|to|group)\s*(\d+[a-z]?)\b"), r"to \1to"),
    (re.compile(r"(\d+) thang (\d+)"), r"\1/\2"),
    (re.compile(r"\bdl\b\.?"), "dai lo"),
    (re.compile(r"\bvsip\s*(?=\d)"), "vsip "),
    (re.compile(r"\bii-a\b"), "2a"),
    (re.compile(r"\biii\b"), "3"),
    (re.compile(r"\bii\b"), "2"),
    (re.compile(r"\biv\b"), "4"),
    (re.compile(r"(?<=\w )i\b"), "1"),
)


@dataclass(frozen=True, slots=True)
class AddressParts:
    """An address taken apart; words are folded.

    Parameters
    ----------
    numbers
        Everything with a figure in it that leads to the door: house, alley, lot, street, plot, map sheet.
    names
        Words of streets, quarters and buildings.
    park
        Words of the park's name.
    units
        Level and name of wards, districts, cities and provinces; the level is empty where no word tells it.
    """

    numbers: frozenset[str]
    names: frozenset[str]
    park: str
    units: tuple[tuple[UnitLevel, str], ...]

    @property
    def leads_to_a_door(self) -> bool:
        """Whether there is more than units and a park."""
        return bool(self.numbers or self.names)


@lru_cache(maxsize=1 << 15)
def take_address_apart(address: str) -> AddressParts:
    """Return the parts of an address in Vietnamese or English; an empty address has empty parts."""
    text = fold(address.replace("Ð", "Đ").replace("ð", "đ"))
    for pattern, replacement in _ABBREVIATIONS:
        text = pattern.sub(replacement, text)
    numbers: set[str] = set()
    names: set[str] = set()
    park = ""
    units: list[tuple[UnitLevel, str]] = []
    for segment in _SEGMENTS.split(text):
        rest = " ".join(segment.split()).strip(" .")
        if not rest or rest in _COUNTRY:
            continue
        named_park, rest = _park_of(rest)
        park = park or named_park
        lot = _LOT.search(rest)
        if lot:
            numbers.add(_PUNCTUATION.sub("", lot.group(1)))
            rest = (rest[: lot.start()] + " " + rest[lot.end() :]).strip()
        unit = _unit_of(rest) if rest and not lot else None
        if unit:
            units.append(unit)
        elif rest:
            _add_details(rest, numbers, names)
    return AddressParts(frozenset(numbers), frozenset(names), park, tuple(units))


def _unit_of(segment: str) -> tuple[UnitLevel, str] | None:
    """Return the level and name of the unit that a part of an address names, None if it leads to the door."""
    for pattern, level in _UNITS:
        found = pattern.search(segment)
        if found:
            return level, (segment[: found.start()] + segment[found.end() :]).strip(" .")
    return None if _DETAIL.search(segment) else ("", segment)


def _add_details(segment: str, numbers: set[str], names: set[str]) -> None:
    """Add the words of a part of an address that leads to the door."""
    for word in _WORDS.findall(segment):
        if word.endswith(_QUARTERS) and word[0].isdigit():
            names.add(word)
        elif any(character.isdigit() for character in word):
            numbers.add(_PUNCTUATION.sub("", word).lstrip("0") or "0")
        elif word not in _SAY_NOTHING:
            names.add(fold_word(word))


def _park_of(segment: str) -> tuple[str, str]:
    """Return the name of the park that a part of an address names, and what else it says."""
    found = _PARK.search(segment)
    if found is None:
        return "", segment
    behind = _name_in(segment[found.end() :])
    if behind:
        return behind, segment[: found.start()].strip()
    before = _PARK_BEHIND.match(segment)
    return (_name_in(before.group(1)), "") if before else ("", segment)


def _name_in(text: str) -> str:
    """Return the words of a text, one space between them."""
    return " ".join(fold_word(word) for word in _WORDS.findall(text))
