"""Every road corridor looked for on the detail: what stands for it, wholly or up to the edge of the detail."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.ops import substring

from geodata.infrastructure.infrastructure import Infrastructure
from geodata.joining.anchors import Anchor, Anchors
from geodata.joining.detail import STANDINGS, Detail, call_of
from geodata.joining.lorry_graph import Metres
from geodata.joining.matching import Corridor, Path, fault_of, find_path, is_named, moved_line
from geodata.joining.names import road_call
from geodata.joining.options import JoinOptions
from supplychain.text import fold

BRIDGE: Final = "cau "
LEAST_CUT_M: Final = 300.0
CUT_REACH_M: Final = 80.0
LEAST_MOVED: Final = 0.5
"""Ends that come to lie nearer to each other than this share of what is drawn have been mistaken."""
WEAK_WAY: Final = 1.6


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """What was found for one corridor.

    Parameters
    ----------
    link
        The corridor.
    reason
        One of ``geodata.joining.outcomes.REASONS``.
    sought
        What was looked for; None where nothing was.
    forth, back
        The paths found, if any.
    cut_node
        Node of the detail where what stays of it begins; -1 where it is not cut.
    cut_share
        Share of the corridor's length that the detail replaces; 1 where it is not cut.
    inner_end
        Which end of a cut corridor lies on the detail: 0 its first node, 1 its last.
    """

    link: int
    reason: str
    sought: Corridor | None = None
    forth: Path | None = None
    back: Path | None = None
    cut_node: int = -1
    cut_share: float = 1.0
    inner_end: int = 0

    @property
    def found(self) -> bool:
        """Whether roads of the detail stand for it, at least in part."""
        return self.reason in {"same_road", "same_course"}

    @property
    def ways(self) -> tuple[Path, ...]:
        """The paths there are."""
        return tuple(path for path in (self.forth, self.back) if path is not None)


class Finder:
    """Looks for corridors on a detail.

    Parameters
    ----------
    detail
        The detail.
    corridors
        The corridors.
    options
        How far things may lie apart.
    cover
        Where the detail knows every road, a polygon in WGS 84 degrees.
    road
        Which links of the corridors are roads that stand, bool[L].
    """

    def __init__(
        self,
        detail: Detail,
        corridors: Infrastructure,
        options: JoinOptions,
        cover: Any,  # noqa: ANN401 - a shapely polygon
        road: NDArray[np.bool_],
    ) -> None:
        self._detail = detail
        self._corridors = corridors
        self._options = options
        self.anchors = Anchors(detail, corridors, options, road)
        nodes = corridors.nodes
        self.inside = shapely.contains_xy(cover, nodes.lon, nodes.lat)
        ring = detail.plane.metres(shapely.get_coordinates(cover)) if not cover.is_empty else np.empty((0, 2))
        self._cover = shapely.Polygon(ring)

    def find(self, link: int) -> Match:
        """Return what stands for one corridor."""
        first, last = int(self._corridors.links.from_index[link]), int(self._corridors.links.to_index[link])
        within = (bool(self.inside[first]), bool(self.inside[last]))
        if not any(within):
            return Match(link, "outside")
        if all(within):
            return self._judged(Match(link, "none", self._whole(link, first, last)))
        return self._cut(link, first, last, 0 if within[0] else 1)

    def _judged(self, match: Match) -> Match:
        """Return a match with its paths and why it is, or is not, the same road."""
        sought = match.sought
        assert sought is not None  # noqa: S101 - only called with a corridor to look for
        forth = find_path(self._detail, sought)
        back = None if sought.oneway else find_path(self._detail, sought, backward=True)
        match = replace(match, forth=forth, back=back)
        if forth is None or (back is None and not sought.oneway):
            return match
        faults = [fault_of(path, sought, self._options) for path in match.ways]
        good = [path for path, fault in zip(match.ways, faults, strict=True) if not fault]
        if not good:
            return replace(match, reason=faults[0])
        # A road found one way under its own name is that road, however the detail makes lorries drive back.
        bad = [path for path, fault in zip(match.ways, faults, strict=True) if fault]
        if bad and not (is_named(good[0], self._options) and bad[0].length_m <= WEAK_WAY * sought.length_m):
            return replace(match, reason=next(fault for fault in faults if fault))
        like = min(max(path.borne_share, path.class_share) for path in good) >= self._options.likeness_share
        forth, back = (self._only_borne(path, sought) if path in bad else path for path in (forth, back))
        return replace(match, forth=forth, back=back, reason="same_road" if like else "same_course")

    def _only_borne(self, path: Path | None, sought: Corridor) -> Path | None:
        """Return a path that is not the corridor's with only those of its arcs that bear the corridor's name."""
        assert path is not None  # noqa: S101 - only called with a path that was judged
        arcs = path.arcs[np.isin(self._detail.graph.link[path.arcs], sought.borne)]
        return replace(path, arcs=arcs) if len(arcs) else None

    def _drawn(self, link: int) -> Metres:
        return self._detail.plane.metres(self._corridors.lines.points(link))

    def _accuracy(self, *nodes: int) -> float:
        ids = self._corridors.nodes.node_id
        return sum(self._options.accuracy_of(str(ids[node])) for node in nodes)

    def _whole(self, link: int, first: int, last: int) -> Corridor:
        drawn, start, goal = self._drawn(link), self.anchors.of(first), self.anchors.of(last)
        line = moved_line(drawn, start.point, goal.point)
        if _length(line) < LEAST_MOVED * _length(drawn):
            line = drawn
            start = Anchor(drawn[0], 0, self._accuracy(first))
            goal = Anchor(drawn[-1], 0, self._accuracy(last))
        return self._corridor(link, line, (start, goal), self._accuracy(first, last))

    def _corridor(self, link: int, line: Metres, ends: tuple[Anchor, Anchor], accuracy_m: float) -> Corridor:
        links = self._corridors.links
        drawn_m = _length(self._drawn(link))
        stretch = _length(line) / drawn_m if drawn_m > 0 else 1.0
        return Corridor(
            line=line,
            length_m=float(links.length_m[link]) * stretch,
            standing=int(STANDINGS[links.link_class[link]]),
            borne=self.anchors.bearing(call_of(self._corridors, link)),
            bridge=self._bridge(link),
            start=ends[0],
            goal=ends[1],
            accuracy_m=accuracy_m,
            oneway=bool(links.oneway[link]),
        )

    def _bridge(self, link: int) -> NDArray[np.int64]:
        """Return the links of the detail that are the bridge a corridor is named after."""
        name = str(self._corridors.links.name[link])
        if not fold(name).startswith(BRIDGE):
            return np.empty(0, dtype=np.int64)
        return self.anchors.bearing(road_call(name))

    def _cut(self, link: int, first: int, last: int, inner_end: int) -> Match:
        """Return what stands for a corridor that leaves the detail, up to the last junction it has there."""
        none = Match(link, "edge", inner_end=inner_end)
        drawn = self._drawn(link)
        inner = self.anchors.of((first, last)[inner_end])
        line = moved_line(drawn, *((inner.point, drawn[-1]) if inner_end == 0 else (drawn[0], inner.point)))
        outward = shapely.LineString(line if inner_end == 0 else line[::-1])
        node, at_m = self._last_node(link, outward)
        if node < 0 or at_m < LEAST_CUT_M:
            return none
        point = self._detail.positions[node]
        part = shapely.get_coordinates(substring(outward, 0.0, at_m))
        part = moved_line(part, inner.point, point)
        edge = Anchor(point, 1, CUT_REACH_M)
        ends = (inner, edge) if inner_end == 0 else (edge, inner)
        sought = self._corridor(
            link, part if inner_end == 0 else part[::-1], ends, self._accuracy((first, last)[inner_end])
        )
        judged = self._judged(replace(none, sought=sought))
        if not judged.found:
            return replace(judged, reason="edge")
        return replace(judged, cut_node=node, cut_share=min(at_m / outward.length, 1.0))

    def _last_node(self, link: int, outward: Any) -> tuple[int, float]:  # noqa: ANN401 - a shapely line
        """Return the last junction of the same road along a corridor within the cover, and how far along it lies."""
        inside = shapely.get_parts(shapely.intersection(outward, self._cover))
        starts = [part for part in inside if shapely.distance(part, shapely.get_point(outward, 0)) < 1.0]
        if not starts:
            return -1, 0.0
        length = float(max(starts, key=shapely.length).length)
        borne = self.anchors.bearing(call_of(self._corridors, link))
        width = max(self._options.accuracy_of(""), LEAST_CUT_M)
        near = self._detail.line_tree.query(outward, predicate="dwithin", distance=width)
        standing = int(STANDINGS[self._corridors.links.link_class[link]])
        alike = np.intersect1d(near, borne)
        if not len(alike):
            alike = near[self._detail.standing[near] >= standing - 1]
        links = self._detail.infrastructure.links
        nodes = np.unique(np.concatenate([links.from_index[alike], links.to_index[alike]]))
        nodes = nodes[self._detail.graph.connected[nodes]]
        along = shapely.line_locate_point(outward, shapely.points(self._detail.positions[nodes]))
        along = np.where(along <= length + width, along, -1.0)
        if not len(nodes) or along.max() < 0:
            return -1, 0.0
        best = int(np.argmax(along))
        return int(nodes[best]), float(along[best])


def _length(line: Metres) -> float:
    return float(np.hypot(*np.diff(line, axis=0).T).sum())
