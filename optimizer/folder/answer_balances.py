"""What a folder's plan takes of capacities, plants, supplies, stores and empties."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.flow.plan import Plan
    from optimizer.folder.case import FolderCase, Meaning

_PRICE_COLUMNS = ("shadow_price", "shadow_money", "shadow_time", "shadow_carbon", "shadow_penalty")


def capacity_table(case: FolderCase, plan: Plan) -> pd.DataFrame:
    """Return one row for every capacity and period.

    Columns
    -------
    kind
        ``link``, ``capacity``, ``storage``; and the balances ``plant_in``, ``plant_out``, ``empties``, whose capacity
        is what others of the plan put in: a shadow price there is what one more tonne from outside would save.
    id, node_id, period_id
        The row it stands for, the node of empties, the period (of stock: the one after which it waits).
    unit, capacity, background, residual
        Unit; units in the period; what others use; what is left for this plan.
    used, used_share
        Units this plan takes, less what it puts in, and its share of the residual (empty where nothing is left).
    shadow_price, shadow_money, shadow_time, shadow_carbon, shadow_penalty
        Money that one more unit would save, and its parts.
    shadow_from, shadow_to
        The shadow price holds while the residual is between these.
    """
    problem = case.problem
    used, residual = plan.capacity_used(problem), problem.residual_per_day()
    share = np.divide(used, residual, out=np.full(used.size, np.nan), where=residual > 0)
    return pd.DataFrame(
        {
            "kind": case.capacities.kind_names(),
            "id": case.subject_names(case.capacities),
            "node_id": case.text("nodes", "node_id", case.capacities.node),
            "period_id": _periods(case, case.capacities),
            "unit": np.array(problem.capacity_unit, dtype=object),
            "capacity": problem.capacity_per_day,
            "background": problem.background_per_day,
            "residual": residual,
            "used": used,
            "used_share": share,
            **{name: getattr(plan, name) for name in (*_PRICE_COLUMNS, "shadow_from", "shadow_to")},
        }
    )


def plant_table(case: FolderCase, plan: Plan) -> pd.DataFrame:
    """Return one row a plant: its activity, limits, what it falls short of its minimum, and its cost (money)."""
    plants = case.tables.tables["plants"]
    run = case.links.is_kind("plant_run")
    flow = plan.flow_by_class(case.problem)[:, run].sum(axis=0)
    activity = np.bincount(case.links.subject[run], weights=flow, minlength=len(plants))
    minimum = np.flatnonzero(case.demands.is_kind("plant_minimum"))
    shortfall = np.zeros(len(plants))
    shortfall[case.demands.subject[minimum]] = plan.unserved_t_per_day[minimum]
    return pd.DataFrame(
        {
            "plant_id": plants["plant_id"].to_numpy(),
            "node_id": plants["node_id"].to_numpy(),
            "activity_t": activity,
            "max_t": plants["max_t"].to_numpy(),
            "min_t": plants["min_t"].to_numpy(),
            "shortfall_t": shortfall,
            "money": activity * plants["money_per_t"].to_numpy(),
        }
    )


def plant_flow_table(case: FolderCase, plan: Plan) -> pd.DataFrame:
    """Return one row for every plant, class, direction and period.

    Columns
    -------
    plant_id, class_id, direction, period_id
        What and when.
    processed_t
        Tonnes the plant uses or makes: its activity times ``t_per_t``.
    carried_t
        Tonnes brought to it or taken away; of an input at least, of an output at most what is processed.
    """
    rows = np.flatnonzero(case.capacities.is_kind("plant_in", "plant_out"))
    meaning = case.capacities.at(rows)
    taken, given = _taken_and_given(case, plan)
    is_out = meaning.is_kind("plant_out")
    return pd.DataFrame(
        {
            "plant_id": case.text("plant_flows", "plant_id", meaning.subject),
            "class_id": case.text("plant_flows", "class_id", meaning.subject),
            "direction": case.text("plant_flows", "direction", meaning.subject),
            "period_id": _periods(case, meaning),
            "processed_t": np.where(is_out, given[rows], taken[rows]),
            "carried_t": np.where(is_out, taken[rows], given[rows]),
        }
    )


def supply_table(case: FolderCase, plan: Plan) -> pd.DataFrame:
    """Return one row a supply: what there is, what plants use of it, and what it costs at its node (money)."""
    supplies = case.tables.tables["supplies"]
    mine = np.flatnonzero(case.demands.is_kind("supply"))
    used = np.zeros(len(supplies))
    used[case.demands.subject[mine]] = (case.problem.demand_t_per_day - plan.unserved_t_per_day)[mine]
    return pd.DataFrame(
        {
            "node_id": supplies["node_id"].to_numpy(),
            "class_id": supplies["class_id"].to_numpy(),
            "mass_t": supplies["mass_t"].to_numpy(),
            "used_t": used,
            "money": used * supplies["money_per_t"].to_numpy(),
        }
    )


def storage_table(case: FolderCase, plan: Plan) -> pd.DataFrame:
    """Return the stock at each node: one row for every class that waits after a period.

    Columns
    -------
    node_id, class_id, period_id
        Where, what, and the period after which it waits.
    t
        Tonnes that wait.
    capacity_t
        Room of the row of storage.csv, which other classes may share; empty without a limit.
    """
    waits = np.flatnonzero(case.links.is_kind("storage"))
    flow = plan.flow_by_class(case.problem)[:, waits]
    k, entry = np.nonzero(flow)
    meaning = case.links.at(waits[entry])
    table = pd.DataFrame(
        {
            "node_id": case.text("storage", "node_id", meaning.subject),
            "class_id": np.array(case.problem.class_ids, dtype=object)[k],
            "period_id": _periods(case, meaning),
            "t": flow[k, entry],
            "capacity_t": case.numbers("storage", "capacity_t", meaning.subject),
        }
    )
    return table.iloc[np.lexsort((k, meaning.subject, meaning.period))].reset_index(drop=True)


def empties_table(case: FolderCase, plan: Plan) -> pd.DataFrame:
    """Return the empties of each place: one row for every laden class, empty class, node and period.

    Columns
    -------
    class_id, empty_class_id, node_id, period_id
        What, where and when.
    left_t
        Tonnes of empties that deliveries leave.
    returned_t
        Tonnes that go back to depots, at least as many.
    """
    rows = np.flatnonzero(case.capacities.is_kind("empties"))
    meaning = case.capacities.at(rows)
    taken, given = _taken_and_given(case, plan)
    return pd.DataFrame(
        {
            "class_id": case.text("empties", "class_id", meaning.subject),
            "empty_class_id": case.text("empties", "empty_class_id", meaning.subject),
            "node_id": case.text("nodes", "node_id", meaning.node),
            "period_id": _periods(case, meaning),
            "left_t": taken[rows],
            "returned_t": given[rows],
        }
    )


def _periods(case: FolderCase, meaning: Meaning) -> NDArray[np.object_]:
    return np.asarray(np.array(case.period_ids, dtype=object)[meaning.period], dtype=object)


def _taken_and_given(case: FolderCase, plan: Plan) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the units that the plan takes of each capacity and those it puts in, float64[R] each."""
    problem = case.problem
    flow = plan.flow_by_class(problem)
    takes, gives = problem.capacity_members.maximum(0), (-problem.capacity_members).maximum(0)
    taken, given = (((flow @ members.T) * problem.use_per_t).sum(axis=0) for members in (takes, gives))
    return np.asarray(taken), np.asarray(given)
