"""What the tags of one way say: the columns, conditions and remarks that every way with the same tags shares."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from geodata.infrastructure.columns import BACKWARD, FORWARD
from geodata.osm.keys import BOTH
from geodata.osm.remarks import Remark, remark


class ConditionRow(NamedTuple):
    """One row of ``Conditions``, its hours as a set of minutes (None: always) and as written."""

    directions: int
    kinds: int
    is_open: bool = False
    above_weight_t: float = math.nan
    above_length_m: float = math.nan
    above_axle_load_t: float = math.nan
    above_height_m: float = math.nan
    speed_kmh: float = math.nan
    minutes: int | None = None
    text: str = ""


def measured(row: ConditionRow, above: Mapping[str, float]) -> ConditionRow:
    """Return a row with measures that a vehicle must exceed, by column."""
    changes: dict[str, Any] = dict(above)
    return row._replace(**changes)


@dataclass(frozen=True, slots=True)
class WayMeaning:
    """What the tags of a way say.

    Parameters
    ----------
    mode, link_class
        Words; empty where the way is no link.
    flip
        Traffic runs against the way as drawn only: the link is drawn the other way round.
    columns
        Values by column of ``INFRASTRUCTURE_LINK_COLUMNS``; the others stay at their defaults.
    conditions
        Rows of ``Conditions``.
    remarks
        What is to be said of each such way.
    duration_h
        Hours a ferry takes over the whole way; NaN: not known.
    """

    mode: str = ""
    link_class: str = ""
    flip: bool = False
    columns: Mapping[str, Any] = field(default_factory=dict)
    conditions: tuple[ConditionRow, ...] = ()
    remarks: tuple[Remark, ...] = ()
    duration_h: float = math.nan


class Draft:
    """A meaning while it is read: the tags, and what was found so far."""

    def __init__(self, tags: Mapping[str, str]) -> None:
        self.tags = tags
        self.columns: dict[str, Any] = {}
        self.conditions: list[ConditionRow] = []
        self.remarks: list[Remark] = []

    def say(self, kind: str, key: str = "", **values: object) -> None:
        """Remark on a tag."""
        shown = f"{key}={self.tags[key]}" if key in self.tags else key
        self.remarks.append(remark(kind, tag=shown, **values))

    def refuse(self, key: str) -> None:
        """Remark that a tag is not understood."""
        self.say("tag_not_understood", key)

    def lower(self, column: str, value: float) -> None:
        """Set a limit, or lower the one that is set; NaN changes nothing."""
        if not math.isnan(value):
            self.columns[column] = min(value, self.columns.get(column, math.inf))

    def finish(self, mode: str, link_class: str, *, flip: bool = False, duration_h: float = math.nan) -> WayMeaning:
        """Return the meaning as a link, turned round where traffic runs against the way as drawn."""
        columns, rows = dict(self.columns), self.conditions
        if flip:
            columns["access_forward"], columns["access_backward"] = (
                columns["access_backward"],
                columns["access_forward"],
            )
            rows = [row._replace(directions=swap(row.directions)) for row in rows]
        return WayMeaning(mode, link_class, flip, columns, tuple(rows), tuple(self.remarks), duration_h)

    def leave_out(self, kind: str, key: str = "", **values: object) -> WayMeaning:
        """Return the meaning of a way that is no link, and say why."""
        self.say(kind, key, **values)
        return WayMeaning(remarks=tuple(self.remarks))


def swap(directions: int) -> int:
    """Return directions as seen from the other end."""
    return {FORWARD: BACKWARD, BACKWARD: FORWARD, BOTH: BOTH}.get(directions, directions)


def blocks(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return masks of kinds and of directions that together cover exactly the given (kind, direction) pairs."""
    kinds = {FORWARD: 0, BACKWARD: 0}
    for kind, side in places:
        kinds[side] |= kind
    if kinds[FORWARD] == kinds[BACKWARD]:
        return [(kinds[FORWARD], BOTH)] if kinds[FORWARD] else []
    return [(mask, side) for side, mask in kinds.items() if mask]
