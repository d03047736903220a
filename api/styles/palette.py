"""One palette for every map: colours, and what each of them is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from supplychain.text import Text

MODE_COLOURS: Final[Mapping[str, str]] = {
    "road": "#b4532a",
    "rail": "#3b3b3b",
    "inland_waterway": "#1f6fb2",
    "sea": "#0b3c6f",
    "air": "#7b4ea3",
}

PLACE_COLOURS: Final[Mapping[str, str]] = {
    "park": "#2f7d4f",
    "zone": "#8fb98a",
    "seaport": "#0b3c6f",
    "river_port": "#1f6fb2",
    "dry_port": "#c58a00",
    "icd": "#e0ae3c",
    "rail_station": "#3b3b3b",
    "airport": "#7b4ea3",
}

GATEWAY_COLOURS: Final[Mapping[str, str]] = {"hcmc_ports": "#c58a00", "cai_mep": "#0b3c6f", "other": "#7b4ea3"}
GATEWAY_NAMES: Final[Mapping[str, Text]] = {
    "hcmc_ports": Text(en="HCMC ports", vi="Cảng TP.HCM"),
    "cai_mep": Text(en="Cái Mép", vi="Cái Mép"),
    "other": Text(en="Other", vi="Khác"),
}

MORE_COLOUR: Final = "#c2321f"
LESS_COLOUR: Final = "#1f6fb2"

MODE_NAMES: Final[Mapping[str, Text]] = {
    "road": Text(en="Road", vi="Đường bộ"),
    "rail": Text(en="Rail", vi="Đường sắt"),
    "inland_waterway": Text(en="Inland waterway", vi="Đường thủy nội địa"),
    "sea": Text(en="Sea", vi="Đường biển"),
    "air": Text(en="Air", vi="Đường hàng không"),
    "handling": Text(en="Terminal handling", vi="Xếp dỡ tại bến"),
}

PLACE_NAMES: Final[Mapping[str, Text]] = {
    "park": Text(en="Industrial park", vi="Khu công nghiệp"),
    "zone": Text(en="Zone outside the parks", vi="Vùng ngoài khu công nghiệp"),
    "seaport": Text(en="Seaport terminal", vi="Bến cảng biển"),
    "river_port": Text(en="River port", vi="Cảng thủy nội địa"),
    "dry_port": Text(en="Dry port", vi="Cảng cạn"),
    "icd": Text(en="ICD", vi="ICD"),
    "rail_station": Text(en="Rail station", vi="Ga đường sắt"),
    "airport": Text(en="Airport", vi="Cảng hàng không"),
}

CAPACITY_COLOURS: Final = {
    "link": "#b4532a",
    "terminal": "#0b3c6f",
    "service": "#7b4ea3",
    "gate": "#c58a00",
    "fleet": "#3b3b3b",
}
CAPACITY_NAMES: Final = {
    "link": Text(en="Link", vi="Tuyến"),
    "terminal": Text(en="Terminal", vi="Bến"),
    "service": Text(en="Service", vi="Dịch vụ"),
    "gate": Text(en="Gate", vi="Cổng"),
    "fleet": Text(en="Fleet", vi="Đội xe, tàu"),
}
LEAST: Final = "#2166ac"
LESS: Final = "#92c5de"
MORE: Final = "#f4a582"
MOST: Final = "#b2182b"
CHANGE_COLOURS: Final = {
    "much_less": LEAST,
    "less": LESS,
    "same": "#bdbdbd",
    "more": MORE,
    "much_more": MOST,
    "only_before": "#1b3f6b",
    "only_after": "#7a0f1c",
}
CHANGE_NAMES: Final = {
    "much_less": Text(en="Much less (by half or more)", vi="Giảm mạnh (từ một nửa trở lên)"),
    "less": Text(en="Less", vi="Giảm"),
    "same": Text(en="The same", vi="Không đổi"),
    "more": Text(en="More", vi="Tăng"),
    "much_more": Text(en="Much more (by half or more)", vi="Tăng mạnh (từ một nửa trở lên)"),
    "only_before": Text(en="Before only", vi="Chỉ có trước"),
    "only_after": Text(en="After only", vi="Chỉ có sau"),
}

OTHER_COLOUR: Final = "#6b6b6b"
"""Colour of words that a style does not know, such as a stranger's own names of modes."""

