"""Places that may be rows of the registry, with their outlines, from nodes, closed ways and multipolygons."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.ops import polygonize

from geodata.columns import Floats
from geodata.geodesy import ELLIPSOID
from geodata.infrastructure.build import make_candidates, no_lines
from geodata.infrastructure.columns import CANDIDATE_KINDS
from geodata.infrastructure.infrastructure import Candidates
from geodata.network import Geometries
from geodata.osm.options import OsmOptions
from geodata.osm.places import place_kind
from geodata.osm.raw import RawOsm, RawRelation
from geodata.osm.remarks import NoteBook, remark

MOST_RINGS = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    candidate_id: str
    kind: str
    name: str
    source: int
    point: tuple[float, float]
    rings: tuple[Floats, ...] = ()
    area_ha: float = math.nan


def find_candidates(raw: RawOsm, options: OsmOptions, book: NoteBook) -> tuple[Candidates, Geometries]:
    """Return the places of interest within the area asked for, and the outer rings of their areas.

    A place with several outer rings bears the outline of the largest and the area of all.
    """
    found = [*_from_nodes(raw), *_from_ways(raw, book), *_from_relations(raw, book)]
    places = [place for place in found if _is_inside(place.point, options)]
    rings: list[Floats] = []
    outline = []
    for place in places:
        outline.append(len(rings) if place.rings else -1)
        if place.rings:
            rings.append(max(place.rings, key=_area_ha))
    lines = no_lines()
    if rings:
        lines = Geometries(np.concatenate([[0], np.cumsum([len(ring) for ring in rings])]), np.concatenate(rings))
    made = make_candidates(
        candidate_id=np.array([place.candidate_id for place in places], dtype=np.object_),
        kind=np.array([CANDIDATE_KINDS.index(place.kind) for place in places], dtype=np.int8),
        name=np.array([place.name for place in places], dtype=np.object_),
        lon=np.array([place.point[0] for place in places], dtype=np.float64),
        lat=np.array([place.point[1] for place in places], dtype=np.float64),
        area_ha=np.array([place.area_ha for place in places], dtype=np.float64),
        outline=np.array(outline, dtype=np.int32),
        source=np.array([place.source for place in places], dtype=np.int16),
    )
    return made, lines


def _from_nodes(raw: RawOsm) -> Iterator[_Place]:
    for node in raw.nodes:
        name = _name(node.tags)
        kind = place_kind(node.tags, name)
        if kind:
            yield _Place(f"n{node.node_id}", kind, name, node.source, (node.lon, node.lat))


def _from_ways(raw: RawOsm, book: NoteBook) -> Iterator[_Place]:
    ways = raw.ways
    tagged = [dict(combination) for combination in raw.combinations]
    perhaps = np.array([bool(place_kind(tags, "*")) for tags in tagged], dtype=np.bool_)
    for way in np.flatnonzero(perhaps[ways.combination]) if len(ways) else ():
        kind = place_kind(tagged[ways.combination[way]], ways.name[way])
        if not kind:
            continue
        span = slice(ways.offsets[way], ways.offsets[way + 1])
        points = np.column_stack([ways.lon[span], ways.lat[span]])
        closed = len(points) > 3 and ways.node[span][0] == ways.node[span][-1]  # noqa: PLR2004 - a triangle
        way_id = int(ways.way_id[way])
        subject = (f"w{way_id}", kind, str(ways.name[way]), int(ways.source[way]))
        place = _place_of(subject, points, [points] if closed else [], book)
        if place is not None:
            yield place


def _from_relations(raw: RawOsm, book: NoteBook) -> Iterator[_Place]:
    known = {int(way_id): place for place, way_id in enumerate(raw.ways.way_id)} if raw.relations else {}
    for relation in raw.relations:
        name = _name(relation.tags)
        kind = place_kind(relation.tags, name)
        if relation.tags.get("type") != "multipolygon" or not kind:
            continue
        lines = _outer_lines(relation, raw, known)
        points = np.concatenate(lines) if lines else np.empty((0, 2))
        subject = (f"r{relation.relation_id}", kind, name, relation.source)
        place = _place_of(subject, points, _close_rings(lines), book)
        if any(member.kind == "r" for member in relation.members):
            at = (math.nan, math.nan) if place is None else place.point
            book.add(remark("relation_member"), f"relation {relation.relation_id}", at)
        if place is not None:
            yield place


def _place_of(subject: tuple[str, str, str, int], points: Floats, rings: list[Floats], book: NoteBook) -> _Place | None:
    """Return a place with its outline where that is complete, else with its first point."""
    shown = subject[2] or subject[0]
    usable = points[np.isfinite(points).all(axis=1)]
    if not len(usable):
        book.add(remark("place_without_point", name=shown), _long_id(subject[0]))
        return None
    first = (float(usable[0, 0]), float(usable[0, 1]))
    polygons = [shapely.make_valid(shapely.Polygon(ring)) for ring in rings if np.isfinite(ring).all()]
    polygons = [polygon for polygon in polygons if polygon.area > 0]
    if not polygons or len(polygons) < len(rings):
        book.add(remark("outline_incomplete", name=shown), _long_id(subject[0]), first)
        return _Place(*subject, first)
    largest = max(polygons, key=lambda polygon: float(polygon.area))
    inside = largest.representative_point()
    kept = tuple(ring for ring in rings if np.isfinite(ring).all())
    return _Place(*subject, (inside.x, inside.y), kept, sum(_area_ha(ring) for ring in kept))


def _outer_lines(relation: RawRelation, raw: RawOsm, known: Mapping[int, int]) -> list[Floats]:
    lines = []
    for member in relation.members:
        if member.kind != "w" or member.role == "inner":
            continue
        if member.member_id in known:
            way = known[member.member_id]
            span = slice(raw.ways.offsets[way], raw.ways.offsets[way + 1])
            lines.append(np.column_stack([raw.ways.lon[span], raw.ways.lat[span]]))
        elif member.member_id in raw.members:
            lines.append(raw.members[member.member_id].points)
        else:
            lines.append(np.full((1, 2), np.nan))
    return lines


def _close_rings(lines: list[Floats]) -> list[Floats]:
    """Return the rings that lines close; none where a line is missing or rings stay open."""
    whole = [line for line in lines if len(line) > 1 and np.isfinite(line).all()]
    if len(whole) < len(lines) or not lines or len(lines) > MOST_RINGS:
        return []
    polygons = list(polygonize(shapely.union_all([shapely.LineString(line) for line in whole])))
    return [np.asarray(polygon.exterior.coords) for polygon in polygons]


def _area_ha(ring: Floats) -> float:
    area_m2, _ = ELLIPSOID.polygon_area_perimeter(ring[:, 0], ring[:, 1])
    return abs(float(area_m2)) / 1e4


def _is_inside(point: tuple[float, float], options: OsmOptions) -> bool:
    lon, lat = point
    if options.bounds is not None:
        west, south, east, north = options.bounds
        if not (west <= lon <= east and south <= lat <= north):
            return False
    return options.area is None or bool(shapely.intersects_xy(options.area, lon, lat))


def _name(tags: Mapping[str, str]) -> str:
    return tags.get("name", "") or tags.get("name:vi", "")


def _long_id(candidate_id: str) -> str:
    return {"n": "node ", "w": "way ", "r": "relation "}[candidate_id[0]] + candidate_id[1:]
