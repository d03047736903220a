"""Boxes of filters, by which the index of places is asked first: none of the features that meet them is left out."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from near_parts import conditions

from api.gis.ogc.boxes import Both
from geodata.features.filters import ColumnFilter, parse_filter
from geodata.features.held import HeldSource
from geodata.features.index import PackedIndex
from geodata.features.index_source import IndexedSource
from geodata.features.near import box_around, points_wanted, smallest
from geodata.features.source import Origin, Wanted
from geodata.features.table import Box, FeatureTable, Field, Shapes
from supplychain.text import Text

ORIGIN: Final = Origin(Text(en="made by hand", vi="tự đặt"), "CC0-1.0", "")
FIELD: Final = Field("n", "integer", Text(en="n", vi="n"))
LONGITUDES: Final = (-180.0, -179.0, -2.0, -1.0, 0.0, 1.0, 2.0, 179.0, 180.0)
PLACES: Final = st.tuples(st.sampled_from(LONGITUDES), st.integers(-2, 2).map(float))


def table_of(shapes: list[shapely.Geometry | None], kind: str) -> FeatureTable:
    ids = pa.array([str(number) for number in range(len(shapes))], pa.string())
    columns = pa.table({"n": pa.array(range(len(shapes)), pa.int64())})
    return FeatureTable((FIELD,), ids, columns, Shapes.of(np.array(shapes, dtype=object), kind))  # type: ignore[arg-type]


def read(text: str) -> ColumnFilter:
    return parse_filter(text, "cql2-json" if text.startswith("{") else "cql2-text", (FIELD,))


LINES: Final = st.lists(PLACES, min_size=2, max_size=3, unique=True).map(shapely.LineString)
TABLES: Final = st.one_of(
    st.lists(st.none() | PLACES.map(shapely.Point), min_size=1, max_size=9).map(lambda some: table_of(some, "Point")),
    st.lists(st.none() | LINES, min_size=1, max_size=9).map(lambda some: table_of(some, "LineString")),
)


@settings(max_examples=120, deadline=None)
@given(
    table=TABLES,
    condition=conditions(PLACES, "n > 1"),
    box=st.none() | st.tuples(PLACES, PLACES),
    most_near=st.sampled_from([0.3, 2.0]),
    limit=st.integers(1, 4),
)
def test_the_same_features_with_the_index_and_without(
    table: FeatureTable, condition: str, box: tuple[tuple[float, float], ...] | None, most_near: float, limit: int
) -> None:
    """Law: places of a small lattice on both sides of the date line, so that many touch."""
    found = read(condition)
    sides = None if box is None else Box(box[0][0], min(box[0][1], box[1][1]), box[1][0], max(box[0][1], box[1][1]))
    members = np.arange(len(table)) != 2
    plain = HeldSource(table, "1", ORIGIN)
    for held in (None, members):
        source = IndexedSource(
            table, PackedIndex.of(table.shapes.boxes()), "1", ORIGIN, members=held, most_near=most_near
        )
        wanted, other = Wanted(sides, found), Wanted(sides, replace(found, near=None))
        expected = [one for part in plain.portions(other) for one in part.ids.to_pylist() if held is None or one != "2"]
        assert [one for part in source.portions(wanted, 2) for one in part.ids.to_pylist()] == expected
        assert source.count(wanted) == len(expected)
        seen, after = [], None
        while True:
            portion = source.read(wanted, after, limit)
            seen += portion.table.ids.to_pylist()
            after = portion.after
            if after is None:
                break
        assert seen == expected


@settings(max_examples=120, deadline=None)
@given(table=TABLES, condition=conditions(PLACES, "n > 1"))
def test_what_meets_a_filter_meets_its_box(table: FeatureTable, condition: str) -> None:
    found = read(condition)
    if found.near is not None:
        west, south, east, north = found.near
        meets = np.zeros(len(table), dtype=bool)
        for half in [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]:
            boxes = table.shapes.boxes()
            meets |= (boxes[:, 0] <= half[1]) & (boxes[:, 2] >= half[0])
            meets &= (boxes[:, 1] <= north) & (boxes[:, 3] >= south)
        assert (meets | ~found.holds(table)).all()


@pytest.mark.parametrize(
    ("condition", "near"),
    [
        ("S_INTERSECTS(geometry, BBOX(1, 2, 3, 4))", Box(1, 2, 3, 4)),
        ("S_WITHIN(geometry, POLYGON((1 2, 3 2, 3 5, 1 2)))", Box(1, 2, 3, 5)),
        ("S_CONTAINS(POLYGON((1 2, 3 2, 3 5, 1 2)), geometry)", Box(1, 2, 3, 5)),
        ("n > 1 AND (n < 9 AND S_TOUCHES(geometry, POINT(1 2)))", Box(1, 2, 1, 2)),
        ("S_CROSSES(geometry, BBOX(0, 0, 9, 9)) AND S_INTERSECTS(geometry, BBOX(1, 2, 3, 4))", Box(1, 2, 3, 4)),
        ("S_INTERSECTS(geometry, BBOX(170, 0, -170, 1))", Box(170, 0, -170, 1)),
        ("S_INTERSECTS(geometry, MULTIPOINT(179 1, -179 0, -178 2))", Box(179, 0, -178, 2)),
        ("S_INTERSECTS(geometry, MULTIPOINT(9 1, -9 0))", Box(-9, 0, 9, 1)),
        ("S_DISJOINT(geometry, BBOX(1, 2, 3, 4))", None),
        ("NOT S_INTERSECTS(geometry, BBOX(1, 2, 3, 4))", None),
        ("NOT (S_INTERSECTS(geometry, BBOX(1, 2, 3, 4)) AND n > 1)", None),
        ("S_INTERSECTS(geometry, BBOX(1, 2, 3, 4)) OR n > 1", None),
        ("n > 1", None),
        ("TRUE", None),
    ],
)
def test_the_box_of_a_filter_by_hand(condition: str, near: Box | None) -> None:
    """Only what stands in a row of ANDs leaves anything out."""
    assert read(condition).near == near


def test_what_a_node_says_beside_its_property_is_not_looked_for() -> None:
    """It is read as the property, so its operator must leave out nothing."""
    ground = {"type": "Point", "coordinates": [1, 1]}
    field = Field("flag", "boolean", Text(en="flag", vi="flag"))
    for more in (
        {"op": "s_intersects", "args": [{"property": "geometry"}, ground]},
        {"op": "=", "args": [{"property": "n"}, 5]},
        {"op": "and", "args": [{"property": ["n"]}]},
        {"op": "=", "args": [{"property": ["n"]}, 5]},
    ):
        found = parse_filter(json.dumps({"property": "flag", **more}), "cql2-json", (field, FIELD))
        assert found.near is None
        assert found.conjuncts == ()


@pytest.mark.parametrize("box", [Box(1, 0, 1, 2), Box(0, 1, 2, 1), Box(1, 1, 1, 1), Box(179, 1, -180, 1)])
def test_a_box_without_an_area_is_met_by_what_crosses_it(box: Box) -> None:
    """A map's line, a click on a map, and the date line itself."""
    table = table_of(
        [
            shapely.LineString([(0, 0), (2, 2)]),
            shapely.LineString([(-180, 0), (-180, 2)]),
            shapely.LineString([(5, 5), (6, 6)]),
        ],
        "LineString",
    )
    indexed = IndexedSource(table, PackedIndex.of(table.shapes.boxes()), "1", ORIGIN)
    for source in (indexed, HeldSource(table, "1", ORIGIN)):
        found = [one for part in source.portions(Wanted(box)) for one in part.ids.to_pylist()]
        assert found == (["1"] if box.west > box.east else ["0"])


