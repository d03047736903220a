"""Runs of trucks that a plan counts twice: with a net empty box, and as the empty run of the laden box it serves.

A laden box pays and emits for the run that brings the truck to it or takes it away (``empty_return_share``); the
assumption behind it says that the truck "comes back with an empty or none". A net empty box that a place lacks or has
left rides on that very run. The plan counts its kilometres once more, because it must know by which way and from which
depot each empty comes before it can know which run carries it. What is shared is found afterwards, place by place and
type of box by type: the smaller of the truck-km that bring empties to a place (or take them away) and the empty
truck-km that its laden boxes of the same type and opposite direction already count there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geodata.columns import BOX_FORMS
from supplychain.demand.empties import box_types

if TYPE_CHECKING:
    from optimizer.case import Case

EMPTY: Final = "empty"
SHARED_COLUMNS: Final = (
    "place_id",
    "box_type",
    "inward",
    "empty_box_vehicle_km",
    "laden_empty_vehicle_km",
    "shared_vehicle_km",
    "ttw_kg_co2e",
    "wtt_kg_co2e",
)


def shared_runs(case: Case, elements: pd.DataFrame) -> pd.DataFrame:
    """Return one row per place, box type and direction of net empties that trucks carry.

    Parameters
    ----------
    case
        Tells the type of box of each commodity.
    elements
        All transport chain elements of one plan, with ``demand_id``, ``direction``, ``outward``, ``commodity_id``,
        ``form`` and ``place_id``.

    Columns
    -------
    place_id, box_type, inward
        Place; ``dry20``, ``dry40`` or ``reefer``; whether empties come to the place.
    empty_box_vehicle_km
        Truck-km with net empties.
    laden_empty_vehicle_km
        Empty truck-km of laden boxes of the type that leave the place by truck (for empties that come), or reach it.
    shared_vehicle_km
        The smaller of the two: one and the same run.
    ttw_kg_co2e, wtt_kg_co2e
        What the empty run of the laden boxes emits over the shared kilometres: counted twice.
    """
    road = elements[(elements["mode"] == "road") & (elements["leg_kind"] == "haul") & elements["form"].isin(BOX_FORMS)]
    is_empty = road["direction"] == EMPTY
    empties, laden = road[is_empty], road[~is_empty]
    at_place = (laden["from_id"] == laden["place_id"]) | (laden["to_id"] == laden["place_id"])
    laden = laden[at_place].assign(box_type=_types(case, laden[at_place]))
    empties = empties.assign(box_type=empties["demand_id"].str.split(":").str[1])
    # Empties that come (inward) serve boxes that go out laden; those that go serve boxes that came laden.
    keys = ["place_id", "box_type", "inward"]
    km = empties.assign(inward=~empties["outward"]).groupby(keys)["vehicle_km"].sum()
    runs = laden.assign(inward=laden["outward"]).groupby(keys)
    own = runs[["empty_vehicle_km", "empty_ttw_kg_co2e", "empty_wtt_kg_co2e"]].sum().reindex(km.index, fill_value=0.0)
    shared = np.minimum(km, own["empty_vehicle_km"])
    part = np.divide(shared, own["empty_vehicle_km"], out=np.zeros(len(km)), where=own["empty_vehicle_km"] > 0)
    table = pd.DataFrame(
        {
            "empty_box_vehicle_km": km,
            "laden_empty_vehicle_km": own["empty_vehicle_km"],
            "shared_vehicle_km": shared,
            "ttw_kg_co2e": own["empty_ttw_kg_co2e"] * part,
            "wtt_kg_co2e": own["empty_wtt_kg_co2e"] * part,
        }
    )
    return table.reset_index()[list(SHARED_COLUMNS)]


def _types(case: Case, laden: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    rows = case.pack.table("commodities").set_index("commodity_id").loc[laden["commodity_id"]]
    found = box_types(rows["box"].to_numpy(dtype=np.str_), rows["container_size"].astype(str).to_numpy(dtype=np.str_))
    return found.astype(object)
