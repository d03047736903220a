"""The commands that quote a shipment and state emissions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.command_options import (
    DatabaseOption,
    JsonOption,
    LanguageOption,
    NetworkOption,
    ScenarioArgument,
    database_url,
    talk_in,
)
from api.documents.options import WGS84, CrsOption, LayersOption, ReportOption, answer_request

DistanceOption = Annotated[
    str,
    typer.Option(
        help="Khoảng cách của luân chuyển: shortest_feasible hoặc great_circle. · Distance of transport activity.",
        metavar="BASIS",
    ),
]
BASIS = "shortest_feasible"


def register(app: typer.Typer) -> None:
    """Add the commands ``quote`` and ``emissions``."""
    app.command()(quote)
    app.command()(emissions)


def quote(  # noqa: PLR0913 - Typer reads every option from an argument
    place: Annotated[
        str, typer.Argument(help="Khu hoặc vùng, mã hay tên. · Park or zone, id or name.", metavar="PARK")
    ],
    market: Annotated[str, typer.Argument(help="Thị trường, mã hay tên. · Market, id or name.", metavar="MARKET")],
    box: Annotated[str, typer.Argument(help="20GP, 40GP, 40HC, 45HC, 20RF, 40RF, BULK", metavar="BOX")],
    date: Annotated[str, typer.Argument(help="Ngày sẵn sàng, 2026-03-15. · Day it is ready.", metavar="DATE")],
    *,
    inward: Annotated[bool, typer.Option("--import", help="Hàng về khu. · From the market to the park.")] = False,
    commodity: Annotated[str, typer.Option(help="Nhóm hàng. · Commodity.", metavar="NAME")] = "",
    tonnes: Annotated[float | None, typer.Option(help="Số tấn hàng. · Tonnes of cargo.", metavar="T")] = None,
    at: Annotated[str, typer.Option("--at", help="Giờ sẵn sàng. · Hour it is ready.", metavar="HH:MM")] = "08:00",
    scenario: Annotated[
        str, typer.Option(help="Mã hoặc tệp kịch bản. · Scenario id or file.", metavar="SCENARIO")
    ] = "base",
    tariff: Annotated[
        str, typer.Option(help="Mức chi phí: low, mid, high. · Level of the cost rows.", metavar="LEVEL")
    ] = "",
    legs: Annotated[
        int, typer.Option(help="Nhiều nhất bao nhiêu phương thức. · Most modes in a row.", min=1, max=6)
    ] = 4,
    distance: DistanceOption = BASIS,
    statement: Annotated[
        Path | None,
        typer.Option(help="Ghi bản kê CO2e cho khách hàng. · Write a CO2e page for a customer.", metavar="FILE"),
    ] = None,
    chain: Annotated[
        str, typer.Option(help="Chuỗi của bản kê, như road>sea. · Chain of that page.", metavar="CHAIN")
    ] = "",
    report: ReportOption = None,
    layers: LayersOption = None,
    crs: CrsOption = WGS84,
    network: NetworkOption = None,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Báo giá một lô hàng theo từng chuỗi · Quote one shipment by each chain of modes."""
    from api.quote.run import QuoteJob, parse_request, run_quote  # noqa: PLC0415 - keeps `--help` quick

    request = parse_request(
        (place, market, box, date), at, inward=inward, commodity=commodity, tonnes=tonnes, legs=legs
    )
    files = answer_request([*(report or ()), *([statement] if statement else [])], layers, crs)
    job = QuoteJob(
        request,
        scenario,
        tariff,
        distance,
        database_url(database),
        network,
        files,
        tuple(report or ()),
        statement,
        chain,
    )
    run_quote(job, talk_in(lang, as_json=as_json))


def emissions(  # noqa: PLR0913 - Typer reads every option from an argument
    scenario: ScenarioArgument = "base",
    *,
    demand: Annotated[list[str] | None, typer.Option(help="Mã nhu cầu. · Demand id; repeatable.", metavar="ID")] = None,
    place: Annotated[str, typer.Option(help="Khu hoặc vùng. · Park or zone.", metavar="NAME")] = "",
    market: Annotated[str, typer.Option(help="Thị trường. · Market.", metavar="NAME")] = "",
    distance: DistanceOption = BASIS,
    report: ReportOption = None,
    layers: LayersOption = None,
    crs: CrsOption = WGS84,
    network: NetworkOption = None,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Kê phát thải theo chặng, ISO 14083 · State emissions leg by leg, ISO 14083."""
    from api.quote.emissions_run import EmissionsJob, run_emissions  # noqa: PLC0415 - keeps `--help` quick

    files = answer_request(report, layers, crs)
    about = (tuple(demand or ()), place, market)
    job = EmissionsJob(scenario, about, distance, database_url(database), network, files)
    run_emissions(job, talk_in(lang, as_json=as_json))
