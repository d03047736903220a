"""``hinterland webhook`` as Typer reads it; nothing heavy is imported before a command is run."""

from __future__ import annotations

from typing import Annotated

import typer

from api.command_options import DatabaseOption, JsonOption, LanguageOption, database_url, talk_in

app = typer.Typer(
    name="webhook",
    help="Đích nội bộ mà webhook được gửi tới. · Internal systems that webhooks may reach.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

TargetArgument = Annotated[
    str,
    typer.Argument(
        help="MÁY:CỔNG, ĐỊA_CHỈ:CỔNG hoặc MẠNG:CỔNG. · HOST:PORT, ADDRESS:PORT or NETWORK:PORT.", metavar="TARGET"
    ),
]


@app.command()
def allow(
    target: TargetArgument,
    note: Annotated[str, typer.Option(help="Vì sao. · Why.", metavar="TEXT")] = "",
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,  # noqa: FBT002 - Typer turns it into a flag
) -> None:
    """Cho phép một đích nội bộ · Allow an internal target."""
    from api.webhooks import commands  # noqa: PLC0415 - keeps `--help` quick

    commands.allow(target, note, database_url(database), talk_in(lang, as_json=as_json))


@app.command()
def forbid(
    target: TargetArgument,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """Không cho phép nữa · Allow it no more."""
    from api.webhooks import commands  # noqa: PLC0415

    commands.forbid(target, database_url(database), talk_in(lang, as_json=as_json))


@app.command()
def allowed(
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """Các đích được phép · Which targets are allowed."""
    from api.webhooks import commands  # noqa: PLC0415

    commands.tell_allowed(database_url(database), talk_in(lang, as_json=as_json))


def register(program: typer.Typer) -> None:
    """Add the commands to the program."""
    program.add_typer(app)
