"""Small infrastructures for tests of routing: places on a plane of a few kilometres near the equator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from geodata.geodesy import geodesic_m
from geodata.infrastructure.build import make_candidates, make_conditions, make_links, make_nodes, no_lines
from geodata.infrastructure.columns import ROAD_KINDS
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.infrastructure.turns import TurnRestrictions
from geodata.infrastructure.weekly import Schedules
from geodata.models import LINK_CLASSES
from geodata.network import Geometries
from geodata.routing.vehicle import VehicleProfile
from supplychain.text import Text
from supplychain.vocabulary import NETWORK_MODES

DEGREE_M = 111_319.49079327358
"""One degree of longitude on the equator, m."""

DEGREE_NORTH_M = 110_574.38855779878
"""One degree of latitude at the equator, m."""


def profile(**values: object) -> VehicleProfile:
    """Return a lorry of 36 km/h (10 m/s) that costs one a km and emits 1 kg a km, unless told otherwise."""
    given: dict[str, Any] = {
        "profile_id": "test",
        "name": Text(en="Test lorry", vi="Xe thử"),
        "kind": "hgv",
        "speeds_kmh": dict.fromkeys(("primary", "residential", "motorway", "ferry"), 36.0),
        "cost_per_km": 1.0,
        "ttw_g_per_tkm": 800.0,
        "wtt_g_per_tkm": 200.0,
        "length_m": 8.0,
        "width_m": 2.4,
        "height_m": 3.0,
        "gross_weight_t": 10.0,
        "axle_load_t": 6.0,
    }
    return VehicleProfile(**(given | values))


def schedules(texts: Mapping[str, Sequence[tuple[int, int]]]) -> Schedules:
    """Return schedules by text, intervals in minutes of the week."""
    offsets = np.concatenate([[0], np.cumsum([len(pieces) for pieces in texts.values()])])
    flat = [piece for pieces in texts.values() for piece in pieces]
    return Schedules(
        text=np.array(list(texts), dtype=np.object_),
        offsets=offsets,
        start_min=np.array([piece[0] for piece in flat]),
        end_min=np.array([piece[1] for piece in flat]),
    )


def turns(
    rows: Sequence[tuple[str, Sequence[tuple[int, bool]]]], *, schedule: int = -1, kinds: int = ROAD_KINDS
) -> TurnRestrictions:
    """Return restrictions of kind ``no`` (0) or ``only`` (1) over (link, along) sequences."""
    lengths = [len(sequence) for _, sequence in rows]
    flat = [piece for _, sequence in rows for piece in sequence]
    return TurnRestrictions(
        turn_id=np.array([f"t{place}" for place in range(len(rows))], dtype=np.object_),
        kind=np.array([("no", "only").index(kind) for kind, _ in rows]),
        kinds=np.full(len(rows), kinds),
        schedule=np.full(len(rows), schedule),
        offsets=np.concatenate([[0], np.cumsum(lengths)]),
        links=np.array([piece[0] for piece in flat]),
        along=np.array([piece[1] for piece in flat], dtype=np.bool_),
    )


def roads(
    points: Sequence[tuple[float, float]],
    ends: Sequence[tuple[int, int]],
    *,
    node_columns: Mapping[str, Any] | None = None,
    conditions: Mapping[str, Any] | None = None,
    week: Schedules | None = None,
    turn_table: TurnRestrictions | None = None,
    **columns: object,
) -> Infrastructure:
    """Return straight roads between places given in metres east and north of 0° N 106° E; both ways for road kinds."""
    lon = 106.0 + np.array([point[0] for point in points], dtype=float) / DEGREE_M
    lat = np.array([point[1] for point in points], dtype=float) / DEGREE_NORTH_M
    first, last = np.array(ends, dtype=np.int32).reshape(-1, 2).T
    given: dict[str, Any] = {
        "link_id": np.array([f"l{place}" for place in range(len(ends))], dtype=np.object_),
        "from_index": first,
        "to_index": last,
        "mode": NETWORK_MODES.index("road"),
        "link_class": LINK_CLASSES.index("primary"),
        "length_m": geodesic_m(lon[first], lat[first], lon[last], lat[last]),
        "access_forward": ROAD_KINDS,
        "access_backward": ROAD_KINDS,
    }
    coordinates = np.stack([np.column_stack([lon[first], lat[first]]), np.column_stack([lon[last], lat[last]])], axis=1)
    return Infrastructure(
        nodes=make_nodes(
            node_id=np.array([f"n{place}" for place in range(len(points))], dtype=np.object_),
            lon=lon,
            lat=lat,
            **(node_columns or {}),
        ),
        links=make_links(**(given | columns)),
        lines=Geometries(np.arange(0, 2 * len(ends) + 1, 2), coordinates.reshape(-1, 2)),
        conditions=make_conditions(**(conditions or {})),
        schedules=week or Schedules.none(),
        turns=turn_table or TurnRestrictions.none(),
        candidates=make_candidates(),
        outlines=no_lines(),
    )


def place(east_m: float, north_m: float) -> tuple[float, float]:
    """Return the longitude and latitude of a place in metres east and north of 0° N 106° E."""
    return 106.0 + east_m / DEGREE_M, north_m / DEGREE_NORTH_M
