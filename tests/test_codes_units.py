"""Administrative units: facts of the reform of 2025, laws of the step between old and new, addresses, refusals."""

from __future__ import annotations

import json
import tarfile
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.codes import CodeError, Unit, find_units, get_unit, parse_address, to_new, to_old
from supplychain.codes.unit_names import latin, marked, name_key
from supplychain.codes.units import unit_table
from supplychain.text import fold

SHARED_WARDS = Path(__file__).resolve().parents[2] / "shared" / "data" / "admin" / "ho_chi_minh_city_wards_2025.tar.gz"

OLD_WARDS = [unit for unit in unit_table().units.values() if unit.former and unit.level == "ward"]


def titles(units: tuple[Unit, ...]) -> list[str]:
    return [unit.title.vi for unit in units]


def test_the_reform_of_2025_in_numbers() -> None:
    """34 provinces (6 of them cities) and 3,321 units below: 2,621 communes, 687 wards, 13 special zones (June 2025).

    Before: 63 provinces and 696 districts.
    """
    units = unit_table().units.values()
    kinds = [(unit.former, unit.kind) for unit in units]
    assert sum(not former for former, _ in kinds) == 34 + 3321
    assert [kinds.count((False, kind)) for kind in ("municipality", "commune", "ward", "special_zone")] == [
        6,
        2621,
        687,
        13,
    ]
    levels = [unit.level for unit in units if unit.former]
    assert (levels.count("province"), levels.count("district"), levels.count("ward")) == (63, 696, 10035)


def test_binh_duong_became_36_wards_of_ho_chi_minh_city() -> None:
    """Resolution 1685/NQ-UBTVQH15: the 91 wards and communes of Bình Dương became 24 wards and 12 communes."""
    wards = [ward for ward in OLD_WARDS if get_unit(ward.parent, former=True).parent == "74"]
    new = {unit for ward in wards for unit in to_new(ward.code)}
    assert len(wards) == 91
    assert titles(to_new("74")) == ["Thành phố Hồ Chí Minh"]
    assert {unit.parent for unit in new} == {"79"}
    assert [sum(unit.kind == kind for unit in new) for kind in ("ward", "commune")] == [24, 12]


def test_each_old_ward_went_somewhere_and_each_new_one_came_from_somewhere() -> None:
    table = unit_table()
    for ward in OLD_WARDS:
        new = to_new(ward.code)
        assert new
        assert all(ward in to_old(unit.code) for unit in new)
        old_province = list(table.parents(ward))[-1]
        assert {unit.parent for unit in new} == {unit.code for unit in to_new(old_province.code)}
    for unit in table.units.values():
        if not unit.former:
            assert to_old(unit.code)
        assert unit.level == "province" or table.units[unit.parent, unit.former]


def test_a_divided_ward_a_district_and_an_island() -> None:
    """Hiệp Thành was divided between Thủ Dầu Một and Phú Lợi; the district of Côn Đảo had no wards."""
    assert sorted(titles(to_new("25741"))) == ["Phường Phú Lợi", "Phường Thủ Dầu Một"]
    assert titles(to_new("725")) == [
        "Phường Lái Thiêu",
        "Phường Thuận Giao",
        "Phường An Phú",
        "Phường Thuận An",
        "Phường Bình Hòa",
    ]
    assert titles(to_new("755")) == ["Đặc khu Côn Đảo"]


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(CodeError, match="No administrative unit before July 2025"):
        to_new("99999")
    with pytest.raises(CodeError, match="since July 2025") as refusal:
        to_old("725")
    assert "từ tháng 7/2025" in refusal.value.sentence("vi")


@pytest.mark.shared_data
@pytest.mark.skipif(not SHARED_WARDS.exists(), reason="the shared data folder is not here")
def test_names_and_codes_agree_with_an_independent_list_of_the_168_wards() -> None:
    theirs: dict[str, str] = {}
    with tarfile.open(SHARED_WARDS) as archive:
        for member in archive.getmembers():
            if "/wards/" in member.name and member.name.endswith(".geojson"):
                content = archive.extractfile(member)
                assert content is not None
                shape: dict[str, Any] = json.load(content)
                about = (shape["features"][0] if "features" in shape else shape)["properties"]
                theirs[about["code"]] = about["fullName"]
    ours = {unit.code: unit.title.vi for unit in unit_table().units.values() if unit.parent == "79" and not unit.former}
    assert len(theirs) == 168
    assert ours.keys() == theirs.keys()
    assert {code: marked(name) for code, name in ours.items()} == {code: marked(name) for code, name in theirs.items()}


