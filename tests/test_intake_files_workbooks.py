"""Workbooks: what XLSX, ODS and old Excel files say, down to number formats, and what hostile ones get."""

from __future__ import annotations

import datetime as dt
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake_files import inline, texts, to_tcvn3, write_xlsx

from supplychain.errors import HinterlandError
from supplychain.intake.files import Cell, FileError, open_table_file
from supplychain.intake.files.number_formats import is_code_format, number_text, serial_date

HEADER = inline("Tên công ty", "MST")


def first_row(path: Path) -> tuple[Cell, ...]:
    return next(open_table_file(path).sheets[0].rows()).cells


def number(value: str, style: int = 0) -> str:
    return f'<c s="{style}"><v>{value}</v></c>'


def test_leading_zeros_of_numeric_cells_are_kept(tmp_path: Path) -> None:
    """300588569 shown as 0000000000 is "0300588569"; without a format it is "300588569", still known as a number."""
    path = write_xlsx(
        tmp_path / "a.xlsx",
        HEADER + f"<row>{number('1')}{number('300588569', 1)}</row><row>{number('2')}{number('300588569')}</row>",
        formats={164: "0000000000"},
    )
    rows = list(open_table_file(path).sheets[0].rows())
    assert rows[0].cells[1] == Cell("0300588569", "number", 300588569.0, "0000000000")
    assert rows[1].cells[1] == Cell("300588569", "number", 300588569.0)


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("0000000000", 300588569.0, "0300588569"),
        ("0000000000\\-000", 300588569001.0, "0300588569-001"),
        ('0000"-"000', 1234567.0, "1234-567"),
        ("0", 5.0, "5"),
        ("0.00", 5.0, "5"),
        ("#,##0", 1234567.0, "1234567"),
        ("General", 1.5, "1.5"),
        ("General", 312345678.0, "312345678"),
        ("General", 0.1, "0.1"),
        ("General", 1e21, "1e+21"),
        ("000", -5.0, "-5"),
    ],
)
def test_numbers_as_they_are_shown(code: str, value: float, shown: str) -> None:
    assert number_text(value, code) == shown


def test_code_formats() -> None:
    assert all(map(is_code_format, ["00", "0000000000", "0000-000", "000 000"]))
    assert not any(map(is_code_format, ["0", "0.00", "0,000", "#,##0", "General", "dd/mm/yyyy", "0%"]))


def test_dates_of_both_systems() -> None:
    """Day 1 is 1 January 1900, day 61 is 1 March 1900, day 60 never was; 0 in the other system is 1 January 1904."""
    assert serial_date(1, from_1904=False) == dt.date(1900, 1, 1)
    assert serial_date(60, from_1904=False) is None
    assert serial_date(61, from_1904=False) == dt.date(1900, 3, 1)
    assert serial_date(45356, from_1904=False) == dt.date(2024, 3, 5)
    assert serial_date(43894, from_1904=True) == dt.date(2024, 3, 5)
    assert serial_date(45356.5, from_1904=False) == dt.datetime(2024, 3, 5, 12)  # noqa: DTZ001 - a spreadsheet's dates have no zone
    assert serial_date(-1, from_1904=False) is None
    assert serial_date(1e300, from_1904=False) is None


@pytest.mark.parametrize(("properties", "serial"), [("", "45356"), ('<workbookPr date1904="1"/>', "43894")])
def test_date_cells_are_dates(properties: str, serial: str, tmp_path: Path) -> None:
    rows = inline("Tên", "Ngày cấp") + f"<row>{number('1')}{number(serial, 1)}</row>"
    path = write_xlsx(tmp_path / "a.xlsx", rows, formats={164: "dd/mm/yyyy"}, workbook=properties)
    cell = first_row(path)[1]
    assert (cell.text, cell.kind, cell.value) == ("2024-03-05", "date", dt.date(2024, 3, 5))


