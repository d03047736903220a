"""Small detailed networks and corridors, drawn by hand, for the tests of joining."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from geodata.geodesy import geodesic_m
from geodata.infrastructure.build import make_candidates, make_conditions, make_links, make_nodes, no_lines
from geodata.infrastructure.columns import ROAD_KINDS
from geodata.infrastructure.infrastructure import Infrastructure, Source
from geodata.infrastructure.turns import TurnRestrictions
from geodata.infrastructure.weekly import Schedules
from geodata.models import LINK_CLASSES
from geodata.network import Geometries
from supplychain.vocabulary import NETWORK_MODES

WEST, SOUTH = 106.70, 10.80
EAST_M, NORTH_M = 109_360.0, 110_600.0
"""Metres of a degree of longitude and latitude there, to 0.1 %."""


def at(east_m: float, north_m: float) -> tuple[float, float]:
    """Return longitude and latitude of a place so many metres east and north of the corner."""
    return WEST + east_m / EAST_M, SOUTH + north_m / NORTH_M


def infrastructure(
    nodes: dict[str, tuple[float, float]], rows: Sequence[dict[str, Any]], source: str = "drawn"
) -> Infrastructure:
    """Return an infrastructure from nodes in metres and links with ``id``, ``ends`` and any link columns.

    ``points`` (metres) lie between the ends; ``mode`` and ``link_class`` are words; lengths are those of the lines
    unless given; both ways are open to every road vehicle unless ``oneway`` or masks are given.
    """
    ids = list(nodes)
    lines = [
        np.array(
            [at(*nodes[row["ends"][0]]), *(at(*point) for point in row.get("points", ())), at(*nodes[row["ends"][1]])]
        )
        for row in rows
    ]
    lengths = [float(geodesic_m(line[:-1, 0], line[:-1, 1], line[1:, 0], line[1:, 1]).sum()) for line in lines]
    extra = {key for row in rows for key in row} - {"id", "ends", "points", "mode", "link_class", "length_m"}
    columns: dict[str, Any] = {}
    for key in sorted(extra):
        known = [row[key] for row in rows if key in row]
        blank: Any = "" if isinstance(known[0], str) else False if isinstance(known[0], bool) else np.nan
        if key in {"access_forward", "access_backward"}:
            blank = ROAD_KINDS
        if key in {"destination_only", "price_year"}:
            blank = 0
        if key in {"capacity_unit", "currency"}:
            blank = -1
        values = [row.get(key, blank) for row in rows]
        columns[key] = np.array(values, dtype=np.object_) if isinstance(blank, str) else np.array(values)
    oneway = columns.get("oneway", np.zeros(len(rows), dtype=bool))
    columns.setdefault("access_forward", ROAD_KINDS)
    columns.setdefault("access_backward", np.where(oneway, 0, ROAD_KINDS))
    offsets = np.concatenate([[0], np.cumsum([len(line) for line in lines])])
    return Infrastructure(
        nodes=make_nodes(
            node_id=np.array(ids, dtype=np.object_),
            lon=np.array([at(*nodes[one])[0] for one in ids]),
            lat=np.array([at(*nodes[one])[1] for one in ids]),
            source=0,
        ),
        links=make_links(
            link_id=np.array([row["id"] for row in rows], dtype=np.object_),
            from_index=np.array([ids.index(row["ends"][0]) for row in rows], dtype=np.int32),
            to_index=np.array([ids.index(row["ends"][1]) for row in rows], dtype=np.int32),
            mode=np.array([NETWORK_MODES.index(row.get("mode", "road")) for row in rows]),
            link_class=np.array([LINK_CLASSES.index(row.get("link_class", "residential")) for row in rows]),
            length_m=np.array([row.get("length_m", length) for row, length in zip(rows, lengths, strict=True)]),
            row_id=np.array([row["id"] for row in rows], dtype=np.object_),
            source=0,
            **columns,
        ),
        lines=Geometries(offsets, np.concatenate([np.empty((0, 2)), *lines])),
        conditions=make_conditions(),
        schedules=Schedules.none(),
        turns=TurnRestrictions.none(),
        candidates=make_candidates(),
        outlines=no_lines(),
        sources=(Source(source),),
    )


def town(*, divided: bool = False) -> Infrastructure:
    """Return a town of 6 km × 2 km: streets every 500 m, and Highway 13 from west to east through its middle.

    The highway runs at 1000 m north; with ``divided`` its eastbound carriageway lies 20 m south of the westbound one.
    """
    nodes: dict[str, tuple[float, float]] = {}
    rows: list[dict[str, Any]] = []
    for column in range(13):
        for row in range(5):
            nodes[f"s{column}_{row}"] = (500.0 * column, 500.0 * row)
        if divided:
            nodes[f"e{column}"] = (500.0 * column, 980.0)
    for column in range(13):
        for row in range(4):
            ends = (f"s{column}_{row}", f"s{column}_{row + 1}")
            if divided and row == 1:
                rows.append({"id": f"v{column}_1a", "ends": (ends[0], f"e{column}")})
                ends = (f"e{column}", ends[1])
            rows.append({"id": f"v{column}_{row}", "ends": ends})
    for column in range(12):
        rows += [
            {"id": f"h{column}_{row}", "ends": (f"s{column}_{row}", f"s{column + 1}_{row}")} for row in (0, 1, 3, 4)
        ]
        highway = {"link_class": "primary", "ref": "13", "name": "Quốc lộ 13"}
        both = (f"s{column}_2", f"s{column + 1}_2")
        if divided:
            rows.append({"id": f"west{column}", "ends": both[::-1], "oneway": True, **highway})
            rows.append({"id": f"east{column}", "ends": (f"e{column}", f"e{column + 1}"), "oneway": True, **highway})
        else:
            rows.append({"id": f"ql{column}", "ends": both, **highway})
    return infrastructure(nodes, rows, "town")
