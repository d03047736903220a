"""Repairs that make places one: ends connected to links, junctions made, nodes joined, links of no length taken out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from geodata.columns import Indices
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.topology.issues import Issue
from geodata.topology.measure import lengths_m, nearest_on_lines
from geodata.topology.split import cut_links
from geodata.topology.steps import join_nodes, remove_links

Payload = Mapping[str, Any]
Work = list[tuple[Issue, Payload]]
Done = list[tuple[Issue, Any, Any]]

NO_LENGTH_M: Final = 0.01
"""A link between two nodes made one that is not longer than this goes with them, metres."""


def connect(infrastructure: Infrastructure, work: Work) -> tuple[Infrastructure, Done]:
    """Return the infrastructure with places made one, and what stood there before and after.

    All cuts are made at once, then all joins, so that ids stay as the check told them until the end.
    """
    places = _places(infrastructure, work)
    links = np.array([link for place in places for link, _ in place[1]], dtype=np.int64)
    positions = np.array([position for place in places for _, position in place[1]])
    cut = cut_links(infrastructure, links, np.minimum(positions, lengths_m(infrastructure.lines)[links]))
    pairs: list[tuple[int, int]] = []
    taken = 0
    for _, cuts, nodes, _ in places:
        made = cut.node[taken : taken + len(cuts)].tolist()
        taken += len(cuts)
        here = [*made, *nodes]
        pairs += [(here[0], node) for node in here[1:]]
    joined, became = _joined(cut.infrastructure, pairs)
    removed = {cut.first[link] for *_, link in places if link >= 0}
    without = _without_collapsed(joined, cut.infrastructure, removed)
    names = joined.nodes.node_id
    done: Done = []
    taken = 0
    for issue, cuts, nodes, _ in places:
        here = [*cut.node[taken : taken + len(cuts)].tolist(), *nodes]
        taken += len(cuts)
        before = infrastructure.nodes.node_id[nodes].tolist()
        done.append((issue, {"nodes": before}, {"node": str(names[became[here[0]]])}))
    return without, done


def _places(infrastructure: Infrastructure, work: Work) -> list[tuple[Issue, list[tuple[int, float]], list[int], int]]:
    """Return for each issue the cuts (link, metres) and the nodes to make one, and a link that goes with them."""
    nodes, links = infrastructure.node_places, infrastructure.link_places
    found: list[tuple[Issue, list[tuple[int, float]], list[int], int]] = []
    for issue, payload in work:
        wanted_nodes = [payload[key] for key in ("keep", "drop", "node") if key in payload]
        wanted_links = payload.get("links", [payload["link"]] if "link" in payload else [])
        if not all(name in nodes for name in wanted_nodes) or not all(name in links for name in wanted_links):
            continue
        here, over = [nodes[name] for name in wanted_nodes], [links[name] for name in wanted_links]
        if payload["action"] == "connect":
            table = infrastructure.nodes
            point = [[table.lon[here[0]], table.lat[here[0]]]]
            found += [(issue, cuts, here, -1) for cuts in _meetings(infrastructure, over, point)]
        elif payload["action"] == "junction":
            found += [(issue, cuts, [], -1) for cuts in _meetings(infrastructure, over, payload["points"])]
        elif payload["action"] == "collapse":
            found.append((issue, [], here, over[0]))
        else:
            found.append((issue, [], here, -1))
    return found


def _meetings(
    infrastructure: Infrastructure, links: list[int], points: list[list[float]]
) -> list[list[tuple[int, float]]]:
    """Return for each point the places on the links nearest to it: link, and metres along its line."""
    place = np.array(points, dtype=np.float64).reshape(-1, 2)
    metres = [
        nearest_on_lines(infrastructure.lines, np.full(len(place), link), place).position_m.tolist() for link in links
    ]
    return [list(zip(links, along, strict=True)) for along in zip(*metres, strict=True)]


def _joined(infrastructure: Infrastructure, pairs: list[tuple[int, int]]) -> tuple[Infrastructure, Indices]:
    """Return the infrastructure with nodes made one, and the place of each node that was there in the new one.

    Of nodes made one by several pairs the first named by a pair that no other pair takes away stays.
    """
    count = len(infrastructure.nodes)
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    matrix = csr_array((np.ones(len(ends), dtype=np.int8), (ends[:, 0], ends[:, 1])), shape=(count, count))
    label = connected_components(matrix, directed=False)[1] if count else np.empty(0, dtype=np.int32)
    going = set(ends[:, 1].tolist())
    stays = np.full(count, -1, dtype=np.int64)
    for keep in [*(int(node) for node in ends[:, 0] if int(node) not in going), *range(count)]:
        if stays[label[keep]] < 0:
            stays[label[keep]] = keep
    into = stays[label]
    moved = np.flatnonzero(into != np.arange(count))
    joined = join_nodes(infrastructure, np.column_stack([into[moved], moved]))
    place = np.cumsum(into == np.arange(count)) - 1
    return joined, place[into].astype(np.int32)


def _without_collapsed(joined: Infrastructure, before: Infrastructure, removed: set[int]) -> Infrastructure:
    """Return the joined infrastructure without links that lost their length with their two nodes."""
    links = joined.links
    new_loop = (links.from_index == links.to_index) & (before.links.from_index != before.links.to_index)
    gone: NDArray[np.bool_] = new_loop & (links.length_m <= NO_LENGTH_M) & (lengths_m(joined.lines) <= NO_LENGTH_M)
    gone[list(removed)] = True
    return remove_links(joined, gone)
