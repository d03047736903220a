"""Delimited files: delimiters, quotes, ragged rows, headers, totals, and what hostile files get."""

from __future__ import annotations

import csv
import io
import os
import resource
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake_files import texts

from supplychain.errors import HinterlandError
from supplychain.intake.files import FileError, RawRow, ReadOptions, open_table_file
from supplychain.intake.files.cleaning import FORBIDDEN


def write(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())
    return path


def codes(path: Path) -> dict[str, tuple[int, ...]]:
    file = open_table_file(path)
    for _ in file.sheets[0].rows():
        pass
    return {finding.code: finding.lines for finding in file.findings}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_delimiter_is_found(delimiter: str, tmp_path: Path) -> None:
    lines = [["Tên công ty", "MST", "Diện tích"], ["Công ty A", "0300588569", "1.5"], ["Công ty B", "0300588570", "2"]]
    path = write(tmp_path / "a.txt", "\n".join(delimiter.join(line) for line in lines))
    assert open_table_file(path).delimiter == delimiter
    assert texts(path) == lines[1:]


def test_decimal_commas_do_not_hide_semicolons(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "Tên;Diện tích;Vốn\nA;1,5;2,25\nB;2,5;3,25\nC;0,5;7,75\n")
    assert open_table_file(path).delimiter == ";"
    assert texts(path)[0] == ["A", "1,5", "2,25"]


def test_the_hint_line_of_spreadsheets_names_the_delimiter(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "sep=|\nTên|MST\nA, B|1\n")
    file = open_table_file(path)
    assert [(row.line, row.cells[0].text) for row in file.sheets[0].rows()] == [(3, "A, B")]


def test_a_person_names_the_delimiter(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "Tên:MST\nA:1\nB:2\n")
    assert texts(path, ReadOptions(delimiter=":")) == [["A", "1"], ["B", "2"]]


def test_quoted_newlines_stay_in_their_cell_and_lines_are_counted(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", 'Tên,Địa chỉ,MST\r\nA,"Lô 1,\r\nđường ""số"" 2",7\r\nB,x,8\r\n')
    rows = list(open_table_file(path).sheets[0].rows())
    assert [row.line for row in rows] == [2, 4]
    assert rows[0].cells[1].text == 'Lô 1,\nđường "số" 2'


def test_carriage_returns_alone_end_lines(tmp_path: Path) -> None:
    assert texts(write(tmp_path / "a.csv", "Tên,MST\rA,1\rB,2\r")) == [["A", "1"], ["B", "2"]]


def test_leading_zeros_are_kept(tmp_path: Path) -> None:
    assert texts(write(tmp_path / "a.csv", "Tên,MST\nA,0300588569\n")) == [["A", "0300588569"]]


def test_ragged_rows_are_told_with_their_lines(tmp_path: Path) -> None:
    """Line 3 lacks its last cell (empty, told); line 4 has one too many (a problem); the surplus of line 5 is empty."""
    path = write(tmp_path / "a.csv", "Tên,MST,Loại\nA,1,x\nB,2\nC,3,y,z\nD,4,y,\n")
    rows = list(open_table_file(path).sheets[0].rows())
    assert [len(row.cells) for row in rows] == [3, 3, 3, 3]
    assert [bool(row.problems) for row in rows] == [False, False, True, False]
    assert "4 cells, the header 3" in rows[2].problems[0].en
    assert codes(path)["short_row"] == (3,)


def test_a_bad_quotation_mark_costs_its_own_row_only(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", 'Tên,MST\n"ABC" Co.,1\nB,2\nCông ty "C",3\n')
    rows = list(open_table_file(path).sheets[0].rows())
    assert [row.line for row in rows] == [2, 3, 4]
    assert "quotation marks" in rows[0].problems[0].en
    assert not rows[1].problems
    assert rows[2].cells[0].text == 'Công ty "C"'


def test_a_quotation_mark_never_closed_is_refused_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "Tên,MST\nA,1\n" + 'B,"2\n' + "C,3\n" * 50)
    with pytest.raises(FileError, match="opened on line 3") as refused:
        list(open_table_file(path).sheets[0].rows())
    assert "dòng 3" in refused.value.text.vi


def test_titles_above_the_header_are_left_out_and_told(tmp_path: Path) -> None:
    text = "DANH SÁCH DOANH NGHIỆP,,,\n(Đến ngày 30/6/2025),,,\n\nSTT,Tên doanh nghiệp,MST,Số LĐ\n1,A,0300588569,12\n"
    path = write(tmp_path / "a.csv", text)
    file = open_table_file(path)
    assert file.sheets[0].header_lines == (4, 4)
    assert [column.name for column in file.sheets[0].columns] == ["STT", "Tên doanh nghiệp", "MST", "Số LĐ"]
    assert texts(path) == [["1", "A", "0300588569", "12"]]
    assert "title_lines" in codes(path)


def test_the_header_line_may_be_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "a,b\nc,d\ne,f\n")
    assert texts(path, ReadOptions(header_lines={"a": 2})) == [["e", "f"]]
    assert texts(path, ReadOptions(header_lines={"a": 0})) == [["a", "b"], ["c", "d"], ["e", "f"]]


