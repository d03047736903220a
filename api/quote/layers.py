"""Layers of a quote and of an emission statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from api.documents.layers import Ground, line_layer, place_layer
from api.exports.layers import WGS84
from geodata.answers.chain_legs import HANDLING
from geodata.columns import NODE_KINDS

if TYPE_CHECKING:
    from geodata.network import Network
    from optimizer.case import Case
    from optimizer.emissions.statement import EmissionStatement
    from optimizer.flow.plan import Plan
    from optimizer.quote.values import Quote

GRAMS_PER_KG = 1000.0


def quote_layers(quote: Quote, network: Network) -> dict[str, Any]:
    """Return ``legs`` (lines) and ``leg_points`` (handling) of every chain, per shipment.

    Services of overseas markets are left out: straight lines across the oceans would make the extent the whole world.
    """
    market = NODE_KINDS.index("market")
    lines: list[dict[str, object]] = []
    points: list[dict[str, object]] = []
    tonnes = quote.shipment.tonnes
    for rank, chain in enumerate(quote.chains, start=1):
        for place, one in enumerate(chain.legs, start=1):
            leg = one.leg
            row = {
                "rank": rank,
                "mode_chain": chain.name,
                "leg": place,
                "leg_kind": leg.kind,
                "mode": HANDLING if leg.kind == HANDLING else leg.mode,
                "from_id": leg.from_id,
                "to_id": leg.to_id,
                "distance_km": leg.distance_km,
                "time_h": leg.time_h,
                "price": one.price_per_t.value * tonnes,
                "emissions_kg_co2e": leg.emissions_kg_per_t * tonnes,
                "payer": one.payer,
            }
            first, last = int(leg.links[0]), int(leg.links[-1])
            ends = [int(network.links.from_index[first]), int(network.links.to_index[last])]
            if leg.kind == HANDLING:
                where = shapely.Point(network.nodes.lon[ends[0]], network.nodes.lat[ends[0]])
                points.append(row | {"geometry": where})
            elif market not in network.nodes.kind[ends]:
                parts = [network.link_points(int(link)) for link in leg.links]
                track = np.vstack([part for part in parts if len(part)] or [np.empty((0, 2))])
                if len(track) > 1:
                    lines.append(row | {"geometry": shapely.LineString(track)})
    return {"legs": _layer(lines), "leg_points": _layer(points)}


def _layer(rows: list[dict[str, object]]) -> Any:  # noqa: ANN401 - a GeoDataFrame, which carries no types
    columns = list(rows[0]) if rows else ["mode", "geometry"]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry="geometry", crs=WGS84)


def emissions_layers(
    statement: EmissionStatement, case: Case, plan: Plan, ground: Ground | None = None
) -> dict[str, Any]:
    """Return ``links`` (tonnes and kg CO2e a day of what the statement holds, by row) and ``places``.

    Parameters
    ----------
    statement
        Of the plan, or a part of it.
    case, plan
        What it is of.
    ground
        Where rows lie, where it is at hand.
    """
    ground = ground or Ground.of_case(case)
    wanted = np.isin([f"path_{index:05d}" for index in range(plan.path_demand.size)], statement.elements["chain_id"])
    path = plan.path_of_link_entry()
    keep = wanted[path]
    link, flow = plan.path_links[keep], plan.path_t_per_day[path[keep]]
    cls = case.problem.demand_class[plan.path_demand[path[keep]]]
    emitted = flow * case.problem.emissions_kg_per_t[cls, link]
    frame = pd.DataFrame({"row_id": case.network.links.row_id[link], "t": flow, "kg": emitted})
    by_row = frame.groupby("row_id")[["t", "kg"]].sum()
    by_place = statement.by("place_id").set_index("place_id")
    return {
        "links": line_layer(ground, by_row["t"].to_dict(), {"emissions_kg_co2e": by_row["kg"].to_dict()}),
        "places": place_layer(
            ground,
            {name: by_place[name].to_dict() for name in ("emissions_kg_co2e", "g_per_tkm", "tkm")},
        ),
    }
