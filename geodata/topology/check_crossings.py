"""Links that cross, or run over one another, on one level without a node."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.columns import Flags, Floats
from geodata.models import LINK_CLASSES
from geodata.topology.check_links import metres, scale_at
from geodata.topology.issues import Issue
from geodata.topology.options import CheckOptions
from geodata.topology.plane import Shape, to_degrees
from supplychain.vocabulary import NETWORK_MODES

Places = NDArray[np.int64]
ROAD: Final = NETWORK_MODES.index("road")
RAIL: Final = NETWORK_MODES.index("rail")
VERTEX_M: Final = 0.02
"""Both lines have a point within this of the place where they meet: it was drawn so, metres."""


def crossings(shape: Shape, options: CheckOptions) -> Iterator[Issue]:
    """Yield pairs that cross on one level without a junction, and pairs that run on the same line."""
    one, other = _pairs(shape)
    if len(one) == 0:
        return
    shared = shapely.intersection(shape.lines[one], shape.lines[other])
    one, other, shared = _beyond_nodes(shape, one, other, shared)
    parts, pair = shapely.get_parts(shared, return_index=True)
    scale = scale_at(shape, one)
    along = np.bincount(pair, weights=shapely.length(parts), minlength=len(one)) / scale
    links = shape.infrastructure.links
    for row in np.flatnonzero((along > options.overlap_m) & (links.mode[one] == links.mode[other])).tolist():
        yield from _overlap(shape, int(one[row]), int(other[row]), float(along[row]), options, shared[row])
    points = shapely.get_type_id(parts) == 0
    pair, parts = pair[points], parts[points]
    place = np.column_stack([shapely.get_x(parts), shapely.get_y(parts)]).reshape(-1, 2)
    clear = _clear_of_ends(shape, one[pair], other[pair], place, options.snap_m * scale[pair])
    clear &= along[pair] <= options.overlap_m
    pair, place = pair[clear], place[clear]
    order = np.lexsort((place[:, 1], place[:, 0], pair))
    pair, place = pair[order], place[order]
    rows, starts = np.unique(pair, return_index=True)
    for row, where in zip(rows.tolist(), np.split(place, starts)[1:], strict=True):
        yield from _crossing(shape, int(one[row]), int(other[row]), where, float(scale[row]))


def _pairs(shape: Shape) -> tuple[Places, Places]:
    """Return pairs of links that may not cross without a junction and whose lines meet somewhere."""
    links = shape.infrastructure.links
    taken = shape.drawn & ~links.bridge & ~links.tunnel & (links.link_class != LINK_CLASSES.index("ferry"))
    taken &= (links.access_forward | links.access_backward) != 0
    rows = np.flatnonzero(taken)
    if len(rows) == 0:
        return rows, rows
    tree = shapely.STRtree(shape.lines[rows])
    one, other = (rows[found] for found in tree.query(shape.lines[rows]))
    once = one < other
    one, other = one[once], other[once]
    mode = links.mode
    fitting = (mode[one] == mode[other]) | ((mode[one] == ROAD) & (mode[other] == RAIL))
    fitting |= (mode[one] == RAIL) & (mode[other] == ROAD)
    fitting &= links.layer[one] == links.layer[other]
    fitting &= ~_only_share_an_end(shape, one, other)
    one, other = one[fitting], other[fitting]
    meet = shapely.intersects(shape.lines[one], shape.lines[other])
    return one[meet], other[meet]


def _only_share_an_end(shape: Shape, one: Places, other: Places) -> Flags:
    """Return pairs of straight lines that share an end and run apart: most pairs, and no more can be between them."""
    links, lines = shape.infrastructure.links, shape.infrastructure.lines
    counts = np.diff(lines.offsets)
    straight = (counts[one] == 2) & (counts[other] == 2)  # noqa: PLR2004 - from end to end
    most = len(shape.points) - 1
    first, last = shape.points[np.minimum(lines.offsets[:-1], most)], shape.points[lines.offsets[1:] - 1]
    found = np.zeros(len(one), dtype=np.bool_)
    for ends, mine in ((links.from_index, first), (links.to_index, last)):
        for others, its in ((links.from_index, first), (links.to_index, last)):
            meets = straight & (ends[one] == others[other]) & (mine[one] == its[other]).all(axis=1)
            away = (last[one] - first[one]) * (1 if mine is first else -1)
            course = (last[other] - first[other]) * (1 if its is first else -1)
            cross = away[:, 0] * course[:, 1] - away[:, 1] * course[:, 0]
            found |= meets & (np.abs(cross) > 1e-9 * np.hypot(*away.T) * np.hypot(*course.T))
    return found


def _beyond_nodes(
    shape: Shape, one: Places, other: Places, shared: NDArray[np.object_]
) -> tuple[Places, Places, NDArray[np.object_]]:
    """Return the pairs that share more than the point of one common node."""
    links = shape.infrastructure.links
    single = shapely.get_type_id(shared) == 0
    at = np.column_stack([shapely.get_x(shared), shapely.get_y(shared)])
    common = np.zeros(len(one), dtype=np.bool_)
    near = VERTEX_M * scale_at(shape, one)
    for ends in (links.from_index, links.to_index):
        for others in (links.from_index, links.to_index):
            same = single & (ends[one] == others[other])
            gap = np.hypot(*(at - shape.nodes[ends[one]]).T)
            common |= same & (np.where(np.isnan(gap), np.inf, gap) <= near)
    kept = ~common
    return one[kept], other[kept], shared[kept]


def _clear_of_ends(shape: Shape, one: Places, other: Places, place: Floats, reach: Floats) -> Flags:
    """Return which places lie away from the ends of both links; those near an end are told of as ends."""
    links = shape.infrastructure.links
    clear = np.ones(len(one), dtype=np.bool_)
    for link in (one, other):
        for ends in (links.from_index, links.to_index):
            clear &= np.hypot(*(place - shape.nodes[ends[link]]).T) > reach
    return clear


def _overlap(
    shape: Shape, one: int, other: int, along_m: float, options: CheckOptions, shared: shapely.Geometry
) -> Iterator[Issue]:
    links = shape.infrastructure.links
    ends = ({links.from_index[link], links.to_index[link]} for link in (one, other))
    first, second = ends
    if first == second:
        gap = shapely.hausdorff_distance(shape.lines[one], shape.lines[other])
        if gap <= options.duplicate_m * float(scale_at(shape, np.array([one]))[0]):
            return
    name, against = shape.link_id(one), shape.link_id(other)
    part = next(piece for piece in shapely.get_parts(shared) if piece.geom_type == "LineString")
    line = to_degrees(shapely.get_coordinates(part))
    lon, lat = line[0]
    values = {"link": name, "other": against, "distance": metres(along_m)}
    yield Issue("overlap", float(lon), float(lat), (name, against), values=values, line=line)


def _crossing(shape: Shape, one: int, other: int, where: Floats, scale: float) -> Iterator[Issue]:
    mode = shape.infrastructure.links.mode
    mixed = mode[one] != mode[other]
    if mixed:
        where = np.array([point for point in where if not _drawn_there(shape, one, other, point, scale)]).reshape(-1, 2)
        one, other = (one, other) if mode[one] == ROAD else (other, one)
    if len(where) == 0:
        return
    points = to_degrees(where).tolist()
    name, against = shape.link_id(one), shape.link_id(other)
    repair = {"action": "junction", "links": [name, against], "points": points}
    lon, lat = points[0]
    yield Issue(
        "crossing_rail" if mixed else "crossing",
        lon,
        lat,
        (name, against),
        values={"link": name, "other": against},
        repair=None if mixed else repair,
    )


def _drawn_there(shape: Shape, one: int, other: int, point: Floats, scale: float) -> bool:
    """Return whether both lines have a point of their own where they cross: a level crossing, drawn as such."""
    offsets = shape.infrastructure.lines.offsets
    for link in (one, other):
        points = shape.points[offsets[link] : offsets[link + 1]]
        if np.hypot(*(points - point).T).min() > VERTEX_M * scale:
            return False
    return True
