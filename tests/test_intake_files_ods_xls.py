"""ODS and old Excel workbooks: cells as they are shown, rows that repeat, broken files."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake_files import inline, texts, write_xlsx

from supplychain.errors import HinterlandError
from supplychain.intake.files import FileError, open_table_file

HEADER = inline("Tên công ty", "MST")


NAMES = "".join(
    f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "style")
)
HIDDEN = (
    '<style:style style:name="ta1" style:family="table"><style:table-properties table:display="false"/></style:style>'
)


def ods_cell(kind: str, shown: str) -> str:
    return f"<table:table-cell office:value-type={kind}><text:p>{shown}</text:p></table:table-cell>"


def ods_text(text: str) -> str:
    return ods_cell('"string"', text)


def write_ods(path: Path, tables: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        styles = f"<office:automatic-styles>{HIDDEN}</office:automatic-styles>"
        archive.writestr("content.xml", f"<office:document-content{NAMES}>{styles}{body}</office:document-content>")
    return path


def ods_row(*cells: str, repeated: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(cells)}</table:table-row>'


def test_ods_cells(tmp_path: Path) -> None:
    """Shown zeros of numeric cells, dates, repeated cells and rows, spaces, notes beside cells, a hidden sheet."""
    code = ods_cell('"float" office:value="300588569"', "0300588569")
    date = ods_cell('"date" office:date-value="2024-03-05"', "05/03/24")
    plain = ods_cell('"float" office:value="1234.5"', "1.234,50")
    remark = "<office:annotation><text:p>bí mật</text:p></office:annotation>"
    note = f'<table:table-cell>{remark}<text:p>a<text:s text:c="2"/>b</text:p></table:table-cell>'
    empty = '<table:table-cell table:number-columns-repeated="16000"/>'
    rows = (
        ods_row(ods_text("Tên"), ods_text("MST"), ods_text("Ngày"), ods_text("Vốn"), empty)
        + ods_row(note, code, date, plain, repeated=2)
        + ods_row(empty, repeated=1_048_000)
    )
    table = f'<table:table table:name="DS">{rows}</table:table>'
    hidden = f'<table:table table:name="Ẩn" table:style-name="ta1">{ods_row(ods_text("x"))}</table:table>'
    file = open_table_file(write_ods(tmp_path / "a.ods", table + hidden))
    assert [(sheet.name, sheet.hidden) for sheet in file.sheets] == [("DS", False), ("Ẩn", True)]
    read = list(file.sheets[0].rows())
    assert [row.line for row in read] == [2, 3]
    assert [cell.text for cell in read[1].cells] == ["a  b", "0300588569", "2024-03-05", "1234.5"]
    assert read[0].cells[1].kind == "number"


def test_an_ods_row_repeated_a_million_times_is_a_bomb(tmp_path: Path) -> None:
    rows = ods_row(ods_text("Tên"), ods_text("MST")) + ods_row(ods_text("A"), ods_text("1"), repeated=1_000_000)
    path = write_ods(tmp_path / "a.ods", f'<table:table table:name="DS">{rows}</table:table>')
    with pytest.raises(FileError, match="unpacks to more"):
        list(open_table_file(path).sheets[0].rows())


def test_an_endless_cell_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    """Nearly 3 MB of text in one cell, of which the reader takes a part."""
    book = write_xlsx(tmp_path / "a.xlsx", HEADER + inline("A", " ".join(map(str, range(400_000)))))
    with pytest.raises(FileError, match="longer than 131,072"):
        list(open_table_file(book).sheets[0].rows())
    rows = ods_row(ods_text("Tên"), ods_text(" ".join(map(str, range(400_000)))))
    with pytest.raises(FileError, match="longer than 131,072"):
        open_table_file(write_ods(tmp_path / "a.ods", f'<table:table table:name="DS">{rows}</table:table>'))


def compound_file(stream: bytes) -> bytes:
    """Return an OLE compound file (MS-CFB) that holds one stream, "Workbook", of at least 4,096 bytes."""
    free, end, fat = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    count = len(stream) // 512
    header = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<I", 0)
    header = header.ljust(512, b"\xff")
    chain = [fat, end, *range(3, count + 2), end]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        text = name.encode("utf-16-le") + b"\0\0"
        made = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text) if name else 0, kind, 1, free, free, child)
        return made + bytes(16) + struct.pack("<IQQIQ", 0, 0, 0, start, size)

    folder = (
        entry("Root Entry", 5, 1, end, 0) + entry("Workbook", 2, free, 2, len(stream)) + entry("", 0, free, 0, 0) * 2
    )
    return header + table + folder + stream


def record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def old_workbook(*cells: bytes) -> bytes:
    """Return a BIFF8 workbook (MS-XLS) of one sheet "DS" with these cell records."""
    beginning = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    name = b"\x02\x00DS"
    at = len(beginning) + 4 + 6 + len(name) + 4
    workbook = beginning + record(0x85, struct.pack("<IH", at, 0) + name) + record(0x0A)
    sheet = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)) + b"".join(cells) + record(0x0A)
    return compound_file(workbook + sheet)


def old_text(row: int, column: int, text: str) -> bytes:
    data = text.encode("utf-16-le")
    return record(0x204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + data)


def old_number(row: int, column: int, value: float) -> bytes:
    return record(0x203, struct.pack("<HHHd", row, column, 0, value))


def test_an_old_excel_file_is_read_and_lost_zeros_are_told(tmp_path: Path) -> None:
    cells = [
        old_text(0, 0, "Tên công ty"),
        old_text(0, 1, "MST"),
        old_text(1, 0, "Gỗ Việt"),
        old_number(1, 1, 300588569.0),
    ]
    path = tmp_path / "a.xls"
    path.write_bytes(old_workbook(*cells))
    file = open_table_file(path)
    assert file.kind == "xls"
    assert "no_number_formats" in {finding.code for finding in file.findings}
    assert texts(path) == [["Gỗ Việt", "300588569"]]


@given(at=st.integers(0, 6_000), noise=st.binary(min_size=1, max_size=16))
@settings(max_examples=12, deadline=None)
def test_a_damaged_old_excel_file_gives_rows_or_a_sentence(
    at: int, noise: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("noise") / "a.xls"
    data = bytearray(old_workbook(old_text(0, 0, "Tên"), old_text(1, 0, "A"), old_number(1, 1, 5.0)))
    data[at % len(data) : at % len(data) + len(noise)] = noise
    path.write_bytes(data)
    try:
        found: object = [row for sheet in open_table_file(path).sheets for row in sheet.rows()]
    except HinterlandError as error:
        found = error.text.vi
    assert found is not None
