"""Layers that never change: kept in memory up to some bytes and in files, made once however many ask."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.gis.kept_layers import MOST_FILES, SHELF, Made, bytes_of, kept_layer, key_of
from geodata.features.held import HeldSource
from geodata.features.source import ALL, Origin
from geodata.features.table import ARROW_TYPES, FeatureTable, Field, ShapeKind, Shapes
from supplychain.latest import Latest
from supplychain.text import Text

ORIGIN = Origin(Text(en="made by hand", vi="tự đặt"), "CC0-1.0; ODbL-1.0", "© nobody", "2026-01-01T00:00:00+00:00")
WORDS = (("a", Text(en="A", vi="Á")),)
FIELDS = (
    Field("name", "text", Text(en="Name", vi="Tên"), "", WORDS),
    Field("count", "integer", Text(en="Count", vi="Số")),
    Field("share", "number", Text(en="Share", vi="Phần"), "t/day"),
    Field("is_full", "boolean", Text(en="Full", vi="Đầy")),
)
RING = shapely.Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (2, 1), (2, 2), (1, 2)]])
SHAPES: dict[ShapeKind, shapely.Geometry] = {
    "Point": shapely.Point(106.7, 10.9),
    "LineString": shapely.LineString([(0, 0), (1, 1), (3, 0)]),
    "Polygon": RING,
    "MultiPolygon": shapely.MultiPolygon([RING, shapely.box(7, 7, 8, 9)]),
}


@pytest.fixture(autouse=True)
def _fresh() -> None:
    """Every test begins with nothing in memory."""
    SHELF.clear()


def made(rows: list[dict[str, object]], kind: ShapeKind = "Point") -> Made:
    """Return a layer of some rows; every second has no geometry."""
    columns = {one.name: pa.array([row[one.name] for row in rows], type=ARROW_TYPES[one.kind]) for one in FIELDS}
    shapes = np.empty(len(rows), dtype=object)
    shapes[:] = [SHAPES[kind] if place % 2 == 0 else None for place in range(len(rows))]
    ids = pa.array([f"id:{place}" for place in range(len(rows))], pa.string())
    return Made(FeatureTable(FIELDS, ids, pa.table(columns), Shapes.of(shapes, kind)), ORIGIN)


ROW: dict[str, object] = {"name": "a", "count": 1, "share": 0.5, "is_full": True}
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.none() | st.text(max_size=9),
            "count": st.none() | st.integers(-(2**63), 2**63 - 1),
            "share": st.none() | st.floats(allow_nan=False),
            "is_full": st.none() | st.booleans(),
        }
    ),
    max_size=6,
)


@pytest.mark.parametrize("kind", list(SHAPES))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_a_layer_comes_back_from_its_file_as_it_was(
    kind: ShapeKind, rows: list[dict[str, object]], tmp_path: Path
) -> None:
    """Every kind of value and geometry, nothing known among them; an empty layer too."""
    key = key_of(kind, rows)
    first = kept_layer(tmp_path, key, "layer", lambda: {"layer": made(rows, kind)})
    SHELF.clear()
    again = kept_layer(tmp_path, key, "layer", dict)
    assert (again.version, again.fields, again.origin, again.shape) == (first.version, FIELDS, ORIGIN, kind)
    assert again.table.columns.equals(first.table.columns)
    assert again.table.ids.to_pylist() == first.table.ids.to_pylist()
    shapes = zip(again.table.shapes.to_shapely(), first.table.shapes.to_shapely(), strict=True)
    assert all(one is other is None or shapely.equals_exact(one, other) for one, other in shapes)


def test_many_that_ask_at_once_have_it_made_once(tmp_path: Path) -> None:
    times = []

    def make() -> dict[str, Made]:
        times.append(1)
        sleep(0.05)
        return {"layer": made([ROW])}

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: kept_layer(tmp_path, "k", "layer", make), range(16)))
    assert len(times) == 1
    assert len({id(one) for one in found}) == 1


def test_layers_made_together_are_kept_together(tmp_path: Path) -> None:
    both = {"one": made([ROW]), "two": made([ROW, ROW])}
    assert len(kept_layer(tmp_path, "k", "one", lambda: both).table) == 1
    SHELF.clear()
    two = kept_layer(tmp_path, "k", "two", dict)
    assert len(two.table) == 2
    assert two.version != kept_layer(tmp_path, "k", "one", dict).version
    with pytest.raises(KeyError, match="have no 'three'"):
        kept_layer(tmp_path, "k", "three", lambda: both)


def test_what_was_made_of_something_else_or_by_another_version_is_another_layer(tmp_path: Path) -> None:
    assert key_of("run", "a") != key_of("run", "b")
    assert key_of("run", "a") == key_of("run", "a")
    kept_layer(tmp_path, key_of("a"), "layer", lambda: {"layer": made([ROW])})
    assert len(kept_layer(tmp_path, key_of("b"), "layer", lambda: {"layer": made([ROW, ROW])}).table) == 2


def test_a_damaged_file_is_made_again_and_a_folder_that_takes_none_costs_time_alone(tmp_path: Path) -> None:
    kept_layer(tmp_path, "k", "layer", lambda: {"layer": made([ROW])})
    (file,) = tmp_path.iterdir()
    for damaged in (b"", file.read_bytes()[:-9], b"HINTCOL1" + bytes(80)):
        file.write_bytes(damaged)
        SHELF.clear()
        assert len(kept_layer(tmp_path, "k", "layer", lambda: {"layer": made([ROW])}).table) == 1
    blocked = tmp_path / "file"
    blocked.write_text("no folder", encoding="utf-8")
    assert len(kept_layer(blocked, "other", "layer", lambda: {"layer": made([ROW])}).table) == 1
    assert kept_layer(None, "memory", "layer", lambda: {"layer": made([ROW])}).count(ALL) == 1
    assert sorted(one.name for one in tmp_path.iterdir()) == ["file", "layer-k.columns"]


def test_memory_holds_the_layers_asked_for_last() -> None:
    """Two layers of a thousand rows do not fit: the one asked for longest ago goes, the last stays even alone."""
    one, other = (HeldSource(made([ROW] * 1000).table, name, ORIGIN) for name in "ab")
    shelf: Latest[HeldSource] = Latest(most_bytes=int(one.table.columns.nbytes * 2.5), size=bytes_of)
    shelf.put("a", one)
    shelf.put("b", other)
    assert (shelf.get("a"), shelf.get("b")) == (None, other)
    roomy: Latest[HeldSource] = Latest(most_bytes=2**30, size=bytes_of)
    for name in "abc":
        roomy.put(name, one)
    assert all(roomy.get(name) is one for name in "abc")


def test_the_folder_holds_the_files_written_last(tmp_path: Path) -> None:
    for number in range(MOST_FILES + 3):
        (tmp_path / f"old-{number:03}.columns").write_bytes(b"")
    kept_layer(tmp_path, "k", "layer", lambda: {"layer": made([ROW])})
    names = {one.name for one in tmp_path.iterdir()}
    assert len(names) == MOST_FILES
    assert "layer-k.columns" in names
