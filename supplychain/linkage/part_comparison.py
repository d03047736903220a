"""How the parts of two names compare that are no words of it: numbers, legal forms, places, parts of a firm."""

from __future__ import annotations

from typing import Final

from supplychain.linkage.names import NameParts

_FREE_FORMS: Final = frozenset(("company", "group", "corporation"))
_LIMITED: Final = frozenset(("limited", "limited_one_member"))
_ONE_SIDED_FORMS: Final = (
    ("household", "household_and_firm"),
    ("general_corporation", "general_corporation_and_firm"),
    ("group", "group_and_firm"),
)


def compare_numbers(a: NameParts, b: NameParts) -> str:
    """Return how the numbers in the names compare."""
    if not a.numbers and not b.numbers:
        return "none"
    if sorted(a.numbers) == sorted(b.numbers):
        return "equal"
    return "one_sided" if not a.numbers or not b.numbers else "differ"


def compare_forms(a: NameParts, b: NameParts) -> str:
    """Return how the legal forms compare; a plain *company* goes with every form but a household's."""
    if not a.forms or not b.forms:
        return "none"
    if a.forms == b.forms:
        return "equal"
    for form, level in _ONE_SIDED_FORMS:
        if (form in a.forms) != (form in b.forms):
            return level
    strict_a, strict_b = a.forms - _FREE_FORMS, b.forms - _FREE_FORMS
    if not strict_a or not strict_b or strict_a & strict_b:
        return "compatible"
    if strict_a <= _LIMITED and strict_b <= _LIMITED:
        return "compatible"
    return "differ"


def compare_sets(a: frozenset[str], b: frozenset[str]) -> str:
    """Return how two sets of ideas compare."""
    if not a and not b:
        return "none"
    if a == b:
        return "equal"
    if not a or not b:
        return "one_sided"
    return "overlap" if a & b else "differ"
