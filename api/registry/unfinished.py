"""`hinterland registry unfinished` as Typer reads it; nothing heavy is imported before it is run."""

from __future__ import annotations

from typing import Annotated

import typer

from api.command_options import DatabaseOption, JsonOption, LanguageOption, database_url, talk_in


def unfinished(
    *,
    abandon: Annotated[
        int | None,
        typer.Option(
            "--abandon",
            help="Bỏ lần nhập này, xóa các dòng đã chuẩn bị. · Give this one up and clear its rows.",
            min=1,
            metavar="ID",
        ),
    ] = None,
    force: Annotated[
        bool,
        typer.Option("--force", help="Bỏ cả khi có vẻ đang chạy. · Also where it seems to be running."),
    ] = False,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Liệt kê hoặc bỏ các lần nhập dở dang · List imports that never finished, or give one up."""
    from api.registry.unfinished_run import run_abandon, run_unfinished  # noqa: PLC0415 - keeps `--help` quick

    talk = talk_in(lang, as_json=as_json)
    if abandon is None:
        run_unfinished(database_url(database), talk)
    else:
        run_abandon(database_url(database), abandon, talk, force=force)
