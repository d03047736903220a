"""`hinterland registry code`: identifiers, code lists and administrative units, as Typer reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from api.command_options import JsonOption, LanguageOption, talk_in

codes = typer.Typer(
    name="code",
    help="Kiểm tra mã số và tra danh mục: mã số thuế, LEI, GLN, UN/LOCODE, HS, VSIC, ISIC, đơn vị hành chính, địa chỉ. "
    "· Check identifiers and look up code lists: tax code, LEI, GLN, UN/LOCODE, HS, VSIC, ISIC, administrative units, "
    "addresses.",
    short_help="Mã số và danh mục · Identifiers and code lists.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

CodeArgument = Annotated[str, typer.Argument(help="Mã cần kiểm tra. · The code.", metavar="CODE")]
VersionOption = Annotated[
    Literal["2018", "2025"],
    typer.Option("--version", help="Phiên bản VSIC. · Edition of VSIC."),
]
TableOption = Annotated[
    Path | None,
    typer.Option(
        "--table",
        help="Danh mục CSV của bạn (code, name) thay cho danh mục kèm theo. "
        "· Your own CSV list (code, name) in place of the one that ships.",
        metavar="FILE",
    ),
]


@codes.command("tax")
def tax(code: CodeArgument, *, lang: LanguageOption = None, as_json: JsonOption = False) -> None:
    """Mã số thuế · Vietnamese tax code."""
    from api.registry.code_answers import tell_tax  # noqa: PLC0415 - keeps `--help` quick

    tell_tax(code, talk_in(lang, as_json=as_json))


@codes.command("lei")
def lei(code: CodeArgument, *, lang: LanguageOption = None, as_json: JsonOption = False) -> None:
    """Mã định danh pháp nhân · Legal entity identifier."""
    from api.registry.code_answers import tell_identifier  # noqa: PLC0415

    tell_identifier("lei", code, talk_in(lang, as_json=as_json))


@codes.command("gln")
def gln(code: CodeArgument, *, lang: LanguageOption = None, as_json: JsonOption = False) -> None:
    """Mã địa điểm GS1 · GS1 global location number."""
    from api.registry.code_answers import tell_identifier  # noqa: PLC0415

    tell_identifier("gln", code, talk_in(lang, as_json=as_json))


@codes.command("locode")
def locode(code: CodeArgument, *, lang: LanguageOption = None, as_json: JsonOption = False) -> None:
    """Mã cảng, địa điểm UN/LOCODE · UN/LOCODE of a place."""
    from api.registry.code_answers import tell_identifier  # noqa: PLC0415

    tell_identifier("locode", code, talk_in(lang, as_json=as_json))


@codes.command("month")
def month(code: CodeArgument, *, lang: LanguageOption = None, as_json: JsonOption = False) -> None:
    """Tháng · Month."""
    from api.registry.code_answers import tell_identifier  # noqa: PLC0415

    tell_identifier("month", code, talk_in(lang, as_json=as_json))


@codes.command("hs")
def hs(code: CodeArgument, *, lang: LanguageOption = None, as_json: JsonOption = False) -> None:
    """Mã hàng hóa HS 2022 · HS 2022 code of goods."""
    from api.registry.code_answers import tell_hs  # noqa: PLC0415

    tell_hs(code, talk_in(lang, as_json=as_json))


@codes.command("vsic")
def vsic(
    code: CodeArgument,
    *,
    version: VersionOption = "2025",
    table: TableOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Mã ngành kinh tế Việt Nam · Vietnamese industry code."""
    from api.registry.code_answers import tell_vsic  # noqa: PLC0415

    tell_vsic(code, version, table, talk_in(lang, as_json=as_json))


@codes.command("isic")
def isic(code: CodeArgument, *, lang: LanguageOption = None, as_json: JsonOption = False) -> None:
    """Mã ngành quốc tế ISIC Rev. 4 · ISIC Rev. 4 code."""
    from api.registry.code_answers import tell_isic  # noqa: PLC0415

    tell_isic(code, talk_in(lang, as_json=as_json))


@codes.command("unit")
def unit(
    name: Annotated[str, typer.Argument(help="Tên hoặc mã đơn vị. · Name or code of the unit.", metavar="NAME")],
    *,
    show: Annotated[
        int, typer.Option("--show", help="Số đơn vị in ra. · Units printed.", min=1, max=1000, metavar="N")
    ] = 20,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Đơn vị hành chính trước và từ tháng 7/2025 · Administrative units before and since July 2025."""
    from api.registry.unit_answers import tell_units  # noqa: PLC0415

    tell_units(name, show, talk_in(lang, as_json=as_json))


@codes.command("address")
def address(
    text: Annotated[str, typer.Argument(help="Địa chỉ. · The address.", metavar="ADDRESS")],
    *,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tách địa chỉ theo đơn vị hành chính · Take an address apart into administrative units."""
    from api.registry.unit_answers import tell_address  # noqa: PLC0415

    tell_address(text, talk_in(lang, as_json=as_json))
