"""The corridors of a region pack as an infrastructure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from geodata.columns import NO_CODE, UNITS, Flags, encode
from geodata.gis.from_layers import lines_of
from geodata.gis.hours import Interval, format_hours, joined_intervals
from geodata.infrastructure.build import (
    make_candidates,
    make_conditions,
    make_links,
    make_nodes,
    make_schedules,
    no_lines,
)
from geodata.infrastructure.columns import ROAD_KINDS, TRAIN_KINDS, TRUCK_KINDS, VESSEL_KINDS
from geodata.infrastructure.infrastructure import (
    Conditions,
    Infrastructure,
    InfrastructureLinks,
    InfrastructureNodes,
    Source,
)
from geodata.infrastructure.turns import TurnRestrictions
from geodata.infrastructure.weekly import MINUTES_PER_DAY, MINUTES_PER_WEEK, Schedules
from geodata.models import LINK_CLASSES
from geodata.tables import HOURS_PER_DAY, Table, flags, lines, numbers, texts
from supplychain.vocabulary import CURRENCIES, NETWORK_MODES

if TYPE_CHECKING:
    from supplychain.pack import Pack

KINDS_OF_MODE: Final = {"road": ROAD_KINDS, "rail": TRAIN_KINDS, "inland_waterway": VESSEL_KINDS}
"""Mask of the vehicle kinds that run on a mode where nothing else is said."""


def infrastructure_of_pack(pack: Pack, statuses: Sequence[str] = ("open",)) -> Infrastructure:
    """Return the nodes and links of a region pack as an infrastructure, with the pack's own ids.

    ``speed_kmh`` of the pack is the speed freight really runs, so it becomes ``observed_kmh``; a ban of heavy trucks
    becomes a condition for rigid and articulated lorries, every day. ``length_m`` stays as the pack states it, which
    may be more than that of the line drawn. All nodes are kept, whatever touches them.

    Parameters
    ----------
    pack
        The pack; its tables ``nodes`` and ``links`` are read.
    statuses
        Links of these statuses are taken.
    """
    table = pack.table("links")
    table = table[table["status"].isin(list(statuses))].reset_index(drop=True)
    conditions, schedules = _bans(table)
    nodes = _nodes(pack.table("nodes"))
    return Infrastructure(
        nodes=nodes,
        links=_links(table, nodes),
        lines=lines_of(lines(table)),
        conditions=conditions,
        schedules=schedules,
        turns=TurnRestrictions.none(),
        candidates=make_candidates(),
        outlines=no_lines(),
        sources=(Source(pack.region.region_id, licence=pack.region.licence),),
    )


def _nodes(table: Table) -> InfrastructureNodes:
    return make_nodes(
        node_id=texts(table, "node_id"), lon=numbers(table, "lon"), lat=numbers(table, "lat"), source=np.int16(0)
    )


def _links(table: Table, nodes: InfrastructureNodes) -> InfrastructureLinks:
    places = {node_id: place for place, node_id in enumerate(nodes.node_id)}
    mode = texts(table, "mode")
    kinds = np.array([KINDS_OF_MODE[word] for word in mode], dtype=np.uint8)
    oneway, toll_per_km = flags(table, "oneway"), numbers(table, "toll_per_km")
    return make_links(
        link_id=texts(table, "link_id"),
        from_index=_indices(places, texts(table, "from_node_id")),
        to_index=_indices(places, texts(table, "to_node_id")),
        mode=encode(mode, NETWORK_MODES, "mode"),
        link_class=encode(texts(table, "link_class"), LINK_CLASSES, "link_class"),
        name=texts(table, "name_vi"),
        ref=texts(table, "road"),
        length_m=numbers(table, "length_m"),
        oneway=oneway,
        access_forward=kinds,
        access_backward=np.where(oneway, np.uint8(0), kinds),
        lanes=numbers(table, "lanes", NO_CODE).astype(np.int8),
        observed_kmh=numbers(table, "speed_kmh"),
        toll=toll_per_km > 0,
        toll_per_km=toll_per_km,
        currency=encode(texts(table, "currency"), CURRENCIES, "currency"),
        price_year=numbers(table, "price_year", 0).astype(np.int16),
        gauge_mm=numbers(table, "gauge_mm", 0).astype(np.int16),
        max_vessel_t=numbers(table, "max_vessel_t"),
        capacity_per_day=numbers(table, "capacity_per_day"),
        capacity_unit=encode(texts(table, "capacity_unit"), UNITS, "capacity_unit"),
        background_per_day=numbers(table, "background_per_day"),
        row_id=texts(table, "link_id"),
        source=np.int16(0),
    )


def _indices(places: dict[str, int], node_ids: NDArray[np.object_]) -> NDArray[np.int32]:
    return np.array([places[node_id] for node_id in node_ids], dtype=np.int32)


def _bans(table: Table) -> tuple[Conditions, Schedules]:
    starts, ends = numbers(table, "ban_from_h"), numbers(table, "ban_to_h")
    banned: Flags = ~np.isnan(starts) & ~np.isnan(ends) & (starts != ends)
    weeks = [daily_ban(starts[row], ends[row]) for row in np.flatnonzero(banned)]
    whole = ((0, MINUTES_PER_WEEK),)
    kept = list(dict.fromkeys(week for week in weeks if week != whole))
    schedules = make_schedules([format_hours(week) for week in kept], kept)
    conditions = make_conditions(
        link_index=np.flatnonzero(banned).astype(np.int32),
        kinds=np.uint8(TRUCK_KINDS),
        schedule=np.array([NO_CODE if week == whole else kept.index(week) for week in weeks], dtype=np.int32),
    )
    return conditions, schedules


def daily_ban(from_h: float, to_h: float) -> tuple[Interval, ...]:
    """Return the intervals of the week between two hours of every day, over midnight where the first is larger.

    Parameters
    ----------
    from_h, to_h
        Hours of the day, 0 to 24; rounded to the minute.
    """
    start, end = math.floor(from_h * 60 + 0.5), math.floor(to_h * 60 + 0.5)
    if from_h == HOURS_PER_DAY:
        start = from_h = 0
    spans = [(start, end)] if from_h < to_h else [(0, end), (start, MINUTES_PER_DAY)]
    week = [
        (day * MINUTES_PER_DAY + first, day * MINUTES_PER_DAY + last)
        for day in range(7)
        for first, last in spans
        if first < last
    ]
    return joined_intervals(week)
