"""Hours of the week in which directed links and turns are open, and in which other speed limits hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geodata.columns import Flags, Floats
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.infrastructure.weekly import MINUTES_PER_WEEK, Schedules
from geodata.routing.access import WAYS, Access, bound_conditions
from geodata.routing.vehicle import VehicleProfile

WEEK_S: Final = MINUTES_PER_WEEK * 60.0
NO_HOURS: Final = -1


@dataclass(frozen=True, slots=True, eq=False)
class OpenHours:
    """Sets of windows of the week in which something is open.

    Parameters
    ----------
    start
        Windows of set h are ``start[h]`` to ``start[h + 1]``, int64[H + 1].
    from_s, to_s
        Seconds from Monday 00:00, float64; a window over Sunday midnight ends after the week's 604,800 s.
    """

    start: NDArray[np.int64]
    from_s: Floats
    to_s: Floats


@dataclass(frozen=True, slots=True, eq=False)
class SpeedCaps:
    """Highest speeds by hours of the week: pieces of a set cover the week without gap.

    Parameters
    ----------
    start
        Pieces of set c are ``start[c]`` to ``start[c + 1]``, int64[C + 1].
    until_s
        End of each piece, seconds from Monday 00:00, float64.
    cap_kmh
        Highest speed of each piece, float64.
    """

    start: NDArray[np.int64]
    until_s: Floats
    cap_kmh: Floats


@dataclass(slots=True)
class HoursTable:
    """Collects sets of windows, each once."""

    sets: list[list[tuple[float, float]]] = field(default_factory=list)
    known: dict[bytes, int] = field(default_factory=dict)

    def add(self, is_open: Flags) -> int:
        """Return the number of the set of windows of a week by minute, bool[10080]; -1 where it is open throughout."""
        if is_open.all():
            return NO_HOURS
        key = np.packbits(is_open).tobytes()
        if key not in self.known:
            self.known[key] = len(self.sets)
            self.sets.append(_windows(is_open))
        return self.known[key]

    def table(self) -> OpenHours:
        """Return all sets."""
        start = np.concatenate([[0], np.cumsum([len(windows) for windows in self.sets])]).astype(np.int64)
        flat = np.array([window for windows in self.sets for window in windows], dtype=np.float64).reshape(-1, 2)
        return OpenHours(start, np.ascontiguousarray(flat[:, 0]), np.ascontiguousarray(flat[:, 1]))


def _windows(is_open: Flags) -> list[tuple[float, float]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_open, [False]]).astype(np.int8)))
    windows = [(60.0 * low, 60.0 * high) for low, high in edges.reshape(-1, 2).tolist()]
    if len(windows) > 1 and windows[0][0] == 0.0 and windows[-1][1] == WEEK_S:
        windows[-1] = (windows[-1][0], WEEK_S + windows[0][1])
        del windows[0]
    return windows


def minutes_of(schedules: Schedules, schedule: int) -> Flags:
    """Return the minutes of the week in which a schedule holds, bool[10080]; -1 holds always."""
    minutes = np.zeros(MINUTES_PER_WEEK, dtype=np.bool_)
    if schedule < 0:
        minutes[:] = True
        return minutes
    for piece in range(int(schedules.offsets[schedule]), int(schedules.offsets[schedule + 1])):
        minutes[schedules.start_min[piece] : schedules.end_min[piece]] = True
    return minutes


class WeekHours:
    """Open hours and speed caps of links by way, for one vehicle.

    Parameters
    ----------
    infrastructure, profile
        The conditions and the vehicle.
    """

    def __init__(self, infrastructure: Infrastructure, profile: VehicleProfile) -> None:
        self._schedules = infrastructure.schedules
        self._conditions = infrastructure.conditions
        self._bound = bound_conditions(infrastructure, profile)
        self._masks = (infrastructure.links.access_forward, infrastructure.links.access_backward)
        self._bit = profile.kind_bit
        self._minutes: dict[int, Flags] = {}
        self.table = HoursTable()
        self._access_sets: dict[tuple[bool, tuple[tuple[bool, int], ...]], int] = {}
        self._caps: dict[tuple[tuple[float, int], ...], int] = {}

    def minutes(self, schedule: int) -> Flags:
        """Return the minutes of the week of a schedule, bool[10080]."""
        if schedule not in self._minutes:
            self._minutes[schedule] = minutes_of(self._schedules, schedule)
        return self._minutes[schedule]

    def closed(self, schedules: Iterable[int]) -> int:
        """Return the number of the set of hours in which none of some schedules holds."""
        shut = np.zeros(MINUTES_PER_WEEK, dtype=np.bool_)
        for schedule in schedules:
            shut |= self.minutes(schedule)
        return self.table.add(~shut)

    def _groups(self, way: int, *, about_speed: bool) -> list[tuple[int, list[int]]]:
        """Return, for each link with a condition by hours on a way, all its conditions of that sort in order."""
        conditions = self._conditions
        rows = self._bound & ((conditions.directions & WAYS[way]) != 0)
        rows &= np.isnan(conditions.speed_kmh) != about_speed
        timed = np.unique(conditions.link_index[rows & (conditions.schedule >= 0)])
        places = np.flatnonzero(rows & np.isin(conditions.link_index, timed))
        cuts = np.flatnonzero(np.diff(conditions.link_index[places])) + 1
        return [(int(conditions.link_index[part[0]]), part.tolist()) for part in np.split(places, cuts) if part.size]

    def open_hours(self, access: Access) -> tuple[Flags, NDArray[np.int32]]:
        """Return where the vehicle may run at some hour, bool[2, L], and the number of its hours, int32[2, L].

        Parameters
        ----------
        access
            What holds at all hours.
        """
        ever = access.open.copy()
        hours = np.full(ever.shape, NO_HOURS, dtype=np.int32)
        conditions = self._conditions
        for way in (0, 1):
            for link, rows in self._groups(way, about_speed=False):
                start = bool(self._masks[way][link] & self._bit)
                key = (start, tuple((bool(conditions.is_open[row]), int(conditions.schedule[row])) for row in rows))
                if key not in self._access_sets:
                    self._access_sets[key] = self._access_set(*key)
                hours[way, link] = self._access_sets[key]
                ever[way, link] = True
        return ever, hours

    def _access_set(self, start: bool, rules: Sequence[tuple[bool, int]]) -> int:  # noqa: FBT001 - a state, not a switch
        is_open = np.full(MINUTES_PER_WEEK, start, dtype=np.bool_)
        for opens, schedule in rules:
            is_open[self.minutes(schedule)] = opens
        return self.table.add(is_open)

    def speed_caps(self, access: Access, top_kmh: float) -> tuple[SpeedCaps, NDArray[np.int32]]:
        """Return speed limits by hours, and the number of the set for each link and way, int32[2, L]; -1 for none.

        Parameters
        ----------
        access
            What holds at all hours.
        top_kmh
            Top speed of the vehicle.
        """
        numbers = np.full(access.open.shape, NO_HOURS, dtype=np.int32)
        pieces: list[tuple[Floats, Floats]] = []
        conditions = self._conditions
        for way in (0, 1):
            for link, rows in self._groups(way, about_speed=True):
                rules = [(float(conditions.speed_kmh[row]), int(conditions.schedule[row])) for row in rows]
                key = ((float(access.cap_kmh[way, link]), NO_HOURS), *rules)
                if key not in self._caps:
                    self._caps[key] = len(pieces)
                    pieces.append(self._pieces(key, top_kmh))
                numbers[way, link] = self._caps[key]
        start = np.concatenate([[0], np.cumsum([len(until) for until, _ in pieces])]).astype(np.int64)
        until_s = np.concatenate([np.empty(0), *(until for until, _ in pieces)])
        return SpeedCaps(start, until_s, np.concatenate([np.empty(0), *(cap for _, cap in pieces)])), numbers

    def _pieces(self, rules: Sequence[tuple[float, int]], top_kmh: float) -> tuple[Floats, Floats]:
        cap = np.empty(MINUTES_PER_WEEK)
        for speed, schedule in rules:
            cap[self.minutes(schedule)] = min(speed, top_kmh)
        ends = np.append(np.flatnonzero(cap[1:] != cap[:-1]) + 1, MINUTES_PER_WEEK)
        return 60.0 * ends, cap[ends - 1]
