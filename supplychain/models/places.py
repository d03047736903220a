"""Where freight starts, ends and changes mode: parks, zones, terminals, markets."""

from __future__ import annotations

from shapely import Point
from sqlalchemy.orm import Mapped

from supplychain.columns import (
    boolean,
    choice,
    identifier,
    loose_reference,
    number,
    position,
    reference,
    text,
    words,
    year,
)
from supplychain.models.base import Ascending, Base, Needs
from supplychain.models.groups import Location, Names, OptionalMoneyBasis, Provenance, Recorded, State
from supplychain.text import Text
from supplychain.vocabulary import MODES, TERMINAL_KINDS


class IndustrialPark(Names, Location, State, Provenance, Recorded, Base):
    """A zone that holds facilities; the usual origin of freight."""

    __tablename__ = "parks"
    meaning = Text(en="Industrial parks", vi="Khu công nghiệp")

    park_id: Mapped[str] = identifier("Key of the park", "Mã khu công nghiệp")
    former_province: Mapped[str] = text(
        "Province before the merger of July 2025", "Tỉnh, thành trước khi sáp nhập tháng 7 năm 2025"
    )
    ward: Mapped[str | None] = text("Ward since July 2025", "Phường, xã từ tháng 7 năm 2025")
    in_region: Mapped[bool] = boolean(
        "Whether its freight is demand of the region", "Hàng của khu có thuộc nhu cầu của vùng hay không"
    )
    area_ha: Mapped[float] = number("ha", "Total area", "Tổng diện tích", minimum=1e-3, sort_order=12)
    leased_pct: Mapped[float] = number(
        "%", "Leased part of the industrial land", "Tỷ lệ lấp đầy", maximum=100.0, sort_order=13
    )
    founded_year: Mapped[int | None] = year("Year founded", "Năm thành lập", sort_order=14)
    developer_id: Mapped[str | None] = reference(
        "organisations.organisation_id", "Developer", "Chủ đầu tư hạ tầng", sort_order=15
    )
    mix_id: Mapped[str | None] = loose_reference(
        ("industry_mixes.mix_id",), "Industry mix", "Cơ cấu ngành", sort_order=16
    )
    road_node_id: Mapped[str | None] = loose_reference(
        ("nodes.node_id",), "Road node at its gate", "Nút đường bộ tại cổng", sort_order=17
    )


class Zone(Names, Location, State, Provenance, Base):
    """An area outside the parks whose freight is taken together."""

    __tablename__ = "zones"
    meaning = Text(en="Zones of freight outside the parks", vi="Vùng phát sinh hàng ngoài khu công nghiệp")

    zone_id: Mapped[str] = identifier("Key of the zone", "Mã vùng")
    former_district: Mapped[str] = text(
        "District before the merger of July 2025", "Quận, huyện trước khi sáp nhập tháng 7 năm 2025"
    )
    in_region: Mapped[bool] = boolean(
        "Whether its freight is demand of the region", "Hàng của vùng có thuộc nhu cầu của vùng hay không"
    )
    industrial_area_ha: Mapped[float] = number(
        "ha", "Industrial area, as leased hectares", "Diện tích công nghiệp quy đổi", sort_order=12
    )
    population: Mapped[float | None] = number("people", "Population", "Dân số", sort_order=13)
    mix_id: Mapped[str] = loose_reference(("industry_mixes.mix_id",), "Industry mix", "Cơ cấu ngành", sort_order=14)
    road_node_id: Mapped[str | None] = loose_reference(
        ("nodes.node_id",), "Road node its freight starts at", "Nút đường bộ phát sinh hàng", sort_order=15
    )


