"""What requests of the OGC API say: boxes, times, formats, CRSs, read or refused; GeoJSON; pages of a changed layer."""

from __future__ import annotations

import json
import resource
import signal
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from ogc_parts import ITEMS, ORIGIN, ROOT, World, served

from api.gis.collections import Asking
from api.gis.ogc import files
from api.gis.ogc.boxes import Both, read_bbox
from api.gis.ogc.crs import CRS84, OFFERED, crs_named
from api.gis.ogc.documents import CONFORMANCE
from api.gis.ogc.formats import DOCUMENTS, FEATURES, chosen_format
from api.gis.ogc.geojson import features_of
from api.gis.ogc.moments import During, during, read_moments
from api.service.problems import ServiceError
from geodata.features.held import HeldSource
from geodata.features.source import Key, Portion, Wanted
from geodata.features.table import ARROW_TYPES, Box, FeatureTable, Field, ShapeKind, Shapes
from supplychain.text import Text

EPSG: Final = "http://www.opengis.net/def/crs/EPSG/0/"
DEGREES: Final = crs_named(CRS84, "crs")
ZONE: Final = crs_named(f"{EPSG}9210", "crs")


def layer(kind: ShapeKind, *places: Any, fields: tuple[Field, ...] = (), **columns: list[Any]) -> FeatureTable:  # noqa: ANN401 - shapely geometries
    """Return features ``0``, ``1`` … at places."""
    table = pa.table({one.name: pa.array(columns[one.name], ARROW_TYPES[one.kind]) for one in fields})
    ids = pa.array([str(number) for number in range(len(places))])
    return FeatureTable(fields, ids, table, Shapes.of(np.array(places, dtype=object), kind))


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("106,10,107,11", Box(106, 10, 107, 11)),
        ("106,10,-50,107,11,90", Box(106, 10, 107, 11)),
        ("170,-10,-170,10", Box(170, -10, -170, 10)),
        ("-200,-100,500,100", Box(-180, -90, 180, 90)),
        ("170,0,190,10", Box(170, 0, -170, 10)),
        ("366,0,367,10", Box(6, 0, 7, 10)),
    ],
)
def test_boxes_of_degrees_lie_on_the_earth(text: str, box: Box) -> None:
    """Maps that show the earth more than once ask beyond 180°: the same places by their usual longitudes."""
    assert read_bbox(text, DEGREES) == (box, None)


def test_a_box_has_its_axes_as_its_crs_has_them() -> None:
    assert read_bbox("10,106,11,107", crs_named(f"{EPSG}4326", "bbox-crs"))[0] == Box(106, 10, 107, 11)


@pytest.mark.parametrize(
    ("text", "crs", "told"),
    [
        ("106,12,107,11", CRS84, "upside down"),
        ("12,106,11,107", f"{EPSG}4326", "upside down"),
        ("106,10,107", CRS84, "four numbers"),
        ("106,10,107,11,12", CRS84, "four numbers"),
        ("106,10,107,nan", CRS84, "four numbers"),
        ("600000,1200000,500000,1300000", f"{EPSG}9210", "does not go around the earth"),
        ("1e9,1e9,2e9,2e9", f"{EPSG}3405", "cannot be used"),
    ],
)
def test_what_is_no_box_is_refused(text: str, crs: str, told: str) -> None:
    with pytest.raises(ServiceError, match=told) as refused:
        read_bbox(text, crs_named(crs, "bbox-crs"))
    assert refused.value.code == "bad_request"


def test_a_box_of_a_projected_crs_is_that_rectangle_and_not_the_degrees_around_it() -> None:
    """At 106.9° E the meridians lean against the grid of EPSG:9210 (105°45′): a corner of the degrees lies outside."""
    east, north, size = 620_000.0, 1_220_000.0, 20_000.0
    box, inside = read_bbox(f"{east},{north},{east + size},{north + size}", ZONE)
    assert inside is not None
    grid = np.array([[east + 5, north + 5], [east + size - 5, north + size - 5], [east - 5, north + size / 2]])
    corners = np.array([[box.west, box.north], [box.east, box.south]])
    table = layer("Point", *shapely.points(np.vstack([ZONE.to_wgs84(grid), corners])))
    source = HeldSource(table, "1", World().open_parks(None, {}).origin)  # type: ignore[arg-type]
    found = source.read(Wanted(box, inside), None, 10).table.ids.to_pylist()
    assert found == ["0", "1"]
    assert source.count(Wanted(box)) == 5


