"""``hinterland import``, ``registry template`` and ``registry export`` as their users meet them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from import_parts import fill_registry, fresh_registry
from typer.testing import CliRunner, Result

import api.cli
from supplychain.errors import HinterlandError
from supplychain.intake.targets import TARGETS
from supplychain.intake.templates import EXAMPLE_FILE, examples, heading, template_columns, write_template

GUESSED = "Tên cty đầu tư vào khu;MST;KCN\nCông ty Một;9900000104;VSIP 1\n"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return the file of a registry with the parks of VSIP."""
    with fresh_registry(tmp_path) as engine:
        fill_registry(engine)
        return Path(str(engine.url.database))


def run(*arguments: str, database: Path) -> Result:
    """Return what a command does, run in this process in English."""
    given = [*arguments, "--lang", "en", "-d", str(database)]
    return CliRunner().invoke(api.cli.app, given, catch_exceptions=False)


def answer(*arguments: str, database: Path, status: int = 0) -> Any:  # noqa: ANN401 - JSON
    """Return the JSON answer of a command."""
    done = run(*arguments, "--json", database=database)
    assert done.exit_code == status, done.output
    return json.loads(done.stdout)


def test_the_example_is_what_the_page_says_of_it(database: Path, tmp_path: Path) -> None:
    """13 rows are taken over, one repeats another, six are refused, one pair is probably the same (docs/registry)."""
    file = tmp_path / "danh-sach.csv"
    run("registry", "template", "tenants", str(file), "--example", database=database)
    assert file.read_bytes() == EXAMPLE_FILE.read_bytes()
    tried = answer("import", str(file), "--synthetic", "--dry-run", database=database, status=1)
    (sheet,) = tried["sheets"]
    # The parks of this registry are I, II, II-A and Mỹ Phước 1: rows of VSIP III are refused as well.
    refused = [row["line"] for row in tried["refused"]]
    assert refused == [9, 10, 15, 16, 17, 18, 21]
    assert (sheet["rows"], sheet["taken"], sheet["repeated"], sheet["passed_over"]) == (20, 12, 1, 1)
    assert tried["change"] is None
    pairs = [(pair["a"], pair["b"]) for pair in tried["duplicates"] if pair["probability"] > 0.5]
    assert [other for _, other in pairs] == ["mst_9900001531"]
    real = answer("import", str(file), "--synthetic", database=database, status=1)
    assert real["change"] is not None
    corrected = tmp_path / "danh-sach-refused.csv"
    assert real["refused_file"] == str(corrected)
    text = corrected.read_text(encoding="utf-8-sig").replace("Khu công nghiệp Việt Nam - Singapore;", "VSIP 2;")
    corrected.write_text(text, encoding="utf-8")
    again = answer("import", str(corrected), "--synthetic", database=database, status=1)
    assert (again["added"], again["changed"], len(again["refused"])) == (3, 0, 6)