def test_headings_over_two_lines_are_joined(tmp_path: Path) -> None:
    """Worked by hand: "Vốn đầu tư" spans two columns; (1) (2) ... below it is numbering."""
    text = "STT,Tên DN,Vốn đầu tư,,Số LĐ\n,,Đăng ký,Thực hiện,\n(1),(2),(3),(4),(5)\n1,A,5,4,10\n2,B,6,5,11\n"
    path = write(tmp_path / "a.csv", text)
    names = [column.name for column in open_table_file(path).sheets[0].columns]
    assert names == ["STT", "Tên DN", "Vốn đầu tư – Đăng ký", "Vốn đầu tư – Thực hiện", "Số LĐ"]
    assert [row[1] for row in texts(path)] == ["A", "B"]
    assert {"heading_lines", "numbering"} <= set(codes(path))


def test_equal_and_missing_headings_get_names_of_their_own(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "Tên,Ghi chú,,Ghi chú\nA,b,c,d\n")
    assert [column.name for column in open_table_file(path).sheets[0].columns] == [
        "Tên",
        "Ghi chú",
        "[C]",
        "Ghi chú (2)",
    ]


def test_totals_and_group_headings_are_no_records(tmp_path: Path) -> None:
    """A firm whose name begins as a total does ("Tổng công ty …") is a record."""
    text = (
        "STT,Tên doanh nghiệp,MST,Số LĐ\nI,KCN VSIP I,,\n1,Tổng công ty Becamex,3700000001,5\n2,B,,7\n"
        "Tổng cộng,,,12\nCộng:,,,12\n"
    )
    path = write(tmp_path / "a.csv", text)
    roles = [row.role for row in open_table_file(path).sheets[0].rows()]
    assert roles == ["heading", "data", "data", "total", "total"]
    assert codes(path)["total_row"] == (5, 6)


def test_invisible_characters_are_taken_out_and_told(tmp_path: Path) -> None:
    """A right-to-left override, a zero-width space and a soft hyphen go; a NUL makes its row a problem."""
    path = write(tmp_path / "a.csv", "Tên,MST\nA\u202eB\u200bC\u00ad,\u20661\u2069\nD\x00E,2\nF\ufffd,3\nG,4\n")
    rows = list(open_table_file(path).sheets[0].rows())
    assert [cell.text for cell in rows[0].cells] == ["ABC", "1"]
    assert [bool(row.problems) for row in rows] == [False, True, True, False]
    assert "NUL" in rows[1].problems[0].en
    assert "lost" in rows[2].problems[0].en
    assert codes(path)["control_characters"] == (2,)


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n \r\n", "is empty"),
        (b"%PDF-1.7\n", "no file this program reads"),
        (b"<html><table></table></html>", "no file this program reads"),
        (bytes(range(256)) * 40, "is no text"),
        (b"PK\x03\x04" + b"x" * 100, "is damaged"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + b"x" * 2000, "is damaged"),
        (b"PAR1" + b"x" * 100, "is damaged"),
        (b"SQLite format 3\x00" + b"x" * 100, "is damaged"),
        (b'{"type": "FeatureCollection", "features": [', "is damaged"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(content: bytes, match: str, tmp_path: Path) -> None:
    path = tmp_path / "a.dat"
    path.write_bytes(content)
    with pytest.raises(FileError, match=match) as refused:
        open_table_file(path)
    assert refused.value.text.vi


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no file"):
        open_table_file(tmp_path / "none.csv")
    with pytest.raises(FileError, match="cannot be read"):
        open_table_file(tmp_path)


def test_two_gigabytes_of_one_line_are_refused_at_once(tmp_path: Path) -> None:
    """The file is sparse: 2 GB of the same character would cost the disk; the reader stops after 4 MB either way."""
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n" + b"x" * (5 << 20))
        file.truncate(2 << 30)
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with pytest.raises(FileError, match=r"Line 2 of .* is longer"):
        open_table_file(path)
    assert time.process_time() - start < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64_000


def test_ten_thousand_columns_are_refused_clearly(tmp_path: Path) -> None:
    line = ",".join(f"c{number}" for number in range(10_000))
    path = write(tmp_path / "a.csv", f"{line}\n{line}\n")
    with pytest.raises(FileError, match="10,000 columns; at most 1,000"):
        open_table_file(path)


def test_a_huge_cell_is_refused_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "Tên,MST\nA,1\n" + f'"{"x" * 200_000}",2\n')
    with pytest.raises(FileError, match="begins on line 3"):
        list(open_table_file(path).sheets[0].rows())


