"""What keeps a candidate out: certificates, units, months, lead times, fit, each worked by hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sourcing_parts import DAY, HERE, PIPES, goods, held, party, question, supply

from supplychain.errors import HinterlandError
from supplychain.sourcing.certificates import Scheme, covers, holding
from supplychain.sourcing.fit import OTHER_MARKS, fit_of, name_fit
from supplychain.sourcing.judging import Candidate, Trip, arrival_of, failures
from supplychain.sourcing.months import first_day, last_day, parse_months
from supplychain.sourcing.quantities import conversion, free_in
from supplychain.sourcing.question import Question
from supplychain.sourcing.values import Goods, Supply, Written

PERIOD = (date(2027, 3, 1), date(2027, 5, 31))


def reasons(asked: Question, offer: Supply, minutes: float = 10.0) -> list[tuple[str, str]]:
    found = failures(Candidate(asked, offer, fit_of(asked.goods, offer.goods), Trip(minutes, minutes)))
    return [(one.reason, one.detail) for one in found]


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("2027-03", ("2027-03",)),
        ("2026-11..2027-02", ("2026-11", "2026-12", "2027-01", "2027-02")),
        ("", ()),
        ("3/2027", ("2027-03",)),
    ],
)
def test_months_are_read(text: str, months: tuple[str, ...]) -> None:
    assert parse_months(text) == months


@pytest.mark.parametrize("text", ["2027-13", "March", "2027-03..", "2027-05..2027-03", "2020-01..2027-01"])
def test_what_is_no_range_of_months_is_refused(text: str) -> None:
    with pytest.raises(HinterlandError):
        parse_months(text)


def test_the_last_day_of_a_month_knows_leap_years() -> None:
    assert (first_day("2028-02"), last_day("2028-02")) == (date(2028, 2, 1), date(2028, 2, 29))


@pytest.mark.parametrize(
    ("asked", "written", "same"),
    [
        ("IATF16949", "IATF 16949:2016", True),
        ("iso 9001", "ISO 9001:2015", True),
        ("ISO 9001:2015", "ISO 9001:2015", True),
        ("ISO 9001:2008", "ISO 9001:2015", False),
        ("ISO 9001:2015", "ISO 9001", False),
        ("ISO 900", "ISO 9001:2015", False),
        ("FSC-STD-40-004", "FSC STD 40 004", True),
        ("Hợp quy", "HOP QUY", True),
    ],
)
def test_a_scheme_is_the_same_however_it_is_written(asked: str, written: str, *, same: bool) -> None:
    assert Scheme.of(asked).takes(Scheme.of(written)) is same


@pytest.mark.parametrize(
    ("certificates", "fault"),
    [
        ([], "missing"),
        ([held("ISO 14001:2015")], "missing"),
        ([held("ISO 9001:2015")], ""),
        ([held("ISO 9001:2015", codes=("hs:8534",))], "scope"),
        ([held("ISO 9001:2015", codes=("hs:7306", "hs:8534"))], ""),
        ([held("ISO 9001:2015", last="2026-10-01")], "not_valid"),
        ([held("ISO 9001:2015", first="2027-01-01")], "not_valid"),
        ([held("ISO 9001:2015", last="2027-04-10")], "expires"),
        ([held("ISO 9001:2015", last="2027-02-10")], "expires"),
        ([held("ISO 9001:2015", last="2027-04-10"), held("ISO 9001:2015", "2027-04-11")], ""),
        ([held("ISO 9001:2015", last="2027-04-10"), held("ISO 9001:2015", "2027-04-12")], "expires"),
        ([held("ISO 9001:2015", last="2026-12-31"), held("ISO 9001:2015", "2027-02-01")], ""),
    ],
)
def test_a_certificate_is_held_on_the_day_and_through_the_months_or_says_why_not(
    certificates: list[object], fault: str
) -> None:
    """Asked on 23 November 2026 for March to May 2027; the goods are HS 730630."""
    assert holding("ISO 9001", certificates, (PIPES,), DAY, PERIOD).fault == fault  # type: ignore[arg-type]


def test_a_scope_in_codes_covers_what_begins_with_them_and_nothing_without_a_code() -> None:
    assert covers((), (Goods(),))
    assert covers(("hs:73",), (PIPES,))
    assert covers(("vsic:24",), (Goods(vsic_code="2410"),))
    assert not covers(("hs:73063010",), (PIPES,))
    assert not covers(("hs:73",), (Goods(),))
    assert covers(("hs:73",), (Goods(), PIPES))


@pytest.mark.parametrize(
    ("offered", "unit", "mass", "factor"),
    [
        (goods(), "t", None, 1.0),
        (goods(unit="piece", unit_mass_kg=20.0), "t", None, 0.02),
        (goods(), "piece", 20.0, 50.0),
        (goods(unit="set", unit_mass_kg=60.0), "piece", 20.0, 3.0),
        (goods(unit="piece"), "piece", None, 1.0),
        (goods(unit="piece"), "t", None, None),
        (goods(unit="hour"), "day", None, None),
    ],
)
def test_units_are_compared_with_themselves_or_in_tonnes_or_not_at_all(
    offered: Goods, unit: str, mass: float | None, factor: float | None
) -> None:
    assert conversion(offered, unit, mass) == (None if factor is None else pytest.approx(factor))


def test_free_capacity_is_that_of_the_month_and_capacity_is_not_told_as_free() -> None:
    """In pieces of 20 kg: 500 free in March are 10 t; in April only the capacity of 100 t is known; 0 is 0 t."""
    offer = supply("a", goods=goods(unit="piece", unit_mass_kg=20.0), free_by_month={"2027-03": 500.0, "2027-05": 0.0})
    found = [free_in(offer, month, "t", None) for month in ("2027-03", "2027-04", "2027-05")]
    assert [(one.amount, one.is_free) for one in found] == [(10.0, True), (100.0, False), (0.0, True)]


def test_quantities_that_cannot_be_compared_are_a_reason_not_a_guess() -> None:
    in_pieces = goods(unit="piece")
    assert reasons(question(), supply("a", goods=in_pieces, capacity_per_month=900.0, capacity_t_per_month=None)) == [
        ("unit", "piece")
    ]
    assert reasons(question(), supply("a", goods=in_pieces, free_by_month={"2027-03": 5.0})) == []
    march = question(months=("2027-03",))
    assert reasons(march, supply("a", goods=in_pieces, free_by_month={"2027-03": 5.0})) == [("unit", "piece")]
    assert reasons(question(), supply("a", capacity_t_per_month=None)) == [("capacity_not_stated", "")]
    assert reasons(question(quantity=None), supply("a", capacity_t_per_month=None)) == []


def test_the_first_short_month_is_named() -> None:
    asked = question(months=("2027-03", "2027-04"))
    offer = supply("a", free_by_month={"2027-03": 40.0, "2027-04": 39.0})
    (found,) = failures(Candidate(asked, offer, fit_of(PIPES, PIPES)))
    assert (found.reason, found.detail, found.gap, found.direction) == ("capacity", "2027-04", 1.0, "down")


def test_a_larger_least_order_is_met_by_ordering_more_where_there_is_capacity_for_it() -> None:
    (found,) = failures(Candidate(question(), supply("a", minimum_order=60.0), fit_of(PIPES, PIPES)))
    assert (found.reason, found.gap, found.direction) == ("minimum_order", 20.0, "up")
    found, _ = failures(Candidate(question(quantity=200.0), supply("a", minimum_order=600.0), fit_of(PIPES, PIPES)))
    assert (found.reason, found.gap) == ("capacity", None)


def test_lead_time_and_way_bring_an_order_to_its_day() -> None:
    """Ordered on 23 November: ten days and 1,500 minutes (a day and an hour) later is 4 December."""
    asked, offer, trip = question(arrive=date(2026, 12, 3)), supply("a"), Trip(1500.0, 1500.0)
    assert arrival_of(asked, offer, trip) == date(2026, 12, 4)
    (found,) = failures(Candidate(asked, offer, fit_of(PIPES, PIPES), trip))
    assert (found.reason, found.gap) == ("arrives_late", 1.0)
    assert reasons(question(arrive=date(2026, 12, 4)), offer) == []
    assert reasons(question(arrive=date(2026, 12, 4)), supply("a", lead_time_days=None)) == [
        ("lead_time_not_stated", "")
    ]
    assert reasons(question(lead_time_days=9.0), offer) == [("lead_time", "")]


def test_every_limit_is_told_in_the_order_of_reasons() -> None:
    asked = question(
        minutes=5.0,
        km=5.0,
        certificates=("IATF16949", "ISO 9001"),
        months=("2027-03",),
        stage="start_up",
        region="Bến Cát",
        quantity=500.0,
        codes=("hs:8534",),
        lead_time_days=1.0,
    )
    assert [reason for reason, _ in reasons(asked, supply("a", valid_to=date(2027, 1, 1)))] == [
        "other_stage",
        "code",
        "region_unknown",
        "too_far_minutes",
        "too_far_km",
        "certificate",
        "certificate",
        "offer_not_valid",
        "capacity",
        "lead_time",
    ]


def test_one_does_not_supply_oneself_nor_of_another_kind() -> None:
    assert reasons(question(own_organisation_id="org_a"), supply("a")) == [("own_firm", "")]
    assert reasons(question(), supply("a", goods=goods(kind="training"))) == [("other_kind", "training")]
    assert reasons(question(goods=goods(kind="")), supply("a", goods=goods(kind="training"))) == []


def test_a_region_is_a_whole_name_or_code_of_the_place() -> None:
    written = Written(park_ward="Phường Bến Cát", park_province="Bình Dương")
    offer = supply("a", party=party("a", region_words=("kcn my phuoc 3", "my_phuoc_3"), written=written))
    for inside in ("Mỹ Phước 3", "my_phuoc_3", "Bến Cát", "25813", "BINH DUONG", ""):
        assert reasons(question(region=inside), offer) == [], inside
    for outside in ("Phước 33", "2574", "Đồng Nai", "phường Bình Dương"):
        assert reasons(question(region=outside), offer) == [("region", outside)], outside


def test_a_place_that_is_not_known_fails_a_limit_of_the_way_alone() -> None:
    assert reasons(question(minutes=60.0), supply("a", None)) == [("no_position", "")]
    assert reasons(question(), supply("a", None)) == []


@pytest.mark.parametrize(
    ("query", "name", "least", "most"),
    [
        ("Ống thép mạ kẽm", "Ống thép mạ kẽm", 1.0, 1.0),
        ("ong thep ma kem", "Ống thép mạ kẽm", 1.0, 1.0),
        ("ONG THEP", "Ống thép mạ kẽm", 0.9, 0.99),
        ("ong tep ma kem", "Ống thép mạ kẽm", 0.8, 0.99),
        ("galvanized pipes", "Galvanised steel pipe", 0.7, 0.95),
        ("dong goi vi mach", "Đóng gói vi mạch", 1.0, 1.0),
        ("Ống thẹp", "Ống thép", 0.85, 0.95),
        ("sữa chua", "Ống thép mạ kẽm", 0.0, 0.0),
        ("", "Ống thép", 0.0, 0.0),
        ("bánh mì", "Băng tải", 0.0, 0.2),
    ],
)
def test_names_are_found_without_marks_and_with_typing_errors(query: str, name: str, least: float, most: float) -> None:
    assert least <= name_fit(query, name) <= most


def test_typed_marks_rank_the_word_meant_above_one_that_looks_like_it() -> None:
    """bạn (friend) and bàn (table) fold to the same; typed with marks, one is meant."""
    assert name_fit("bàn", "bàn") == 1.0
    assert name_fit("bàn", "bạn") == pytest.approx(OTHER_MARKS)
    assert name_fit("ban", "bàn") == 1.0


def test_codes_and_articles_are_evidence_too() -> None:
    other = Goods(("Khác",), ("Other",))
    assert fit_of(goods(article_id="x"), Goods(("Khác",), article_id="x")).evidence == "article"
    for code, value in (("730630", 0.9), ("730690", 0.75), ("731000", 0.3)):
        found = fit_of(PIPES, Goods(other.names_vi, other.names_en, hs_code=code))
        assert (found.evidence, found.value) == ("hs", value)
    assert fit_of(Goods(commodity_id="steel"), goods(hs_code="", names_vi=(), names_en=())).evidence == "commodity"
    assert fit_of(PIPES, other).value == 0.0
    vsic = Goods(vsic_code="2410", vsic_version="2018")
    assert fit_of(vsic, Goods(vsic_code="2410", vsic_version="2018")).evidence == "vsic"
    assert fit_of(vsic, Goods(vsic_code="2410", vsic_version="2025")).value == 0.6  # the step leaves 2410 as it was


@given(st.text(max_size=30), st.text(max_size=30))
def test_fits_of_any_texts_lie_between_nothing_and_the_whole(query: str, name: str) -> None:
    assert 0.0 <= name_fit(query, name) <= 1.0 + 1e-12


@pytest.mark.parametrize("name", ["quantity", "minutes", "km", "lead_time_days"])
@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), float("inf")])
def test_a_limit_that_is_none_is_refused(name: str, value: float) -> None:
    with pytest.raises(HinterlandError, match=name):
        question(**{name: value})


def test_a_limit_of_the_way_needs_a_place_to_come_to() -> None:
    with pytest.raises(HinterlandError, match="--near"):
        question(destination=None, minutes=60.0)
    with pytest.raises(HinterlandError, match="between 0 and 1"):
        question(least_fit=1.5)
    assert question(destination=HERE, minutes=60.0).minutes == 60.0
