"""Small infrastructures drawn in metres, for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from geodata.infrastructure.build import make_candidates, make_conditions, make_links, make_nodes, no_lines
from geodata.infrastructure.infrastructure import Infrastructure, Source
from geodata.infrastructure.turns import TurnRestrictions
from geodata.infrastructure.weekly import Schedules
from geodata.models import LINK_CLASSES
from geodata.network import Geometries
from geodata.topology.measure import lengths_m

METRES_PER_LON = 111_319.490793
"""Metres of a degree of longitude on the equator of WGS 84."""
METRES_PER_LAT = 110_574.2727
"""Metres of the first degree of latitude, to a millimetre in the first kilometres."""

Place = tuple[float, float]


def place(x_m: float, y_m: float) -> Place:
    """Return longitude and latitude of a place metres east and north of 106° E on the equator."""
    return 106.0 + x_m / METRES_PER_LON, y_m / METRES_PER_LAT


def draw(
    nodes: Mapping[str, Place],
    links: Sequence[tuple[str, str, str] | tuple[str, str, str, Mapping[str, Any]]],
    *,
    via: Mapping[str, Sequence[Place]] | None = None,
    turns: TurnRestrictions | None = None,
    **parts: Any,  # noqa: ANN401 - tables of several kinds
) -> Infrastructure:
    """Return an infrastructure of nodes in metres and links (id, from, to, columns) with points between by link id.

    Links are residential roads of 50 km/h both ways for all road vehicles, and as long as their lines, unless their
    columns say otherwise; node columns by ``node_columns`` (lists), conditions and the rest by ``parts``.
    """
    names = list(nodes)
    where = [place(*nodes[name]) for name in names]
    drawn: list[list[Place]] = []
    rows: list[dict[str, Any]] = []
    for link in links:
        link_id, start, end = link[0], link[1], link[2]
        between = [place(*point) for point in (via or {}).get(link_id, ())]
        drawn.append([where[names.index(start)], *between, where[names.index(end)]])
        usual = {"mode": 0, "link_class": LINK_CLASSES.index("residential"), "speed_kmh": 50.0}
        usual |= {"access_forward": 15, "access_backward": 15, "source": 0}
        ends = {"link_id": link_id, "from_index": names.index(start), "to_index": names.index(end)}
        rows.append(usual | ends | dict(link[3] if len(link) == 4 else {}))
    offsets = np.concatenate([[0], np.cumsum([len(line) for line in drawn])])
    lines = Geometries(offsets, np.array([point for line in drawn for point in line]).reshape(-1, 2))
    lengths = lengths_m(lines)
    for row, length in zip(rows, lengths.tolist(), strict=True):
        row.setdefault("length_m", length)
    keys = {key for row in rows for key in row} | {"link_id"}
    empty = make_links(link_id=np.empty(0, dtype=np.object_)).to_columns(words=False)
    defaults = make_links(link_id=np.array(["x"], dtype=np.object_)).to_columns(words=False)
    columns = {key: np.array([row.get(key, defaults[key][0]) for row in rows], dtype=empty[key].dtype) for key in keys}
    return Infrastructure(
        nodes=make_nodes(
            node_id=np.array(names, dtype=np.object_),
            lon=np.array([point[0] for point in where]),
            lat=np.array([point[1] for point in where]),
            source=0,
            **parts.get("node_columns", {}),
        ),
        links=make_links(**columns),
        lines=lines,
        conditions=parts.get("conditions", make_conditions()),
        schedules=parts.get("schedules", Schedules.none()),
        turns=turns or TurnRestrictions.none(),
        candidates=parts.get("candidates", make_candidates()),
        outlines=no_lines(),
        sources=(Source("hand.osm.pbf"),),
    )


def restrict(*turns: tuple[str, Sequence[int], Sequence[bool]], kind: int = 0) -> TurnRestrictions:
    """Return turn restrictions (id, links, along) of one kind for all road vehicles."""
    return TurnRestrictions(
        turn_id=np.array([turn[0] for turn in turns], dtype=np.object_),
        kind=np.full(len(turns), kind, dtype=np.int8),
        kinds=np.full(len(turns), 15, dtype=np.uint8),
        schedule=np.full(len(turns), -1, dtype=np.int32),
        offsets=np.concatenate([[0], np.cumsum([len(turn[1]) for turn in turns])]).astype(np.int64),
        links=np.array([link for turn in turns for link in turn[1]], dtype=np.int32),
        along=np.array([flag for turn in turns for flag in turn[2]], dtype=np.bool_),
    )


def hours(names: Sequence[str], offsets: Sequence[int], start_min: Sequence[int], end_min: Sequence[int]) -> Schedules:
    """Return schedules; the intervals of schedule s are ``offsets[s]:offsets[s + 1]``."""
    minutes = (np.array(values, dtype=np.int32) for values in (start_min, end_min))
    return Schedules(np.array(names, dtype=np.object_), np.array(offsets, dtype=np.int64), *minutes)
