"""Ties: links between nodes of the corridors and the junctions of the detail they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.columns import Flags
from geodata.geodesy import geodesic_m
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.joining.anchors import Anchors
from geodata.joining.detail import Detail
from geodata.joining.finding import Match
from geodata.joining.options import JoinOptions
from geodata.models import LINK_CLASSES
from supplychain.vocabulary import NETWORK_MODES

TIE_PREFIX: Final = "tie:"
GREAT: Final = tuple(LINK_CLASSES.index(word) for word in ("motorway", "motorway_link", "expressway", "trunk_link"))
LEAST_TIE_M: Final = 1.0
MISFIT_M: Final = 200.0
NEAREST_ENDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Tie:
    """A node of the corridors and the junction of the detail it is tied to.

    Parameters
    ----------
    node, junction
        Index of the node among the corridors' and of the junction among the detail's.
    certain
        Whether roads that meet at the node were found to meet at the junction.
    length_m
        Length of the tie: the distance, and where it is not certain, a detour on top.
    """

    node: int
    junction: int
    certain: bool
    length_m: float


class Tying:
    """Chooses the ties of the nodes of the corridors.

    Parameters
    ----------
    detail, corridors, options, anchors
        As in :class:`geodata.joining.finding.Finder`.
    water
        Lines of rivers and canals on the plane of the detail, shapely[n]; no uncertain tie crosses one.
    """

    def __init__(
        self,
        detail: Detail,
        corridors: Infrastructure,
        options: JoinOptions,
        anchors: Anchors,
        water: NDArray[np.object_],
    ) -> None:
        self._detail = detail
        self._corridors = corridors
        self._options = options
        self._anchors = anchors
        self._water = shapely.STRtree(water)
        self._fitting = fitting_nodes(detail)

    def ties(self, wanted: Flags, matches: list[Match], kept: Flags) -> dict[int, Tie]:
        """Return the tie of each node that needs one and has a junction near.

        Parameters
        ----------
        wanted
            Which nodes of the corridors need a tie, bool[N].
        matches
            What was found for the road corridors.
        kept
            Which links of the corridors stay as they are, bool[L].
        """
        ends = self._path_ends(matches)
        found = {int(node): self._tie(int(node), ends.get(int(node), [])) for node in np.flatnonzero(wanted)}
        ties = {node: tie for node, tie in found.items() if tie is not None}
        for link in np.flatnonzero(kept):
            self._part(ties, int(link))
        return ties

    def _path_ends(self, matches: list[Match]) -> Mapping[int, list[int]]:
        """Return the nodes of the detail at which paths of the corridors at a node begin or end."""
        ends: dict[int, list[int]] = {}
        links, graph = self._corridors.links, self._detail.graph
        for match in matches:
            if not match.found:
                continue
            first, last = int(links.from_index[match.link]), int(links.to_index[match.link])
            for path, tail, head in ((match.forth, first, last), (match.back, last, first)):
                if path is None:
                    continue
                ends.setdefault(tail, []).append(int(graph.tail[path.arcs[0]]))
                ends.setdefault(head, []).append(int(graph.head[path.arcs[-1]]))
        return ends

    def _tie(self, node: int, ends: list[int]) -> Tie | None:
        anchor = self._anchors.of(node)
        reach = self._options.accuracy_of(str(self._corridors.nodes.node_id[node]))
        nodes, away = self._detail.nodes_near(anchor.point, max(reach, anchor.reach_m))
        sure = np.isin(nodes, ends)
        usable = self._fitting[nodes] | sure
        nodes, away, sure = nodes[usable], away[usable], sure[usable]
        if not len(nodes):
            return None
        lacking = np.maximum(self._anchors.standing(node) - 1 - self._detail.node_standing[nodes], 0)
        best = int(np.lexsort((nodes, away + MISFIT_M * lacking * ~sure, ~sure))[0])
        junction, certain = int(nodes[best]), bool(sure[best] or anchor.roads > 1)
        line = shapely.LineString([self._anchors.point(node), self._detail.positions[junction]])
        if not certain and len(self._water.query(line, predicate="intersects")):
            return None
        detour = 1.0 if certain else self._options.tie_detour
        return Tie(node, junction, certain, max(self._distance(node, junction) * detour, LEAST_TIE_M))

    def _distance(self, node: int, junction: int) -> float:
        mine, theirs = self._corridors.nodes, self._detail.infrastructure.nodes
        here = mine.lon[[node]], mine.lat[[node]]
        return float(geodesic_m(*here, theirs.lon[[junction]], theirs.lat[[junction]])[0])

    def _part(self, ties: dict[int, Tie], link: int) -> None:
        """Drop the less certain tie of a corridor that stays where its ends would fall together on the detail.

        Otherwise a bridge that stays could be passed by over its two ties.
        """
        links = self._corridors.links
        pair = [ties.get(int(links.from_index[link])), ties.get(int(links.to_index[link]))]
        if pair[0] is None or pair[1] is None:
            return
        positions = self._detail.positions
        apart = float(np.hypot(*(positions[pair[0].junction] - positions[pair[1].junction])))
        drawn = float(np.hypot(*(self._anchors.point(pair[0].node) - self._anchors.point(pair[1].node))))
        if apart < NEAREST_ENDS * drawn:
            worse = max(pair, key=lambda tie: (not tie.certain, tie.length_m) if tie else (False, 0.0))
            if worse is not None:
                del ties[worse.node]


def fitting_nodes(detail: Detail) -> Flags:
    """Return the nodes where lorries reach and leave a road that things may be joined to, bool[N].

    A node fits where at least one road of it is no motorway, slip road of a trunk road, bridge or tunnel, and it lies
    where every place reaches every other.
    """
    links = detail.infrastructure.links
    open_to = np.zeros(len(links), dtype=np.bool_)
    open_to[detail.graph.link] = True
    joinable = open_to & ~np.isin(links.link_class, GREAT) & ~links.bridge & ~links.tunnel
    joinable &= links.link_class != LINK_CLASSES.index("ferry")
    joinable &= links.mode == NETWORK_MODES.index("road")
    flags = np.zeros(len(detail.infrastructure.nodes), dtype=np.bool_)
    flags[links.from_index[joinable]] = True
    flags[links.to_index[joinable]] = True
    return flags & detail.graph.connected
