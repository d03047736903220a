"""The command `hinterland import` and the templates it reads, as Typer sees them; nothing heavy is imported before."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from api.command_options import DatabaseOption, JsonOption, LanguageOption, database_url, talk_in
from api.registry.register import AuthorOption

SOME_REFUSED = 1
"""Exit status where rows were refused; the rest was imported."""


def import_file(  # noqa: PLR0913 - Typer reads every option from an argument
    file: Annotated[
        Path,
        typer.Argument(
            help="Tệp CSV, XLSX, ODS, XLS, Parquet, GeoPackage, GeoJSON, hoặc thư mục đã xuất. · "
            "CSV, XLSX, ODS, XLS, Parquet, GeoPackage or GeoJSON file, or an exported folder.",
            metavar="FILE",
        ),
    ],
    *,
    mapping: Annotated[
        Path | None,
        typer.Option("--map", help="Ý nghĩa các cột. · What the columns mean.", metavar="MAP.yaml"),
    ] = None,
    write_map: Annotated[
        Path | None,
        typer.Option(
            "--write-map",
            help="Chỉ viết bản gợi ý ý nghĩa các cột. · Only write a suggestion of that.",
            metavar="MAP.yaml",
        ),
    ] = None,
    confirm_mapping: Annotated[
        bool,
        typer.Option("--confirm-mapping", help="Chấp nhận gợi ý về các cột. · Accept the suggestion of the columns."),
    ] = False,
    table: Annotated[
        str | None,
        typer.Option(
            help="Nội dung mọi trang: tenants (doanh nghiệp trong khu) hoặc một bảng. · "
            "What every sheet holds: tenants or a table.",
            metavar="TABLE",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Cho biết sẽ thay đổi gì, không ghi. · Tell what would change.")
    ] = False,
    refused: Annotated[
        Path | None,
        typer.Option(
            help="Tệp ghi các dòng bị từ chối; mặc định cạnh FILE. · File of refused rows; beside FILE if not given.",
            metavar="OUT",
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(help="Nguồn có sẵn; mặc định tệp thành một nguồn. · A source of the registry.", metavar="ID"),
    ] = None,
    publisher: Annotated[
        str | None, typer.Option(help="Đơn vị công bố tệp. · Who published the file.", metavar="NAME")
    ] = None,
    licence: Annotated[
        str | None, typer.Option(help="Giấy phép của tệp. · Licence of the file.", metavar="NAME")
    ] = None,
    source_kind: Annotated[
        Literal["official", "press", "company", "open_data", "research", "own_estimate"] | None,
        typer.Option("--source-kind", help="Loại nguồn. · Kind of source."),
    ] = None,
    date: Annotated[
        str | None,
        typer.Option(
            help="Ngày của số liệu; mặc định ngày sửa tệp. · Day the values are of; the file's if not given.",
            metavar="YYYY-MM-DD",
        ),
    ] = None,
    author: AuthorOption = None,
    visibility: Annotated[
        Literal["public", "partners", "private"] | None,
        typer.Option(help="Ai được xem hồ sơ mới. · Who may see new records."),
    ] = None,
    confidence: Annotated[
        Literal["high", "medium", "estimate", "assumption"],
        typer.Option(help="Độ tin cậy nếu tệp không ghi. · Trust, where the file does not say."),
    ] = "medium",
    vsic: Annotated[
        Literal["2018", "2025"],
        typer.Option(help="Phiên bản mã VSIC nếu tệp không ghi. · Edition of VSIC codes, where the file does not say."),
    ] = "2025",
    decimal: Annotated[str | None, typer.Option(help="Dấu thập phân: . hoặc , · Decimal sign.", metavar=".|,")] = None,
    day_first: Annotated[
        bool | None,
        typer.Option("--day-first/--month-first", help="Thứ tự ngày, tháng. · Order of day and month."),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Bảng mã, ví dụ tcvn3. · Encoding, such as tcvn3.", metavar="NAME")
    ] = None,
    delimiter: Annotated[str | None, typer.Option(help="Dấu ngăn cột. · Sign between columns.", metavar="SIGN")] = None,
    synthetic: Annotated[
        bool, typer.Option("--synthetic", help="Ghi hồ sơ mới là giả lập. · Mark new records as made up.")
    ] = False,
    no_duplicates: Annotated[
        bool, typer.Option("--no-duplicates", help="Không so trùng lặp. · Do not compare for duplicates.")
    ] = False,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Nhập doanh nghiệp, cơ sở, năng lực từ tệp · Import firms, facilities, offers from a file."""
    from api.registry.importing import ImportRequest, Stated, run_import  # noqa: PLC0415 - keeps `--help` quick

    stated = Stated(
        source=source,
        publisher=publisher,
        licence=licence,
        source_kind=source_kind,
        date=date,
        author=author,
        visibility=visibility,
        confidence=confidence,
        vsic=vsic,
        decimal=decimal,
        day_first=day_first,
        encoding=encoding,
        delimiter=delimiter,
        synthetic=synthetic,
    )
    request = ImportRequest(
        file, mapping, write_map, confirm_mapping, table, dry_run, refused, not no_duplicates, stated
    )
    if not run_import(request, database_url(database), talk_in(lang, as_json=as_json)):
        raise typer.Exit(SOME_REFUSED)


def template(
    table: Annotated[
        str,
        typer.Argument(
            help="tenants (doanh nghiệp trong khu công nghiệp) hoặc một bảng của sổ đăng ký. · tenants or a table.",
            metavar="TABLE",
        ),
    ] = "tenants",
    out: Annotated[
        Path | None,
        typer.Argument(
            help="Tệp sẽ ghi; mặc định TABLE.xlsx. · File to write; TABLE.xlsx if not given.", metavar="OUT"
        ),
    ] = None,
    *,
    file_format: Annotated[
        Literal["xlsx", "ods", "csv"] | None, typer.Option("--format", help="Định dạng. · Format.")
    ] = None,
    example: Annotated[
        bool,
        typer.Option("--example", help="Ghi danh sách ví dụ đã điền. · Write a filled-in example list instead."),
    ] = False,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ghi mẫu để điền và nhập · Write a template to fill in and import."""
    from api.registry.importing import TemplateRequest, run_template  # noqa: PLC0415 - keeps `--help` quick

    request = TemplateRequest(table, out, file_format, example)
    run_template(request, database_url(database), talk_in(lang, as_json=as_json))
