"""Requests and answers on imports."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, Final, Literal

from sqlalchemy import Connection, RowMapping

from api.files.imports import ImportState, state_of
from api.rest.fields import Model, told
from api.rest.table_names import ImportTarget
from supplychain.text import Language

EARLIEST: Final = dt.date(1850, 1, 1)
LATEST: Final = dt.date(2100, 12, 31)
"""Days that the values of a file can be of."""

EXAMPLE_ID: Final = "imp_a2b3c4d5e6f7a2b3c4d5"


class ImportOptionsModel(Model):
    """What a person says about a file; everything may be left out."""

    table: ImportTarget | None = told(
        "What every sheet holds: a table of the registry, or tenants; null lets the headings say",
        "Mọi trang chứa gì: một bảng của sổ đăng ký, hoặc tenants; null thì theo tiêu đề cột",
        "tenants",
        default=None,
    )
    mapping: str | None = told(
        "What the columns mean, as the YAML that a dry run suggests; put right by a person, it needs no confirming",
        "Ý nghĩa các cột, dạng YAML như lần chạy thử gợi ý; do người sửa thì không cần xác nhận",
        "version: 1\nsheets:\n- sheet: '*'\n  table: organisations\n  columns:\n  - {column: Tên, field: name_vi}\n",
        default=None,
    )
    source_id: str | None = told(
        "A source of the registry that the file is; null makes one from the file",
        "Nguồn có sẵn trong sổ đăng ký; null thì tệp thành một nguồn mới",
        "tax_register_2026",
        default=None,
        max_length=200,
    )
    publisher: str | None = told(
        "Who published the file", "Đơn vị công bố tệp", "Ban quản lý các khu công nghiệp", default=None, max_length=500
    )
    licence: str | None = told(
        "On what terms it may be used", "Giấy phép sử dụng", "CC BY 4.0", default=None, max_length=500
    )
    source_kind: Literal["official", "press", "company", "open_data", "research", "own_estimate"] | None = told(
        "Kind of source, as sources.kind; null is taken as company",
        "Loại nguồn, như sources.kind; null là company",
        "company",
        default=None,
    )
    date: dt.date | None = told(
        "Day on which the values of the file held; null takes the day of the upload",
        "Ngày của số liệu trong tệp; null thì lấy ngày tải lên",
        "2026-06-30",
        default=None,
        ge=EARLIEST,
        le=LATEST,
    )
    visibility: Literal["public", "partners", "private"] | None = told(
        "Who may see new records for which the file does not say; null leaves them public",
        "Ai được xem hồ sơ mới khi tệp không nêu; null là công khai",
        "public",
        default=None,
    )
    confidence: Literal["high", "medium", "estimate", "assumption"] = told(
        "How far new records are trusted where the file does not say",
        "Độ tin cậy của hồ sơ mới khi tệp không nêu",
        "medium",
        default="medium",
    )
    vsic: Literal["2018", "2025"] = told(
        "Edition of VSIC codes where the file does not say", "Bản VSIC khi tệp không nêu", "2025", default="2025"
    )
    decimal: Literal[".", ","] | None = told(
        "Decimal sign of the whole file; null goes by the cells",
        "Dấu thập phân của cả tệp; null thì xét từng ô",
        ",",
        default=None,
    )
    day_first: bool | None = told(
        "Whether 3/4 is the 3rd of April; null goes by the cells",
        "3/4 là ngày 3 tháng 4; null thì xét từng ô",
        example=True,
        default=None,
    )
    encoding: str | None = told(
        "Encoding of a text file; null finds it out", "Bảng mã tệp chữ; null thì tự nhận", "utf-8", default=None,
        max_length=40,
    )  # fmt: skip
    delimiter: str | None = told(
        "Sign between the cells of a text file; null finds it out",
        "Dấu phân cách ô của tệp chữ; null thì tự nhận",
        ";",
        default=None,
        max_length=1,
    )
    synthetic: bool = told(
        "Whether new records are made up, where the file does not say",
        "Hồ sơ mới là dữ liệu tự đặt, khi tệp không nêu",
        example=False,
        default=False,
    )
    find_duplicates: bool = told(
        "Whether new organisations are compared with each other and with the registry",
        "So trùng lặp các tổ chức mới với nhau và với sổ đăng ký",
        example=True,
        default=True,
    )


class NewImportModel(ImportOptionsModel):
    """A file to be imported, and what a person says about it."""

    file_id: str = told("An uploaded file of yours", "Tệp bạn đã tải lên", "file_a2b3c4d5e6f7a2b3c4d5", max_length=80)


class CommitModel(Model):
    """How an import is begun."""

    confirm_mapping: bool = told(
        "Accept what the program takes the columns for, also where that is only likely",
        "Chấp nhận ý nghĩa cột do chương trình đoán, kể cả khi chưa chắc",
        example=False,
        default=False,
    )


class NoteModel(Model):
    """Something noticed, assumed or left out."""

    detail: str = told("One sentence", "Một câu", "Không nêu loại nguồn của tệp: lấy là company.")


class FaultModel(Model):
    """Why a row is refused."""

    column: str | None = told("Column of the file", "Cột của tệp", "Mã số thuế", default=None)
    detail: str = told("What is wrong and what to do", "Sai ở đâu và cách sửa", "Mã số thuế 12 không hợp lệ.")


class RefusedRowModel(Model):
    """A row that was not taken over."""

    sheet: str = told("Sheet it stands in", "Trang tính", "organisations")
    line: int = told("Its line, as an editor counts", "Dòng, như trình soạn thảo đếm", 7)
    faults: list[FaultModel] = told("Everything wrong with it", "Mọi chỗ sai", [])


class ImportReportModel(Model):
    """What an import does, or did. The first rows of long lists; the whole is the file ``report_file``."""

    dry_run: bool = told("Whether nothing was written", "Chỉ chạy thử, không ghi gì", example=True)
    change: int | None = told(
        "Number of the change it became; null where nothing was new", "Số thay đổi; null nếu không có gì mới", 42,
        default=None,
    )  # fmt: skip
    version: int | None = told(
        "Version of the options that a dry run went by", "Phiên bản tùy chọn của lần chạy thử", 1, default=None
    )
    added: int = told("Records added", "Số hồ sơ thêm", 120)
    changed: int = told("Records changed", "Số hồ sơ sửa", 4)
    unchanged: int = told("Records that are as the file says already", "Số hồ sơ giữ nguyên", 3)
    refused_count: int = told("Rows refused", "Số dòng bị từ chối", 2)
    resumed_rows: int = told(
        "Rows that were staged before a worker stopped, and not staged again",
        "Số dòng đã chuẩn bị trước khi máy dừng, không làm lại",
        0,
    )
    tables: dict[str, Any] = told("Records by table", "Số hồ sơ theo bảng", {"organisations": {"added": 120}})
    sheets: list[dict[str, Any]] = told("Rows by sheet", "Số dòng theo trang", [{"sheet": "organisations", "rows": 9}])
    columns: dict[str, Any] = told(
        "What each column was taken for; null: left out",
        "Ý nghĩa đã hiểu của từng cột; null: bỏ qua",
        {"organisations": {"Tên": "name_vi"}},
    )
    changes: list[dict[str, Any]] = told(
        "Fields that change, the first hundred",
        "Các ô thay đổi, 100 ô đầu",
        [{"table": "organisations", "record_id": "org_1", "column": "name_vi", "before": "A", "after": "B", "line": 2}],
    )
    change_count: int = told("Fields that change in all", "Tổng số ô thay đổi", 4)
    duplicates: list[dict[str, Any]] = told(
        "Pairs that are probably one organisation, the first hundred",
        "Các cặp có thể là cùng một tổ chức, 100 cặp đầu",
        [{"a": "org_1", "b": "org_2", "probability": 0.97}],
    )
    duplicate_count: int = told("Such pairs in all", "Tổng số cặp như vậy", 1)
    refused: list[RefusedRowModel] = told("Rows refused, the first hundred", "Dòng bị từ chối, 100 dòng đầu", [])
    findings: list[NoteModel] = told("What was noticed or assumed", "Điều nhận thấy hoặc giả định", [])
    mapping: str | None = told(
        "What the columns were taken for, as YAML to put right and send back",
        "Ý nghĩa các cột, dạng YAML để sửa và gửi lại",
        "version: 1\nsheets: []\n",
        default=None,
    )
    unsure: list[str] = told(
        "Columns whose meaning is only likely: confirm them, or put the mapping right",
        "Các cột chưa chắc ý nghĩa: hãy xác nhận, hoặc sửa mapping",
        ["organisations: Ghi chú"],
        default=[],
    )
    refused_file: str | None = told(
        "File of the refused rows, faulty cells marked, to correct and import",
        "Tệp các dòng bị từ chối, có đánh dấu ô sai, để sửa rồi nhập",
        "file_a2b3c4d5e6f7a2b3c4d5",
        default=None,
    )
    report_file: str = told("File of the whole report, JSON", "Tệp báo cáo đầy đủ, JSON", "file_a2b3c4d5e6f7a2b3c4d5")


class ImportModel(Model):
    """An import of a file into the registry."""

    import_id: str = told("Id of the import", "Mã lần nhập", EXAMPLE_ID)
    name: str = told("Name of the file", "Tên tệp", "doanh-nghiep.csv")
    file_id: str = told("The file, held by the import", "Tệp, do lần nhập giữ", "file_a2b3c4d5e6f7a2b3c4d5")
    sha256: str = told("SHA-256 of the file", "SHA-256 của tệp", "9f86d081884c7d659a2feaa0c55ad015")
    state: ImportState = told(
        "open, importing, done (the records are seen) or abandoned",
        "open (mở), importing (đang nhập), done (đã thấy hồ sơ) hoặc abandoned (đã hủy)",
        "open",
    )
    version: int = told("How often the options were changed, from 1", "Số lần đổi tùy chọn, từ 1", 1)
    options: ImportOptionsModel = told("What was said about the file", "Điều đã nêu về tệp", {"table": "tenants"})
    check_job_id: str | None = told("Job of the last dry run", "Công việc chạy thử gần nhất", None, default=None)
    import_job_id: str | None = told("Job of the import", "Công việc nhập", None, default=None)
    number: int | None = told(
        "Number of the change it became; null where nothing was new", "Số thay đổi; null nếu không có gì mới", None,
        default=None,
    )  # fmt: skip
    author: str = told("Who imports it", "Người nhập", "Lan")
    created_at: str = told("When it was asked for, UTC", "Lúc yêu cầu, UTC", "2026-01-05T08:00:00.000000+00:00")
    changed_at: str = told(
        "When it last changed, UTC", "Lúc thay đổi gần nhất, UTC", "2026-01-05T08:01:00.000000+00:00"
    )


_PLAIN: Final = tuple(name for name in ImportModel.model_fields if name not in {"state", "options"})


def show_import(connection: Connection, row: RowMapping) -> ImportModel:
    """Return an import as it is shown."""
    said = {name: value for name, value in json.loads(row["options"]).items() if name != "confirm_mapping"}
    options = ImportOptionsModel.model_validate(said)
    return ImportModel(**{name: row[name] for name in _PLAIN}, state=state_of(connection, row), options=options)


def show_report(report: dict[str, Any], language: Language) -> ImportReportModel:
    """Return a report as it is shown, its sentences in one language."""
    refused = [
        RefusedRowModel(
            sheet=row["sheet"],
            line=row["line"],
            faults=[FaultModel(column=fault["column"], detail=fault[language]) for fault in row["faults"]],
        )
        for row in report["refused"]
    ]
    findings = [NoteModel(detail=finding[language]) for finding in report["findings"]]
    names = set(ImportReportModel.model_fields) - {"refused", "findings"}
    plain = {name: value for name, value in report.items() if name in names}
    return ImportReportModel(**plain, refused=refused, findings=findings)
