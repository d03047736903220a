"""Vector tiles: what they hold, worked by hand, as another library reads them, and by laws that always hold."""

from __future__ import annotations

import gzip
from datetime import date

import mapbox_vector_tile
import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tile_parts import (
    DAY,
    EXTENT,
    IS_TOLL,
    LANES,
    LENGTH,
    MARGIN,
    MODE,
    PLAIN,
    WEB,
    features_of,
    in_tile,
    layer_of,
    read_tile,
)

from geodata.features.table import Box
from geodata.tiles.encode import encode_tile
from geodata.tiles.grid import Tile, TileError

TILE = Tile(14, 7704, 13056)
"""A tile of Bình Dương; each unit is about 0.6 m."""


def test_tile_of_a_place_is_where_the_formula_puts_it() -> None:
    """Zoom 1 has four tiles that meet at longitude 0, latitude 0; Ho Chi Minh City lies in the north-east one."""
    assert WEB.tiles_of(Box(106.7, 10.8, 106.7, 10.8), 1) == (0, 0, 1, 1)
    box = WEB.box(Tile(1, 0, 1))
    assert box == pytest.approx((0.0, 0.0, 180.0, 85.0511287798066))
    assert PLAIN.box(Tile(0, 0, 1)) == pytest.approx((0.0, -90.0, 180.0, 90.0))
    assert WEB.box(Tile(0, 0, 0), 0.1) == pytest.approx((-180.0, -85.0511287798066, 180.0, 85.0511287798066))


def test_the_square_of_web_maps_is_that_of_proj() -> None:
    """EPSG:3857 by PROJ, as parts of the world's width."""
    from pyproj import Transformer  # noqa: PLC0415

    places = np.array([[106.7, 10.8], [-179.9, 84.9], [0.0, 0.0], [13.4, -52.5]])
    east, north = Transformer.from_crs(4326, 3857, always_xy=True).transform(places[:, 0], places[:, 1])
    width = 40_075_016.6855784
    assert WEB.forward(places) == pytest.approx(np.column_stack([east / width + 0.5, 0.5 - north / width]), abs=1e-12)


@pytest.mark.parametrize(
    ("tile", "told"),
    [
        ((30, 0, 0), "There is no zoom 30; tiles of WebMercatorQuad have zooms 0 to 24"),
        ((-1, 0, 0), "There is no zoom -1"),
        ((3, 8, 0), "Tile 3/8/0 lies outside WebMercatorQuad; at this zoom the last is row 7, column 7"),
        ((3, 0, -1), "Tile 3/0/-1 lies outside"),
    ],
)
def test_tiles_that_there_cannot_be_are_refused(tile: tuple[int, int, int], told: str) -> None:
    with pytest.raises(TileError, match=told):
        WEB.check(*tile)
    PLAIN.check(0, 0, 1)
    with pytest.raises(TileError, match="lies outside WorldCRS84Quad"):
        PLAIN.check(0, 1, 0)


def test_a_line_is_written_in_units_and_cut_in_the_margin() -> None:
    """From (100, 200) past the east side: it ends in the margin, at 4096 + 128."""
    line = shapely.LineString(in_tile(TILE, (100, 200), (2000, 1000), (6000, 1000)))
    made = encode_tile("roads", layer_of([line], mode=["road"]), WEB, TILE, ("mode",))
    assert read_tile(made) == {
        "roads": [
            {
                "type": "Feature",
                "id": 0,
                "properties": {"id": "f0", "mode": "road"},
                "geometry": {"type": "LineString", "coordinates": [[100, 200], [2000, 1000], [4224, 1000]]},
            }
        ]
    }


def test_a_line_that_leaves_and_comes_back_has_two_parts() -> None:
    line = shapely.LineString(in_tile(TILE, (4000, 100), (5000, 100), (5000, 300), (4000, 300)))
    made = encode_tile("layer", layer_of([line]), WEB, TILE, ())
    shape, _ = features_of(made)["f0"]
    assert shape.wkt == "MULTILINESTRING ((4000 100, 4224 100), (4224 300, 4000 300))"


def test_what_rounding_leaves_nothing_of_and_what_is_elsewhere_is_left_out() -> None:
    short = shapely.LineString(in_tile(TILE, (100.1, 100.1), (100.2, 100.3)))
    elsewhere = shapely.LineString(in_tile(TILE, (9000, 9000), (9900, 9000)))
    assert encode_tile("layer", layer_of([short, elsewhere, None]), WEB, TILE, ()) == b""