@given(
    east=st.floats(400_000, 750_000),
    north=st.floats(1_000_000, 2_400_000),
    width=st.floats(1, 200_000),
    height=st.floats(1, 200_000),
    share=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_the_degrees_around_a_rectangle_hold_all_of_it(
    east: float, north: float, width: float, height: float, share: tuple[float, float]
) -> None:
    """Law: no place of the rectangle is outside of the box that is looked through first, not even on its bent sides."""
    box, _ = read_bbox(f"{east!r},{north!r},{east + width!r},{north + height!r}", ZONE)
    places = [(0.0, share[1]), (1.0, share[1]), (share[0], 0.0), (share[0], 1.0), share]
    lon, lat = ZONE.to_wgs84(np.array([[east + a * width, north + b * height] for a, b in places])).T
    assert ((lon >= box.west) & (lon <= box.east) & (lat >= box.south) & (lat <= box.north)).all()


@given(st.sampled_from(OFFERED), st.floats(105.0, 108.0), st.floats(9.0, 12.0))
def test_coordinates_come_back_to_a_millimetre(uri: str, lon: float, lat: float) -> None:
    """Law, for every CRS that is offered; 1e-8° is a millimetre."""
    crs = crs_named(uri, "crs")
    assert crs.to_wgs84(crs.told(np.array([[lon, lat]])))[0] == pytest.approx([lon, lat], abs=1e-8)


@pytest.mark.parametrize("text", [f"{EPSG}9210", "EPSG:9210", "[EPSG:9210]", "urn:ogc:def:crs:EPSG::9210"])
def test_a_crs_is_known_by_each_of_its_spellings(text: str) -> None:
    assert crs_named(text, "crs").code == "EPSG:9210"


@pytest.mark.parametrize("text", ["", "EPSG:1", "mars", f"{EPSG}99999", "EPSG:27700", CRS84 + "h"])
def test_a_crs_that_is_not_offered_is_refused(text: str) -> None:
    with pytest.raises(ServiceError, match="not offered"):
        crs_named(text, "crs")


def test_a_feature_that_a_crs_has_no_place_for_is_named() -> None:
    table = layer("Point", shapely.Point(106, 11), shapely.Point(-74, 91))
    with pytest.raises(ServiceError, match=r"Feature 1 lies where EPSG:9210"):
        features_of(table, ZONE)


SQUARE: Final = shapely.Polygon([(0, 0), (3, 0), (3, 3), (0, 0)], [[(1, 0.5), (2, 0.5), (2, 1), (1, 0.5)]])


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("Point", shapely.Point(106.5, 10.5)),
        ("LineString", shapely.LineString([(1, 2), (3, 4), (5, 6)])),
        ("Polygon", SQUARE),
        ("MultiPolygon", shapely.MultiPolygon([SQUARE, shapely.box(5, 5, 6, 6)])),
    ],
)
def test_every_kind_of_geometry_is_what_geos_writes(kind: ShapeKind, place: shapely.Geometry) -> None:
    """Beside GEOS; a feature without a place between two others has null and moves none of them."""
    found = features_of(layer(kind, place, None, place), DEGREES)
    expected = json.loads(shapely.to_geojson(place))
    assert [one["geometry"] for one in found] == [expected, None, expected]


def test_values_are_those_of_json() -> None:
    names = Text(en="x", vi="x")
    fields = (Field("much", "number", names), Field("at", "datetime", names), Field("day", "date", names))
    moment = datetime(2026, 3, 1, 8, 30, 5, tzinfo=UTC)
    table = layer(
        "Point", None, None, fields=fields, much=[float("nan"), 1.5], at=[moment, None], day=[moment.date(), None]
    )
    first, second = (one["properties"] for one in features_of(table, DEGREES))
    assert first["much"] is None
    assert first["day"] == "2026-03-01"
    assert datetime.fromisoformat(first["at"]) == moment
    assert second == {"much": 1.5, "at": None, "day": None}


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("application/geo+json, application/json", "json"),
        ("text/csv", "csv"),
        ("text/*;q=0.5, application/flatgeobuf", "fgb"),
        ("text/html;q=0, */*", "json"),
        ("application/json;q=0, application/geo+json;q=0, text/csv;q=0.1", "csv"),
        ("application/geopackage+sqlite3", "gpkg"),
    ],
)
def test_the_format_is_the_one_wanted_most(accept: str, name: str) -> None:
    assert chosen_format(FEATURES, None, accept).name == name