FACILITY_COLOURS: Final = {
    "factory": "#b4532a",
    "warehouse": "#c58a00",
    "office": "#1f6fb2",
    "laboratory": "#7b4ea3",
    "campus": "#2f7d4f",
}
FACILITY_NAMES: Final = {
    "factory": Text(en="Factory", vi="Nhà máy"),
    "warehouse": Text(en="Warehouse", vi="Kho"),
    "office": Text(en="Office", vi="Văn phòng"),
    "laboratory": Text(en="Laboratory", vi="Phòng thí nghiệm"),
    "campus": Text(en="Campus", vi="Cơ sở đào tạo"),
}
STATUS_COLOURS: Final = {"open": "#2f7d4f", "building": "#c58a00", "planned": "#7b4ea3", "closed": "#8a8a8a"}
STATUS_NAMES: Final = {
    "open": Text(en="In operation", vi="Đang hoạt động"),
    "building": Text(en="Being built", vi="Đang xây dựng"),
    "planned": Text(en="Planned", vi="Quy hoạch"),
    "closed": Text(en="Closed", vi="Đã đóng"),
}
SEVERITY_COLOURS: Final = {"error": "#c2321f", "warning": "#e08a3c", "note": "#1f6fb2"}
SEVERITY_NAMES: Final = {
    "error": Text(en="Error", vi="Lỗi"),
    "warning": Text(en="Warning", vi="Cảnh báo"),
    "note": Text(en="Note", vi="Ghi chú"),
}
OFFER_COLOURS: Final = {
    "goods": "#b4532a",
    "service": "#1f6fb2",
    "laboratory": "#7b4ea3",
    "training": "#2f7d4f",
    "research": "#c58a00",
    "technology": "#3b3b3b",
}
OFFER_NAMES: Final = {
    "goods": Text(en="Goods", vi="Hàng hóa"),
    "service": Text(en="Service", vi="Dịch vụ"),
    "laboratory": Text(en="Laboratory", vi="Thí nghiệm"),
    "training": Text(en="Training", vi="Đào tạo"),
    "research": Text(en="Research", vi="Nghiên cứu"),
    "technology": Text(en="Technology", vi="Công nghệ"),
}
CAUSE_COLOURS: Final = {
    "works": "#c58a00",
    "accident": "#c2321f",
    "flood": "#1f6fb2",
    "damage": "#7a0f1c",
    "event": "#7b4ea3",
    "traffic": "#e08a3c",
    "other": "#3b3b3b",
}
CAUSE_NAMES: Final = {
    "works": Text(en="Works", vi="Thi công"),
    "accident": Text(en="Accident", vi="Tai nạn"),
    "flood": Text(en="Flood", vi="Ngập lụt"),
    "damage": Text(en="Damage", vi="Hư hỏng"),
    "event": Text(en="Event", vi="Sự kiện"),
    "traffic": Text(en="Traffic", vi="Ùn tắc"),
    "other": Text(en="Other", vi="Khác"),
}
TIME_RAMP: Final = ("#1a6b54", "#4b9b6a", "#9ec56b", "#e3c44d", "#e08a3c", "#b93a2b")
"""Colours of areas by travel time, the nearest first."""
SERIES: Final = ("#1f6fb2", "#c58a00", "#2f7d4f", "#b4532a", "#7b4ea3", "#3b8f8f", "#c2321f", "#6b6b1f")
"""Colours of things that have no colour of their own, in their order."""
