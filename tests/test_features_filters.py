"""Filters of features in CQL2: by hand, laws of three truths, the standard's examples, and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.features.cql2 import LONGEST_TEXT, FilterError
from geodata.features.filter_ground import Reference
from geodata.features.filters import parse_filter
from geodata.features.source import Conjunct
from geodata.features.table import ARROW_TYPES, FeatureTable, Field, FieldKind, Shapes
from supplychain.text import Text

KINDS: dict[str, FieldKind] = {
    "name": "text",
    "mode": "text",
    "lanes": "integer",
    "length_m": "number",
    "oneway": "boolean",
    "built": "date",
    "seen": "datetime",
}
FIELDS = tuple(Field(name, kind, Text(en=name, vi=name)) for name, kind in KINDS.items())
ROWS: list[dict[str, Any]] = [
    {
        "name": "Quốc lộ 13",
        "mode": "road",
        "lanes": 4,
        "length_m": 100.0,
        "oneway": False,
        "built": date(2020, 1, 1),
        "seen": datetime(2026, 1, 1, 12, tzinfo=UTC),
    },
    {
        "name": "Đường sắt",
        "mode": "rail",
        "lanes": None,
        "length_m": 2500.5,
        "oneway": True,
        "built": date(2021, 6, 1),
        "seen": None,
    },
    {"name": None, "mode": "road", "lanes": 2, "length_m": None, "oneway": None, "built": None, "seen": None},
]
PLACES = [shapely.LineString([(0, 0), (10, 10)]), shapely.LineString([(20, 0), (30, 0)]), None]


def features() -> FeatureTable:
    """Return three features: row 2 knows little and lies nowhere."""
    columns = {name: pa.array([row[name] for row in ROWS], ARROW_TYPES[kind]) for name, kind in KINDS.items()}
    ids = pa.array(["a", "b", "c"])
    return FeatureTable(FIELDS, ids, pa.table(columns), Shapes.of(np.array(PLACES, dtype=object), "LineString"))


def found(text: str) -> str:
    """Return the ids of the features that meet a filter, as letters."""
    language: Any = "cql2-json" if text.startswith("{") else "cql2-text"
    held = parse_filter(text, language, FIELDS).holds(features())
    return "".join(letter for letter, is_in in zip("abc", held, strict=True) if is_in)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("mode = 'road'", "ac"),
        ("mode <> 'road'", "b"),
        ("lanes >= 2", "ac"),
        ("NOT lanes >= 3", "c"),
        ("lanes > 2 OR length_m > 2000", "ab"),
        ("name IS NULL", "c"),
        ("name IS NOT NULL AND oneway", "b"),
        ("oneway = FALSE", "a"),
        ("name LIKE 'Q%'", "a"),
        ("name LIKE '_ường%'", "b"),
        ("name NOT LIKE 'Q%'", "b"),
        ("length_m BETWEEN 100 AND 200", "a"),
        ("length_m NOT BETWEEN 100 AND 200", "b"),
        ("lanes IN (2, 3)", "c"),
        ("lanes NOT IN (2, 3)", "a"),
        ("mode IN ('rail')", "b"),
        ("CASEI(name) = CASEI('QUỐC LỘ 13')", "a"),
        ("ACCENTI(name) = ACCENTI('Duong sat')", "b"),
        ("CASEI(ACCENTI(name)) LIKE 'duong%'", "b"),
        ("length_m / lanes = 25", "a"),
        ("length_m / (lanes - 4) > 0", ""),
        ("lanes % 3 = 1 AND lanes div 3 = 1", "a"),
        ("-lanes < -3", "a"),
        ("lanes ^ 2 = 16", "a"),
        ("built = DATE('2020-01-01')", "a"),
        ("built < TIMESTAMP('2020-01-01T00:00:01Z')", "a"),
        ("seen >= DATE('2026-01-01')", "a"),
        ("seen = TIMESTAMP('2026-01-01T19:00:00+07:00')", "a"),
        ("seen = TIMESTAMP('2026-01-01T12:00:00.0001Z')", ""),
        ("seen < TIMESTAMP('2026-01-01T12:00:00.0001Z')", "a"),
        ("built < TIMESTAMP('2020-01-01T00:00:00.0001Z')", "a"),
        ("seen IN (TIMESTAMP('2026-01-01T12:00:00Z'))", "a"),
        ("S_INTERSECTS(geometry, BBOX(4, 4, 6, 6))", "a"),
        ("S_INTERSECTS(geometry, BBOX(0, 5, 4, 9))", ""),
        ("S_WITHIN(geometry, POLYGON((19 -1, 31 -1, 31 1, 19 1, 19 -1)))", "b"),
        ("S_CONTAINS(POLYGON((19 -1, 31 -1, 31 1, 19 1, 19 -1)), geometry)", "b"),
        ("S_CONTAINS(geometry, POINT(25 0))", "b"),
        ("S_DISJOINT(geometry, POINT(25 0))", "a"),
        ("S_TOUCHES(geometry, POINT(20 0))", "b"),
        ("S_CROSSES(geometry, LINESTRING(5 0, 5 10))", "a"),
        ("S_EQUALS(geometry, LINESTRING(30 0, 20 0))", "b"),
        ("S_OVERLAPS(geometry, LINESTRING(25 0, 40 0))", "b"),
        ("S_INTERSECTS(geometry, BBOX(29, -1, -170, 1))", "b"),
        ("S_INTERSECTS(geometry, BBOX(29, -1, -180, 1))", "b"),
        ("S_INTERSECTS(geometry, BBOX(180, -1, 3, 10))", "a"),
        ("S_INTERSECTS(geometry, BBOX(5, 0, 5, 10))", "a"),
        ("S_INTERSECTS(geometry, BBOX(25, 0, 25, 0))", "b"),
        ("geometry IS NULL", "c"),
        ("1 = 1", "abc"),
        ("TRUE", "abc"),
        ("NOT TRUE", ""),
        ("\"mode\" = 'rail'", "b"),
        ('{"op": "=", "args": [{"property": "mode"}, "rail"]}', "b"),
    ],
)
def test_filters_by_hand(text: str, ids: str) -> None:
    """What is not known meets neither a comparison nor its opposite."""
    assert found(text) == ids


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The filter is empty"),
        ("mode = ", "no CQL2 text, at letter"),
        ("mode", "no condition"),
        ("secret = 1", "no property “secret”"),
        ("mode = 1", "cannot be compared"),
        ("oneway > TRUE", "cannot be compared"),
        ("mode = NULL", "IS NULL"),
        ("built = '2020-01-01'", "cannot be compared"),
        ("built = DATE('2020-13-01')", "is no date"),
        ("seen > TIMESTAMP('0001-01-01T00:00:00+14:00')", "is no date"),
        ("geometry = 1", "compared by S_INTERSECTS"),
        ("S_INTERSECTS(geometry, geometry)", "written out"),
        ("S_INTERSECTS(geometry, BBOX(0, 9, 4, 1))", "south above its north"),
        ("S_INTERSECTS(geometry, POINT(106 200))", "longitude comes before latitude"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 0 1, 1 0, 0 0)))", "Self-intersection"),
        ("T_AFTER(seen, DATE('2020-01-01'))", "do not know T_AFTER"),
        ("foo(name) = 'a'", "do not know FOO"),
        ("lanes + 'a' = 1", "reckons with two numbers"),
        ("name LIKE mode", "LIKE compares"),
        ("lanes = 1e999", "too large"),
        ("(" * 40 + "mode = 'road'" + ")" * 40, "nested deeper"),
        ("NOT " * 4000 + "oneway", "nested deeper"),
        ("lanes = " + "lanes ^ " * 2000 + "1", "nested deeper"),
        ("casei(" * 3000, "nested deeper"),
        ("mode = 'x' OR " * 1000 + "oneway", "more than"),
        ("x" * (LONGEST_TEXT + 1), "longer than"),
        ("{", "is not JSON"),
        ("{" * 5000, "nested deeper"),
        ('{"op": "=", "args": [{"property": "mode"}, null]}', "IS NULL"),
        ('{"op": "=", "args": {"property": "mode"}}', "no condition"),
        ('{"op": "=", "args": [{"property": "lanes"}, 1e999]}', "too large"),
        ('{"op": "=", "args": [{"property": "mode"}, "\\ud800"]}', "letters that are none"),
        ('{"op": "=", "args": [{"property": ["mode"]}, "a"]}', "no property"),
        ('{"op": "and", "args": []}', "takes 2 values"),
        ('{"op": "in", "args": [{"property": "mode"}, []]}', "IN takes"),
        ('{"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Polygon", "coordinates": 7}]}', "none"),
        ('{"op": "s_intersects", "args": [{"property": "geometry"}, {"bbox": [1, 2, "3", 4]}]}', "none"),
    ],
)
def test_what_cannot_be_asked_is_told(text: str, said: str) -> None:
    with pytest.raises(FilterError, match=said) as refusal:
        found(text)
    assert refusal.value.text.vi


@pytest.mark.parametrize(
    ("box", "ids"),
    [
        ("4, 4, 6, 6", "a"),
        ("-1, 29, 1, -170", "b"),
        ("-1, 29, 1, -180", "b"),
        ("-1, 179, 1, -179", ""),
        ("-1, 29, 0, 1, -170, 0", "b"),
    ],
)
def test_boxes_have_latitude_first_where_their_crs_has_it_so(box: str, ids: str) -> None:
    """West greater than east crosses the date line there too: south, west, north, east."""
    north_first = Reference(lambda points: points[:, ::-1], is_north_first=True)
    held = parse_filter(f"S_INTERSECTS(geometry, BBOX({box}))", "cql2-text", FIELDS, reference=north_first)
    assert "".join(one for one, is_in in zip("abc", held.holds(features()), strict=True) if is_in) == ids


@pytest.mark.parametrize(
    ("box", "reference", "said"),
    [
        ("29, -1, -170, 1", Reference(lambda points: points[:, ::-1], is_north_first=True), "south, west, north, east"),
        ("10, 206, 11, 207", Reference(lambda points: points[:, ::-1], is_north_first=True), "latitude comes before"),
        ("9, 1, 5, 2", Reference(is_round=False), "does not go around the earth; exchange them"),
    ],
)
def test_boxes_of_another_crs_that_are_none_are_refused(box: str, reference: Reference, said: str) -> None:
    with pytest.raises(FilterError, match=said):
        parse_filter(f"S_INTERSECTS(geometry, BBOX({box}))", "cql2-text", FIELDS, reference=reference)


CONDITIONS = st.sampled_from(
    ["mode = 'road'", "lanes > 2", "length_m < 500", "name LIKE 'Q%'", "oneway", "built > DATE('2020-05-05')", "FALSE"]
)


@given(one=CONDITIONS, other=CONDITIONS)
def test_de_morgan_holds_with_three_truths(one: str, other: str) -> None:
    assert found(f"NOT ({one} AND {other})") == found(f"(NOT ({one})) OR (NOT ({other}))")
    assert set(found(f"{one} OR {other}")) == set(found(one)) | set(found(other))
    assert set(found(f"{one} AND {other}")) == set(found(one)) & set(found(other))


@pytest.mark.parametrize(
    "condition",
    [
        "mode = 'road' AND lanes >= 2",
        "mode IN ('rail', 'sea') AND name IS NOT NULL",
        "length_m BETWEEN 1 AND 9000",
        "lanes = 4 OR oneway",
        "length_m < 200 AND (lanes > 1 OR oneway)",
        "NOT mode = 'road'",
        "NOT oneway",
        "NOT lanes IS NULL",
    ],
)
def test_conjuncts_hold_of_every_feature_that_meets(condition: str) -> None:
    """A law: what a database looks for first must leave out no feature that meets the filter."""
    parsed = parse_filter(condition, "cql2-text", FIELDS)
    for letter in found(condition):
        row = ROWS["abc".index(letter)]
        for one in parsed.conjuncts:
            value = row[one.name]
            assert not one.any_of or value in one.any_of
            assert one.least is None or value >= one.least
            assert one.most is None or value <= one.most
            assert one.is_empty is None or (value is None) == one.is_empty


def test_only_what_stands_in_a_row_of_ands_is_looked_for_first() -> None:
    parsed = parse_filter("mode = 'road' AND (lanes > 2 OR oneway) AND length_m > 5", "cql2-text", FIELDS)
    assert parsed.conjuncts == (Conjunct("mode", any_of=("road",)), Conjunct("length_m", least=5.0))


# Published: examples of the standard (OGC 21-065r2, annex and clause 7), on our own columns.
STANDARD = [
    ({"op": "=", "args": [{"op": "casei", "args": [{"property": "mode"}]}, {"op": "casei", "args": ["ROAD"]}]}, "ac"),
    (
        {
            "op": "s_crosses",
            "args": [{"property": "geometry"}, {"type": "LineString", "coordinates": [[5, 0], [5, 10]]}],
        },
        "a",
    ),
    ({"op": "between", "args": [{"property": "length_m"}, 100, 2600]}, "ab"),
    ({"op": "not", "args": [{"op": "isNull", "args": [{"property": "seen"}]}]}, "a"),
    ({"op": "in", "args": [{"property": "lanes"}, [1.0, 2.0, 4.0]]}, "ac"),
    ({"op": ">", "args": [{"property": "length_m"}, {"op": "*", "args": [{"property": "lanes"}, 20]}]}, "a"),
]


@pytest.mark.parametrize(("tree", "ids"), STANDARD)
def test_forms_of_the_standard_are_read(tree: dict[str, Any], ids: str) -> None:
    assert found(json.dumps(tree)) == ids
