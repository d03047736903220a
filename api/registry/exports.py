"""The command `hinterland registry export` as Typer reads it; nothing heavy is imported before it is run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from api.command_options import DatabaseOption, JsonOption, LanguageOption, database_url, talk_in
from api.registry.register import SyntheticOption, ViewerOption


def export(  # noqa: PLR0913 - Typer reads every option from an argument
    out: Annotated[
        Path,
        typer.Argument(
            help="Tệp (xlsx, ods, gpkg) hoặc thư mục (csv, parquet, geojson). · "
            "File (xlsx, ods, gpkg) or folder (csv, parquet, geojson).",
            metavar="OUT",
        ),
    ],
    *,
    file_format: Annotated[
        Literal["csv", "xlsx", "ods", "parquet", "gpkg", "geojson"] | None,
        typer.Option("--format", help="Định dạng; mặc định theo đuôi OUT. · Format; by the ending of OUT."),
    ] = None,
    viewer: ViewerOption = "public",
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            help="Như sau thay đổi số N, hoặc vào ngày YYYY-MM-DD. · As after change N, or at the end of a day.",
            metavar="N|DATE",
        ),
    ] = None,
    table: Annotated[
        list[str] | None,
        typer.Option(help="Chỉ bảng này; lặp lại được. · Only this table; may be repeated.", metavar="TABLE"),
    ] = None,
    synthetic: SyntheticOption = False,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Xuất sổ đăng ký ra tệp, nhập lại được · Export the registry to files that can be imported again."""
    from api.registry.exporting import ExportRequest, run_export  # noqa: PLC0415 - keeps `--help` quick

    request = ExportRequest(out, file_format, viewer, as_of, table or (), synthetic)
    run_export(request, database_url(database), talk_in(lang, as_json=as_json))
