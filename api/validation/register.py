"""``hinterland validate`` on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.command_options import (
    DatabaseOption,
    JsonOption,
    LanguageOption,
    NetworkOption,
    ScenarioArgument,
    database_url,
    talk_in,
)
from api.documents.options import WGS84, CrsOption, LayersOption, ReportOption, answer_request


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(validate)


def validate(  # noqa: PLR0913 - Typer reads every option from an argument
    scenario: ScenarioArgument = "base",
    *,
    out: Annotated[
        Path | None, typer.Option(help="Thư mục ghi các bảng CSV. · Folder for the tables as CSV.", metavar="FOLDER")
    ] = None,
    write: Annotated[
        Path | None,
        typer.Option(help="Ghi trang Markdown, như docs/validation.md. · Write a Markdown page.", metavar="FILE"),
    ] = None,
    report: ReportOption = None,
    layers: LayersOption = None,
    crs: CrsOption = WGS84,
    network: NetworkOption = None,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Đối chiếu phương án với số đã biết · Hold a plan against known figures."""
    from api.validation.command import ValidateRequest, run_validation  # noqa: PLC0415 - keeps `--help` quick

    files = answer_request(report, layers, crs)
    request = ValidateRequest(scenario, database_url(database), network, out, write, files)
    run_validation(request, talk_in(lang, as_json=as_json))
