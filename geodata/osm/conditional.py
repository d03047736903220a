"""Conditional values: ``no @ (Mo-Fr 06:00-09:00); delivery @ (weight<5 AND 22:00-06:00)``."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Final

from geodata.infrastructure.columns import ROAD_KINDS
from geodata.osm.hours import WHOLE_WEEK, read_hours
from geodata.osm.keys import VEHICLE_MASKS
from geodata.osm.values import parse_metres, parse_tonnes

_COMPARISON = re.compile(r"([a-z_]+)\s*(>=|<=|>|<|=|==)\s*([0-9.,]+\s*[a-z]*)")
_AND = re.compile(r"\s+and\s+|\s*&&?\s*", re.IGNORECASE)

MEASURES: Final = {
    "weight": "above_weight_t",
    "maxweight": "above_weight_t",
    "grossweight": "above_weight_t",
    "weightrating": "above_weight_t",
    "maxweightrating": "above_weight_t",
    "gvw": "above_weight_t",
    "length": "above_length_m",
    "axleload": "above_axle_load_t",
    "maxaxleload": "above_axle_load_t",
    "height": "above_height_m",
}


@dataclass(frozen=True, slots=True)
class Clause:
    """One value with what it hangs on; every part must hold.

    Parameters
    ----------
    value
        What holds then, such as ``no``.
    text
        The condition as written.
    kinds
        Mask of the vehicle kinds it names; all of the road where it names none.
    minutes
        Set of minutes of the week; None: always.
    above
        Least measures a vehicle must exceed, by column of ``CONDITION_COLUMNS``.
    below
        Measures a vehicle must not exceed, likewise.
    unplaced
        Parts about holidays, which no week holds.
    """

    value: str
    text: str
    kinds: int = ROAD_KINDS
    minutes: int | None = None
    above: dict[str, float] = field(default_factory=dict)
    below: dict[str, float] = field(default_factory=dict)
    unplaced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConditionalValue:
    """Clauses in the order written (the last that holds decides), and the parts not understood."""

    clauses: tuple[Clause, ...]
    not_understood: tuple[str, ...]


def read_conditional(text: str) -> ConditionalValue:
    """Return the clauses of a conditional value."""
    clauses, refused = [], []
    for part in _split(text):
        value, at, condition = part.partition("@")
        clause = _read_clause(value.strip().lower(), condition.strip()) if at and value.strip() else None
        if clause is None:
            refused.append(part)
        else:
            clauses.append(clause)
    return ConditionalValue(tuple(clauses), tuple(refused))


def _split(text: str) -> list[str]:
    """Return the parts between semicolons that stand outside brackets."""
    parts, depth, part = [], 0, ""
    for character in text:
        depth += (character == "(") - (character == ")")
        if character == ";" and depth <= 0:
            parts.append(part)
            part = ""
        else:
            part += character
    return [one.strip() for one in (*parts, part) if one.strip()]


def _read_clause(value: str, condition: str) -> Clause | None:
    inside = condition[1:-1] if condition.startswith("(") and condition.endswith(")") else condition
    if not inside.strip() or "(" in inside or ")" in inside:
        return None
    kinds = ROAD_KINDS
    minutes: int | None = None
    unplaced: tuple[str, ...] = ()
    above: dict[str, float] = {}
    below: dict[str, float] = {}
    for atom in _AND.split(inside.strip()):
        lowered = atom.strip().lower()
        if lowered in VEHICLE_MASKS:
            kinds &= VEHICLE_MASKS[lowered]
        elif comparison := _COMPARISON.fullmatch(lowered):
            if not _compare(comparison[1], comparison[2], comparison[3], (above, below)):
                return None
        elif hours := read_hours(lowered):
            minutes = (WHOLE_WEEK if minutes is None else minutes) & hours.minutes
            unplaced += hours.unplaced
        else:
            return None
    return Clause(value, inside.strip(), kinds, minutes, above, below, unplaced)


def _compare(measure: str, sign: str, number: str, into: tuple[dict[str, float], dict[str, float]]) -> bool:
    """Enter a comparison among what must be exceeded or must not; return whether it was understood."""
    above, below = into
    column = MEASURES.get(measure)
    value = None
    if column is not None:
        value = parse_tonnes(number) if column.endswith("_t") else parse_metres(number)
    if column is None or value is None or math.isnan(value) or sign.startswith("="):
        return False
    if sign.startswith(">"):
        limit = value if sign == ">" else math.nextafter(value, 0.0)
        above[column] = max(limit, above.get(column, 0.0))
    else:
        limit = value if sign == "<=" else math.nextafter(value, 0.0)
        below[column] = min(limit, below.get(column, math.inf))
    return True
