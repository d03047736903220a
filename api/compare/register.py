"""``hinterland compare`` as Typer reads it; nothing heavy is imported before it is run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from api.command_options import DatabaseOption, JsonOption, LanguageOption, NetworkOption, database_url, talk_in
from api.documents.options import WGS84, CrsOption, LayersOption, ReportOption, answer_request

BASE: Final = "base"


def compare(  # noqa: PLR0913 - Typer reads every option from an argument
    targets: Annotated[
        list[str],
        typer.Argument(
            help="Nền rồi các phương án so với nó: mã kịch bản, tệp YAML/JSON hoặc thư mục CSV; chỉ một thì so với "
            "--base. · The base, then the plans to compare with it: scenario id, YAML or JSON file, or folder of CSV "
            "files; a single one is compared with --base.",
            metavar="BASE OTHER...",
        ),
    ],
    *,
    base: Annotated[
        str | None, typer.Option(help="Kịch bản để so, thay cho BASE. · Scenario to compare with, in place of BASE.")
    ] = None,
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
    """So sánh hai hay nhiều phương án · Compare two or more plans with the first."""
    from api.compare.commands import CompareRequest, compare_plans  # noqa: PLC0415 - keeps `--help` quick

    chosen = tuple(targets)
    if base is not None or len(chosen) == 1:
        chosen = (base or BASE, *chosen)
    request = CompareRequest(chosen, network, out, answer_request(report, layers, crs))
    compare_plans(request, database_url(database), talk_in(lang, as_json=as_json))


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(compare)
