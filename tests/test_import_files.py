"""Files into the registry: what is taken over, told, refused, and what a kill or a second import leaves behind."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest
from import_parts import fill_registry, organisation
from sqlalchemy import Engine, func, select

from supplychain.database import DatabaseTroubleError
from supplychain.errors import HinterlandError
from supplychain.intake.files import ReadOptions
from supplychain.intake.importing import import_file
from supplychain.intake.mapping import read_mapping
from supplychain.intake.options import ImportOptions, SourceStatement
from supplychain.intake.refused import refused_path, write_refused
from supplychain.intake.report import ImportReport
from supplychain.models.registry import CHANGES, REVISIONS
from supplychain.registry.changes import find_unfinished, make_change
from supplychain.registry.history import current_number, read_record, read_table
from supplychain.registry.merging import merge_records
from supplychain.text import Text

OPTIONS: Final = ImportOptions(author="tester", find_duplicates=False)
STATED: Final = replace(OPTIONS, source=SourceStatement(publisher="Ban quản lý", licence="CC BY 4.0", kind="official"))
WEIGHTS: Final = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def tax_codes(count: int) -> list[str]:
    """Return tax codes whose check digits hold."""
    found: list[str] = []
    first = 990_100_000
    while len(found) < count:
        first += 1
        check = 10 - sum(weight * int(digit) for weight, digit in zip(WEIGHTS, str(first), strict=True)) % 11
        if check < 10:
            found.append(f"{first}{check}")
    return found


def write_csv(path: Path, rows: list[list[str]], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    path.write_bytes(buffer.getvalue().encode(encoding))
    return path


def firms(path: Path, count: int) -> Path:
    """Write a file of firms; every fifth has a wrong tax code."""
    rows = [["name_vi", "kind", "tax_code", "founded_year"]]
    for place, code in enumerate(tax_codes(count)):
        wrong = place % 5 == 4
        last = str((int(code[-1]) + 1) % 10)
        rows.append([f"Công ty {place}", "enterprise", code[:-1] + last if wrong else code, str(1990 + place % 30)])
    return write_csv(path, rows)


@pytest.fixture
def registry(sqlite_engine: Engine) -> Engine:
    """Return an embedded registry with some parks."""
    fill_registry(sqlite_engine)
    return sqlite_engine


@pytest.fixture
def engine(registry_engine: Engine) -> Engine:
    """Return a registry with some parks, on each of the two databases in turn."""
    fill_registry(registry_engine)
    return registry_engine


def count_of(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return sum(1 for _ in read_table(connection, table, synthetic=True))


def state_of(engine: Engine) -> tuple[int, int, int]:
    """Return the number of the last change, of all changes and of all revisions."""
    with engine.connect() as connection:
        changes = connection.scalar(select(func.count()).select_from(CHANGES)) or 0
        revisions = connection.scalar(select(func.count()).select_from(REVISIONS)) or 0
        return current_number(connection), changes, revisions


def test_a_dry_run_tells_everything_and_writes_nothing(engine: Engine, tmp_path: Path) -> None:
    code, new, other = tax_codes(23)[20:]
    make_change(
        engine, [organisation("old_one", "Cũ", tax_code=code)], kind="edit", author="t", source_id="test_source"
    )
    rows = [["name_vi", "kind", "tax_code"], ["Mới", "enterprise", code], ["Khác", "enterprise", new],
            ["Sai", "enterprise", other[:-1] + str((int(other[-1]) + 1) % 10)]]  # fmt: skip
    file = write_csv(tmp_path / "organisations.csv", rows)
    before = state_of(engine)
    report = import_file(engine, file, replace(OPTIONS, dry_run=True))
    assert state_of(engine) == before
    assert (report.number, report.added, report.changed, len(report.refused)) == (None, 1, 1, 1)
    (change,) = report.changes
    assert (change.record_id, change.column, change.before, change.after) == ("old_one", "name_vi", "Cũ", "Mới")
    assert (report.refused[0].line, report.refused[0].faults[0].column) == (4, "tax_code")


def test_the_same_file_twice_changes_nothing(engine: Engine, tmp_path: Path) -> None:
    file = firms(tmp_path / "organisations.csv", 30)
    first = import_file(engine, file, STATED)
    assert (first.added, len(first.refused)) == (24, 6)
    after = state_of(engine)
    again = import_file(engine, file, STATED)
    assert (again.number, again.added, again.changed, again.unchanged) == (None, 0, 0, 24)
    assert state_of(engine) == after


def test_every_value_knows_the_file_it_came_from(registry: Engine, tmp_path: Path) -> None:
    file = firms(tmp_path / "organisations.csv", 1)
    report = import_file(registry, file, STATED)
    with registry.connect() as connection:
        record = read_record(connection, "organisations", f"mst_{tax_codes(1)[0]}")
        source = read_record(connection, "sources", report.source_id)
    assert record is not None
    assert source is not None
    assert {record.origins[name].source_id for name in ("name_vi", "tax_code")} == {report.source_id}
    assert record.origins["name_vi"].at.startswith(f"{source.values['year']}-")
    assert source.values["title"] == "organisations.csv"
    assert (source.values["publisher"], source.values["licence"]) == ("Ban quản lý", "CC BY 4.0")
    assert report.sha256 in str(source.values["reference"])
    assert "not stated" not in " ".join(text.en for text in report.findings)


def test_what_was_not_stated_is_told(registry: Engine, tmp_path: Path) -> None:
    report = import_file(registry, firms(tmp_path / "organisations.csv", 1), OPTIONS)
    told = " ".join(text.en for text in report.findings)
    assert "'not stated'" in told
    assert "company was taken" in told


def test_a_source_that_is_not_there_is_refused(registry: Engine, tmp_path: Path) -> None:
    options = replace(OPTIONS, source=SourceStatement("nobody"))
    with pytest.raises(HinterlandError, match="no source 'nobody'"):
        import_file(registry, firms(tmp_path / "organisations.csv", 1), options)


def test_many_identical_rows_are_one_record(registry: Engine, tmp_path: Path) -> None:
    """Worked: one row is taken, 19,999 repeat it (a benchmark takes a million)."""
    row = f"Công ty Một,enterprise,{tax_codes(1)[0]}\n"
    file = tmp_path / "organisations.csv"
    file.write_text("name_vi,kind,tax_code\n" + row * 20_000, encoding="utf-8")
    report = import_file(registry, file, OPTIONS)
    (sheet,) = report.sheets
    assert (sheet.rows, sheet.taken, sheet.repeated, sheet.refused) == (20_000, 1, 19_999, 0)
    assert report.added == 1


KILLED: Final = """
import os, signal, sys
from pathlib import Path
from supplychain.database import make_engine
from supplychain.intake.importing import import_file
from supplychain.intake.options import ImportOptions