def test_a_million_identical_rows_stream_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"Ten cong ty,MST\n" + b"Cong ty TNHH A,0300588569\n" * 200_000)
    file = open_table_file(path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert sum(1 for _ in file.sheets[0].rows()) == 200_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32_000


def test_a_file_may_be_read_again_and_counts_once(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "Tên,MST,Loại\nA,1\nB,2\n")
    file = open_table_file(path)
    first = list(file.sheets[0].rows())
    assert list(file.sheets[0].rows()) == first
    assert next(finding for finding in file.findings if finding.code == "short_row").count == 2


CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp", "Mn", "Mc", "Me")),
    max_size=12,
).map(lambda text: unicodedata.normalize("NFC", FORBIDDEN.sub("", text)).strip())
ROWS = st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=8)


@given(
    rows=ROWS,
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
@settings(max_examples=120, deadline=None)
def test_a_table_in_any_encoding_and_delimiter_reads_back_the_same(
    rows: list[list[str]], delimiter: str, encoding: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([["Tên công ty", "Địa chỉ", "Ghi chú"], *rows])
    path = tmp_path_factory.mktemp("law") / "a.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    read: list[RawRow] = list(
        open_table_file(path, ReadOptions(delimiter=delimiter, header_lines={"a": 1})).sheets[0].rows()
    )
    expected = [row for row in rows if any(row)]
    assert [[cell.text for cell in row.cells] for row in read if not row.problems] == [
        row for row, back in zip(expected, read, strict=True) if not back.problems
    ]


def outcome(path: Path) -> list[RawRow] | HinterlandError:
    """Return all rows of a file, or the sentence it is refused with; anything else is a fault of ours."""
    try:
        return [row for sheet in open_table_file(path).sheets for row in sheet.rows()]
    except HinterlandError as error:
        return error


@given(st.binary(min_size=1, max_size=400))
@settings(max_examples=300, deadline=None)
def test_arbitrary_bytes_give_rows_or_a_sentence(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "a.bin"
    path.write_bytes(data)
    found = outcome(path)
    assert isinstance(found, list) or found.text.vi


SIGNS = st.sampled_from(['"', ",", ";", "\n", "\r", "a", "é", "\x00", "\u202e", "1", " "])


@given(st.lists(SIGNS, max_size=60).map("".join))
@settings(max_examples=300, deadline=None)
def test_arbitrary_signs_of_tables_give_rows_or_a_sentence(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("signs") / "a.csv"
    path.write_bytes(text.encode())
    found = outcome(path)
    assert all(row.line > 0 for row in found) if isinstance(found, list) else found.text.vi


@pytest.mark.parametrize("delimiter", ["", "ab", '"', "\n", "a", "7"])
def test_what_cannot_part_cells_is_refused_as_a_delimiter(delimiter: str, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot part cells"):
        open_table_file(write(tmp_path / "a.csv", "a,b\n1,2\n"), ReadOptions(delimiter=delimiter))


def test_a_hint_line_that_names_no_delimiter_is_not_followed(tmp_path: Path) -> None:
    opened = open_table_file(write(tmp_path / "a.csv", "sep=a\nname;kind\nSao Mai;enterprise\n"))
    assert opened.delimiter == ";"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(FileError, match="pipe or a device"):
        open_table_file(tmp_path / "pipe.csv")


def test_a_file_half_in_utf_16_is_not_taken_for_utf_16(tmp_path: Path) -> None:
    line = "Công ty Bình Minh,Số 1 đường số 2 Thuận An\n"
    path = tmp_path / "mixed.csv"
    path.write_bytes(("Tên,Địa chỉ\n" + line * 3).encode() + (line * 3).encode("utf-16-le"))
    with pytest.raises(HinterlandError, match="control characters"):
        open_table_file(path)
