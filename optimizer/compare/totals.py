"""Totals of a plan, summed from its flow tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from optimizer.compare.flows import NO_MODE
from optimizer.compare.gateways import group_table
from optimizer.compare.sides import FREIGHT, ROUNDING, rounded_difference, share

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optimizer.compare.flows import Flows

SUMS: Final = (
    "demand_t_per_day",
    "t_per_day",
    "unserved_t_per_day",
    "demand_teu_per_day",
    "teu_per_day",
    "tkm_per_day",
    "cost_per_day",
    "time_cost_per_day",
    "carbon_cost_per_day",
    "penalty_cost_per_day",
    "generalised_cost_per_day",
    "emissions_kg_co2e_per_day",
)
"""Totals every plan has; ``generalised_cost_per_day`` is the objective, the sum of the four costs."""

SEGMENT_SUMS: Final = (
    "tkm_per_day",
    "cost_per_day",
    "resource_cost_per_day",
    "emissions_kg_co2e_per_day",
    "vehicle_km_per_day",
)


def totals_of(flows: Flows) -> dict[str, float]:
    """Return totals by name; what a plan does not know is left out.

    Beside ``SUMS``: further amounts the plan knows, each part of the way apart where parts are known
    (``inland_cost_per_day``), shares of gateway groups and modes (``gateway_share_…``, ``mode_share_tkm_…``, 0-1),
    ``mean_time_h``, ``cost_per_t`` and ``binding_capacities``.
    """
    demands, amounts = flows.demands, flows.amounts
    names = (*SUMS, *(name for name in amounts if name[:-8] in flows.subject.amounts_per_t))
    wanted = demands[demands["is_wanted"]]
    totals = {name: float((wanted if name in FREIGHT else demands)[name].sum()) for name in names}
    totals["cost_per_t"] = totals["cost_per_day"] / totals["t_per_day"] if totals["t_per_day"] else 0.0
    hours = float(wanted["t_h_per_day"].sum())
    totals["mean_time_h"] = hours / totals["t_per_day"] if totals["t_per_day"] else 0.0
    for segment, row in flows.by_segment.iterrows():
        for name in SEGMENT_SUMS:
            if name in row.index:
                totals[f"{segment}_{name}"] = float(row[name])
    if NO_MODE in flows.by_mode.index:
        totals["terminal_emissions_kg_co2e_per_day"] = float(flows.by_mode.loc[NO_MODE, "emissions_kg_co2e_per_day"])
    for group, row in group_table(flows).iterrows():
        totals[f"gateway_share_{group}"] = float(row["share_teu"])
        totals[f"barge_share_{group}"] = float(row["barge_share"])
    for mode, value in mode_shares(flows).items():
        totals[f"mode_share_tkm_{mode}"] = float(value)
    prices = flows.subject.plan.shadow_price
    totals["binding_capacities"] = float((prices > ROUNDING * prices.max(initial=0.0)).sum())
    return totals


def mode_shares(flows: Flows) -> pd.Series:
    """Return each mode's share of tonne-km, inland where parts of the way are known, by mode."""
    column = "inland_tkm_per_day" if "inland_tkm_per_day" in flows.by_mode.columns else "tkm_per_day"
    return share(flows.by_mode[column].drop(index=NO_MODE, errors="ignore"))


def unit_of(quantity: str, currency: str) -> str:
    """Return the unit of a total: amounts are per period of the plan."""
    if quantity == "mean_time_h":
        return "h"
    if "_share_" in quantity or quantity == "binding_capacities":
        return "1"
    if quantity == "cost_per_t":
        return f"{currency}/t"
    for ending, unit in (
        ("vehicle_km_per_day", "vehicle-km"),
        ("tkm_per_day", "t·km"),
        ("teu_per_day", "TEU"),
        ("kg_co2e_per_day", "kg CO2e"),
        ("cost_per_day", currency),
        ("t_per_day", "t"),
    ):
        if quantity.endswith(ending):
            return unit
    return ""


def difference_of_totals(base: Mapping[str, float], other: Mapping[str, float], currency: str) -> pd.DataFrame:
    """Return the totals that differ: quantity, unit, base, other, difference, relative; those of both plans only."""
    names = [name for name in base if name in other]
    table = pd.DataFrame({"quantity": names, "unit": [unit_of(name, currency) for name in names]})
    table["base"] = [base[name] for name in names]
    table["other"] = [other[name] for name in names]
    pairs = zip(table["base"], table["other"], strict=True)
    table["difference"] = [float(rounded_difference(*map(_one, pair))[0]) for pair in pairs]
    table["relative"] = table["difference"] / table["base"].where(table["base"] != 0)
    return table[table["difference"] != 0].reset_index(drop=True)


def _one(value: float) -> pd.Series:
    return pd.Series([value], dtype="float64").to_numpy()


def totals_side_by_side(totals: Mapping[str, Mapping[str, float]], currency: str) -> pd.DataFrame:
    """Return the totals of every plan: quantity, unit, and a column a plan by its title; null where not known."""
    names = list(dict.fromkeys(name for one in totals.values() for name in one))
    table = pd.DataFrame({"quantity": names, "unit": [unit_of(name, currency) for name in names]})
    for title, known in totals.items():
        table[title] = pd.Series([known.get(name) for name in names], dtype="float64")
    return table
