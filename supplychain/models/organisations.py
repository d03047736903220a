"""Who makes, stores, ships, teaches and governs: organisations, their facilities, offers and ties."""

from __future__ import annotations

from datetime import date as calendar_date

from sqlalchemy.orm import Mapped

from supplychain.columns import boolean, choice, date, identifier, number, reference, text, year
from supplychain.models.base import Ascending, Base, Different
from supplychain.models.groups import Location, Names, Provenance
from supplychain.text import Text


class Organisation(Names, Provenance, Base):
    """A legal entity: enterprise, state body, school, institute or association."""

    __tablename__ = "organisations"
    meaning = Text(
        en="Enterprises, state bodies, schools, institutes, associations",
        vi="Doanh nghiệp, cơ quan nhà nước, trường, viện, hiệp hội",
    )
    rules = (Different(("organisation_id", "parent_id")),)

    organisation_id: Mapped[str] = identifier("Key of the organisation", "Mã tổ chức")
    former_name: Mapped[str | None] = text(
        "Name before the merger of July 2025", "Tên trước khi sáp nhập tháng 7 năm 2025"
    )
    kind: Mapped[str] = choice(
        ("enterprise", "state_body", "school", "institute", "association"), "Kind of entity", "Loại tổ chức"
    )
    role: Mapped[str | None] = text("What it does here", "Vai trò")
    tax_code: Mapped[str | None] = text("Tax code, leading zeros kept", "Mã số thuế, giữ số 0 ở đầu")
    address: Mapped[str | None] = text("Address", "Địa chỉ")
    parent_id: Mapped[str | None] = reference(
        "organisations.organisation_id", "Organisation it belongs to", "Tổ chức chủ quản"
    )
    synthetic: Mapped[bool] = boolean("Made up for demonstration", "Dữ liệu giả lập để minh họa")


class Facility(Names, Location, Provenance, Base):
    """A place that makes, stores, handles or receives goods."""

    __tablename__ = "facilities"
    meaning = Text(en="Factories, warehouses and other sites", vi="Nhà máy, kho và cơ sở khác")

    facility_id: Mapped[str] = identifier("Key of the facility", "Mã cơ sở")
    organisation_id: Mapped[str] = reference(
        "organisations.organisation_id", "Organisation that runs it", "Tổ chức vận hành", sort_order=-60
    )
    kind: Mapped[str] = choice(
        ("factory", "warehouse", "office", "laboratory", "campus"), "Kind of facility", "Loại cơ sở"
    )
    park_id: Mapped[str | None] = reference("parks.park_id", "Park it stands in", "Khu công nghiệp")
    employees: Mapped[float | None] = number("people", "People employed", "Số lao động", sort_order=20)
    synthetic: Mapped[bool] = boolean("Made up for demonstration", "Dữ liệu giả lập để minh họa")


class Offer(Provenance, Base):
    """What a facility can supply."""

    __tablename__ = "offers"
    meaning = Text(en="What facilities can supply", vi="Năng lực cung ứng của cơ sở")

    offer_id: Mapped[str] = identifier("Key of the offer", "Mã chào hàng")
    facility_id: Mapped[str] = reference("facilities.facility_id", "Facility", "Cơ sở")
    commodity_id: Mapped[str] = reference("commodities.commodity_id", "Commodity", "Nhóm hàng")
    article_vi: Mapped[str] = text("Article in Vietnamese", "Mặt hàng, tiếng Việt")
    article_en: Mapped[str] = text("Article in English", "Mặt hàng, tiếng Anh")
    capacity_t_per_month: Mapped[float | None] = number("t/month", "Capacity a month", "Công suất mỗi tháng")
    lead_time_days: Mapped[float | None] = number("d", "Days from order to delivery", "Số ngày từ đặt đến giao")
    synthetic: Mapped[bool] = boolean("Made up for demonstration", "Dữ liệu giả lập để minh họa")


