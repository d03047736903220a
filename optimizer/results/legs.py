"""Paths of a plan cut into legs: haulage by one mode, handling at a terminal, one service."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.columns import LINK_KINDS
from optimizer.case import Case
from optimizer.flow.plan import Plan
from supplychain.vocabulary import MODES

HAUL: Final = "haul"
HANDLING: Final = "handling"
SERVICE: Final = "service"
LEG_KINDS: Final = (HAUL, HANDLING, SERVICE)

EMPTY_DEPOT: Final = "empty_depot"
INLAND: Final = "inland"
LINE_HAUL: Final = "line_haul"
SEA_AIR: Final = "sea_air"
SEGMENTS: Final = (INLAND, LINE_HAUL, SEA_AIR)
"""Inland: links, terminals, services between terminals of the region and gates of empty depots. Line haul: rail,
road and barge services to a market. Sea and air: services of ships (barges apart) and aircraft."""

PRICE_COLUMNS: Final = (
    "price_distance",
    "price_vehicle_hour",
    "price_toll",
    "price_handling",
    "price_fee",
    "price_freight_rate",
)
AMOUNT_COLUMNS: Final = (
    *PRICE_COLUMNS,
    "resource_cost",
    "time_cost",
    "ttw_kg_co2e",
    "wtt_kg_co2e",
    "vehicle_km",
)


def leg_kind_of_links(case: Case) -> NDArray[np.int8]:
    """Return the leg kind (place in ``LEG_KINDS``) of every link."""
    kinds = np.zeros(len(LINK_KINDS), dtype=np.int8)
    kinds[LINK_KINDS.index("transshipment")] = LEG_KINDS.index(HANDLING)
    kinds[LINK_KINDS.index("service")] = LEG_KINDS.index(SERVICE)
    result: NDArray[np.int8] = kinds[case.network.links.kind]
    return result


def segment_of_links(case: Case) -> NDArray[np.int8]:
    """Return the segment (place in ``SEGMENTS``) of every link."""
    links, nodes = case.network.links, case.network.nodes
    service = links.is_kind("service")
    table = case.pack.table("markets")
    markets = set(table.loc[table["kind"] != EMPTY_DEPOT, "market_id"])
    at_market = np.fromiter((subject in markets for subject in nodes.subject_id), dtype=np.bool_)
    touches_market = at_market[links.from_index] | at_market[links.to_index]
    segment = np.full(len(links), SEGMENTS.index(INLAND), dtype=np.int8)
    segment[service & touches_market] = SEGMENTS.index(LINE_HAUL)
    segment[service & (links.is_mode("sea") | links.is_mode("air"))] = SEGMENTS.index(SEA_AIR)
    return segment


def amounts_per_t(case: Case) -> dict[str, NDArray[np.float64]]:
    """Return what one tonne of class k causes on link l, by ``AMOUNT_COLUMNS``, each float64[K, L]."""
    impedance = case.impedance
    return {
        "price_distance": impedance.distance,
        "price_vehicle_hour": impedance.vehicle_hour,
        "price_toll": impedance.toll,
        "price_handling": impedance.handling,
        "price_fee": impedance.fee,
        "price_freight_rate": impedance.freight_rate,
        "resource_cost": impedance.resource_cost,
        "time_cost": case.problem.time_cost_per_t,
        "ttw_kg_co2e": impedance.ttw_kg,
        "wtt_kg_co2e": impedance.wtt_kg,
        "vehicle_km": impedance.vehicle_km,
    }


def build_legs(case: Case, plan: Plan) -> pd.DataFrame:
    """Return one row per leg of every path that carries flow, in travel order.

    Columns
    -------
    path, leg, demand, class_index
        Index of the path in the plan, place of the leg in it (from 0), index of demand and class.
    leg_kind, mode, from_mode, segment
        Words of ``LEG_KINDS``, ``MODES``, ``MODES`` and ``SEGMENTS``.
    first_link, last_link
        Link indices.
    first_entry
        Place of the first link in ``plan.path_links``; the leg goes on to the next leg's.
    t_per_day
        Flow.
    distance_km, moving_time_h, waiting_time_h
        Of one pass.
    price_…, resource_cost, time_cost
        Pack money per day.
    ttw_kg_co2e, wtt_kg_co2e, vehicle_km
        Per day; vehicle-km hold empty running.
    """
    problem, links = case.problem, case.network.links
    path = plan.path_of_link_entry()
    link = plan.path_links.astype(np.int64)
    demand = plan.path_demand[path]
    cls = problem.demand_class[demand]
    kind = leg_kind_of_links(case)[link]
    segment = segment_of_links(case)[link]
    starts = _leg_starts(path, kind, links.mode[link])
    first = np.flatnonzero(starts)
    flow = plan.path_t_per_day[path[first]]
    last = np.append(first[1:], path.size)[: first.size] - 1
    table = {
        "path": path[first],
        "leg": _place_in_path(path[first]),
        "demand": demand[first],
        "class_index": cls[first],
        "leg_kind": np.array(LEG_KINDS, dtype=object)[kind[first]],
        "mode": np.array(MODES, dtype=object)[links.mode[link[first]]],
        "from_mode": np.array([*MODES, ""], dtype=object)[links.from_mode[link[first]]],
        "segment": np.array(SEGMENTS, dtype=object)[segment[first]],
        "first_link": link[first],
        "last_link": link[last],
        "first_entry": first,
        "t_per_day": flow,
        "distance_km": _sum_by_leg(links.length_m[link] / 1000.0, first),
        "moving_time_h": _sum_by_leg(case.impedance.moving_time_h[cls, link], first),
        "waiting_time_h": _sum_by_leg(case.impedance.waiting_time_h[cls, link], first),
    }
    for column, per_t in amounts_per_t(case).items():
        table[column] = _sum_by_leg(per_t[cls, link], first) * flow
    return pd.DataFrame(table)


def _leg_starts(path: NDArray[np.int64], kind: NDArray[np.int8], mode: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Return where a new leg begins: every handling and service link, every change of path, kind or mode."""
    starts = np.ones(path.size, dtype=np.bool_)
    same = (path[1:] == path[:-1]) & (kind[1:] == kind[:-1]) & (mode[1:] == mode[:-1])
    starts[1:] = ~(same & (kind[1:] == LEG_KINDS.index(HAUL)))
    return starts


def _place_in_path(path_of_leg: NDArray[np.int64]) -> NDArray[np.int64]:
    change = np.flatnonzero(np.diff(path_of_leg, prepend=-1))
    counts = np.diff(np.append(change, path_of_leg.size))
    return np.arange(path_of_leg.size) - np.repeat(change, counts)


def _sum_by_leg(values: NDArray[np.float64], first: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.add.reduceat(values, first) if first.size else np.zeros(0)
