"""A folder's plan as tables in the names of the folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from optimizer.folder.answer_balances import (
    capacity_table,
    empties_table,
    plant_flow_table,
    plant_table,
    storage_table,
    supply_table,
)
from optimizer.folder.answer_paths import link_table, path_table
from optimizer.folder.answer_reasons import unserved_table

if TYPE_CHECKING:
    from optimizer.flow.plan import Plan
    from optimizer.folder.case import FolderCase

__all__ = ["answer_tables", "summarise"]

DAYS_OF_HORIZON: Final = "days"


def answer_tables(case: FolderCase, plan: Plan) -> dict[str, pd.DataFrame]:
    """Return all tables of a plan by name; those without rows are there too, with their columns.

    Tonnes and money are those of the whole horizon, or of the period a row names.
    """
    return {
        "summary": summary_table(case, plan),
        "paths": path_table(case, plan),
        "links": link_table(case, plan),
        "capacities": capacity_table(case, plan),
        "unserved": unserved_table(case, plan),
        "plants": plant_table(case, plan),
        "plant_flows": plant_flow_table(case, plan),
        "supplies": supply_table(case, plan),
        "storage": storage_table(case, plan),
        "empties": empties_table(case, plan),
    }


def summarise(case: FolderCase, plan: Plan) -> dict[str, float]:
    """Return the figures of a plan; tonnes wanted, carried and unserved are those of demands.csv alone.

    Keys: ``objective``, ``bound``, ``gap``, ``money``, ``time_cost``, ``carbon_cost``, ``penalty_cost`` (money),
    ``kg_co2e``, ``wanted_t``, ``carried_t``, ``unserved_t``, ``tkm``, ``plant_shortfall_t``, ``days``.
    """
    problem = case.problem
    demands = case.demands.is_kind("demand")
    wanted = float(problem.demand_t_per_day[demands].sum())
    unserved = float(plan.unserved_t_per_day[demands].sum())
    flow = plan.flow_by_class(problem).sum(axis=0)
    return {
        "objective": plan.objective,
        "bound": plan.bound,
        "gap": plan.gap,
        "money": plan.money,
        "time_cost": plan.time_cost,
        "carbon_cost": plan.carbon_cost,
        "penalty_cost": plan.penalty_cost,
        "kg_co2e": plan.emissions_kg_per_day,
        "wanted_t": wanted,
        "carried_t": wanted - unserved,
        "unserved_t": unserved,
        "tkm": float((flow * case.length_km).sum()),
        "plant_shortfall_t": float(plan.unserved_t_per_day[case.demands.is_kind("plant_minimum")].sum()),
        DAYS_OF_HORIZON: float(np.sum(case.days)),
    }


def summary_table(case: FolderCase, plan: Plan) -> pd.DataFrame:
    """Return status and figures as rows of ``quantity``, ``value``, ``unit``."""
    currency = case.tables.settings.currency
    units = dict.fromkeys(("objective", "bound", "money", "time_cost", "carbon_cost", "penalty_cost"), currency)
    units |= {"kg_co2e": "kg CO2e", "tkm": "t·km", DAYS_OF_HORIZON: DAYS_OF_HORIZON}
    year = case.tables.settings.price_year
    rows: list[tuple[str, object, str]] = [("status", plan.status, ""), ("reason", plan.reason, "")]
    for name, value in summarise(case, plan).items():
        rows.append((name, value, units.get(name, "t" if name.endswith("_t") else "")))
    rows += [("currency", currency, ""), ("price_year", "" if year is None else year, "")]
    return pd.DataFrame(rows, columns=["quantity", "value", "unit"]).astype({"value": object})
