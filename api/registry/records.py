"""`hinterland registry show|history|changes|undo|merge|split|erase|adopt` as Typer reads them.

Nothing heavy is imported before one is run.
"""

from __future__ import annotations

from typing import Annotated

import typer

from api.command_options import DatabaseOption, JsonOption, LanguageOption, database_url, talk_in
from api.registry.register import AuthorOption, ViewerOption

RecordArgument = Annotated[str, typer.Argument(help="Mã hồ sơ. · Id of the record.", metavar="ID")]
NumberArgument = Annotated[int, typer.Argument(help="Số của thay đổi. · Number of the change.", min=1)]
TableOption = Annotated[
    str | None,
    typer.Option("--table", help="Bảng, nếu mã có ở nhiều bảng. · Table, where several have the id.", metavar="TABLE"),
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        help="Ngày (hết ngày, giờ Việt Nam) hoặc số thay đổi. · Date (its end in Vietnam), or number of a change.",
        metavar="DATE|NUMBER",
    ),
]
NoteOption = Annotated[str, typer.Option("--note", help="Lý do. · Why.", metavar="TEXT")]


def register(app: typer.Typer) -> None:
    """Add the commands on records to the group ``registry``."""
    for command in (show, history, changes, undo, merge, split, erase, adopt):
        app.command()(command)


def show(
    record: RecordArgument,
    *,
    table: TableOption = None,
    as_of: AsOfOption = None,
    viewer: ViewerOption = "public",
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Xem hồ sơ: giá trị, nguồn, giấy phép, lúc ghi · Show a record with source, licence and time of each value."""
    from api.registry.record_answers import RecordRequest, run_show  # noqa: PLC0415 - keeps `--help` quick

    run_show(database_url(database), RecordRequest(record, table, viewer, as_of), talk_in(lang, as_json=as_json))


def history(
    record: RecordArgument,
    *,
    table: TableOption = None,
    viewer: ViewerOption = "public",
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Xem lịch sử một hồ sơ · Tell what each change did to a record."""
    from api.registry.record_answers import RecordRequest, run_history  # noqa: PLC0415

    run_history(database_url(database), RecordRequest(record, table, viewer), talk_in(lang, as_json=as_json))


def changes(
    *,
    kind: Annotated[
        str | None,
        typer.Option(help="load, import, edit, merge, split, undo hoặc/or erase.", metavar="KIND"),
    ] = None,
    limit: Annotated[int, typer.Option("--show", help="Số dòng in ra. · Lines printed.", min=1, metavar="N")] = 20,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Liệt kê các thay đổi, mới nhất trước · List the changes, the newest first."""
    from api.registry.record_answers import run_changes  # noqa: PLC0415

    run_changes(database_url(database), kind, limit, talk_in(lang, as_json=as_json))


def undo(
    number: NumberArgument,
    *,
    note: NoteOption = "",
    author: AuthorOption = None,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hoàn tác một thay đổi · Take a change back."""
    from api.registry.record_changes import run_undo  # noqa: PLC0415

    run_undo(database_url(database), number, (author, note), talk_in(lang, as_json=as_json))


def merge(  # noqa: PLR0913 - Typer reads every option from an argument
    keep: Annotated[str, typer.Argument(help="Hồ sơ giữ lại. · Record to keep.", metavar="KEEP")],
    drop: Annotated[list[str], typer.Argument(help="Hồ sơ gộp vào. · Records to merge into it.", metavar="DROP...")],
    *,
    choose: Annotated[
        list[str] | None,
        typer.Option(
            help="Cột lấy từ hồ sơ nào; lặp lại được. · Record whose value is right; may be repeated.",
            metavar="COLUMN=ID",
        ),
    ] = None,
    table: TableOption = None,
    note: NoteOption = "",
    author: AuthorOption = None,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Gộp các hồ sơ là một · Merge records that are one."""
    from api.registry.record_changes import MergeRequest, run_merge  # noqa: PLC0415

    request = MergeRequest(keep, tuple(drop), tuple(choose or ()), table)
    run_merge(database_url(database), request, (author, note), talk_in(lang, as_json=as_json))


def split(
    number: Annotated[int, typer.Argument(help="Số của lần gộp. · Number of the merge.", min=1)],
    *,
    note: NoteOption = "",
    author: AuthorOption = None,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tách hồ sơ đã gộp, trả lại nguyên vẹn · Part merged records again, all as it was."""
    from api.registry.record_changes import run_split  # noqa: PLC0415

    run_split(database_url(database), number, (author, note), talk_in(lang, as_json=as_json))


def erase(  # noqa: PLR0913 - Typer reads every option from an argument
    record: RecordArgument,
    *,
    reason: Annotated[str, typer.Option(help="Lý do, được lưu lại. · Why; it is kept.", metavar="TEXT")],
    column: Annotated[
        list[str] | None,
        typer.Option(
            help="Chỉ cột này; lặp lại được; mặc định mọi cột cá nhân. · Only this column; may be repeated; else all "
            "that are personal.",
            metavar="COLUMN",
        ),
    ] = None,
    table: TableOption = None,
    author: AuthorOption = None,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Xóa dữ liệu cá nhân khỏi mọi lịch sử · Erase personal data from all history."""
    from api.registry.record_changes import EraseRequest, run_erase  # noqa: PLC0415

    request = EraseRequest(record, table, reason, tuple(column or ()), author)
    run_erase(database_url(database), request, talk_in(lang, as_json=as_json))


def adopt(
    *,
    source: Annotated[
        str, typer.Option(help="Nguồn của giá trị (bảng sources). · Source of the values.", metavar="ID")
    ],
    note: NoteOption = "",
    author: AuthorOption = None,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ghi nhận dòng sửa thẳng trong QGIS · Record rows written past the registry, as in QGIS."""
    from api.registry.record_changes import run_adopt  # noqa: PLC0415

    run_adopt(database_url(database), source, (author, note), talk_in(lang, as_json=as_json))
