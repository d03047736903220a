"""The command `hinterland qgis-project` as Typer reads it. Nothing heavy is imported before it is run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.command_options import DatabaseOption, JsonOption, LanguageOption, database_url, talk_in


def register(app: typer.Typer) -> None:
    """Add the command that writes a QGIS project."""
    app.command(name="qgis-project")(qgis_project)


def qgis_project(
    out: Annotated[Path, typer.Argument(help="Tệp .qgz sẽ ghi. · The .qgz file to write.")] = Path("hinterland.qgz"),
    *,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ghi dự án QGIS mở cơ sở dữ liệu, có nhóm, kiểu vẽ, nhãn · Write a QGIS project that opens the database."""
    from api.gis.qgis.command import write_project  # noqa: PLC0415 - keeps `--help` quick

    write_project(database_url(database), out, talk_in(lang, as_json=as_json))
