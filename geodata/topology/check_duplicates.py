"""Links that say the same twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.columns import Flags, Floats
from geodata.topology.check_links import bare_links, metres, scale_at
from geodata.topology.issues import Issue
from geodata.topology.options import CheckOptions
from geodata.topology.plane import Shape

Places = NDArray[np.int64]

NOT_COMPARED: Final = frozenset(
    {"link_id", "row_id", "source", "from_index", "to_index", "access_forward", "access_backward"}
)
RING_POINTS: Final = 4
MOST_TWINS: Final = 16
"""Of links with the same ends, each is compared with so many that follow it."""


def duplicates(shape: Shape, options: CheckOptions) -> Iterator[Issue]:
    """Yield links between the same nodes on (nearly) the same line, open to the same vehicles the same way.

    A pair of one-way rows that share a line in opposite directions is no duplicate.
    """
    one, other = _same_ends(shape)
    one, other, turned, gap = _near(shape, one, other, options.duplicate_m)
    shared = _shares_use(shape, one, other, turned)
    one, other, turned, gap = one[shared], other[shared], turned[shared], gap[shared]
    bare = bare_links(shape)
    differing = [_differing(shape, *pair) for pair in zip(one.tolist(), other.tolist(), turned.tolist(), strict=True)]
    exact = _same_points(shape, one, other, turned)
    removed: set[int] = set()
    for row in range(len(one)):
        first, second = int(one[row]), int(other[row])
        if second in removed or first in removed:
            continue
        same = bool(exact[row]) and not differing[row]
        if same:
            removed.add(second)
        name, keep = shape.link_id(second), shape.link_id(first)
        values = {"link": name, "other": keep, "distance": metres(float(gap[row]))}
        yield Issue(
            "duplicate" if same else "near_duplicate",
            *shape.middle(second),
            (name, keep),
            values=values | {"columns": ", ".join(differing[row]) or "geometry"},
            safe=same and bool(bare[first] and bare[second]),
            repair={"action": "remove_link", "link": name, "twin": keep},
            line=shape.infrastructure.lines.points(second),
        )


def _same_ends(shape: Shape) -> tuple[Places, Places]:
    """Return pairs of links of one mode between the same two nodes, the earlier first."""
    links = shape.infrastructure.links
    low = np.minimum(links.from_index, links.to_index).astype(np.int64)
    high = np.maximum(links.from_index, links.to_index).astype(np.int64)
    order = np.lexsort((np.arange(len(links)), links.mode, high, low))
    order = order[shape.drawn[order]]
    pairs = []
    for step in range(1, MOST_TWINS + 1):
        one, other = order[:-step], order[step:]
        same = (low[one] == low[other]) & (high[one] == high[other]) & (links.mode[one] == links.mode[other])
        if not same.any():
            break
        pairs.append(np.column_stack([one[same], other[same]]))
    found = np.concatenate(pairs) if pairs else np.empty((0, 2), dtype=np.int64)
    found = found[np.lexsort((found[:, 1], found[:, 0]))]
    return found[:, 0], found[:, 1]


def _near(shape: Shape, one: Places, other: Places, within_m: float) -> tuple[Places, Places, Flags, Floats]:
    """Return the pairs whose lines keep near one another, whether they run opposite ways, and their distance."""
    links = shape.infrastructure.links
    slack = np.maximum(4 * within_m, 0.05 * shape.line_m[one])
    alike = np.abs(shape.line_m[one] - shape.line_m[other]) <= slack
    one, other = one[alike], other[alike]
    distance = shapely.hausdorff_distance(shape.lines[one], shape.lines[other]) / scale_at(shape, one)
    near = distance <= within_m
    one, other, distance = one[near], other[near], distance[near]
    turned = links.from_index[one] != links.from_index[other]
    loop = np.flatnonzero(links.from_index[one] == links.to_index[one])
    turned[loop] = [_runs_back(shape, int(one[row]), int(other[row])) for row in loop]
    return one, other, turned, distance


def _runs_back(shape: Shape, one: int, other: int) -> bool:
    """Return whether two rings on one line run opposite ways round."""
    coordinates = [shape.lines[link].coords for link in (one, other)]
    if min(len(points) for points in coordinates) < RING_POINTS:
        return False
    first, second = (shapely.LinearRing(points) for points in coordinates)
    return bool(shapely.is_ccw(first) != shapely.is_ccw(second))


def _shares_use(shape: Shape, one: Places, other: Places, turned: Flags) -> Flags:
    links = shape.infrastructure.links
    ahead = np.where(turned, links.access_backward[other], links.access_forward[other])
    back = np.where(turned, links.access_forward[other], links.access_backward[other])
    unused = (links.access_forward[one] | links.access_backward[one] | ahead | back) == 0
    flags: Flags = ((links.access_forward[one] & ahead) != 0) | ((links.access_backward[one] & back) != 0) | unused
    return flags


def _same_points(shape: Shape, one: Places, other: Places, turned: Flags) -> Flags:
    lines = shape.infrastructure.lines
    same = np.zeros(len(one), dtype=np.bool_)
    for row, (first, second) in enumerate(zip(one.tolist(), other.tolist(), strict=True)):
        points = lines.points(second)
        same[row] = np.array_equal(lines.points(first), points[::-1] if turned[row] else points)
    return same


def _differing(shape: Shape, one: int, other: int, turned: bool) -> list[str]:  # noqa: FBT001 - an entry of a column
    """Return the names of the columns in which two links differ, seen in one direction."""
    links = shape.infrastructure.links
    found = []
    for column in links.columns:
        if column.name not in NOT_COMPARED:
            first, second = (getattr(links, column.name)[place] for place in (one, other))
            if first != second and not (first != first and second != second):  # noqa: PLR0124 - both are NaN
                found.append(column.name)
    ways = (links.access_forward[other], links.access_backward[other])
    if (links.access_forward[one], links.access_backward[one]) != (ways[::-1] if turned else ways):
        found.append("access")
    if turned and links.oneway[one] and "oneway" not in found:
        found.append("oneway")
    return found
