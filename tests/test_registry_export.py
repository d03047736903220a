"""The registry as files: what a viewer may see, and nothing else."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import openpyxl
import pytest
from import_parts import fill_registry, organisation
from sqlalchemy import Engine

from supplychain.exports.registry import ExportOptions, export_registry
from supplychain.exports.sheets import SheetLimitError
from supplychain.exports.writing import FileThereError
from supplychain.registry.changes import make_change
from supplychain.registry.values import Edit
from supplychain.registry.visibility import Viewer

SECRET_SOURCE = {"title": "secret list", "kind": "company", "reference": "x"}


@pytest.fixture
def engine(registry_engine: Engine) -> Engine:
    """Return a registry with a public firm, a private one, a made-up one, and ties between them, on each database."""
    edits = [
        Edit("sources", "secret_source", SECRET_SOURCE),
        organisation("hidden", "Ẩn", visibility="private", source="secret_source"),
        organisation("shown", "Công ty +84 Hiện", parent_id="hidden", representative="Nguyễn Văn A", phone="+84 274"),
        organisation("madeup", "Giả lập", synthetic=True),
        organisation("person", "Hộ kinh doanh", tax_code="079123456789"),
    ]
    fill_registry(registry_engine, edits)
    return registry_engine


def rows_of(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_public_gets_public_records_without_persons_and_without_ids_of_hidden_ones(
    engine: Engine, tmp_path: Path
) -> None:
    with engine.connect() as connection:
        counts = export_registry(connection, tmp_path / "out", ExportOptions("csv"))
    firms = {row["organisation_id"]: row for row in rows_of(tmp_path / "out", "organisations")}
    assert set(firms) == {"shown", "person"}
    assert counts["organisations"] == 2
    assert firms["shown"]["parent_id"] == ""
    assert firms["shown"]["representative"] == ""
    assert firms["shown"]["phone"] == "'+84 274"
    assert firms["person"]["tax_code"] == ""
    assert [row["source_id"] for row in rows_of(tmp_path / "out", "sources")] == ["test_source"]
    everything = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir())
    for secret in ("hidden", "Ẩn", "secret", "Nguyễn Văn A", "079123456789"):
        assert secret not in everything


def test_the_operator_gets_everything_and_made_up_records_where_asked(engine: Engine, tmp_path: Path) -> None:
    options = ExportOptions("csv", viewer=Viewer.everything(), synthetic=True)
    with engine.connect() as connection:
        export_registry(connection, tmp_path / "out", options)
    firms = {row["organisation_id"]: row for row in rows_of(tmp_path / "out", "organisations")}
    assert set(firms) == {"shown", "person", "hidden", "madeup"}
    assert firms["shown"]["parent_id"] == "hidden"
    assert {row["source_id"] for row in rows_of(tmp_path / "out", "sources")} == {"test_source", "secret_source"}


def test_the_past_can_be_exported(engine: Engine, tmp_path: Path) -> None:
    edit = Edit("organisations", "shown", {"name_vi": "Tên mới"})
    change = make_change(engine, [edit], kind="edit", author="t", source_id="test_source")
    assert change.number is not None
    for number, name in ((change.number - 1, "Công ty +84 Hiện"), (change.number, "Tên mới")):
        options = ExportOptions("csv", viewer=Viewer.everything(), as_of=number)
        with engine.connect() as connection:
            export_registry(connection, tmp_path / str(number), options)
        firms = {row["organisation_id"]: row["name_vi"] for row in rows_of(tmp_path / str(number), "organisations")}
        assert firms["shown"] == name


def test_what_is_there_is_not_written_over(engine: Engine, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    out.write_text("mine", encoding="utf-8")
    with engine.connect() as connection, pytest.raises(FileThereError, match="there already"):
        export_registry(connection, out, ExportOptions("xlsx"))
    assert out.read_text(encoding="utf-8") == "mine"


def test_a_workbook_holds_texts_as_texts_and_no_formula(sqlite_engine: Engine, tmp_path: Path) -> None:
    fill_registry(sqlite_engine, [organisation("a", "+84 là tên", short_name="-5", tax_code="0300588569")])
    with sqlite_engine.connect() as connection:
        export_registry(connection, tmp_path / "out.xlsx", ExportOptions("xlsx"))
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    sheet = book["organisations"]
    header = [cell.value for cell in sheet[1]]
    row = dict(zip(header, sheet[2], strict=True))
    for name, value in (("name_vi", "+84 là tên"), ("short_name", "-5"), ("tax_code", "0300588569")):
        assert (row[name].value, row[name].data_type) == (value, "s")
    with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
        parts = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/")]
    assert not any("<f>" in part for part in parts)


def test_a_text_too_long_for_a_cell_is_refused_and_nothing_is_left(sqlite_engine: Engine, tmp_path: Path) -> None:
    fill_registry(sqlite_engine, [organisation("a", "A", role="x" * 40_000)])
    for ending in ("xlsx", "ods"):
        with sqlite_engine.connect() as connection, pytest.raises(SheetLimitError, match="40000 characters"):
            export_registry(connection, tmp_path / f"out.{ending}", ExportOptions(ending))
    assert list(tmp_path.glob("*out*")) == []


def test_unknown_formats_and_tables_are_refused() -> None:
    with pytest.raises(ValueError, match="no format pdf"):
        ExportOptions("pdf")
    with pytest.raises(ValueError, match="no table firms"):
        ExportOptions("csv", tables=("firms",))
