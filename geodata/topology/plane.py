"""Lines in a plane where angles are true and metres are known: Mercator's, with the scale of each place."""

from __future__ import annotations

from functools import cached_property
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.columns import Floats, Indices
from geodata.infrastructure.columns import NODE_FEATURES
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.topology.components import degrees
from geodata.topology.measure import lengths_m

RADIUS_M: Final = 6_378_137.0
MOST_LATITUDE: Final = 89.0
Lines = NDArray[np.object_]


def to_plane(points: Floats) -> Floats:
    """Return longitude and latitude (float64[n, 2], degrees) in Mercator's plane; poles are held at 89 degrees."""
    lat = np.radians(np.clip(points[:, 1], -MOST_LATITUDE, MOST_LATITUDE))
    return np.column_stack([RADIUS_M * np.radians(points[:, 0]), RADIUS_M * np.arctanh(np.sin(lat))])


def to_degrees(points: Floats) -> Floats:
    """Return points of the plane as longitude and latitude, degrees."""
    lat = np.degrees(np.arctan(np.sinh(points[:, 1] / RADIUS_M)))
    return np.column_stack([np.degrees(points[:, 0] / RADIUS_M), lat])


def plane_per_metre(lat: Floats) -> Floats:
    """Return how long a metre on the ground is drawn in the plane at some latitudes (1 at the equator)."""
    return 1.0 / np.cos(np.radians(np.clip(lat, -MOST_LATITUDE, MOST_LATITUDE)))


class Shape:
    """What several checks need of an infrastructure, each made when first asked for.

    Tolerances are compared with distances of the plane divided by the place's scale, which differ from geodesic ones by
    at most 0.7 per cent.
    """

    def __init__(self, infrastructure: Infrastructure, area: tuple[float, float, float, float] | None = None) -> None:
        self.infrastructure = infrastructure
        self.area = area

    @cached_property
    def edge(self) -> NDArray[np.bool_]:
        """Which nodes lie where the data ends: cut by an extract, or outside the area, bool[N]."""
        nodes = self.infrastructure.nodes
        edge: NDArray[np.bool_] = nodes.feature == NODE_FEATURES.index("extract_edge")
        if self.area is not None:
            west, south, east, north = self.area
            edge |= ~((nodes.lon >= west) & (nodes.lon <= east) & (nodes.lat >= south) & (nodes.lat <= north))
        return edge

    @cached_property
    def line_m(self) -> Floats:
        """Geodesic length of each link's line, metres, float64[L]."""
        return lengths_m(self.infrastructure.lines)

    @cached_property
    def points(self) -> Floats:
        """Points of all lines in the plane, float64[P, 2], in the order of ``lines.coordinates``."""
        return to_plane(self.infrastructure.lines.coordinates)

    @cached_property
    def nodes(self) -> Floats:
        """Nodes in the plane, float64[N, 2]."""
        nodes = self.infrastructure.nodes
        return to_plane(np.column_stack([nodes.lon, nodes.lat]))

    @cached_property
    def drawn(self) -> NDArray[np.bool_]:
        """Which links have a line of some length, bool[L]."""
        drawn: NDArray[np.bool_] = self.line_m > 0
        return drawn

    @cached_property
    def lines(self) -> Lines:
        """Line of each link in the plane, shapely lines; empty where there is none."""
        lines = self.infrastructure.lines
        counts = np.diff(lines.offsets)
        found = np.full(len(lines), shapely.LineString(), dtype=np.object_)
        usable = counts > 1
        owner = np.repeat(np.cumsum(usable) - 1, counts)
        inside = np.repeat(usable, counts)
        if usable.any():
            found[usable] = shapely.linestrings(self.points[inside], indices=owner[inside])
        return found

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Lines for spatial questions; positions in it are link indices."""
        return shapely.STRtree(self.lines)

    @cached_property
    def degree(self) -> Indices:
        """Link ends at each node, int32[N]."""
        return degrees(self.infrastructure)

    def middle(self, link: int) -> tuple[float, float]:
        """Return the middle point of a link's line, longitude and latitude; its first node where it has no line."""
        infrastructure = self.infrastructure
        points = infrastructure.lines.points(link)
        if len(points):
            lon, lat = points[len(points) // 2]
            return float(lon), float(lat)
        return self.place(int(infrastructure.links.from_index[link]))

    def place(self, node: int) -> tuple[float, float]:
        """Return longitude and latitude of a node."""
        nodes = self.infrastructure.nodes
        return float(nodes.lon[node]), float(nodes.lat[node])

    def link_id(self, link: int) -> str:
        """Return the id of a link."""
        return str(self.infrastructure.links.link_id[link])

    def node_id(self, node: int) -> str:
        """Return the id of a node."""
        return str(self.infrastructure.nodes.node_id[node])
