"""The network as tables: nodes and links."""

from __future__ import annotations

from typing import Final

from shapely import LineString, Point
from sqlalchemy.orm import Mapped

from supplychain.columns import (
    boolean,
    choice,
    identifier,
    integer,
    line,
    number,
    position,
    reference,
    text,
)
from supplychain.models.base import Ascending, Base, Different, Needs
from supplychain.models.groups import OptionalMoneyBasis, Provenance, State
from supplychain.text import Text
from supplychain.vocabulary import NETWORK_MODES

ROAD_CLASSES: Final = (
    "motorway",
    "motorway_link",
    "expressway",
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "road",
    "service",
    "track",
    "ferry",
)

RAIL_CLASSES: Final = ("rail_main", "rail_branch", "rail_yard")

WATERWAY_CLASSES: Final = (
    "waterway_special",
    "waterway_I",
    "waterway_II",
    "waterway_III",
    "waterway_IV",
    "waterway_V",
    "waterway_VI",
    "waterway",
)

LINK_CLASSES: Final = ROAD_CLASSES + RAIL_CLASSES + WATERWAY_CLASSES


class Node(Provenance, Base):
    """A vertex of the network."""

    __tablename__ = "nodes"
    meaning = Text(en="Nodes of the network", vi="Nút mạng lưới")

    node_id: Mapped[str] = identifier("Key of the node", "Mã nút")
    name: Mapped[str | None] = text("Name", "Tên", sort_order=-50)
    mode: Mapped[str] = choice(NETWORK_MODES, "Mode", "Phương thức", sort_order=-49)
    geometry: Mapped[Point] = position("Position, WGS 84 degrees", "Vị trí, độ WGS 84")
    position_accuracy_m: Mapped[float] = number(
        "m", "How far the true position may lie from the one given", "Sai số vị trí có thể có", sort_order=11
    )


class Link(OptionalMoneyBasis, State, Provenance, Base):
    """A stretch of road, railway or waterway between two nodes."""

    __tablename__ = "links"
    meaning = Text(en="Links of the network", vi="Đoạn tuyến của mạng lưới")
    rules = (
        Different(("from_node_id", "to_node_id")),
        Needs(("toll_per_km",), ("currency", "price_year")),
        Needs(("ban_from_h",), ("ban_to_h",)),
        Needs(("ban_to_h",), ("ban_from_h",)),
        Needs(("ban_above_t",), ("ban_from_h", "ban_to_h")),
        Needs(("capacity_per_day", "background_per_day"), ("capacity_unit",)),
        Needs(("background_per_day",), ("capacity_per_day",)),
        Ascending(("background_per_day", "capacity_per_day")),
    )

    link_id: Mapped[str] = identifier("Key of the link", "Mã đoạn tuyến")
    road: Mapped[str] = text(
        "Short name of the road, line or river", "Số hiệu đường, tên tuyến đường sắt hoặc tên sông"
    )
    name_vi: Mapped[str | None] = text("Name in Vietnamese", "Tên tiếng Việt")
    mode: Mapped[str] = choice(NETWORK_MODES, "Mode", "Phương thức")
    from_node_id: Mapped[str] = reference("nodes.node_id", "Node it starts at", "Nút đầu")
    to_node_id: Mapped[str] = reference("nodes.node_id", "Node it ends at", "Nút cuối")
    link_class: Mapped[str] = choice(LINK_CLASSES, "Class", "Cấp đường")
    oneway: Mapped[bool] = boolean("Whether it is used from start to end only", "Chỉ đi một chiều từ đầu đến cuối")
    geometry: Mapped[LineString] = line("Course, from the first node to the last", "Tim tuyến, từ nút đầu đến nút cuối")
    length_m: Mapped[float] = number("m", "Length", "Chiều dài", minimum=0.001)
    lanes: Mapped[int | None] = integer("lanes", "Lanes both ways", "Số làn xe hai chiều", minimum=1, maximum=24)
    speed_kmh: Mapped[float] = number(
        "km/h", "Speed of a truck, train or barge", "Tốc độ xe tải, tàu hỏa hoặc sà lan", minimum=0.1, maximum=350.0
    )
    toll_per_km: Mapped[float | None] = number(
        "currency/km", "Toll of a class-5 container truck", "Phí đường bộ của xe loại 5"
    )
    ban_from_h: Mapped[float | None] = number(
        "h of day", "Heavy trucks are banned from", "Cấm xe tải nặng từ", maximum=24.0
    )
    ban_to_h: Mapped[float | None] = number(
        "h of day", "Heavy trucks are banned until", "Cấm xe tải nặng đến", maximum=24.0
    )
    ban_above_t: Mapped[float | None] = number(
        "t",
        "Gross mass from which a truck is banned in these hours; empty: every truck",
        "Khối lượng toàn bộ từ đó xe bị cấm trong giờ này; trống: mọi xe tải",
    )
    capacity_per_day: Mapped[float | None] = number(
        "capacity_unit/d",
        "Capacity of both ways together; empty: not limited",
        "Năng lực hai chiều; trống: không giới hạn",
    )
    capacity_unit: Mapped[str | None] = choice(("t", "TEU", "pcu"), "Unit of the capacity", "Đơn vị của năng lực")
    background_per_day: Mapped[float | None] = number(
        "capacity_unit/d", "Use by others, both ways together", "Lượng sử dụng của các vùng khác, hai chiều"
    )
    gauge_mm: Mapped[int | None] = integer("mm", "Track gauge", "Khổ đường ray", minimum=600, maximum=2000)
    max_vessel_t: Mapped[float | None] = number("t", "Largest barge", "Sà lan lớn nhất")
    max_weight_t: Mapped[float | None] = number(
        "t",
        "Heaviest truck or wagon allowed, gross; empty: no limit",
        "Khối lượng toàn bộ lớn nhất của xe hoặc toa; trống: không giới hạn",
    )
    clearance_m: Mapped[float | None] = number(
        "m",
        "Least height of bridges above the water; empty: no limit",
        "Tĩnh không cầu thấp nhất; trống: không giới hạn",
    )
    depth_m: Mapped[float | None] = number(
        "m", "Least depth of the channel; empty: no limit", "Độ sâu luồng nhỏ nhất; trống: không giới hạn"
    )


NETWORK_MODELS: Final[tuple[type[Base], ...]] = (Node, Link)
"""Every table of a region pack that this package owns."""
