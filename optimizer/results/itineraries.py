"""Itineraries: every path of a plan as legs with handling, money, time and CO2e of their own."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from optimizer.case import Case
from optimizer.flow.plan import Plan
from optimizer.results.legs import (
    AMOUNT_COLUMNS,
    HANDLING,
    HAUL,
    INLAND,
    LINE_HAUL,
    PRICE_COLUMNS,
    SEA_AIR,
    SERVICE,
    build_legs,
)

SUBJECT_COLUMNS: Final = (
    "demand_id",
    "direction",
    "commodity_id",
    "form",
    "place_id",
    "market_id",
    "origin_id",
    "destination_id",
)
SUMMED_COLUMNS: Final = (
    "price",
    "resource_cost",
    "time_cost",
    "ttw_kg_co2e",
    "wtt_kg_co2e",
    "emissions_kg_co2e",
    "vehicle_km",
)
INLAND_MODES: Final = ("road", "rail", "inland_waterway")
BOX_ALLOCATION: Final = "TEU"
MASS_ALLOCATION: Final = "t"


def demand_columns(case: Case) -> pd.DataFrame:
    """Return one row per demand, in the order of the problem.

    Columns: demand_id, direction, commodity_id, form, place_id, market_id, origin_id, destination_id, outward (whether
    freight leaves the place), t_per_day and teu_per_day wanted, teu_per_t.
    """
    demand = case.demand
    table = pd.DataFrame(
        {
            "demand_id": demand.demand_id,
            "direction": demand.direction,
            "commodity_id": [demand.classes[index].commodity_id for index in demand.class_index],
            "form": [demand.classes[index].form for index in demand.class_index],
            "place_id": demand.place_id,
            "origin_id": demand.origin_id,
            "destination_id": demand.destination_id,
            "t_per_day": demand.mass_t_per_day,
            "teu_per_day": demand.teu_per_day,
        }
    )
    table["outward"] = table["origin_id"] == table["place_id"]
    table["market_id"] = table["destination_id"].where(table["outward"], table["origin_id"])
    mass = table["t_per_day"].to_numpy()
    table["teu_per_t"] = np.divide(table["teu_per_day"], mass, out=np.zeros_like(mass), where=mass > 0)
    return table


def itineraries(case: Case, plan: Plan) -> pd.DataFrame:
    """Return one row per leg of every path that carries flow.

    Emissions follow ISO 14083: transport legs count fuel or energy on the vehicle-km really driven, empty running
    once; handling legs are the hub operations of terminals; operation (tank-to-wheel) and energy provision
    (well-to-tank) stand apart. ``teu_allocation`` says how a leg's emissions are shared: boxes by TEU on vehicles with
    fuel per kilometre (which heavy boxes fill by weight) and where lifts are counted, by mass where a factor per
    tonne-kilometre or handling by the tonne stands; bulk by mass.

    Columns
    -------
    path_id, leg, demand_id, direction, commodity_id, form, place_id, market_id, origin_id, destination_id
        What moves; ``leg`` counts from 1.
    t_per_day, teu_per_day
        Flow.
    leg_kind, mode, from_mode, segment
        haul, handling or service; ``from_mode`` differs from ``mode`` in handling; inland, line_haul or sea_air.
    from_id, to_id, service_id, terminal_id
        Node ids of the ends; the service and the terminal where there is one.
    distance_km, moving_time_h, waiting_time_h
        Of one pass.
    price_distance, price_vehicle_hour, price_toll, price_handling, price_fee, price_freight_rate, price, resource_cost,
    time_cost
        Pack money per day.
    ttw_kg_co2e, wtt_kg_co2e, emissions_kg_co2e, vehicle_km
        Per day.
    teu_allocation
        ``TEU`` or ``t``.
    """
    legs = build_legs(case, plan)
    links, nodes = case.network.links, case.network.nodes
    about = demand_columns(case).iloc[legs["demand"].to_numpy()].reset_index(drop=True)
    first, last = legs["first_link"].to_numpy(), legs["last_link"].to_numpy()
    is_service = (legs["leg_kind"] == SERVICE).to_numpy()
    table = pd.DataFrame({"path_id": path_ids(legs["path"].to_numpy()), "leg": legs["leg"] + 1})
    for column in SUBJECT_COLUMNS:
        table[column] = about[column]
    table["t_per_day"] = legs["t_per_day"]
    table["teu_per_day"] = legs["t_per_day"] * about["teu_per_t"]
    for column in ("leg_kind", "mode", "from_mode", "segment"):
        table[column] = legs[column]
    table["from_id"] = nodes.node_id[links.from_index[first]]
    table["to_id"] = nodes.node_id[links.to_index[last]]
    table["service_id"] = np.where(is_service, links.row_id[first], None)
    terminal = links.terminal_id[first]
    table["terminal_id"] = np.where((legs["leg_kind"] == HAUL) | (terminal == ""), None, terminal)
    for column in ("distance_km", "moving_time_h", "waiting_time_h", *AMOUNT_COLUMNS):
        table[column] = legs[column]
    table["price"] = legs[list(PRICE_COLUMNS)].sum(axis=1)
    table["emissions_kg_co2e"] = legs["ttw_kg_co2e"] + legs["wtt_kg_co2e"]
    table["teu_allocation"] = _allocations(case, legs["class_index"].to_numpy(), first)
    return table


def _allocations(case: Case, cls: np.ndarray, link: np.ndarray) -> np.ndarray:
    """Return how emissions of each leg are shared, by its class and first link."""
    by_mass = np.zeros(link.size, dtype=np.bool_)
    for one in np.unique(cls):
        rows = cls == one
        by_mass[rows] = case.impedance.class_costs(int(one)).by_mass()[link[rows]]
    return np.where(by_mass, MASS_ALLOCATION, BOX_ALLOCATION)


def path_ids(path: np.ndarray) -> np.ndarray:
    """Return the id of each path index of a plan."""
    return np.array([f"path_{index:05d}" for index in path], dtype=object)


def itinerary_paths(case: Case, plan: Plan, legs: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return one row per path that carries flow.

    Columns
    -------
    path_id, demand_id, direction, commodity_id, form, place_id, market_id, origin_id, destination_id
        What moves.
    t_per_day, teu_per_day
        Flow.
    gateway_id, gateway_group, gateway_service_id
        Terminal where the service of the market begins or ends, its reporting group, and that service; null for a
        road line haul, which has no terminal.
    access_mode
        Mode by which freight reaches (or leaves) the gateway; a barge on the carrier's account counts.
    main_inland_mode
        Mode with the longest distance inland.
    mode_chain
        Modes in travel order, ``road>inland_waterway>sea``.
    distance_km, inland_distance_km, time_h
        Of one pass; time is moving and waiting.
    price, resource_cost, time_cost, carbon_cost, generalised_cost
        Pack money per day; ``inland_price`` is the part before (or after) the market's service.
    generalised_cost_per_t
        Pack money per tonne.
    ttw_kg_co2e, wtt_kg_co2e, emissions_kg_co2e
        Per day.
    """
    legs = itineraries(case, plan) if legs is None else legs
    return _path_columns(legs, case)


