"""The jobs of imports: a dry run, and the import itself, which goes on after a worker died and ends once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, RowMapping

from api.files.imports import claim_import, clear_if_over, clear_staged, end_import, read_import, set_import
from api.files.store import file_parts, read_file
from api.jobs.kinds import JobContext
from api.registry.import_tell import document
from api.registry.importing import READING, Stated, stated_options
from supplychain.database import DatabaseTroubleError, for_writing
from supplychain.errors import HinterlandError
from supplychain.intake.importing import open_files, stage_file, tell_commit
from supplychain.intake.mapping import FileMapping, mapping_text, parse_mapping
from supplychain.intake.options import ImportOptions
from supplychain.intake.refused import refused_path, write_refused
from supplychain.intake.report import ImportReport
from supplychain.intake.sheet_plans import suggested_mapping, unsure_columns
from supplychain.registry.changes import commit_change
from supplychain.registry.values import Change
from supplychain.text import Text

MOST_TOLD: Final = 100
"""Changes, duplicates and refused rows that an answer tells; the whole report is a file."""

MOST_KEPT: Final = 20_000
"""Refused rows in the report's file; all of them stand in the file of refused rows, each with its reasons."""

ROWS_AT_ONCE: Final = 500
"""Rows staged in one transaction: other requests wait for the embedded database a fifth of a second at most."""

