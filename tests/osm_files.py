"""Small OpenStreetMap files for tests, written with pyosmium, and what an import of them lets through when.

Places are given in metres east and north of ``ORIGIN``, so that lengths can be checked by eye.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import osmium
from osmium.osm import mutable

from geodata.infrastructure.columns import BACKWARD, FORWARD, VEHICLE_KINDS
from geodata.infrastructure.imported import Imported
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.osm.importing import import_osm
from geodata.osm.options import OsmOptions

ORIGIN = (106.7, 10.8)
METRES_PER_DEGREE_LAT = 110_600.0
METRES_PER_DEGREE_LON = 109_360.0

Tags = Mapping[str, str]
Member = tuple[str, int, str]


def place(east_m: float, north_m: float) -> tuple[float, float]:
    """Return longitude and latitude of a point some metres from the origin, rounded as OpenStreetMap rounds."""
    lon = ORIGIN[0] + east_m / METRES_PER_DEGREE_LON
    lat = ORIGIN[1] + north_m / METRES_PER_DEGREE_LAT
    return round(lon, 7), round(lat, 7)


@dataclass
class OsmFile:
    """What a file is to hold.

    Parameters
    ----------
    nodes
        Longitude, latitude and tags by id.
    ways
        Nodes and tags by id.
    relations
        Members (``n``, ``w`` or ``r``, id, role) and tags by id.
    version
        Version of every object.
    """

    nodes: dict[int, tuple[float, float, Tags]] = field(default_factory=dict)
    ways: dict[int, tuple[Sequence[int], Tags]] = field(default_factory=dict)
    relations: dict[int, tuple[Sequence[Member], Tags]] = field(default_factory=dict)
    version: int = 1

    def node(self, node_id: int, east_m: float, north_m: float, tags: Tags | None = None) -> None:
        """Add a node some metres from the origin."""
        self.nodes[node_id] = (*place(east_m, north_m), tags or {})

    def way(self, way_id: int, nodes: Sequence[int], tags: Tags) -> None:
        """Add a way."""
        self.ways[way_id] = (nodes, tags)

    def relation(self, relation_id: int, members: Sequence[Member], tags: Tags) -> None:
        """Add a relation."""
        self.relations[relation_id] = (members, tags)

    def write(self, path: Path, *, ways_first: bool = False, header: Tags | None = None) -> Path:
        """Write the file (its suffix says the format) and return its path; with ``ways_first`` out of order."""
        described = osmium.io.Header()
        for key, value in (header or {}).items():
            described.set(key, value)
        with osmium.SimpleWriter(str(path), header=described, overwrite=True) as writer:
            steps = (self._write_nodes, self._write_ways, self._write_relations)
            for step in (steps[1], steps[0], steps[2]) if ways_first else steps:
                step(writer)
        return path

    def _write_nodes(self, writer: osmium.SimpleWriter) -> None:
        for node_id, (lon, lat, tags) in self.nodes.items():
            writer.add_node(mutable.Node(id=node_id, version=self.version, location=(lon, lat), tags=dict(tags)))

    def _write_ways(self, writer: osmium.SimpleWriter) -> None:
        for way_id, (nodes, tags) in self.ways.items():
            writer.add_way(mutable.Way(id=way_id, version=self.version, nodes=list(nodes), tags=dict(tags)))

    def _write_relations(self, writer: osmium.SimpleWriter) -> None:
        for relation_id, (members, tags) in self.relations.items():
            made = mutable.Relation(id=relation_id, version=self.version, members=list(members), tags=dict(tags))
            writer.add_relation(made)


def one_way(tags: Tags, *, node_tags: Tags | None = None) -> OsmFile:
    """Return a file with way 10 over the nodes 1, 2, 3 (1 km east in all); node 2 may bear tags."""
    file = OsmFile()
    file.node(1, 0, 0)
    file.node(2, 500, 0, node_tags)
    file.node(3, 1_000, 0)
    file.way(10, [1, 2, 3], tags)
    return file


def with_detour(tags: Tags, *, node_tags: Tags | None = None) -> OsmFile:
    """Return a file with way 10 straight from node 1 to node 3 and way 20 round by node 4.

    The straight way is 1 km long, the detour (an open secondary road) about 1.41 km: whoever may not or cannot take
    way 10 takes way 20. Feeders 30 (from node 5) and 40 (to node 6) give both ends a road to come from and go to.
    """
    file = one_way(tags, node_tags=node_tags)
    file.node(4, 500, 500)
    file.node(5, -500, 0)
    file.node(6, 1_500, 0)
    file.way(20, [1, 4, 3], {"highway": "secondary"})
    file.way(30, [5, 1], {"highway": "secondary"})
    file.way(40, [3, 6], {"highway": "secondary"})
    return file


def cross(relations: Mapping[int, tuple[Sequence[Member], Tags]] | None = None) -> OsmFile:
    """Return a file with four roads that meet at node 1.

    Way 10 comes from the west (node 2), 20 from the north (3), 30 from the east (4), 40 from the south (5), all
    two-way; way 50 (node 4 by 6 to 5) lets who may not turn from 10 into 40 go round.
    """
    file = OsmFile()
    arms = ((1, 0, 0), (2, -500, 0), (3, 0, 500), (4, 500, 0), (5, 0, -500), (6, 500, -500))
    for node_id, east_m, north_m in arms:
        file.node(node_id, east_m, north_m)
    for way_id, nodes in ((10, [2, 1]), (20, [3, 1]), (30, [1, 4]), (40, [1, 5]), (50, [4, 6, 5])):
        file.way(way_id, nodes, {"highway": "secondary", "name": f"Road {way_id}"})
    file.relations.update(relations or {})
    return file


def no_turn(from_way: int, via: int, to_way: int, **tags: str) -> tuple[Sequence[Member], Tags]:
    """Return a turn restriction over a node; without tags ``no_left_turn``."""
    members = [("w", from_way, "from"), ("n", via, "via"), ("w", to_way, "to")]
    return members, {"type": "restriction", **(tags or {"restriction": "no_left_turn"})}


def import_file(file: OsmFile, folder: Path, options: OsmOptions | None = None) -> Imported:
    """Write a file and import it."""
    return import_osm([file.write(folder / "test.osm.pbf")], options)


def links_of(infrastructure: Infrastructure, way_id: int) -> list[int]:
    """Return the links that a way became, in the order of their rows."""
    rows = [str(row).split(";") for row in infrastructure.links.row_id]
    return [link for link, ways in enumerate(rows) if str(way_id) in ways]


def link_of(infrastructure: Infrastructure, way_id: int) -> int:
    """Return the one link that a way became."""
    (link,) = links_of(infrastructure, way_id)
    return link


@dataclass(frozen=True)
class Vehicle:
    """A vehicle that asks to pass, its measures 0 where they do not matter."""

    kind: str = "hgv"
    weight_t: float = 0.0
    axle_load_t: float = 0.0
    height_m: float = 0.0
    length_m: float = 0.0

    @property
    def bit(self) -> int:
        """Bit of its kind."""
        return 1 << VEHICLE_KINDS.index(self.kind)


def minute(day: int, clock: str) -> int:
    """Return the minute of the week of a day (Monday is 0) and a time such as ``07:30``."""
    hours, minutes = clock.split(":")
    return day * 1440 + 60 * int(hours) + int(minutes)


def may_pass(
    infrastructure: Infrastructure, link: int, vehicle: Vehicle, at: int | None = None, *, backward: bool = False
) -> bool:
    """Return whether a vehicle may run over a link in a direction, at a minute of the week or (None) without hours.

    This is the plain reading of the columns: mask and limits say what holds; of the access conditions that match, the
    last decides about the mask.
    """
    links, conditions = infrastructure.links, infrastructure.conditions
    side = BACKWARD if backward else FORWARD
    mask = links.access_backward[link] if backward else links.access_forward[link]
    allowed = bool(mask & vehicle.bit)
    for row in np.flatnonzero(conditions.link_index == link):
        if np.isnan(conditions.speed_kmh[row]) and _matches(infrastructure, int(row), vehicle, at, side):
            allowed = bool(conditions.is_open[row])
    measures = (
        (vehicle.weight_t, links.max_weight_t),
        (vehicle.axle_load_t, links.max_axle_load_t),
        (vehicle.height_m, links.max_height_m),
        (vehicle.length_m, links.max_length_m),
    )
    return allowed and not any(value > limit[link] for value, limit in measures)


def speed_limit(
    infrastructure: Infrastructure, link: int, vehicle: Vehicle, at: int | None = None, *, backward: bool = False
) -> float:
    """Return the speed a vehicle may run, km/h; NaN where none is known."""
    links, conditions = infrastructure.links, infrastructure.conditions
    side = BACKWARD if backward else FORWARD
    speed = float(links.speed_kmh[link])
    if vehicle.kind in ("hgv", "articulated") and not math.isnan(links.speed_hgv_kmh[link]):
        speed = float(links.speed_hgv_kmh[link])
    for row in np.flatnonzero(conditions.link_index == link):
        if not np.isnan(conditions.speed_kmh[row]) and _matches(infrastructure, int(row), vehicle, at, side):
            speed = float(conditions.speed_kmh[row])
    return speed


def _matches(infrastructure: Infrastructure, row: int, vehicle: Vehicle, at: int | None, side: int) -> bool:
    conditions = infrastructure.conditions
    if not conditions.kinds[row] & vehicle.bit or not conditions.directions[row] & side:
        return False
    schedule = int(conditions.schedule[row])
    if schedule >= 0 and (at is None or not infrastructure.schedules.holds(schedule, at)):
        return False
    measures = (
        (vehicle.weight_t, conditions.above_weight_t[row]),
        (vehicle.axle_load_t, conditions.above_axle_load_t[row]),
        (vehicle.height_m, conditions.above_height_m[row]),
        (vehicle.length_m, conditions.above_length_m[row]),
    )
    return all(math.isnan(limit) or value > limit for value, limit in measures)