def test_values_of_every_kind_come_back() -> None:
    """What is not known is left out: nulls and numbers that are none; days are texts."""
    points = [shapely.Point(*in_tile(TILE, (place, 10))[0]) for place in (10, 20)]
    table = layer_of(
        points,
        "Point",
        (MODE, LANES, LENGTH, IS_TOLL, DAY),
        mode=["Đường sắt", None],
        lanes=[-3, 70_000],
        length_m=[float("nan"), 2.5],
        toll=[True, False],
        day=[date(2026, 3, 1), None],
    )
    found = features_of(encode_tile("layer", table, WEB, TILE, ("mode", "lanes", "length_m", "toll", "day")))
    assert found["f0"][1] == {"mode": "Đường sắt", "lanes": -3, "toll": True, "day": "2026-03-01"}
    assert found["f1"][1] == {"lanes": 70_000, "length_m": 2.5, "toll": False}
    assert found["f1"][0].wkt == "POINT (20 10)"


def test_properties_that_are_not_asked_for_stay_away() -> None:
    table = layer_of([shapely.Point(*in_tile(TILE, (5, 5))[0])], "Point", mode=["road"])
    assert features_of(encode_tile("layer", table, WEB, TILE, ()))["f0"][1] == {}
    made = read_tile(encode_tile("layer", table, WEB, TILE, ("mode",), with_ids=False))
    assert made["layer"][0]["properties"] == {"mode": "road"}


def test_columns_of_words_that_repeat_are_written_once() -> None:
    """Dictionary columns of Arrow say the same as plain ones."""
    points = [shapely.Point(*in_tile(TILE, (place, 10))[0]) for place in (10, 20, 30)]
    table = layer_of(points, "Point", mode=["road", "rail", "road"])
    columns = pa.table({"mode": table.columns["mode"].combine_chunks().dictionary_encode()})
    coded = type(table)(table.fields, table.ids, columns, table.shapes)
    made = encode_tile("layer", coded, WEB, TILE, ("mode",))
    assert made == encode_tile("layer", table, WEB, TILE, ("mode",))
    assert made.count(b"road") == 1


def test_areas_wind_as_mvt_wants_and_keep_their_holes() -> None:
    """MVT 2.1, 4.3.3.3: outer rings have a positive area by the surveyor's formula, holes a negative one."""
    outer = in_tile(TILE, (0, 0), (4000, 0), (4000, 4000), (0, 4000))
    hole = in_tile(TILE, (1000, 1000), (2000, 1000), (2000, 2000), (1000, 2000))
    made = encode_tile("layer", layer_of([shapely.Polygon(outer, [hole])], "Polygon"), WEB, TILE, ())
    (feature,) = read_tile(made)["layer"]
    rings = [np.array(ring, dtype=float) for ring in feature["geometry"]["coordinates"]]
    assert [_area(ring) for ring in rings] == [16_000_000.0, -1_000_000.0]


def _area(ring: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    x, y = ring[:, 0], ring[:, 1]
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2.0)


def test_areas_of_several_parts_are_cut_and_stay_valid() -> None:
    """Two squares, one of them half beyond the margin: 1,000 × 1,000 and (4224 − 4000) × 1,000."""
    squares = [shapely.Polygon(in_tile(TILE, (x, 0), (x + 1000, 0), (x + 1000, 1000), (x, 1000))) for x in (500, 4000)]
    made = encode_tile("layer", layer_of([shapely.MultiPolygon(squares)], "MultiPolygon"), WEB, TILE, ())
    shape, _ = features_of(made)["f0"]
    assert shape.is_valid
    assert shape.area == 1_000_000 + 224_000


def test_an_area_that_crosses_itself_is_drawn_as_what_it_encloses() -> None:
    """A bow tie of two triangles of 1000 × 2000 / 2."""
    bow = shapely.Polygon(in_tile(TILE, (0, 0), (2000, 2000), (2000, 0), (0, 2000)))
    shape, _ = features_of(encode_tile("layer", layer_of([bow], "Polygon"), WEB, TILE, ()))["f0"]
    assert shape.is_valid
    assert shape.area == 2_000_000


