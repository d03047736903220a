"""The joined network put together from what was decided: links of the detail, what stays of the corridors, ties."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.ops import substring

from geodata.columns import Flags, Indices
from geodata.geodesy import geodesic_m
from geodata.infrastructure.build import make_conditions, make_links
from geodata.infrastructure.columns import ROAD_KINDS, TRUCK_KINDS
from geodata.infrastructure.infrastructure import Infrastructure, InfrastructureLinks
from geodata.joining.assigning import screenline
from geodata.joining.detail import Detail
from geodata.joining.finding import Match
from geodata.joining.ties import TIE_PREFIX, Tie
from geodata.models import LINK_CLASSES
from geodata.network import Geometries
from geodata.topology.steps import add_links, concatenate, raised, remove_links, schedules_below
from supplychain.vocabulary import NETWORK_MODES

TAKEN_OVER: Final = ("toll_per_km", "currency", "price_year")
LEAST_KEPT_M: Final = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class Decisions:
    """What becomes of the corridors.

    Parameters
    ----------
    matches
        What was found for each road corridor that stands.
    owner
        Which match each link of the detail stands for, int32[L]; -1 for none.
    ties
        Tie of each node of the corridors that has one.
    kept
        Which corridors stay whole, bool[C].
    planned
        Which corridors do not stand yet, bool[C].
    """

    matches: list[Match]
    owner: Indices
    ties: dict[int, Tie]
    kept: Flags
    planned: Flags


def put_together(detail: Detail, corridors: Infrastructure, decisions: Decisions) -> Infrastructure:
    """Return the joined network.

    Parameters
    ----------
    detail
        The roads of the detail.
    corridors
        The corridors.
    decisions
        What becomes of them.
    """
    marked = _marked(detail, corridors, decisions)
    rest = _rest(corridors, decisions)
    both = concatenate(marked, rest)
    both = _with_cuts_tied(both, marked, decisions, corridors)
    return _with_ties(both, len(marked.nodes), decisions)


def _marked(detail: Detail, corridors: Infrastructure, decisions: Decisions) -> Infrastructure:
    """Return the detail with what its links take over from the corridors they stand for."""
    links, mine = detail.infrastructure.links, corridors.links
    columns = {name: values.copy() for name, values in links.to_columns(words=False).items()}
    which = np.flatnonzero(decisions.owner >= 0)
    corridor = np.array([match.link for match in decisions.matches], dtype=np.int64)[decisions.owner[which]]
    columns["corridor"][which] = mine.link_id[corridor]
    unknown = np.isnan(columns["observed_kmh"][which])
    columns["observed_kmh"][which[unknown]] = mine.observed_kmh[corridor[unknown]]
    priced = np.isnan(columns["toll_per_km"][which]) & ~np.isnan(mine.toll_per_km[corridor])
    for name in TAKEN_OVER:
        columns[name][which[priced]] = getattr(mine, name)[corridor[priced]]
    columns["toll"][which] |= mine.toll[corridor]
    _put_capacities(columns, detail, corridors, decisions)
    return dataclasses.replace(
        detail.infrastructure,
        links=InfrastructureLinks(**columns),
        **_with_bans(detail.infrastructure, corridors, which, corridor),
    )


def _put_capacities(
    columns: dict[str, NDArray[Any]], detail: Detail, corridors: Infrastructure, decisions: Decisions
) -> None:
    counted: set[int] = set()
    for place, match in enumerate(decisions.matches):
        if not match.found or match.cut_node >= 0:
            continue  # what stays of a cut corridor keeps its capacity, so that its lorries are counted there
        # A corridor without a capacity gets its screenline, too: a scenario may give it one.
        members = screenline(detail, match, decisions.owner, place, counted)
        members = members[np.isnan(columns["capacity_per_day"][members])]
        counted |= set(members.tolist())
        columns["capacity_group"][members] = corridors.links.link_id[match.link]
        for name in ("capacity_per_day", "capacity_unit", "background_per_day"):
            columns[name][members] = getattr(corridors.links, name)[match.link]


def _with_bans(
    detail: Infrastructure, corridors: Infrastructure, which: NDArray[np.int64], corridor: NDArray[np.int64]
) -> dict[str, Any]:
    """Return conditions and schedules with the truck bans of corridors on links that state none for lorries."""
    theirs, own = corridors.conditions, detail.conditions
    bound = own.link_index[(own.kinds & TRUCK_KINDS) > 0]
    free = ~np.isin(which, bound)
    starts = np.searchsorted(theirs.link_index, corridor[free], side="left")
    counts = np.searchsorted(theirs.link_index, corridor[free], side="right") - starts
    if not counts.sum():
        return {}
    rows = np.repeat(starts - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts) + np.arange(counts.sum())
    columns = {name: values[rows] for name, values in theirs.to_columns(words=False).items()}
    columns["link_index"] = np.repeat(which[free], counts).astype(np.int32)
    # A two-way ban, drawn on a link of one carriageway, binds whoever drives there.
    columns["directions"] = np.full(len(rows), 3, dtype=np.uint8)
    columns["schedule"] = raised(columns["schedule"], len(detail.schedules))
    both = {name: np.concatenate([values, columns[name]]) for name, values in own.to_columns(words=False).items()}
    schedules = schedules_below(detail.schedules, corridors.schedules)
    return {"conditions": make_conditions(**both), "schedules": schedules}


def _rest(corridors: Infrastructure, decisions: Decisions) -> Infrastructure:
    """Return what stays of the corridors: all nodes, and links whole or cut; planned ones open to nobody."""
    links = corridors.links
    columns = {name: values.copy() for name, values in links.to_columns(words=False).items()}
    columns["corridor"] = links.link_id.copy()
    for name in ("access_forward", "access_backward"):
        columns[name][decisions.planned] = 0
    lines = [corridors.lines.points(link) for link in range(len(links))]
    stays = decisions.kept.copy()
    for match in decisions.matches:
        if match.found and match.cut_node >= 0:
            stays[match.link] = True
            lines[match.link] = _outer(lines[match.link], match)
    offsets = np.concatenate([[0], np.cumsum([len(line) for line in lines])])
    changed = dataclasses.replace(
        corridors,
        links=InfrastructureLinks(**columns),
        lines=Geometries(offsets, np.concatenate([np.empty((0, 2)), *lines])),
    )
    # Nodes that no link touches any more stay too: parks, terminals and services name them.
    return remove_links(changed, ~stays)


def _outer(line: NDArray[np.float64], match: Match) -> NDArray[np.float64]:
    """Return the part of a corridor's line that stays."""
    share = match.cut_share
    span = (share, 1.0) if match.inner_end == 0 else (0.0, 1.0 - share)
    found: NDArray[np.float64] = shapely.get_coordinates(substring(shapely.LineString(line), *span, normalized=True))
    # Cut at its very end, all that stays is the step from the junction there to the corridor's own node.
    return found if len(found) > 1 else np.repeat(found, 2, axis=0)


