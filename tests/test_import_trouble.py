"""Disks that are full, places closed to writing, times nobody can mean: a sentence each, and nothing half-done."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pyogrio
import pytest
from import_parts import fill_registry
from sqlalchemy import Engine

from api.console import Talk
from api.registry.importing import ImportRequest, Stated, run_import
from supplychain.errors import FindingsError, HinterlandError
from supplychain.exports.registry import ExportOptions, export_registry
from supplychain.exports.writing import NotWrittenError
from supplychain.intake.importing import import_file
from supplychain.intake.options import ImportOptions, SourceStatement
from supplychain.registry.changes import find_unfinished
from supplychain.registry.history import current_number, read_table
from supplychain.registry.merging import split_records
from supplychain.registry.undoing import undo_change
from supplychain.registry.visibility import Viewer

FORMATS = ("csv", "xlsx", "ods", "parquet", "gpkg", "geojson")


@pytest.mark.parametrize("file_format", FORMATS)
def test_an_export_to_where_nothing_can_be_written_names_the_place(
    sqlite_engine: Engine, tmp_path: Path, file_format: str
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    out = tmp_path / "file" / f"out.{file_format}"
    with sqlite_engine.connect() as connection, pytest.raises(NotWrittenError, match="out"):
        export_registry(connection, out, ExportOptions(file_format, Viewer.everything()))


def test_a_layer_that_the_disk_cannot_hold_is_a_sentence(
    sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object, **_named: object) -> None:
        msg = "database or disk is full"
        raise pyogrio.errors.DataLayerError(msg)

    monkeypatch.setattr(pyogrio, "write_arrow", full)
    with sqlite_engine.connect() as connection, pytest.raises(NotWrittenError, match="disk is full"):
        export_registry(connection, tmp_path / "out.gpkg", ExportOptions("gpkg", Viewer.everything()))
    assert not list(tmp_path.glob(".out*"))


@pytest.mark.parametrize(
    "as_of",
    [
        10**30,
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))),
        datetime(9999, 12, 31, tzinfo=UTC),
    ],
)
def test_a_time_to_come_shows_what_is_there(registry_engine: Engine, as_of: int | datetime) -> None:
    fill_registry(registry_engine)
    with registry_engine.connect() as connection:
        assert [one.record_id for one in read_table(connection, "parks", as_of=as_of)] == [
            one.record_id for one in read_table(connection, "parks")
        ]


@pytest.mark.parametrize("as_of", [0, -(10**12), datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))])
def test_before_the_beginning_there_is_nothing(registry_engine: Engine, as_of: int | datetime) -> None:
    fill_registry(registry_engine)
    with registry_engine.connect() as connection:
        assert list(read_table(connection, "parks", as_of=as_of)) == []


def test_a_file_that_cannot_be_a_source_is_refused_whole(registry_engine: Engine, tmp_path: Path) -> None:
    """Worked: the registry keeps years until 2100; a file's clock may say otherwise."""
    fill_registry(registry_engine)
    file = tmp_path / "organisations.csv"
    file.write_text("name_vi,kind\nSao Mai,enterprise\n", encoding="utf-8")
    stated = SourceStatement(at=datetime(2150, 1, 1, tzinfo=UTC))
    with registry_engine.connect() as connection:
        before = current_number(connection)
    with pytest.raises(FindingsError, match="nothing was imported"):
        import_file(registry_engine, file, ImportOptions(author="tester", find_duplicates=False, source=stated))
    assert find_unfinished(registry_engine) == ()
    with registry_engine.connect() as connection:
        assert current_number(connection) == before


def test_what_was_imported_is_told_also_where_the_refused_rows_cannot_be_written(
    sqlite_engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = tmp_path / "copy.gpkg"
    assert sqlite_engine.url.database is not None
    sqlite_engine.dispose()
    shutil.copy(sqlite_engine.url.database, database)
    file = tmp_path / "organisations.csv"
    file.write_text("name_vi,kind,tax_code\nSao Mai,enterprise,\nĐồng Tâm,enterprise,12\n", encoding="utf-8")
    request = ImportRequest(file, None, None, True, None, False, file / "out.csv", False, Stated(author="tester"))
    with pytest.raises(HinterlandError, match="was done, but the file of refused rows was not written"):
        run_import(request, str(database), Talk("en"))
    assert "1 records added" in capsys.readouterr().out
    with closing(sqlite3.connect(database)) as held, held:
        assert held.execute("SELECT name_vi FROM organisations").fetchall() == [("Sao Mai",)]


def test_a_number_no_change_can_have_is_no_change(registry_engine: Engine) -> None:
    with pytest.raises(HinterlandError, match="There is no change"):
        undo_change(registry_engine, 10**30, author="tester")
    with pytest.raises(HinterlandError, match="There is no change"):
        split_records(registry_engine, 10**30, author="tester")


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_dry_run_refuses_the_ids_that_an_import_refuses(
    sqlite_engine: Engine, tmp_path: Path, *, dry_run: bool
) -> None:
    """Worked: of two rows one has an id that is none; nobody else wrote, and nobody is said to have."""
    file = tmp_path / "organisations.csv"
    file.write_text("organisation_id,name_vi,kind\n'; drop--,X,enterprise\nok_1,Y,enterprise\n", encoding="utf-8")
    options = ImportOptions(author="tester", find_duplicates=False, dry_run=dry_run)
    report = import_file(sqlite_engine, file, options)
    assert (report.added, [row.line for row in report.refused]) == (1, [2])
    assert "is not an id" in report.refused[0].faults[0].text.en
    assert not [text for text in report.findings if text.en.startswith("Others")]
