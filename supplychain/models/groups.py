"""Column groups that many tables share: names, location, state, money basis, provenance."""

from __future__ import annotations

from shapely import Point
from sqlalchemy import Boolean, Integer, false
from sqlalchemy.orm import Mapped, mapped_column

from supplychain.columns import (
    choice,
    number,
    position,
    reference,
    reference_list,
    text,
    year,
)
from supplychain.vocabulary import CONFIDENCES, CURRENCIES, STATUSES, UNITS, VISIBILITIES, VSIC_VERSIONS


class Names:
    """The name in both languages."""

    name_vi: Mapped[str] = text("Name in Vietnamese", "Tên tiếng Việt", sort_order=-51)
    name_en: Mapped[str] = text("Name in English", "Tên tiếng Anh", sort_order=-50)


class LegalNames:
    """The name as registered, and in English where it has one."""

    name_vi: Mapped[str] = text("Name as registered, in Vietnamese where it has one", "Tên đăng ký", sort_order=-51)
    name_en: Mapped[str | None] = text("Name in English", "Tên tiếng Anh", sort_order=-50)
    short_name: Mapped[str | None] = text("Trade name or abbreviation", "Tên giao dịch, tên viết tắt", sort_order=-49)


class Address:
    """The address as written, and the administrative units it lies in before and since July 2025."""

    address: Mapped[str | None] = text("Address as written", "Địa chỉ", sort_order=-40)
    ward_code: Mapped[str | None] = text("Code of the ward since July 2025", "Mã phường, xã từ tháng 7 năm 2025")
    former_ward_code: Mapped[str | None] = text(
        "Code of the ward before July 2025", "Mã phường, xã trước tháng 7 năm 2025"
    )


class Contact:
    """How to reach it; what names a person can be erased from all history."""

    website: Mapped[str | None] = text("Web site", "Trang web", sort_order=60)
    phone: Mapped[str | None] = text("Telephone of the office", "Điện thoại cơ quan", sort_order=61)
    email: Mapped[str | None] = text("Mail address of the office", "Thư điện tử cơ quan", sort_order=62)
    contact_name: Mapped[str | None] = text("Person to ask", "Người liên hệ", personal=True, sort_order=63)
    contact_phone: Mapped[str | None] = text(
        "Telephone of that person", "Điện thoại người liên hệ", personal=True, sort_order=64
    )
    contact_email: Mapped[str | None] = text(
        "Mail address of that person", "Thư điện tử người liên hệ", personal=True, sort_order=65
    )


class Visibility:
    """Who may see the record."""

    visibility: Mapped[str | None] = choice(
        VISIBILITIES,
        "Who may see the record: all (public, also where empty), partners of its owner, or the owner alone (private)",
        "Ai được xem: mọi người (public, kể cả khi để trống), đối tác của chủ hồ sơ (partners), riêng chủ hồ sơ "
        "(private)",
        sort_order=95,
    )


class Recorded:
    """What the registry itself keeps of a record; no column of a file."""

    in_pack: Mapped[bool] = mapped_column(
        Boolean, server_default=false(), default=False, sort_order=200, info={"registry": True}
    )
    """Whether the record came with the region pack, so that plans read it."""
    change: Mapped[int | None] = mapped_column(Integer, sort_order=201, info={"registry": True})
    """Number of the change that last touched the record."""


class Codes:
    """What it deals in, in codes."""

    hs_code: Mapped[str | None] = text("HS code, 2, 4, 6 or 8 digits", "Mã HS, 2, 4, 6 hoặc 8 chữ số", sort_order=30)
    vsic_code: Mapped[str | None] = text("VSIC code", "Mã ngành VSIC", sort_order=31)
    vsic_version: Mapped[str | None] = choice(
        VSIC_VERSIONS, "Edition of the VSIC code", "Phiên bản của mã VSIC", sort_order=32
    )


class Quantity:
    """The unit of quantities that are not tonnes."""

    unit: Mapped[str | None] = choice(
        UNITS, "Unit of quantities; empty means tonnes", "Đơn vị của số lượng; để trống là tấn", sort_order=40
    )
    unit_mass_kg: Mapped[float | None] = number("kg", "Mass of one unit", "Khối lượng một đơn vị", sort_order=41)


class Location:
    """Where it stands, WGS 84."""

    geometry: Mapped[Point] = position("Position, WGS 84 degrees", "Vị trí, độ WGS 84")
    position_accuracy_m: Mapped[float] = number(
        "m", "How far the true position may lie from the one given", "Sai số vị trí có thể có", sort_order=11
    )


class PossibleLocation:
    """Where it stands, WGS 84, if anybody has said."""

    geometry: Mapped[Point | None] = position("Position, WGS 84 degrees", "Vị trí, độ WGS 84")
    position_accuracy_m: Mapped[float | None] = number(
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
