"""Areas drawn from reached roads: by hand, and laws of nesting and of dividing."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geodata.answers.areas import LocalPlane, area_km2, near_points, nested_areas, owned_areas

LON, LAT = 106.7, 10.9
PLANE = LocalPlane(LON, LAT)


def line(length_m: float) -> np.ndarray:
    """Return one line east from the middle of the plane."""
    return np.array([PLANE.to_degrees(shapely.LineString([(0, 0), (length_m, 0)]))])


def test_the_area_of_one_straight_road_by_hand() -> None:
    """2 × 150 m × 6,000 m and two half figures of sixteen corners and radius 150 m: 1.8 + 0.0689 km²."""
    (area,) = nested_areas([line(6000.0)], PLANE, 150.0)
    assert area_km2(area) == pytest.approx(1.8 + 8 * math.sin(math.pi / 8) * 0.15**2, rel=1e-4)
    assert shapely.is_valid(area)
    assert area.geom_type == "MultiPolygon"


def test_a_ring_of_roads_keeps_its_hole() -> None:
    """A square of 2 km of road, 100 m on each side of it: the hole inside is 1.8 km square."""
    square = shapely.LineString([(0, 0), (2000, 0), (2000, 2000), (0, 2000), (0, 0)])
    (area,) = nested_areas([np.array([PLANE.to_degrees(square)])], PLANE, 100.0)
    (polygon,) = area.geoms
    assert len(polygon.interiors) == 1
    assert area_km2(shapely.Polygon(polygon.interiors[0])) == pytest.approx(1.8**2, rel=1e-4)


def test_bands_without_a_line_add_nothing() -> None:
    none = np.empty(0, dtype=np.object_)
    first, second, third = nested_areas([none, line(1000.0), none], PLANE, 50.0)
    assert area_km2(first) == 0.0
    assert first.is_empty
    assert shapely.equals(second, third)


coordinates = arrays(np.float64, (6, 2, 2), elements=st.integers(-40, 40).map(lambda step: step * 100.0))


@settings(max_examples=40, deadline=None)
@given(ends=coordinates, split=st.integers(0, 6))
def test_a_larger_band_holds_the_smaller(ends: np.ndarray, split: int) -> None:
    lines = PLANE.to_degrees(shapely.linestrings(ends))
    small, large = nested_areas([lines[:split], lines[split:]], PLANE, 120.0)
    outside = shapely.difference(PLANE.to_plane(small), shapely.buffer(PLANE.to_plane(large), 0.002))
    assert outside.area == pytest.approx(0.0, abs=1e-3)
    assert area_km2(small) <= area_km2(large) + 1e-6
    assert shapely.is_valid(small)
    assert shapely.is_valid(large)
    (whole,) = nested_areas([lines], PLANE, 120.0)
    assert area_km2(whole) == pytest.approx(area_km2(large), rel=1e-6)


def test_two_owners_share_a_square_at_the_middle() -> None:
    """Points 1 km west and east of the middle: each owner gets half of the square of 4 km."""
    frame = PLANE.to_degrees(shapely.box(-2000, -2000, 2000, 2000))
    points = shapely.get_coordinates(PLANE.to_degrees(shapely.points([[-1000.0, 0.0], [1000.0, 0.0]])))
    west, east, nobody = owned_areas(points, np.array([0, 1]), 3, PLANE, frame)
    assert area_km2(west) == pytest.approx(8.0, rel=1e-4)
    assert area_km2(east) == pytest.approx(8.0, rel=1e-4)
    assert nobody.is_empty


@settings(max_examples=40, deadline=None)
@given(
    spots=arrays(np.float64, (9, 2), elements=st.integers(-30, 30).map(lambda step: step * 50.0)),
    owner=arrays(np.int64, 9, elements=st.integers(-1, 2)),
)
def test_owned_areas_never_overlap_and_fill_what_is_owned(spots: np.ndarray, owner: np.ndarray) -> None:
    _, first = np.unique(spots, axis=0, return_index=True)
    spots, owner = spots[first], owner[first]
    frame = PLANE.to_degrees(shapely.box(-2000, -2000, 2000, 2000))
    points = shapely.get_coordinates(PLANE.to_degrees(shapely.points(spots)))
    areas = [PLANE.to_plane(area) for area in owned_areas(points, owner, 3, PLANE, frame)]
    assert all(shapely.is_valid(area) for area in areas)
    for one in range(3):
        for other in range(one):
            assert shapely.intersection(areas[one], areas[other]).area < 1.0
    if (owner >= 0).all():
        assert sum(area.area for area in areas) == pytest.approx(4000.0**2, rel=1e-4)


def test_near_points_keeps_its_distance() -> None:
    area = PLANE.to_plane(near_points(np.array([[LON, LAT]]), PLANE, 1000.0))
    assert shapely.distance(area, shapely.Point(0, 0)) == 0.0
    assert area.bounds[2] <= 1000.0 * 1.18
    assert area.bounds[2] >= 1000.0 * 0.82


def test_distances_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="buffer_m must be above 0, got 0"):
        nested_areas([line(1.0)], PLANE, 0.0)
    with pytest.raises(ValueError, match="reach_m must be above 0, got nan"):
        near_points(np.array([[LON, LAT]]), PLANE, math.nan)
