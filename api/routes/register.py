"""The commands that ask the network, as Typer reads them; nothing heavy is imported before one is run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from api.command_options import DatabaseOption, JsonOption, LanguageOption, database_url, talk_in

MOST_LEGS: Final = 6

OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        help="Ghi ra .gpkg, .geojson, .csv, .xlsx hoặc thư mục. · Write to .gpkg, .geojson, .csv, .xlsx or a folder.",
        metavar="FILE",
    ),
]
CrsOption = Annotated[
    str, typer.Option(help="Hệ tọa độ của lớp, ví dụ EPSG:9210 (VN-2000). · CRS of layers, such as EPSG:9210.")
]
FromArgument = Annotated[
    str,
    typer.Argument(
        help="Nơi đi: vĩ độ,kinh độ hoặc mã/tên. · From: latitude,longitude or an id or name.", metavar="FROM"
    ),
]
ToArgument = Annotated[
    str,
    typer.Argument(help="Nơi đến: vĩ độ,kinh độ hoặc mã/tên. · To: latitude,longitude or an id or name.", metavar="TO"),
]


def chains(  # noqa: PLR0913 - Typer reads every option from an argument
    origin: FromArgument,
    destination: ToArgument,
    *,
    class_id: Annotated[
        str, typer.Option("--class", help="Loại hàng, ví dụ furniture:container. · Freight class.", metavar="CLASS")
    ] = "",
    objective: Annotated[
        Literal["generalised", "cost", "time", "co2e"],
        typer.Option(help="Điều cần nhỏ nhất. · What is to be least."),
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
    out: OutOption = None,
    crs: CrsOption = "EPSG:4326",
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Đường đi tốt nhất của mỗi chuỗi phương thức · Best path of each chain of modes."""
    from api.routes.chains import ChainRequest, run_chains  # noqa: PLC0415 - keeps `--help` quick

    request = ChainRequest(origin, destination, class_id, objective, legs, show, carbon_price, hand_over, out, crs)
    run_chains(request, database_url(database), talk_in(lang, as_json=as_json))


def register(app: typer.Typer) -> None:
    """Add the questions to the command line."""
    app.command()(chains)
