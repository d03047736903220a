"""Areas from reached roads: buffers dissolved in metres, and nearest-road areas by owner.

All drawing is done in an azimuthal equidistant projection about a point in the middle, whose lengths are true from that
point and wrong elsewhere by less than 0.1 % within 350 km of it; areas told are geodesic on WGS 84.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.spatial import Voronoi

from geodata.columns import Floats
from geodata.geodesy import ELLIPSOID

Shapes = NDArray[np.object_]
Shape = Any  # shapely geometry

QUARTER_SEGMENTS: Final = 4
M2_PER_KM2: Final = 1e6


class LocalPlane:
    """A plane in metres about a point.

    Parameters
    ----------
    lon, lat
        The point in the middle, WGS 84 degrees.
    """

    def __init__(self, lon: float, lat: float) -> None:
        plane = f"+proj=aeqd +lat_0={lat!r} +lon_0={lon!r} +datum=WGS84 +units=m"
        self._to: Any = Transformer.from_crs("EPSG:4326", plane, always_xy=True)

    def to_plane(self, shapes: Shapes | Shape) -> Any:  # noqa: ANN401 - one shape or an array, as given
        """Return shapes in degrees as shapes in metres."""
        return shapely.transform(shapes, lambda points: np.column_stack(self._to.transform(*points.T)))

    def to_degrees(self, shapes: Shapes | Shape) -> Any:  # noqa: ANN401 - one shape or an array, as given
        """Return shapes in metres as shapes in degrees."""
        return shapely.transform(
            shapes, lambda points: np.column_stack(self._to.transform(*points.T, direction="INVERSE"))
        )


def area_km2(shape: Shape) -> float:
    """Return the geodesic area of a polygon or multipolygon in degrees, km², holes left out."""
    if shapely.is_empty(shape):
        return 0.0
    area, _ = ELLIPSOID.geometry_area_perimeter(shapely.orient_polygons(shape))
    return float(abs(area)) / M2_PER_KM2


def nested_areas(bands: Sequence[Shapes], plane: LocalPlane, buffer_m: float) -> tuple[Shape, ...]:
    """Return one area a band: everything within a distance of the lines of that band and of those before it.

    Parameters
    ----------
    bands
        Lines in degrees that each band adds to the one before it.
    plane
        Where distances are measured.
    buffer_m
        Distance from a line that still counts as reached, metres, above 0. Ends are round.

    Returns
    -------
    tuple
        Valid multipolygons in degrees, with holes where no line is near; each lies inside the next, to a millimetre.
    """
    if not buffer_m > 0:
        msg = f"buffer_m must be above 0, got {buffer_m}."
        raise ValueError(msg)
    areas: list[Shape] = []
    whole: Shape = shapely.MultiPolygon()
    for lines in bands:
        if len(lines):
            added = shapely.union_all(shapely.buffer(plane.to_plane(lines), buffer_m, quad_segs=QUARTER_SEGMENTS))
            whole = shapely.union(whole, added)
        areas.append(_many(plane.to_degrees(whole)))
    return tuple(areas)


def _many(shape: Shape) -> Shape:
    """Return a polygon or a collection of them as a valid multipolygon."""
    whole = shapely.make_valid(shape) if not shapely.is_valid(shape) else shape
    parts = shapely.get_parts(whole)
    return shapely.MultiPolygon([part for part in parts if isinstance(part, shapely.Polygon) and not part.is_empty])


def owned_areas(
    points: Floats, owner: NDArray[np.int64], count: int, plane: LocalPlane, within: Shape
) -> tuple[Shape, ...]:
    """Return one area an owner: where the nearest point is one of its, cut to what counts.

    The points' Voronoi cells (G. Voronoi, doi:10.1515/crll.1908.134.198) are dissolved by owner.

    Parameters
    ----------
    points
        float64[P, 2]; longitude and latitude.
    owner
        int64[P]; owner of each point, 0 to ``count`` - 1; -1 for nobody.
    count
        Number of owners.
    plane
        Where distances are measured.
    within
        What areas are cut to, in degrees.

    Returns
    -------
    tuple
        Valid multipolygons in degrees that do not overlap; empty for an owner of no point.
    """
    flat = shapely.get_coordinates(plane.to_plane(shapely.points(points)))
    flat, first = np.unique(np.round(flat, 3), axis=0, return_index=True)
    owner = owner[first]
    frame = plane.to_plane(within)
    cells = _cells(flat, frame)
    areas = []
    for one in range(count):
        mine = cells[owner == one]
        area = shapely.coverage_union_all(mine) if len(mine) else shapely.MultiPolygon()
        areas.append(_many(plane.to_degrees(shapely.intersection(area, frame))))
    return tuple(areas)


def _cells(points: Floats, frame: Shape) -> Shapes:
    """Return the Voronoi cell of each point, cut by four far points around all and the frame."""
    bounds = np.array(shapely.total_bounds(np.append(shapely.points(points), frame)))
    low, high = bounds[:2], bounds[2:]
    reach = 10.0 * max(float((high - low).max()), 1.0)
    middle = (low + high) / 2
    far = middle + reach * np.array([[-1.0, 0.0], [1.0, 0.0], [0.0, -1.0], [0.0, 1.0]])
    diagram = Voronoi(np.vstack([points, far]))
    regions = [diagram.regions[region] for region in diagram.point_region[: len(points)]]
    sizes = np.array([len(region) for region in regions])
    corners = diagram.vertices[np.concatenate(regions)]
    closed = shapely.linearrings(corners, indices=np.repeat(np.arange(len(regions)), sizes))
    return np.asarray(shapely.polygons(closed), dtype=np.object_)


def near_points(points: Floats, plane: LocalPlane, reach_m: float) -> Shape:
    """Return everything within a distance of any of many points, in degrees.

    Points are first moved to the middles of squares a quarter of the distance wide (by less than 18 % of it), which
    keeps the outline of hundreds of thousands of points quick to draw; ``reach_m`` is kept to that part.
    """
    if not reach_m > 0:
        msg = f"reach_m must be above 0, got {reach_m}."
        raise ValueError(msg)
    flat = shapely.get_coordinates(plane.to_plane(shapely.points(points)))
    step = reach_m / 4.0
    squares = np.unique(np.floor(flat / step), axis=0)
    circles = shapely.buffer(shapely.points((squares + 0.5) * step), reach_m, quad_segs=QUARTER_SEGMENTS)
    return _many(plane.to_degrees(shapely.union_all(circles)))
