"""Compiled kernels of single routes: least paths over arcs, and earliest arrivals with hours.

Both are Dijkstra's algorithm (E. W. Dijkstra, doi:10.1007/BF01386390). A label is what it takes to the head of an arc.
A route ends on part of an arc, so ends are weighed when an arc before them is settled, never by their own label.
Compiled as in ``sweep_kernels``; a kernel calls only kernels of this file.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geodata.routing.sweep_kernels import compiled

Int8s = NDArray[np.int8]
Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]
Reals = NDArray[np.float64]

NO_ARC: Final = -1
WEEK_S: Final = 604_800.0
HOUR_S: Final = 3_600.0
HOURS: Final = 168
KMH: Final = 3.6
WEEKS: Final = 4
"""Instances of each weekly window looked at: of the week before the departure, of its own and of two after it."""


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


@compiled
def new_heap(items: int) -> Heap:
    """Return an empty heap for items 0 to ``items - 1``."""
    return Heap(np.empty(items, np.int32), np.empty(items), np.zeros(items, np.int32), np.zeros(1, np.int64))


@compiled
def lower(heap: Heap, item: int, key: float) -> None:
    """Put an item into the heap, or lower its key."""
    place = heap.place[item] - 1
    if place < 0:
        place = heap.size[0]
        heap.size[0] += 1
    while place > 0:
        above = (place - 1) >> 1
        if heap.key[above] <= key:
            break
        heap.key[place] = heap.key[above]
        heap.item[place] = heap.item[above]
        heap.place[heap.item[place]] = place + 1
        place = above
    heap.key[place] = key
    heap.item[place] = item
    heap.place[item] = place + 1


@compiled
def take(heap: Heap) -> int:
    """Take the item of the least key out of a heap that holds one."""
    taken: int = heap.item[0]
    heap.place[taken] = 0
    heap.size[0] -= 1
    size = heap.size[0]
    if size == 0:
        return taken
    key, item = heap.key[size], heap.item[size]
    place = 0
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        if below + 1 < size and heap.key[below + 1] < heap.key[below]:
            below += 1
        if heap.key[below] >= key:
            break
        heap.key[place] = heap.key[below]
        heap.item[place] = heap.item[below]
        heap.place[heap.item[place]] = place + 1
        place = below
    heap.key[place] = key
    heap.item[place] = item
    heap.place[item] = place + 1
    return taken


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


@compiled
def least_path(
    graph: Follow, seeds: tuple[Int32s, Reals], ends: tuple[Int32s, Reals], known: float
) -> tuple[float, Int32s]:
    """Return the least cost from seeds to ends if it is below what is known already, and its arcs.

    Parameters
    ----------
    graph
        Arcs.
    seeds
        First arcs, int32, and their labels: what the rest of each takes, float64.
    ends
        Last arcs, each once, int32, and what the part of each up to the end takes, float64.
    known
        Only a lower cost is looked for.

    Returns
    -------
    tuple
        The cost and the arcs from first to last; ``known`` and no arc where nothing lower is found.
    """
    count = graph.weight.size
    label = np.full(count, np.inf)
    before = np.full(count, NO_ARC, np.int32)
    end_of = np.zeros(count, np.int32)
    for end in range(ends[0].size):
        end_of[ends[0][end]] = end + 1
    heap = new_heap(count)
    for seed in range(seeds[0].size):
        label[seeds[0][seed]] = seeds[1][seed]
        lower(heap, seeds[0][seed], seeds[1][seed])
    best, best_end, best_from = known, NO_ARC, NO_ARC
    while heap.size[0] > 0 and heap.key[0] < best:
        here = take(heap)
        for entry in range(graph.start[here], graph.start[here + 1]):
            there = graph.second[entry]
            ready = label[here] + graph.turn[entry]
            if end_of[there] > 0 and ready + ends[1][end_of[there] - 1] < best:
                best, best_end, best_from = ready + ends[1][end_of[there] - 1], there, here
            if ready + graph.weight[there] < label[there]:
                label[there] = ready + graph.weight[there]
                before[there] = here
                lower(heap, there, label[there])
    if best_end == NO_ARC:
        return best, np.empty(0, np.int32)
    return best, unfold(before, best_from, best_end)


@compiled
def unfold(before: Int32s, last: int, end: int) -> Int32s:
    """Return the arcs of a path: those before ``last`` (-1: none), it, and ``end``."""
    count, arc = 1, last
    while arc != NO_ARC:
        count, arc = count + 1, before[arc]
    path = np.empty(count, np.int32)
    path[count - 1] = end
    arc = last
    for place in range(count - 2, -1, -1):
        path[place] = arc
        arc = before[arc]
    return path


@compiled
def tree(graph: Follow, seeds: tuple[Int32s, Reals], limit: float) -> tuple[Reals, Int32s]:
    """Return the least cost from seeds to the head of every arc, float64[A], and the arc before, int32[A].

    Costs above the limit are inf; the arc before is -1 at a seed and where none leads.
    """
    label = np.full(graph.weight.size, np.inf)
    before = np.full(graph.weight.size, NO_ARC, np.int32)
    heap = new_heap(graph.weight.size)
    for seed in range(seeds[0].size):
        if seeds[1][seed] <= limit:
            label[seeds[0][seed]] = seeds[1][seed]
            lower(heap, seeds[0][seed], seeds[1][seed])
    while heap.size[0] > 0:
        here = take(heap)
        for entry in range(graph.start[here], graph.start[here + 1]):
            there = graph.second[entry]
            reached = label[here] + graph.turn[entry] + graph.weight[there]
            if reached <= limit and reached < label[there]:
                label[there] = reached
                before[there] = here
                lower(heap, there, reached)
    return label, before


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


@compiled
def hourly(left_m: float, speeds: tuple[float, float], factors: Reals, group: int, enter_s: float) -> float:
    """Return when a drive of some metres ends, seconds: its speed changes with the hours it passes.

    Parameters
    ----------
    left_m
        Metres.
    speeds
        Speed at factor 1 and highest speed, km/h.
    factors, group
        Factor by group and hour of the week, and the group.
    enter_s
        When it begins, seconds since the Monday of some week.
    """
    now = enter_s
    while left_m > 0.0:
        hours = np.floor(now / HOUR_S)
        until: float = (hours + 1.0) * HOUR_S
        metres_per_s: float = min(speeds[0] * factors[group, int(hours) % HOURS], speeds[1]) / KMH
        room = (until - now) * metres_per_s
        if left_m <= room:
            return now + left_m / metres_per_s
        left_m -= room
        now = until
    return now


@compiled
def leave_time(graph: TimedFollow, arc: int, share: float, enter_s: float) -> float:
    """Return when the pass of a share of an arc ends, seconds: its speed changes with hours and limits on the way."""
    left_m: float = share * graph.length_m[arc]
    set_ = graph.limits_of[arc]
    if set_ < 0:
        speeds = (graph.speed_kmh[arc], graph.cap_kmh[arc])
        return hourly(left_m, speeds, graph.factors, graph.group[arc], enter_s)
    now = enter_s
    while left_m > 0.0:
        hours = np.floor(now / HOUR_S)
        week = np.floor(now / WEEK_S) * WEEK_S
        piece = graph.limits.start[set_]
        while week + graph.limits.until_s[piece] <= now and piece + 1 < graph.limits.start[set_ + 1]:
            piece += 1
        until: float = min((hours + 1.0) * HOUR_S, week + graph.limits.until_s[piece])
        speed = graph.speed_kmh[arc] * graph.factors[graph.group[arc], int(hours) % HOURS]
        metres_per_s: float = min(speed, graph.limits.cap_kmh[piece]) / KMH
        room = (until - now) * metres_per_s
        if left_m <= room:
            return now + left_m / metres_per_s
        left_m -= room
        now = until
    return now


@compiled
def next_open(windows: Windows, hours: int, at_s: float) -> float:
    """Return the first time from ``at_s`` on at which a set of hours (-1: always) is open; inf where it never is."""
    if hours < 0:
        return at_s
    week = np.floor(at_s / WEEK_S) * WEEK_S
    first = np.inf
    for turn in range(-1, 2):
        for window in range(windows.start[hours], windows.start[hours + 1]):
            low = week + turn * WEEK_S + windows.from_s[window]
            high = week + turn * WEEK_S + windows.to_s[window]
            if at_s < high:
                first = min(first, max(at_s, low))
    return first


@compiled
def window_of(windows: Windows, hours: int, place: int) -> tuple[float, float]:
    """Return the begin and the end of an instance of a window, seconds since the Monday of the departure's week."""
    if hours < 0:
        return -np.inf, np.inf
    first = windows.start[hours]
    per_week = windows.start[hours + 1] - first
    shift = (place // per_week - 1) * WEEK_S
    window = first + place % per_week
    return windows.from_s[window] + shift, windows.to_s[window] + shift


class States(NamedTuple):
    """Arcs within one instance of an open window each, the states of a search with hours.

    Parameters
    ----------
    base
        States of arc a are ``base[a]`` to ``base[a + 1]``, int64[A + 1].
    arc, enter_s, leave_s, before
        Arc, times and state before of each state that was reached, int32, float64, float64 (inf: not reached), int32.
    heap
        States by time of leaving.
    best
        The earliest arrival so far.
    """

    base: Int64s
    arc: Int32s
    enter_s: Reals
    leave_s: Reals
    before: Int32s
    heap: Heap
    best: Best


@compiled
def new_states(graph: TimedFollow, horizon_s: float) -> States:
    """Return states of which none is reached: one an arc that is always open, else one an instance of its windows."""
    base = np.zeros(graph.hours_of.size + 1, np.int64)
    for arc in range(graph.hours_of.size):
        hours = graph.hours_of[arc]
        many = 1 if hours < 0 else WEEKS * (graph.windows.start[hours + 1] - graph.windows.start[hours])
        base[arc + 1] = base[arc] + many
    count = base[-1]
    best = Best(np.array([horizon_s, 0.0]), np.array([NO_ARC, NO_ARC]))
    arc_of, before = np.empty(count, np.int32), np.full(count, NO_ARC, np.int32)
    return States(base, arc_of, np.empty(count), np.full(count, np.inf), before, new_heap(count), best)


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


@compiled
def enter(graph: TimedFollow, states: States, step: Step) -> None:
    """Enter an arc as early as possible in each of its open windows that can be waited for."""
    best = states.best
    hours = graph.hours_of[step.arc]
    for state in range(states.base[step.arc], states.base[step.arc + 1]):
        opens, closes = window_of(graph.windows, hours, state - states.base[step.arc])
        if step.ready_s >= closes:
            continue
        at = next_open(graph.windows, step.turn_hours, max(step.ready_s, opens))
        if at > step.stay_s or at >= best.cost[0]:
            break
        if at >= closes:
            continue
        if step.end_share >= 0.0:
            done = leave_time(graph, step.arc, step.end_share, at)
            if done <= closes and done < best.cost[0]:
                best.cost[0], best.cost[1] = done, at
                best.arc[0], best.arc[1] = step.arc, step.before
        done = leave_time(graph, step.arc, step.share, at)
        if done <= closes and done < states.leave_s[state] and done < best.cost[0]:
            states.leave_s[state], states.enter_s[state] = done, at
            states.before[state], states.arc[state] = step.before, step.arc
            lower(states.heap, state, done)


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


@compiled
def earliest_path(graph: TimedFollow, ask: Ask) -> tuple[float, Int32s, Reals, Reals]:
    """Return the earliest arrival with hours, its arcs, and when each is entered and left.

    A closed arc is neither driven nor stood on: a pass lies within one of its open windows, and waiting takes place at
    the head of the arc before, as long as that one is open (or before the start). States are arcs within one open
    window, of which an earlier arrival is never worse (safe intervals, M. Phillips and M. Likhachev,
    doi:10.1109/ICRA.2011.5980306).

    Returns
    -------
    tuple
        Arrival in seconds since the Monday of departure (inf where there is none), arcs, times of entering and leaving.
    """
    states = new_states(graph, ask.horizon_s)
    end_of = np.zeros(graph.length_m.size, np.int32)
    for end in range(ask.ends.size):
        end_of[ask.ends[end]] = end + 1
    for seed in range(ask.seeds.size):
        direct = ask.direct[seed]
        ahead = -1.0 if direct < 0 else ask.end_share[direct] - (1.0 - ask.seed_share[seed])
        enter(graph, states, Step(NO_ARC, ask.seeds[seed], ask.depart_s, -1, np.inf, ask.seed_share[seed], ahead))
    start, second, turn_s, turn_hours = graph.start, graph.second, graph.turn_s, graph.turn_hours
    length, speed, cap, group, factors = graph.length_m, graph.speed_kmh, graph.cap_kmh, graph.group, graph.factors
    base, leave, heap, best = states.base, states.leave_s, states.heap, states.best.cost
    simple = (graph.hours_of < 0) & (graph.limits_of < 0) & (end_of == 0)
    while heap.size[0] > 0 and heap.key[0] < best[0]:
        here = take(heap)
        arc = states.arc[here]
        _, stay_s = window_of(graph.windows, graph.hours_of[arc], here - base[arc])
        for entry in range(start[arc], start[arc + 1]):
            there = second[entry]
            ready_s = leave[here] + turn_s[entry]
            if not simple[there] or turn_hours[entry] >= 0:
                end_share = -1.0 if end_of[there] == 0 else ask.end_share[end_of[there] - 1]
                enter(graph, states, Step(here, there, ready_s, turn_hours[entry], stay_s, 1.0, end_share))
                continue
            state = base[there]
            if ready_s > stay_s or ready_s >= leave[state]:
                continue
            done = hourly(length[there], (speed[there], cap[there]), factors, group[there], ready_s)
            if done < leave[state] and done < best[0]:
                leave[state], states.enter_s[state] = done, ready_s
                states.before[state], states.arc[state] = here, there
                lower(heap, state, done)
    if states.best.arc[0] == NO_ARC:
        return np.inf, np.empty(0, np.int32), np.empty(0), np.empty(0)
    path = unfold(states.before, states.best.arc[1], NO_ARC)
    enters, leaves = np.empty(path.size), np.empty(path.size)
    for place in range(path.size - 1):
        enters[place], leaves[place] = states.enter_s[path[place]], states.leave_s[path[place]]
        path[place] = states.arc[path[place]]
    path[-1] = states.best.arc[0]
    enters[-1], leaves[-1] = states.best.cost[1], states.best.cost[0]
    return states.best.cost[0], path, enters, leaves
