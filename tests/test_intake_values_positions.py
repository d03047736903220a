"""Positions: degrees in any form, swapped halves, metres of VN-2000, and rows read as their mapping says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.intake.files import Cell, Column, RawRow
from supplychain.intake.files.values import EMPTY
from supplychain.intake.mapping import ColumnMapping, MappingError, SheetMapping
from supplychain.intake.values import CellProblem, ValueOptions
from supplychain.intake.values.positions import (
    VN_2000,
    Position,
    find_grid,
    parse_degrees,
    parse_position,
    split_position,
    to_wgs84,
)
from supplychain.intake.values.rows import RowParser, SheetEvidence
from supplychain.text import Text

BINH_DUONG = (106.5, 10.8, 106.9, 11.5)


def place(first: str, second: str, crs: int | None = None) -> object:
    found = parse_position(Cell(first) if first else EMPTY, Cell(second) if second else EMPTY, crs)
    return found.text.en if isinstance(found, CellProblem) else found


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("11.0542", 11.0542),
        ("11,0542", 11.0542),
        ("11°03'15.2\"N", 11 + 3 / 60 + 15.2 / 3600),
        ("106°42′30″ Đ", 106 + 42.5 / 60),
        ("10 độ 58 phút 12 giây B", 10.97),
        ("10d58m12s", 10.97),
        ("106 42 30", 106 + 42.5 / 60),
        ("11°3.5'", 11 + 3.5 / 60),
        ("5°S", -5.0),
        ("-73.5", -73.5),
    ],
)
def test_degrees_by_hand(text: str, degrees: float) -> None:
    assert parse_degrees(text) == pytest.approx(degrees)


@pytest.mark.parametrize("text", ["", "abc", "11°70'", "11.5°30'", "11°10'75\"", "1220000", "11..5"])
def test_degrees_that_are_none(text: str) -> None:
    assert parse_degrees(text) is None


@pytest.mark.parametrize(
    "text",
    ["11.05, 106.66", "11,05; 106,66", "(11.05 106.66)", "11.05 N 106.66 E", "https://maps.example/@11.05,106.66,17z"],
)
def test_both_halves_in_one_cell(text: str) -> None:
    halves = split_position(text)
    assert halves is not None
    assert place(*halves) == Position(11.05, 106.66)


def test_swapped_halves_are_put_right_and_told_only_where_certain() -> None:
    """106.66 can be no latitude of Vietnam and 11.05 no longitude; 48.1 and 11.5 (Munich) are left as they are."""
    notes: list[Text] = []
    assert parse_position(Cell("106.66"), Cell("11.05"), notes=notes) == Position(11.05, 106.66)
    assert "swapped" in notes[0].en
    assert place("48.1", "11.5") == Position(48.1, 11.5)
    assert "is no position" in str(place("95", "11.5"))
    assert "is no position" in str(place("106.66", "45"))


def test_half_a_position_is_a_problem() -> None:
    assert "both its halves" in str(place("11.05", ""))
    assert place("", "") is None


def test_metres_need_a_grid() -> None:
    """(604000, 1220000) is 106.70356° in TM-3 105°45′ and 105.95386° in UTM 48N (EPSG:6960, by PROJ)."""
    assert "in which grid" in str(place("1220000", "604000"))
    nine = place("1220000", "604000", 9210)
    assert isinstance(nine, Position)
    assert nine.lat == pytest.approx(11.0305387, abs=1e-7)
    assert nine.lon == pytest.approx(106.7035614, abs=1e-7)
    utm = place("604.000", "1.220.000,5", 3405)
    assert isinstance(utm, Position)
    assert utm.lon == pytest.approx(105.9538597, abs=1e-6)
    assert place("604000", "1220000", 9210) == nine


def test_the_grid_is_found_only_where_one_alone_fits() -> None:
    points = [(1_220_000.0, 604_000.0), (1_221_000.0, 605_000.0), (1_222_000.0, 606_000.0)]
    assert find_grid(points, (106.65, 10.9, 106.75, 11.1)) == 9210
    assert find_grid(points, (100.0, 8.0, 112.0, 24.0)) is None
    assert find_grid(points[:2], BINH_DUONG) is None
    assert find_grid([(1.0, 2.0)] * 5, BINH_DUONG) is None


def test_only_grids_of_vn_2000_are_converted() -> None:
    with pytest.raises(ValueError, match="EPSG:32648 is no grid"):
        to_wgs84([600_000.0], [1_200_000.0], 32648)


@given(st.sampled_from(VN_2000), st.floats(300_000, 700_000), st.floats(950_000, 2_500_000))
def test_every_grid_gives_places_of_the_region(crs: int, east: float, north: float) -> None:
    [(lat, lon)] = to_wgs84([east], [north], crs)
    assert 8.0 < lat < 23.5
    assert 99.0 < lon < 114.0


COLUMNS = tuple(Column(at, name, name) for at, name in enumerate(["Tên", "Diện tích", "X", "Y"]))


def mapping(crs: int | None = None, constants: dict[str, str] | None = None) -> SheetMapping:
    return SheetMapping(
        "DS",
        "tenants",
        (
            ColumnMapping("Tên", "name_vi"),
            ColumnMapping("Diện tích", "plot_area_ha", options=ValueOptions(unit="m2")),
            ColumnMapping("X", "grid_x", options=ValueOptions(crs=crs)),
            ColumnMapping("Y", "grid_y"),
        ),
        constants or {},
    )


def row(line: int, *texts: str) -> RawRow:
    return RawRow(line, tuple(Cell(text) if text else EMPTY for text in texts))


def test_rows_are_read_as_the_sheet_shows_they_are_written() -> None:
    """10.000,5 decides that 20.000 is twenty thousand square metres: 2 ha. The grid is found from the bounds."""
    said = mapping(constants={"park": "vsip_1"})
    rows = [
        row(2, "A", "20.000", "1220000", "604000"),
        row(3, "B", "10.000,5", "1221000", "605000"),
        row(4, "C", "chưa rõ", "1222000", "606000"),
        RawRow(5, (), problems=(Text(en="bad", vi="hỏng"),)),
    ]
    evidence = SheetEvidence(said, COLUMNS)
    evidence.add_all(rows)
    form = evidence.decide((106.65, 10.9, 106.75, 11.1))
    assert form.crs == 9210
    parser = RowParser(said, COLUMNS, form)
    first, second, third, fourth = map(parser.parse, rows)
    assert first.values["plot_area_ha"] == pytest.approx(2.0)
    assert first.values["park"] == "vsip_1"
    assert first.values["lat"] == pytest.approx(11.03054, abs=1e-5)
    assert second.values["plot_area_ha"] == pytest.approx(1.00005)
    assert [(name, column) for name, column, _ in third.problems] == [("plot_area_ha", "Diện tích")]
    assert fourth.problems == [(None, None, Text(en="bad", vi="hỏng"))]


def test_a_grid_that_nobody_names_is_a_problem_of_each_row() -> None:
    said = mapping()
    parser = RowParser(said, COLUMNS, SheetEvidence(said, COLUMNS).decide())
    parsed = parser.parse(row(2, "A", "", "1220000", "604000"))
    assert [name for name, _, _ in parsed.problems] == ["lat"]


def test_mappings_that_do_not_fit_are_refused() -> None:
    form = SheetEvidence(mapping(), COLUMNS).decide()
    with pytest.raises(MappingError, match="has no column 'X'"):
        RowParser(mapping(), COLUMNS[:2], form)
    with pytest.raises(MappingError, match="no single grid"):
        SheetEvidence(mapping(crs=4326), COLUMNS).decide()
    with pytest.raises(MappingError, match="constant 'employees'"):
        RowParser(mapping(constants={"employees": "nhiều"}), COLUMNS, form)
    with pytest.raises(MappingError, match="leaves the sheet"):
        RowParser(SheetMapping("DS", None), COLUMNS, form)


def test_nought_nought_is_refused_as_a_position() -> None:
    assert "not known" in str(place("0", "0.0"))


@pytest.mark.parametrize(
    ("lat", "lon", "told"),
    [("48.85", "2.35", True), ("-11.0", "106.7", True), ("16.5", "112.0", False), ("8.6", "111.9", False)],
)
def test_positions_outside_vietnam_are_told(lat: str, lon: str, *, told: bool) -> None:
    """Paris and a sign too many; Hoàng Sa and Trường Sa are Vietnam's."""
    notes: list[Text] = []
    assert parse_position(Cell(lat), Cell(lon), None, notes) == Position(float(lat), float(lon))
    assert [note.en[:27] for note in notes] == (["Positions lie outside Vietn"] if told else [])