class Need(Provenance, Base):
    """What a facility wants to buy."""

    __tablename__ = "needs"
    meaning = Text(en="What facilities want to buy", vi="Nhu cầu mua của cơ sở")

    need_id: Mapped[str] = identifier("Key of the need", "Mã nhu cầu")
    facility_id: Mapped[str] = reference("facilities.facility_id", "Facility", "Cơ sở")
    commodity_id: Mapped[str] = reference("commodities.commodity_id", "Commodity", "Nhóm hàng")
    article_vi: Mapped[str] = text("Article in Vietnamese", "Mặt hàng, tiếng Việt")
    article_en: Mapped[str] = text("Article in English", "Mặt hàng, tiếng Anh")
    quantity_t_per_month: Mapped[float | None] = number("t/month", "Quantity a month", "Khối lượng mỗi tháng")
    lead_time_days: Mapped[float | None] = number(
        "d", "Most days from order to delivery", "Số ngày tối đa từ đặt đến giao"
    )
    synthetic: Mapped[bool] = boolean("Made up for demonstration", "Dữ liệu giả lập để minh họa")


class Certificate(Provenance, Base):
    """A certificate of a facility with scope, issuer and validity."""

    __tablename__ = "certificates"
    meaning = Text(en="Certificates of facilities", vi="Chứng nhận của cơ sở")
    rules = (Ascending(("valid_from", "valid_to")),)

    certificate_id: Mapped[str] = identifier("Key of the certificate", "Mã chứng nhận")
    facility_id: Mapped[str] = reference("facilities.facility_id", "Facility", "Cơ sở")
    scheme: Mapped[str] = text("Standard or scheme", "Tiêu chuẩn")
    scope: Mapped[str] = text("What it covers", "Phạm vi")
    issuer: Mapped[str] = text("Who issued it", "Nơi cấp")
    valid_from: Mapped[calendar_date] = date("First day it is valid", "Ngày bắt đầu hiệu lực")
    valid_to: Mapped[calendar_date] = date("Last day it is valid", "Ngày hết hiệu lực")
    synthetic: Mapped[bool] = boolean("Made up for demonstration", "Dữ liệu giả lập để minh họa")


class SupplyRelation(Provenance, Base):
    """One facility supplies another."""

    __tablename__ = "supply_relations"
    meaning = Text(en="Who supplies whom", vi="Quan hệ cung ứng")
    rules = (Different(("supplier_facility_id", "customer_facility_id")),)

    relation_id: Mapped[str] = identifier("Key of the relation", "Mã quan hệ")
    supplier_facility_id: Mapped[str] = reference("facilities.facility_id", "Supplier", "Bên cung ứng")
    customer_facility_id: Mapped[str] = reference("facilities.facility_id", "Customer", "Bên mua")
    commodity_id: Mapped[str] = reference("commodities.commodity_id", "Commodity", "Nhóm hàng")
    mass_t_per_month: Mapped[float | None] = number("t/month", "Mass a month", "Khối lượng mỗi tháng")
    synthetic: Mapped[bool] = boolean("Made up for demonstration", "Dữ liệu giả lập để minh họa")


class Partnership(Provenance, Base):
    """Two organisations work together."""

    __tablename__ = "partnerships"
    meaning = Text(en="Who works with whom", vi="Quan hệ hợp tác")
    rules = (Different(("organisation_a_id", "organisation_b_id")),)

    partnership_id: Mapped[str] = identifier("Key of the partnership", "Mã hợp tác")
    organisation_a_id: Mapped[str] = reference("organisations.organisation_id", "One partner", "Bên thứ nhất")
    organisation_b_id: Mapped[str] = reference("organisations.organisation_id", "Other partner", "Bên thứ hai")
    kind: Mapped[str] = text("What the partnership is about", "Nội dung hợp tác")
    since_year: Mapped[int | None] = year("Year it began", "Năm bắt đầu")
    synthetic: Mapped[bool] = boolean("Made up for demonstration", "Dữ liệu giả lập để minh họa")
