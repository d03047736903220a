"""Which headings and subheadings HS 2022 has, and what its chapters are called."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

from supplychain.codes.goods import check_hs
from supplychain.text import Text

SUBHEADING_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Goods:
    """What HS 2022 says about a code.

    Parameters
    ----------
    code
        2, 4, 6 or 8 digits.
    chapter
        Short title of its chapter, our own words.
    compared
        Digits that were held against HS 2022: up to six; digits seven and eight are of the ASEAN or national tariff.
    exists
        Whether HS 2022 has those digits.
    """

    code: str
    chapter: Text
    compared: int
    exists: bool


def look_up_hs(text: str) -> Goods:
    """Return what HS 2022 says about a code.

    Raises
    ------
    CodeError
        Where the form is wrong or there is no such chapter.
    """
    code = check_hs(text)
    compared = code[:SUBHEADING_DIGITS]
    subheadings = _subheadings()
    heading = compared[:4]
    exists = len(compared) == len("01") or (
        heading in subheadings and (compared == heading or compared[4:] in subheadings[heading])
    )
    return Goods(code, _chapters()[code[:2]], len(compared), exists)


@lru_cache(maxsize=1)
def _subheadings() -> Mapping[str, frozenset[str]]:
    return {row["heading"]: frozenset(row["subheadings"].split()) for row in _rows("hs2022.csv")}


@lru_cache(maxsize=1)
def _chapters() -> Mapping[str, Text]:
    return {row["chapter"]: Text(en=row["name_en"], vi=row["name_vi"]) for row in _rows("hs_chapters.csv")}


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files("supplychain.codes").joinpath("data", name).read_text(encoding="utf-8")
    return csv.DictReader(io.StringIO(text))