def test_formats_that_a_layer_cannot_have_are_refused() -> None:
    with pytest.raises(ServiceError, match="Nothing of what Accept names") as refused:
        chosen_format(FEATURES, None, "image/png")
    assert refused.value.code == "not_acceptable"
    with pytest.raises(ServiceError, match="DXF comes from POST /api/v1/layer-exports"):
        chosen_format(FEATURES, "dxf", "")
    with pytest.raises(ServiceError, match="f is one of: json, html"):
        chosen_format(DOCUMENTS, "gpkg", "")


BEGINS: Final = Field("starts_at", "datetime", Text(en="Begins", vi="Bắt đầu"))
ENDS: Final = Field("ends_at", "datetime", Text(en="Ends", vi="Kết thúc"))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("2026-03-02T00:00:00Z", ["0", "1", "3"]),
        ("2026-03-05", ["1", "2"]),
        ("../2026-02-28T00:00:00Z", ["3"]),
        ("2026-03-04T12:00:00+07:00/..", ["1", "2"]),
        ("2026-03-03T00:00:00Z/2026-03-04T00:00:00Z", ["0", "1"]),
    ],
)
def test_a_time_chooses_what_is_there_then(text: str, rows: list[str]) -> None:
    """0: 1 to 3 March; 1: from 2 March on; 2: all of 5 March; 3: until 2 March 06:00."""
    table = layer(
        "Point",
        *[None] * 4,
        fields=(BEGINS, ENDS),
        starts_at=[_at(1), _at(2), _at(5), None],
        ends_at=[_at(3), None, _at(5, 23), _at(2, 6)],
    )
    condition = during(read_moments(text), table.fields)
    assert isinstance(condition, During)
    assert np.flatnonzero(condition.holds(table)).astype(str).tolist() == rows
    assert during(read_moments(text), (BEGINS,)) is None


def _at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "..", "../..", "2026", "2026-03-01T08:00:00", "2026-03-02/2026-03-01", "a/b", "//"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ServiceError, match="datetime is a moment"):
        read_moments(text)


def test_two_conditions_are_both_met() -> None:
    table = layer("Point", *[shapely.Point(number, 0) for number in range(6)])
    _, first = read_bbox("0,0,400000,1000", crs_named(f"{EPSG}3857", "bbox-crs"))
    _, second = read_bbox("200000,0,900000,1000", crs_named(f"{EPSG}3857", "bbox-crs"))
    assert first is not None
    assert second is not None
    both = Both((first, second))
    assert (both.holds(table) == (first.holds(table) & second.holds(table))).all()
    assert np.flatnonzero(both.holds(table)).tolist() == [2, 3]


def test_no_class_is_declared_twice() -> None:
    assert len(CONFORMANCE) == len(set(CONFORMANCE))


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def one(sqlite_template: Path, world: World, tmp_path: Path) -> Iterator[httpx.Client]:
    with (
        served(sqlite_template, world, tmp_path) as address,
        httpx.Client(base_url=address, timeout=60, headers={"Accept-Language": "en"}) as found,
    ):
        yield found


def test_the_next_page_of_a_layer_made_anew_is_refused_and_not_wrong(one: httpx.Client, world: World) -> None:
    """Its cursor counts rows, and the rows are others: the client is told to begin again."""
    following = one.get(ITEMS, params={"limit": "10"}).links["next"]["url"]
    assert one.get(following).json()["features"][0]["id"] == "l010"
    world.version = "2"
    answer = one.get(following)
    assert answer.status_code == 410
    assert "Begin again" in answer.json()["detail"]


