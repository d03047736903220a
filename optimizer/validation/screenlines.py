"""What a plan carries across the screenlines of a region, each way and by mode, beside capacity and counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from geodata.columns import CAPACITY_KINDS
from optimizer.results.flow_tables import row_labels
from optimizer.results.itineraries import demand_columns
from optimizer.validation.crossings import crossing_sides
from supplychain.pack import split_list
from supplychain.vocabulary import MODES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.case import Case
    from optimizer.flow.plan import Plan

    Floats = NDArray[np.float64]

SIDES: Final = ("left", "right")

FLOW_COLUMNS: Final = (
    "screenline_id",
    "name_vi",
    "name_en",
    "mode",
    "towards",
    "side_vi",
    "side_en",
    "t_per_day",
    "teu_per_day",
    "laden_vehicles_per_day",
    "empty_vehicles_per_day",
)
CAPACITY_COLUMNS: Final = (
    "screenline_id",
    "mode",
    "crossings",
    "crossings_without_capacity",
    "unit",
    "capacity_per_day",
    "background_per_day",
    "plan_per_day",
    "use_share",
)
COUNT_COLUMNS: Final = (
    "screenline_id",
    "mode",
    "towards",
    "unit",
    "count_year",
    "counted_per_day",
    "background_per_day",
    "plan_per_day",
    "source",
    "confidence",
)
CROSSING_COLUMNS: Final = (
    "screenline_id",
    "link_id",
    "row_id",
    "name_vi",
    "name_en",
    "mode",
    "towards",
    "t_per_day",
    "teu_per_day",
    "laden_vehicles_per_day",
)


@dataclass(frozen=True, slots=True, eq=False)
class Screenlines:
    """Traffic of a plan across screenlines.

    Parameters
    ----------
    flows
        One row for each screenline, mode and direction.
    capacities
        One row for each screenline, mode and unit of capacity, both directions together.
    counts
        One row for each count of the pack, beside what background and plan come to; empty without counts.
    crossings
        One row for each link that carries freight across.
    """

    flows: pd.DataFrame
    capacities: pd.DataFrame
    counts: pd.DataFrame
    crossings: pd.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class _Loads:
    """Freight on every link a day, float64[L] each."""

    t: Floats
    teu: Floats
    laden: Floats
    empty: Floats


def screenline_traffic(case: Case, plan: Plan) -> Screenlines:
    """Return what a plan carries across the screenlines of the pack.

    Only the region's own freight is the plan's; other traffic is the background of the links that cross. Laden vehicles
    go with the freight, and their empty runs the other way.

    ``flows``: screenline_id, name_vi, name_en, mode, towards (``left`` or ``right`` of the line as drawn), side_vi,
    side_en, t_per_day, teu_per_day, laden_vehicles_per_day, empty_vehicles_per_day.

    ``capacities``: screenline_id, mode, crossings (links, each direction counted once), crossings_without_capacity,
    unit, capacity_per_day, background_per_day, plan_per_day, use_share (background and plan ÷ capacity); null where no
    crossing has a capacity.

    ``counts``: screenline_id, mode, towards, unit, count_year, counted_per_day, background_per_day, plan_per_day (both
    where the unit is that of the capacity), source, confidence.

    ``crossings``: screenline_id, link_id, row_id, name_vi, name_en, mode, towards, t_per_day, teu_per_day,
    laden_vehicles_per_day.
    """
    loads = _loads(case, plan)
    used = plan.capacity_used(case.problem)
    flows: list[dict[str, Any]] = []
    capacities: list[dict[str, Any]] = []
    crossings: list[pd.DataFrame] = []
    for row in case.pack.table("screenlines").itertuples():
        modes = split_list(row.modes)
        line = shapely.get_coordinates(shapely.from_wkt(row.geometry))
        net = crossing_sides(case.network, line, modes)
        for mode in modes:
            of_mode = np.where(case.network.links.mode == MODES.index(mode), net, 0)
            flows += _flows(row, mode, of_mode, loads)
            capacities += _capacities(case, (str(row.screenline_id), mode), of_mode, used)
            crossings.append(_crossings(case, (str(row.screenline_id), mode), of_mode, loads))
    found = pd.DataFrame(capacities, columns=list(CAPACITY_COLUMNS))
    return Screenlines(
        flows=pd.DataFrame(flows, columns=list(FLOW_COLUMNS)),
        capacities=found,
        counts=_counts(case, found),
        crossings=pd.concat(crossings, ignore_index=True)
        if crossings
        else pd.DataFrame(columns=list(CROSSING_COLUMNS)),
    )


def _loads(case: Case, plan: Plan) -> _Loads:
    problem, count = case.problem, len(case.network.links)
    per_t = demand_columns(case)["teu_per_t"].to_numpy()
    path = plan.path_of_link_entry()
    teu = np.bincount(
        plan.path_links,
        weights=plan.path_t_per_day[path] * per_t[plan.path_demand[path]],
        minlength=count,
    )
    km = case.network.links.length_m / 1000.0
    laden, empty = np.zeros(count), np.zeros(count)
    flow = plan.flow_by_class(problem)
    for k in np.flatnonzero(flow.any(axis=1)).tolist():
        costs = case.impedance.class_costs(k)
        share = costs.empty_share()
        both = np.divide(flow[k] * costs.part("vehicle_km"), km, out=np.zeros(count), where=km > 0)
        laden += both / (1.0 + share)
        empty += both * share / (1.0 + share)
    return _Loads(flow.sum(axis=0), teu.astype(np.float64), laden, empty)


def _flows(row: Any, mode: str, net: NDArray[np.int64], loads: _Loads) -> list[dict[str, Any]]:  # noqa: ANN401 - a row
    """Return the two directions of one mode; a link that crosses twice to one side counts twice."""
    times = {"right": np.maximum(net, 0), "left": np.maximum(-net, 0)}
    found = []
    for towards, other in (("left", "right"), ("right", "left")):
        found.append(
            {
                "screenline_id": str(row.screenline_id),
                "name_vi": str(row.name_vi),
                "name_en": str(row.name_en),
                "mode": mode,
                "towards": towards,
                "side_vi": str(getattr(row, f"{towards}_vi")),
                "side_en": str(getattr(row, f"{towards}_en")),
                "t_per_day": float(times[towards] @ loads.t),
                "teu_per_day": float(times[towards] @ loads.teu),
                "laden_vehicles_per_day": float(times[towards] @ loads.laden),
                "empty_vehicles_per_day": float(times[other] @ loads.empty),
            }
        )
    return found


def _capacities(case: Case, subject: tuple[str, str], net: NDArray[np.int64], used: Floats) -> list[dict[str, Any]]:
    """Return the capacities of the links that cross, summed by unit, each once."""
    problem = case.problem
    across = np.flatnonzero(net)
    screenline, mode = subject
    rows = np.unique(case.network.links.row_id[across]).size
    place = pd.Index(case.network.capacities.capacity_id).get_indexer(pd.Index(problem.capacity_ids))
    own = np.flatnonzero((place >= 0) & (case.network.capacities.kind[place] == _OF_LINK))
    members = problem.capacity_members[own][:, across].tocoo()
    limited = own[np.unique(members.row)]
    without = np.unique(case.network.links.row_id[np.delete(across, np.unique(members.col))]).size
    units = np.array(problem.capacity_unit, dtype=object)
    common = {"screenline_id": screenline, "mode": mode, "crossings": rows, "crossings_without_capacity": without}
    found = []
    for unit in sorted(set(units[limited])):
        mine = limited[units[limited] == unit]
        total = float(problem.capacity_per_day[mine].sum())
        others, plan = float(problem.background_per_day[mine].sum()), float(used[mine].sum())
        share = (others + plan) / total if total > 0 else np.nan
        found.append(
            {
                **common,
                "unit": unit,
                "capacity_per_day": total,
                "background_per_day": others,
                "plan_per_day": plan,
                "use_share": share,
            }
        )
    nothing = dict.fromkeys(("capacity_per_day", "background_per_day", "plan_per_day", "use_share"), np.nan)
    return found or [{**common, "unit": "", **nothing}]


def _counts(case: Case, capacities: pd.DataFrame) -> pd.DataFrame:
    """Return the counts of the pack beside background and plan in the same unit."""
    counts = case.pack.table("screenline_counts")
    if counts.empty:
        return pd.DataFrame(columns=list(COUNT_COLUMNS))
    known = capacities[["screenline_id", "mode", "unit", "background_per_day", "plan_per_day"]]
    table = counts.merge(known, how="left", on=["screenline_id", "mode", "unit"])
    both = table["towards"] == "both"
    for column in ("background_per_day", "plan_per_day"):
        table[column] = table[column].where(both)
    return table.rename(columns={"per_day": "counted_per_day"})[list(COUNT_COLUMNS)]


def _crossings(case: Case, subject: tuple[str, str], net: NDArray[np.int64], loads: _Loads) -> pd.DataFrame:
    """Return the links that carry freight across, most tonnes first."""
    across = np.flatnonzero((net != 0) & (loads.t > 0))
    across = across[np.argsort(-loads.t[across], kind="stable")]
    labels = row_labels(case)
    links = case.network.links
    return pd.DataFrame(
        {
            "screenline_id": subject[0],
            "link_id": links.link_id[across],
            "row_id": links.row_id[across],
            "name_vi": labels["name_vi"][across],
            "name_en": labels["name_en"][across],
            "mode": subject[1],
            "towards": np.where(net[across] > 0, "right", "left"),
            "t_per_day": loads.t[across],
            "teu_per_day": loads.teu[across],
            "laden_vehicles_per_day": loads.laden[across],
        },
        columns=list(CROSSING_COLUMNS),
    )


_OF_LINK: Final = CAPACITY_KINDS.index("link")
