"""Which links of a network cross a line on the map, and to which side; found by geometry alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geodata.columns import LINK_KINDS
from supplychain.vocabulary import MODES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geodata.network import Geometries, Network

    Floats = NDArray[np.float64]

TRAVELS = ("link", "connector")
"""Kinds of links that run over the ground; handling and services are no lines on the map."""


def crossing_sides(network: Network, line: Floats, modes: Sequence[str]) -> NDArray[np.int64]:
    """Return how often each link crosses a line, net of crossing back: positive to its right, int64[L].

    A link without a geometry of its own runs straight between its nodes. One that crosses and comes back on the same
    side counts 0.

    Parameters
    ----------
    line
        Longitude and latitude of the points of the line, float64[n, 2]; right and left are those of going along it.
    modes
        Modes whose links are looked at.
    """
    links = network.links
    looked = np.isin(links.kind, [LINK_KINDS.index(kind) for kind in TRAVELS])
    looked &= np.isin(links.mode, [MODES.index(mode) for mode in modes])
    found = np.zeros(len(links), dtype=np.int64)
    drawn = np.flatnonzero(looked & (links.geometry >= 0))
    shapes, place = np.unique(links.geometry[drawn], return_inverse=True)
    of_shape = np.zeros(shapes.size, dtype=np.int64)
    for one in np.flatnonzero(_meets(network.geometries, shapes, line)).tolist():
        of_shape[one] = net_crossings(network.geometries.points(int(shapes[one])), line)
    found[drawn] = of_shape[place] * np.where(links.reversed[drawn], -1, 1)
    ends = np.stack([network.nodes.lon, network.nodes.lat], axis=1)
    for link in np.flatnonzero(looked & (links.geometry < 0)).tolist():
        found[link] = net_crossings(ends[[links.from_index[link], links.to_index[link]]], line)
    return found


def net_crossings(path: Floats, line: Floats) -> int:
    """Return how often a path crosses a line to its right less how often to its left.

    A point on the line counts as left of it, and the end of a segment as part of the next one, so that nothing counts
    twice.

    Parameters
    ----------
    path, line
        Longitude and latitude of their points, float64[m, 2] and float64[n, 2].
    """
    a, b = path[:-1, None], path[1:, None]
    p, q = line[None, :-1], line[None, 1:]
    a_left, b_left = _side(p, q, a) >= 0, _side(p, q, b) >= 0
    p_left, q_left = _side(a, b, p) >= 0, _side(a, b, q) >= 0
    crosses = (a_left != b_left) & (p_left != q_left)
    return int(np.where(crosses, np.where(a_left, 1, -1), 0).sum())


def _side(start: Floats, end: Floats, point: Floats) -> Floats:
    """Return a number above 0 where a point lies left of a segment, below 0 where right."""
    along, to = end - start, point - start
    return np.asarray(along[..., 0] * to[..., 1] - along[..., 1] * to[..., 0])


def _meets(geometries: Geometries, shapes: NDArray[np.int32], line: Floats) -> NDArray[np.bool_]:
    """Return which shapes touch the line, bool[n]."""
    owner = np.repeat(np.arange(len(geometries)), np.diff(geometries.offsets))
    drawn = shapely.linestrings(geometries.coordinates, indices=owner)
    return np.asarray(shapely.intersects(shapely.LineString(line), drawn[shapes]))