def test_files_come_in_parts_where_a_limit_is_given(one: httpx.Client) -> None:
    """The rest is where the header Link leads; nothing is lost, nothing comes twice."""
    for form in ("geojsonl", "csv"):
        rows: list[str] = []
        following: str | None = f"{ITEMS}?f={form}&limit=100&properties=name"
        parts = 0
        while following is not None:
            answer = one.get(following)
            assert answer.status_code == 200, answer.text
            lines = answer.text.rstrip("\n").split("\n")
            rows += [json.loads(line.lstrip("\x1e"))["id"] for line in lines] if form == "geojsonl" else lines[1:]
            following = answer.links.get("next", {}).get("url")
            parts += 1
        assert parts == 3
        assert len(rows) == len(set(rows)) == 250, form


def test_the_address_of_a_feature_is_written_so_that_it_can_be_asked(one: httpx.Client) -> None:
    """Its id has a slash, a blank and an accent."""
    answer = one.get(f"{ROOT}/collections/parks/items/park%2F1%20%C3%A9")
    assert answer.json()["id"] == "park/1 é"
    (itself,) = [found["href"] for found in answer.json()["links"] if found["rel"] == "self"]
    assert itself.isascii()
    assert " " not in itself
    assert one.get(itself).json() == answer.json()


def test_properties_are_those_asked_for_in_every_format(one: httpx.Client) -> None:
    page = one.get(ITEMS, params={"limit": "1", "properties": "mode,lanes"}).json()
    assert set(page["features"][0]["properties"]) == {"mode", "lanes"}
    csv = one.get(ITEMS, params={"limit": "1", "properties": "mode", "f": "csv"}).text.splitlines()[0]
    assert csv.lstrip("\ufeff").replace('"', "") == "id,mode,WKT"


def test_files_that_are_written_first_wait_for_room(one: httpx.Client) -> None:
    """Two are being written: a third is told to come again, while what is streamed needs no room."""
    assert files.ROOM.acquire(timeout=10)
    assert files.ROOM.acquire(timeout=10)
    try:
        answer = one.get(ITEMS, params={"f": "gpkg"})
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert one.get(ITEMS, params={"f": "csv"}).status_code == 200
    finally:
        files.ROOM.release()
        files.ROOM.release()
    whole = one.get(ITEMS, params={"f": "gpkg"}, headers={"Accept-Encoding": "identity"})
    assert whole.content.startswith(b"SQLite format 3")
    assert len(whole.content) == int(whole.headers["content-length"])


class Ending(HeldSource):
    """A layer whose database is gone after the first of its portions."""

    def read(self, wanted: Wanted, after: Key | None, limit: int) -> Portion:
        """Return the first portion, and no other."""
        if after is not None:
            msg = "the server closed the connection"
            raise OSError(msg)
        return super().read(wanted, after, limit)


class EndingWorld(World):
    """Parks of which more than one portion is read."""

    def open_parks(self, _asking: Asking, _given: Mapping[str, str]) -> HeldSource:
        """Return the parks, which end too early."""
        return Ending(layer("Point", *[shapely.Point(106.7, 11)] * (files.AT_ONCE + 1)), "1", ORIGIN)


def test_a_file_that_breaks_off_while_it_is_sent_does_not_look_whole(sqlite_template: Path, tmp_path: Path) -> None:
    """Its first part is with the reader already: what tells them is a transfer without its end (RFC 9112, 8)."""
    with served(sqlite_template, EndingWorld(), tmp_path) as address, httpx.Client(base_url=address) as one:
        for form in ("csv", "geojsonl"):
            for coding in ("identity", "gzip"):
                headers = {"Accept-Encoding": coding}
                with one.stream("GET", f"{ROOT}/collections/parks/items?f={form}", headers=headers) as answer:
                    assert answer.status_code == 200
                    with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
                        list(answer.iter_raw())


@pytest.mark.parametrize("form", ["gpkg", "fgb", "parquet"])
def test_a_full_disk_of_files_that_are_written_first_is_told(one: httpx.Client, form: str) -> None:
    """No file of more than 10 kB can be made, as on a full disk: 507 with a sentence and no place of the machine."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
        answer = one.get(ITEMS, params={"f": form})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert answer.status_code == 507, answer.text
    assert "a place with room" in answer.json()["detail"]
    assert "hinterland-items-" not in answer.text
    assert one.get(ITEMS, params={"f": form}).status_code == 200
