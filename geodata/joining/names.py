"""Whether two roads are called the same: numbers such as QL13, ``13`` and ``Quốc lộ 13``, and names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from supplychain.text import fold

KINDS: Final = (
    ("ql", ("quoc lo", "ql", "nh", "national highway")),
    ("tl", ("tinh lo", "duong tinh", "dt", "tl", "provincial road", "duong tinh lo")),
    ("hl", ("huong lo", "duong huyen", "hl", "dh")),
    ("ct", ("cao toc", "ct")),
    ("vd", ("vanh dai", "duong vanh dai", "vd", "ring road")),
)
GENERIC: Final = re.compile(r"^(duong|dai lo|pho|quoc lo|tinh lo|cau|noi dai|cao toc|xa lo(?! ha noi))\s+")
NUMBERED: Final = re.compile(r"^([a-z ]*?)[\s.\-]*(\d{1,3})[\s.\-]*([a-z]?)$")
SHORTEST_NAME: Final = 5


@dataclass(frozen=True, slots=True)
class RoadCall:
    """What a road is called.

    Parameters
    ----------
    numbers
        Its numbers as (kind, number, letter); the kind is empty where the source does not tell.
    names
        Its names, folded, without words such as ``đường``.
    """

    numbers: frozenset[tuple[str, str, str]]
    names: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.numbers or self.names)


def road_call(*labels: str) -> RoadCall:
    """Return what labels (numbers, names; several between ``;`` or ``–``, remarks in brackets) call a road."""
    numbers: set[tuple[str, str, str]] = set()
    names: set[str] = set()
    for label in labels:
        for part in re.split(r"[;/]|\s[–—-]\s", re.sub(r"\(.*?\)", " ", label)):
            folded = " ".join(fold(part).split())
            number = _number(folded)
            if number is not None:
                numbers.add(number)
            elif len(bare := GENERIC.sub("", folded)) >= SHORTEST_NAME:
                names.add(bare)
    return RoadCall(frozenset(numbers), frozenset(names))


def same_road(one: RoadCall, other: RoadCall) -> bool:
    """Return whether two roads share a number or a name; roads without either share nothing."""
    if one.names & other.names:
        return True
    return any(_same_number(mine, theirs) for mine in one.numbers for theirs in other.numbers)


def _number(folded: str) -> tuple[str, str, str] | None:
    found = NUMBERED.match(folded)
    if found is None:
        return None
    word = found[1].strip(" .-")
    for kind, words in KINDS:
        if word in words:
            return kind, found[2].lstrip("0"), found[3]
    return ("", found[2].lstrip("0"), found[3]) if not word else None


def _same_number(one: tuple[str, str, str], other: tuple[str, str, str]) -> bool:
    if one[1] != other[1] or (one[0] and other[0] and one[0] != other[0]):
        return False
    # Highway 1 is signed both 1 and 1A; other letters tell branches apart.
    return one[2] == other[2] or {one[2], other[2]} == {"", "a"}