def test_tiny_areas_are_left_out_from_afar_only() -> None:
    tiny = shapely.Polygon(in_tile(TILE, (0, 0), (40, 0), (40, 40), (0, 40)))
    table = layer_of([tiny], "Polygon")
    assert encode_tile("layer", table, WEB, TILE, ()) != b""
    assert encode_tile("layer", table, WEB, Tile(10, TILE.row // 16, TILE.column // 16), ()) == b""


_UNIT = st.integers(-6000, 10_000)
_LINE = st.lists(st.tuples(_UNIT, _UNIT), min_size=2, max_size=12)


@settings(max_examples=60, deadline=None)
@given(st.lists(_LINE, min_size=1, max_size=6))
def test_lines_say_what_shapely_would_cut(lines: list[list[tuple[int, int]]]) -> None:
    """Within the tile nothing is missing and nothing is farther than a rounding from what shapely cuts."""
    table = layer_of([shapely.LineString(in_tile(TILE, *line)) for line in lines])
    found = features_of(encode_tile("layer", table, WEB, TILE, ()))
    for row, line in enumerate(lines):
        exact = shapely.clip_by_rect(shapely.LineString(line), 0, 0, EXTENT, EXTENT)
        if exact.length < 1:
            continue
        shape, _ = found[f"f{row}"]
        assert shape.within(shapely.box(-MARGIN, -MARGIN, EXTENT + MARGIN, EXTENT + MARGIN))
        corners = shapely.points(shapely.get_coordinates(exact))
        assert shapely.distance(corners, shape).max() <= 2.0
        drawn = shapely.points(shapely.get_coordinates(shape))
        assert shapely.distance(drawn, shapely.LineString(line)).max() <= 2.0


@settings(max_examples=40, deadline=None)
@given(_LINE)
def test_neighbours_fit(line: list[tuple[int, int]]) -> None:
    """What two tiles draw of a line near their common side is the same, a tile's width apart, to a rounding."""
    table = layer_of([shapely.LineString(in_tile(TILE, *line))])
    east = Tile(TILE.zoom, TILE.row, TILE.column + 1)
    one = features_of(encode_tile("layer", table, WEB, TILE, ()))
    other = features_of(encode_tile("layer", table, WEB, east, ()))
    band = (EXTENT - 100, 0, EXTENT + 100, EXTENT)
    mine = shapely.clip_by_rect(one["f0"][0], *band) if one else shapely.Point()
    moved = shapely.transform(other["f0"][0], lambda at: at + np.array([EXTENT, 0])) if other else shapely.Point()
    theirs = shapely.clip_by_rect(moved, *band)
    if mine.length > 2:
        assert shapely.distance(shapely.points(shapely.get_coordinates(mine)), moved).max() <= 2.0
    if theirs.length > 2:
        assert shapely.distance(shapely.points(shapely.get_coordinates(theirs)), one["f0"][0]).max() <= 2.0


def test_the_library_writes_what_ours_says() -> None:
    """Tiles of both decode to the same features (mapbox-vector-tile 2.2)."""
    random = np.random.default_rng(1)
    units = np.cumsum(random.integers(-300, 300, (50, 6, 2)), axis=1) + random.integers(500, 3500, (50, 1, 2))
    lines = [shapely.LineString(one) for one in units]
    table = layer_of([shapely.LineString(in_tile(TILE, *one)) for one in units], mode=["road"] * 50)
    box = shapely.box(-MARGIN, -MARGIN, EXTENT + MARGIN, EXTENT + MARGIN)
    features = [
        {"geometry": line.intersection(box), "properties": {"id": f"f{row}", "mode": "road"}}
        for row, line in enumerate(lines)
    ]
    options = {"y_coord_down": True}
    theirs = mapbox_vector_tile.encode([{"name": "layer", "features": features}], default_options=options)
    ours = encode_tile("layer", table, WEB, TILE, ("mode",))
    one, other = features_of(ours), features_of(theirs)
    assert one.keys() == other.keys()
    assert all(one[key][1] == other[key][1] for key in one)
    assert max(shapely.hausdorff_distance(one[key][0], other[key][0]) for key in one) <= 1.5


def test_far_tiles_are_simplified_by_half_a_pixel_at_most() -> None:
    """A wave of 2 units is straightened, one of 40 is kept; at zoom 14 both are kept."""
    wave = [(100 * place, 1000 + (place % 2) * 40) for place in range(20)]
    ripple = [(100 * place, 2000 + (place % 2) * 2) for place in range(20)]
    far = Tile(10, 481, 816)
    table = layer_of([shapely.LineString(in_tile(far, *one)) for one in (wave, ripple)])
    found = features_of(encode_tile("layer", table, WEB, far, ()))
    assert len(found["f0"][0].coords) == 20
    assert len(found["f1"][0].coords) == 2
    near = layer_of([shapely.LineString(in_tile(TILE, *ripple))])
    assert len(features_of(encode_tile("layer", near, WEB, TILE, ()))["f0"][0].coords) == 20


def test_nearest_zoom_still_tells_places_apart() -> None:
    """At zoom 24 a unit is less than a millimetre."""
    tile = Tile(24, 7704 * 1024, 13056 * 1024)
    line = shapely.LineString(in_tile(tile, (10, 20), (30, 25)))
    shape, _ = features_of(encode_tile("layer", layer_of([line]), WEB, tile, ()))["f0"]
    assert shape.wkt == "LINESTRING (10 20, 30 25)"


def test_compressed_tiles_are_gzip() -> None:
    from api.gis.tiles.serving import decompressed  # noqa: PLC0415

    assert decompressed(b"") == b""
    assert decompressed(gzip.compress(b"tile")) == b"tile"