class Terminal(Names, Location, OptionalMoneyBasis, State, Provenance, Recorded, Base):
    """A facility where freight changes mode."""

    __tablename__ = "terminals"
    meaning = Text(
        en="Seaports, river ports, dry ports, ICDs, rail stations, airports",
        vi="Cảng biển, cảng sông, cảng cạn, ICD, ga hàng hóa, cảng hàng không",
    )
    rules = (
        Ascending(("background_teu_per_year", "capacity_teu_per_year")),
        Ascending(("background_t_per_year", "capacity_t_per_year")),
        Needs(("fee_per_teu", "fee_per_t"), ("currency", "price_year")),
    )

    terminal_id: Mapped[str] = identifier("Key of the terminal", "Mã đầu mối")
    kind: Mapped[str] = choice(
        TERMINAL_KINDS,
        "Kind of terminal; a dry port and a customs ICD are two legal things",
        "Loại đầu mối; cảng cạn và ICD hải quan là hai loại pháp lý khác nhau",
        sort_order=-60,
    )
    gateway_group: Mapped[str] = choice(
        ("hcmc_ports", "cai_mep", "other"), "Group in reports", "Nhóm cửa ngõ trong báo cáo", sort_order=-59
    )
    operator_id: Mapped[str | None] = reference("organisations.organisation_id", "Operator", "Đơn vị khai thác")
    un_locode: Mapped[str | None] = text("UN/LOCODE", "Mã UN/LOCODE")
    modes: Mapped[str] = words(MODES, "Modes that meet here", "Các phương thức gặp nhau tại đây")
    road_node_id: Mapped[str | None] = loose_reference(
        ("nodes.node_id",), "Road node at its gate", "Nút đường bộ tại cổng", sort_order=20
    )
    rail_node_id: Mapped[str | None] = loose_reference(("nodes.node_id",), "Rail node", "Nút đường sắt", sort_order=21)
    waterway_node_id: Mapped[str | None] = loose_reference(
        ("nodes.node_id",), "Waterway node", "Nút đường thủy", sort_order=22
    )
    capacity_teu_per_year: Mapped[float | None] = number(
        "TEU/year",
        "Container capacity; empty: not limited",
        "Công suất container; trống: không giới hạn",
        sort_order=23,
    )
    background_teu_per_year: Mapped[float | None] = number(
        "TEU/year", "Containers of others", "Container của các vùng khác", sort_order=24
    )
    capacity_t_per_year: Mapped[float | None] = number(
        "t/year",
        "Capacity outside containers; empty: not limited",
        "Công suất hàng ngoài container; trống: không giới hạn",
        sort_order=25,
    )
    background_t_per_year: Mapped[float | None] = number(
        "t/year", "Cargo of others outside containers", "Hàng ngoài container của các vùng khác", sort_order=26
    )
    handling_cost_factor: Mapped[float] = number(
        None, "Its handling price against the usual", "Giá xếp dỡ so với mức chung", minimum=1e-6, sort_order=27
    )
    handling_time_factor: Mapped[float] = number(
        None,
        "Its handling time against the usual",
        "Thời gian xếp dỡ so với mức chung",
        minimum=1e-6,
        sort_order=28,
    )
    gate_open_h: Mapped[float] = number("h of day", "Gate opens", "Giờ mở cổng", maximum=24.0, sort_order=29)
    gate_close_h: Mapped[float] = number("h of day", "Gate closes", "Giờ đóng cổng", maximum=24.0, sort_order=30)
    max_vessel_t: Mapped[float | None] = number("t", "Largest barge or ship", "Tàu lớn nhất tiếp nhận", sort_order=31)
    draft_m: Mapped[float | None] = number("m", "Depth at the berth", "Độ sâu trước bến", sort_order=32)
    gate_trucks_per_h: Mapped[float | None] = number(
        "trucks/h",
        "Laden trucks its road gate can take in an open hour for the freight of the region; empty: not limited",
        "Số xe tải có hàng qua cổng đường bộ mỗi giờ mở cửa dành cho hàng của vùng; trống: không giới hạn",
        sort_order=33,
    )
    fee_per_teu: Mapped[float | None] = number(
        "currency/TEU",
        "Public fee on a laden TEU that goes to or comes from a sea ship here",
        "Phí công cộng thu trên mỗi TEU có hàng lên hoặc xuống tàu biển tại đây",
        sort_order=34,
    )
    fee_per_t: Mapped[float | None] = number(
        "currency/t",
        "Public fee on a tonne outside containers that goes to or comes from a sea ship here",
        "Phí công cộng thu trên mỗi tấn hàng ngoài container lên hoặc xuống tàu biển tại đây",
        sort_order=35,
    )
    fee_share_waterway: Mapped[float | None] = number(
        "share",
        "Part of the fee paid where the freight comes or leaves by inland waterway; empty: all of it",
        "Phần phí phải trả khi hàng đến hoặc đi bằng đường thủy nội địa; trống: toàn bộ",
        maximum=1.0,
        sort_order=36,
    )


class Market(Names, Provenance, Base):
    """A region overseas or at home that trades with the region of the pack."""

    __tablename__ = "markets"
    meaning = Text(en="Markets overseas and at home", vi="Thị trường trong và ngoài nước")

    market_id: Mapped[str] = identifier("Key of the market", "Mã thị trường")
    kind: Mapped[str] = choice(
        ("overseas", "domestic", "empty_depot"),
        "Kind of market",
        "Loại thị trường: nước ngoài, nội địa, bãi container rỗng",
    )
    geometry: Mapped[Point] = position("Point of its label", "Điểm đặt nhãn", worldwide=True)
    position_accuracy_m: Mapped[float] = number(
        "m", "How far the true position may lie from the one given", "Sai số vị trí có thể có", sort_order=11
    )
