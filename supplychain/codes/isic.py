"""ISIC Rev. 4: which codes exist, and the VSIC 2018 classes read as each class of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Final

DIVISION_DIGITS: Final = 2
CLASS_DIGITS: Final = 4


@lru_cache(maxsize=1)
def isic_classes() -> Mapping[str, tuple[str, ...]]:
    """Return the VSIC 2018 classes (4 digits) by ISIC Rev. 4 class; a class may have none."""
    text = files("supplychain.codes").joinpath("data", "isic4.csv").read_text(encoding="utf-8")
    rows = csv.reader(io.StringIO(text))
    next(rows)
    return {isic: tuple(vsic.split()) for isic, vsic in rows}


@lru_cache(maxsize=1)
def _classes_by_vsic() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for isic, codes in isic_classes().items():
        for code in codes:
            found[code] = (*found.get(code, ()), isic)
    return found


def is_isic(code: str) -> bool:
    """Tell whether ISIC Rev. 4 has a division, group or class of these digits, or a section A to U."""
    if code.isalpha():
        return "A" <= code <= "U"
    return any(known.startswith(code) for known in isic_classes())


def isic_of_vsic(code: str) -> tuple[str, ...]:
    """Return the ISIC classes of a VSIC 2018 code, a division for two digits; nothing for a section."""
    if code.isalpha():
        return ()
    if len(code) == DIVISION_DIGITS:
        return (code,)
    classes = _classes_by_vsic()
    group = code[:CLASS_DIGITS]
    return tuple(sorted({isic for vsic, found in classes.items() if vsic.startswith(group) for isic in found}))
