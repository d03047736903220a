"""Tables of a plan's flow: links with their load, capacities that bind, throughput of terminals."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from geodata.columns import Flags, Floats
from optimizer.case import Case
from optimizer.flow.plan import PathFlows
from optimizer.results.itineraries import demand_columns
from optimizer.results.legs import HANDLING
from optimizer.results.names import NAME_COLUMNS, names_of
from supplychain.text import Text

ABOUT_CAPACITY: Final = ("capacity_id", "kind", "row_id", "name_vi", "name_en", "unit")
PER_DAY: Final = ("capacity_per_day", "background_per_day", "residual_per_day")
FULL: Final = 1.0 - 1e-6
"""Share of a residual capacity from which it counts as full."""
NOTHING: Final = 1e-6
"""Units a day that are no room at all: less of a capacity than that is full unused."""

UNNAMED: Final = Text(en="road without a name", vi="đường không tên")

SMALLEST_SHADOW_PRICE: Final = 0.01
"""Shadow prices up to this, in pack money per unit, are rounding of the solver."""


def is_full(used: Floats, residual: Floats) -> Flags:
    """Return which capacities have no room left, bool[K], from what is used and what was left for the plan."""
    full: Flags = used >= residual * FULL - NOTHING
    return full


def capacity_table(case: Case, plan: PathFlows) -> pd.DataFrame:
    """Return every capacity with what the plan uses of it and what one more unit would save.

    Columns: capacity_id, kind, row_id, name_vi, name_en, unit, capacity_per_day, background_per_day,
    residual_per_day, used_per_day, utilisation (used ÷ residual; null where nothing is left for the plan), full,
    shadow_price, shadow_money, shadow_time, shadow_carbon, shadow_penalty (pack money per unit), shadow_from, shadow_to
    (what is left of the capacity, per day, between which the shadow price holds; null without an upper end),
    penalty_driven.
    """
    columns = case.network.capacities.to_columns()
    kept = (*ABOUT_CAPACITY, *PER_DAY)
    table = pd.DataFrame({column: columns[column] for column in kept})
    used = plan.capacity_used(case.problem)
    residual = table["residual_per_day"].to_numpy()
    table["used_per_day"] = used
    table["utilisation"] = np.divide(used, residual, out=np.full(used.size, np.nan), where=residual > 0)
    table["full"] = is_full(used, residual)
    for part in ("price", "money", "time", "carbon", "penalty"):
        table[f"shadow_{part}"] = getattr(plan, f"shadow_{part}")
    table["shadow_from"] = plan.shadow_from
    table["shadow_to"] = np.where(np.isinf(plan.shadow_to), np.nan, plan.shadow_to)
    table["penalty_driven"] = plan.penalty_driven()
    return table


def bottleneck_table(case: Case, plan: PathFlows) -> pd.DataFrame:
    """Return the capacities that are full and whose enlargement would save something, dearest day first.

    What has no capacity at all (a bulk quay for boxes) is no bottleneck and left out.
    """
    table = capacity_table(case, plan)
    binding = table[table["full"] & (table["shadow_price"] > SMALLEST_SHADOW_PRICE) & (table["capacity_per_day"] > 0)]
    saved = binding["shadow_price"] * binding["residual_per_day"]
    order = saved.sort_values(ascending=False, kind="stable").index
    return binding.loc[order].drop(columns="full").reset_index(drop=True)


def link_table(case: Case, plan: PathFlows) -> pd.DataFrame:
    """Return every link that carries flow: its load a day and the fullest capacity it belongs to.

    Columns: link_id, row_id, row_table, kind, mode, name (Vietnamese), name_en, from_id, to_id, t_per_day,
    teu_per_day, vehicles_per_day (laden and empty), capacity_id, capacity_per_day, capacity_unit, background_per_day,
    utilisation (background and plan together ÷ capacity; null where nothing is limited).
    """
    problem, links, nodes = case.problem, case.network.links, case.network.nodes
    words = links.to_columns()
    by_class = plan.flow_by_class(problem)
    teu = _flow_teu(case, plan)
    labels = row_labels(case)
    table = pd.DataFrame(
        {
            "link_id": words["link_id"],
            "row_id": words["row_id"],
            "row_table": words["row_table"],
            "kind": words["kind"],
            "mode": words["mode"],
            "name": labels["name_vi"],
            "name_en": labels["name_en"],
            "from_id": nodes.node_id[links.from_index],
            "to_id": nodes.node_id[links.to_index],
            "t_per_day": by_class.sum(axis=0),
            "teu_per_day": teu,
            "vehicles_per_day": _flow_vehicles(case, by_class),
        }
    )
    return table.join(_fullest_capacity(case, plan))[table["t_per_day"] > 0].reset_index(drop=True)


def throughput_by_terminal(legs: pd.DataFrame) -> pd.DataFrame:
    """Return tonnes and TEU that pass each terminal's handling a day, by terminal_id.

    A box that is lifted twice at one terminal on its way counts once.
    """
    handled = legs[legs["leg_kind"] == HANDLING].drop_duplicates(["path_id", "terminal_id"])
    sums = handled.groupby("terminal_id")[["teu_per_day", "t_per_day"]].sum()
    return sums.add_prefix("throughput_")


def _flow_teu(case: Case, plan: PathFlows) -> np.ndarray:
    per_t = demand_columns(case)["teu_per_t"].to_numpy()
    path = plan.path_of_link_entry()
    weights = plan.path_t_per_day[path] * per_t[plan.path_demand[path]]
    return np.bincount(plan.path_links, weights=weights, minlength=len(case.network.links))


def _flow_vehicles(case: Case, by_class: np.ndarray) -> np.ndarray:
    """Return vehicles a day, laden and empty, on links with a length; 0 elsewhere."""
    km = case.network.links.length_m / 1000.0
    vehicle_km = (by_class * case.impedance.vehicle_km).sum(axis=0)
    vehicles: np.ndarray = np.divide(vehicle_km, km, out=np.zeros_like(km), where=km > 0)
    return vehicles


def _fullest_capacity(case: Case, plan: PathFlows) -> pd.DataFrame:
    """Return, for each link, the capacity with the highest share in use (background and plan together).

    Fleets are left out: their hours are spread over all their links and say nothing of one.
    """
    capacities = capacity_table(case, plan)
    total = capacities["capacity_per_day"].to_numpy()
    taken = np.minimum(capacities["background_per_day"].to_numpy() + capacities["used_per_day"].to_numpy(), np.inf)
    share = np.divide(taken, total, out=np.zeros(total.size), where=total > 0)
    members = case.problem.capacity_members.tocoo()
    at_place = (capacities["kind"] != "fleet").to_numpy()[members.row]
    pairs = pd.DataFrame({"link": members.col, "capacity": members.row, "share": share[members.row]})[at_place]
    fullest = pairs.sort_values("share", kind="stable").groupby("link").last()
    rows = capacities.iloc[fullest["capacity"].to_numpy()]
    return pd.DataFrame(
        {
            "capacity_id": rows["capacity_id"].to_numpy(),
            "capacity_per_day": rows["capacity_per_day"].to_numpy(),
            "capacity_unit": rows["unit"].to_numpy(),
            "background_per_day": rows["background_per_day"].to_numpy(),
            "utilisation": fullest["share"].to_numpy(),
        },
        index=fullest.index,
    )


def row_labels(case: Case) -> dict[str, np.ndarray]:
    """Return a short label of the row of each link in each language: road reference, terminal or service name."""
    links, pack = case.network.links, case.pack
    ids = np.where(links.is_kind("transshipment"), links.terminal_id, links.row_id)
    found = {}
    for column in NAME_COLUMNS:
        rows = pack.table("links")
        labels = _road_labels(case, column) | dict(zip(rows["link_id"], rows["road"], strict=True))
        for table in ("services", "terminals", "parks", "zones"):
            labels |= names_of(pack, table)[column].to_dict()
        found[column] = np.array([labels.get(row_id, row_id) for row_id in ids], dtype=object)
    return found


def _road_labels(case: Case, column: str) -> dict[str, str]:
    """Return number or name of each link of the network version planned on, if one was."""
    if case.infrastructure is None:
        return {}
    links = case.infrastructure.links
    unnamed = UNNAMED.vi if column == "name_vi" else UNNAMED.en
    label = np.where(links.ref != "", links.ref, np.where(links.name != "", links.name, unnamed))
    return dict(zip(links.link_id.tolist(), label.tolist(), strict=True))
