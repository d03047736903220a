"""Compiled kernels of single routes: least paths over arcs, and earliest arrivals with hours.

Both are Dijkstra's algorithm (E. W. Dijkstra, doi:10.1007/BF01386390). A label is what it takes to the head of an arc.
A route ends on part of an arc, so ends are weighed when an arc before them is settled, never by their own label.
Compiled as in ``sweep_kernels``; a kernel calls only kernels of this file.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from geodata.routing.search_arrays import (
    Ask,
    Best,
    Follow,
    Heap,
    Int32s,
    Reals,
    States,
    Step,
    TimedFollow,
    Windows,
)
from geodata.routing.sweep_kernels import compiled

NO_ARC: Final = -1
WEEK_S: Final = 604_800.0
HOUR_S: Final = 3_600.0
HOURS: Final = 168
KMH: Final = 3.6


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
def instances(windows: Windows, first_s: float, last_s: float) -> Windows:
    """Return the windows of each set that are open at some time between two, in seconds since the first's Monday."""
    weeks = int(np.ceil(last_s / WEEK_S)) + 2
    start = np.zeros(windows.start.size, np.int64)
    from_s, to_s = np.empty(weeks * windows.from_s.size), np.empty(weeks * windows.from_s.size)
    count = 0
    for set_ in range(windows.start.size - 1):
        for week in range(-1, weeks - 1):
            for window in range(windows.start[set_], windows.start[set_ + 1]):
                opens, closes = windows.from_s[window] + week * WEEK_S, windows.to_s[window] + week * WEEK_S
                if closes > first_s and opens < last_s:
                    from_s[count], to_s[count] = opens, closes
                    count += 1
        start[set_ + 1] = count
    return Windows(start, from_s, to_s)


@compiled
def window_of(windows: Windows, hours: int, place: int) -> tuple[float, float]:
    """Return the begin and the end of a window of a set (-1: always open), seconds."""
    if hours < 0:
        return -np.inf, np.inf
    window = windows.start[hours] + place
    return windows.from_s[window], windows.to_s[window]


@compiled
def new_states(graph: TimedFollow, first_s: float, horizon_s: float) -> States:
    """Return states of which none is reached: one an arc that is always open, else one a window it is open in."""
    windows = instances(graph.windows, first_s, horizon_s)
    base = np.zeros(graph.hours_of.size + 1, np.int64)
    for arc in range(graph.hours_of.size):
        hours = graph.hours_of[arc]
        base[arc + 1] = base[arc] + (1 if hours < 0 else windows.start[hours + 1] - windows.start[hours])
    count = base[-1]
    best = Best(np.array([horizon_s, 0.0]), np.array([NO_ARC, NO_ARC]))
    arc_of, before = np.empty(count, np.int32), np.full(count, NO_ARC, np.int32)
    heap = new_heap(count)
    return States(base, windows, arc_of, np.empty(count), np.full(count, np.inf), before, heap, best)


@compiled
def enter(graph: TimedFollow, states: States, step: Step) -> None:
    """Enter an arc as early as possible in each of its open windows that can be waited for."""
    best = states.best
    hours = graph.hours_of[step.arc]
    for state in range(states.base[step.arc], states.base[step.arc + 1]):
        opens, closes = window_of(states.windows, hours, state - states.base[step.arc])
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
    states = new_states(graph, ask.depart_s, ask.horizon_s)
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
        _, stay_s = window_of(states.windows, graph.hours_of[arc], here - base[arc])
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
