"""Lines across which all traffic is counted, and what was counted there."""

from __future__ import annotations

from shapely import LineString
from sqlalchemy.orm import Mapped

from supplychain.columns import choice, identifier, line, number, reference, text, words, year
from supplychain.models.base import Base
from supplychain.models.groups import Names, Provenance
from supplychain.text import Text
from supplychain.vocabulary import NETWORK_MODES


class Screenline(Names, Provenance, Base):
    """A line on the map, such as a river; whatever crosses it is summed, each way and by mode."""

    __tablename__ = "screenlines"
    meaning = Text(en="Screenlines across which traffic is summed", vi="Mặt cắt đếm luồng hàng")
    may_be_absent = True

    screenline_id: Mapped[str] = identifier("Key of the screenline", "Mã mặt cắt")
    left_vi: Mapped[str] = text(
        "What lies to the left of the line as it is drawn, in Vietnamese", "Phía bên trái đường vẽ, tiếng Việt"
    )
    left_en: Mapped[str] = text("The same in English", "Như trên, tiếng Anh")
    right_vi: Mapped[str] = text("What lies to the right of it, in Vietnamese", "Phía bên phải đường vẽ, tiếng Việt")
    right_en: Mapped[str] = text("The same in English", "Như trên, tiếng Anh")
    modes: Mapped[str] = words(
        NETWORK_MODES,
        "Modes counted; a river along which barges run is crossed by road and rail",
        "Các phương thức được đếm; sông có sà lan chạy dọc thì chỉ đếm đường bộ, đường sắt",
    )
    geometry: Mapped[LineString] = line(
        "The line, WGS 84, as WKT with longitude before latitude", "Đường mặt cắt, WGS 84, WKT, kinh độ trước vĩ độ"
    )


class ScreenlineCount(Provenance, Base):
    """What was counted at a screenline on a day; never an estimate of the program's own."""

    __tablename__ = "screenline_counts"
    meaning = Text(en="Traffic counted at screenlines", vi="Lưu lượng đã đếm tại mặt cắt")
    may_be_absent = True

    count_id: Mapped[str] = identifier("Key of the count", "Mã lượt đếm")
    screenline_id: Mapped[str] = reference("screenlines.screenline_id", "Screenline", "Mặt cắt", sort_order=-60)
    mode: Mapped[str] = choice(NETWORK_MODES, "Mode counted", "Phương thức được đếm")
    towards: Mapped[str] = choice(
        ("left", "right", "both"), "Side it goes to, or both ways together", "Hướng đi: trái, phải, hay cả hai chiều"
    )
    per_day: Mapped[float] = number(None, "How much was counted in a day", "Lượng đếm được trong một ngày")
    unit: Mapped[str] = choice(
        ("vehicle", "pcu", "t", "TEU"),
        "What was counted: all traffic, not the region's freight alone",
        "Đếm theo: toàn bộ giao thông, không riêng hàng của vùng",
    )
    count_year: Mapped[int] = year("Year of the count", "Năm đếm")
