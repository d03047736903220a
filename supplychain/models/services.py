"""Scheduled transport offers."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from supplychain.columns import (
    boolean,
    choice,
    identifier,
    loose_reference,
    number,
    reference,
    reference_list,
    words,
)
from supplychain.models.base import Ascending, Base, Different, ExactlyOne, Needs
from supplychain.models.groups import MoneyBasis, Names, Provenance, State
from supplychain.text import Text
from supplychain.vocabulary import FORMS, MODES


class Service(Names, MoneyBasis, State, Provenance, Base):
    """A scheduled transport offer between terminals, or from a terminal to a market."""

    __tablename__ = "services"
    meaning = Text(
        en="Ship, feeder, barge, train, flight and line-haul services",
        vi="Tuyến tàu mẹ, tàu gom, tàu ven biển, sà lan, tàu hỏa, hàng không, xe tải đường dài",
    )
    rules = (
        ExactlyOne(("from_terminal_id", "from_node_id")),
        ExactlyOne(("to_terminal_id", "market_id")),
        Different(("from_terminal_id", "to_terminal_id")),
        Ascending(("background_teu_per_week", "capacity_teu_per_week")),
        Ascending(("background_t_per_week", "capacity_t_per_week")),
        Needs(("background_teu_per_week",), ("capacity_teu_per_week",)),
        Needs(("background_t_per_week",), ("capacity_t_per_week",)),
    )

    service_id: Mapped[str] = identifier("Key of the service", "Mã dịch vụ")
    kind: Mapped[str] = choice(
        (
            "mother_ship",
            "feeder",
            "coastal",
            "bulk_ship",
            "rail",
            "air",
            "barge",
            "road_line_haul",
            "empty_depot",
        ),
        "Kind of service",
        "Loại dịch vụ",
    )
    mode: Mapped[str] = choice(MODES, "Mode", "Phương thức")
    direction: Mapped[str] = choice(
        ("out", "in", "both"),
        "out: from the region; both: each way with the capacity given",
        "out: đi từ vùng; in: đến vùng; both: cả hai chiều, mỗi chiều có công suất đã ghi",
    )
    from_terminal_id: Mapped[str | None] = reference(
        "terminals.terminal_id", "Terminal it leaves from", "Đầu mối xuất phát"
    )
    from_node_id: Mapped[str | None] = loose_reference(
        ("nodes.node_id",), "Network node a road line haul leaves from", "Nút mạng nơi xe đường dài xuất phát"
    )
    to_terminal_id: Mapped[str | None] = reference("terminals.terminal_id", "Terminal it goes to", "Đầu mối đến")
    market_id: Mapped[str | None] = reference("markets.market_id", "Market it serves", "Thị trường phục vụ")
    vehicle_id: Mapped[str] = reference("vehicles.vehicle_id", "Vehicle type", "Loại phương tiện")
    forms: Mapped[str] = words(FORMS, "Forms of cargo it takes", "Dạng hàng nhận chở")
    commodities: Mapped[str | None] = reference_list(
        "commodities.commodity_id", "Commodities it takes; empty: all", "Nhóm hàng nhận chở; trống: tất cả"
    )
    calls_per_week: Mapped[float | None] = number("1/week", "Departures a week", "Số chuyến mỗi tuần", minimum=1e-6)
    capacity_teu_per_week: Mapped[float | None] = number(
        "TEU/week", "Container capacity; empty: not limited", "Công suất container; trống: không giới hạn"
    )
    background_teu_per_week: Mapped[float | None] = number(
        "TEU/week", "Containers of others", "Container của các vùng khác"
    )
    capacity_t_per_week: Mapped[float | None] = number(
        "t/week",
        "Capacity outside containers; empty: not limited",
        "Công suất hàng ngoài container; trống: không giới hạn",
    )
    background_t_per_week: Mapped[float | None] = number(
        "t/week", "Cargo of others outside containers", "Hàng ngoài container của các vùng khác"
    )
    cutoff_h: Mapped[float] = number(
        "h", "Cargo must be there this long before departure", "Hàng phải đến trước giờ khởi hành"
    )
    time_h: Mapped[float] = number("h", "Time under way", "Thời gian hành trình")
    distance_km: Mapped[float] = number("km", "Distance", "Cự ly")
    cost_per_teu: Mapped[float | None] = number("currency/TEU", "Price per TEU", "Giá cước mỗi TEU")
    cost_per_t: Mapped[float | None] = number("currency/t", "Price per tonne", "Giá cước mỗi tấn")
    resource_cost_per_teu: Mapped[float | None] = number(
        "currency/TEU", "Resource cost per TEU; empty: as the price", "Chi phí nguồn lực mỗi TEU; trống: bằng giá"
    )
    resource_cost_per_t: Mapped[float | None] = number(
        "currency/t", "Resource cost per tonne; empty: as the price", "Chi phí nguồn lực mỗi tấn; trống: bằng giá"
    )
    carrier_account: Mapped[bool] = boolean(
        "Whether the carrier pays, inside its sea freight", "Hãng tàu trả, đã nằm trong cước biển hay không"
    )