def test_shared_rich_and_escaped_texts(tmp_path: Path) -> None:
    """Runs are joined, readings (rPh) left out, _x000D_ is a carriage return, ragged references keep their columns."""
    strings = [
        "<t>Tên</t>",
        "<t>Ghi chú</t>",
        "<r><t>Công </t></r><r><t>ty</t></r><rPh><t>X</t></rPh>",
        "<t>a_x000D_b</t>",
    ]
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>'
        '<row r="5"><c r="C5" t="s"><v>3</v></c></row><row r="3"><c r="A3" t="s"><v>2</v></c></row>'
        '<row r="6"><c r="A6" t="s"><v>99</v></c></row>'
    )
    path = write_xlsx(tmp_path / "a.xlsx", rows, strings=strings)
    read = list(open_table_file(path).sheets[0].rows())
    assert [(row.line, row.cells[0].text, row.cells[2].text) for row in read] == [
        (5, "", "a\nb"),
        (3, "Công ty", ""),
        (6, "#99", ""),
    ]
    assert read[2].cells[0].kind == "error"


def test_formulas_give_their_stored_result_and_errors_are_told(tmp_path: Path) -> None:
    rows = inline("Tên", "Số", "Lỗi", "Chưa tính") + (
        '<row r="2"><c r="A2" t="str"><f>"A"&amp;"B"</f><v>AB</v></c><c r="B2"><f>1+1</f><v>2</v></c>'
        '<c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="D2"><f>SUM(B2)</f></c></row>'
    )
    path = write_xlsx(tmp_path / "a.xlsx", rows)
    file = open_table_file(path)
    cells = next(file.sheets[0].rows()).cells
    assert [(cell.text, cell.kind) for cell in cells] == [
        ("AB", "text"),
        ("2", "number"),
        ("#DIV/0!", "error"),
        ("=SUM(B2)", "error"),
    ]
    found = {finding.code for finding in file.findings}
    assert {"formulas", "error_cells", "formula_without_result"} <= found


