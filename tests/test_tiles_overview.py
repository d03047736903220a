"""Dense layers seen from afar: nothing that could be seen is missing, and each kind keeps what draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tile_parts import EXTENT, LENGTH, LINK_CLASS, MODE, ORIGIN, PLAIN, WEB, in_tile, layer_of, read_tile

from api.gis.tiles.making import AT_HAND, Prepared, TileMaker, drawing_of
from api.styles import STYLES
from benchmarks.network_grid import build_grid
from geodata.features.held import HeldSource
from geodata.features.index_source import IndexedSource
from geodata.features.network_held import Stored, open_layer
from geodata.features.source import Wanted
from geodata.features.table import FeatureTable
from geodata.tiles.grid import Tile
from geodata.tiles.overview import CELLS, Drawing, make_overview

TILE = Tile(8, 120, 203)
CELL = EXTENT / CELLS
FARTHEST = 2 * CELL * 2**0.5 + 4.0 + 1.5
"""A corner may stand for any in its cell, twice, then lie half a pixel off by simplification, and be rounded."""


def lines_of(*lines: Sequence[tuple[float, float]], words: list[str]) -> FeatureTable:
    """Return lines of a tile with a class each."""
    shapes = [shapely.LineString(in_tile(TILE, *line)) for line in lines]
    return layer_of(shapes, fields=(MODE, LINK_CLASS), mode=["road"] * len(lines), link_class=words)


def test_a_hundred_lines_in_one_place_are_drawn_once() -> None:
    table = lines_of(*[[(100, 100 + place / 50), (900, 100)] for place in range(100)], words=["trunk"] * 100)
    seen = make_overview([table], "LineString", WEB, Drawing(("mode", "link_class")), 11)
    assert len(seen.levels[8].codes) == 1
    (feature,) = read_tile(seen.encode("layer", TILE))["layer"]
    assert feature["properties"] == {"mode": "road", "link_class": "trunk"}
    assert feature["geometry"] == {"type": "LineString", "coordinates": [[100, 100], [900, 100]]}


def test_kinds_are_drawn_apart_and_only_from_their_zoom_on() -> None:
    table = lines_of([(100, 100), (900, 100)], [(100, 100), (900, 100)], words=["trunk", "residential"])
    drawing = Drawing(("mode", "link_class"), "link_class", (("trunk", 0),), 10)
    seen = make_overview([table], "LineString", WEB, drawing, 11)
    assert {one["properties"]["link_class"] for one in read_tile(seen.encode("layer", TILE))["layer"]} == {"trunk"}
    near = Tile(10, TILE.row * 4, TILE.column * 4)
    assert {one["properties"]["link_class"] for one in read_tile(seen.encode("layer", near))["layer"]} == {
        "trunk",
        "residential",
    }


def test_a_line_shorter_than_a_pixel_is_still_there() -> None:
    table = lines_of([(101, 101), (105, 103)], words=["trunk"])
    seen = make_overview([table], "LineString", WEB, Drawing(("link_class",)), 8)
    (feature,) = read_tile(seen.encode("layer", TILE))["layer"]
    assert feature["geometry"]["coordinates"] == [[101, 101], [105, 103]]


def test_points_of_a_kind_in_a_pixel_are_one() -> None:
    points = [shapely.Point(*in_tile(TILE, (8 * cell + 1, 9))[0]) for cell in (10, 10, 10, 11)]
    table = layer_of([*points, None], "Point", mode=["a", "a", "b", "a", "a"])
    seen = make_overview([table], "Point", WEB, Drawing(("mode",)), 8)
    found = {one["properties"]["mode"]: one["geometry"] for one in read_tile(seen.encode("layer", TILE))["layer"]}
    assert found["a"] == {"type": "MultiPoint", "coordinates": [[81, 9], [89, 9]]}
    assert found["b"] == {"type": "Point", "coordinates": [81, 9]}


def test_numbers_that_choose_widths_keep_two_digits() -> None:
    lines = [shapely.LineString(in_tile(TILE, (100, y), (900, y))) for y in (100, 200, 300, 400)]
    table = layer_of(lines, fields=(LENGTH,), length_m=[1234.5, 1249.0, -0.0567, None])
    seen = make_overview([table], "LineString", WEB, Drawing(("length_m",)), 8)
    found = [one["properties"].get("length_m") for one in read_tile(seen.encode("layer", TILE))["layer"]]
    assert sorted(found, key=str) == [pytest.approx(-0.057), pytest.approx(1200.0), None]


_UNIT = st.integers(0, 4000)
_LINES = st.lists(st.lists(st.tuples(_UNIT, _UNIT), min_size=2, max_size=8), min_size=1, max_size=30)


@settings(max_examples=40, deadline=None)
@given(_LINES, st.integers(6, 11))
def test_every_corner_has_something_of_its_kind_near(lines: list[list[tuple[int, int]]], zoom: int) -> None:
    """Whatever zoom the lines are drawn at, no corner lies farther than some pixels from what is drawn.

    Lines shorter than two cells, which is a pixel, are too short to be seen and may be left out.
    """
    step = 2 ** (zoom - TILE.zoom) if zoom > TILE.zoom else 1
    tile = Tile(zoom, TILE.row * step, TILE.column * step) if zoom >= TILE.zoom else TILE
    drawn_at = tile if zoom >= TILE.zoom else Tile(zoom, TILE.row >> (8 - zoom), TILE.column >> (8 - zoom))
    shapes = [shapely.LineString(in_tile(tile, *line)) for line in lines]
    table = layer_of(shapes, fields=(LINK_CLASS,), link_class=["trunk"] * len(lines))
    seen = make_overview([table], "LineString", WEB, Drawing(("link_class",)), 11)
    made = seen.encode("layer", drawn_at)
    places = WEB.forward(table.shapes.coordinates) * (EXTENT * 2.0**zoom)
    places -= (drawn_at.column * EXTENT, drawn_at.row * EXTENT)
    lines_drawn = [places[a:b] for a, b in _ends(table)]
    corners = [line for line in lines_drawn if shapely.LineString(line).length >= 2 * CELL]
    if not corners:
        return
    features = read_tile(made)["layer"]
    drawn = shapely.union_all([shapely.geometry.shape(one["geometry"]) for one in features])
    assert shapely.distance(shapely.points(np.concatenate(corners)), drawn).max() <= FARTHEST


def _ends(table: FeatureTable) -> list[tuple[int, int]]:
    return list(pairwise(table.shapes.offsets[0].tolist()))


def test_an_overview_that_does_not_reach_so_far_or_of_areas_is_refused() -> None:
    table = lines_of([(0, 0), (100, 100)], words=["trunk"])
    seen = make_overview([table], "LineString", WEB, Drawing(("link_class",)), 5)
    with pytest.raises(ValueError, match="reaches to zoom 5, not to 8"):
        seen.encode("layer", TILE)
    with pytest.raises(ValueError, match="not of Polygon"):
        make_overview([], "Polygon", WEB, Drawing(()), 5)
    fields = (MODE, LINK_CLASS, LENGTH, replace(MODE, name="other"))
    four = Drawing(("mode", "link_class", "length_m", "other"))
    with pytest.raises(ValueError, match="at most 3 properties"):
        make_overview([layer_of([], fields=fields)], "LineString", WEB, four, 5)


def test_an_empty_layer_has_empty_tiles() -> None:
    for kind in ("Point", "LineString"):
        seen = make_overview([], kind, WEB, Drawing(("mode",)), 8)
        assert seen.encode("layer", TILE) == b""


def street_grid(count: int) -> FeatureTable:
    """Return so many short streets side by side, a tenth of them trunk roads."""
    side = int(count**0.5) + 1
    west, south = 106.5 + (np.arange(count) % side) * 0.0004, 10.9 + (np.arange(count) // side) * 0.0004
    ends = np.stack([np.column_stack([west, south]), np.column_stack([west + 0.0004, south])], axis=1)
    words = ["trunk" if row % 10 == 0 else "residential" for row in range(count)]
    lines = list(shapely.linestrings(ends))
    return layer_of(lines, fields=(MODE, LINK_CLASS), mode=["road"] * count, link_class=words)


def maker_of(table: FeatureTable, version: str = "1") -> TileMaker:
    source = HeldSource(table, version, ORIGIN)
    return TileMaker("layer", version, source, STYLES["network_links"], WEB, Prepared())


def first_tile(maker: TileMaker, zoom: int, *, last: bool = False) -> Tile:
    """Return the north-west tile of a layer, or the south-western one."""
    box = maker.source.bounds()
    assert box is not None
    rows = WEB.tiles_of(box, zoom)
    return Tile(zoom, rows[int(last)], rows[2])


def test_a_small_layer_is_drawn_whole_at_every_zoom() -> None:
    maker = maker_of(street_grid(500))
    for zoom in (6, 10, 13):
        features = read_tile(maker.make(first_tile(maker, zoom)))["layer"]
        assert len({one["properties"]["id"] for one in features}) == len(features) > 0


def test_a_large_layer_is_drawn_as_an_overview_from_afar() -> None:
    maker = maker_of(street_grid(AT_HAND + 1))
    (feature,) = read_tile(maker.make(first_tile(maker, 8)))["layer"]
    assert feature["properties"] == {"mode": "road", "link_class": "trunk"}
    near = read_tile(maker.make(first_tile(maker, 13, last=True)))["layer"]
    assert {one["properties"]["link_class"] for one in near} == {"trunk", "residential"}
    assert all("id" in one["properties"] for one in near)


@pytest.mark.parametrize(("count", "has_length"), [(900, True), (1200, False)])
def test_all_properties_go_with_few_features_and_only_those_drawn_with_many(count: int, has_length: bool) -> None:
    tile = Tile(12, 1926, 3264)
    starts = [(10 + row % 60 * 60, 10 + row // 60) for row in range(count)]
    lines = [shapely.LineString(in_tile(tile, (x, y), (x + 30, y + 50))) for x, y in starts]
    table = layer_of(lines, fields=(LINK_CLASS, LENGTH), link_class=["trunk"] * count, length_m=[1.5] * count)
    features = read_tile(maker_of(table).make(tile))["layer"]
    assert len(features) == count
    assert all(("length_m" in one["properties"]) == has_length for one in features)
    assert all(one["properties"]["link_class"] == "trunk" for one in features)


def test_drawings_name_what_styles_need() -> None:
    drawing = drawing_of(STYLES["network_links"])
    assert drawing.names == ("mode", "link_class")
    assert drawing.by == "link_class"
    assert dict(drawing.zooms)["motorway"] == 0
    assert drawing_of(STYLES["zones"]) == Drawing(())
    plain = make_overview([street_grid(10)], "LineString", PLAIN, drawing, 8)
    assert plain.encode("layer", Tile(8, 112, 407)) != b""


@pytest.fixture(scope="module")
def city() -> IndexedSource:
    """Return the links of a generated city, found by a tree of their boxes."""
    return open_layer(Stored("tiles-of-a-city", ORIGIN, lambda: build_grid(25_000)), "links")


def maker_of_city(city: IndexedSource, **more: Any) -> TileMaker:  # noqa: ANN401 - of the maker
    return TileMaker("layer", "city", city, STYLES["network_links"], WEB, Prepared(), **more)


def test_links_found_by_their_boxes_are_those_of_the_tile(city: IndexedSource) -> None:
    """Every link that reaches into the tile is there, and no link that stays out of its margin."""
    maker = maker_of_city(city)
    tile = Tile(14, *np.floor(WEB.forward(np.array([[106.05, 10.05]]))[0, ::-1] * 2.0**14).astype(int).tolist())
    box, wide = WEB.box(tile), WEB.box(tile, 0.05)
    inside = set(city.read(Wanted(box), None, 10_000).table.ids.to_pylist())
    around = set(city.read(Wanted(wide), None, 10_000).table.ids.to_pylist())
    found = {one["properties"]["id"] for one in read_tile(maker.make(tile))["layer"]}
    assert len(inside) > 500
    assert inside <= found <= around


def test_links_of_one_mode_only(city: IndexedSource) -> None:
    none = replace(city, members=np.zeros(len(city.table), dtype=bool), version="none")
    tile = Tile(14, *np.floor(WEB.forward(np.array([[106.05, 10.05]]))[0, ::-1] * 2.0**14).astype(int).tolist())
    maker = TileMaker("layer", "none", none, STYLES["network_links"], WEB, Prepared())
    assert maker.make(tile) == b""


@pytest.mark.parametrize("zoom", [14, 17])
def test_a_tile_with_too_many_features_is_drawn_as_an_overview(city: IndexedSource, zoom: int) -> None:
    """Both near and very near; every class that a tile of all features has is there."""
    tile = Tile(zoom, *np.floor(WEB.forward(np.array([[106.05, 10.05]]))[0, ::-1] * 2.0**zoom).astype(int).tolist())
    whole = read_tile(maker_of_city(city).make(tile))["layer"]
    dense = read_tile(maker_of_city(city, most_features=5).make(tile))["layer"]
    classes = {one["properties"]["link_class"] for one in whole}
    assert len(whole) > 5
    assert {one["properties"]["link_class"] for one in dense} == classes
    assert len(dense) == len(classes)
