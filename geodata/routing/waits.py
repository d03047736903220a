"""Where and for what a route with a time of departure waits."""

from __future__ import annotations

import datetime as dt
from typing import Final

import numpy as np

from geodata.columns import Floats, Indices
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.routing.access import WAYS, bound_conditions
from geodata.routing.follow import turn_keys
from geodata.routing.graph import TimedGraph
from geodata.routing.names import road_name
from geodata.routing.route import Wait
from geodata.routing.vehicle import VehicleProfile
from supplychain.text import Text

LEAST_WAIT_S: Final = 1e-6
"""Shorter ones are the rounding of sums of seconds."""


def make_waits(
    infrastructure: Infrastructure,
    graph: TimedGraph,
    run: tuple[Indices, Floats, Floats, Floats],
    depart: dt.datetime,
    depart_s: float,
) -> tuple[Wait, ...]:
    """Return the waits of a run.

    Parameters
    ----------
    infrastructure, graph
        What it runs on.
    run
        Arcs, times of entering and leaving each (seconds of the week of departure), time lost on the turn into each.
    depart, depart_s
        The departure as a time and in seconds of its week.
    """
    arcs, enter, leave, turns = run
    ready = np.concatenate([[depart_s], leave[:-1] + turns[1:]])
    waits = []
    for place in np.flatnonzero(enter - ready > LEAST_WAIT_S).tolist():
        arc = int(arcs[place])
        points = infrastructure.link_points(int(graph.arc_link[arc]), backward=not graph.arc_along[arc])
        before = int(arcs[place - 1]) if place else None
        waits.append(
            Wait(
                lon=float(points[0, 0]),
                lat=float(points[0, 1]),
                link=int(graph.arc_link[arc]),
                start=depart + dt.timedelta(seconds=float(ready[place]) - depart_s),
                time_s=float(enter[place] - ready[place]),
                text=_text(infrastructure, graph, arc, before),
            )
        )
    return tuple(waits)


def _text(infrastructure: Infrastructure, graph: TimedGraph, arc: int, before: int | None) -> Text:
    link = int(graph.arc_link[arc])
    name = road_name(infrastructure, link)
    rules = condition_texts(infrastructure, graph.profile, link, along=bool(graph.arc_along[arc]))
    if graph.arc_hours[arc] >= 0 and rules:
        hours = "; ".join(rules)
        return Text(
            en=f"{name} is closed to {graph.profile.name.en} ({hours})",
            vi=f"{name} cấm {graph.profile.name.vi} ({hours})",
        )
    hours = "; ".join(turn_texts(infrastructure, graph, before, arc)) if before is not None else ""
    return Text(en=f"the turn onto {name} is closed ({hours})", vi=f"cấm rẽ vào {name} ({hours})")


def condition_texts(
    infrastructure: Infrastructure, profile: VehicleProfile, link: int, *, along: bool
) -> tuple[str, ...]:
    """Return the hours of the conditions on access that bind a vehicle on a link, as their source wrote them."""
    conditions, schedules = infrastructure.conditions, infrastructure.schedules
    low, high = np.searchsorted(conditions.link_index, [link, link + 1])
    rows = np.arange(low, high)
    bound = bound_conditions(infrastructure, profile)[rows] & (conditions.schedule[rows] >= 0)
    bound &= ((conditions.directions[rows] & WAYS[0 if along else 1]) != 0) & np.isnan(conditions.speed_kmh[rows])
    signs = ("open " if opens else "" for opens in conditions.is_open[rows[bound]])
    return tuple(
        sign + schedules.text[place] for sign, place in zip(signs, conditions.schedule[rows[bound]], strict=True)
    )


def turn_texts(infrastructure: Infrastructure, graph: TimedGraph, before: int, arc: int) -> tuple[str, ...]:
    """Return the hours of the turn restrictions with hours that may close a turn, as their source wrote them."""
    turns, schedules = infrastructure.turns, infrastructure.schedules
    keys = turn_keys(infrastructure)
    first, last = int(graph.arc_key[before]), int(graph.arc_key[arc])
    found = []
    for turn in np.flatnonzero((turns.schedule >= 0) & ((turns.kinds & graph.profile.kind_bit) != 0)):
        sequence = keys[turns.offsets[turn] : turns.offsets[turn + 1]]
        ends_here = sequence[-2] == first and (sequence[-1] == last or turns.kind[turn] == 1)
        if ends_here:
            found.append(f"{turns.turn_id[turn]}: {schedules.text[turns.schedule[turn]]}")
    return tuple(found)
