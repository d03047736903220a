"""Answers as tables and layers: DataFrames, and GeoDataFrames in WGS 84, one row a thing, units in the names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from geodata.answers.areas import Shapes
from geodata.answers.catchments import BestTwo, Samples
from geodata.answers.isochrones import Isochrones
from geodata.answers.places import Place
from geodata.answers.reach import Position
from geodata.answers.skims import REASONS, PlaceSkim
from geodata.columns import Floats
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.models import LINK_CLASSES
from geodata.tables import Table

CRS: Final = "EPSG:4326"
Layer = Any  # geopandas.GeoDataFrame, which carries no types

UNREACHED: Final = "unreachable"
MINUTE_S: Final = 60.0
KM_M: Final = 1000.0
TABLE_VALUES: Final = {
    "time_min": ("time_s", MINUTE_S),
    "distance_km": ("length_m", KM_M),
    "cost": ("cost", 1.0),
    "co2e_kg": ("co2e_kg", 1.0),
}
"""Columns of tables, the value each comes from, and what that is divided by."""

OBJECTIVE_COLUMNS: Final = {"time": "time_min", "distance": "distance_km", "cost": "cost", "co2e": "co2e_kg"}

Places = Sequence[Place]
Positions = Sequence[Position | None]


def to_layer(table: Table, geometry: Sequence[Any] | Shapes) -> Layer:
    """Return a table with shapes in WGS 84 degrees as a layer."""
    import geopandas as gpd  # noqa: PLC0415 - tables alone need no map

    return gpd.GeoDataFrame(table, geometry=geometry, crs=CRS)


def skim_table(origins: Places, destinations: Places, found: PlaceSkim) -> Table:
    """Return one row a pair, origin by origin.

    Columns
    -------
    origin_id, destination_id
        Ids.
    status
        ``reached`` or ``unreachable``.
    time_min, distance_km, cost, co2e_kg
        Along the least path, the way between place and network left out; empty where no path leads.
    reason_vi, reason_en
        Why no path leads; empty where one does.
    """
    reached = found.reached.reshape(-1)
    reasons = found.reason.reshape(-1)
    columns: dict[str, Any] = {
        "origin_id": np.repeat([place.place_id for place in origins], len(destinations)),
        "destination_id": np.tile([place.place_id for place in destinations], len(origins)),
        "status": np.where(reached, "reached", UNREACHED),
    }
    for name, (value, unit) in TABLE_VALUES.items():
        columns[name] = np.where(reached, found.amounts[value].reshape(-1) / unit, np.nan)
    for language in ("vi", "en"):
        texts = np.array([getattr(text, language) for text in REASONS], dtype=np.object_)
        columns[f"reason_{language}"] = texts[reasons]
    return pd.DataFrame(columns)


def skim_matrices(origins: Places, destinations: Places, found: PlaceSkim) -> dict[str, Table]:
    """Return one square table a value, origins down and destinations across; ``unreachable`` where no path leads."""
    tables = {}
    for name, (value, unit) in TABLE_VALUES.items():
        cells = np.where(found.reached, found.amounts[value] / unit, np.nan).astype(np.object_)
        cells[~found.reached] = UNREACHED
        table = pd.DataFrame(cells, columns=[place.place_id for place in destinations])
        table.insert(0, "origin_id", [place.place_id for place in origins], allow_duplicates=True)
        tables[name] = table
    return tables


def desire_lines(origins: Places, destinations: Places, table: Table) -> Layer:
    """Return the rows of a skim as straight lines between the places."""
    starts = np.repeat([(place.lon, place.lat) for place in origins], len(destinations), axis=0)
    ends = np.tile([(place.lon, place.lat) for place in destinations], (len(origins), 1))
    return to_layer(table, shapely.linestrings(np.stack([starts, ends], axis=1)))


def place_table(places: Places, positions: Positions, **columns: object) -> Table:
    """Return one row a place, with the distance between it and the network (empty where it is out of reach)."""
    return pd.DataFrame(
        {
            "place_id": [place.place_id for place in places],
            "name": [place.name for place in places],
            "kind": [place.kind for place in places],
            "lon": [place.lon for place in places],
            "lat": [place.lat for place in places],
            "network_distance_m": [np.nan if position is None else position.distance_m for position in positions],
            **columns,
        }
    )


def place_layer(places: Places, positions: Positions, **columns: object) -> Layer:
    """Return the rows of ``place_table`` as points."""
    points = shapely.points([(place.lon, place.lat) for place in places]) if len(places) else []
    return to_layer(place_table(places, positions, **columns), points)


def isochrone_table(found: Isochrones) -> Table:
    """Return one row a band, smallest first.

    Columns: band (text of the limit), limit_min, area_km2 (geodesic, holes left out), reached_km (links reached within
    the limit, both directions of a link counted once).
    """
    minutes = found.limits / MINUTE_S
    return pd.DataFrame(
        {
            "band": [f"{value:g}" for value in minutes],
            "limit_min": minutes,
            "area_km2": found.area_km2,
            "reached_km": found.reached_m / KM_M,
        }
    )


def isochrone_layer(found: Isochrones) -> Layer:
    """Return nested areas with the columns of ``isochrone_table``, largest first: smaller ones are drawn over it."""
    return to_layer(isochrone_table(found), list(found.areas)).iloc[::-1].reset_index(drop=True)


def reached_layer(infrastructure: Infrastructure, found: Isochrones) -> Layer:
    """Return the parts of links that each band adds, with what is known of the link, shares and length."""
    links, parts = infrastructure.links, found.parts
    minutes = found.limits / MINUTE_S
    frame = pd.DataFrame(
        {
            "link_id": links.link_id[parts.link],
            "name": links.name[parts.link],
            "ref": links.ref[parts.link],
            "link_class": np.array([*LINK_CLASSES, ""], dtype=np.object_)[links.link_class[parts.link]],
            "band": np.array([f"{value:g}" for value in minutes], dtype=np.object_)[parts.band],
            "limit_min": minutes[parts.band],
            "from_share": parts.start,
            "to_share": parts.end,
            "length_m": (parts.end - parts.start) * links.length_m[parts.link],
        }
    )
    return to_layer(frame, list(found.lines))


def gateway_table(gateways: Places, area_km2: Sequence[float], road_km: Floats) -> Table:
    """Return one row a gateway: its id, name, kind and group, its area and the length of links it serves best."""
    return pd.DataFrame(
        {
            "gateway_id": [place.place_id for place in gateways],
            "name": [place.name for place in gateways],
            "kind": [place.kind for place in gateways],
            "gateway_group": [place.group for place in gateways],
            "area_km2": area_km2,
            "road_km": road_km,
        }
    )


def served_layer(
    infrastructure: Infrastructure, samples: Samples, found: BestTwo, gateways: Places, column: str
) -> Layer:
    """Return sample points along links with their best gateway, its value, the second best and the margin."""
    unit = _unit(column)
    ids = np.array([*(place.place_id for place in gateways), ""], dtype=np.object_)
    frame = pd.DataFrame(
        {
            "link_id": infrastructure.links.link_id[samples.link],
            "share": samples.fraction,
            "gateway_id": ids[found.best],
            column: _finite(found.best_value / unit),
            "second_gateway_id": ids[found.second],
            f"margin_{column}": _finite(found.margin / unit),
        }
    )
    return to_layer(frame, shapely.points(samples.points))


def catchment_table(places: Places, gateways: Places, found: BestTwo, column: str) -> Table:
    """Return one row a place: its best gateway, what it takes, the second best, and how much more that takes."""
    unit = _unit(column)
    ids = np.array([*(place.place_id for place in gateways), ""], dtype=np.object_)
    groups = np.array([*(place.group for place in gateways), ""], dtype=np.object_)
    return pd.DataFrame(
        {
            "place_id": [place.place_id for place in places],
            "name": [place.name for place in places],
            "gateway_id": ids[found.best],
            "gateway_group": groups[found.best],
            column: _finite(found.best_value / unit),
            "second_gateway_id": ids[found.second],
            f"second_{column}": _finite(found.second_value / unit),
            f"margin_{column}": _finite(found.margin / unit),
        }
    )


def nearest_table(places: Places, facilities: Places, found: PlaceSkim, objective: str, most: int) -> Table:
    """Return the best facilities of each place, nearest first: rank from 1 and all values of the way.

    Rows of places that reach none are left out; the caller tells them.
    """
    name, _ = TABLE_VALUES[OBJECTIVE_COLUMNS[objective]]
    rows = []
    for row, place in enumerate(places):
        order = np.argsort(found.amounts[name][row], kind="stable")
        order = order[found.reached[row][order]][:most]
        for rank, column in enumerate(order.tolist(), start=1):
            facility = facilities[column]
            values = {key: found.amounts[value][row, column] / unit for key, (value, unit) in TABLE_VALUES.items()}
            rows.append(
                {"place_id": place.place_id, "rank": rank, "facility_id": facility.place_id, "name": facility.name}
                | {"kind": facility.kind, **values}
            )
    return pd.DataFrame(rows, columns=["place_id", "rank", "facility_id", "name", "kind", *TABLE_VALUES])


def _unit(column: str) -> float:
    return TABLE_VALUES[column][1]


def _finite(values: Floats) -> Floats:
    return np.where(np.isfinite(values), values, np.nan)
