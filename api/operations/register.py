"""`hinterland backup` and `hinterland restore` as Typer reads them. Nothing heavy is imported before one is run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.command_options import DatabaseOption, JsonOption, LanguageOption, database_url, talk_in


def register(app: typer.Typer) -> None:
    """Add the commands that keep an installation alive."""
    for command in (backup, restore):
        app.command()(command)


def backup(
    file: Annotated[Path, typer.Argument(help="Tệp sao lưu mới. · New file of the backup.", metavar="FILE")],
    *,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sao lưu cơ sở dữ liệu khi đang chạy, có đối chiếu · Back the database up while it runs, and verify the copy."""
    from api.operations.commands import run_backup  # noqa: PLC0415 - keeps `--help` quick

    run_backup(database_url(database), file, talk_in(lang, as_json=as_json))


def restore(
    file: Annotated[Path, typer.Argument(help="Tệp sao lưu. · The backup.", metavar="FILE")],
    *,
    database: DatabaseOption = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Cất tệp cũ sang tên khác. · Put an old file aside under another name.")
    ] = False,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Khôi phục bản sao lưu vào cơ sở dữ liệu mới · Make a database of a backup."""
    from api.operations.commands import run_restore  # noqa: PLC0415

    run_restore(file, database_url(database), talk_in(lang, as_json=as_json), replace=replace)
