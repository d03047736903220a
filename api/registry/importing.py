"""What `hinterland import` and `hinterland registry template` do."""

from __future__ import annotations

import getpass
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from api.readiness import opened
from api.registry.import_tell import tell_report
from supplychain.errors import HinterlandError
from supplychain.exports.writing import refuse_existing
from supplychain.intake.files import ReadOptions
from supplychain.intake.importing import import_file, open_files
from supplychain.intake.mapping import FileMapping, read_mapping, write_mapping
from supplychain.intake.options import ImportOptions, SourceStatement
from supplychain.intake.refused import refused_path, write_refused
from supplychain.intake.sheet_plans import suggested_mapping, unsure_columns
from supplychain.intake.targets import TARGETS
from supplychain.intake.templates import EXAMPLE_FILE, park_names, write_template
from supplychain.text import Text

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from api.console import Steps, Talk
    from supplychain.intake.report import ImportReport

UNKNOWN_TABLE: Final = Text(
    en="There is no table {table}. Choose one of: {tables}.", vi="Không có bảng {table}. Hãy chọn một trong: {tables}."
)
BAD_DATE: Final = Text(
    en="'{given}' is no day. Write --date 2026-06-30.", vi="'{given}' không phải ngày. Hãy ghi --date 2026-06-30."
)
BAD_DECIMAL: Final = Text(
    en="--decimal must be . or , but is '{given}'.", vi="--decimal phải là . hoặc , nhưng đang là '{given}'."
)
UNSURE: Final = Text(
    en="What these columns mean is only likely: {columns}. Look at it with --dry-run; then accept it with "
    "--confirm-mapping, or write it down with --write-map MAP.yaml, put it right and give it with --map MAP.yaml.",
    vi="Ý nghĩa các cột sau mới chỉ là phỏng đoán: {columns}. Hãy xem bằng --dry-run; rồi chấp nhận bằng "
    "--confirm-mapping, hoặc ghi ra bằng --write-map MAP.yaml, sửa lại và dùng --map MAP.yaml.",
)
MAP_WRITTEN: Final = Text(
    en="{map} says what the columns of {file} may mean. Read it through, put it right, then: "
    "`hinterland import {file} --map {map}`.",
    vi="{map} nêu ý nghĩa có thể có của các cột trong {file}. Hãy đọc, sửa lại, rồi chạy: "
    "`hinterland import {file} --map {map}`.",
)
FOLDER_MAP: Final = Text(
    en="A folder is imported by the names in its headers; --map, --write-map and --refused are for single files.",
    vi="Thư mục được nhập theo tên ghi ở tiêu đề cột; --map, --write-map và --refused chỉ dùng cho từng tệp.",
)
LOOKING: Final = Text(en="Looking at {file}", vi="Xem {file}")
READING: Final = Text(en="{sheet}: {rows} rows", vi="{sheet}: {rows} dòng")
IMPORTING: Final = Text(en="Importing {file}", vi="Nhập {file}")
TRYING: Final = Text(en="Trying {file} out, nothing is written", vi="Thử nhập {file}, không ghi gì")
MARKING: Final = Text(en="Writing the refused rows", vi="Ghi các dòng bị từ chối")
TEMPLATE_WRITTEN: Final = Text(
    en="{out} is a template for {table}. Fill it in, then: `hinterland import {out} --dry-run`.",
    vi="{out} là mẫu cho {table}. Hãy điền, rồi chạy: `hinterland import {out} --dry-run`.",
)
EXAMPLE_WRITTEN: Final = Text(
    en="{out} is a list of made-up tenants, with the faults that such lists have. Try: "
    "`hinterland import {out} --synthetic --dry-run`.",
    vi="{out} là danh sách doanh nghiệp tự đặt, kèm những lỗi thường gặp. Hãy thử: "
    "`hinterland import {out} --synthetic --dry-run`.",
)
REFUSED_NOT_WRITTEN: Final = Text(
    en="What is told above was done, but the file of refused rows was not written: {reason} Import the same file again "
    "with --refused and another place: what is in the registry stays as it is, and the refused rows are written.",
    vi="Những điều nêu trên đã thực hiện xong, nhưng chưa ghi được tệp các dòng bị từ chối: {reason} Hãy nhập lại tệp "
    "này với --refused ở nơi khác: dữ liệu trong sổ giữ nguyên và các dòng bị từ chối được ghi ra.",
)
EARLIEST_YEAR: Final = 1850
LATEST_YEAR: Final = 2100
NO_EXAMPLE: Final = Text(
    en="There is a filled-in example of tenants alone, as a CSV file.",
    vi="Chỉ có danh sách ví dụ cho tenants, dạng tệp CSV.",
)


