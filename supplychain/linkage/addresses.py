"""Addresses taken apart for comparison: house, street, park and lot, and the words of the units they lie in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from supplychain.text import fold

_SEGMENTS: Final = re.compile(r"[,;\n]|\s[-–—]\s")
_WORDS: Final = re.compile(r"[a-z0-9]+(?:[/\-.][a-z0-9]+)*")
_PARK: Final = re.compile(
    r"\b(?:kcn|kcx|ccn|khu cong nghiep|khu che xuat|cum cong nghiep|khu cong nghe cao|industrial park|"
    r"industrial zone|export processing zone|iz|ip|epz)\b\.?"
)
_PARK_BEHIND: Final = re.compile(r"(.*?)\b(?:industrial (?:park|zone)|export processing zone|ip|iz|epz)\b")
_LOT: Final = re.compile(
    r"\b(?:lo|lot|o|plot|lo dat|lo so)\s+(?:so\s+|dat\s+)?((?:[a-z]{1,3}[\-_./ ]?)?\d+[a-z0-9\-_./]*|[a-z]\d*\b)"
)
_HOUSE: Final = re.compile(r"^\s*(?:so nha|so|no\.?|#|nha so)?\s*:?\s*(\d+[a-z]{0,2}(?:\s*[/\-]\s*\d+[a-z]{0,2})*)\b")
_STREET_AHEAD: Final = re.compile(
    r"^(?:duong so|duong|dai lo|quoc lo|tinh lo|huong lo|pho|hem|street no|street|road|d\.)\b\.?\s*(?=[a-z0-9])"
)
_STREET_BEHIND: Final = re.compile(r"\b(?:street|st|road|rd|avenue|ave|boulevard|blvd|highway|hwy)\b\.?$")
_UNIT: Final = re.compile(
    r"^(?:(?:phuong|p|xa|x|thi tran|tt|quan|q|huyen|h|thi xa|tx|thanh pho|tp|tinh|t|ap|khu pho|kp|khu vuc|to|ward|"
    r"district|dist|province|city|commune|town|hamlet|quarter)\b\.?\s*)|\b(?:ward|district|province|city|commune|town)$"
)
_COUNTRY: Final = frozenset(("viet nam", "vietnam", "vn"))
_ABBREVIATIONS: Final = (
    (
        re.compile(r"\b(?:tp|thanh pho)\.?\s*(?:hcm|ho chi minh)\b|\btphcm\b|\bhcmc\b|\bho chi minh city\b"),
        "ho chi minh",
    ),
    (re.compile(r"\bql\s*\.?\s*(\d)"), r"quoc lo \1"),
    (re.compile(r"\b(?:dt|tl)\s*\.?\s*(\d)"), r"tinh lo \1"),
    (re.compile(r"\bdl\b\.?"), "dai lo"),
    (re.compile(r"\bvsip\s*(\d|i|l)"), r"vsip \1"),
    (re.compile(r"\biii\b"), "3"),
    (re.compile(r"\bii\b"), "2"),
    (re.compile(r"\bi\b"), "1"),
    (re.compile(r"\biv\b"), "4"),
)


@dataclass(frozen=True, slots=True)
class AddressParts:
    """An address taken apart; words are folded.

    Parameters
    ----------
    house
        House number with its alleys, such as ``12/3a``; empty if none.
    street
        Words of the street's name without the word for street.
    lot
        Label of the lot in a park, letters and figures only.
    park
        Words of the park's name.
    units
        Names of quarters, wards, districts, provinces without the words for such.
    words
        All words.
    """

    house: str
    street: str
    lot: str
    park: str
    units: tuple[str, ...]
    words: frozenset[str]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written."""
        return not self.words


def take_address_apart(address: str | None) -> AddressParts:
    """Return the parts of an address; what is not understood stays among its words."""
    text = fold(address or "")
    for pattern, replacement in _ABBREVIATIONS:
        text = pattern.sub(replacement, text)
    house = street = lot = park = ""
    units: list[str] = []
    for segment in _SEGMENTS.split(text):
        rest = " ".join(segment.split())
        if not rest or rest in _COUNTRY:
            continue
        found_lot = _LOT.search(rest)
        if found_lot:
            lot = lot or re.sub(r"[^a-z0-9]", "", found_lot.group(1))
            rest = " ".join((rest[: found_lot.start()] + " " + rest[found_lot.end() :]).split())
        park_name, rest = _park_of(rest)
        park = park or park_name
        number = _HOUSE.match(rest)
        if number and not house and not street:
            house = re.sub(r"\s|^0+(?=\d)", "", number.group(1))
            rest = rest[number.end() :].strip(" .")
        named = _STREET_BEHIND.sub("", _STREET_AHEAD.sub("", rest))
        if named != rest or (number and rest and not street and not _UNIT.search(rest)):
            street = street or _name_in(named)
        elif _UNIT.search(rest):
            units.append(_UNIT.sub("", rest).strip(" ."))
        elif rest:
            units.append(rest.strip(" ."))
    words = frozenset(_WORDS.findall(text))
    return AddressParts(house, street, lot, park, tuple(unit for unit in units if unit), words)


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
    return " ".join(_WORDS.findall(text))