def progress(sheet, rows):
    if rows >= int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

options = ImportOptions(author="tester", find_duplicates=False, chunk_rows=20)
import_file(make_engine(sys.argv[1]), Path(sys.argv[2]), options, progress)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("killed_at", [20, 60, 100])
def test_a_killed_import_goes_on_where_it_stood(engine: Engine, tmp_path: Path, killed_at: int) -> None:
    """Worked: portions of 20 rows of 100; killed after some of them, or when all are staged and none committed."""
    file = firms(tmp_path / "organisations.csv", 100)
    options = replace(OPTIONS, chunk_rows=20)
    url = engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-W", "ignore", "-c", KILLED, url, str(file), str(killed_at)]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert count_of(engine, "organisations") == 0
    (staged,) = find_unfinished(engine)
    assert staged.chunks >= killed_at // 20
    report = import_file(engine, file, options)
    assert report.resumed_rows == killed_at
    assert report.number is not None
    assert (report.added, len(report.refused)) == (80, 20)
    assert count_of(engine, "organisations") == 80
    assert find_unfinished(engine) == ()
    assert import_file(engine, file, options).number is None


def test_an_import_stopped_before_a_row_was_staged_goes_on_with_its_source(
    registry: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk, or a kill, between the begin of a change and its first rows: the file is a source all the same."""
    before = count_of(registry, "sources")
    file = firms(tmp_path / "organisations.csv", 10)

    def full(*_given: object, **_named: object) -> None:
        raise DatabaseTroubleError(Text(en="The disk is full.", vi="Đĩa đầy."))

    with monkeypatch.context() as patched:
        patched.setattr("supplychain.intake.importing.stage_edits", full)
        with pytest.raises(DatabaseTroubleError):
            import_file(registry, file, OPTIONS)
    with monkeypatch.context() as patched:  # the process that began is gone
        patched.setattr("supplychain.intake.staged._is_free", lambda _marker: True)
        report = import_file(registry, file, OPTIONS)
    assert report.added == 8
    assert count_of(registry, "sources") == before + 1
    assert find_unfinished(registry) == ()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_folder_is_read_without_what_systems_hide_in_it(registry: Engine, tmp_path: Path) -> None:
    """Pipes, hidden files and folders that lead into themselves do not keep the files beside them from being read."""
    folder = tmp_path / "out"
    folder.mkdir()
    firms(folder / "organisations.csv", 10)
    (folder / ".DS_Store").write_bytes(b"\x00\x01")
    (folder / "~$organisations.xlsx").write_bytes(b"\x00")
    (folder / "self").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    assert import_file(registry, folder, OPTIONS).added == 8


def test_an_empty_folder_is_refused(registry: Engine, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(HinterlandError, match="no file in the folder"):
        import_file(registry, empty, OPTIONS)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_import_begins_anew_where_the_registry_has_changed_since(registry: Engine, tmp_path: Path) -> None:
    file = firms(tmp_path / "organisations.csv", 60)
    url = registry.url.render_as_string(hide_password=False)
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", KILLED, url, str(file), "40"], capture_output=True, check=False
    )
    make_change(registry, [organisation("x", "X")], kind="edit", author="t", source_id="test_source")
    report = import_file(registry, file, replace(OPTIONS, chunk_rows=20))
    assert report.resumed_rows == 0
    assert "begun anew" in " ".join(text.en for text in report.findings)
    assert report.added == 48
    assert find_unfinished(registry) == ()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_import_begins_anew_where_its_file_is_read_otherwise(registry: Engine, tmp_path: Path) -> None:
    """Rows staged under one encoding are not joined by rows read in another."""
    file = firms(tmp_path / "organisations.csv", 60)
    url = registry.url.render_as_string(hide_password=False)
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", KILLED, url, str(file), "40"], capture_output=True, check=False
    )
    report = import_file(registry, file, replace(OPTIONS, chunk_rows=20, read=ReadOptions(encoding="utf-8")))
    assert report.resumed_rows == 0
    assert report.added == 48
    assert find_unfinished(registry) == ()


def test_two_imports_at_once_both_arrive(engine: Engine, tmp_path: Path) -> None:
    """Two files of 40 firms share 20 of them; together 60, none lost, none twice."""
    codes = tax_codes(80)[20:]
    header = ["name_vi", "kind", "tax_code"]
    files = [
        write_csv(
            tmp_path / f"organisations_{name}.csv", [header, *([f"Hãng {code}", "enterprise", code] for code in some)]
        )
        for name, some in (("one", codes[:40]), ("two", codes[20:]))
    ]
    options = replace(OPTIONS, chunk_rows=5, target="organisations")
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda file: import_file(engine, file, options), files))
    assert all(not report.refused for report in reports)
    assert count_of(engine, "organisations") == 60
    with engine.connect() as connection:
        numbers = list(connection.scalars(select(CHANGES.c.number).where(CHANGES.c.number.is_not(None))))
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


def test_one_file_imported_twice_at_once_arrives_once(engine: Engine, tmp_path: Path) -> None:
    file = firms(tmp_path / "organisations.csv", 50)
    options = replace(OPTIONS, chunk_rows=5)
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda _: import_file(engine, file, options), range(2)))
    assert count_of(engine, "organisations") == 40
    assert sum(report.number is not None for report in reports) >= 1
    assert find_unfinished(engine) == ()
    with engine.connect() as connection:
        committed = connection.scalars(select(CHANGES.c.added).where(CHANGES.c.kind == "import"))
        assert sum(committed) == 41  # the firms, and the file as a source


def ids_of(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return {record.record_id for record in read_table(connection, "organisations", synthetic=True)}


def test_what_a_row_says_of_a_merged_record_does_not_bring_it_back(registry: Engine, tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "organisations.csv", [["name_vi", "kind", "role"], ["CTY ÁNH DƯƠNG", "enterprise", "gỗ"]]
    )
    import_file(registry, file, OPTIONS)
    (dropped,) = ids_of(registry)
    edits = [organisation("kept", "Công ty Ánh Dương", tax_code=tax_codes(1)[0])]
    make_change(registry, edits, kind="edit", author="t", source_id="test_source")
    merge_records(registry, "organisations", "kept", [dropped], author="t")
    for options in (replace(OPTIONS, dry_run=True), OPTIONS):
        report = import_file(registry, file, options)
        assert (report.number, report.added, report.changed, report.unchanged) == (None, 0, 0, 1)
        assert not any("Others wrote" in finding.en for finding in report.findings)
    assert ids_of(registry) == {"kept"}
    write_csv(file, [["name_vi", "kind", "role"], ["CTY ÁNH DƯƠNG", "enterprise", "sắt"]])
    for options in (replace(OPTIONS, dry_run=True), OPTIONS):
        report = import_file(registry, file, options)
        assert (report.added, report.changed, report.unchanged) == (0, 1, 0)
        assert [(one.record_id, one.column, one.after) for one in report.changes] == [("kept", "role", "sắt")]
        assert not any("Others wrote" in finding.en for finding in report.findings)
    assert ids_of(registry) == {"kept"}


@pytest.mark.parametrize("sheet", ["organisations", "*"])
def test_delimiter_and_header_line_of_a_mapping_are_followed(registry: Engine, tmp_path: Path, sheet: str) -> None:
    file = tmp_path / "organisations.csv"
    file.write_text("name_vi#kind\nCông ty Một#enterprise\ncột một#cột hai\nCông ty Hai#enterprise\n", encoding="utf-8")
    said = tmp_path / "map.yaml"
    said.write_text(
        f'version: 1\ndelimiter: "#"\nsheets:\n  - sheet: "{sheet}"\n    table: organisations\n    header_line: 3\n'
        "    columns:\n      - {column: cột một, field: name_vi}\n      - {column: cột hai, field: kind}\n",
        encoding="utf-8",
    )
    report = import_file(registry, file, replace(OPTIONS, mapping=read_mapping(said)))
    assert (report.added, report.refused) == (1, [])


def test_a_tenant_list_in_tcvn3_comes_back_in_tcvn3(registry: Engine, tmp_path: Path) -> None:
    from supplychain.intake.legacy_writing import encode  # noqa: PLC0415 - beside its use

    rows = [["Tên doanh nghiệp", "MST", "Khu công nghiệp", "Ngành nghề"]]
    rows += [[f"Công ty trách nhiệm hữu hạn Gỗ Đồng Nai {n}", code, "VSIP 1", "Sản xuất đồ gỗ nội thất"]
             for n, code in enumerate(tax_codes(8))]  # fmt: skip
    rows[3][2] = "Khu công nghiệp Việt Nam - Singapore"
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";").writerows(rows)
    file = tmp_path / "tenants.csv"
    file.write_bytes(encode(buffer.getvalue(), "tcvn3"))
    report = import_file(registry, file, OPTIONS)
    assert (report.added, [row.line for row in report.refused]) == (14, [4])
    out = refused_path(file)
    assert write_refused(report, out, OPTIONS) == []
    assert "lỗi;error" in _decoded(out)
    assert "KCN VSIP I" in _decoded(out)
    content = out.read_bytes().replace(encode("Khu công nghiệp Việt Nam - Singapore;", "tcvn3"), b"VSIP 2;", 1)
    out.write_bytes(content)
    again = import_file(registry, out, OPTIONS)
    assert (again.added, again.changed, again.refused) == (2, 0, [])


def _decoded(path: Path) -> str:
    from supplychain.intake.encodings import decode  # noqa: PLC0415 - beside its use

    return decode(path.read_bytes(), "tcvn3")


def refused_and_corrected(engine: Engine, file: Path, options: ImportOptions = OPTIONS) -> tuple[ImportReport, Path]:
    """Import a file and write its refused rows beside it."""
    report = import_file(engine, file, options)
    out = refused_path(file)
    write_refused(report, out, options)
    return report, out


def test_a_workbook_comes_back_with_its_sheets_and_marked_cells(registry: Engine, tmp_path: Path) -> None:
    good, bad = tax_codes(2)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "tenants"
    sheet.append(["Tên doanh nghiệp", "MST", "KCN", "Diện tích đất (m2)", "Lô"])
    sheet.append(["Công ty Tốt", good, "VSIP 1", 12000, "A1"])
    sheet.append(["Công ty Xấu", bad, "VSIP", 7125.5, "A2"])
    other = book.create_sheet("plots")
    other.append(["park_id", "label", "area_ha", "state"])
    other.append(["VSIP II", "B1", 2.5, "vacant"])
    other.append(["VSIP II", "B2", "rộng", "vacant"])
    file = tmp_path / "list.xlsx"
    book.save(file)
    report, out = refused_and_corrected(registry, file)
    assert [(row.sheet, row.line) for row in report.refused] == [("plots", 3), ("tenants", 3)]
    marked = openpyxl.load_workbook(out)
    assert marked.sheetnames == ["tenants", "plots"]
    tenants, plots = marked["tenants"], marked["plots"]
    assert [cell.value for cell in tenants[1]] == [
        "Tên doanh nghiệp",
        "MST",
        "KCN",
        "Diện tích đất (m2)",
        "Lô",
        "lỗi",
        "error",
    ]
    park = tenants["C2"]
    assert park.fill.fgColor.rgb == "FFFFC7CE"
    assert park.comment is not None
    assert "KCN VSIP II-A" in park.comment.text
    assert "may be any of" in park.comment.text
    assert (tenants["B2"].value, tenants["B2"].fill.fgColor.rgb) == (bad, "00000000")
    assert tenants["D2"].value == 7125.5
    assert str(tenants["F2"].value).startswith("dòng 3, KCN: ")
    assert str(tenants["G2"].value).startswith("line 3, KCN: ")
    tenants["C2"] = "VSIP 2"
    plots["C2"] = 3
    marked.save(out)
    again = import_file(registry, out, OPTIONS)
    assert again.refused == []
    assert (again.added, again.changed) == (4, 0)
    whole = import_file(registry, file, OPTIONS)
    assert (whole.added, whole.changed, len(whole.refused)) == (0, 0, 2)


def test_numbers_that_their_column_explained_can_still_be_read(registry: Engine, tmp_path: Path) -> None:
    """``1.234`` was twelve hundred because another row says ``12.500,5``; alone it would be open."""
    codes = tax_codes(3)
    table = [["Tên doanh nghiệp", "MST", "KCN", "Lô", "Diện tích (m2)"],
             ["A", codes[0], "VSIP 1", "L1", "12.500,5"], ["B", codes[1], "VSIP", "L2", "7.500"],
             ["C", codes[2], "VSIP", "L3", "1,125"]]  # fmt: skip
    file = write_csv(tmp_path / "tenants.csv", table, ";")
    _, out = refused_and_corrected(registry, file)
    assert "7500" in out.read_text(encoding="utf-8-sig")
    assert "1,1250" in out.read_text(encoding="utf-8-sig")
    out.write_text(out.read_text(encoding="utf-8-sig").replace(";VSIP;", ";VSIP 2;"), encoding="utf-8")
    again = import_file(registry, out, OPTIONS)
    assert again.refused == []
    with registry.connect() as connection:
        areas = {r.values["label"]: r.values["area_ha"] for r in read_table(connection, "plots")}
    assert areas["L2"] == pytest.approx(0.75)


@pytest.mark.parametrize("kind", ["ods", "parquet", "gpkg", "geojson"])
def test_refused_rows_come_back_in_the_format_they_came_in(registry: Engine, tmp_path: Path, kind: str) -> None:
    rows = [{"park_id": "vsip_1", "label": "A", "area_ha": 1.5, "state": "vacant", "lat": 11.0, "lon": 106.7,
             "position_accuracy_m": 5.0},
            {"park_id": "nowhere", "label": "B", "area_ha": 2.5, "state": "vacant", "lat": 11.1, "lon": 106.8,
             "position_accuracy_m": 5.0}]  # fmt: skip
    file = _typed_file(tmp_path, kind, rows)
    options = replace(OPTIONS, target="plots")
    report, out = refused_and_corrected(registry, file, options)
    assert (report.added, [row.line for row in report.refused]) == (1, [3 if kind == "ods" else 2])
    assert out.suffix == file.suffix
    again = import_file(registry, out, options)
    (row,) = again.refused
    assert row.faults[0].column == "park_id"
    assert "nowhere" in row.faults[0].text.en
    with registry.connect() as connection:
        (plot,) = read_table(connection, "plots")
    assert (plot.values["lat"], plot.values["lon"]) == (11.0, 106.7)


def _typed_file(folder: Path, kind: str, rows: list[dict[str, Any]]) -> Path:
    """Write plots in a format by its own library, as others write them."""
    import geopandas as gpd  # noqa: PLC0415 - heavy
    import pandas as pd  # noqa: PLC0415

    frame = pd.DataFrame(rows)
    file = folder / f"plots.{kind}"
    if kind == "parquet":
        frame.to_parquet(file)
    elif kind == "ods":
        from supplychain.exports.ods import OdsWriter  # noqa: PLC0415
        from supplychain.exports.sheets import SheetCell, SheetLayout, finished  # noqa: PLC0415

        layout = SheetLayout("plots")
        with finished(OdsWriter(file, [layout])) as writer:
            writer.begin_sheet(layout)
            writer.write_row(SheetCell(name) for name in frame.columns)
            for row in rows:
                writer.write_row(SheetCell(value) for value in row.values())
    else:
        points = gpd.points_from_xy(frame["lon"], frame["lat"])
        layer = gpd.GeoDataFrame(frame.drop(columns=["lat", "lon"]), geometry=points, crs="EPSG:4326")
        layer.to_file(file, driver={"gpkg": "GPKG", "geojson": "GeoJSON"}[kind], layer="plots")
    return file


def test_a_file_changed_since_its_import_is_not_marked(registry: Engine, tmp_path: Path) -> None:
    file = firms(tmp_path / "organisations.csv", 5)
    report = import_file(registry, file, OPTIONS)
    file.write_text("name_vi\nKhác\n", encoding="utf-8")
    with pytest.raises(HinterlandError, match="has changed since"):
        write_refused(report, tmp_path / "out.csv", OPTIONS)


def test_formulas_in_refused_cells_are_guarded(registry: Engine, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "organisations.csv", [["name_vi", "kind"], ["=cmd|' /C calc'!A0", "enterprise"]])
    report, out = refused_and_corrected(registry, file)
    assert "formula" in report.refused[0].faults[0].text.en
    (_, row) = csv.reader(io.StringIO(out.read_text(encoding="utf-8-sig")))
    assert row[0] == "'=cmd|' /C calc'!A0"
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)


def test_a_firm_known_under_another_spelling_is_told(registry: Engine, tmp_path: Path) -> None:
    held = organisation(
        "held", "Công ty TNHH Sản xuất Gỗ Ánh Dương", phone="0274 3822 600", address="12 Lê Lợi, Thuận An"
    )
    make_change(registry, [held], kind="edit", author="t", source_id="test_source")
    rows = [
        ["name_vi", "kind", "phone", "address"],
        ["Cty TNHH SX Gỗ Ánh Dương", "enterprise", "02743822600", "12 Lê Lợi, Thuận An"],
    ]
    file = write_csv(tmp_path / "organisations.csv", rows)
    report = import_file(registry, file, replace(OPTIONS, find_duplicates=True, dry_run=True))
    (pair,) = report.duplicates
    assert pair.in_registry
    assert pair.a.party_id == "held"
    assert pair.comparison.probability > 0.5


def test_a_file_of_no_table_is_refused(registry: Engine, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "poem.csv", [["hoa", "lá"], ["xanh", "đỏ"], ["tím", "vàng"]])
    with pytest.raises(HinterlandError, match=r"No sheet of poem\.csv is recognised"):
        import_file(registry, file, OPTIONS)


def test_an_edit_keeps_what_the_file_does_not_say(registry: Engine, tmp_path: Path) -> None:
    held = organisation("held", "Tên", tax_code=tax_codes(1)[0], phone="0274 3822 600")
    make_change(registry, [held], kind="edit", author="t", source_id="test_source")
    rows = [["organisation_id", "name_vi", "phone"], ["held", "Tên mới", ""]]
    import_file(registry, write_csv(tmp_path / "organisations.csv", rows), OPTIONS)
    with registry.connect() as connection:
        record = read_record(connection, "organisations", "held")
    assert record is not None
    assert {"name_vi": "Tên mới", "phone": "0274 3822 600"}.items() <= dict(record.values).items()


def test_a_record_named_like_a_heading_is_a_record(registry: Engine, tmp_path: Path) -> None:
    """The first line names fields exactly, so the second, which says "Tên" and "enterprise", is no header."""
    rows = [["organisation_id", "name_vi", "kind"], ["a", "Tên", "enterprise"], ["b", "Văn phòng", "enterprise"]]
    report = import_file(registry, write_csv(tmp_path / "organisations.csv", rows), OPTIONS)
    assert ids_of(registry) == {"a", "b"}
    assert report.refused == []


def test_a_line_of_field_names_is_the_header_whatever_stands_below(registry: Engine, tmp_path: Path) -> None:
    """Words such as "company", "x" and "kind" are headings elsewhere; below ``source_id`` they are values."""
    header = ["source_id", "title", "publisher", "year", "kind", "licence", "reference", "remark"]
    rows = [["src_1", "company", "name", "", "company", "x", "address", ""],
            ["src_2", "kind", "phone", "", "research", "x", "email", ""]]  # fmt: skip
    report = import_file(registry, write_csv(tmp_path / "sources.csv", [header, *rows]), OPTIONS)
    assert (report.added, report.refused) == (2, [])
