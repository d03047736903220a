"""Places of questions: coordinates in either order, ids and names of a region, and files as people save them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.answers.places import Place, PlaceError, find_place, parse_point, registry_places
from geodata.answers.places_file import read_places
from supplychain.errors import FindingsError
from supplychain.pack import Pack

PLACES = (
    Place("vsip_1", 106.723, 10.932, "KCN VSIP I", "park"),
    Place("vsip_2", 106.686, 11.068, "KCN VSIP II", "park"),
    Place("cat_lai", 106.796, 10.766, "Cảng Tân Cảng–Cát Lái", "seaport"),
    Place("di_an", 106.77, 10.9, "Dĩ An", "zone"),
)


@pytest.mark.parametrize("text", ["10.932,106.723", " 10.932 , 106.723 ", "10.932 106.723", "10.932;106.723"])
def test_a_point_is_latitude_then_longitude(text: str) -> None:
    point = parse_point(text)
    assert point is not None
    assert (point.lat, point.lon, point.place_id) == (10.932, 106.723, "10.932,106.723")


@pytest.mark.parametrize("text", ["", "vsip_1", "10.9", "10.9,106.7,3", "north,south", "1e3,4", "10.9,,106.7"])
def test_other_texts_are_no_point(text: str) -> None:
    assert parse_point(text) is None


def test_swapped_coordinates_are_told_with_the_right_order() -> None:
    with pytest.raises(PlaceError, match=r"swapped; write 10\.932, 106\.723") as caught:
        parse_point("106.723,10.932")
    assert "bị đảo; hãy ghi 10.932, 106.723" in caught.value.sentence("vi")


@given(lat=st.floats(8.0, 24.0), lon=st.floats(102.0, 118.0))
def test_every_place_of_vietnam_is_known_in_one_order_only(lat: float, lon: float) -> None:
    found = parse_point(f"{lat:.6f},{lon:.6f}")
    assert found is not None
    assert found.lat == pytest.approx(lat, abs=1e-6)
    with pytest.raises(PlaceError):
        parse_point(f"{lon:.6f},{lat:.6f}")


@pytest.mark.parametrize("text", ["91,10", "-90.5,0", "10,181", "0,-180.1"])
def test_a_point_off_the_globe_is_refused(text: str) -> None:
    with pytest.raises(PlaceError, match="latitude must lie between -90 and 90"):
        parse_point(text)


def test_a_place_is_found_by_id_and_by_name_without_marks() -> None:
    assert find_place("vsip_1", PLACES).place_id == "vsip_1"
    assert find_place("kcn vsip i", PLACES).place_id == "vsip_1"
    assert find_place("cat lai", PLACES).place_id == "cat_lai"
    assert find_place("DI AN", PLACES).place_id == "di_an"


def test_a_name_of_two_places_or_of_none_is_refused_with_those_alike() -> None:
    with pytest.raises(PlaceError, match="vsip may be any of vsip_1, vsip_2"):
        find_place("vsip", PLACES)
    with pytest.raises(PlaceError, match=r"no place vsip_3\..*similar: vsip_"):
        find_place("vsip_3", PLACES)
    with pytest.raises(PlaceError, match=r"no place \..*similar: –"):
        find_place("", PLACES)


def test_places_of_the_shipped_region(region_pack: Pack) -> None:
    parks = registry_places(region_pack, "parks")
    assert {"vsip_1", "bau_bang"} <= {place.place_id for place in parks}
    assert "tan_binh_expansion" not in {place.place_id for place in parks}
    assert "tan_binh_expansion" in set(region_pack.table("parks")["park_id"])
    ports = registry_places(region_pack, "terminals", "seaport")
    assert {place.kind for place in ports} == {"seaport"}
    assert {place.group for place in ports} >= {"cai_mep", "hcmc_ports"}


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "places.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        "id,lon,lat,name\na,106.7,10.9,Kho A\nb,106.8,10.8,Kho B\n",
        "\ufeffid,lon,lat,name\r\na,106.7,10.9,Kho A\r\nb,106.8,10.8,Kho B\r\n",
        "Tên;Mã;Vĩ độ;Kinh độ\nKho A;a;10,9;106,7\nKho B;b;10,8;106,8\n",
        "place_id\tlatitude\tlongitude\tname\na\t10.9\t106.7\tKho A\n\nb\t10.8\t106.8\tKho B\n",
    ],
)
def test_files_as_people_save_them(tmp_path: Path, content: str) -> None:
    assert read_places(write(tmp_path, content)) == (
        Place("a", 106.7, 10.9, "Kho A"),
        Place("b", 106.8, 10.8, "Kho B"),
    )


def test_a_cell_of_two_lines_keeps_the_count_of_lines(tmp_path: Path) -> None:
    content = 'id,lon,lat,name\na,106.7,10.9,"two\nlines"\nb,x,10.8,B\n'
    with pytest.raises(FindingsError) as caught:
        read_places(write(tmp_path, content))
    assert [(finding.row, finding.column) for finding in caught.value.findings] == [(4, "lon")]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "lacks a column id"),
        ("id,lon,lat\n", "no row below the header"),
        ("id,lon\na,1\n", "lacks a column lat; it has: id, lon"),
        ("id,lon,lat\na,106.7,10.9\na,106.8,10.9\n", "places.csv:3 [id]: id a stands on line 2 already"),
        ("id,lon,lat\n,106.7,10.9\n", "places.csv:2 [id]: the id is empty"),
        ("id,lon,lat\na,,10.9\n", "places.csv:2 [lon]: '' is no number"),
        ("id,lon,lat\na,10_6,10.9\n", "'10_6' is no number"),
        ("id,lon,lat\na,nan,10.9\n", "got 10.9 and nan"),
        ("id,lon,lat\na,10.9,106.7\n", "latitude and longitude are swapped"),
        ("id,lon,lat\na,500,10.9\n", "longitude between -180 and 180"),
        (b"id,lon,lat\n\xff\xfe,1,2\n", "not text in UTF-8"),
        (b"\x00\x01\x02", "not text in UTF-8"),
    ],
)
def test_files_that_cannot_be_used(tmp_path: Path, content: str | bytes, told: str) -> None:
    with pytest.raises(FindingsError) as caught:
        read_places(write(tmp_path, content))
    assert told in caught.value.sentence("en")
    assert caught.value.sentence("vi") != caught.value.sentence("en")


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(FindingsError) as caught:
        read_places(write(tmp_path, "id,lon,lat\na,x,y\nb,1,2\nb,1,2\n,3,4\n"))
    assert len(caught.value.findings) == 4


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    with path.open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    with pytest.raises(FindingsError, match="cannot be used") as caught:
        read_places(path)
    assert "larger than 64 MB" in caught.value.sentence("en")
