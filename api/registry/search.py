"""The commands that search the registry and keep its index, as Typer reads them."""

from __future__ import annotations

from typing import Annotated

import typer

from api.command_options import DatabaseOption, JsonOption, LanguageOption, database_url, talk_in
from api.registry.register import SyntheticOption, ViewerOption


def search(  # noqa: PLR0913 - Typer reads every option from an argument
    text: Annotated[
        str,
        typer.Argument(help='Từ cần tìm, có hoặc không dấu; "" là mọi thứ. · Words to find; "" for all.'),
    ] = "",
    *,
    code: Annotated[
        list[str] | None,
        typer.Option(
            help="hs:8534, vsic:2610, vsic2018:, vsic2025:, isic:; ghi nhiều lần: chỉ cần một. · Code; one of several "
            "is enough.",
            metavar="CODE",
        ),
    ] = None,
    near: Annotated[
        str,
        typer.Option(
            help="Tâm: vĩ độ,kinh độ hoặc mã khu, đầu mối. · Middle: latitude,longitude or id of a park or terminal.",
            metavar="PLACE",
        ),
    ] = "",
    km: Annotated[float, typer.Option(help="Bán kính đường chim bay, km. · Radius as the crow flies, km.")] = 40.0,
    capacity: Annotated[
        float | None,
        typer.Option(help="Công suất tối thiểu mỗi tháng, theo --unit. · Least capacity a month, in --unit."),
    ] = None,
    unit: Annotated[str, typer.Option(help="Đơn vị của --capacity. · Unit of --capacity.")] = "t",
    month: Annotated[
        str,
        typer.Option(help="Tháng phải còn công suất trống. · Month with free capacity.", metavar="YYYY-MM"),
    ] = "",
    certificate: Annotated[
        list[str] | None,
        typer.Option(
            help="Chứng nhận phải có, ghi nhiều lần: phải có tất cả. · Certificate held; all of several.",
            metavar="SCHEME",
        ),
    ] = None,
    on: Annotated[
        str,
        typer.Option(
            help="Ngày chào hàng và chứng nhận phải còn hiệu lực; mặc định: hôm nay. · Day that offers and "
            "certificates must hold; today if not given.",
            metavar="YYYY-MM-DD",
        ),
    ] = "",
    needs: Annotated[
        bool, typer.Option("--needs", help="Tìm nhu cầu mua thay vì chào hàng. · Find needs instead of offers.")
    ] = False,
    limit: Annotated[int, typer.Option(help="Số tổ chức in ra. · Organisations printed.", min=1, max=10_000)] = 20,
    viewer: ViewerOption = "public",
    synthetic: SyntheticOption = False,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tìm ai cung ứng được gì, ở đâu · Find who supplies what, and where."""
    from api.registry.searching import SearchRequest, run_search  # noqa: PLC0415 - keeps `--help` quick

    request = SearchRequest(
        text=text,
        codes=tuple(code or ()),
        near=near,
        km=km,
        capacity=capacity,
        unit=unit,
        month=month,
        certificates=tuple(certificate or ()),
        on=on,
        needs=needs,
        limit=limit,
        viewer=viewer,
        synthetic=synthetic,
    )
    run_search(request, database_url(database), talk_in(lang, as_json=as_json))


def index(
    *,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Tạo lại toàn bộ chỉ mục. · Make the whole index again.")
    ] = False,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Cập nhật chỉ mục tìm kiếm · Bring the search index up to date."""
    from api.registry.searching import run_index  # noqa: PLC0415 - keeps `--help` quick

    run_index(database_url(database), talk_in(lang, as_json=as_json), rebuild=rebuild)
