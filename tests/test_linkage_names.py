"""Names, addresses, telephones and hosts of firms in the form in which they are compared."""

from __future__ import annotations

import csv
from importlib.resources import files
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from supplychain.linkage.addresses import take_address_apart
from supplychain.linkage.contacts import mail_addresses, own_hosts, phone_keys
from supplychain.linkage.localities import NOWHERE, compare_localities, locality_of, locality_of_ward
from supplychain.linkage.names import take_apart, words_of
from supplychain.linkage.party import Party
from supplychain.linkage.syllables import fold_word, from_telex, is_syllable, marked_word
from supplychain.linkage.tables import WordKind, phone_prefixes, phrases


@pytest.mark.parametrize(
    ("name", "proper", "forms", "activities", "numbers"),
    [
        ("Công ty TNHH MTV SX TM DV An Phát 2", "an phat", {"limited_one_member"}, set(), ("2",)),
        ("CTY CP NHUA AN PHAT", "an phat", {"joint_stock"}, {"plastic"}, ()),
        ("An Phat Plastic JSC", "an phat", {"joint_stock"}, {"plastic"}, ()),
        ("Công ty trách nhiệm hữu hạn một thành viên Thép Minh Thịnh", "minh thinh", {"limited_one_member"},
         {"steel"}, ()),
        ("DNTN Hoàng Sơn", "hoang son", {"private_enterprise"}, set(), ()),
        ("HTX Nông nghiệp Tân Uyên II", "tan uyen", {"cooperative"}, {"agriculture"}, ("2",)),
        ("Công ty TNHH Tân Bình Minh", "tan binh minh", {"limited"}, set(), ()),
        ("Công ty TNHH Sơn Hải", "son hai", {"limited"}, set(), ()),
        ("Công ty TNHH Sơn Á Đông", "a dong", {"limited"}, {"paint"}, ()),
        ("Siemens Aktiengesellschaft", "siemens", {"ag"}, set(), ()),
        ("A.B.C. Company", "abc", {"company"}, set(), ()),
    ],
)  # fmt: skip
def test_a_name_is_taken_apart(
    name: str, proper: str, forms: set[str], activities: set[str], numbers: tuple[str, ...]
) -> None:
    parts = take_apart(name)
    assert (" ".join(parts.proper), set(parts.forms), parts.numbers) == (proper, forms, numbers)
    assert activities <= parts.activities


def test_branches_and_places_are_told() -> None:
    branch = take_apart("Chi nhánh Công ty TNHH An Phát tại Bình Dương")
    assert branch.units == {"branch"}
    assert branch.places == {"binh_duong"}
    assert branch.proper == ("an", "phat")


def test_a_name_of_general_words_alone_keeps_them() -> None:
    parts = take_apart("Công ty CP Cơ khí Xây dựng")
    assert parts.general
    assert parts.proper == ("co", "khi", "xay", "dung")
    assert take_apart("Công ty CP Cảng Sài Gòn").proper == ("sai", "gon")
    assert parts.activities == {"mechanical", "construction"}


def test_the_same_firm_in_two_languages_names_the_same_activity() -> None:
    vietnamese, english = take_apart("Công ty CP Bao bì Nhựa Tân Tiến"), take_apart("Tan Tien Plastic Packaging JSC")
    assert (vietnamese.proper, vietnamese.activities) == (english.proper, english.activities)


@example("1²:0")
@given(st.text(max_size=60))
def test_any_text_is_taken_apart(text: str) -> None:
    """Whatever is written: no error, and a name with a word in it has a name proper."""
    parts = take_apart(text)
    named = parts.proper or parts.forms or parts.numbers or parts.places or parts.activities or parts.generic
    assert bool(named or parts.units) or not [word for word in words_of(text) if word.isalnum()] or parts.aside == ()
    take_address_apart(text)
    phone_keys(text)
    own_hosts(text, text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("dduwowngf", "duong"), ("nghieejp", "nghiep"), ("vieetj", "viet"), ("thuwowng", "thuong"), ("phats", "phat"),
     ("bosch", None), ("steel", None), ("phat", None)],
)  # fmt: skip
def test_telex_keys_are_read(typed: str, meant: str | None) -> None:
    assert from_telex(typed) == meant


def test_a_name_typed_without_its_keyboard_program_is_read() -> None:
    assert take_apart("Coong ty TNHH Vieejt Tieens").proper == take_apart("Công ty TNHH Việt Tiến").proper


def test_spellings_of_one_word_are_one() -> None:
    assert marked_word("Hòa") == marked_word("Hoà") != marked_word("Hóa")
    assert marked_word("Mỹ") == marked_word("Mĩ")
    assert fold_word("Đường") == "duong"
    assert is_syllable("nghieng")
    assert not is_syllable("phta")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0650 3743 898", "+84 274 3743898"),
        ("01681234567", "038.123.4567"),
        ("(+84)(0)274 3743898", "02743743898 ext 12"),
        ("08 3827 1234", "(028) 3827.1234"),
        ("84-903-123-456", "0903123456"),
        ("0913222333; 0903 123 456", "0903123456"),
    ],
)
def test_telephones_that_ring_in_the_same_office_share_a_key(one: str, other: str) -> None:
    assert phone_keys(one) & phone_keys(other)


