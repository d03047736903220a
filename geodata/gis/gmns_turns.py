"""Turn restrictions as movements of GMNS."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from geodata.columns import NO_CODE
from geodata.gis.gmns_times import TimeSets
from geodata.gis.gmns_words import uses
from geodata.infrastructure.columns import ROAD_KINDS, TURN_KINDS
from geodata.infrastructure.infrastructure import Infrastructure

COLUMNS: Final = ("mvmt_id", "node_id", "ib_link_id", "ob_link_id", "type", "allowed_uses", "restriction")
TOD_COLUMNS: Final = ("mvmt_tod_id", "mvmt_id", "timeday_id", "ib_link_id", "ob_link_id", "type", "allowed_uses")
STRAIGHT_DEG: Final = 45.0
BACK_DEG: Final = 170.0

Table = tuple[Sequence[str], list[Sequence[str]]]


def movements(infrastructure: Infrastructure, times: TimeSets) -> tuple[Table, Table]:
    """Return the movements that turn restrictions of two links forbid to some, always or by hour.

    A restriction by way has no place in GMNS; where only one way on is allowed, every other is a row.
    """
    rows: list[Sequence[str]] = []
    by_hour: list[Sequence[str]] = []
    turns, ids = infrastructure.turns, infrastructure.links.link_id
    leaving = _links_at_nodes(infrastructure)
    for turn in np.flatnonzero(np.diff(turns.offsets) == 2):  # noqa: PLR2004 - from and to
        place = int(turns.offsets[turn])
        inbound, along = int(turns.links[place]), bool(turns.along[place])
        node = int((infrastructure.links.to_index if along else infrastructure.links.from_index)[inbound])
        kept = (int(turns.links[place + 1]), bool(turns.along[place + 1]))
        forbidden = [kept]
        if TURN_KINDS[turns.kind[turn]] == "only":
            forbidden = [step for step in leaving.get(node, []) if step != kept]
        allowed = uses(ROAD_KINDS & ~int(turns.kinds[turn]))
        for number, (outbound, out_along) in enumerate(forbidden):
            name = f"{turns.turn_id[turn]}:{number}" if number else str(turns.turn_id[turn])
            kind = _type(infrastructure, (inbound, along), (outbound, out_along))
            links = (str(ids[inbound]), str(ids[outbound]))
            always = turns.schedule[turn] == NO_CODE
            usual = allowed if always else uses(ROAD_KINDS)
            word = TURN_KINDS[turns.kind[turn]]
            rows.append((name, str(infrastructure.nodes.node_id[node]), *links, kind, usual, word))
            if not always:
                by_hour.extend(
                    (f"{name}:{time_set}", name, time_set, *links, kind, allowed)
                    for time_set in times.of(int(turns.schedule[turn]))
                )
    return (COLUMNS, rows), (TOD_COLUMNS, by_hour)


def _links_at_nodes(infrastructure: Infrastructure) -> dict[int, list[tuple[int, bool]]]:
    """Return the links one may leave a node by, and whether along their line."""
    links = infrastructure.links
    leaving: dict[int, list[tuple[int, bool]]] = {}
    if len(infrastructure.turns) == 0:
        return leaving
    for link, (start, end) in enumerate(zip(links.from_index.tolist(), links.to_index.tolist(), strict=True)):
        if links.access_forward[link] & ROAD_KINDS:
            leaving.setdefault(start, []).append((link, True))
        if links.access_backward[link] & ROAD_KINDS:
            leaving.setdefault(end, []).append((link, False))
    return leaving


def _type(infrastructure: Infrastructure, inbound: tuple[int, bool], outbound: tuple[int, bool]) -> str:
    """Return left, right, thru or uturn by the angle between the last leg of one link and the first of the other."""
    if inbound[0] == outbound[0]:
        return "uturn"
    come = infrastructure.link_points(inbound[0], backward=not inbound[1])
    go = infrastructure.link_points(outbound[0], backward=not outbound[1])
    if len(come) < 2 or len(go) < 2:  # noqa: PLR2004 - no leg
        return "thru"
    turn = (_heading(go[0], go[1]) - _heading(come[-2], come[-1]) + 180) % 360 - 180
    if abs(turn) >= BACK_DEG:
        return "uturn"
    if abs(turn) < STRAIGHT_DEG:
        return "thru"
    return "right" if turn > 0 else "left"


def _heading(start: Sequence[float], end: Sequence[float]) -> float:
    east = (end[0] - start[0]) * math.cos(math.radians(start[1]))
    return math.degrees(math.atan2(east, end[1] - start[1]))