def test_a_guessed_column_waits_for_a_person(database: Path, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(GUESSED, encoding="utf-8")
    with pytest.raises(HinterlandError, match="only likely"):
        run("import", str(file), "--table", "tenants", database=database)
    mapping = tmp_path / "map.yaml"
    told = run("import", str(file), "--table", "tenants", "--write-map", str(mapping), database=database)
    assert "put it right" in told.stdout
    assert answer("import", str(file), "--map", str(mapping), database=database)["added"] == 2
    with pytest.raises(HinterlandError, match="there already"):
        run("import", str(file), "--write-map", str(mapping), database=database)


def test_a_suggestion_can_be_accepted(database: Path, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(GUESSED, encoding="utf-8")
    assert answer("import", str(file), "--table", "tenants", "--confirm-mapping", database=database)["added"] == 2


def test_a_person_is_told_counts_changes_and_reasons(database: Path, tmp_path: Path) -> None:
    file = tmp_path / "organisations.csv"
    file.write_text("organisation_id,name_vi,kind\na,Tên,enterprise\nb,,enterprise\n", encoding="utf-8")
    told = run("import", str(file), database=database)
    assert told.exit_code == 1
    assert "1 records added, 0 changed" in told.stdout
    assert "The cell must not be empty." in told.stdout
    assert "organisations-refused.csv" in told.stdout
    file.write_text("organisation_id,name_vi\na,Tên khác\n", encoding="utf-8")
    told = run("import", str(file), "--dry-run", database=database)
    assert told.exit_code == 0
    assert "Tên khác" in told.stdout
    assert "Nothing was written" in told.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--table", "firms"), "no table firms"),
        (("--decimal", "x"), "must be . or ,"),
        (("--date", "soon"), "is no day"),
        (("--map", "nowhere.yaml"), "cannot be read"),
        (("--source", "nobody"), "no source 'nobody'"),
    ],
)
def test_wrong_options_are_refused_in_a_sentence(
    database: Path, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    file = tmp_path / "organisations.csv"
    file.write_text("organisation_id,name_vi,kind\na,Tên,enterprise\n", encoding="utf-8")
    with pytest.raises(HinterlandError, match=message):
        run("import", str(file), *arguments, database=database)


def test_a_file_that_is_not_there_is_refused(database: Path, tmp_path: Path) -> None:
    with pytest.raises(HinterlandError, match=r"nowhere\.csv"):
        run("import", str(tmp_path / "nowhere.csv"), database=database)


def test_what_is_exported_is_imported(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    written = answer("registry", "export", str(out), "--format", "csv", database=database)
    assert written["records"]["parks"] == 4
    with fresh_registry(tmp_path, "other.gpkg") as engine:
        other = Path(str(engine.url.database))
    assert answer("import", str(out), database=other)["added"] == 5
    with pytest.raises(HinterlandError, match="there already"):
        run("registry", "export", str(out), "--format", "csv", database=database)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("out",), "Say in which format"),
        (("out.txt", "--format", "xlsx"), r"ends in \.xlsx"),
        (("out.xlsx", "--table", "firms"), "no table firms"),
        (("out.xlsx", "--as-of", "yesterday"), "neither a date"),
        (("out.xlsx", "--viewer", "nobody"), "nobody"),
    ],
)
def test_wrong_exports_are_refused_in_a_sentence(
    database: Path, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    name, *options = arguments
    with pytest.raises(HinterlandError, match=message):
        run("registry", "export", str(tmp_path / name), *options, database=database)
    assert not (tmp_path / name).exists()


def test_a_template_has_headings_lists_explanations_and_marked_examples(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "tenants.xlsx"
    run("registry", "template", "tenants", str(out), database=database)
    book = openpyxl.load_workbook(out)
    assert book.sheetnames[:3] == ["tenants", "ví dụ · examples", "hướng dẫn · guide"]
    sheet = book["tenants"]
    header = [str(cell.value) for cell in sheet[1]]
    assert header[0] == "Tên doanh nghiệp * [name_vi]"
    assert sheet.max_row == 1
    rules = {str(rule.sqref): str(rule.formula1) for rule in sheet.data_validations.dataValidation}
    assert any("KCN VSIP I" in formula or "_lists" in formula for formula in rules.values())
    example = book["ví dụ · examples"]["A2"]
    assert "(ví dụ)" in str(example.value)
    assert example.fill.fgColor.rgb == "FFEDEDED"


@pytest.mark.parametrize("file_format", ["xlsx", "ods", "csv"])
@pytest.mark.parametrize("table", ["tenants", "offers", "needs", "certificates", "supply_relations"])
def test_a_filled_in_template_maps_itself(database: Path, tmp_path: Path, table: str, file_format: str) -> None:
    """An empty template imports as nothing at all; its headings are certain and its examples are left out."""
    out = tmp_path / f"{table}.{file_format}"
    write_template(table, out, file_format, ("KCN VSIP I",))
    tried = answer("import", str(out), "--table", table, "--dry-run", database=database)
    fields = {field for columns in tried["columns"].values() for field in columns.values()}
    assert fields == {column.name for column in TARGETS[table].columns}
    assert (tried["added"], sum(sheet["rows"] for sheet in tried["sheets"])) == (0, 0)


def test_every_example_fills_fields_there_are() -> None:
    for table in TARGETS:
        for row in examples(table):
            assert set(row) <= set(TARGETS[table].column_names), table


@pytest.mark.parametrize("table", sorted(TARGETS))
def test_headings_differ(table: str) -> None:
    headings = [heading(column) for column in template_columns(TARGETS[table])]
    assert len(set(headings)) == len(headings)


def test_examples_of_a_template_import_where_they_are_meant(database: Path, tmp_path: Path) -> None:
    file = tmp_path / "tenants.csv"
    columns = template_columns(TARGETS["tenants"])
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([heading(column) for column in columns])
        writer.writerows([row.get(column.name, "") for column in columns] for row in examples("tenants"))
    tried = answer("import", str(file), "--table", "tenants", "--dry-run", database=database)
    assert tried["refused"] == []
    assert tried["added"] == 6


def test_the_example_cannot_be_made_for_other_tables(database: Path, tmp_path: Path) -> None:
    with pytest.raises(HinterlandError, match="tenants alone"):
        run("registry", "template", "offers", str(tmp_path / "x.csv"), "--example", database=database)
