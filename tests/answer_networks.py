"""Small road networks drawn in metres about a point, for the tests of answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import shapely

from geodata.answers.areas import LocalPlane
from geodata.columns import encode
from geodata.geodesy import line_length_m
from geodata.infrastructure.build import make_candidates, make_conditions, make_links, make_nodes, no_lines
from geodata.infrastructure.columns import ROAD_KINDS
from geodata.infrastructure.infrastructure import Conditions, Infrastructure, Source
from geodata.infrastructure.turns import TurnRestrictions
from geodata.infrastructure.weekly import Schedules
from geodata.models import LINK_CLASSES
from geodata.network import Geometries
from geodata.routing.vehicle import VehicleProfile
from supplychain.text import Text
from supplychain.vocabulary import NETWORK_MODES

LON, LAT = 106.7, 10.9
PLANE: Final = LocalPlane(LON, LAT)
SOURCES: Final = (Source("test.osm.pbf", "ODbL 1.0", "© OpenStreetMap contributors"),)

LORRY: Final = VehicleProfile(
    "lorry",
    Text(en="Lorry", vi="Xe tải"),
    "hgv",
    {"primary": 60.0, "secondary": 30.0, "residential": 15.0},
    price_year=2025,
    turn_u_s=0.0,
    cost_per_km=10_000.0,
    cost_per_hour=100_000.0,
    ttw_g_per_tkm=60.0,
    wtt_g_per_tkm=40.0,
    payload_t=10.0,
)
"""60, 30 or 15 km/h; 10,000 VND/km and 100,000 VND/h, no empty share; 10 t at 100 g/tkm: 1 kg CO2e a km."""


def roads(
    nodes: Mapping[str, tuple[float, float]],
    links: Sequence[Mapping[str, Any]],
    conditions: Conditions | None = None,
    schedules: Schedules | None = None,
) -> Infrastructure:
    """Return an infrastructure.

    Parameters
    ----------
    nodes
        Metres east and north of the middle, by id.
    links
        Columns of each link: ``ends`` (two node ids), and any column of links; ``link_class`` as a word, ``oneway``
        closes the way back; ``via`` holds points in between, metres.
    conditions, schedules
        Access and speed by hour; none where not given.
    """
    ids = list(nodes)
    places = shapely.get_coordinates(PLANE.to_degrees(shapely.points([nodes[node] for node in ids])))
    lines = [
        shapely.LineString([nodes[link["ends"][0]], *link.get("via", ()), nodes[link["ends"][1]]]) for link in links
    ]
    drawn = PLANE.to_degrees(np.array(lines, dtype=np.object_))
    coordinates, owner = shapely.get_coordinates(drawn, return_index=True)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(links)))])
    given = {key for link in links for key in link} - {"ends", "via", "link_class"}
    columns = {key: np.array([link[key] for link in links]) for key in given if all(key in link for link in links)}
    oneway = np.array([bool(link.get("oneway")) for link in links])
    columns.setdefault("access_forward", np.full(len(links), ROAD_KINDS, dtype=np.uint8))
    columns.setdefault("access_backward", np.where(oneway, 0, ROAD_KINDS).astype(np.uint8))
    if "link_id" not in columns:
        columns["link_id"] = np.array([f"l{place}" for place in range(len(links))], dtype=np.object_)
    columns["oneway"] = oneway
    return Infrastructure(
        nodes=make_nodes(node_id=np.array(ids, dtype=np.object_), lon=places[:, 0], lat=places[:, 1]),
        links=make_links(
            from_index=np.array([ids.index(link["ends"][0]) for link in links], dtype=np.int32),
            to_index=np.array([ids.index(link["ends"][1]) for link in links], dtype=np.int32),
            mode=np.int8(NETWORK_MODES.index("road")),
            link_class=encode([link.get("link_class", "primary") for link in links], LINK_CLASSES, "link_class"),
            length_m=line_length_m(drawn),
            **columns,
        ),
        lines=Geometries(offsets, coordinates),
        conditions=conditions or make_conditions(),
        schedules=schedules or Schedules.none(),
        turns=TurnRestrictions.none(),
        candidates=make_candidates(),
        outlines=no_lines(),
        sources=SOURCES,
    )


def straight_road(length_m: float = 10_000.0, *, oneway: bool = False) -> Infrastructure:
    """Return one straight two-way road from the middle to the east, of one link."""
    return roads({"a": (0.0, 0.0), "b": (length_m, 0.0)}, [{"ends": ("a", "b"), "oneway": oneway}])


def grid(size: int = 5, step_m: float = 1000.0, seed: int = 0) -> Infrastructure:
    """Return a grid of roads of several classes, some of them one-way, jittered so that no two paths are equal."""
    rng = np.random.default_rng(seed)
    nodes = {
        f"{row}.{column}": (column * step_m + rng.uniform(-99, 99), row * step_m + rng.uniform(-99, 99))
        for row in range(size)
        for column in range(size)
    }
    links = []
    for row in range(size):
        for column in range(size):
            for other in ((row, column + 1), (row + 1, column)):
                if max(other) < size:
                    kind = ("primary", "secondary", "residential")[int(rng.integers(3))]
                    ends = (f"{row}.{column}", f"{other[0]}.{other[1]}")
                    links.append({"ends": ends, "link_class": kind, "oneway": bool(rng.random() < 0.2)})
    return roads(nodes, links)
