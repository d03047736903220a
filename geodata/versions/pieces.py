"""What became of a link in a newer import: the pieces it was split into, or the longer link it is part of."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import shapely

from geodata.columns import Floats
from geodata.geodesy import metres_per_degree
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.versions.comparing import Places

NEAR_M: Final = 15.0
"""How far a new link may run from the old one and still be a piece of it, metres: more than a redrawn line moves, less
than the other carriageway of a wide road."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """Links that stand where one link stood.

    Parameters
    ----------
    links
        Their places.
    is_longer
        Whether the one link found reaches beyond the old one.
    is_reversed
        Whether any of them runs against the old one.
    """

    links: tuple[int, ...]
    is_longer: bool
    is_reversed: bool


@dataclass(frozen=True, eq=False)
class PieceFinder:
    """Finds what became of links of one infrastructure among the new links of another, by way id and place.

    Parameters
    ----------
    old, new
        The infrastructure before and the newer one.
    added
        Places of the links of ``new`` that ``old`` does not have.
    """

    old: Infrastructure
    new: Infrastructure
    added: Places

    @cached_property
    def _by_way(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for place in self.added.tolist():
            for way in ways(self.new.links.row_id[place]):
                found[way].append(place)
        return found

    def find(self, link: int) -> Pieces | None:
        """Return what stands where a link of ``old`` stood; None where nothing does."""
        named = dict.fromkeys(place for way in ways(self.old.links.row_id[link]) for place in self._by_way.get(way, ()))
        line = self.old.link_points(link)
        if not named or len(line) < 2:  # noqa: PLR2004 - a line
            return None
        scale = np.array(metres_per_degree(line[0, 1]))
        before = shapely.LineString(line * scale)
        parts, longer = [], []
        for place in named:
            after = shapely.LineString(self.new.link_points(place) * scale)
            if _runs_along(after, before):
                parts.append(place)
            elif _runs_along(before, after):
                longer.append(place)
        found = parts or longer[:1]
        if not found:
            return None
        against = any(_is_against(self.new.link_points(place) * scale, before) for place in found)
        return Pieces(tuple(found), not parts, against)


def ways(row_id: str) -> list[str]:
    """Return the OSM way ids a link's ``row_id`` names."""
    return [way for way in row_id.split(";") if way]


def _runs_along(one: shapely.LineString, other: shapely.LineString) -> bool:
    return bool(shapely.distance(shapely.points(shapely.get_coordinates(one)), other).max() <= NEAR_M)


def _is_against(points: Floats, line: shapely.LineString) -> bool:
    """Return whether a line runs against another that it runs along, in whole or in part."""
    first, last = shapely.line_locate_point(line, shapely.points(points[[0, -1]]))
    if first == last:
        return False
    return bool(first > last)
