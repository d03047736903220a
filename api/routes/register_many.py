"""The commands that ask the network about many places or whole areas, as Typer reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.command_options import DatabaseOption, JsonOption, LanguageOption, database_url, talk_in
from api.routes.options import (
    DEFAULT_CRS,
    DEFAULT_NETWORK,
    DEFAULT_PROFILE,
    DEFAULT_REACH_M,
    CrsOption,
    DepartOption,
    NetworkOption,
    ObjectiveOption,
    OutOption,
    ProfileOption,
    ProfilesOption,
    ReachOption,
)

PLACES_HELP = (
    "parks, zones, terminals, terminals:seaport, candidates:warehouse, tệp CSV, hoặc các nơi cách nhau ; · "
    "a set, a CSV file, or places with ; between"
)


def skim(  # noqa: PLR0913 - Typer reads every option from an argument
    origins: Annotated[str, typer.Argument(help=PLACES_HELP, metavar="ORIGINS")],
    destinations: Annotated[str, typer.Argument(help="Nơi đến, như trên. · Destinations, likewise.")] = "",
    *,
    profile: ProfileOption = DEFAULT_PROFILE,
    depart: DepartOption = "",
    objective: ObjectiveOption = "time",
    show: Annotated[int, typer.Option(help="Số cặp in ra. · Pairs printed.", min=0, max=10_000)] = 12,
    network: NetworkOption = DEFAULT_NETWORK,
    profiles: ProfilesOption = None,
    reach_m: ReachOption = DEFAULT_REACH_M,
    out: OutOption = None,
    crs: CrsOption = DEFAULT_CRS,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bảng thời gian, km, chi phí, CO2e giữa nhiều nơi · Time, km, cost and CO2e between many places."""
    from api.routes.ground import GroundRequest  # noqa: PLC0415 - keeps `--help` quick
    from api.routes.skim import SkimRequest, run_skim  # noqa: PLC0415

    ground = GroundRequest(database_url(database), network, profile, profiles, depart, reach_m)
    request = SkimRequest(ground, origins, destinations, objective, show, out, crs)
    run_skim(request, talk_in(lang, as_json=as_json))


def isochrone(  # noqa: PLR0913 - Typer reads every option from an argument
    place: Annotated[str, typer.Argument(help="Vĩ độ,kinh độ hoặc mã/tên. · latitude,longitude or an id or name.")],
    *,
    minutes: Annotated[str, typer.Option(help="Số phút, ví dụ 15,30,45. · Minutes.", metavar="MINUTES")] = "15,30,45",
    to: Annotated[bool, typer.Option("--to", help="Vùng đi đến nơi này. · Where the place is reached from.")] = False,
    buffer_m: Annotated[
        float, typer.Option("--buffer-m", help="Bề rộng mỗi bên đường, m. · Metres beside a road.", metavar="M")
    ] = 150.0,
    profile: ProfileOption = DEFAULT_PROFILE,
    depart: DepartOption = "",
    network: NetworkOption = DEFAULT_NETWORK,
    profiles: ProfilesOption = None,
    reach_m: ReachOption = DEFAULT_REACH_M,
    out: OutOption = None,
    crs: CrsOption = DEFAULT_CRS,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Vùng đến được trong số phút · Areas reached within minutes."""
    from api.routes.ground import GroundRequest  # noqa: PLC0415 - keeps `--help` quick
    from api.routes.isochrone import IsochroneRequest, run_isochrone  # noqa: PLC0415

    ground = GroundRequest(database_url(database), network, profile, profiles, depart, reach_m)
    request = IsochroneRequest(ground, place, minutes, to, buffer_m, out, crs)
    run_isochrone(request, talk_in(lang, as_json=as_json))


def catchment(  # noqa: PLR0913 - Typer reads every option from an argument
    gateways: Annotated[str, typer.Argument(help=PLACES_HELP, metavar="GATEWAYS")],
    *,
    places: Annotated[str, typer.Option(help="Các nơi cần xét. · Places to assign.", metavar="PLACES")] = "",
    objective: ObjectiveOption = "time",
    from_gateways: Annotated[
        bool, typer.Option("--from-gateways", help="Hàng đi từ cửa ngõ. · Freight comes from the gateways.")
    ] = False,
    within: Annotated[
        Path | None, typer.Option(help="Tệp vùng để cắt. · File of polygons to cut to.", metavar="FILE")
    ] = None,
    near_m: Annotated[
        float,
        typer.Option("--near-m", help="Khoảng cách tới đường, m. · Metres from a road.", min=10.0, max=50_000.0),
    ] = 1000.0,
    spacing_m: Annotated[
        float,
        typer.Option(
            "--spacing-m", help="Khoảng cách điểm trên đường, m. · Metres between road points.", min=10.0, max=10_000.0
        ),
    ] = 250.0,
    profile: ProfileOption = DEFAULT_PROFILE,
    depart: DepartOption = "",
    network: NetworkOption = DEFAULT_NETWORK,
    profiles: ProfilesOption = None,
    reach_m: ReachOption = DEFAULT_REACH_M,
    out: OutOption = None,
    crs: CrsOption = DEFAULT_CRS,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Cửa ngõ nào phục vụ vùng nào tốt nhất · Which gateway serves which area best."""
    from api.routes.catchment import CatchmentRequest, run_catchment  # noqa: PLC0415 - keeps `--help` quick
    from api.routes.ground import GroundRequest  # noqa: PLC0415

    ground = GroundRequest(database_url(database), network, profile, profiles, depart, reach_m)
    request = CatchmentRequest(ground, gateways, places, objective, from_gateways, within, near_m, spacing_m, out, crs)
    run_catchment(request, talk_in(lang, as_json=as_json))


def nearest(  # noqa: PLR0913 - Typer reads every option from an argument
    places: Annotated[str, typer.Argument(help=PLACES_HELP, metavar="PLACES")],
    facilities: Annotated[
        str, typer.Argument(help="Các cơ sở, như trên. · Facilities, likewise.", metavar="FACILITIES")
    ],
    *,
    count: Annotated[
        int, typer.Option("--count", "-k", help="Số cơ sở mỗi nơi. · Facilities of each place.", min=1, max=1000)
    ] = 5,
    from_facilities: Annotated[
        bool, typer.Option("--from-facilities", help="Đi từ cơ sở đến nơi. · Ways from the facilities.")
    ] = False,
    objective: ObjectiveOption = "time",
    profile: ProfileOption = DEFAULT_PROFILE,
    depart: DepartOption = "",
    network: NetworkOption = DEFAULT_NETWORK,
    profiles: ProfilesOption = None,
    reach_m: ReachOption = DEFAULT_REACH_M,
    out: OutOption = None,
    crs: CrsOption = DEFAULT_CRS,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Cơ sở gần nhất theo phút · Nearest facilities by minutes."""
    from api.routes.ground import GroundRequest  # noqa: PLC0415 - keeps `--help` quick
    from api.routes.nearest import NearestRequest, run_nearest  # noqa: PLC0415

    ground = GroundRequest(database_url(database), network, profile, profiles, depart, reach_m)
    request = NearestRequest(ground, places, facilities, count, from_facilities, objective, out, crs)
    run_nearest(request, talk_in(lang, as_json=as_json))
