"""What is gathered while one file is read."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geodata.columns import Floats
from geodata.osm.keys import NODE_AMENITIES, NODE_HIGHWAYS, NODE_KEYS, is_read
from geodata.osm.raw import RawNode, RawRelation, RawWays, Skipped, Tags, newest_ways, take_ways

Wanted = Callable[[Mapping[str, str]], bool]

RELATION_TYPES: Final = ("restriction", "route", "multipolygon")
ASIDE, TAG, NAME, REF, LOCAL_NAME = range(5)

_OWN_KEYS: Final = frozenset(key for key in NODE_KEYS if key not in ("highway", "amenity"))
_NAMES: Final = {"name": NAME, "ref": REF, "name:vi": LOCAL_NAME}


def use_of(key: str) -> int:
    """Return what a way's key is read for."""
    return _NAMES.get(key, TAG if is_read(key) else ASIDE)


def node_matters(tags: Mapping[str, str]) -> bool:
    """Return whether a node is of interest; most of those with ``highway`` or ``amenity`` alone are not."""
    if not _OWN_KEYS.isdisjoint(tags):
        return True
    return tags.get("highway") in NODE_HIGHWAYS or tags.get("amenity") in NODE_AMENITIES


@dataclass(frozen=True, slots=True)
class WayRows:
    """Ways read from a piece of a file, a list a column, and those not wanted.

    Parameters
    ----------
    way_id, version, combination, name, ref, points
        Columns; ``points`` is how many points each has.
    skipped
        Combination, id, longitude and latitude (of some point) of ways that are not wanted.
    """

    way_id: list[int] = field(default_factory=list)
    version: list[int] = field(default_factory=list)
    combination: list[int] = field(default_factory=list)
    name: list[str] = field(default_factory=list)
    ref: list[str] = field(default_factory=list)
    points: list[int] = field(default_factory=list)
    skipped: list[tuple[int, int, float, float]] = field(default_factory=list)


class Collector:
    """Gathers the objects of one file.

    Parameters
    ----------
    wanted
        Whether ways with some tags are read.
    """

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.nodes: dict[int, RawNode] = {}
        self.relations: dict[int, RawRelation] = {}
        self.skipped: dict[int, Skipped] = {}
        self.duplicates: list[str] = []
        self.combinations: dict[Tags, int] = {}
        self.is_wanted: list[bool] = []
        self.clear_ways()

    def clear_ways(self) -> None:
        """Forget all ways, to read them again."""
        self.skipped.clear()
        self.way_id = array("q")
        self.missing = 0
        self._version, self._combination, self._points = array("q"), array("i"), array("i")
        self._names: list[str] = []
        self._refs: list[str] = []
        self._node: list[NDArray[np.int64]] = []
        self._coordinates: list[Floats] = []

    def combination(self, tags: Tags) -> int:
        """Return the number of a combination of tags of ways."""
        place = self.combinations.get(tags)
        if place is None:
            place = self.combinations[tags] = len(self.combinations)
            self.is_wanted.append(self.wanted(dict(tags)))
        return place

    def add_ways(self, ways: WayRows) -> None:
        """Add ways; their points follow."""
        self.way_id.extend(ways.way_id)
        self._version.extend(ways.version)
        self._combination.extend(ways.combination)
        self._points.extend(ways.points)
        self._names += ways.name
        self._refs += ways.ref
        for one in ways.skipped:
            self._skip(*one)

    def add_points(self, node: NDArray[np.int64], coordinates: Floats) -> None:
        """Add the points of the ways added since the last call."""
        self._node.append(node)
        self._coordinates.append(coordinates)
        self.missing += int(np.isnan(coordinates[:, 0]).sum())

    def _skip(self, combination: int, way_id: int, lon: float, lat: float) -> None:
        """Count a way that is not wanted."""
        first = self.skipped.get(combination)
        if first is None:
            self.skipped[combination] = Skipped(1, way_id, lon, lat)
        else:
            self.skipped[combination] = Skipped(first.count + 1, first.way_id, first.lon, first.lat)

    def add_node(self, node: RawNode) -> None:
        """Add a node of interest; of two with one id the newer stays."""
        before = self.nodes.get(node.node_id)
        if before is not None:
            self.duplicates.append(f"node {node.node_id}")
        if before is None or before.version <= node.version:
            self.nodes[node.node_id] = node

    def add_relation(self, relation: RawRelation) -> None:
        """Add a relation of interest; of two with one id the newer stays."""
        if relation.tags.get("type", "").split(":")[0] not in RELATION_TYPES:
            return
        before = self.relations.get(relation.relation_id)
        if before is not None:
            self.duplicates.append(f"relation {relation.relation_id}")
        if before is None or before.version <= relation.version:
            self.relations[relation.relation_id] = relation

    def ways(self) -> RawWays:
        """Return the ways, the newest of those that stand twice, which are entered as duplicates."""
        points = np.concatenate(self._coordinates) if self._coordinates else np.empty((0, 2))
        ways = RawWays(
            way_id=np.array(self.way_id, dtype=np.int64),
            version=np.array(self._version, dtype=np.int64),
            combination=np.array(self._combination, dtype=np.int32),
            name=np.array(self._names, dtype=np.object_),
            ref=np.array(self._refs, dtype=np.object_),
            offsets=np.concatenate([[0], np.cumsum(np.array(self._points, dtype=np.int64))]),
            node=np.concatenate(self._node) if self._node else np.empty(0, dtype=np.int64),
            lon=points[:, 0],
            lat=points[:, 1],
            source=np.zeros(len(self.way_id), dtype=np.int16),
        )
        kept = newest_ways(ways)
        if len(kept) == len(ways):
            return ways
        twice = np.unique(np.delete(ways.way_id, kept))
        self.duplicates.extend(f"way {way_id}" for way_id in twice.tolist())
        return take_ways(ways, np.sort(kept))