def test_boxes_that_are_joined() -> None:
    """Several conditions: the smallest box, across the date line too; of points what two boxes have in common."""
    wide, narrow = read("S_INTERSECTS(geometry, BBOX(0, 0, 9, 9))"), read("S_WITHIN(geometry, BBOX(179, 0, -179, 1))")
    assert Both((wide, read("n > 1"), narrow)).near == narrow.near == Box(179, 0, -179, 1)
    assert Both((read("n > 1"),)).near is None
    assert smallest(()) is None
    assert box_around(
        shapely.from_wkt("MULTIPOLYGON(((170 0, 180 0, 180 1, 170 0)), ((-180 3, -170 2, -180 2, -180 3)))")
    ) == (Box(170, 0, -170, 3))
    assert points_wanted(Wanted(Box(5, 5, 20, 20), wide)).box == Box(5, 5, 9, 9)
    assert points_wanted(Wanted(None, wide)).box == wide.near
    assert points_wanted(Wanted(Box(5, 5, 20, 20), narrow)).box == Box(5, 5, 20, 20)
    assert points_wanted(Wanted(Box(50, 5, 60, 20), wide)).box == Box(50, 5, 60, 20)
    assert points_wanted(Wanted(Box(5, 5, 20, 20), read("n > 1"))).box == Box(5, 5, 20, 20)
