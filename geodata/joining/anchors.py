"""Which junction of the detail each node of the corridors stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.columns import Flags
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.joining.detail import STANDINGS, Detail, call_of
from geodata.joining.lorry_graph import Metres
from geodata.joining.names import RoadCall
from geodata.joining.options import JoinOptions

LEAST_REACH_M: Final = 300.0
NAMED_REACH: Final = 2.5
"""Roads of the same name are looked for this many times as far as the node's stated accuracy."""
BESIDE_M: Final = 40.0
"""A junction of two roads may be several nodes, one for each carriageway."""


@dataclass(frozen=True, slots=True, eq=False)
class Anchor:
    """Where a node of the corridors lies on the detail.

    Parameters
    ----------
    point
        Best place for it on the plane of the detail.
    roads
        How many of the roads that meet there by the corridors meet there by the detail, too.
    reach_m
        How far from ``point`` its roads may be taken up.
    """

    point: Metres
    roads: int
    reach_m: float


class Anchors:
    """Anchors of the nodes of the corridors, worked out when asked for.

    Parameters
    ----------
    detail
        The detail.
    corridors
        The corridors.
    options
        How far things may lie apart.
    road
        Which links of the corridors are roads, bool[L].
    """

    def __init__(self, detail: Detail, corridors: Infrastructure, options: JoinOptions, road: Flags) -> None:
        self._detail = detail
        self._corridors = corridors
        self._options = options
        self._links_at: dict[int, list[int]] = {}
        for link in np.flatnonzero(road).tolist():
            for node in (int(corridors.links.from_index[link]), int(corridors.links.to_index[link])):
                self._links_at.setdefault(node, []).append(link)
        self._bearing: dict[RoadCall, NDArray[np.int64]] = {}
        self._known: dict[int, Anchor] = {}

    def bearing(self, call: RoadCall) -> NDArray[np.int64]:
        """Return the links of the detail that bear a road's number or name."""
        if call not in self._bearing:
            self._bearing[call] = np.flatnonzero(self._detail.bears(call))
        return self._bearing[call]

    def of(self, node: int) -> Anchor:
        """Return the anchor of a node of the corridors."""
        if node not in self._known:
            self._known[node] = self._find(node)
        return self._known[node]

    def point(self, node: int) -> Metres:
        """Return where the corridors place a node, on the plane of the detail."""
        nodes = self._corridors.nodes
        found: Metres = self._detail.plane.metres(np.array([[nodes.lon[node], nodes.lat[node]]]))[0]
        return found

    def _find(self, node: int) -> Anchor:
        here = self.point(node)
        accuracy = max(self._options.accuracy_of(str(self._corridors.nodes.node_id[node])), LEAST_REACH_M)
        nodes, away = self._detail.nodes_near(here, accuracy * NAMED_REACH)
        if not len(nodes):
            return Anchor(here, 0, accuracy)
        met = self._roads_met(node, nodes, here, accuracy * NAMED_REACH)
        best = np.lexsort((away, -met))[0]
        if met[best]:
            # One road alone tells where across it the node lies, not where along it.
            return Anchor(
                self._detail.positions[nodes[best]], int(met[best]), LEAST_REACH_M if met[best] > 1 else accuracy
            )
        fits = (self._detail.node_standing[nodes] >= self.standing(node) - 1) & (away <= accuracy)
        if not fits.any():
            return Anchor(here, 0, accuracy)
        nearest = np.flatnonzero(fits)[np.argmin(away[fits])]
        return Anchor(self._detail.positions[nodes[nearest]], 0, accuracy)

    def _roads_met(self, node: int, nodes: NDArray[np.int64], here: Metres, reach_m: float) -> NDArray[np.float64]:
        """Return how many of the roads at a node of the corridors come by each of some nodes of the detail."""
        near = np.sort(
            self._detail.line_tree.query(shapely.Point(here), predicate="dwithin", distance=reach_m + BESIDE_M)
        )
        points = shapely.points(self._detail.positions[nodes])
        met: NDArray[np.float64] = np.zeros(len(nodes))
        for call in self._roads(node):
            borne = np.intersect1d(self.bearing(call), near, assume_unique=True)
            if len(borne):
                met += shapely.distance(points, shapely.union_all(self._detail.lines[borne])) <= BESIDE_M
        return met

    def _roads(self, node: int) -> list[RoadCall]:
        calls = [call_of(self._corridors, link) for link in self._links_at.get(node, [])]
        return list(dict.fromkeys(call for call in calls if call))

    def standing(self, node: int) -> int:
        """Return the standing of the greatest road of the corridors at a node."""
        links = self._links_at.get(node, [])
        return max((int(STANDINGS[self._corridors.links.link_class[link]]) for link in links), default=0)
