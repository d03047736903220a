"""Cells as values: numbers, units, dates, words and codes, by hand and by law."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.columns import ColumnDeclaration
from supplychain.intake.files import Cell
from supplychain.intake.targets import TARGETS
from supplychain.intake.values import CellProblem, ValueOptions, parse_value
from supplychain.intake.values.evidence import ColumnEvidence, decide_columns
from supplychain.intake.values.words import cell_words
from supplychain.text import Text

COMMA = ValueOptions(decimal=",")
POINT = ValueOptions(decimal=".")


def field(table: str, name: str) -> ColumnDeclaration:
    return TARGETS[table].column(name)


HECTARES = field("plots", "area_ha")
PEOPLE = field("tenants", "employees")
TONNES = field("offers", "capacity_t_per_month")
PERCENT = field("parks", "leased_pct")
DATE = field("certificates", "valid_from")


def value(text: str, column: ColumnDeclaration, options: ValueOptions | None = None) -> object:
    found = parse_value(Cell(text), column, options or ValueOptions())
    return found.text.en if isinstance(found, CellProblem) else found


@pytest.mark.parametrize(
    ("text", "column", "options", "expected"),
    [
        ("1.234,56", HECTARES, None, 1234.56),
        ("1,234.56", HECTARES, None, 1234.56),
        ("1.234.567", HECTARES, None, 1234567.0),
        ("1 234 567,5", HECTARES, None, 1234567.5),
        ("1,5", HECTARES, None, 1.5),
        ("0.125", HECTARES, None, 0.125),
        ("0,125", HECTARES, None, 0.125),
        ("1.234", HECTARES, COMMA, 1234.0),
        ("1.234", HECTARES, POINT, 1.234),
        ("1,234", HECTARES, POINT, 1234.0),
        ("-5", HECTARES, None, -5.0),
        ("−5,5", HECTARES, None, -5.5),
        ("1'234'567", HECTARES, None, 1234567.0),
        ("5 ha", HECTARES, None, 5.0),
        ("5ha.", HECTARES, None, 5.0),
        ("2.000 m2", HECTARES, COMMA, 0.2),
        ("20 000 m²", HECTARES, None, 2.0),
        ("1 km2", HECTARES, None, 100.0),
        ("300 tấn/tháng", TONNES, None, 300.0),
        ("3600 tấn / năm", TONNES, None, 300.0),
        ("500 kg/tháng", TONNES, None, 0.5),
        ("1.200 người", PEOPLE, COMMA, 1200.0),
        ("350 lao động", PEOPLE, None, 350.0),
        ("85%", PERCENT, None, 85.0),
        ("85,5 %", PERCENT, None, 85.5),
        ("3 tuần", field("offers", "lead_time_days"), None, 21.0),
        ("2 giờ", field("needs", "longest_minutes"), None, 120.0),
        ("1,2 triệu", field("offers", "capacity_per_month"), None, 1_200_000.0),
        ("2 MVA", field("plots", "power_kva"), None, 2000.0),
        ("20000", HECTARES, ValueOptions(unit="m2"), 2.0),
        ("3 ha", HECTARES, ValueOptions(unit="m2"), 3.0),
        ("1e3", HECTARES, None, 1000.0),
        ("2015", field("tenants", "founded_year"), None, 2015),
        ("năm 2015", field("tenants", "founded_year"), None, 2015),
        ("15/3/2015", field("tenants", "founded_year"), None, 2015),
        ("11°03'15\"N", field("facilities", "lat"), None, 11 + 3 / 60 + 15 / 3600),
        ("106,6613", field("facilities", "lon"), None, 106.6613),
    ],
)
def test_numbers_by_hand(text: str, column: ColumnDeclaration, options: ValueOptions | None, expected: float) -> None:
    assert value(text, column, options) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "column", "options", "says"),
    [
        ("1.234", HECTARES, None, "may be 1234 or 1.234"),
        ("2.000 m2", HECTARES, None, "may be 2000 or 2"),
        ("1.5", HECTARES, COMMA, "does not fit the column"),
        ("1.234,5", HECTARES, POINT, "does not fit the column"),
        ("khoảng 500", PEOPLE, None, "range or an estimate"),
        ("100-200", PEOPLE, None, "range or an estimate"),
        (">500", PEOPLE, None, "range or an estimate"),
        ("12 sào", HECTARES, None, "unit 'sào'"),
        ("5 kW", field("plots", "power_kva"), None, "unit 'kW'"),
        ("1.2.3", HECTARES, None, "is no number"),
        ("1,23,456", HECTARES, None, "is no number"),
        ("abc", HECTARES, None, "is no number"),
        ("chưa rõ", PEOPLE, None, "is no number"),
        ("1e999", HECTARES, None, "is no number"),
        ("12,5", field("sources", "year"), None, "no whole number"),
    ],
)
def test_numbers_that_are_none(text: str, column: ColumnDeclaration, options: ValueOptions | None, says: str) -> None:
    assert says in str(value(text, column, options))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("25/03/2024", dt.date(2024, 3, 25)),
        ("03/25/2024", dt.date(2024, 3, 25)),
        ("5/5/2024", dt.date(2024, 5, 5)),
        ("2024-03-05", dt.date(2024, 3, 5)),
        ("2024/3/5", dt.date(2024, 3, 5)),
        ("2024-03-05T10:20:30Z", dt.date(2024, 3, 5)),
        ("ngày 5 tháng 3 năm 2024", dt.date(2024, 3, 5)),
        ("05 Tháng 03, 2024", dt.date(2024, 3, 5)),
        ("5 Mar 2024", dt.date(2024, 3, 5)),
        ("05-Mar-2024", dt.date(2024, 3, 5)),
        ("March 5th, 2024", dt.date(2024, 3, 5)),
        ("20240305", dt.date(2024, 3, 5)),
        ("45356", dt.date(2024, 3, 5)),
    ],
)
def test_dates_by_hand(text: str, expected: dt.date) -> None:
    assert value(text, DATE) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("05/03/2024", "may be 2024-03-05 or 2024-05-03"),
        ("05/03/24", "two digits"),
        ("31/02/2024", "is no date"),
        ("5/3/2567", "outside the years"),
        ("3/2025", "names no day"),
        ("Q1/2025", "names no day"),
        ("2024", "names no day"),
        ("hôm qua", "is no date"),
        ("99/99/2024", "is no date"),
    ],
)
def test_dates_that_are_none(text: str, says: str) -> None:
    assert says in str(value(text, DATE))


def test_the_order_of_day_and_month_follows_the_column() -> None:
    assert value("05/03/2024", DATE, ValueOptions(day_first=True)) == dt.date(2024, 3, 5)
    assert value("05/03/2024", DATE, ValueOptions(day_first=False)) == dt.date(2024, 5, 3)
    assert "is no date" in str(value("25/03/2024", DATE, ValueOptions(day_first=False)))


def test_date_cells_of_a_workbook() -> None:
    notes: list[Text] = []
    moment = dt.datetime(2024, 3, 5, 8, 30)  # noqa: DTZ001 - a spreadsheet's dates have no zone
    assert parse_value(Cell("x", "date", moment), DATE, notes=notes) == dt.date(2024, 3, 5)
    assert "Times of day" in notes[0].en
    assert parse_value(Cell("45356", "number", 45356.0), DATE) == dt.date(2024, 3, 5)


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("3/2025", "first_month", "2025-03"),
        ("tháng 3 năm 2025", "first_month", "2025-03"),
        ("T3/2025", "last_month", "2025-03"),
        ("2025-03", "last_month", "2025-03"),
        ("Mar 2025", "last_month", "2025-03"),
        ("15/03/2025", "first_month", "2025-03"),
        ("Q1/2025", "first_month", "2025-01"),
        ("Q1/2025", "last_month", "2025-03"),
        ("Quý III năm 2025", "first_month", "2025-07"),
        ("Quý IV/2025", "last_month", "2025-12"),
    ],
)
def test_months_by_hand(text: str, name: str, expected: str) -> None:
    assert value(text, field("needs", name)) == expected


def test_a_quarter_is_no_month() -> None:
    assert "three months" in str(value("Q1/2025", field("offer_months", "month")))
    assert "is no month" in str(value("13/2025", field("offer_months", "month")))


@pytest.mark.parametrize(
    ("text", "table", "name", "expected"),
    [
        ("Doanh nghiệp", "organisations", "kind", "enterprise"),
        ("DOANH NGHIEP", "organisations", "kind", "enterprise"),
        ("enterprise", "organisations", "kind", "enterprise"),
        ("Start-up", "organisations", "stage", "start_up"),
        ("Trường đại học", "organisations", "kind", "school"),
        ("Nhà máy", "facilities", "kind", "factory"),
        ("Phòng thí nghiệm", "facilities", "kind", "laboratory"),
        ("Còn trống", "plots", "state", "vacant"),
        ("Đã cho thuê", "plots", "state", "leased"),
        ("cái", "offers", "unit", "piece"),
        ("Tấn", "offers", "unit", "t"),
        ("Dịch vụ", "offers", "kind", "service"),
        ("Đường bộ, đường thủy", "terminals", "modes", "road;inland_waterway"),
        ("Nhật Bản", "organisations", "country", "JP"),
        ("hàn quốc", "organisations", "country", "KR"),
        ("jp", "organisations", "country", "JP"),
        ("x", "organisations", "synthetic", True),
        ("Có", "organisations", "synthetic", True),
        ("không", "organisations", "synthetic", False),
        ("1", "organisations", "synthetic", True),
        ("-", "organisations", "synthetic", False),
        ("✓", "organisations", "synthetic", True),
    ],
)
def test_words_by_hand(text: str, table: str, name: str, expected: object) -> None:
    assert value(text, field(table, name)) == expected


@pytest.mark.parametrize(
    ("text", "table", "name", "says"),
    [
        ("hội chợ", "organisations", "kind", "none of the words allowed"),
        ("có lẽ", "organisations", "synthetic", "must be yes"),
        ("Nhật Bản - Việt Nam", "organisations", "country", "no country"),
        ("road;road", "terminals", "modes", "names a word twice"),
        ("1.23457E+12", "organisations", "tax_code", "shortened"),
    ],
)
def test_words_that_are_none(text: str, table: str, name: str, says: str) -> None:
    assert says in str(value(text, field(table, name)))


def test_every_choice_of_every_field_reads_as_itself_and_its_words_are_its_own() -> None:
    for table, declaration in TARGETS.items():
        for column in declaration.columns:
            for choice in column.choices:
                assert value(choice, column) == choice, (table, column.name)
            words = [word for choice in column.choices for word in cell_words().choices.get(choice, ())]
            assert len(words) == len(set(words)), (table, column.name)


def test_codes_typed_as_numbers_say_so() -> None:
    notes: list[Text] = []
    column = field("organisations", "tax_code")
    assert parse_value(Cell("300588569", "number", 300588569.0), column, notes=notes) == "300588569"
    assert "zeros in front" in notes[0].en
    shown: list[Text] = []
    assert parse_value(Cell("0300588569", "number", 300588569.0, "0000000000"), column, notes=shown) == "0300588569"
    assert shown == []
    assert isinstance(parse_value(Cell("1e+21", "number", 1e21), column), CellProblem)


def test_error_cells_and_empty_cells() -> None:
    assert "#REF!" in str(value_of(Cell("#REF!", "error")))
    assert value_of(Cell("", "empty")) is None


def value_of(cell: Cell) -> object:
    found = parse_value(cell, HECTARES)
    return found.text.en if isinstance(found, CellProblem) else found


def decided(column: ColumnDeclaration, *texts: str) -> ValueOptions:
    evidence = ColumnEvidence(column)
    for text in texts:
        evidence.add(Cell(text))
    return decide_columns({"x": evidence}, {})["x"].options


def test_the_decimal_sign_is_decided_by_the_whole_column() -> None:
    """One certain cell decides the ambiguous others; two that disagree leave the column open."""
    assert decided(HECTARES, "1.234", "2,5", "3.456").decimal == ","
    assert decided(HECTARES, "1.234", "2.5").decimal == "."
    assert decided(HECTARES, "1.234.567").decimal == ","
    assert decided(HECTARES, "1.234").decimal is None
    assert decided(HECTARES, "1.5", "2,5").decimal is None
    assert decided(HECTARES, *["1,5"] * 99, "2.5").decimal == ","
    assert decided(PEOPLE, "1.200", "2.500").decimal == ","
    assert decided(PEOPLE, "1,200").decimal == "."
    assert decided(field("facilities", "lat"), "11.052").decimal == "."


def test_the_order_of_dates_is_decided_by_the_whole_column() -> None:
    assert decided(DATE, "05/03/2024", "25/03/2024").day_first is True
    assert decided(DATE, "05/03/2024", "03/25/2024").day_first is False
    assert decided(DATE, "05/03/2024").day_first is None
    assert decided(DATE, "25/03/2024", "03/25/2024").day_first is None


def test_an_open_column_follows_its_sheet_and_that_is_told() -> None:
    area, floor = ColumnEvidence(HECTARES), ColumnEvidence(field("tenants", "floor_area_m2"))
    area.add(Cell("1.234"))
    floor.add(Cell("2,5"))
    found = decide_columns({"Diện tích": area, "Xưởng": floor}, {})
    assert found["Diện tích"].options.decimal == ","
    assert found["Diện tích"].note is not None
    assert found["Xưởng"].note is None


def test_what_a_person_says_goes_before_evidence() -> None:
    evidence = ColumnEvidence(HECTARES)
    evidence.add(Cell("2,5"))
    assert decide_columns({"x": evidence}, {"x": POINT})["x"].options.decimal == "."


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4), st.sampled_from([",", "."]))
def test_numbers_in_either_style_read_back_the_same(number: object, decimal: str) -> None:
    english = f"{number:,.4f}"
    written = english if decimal == "." else english.translate(str.maketrans(",.", ".,"))
    options = COMMA if decimal == "," else POINT
    assert value(written, HECTARES, options) == pytest.approx(float(str(number)))


@given(st.dates(dt.date(1850, 1, 1), dt.date(2100, 12, 31)), st.booleans())
def test_dates_in_either_order_read_back_the_same(day: dt.date, day_first: bool) -> None:
    written = day.strftime("%d/%m/%Y" if day_first else "%m/%d/%Y")
    assert value(written, DATE, ValueOptions(day_first=day_first)) == day
    assert value(day.isoformat(), DATE) == day
    assert value(f"ngày {day.day} tháng {day.month} năm {day.year}", DATE) == day


COLUMNS = [column for declaration in TARGETS.values() for column in declaration.columns]


@given(st.text(max_size=40), st.sampled_from(COLUMNS), st.sampled_from([ValueOptions(), COMMA, POINT]))
def test_any_text_is_a_value_or_a_problem(text: str, column: ColumnDeclaration, options: ValueOptions) -> None:
    found = parse_value(Cell(text, "text" if text else "empty"), column, options)
    if isinstance(found, CellProblem):
        assert found.text.en
        assert found.text.vi