@pytest.mark.parametrize(
    ("address", "street", "ward", "district"),
    [
        ("Số 8, KCN VSIP 1, phường Bình Hòa, TP. Thuận An, tỉnh Bình Dương", "Số 8, KCN VSIP 1", "25987", "725"),
        ("No. 8, Road 6, VSIP, Binh Hoa Ward, Thuan An City, Binh Duong Province, Vietnam", "", "25987", "725"),
        ("KP Bình Đức phường Bình Hòa TP Thuận An tỉnh Bình Dương 820000", "KP Bình Đức", "25987", "725"),
        ("X. An Sơn, H. Thuận An, T. Bình Dương", "", "25981", "725"),
        ("P.Bình Hòa - TX.Thuận An - Bình Dương", "", "25987", "725"),
        ("Khu phố 3, P. Phu Cuong, Thủ Dầu Một, BÌNH DƯƠNG", "Khu phố 3", "25747", "718"),
        ("12 Cach Mang Thang 8 Phu Cuong Thu Dau Mot Binh Duong", "12 Cach Mang Thang 8", "25747", "718"),
        ("P5, Q3, TPHCM", "", "27151", "770"),
        ("Phường 05, Quận 03, Thành phố Hồ Chí Minh", "", "27151", "770"),
        ("Ward 5, District 3, HCMC", "", "27151", "770"),
        ("Xa lộ Hà Nội, P. Hiệp Phú, Q9, HCM", "Xa lộ Hà Nội", "26839", "769"),
        ("Ấp 4, xã Trừ Văn Thố, Bàu Bàng, Bình Dương", "Ấp 4", "25816", "719"),
        ("Phường 1, TP. Vũng Tàu, Bà Rịa - Vũng Tàu", "", "26506", "747"),
    ],
)
def test_old_addresses(address: str, street: str, ward: str, district: str) -> None:
    parsed = parse_address(address)
    assert parsed.ward is not None
    assert parsed.district is not None
    assert (parsed.ward.code, parsed.district.code, parsed.old) == (ward, district, True)
    assert parsed.new_wards == to_new(ward)
    assert not street or parsed.street == street


def test_a_new_address() -> None:
    parsed = parse_address("Lô A, KCN VSIP 1, phường Bình Hòa, Thành phố Hồ Chí Minh")
    assert parsed.ward == get_unit("25987", former=False)
    assert (parsed.old, parsed.district, parsed.confidence) == (False, None, "high")
    assert parsed.province == get_unit("79", former=False)
    assert parsed.street == "Lô A, KCN VSIP 1"


def test_old_and_new_forms_of_one_place_lead_to_the_same_ward() -> None:
    forms = (
        "phường Thuận Giao, TP Thuận An, Bình Dương",
        "phường Thuận Giao, TP Hồ Chí Minh",
        "Thuan Giao, Thuan An, HCM",
        "P. Thuận Giao, Bình Dương",
    )
    assert {parse_address(form).new_wards for form in forms} == {(get_unit("25969", former=False),)}


def test_a_divided_ward_is_told_with_its_parts() -> None:
    parsed = parse_address("phường Hiệp Thành, Thủ Dầu Một, Bình Dương")
    assert parsed.ward == get_unit("25741", former=True)
    assert len(parsed.new_wards) == 2
    assert "được chia" in parsed.reasons[0].vi


def test_a_name_of_an_old_and_another_new_ward_is_not_decided() -> None:
    """An Phú of Thủ Đức became Bình Trưng and An Khánh; An Phú of Thuận An is An Phú today."""
    parsed = parse_address("Phường An Phú, TP.HCM")
    assert parsed.ward is None
    assert parsed.old is None
    assert titles(parsed.candidates) == ["Phường An Phú", "Phường An Phú"]
    assert len(parsed.new_wards) == 3
    assert parsed.confidence == "low"


def test_a_bare_name_of_a_former_district_and_a_ward_of_today_is_not_decided() -> None:
    parsed = parse_address("Thuận An, TP.HCM")
    assert titles(parsed.candidates) == ["Thành phố Thuận An", "Phường Thuận An"]
    assert parse_address("Thị xã Thuận An, Bình Dương").district == get_unit("725", former=True)


