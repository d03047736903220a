"""Layers as frozen columns: boxes, pages and shapes."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
import shapely

from geodata.features.held import HeldSource
from geodata.features.source import ALL, Origin, Wanted
from geodata.features.table import Box, FeatureTable, Field, Shapes
from supplychain.text import Text

NAME = Field("name", "text", Text(en="Name", vi="Tên"))
ORIGIN = Origin(Text(en="made by hand", vi="tự đặt"), "CC0-1.0", "")


def table_of(*geometries: shapely.Geometry | None, kind: str = "LineString") -> FeatureTable:
    """Return features named a, b, c… of some geometries."""
    names = [chr(ord("a") + number) for number in range(len(geometries))]
    shapes = Shapes.of(np.array(geometries, dtype=object), kind)  # type: ignore[arg-type]
    return FeatureTable((NAME,), pa.array(names), pa.table({"name": names}), shapes)


@pytest.mark.parametrize("kind", ["Point", "LineString", "Polygon", "MultiPolygon"])
def test_shapes_come_back_as_they_were(kind: str) -> None:
    """The second feature has no geometry; the polygon has a hole."""
    ring = shapely.Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (2, 1), (2, 2), (1, 2)]])
    one = {
        "Point": shapely.Point(1, 2),
        "LineString": shapely.LineString([(0, 0), (1, 1), (3, 0)]),
        "Polygon": ring,
        "MultiPolygon": shapely.MultiPolygon([ring, shapely.box(7, 7, 8, 9)]),
    }[kind]
    shapes = table_of(one, None, one, kind=kind).shapes
    assert shapes.is_missing.tolist() == [False, True, False]
    back = shapes.to_shapely()
    assert back[1] is None
    assert shapely.equals_exact(back[0], one)
    taken = shapes.take(np.array([2, 1]))
    assert shapely.equals_exact(taken.to_shapely()[0], one)
    assert taken.to_shapely()[1] is None
    assert shapes.boxes()[0].tolist() == list(one.bounds)
    assert np.isnan(shapes.boxes()[1]).all()


def test_a_line_whose_box_meets_but_which_does_not_is_left_out() -> None:
    corner = shapely.LineString([(0, 0), (0, 10), (10, 10)])
    source = HeldSource(table_of(corner, shapely.LineString([(4, 4), (6, 6)])), "1", ORIGIN)
    assert source.read(Wanted(Box(3, 3, 8, 8)), None, 10).table.ids.to_pylist() == ["b"]
    assert source.count(Wanted(Box(3, 3, 8, 8))) == 1
    assert source.count(Wanted(Box(3, 3, 10, 10))) == 2


def test_a_box_across_the_date_line_holds_both_sides() -> None:
    points = [shapely.Point(lon, 0) for lon in (179, -179, 0)]
    source = HeldSource(table_of(*points, kind="Point"), "1", ORIGIN)
    assert source.read(Wanted(Box(178, -1, -178, 1)), None, 9).table.ids.to_pylist() == ["a", "b"]


def test_pages_hold_every_feature_once() -> None:
    source = HeldSource(table_of(*[shapely.Point(n, 0) for n in range(7)], kind="Point"), "1", ORIGIN)
    seen, after = [], None
    while True:
        portion = source.read(ALL, after, 3)
        seen.extend(portion.table.ids.to_pylist())
        if portion.after is None:
            break
        after = portion.after
    assert seen == list("abcdefg")
    assert source.read(ALL, (6,), 3).table.ids.to_pylist() == []


def test_a_feature_is_found_by_its_id_or_not_at_all() -> None:
    source = HeldSource(table_of(shapely.Point(1, 1), kind="Point"), "1", ORIGIN)
    found = source.find("a")
    assert found is not None
    assert found.columns["name"].to_pylist() == ["a"]
    assert source.find("z") is None


def test_offsets_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="LineString needs 1 arrays of offsets"):
        Shapes("LineString", np.zeros((2, 2)))