def _path_columns(legs: pd.DataFrame, case: Case) -> pd.DataFrame:
    by_path = legs.groupby("path_id", sort=False)
    table = by_path[[*SUBJECT_COLUMNS, "t_per_day", "teu_per_day"]].first()
    moving = legs[legs["leg_kind"] != HANDLING]
    main = legs[(legs["leg_kind"] == SERVICE) & legs["segment"].isin([LINE_HAUL, SEA_AIR])]
    main = main.groupby("path_id", sort=False).first()
    table["gateway_id"] = main["terminal_id"].reindex(table.index)
    groups = case.pack.table("terminals").set_index("terminal_id")["gateway_group"]
    table["gateway_group"] = table["gateway_id"].map(groups)
    table["gateway_service_id"] = main["service_id"].reindex(table.index)
    inland = moving[moving["segment"] == INLAND]
    outward = table["origin_id"] == table["place_id"]
    ends = inland.groupby("path_id", sort=False)["mode"]
    table["access_mode"] = ends.last().reindex(table.index).where(outward, ends.first().reindex(table.index))
    table["main_inland_mode"] = _longest_mode(inland).reindex(table.index)
    table["mode_chain"] = _mode_chains(moving).reindex(table.index)
    table["distance_km"] = by_path["distance_km"].sum()
    table["inland_distance_km"] = inland.groupby("path_id")["distance_km"].sum().reindex(table.index, fill_value=0.0)
    table["time_h"] = by_path["moving_time_h"].sum() + by_path["waiting_time_h"].sum()
    table = table.join(by_path[list(SUMMED_COLUMNS)].sum())
    inland_price = legs[legs["segment"] == INLAND].groupby("path_id")["price"].sum()
    table["inland_price"] = inland_price.reindex(table.index, fill_value=0.0)
    table["carbon_cost"] = table["emissions_kg_co2e"] * case.carbon_price_per_kg
    table["generalised_cost"] = table["price"] + table["time_cost"] + table["carbon_cost"]
    table["generalised_cost_per_t"] = table["generalised_cost"] / table["t_per_day"]
    return table.reset_index()


def _longest_mode(inland: pd.DataFrame) -> pd.Series:
    """Return the mode with the longest inland distance of each path."""
    km = inland.groupby(["path_id", "mode"], sort=False)["distance_km"].sum().reset_index()
    longest = km.sort_values("distance_km", kind="stable").groupby("path_id").last()
    return longest["mode"]


def _mode_chains(moving: pd.DataFrame) -> pd.Series:
    """Return the modes of each path in travel order, neighbours of one mode once."""
    if moving.empty:
        return pd.Series(dtype="str")
    paths, modes = moving["path_id"].to_numpy(), moving["mode"].to_numpy()
    new_path = np.append([True], paths[1:] != paths[:-1])
    new_mode = new_path | np.append([True], modes[1:] != modes[:-1])
    kept_paths, kept_modes = paths[new_mode], modes[new_mode].tolist()
    starts = np.flatnonzero(new_path[new_mode])
    ends = np.append(starts[1:], len(kept_modes))
    chains = [">".join(kept_modes[start:end]) for start, end in zip(starts, ends, strict=True)]
    return pd.Series(chains, index=kept_paths[starts], dtype="str")
