"""Codes and identifiers in cells, checked and brought to their normal form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from supplychain.codes import (
    CodeError,
    check_gln,
    check_hs,
    check_isic,
    check_lei,
    check_locode,
    check_month,
    check_tax_code,
    check_vsic,
)
from supplychain.text import Text

_CHECKS: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {
        "lei": check_lei,
        "gln": check_gln,
        "hs_code": check_hs,
        "isic_code": check_isic,
        "un_locode": check_locode,
        "month": check_month,
        "first_month": check_month,
        "last_month": check_month,
    }
)


def check_codes(values: dict[str, Any], vsic_version: str, notes: list[Text]) -> list[tuple[str, Text]]:
    """Put the codes among a row's values into their normal form, and return what is wrong with each that has none.

    Parameters
    ----------
    values
        Values by field; changed in place, a wrong code is taken out.
    vsic_version
        Edition of VSIC codes where the row names none.
    notes
        Takes what was put right.
    """
    faults: list[tuple[str, Text]] = []
    for name in _FIELDS & values.keys():
        value = str(values[name])
        try:
            if name == "tax_code":
                code = check_tax_code(value)
                values[name] = code.code
                if code.note is not None:
                    notes.append(code.note)
            elif name == "vsic_code":
                values[name] = check_vsic(value, str(values.get("vsic_version", vsic_version)))
            else:
                values[name] = _CHECKS[name](value)
        except CodeError as error:
            faults.append((name, error.text))
            del values[name]
    return faults


_FIELDS: Final = frozenset({*_CHECKS, "tax_code", "vsic_code"})
