"""`hinterland risk`: what could go wrong with supply, as Typer reads it; nothing heavy is imported before it is run."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from api.command_options import DatabaseOption, JsonOption, LanguageOption, database_url, talk_in
from api.registry.register import SyntheticOption, ViewerOption
from api.routes.options import CrsOption, OutOption

risk = typer.Typer(
    name="risk",
    help="Rủi ro nguồn cung: nguồn duy nhất, nhu cầu chưa có bên cung ứng, nội địa hóa, các tầng cung ứng, gián đoạn. "
    "· Supply risk: single sources, needs nobody serves, local content, tiers, dropouts.",
    short_help="Rủi ro nguồn cung · Supply risk.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

DateOption = Annotated[
    str, typer.Option("--on", help="Ngày xét, mặc định hôm nay. · Day looked at, today if not given.", metavar="DATE")
]
MoreRowsOption = Annotated[int, typer.Option("--show", help="Số dòng in ra. · Rows printed.", min=0, metavar="N")]
WaysOption = Annotated[
    str,
    typer.Option(
        "--network",
        help="Phiên bản mạng lưới, hoặc pack. · Stored network version, or pack.",
        metavar="VERSION",
    ),
]


@risk.command("sources")
def sources(  # noqa: PLR0913 - Typer reads every option from an argument
    *,
    threshold: Annotated[
        float,
        typer.Option(help="Tỷ lệ coi là nguồn duy nhất. · Share that counts as single.", min=0.5, max=1.0, metavar="S"),
    ] = 1.0,
    by: Annotated[
        Literal["article", "commodity"], typer.Option(help="Theo mặt hàng hay nhóm hàng. · By article or commodity.")
    ] = "article",
    viewer: ViewerOption = "public",
    synthetic: SyntheticOption = False,
    on: DateOption = "",
    show: MoreRowsOption = 12,
    out: OutOption = None,
    crs: CrsOption = "EPSG:4326",
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Mặt hàng chỉ có một nguồn · Articles with a single source."""
    from api.registry.risk_answers import run_sources  # noqa: PLC0415 - keeps `--help` quick
    from api.registry.risk_told import RiskRequest  # noqa: PLC0415

    request = RiskRequest(database_url(database), viewer, synthetic, on, show, out, crs)
    run_sources(request, threshold, by, talk_in(lang, as_json=as_json))


@risk.command("trace")
def trace(  # noqa: PLR0913 - Typer reads every option from an argument
    facility: Annotated[str, typer.Argument(help="Mã cơ sở. · Facility id.", metavar="FACILITY")],
    *,
    direction: Annotated[
        Literal["up", "down"], typer.Option(help="up: bên cung ứng, down: bên mua. · up: suppliers, down: customers.")
    ] = "up",
    tiers: Annotated[int, typer.Option(help="Số tầng. · Tiers.", min=1, max=50, metavar="N")] = 5,
    viewer: ViewerOption = "public",
    synthetic: SyntheticOption = False,
    on: DateOption = "",
    show: MoreRowsOption = 20,
    out: OutOption = None,
    crs: CrsOption = "EPSG:4326",
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Các tầng cung ứng và tỷ lệ · Tiers behind a facility with their shares."""
    from api.registry.risk_answers import run_trace  # noqa: PLC0415
    from api.registry.risk_told import RiskRequest  # noqa: PLC0415

    request = RiskRequest(database_url(database), viewer, synthetic, on, show, out, crs)
    run_trace(request, facility, direction, tiers, talk_in(lang, as_json=as_json))


@risk.command("local")
def local(  # noqa: PLR0913 - Typer reads every option from an argument
    *,
    by: Annotated[
        Literal["all", "item", "customer"],
        typer.Option(help="Toàn vùng, theo nhóm hàng hay theo bên mua. · The whole, by commodity or by customer."),
    ] = "item",
    viewer: ViewerOption = "public",
    synthetic: SyntheticOption = False,
    on: DateOption = "",
    show: MoreRowsOption = 20,
    out: OutOption = None,
    crs: CrsOption = "EPSG:4326",
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tỷ lệ nội địa trong vùng · Share of supply from inside the region."""
    from api.registry.risk_answers import run_local  # noqa: PLC0415
    from api.registry.risk_told import RiskRequest  # noqa: PLC0415

    request = RiskRequest(database_url(database), viewer, synthetic, on, show, out, crs)
    run_local(request, by, talk_in(lang, as_json=as_json))


@risk.command("dropout")
def dropout(  # noqa: PLR0913 - Typer reads every option from an argument
    facilities: Annotated[
        list[str] | None, typer.Argument(help="Mã cơ sở ngừng. · Facilities that drop out.", metavar="[FACILITY]...")
    ] = None,
    *,
    link: Annotated[
        list[str] | None,
        typer.Option("--link", help="Mã đoạn tuyến bị đóng. · Link that is closed.", metavar="LINK"),
    ] = None,
    network: WaysOption = "",
    viewer: ViewerOption = "public",
    synthetic: SyntheticOption = False,
    on: DateOption = "",
    show: MoreRowsOption = 20,
    out: OutOption = None,
    crs: CrsOption = "EPSG:4326",
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ảnh hưởng khi cơ sở hoặc đoạn tuyến ngừng · What a facility or link takes away when it drops out."""
    from api.registry.risk_answers import run_dropout  # noqa: PLC0415
    from api.registry.risk_told import RiskRequest  # noqa: PLC0415
    from api.registry.risk_ways import run_closure  # noqa: PLC0415

    request = RiskRequest(database_url(database), viewer, synthetic, on, show, out, crs)
    talk = talk_in(lang, as_json=as_json)
    if link:
        run_closure(request, tuple(facilities or ()), tuple(link), network, talk)
    else:
        run_dropout(request, tuple(facilities or ()), talk)


@risk.command("needs")
def needs(  # noqa: PLR0913 - Typer reads every option from an argument
    *,
    minutes: Annotated[
        float, typer.Option(help="Số phút xe tải tối đa. · Most truck minutes.", min=1.0, max=10_000.0, metavar="MIN")
    ] = 60.0,
    network: WaysOption = "",
    viewer: ViewerOption = "public",
    synthetic: SyntheticOption = False,
    on: DateOption = "",
    show: MoreRowsOption = 20,
    out: OutOption = None,
    crs: CrsOption = "EPSG:4326",
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Nhu cầu không có bên cung ứng trong số phút · Needs with no supplier within minutes."""
    from api.registry.risk_told import RiskRequest  # noqa: PLC0415
    from api.registry.risk_ways import run_needs  # noqa: PLC0415

    request = RiskRequest(database_url(database), viewer, synthetic, on, show, out, crs)
    run_needs(request, minutes, network, talk_in(lang, as_json=as_json))
