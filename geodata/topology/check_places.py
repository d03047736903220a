"""Terminals and other places that the links they need do not reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.columns import Flags
from geodata.infrastructure.columns import CANDIDATE_KINDS, ROAD_KINDS, TRAIN_KINDS, VESSEL_KINDS
from geodata.models import LINK_CLASSES
from geodata.topology.check_links import metres
from geodata.topology.components import largest_strong_component, usable
from geodata.topology.issues import Issue
from geodata.topology.options import CheckOptions
from geodata.topology.plane import Shape, plane_per_metre, to_plane
from geodata.topology.texts import MODE_WORDS, PLACE_WORDS, vehicles_text
from supplychain.vocabulary import NETWORK_MODES

Places = NDArray[np.int64]
Need = tuple[str, int]

LORRY: Final = 0b000100
BY_ROAD: Final[Need] = ("road", LORRY)
BY_RAIL: Final[Need] = ("rail", TRAIN_KINDS)
BY_WATER: Final[Need] = ("inland_waterway", VESSEL_KINDS)
NEEDS: Final[Mapping[str, tuple[Need, ...]]] = MappingProxyType(
    {
        "seaport": (BY_ROAD,),
        "river_port": (BY_ROAD, BY_WATER),
        "dry_port": (BY_ROAD,),
        "rail_station": (BY_RAIL,),
        "rail_yard": (BY_RAIL,),
        "airport": (BY_ROAD,),
        "ferry_terminal": (("road", ROAD_KINDS),),
        "industrial_park": (BY_ROAD,),
        "warehouse": (BY_ROAD,),
    }
)
"""Links each kind of place needs: mode and vehicle kinds, any of which will do."""
NO_ACCESS: Final = tuple(LINK_CLASSES.index(name) for name in ("motorway", "motorway_link", "expressway", "ferry"))
"""Nothing is reached from these classes."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place that must be reached, such as a terminal of the registry.

    Parameters
    ----------
    place_id, name
        What it is called.
    kind
        One of ``CANDIDATE_KINDS``.
    lon, lat
        Where it is, WGS 84 degrees.
    outline
        Its area as a shapely polygon in degrees, where known.
    """

    place_id: str
    kind: str
    lon: float
    lat: float
    name: str = ""
    outline: shapely.Polygon | None = None

    def __post_init__(self) -> None:
        if self.kind not in CANDIDATE_KINDS:
            msg = f"The kind of place {self.place_id!r} must be one of {', '.join(CANDIDATE_KINDS)}, got {self.kind!r}."
            raise ValueError(msg)


class _Reach:
    """Links of one mode that some vehicles may use, and those of them in the main network."""

    def __init__(self, shape: Shape, need: Need) -> None:
        links = shape.infrastructure.links
        mode, kinds = need
        ahead, back = usable(shape.infrastructure, kinds)
        fitting = shape.drawn & (ahead | back) & ~np.isin(links.link_class, NO_ACCESS)
        fitting &= links.mode == NETWORK_MODES.index(mode)
        main = largest_strong_component(shape.infrastructure, kinds)
        joined: Flags = main[links.from_index] & main[links.to_index] if len(main) else fitting
        self.links = np.flatnonzero(fitting)
        self.main = np.flatnonzero(fitting & joined)
        self.tree = shapely.STRtree(shape.lines[self.links])
        self.main_tree = shapely.STRtree(shape.lines[self.main])


def places_of_candidates(shape: Shape) -> list[Place]:
    """Return the infrastructure's candidates as places, with their outlines where these are areas."""
    candidates, outlines = shape.infrastructure.candidates, shape.infrastructure.outlines
    found = []
    for row in range(len(candidates)):
        outline = None
        if candidates.outline[row] >= 0:
            ring = outlines.points(int(candidates.outline[row]))
            outline = shapely.Polygon(ring) if len(ring) > 3 else None  # noqa: PLR2004 - a ring has four points
        if candidates.kind[row] >= 0:
            kind, name = CANDIDATE_KINDS[candidates.kind[row]], str(candidates.name[row])
            lon, lat = float(candidates.lon[row]), float(candidates.lat[row])
            found.append(Place(str(candidates.candidate_id[row]), kind, lon, lat, name, outline))
    return found


def terminals(shape: Shape, options: CheckOptions, places: Sequence[Place]) -> Iterator[Issue]:
    """Yield places that no link of a mode they need comes near, or only links cut off from the main network.

    A mode of which the infrastructure has no link at all is not asked for.
    """
    reaches: dict[Need, _Reach] = {}
    modes = set(shape.infrastructure.links.mode.tolist())
    for place in places:
        if not np.isfinite([place.lon, place.lat]).all():
            continue
        for need in NEEDS[place.kind]:
            if NETWORK_MODES.index(need[0]) in modes:
                if need not in reaches:
                    reaches[need] = _Reach(shape, need)
                yield from _missing(shape, options, place, need, reaches[need])


def _missing(shape: Shape, options: CheckOptions, place: Place, need: Need, reach: _Reach) -> Iterator[Issue]:
    mode, kinds = need
    shown = place.name or place.place_id
    values: dict[str, object] = {
        "place": f"{place.place_id}:{mode}",
        "name": shown,
        "what": PLACE_WORDS[place.kind],
        "mode": MODE_WORDS[mode],
        "vehicles": vehicles_text(kinds),
    }
    if len(reach.links) == 0:
        yield Issue("terminal_none", place.lon, place.lat, values=values)
        return
    ground = _in_plane(place)
    scale = float(plane_per_metre(np.array([place.lat]))[0])
    nearest, away = _nearest(reach.tree, ground)
    link = int(reach.links[nearest])
    gap = away / scale
    main_gap = _nearest(reach.main_tree, ground)[1] / scale if len(reach.main) else np.inf
    if main_gap <= options.terminal_m:
        return
    name = shape.link_id(link)
    line = shape.infrastructure.lines.points(link)
    near = gap <= options.terminal_m
    distance = metres(main_gap if near else gap) if np.isfinite(main_gap if near else gap) else "–"
    more = {"distance": distance, "other": name}
    reason = "terminal_cut_off" if near else "terminal_far"
    yield Issue(reason, place.lon, place.lat, (name,), values=values | more, line=line)


def _nearest(tree: shapely.STRtree, ground: shapely.Geometry) -> tuple[int, float]:
    found, distance = tree.query_nearest(ground, return_distance=True, all_matches=False)
    return int(found[0]), float(distance[0])


def _in_plane(place: Place) -> shapely.Geometry:
    if place.outline is None or place.outline.is_empty:
        return shapely.Point(to_plane(np.array([[place.lon, place.lat]]))[0])
    return shapely.transform(place.outline, to_plane)
