"""The commands that ask the network between two places, and where all questions are added to the command line.

Typer reads the arguments; nothing heavy is imported before a command is run.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import typer

from api.command_options import DatabaseOption, JsonOption, LanguageOption, database_url, talk_in
from api.routes.options import (
    DEFAULT_CRS,
    DEFAULT_NETWORK,
    DEFAULT_PROFILE,
    DEFAULT_REACH_M,
    CrsOption,
    DepartOption,
    FromArgument,
    NetworkOption,
    ObjectiveOption,
    OutOption,
    ProfileOption,
    ProfilesOption,
    ReachOption,
    ToArgument,
)
from api.routes.register_many import catchment, isochrone, nearest, skim

MOST_LEGS: Final = 6
MOST_ALTERNATIVES: Final = 10


def route(  # noqa: PLR0913 - Typer reads every option from an argument
    origin: FromArgument,
    destination: ToArgument,
    *,
    profile: ProfileOption = DEFAULT_PROFILE,
    depart: DepartOption = "",
    arrive: Annotated[
        str, typer.Option(help='Phải đến trước "2026-11-23 07:00". · Latest local time of arrival.', metavar="TIME")
    ] = "",
    objective: ObjectiveOption = "time",
    alternatives: Annotated[
        int, typer.Option(help="Số phương án khác. · Other routes wanted.", min=0, max=MOST_ALTERNATIVES)
    ] = 0,
    network: NetworkOption = DEFAULT_NETWORK,
    profiles: ProfilesOption = None,
    reach_m: ReachOption = DEFAULT_REACH_M,
    out: OutOption = None,
    crs: CrsOption = DEFAULT_CRS,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tuyến đường tốt nhất cho một xe · Best route of a vehicle, by hour and with alternatives."""
    from api.routes.ground import GroundRequest  # noqa: PLC0415 - keeps `--help` quick
    from api.routes.route import RouteRequest, run_route  # noqa: PLC0415

    ground = GroundRequest(database_url(database), network, profile, profiles, depart, reach_m)
    request = RouteRequest(ground, origin, destination, objective, alternatives, arrive, out, crs)
    run_route(request, talk_in(lang, as_json=as_json))


def chains(  # noqa: PLR0913 - Typer reads every option from an argument
    origin: FromArgument,
    destination: ToArgument,
    *,
    class_id: Annotated[
        str, typer.Option("--class", help="Loại hàng, ví dụ furniture:container. · Freight class.", metavar="CLASS")
    ] = "",
    objective: Annotated[
        Literal["generalised", "cost", "time", "co2e"], typer.Option(help="Điều cần nhỏ nhất. · What is to be least.")
    ] = "generalised",
    legs: Annotated[int, typer.Option(help="Số phương thức tối đa. · Most modes in a row.", min=1, max=MOST_LEGS)] = 4,
    show: Annotated[int, typer.Option(help="Số chuỗi in ra. · Chains printed.", min=1, max=1000)] = 8,
    carbon_price: Annotated[
        float, typer.Option(help="Giá các-bon, tiền/tấn CO2e. · Carbon price, money/t CO2e.", min=0.0)
    ] = 0.0,
    hand_over: Annotated[
        Literal["", "none", "sea", "air", "rail", "inland_waterway", "road"],
        typer.Option(
            help="Cảng giao cho phương thức nào (mặc định: biển, hàng không; none: không). · Mode a port hands over to "
            "(sea, air unless said; none: not handled)."
        ),
    ] = "",
    network: Annotated[
        str,
        typer.Option(
            help="Phiên bản đã ghép với hành lang; mặc định: chỉ hành lang. · Stored version joined with the corridors "
            "(the corridors alone if not given).",
            metavar="VERSION",
        ),
    ] = "",
    out: OutOption = None,
    crs: CrsOption = DEFAULT_CRS,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Đường đi tốt nhất của mỗi chuỗi phương thức · Best path of each chain of modes."""
    from api.routes.chains import ChainRequest, run_chains  # noqa: PLC0415 - keeps `--help` quick

    request = ChainRequest(
        origin, destination, class_id, objective, legs, show, carbon_price, hand_over, network, out, crs
    )
    run_chains(request, database_url(database), talk_in(lang, as_json=as_json))


def register(app: typer.Typer) -> None:
    """Add the questions to the command line."""
    for command in (route, skim, isochrone, catchment, nearest, chains):
        app.command()(command)
