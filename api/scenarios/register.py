"""``hinterland scenario`` as Typer reads it; nothing heavy is imported before a command is run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.command_options import DatabaseOption, JsonOption, LanguageOption, database_url, talk_in

app = typer.Typer(
    name="scenario",
    help="Kịch bản dạng tệp: tạo, kiểm tra, so sánh, xem. · Scenarios as files: make, check, compare, show.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

REFUSED = 2

RegionOption = Annotated[
    str | None,
    typer.Option(
        "--region",
        help="Thư mục gói vùng hoặc tên gói có sẵn, thay cho cơ sở dữ liệu. · "
        "Pack folder or name of a shipped pack, in place of a database.",
        metavar="PACK",
    ),
]
NameArgument = Annotated[
    str,
    typer.Argument(
        help="Mã kịch bản, tệp YAML/JSON, hoặc nhiều kịch bản nối bằng +. · "
        "Scenario id, YAML or JSON file, or several with + between them.",
        metavar="SCENARIO",
    ),
]


@app.command()
def new(
    file: Annotated[Path, typer.Argument(help="Tệp sẽ ghi, .yaml. · File to write, .yaml.", metavar="FILE.yaml")],
    base: Annotated[
        str | None, typer.Option(help="Kịch bản làm nền. · Scenario it builds on.", metavar="SCENARIO")
    ] = None,
    stack: Annotated[
        list[str] | None,
        typer.Option(help="Kịch bản xếp chồng (lặp lại được). · Scenario laid on (repeatable).", metavar="SCENARIO"),
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Tạo tệp kịch bản có chú thích · Make a commented file to start from."""
    from api.scenarios.commands import make_scenario  # noqa: PLC0415 - keeps `--help` quick

    make_scenario(file, base, tuple(stack or ()), talk_in(lang))


@app.command()
def validate(
    files: Annotated[
        list[str],
        typer.Argument(help="Tệp hoặc mã kịch bản. · Files or ids of scenarios.", metavar="SCENARIO..."),
    ],
    region: RegionOption = None,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,  # noqa: FBT002 - Typer turns it into a flag
) -> None:
    """Kiểm tra kịch bản, nêu mọi lỗi · Check scenarios and tell every finding."""
    from api.scenarios.commands import Source, validate_scenarios  # noqa: PLC0415

    if not validate_scenarios(files, Source(database_url(database), region), talk_in(lang, as_json=as_json)):
        raise typer.Exit(REFUSED)


@app.command()
def diff(
    first: NameArgument,
    second: NameArgument,
    region: RegionOption = None,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """Hai kịch bản khác nhau ở đâu · What differs between two scenarios."""
    from api.scenarios.commands import Source, tell_difference  # noqa: PLC0415

    tell_difference(first, second, Source(database_url(database), region), talk_in(lang, as_json=as_json))


@app.command()
def show(
    scenario: NameArgument,
    region: RegionOption = None,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """Kịch bản thay đổi những gì · What a scenario comes to, row by row."""
    from api.scenarios.commands import Source, show_scenario  # noqa: PLC0415

    show_scenario(scenario, Source(database_url(database), region), talk_in(lang, as_json=as_json))


@app.command("list")
def list_all(
    region: RegionOption = None,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """Các kịch bản của vùng · The scenarios of the region."""
    from api.scenarios.commands import Source, list_scenarios  # noqa: PLC0415

    list_scenarios(Source(database_url(database), region), talk_in(lang, as_json=as_json))


@app.command()
def schema(
    out: Annotated[Path | None, typer.Option(help="Tệp sẽ ghi. · File to write.", metavar="FILE")] = None,
    lang: LanguageOption = None,
) -> None:
    """JSON Schema của tệp kịch bản · The JSON Schema of scenario files."""
    from api.scenarios.commands import write_schema  # noqa: PLC0415

    write_schema(out, talk_in(lang))


def register(program: typer.Typer) -> None:
    """Add the commands to the program."""
    program.add_typer(app)
