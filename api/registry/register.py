"""The commands of the registry as Typer reads them: where each module adds its own."""

from __future__ import annotations

from typing import Annotated

import typer

registry = typer.Typer(
    name="registry",
    help="Sổ đăng ký chuỗi cung ứng: hồ sơ, lịch sử, mã số, trùng lặp, xuất dữ liệu. · "
    "The registry: records, history, codes, duplicates, export.",
    short_help="Sổ đăng ký chuỗi cung ứng · The supply-chain registry.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

ViewerOption = Annotated[
    str,
    typer.Option(
        "--viewer",
        help="Người xem: public, mã tổ chức hoặc everything. · Who looks: public, an organisation id or everything.",
        metavar="WHO",
    ),
]
SyntheticOption = Annotated[
    bool, typer.Option("--synthetic", help="Gồm cả dữ liệu giả lập. · With the made-up records too.")
]
AuthorOption = Annotated[str | None, typer.Option("--author", help="Người thực hiện. · Who does it.", metavar="NAME")]


def register_registry(app: typer.Typer) -> None:
    """Add the group ``registry`` and the commands of the registry that stand on their own."""
    from api.registry.chain import chain  # noqa: PLC0415 - its options are declared above
    from api.registry.codes import codes  # noqa: PLC0415 - its options are declared above
    from api.registry.duplicates import duplicates, judge, recalibrate  # noqa: PLC0415 - its options are declared above
    from api.registry.exports import export  # noqa: PLC0415 - its options are declared above
    from api.registry.imports import import_file, template  # noqa: PLC0415 - its options are declared above
    from api.registry.match import match  # noqa: PLC0415 - its options are declared above
    from api.registry.records import register  # noqa: PLC0415 - its options are declared above
    from api.registry.risk import risk  # noqa: PLC0415 - its options are declared above
    from api.registry.search import index, search  # noqa: PLC0415 - its options are declared above
    from api.registry.unfinished import unfinished  # noqa: PLC0415 - its options are declared above

    app.add_typer(registry)
    register(registry)
    for command in (duplicates, judge, recalibrate):
        registry.command()(command)
    registry.command()(unfinished)
    registry.command()(index)
    registry.add_typer(codes)
    app.command()(search)
    app.add_typer(risk)
    app.command("stages")(chain)
    app.command()(match)
    app.command("import")(import_file)
    registry.command()(template)
    registry.command()(export)
