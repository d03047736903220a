"""Layers of networks: the packed tree of boxes, pages and boxes of very many features, files that keep them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from gis_infrastructures import crossroads, infrastructures, lines_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from geodata.features.held import HeldSource, halves
from geodata.features.index import PackedIndex
from geodata.features.index_kernels import ORDER, curve_places
from geodata.features.index_source import IndexedSource, stretch
from geodata.features.network import links_table, nodes_table
from geodata.features.network_held import MOST_OPEN, Stored, open_layer
from geodata.features.network_kept import Layer, layer_file, layer_of, open_layer_file, write_layer
from geodata.features.network_words import VIETNAMESE
from geodata.features.source import ALL, Origin, Wanted
from geodata.features.table import Box, FeatureTable
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.versions.arrays import DamagedError, open_arrays, write_arrays
from geodata.versions.cache import forget
from supplychain.text import Text

ORIGIN = Origin(Text(en="made by hand", vi="tự đặt"), "CC0-1.0", "")
LAYERS: tuple[Layer, ...] = ("links", "nodes")
_DEGREES = st.integers(-20, 20).map(lambda number: number / 2)


@st.composite
def _boxes(draw: st.DrawFn) -> NDArray[np.float64]:
    """Return boxes, some of them empty, many with a side in common."""
    count = draw(st.integers(0, 90))
    rows = []
    for _ in range(count):
        west, south = draw(_DEGREES), draw(_DEGREES)
        empty = draw(st.integers(0, 9)) == 0
        wide, high = draw(st.integers(0, 6)), draw(st.integers(0, 6))
        rows.append([np.nan] * 4 if empty else [west, south, west + wide / 2, south + high / 2])
    return np.array(rows, dtype=float).reshape(-1, 4)


@settings(max_examples=150, deadline=None)
@given(boxes=_boxes(), asked=st.lists(st.tuples(_DEGREES, _DEGREES, _DEGREES, _DEGREES), min_size=1, max_size=2))
def test_the_tree_finds_what_looking_at_every_box_finds(
    boxes: NDArray[np.float64], asked: list[tuple[float, float, float, float]]
) -> None:
    wanted = tuple(Box(min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in asked)
    meets, inside = np.zeros(len(boxes), dtype=bool), np.zeros(len(boxes), dtype=bool)
    for west, south, east, north in wanted:
        meets |= (boxes[:, 0] <= east) & (boxes[:, 2] >= west) & (boxes[:, 1] <= north) & (boxes[:, 3] >= south)
        inside |= (boxes[:, 0] >= west) & (boxes[:, 2] <= east) & (boxes[:, 1] >= south) & (boxes[:, 3] <= north)
    rows, is_sure = PackedIndex.of(boxes).search(wanted)
    assert rows.tolist() == np.flatnonzero(meets).tolist()
    assert is_sure.tolist() == inside[meets].tolist()


def test_steps_along_the_curve_are_steps_in_the_plane() -> None:
    """A curve of 2¹⁶ cells a side passes through the 4 × 4 corner cells as its first 16 places, side by side."""
    cells = np.array([(x, y) for x in range(4) for y in range(4)])
    places = curve_places(*((cells.T + 0.5) / (1 << ORDER)))
    assert sorted(places.tolist()) == list(range(16))
    steps = np.abs(np.diff(cells[np.argsort(places)], axis=0)).sum(axis=1)
    assert steps.tolist() == [1] * 15


def _same(one: FeatureTable, other: FeatureTable) -> bool:
    same = one.ids.to_pylist() == other.ids.to_pylist() and one.columns.equals(other.columns)
    shapes = zip(one.shapes.to_shapely(), other.shapes.to_shapely(), strict=True)
    return same and one.fields == other.fields and all(shapely.equals_exact(a, b) for a, b in shapes)


class _Short:
    """Links of at most 100 m."""

    text = "length_m <= 100"

    def holds(self, table: FeatureTable) -> NDArray[np.bool_]:
        """Return which features are short."""
        lengths = table.columns["length_m"].to_numpy()
        return np.asarray(lengths <= 100, dtype=bool)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    held=infrastructures(),
    corners=st.tuples(st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90)),
    is_boxed=st.booleans(),
    is_filtered=st.booleans(),
    limit=st.integers(1, 3),
)
def test_a_layer_with_a_tree_answers_as_one_without(
    tmp_path: Path,
    held: Infrastructure,
    corners: tuple[float, float, float, float],
    is_boxed: bool,
    is_filtered: bool,
    limit: int,
) -> None:
    """Kept in a file and opened again; west may be greater than east, which crosses the date line."""
    for layer in LAYERS:
        path = tmp_path / f"{layer}.columns"
        write_layer(path, layer, layer_of(held, layer))
        found = open_layer_file(path, layer)
        plain = HeldSource(links_table(held) if layer == "links" else nodes_table(held), "1", ORIGIN)
        source = IndexedSource(found.table, found.index, "1", ORIGIN, extent=found.index.bounds)
        west, south, east, north = corners
        box = Box(west, min(south, north), east, max(south, north)) if is_boxed else None
        wanted = Wanted(box, _Short() if is_filtered and layer == "links" else None)
        assert source.bounds() == plain.bounds()
        assert source.count(wanted) == plain.count(wanted)
        after = None
        while True:
            mine, theirs = source.read(wanted, after, limit), plain.read(wanted, after, limit)
            assert _same(mine.table, theirs.table)
            assert mine.after == theirs.after
            after = mine.after
            if after is None:
                break
        mine_ids = [one for part in source.portions(wanted, 2) for one in part.ids.to_pylist()]
        assert mine_ids == [one for part in plain.portions(wanted) for one in part.ids.to_pylist()]
        for name in (plain.table.ids[0].as_py() if len(plain.table) else "none", "not there"):
            one, other = source.find(name), plain.find(name)
            assert (one is None) == (other is None)
            assert one is None or other is None or _same(one, other)
            assert source.count(Wanted(box, ids=frozenset((name, "zz")))) == plain.count(
                Wanted(box, ids=frozenset((name, "zz")))
            )


def test_a_stretch_is_what_taking_its_rows_gives() -> None:
    table = links_table(crossroads())
    assert _same(stretch(table, 1, 3), table.take(np.array([1, 2])))
    assert _same(stretch(table, 4, 4), table.take(np.array([], dtype=np.int64)))


def test_links_and_nodes_read_as_words_and_empty_cells() -> None:
    """Of the crossroads: 3 of 4 links have a speed, the last is of the second source, lanes -1 are not known."""
    links = links_table(crossroads()).columns
    assert links["link_class"].to_pylist() == ["trunk", "trunk", "primary", "residential"]
    assert links["access_backward"].to_pylist()[1:] == ["car;goods;hgv;articulated", None, "car"]
    assert links["lanes"].to_pylist() == [6, 6, 2, None]
    assert links["speed_kmh"].to_pylist() == [60.0, 60.0, 50.0, None]
    assert links["from_node_id"].to_pylist() == ["west", "middle", "south", "middle"]
    assert links["name"].to_pylist()[2] is None
    assert links["layer"].to_pylist() == [0, 0, 0, 0]
    assert links["source"].to_pylist() == ["hcm.osm.pbf"] * 3 + ["survey"]
    assert nodes_table(crossroads()).columns["feature"].null_count == 5


def test_every_column_has_its_meaning_in_both_languages() -> None:
    fields = [field for table in (links_table(crossroads()), nodes_table(crossroads())) for field in table.fields]
    assert {field.name for field in fields} == set(VIETNAMESE)
    for field in fields:
        assert field.meaning.vi
        assert "NaN" not in field.meaning.en
    units = {field.name: field.unit for field in fields}
    assert units["speed_kmh"] == "km/h"
    assert units["gauge_mm"] == "mm"
    assert units["max_weight_t"] == "t"
    assert units["link_id"] == ""


def test_a_line_of_one_point_is_none() -> None:
    held = crossroads()
    lines = lines_of([(1, 1), (2, 2)], [(3, 3)], [], [(4, 4), (5, 5)])
    broken = Infrastructure(
        held.nodes,
        held.links,
        lines,
        held.conditions,
        held.schedules,
        held.turns,
        held.candidates,
        held.outlines,
        held.sources,
    )
    shapes = links_table(broken).shapes
    assert shapes.is_missing.tolist() == [False, True, True, False]
    assert shapes.to_shapely()[3].coords[1] == (5, 5)


def _modes() -> Infrastructure:
    """Return the crossroads, whose first link is a railway and the last a river."""
    held = crossroads()
    modes = np.array([1, 0, 0, 2], dtype=np.int8)
    links = type(held.links)(**{**held.links.to_columns(words=False), "mode": modes})
    return Infrastructure(
        held.nodes,
        links,
        held.lines,
        held.conditions,
        held.schedules,
        held.turns,
        held.candidates,
        held.outlines,
        held.sources,
    )


def test_a_layer_of_one_mode_holds_its_links_and_the_nodes_they_touch() -> None:
    """West - middle is the railway, middle - east and south - middle roads, middle - north the river."""
    stored = Stored("b" * 64, ORIGIN, _modes)
    ids = {
        (layer, mode): open_layer(stored, layer, mode).read(ALL, None, 9).table.ids.to_pylist()
        for layer in LAYERS
        for mode in ("road", "rail", "inland_waterway")
    }
    assert ids["links", "rail"] == ["w1:1:5"]
    assert ids["links", "road"] == ["w1:5:2", "w2:3:5"]
    assert ids["nodes", "rail"] == ["west", "middle"]
    assert ids["nodes", "inland_waterway"] == ["north", "middle"]
    roads = open_layer(stored, "links", "road")
    assert roads.count() == 2
    assert roads.find("w1:1:5") is None
    assert roads.read(ALL, (1,), 9).table.ids.to_pylist() == ["w2:3:5"]
    assert roads.bounds() == Box(106.71, 10.89, 106.72, 10.90)
    near = Box(106.69, 10.8, 106.7105, 10.9005)
    assert open_layer(stored, "links").count(Wanted(near)) == 4
    assert roads.count(Wanted(near)) == 2
    assert len({open_layer(stored, "links", mode).version for mode in (None, "road", "rail")}) == 3


def test_a_layer_is_read_once_and_then_opened_from_its_file(tmp_path: Path) -> None:
    """A file that is damaged or of another format is made again; forgetting the version forgets its layers."""
    times = 0

    def read() -> Infrastructure:
        nonlocal times
        times += 1
        return crossroads()

    def others() -> None:
        for number in range(MOST_OPEN):
            open_layer(Stored(f"{number:064}", ORIGIN, crossroads), "nodes")

    stored = Stored("c" * 64, ORIGIN, read, tmp_path)
    for _ in range(2):
        assert open_layer(stored, "links").count() == 4
        others()  # so many that it is at hand no longer
    assert times == 1
    path = layer_file(tmp_path, stored.content, "links")
    path.write_bytes(path.read_bytes()[:-64])
    assert open_layer(stored, "links").count() == 4
    assert times == 2
    arrays, about = open_arrays(path)
    write_arrays(path, arrays, {**about, "format": 0})
    with pytest.raises(DamagedError, match="another version of the program"):
        open_layer_file(path, "links")
    forget(tmp_path, stored.content)
    assert not path.exists()


def test_a_layer_that_has_no_place_to_be_kept_is_answered_from_memory(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    stored = Stored("d" * 64, ORIGIN, crossroads, tmp_path / "taken")
    assert open_layer(stored, "links").count() == 4


@pytest.mark.parametrize("box", [Box(106.700, 10.890, 106.704, 10.895), Box(107, 10, 108, 11)])
def test_a_box_beside_the_links_finds_none(box: Box) -> None:
    source = open_layer(Stored("e" * 64, ORIGIN, crossroads), "links")
    assert halves(box) == (box,)
    assert source.count(Wanted(box)) == 0
    assert source.read(Wanted(box), None, 5).after is None
