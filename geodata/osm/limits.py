"""Limits of weight and size, and speeds, with their directions, vehicles and conditions."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from geodata.infrastructure.columns import BACKWARD, FORWARD, ROAD_KINDS, TRUCK_KINDS
from geodata.osm.access import Access
from geodata.osm.conditional import Clause, read_conditional
from geodata.osm.hours import WHOLE_WEEK
from geodata.osm.keys import ACCESS_CHAINS, ARTICULATED, BOTH, GOODS, LIMITS, Key, read_key
from geodata.osm.meaning import ConditionRow, Draft, blocks, measured
from geodata.osm.values import IMPLICIT_SPEEDS, NO_LIMIT, parse_kmh, parse_metres, parse_tonnes


@dataclass(frozen=True, slots=True)
class _Limit:
    column: str
    above: str
    parse: Callable[[str], float | None]


_WEIGHT: Final = _Limit("max_weight_t", "above_weight_t", parse_tonnes)
_LIMITS: Final = {
    "maxweight": _WEIGHT,
    "maxweightrating": _WEIGHT,
    "maxgcweight": _WEIGHT,
    "maxgcweightrating": _WEIGHT,
    "maxaxleload": _Limit("max_axle_load_t", "above_axle_load_t", parse_tonnes),
    "maxheight": _Limit("max_height_m", "above_height_m", parse_metres),
    "maxlength": _Limit("max_length_m", "above_length_m", parse_metres),
    "maxwidth": _Limit("max_width_m", "", parse_metres),
}


def read_limits(draft: Draft, access: Access) -> list[ConditionRow]:
    """Enter the limits of a road into the draft's columns and return those that need rows."""
    closing: list[ConditionRow] = []
    lifting: list[ConditionRow] = []
    keys = [(key, read_key(key)) for key in draft.tags if key.split(":", 1)[0] in LIMITS]
    for key, parts in keys:
        if not parts.conditional:
            closing += _plain_limit(draft, key, parts)
    for key, parts in keys:
        if parts.conditional and not parts.aside:
            lifted, closed = _conditional_limit(draft, access, key, parts)
            lifting += lifted
            closing += closed
    # The last row that matches decides: what lifts one limit must not lift the others.
    return [*lifting, *closing]


def _plain_limit(draft: Draft, key: str, parts: Key) -> list[ConditionRow]:
    limit = _LIMITS[parts.base]
    if parts.aside:
        if key not in ("maxheight:physical", "maxwidth:physical") or parts.base in draft.tags:
            return []
        parts = Key(parts.base)
    value = limit.parse(draft.tags[key]) if parts.understood else None
    if value is None:
        draft.refuse(key)
        return []
    if math.isnan(value):
        return []
    if (parts.kinds is None and parts.directions == BOTH) or not limit.above:
        if parts.directions != BOTH:
            draft.say("both_directions", key)
        draft.lower(limit.column, value)
        return []
    kinds = ROAD_KINDS if parts.kinds is None else parts.kinds
    row = ConditionRow(parts.directions, kinds, text=f"{key}={draft.tags[key]}")
    return [measured(row, {limit.above: value})]


def _conditional_limit(
    draft: Draft, access: Access, key: str, parts: Key
) -> tuple[list[ConditionRow], list[ConditionRow]]:
    """Return the rows that lift a limit at some hours, and those that close above one.

    A limit that is stricter at some hours closes the link above it then. One that is laxer at some hours turns the
    limit of the other hours into rows: closed above it always, open again at these hours to those whom access lets in,
    closed above the laxer one.
    """
    limit = _LIMITS[parts.base]
    kinds = ROAD_KINDS if parts.kinds is None else parts.kinds
    lifting: list[ConditionRow] = []
    closing: list[ConditionRow] = []
    before = draft.columns.get(limit.column, math.inf)
    read = read_conditional(draft.tags[key])
    for part in read.not_understood:
        draft.say("condition_not_understood", f"{key}={part}")
    for clause in read.clauses:
        value = limit.parse(clause.value)
        if value is None or clause.below or clause.unplaced or not parts.understood or not limit.above:
            draft.say("condition_not_understood", f"{key}={clause.value} @ ({clause.text})")
            continue
        bound = clause.kinds & kinds
        if (math.isnan(value) or value > before) and math.isfinite(before):
            if draft.columns.pop(limit.column, None) is not None:
                always = ConditionRow(BOTH, ROAD_KINDS, text=f"{parts.base}={before:g}")
                lifting.append(measured(always, {limit.above: before}))
            lifting += _lifted(access, clause, (limit.above, before), (parts.directions, bound))
        if not math.isnan(value):
            above = {**clause.above, limit.above: max(value, clause.above.get(limit.above, 0.0))}
            row = ConditionRow(parts.directions, bound, minutes=clause.minutes, text=clause.text)
            closing.append(measured(row, above))
    return lifting, closing


