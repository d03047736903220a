"""The command `hinterland match` as Typer reads it; nothing heavy is imported before it is run."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from api.command_options import DatabaseOption, JsonOption, LanguageOption, database_url, talk_in
from api.registry.register import SyntheticOption, ViewerOption
from api.routes.options import DEFAULT_PROFILE, DepartOption, ProfileOption


def match(  # noqa: PLR0913 - Typer reads every option from an argument
    need: Annotated[
        str,
        typer.Argument(
            help="Mã nhu cầu, hoặc cụm từ tiếng Việt (có dấu hay không) hay tiếng Anh. · Id of a need, or a text in "
            "Vietnamese (with or without marks) or English.",
            metavar="NEED|TEXT",
        ),
    ] = "",
    *,
    code: Annotated[
        list[str] | None, typer.Option(help="hs:8534 hoặc vsic:2610; lặp lại được. · May be repeated.", metavar="CODE")
    ] = None,
    near: Annotated[
        str,
        typer.Option(
            help="Nơi giao: vĩ độ,kinh độ, mã cơ sở, khu, vùng, bến. · Place to deliver to: latitude,longitude, a "
            "facility, park, zone or terminal.",
            metavar="PLACE",
        ),
    ] = "",
    region: Annotated[
        str,
        typer.Option(
            help="Khu, phường, tỉnh của bên cung ứng. · Park, ward or province the supplier lies in.", metavar="NAME"
        ),
    ] = "",
    minutes: Annotated[
        float | None, typer.Option(help="Số phút xe tải tối đa. · Most truck minutes on the network.", metavar="MIN")
    ] = None,
    km: Annotated[
        float | None, typer.Option(help="Số km tối đa. · Most kilometres on the network.", metavar="KM")
    ] = None,
    tonnes: Annotated[float | None, typer.Option(help="Số tấn mỗi tháng. · Tonnes a month.", metavar="T")] = None,
    quantity: Annotated[
        float | None, typer.Option(help="Lượng mỗi tháng theo --unit. · Quantity a month in --unit.", metavar="N")
    ] = None,
    unit: Annotated[
        str, typer.Option(help="t, piece, set, m, m2, m3, litre, hour, day, person, ha", metavar="UNIT")
    ] = "",
    months: Annotated[
        str, typer.Option(help="Tháng giao: 2027-03..2027-05. · Months of delivery.", metavar="MONTHS")
    ] = "",
    certificate: Annotated[
        list[str] | None,
        typer.Option(
            help="Chứng nhận phải có, ví dụ IATF16949; lặp lại được. · Scheme that must be held; may be repeated.",
            metavar="SCHEME",
        ),
    ] = None,
    lead_days: Annotated[
        float | None,
        typer.Option("--lead-days", help="Số ngày giao tối đa. · Most days from order to delivery.", metavar="D"),
    ] = None,
    arrive: Annotated[str, typer.Option(help="Phải đến trước hết ngày. · Last day of arrival.", metavar="DATE")] = "",
    on: Annotated[
        str, typer.Option(help="Ngày hỏi và đặt hàng; mặc định hôm nay. · Day of the order; today.", metavar="DATE")
    ] = "",
    kind: Annotated[
        str,
        typer.Option(
            help="goods, service, laboratory, training, research, technology; mặc định mọi loại. · Any if not given.",
            metavar="KIND",
        ),
    ] = "",
    stage: Annotated[
        Literal["", "start_up", "established"],
        typer.Option(help="Giai đoạn của bên cung ứng. · Stage of the supplier."),
    ] = "",
    offer: Annotated[
        str,
        typer.Option(help="Mã chào hàng: tìm bên cần nó. · Id of an offer: who needs it.", metavar="OFFER_ID"),
    ] = "",
    plots: Annotated[bool, typer.Option("--plots", help="Tìm lô đất còn trống. · Find vacant plots of parks.")] = False,
    area: Annotated[float | None, typer.Option(help="Diện tích lô, ha. · Area of the plot, ha.", metavar="HA")] = None,
    power: Annotated[float | None, typer.Option(help="Điện tại lô, kVA. · Power, kVA.", metavar="KVA")] = None,
    water: Annotated[float | None, typer.Option(help="Nước, m3/ngày. · Water, m3/day.", metavar="M3")] = None,
    ready_built: Annotated[
        float | None, typer.Option(help="Nhà xưởng xây sẵn, m2. · Ready-built floor, m2.", metavar="M2")
    ] = None,
    vsic: Annotated[
        str, typer.Option(help="Ngành VSIC 2025 của doanh nghiệp. · VSIC 2025 code of the firm.", metavar="CODE")
    ] = "",
    rent: Annotated[
        float | None, typer.Option(help="Giá thuê tối đa mỗi m2 mỗi năm. · Most rent a m2 and year.", metavar="MONEY")
    ] = None,
    weights: Annotated[
        str,
        typer.Option(
            help="Trọng số: price=0.3,minutes=0.4 (others=0 cho phần còn lại). · Weights of the parts of the score.",
            metavar="WEIGHTS",
        ),
    ] = "",
    least_fit: Annotated[
        float | None, typer.Option(help="Độ phù hợp tối thiểu, 0 đến 1. · Least fit, 0 to 1.", metavar="F")
    ] = None,
    with_set: Annotated[
        bool,
        typer.Option("--set", help="Chọn nhóm dù một nơi đã đủ. · Choose a set even where one firm suffices."),
    ] = False,
    set_by: Annotated[
        Literal["delivered", "freight", "co2e"], typer.Option(help="Nhóm nhỏ nhất về gì. · What the set is least in.")
    ] = "delivered",
    suppliers: Annotated[
        int | None, typer.Option(help="Số doanh nghiệp tối đa trong nhóm. · Most firms in the set.", min=1, metavar="K")
    ] = None,
    share: Annotated[
        float | None,
        typer.Option(
            help="Phần trăm tối đa từ một doanh nghiệp mỗi tháng. · Most percent from one firm in a month.",
            min=0.1,
            max=100.0,
            metavar="P",
        ),
    ] = None,
    supplier_cost: Annotated[
        float,
        typer.Option(
            help="Chi phí cho mỗi doanh nghiệp thêm. · Cost of each firm beyond the first.", min=0.0, metavar="MONEY"
        ),
    ] = 0.0,
    network: Annotated[
        str,
        typer.Option(
            help="Phiên bản mạng lưới đã lưu, tệp, pack (tuyến chính của vùng) hoặc none. · Stored network version, a "
            "file, pack (the region's main roads) or none.",
            metavar="VERSION",
        ),
    ] = "",
    profile: ProfileOption = DEFAULT_PROFILE,
    depart: DepartOption = "",
    reach_m: Annotated[
        float | None,
        typer.Option(
            "--reach-m", help="Khoảng cách tối đa đến mạng, m. · Most metres to the network.", min=0.0, metavar="M"
        ),
    ] = None,
    viewer: ViewerOption = "public",
    synthetic: SyntheticOption = False,
    show: Annotated[int, typer.Option(help="Số dòng in ra. · Rows printed.", min=1, max=10_000)] = 10,
    database: DatabaseOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ai cung ứng được, ai cần, lô nào hợp · Who can supply it, who needs it, which plot fits."""
    from api.registry.match_means import MeansRequest  # noqa: PLC0415 - keeps `--help` quick
    from api.registry.match_request import MatchRequest, PlotRequest, SetRequest  # noqa: PLC0415
    from api.registry.match_run import run_match  # noqa: PLC0415

    request = MatchRequest(
        means=MeansRequest(database_url(database), network, profile, depart, reach_m),
        need=need,
        offer=offer,
        plots=PlotRequest(area, power, water, ready_built, vsic, rent) if plots else None,
        near=near,
        region=region,
        codes=tuple(code or ()),
        certificates=tuple(certificate or ()),
        tonnes=tonnes,
        quantity=quantity,
        unit=unit,
        months=months,
        on=on,
        arrive=arrive,
        minutes=minutes,
        km=km,
        lead_time_days=lead_days,
        kind=kind,
        stage=stage,
        least_fit=least_fit,
        weights=weights,
        choice=SetRequest(with_set, set_by, suppliers, share, supplier_cost),
        viewer=viewer,
        synthetic=synthetic,
        show=show,
    )
    run_match(request, talk_in(lang, as_json=as_json))
