"""Routes as tables and layers: one row a route, a leg, a wait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geodata.answers.frames import to_layer
from geodata.columns import Floats
from geodata.routing.lines import joined, part_of_line
from geodata.routing.route import Leg, Route
from geodata.tables import Table

Layer = Any  # geopandas.GeoDataFrame, which carries no types


def route_table(routes: Sequence[Route]) -> Table:
    """Return one row a route, in the order given.

    Columns
    -------
    rank
        From 1.
    distance_km, time_min, waiting_min
        Waits are part of the time.
    cost, toll
        Money of the vehicle with its empty share, in the profile's currency; tolls are part of it.
    co2e_kg, co2e_ttw_kg, co2e_wtt_kg
        Well to wheel, and its parts: operation and energy provision.
    depart, arrive
        Local times, ISO 8601; empty without a departure.
    more_min
        Difference in time to the first row.
    """
    rows = [
        {
            "rank": rank,
            "distance_km": route.length_m / 1000.0,
            "time_min": route.time_s / 60.0,
            "waiting_min": route.waiting_s / 60.0,
            "cost": route.cost,
            "toll": route.toll,
            "co2e_kg": route.co2e_kg,
            "co2e_ttw_kg": route.co2e_ttw_kg,
            "co2e_wtt_kg": route.co2e_wtt_kg,
            "depart": "" if route.depart is None else route.depart.isoformat(sep=" ", timespec="seconds"),
            "arrive": "" if route.arrive is None else route.arrive.isoformat(sep=" ", timespec="seconds"),
            "more_min": (route.time_s - routes[0].time_s) / 60.0,
        }
        for rank, route in enumerate(routes, start=1)
    ]
    return pd.DataFrame(rows)


def leg_table(routes: Sequence[Route]) -> Table:
    """Return one row a run along one road.

    Columns: rank of the route, leg from 1, instruction_vi, instruction_en, name, ref, link_class, distance_km,
    time_min (the turn into it and waits before it included), at_km and at_min (from the start of the route), lon, lat.
    """
    rows = []
    for rank, route in enumerate(routes, start=1):
        at_km = at_min = 0.0
        for place, leg in enumerate(route.itinerary, start=1):
            rows.append(
                {
                    "rank": rank,
                    "leg": place,
                    "instruction_vi": leg.instruction.vi,
                    "instruction_en": leg.instruction.en,
                    "name": leg.name,
                    "ref": leg.ref,
                    "link_class": leg.link_class,
                    "distance_km": leg.length_m / 1000.0,
                    "time_min": leg.time_s / 60.0,
                    "at_km": at_km,
                    "at_min": at_min,
                    "lon": leg.lon,
                    "lat": leg.lat,
                }
            )
            at_km, at_min = at_km + leg.length_m / 1000.0, at_min + leg.time_s / 60.0
    return pd.DataFrame(rows)


def wait_table(routes: Sequence[Route]) -> Table:
    """Return one row a wait: rank of the route, lon, lat, link_id, start, wait_min, reason_vi, reason_en."""
    columns = ["rank", "lon", "lat", "link_id", "start", "wait_min", "reason_vi", "reason_en"]
    rows = [
        {
            "rank": rank,
            "lon": wait.lon,
            "lat": wait.lat,
            "link_id": str(route.infrastructure.links.link_id[wait.link]),
            "start": wait.start.isoformat(sep=" ", timespec="seconds"),
            "wait_min": wait.time_s / 60.0,
            "reason_vi": wait.text.vi,
            "reason_en": wait.text.en,
        }
        for rank, route in enumerate(routes, start=1)
        for wait in route.waits
    ]
    return pd.DataFrame(rows, columns=columns)


def route_layer(routes: Sequence[Route]) -> Layer:
    """Return the routes as lines, exact along their first and last link."""
    lines = [shapely.LineString(route.geometry) for route in routes]
    frame = route_table(routes)
    return to_layer(frame.assign(rank_text=frame["rank"].astype(str)), lines)


def leg_layer(routes: Sequence[Route]) -> Layer:
    """Return the runs along one road as lines."""
    lines = [shapely.LineString(_leg_points(route, leg)) for route in routes for leg in route.itinerary]
    return to_layer(leg_table(routes), lines)


def wait_layer(routes: Sequence[Route]) -> Layer:
    """Return the waits as points."""
    frame = wait_table(routes)
    return to_layer(frame, shapely.points(frame[["lon", "lat"]].to_numpy(dtype=float)))


def _leg_points(route: Route, leg: Leg) -> Floats:
    """Return the line of a leg, cut where the route starts or ends on its first or last link."""
    lines, links, along = route.infrastructure.lines, route.links, route.along
    pieces = []
    for place in range(leg.first, leg.last + 1):
        points, _ = joined(lines, links[place : place + 1], along[place : place + 1])
        low, high = 0.0, 1.0
        if place == 0:
            low = route.origin.fraction if along[0] else 1.0 - route.origin.fraction
        if place == len(links) - 1:
            high = route.destination.fraction if along[place] else 1.0 - route.destination.fraction
        pieces.append(part_of_line(points, min(low, high), high))
    return np.concatenate(pieces)
