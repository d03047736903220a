"""Checks of single links: lengths, ends of lines, lines that meet themselves, duplicates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.columns import Flags, Floats
from geodata.geodesy import geodesic_m
from geodata.topology.issues import Issue
from geodata.topology.options import CheckOptions
from geodata.topology.plane import Shape, plane_per_metre, to_degrees

Places = NDArray[np.int64]

LENGTH_SLACK_M: Final = 1.0
"""Lengths may differ from the line's by this, whatever share it is: sources round to metres."""

MOST_SUBJECTS: Final = 10
"""An issue about many links or nodes names the first so many."""

LINK_LIMITS: Final = (
    "max_weight_t",
    "max_axle_load_t",
    "max_height_m",
    "max_length_m",
    "max_width_m",
    "max_draught_m",
    "max_vessel_t",
)
NODE_LIMITS: Final = ("max_height_m", "max_weight_t", "max_width_m")


def metres(value: float) -> str:
    """Return metres as shown in a sentence: two digits below 10, none above."""
    return f"{value:.2f}" if value < 10 else f"{value:,.0f}"  # noqa: PLR2004 - centimetres matter below


def zero_lengths(shape: Shape, options: CheckOptions) -> Iterator[Issue]:
    """Yield links without length, and links without a line."""
    links = shape.infrastructure.links
    undrawn = np.diff(shape.infrastructure.lines.offsets) < 2  # noqa: PLR2004 - no line
    short = (shape.line_m <= options.zero_m) & (links.length_m <= options.zero_m)
    loop = links.from_index == links.to_index
    bare = bare_links(shape)
    for link in np.flatnonzero(short & loop).tolist():
        name, node = shape.link_id(link), int(links.from_index[link])
        remove = {"action": "remove_link", "link": name}
        yield Issue(
            "zero_loop", *shape.place(node), (name,), (shape.node_id(node),), {"link": name}, bool(bare[link]), remove
        )
    certain = short & bare & _passes_all(shape)
    for link in np.flatnonzero(short & ~loop & ~undrawn).tolist():
        start, end = int(links.from_index[link]), int(links.to_index[link])
        name, keep, drop = shape.link_id(link), shape.node_id(start), shape.node_id(end)
        yield Issue(
            "zero_length",
            *shape.place(start),
            (name,),
            (keep, drop),
            {"link": name, "node": keep, "other": drop},
            bool(certain[link]),
            {"action": "collapse", "link": name, "keep": keep, "drop": drop},
        )
    for link in np.flatnonzero(undrawn & ~(short & loop)).tolist():
        name = shape.link_id(link)
        yield Issue("no_line", *shape.middle(link), (name,), values={"link": name})


def bare_links(shape: Shape) -> Flags:
    """Return which links no turn restriction and no condition names, bool[L]."""
    bare = np.ones(len(shape.infrastructure.links), dtype=np.bool_)
    bare[shape.infrastructure.turns.links] = False
    bare[shape.infrastructure.conditions.link_index] = False
    return bare


def plain_nodes(shape: Shape) -> Flags:
    """Return which nodes let everything through and carry nothing: no limit, closed to nobody, no feature, bool[N]."""
    nodes = shape.infrastructure.nodes
    plain = (nodes.closed == 0) & (nodes.feature < 0)
    for name in NODE_LIMITS:
        plain &= np.isnan(getattr(nodes, name))
    flags: Flags = plain
    return flags


def _passes_all(shape: Shape) -> Flags:
    """Return which links let through, both ways and without limit, every vehicle that gets to either end, bool[L]."""
    links = shape.infrastructure.links
    at_node = np.zeros(len(shape.infrastructure.nodes), dtype=np.uint8)
    both = links.access_forward | links.access_backward
    np.bitwise_or.at(at_node, links.from_index, both)
    np.bitwise_or.at(at_node, links.to_index, both)
    wanted = at_node[links.from_index] | at_node[links.to_index]
    plain = plain_nodes(shape)
    certain = (links.access_forward == wanted) & (links.access_backward == wanted) & (links.destination_only == 0)
    certain &= plain[links.from_index] & plain[links.to_index] & np.isnan(links.capacity_per_day)
    for name in LINK_LIMITS:
        certain &= np.isnan(getattr(links, name))
    flags: Flags = certain
    return flags


def lengths(shape: Shape, options: CheckOptions) -> Iterator[Issue]:
    """Yield links whose length contradicts their line. Shorter than the line is wrong; longer may be stated so."""
    links, line_m = shape.infrastructure.links, shape.line_m
    nodes = shape.infrastructure.nodes
    start, end = links.from_index, links.to_index
    straight = geodesic_m(nodes.lon[start], nodes.lat[start], nodes.lon[end], nodes.lat[end])
    slack = np.maximum(LENGTH_SLACK_M, options.length_share * line_m)
    drawn = line_m > options.zero_m
    zero = drawn & (links.length_m == 0)
    impossible = drawn & ~zero & (links.length_m < straight - slack)
    short = drawn & ~zero & ~impossible & (links.length_m < line_m - slack)
    stated = drawn & (links.length_m > line_m + slack)
    long = links.length_m > line_m * (1 + options.detour_share) + LENGTH_SLACK_M
    long &= np.diff(shape.infrastructure.lines.offsets) > 1
    yield from _stated(shape, np.flatnonzero(stated & ~long))
    for reason, wrong, against in (
        ("length_zero", zero, line_m),
        ("length_impossible", impossible, straight),
        ("length_short", short, line_m),
        ("length_long", long, line_m),
    ):
        for link in np.flatnonzero(wrong).tolist():
            name = shape.link_id(link)
            value = float(line_m[link])
            shown = {"value": metres(links.length_m[link]), "line": metres(against[link]), "drawn": metres(value)}
            payload = {"action": "set_length", "link": name, "value": value}
            yield Issue(
                reason,
                *shape.middle(link),
                (name,),
                values={"link": name} | shown,
                safe=reason == "length_zero",
                repair=payload,
                line=shape.infrastructure.lines.points(link),
            )