def test_telephones_of_two_offices_share_none() -> None:
    assert not phone_keys("0274 3743 898") & phone_keys("0274 3743 899")
    assert not phone_keys("123")
    assert not phone_keys(None)


def test_no_former_mobile_prefix_is_left_out() -> None:
    """The plan of the ministry moved 21 mobile prefixes of eleven digits in 2018: 120-129, 162-169, 186, 188, 199."""
    mobile = {former for _, former in phone_prefixes() if former.startswith("01")}
    expected = {120, 121, 122, 126, 128, 123, 124, 125, 127, 129, *range(162, 170), 186, 188, 199}
    assert mobile == {f"0{prefix}" for prefix in expected}


def test_hosts_of_free_mail_say_nothing() -> None:
    assert own_hosts("sales@anphat.com.vn; a@gmail.com", "https://www.anphat.vn/a") == {"anphat.com.vn", "anphat.vn"}
    assert mail_addresses("A@B.vn, c@d.com.vn.") == {"a@b.vn", "c@d.com.vn"}


def test_an_address_in_a_park_gives_lot_park_and_street() -> None:
    parts = take_address_apart("Lô B-12, đường số 3, KCN VSIP II, P. Hòa Phú, TP. Thủ Dầu Một, Bình Dương")
    assert (sorted(parts.numbers), sorted(parts.names), parts.park) == (["3", "b12"], [], "vsip 2")
    assert parts.units == (("ward", "hoa phu"), ("city", "thu dau mot"), ("", "binh duong"))


def test_an_address_in_a_street_gives_house_and_street() -> None:
    parts = take_address_apart("Số 12/3A Đại lộ Bình Dương, phường Phú Lợi, Thành phố Hồ Chí Minh")
    assert (sorted(parts.numbers), sorted(parts.names)) == (["12/3a"], ["binh"])
    assert parts.units == (("ward", "phu loi"), ("city", "ho chi minh"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Số 61 đường Huỳnh Văn Lũy, Phường Phú Mỹ, Thành phố Thủ Dầu Một, Bình Dương",
            "61 Đ. Huỳnh Văn Lũy, P. Bình Dương, TP.HCM",
        ),
        (
            "Thửa đất 215, tờ bản đồ 31, KP Khánh Lộc, P. Khánh Bình, TP. Tân Uyên, Bình Dương",
            "Thửa 215, TBĐ 31, khu phố Khánh Lộc, Phường Tân Hiệp, TPHCM",
        ),
        ("Lô 9, KCN Minh Hưng, X. Minh Hưng, TX. Chơn Thành, Bình Phước", "Lot 9, Minh Hung Industrial Park, Dong Nai"),
    ],
)
def test_a_door_is_the_same_in_units_before_and_since_2025(one: str, other: str) -> None:
    """Bình Dương is Ho Chi Minh City since July 2025, Bình Phước is Đồng Nai; wards by the tables of the mergers."""
    a, b = take_address_apart(one), take_address_apart(other)
    assert (a.numbers, a.park) == (b.numbers, b.park)
    assert compare_localities(locality_of(a.units), locality_of(b.units)) in ("same_ward", "same_province")


def test_units_apart_are_told() -> None:
    phu_loi = locality_of((("ward", "phu loi"), ("city", "ho chi minh")))
    assert compare_localities(phu_loi, locality_of((("ward", "di an"), ("city", "ho chi minh")))) == "other_ward"
    assert compare_localities(phu_loi, locality_of((("", "ha noi"),))) == "other_province"
    assert compare_localities(phu_loi, NOWHERE) == "none"
    assert locality_of_ward(None, "00001").wards
    assert locality_of_ward("99999", None) == NOWHERE


def test_every_word_of_the_table_has_a_kind_and_stands_once() -> None:
    rows = list(
        csv.DictReader(files("supplychain.linkage").joinpath("tables/words.csv").read_text("utf-8").splitlines())
    )
    assert {row["kind"] for row in rows} == set(get_args(WordKind))
    assert len({row["written"] for row in rows}) == len(rows)
    assert all(phrase.concept or phrase.kind == "stop" for some in phrases().values() for phrase in some)


def test_a_party_is_made_of_a_record() -> None:
    party = Party.of("org_1", {"name_vi": "An Phát", "tax_code": "", "lat": 11.0, "synthetic": True})
    assert (party.name, party.tax_code, party.lat) == ("An Phát", None, 11.0)


def test_a_position_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="lat of x must be a number"):
        Party("x", "An Phát", lat=float("nan"))
