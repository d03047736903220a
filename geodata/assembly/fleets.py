"""Fleets: the hours that the vehicles of a region can be under way in a day, as capacities over the links they use."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geodata.assembly.pieces import Piece, capacity_rows
from geodata.columns import Floats, forms_mask
from geodata.tables import Table, joined, numbers, texts
from supplychain.pack import split_list
from supplychain.text import Text

if TYPE_CHECKING:
    from supplychain.pack import Pack

FLEET: Final = Text(en="{name} (fleet)", vi="{name} (đội xe, tàu)")


def with_fleets(pack: Pack, piece: Piece) -> Piece:
    """Return a whole network's piece with one capacity for each vehicle type of which there are only so many.

    A fleet's hours are used on every link its vehicles run freely, and by services without a timetable that they
    carry; scheduled services bring vehicles of their own. A pass counts its running time, longer in proportion where
    the vessel may not load fully; the empty run comes with what a tonne uses.

    Parameters
    ----------
    pack
        Gives the vehicles.
    piece
        All links.
    """
    table = pack.table("vehicles")
    some = table[~np.isnan(numbers(table, "fleet"))].reset_index(drop=True)
    if not len(some):
        return piece
    names = {
        column: [template.format(name=name) for name in texts(some, column)]
        for column, template in (("name_vi", FLEET.vi), ("name_en", FLEET.en))
    }
    ids = texts(some, "vehicle_id")
    capacities = capacity_rows(
        capacity_id="fleet:" + some["vehicle_id"].astype(object),
        kind="fleet",
        row_id=ids,
        unit="vehicle_h",
        mode=texts(some, "mode"),
        forms=np.array([forms_mask(split_list(cell)) for cell in texts(some, "forms")], dtype=np.uint8),
        capacity_per_day=numbers(some, "fleet") * numbers(some, "fleet_hours_per_day", 0.0),
        **names,
    )
    members = [_members(pack, piece.links, some.iloc[[place]], f"fleet:{one}") for place, one in enumerate(ids)]
    return replace(piece, capacities=joined([piece.capacities, capacities]), members=joined([piece.members, *members]))


def _members(pack: Pack, links: Table, vehicle: Table, capacity_id: str) -> Table:
    """Return the links a vehicle type runs on and the hours of each."""
    one = vehicle.iloc[0]
    free = links["kind"].isin(["link", "connector"]).to_numpy() & (links["mode"] == one["mode"]).to_numpy()
    timetable = pack.table("services").set_index("service_id")["calls_per_week"]
    scheduled = ~np.isnan(timetable.reindex(links["row_id"]).to_numpy(dtype=np.float64, na_value=np.nan))
    hired = (links["kind"] == "service").to_numpy() & (links["vehicle_id"] == one["vehicle_id"]).to_numpy() & ~scheduled
    used = links[free | hired]
    at_top_speed = used["length_m"].to_numpy() / 1000.0 / float(one["max_speed_kmh"])
    hours: Floats = used["time_h"].to_numpy()
    hours = np.where(free[free | hired], np.maximum(hours, at_top_speed), hours)
    payload = float(one["payload_t"])
    loaded = np.minimum(used["max_vessel_t"].to_numpy(), payload) / payload
    return pd.DataFrame({"capacity_id": capacity_id, "link_id": used["link_id"].to_numpy(), "weight": hours / loaded})