def _lifted(access: Access, clause: Clause, limit: tuple[str, float], where: tuple[int, int]) -> list[ConditionRow]:
    """Return rows that lift a limit while a clause holds and access is open anyway."""
    directions, kinds = where
    held: dict[int, list[tuple[int, int]]] = {}
    for kind in ACCESS_CHAINS:
        for side in (FORWARD, BACKWARD):
            minutes = access.open_minutes[kind, side] & (WHOLE_WEEK if clause.minutes is None else clause.minutes)
            if kind & kinds and side & directions & access.directions[kind] and minutes:
                held.setdefault(minutes, []).append((kind, side))
    rows = []
    for minutes, places in held.items():
        for mask, sides in blocks(places):
            at = None if minutes == WHOLE_WEEK else minutes
            row = ConditionRow(sides, mask, is_open=True, minutes=at, text=clause.text)
            rows.append(measured(row, {**clause.above, limit[0]: limit[1]}))
    return rows


def read_speeds(draft: Draft) -> list[ConditionRow]:
    """Enter the speeds of a way into the draft's columns and return those that need rows."""
    keys = [(key, read_key(key)) for key in draft.tags if key.split(":", 1)[0] == "maxspeed"]
    rows = _general_speed(draft)
    trucks = _speed(draft, "maxspeed:hgv")
    if not math.isnan(trucks):
        draft.columns["speed_hgv_kmh"] = trucks
        rows = []
    for key, parts in sorted(keys, key=lambda one: (one[1].conditional, one[1].kinds is not None)):
        if parts.aside or key in ("maxspeed", "maxspeed:hgv"):
            continue
        if not parts.understood:
            draft.refuse(key)
        elif parts.conditional:
            rows += _conditional_speed(draft, key, parts)
        else:
            value = _speed(draft, key)
            if not math.isnan(value):
                rows += _speed_rows(draft, parts, Clause("", f"{key}={draft.tags[key]}"), value)
    if "speed_kmh" not in draft.columns and rows:
        either = [row.speed_kmh for row in rows if row.minutes is None and row.kinds & GOODS and not _particular(row)]
        if either:
            draft.columns["speed_kmh"] = min(either)
    return rows


def _general_speed(draft: Draft) -> list[ConditionRow]:
    """Enter the speed of all vehicles, and return a row where the law gives articulated lorries one of their own."""
    for key in ("maxspeed", "maxspeed:type", "source:maxspeed", "zone:maxspeed"):
        value = draft.tags.get(key, "").strip()
        if value in IMPLICIT_SPEEDS:
            cars, trucks, articulated = IMPLICIT_SPEEDS[value]
            draft.columns["speed_kmh"] = cars
            if not math.isnan(trucks):
                draft.columns["speed_hgv_kmh"] = trucks
            draft.say("implicit_speed", key, speed=f"{cars:g}")
            row = ConditionRow(BOTH, ARTICULATED, is_open=True, speed_kmh=articulated, text=f"{key}={value}")
            return [] if math.isnan(articulated) else [row]
        if key == "maxspeed" and value:
            speed = _speed(draft, key)
            if not math.isnan(speed):
                draft.columns["speed_kmh"] = speed
            break
    return []


def _speed(draft: Draft, key: str) -> float:
    """Return the speed a tag gives, NaN without one; what is not understood is remarked on."""
    if key not in draft.tags:
        return math.nan
    value = parse_kmh(draft.tags[key])
    if value is None or (math.isnan(value) and draft.tags[key].strip().lower() not in NO_LIMIT):
        draft.refuse(key)
        return math.nan
    return value


def _conditional_speed(draft: Draft, key: str, parts: Key) -> list[ConditionRow]:
    read = read_conditional(draft.tags[key])
    for part in read.not_understood:
        draft.say("condition_not_understood", f"{key}={part}")
    rows = []
    for clause in read.clauses:
        value = parse_kmh(clause.value)
        if value is None or math.isnan(value) or clause.below:
            draft.say("condition_not_understood", f"{key}={clause.value} @ ({clause.text})")
            continue
        if clause.unplaced:
            draft.say("holidays_not_known", f"{key}={clause.text}", part=", ".join(clause.unplaced))
        if clause.minutes != 0:
            rows += _speed_rows(draft, parts, clause, value)
    return rows


def _speed_rows(draft: Draft, parts: Key, clause: Clause, value: float) -> list[ConditionRow]:
    """Return the row of a speed; a general one spares lorries that have a lower limit of their own."""
    kinds = clause.kinds & (ROAD_KINDS if parts.kinds is None else parts.kinds)
    if parts.kinds is None and value > draft.columns.get("speed_hgv_kmh", math.inf):
        kinds &= ~TRUCK_KINDS
    if not kinds:
        return []
    row = ConditionRow(parts.directions, kinds, is_open=True, speed_kmh=value, minutes=clause.minutes, text=clause.text)
    return [measured(row, clause.above)]


def _particular(row: ConditionRow) -> bool:
    measures = (row.above_weight_t, row.above_length_m, row.above_axle_load_t, row.above_height_m)
    return not all(math.isnan(measure) for measure in measures)
