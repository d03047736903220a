"""``hinterland programme`` as Typer reads it; nothing heavy is imported before it is run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.command_options import DatabaseOption, JsonOption, LanguageOption, NetworkOption, database_url, talk_in
from api.documents.options import WGS84, CrsOption, LayersOption, ReportOption, answer_request


def register(app: typer.Typer) -> None:
    """Add the command ``programme``."""
    app.command()(programme)


def programme(  # noqa: PLR0913 - Typer reads every option from an argument
    programme_id: Annotated[
        str | None,
        typer.Argument(
            help="Mã chương trình; không ghi thì mọi chương trình. · Programme id; all of them where not given.",
            metavar="PROGRAMME",
        ),
    ] = None,
    *,
    scenario: Annotated[
        str,
        typer.Option(
            help="Kịch bản nền để so: mã hoặc tệp. · Base to compare with: scenario id or file.", metavar="SCENARIO"
        ),
    ] = "base",
    out: Annotated[
        Path | None, typer.Option(help="Thư mục các bảng CSV, XLSX. · Folder of CSV and XLSX tables.")
    ] = None,
    report: ReportOption = None,
    layers: LayersOption = None,
    crs: CrsOption = WGS84,
    network: NetworkOption = None,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Đánh giá từng hành động của chương trình và tất cả cùng lúc · Evaluate a programme action by action."""
    from api.programme.run import ProgrammeRequest, run_programme  # noqa: PLC0415 - keeps `--help` quick

    request = ProgrammeRequest(programme_id, scenario, network, out, answer_request(report, layers, crs))
    run_programme(request, database_url(database), talk_in(lang, as_json=as_json))
