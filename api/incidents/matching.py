"""The links an incident is on: by their ids, or those near its place, with the distance told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Select, TextClause, select, text

from api.incidents.values import NO_MATCH, IncidentError, Match, MatchedLink, Said
from geodata.models import Link
from geodata.versions.tables import LINKS as NETWORK_LINKS
from geodata.versions.tables import VERSIONS
from supplychain.database import is_sqlite
from supplychain.models.base import METADATA
from supplychain.text import Text

TWIN_M: Final = 1.0
"""Links this much farther than the nearest lie on it: the other carriageway drawn on the same line."""
DOUBT_M: Final = 10.0
"""Another link this much farther than the nearest could as well be meant: positions are not better than that."""
MOST_TOLD: Final = 20
ALONG_SHARE: Final = 0.5
"""A link is meant by a line if it runs along it for this share of the shorter of the two."""

UNKNOWN_LINKS: Final = Text(
    en="There is no link {links} in {where}; take ids from there, or give a place instead.",
    vi="Không có đoạn tuyến {links} trong {where}; hãy lấy mã từ đó, hoặc cho vị trí thay vào.",
)
UNKNOWN_NETWORK: Final = Text(
    en="There is no stored network {network}; give the number of a stored version, or leave it out for the region.",
    vi="Không có mạng lưới đã lưu {network}; hãy ghi số phiên bản đã lưu, hoặc bỏ trống để dùng dữ liệu vùng.",
)
PACK: Final = Text(en="the region", vi="dữ liệu vùng")
NETWORK: Final = Text(en="the stored network {network}", vi="mạng lưới đã lưu {network}")

Row = tuple[str, str, str | None, BaseGeometry]
"""Link id, name, corridor, course."""


@dataclass(frozen=True, slots=True)
class _Box:
    """A box in WGS 84 degrees."""

    west: float
    south: float
    east: float
    north: float


def match_links(connection: Connection, said: Said) -> Match:
    """Return the links an incident is on, and how they were found.

    Links that are named are taken as they are. A position means the nearest link of its mode within the tolerance; a
    second one less than ``DOUBT_M`` farther leaves it in doubt, unless both belong to one corridor. A line means every
    link that runs along it, within the tolerance, for half of the shorter of the two.

    Raises
    ------
    IncidentError
        If a link that is named, or the stored network, is not there.
    """
    _check_network(connection, said.network)
    place = None if said.place is None else shape(dict(said.place))
    if said.link_ids:
        return _named(connection, said, place)
    if place is None:
        return NO_MATCH
    near = _near(connection, said, place)
    plane = _Plane(place)
    if place.geom_type == "Point":
        return _by_position(plane, near, said.tolerance_m)
    return _by_line(plane, near, said.tolerance_m)


def _check_network(connection: Connection, network: int | None) -> None:
    if network is None:
        return
    if connection.scalar(select(VERSIONS.c.fid).where(VERSIONS.c.fid == network)) is None:
        raise IncidentError(UNKNOWN_NETWORK.format(network=network))


def _metres_per_degree(lat: float) -> tuple[float, float]:
    from geodata.geodesy import metres_per_degree  # noqa: PLC0415 - brings scipy, which a web process starts without

    across, along = metres_per_degree(lat)
    return float(across), float(along)


class _Plane:
    """Metres around a place: east and north of its middle. At some kilometres it is right to a part in a thousand."""

    def __init__(self, place: BaseGeometry) -> None:
        west, south, east, north = place.bounds
        self.middle = np.array([(west + east) / 2, (south + north) / 2])
        self.scale = np.array(_metres_per_degree(float(self.middle[1])))
        self.place: BaseGeometry = self.of(place)

    def of(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry in metres."""

        def moved(points: NDArray[np.float64]) -> NDArray[np.float64]:
            result: NDArray[np.float64] = (points - self.middle) * self.scale
            return result

        found: BaseGeometry = shapely.transform(geometry, moved)
        return found


def _rows(said: Said) -> Select[Any]:
    if said.network is None:
        links = METADATA.tables[Link.__tablename__].c
        name = links.road
        return select(links.link_id, name, links.link_id.label("corridor"), links.geometry)
    stored = NETWORK_LINKS.c
    query = select(stored.link_id, stored.ref, stored.corridor, stored.geometry, stored.name)
    return query.where(stored.version == said.network)


def _read(connection: Connection, query: Select[Any]) -> list[Row]:
    found = []
    for row in connection.execute(query):
        link_id, name, corridor, geometry, *other = row
        found.append((str(link_id), str(name or (other[0] if other else None) or ""), corridor or None, geometry))
    return found


