"""Reading objects one by one: slower than as text, but it takes any content and can say what is wrong with it."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import osmium

from geodata.osm.collecting import LOCAL_NAME, NAME, REF, TAG, Collector, WayRows, node_matters, use_of
from geodata.osm.raw import Member, RawNode, RawRelation

Apply = Callable[[Any], None]
"""Passes the objects of a piece of a file to the methods ``node``, ``way`` and ``relation`` of a handler."""

DAMAGE: Final = (osmium.InvalidLocationError, RuntimeError, ValueError, IndexError, OverflowError, MemoryError)
"""What pyosmium raises over content that does not make sense."""

OBJECTS_BETWEEN_CHECKS: Final = 500
_UNDEFINED: Final = 2_147_483_647
_WKB_HEADER: Final = 18


class _KeyUse(dict[str, int]):
    def __missing__(self, key: str) -> int:
        self[key] = use_of(key)
        return self[key]


class ObjectReader:
    """Reads the objects that pyosmium passes into a collector.

    Parameters
    ----------
    collector
        Takes what is read.
    check_stop
        Called every few hundred objects; raises to end the reading.
    """

    def __init__(self, collector: Collector, check_stop: Callable[[], None]) -> None:
        self.collector = collector
        self.check_stop = check_stop
        self._use = _KeyUse()
        self._line = osmium.geom.WKBFactory()
        self._ways = WayRows()
        self._node = array("q")
        self._hex: list[str] = []
        self._objects = 0

    def read(self, apply: Apply) -> None:
        """Read the objects of a piece of a file; ways must bear the locations of their nodes."""
        self._ways, self._node, self._hex = WayRows(), array("q"), []
        apply(self)
        points = np.frombuffer(bytes.fromhex("".join(self._hex)), dtype=np.float64).reshape(-1, 2)
        self.collector.add_ways(self._ways)
        self.collector.add_points(np.array(self._node, dtype=np.int64), points)

    def way(self, way: Any) -> None:  # noqa: ANN401 - pyosmium ships no types for its views
        """Take a way."""
        self._count()
        tags = []
        name = local_name = ref = ""
        for tag in way.tags:
            key, value = tag
            how = self._use[key]
            if how == TAG:
                tags.append((key, value))
            elif how == NAME:
                name = value
            elif how == REF:
                ref = value
            elif how == LOCAL_NAME:
                local_name = value
        combination = self.collector.combination(tuple(tags))
        if not self.collector.is_wanted[combination]:
            place = next((node.location for node in way.nodes if node.location.valid()), None)
            at = (place.lon, place.lat) if place is not None else (math.nan, math.nan)
            self._ways.skipped.append((combination, way.id, *at))
            return
        nodes = [node.ref for node in way.nodes]
        self._ways.way_id.append(way.id)
        self._ways.version.append(way.version)
        self._ways.combination.append(combination)
        self._ways.name.append(name or local_name)
        self._ways.ref.append(ref)
        self._ways.points.append(len(nodes))
        self._node.extend(nodes)
        self._hex.append(self._coordinates_of(way, len(nodes)))

    def _count(self) -> None:
        self._objects += 1
        if self._objects % OBJECTS_BETWEEN_CHECKS == 0:
            self.check_stop()

    def _coordinates_of(self, way: Any, count: int) -> str:  # noqa: ANN401
        """Return the coordinates of a way's points as hexadecimal doubles."""
        if count > 1:
            try:
                line: str = self._line.create_linestring(way, osmium.geom.use_nodes.ALL)
                return line[_WKB_HEADER:]
            except (osmium.InvalidLocationError, RuntimeError):
                pass
        return points_one_by_one(way).tobytes().hex()

    def node(self, node: Any) -> None:  # noqa: ANN401
        """Take a node."""
        self._count()
        tags = {tag[0]: tag[1] for tag in node.tags}
        if node_matters(tags) and node.location.valid():
            self.collector.add_node(RawNode(node.id, node.version, node.location.lon, node.location.lat, tags))

    def relation(self, relation: Any) -> None:  # noqa: ANN401
        """Take a relation."""
        self._count()
        tags = {tag[0]: tag[1] for tag in relation.tags}
        members = tuple(Member(one.type, one.ref, one.role) for one in relation.members)
        self.collector.add_relation(RawRelation(relation.id, relation.version, tags, members))


def points_one_by_one(way: Any) -> array[float]:  # noqa: ANN401
    """Return longitudes and latitudes of a way's nodes in turn: NaN where missing, infinite where out of range."""
    found = array("d")
    for node in way.nodes:
        place = node.location
        if place.valid():
            found.extend((place.lon_without_check(), place.lat_without_check()))
        elif place.x == _UNDEFINED:
            found.extend((math.nan, math.nan))
        else:
            found.extend((math.inf, math.inf))
    return found
