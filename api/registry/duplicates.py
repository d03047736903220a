"""`hinterland registry duplicates|judge|recalibrate` as Typer reads them; nothing heavy is imported before one runs."""

from __future__ import annotations

from typing import Annotated

import typer

from api.command_options import DatabaseOption, JsonOption, LanguageOption, database_url, talk_in
from api.registry.register import AuthorOption, SyntheticOption, ViewerOption

OrganisationArgument = Annotated[str, typer.Argument(help="Mã tổ chức. · Id of an organisation.", metavar="ID")]


def duplicates(  # noqa: PLR0913 - Typer reads every option from an argument
    *,
    show: Annotated[int, typer.Option(help="Số cặp in ra. · Pairs printed.", min=0, metavar="N")] = 20,
    merge_sure: Annotated[
        bool,
        typer.Option("--merge-sure", help="Gộp các cặp chắc chắn (cần --author). · Merge the sure ones (--author)."),
    ] = False,
    author: AuthorOption = None,
    viewer: ViewerOption = "public",
    synthetic: SyntheticOption = False,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Các cặp có thể là một, kèm lý do · Pairs that may be one, with reasons."""
    from api.registry.duplicates_run import DuplicatesRequest, run_duplicates  # noqa: PLC0415 - keeps `--help` quick

    request = DuplicatesRequest(database_url(database), viewer, synthetic, show, author, merge_sure)
    run_duplicates(request, talk_in(lang, as_json=as_json))


def judge(  # noqa: PLR0913 - Typer reads every option from an argument
    a: OrganisationArgument,
    b: OrganisationArgument,
    decision: Annotated[
        str,
        typer.Argument(
            help="same: là một (gộp B vào A); different: là hai, không hỏi lại; undecided: rút lại. · same merges B "
            "into A; different is never asked again; undecided takes a judgement back.",
            metavar="same|different|undecided",
        ),
    ],
    *,
    author: AuthorOption = None,
    note: Annotated[str, typer.Option(help="Lý do. · Why.", metavar="TEXT")] = "",
    choose: Annotated[
        list[str] | None,
        typer.Option(
            help="Khi mã khác nhau: cột=mã hồ sơ đúng. · Where identifiers differ: column=record that is right.",
            metavar="COLUMN=ID",
        ),
    ] = None,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Quyết định hai tổ chức là một hay hai · Decide whether two organisations are one."""
    from api.registry.duplicates_run import JudgeRequest, run_judge  # noqa: PLC0415

    request = JudgeRequest(database_url(database), a, b, decision, author or "", note, tuple(choose or ()))
    run_judge(request, talk_in(lang, as_json=as_json))


def recalibrate(
    *,
    author: AuthorOption = None,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Chỉnh xác suất theo các quyết định · Fit the probabilities to what was judged."""
    from api.registry.duplicates_run import run_recalibrate  # noqa: PLC0415

    run_recalibrate(database_url(database), author or "", talk_in(lang, as_json=as_json))