def _stated(shape: Shape, rows: Places) -> Iterator[Issue]:
    """Yield one note about all links that state more than their line, as coarsely drawn corridors do."""
    if len(rows) == 0:
        return
    more = shape.infrastructure.links.length_m[rows] / shape.line_m[rows] - 1.0
    names = tuple(shape.link_id(link) for link in rows[:MOST_SUBJECTS].tolist())
    values = {"count": len(rows), "least": f"{100 * more.min():.0f}", "most": f"{100 * more.max():.0f}"}
    yield Issue("length_stated", *shape.middle(int(rows[0])), names, values=values)


def line_ends(shape: Shape, options: CheckOptions) -> Iterator[Issue]:
    """Yield lines that do not end at their nodes, or run the other way round."""
    infrastructure = shape.infrastructure
    links, nodes, lines = infrastructure.links, infrastructure.nodes, infrastructure.lines
    rows = np.flatnonzero(np.diff(lines.offsets) > 1)
    first, last = lines.coordinates[lines.offsets[rows]], lines.coordinates[lines.offsets[rows + 1] - 1]
    start, end = links.from_index[rows], links.to_index[rows]

    def gap(points: Floats, node: NDArray[np.int32]) -> Floats:
        return geodesic_m(points[:, 0], points[:, 1], nodes.lon[node], nodes.lat[node])

    gaps = np.column_stack([gap(first, start), gap(last, end)])
    off = (gaps > options.line_m).any(axis=1)
    crossed = np.zeros(len(rows), dtype=np.bool_)
    crossed[off] = (np.column_stack([gap(first[off], end[off]), gap(last[off], start[off])]) <= options.line_m).all(1)
    for row in np.flatnonzero(crossed).tolist():
        name = shape.link_id(rows[row])
        turn = {"action": "reverse_line", "link": name}
        line = lines.points(rows[row])
        yield Issue(
            "line_reversed", *shape.middle(rows[row]), (name,), values={"link": name}, safe=True, repair=turn, line=line
        )
    for row in np.flatnonzero(off & ~crossed).tolist():
        for side, node in ((0, start[row]), (1, end[row])):
            distance = float(gaps[row, side])
            if distance > options.line_m:
                name, node_id = shape.link_id(rows[row]), shape.node_id(node)
                yield Issue(
                    "line_end",
                    *shape.place(node),
                    (name,),
                    (node_id,),
                    {"link": name, "node": node_id, "distance": metres(distance)},
                    distance <= options.snap_m,
                    {
                        "action": "move_end",
                        "link": name,
                        "end": ("first", "last")[side],
                        "extend_above_m": options.snap_m,
                    },
                    lines.points(rows[row]),
                )


def self_crossings(shape: Shape, options: CheckOptions) -> Iterator[Issue]:
    """Yield lines that cross or touch themselves; a ring that closes at its ends does not."""
    del options
    for link in np.flatnonzero(shape.drawn & ~shapely.is_simple(shape.lines)).tolist():
        name = shape.link_id(link)
        place = _where_it_meets_itself(shape.lines[link])
        yield Issue(
            "self_crossing",
            *(shape.middle(link) if place is None else place),
            (name,),
            values={"link": name},
            line=shape.infrastructure.lines.points(link),
        )


def _where_it_meets_itself(line: shapely.LineString) -> tuple[float, float] | None:
    pieces = shapely.get_parts(shapely.node(line))
    inside = [point for piece in pieces for point in (piece.coords[0], piece.coords[-1])]
    ends = {line.coords[0], line.coords[-1]}
    met = [point for point in inside if point not in ends] or [point for point in inside if inside.count(point) > 1]
    if not met:
        return None
    lon, lat = to_degrees(np.array(met[:1]))[0]
    return float(lon), float(lat)


def isolated_nodes(shape: Shape, options: CheckOptions) -> Iterator[Issue]:
    """Yield nodes that no link touches; a planned road may wait for one, so a person must judge whether it goes."""
    del options
    for node in np.flatnonzero(shape.degree == 0).tolist():
        name = shape.node_id(node)
        drop = {"action": "drop_node", "node": name}
        yield Issue("isolated_node", *shape.place(node), (), (name,), {"node": name}, repair=drop)


def scale_at(shape: Shape, links: Places) -> Floats:
    """Return how long a metre is drawn in the plane where some links start."""
    nodes = shape.infrastructure.nodes
    return plane_per_metre(nodes.lat[shape.infrastructure.links.from_index[links]])