def _with_cuts_tied(
    both: Infrastructure, marked: Infrastructure, decisions: Decisions, corridors: Infrastructure
) -> Infrastructure:
    """Return the network with cut corridors beginning at the junction of the detail where they were cut."""
    columns = {name: getattr(both.links, name).copy() for name in ("from_index", "to_index", "length_m")}
    coordinates = both.lines.coordinates.copy()
    for match in decisions.matches:
        if not (match.found and match.cut_node >= 0):
            continue
        link = both.link_places[str(corridors.links.link_id[match.link])]
        first = match.inner_end == 0
        columns["from_index" if first else "to_index"][link] = match.cut_node
        point = both.lines.offsets[link] if first else both.lines.offsets[link + 1] - 1
        coordinates[point] = marked.nodes.lon[match.cut_node], marked.nodes.lat[match.cut_node]
        # The junction may lie aside of the line drawn: the rest is longer then, by as much as the whole exceeds it.
        whole_m = _drawn_m(corridors.lines.points(match.link))
        winding = corridors.links.length_m[match.link] / whole_m if whole_m > 0 else 1.0
        rest_m = _drawn_m(coordinates[both.lines.offsets[link] : both.lines.offsets[link + 1]])
        columns["length_m"][link] = max(winding * rest_m, LEAST_KEPT_M)
    links = dataclasses.replace(both.links, **columns)
    return dataclasses.replace(both, links=links, lines=Geometries(both.lines.offsets, coordinates))


def _drawn_m(points: NDArray[np.float64]) -> float:
    return float(geodesic_m(points[:-1, 0], points[:-1, 1], points[1:, 0], points[1:, 1]).sum())


def _with_ties(both: Infrastructure, above: int, decisions: Decisions) -> Infrastructure:
    ties = [decisions.ties[node] for node in sorted(decisions.ties)]
    if not ties:
        return both
    node = np.array([tie.node + above for tie in ties])
    junction = np.array([tie.junction for tie in ties])
    names = both.nodes.node_id[node]
    ends = np.stack(
        [
            np.column_stack([both.nodes.lon[node], both.nodes.lat[node]]),
            np.column_stack([both.nodes.lon[junction], both.nodes.lat[junction]]),
        ],
        axis=1,
    )
    links = make_links(
        link_id=np.array([f"{TIE_PREFIX}{name}" for name in names], dtype=np.object_),
        from_index=node.astype(np.int32),
        to_index=junction.astype(np.int32),
        mode=NETWORK_MODES.index("road"),
        link_class=LINK_CLASSES.index("road"),
        length_m=np.array([tie.length_m for tie in ties]),
        access_forward=ROAD_KINDS,
        access_backward=ROAD_KINDS,
        row_id=names,
        source=both.nodes.source[node],
    )
    return add_links(both, links, Geometries(np.arange(len(ties) + 1) * 2, ends.reshape(-1, 2)))
