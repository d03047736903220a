"""Links cut at places along their lines."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geodata.columns import Floats, Ids, Indices
from geodata.infrastructure.build import make_nodes, select_lines
from geodata.infrastructure.infrastructure import Infrastructure, InfrastructureNodes
from geodata.network import Geometries
from geodata.topology.measure import along_m
from geodata.topology.rows import (
    Places,
    fresh_ids,
    places_in_groups,
    taken_links,
    with_links,
)

LEAST_PIECE_M: Final = 0.01
"""A cut nearer than this to an end of its link, or to another cut, falls together with it, metres."""

AT_VERTEX_M: Final = 1e-6
"""A cut this near to a point of the line takes that point, metres."""


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Links cut.

    Parameters
    ----------
    infrastructure
        With the pieces in the place of the links.
    node
        Node at each place asked for, in the order asked, int32[n]: new, or the end of the link where the place is it.
    first
        Index of the first piece of each old link, int32[L]; its pieces follow in the order of its line.
    pieces
        Number of pieces of each old link, int32[L].
    """

    infrastructure: Infrastructure
    node: Indices
    first: Indices
    pieces: Indices


def split_links(infrastructure: Infrastructure, link_indices: ArrayLike, positions_m: ArrayLike) -> Infrastructure:
    """Return the infrastructure with links cut at places along their lines; see ``cut_links``."""
    return cut_links(infrastructure, link_indices, positions_m).infrastructure


def cut_links(infrastructure: Infrastructure, link_indices: ArrayLike, positions_m: ArrayLike) -> Cut:
    """Cut links at places along their lines, and tell which node stands at each place.

    A piece keeps every column of its link and every condition; turn restrictions move to the piece that touches their
    node. Lengths of pieces sum to the link's ``length_m``, shared out as the line's geodesic metres are. Pieces of link
    ``x`` are called ``x/1``, ``x/2``, … in the order of its line; new nodes ``x@<metres from its start>``.

    Parameters
    ----------
    infrastructure
        What to cut.
    link_indices
        Links to cut, int[n]; a link may stand more than once.
    positions_m
        Geodesic metres from the start of the link's line, float[n]. A place within 1 cm of an end, or of another
        place, is that end or place.

    Raises
    ------
    ValueError
        If a link is not there, or a place lies off its line.
    """
    link = np.atleast_1d(np.asarray(link_indices, dtype=np.int64))
    position = np.atleast_1d(np.asarray(positions_m, dtype=np.float64))
    _check_links(infrastructure, link, position)
    cut, place = np.unique(link, return_inverse=True)
    lines = select_lines(infrastructure.lines, cut)
    metres = along_m(lines)
    length = metres[lines.offsets[1:] - 1]
    _check_positions(infrastructure, link, position, length[place])
    order = np.lexsort((position, place))
    is_start = position <= LEAST_PIECE_M
    is_end = ~is_start & (position >= length[place] - LEAST_PIECE_M)
    inside = order[~(is_start | is_end)[order]]
    group = _groups(place[inside], position[inside])
    chosen = inside[np.unique(group, return_index=True)[1]] if len(inside) else inside
    links = infrastructure.links
    node = np.where(is_start, links.from_index[link], links.to_index[link]).astype(np.int32)
    node[inside] = len(infrastructure.nodes) + group
    if len(chosen) == 0:
        whole = np.arange(len(links), dtype=np.int32)
        return Cut(infrastructure, node, whole, np.ones(len(links), dtype=np.int32))
    return _cut_at(infrastructure, link[chosen], position[chosen], node)


def _check_links(infrastructure: Infrastructure, link: Places, position: Floats) -> None:
    if link.shape != position.shape or link.ndim != 1:
        msg = f"There must be one position a link, got shapes {link.shape} and {position.shape}."
        raise ValueError(msg)
    count = len(infrastructure.links)
    if link.size and not 0 <= link.min() <= link.max() < count:
        msg = f"link_indices must lie between 0 and {count - 1}, got {link.min()} to {link.max()}."
        raise ValueError(msg)
    short = link[np.diff(infrastructure.lines.offsets)[link] < 2] if link.size else link  # noqa: PLR2004 - a line
    if short.size:
        msg = f"Link {infrastructure.links.link_id[short[0]]!r} has no line to cut."
        raise ValueError(msg)


def _check_positions(infrastructure: Infrastructure, link: Places, position: Floats, length: Floats) -> None:
    wrong = np.flatnonzero(~((position >= -LEAST_PIECE_M) & (position <= length + LEAST_PIECE_M)))
    if wrong.size:
        name, value, most = infrastructure.links.link_id[link[wrong[0]]], position[wrong[0]], length[wrong[0]]
        msg = f"A place on link {name!r} must lie between 0 and {most:.3f} m from its start, got {value}."
        raise ValueError(msg)


def _groups(place: NDArray[Any], position: Floats) -> Places:
    """Return the number of the cut each place belongs to: places of one link that nearly coincide share one."""
    groups = np.zeros(len(place), dtype=np.int64)
    last, anchor, count = -1, -np.inf, -1
    if len(place) and ((np.diff(place) == 0) & (np.diff(position) <= LEAST_PIECE_M)).any():
        for row, (line, metres) in enumerate(zip(place.tolist(), position.tolist(), strict=True)):
            if line != last or metres - anchor > LEAST_PIECE_M:
                last, anchor, count = line, metres, count + 1
            groups[row] = count
        return groups
    return np.arange(len(place), dtype=np.int64)


