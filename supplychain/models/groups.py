"""Column groups that many tables share: names, location, state, money basis, provenance."""

from __future__ import annotations

from shapely import Point
from sqlalchemy.orm import Mapped

from supplychain.columns import (
    choice,
    number,
    position,
    reference,
    reference_list,
    text,
    year,
)
from supplychain.vocabulary import CONFIDENCES, CURRENCIES, STATUSES


class Names:
    """The name in both languages."""

    name_vi: Mapped[str] = text("Name in Vietnamese", "Tên tiếng Việt", sort_order=-51)
    name_en: Mapped[str] = text("Name in English", "Tên tiếng Anh", sort_order=-50)


class Location:
    """Where it stands, WGS 84."""

    geometry: Mapped[Point] = position("Position, WGS 84 degrees", "Vị trí, độ WGS 84")
    position_accuracy_m: Mapped[float] = number(
        "m", "How far the true position may lie from the one given", "Sai số vị trí có thể có", sort_order=11
    )


class State:
    """Whether it stands already."""

    status: Mapped[str] = choice(
        STATUSES,
        "Open today, being built, planned or closed; only open rows serve a plan",
        "Đang hoạt động (open), đang xây (building), quy hoạch (planned) hay đã đóng (closed); "
        "phương án chỉ dùng dòng open",
        sort_order=80,
    )
    opening_year: Mapped[int | None] = year(
        "Year it opened or is to open", "Năm đã hoặc sẽ đưa vào khai thác", sort_order=81
    )


class Provenance:
    """Where the row comes from and how far to trust it."""

    source: Mapped[str] = reference(
        "sources.source_id", "Where the figures of the row come from", "Nguồn số liệu của dòng", sort_order=100
    )
    confidence: Mapped[str] = choice(
        CONFIDENCES,
        "How far the row can be trusted",
        "Độ tin cậy: cao (high), trung bình (medium), ước tính (estimate), giả định (assumption)",
        sort_order=101,
    )
    assumption_ids: Mapped[str | None] = reference_list(
        "assumptions.assumption_id",
        "Assumptions that figures of the row rest on",
        "Các giả định mà số liệu của dòng dựa vào",
        sort_order=102,
    )


class MoneyBasis:
    """Currency and price level of the money columns of the row."""

    currency: Mapped[str] = choice(
        CURRENCIES, "Currency of the money in the row", "Đồng tiền của các cột tiền trong dòng", sort_order=70
    )
    price_year: Mapped[int] = year("Year whose prices the money is in", "Năm của mặt bằng giá", sort_order=71)


class OptionalMoneyBasis:
    """Currency and price level for tables in which only some rows hold money."""

    currency: Mapped[str | None] = choice(
        CURRENCIES, "Currency of the money in the row", "Đồng tiền của các cột tiền trong dòng", sort_order=70
    )
    price_year: Mapped[int | None] = year("Year whose prices the money is in", "Năm của mặt bằng giá", sort_order=71)