@dataclass(frozen=True, slots=True)
class Stated:
    """What the person says about file and records; each as the option of its name."""

    source: str | None = None
    publisher: str | None = None
    licence: str | None = None
    source_kind: str | None = None
    date: str | None = None
    author: str | None = None
    visibility: str | None = None
    confidence: str = "medium"
    vsic: str = "2025"
    decimal: str | None = None
    day_first: bool | None = None
    encoding: str | None = None
    delimiter: str | None = None
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What to import and how.

    Parameters
    ----------
    file
        The file or folder.
    mapping, write_map
        File that says what the columns mean; file to write a suggestion of that to, and do nothing else.
    confirmed
        Whether the suggestion is accepted.
    table
        What every sheet holds, where the person says.
    dry_run
        Whether nothing is written.
    refused
        File of refused rows; None for one beside the file.
    find_duplicates
        Whether new organisations are compared.
    stated
        What else the person says.
    """

    file: Path
    mapping: Path | None
    write_map: Path | None
    confirmed: bool
    table: str | None
    dry_run: bool
    refused: Path | None
    find_duplicates: bool
    stated: Stated


@dataclass(frozen=True, slots=True)
class TemplateRequest:
    """What template to write: for which table, where to, in which format; or the filled-in example."""

    table: str
    out: Path | None
    file_format: str | None
    example: bool


def run_import(request: ImportRequest, database: str, talk: Talk) -> bool:
    """Import a file, tell what came of it, and return whether every row was taken over.

    Raises
    ------
    HinterlandError
        If the file, the mapping or the options cannot be used; nothing was written.
    """
    options = stated_options(
        request.stated, request.table, dry_run=request.dry_run, find_duplicates=request.find_duplicates
    )
    if request.file.is_dir() and (request.mapping or request.write_map or request.refused):
        raise HinterlandError(FOLDER_MAP)
    with talk.steps(3) as steps:
        steps.begin(LOOKING.format(file=request.file.name))
        if not request.file.is_dir():
            mapping = _mapping(request, options)
            if request.write_map is not None:
                refuse_existing(request.write_map)
                write_mapping(mapping, request.write_map)
                talk.say(MAP_WRITTEN.format(map=request.write_map, file=request.file))
                talk.answer({"map": str(request.write_map)})
                return True
            options = replace(options, mapping=mapping)
        out = request.refused
        if out is not None:
            refuse_existing(out)
        with opened(database) as engine:
            report = _import(engine, request, options, steps)
        notes: list[Text] = []
        failed: HinterlandError | None = None
        if report.refused and not request.file.is_dir() and (out is not None or not request.dry_run):
            steps.begin(MARKING)
            out = out or refused_path(request.file)
            try:
                notes = write_refused(report, out, options)
            except HinterlandError as error:
                failed, out = error, None
        else:
            out = None
    report.findings.extend(notes)
    tell_report(report, out, talk)
    if failed is not None:
        raise HinterlandError(
            Text(
                en=REFUSED_NOT_WRITTEN.en.format(reason=failed.sentence("en")),
                vi=REFUSED_NOT_WRITTEN.vi.format(reason=failed.sentence("vi")),
            )
        ) from failed
    return not report.refused


def _import(engine: Engine, request: ImportRequest, options: ImportOptions, steps: Steps) -> ImportReport:
    from api.stop import STOP  # noqa: PLC0415 - beside its use

    steps.begin((TRYING if request.dry_run else IMPORTING).format(file=request.file.name))

    def tell(sheet: str, rows: int) -> None:
        STOP.check()
        steps.detail(READING.format(sheet=sheet, rows=rows))

    return import_file(engine, request.file, options, tell)


def _mapping(request: ImportRequest, options: ImportOptions) -> FileMapping:
    if request.mapping is not None:
        return read_mapping(request.mapping)
    (file,) = open_files(request.file, options)
    mapping = suggested_mapping(file, request.table)
    unsure = unsure_columns(mapping)
    if unsure and not (request.confirmed or request.dry_run or request.write_map):
        columns = ", ".join(f"{sheet}: {column}" if column else sheet for sheet, column in unsure)
        raise HinterlandError(UNSURE.format(columns=columns))
    return mapping


def stated_options(
    stated: Stated, table: str | None, *, dry_run: bool = False, find_duplicates: bool = True
) -> ImportOptions:
    """Return the options of an import as somebody states them.

    Raises
    ------
    HinterlandError
        If one of them cannot be.
    """
    if table is not None and table not in TARGETS:
        raise HinterlandError(UNKNOWN_TABLE.format(table=table, tables=", ".join(TARGETS)))
    if stated.decimal not in (None, ".", ","):
        raise HinterlandError(BAD_DECIMAL.format(given=stated.decimal))
    statement = SourceStatement(
        stated.source, stated.publisher, stated.licence, stated.source_kind, _moment(stated.date)
    )
    read = ReadOptions(stated.encoding, stated.delimiter) if stated.encoding or stated.delimiter else None
    return ImportOptions(
        author=stated.author or getpass.getuser(),
        target=table,
        dry_run=dry_run,
        source=statement,
        visibility=stated.visibility,
        synthetic=stated.synthetic,
        confidence=stated.confidence,
        vsic_version=stated.vsic,
        decimal="," if stated.decimal == "," else "." if stated.decimal == "." else None,
        day_first=stated.day_first,
        find_duplicates=find_duplicates,
        read=read,
    )


def _moment(given: str | None) -> datetime | None:
    if given is None:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as error:
        raise HinterlandError(BAD_DATE.format(given=given)) from error
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise HinterlandError(BAD_DATE.format(given=given))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def run_template(request: TemplateRequest, database: str, talk: Talk) -> None:
    """Write a template to fill in, or the filled-in example.

    Raises
    ------
    HinterlandError
        If there is no such table, or the file is there already.
    """
    if request.table not in TARGETS:
        raise HinterlandError(UNKNOWN_TABLE.format(table=request.table, tables=", ".join(TARGETS)))
    if request.example:
        _write_example(request, talk)
        return
    file_format = request.file_format or (request.out.suffix.lstrip(".").lower() if request.out else "") or "xlsx"
    out = request.out or Path(f"{request.table}.{file_format}")
    parks = _known_parks(database)
    write_template(request.table, out, file_format, parks)
    talk.say(TEMPLATE_WRITTEN.format(out=out, table=request.table))
    talk.answer({"template": str(out), "table": request.table, "format": file_format})


def _write_example(request: TemplateRequest, talk: Talk) -> None:
    out = request.out or Path(EXAMPLE_FILE.name)
    if request.table != "tenants" or request.file_format not in (None, "csv"):
        raise HinterlandError(NO_EXAMPLE)
    refuse_existing(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(EXAMPLE_FILE.read_bytes())
    talk.say(EXAMPLE_WRITTEN.format(out=out))
    talk.answer({"example": str(out)})


def _known_parks(database: str) -> tuple[str, ...]:
    """Return the names of the registry's parks for the list to choose from; none where there is no database yet."""
    if "://" not in database and not Path(database).is_file():
        return ()
    with opened(database) as engine, engine.connect() as connection:
        return park_names(connection)
