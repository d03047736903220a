"""A generated network of two-way streets: as an import from OpenStreetMap gives it, and as the planner uses it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata.columns import CAPACITY_COLUMNS, LINK_COLUMNS, NODE_COLUMNS, Column
from geodata.infrastructure.build import make_candidates, make_conditions, make_links, make_nodes, no_lines
from geodata.infrastructure.infrastructure import Infrastructure, Source
from geodata.infrastructure.turns import TurnRestrictions
from geodata.infrastructure.weekly import Schedules
from geodata.network import CapacityTable, Geometries, Links, Network, Nodes

Array = NDArray[Any]


def build_grid(links: int, seed: int = 0) -> Infrastructure:
    """Return a grid of two-way streets as an import from OpenStreetMap would give: the same seed, the same grid."""
    random = np.random.default_rng(seed)
    side = int((links / 2) ** 0.5) + 1
    place = np.arange(side * side)
    lon = 106.0 + place % side * 0.001 + random.normal(0, 1e-4, place.size)
    lat = 10.0 + place // side * 0.001 + random.normal(0, 1e-4, place.size)
    east, north = place[place % side < side - 1], place[place // side < side - 1]
    order = random.permutation(east.size + north.size)
    tail, head = np.concatenate([east, north])[order], np.concatenate([east + 1, north + side])[order]
    node_id = np.array([f"n{1_000_000_000 + 7 * node}" for node in place.tolist()], dtype=object)
    way = (random.permutation(tail.size) + 100_000_000).tolist()
    ends = zip(way, tail.tolist(), head.tolist(), strict=True)
    counts = random.integers(2, 8, tail.size)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    owner = np.repeat(np.arange(tail.size), counts)
    along = ((np.arange(offsets[-1]) - offsets[owner]) / (counts[owner] - 1))[:, None]
    corners = np.column_stack([lon, lat])
    streets = np.array(["", *(f"Đường số {number}" for number in range(5_000))], dtype=object)
    is_oneway = random.random(tail.size) < 0.3
    return Infrastructure(
        nodes=make_nodes(node_id=node_id, lon=lon, lat=lat, source=0),
        links=make_links(
            link_id=np.array([f"w{one}:{7 * first}:{7 * last}" for one, first, last in ends], dtype=object),
            from_index=tail,
            to_index=head,
            mode=0,
            link_class=random.integers(0, 15, tail.size),
            name=streets[np.where(random.random(tail.size) < 0.5, 0, random.integers(0, streets.size, tail.size))],
            length_m=random.uniform(20, 500, tail.size),
            oneway=is_oneway,
            access_forward=15,
            access_backward=np.where(is_oneway, 0, 15),
            lanes=random.integers(-1, 6, tail.size),
            surface=random.integers(-1, 2, tail.size),
            speed_kmh=np.where(random.random(tail.size) < 0.5, np.nan, 50.0),
            row_id=np.array([str(one) for one in way], dtype=object),
            source=0,
        ),
        lines=Geometries(offsets, corners[tail[owner]] * (1 - along) + corners[head[owner]] * along),
        conditions=make_conditions(),
        schedules=Schedules.none(),
        turns=TurnRestrictions.none(),
        candidates=make_candidates(),
        outlines=no_lines(),
        sources=(Source("grid.osm.pbf", "ODbL-1.0", "© OpenStreetMap contributors"),),
    )


def build_planner_network(grid: Infrastructure) -> Network:
    """Return directed links both ways over the streets of a grid, with the columns that the planner reads."""
    count, rows = len(grid.nodes), len(grid.links)

    nodes = {"node_id": grid.nodes.node_id, "kind": np.zeros(count), "mode": np.zeros(count)}
    places = {"lon": grid.nodes.lon, "lat": grid.nodes.lat}
    both = np.tile(np.arange(rows), 2)
    against = np.arange(2 * rows) >= rows
    signs = np.where(against, "<", ">").astype(object)
    links = {
        "link_id": grid.links.link_id[both] + signs,
        "row_id": grid.links.link_id[both],
        "row_table": np.zeros(2 * rows),
        "kind": np.zeros(2 * rows),
        "mode": np.zeros(2 * rows),
        "from_mode": np.zeros(2 * rows),
        "link_class": grid.links.link_class[both],
        "from_index": np.where(against, grid.links.to_index[both], grid.links.from_index[both]),
        "to_index": np.where(against, grid.links.from_index[both], grid.links.to_index[both]),
        "length_m": grid.links.length_m[both],
        "time_h": grid.links.length_m[both] / 50_000,
        "geometry": both,
        "reversed": against,
    }
    empty = _filled(CAPACITY_COLUMNS, 0, {})
    return Network(
        nodes=Nodes(**_filled(NODE_COLUMNS, count, nodes | places)),
        links=Links(**_filled(LINK_COLUMNS, 2 * rows, links)),
        geometries=grid.lines,
        capacities=CapacityTable(
            **empty, member_offsets=np.zeros(1, np.int64), member_links=np.zeros(0, np.int32), member_weight=np.zeros(0)
        ),
    )


def _filled(columns: Sequence[Column], size: int, given: Mapping[str, Array]) -> dict[str, Array]:
    return {column.name: given.get(column.name, np.full(size, column.default, column.dtype)) for column in columns}
