"""The ``hinterland runs`` commands as Typer reads them; nothing heavy is imported before one is run."""

from __future__ import annotations

from typing import Annotated

import typer

from api.command_options import DatabaseOption, JsonOption, LanguageOption, database_url, talk_in

DIFFERS = 1
"""Exit status of a replay that comes out otherwise."""

runs = typer.Typer(
    name="runs",
    help="Các lần chạy đã ghi: xem và chạy lại. · Recorded runs: listed, shown, replayed.",
    short_help="Các lần chạy đã ghi · Recorded runs, replayed.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

RunArgument = Annotated[
    str,
    typer.Argument(
        help="Mã lần chạy, phần đầu của mã, hoặc latest. · Id of the run, its beginning, or latest.", metavar="RUN"
    ),
]


@runs.command("list")
def list_command(
    scenario: Annotated[
        str | None, typer.Option(help="Chỉ kịch bản này. · Only this scenario.", metavar="SCENARIO")
    ] = None,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,  # noqa: FBT002 - Typer turns it into a flag
) -> None:
    """Liệt kê các lần chạy · List the recorded runs, the latest first."""
    from api import runs_tell  # noqa: PLC0415 - keeps `--help` quick

    runs_tell.tell_runs(database_url(database), scenario, talk_in(lang, as_json=as_json))


@runs.command("show")
def show_command(
    run: RunArgument,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """Xem một lần chạy và đầu vào của nó · Show a run and what it was made from."""
    from api import runs_tell  # noqa: PLC0415

    runs_tell.tell_run(database_url(database), run, talk_in(lang, as_json=as_json))


@runs.command("replay")
def replay_command(
    run: RunArgument,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """Chạy lại chỉ từ bản ghi · Make a run again from its record alone, and compare."""
    from api import runs_tell  # noqa: PLC0415

    if not runs_tell.tell_replay(database_url(database), run, talk_in(lang, as_json=as_json)):
        raise typer.Exit(DIFFERS)


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.add_typer(runs)
