"""Mappings: headings in both languages, evidence of cells, YAML that reads back the same, and refusals."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.errors import HinterlandError
from supplychain.intake.files import Cell, Column, RawRow, open_table_file
from supplychain.intake.files.headings import lexicon, normal_heading, split_unit
from supplychain.intake.files.values import EMPTY
from supplychain.intake.mapping import (
    ColumnMapping,
    FileMapping,
    MappingError,
    SheetMapping,
    mapping_text,
    parse_mapping,
    read_mapping,
    write_mapping,
)
from supplychain.intake.mapping.suggest import suggest_mapping, suggest_sheet
from supplychain.intake.mapping.values import field_names
from supplychain.intake.targets import TARGETS
from supplychain.intake.values import ValueOptions
from supplychain.text import Text


def suggested(headings: list[str], rows: list[list[str]] | None = None, target: str | None = None) -> SheetMapping:
    columns = tuple(Column(at, heading or f"[{at}]", heading) for at, heading in enumerate(headings))
    cells = [RawRow(at + 2, tuple(Cell(t) if t else EMPTY for t in row)) for at, row in enumerate(rows or [])]
    return suggest_sheet("DS", columns, cells, target)


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("MST", "tax_code"),
        ("Mã số thuế", "tax_code"),
        ("MÃ SỐ THUẾ (MST)", "tax_code"),
        ("ma so thue", "tax_code"),
        ("Tax code", "tax_code"),
        ("tax_code", "tax_code"),
        ("Tên DN", "name_vi"),
        ("Tên công ty", "name_vi"),
        ("TÊN DOANH NGHIỆP", "name_vi"),
        ("Company name", "name_vi"),
        ("Tên tiếng Anh", "name_en"),
        ("Tên viết tắt", "short_name"),
        ("Đ/c", "address"),
        ("Địa chỉ", "address"),
        ("SĐT", "phone"),
        ("Điện thoại", "phone"),
        ("Email", "email"),
        ("Website", "website"),
        ("Ngành nghề", "role"),
        ("Lĩnh vực hoạt động", "role"),
        ("Số LĐ", "employees"),
        ("Số lao động (người)", "employees"),
        ("Employees", "employees"),
        ("KCN", "park"),
        ("Khu công nghiệp", "park"),
        ("Lô", "plot_label"),
        ("Lô đất số", "plot_label"),
        ("Diện tích (ha)", "plot_area_ha"),
        ("Diện tích m2", "plot_area_m2"),
        ("Diện tích nhà xưởng", "floor_area_m2"),
        ("Quốc gia", "country"),
        ("Quốc tịch nhà đầu tư", "country"),
        ("Người đại diện", "representative"),
        ("Người liên hệ", "contact_name"),
        ("SĐT liên hệ", "contact_phone"),
        ("Mã ngành", "vsic_code"),
        ("Năm thành lập", "founded_year"),
        ("Vĩ độ", "lat"),
        ("Kinh độ", "lon"),
        ("Tọa độ", "position"),
        ("Tên doanh nghiêp", "name_vi"),
    ],
)
def test_headings_of_a_tenant_list(heading: str, name: str) -> None:
    found = suggested([heading], target="tenants").columns[0]
    assert found.field == name, found
    assert found.confidence >= 0.5
    assert found.reason.vi


@pytest.mark.parametrize("heading", ["STT", "Ghi chú", "Vốn đầu tư", "Vốn (triệu USD)", "No.", "Xyz abc", ""])
def test_headings_of_no_field_are_left_out_and_told(heading: str) -> None:
    found = suggested([heading, "MST"], target="tenants")
    assert found.columns[0].field is None
    assert found.unmapped == (heading or "[0]",)


def test_the_table_is_the_one_whose_fields_fit() -> None:
    assert suggested(["Tên công ty", "MST", "KCN", "Lô", "Diện tích", "Số LĐ"]).table == "tenants"
    assert suggested(["plot_id", "park_id", "label", "area_ha", "state"]).table == "plots"
    assert suggested(["Nhà máy", "Tiêu chuẩn", "Số chứng nhận", "Phạm vi", "Nơi cấp", "Ngày cấp", "Hết hạn"]).table == (
        "certificates"
    )
    assert suggested(["abc", "def"]).table is None


def test_cells_tell_a_column_that_its_heading_does_not() -> None:
    """Ten-digit codes with a right check digit are tax codes, whatever stands above them (worked by check_tax_code)."""
    codes = ["0300588569", "0100109106", "0301482205", "0305793402"]
    found = suggested(["Mã số", "Tên công ty"], [[code, "Công ty TNHH A"] for code in codes], "tenants")
    assert found.columns[0].field == "tax_code"
    assert "tax codes" in found.columns[0].reason.en
    found = suggested(["Cột 1", "Cột 2"], [["Công ty TNHH Gỗ", "a@b.vn"]] * 4, "tenants")
    assert [column.field for column in found.columns] == ["name_vi", "email"]


def test_cells_that_contradict_a_heading_lower_its_confidence() -> None:
    fits = suggested(["SĐT"], [["0274 3822 123"]] * 4, "tenants").columns[0]
    differs = suggested(["SĐT"], [["a@b.vn"]] * 4, "tenants").columns[0]
    assert fits.confidence > 0.95
    assert differs.field != "phone" or differs.confidence < 0.8


def test_a_field_is_suggested_once_and_the_surest_wins() -> None:
    found = suggested(["Tên", "Tên công ty", "MST", "Mã số thuế"], target="tenants")
    fields = [column.field for column in found.columns if column.field]
    assert len(fields) == len(set(fields))


def test_the_unit_of_a_heading_is_kept() -> None:
    found = suggested(["Diện tích nhà xưởng (ha)", "Tên công ty"], target="tenants")
    assert found.columns[0].options.unit == "ha"
    assert suggested(["Diện tích (m2)", "Tên"], target="plots").columns[0].options.unit == "m2"


def test_an_area_without_a_unit_is_taken_by_its_size_and_said_to_be_unsure() -> None:
    """Plots of 20,000 and 35,000 can be no hectares (a park has some hundreds); 2.5 and 3 may be."""
    large = suggested(["Diện tích"], [["20000"], ["35000"], ["12000"]], "tenants").columns[0]
    assert large.field == "plot_area_m2" or large.options.unit == "m2"
    assert "unit" in large.reason.en
    small = suggested(["Diện tích"], [["2,5"], ["3"], ["1,2"]], "tenants").columns[0]
    assert (small.field, small.options.unit) == ("plot_area_ha", None)
    assert small.confidence < 0.9
    assert suggested(["Diện tích (ha)"], [["2,5"], ["3"], ["1,2"]], "tenants").columns[0].confidence >= 0.9


def test_a_whole_file_is_suggested(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("DANH SÁCH\n\nSTT;Tên DN;MST;Lô\n1;Công ty A;0300588569;B1\n", encoding="utf-8")
    mapping = suggest_mapping(open_table_file(path))
    assert mapping.sheets[0].table == "tenants"
    assert mapping.sheets[0].column_of("tax_code") == "MST"


def test_every_word_names_a_field_that_exists() -> None:
    words = lexicon()
    known = {name for table in TARGETS for name in field_names(table)} | {"remark"}
    for fields in words.shared.values():
        assert set(fields) <= known
    for table, fields_of in words.tables.items():
        assert set(fields_of.values()) <= set(field_names(table)), table


def test_headings_are_compared_without_marks_and_signs() -> None:
    assert normal_heading("  Đ/c:  ") == "d c"
    assert split_unit("Diện tích (m2)") == ("Diện tích", "m2")


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
OPTIONS = st.builds(
    ValueOptions,
    decimal=st.sampled_from([None, ".", ","]),
    day_first=st.sampled_from([None, True, False]),
    unit=st.none() | WORDS,
    crs=st.sampled_from([None, 9210, 3405]),
)
REASONS = st.builds(Text, en=WORDS, vi=WORDS)
CONFIDENCES = st.floats(0, 1).map(lambda value: round(value, 4))


@st.composite
def mappings(draw: st.DrawFn) -> FileMapping:
    sheets = []
    for name in draw(st.lists(WORDS, max_size=3, unique=True)):
        table = draw(st.sampled_from([None, *TARGETS]))
        fields = draw(st.permutations(field_names(table))) if table else []
        columns = draw(st.lists(WORDS, max_size=4, unique=True))
        made = [
            ColumnMapping(
                column,
                fields[at] if table and draw(st.booleans()) else None,
                draw(CONFIDENCES),
                draw(REASONS),
                draw(OPTIONS),
            )
            for at, column in enumerate(columns)
        ]
        constants = {fields[-1]: draw(WORDS)} if table and draw(st.booleans()) else {}
        line = draw(st.none() | st.integers(0, 90))
        sheets.append(SheetMapping(name, table, tuple(made), constants, line, draw(CONFIDENCES), draw(REASONS)))
    return FileMapping(tuple(sheets), draw(st.none() | WORDS), draw(st.none() | WORDS))


@given(mappings())
def test_a_mapping_reads_back_the_same(mapping: FileMapping) -> None:
    assert parse_mapping(mapping_text(mapping)) == mapping


def test_a_mapping_file_is_written_and_read(tmp_path: Path) -> None:
    mapping = FileMapping((SheetMapping("DS", "tenants", (ColumnMapping("MST", "tax_code"),), {"park": "vsip_1"}),))
    write_mapping(mapping, tmp_path / "map.yaml")
    assert read_mapping(tmp_path / "map.yaml") == mapping
    assert "park: vsip_1" in (tmp_path / "map.yaml").read_text(encoding="utf-8")


SHEET = "version: 1\nsheets:\n  - sheet: DS\n    table: tenants\n"


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", "must be keys and values"),
        ("- a", "must be keys and values"),
        ("a: [", "is no YAML"),
        ("version: 2\nsheets: []", "version: 1"),
        ("version: 1\nsheets: 5", "must be a list"),
        ("version: 1\nsheet: []", "unknown key 'sheet'"),
        ("version: 1\nsheets:\n  - sheet: DS", "needs 'sheet'"),
        (SHEET.replace("tenants", "firms"), "no table 'firms'"),
        (SHEET + "    tabel: x", "unknown key 'tabel'"),
        (SHEET + "    columns:\n      - column: MST", "needs 'column'"),
        (SHEET + "    columns:\n      - {column: MST, field: taxcode}", "no field 'taxcode'"),
        (SHEET + "    columns:\n      - {column: A, field: role}\n      - {column: B, field: role}", "filled twice"),
        (SHEET + "    columns:\n      - {column: A, field: role, decimal: ';'}", "must be"),
        (SHEET + "    columns:\n      - {column: A, field: role, crs: x}", "whole number"),
        (SHEET + "    columns:\n      - {column: A, field: role, day_first: 1}", "true or false"),
        (SHEET + "    constants: {park: 5}", "quotation marks"),
        (SHEET + "    confidence: 7", "from 0 to 1"),
        (SHEET + "    sheet: DS", "given twice"),
        ("a: &x [1]\nb: *x", "aliases"),
        ("!!python/object:os.system x", "is no YAML"),
        ("[" * 5_000, "is no YAML"),
        ("version: 2024-99-99", "is no YAML"),
    ],
)
def test_what_is_no_mapping_is_refused_in_a_sentence(text: str, match: str) -> None:
    with pytest.raises(MappingError, match=match) as refused:
        parse_mapping(text)
    assert refused.value.text.vi


@given(st.text(max_size=80))
def test_any_text_is_a_mapping_or_a_sentence(text: str) -> None:
    try:
        found: object = parse_mapping(text)
    except HinterlandError as error:
        found = error.text.vi
    assert found


def test_mapping_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="cannot be read"):
        read_mapping(tmp_path / "none.yaml")
    (tmp_path / "bad.yaml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(MappingError, match="cannot be read"):
        read_mapping(tmp_path / "bad.yaml")
    (tmp_path / "large.yaml").write_bytes(b"#" * (5 << 20))
    with pytest.raises(MappingError, match="larger than"):
        read_mapping(tmp_path / "large.yaml")