REPORT_NAME: Final = "report.json"
REPORT_TYPE: Final = "application/json"
MEDIA_TYPES: Final = {
    ".csv": "text/csv",
    ".geojson": "application/geo+json",
    ".gpkg": "application/geopackage+sqlite3",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".parquet": "application/vnd.apache.parquet",
    ".tsv": "text/plain",
    ".txt": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

FETCHING: Final = Text(en="Fetching {name}", vi="Lấy {name}")
COMMITTING: Final = Text(en="Making it visible", vi="Ghi nhận")
UNSURE: Final = Text(
    en="What these columns mean is only likely: {columns}. Look at the dry run; then ask again with confirm_mapping, "
    "or change the import's mapping first.",
    vi="Ý nghĩa các cột sau mới chỉ là phỏng đoán: {columns}. Hãy xem lần chạy thử; rồi yêu cầu lại kèm "
    "confirm_mapping, hoặc sửa mapping của lần nhập trước.",
)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A file on the worker's disk, what it is taken for, and how it is imported."""

    path: Path
    mapping: FileMapping
    options: ImportOptions


def run_check(context: JobContext, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Say what importing a file would do; nothing is written but the report.

    Raises
    ------
    HinterlandError
        If the file, its mapping or the options cannot be used.
    """
    import_id = str(request["import_id"])
    with context.engine.connect() as connection:
        row = read_import(connection, context.caller, import_id)
    with context.folder() as folder:
        prepared = _prepare(context, row, folder, dry_run=True)
        report, _change_id = stage_file(context.engine, prepared.path, prepared.options, _progress(context))
        told = _told(context, report, prepared)
    told |= {"mapping": mapping_text(prepared.mapping), "unsure": _unsure(prepared.mapping), "version": row["version"]}
    with for_writing(context.engine).begin() as connection:
        set_import(connection, import_id, checked=json.dumps(told, ensure_ascii=False))
    return told


def run_import(context: JobContext, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take a file over into the registry, once: what was staged before a worker died is not staged again.

    Raises
    ------
    HinterlandError
        If the file, its mapping or the options cannot be used; then nothing of it stays.
    """
    import_id = str(request["import_id"])
    row = claim_import(context.engine, context.caller, import_id, context.job_id)
    if row["state"] == "done":
        return _ended(row)
    try:
        return _import(context, row)
    except DatabaseTroubleError:
        raise  # the job begins again when the database answers, and goes on where it stood
    except HinterlandError:
        with context.engine.connect() as connection:
            last = read_import(connection, context.caller, import_id)
        if last["state"] == "done":
            # Another process committed what this one was staging: a worker that counted as dead and was not.
            return _ended(last)
        if last["import_job_id"] == context.job_id:
            clear_staged(context.engine, last)
        raise
    finally:
        clear_if_over(context.engine, context.caller, import_id)


def _ended(row: RowMapping) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(row["report"])
    return told


def _import(context: JobContext, row: RowMapping) -> dict[str, Any]:
    with context.folder() as folder:
        prepared = _prepare(context, row, folder, dry_run=False)
        unsure = [] if _is_sure(row) else _unsure(prepared.mapping)
        if unsure:
            raise HinterlandError(UNSURE.format(columns=", ".join(unsure)))
        report, change_id = stage_file(context.engine, prepared.path, prepared.options, _progress(context))
        told = _told(context, report, prepared)
    context.tell(COMMITTING, 1.0)
    ended: dict[str, Any] = {}

    def end(connection: Connection, change: Change) -> None:
        tell_commit(report, change, prepared.options)
        findings = [{"en": text.en, "vi": text.vi} for text in dict.fromkeys(report.findings)]
        ended.update(told | {"change": change.number, "findings": findings})
        end_import(connection, row, context.job_id, ended)

    if change_id is None:
        ended.update(told)
        with for_writing(context.engine).begin() as connection:
            end_import(connection, row, context.job_id, ended)
    else:
        commit_change(context.engine, change_id, end)
    return ended


def _is_sure(row: RowMapping) -> bool:
    """Return whether a person said what the columns mean, or confirmed the suggestion."""
    said = json.loads(row["options"])
    return bool(said.get("mapping") or said.get("confirm_mapping"))


def _prepare(context: JobContext, row: RowMapping, folder: Path, *, dry_run: bool) -> _Prepared:
    context.tell(FETCHING.format(name=row["name"]))
    stored = read_file(context.engine, row["file_id"])
    path = folder / stored.name
    with path.open("wb") as file:
        for part in file_parts(context.engine, stored.file_id):
            file.write(part)
    said = json.loads(row["options"])
    stated = Stated(
        source=said.get("source_id"),
        publisher=said.get("publisher"),
        licence=said.get("licence"),
        source_kind=said.get("source_kind"),
        date=said.get("date") or row["created_at"],
        author=row["author"],
        visibility=said.get("visibility"),
        confidence=said.get("confidence") or "medium",
        vsic=said.get("vsic") or "2025",
        decimal=said.get("decimal"),
        day_first=said.get("day_first"),
        encoding=said.get("encoding"),
        delimiter=said.get("delimiter"),
        synthetic=bool(said.get("synthetic")),
    )
    duplicates = said.get("find_duplicates", True)
    options = stated_options(stated, said.get("table"), dry_run=dry_run, find_duplicates=duplicates)
    (file_of_tables,) = open_files(path, options)
    mapping = parse_mapping(said["mapping"]) if said.get("mapping") else None
    found = mapping or suggested_mapping(file_of_tables, said.get("table"))
    more = {"mapping": found, "run": row["import_id"], "chunk_rows": ROWS_AT_ONCE}
    return _Prepared(path, found, replace(options, **more))


def _unsure(mapping: FileMapping) -> list[str]:
    return [f"{sheet}: {column}" if column else sheet for sheet, column in unsure_columns(mapping)]


def _progress(context: JobContext) -> Any:  # noqa: ANN401 - supplychain.intake's Progress
    def tell(sheet: str, rows: int) -> None:
        context.tell(READING.format(sheet=sheet, rows=f"{rows:,}"))

    return tell


def _told(context: JobContext, report: ImportReport, prepared: _Prepared) -> dict[str, Any]:
    """Return a report as JSON, cut to what an answer can hold; the whole and the refused rows are kept as files."""
    notes: list[Text] = []
    refused_id = None
    if report.refused:
        out = refused_path(prepared.path)
        notes = write_refused(report, out, prepared.options)
        refused_id = context.keep_file(out, MEDIA_TYPES.get(out.suffix.lower(), "application/octet-stream"))
    report.findings.extend(notes)
    kept = replace(report, refused=report.refused[:MOST_KEPT])
    whole = json.loads(json.dumps(document(kept, None), ensure_ascii=False, default=str))
    whole |= {"file": prepared.path.name, "refused_file": refused_id}
    text = json.dumps(whole, ensure_ascii=False, indent=1)
    report_id = context.keep_bytes(iter([text.encode()]), REPORT_TYPE, REPORT_NAME)
    cut = {name: whole[name][:MOST_TOLD] for name in ("changes", "duplicates", "refused")}
    counts = {"duplicate_count": len(whole["duplicates"]), "refused_count": len(report.refused)}
    return {**whole, **cut, **counts, "report_file": report_id}