def _cut_at(infrastructure: Infrastructure, link: Places, position: Floats, node: Indices) -> Cut:
    """Cut at places that are ordered by link and position, all inside their links and apart."""
    links, nodes = infrastructure.links, infrastructure.nodes
    pieces = np.ones(len(links), dtype=np.int32)
    np.add.at(pieces, link, 1)
    lines, points, share = _cut_lines(infrastructure.lines, link, position)
    parent = np.repeat(np.arange(len(links)), pieces)
    number = places_in_groups(pieces)
    new_node = np.full(len(parent), -1, dtype=np.int32)
    new_node[np.flatnonzero(number > 0)] = len(nodes) + np.arange(len(link), dtype=np.int32)
    following = np.concatenate([new_node[1:], [-1]])
    changes = {
        "link_id": _piece_ids(links.link_id, parent, number, pieces),
        "from_index": np.where(new_node >= 0, new_node, links.from_index[parent]),
        "to_index": np.where(following >= 0, following, links.to_index[parent]),
        "length_m": _piece_lengths(links.length_m, parent, number, share),
    }
    names = np.array(
        [f"{name}@{metres:.2f}" for name, metres in zip(links.link_id[link], position.tolist(), strict=True)],
        dtype=np.object_,
    )
    made = make_nodes(
        node_id=fresh_ids(names, nodes.node_id), lon=points[:, 0], lat=points[:, 1], source=links.source[link]
    )
    rows = with_links(
        dataclasses.replace(infrastructure, nodes=_appended(nodes, made)),
        pieces,
        taken_links(links, parent, changes),
        lines,
    )
    return Cut(rows, node, (np.cumsum(pieces) - pieces).astype(np.int32), pieces)


def _appended(nodes: InfrastructureNodes, made: InfrastructureNodes) -> InfrastructureNodes:
    before, after = nodes.to_columns(words=False), made.to_columns(words=False)
    return InfrastructureNodes(**{name: np.concatenate([before[name], after[name]]) for name in before})


def _piece_ids(link_id: Ids, parent: Places, number: Places, pieces: Indices) -> Ids:
    ids = link_id[parent]
    cut = np.flatnonzero(pieces[parent] > 1)
    wanted = [f"{name}/{place + 1}" for name, place in zip(ids[cut].tolist(), number[cut].tolist(), strict=True)]
    ids[cut] = fresh_ids(np.array(wanted, dtype=np.object_), link_id[pieces == 1])
    return ids


def _piece_lengths(length_m: Floats, parent: Places, number: Places, share: Floats) -> Floats:
    """Return lengths of pieces as differences of the metres at which they start and end, so that they sum."""
    starts = np.zeros(len(parent))
    starts[number > 0] = share
    starts *= length_m[parent]
    is_last = np.concatenate([number[1:] == 0, [True]])
    ends = np.where(is_last, length_m[parent], np.concatenate([starts[1:], [0.0]]))
    lengths: Floats = np.maximum(ends - starts, 0.0)
    return lengths


def _cut_lines(lines: Geometries, link: Places, position: Floats) -> tuple[Geometries, Floats, Floats]:
    """Return all lines with cuts put in, the points of the cuts, and the share of the line before each."""
    cut, place = np.unique(link, return_inverse=True)
    taken = select_lines(lines, cut)
    metres = along_m(taken)
    spread = np.repeat(_spread_starts(metres, taken), np.diff(taken.offsets)) + metres
    wanted = _spread_starts(metres, taken)[place] + position
    leg = np.searchsorted(spread, wanted, side="right") - 1
    leg = np.clip(leg, taken.offsets[:-1][place], taken.offsets[1:][place] - 2)
    leg += (metres[leg + 1] - position <= AT_VERTEX_M) & (leg + 2 < taken.offsets[1:][place])
    span = metres[leg + 1] - metres[leg]
    part = np.clip((position - metres[leg]) / np.where(span > 0, span, 1.0), 0.0, 1.0)
    points = taken.coordinates[leg] + part[:, None] * (taken.coordinates[leg + 1] - taken.coordinates[leg])
    at_vertex = np.abs(position - metres[leg]) <= AT_VERTEX_M
    points[at_vertex] = taken.coordinates[leg[at_vertex]]
    before = leg - taken.offsets[:-1][place] + lines.offsets[:-1][link] + 1
    copies = np.where(at_vertex, 1, 2)
    slots = np.repeat(before, copies)
    coordinates = np.insert(lines.coordinates, slots, np.repeat(points, copies, axis=0), axis=0)
    starts = before + np.cumsum(copies) - 1
    moved = lines.offsets + np.searchsorted(slots, lines.offsets, side="left")
    share = position / metres[taken.offsets[1:] - 1][place]
    return Geometries(np.sort(np.concatenate([moved, starts])), coordinates), points, share


def _spread_starts(metres: Floats, lines: Geometries) -> Floats:
    """Return where each line starts on one common axis, a metre between one line's end and the next one's start."""
    lengths = metres[lines.offsets[1:] - 1] + 1.0
    starts: Floats = np.cumsum(lengths) - lengths
    return starts
