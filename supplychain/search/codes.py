"""Codes as terms of the index: a code is found by every shorter form of it, in either edition of VSIC."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from supplychain.codes import Vsic, check_hs, check_isic, check_vsic
from supplychain.codes.errors import CodeError
from supplychain.search.errors import SearchError
from supplychain.text import Text

SYSTEMS: Final = ("hs", "vsic", "vsic2018", "vsic2025", "isic")

NO_SYSTEM: Final = Text(
    en='Code "{code}" does not say its system: write hs:8534, vsic:2610 (also vsic2018:, vsic2025:) or isic:2610.',
    vi='Mã "{code}" chưa ghi hệ thống: hãy viết hs:8534, vsic:2610 (hoặc vsic2018:, vsic2025:) hay isic:2610.',
)

_CHECKS: Final[dict[str, Callable[[str], str]]] = {
    "hs": check_hs,
    "vsic2018": lambda code: check_vsic(code, "2018"),
    "vsic2025": lambda code: check_vsic(code, "2025"),
    "isic": check_isic,
}
_STEPS: Final = {"hs": (2, 4, 6, 8), "vsic2018": (2, 3, 4, 5), "vsic2025": (2, 3, 4, 5), "isic": (2, 3, 4)}


def asked_codes(code: str) -> tuple[str, ...]:
    """Return the codes with their systems that a question's code stands for, as ``hs:8534``.

    ``vsic:`` stands for both editions.

    Raises
    ------
    SearchError
        Where the system is not named or unknown.
    CodeError
        Where the code has not the form of its system.
    """
    system, colon, digits = code.strip().partition(":")
    system = system.strip().lower()
    if not colon or system not in SYSTEMS:
        raise SearchError(NO_SYSTEM.format(code=code))
    if system != "vsic":
        return (f"{system}:{_CHECKS[system](digits)}",)
    found = []
    for edition in ("vsic2018", "vsic2025"):
        try:
            found.append(f"{edition}:{_CHECKS[edition](digits)}")
        except CodeError:
            if edition == "vsic2025" and not found:
                raise
    return tuple(found)


def kept_code(system: str, code: object) -> tuple[str, ...]:
    """Return a record's code in the form the index keeps, as ``hs:853400``; nothing for an empty or malformed one.

    Imports check every code before it is stored, so a malformed one can only be an old row of a pack.
    """
    text = str(code or "").strip()
    return _kept(system, text) if text else ()


@lru_cache(maxsize=1 << 14)
def _kept(system: str, text: str) -> tuple[str, ...]:
    try:
        return (f"{system}:{_CHECKS[system](text)}",)
    except CodeError:
        return ()


def stepped_codes(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return codes with what their VSIC codes are in the other edition, and the sections these stand in.

    A code that was divided becomes all of its parts: which of them a firm does is not known, so each finds it.
    """
    return tuple(dict.fromkeys(one for code in codes for one in (code, *_steps(code))))


@lru_cache(maxsize=1 << 14)
def _steps(code: str) -> tuple[str, ...]:
    system, _, digits = code.partition(":")
    if not system.startswith("vsic"):
        return ()
    vsic, edition = Vsic(), system.removeprefix("vsic")
    other = "2025" if edition == "2018" else "2018"
    try:
        steps = vsic.to_2025(digits) if edition == "2018" else vsic.to_2018(digits)
        above = [f"{system}:{one.code}" for one in vsic.parents(vsic.get(digits, edition)) if one.code.isalpha()]
    except CodeError:
        return ()
    there = [vsic.get(step.code, other) for step in steps]
    sections = [one.code for industry in there for one in vsic.parents(industry) if one.code.isalpha()]
    found = (*above, *(f"vsic{other}:{step.code}" for step in steps), *(f"vsic{other}:{one}" for one in sections))
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=1 << 14)
def code_terms(code: str) -> tuple[str, ...]:
    """Return a code and every shorter form of it: ``hs:853400`` gives ``hs:85``, ``hs:8534``, ``hs:853400``."""
    system, _, digits = code.partition(":")
    if digits.isalpha():
        return (code,)
    return tuple(f"{system}:{digits[:length]}" for length in _STEPS[system] if length <= len(digits))


def terms_of(codes: Iterable[str]) -> tuple[str, ...]:
    """Return the terms of several codes, each once."""
    return tuple(dict.fromkeys(term for code in codes for term in code_terms(code)))