def test_typed_marks_decide_between_names_that_fold_alike() -> None:
    """Đông Thành and Đồng Thành, both of Yên Thành, differ by one mark."""
    assert (
        parse_address("xã Đồng Thành, huyện Yên Thành, Nghệ An").ward
        != parse_address("xã Đông Thành, huyện Yên Thành, Nghệ An").ward
    )
    unmarked = parse_address("xa Dong Thanh, huyen Yen Thanh, Nghe An")
    assert unmarked.ward is None
    assert len(unmarked.candidates) == 2


@pytest.mark.parametrize(
    "address", ["", "   ", "123 Đại lộ Bình Dương", "KCN Bàu Bàng", "Nguyễn Văn A", "0312345678", ",,;"]
)
def test_streets_and_estates_are_no_units(address: str) -> None:
    parsed = parse_address(address)
    assert (parsed.ward, parsed.district, parsed.province) == (None, None, None)
    assert parsed.reasons[0].en == "No administrative unit was recognised."


def test_a_written_kind_that_is_not_the_unit_s_is_told() -> None:
    parsed = parse_address("xã Bình Hòa, TP Thuận An, Bình Dương")
    assert parsed.ward == get_unit("25987", former=True)
    assert parsed.confidence == "medium"
    assert "kind" in parsed.reasons[0].en


@pytest.mark.parametrize("step", range(4))
def test_every_seventh_old_ward_is_found_however_it_is_written(step: int) -> None:
    """In full, in capitals, without commas, and with abbreviations: the ward itself, never another."""
    short = {"Phường": "P.", "Xã": "X.", "Thị trấn": "TT.", "Thành phố": "TP.", "Quận": "Q.", "Huyện": "H."}
    for ward in islice(OLD_WARDS, step, None, 7 * 4):
        full = [unit.title.vi for unit in (ward, *unit_table().parents(ward))]
        brief = ", ".join(full)
        for word, letters in short.items():
            brief = brief.replace(word + " ", letters)
        forms = (", ".join(full), ", ".join(full).upper(), "Số 5 đường số 3 " + " ".join(full), brief)
        assert [parse_address(form).ward for form in forms] == [ward] * 4


def test_every_new_ward_is_found_or_told_as_ambiguous() -> None:
    for unit in unit_table().units.values():
        if not unit.former and unit.level == "ward":
            province = get_unit(unit.parent, former=False)
            parsed = parse_address(f"{unit.title.vi}, {province.title.vi}")
            assert unit in parsed.new_wards
            assert parsed.ward == unit or unit in parsed.candidates


@given(st.text(max_size=200))
def test_no_text_breaks_the_parser_and_no_word_is_lost(text: str) -> None:
    parsed = parse_address(text)
    kept = fold(parsed.street)
    if parsed.province is None and parsed.ward is None and parsed.district is None and not parsed.candidates:
        assert all(word in kept for word in fold(text).replace(":", " ").split() if word.isalnum() and word.isascii())


@given(st.sampled_from(OLD_WARDS), st.booleans())
def test_without_marks_the_same_unit_or_several(ward: Unit, lower: bool) -> None:
    text = ", ".join(latin(unit.title.vi) for unit in (ward, *unit_table().parents(ward)))
    parsed = parse_address(text.lower() if lower else text)
    assert parsed.ward == ward or ward in parsed.candidates


def test_find_units() -> None:
    assert titles(find_units("phường Bình Hòa")) == ["Phường Bình Hòa", "Phường Bình Hòa"]
    assert [unit.code for unit in find_units("tp thuan an")] == ["725"]
    assert [(unit.code, unit.former) for unit in find_units("hcm")] == [("79", True), ("79", False)]
    assert titles(find_units("Bình Hòa, Thuận An, Bình Dương")) == ["Phường Bình Hòa"]
    assert find_units("no such place") == ()


@pytest.mark.parametrize(
    ("one", "other"), [("Hòa Lợi", "Hoà Lợi"), ("Mỹ Phước", "Mĩ Phước"), ("Phường 05", "phuong 5")]
)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_marks_tell_hoa_from_hoa() -> None:
    assert marked("Hoà") == marked("Hòa") != marked("Hoá")
