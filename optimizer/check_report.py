"""What a check of a plan can find, and how it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from supplychain.text import Text

RELATIVE_TOLERANCE = 1e-9
"""Share of an amount by which rounding may miss it."""

MOST_NAMED = 100
"""Violations of one kind in one place that are named; a plan that breaks more is just as wrong."""

Kind = Literal[
    "shape",
    "not_a_number",
    "negative",
    "index",
    "path",
    "mode",
    "lot",
    "time",
    "length",
    "demand",
    "capacity",
    "cost",
    "emissions",
    "objective",
    "bound",
    "unproven",
    "gap",
    "shadow_price",
    "status",
]
"""``lot``: a demand too small for a link. ``time``, ``length``: a path beyond the limit of its demand. ``unproven``:
the bound may hold, but the check gave up before it could tell."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One statement of a plan that does not hold.

    Parameters
    ----------
    kind
        What was checked.
    subject
        Id of the demand, capacity or link, or the name of the field.
    text
        What does not hold.
    """

    kind: Kind
    subject: str
    text: Text


def add(found: list[Violation], kind: Kind, subject: str, en: str, vi: str) -> None:
    """Add a violation to those found."""
    found.append(Violation(kind, subject, Text(en=en, vi=vi)))


def differs(stated: float, right: float) -> bool:
    """Return whether two numbers differ by more than rounding."""
    return not abs(stated - right) <= RELATIVE_TOLERANCE * max(abs(stated), abs(right))