def _named(connection: Connection, said: Said, place: BaseGeometry | None) -> Match:
    wanted = tuple(dict.fromkeys(said.link_ids))
    query = _rows(said)
    found = {row[0]: row for row in _read(connection, query.where(query.selected_columns[0].in_(wanted)))}
    missing = [link_id for link_id in wanted if link_id not in found]
    if missing:
        where = PACK if said.network is None else NETWORK.format(network=said.network)
        raise IncidentError(UNKNOWN_LINKS.format(links=", ".join(missing[:MOST_TOLD]), where=where))
    plane = None if place is None else _Plane(place)
    links = []
    for link_id in wanted:
        _id, name, corridor, course = found[link_id]
        metres = None if plane is None else round(float(shapely.distance(plane.place, plane.of(course))), 1)
        links.append(MatchedLink(link_id, name, corridor, metres, None, chosen=True))
    return Match("links", is_clear=True, links=tuple(links))


def _near(connection: Connection, said: Said, place: BaseGeometry) -> list[Row]:
    """Return the links of the mode whose boxes come within the tolerance of the box of a place."""
    west, south, east, north = place.bounds
    across, along = _metres_per_degree(max(abs(south), abs(north)))
    wide, high = said.tolerance_m / across * 1.01, said.tolerance_m / along * 1.01
    table = METADATA.tables[Link.__tablename__] if said.network is None else NETWORK_LINKS
    query = _rows(said).where(table.c.mode == said.mode)
    box = _Box(west - wide, south - high, east + wide, north + high)
    return _read(connection, query.where(_in_box(connection, table.name, box)))


def _in_box(connection: Connection, table: str, box: _Box) -> TextClause:
    if is_sqlite(connection):
        condition = (
            f"{table}.fid IN (SELECT id FROM rtree_{table}_geometry"  # noqa: S608 - our names
            " WHERE minx <= :east AND maxx >= :west AND miny <= :north AND maxy >= :south)"
        )
    else:
        condition = f"{table}.geometry && ST_MakeEnvelope(:west, :south, :east, :north, 4326)"
    return text(condition).bindparams(west=box.west, south=box.south, east=box.east, north=box.north)


def _by_position(plane: _Plane, near: Sequence[Row], tolerance_m: float) -> Match:
    found = sorted(
        (
            (metres, row)
            for row in near
            if (metres := float(shapely.distance(plane.place, plane.of(row[3])))) <= tolerance_m
        ),
        key=lambda pair: (pair[0], pair[1][0]),
    )
    if not found:
        return Match("position", is_clear=False, links=())
    least = found[0][0]
    first = found[0][1]
    doubtful = [row for metres, row in found if metres <= least + DOUBT_M]
    links = [
        MatchedLink(row[0], row[1], row[2], round(metres, 1), None, chosen=metres <= least + TWIN_M)
        for metres, row in found[:MOST_TOLD]
    ]
    return Match("position", is_clear=all(_is_same_way(plane, first, row) for row in doubtful), links=tuple(links))


def _is_same_way(plane: _Plane, one: Row, other: Row) -> bool:
    """Return whether two links are one road for whoever closes it: one corridor, or drawn on one line."""
    if one[0] == other[0] or (one[2] is not None and one[2] == other[2]):
        return True
    apart = shapely.hausdorff_distance(plane.of(one[3]), plane.of(other[3]))
    return one[2] == other[2] and bool(apart <= TWIN_M)


def _by_line(plane: _Plane, near: Sequence[Row], tolerance_m: float) -> Match:
    around = shapely.buffer(plane.place, tolerance_m)
    links = []
    for link_id, name, corridor, geometry in near:
        course = plane.of(geometry)
        metres = float(shapely.distance(plane.place, course))
        if metres > tolerance_m:
            continue
        along = _along(plane.place, shapely.intersection(course, around))
        chosen = along >= ALONG_SHARE * min(plane.place.length, course.length)
        links.append(MatchedLink(link_id, name, corridor, round(metres, 1), round(along, 1), chosen=chosen))
    links.sort(key=lambda link: (not link.chosen, -(link.along_m or 0.0), link.link_id))
    return Match("line", is_clear=any(link.chosen for link in links), links=tuple(links))


def _along(line: BaseGeometry, inside: BaseGeometry) -> float:
    """Return how far parts of a link run along a line, metres; what crosses it runs along nothing."""
    total = 0.0
    for part in shapely.get_parts(inside):
        if part.geom_type != "LineString":
            continue
        ends = shapely.line_locate_point(line, shapely.points(shapely.get_coordinates(part)))
        total += float(np.ptp(ends))
    return total
