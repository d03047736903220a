"""The point of the network a route starts or ends at: the nearest link the vehicle may use, and where on it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, NamedTuple

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from geodata.columns import Flags, Indices
from geodata.geodesy import ELLIPSOID, metres_per_degree
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.models import LINK_CLASSES
from geodata.routing.errors import OffNetworkError
from geodata.routing.graph import RoutingGraph
from geodata.routing.lines import distances_m, nearest_share, part_of_line
from supplychain.text import Text

Role = Literal["origin", "destination", "both"]

SWAPPED: Final = Text(
    en=" Latitude and longitude may be swapped: the other way round it lies on the network.",
    vi=" Có thể vĩ độ và kinh độ bị đổi chỗ: nếu đổi lại, điểm nằm trên mạng lưới.",
)
FIRST_LOOK_M: Final = 60.0
SMALL_DEGREE_M: Final = 1.0
"""Least length of a degree of longitude that a search box is made for, metres: poles are no places of freight."""


@dataclass(frozen=True, slots=True)
class Snap:
    """A point on the network.

    Parameters
    ----------
    link
        Index of the link.
    fraction
        Share of its length from its first node, 0 to 1.
    distance_m
        Geodesic distance from the place asked for, metres.
    lon, lat
        The point, degrees.
    skipped_m
        Distance of a nearer link that was passed over because it is cut off from the main network; NaN: none was.
    """

    link: int
    fraction: float
    distance_m: float
    lon: float
    lat: float
    skipped_m: float = math.nan


@dataclass(frozen=True, slots=True)
class SnapOptions:
    """How places are tied to the network.

    Parameters
    ----------
    reach_m
        Greatest distance, metres.
    not_onto
        Link classes no place is tied to.
    island_tolerance_m
        How much farther a link of the main network may be than one that is cut off from it, and still be taken.
    """

    reach_m: float = 2000.0
    not_onto: frozenset[str] = frozenset({"motorway", "motorway_link", "expressway", "ferry"})
    island_tolerance_m: float = 300.0

    def __post_init__(self) -> None:
        for name in ("reach_m", "island_tolerance_m"):
            if not getattr(self, name) >= 0.0:
                msg = f"{name} must be at least 0 m, got {getattr(self, name)}."
                raise ValueError(msg)
        unknown = self.not_onto - set(LINK_CLASSES)
        if unknown:
            msg = f"not_onto names {min(unknown)!r}, not a link class; known: {', '.join(LINK_CLASSES)}."
            raise ValueError(msg)


class Reachable(NamedTuple):
    """Links from which the main part of a graph is reached, and that are reached from it, bool[L] each.

    Where no part holds half of the arcs there is no main part, and both are true wherever a route may start or end.
    """

    leads_in: Flags
    led_to: Flags


def reachable_links(graph: RoutingGraph) -> Reachable:
    """Return the links that the main part of a graph can be reached from, and can reach."""
    starts = either_way(graph.start_arc >= 0)
    ones = np.ones(len(graph.follow_arc), dtype=np.int8)
    matrix = csr_array((ones, graph.follow_arc, graph.follow_start), shape=(len(graph), len(graph)))
    _, part = connected_components(matrix, connection="strong")
    size = np.bincount(part, minlength=1)
    if not len(graph) or 2 * size.max() < len(graph):
        return Reachable(starts, starts)
    root = int(np.flatnonzero(part == size.argmax())[0])
    led_to = np.zeros(graph.link_count, dtype=np.bool_)
    led_to[graph.arc_link[breadth_first_order(matrix, root, return_predecessors=False)]] = True
    leads = np.zeros(len(graph), dtype=np.bool_)
    leads[breadth_first_order(matrix.T.tocsr(), root, return_predecessors=False)] = True
    return Reachable(either_way((graph.start_arc >= 0) & leads[graph.start_arc]), led_to)


def either_way(of_key: Flags) -> Flags:
    """Return whether something is true of either way along each link, bool[L], from a flag by key, bool[2 L]."""
    flags: Flags = of_key[0::2] | of_key[1::2]
    return flags


class Snapper:
    """Ties places to the links of a graph.

    Parameters
    ----------
    infrastructure, graph
        The network and the vehicle's graph of it.
    options
        How.
    """

    def __init__(self, infrastructure: Infrastructure, graph: RoutingGraph, options: SnapOptions | None = None) -> None:
        self._infrastructure = infrastructure
        self._graph = graph
        self.options = options or SnapOptions()

    @cached_property
    def _usable(self) -> Flags:
        codes = [LINK_CLASSES.index(link_class) for link_class in self.options.not_onto]
        avoided = np.isin(self._infrastructure.links.link_class, codes)
        return either_way(self._graph.start_arc >= 0) & ~avoided

    @cached_property
    def _links(self) -> Indices:
        return np.flatnonzero(self._usable).astype(np.int32)

    @cached_property
    def _reachable(self) -> Reachable:
        return reachable_links(self._graph)

    @cached_property
    def _tree(self) -> shapely.STRtree:
        lines = self._infrastructure.lines
        low = lines.offsets[:-1]
        bounds = [function.reduceat(lines.coordinates, low)[self._links] for function in (np.minimum, np.maximum)]
        return shapely.STRtree(shapely.box(bounds[0][:, 0], bounds[0][:, 1], bounds[1][:, 0], bounds[1][:, 1]))

    def _in_main(self, links: Indices, role: Role) -> Flags:
        main = np.ones(len(links), dtype=np.bool_)
        if role != "destination":
            main &= self._reachable.leads_in[links]
        if role != "origin":
            main &= self._reachable.led_to[links]
        return main

    def snap(self, lon: float, lat: float, reach_m: float | None = None, role: Role = "both") -> Snap:
        """Return the point of the nearest link, within reach, that the vehicle may start from or end on.

        A link from which the main network cannot be reached (for a destination: which cannot be reached from it) is
        passed over for one of the main network that is not much farther, and the snap tells so.

        Parameters
        ----------
        lon, lat
            The place, degrees.
        reach_m
            Greatest distance, metres; None takes that of the options.
        role
            Whether a route starts there, ends there, or both.

        Raises
        ------
        OffNetworkError
            If no usable link is within reach; the message tells how far the nearest one is.
        ValueError
            If the place is not on earth or the reach is negative.
        """
        if not (abs(lon) <= 180.0 and abs(lat) <= 90.0):  # noqa: PLR2004 - degrees
            msg = f"A place must lie within ±180° and ±90°, got longitude {lon}, latitude {lat}."
            raise ValueError(msg)
        reach = self.options.reach_m if reach_m is None else reach_m
        if not reach >= 0.0:
            msg = f"reach_m must be at least 0 m, got {reach}."
            raise ValueError(msg)
        links, distances = self._near(lon, lat, reach, role)
        within = distances <= reach
        if not within.any():
            raise self._off_network(lon, lat, reach)
        links, distances = links[within], distances[within]
        nearest = int(np.argmin(distances))
        main = self._in_main(links, role)
        chosen, skipped = nearest, math.nan
        if main.any() and not main[nearest]:
            in_main = int(np.flatnonzero(main)[np.argmin(distances[main])])
            if distances[in_main] <= distances[nearest] + self.options.island_tolerance_m:
                chosen, skipped = in_main, float(distances[nearest])
        return self._at(int(links[chosen]), lon, lat, skipped)

    def _near(self, lon: float, lat: float, reach_m: float, role: Role) -> tuple[Indices, np.ndarray]:
        """Return links near a place with their distances: the nearest, and the nearest of the main part if near."""
        look = min(FIRST_LOOK_M, reach_m)
        while True:
            links = self._links[self._tree.query(self._box(lon, lat, look))]
            distances = distances_m(self._infrastructure.lines, links, lon, lat)
            sure = distances <= look  # nearer ones cannot have been missed
            if look >= reach_m:
                return links, distances
            if sure.any():
                if self._in_main(links[sure], role).any():
                    return links, distances
                if look >= distances.min() + self.options.island_tolerance_m:
                    return links, distances
            look = min(4.0 * look, reach_m)

    def _box(self, lon: float, lat: float, look_m: float) -> shapely.Polygon:
        east, north = metres_per_degree(lat)
        wide, high = look_m / max(float(east), SMALL_DEGREE_M), look_m / float(north)
        return shapely.box(lon - wide, lat - high, lon + wide, lat + high)

    def _at(self, link: int, lon: float, lat: float, skipped_m: float) -> Snap:
        points = self._infrastructure.lines.points(link)
        fraction = nearest_share(points, lon, lat)
        at_lon, at_lat = part_of_line(points, fraction, fraction)[0].tolist() if fraction else points[0].tolist()
        _, _, metres = ELLIPSOID.inv(lon, lat, at_lon, at_lat)
        return Snap(link, fraction, float(metres), at_lon, at_lat, skipped_m)

    def at_link(self, link: int, fraction: float) -> Snap:
        """Return the point at a share of a link's length, for those who know where they are.

        Raises
        ------
        ValueError
            If there is no such link, or the share is not within 0 and 1.
        """
        if not 0 <= link < self._graph.link_count or not 0.0 <= fraction <= 1.0:
            msg = f"link must be 0 … {self._graph.link_count - 1} and fraction 0 … 1, got {link} and {fraction}."
            raise ValueError(msg)
        points = self._infrastructure.lines.points(link)
        at_lon, at_lat = part_of_line(points, fraction, fraction)[0].tolist() if fraction else points[0].tolist()
        return Snap(link, fraction, 0.0, at_lon, at_lat)

    def _off_network(self, lon: float, lat: float, reach_m: float) -> OffNetworkError:
        profile = self._graph.profile
        if not len(self._links):
            text = Text(
                en=f"The network holds no link that {profile.name.en} may use; check mode, classes and limits.",
                vi=f"Mạng lưới không có đoạn nào cho {profile.name.vi}; hãy kiểm tra phương thức, cấp, giới hạn.",
            )
            return OffNetworkError(text, math.inf)
        nearest_m = self._nearest_m(lon, lat)
        place = f"{lat:.5f}, {lon:.5f}"
        looks_swapped = abs(lon) <= 90.0 and nearest_m > reach_m and self._nearest_m(lat, lon) <= reach_m  # noqa: PLR2004 - degrees
        hint = SWAPPED if looks_swapped else Text(en="", vi="")
        text = Text(
            en=(
                f"The place {place} is {nearest_m:,.0f} m from the nearest link that {profile.name.en} may start or "
                f"end on; only {reach_m:,.0f} m are allowed. Move the place or raise the reach.{hint.en}"
            ),
            vi=(
                f"Điểm {place} cách đoạn đường gần nhất cho {profile.name.vi} {nearest_m:,.0f} m, chỉ cho phép "
                f"{reach_m:,.0f} m. Hãy dời điểm hoặc tăng bán kính.{hint.vi}"
            ),
        )
        return OffNetworkError(text, nearest_m)

    def _nearest_m(self, lon: float, lat: float) -> float:
        look = FIRST_LOOK_M
        while True:
            links = self._links[self._tree.query(self._box(lon, lat, look))]
            distances = distances_m(self._infrastructure.lines, links, lon, lat)
            if (distances <= look).any() or len(links) == len(self._links):
                return float(distances.min())
            look *= 4.0
