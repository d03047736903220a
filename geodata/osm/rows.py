"""Columns of links, nodes and conditions from what the tags say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata.columns import NO_CODE, Flags, Ids
from geodata.infrastructure.build import make_conditions, make_schedules
from geodata.infrastructure.columns import CONDITION_COLUMNS, INFRASTRUCTURE_LINK_COLUMNS
from geodata.infrastructure.infrastructure import Conditions
from geodata.infrastructure.weekly import Schedules
from geodata.osm.hours import intervals
from geodata.osm.meaning import ConditionRow, WayMeaning
from geodata.osm.roads import CLASS_CODES, MODE_CODES

_MEANING_COLUMNS: Final = (
    "oneway", "access_forward", "access_backward", "destination_only", "lanes", "surface", "speed_kmh", "speed_hgv_kmh",
    "toll", "bridge", "tunnel", "layer", "max_weight_t", "max_axle_load_t", "max_height_m", "max_length_m",
    "max_width_m", "max_draught_m", "max_vessel_t", "gauge_mm", "track_use", "electrified",
)  # fmt: skip


class ScheduleBook:
    """Collects sets of minutes; equal ones are one schedule and bear the text of the first."""

    def __init__(self) -> None:
        self._places: dict[int, int] = {}
        self._texts: list[str] = []

    def place(self, minutes: int | None, text: str) -> int:
        """Return the index of a schedule; -1 for always."""
        if minutes is None:
            return NO_CODE
        if minutes not in self._places:
            self._places[minutes] = len(self._texts)
            self._texts.append(text)
        return self._places[minutes]

    def schedules(self) -> Schedules:
        """Return what was collected."""
        return make_schedules(self._texts, [intervals(minutes) for minutes in self._places])


def meaning_columns(meanings: Sequence[WayMeaning], combination: NDArray[np.int32]) -> dict[str, NDArray[Any]]:
    """Return the link columns that tags decide, given the combination of tags of each link."""
    defaults = {column.name: column for column in INFRASTRUCTURE_LINK_COLUMNS}
    columns: dict[str, NDArray[Any]] = {}
    for name in _MEANING_COLUMNS:
        column = defaults[name]
        values = [meaning.columns.get(name, column.default) for meaning in meanings]
        columns[name] = np.array(values, dtype=column.dtype)[combination]
    modes = [MODE_CODES.get(meaning.mode, NO_CODE) for meaning in meanings]
    classes = [CLASS_CODES.get(meaning.link_class, NO_CODE) for meaning in meanings]
    columns["mode"] = np.array(modes, dtype=np.int8)[combination]
    columns["link_class"] = np.array(classes, dtype=np.int8)[combination]
    return columns


def meaning_conditions(
    meanings: Sequence[WayMeaning], combination: NDArray[np.int32], book: ScheduleBook
) -> Conditions:
    """Return the conditions of all links, given the combination of tags of each link."""
    rows: list[ConditionRow] = []
    links: list[NDArray[np.int64]] = []
    conditional = [place for place, meaning in enumerate(meanings) if meaning.conditions]
    order = np.argsort(combination, kind="stable")
    starts = np.searchsorted(combination[order], conditional)
    ends = np.searchsorted(combination[order], conditional, side="right")
    for place, start, end in zip(conditional, starts, ends, strict=True):
        for row in meanings[place].conditions if end > start else ():
            rows.append(row)
            links.append(order[start:end])
    if not rows:
        return make_conditions()
    counts = np.array([len(some) for some in links])
    columns: dict[str, Any] = {
        column.name: np.repeat(np.array([getattr(row, column.name) for row in rows], dtype=column.dtype), counts)
        for column in CONDITION_COLUMNS
        if column.name in ConditionRow._fields
    }
    schedule = [book.place(row.minutes, row.text) for row in rows]
    return make_conditions(
        link_index=np.concatenate(links).astype(np.int32),
        schedule=np.repeat(np.array(schedule, dtype=np.int32), counts),
        **columns,
    )


def link_ids(ways: NDArray[np.int64], first: NDArray[np.int64], last: NDArray[np.int64]) -> Ids:
    """Return ``w<way>:<first node>:<last node>``, with ``#2`` and so on where a way runs twice between two nodes."""
    made = [f"w{way}:{one}:{two}" for way, one, two in zip(ways.tolist(), first.tolist(), last.tolist(), strict=True)]
    if len(set(made)) < len(made):
        met: dict[str, int] = {}
        for place, link_id in enumerate(made):
            met[link_id] = met.get(link_id, 0) + 1
            if met[link_id] > 1:
                made[place] = f"{link_id}#{met[link_id]}"
    return as_objects(made)


def as_objects(values: Sequence[str]) -> Ids:
    """Return strings as an array of objects."""
    found = np.empty(len(values), dtype=np.object_)
    found[:] = values
    return found


def ferry_speeds(
    meanings: Sequence[WayMeaning],
    combination: NDArray[np.int32],
    way: NDArray[np.int64],
    length_m: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the speed of ferries that tell how long they take over their whole way, km/h; NaN for the others."""
    hours = np.array([meaning.duration_h for meaning in meanings] or [math.nan])[combination]
    told: Flags = ~np.isnan(hours)
    speeds = np.full(len(way), np.nan)
    if told.any():
        whole = np.bincount(way[told], weights=length_m[told])
        speeds[told] = whole[way[told]] / 1e3 / hours[told]
    return speeds
