"""The detail made ready for matching: arcs, positions in metres, names and standing of every road."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Self

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geodata.columns import Flags, Floats, Ids
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.joining.lorry_graph import LorryGraph, Metres, Plane
from geodata.joining.names import RoadCall, road_call, same_road
from geodata.models import LINK_CLASSES

STANDING: Final = {
    "motorway": 6,
    "motorway_link": 6,
    "expressway": 6,
    "trunk": 5,
    "trunk_link": 5,
    "primary": 4,
    "primary_link": 4,
    "secondary": 3,
    "secondary_link": 3,
    "tertiary": 2,
    "tertiary_link": 2,
    "unclassified": 1,
    "road": 1,
}
"""How much of a road each class is; classes not named are 0."""

STANDINGS: Final = np.array([STANDING.get(word, 0) for word in LINK_CLASSES] + [0])
LINK_CODES: Final = tuple(code for code, word in enumerate(LINK_CLASSES) if word.endswith("_link"))


@dataclass(frozen=True, eq=False)
class Detail:
    """A detailed road network, ready for matching.

    Parameters
    ----------
    infrastructure
        The detail.
    graph
        What lorries may drive of it.
    plane
        Plane of the positions.
    """

    infrastructure: Infrastructure
    graph: LorryGraph
    plane: Plane

    @classmethod
    def of(cls, infrastructure: Infrastructure) -> Self:
        """Return a detail ready for matching."""
        points = np.column_stack([infrastructure.nodes.lon, infrastructure.nodes.lat])
        return cls(infrastructure, LorryGraph.of(infrastructure), Plane.about(points))

    @cached_property
    def positions(self) -> Metres:
        """Positions of the nodes, metres, float64[N, 2]."""
        nodes = self.infrastructure.nodes
        return self.plane.metres(np.column_stack([nodes.lon, nodes.lat]))

    @cached_property
    def lines(self) -> NDArray[np.object_]:
        """Lines of the links on the plane, shapely[L]."""
        lines = self.infrastructure.lines
        owner = np.repeat(np.arange(len(lines)), np.diff(lines.offsets))
        found: NDArray[np.object_] = shapely.linestrings(self.plane.metres(lines.coordinates), indices=owner)
        return found

    @cached_property
    def line_tree(self) -> Any:  # noqa: ANN401 - a shapely tree
        """Search tree over the lines."""
        return shapely.STRtree(self.lines)

    @cached_property
    def tree(self) -> Any:  # noqa: ANN401 - a scipy tree
        """Search tree over the nodes that lorries reach and leave."""
        return cKDTree(self.positions[self.reached])

    @cached_property
    def reached(self) -> NDArray[np.int64]:
        """Nodes that lie where every place reaches every other."""
        return np.flatnonzero(self.graph.connected)

    @cached_property
    def standing(self) -> NDArray[np.int64]:
        """How much of a road each link is, int64[L]."""
        found: NDArray[np.int64] = STANDINGS[self.infrastructure.links.link_class]
        return found

    @cached_property
    def node_standing(self) -> NDArray[np.int64]:
        """Standing of the greatest road at each node, int64[N]."""
        links = self.infrastructure.links
        found = np.zeros(len(self.infrastructure.nodes), dtype=np.int64)
        for ends in (links.from_index, links.to_index):
            np.maximum.at(found, ends, self.standing)
        return found

    @cached_property
    def arcs_of_link(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Arcs ordered by link, and where those of each link start, int64[A] and int64[L + 1]."""
        order = np.argsort(self.graph.link, kind="stable")
        starts = np.searchsorted(self.graph.link[order], np.arange(len(self.infrastructure.links) + 1))
        return order, starts

    @cached_property
    def _calls(self) -> tuple[NDArray[np.int64], list[RoadCall]]:
        links = self.infrastructure.links
        pairs = [f"{name};{ref}" for name, ref in zip(links.name, links.ref, strict=True)]
        distinct, place = np.unique(np.array(pairs, dtype=np.str_), return_inverse=True)
        return place, [road_call(pair) for pair in distinct.tolist()]

    def bears(self, call: RoadCall) -> Flags:
        """Return which links bear a road's number or name, bool[L]."""
        place, calls = self._calls
        alike = np.array([same_road(call, other) for other in calls], dtype=np.bool_)
        return alike[place]

    def arcs_near(self, line: object, width_m: float) -> NDArray[np.int64]:
        """Return the arcs of links that come within ``width_m`` of a line on the plane."""
        links = np.sort(self.line_tree.query(line, predicate="dwithin", distance=width_m))
        order, starts = self.arcs_of_link
        counts = starts[links + 1] - starts[links]
        offsets = np.repeat(starts[links] - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
        found: NDArray[np.int64] = order[offsets + np.arange(counts.sum())] if len(links) else np.empty(0, np.int64)
        return found

    def nodes_near(self, point: Metres, reach_m: float) -> tuple[NDArray[np.int64], Floats]:
        """Return the nodes lorries reach and leave within ``reach_m`` of a point on the plane, and how far they lie."""
        found = np.array(self.tree.query_ball_point(point, reach_m), dtype=np.int64)
        nodes = self.reached[found] if len(found) else np.empty(0, dtype=np.int64)
        away: Floats = np.hypot(*(self.positions[nodes] - point).T) if len(nodes) else np.empty(0)
        return nodes, away


def call_of(infrastructure: Infrastructure, link: int) -> RoadCall:
    """Return what a corridor is called: by its number, and by its name up to a remark in brackets."""
    return road_call(str(infrastructure.links.ref[link]), str(infrastructure.links.name[link]))


def as_ids(places: NDArray[np.int64], ids: Ids) -> str:
    """Return the ids at some places, ``;`` between them."""
    return ";".join(str(one) for one in ids[places])
