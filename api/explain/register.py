"""The command that explains a plan."""

from __future__ import annotations

from typing import Annotated

import typer

from api.command_options import (
    DatabaseOption,
    JsonOption,
    LanguageOption,
    NetworkOption,
    TargetArgument,
    database_url,
    talk_in,
)
from api.documents.options import WGS84, CrsOption, LayersOption, ReportOption, answer_request


def register(app: typer.Typer) -> None:
    """Add the command ``explain``."""
    app.command()(explain)


def explain(  # noqa: PLR0913 - Typer reads every option from an argument
    target: TargetArgument = "base",
    *,
    demand: Annotated[str | None, typer.Option(help="Mã nhu cầu. · Demand id.", metavar="ID")] = None,
    place: Annotated[
        str | None, typer.Option(help="Khu công nghiệp hoặc khu vực. · Park or zone.", metavar="ID")
    ] = None,
    market: Annotated[str | None, typer.Option(help="Thị trường. · Market.", metavar="ID")] = None,
    commodity: Annotated[str | None, typer.Option(help="Loại hàng. · Commodity.", metavar="ID")] = None,
    link: Annotated[
        str | None, typer.Option(help="Hàng của ai qua tuyến này. · Whose tonnes a link carries.", metavar="ID")
    ] = None,
    terminal: Annotated[
        str | None, typer.Option(help="Hàng của ai qua bến này. · Whose tonnes pass a terminal.", metavar="ID")
    ] = None,
    capacity: Annotated[
        str | None, typer.Option(help="Giá bóng của năng lực này. · Shadow price of a capacity.", metavar="ID")
    ] = None,
    unserved: Annotated[
        bool, typer.Option("--unserved", help="Hàng không được phục vụ và lý do. · What stays, and why.")
    ] = False,
    prove: Annotated[
        int,
        typer.Option(
            help="Số nhu cầu bị bỏ lại được tìm và chứng minh mức nới ít nhất. · "
            "Unserved demands whose least relaxation is searched and proved.",
            min=0,
            metavar="N",
        ),
    ] = 3,
    report: ReportOption = None,
    layers: LayersOption = None,
    crs: CrsOption = WGS84,
    network: NetworkOption = None,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Vì sao phương án như vậy · Say why a plan is as it is."""
    from api.explain.run import ExplainRequest, explain_target  # noqa: PLC0415 - keeps `--help` quick
    from optimizer.explain.question import Question  # noqa: PLC0415

    question = Question(demand, place, market, commodity, link, terminal, capacity, unserved, prove)
    request = ExplainRequest(target, database_url(database), network, question, answer_request(report, layers, crs))
    explain_target(request, talk_in(lang, as_json=as_json))
