"""Where a demand of a region comes from: its rows, numbers and assumptions, and who stands on its park."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from supplychain.demand.trace import DemandTrace, trace_demand

if TYPE_CHECKING:
    from optimizer.case import Case


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """Where one demand comes from.

    Parameters
    ----------
    trace
        The steps from the rows of the pack to its tonnes and TEU.
    assumptions
        One row an assumption behind it: assumption_id, name_vi, name_en, low, mid, high, unit.
    facilities
        Facilities of its park: facility_id, name_vi, name_en, kind, organisation_id, organisation_vi,
        organisation_en, synthetic; the tonnes are the park's as a whole, not those of one of them.
    """

    trace: DemandTrace
    assumptions: pd.DataFrame
    facilities: pd.DataFrame


def origin_of(case: Case, demand: int) -> Origin:
    """Return where a demand comes from.

    Parameters
    ----------
    case
        The region.
    demand
        Index of the demand.
    """
    found = trace_demand(case.pack, case.demand, str(case.demand.demand_id[demand]), case.scenario.demand_changes)
    rows = case.pack.table("assumptions")
    assumptions = rows[rows["assumption_id"].isin(found.assumption_ids)]
    columns = ["assumption_id", "name_vi", "name_en", "low", "mid", "high", "unit"]
    return Origin(
        trace=found,
        assumptions=assumptions[[column for column in columns if column in assumptions]].reset_index(drop=True),
        facilities=_facilities(case, str(case.demand.place_id[demand])),
    )


def _facilities(case: Case, place_id: str) -> pd.DataFrame:
    facilities = case.pack.table("facilities")
    here = facilities[(facilities["park_id"] == place_id).fillna(value=False)]
    organisations = case.pack.table("organisations").set_index("organisation_id")
    table = here[["facility_id", "name_vi", "name_en", "kind", "organisation_id", "synthetic"]].reset_index(drop=True)
    for language in ("vi", "en"):
        names = organisations[f"name_{language}"]
        table[f"organisation_{language}"] = table["organisation_id"].map(names)
    return table
