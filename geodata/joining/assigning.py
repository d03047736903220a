"""Which links of the detail stand for which corridor, and where along it vehicles are counted."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.columns import Indices
from geodata.joining.detail import LINK_CODES, Detail
from geodata.joining.finding import Match
from geodata.joining.matching import Path

LEAST_OWN_SHARE: Final = 0.5
LEAST_NAMED_SHARE: Final = 0.2
"""Of what it found a corridor must keep so much for itself; less where the path bears its number or name."""
NAMED: Final = 0.7
BESIDE_M: Final = 60.0
LEAST_BESIDE: Final = 0.8
"""Share of a link that must lie within ``BESIDE_M`` of a corridor's own links to run beside them."""
SCREEN_HALF_M: Final = 75.0
FAR_M: Final = 1e6


def assign(detail: Detail, matches: Iterable[Match]) -> tuple[Indices, list[Match]]:
    """Return the corridor (position of its match) of each link of the detail, -1 for none, and the matches that stay.

    A link on the paths of several corridors goes to one whose name it bears, then to the one drawn nearest to its
    middle. A corridor left with too little of what it found (``LEAST_OWN_SHARE``) stands for nothing of its own: it is
    given up and its links go to the others.
    """
    found = list(matches)
    while True:
        owner = _owners(detail, found)
        lost = [place for place, match in enumerate(found) if match.found and _is_lost(detail, match, owner, place)]
        if not lost:
            return _with_carriageways(detail, found, owner), found
        # One at a time, the one with least: what it gives up may be enough for the next.
        place = min(lost, key=lambda one: _share(detail, found[one], owner, one))
        found[place] = replace(found[place], reason="taken", cut_node=-1, cut_share=1.0)


def _is_lost(detail: Detail, match: Match, owner: Indices, place: int) -> bool:
    named = min(path.borne_share for path in match.ways) >= NAMED
    return _share(detail, match, owner, place) < (LEAST_NAMED_SHARE if named else LEAST_OWN_SHARE)


def _with_carriageways(detail: Detail, matches: list[Match], owner: Indices) -> Indices:
    """Return the owners with links that run beside a corridor's own under its number or name, or theirs, given to it.

    A bridge of two carriageways and two slower lanes is one corridor: its toll, ban and closing hold on all of them.
    """
    drivable = np.zeros(len(owner), dtype=np.bool_)
    drivable[detail.graph.link] = True
    wide, names = owner.copy(), detail.infrastructure.links.name
    for place, match in enumerate(matches):
        own = np.flatnonzero(owner == place)
        if not match.found or match.sought is None or not len(own):
            continue
        strip = shapely.buffer(shapely.union_all(detail.lines[own]), BESIDE_M)
        near = np.sort(detail.line_tree.query(strip, predicate="intersects"))
        near = near[drivable[near] & (wide[near] < 0)]
        called = set(names[own]) - {""}
        near = near[np.isin(near, match.sought.borne) | np.array([name in called for name in names[near]], dtype=bool)]
        lengths = shapely.length(detail.lines[near])
        inside = shapely.length(shapely.intersection(detail.lines[near], strip))
        wide[near[inside >= LEAST_BESIDE * lengths]] = place
    return wide


def links_of(detail: Detail, match: Match) -> NDArray[np.int64]:
    """Return the links of a match's paths, each once."""
    return np.unique(np.concatenate([detail.graph.link[path.arcs] for path in match.ways])).astype(np.int64)


def _share(detail: Detail, match: Match, owner: Indices, place: int) -> float:
    links = links_of(detail, match)
    lengths = detail.infrastructure.links.length_m[links]
    total = float(lengths.sum())
    return float(lengths[owner[links] == place].sum()) / total if total > 0 else 0.0


def _owners(detail: Detail, matches: list[Match]) -> Indices:
    links, owners, keys = [], [], []
    for place, match in enumerate(matches):
        if not match.found or match.sought is None:
            continue
        mine = links_of(detail, match)
        middles = shapely.line_interpolate_point(detail.lines[mine], 0.5, normalized=True)
        away = shapely.distance(middles, shapely.LineString(match.sought.line))
        links.append(mine)
        owners.append(np.full(len(mine), place))
        keys.append(away + np.where(np.isin(mine, match.sought.borne), 0.0, FAR_M))
    owner = np.full(len(detail.infrastructure.links), -1, dtype=np.int32)
    if links:
        link, place_of, key = np.concatenate(links), np.concatenate(owners), np.concatenate(keys)
        # The best of each link comes last and stays.
        order = np.lexsort((-place_of, -key))
        owner[link[order]] = place_of[order]
    return owner


def screenline(detail: Detail, match: Match, owner: Indices, place: int, counted: set[int]) -> NDArray[np.int64]:
    """Return the links on which vehicles of a corridor are counted: one of each way near its middle, and those beside.

    A lorry that runs along the corridor passes the line across it once. One that joins it beyond the middle, or leaves
    it before, is not counted.

    Parameters
    ----------
    detail, match, owner, place
        The detail, the match, and what :func:`assign` returned.
    counted
        Links that count for another corridor already.
    """
    own = [link for path in match.ways for link in _middle_first(detail, path) if owner[link] == place]
    own = [link for link in dict.fromkeys(own) if link not in counted]
    if not own or match.sought is None:
        return np.empty(0, dtype=np.int64)
    middle = shapely.line_interpolate_point(detail.lines[own[0]], 0.5, normalized=True)
    members = {own[0]}
    if len(match.ways) > 1:
        back = [link for link in _middle_first(detail, match.ways[1]) if owner[link] == place and link not in counted]
        if back:
            members.add(back[int(np.argmin(shapely.distance(detail.lines[back], middle)))])
    across = _across(detail, own[0])
    beside = np.intersect1d(detail.line_tree.query(across, predicate="intersects"), match.sought.borne)
    drivable = np.unique(detail.graph.link)
    codes = detail.infrastructure.links.link_class
    members |= {
        int(link)
        for link in np.intersect1d(beside, drivable)
        if link not in counted and codes[link] not in LINK_CODES and not _crosses(detail, own[0], int(link))
    }
    return np.array(sorted(members), dtype=np.int64)


def _middle_first(detail: Detail, path: Path) -> list[int]:
    """Return the links of a path, the one at its middle first, then those nearest to it."""
    links = detail.graph.link[path.arcs]
    lengths = detail.graph.length_m[path.arcs]
    centres = np.cumsum(lengths) - lengths / 2
    order = np.argsort(np.abs(centres - lengths.sum() / 2), kind="stable")
    return [int(link) for link in links[order]]


def _direction(detail: Detail, link: int) -> NDArray[np.float64]:
    """Return the direction of a link about its middle, a vector of length 1."""
    line = detail.lines[link]
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(line, [0.45, 0.55], normalized=True))
    vector = ahead[1] - ahead[0]
    length = float(np.hypot(*vector))
    found: NDArray[np.float64] = vector / length if length > 0 else np.array([1.0, 0.0])
    return found


def _across(detail: Detail, link: int) -> shapely.LineString:
    middle = shapely.get_coordinates(shapely.line_interpolate_point(detail.lines[link], 0.5, normalized=True))[0]
    east, north = _direction(detail, link)
    aside = np.array([-north, east]) * SCREEN_HALF_M
    return shapely.LineString([middle - aside, middle + aside])


def _crosses(detail: Detail, link: int, other: int) -> bool:
    """Return whether two links run across rather than along each other."""
    return abs(float(_direction(detail, link) @ _direction(detail, other))) < math.cos(math.pi / 4)