def test_a_tenant_list_with_everything_above_it(tmp_path: Path) -> None:
    """Title, merged headings, numbering, a group's heading, hidden row and sheet, total, an empty sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "KCN"
    for row in (
        ["DANH SÁCH DOANH NGHIỆP"],
        ["STT", "Tên doanh nghiệp", "Vốn đầu tư", None, "MST"],
        [None, None, "Đăng ký", "Thực hiện", None],
        ["(1)", "(2)", "(3)", "(4)", "(5)"],
        ["I", "KCN VSIP I"],
        [1, "Công ty A", 5, 4.5, "0300588569"],
        [2, "Công ty B", 6, 5, "0300588570"],
        ["Tổng cộng", None, 11, 9.5],
    ):
        sheet.append(row)
    sheet.merge_cells("C2:D2")
    sheet.row_dimensions[7].hidden = True
    hidden = book.create_sheet("Ẩn")
    hidden.sheet_state = "hidden"
    hidden.append(["Tên", "MST"])
    hidden.append(["C", "1"])
    book.create_sheet("Trống")
    book.save(tmp_path / "a.xlsx")
    file = open_table_file(tmp_path / "a.xlsx")
    assert [sheet.name for sheet in file.sheets] == ["KCN", "Ẩn"]
    assert [sheet.hidden for sheet in file.sheets] == [False, True]
    assert [column.name for column in file.sheets[0].columns] == [
        "STT", "Tên doanh nghiệp", "Vốn đầu tư – Đăng ký", "Vốn đầu tư – Thực hiện", "MST",
    ]  # fmt: skip
    rows = list(file.sheets[0].rows())
    assert [(row.line, row.role, row.hidden) for row in rows] == [
        (5, "heading", False),
        (6, "data", False),
        (7, "data", True),
        (8, "total", False),
    ]
    codes = {finding.code for finding in file.findings}
    assert {
        "title_lines",
        "heading_lines",
        "numbering",
        "hidden_sheet",
        "hidden_row",
        "empty_sheet",
        "total_row",
    } <= codes


def test_a_workbook_in_a_legacy_font_is_converted(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for text in ("Tên doanh nghiệp", "Công ty gỗ Việt", "Công ty điện tử", "Xuất nhập khẩu giống"):
        sheet.append([to_tcvn3(text).decode("cp1252"), 1])
    book.save(tmp_path / "a.xlsx")
    file = open_table_file(tmp_path / "a.xlsx")
    assert file.encoding == "tcvn3"
    assert file.sheets[0].columns[0].name == "Tên doanh nghiệp"
    assert first_row(tmp_path / "a.xlsx")[0].text == "Công ty gỗ Việt"


def bomb_by_ratio(path: Path) -> None:
    write_xlsx(path, inline("x"), extra={"xl/media/zeros.bin": "0" * (40 << 20)})


def bomb_by_entries(path: Path) -> None:
    write_xlsx(path, inline("x"), extra={f"xl/media/{number}": "" for number in range(10_001)})


def bomb_of_entities(path: Path) -> None:
    laughs = '<!DOCTYPE sst [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>'
    write_xlsx(path, inline("x"), extra={"xl/sharedStrings.xml": laughs})


def external_entity(path: Path) -> None:
    text = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet>&x;</worksheet>'
    write_xlsx(path, inline("x"), extra={"xl/worksheets/sheet1.xml": text})


def no_sheets(path: Path) -> None:
    write_xlsx(path, "", extra={"xl/workbook.xml": "<workbook/>"})


def no_rows(path: Path) -> None:
    write_xlsx(path, "")


def broken_xml(path: Path) -> None:
    write_xlsx(path, "<row><c><v>1</c></row>")


def another_archive(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "Tên,MST\n")


def binary_workbook(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.bin", b"x")


def too_wide(path: Path) -> None:
    write_xlsx(path, '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>2</v></c></row>')


def encrypted_zip(path: Path) -> None:
    write_xlsx(path, inline("x"))
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (bomb_by_ratio, "unpacks to more"),
        (bomb_by_entries, "unpacks to more"),
        (bomb_of_entities, "XML entities"),
        (external_entity, "XML entities"),
        (no_sheets, "no sheets"),
        (no_rows, "No sheet of"),
        (broken_xml, "is damaged"),
        (another_archive, "zip archive but no XLSX"),
        (binary_workbook, "XLSB"),
        (too_wide, "16,384 columns"),
        (encrypted_zip, "password"),
    ],
)
def test_hostile_workbooks_are_refused_in_a_sentence(make: Callable[[Path], None], match: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    make(path)
    with pytest.raises(FileError, match=match) as refused:
        list(open_table_file(path).sheets[0].rows())
    assert refused.value.text.vi


def test_macros_are_data_only_and_told(tmp_path: Path) -> None:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="s1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>'
        '<Relationship Id="m" Type="x/vbaProject" Target="vbaProject.bin"/></Relationships>'
    )
    extra = {"xl/_rels/workbook.xml.rels": relations, "xl/vbaProject.bin": "x"}
    path = write_xlsx(tmp_path / "a.xlsm", HEADER + inline("A", "1"), extra=extra)
    file = open_table_file(path)
    assert "macros" in {finding.code for finding in file.findings}
    assert texts(path) == [["A", "1"]]


SIGNS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp", "M")), max_size=8
)


@given(rows=st.lists(st.lists(SIGNS, min_size=2, max_size=2), min_size=1, max_size=6))
@settings(max_examples=50, deadline=None)
def test_texts_of_a_workbook_read_back_the_same(
    rows: list[list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("law") / "a.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Tên công ty", "Địa chỉ"])
    for row in rows:
        sheet.append([f"x{text}y" for text in row])
    book.save(path)
    expected = [[unicodedata.normalize("NFC", f"x{text}y") for text in row] for row in rows]
    read = list(open_table_file(path).sheets[0].rows())
    for back, written in zip(read, expected, strict=True):
        assert back.problems or [cell.text for cell in back.cells] == written


@given(at=st.integers(0, 5_000), noise=st.binary(min_size=1, max_size=20))
@settings(max_examples=150, deadline=None)
def test_a_damaged_workbook_gives_rows_or_a_sentence(
    at: int, noise: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = write_xlsx(tmp_path_factory.mktemp("noise") / "a.xlsx", HEADER + inline("A", "1") * 5, strings=["<t>x</t>"])
    data = bytearray(path.read_bytes())
    data[at % len(data) : at % len(data) + len(noise)] = noise
    path.write_bytes(data)
    try:
        found: object = [row for sheet in open_table_file(path).sheets for row in sheet.rows()]
    except HinterlandError as error:
        found = error.text.vi
    assert found is not None


def test_cells_that_only_have_a_look_do_not_widen_a_sheet(tmp_path: Path) -> None:
    rows = HEADER + '<row r="2"><c r="A2" t="inlineStr"><is><t>A</t></is></c><c r="XFD2" s="0"/></row>'
    assert texts(write_xlsx(tmp_path / "a.xlsx", rows)) == [["A", ""]]
