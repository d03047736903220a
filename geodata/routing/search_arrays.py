"""The arrays that kernels of single routes work on. Named tuples keep their names for good, as kept code reads them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Int8s = NDArray[np.int8]
Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]
Reals = NDArray[np.float64]


class Heap(NamedTuple):
    """Items by rising key, each once.

    Parameters
    ----------
    item, key
        Items and their keys, the least first, int32, float64.
    place
        Where each item stands, counted from 1; 0 where it does not, int32.
    size
        How many there are, int64[1].
    """

    item: Int32s
    key: Reals
    place: Int32s
    size: Int64s


class Follow(NamedTuple):
    """Arcs as vertices of a search.

    Parameters
    ----------
    start, second
        Arc a may be followed by ``second[start[a]:start[a + 1]]``, int64[A + 1], int32[T].
    turn
        What each turn adds, at least 0, float64[T].
    weight
        What a whole pass of each arc adds, at least 0, float64[A].
    """

    start: Int64s
    second: Int32s
    turn: Reals
    weight: Reals


class Best(NamedTuple):
    """The best arrival so far.

    Parameters
    ----------
    cost
        What it takes and, with hours, when its last arc is entered, float64[2].
    arc
        Its last arc and the state before (-1: none), int64[2].
    """

    cost: Reals
    arc: Int64s


class Windows(NamedTuple):
    """Sets of open windows of the week: first window of each set, int64; begin and end in seconds, float64."""

    start: Int64s
    from_s: Reals
    to_s: Reals


class Limits(NamedTuple):
    """Sets of speed limits by hours: first piece of each set, int64; end in seconds of the week, km/h, float64."""

    start: Int64s
    until_s: Reals
    cap_kmh: Reals


class TimedFollow(NamedTuple):
    """Arcs with hours.

    Parameters
    ----------
    start, second, turn_s, turn_hours
        As in ``Follow``, in seconds, and the set of hours of each turn, int32[T]; -1: always open.
    length_m, speed_kmh, cap_kmh
        Length, speed at factor 1 and highest speed of each arc, float64[A].
    group
        Hour group, int8[A].
    limits_of, hours_of
        Set of speed limits and set of open windows of each arc, int32[A]; -1: none, always open.
    factors
        Factor on the speed by group and hour of the week, float64[groups, 168].
    limits, windows
        The sets.
    """

    start: Int64s
    second: Int32s
    turn_s: Reals
    turn_hours: Int32s
    length_m: Reals
    speed_kmh: Reals
    cap_kmh: Reals
    group: Int8s
    limits_of: Int32s
    hours_of: Int32s
    factors: Reals
    limits: Limits
    windows: Windows


class States(NamedTuple):
    """Arcs within one instance of an open window each, the states of a search with hours.

    Parameters
    ----------
    base
        States of arc a are ``base[a]`` to ``base[a + 1]``, int64[A + 1].
    windows
        Windows of each set within the time looked at, in seconds since the Monday of the departure's week.
    arc, enter_s, leave_s, before
        Arc, times and state before of each state that was reached, int32, float64, float64 (inf: not reached), int32.
    heap
        States by time of leaving.
    best
        The earliest arrival so far.
    """

    base: Int64s
    windows: Windows
    arc: Int32s
    enter_s: Reals
    leave_s: Reals
    before: Int32s
    heap: Heap
    best: Best


class Step(NamedTuple):
    """A step onto an arc.

    Parameters
    ----------
    before
        State it leaves; -1: the origin.
    arc
        Arc it enters.
    ready_s
        When it could enter, the turn done.
    turn_hours
        Set of hours the turn is open in; -1: always.
    stay_s
        Until when it may wait where it stands.
    share, end_share
        Share of the arc that is driven to its head, and to the end of the route if that lies on it (-1: it does not).
    """

    before: int
    arc: int
    ready_s: float
    turn_hours: int
    stay_s: float
    share: float
    end_share: float


class Ask(NamedTuple):
    """A question for the earliest arrival.

    Parameters
    ----------
    seeds, seed_share
        First arcs and the share of each that is driven, int32, float64.
    direct
        For each seed the place among ``ends`` of the same arc further on; -1: none, int32.
    ends, end_share
        Last arcs, each once, and the share of each that is driven, int32, float64.
    depart_s
        Seconds since Monday 00:00 of the week of departure.
    horizon_s
        Only earlier arrivals are looked for; at most 14 days after the departure.
    """

    seeds: Int32s
    seed_share: Reals
    direct: Int32s
    ends: Int32s
    end_share: Reals
    depart_s: float
    horizon_s: float
