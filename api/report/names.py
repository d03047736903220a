"""Names for the ids, units and key words that tables hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from supplychain.text import Text

if TYPE_CHECKING:
    from supplychain.pack import Pack

NAMED_TABLES: Final = (
    ("zones", "zone_id"),
    ("parks", "park_id"),
    ("terminals", "terminal_id"),
    ("markets", "market_id"),
    ("commodities", "commodity_id"),
)
STATUS_NAMES: Final[Mapping[str, Text]] = {
    "open": Text(en="open", vi="đang khai thác"),
    "building": Text(en="under construction", vi="đang xây dựng"),
    "planned": Text(en="planned", vi="quy hoạch"),
    "closed": Text(en="closed", vi="đã đóng"),
}
CONFIDENCE_NAMES: Final[Mapping[str, Text]] = {
    "high": Text(en="high", vi="cao"),
    "medium": Text(en="medium", vi="trung bình"),
    "estimate": Text(en="estimate", vi="ước tính"),
    "assumption": Text(en="assumption", vi="giả định"),
}
MEASURE_NAMES: Final[Mapping[str, Text]] = {
    "gateway_share": Text(en="of all boxes", vi="trong mọi container"),
    "access_share": Text(en="of all boxes", vi="trong mọi container"),
    "barge_share_hcmc_ports": Text(en="of this gateway's boxes", vi="trong container của cửa ngõ này"),
    "barge_share_cai_mep": Text(en="of this gateway's boxes", vi="trong container của cửa ngõ này"),
}
FORM_NAMES: Final[Mapping[str, Text]] = {
    "container": Text(en="container", vi="container"),
    "reefer": Text(en="reefer", vi="container lạnh"),
    "bulk": Text(en="bulk", vi="hàng rời"),
}
UNIT_NAMES: Final[Mapping[str, Text]] = {
    "%": Text(en="%", vi="%"),
    "MUSD": Text(en="million USD", vi="triệu USD"),
    "TEU/ha/yr": Text(en="TEU/ha/yr", vi="TEU/ha/năm"),
    "TEU/yr": Text(en="TEU/yr", vi="TEU/năm"),
    "t/yr": Text(en="t/yr", vi="tấn/năm"),
    "VND": Text(en="VND", vi="đồng"),
    "VND/TEU": Text(en="VND/TEU", vi="đồng/TEU"),
    "VND/t": Text(en="VND/t", vi="đồng/tấn"),
    "boxes/working day": Text(en="boxes/working day", vi="container/ngày làm việc"),
    "days/yr": Text(en="days/yr", vi="ngày/năm"),
    "t/working day": Text(en="t/working day", vi="tấn/ngày làm việc"),
    "t": Text(en="t", vi="tấn"),
    "pcu": Text(en="car units", vi="xe quy đổi"),
    "truck": Text(en="trucks", vi="xe tải"),
    "vehicle_h": Text(en="vehicle-hours", vi="giờ xe"),
}


def names_by_id(pack: Pack) -> dict[str, Text]:
    """Return the name of every place, market, terminal and commodity of a pack by its id."""
    names: dict[str, Text] = {}
    for table, key in NAMED_TABLES:
        frame = pack.table(table)
        rows = zip(frame[key], frame["name_en"], frame["name_vi"], strict=True)
        names |= {str(row): Text(en=str(english), vi=str(vietnamese)) for row, english, vietnamese in rows}
    return names


def unit_name(unit: str) -> Text:
    """Return a unit in both languages; ``tiếng Việt / English`` is parted, an unknown one stays as it is."""
    if unit in UNIT_NAMES:
        return UNIT_NAMES[unit]
    vietnamese, parted, english = unit.partition(" / ")
    return Text(en=english, vi=vietnamese) if parted else Text(en=unit, vi=unit)
