"""Who makes, stores, ships, teaches and governs: organisations, their facilities, offers and ties."""

from __future__ import annotations

from datetime import date as calendar_date

from sqlalchemy.orm import Mapped

from supplychain.columns import boolean, choice, date, identifier, number, reference, text, year
from supplychain.models.base import Ascending, Base, Different, Needs, UniqueTogether
from supplychain.models.groups import (
    Address,
    Codes,
    Contact,
    LegalNames,
    OptionalMoneyBasis,
    PossibleLocation,
    Provenance,
    Quantity,
    Recorded,
    Visibility,
)
from supplychain.text import Text
from supplychain.vocabulary import OFFER_KINDS, VSIC_VERSIONS


class Organisation(LegalNames, Address, Contact, Visibility, Provenance, Recorded, Base):
    """A legal entity: enterprise, state body, school, institute or association."""

    __tablename__ = "organisations"
    meaning = Text(
        en="Enterprises, state bodies, schools, institutes, associations",
        vi="Doanh nghiệp, cơ quan nhà nước, trường, viện, hiệp hội",
    )
    rules = (
        Different(("organisation_id", "parent_id")),
        Different(("organisation_id", "group_id")),
        Needs(("vsic_code",), ("vsic_version",)),
    )

    organisation_id: Mapped[str] = identifier("Key of the organisation", "Mã tổ chức")
    former_name: Mapped[str | None] = text("Former name", "Tên trước đây")
    kind: Mapped[str] = choice(
        ("enterprise", "state_body", "school", "institute", "association"), "Kind of entity", "Loại tổ chức"
    )
    stage: Mapped[str | None] = choice(
        ("start_up", "established"), "Start-up or established", "Khởi nghiệp (start_up) hay đã ổn định (established)"
    )
    role: Mapped[str | None] = text("What it does here", "Vai trò")
    tax_code: Mapped[str | None] = text("Tax code, leading zeros kept", "Mã số thuế, giữ số 0 ở đầu")
    lei: Mapped[str | None] = text("Legal entity identifier (LEI)", "Mã định danh pháp nhân (LEI)")
    gln: Mapped[str | None] = text("Global location number (GLN)", "Mã địa điểm toàn cầu (GLN)")
    vsic_code: Mapped[str | None] = text("VSIC code of the main activity", "Mã ngành chính theo VSIC")
    vsic_version: Mapped[str | None] = choice(VSIC_VERSIONS, "Edition of the VSIC code", "Phiên bản của mã VSIC")
    founded_year: Mapped[int | None] = year("Year founded", "Năm thành lập")
    country: Mapped[str | None] = text(
        "Country of the main owners, ISO 3166 two letters", "Nước của chủ sở hữu chính, hai chữ ISO 3166"
    )
    representative: Mapped[str | None] = text("Legal representative", "Người đại diện theo pháp luật", personal=True)
    parent_id: Mapped[str | None] = reference(
        "organisations.organisation_id", "Organisation it belongs to", "Tổ chức chủ quản"
    )
    group_id: Mapped[str | None] = reference(
        "organisations.organisation_id", "Organisation that heads its group", "Tổ chức đứng đầu tập đoàn"
    )
    synthetic: Mapped[bool] = boolean("Made up for demonstration", "Dữ liệu giả lập để minh họa")


class Facility(LegalNames, Address, PossibleLocation, Contact, Visibility, Provenance, Recorded, Base):
    """A place that makes, stores, handles or receives goods."""

    __tablename__ = "facilities"
    meaning = Text(en="Factories, warehouses and other sites", vi="Nhà máy, kho và cơ sở khác")
    rules = (Needs(("lat", "lon"), ("lat", "lon", "position_accuracy_m")), Needs(("vsic_code",), ("vsic_version",)))

    facility_id: Mapped[str] = identifier("Key of the facility", "Mã cơ sở")
    organisation_id: Mapped[str] = reference(
        "organisations.organisation_id", "Organisation that runs it", "Tổ chức vận hành", sort_order=-60
    )
    kind: Mapped[str] = choice(
        ("factory", "warehouse", "office", "laboratory", "campus"), "Kind of facility", "Loại cơ sở"
    )
    park_id: Mapped[str | None] = reference("parks.park_id", "Park it stands in", "Khu công nghiệp")
    plot_id: Mapped[str | None] = reference("plots.plot_id", "Plot it stands on", "Lô đất")
    gln: Mapped[str | None] = text("Global location number (GLN)", "Mã địa điểm toàn cầu (GLN)")
    vsic_code: Mapped[str | None] = text("VSIC code of what it does", "Mã ngành VSIC của cơ sở")
    vsic_version: Mapped[str | None] = choice(VSIC_VERSIONS, "Edition of the VSIC code", "Phiên bản của mã VSIC")
    floor_area_m2: Mapped[float | None] = number("m2", "Floor area", "Diện tích sàn", sort_order=19)
    employees: Mapped[float | None] = number("people", "People employed", "Số lao động", sort_order=20)
    synthetic: Mapped[bool] = boolean("Made up for demonstration", "Dữ liệu giả lập để minh họa")


class Plot(PossibleLocation, OptionalMoneyBasis, Visibility, Provenance, Recorded, Base):
    """A plot of a park: vacant, reserved or leased."""

    __tablename__ = "plots"
    meaning = Text(en="Plots of industrial parks", vi="Lô đất của khu công nghiệp")
    rules = (
        Needs(("lat", "lon"), ("lat", "lon", "position_accuracy_m")),
        Needs(("rent_per_m2_year",), ("currency", "price_year")),
    )

    plot_id: Mapped[str] = identifier("Key of the plot", "Mã lô đất")
    park_id: Mapped[str] = reference("parks.park_id", "Park", "Khu công nghiệp")
    label: Mapped[str] = text("Name of the plot in its park", "Ký hiệu lô")
    area_ha: Mapped[float] = number("ha", "Area", "Diện tích", minimum=1e-4)
    state: Mapped[str] = choice(
        ("vacant", "reserved", "leased"), "Vacant, reserved or leased", "Còn trống, giữ chỗ hay đã thuê"
    )
    vacant_from: Mapped[calendar_date | None] = date("First day it can be had", "Ngày có thể thuê")
    power_kva: Mapped[float | None] = number("kVA", "Power at the plot", "Công suất điện")
    water_m3_per_day: Mapped[float | None] = number("m3/day", "Water a day", "Nước cấp mỗi ngày")
    ready_built_m2: Mapped[float | None] = number("m2", "Ready-built factory floor", "Diện tích nhà xưởng xây sẵn")
    industries: Mapped[str | None] = text(
        "VSIC 2025 codes the park admits there, ; between them; empty for all",
        "Các mã VSIC 2025 được tiếp nhận, cách nhau bằng dấu ;, để trống là mọi ngành",
    )
    rent_per_m2_year: Mapped[float | None] = number("per m2 and year", "Rent", "Giá thuê mỗi m2 mỗi năm")
    synthetic: Mapped[bool] = boolean("Made up for demonstration", "Dữ liệu giả lập để minh họa")


class Article(LegalNames, Codes, Quantity, Visibility, Provenance, Recorded, Base):
    """A good or service by name and codes, that offers and needs speak of."""

    __tablename__ = "articles"
    meaning = Text(en="Articles: goods and services by name and codes", vi="Mặt hàng và dịch vụ theo tên và mã")
    rules = (Needs(("vsic_code",), ("vsic_version",)), Needs(("unit_mass_kg",), ("unit",)))

    article_id: Mapped[str] = identifier("Key of the article", "Mã mặt hàng")
    kind: Mapped[str] = choice(OFFER_KINDS, "Kind", "Loại")
    commodity_id: Mapped[str | None] = reference("commodities.commodity_id", "Commodity", "Nhóm hàng")
    isic_code: Mapped[str | None] = text("ISIC Rev. 4 code of who makes it", "Mã ISIC Rev. 4 của ngành làm ra")
    synonyms: Mapped[str | None] = text("Other names, ; between them", "Các tên gọi khác, cách nhau bằng dấu ;")
    synthetic: Mapped[bool] = boolean("Made up for demonstration", "Dữ liệu giả lập để minh họa")


class Offer(Codes, Quantity, OptionalMoneyBasis, Visibility, Provenance, Recorded, Base):
    """What a facility can supply."""

    __tablename__ = "offers"
    meaning = Text(en="What facilities can supply", vi="Năng lực cung ứng của cơ sở")
    rules = (
        Needs(("vsic_code",), ("vsic_version",)),
        Needs(("capacity_per_month",), ("unit",)),
        Needs(("unit_mass_kg",), ("unit",)),
        Needs(("price_per_unit",), ("currency", "price_year")),
        Ascending(("valid_from", "valid_to")),
    )

    offer_id: Mapped[str] = identifier("Key of the offer", "Mã chào hàng")
    facility_id: Mapped[str] = reference("facilities.facility_id", "Facility", "Cơ sở")
    kind: Mapped[str | None] = choice(OFFER_KINDS, "Kind; empty means goods", "Loại; để trống là hàng hóa")
    article_id: Mapped[str | None] = reference("articles.article_id", "Article", "Mặt hàng")
    commodity_id: Mapped[str | None] = reference("commodities.commodity_id", "Commodity", "Nhóm hàng")
    article_vi: Mapped[str] = text("Article in Vietnamese", "Mặt hàng, tiếng Việt")
    article_en: Mapped[str | None] = text("Article in English", "Mặt hàng, tiếng Anh")
    capacity_t_per_month: Mapped[float | None] = number("t/month", "Capacity a month", "Công suất mỗi tháng")
    capacity_per_month: Mapped[float | None] = number(
        "units/month", "Capacity a month in the unit", "Công suất mỗi tháng theo đơn vị"
    )
    minimum_order: Mapped[float | None] = number("units", "Least quantity of an order", "Lượng đặt tối thiểu")
    lead_time_days: Mapped[float | None] = number("d", "Days from order to delivery", "Số ngày từ đặt đến giao")
    price_per_unit: Mapped[float | None] = number("per unit", "Price at the gate", "Giá tại cổng nhà máy")
    valid_from: Mapped[calendar_date | None] = date("First day of the offer", "Ngày bắt đầu")
    valid_to: Mapped[calendar_date | None] = date("Last day of the offer", "Ngày kết thúc")
    synthetic: Mapped[bool] = boolean("Made up for demonstration", "Dữ liệu giả lập để minh họa")


class OfferMonth(Visibility, Provenance, Recorded, Base):
    """Capacity and free capacity of an offer in one month, in the unit of the offer."""

    __tablename__ = "offer_months"
    meaning = Text(en="Capacity of offers month by month", vi="Công suất chào hàng theo tháng")
    rules = (Ascending(("free_capacity", "capacity")), UniqueTogether(("offer_id", "month")))

    offer_month_id: Mapped[str] = identifier("Key of the row", "Mã dòng")
    offer_id: Mapped[str] = reference("offers.offer_id", "Offer", "Chào hàng")
    month: Mapped[str] = text("Month, YYYY-MM", "Tháng, viết YYYY-MM")
    capacity: Mapped[float] = number("units", "Capacity in the month", "Công suất trong tháng")
    free_capacity: Mapped[float] = number("units", "What is still free of it", "Phần còn trống")
    synthetic: Mapped[bool] = boolean("Made up for demonstration", "Dữ liệu giả lập để minh họa")


class Need(Codes, Quantity, Visibility, Provenance, Recorded, Base):
    """What a facility wants to buy."""

    __tablename__ = "needs"
    meaning = Text(en="What facilities want to buy", vi="Nhu cầu mua của cơ sở")
    rules = (
        Needs(("vsic_code",), ("vsic_version",)),
        Needs(("quantity_per_month",), ("unit",)),
        Needs(("unit_mass_kg",), ("unit",)),
        Ascending(("first_month", "last_month")),
    )

    need_id: Mapped[str] = identifier("Key of the need", "Mã nhu cầu")
    facility_id: Mapped[str] = reference("facilities.facility_id", "Facility", "Cơ sở")
    kind: Mapped[str | None] = choice(OFFER_KINDS, "Kind; empty means goods", "Loại; để trống là hàng hóa")
    article_id: Mapped[str | None] = reference("articles.article_id", "Article", "Mặt hàng")
    commodity_id: Mapped[str | None] = reference("commodities.commodity_id", "Commodity", "Nhóm hàng")
    article_vi: Mapped[str] = text("Article in Vietnamese", "Mặt hàng, tiếng Việt")
    article_en: Mapped[str | None] = text("Article in English", "Mặt hàng, tiếng Anh")
    quantity_t_per_month: Mapped[float | None] = number("t/month", "Quantity a month", "Khối lượng mỗi tháng")
    quantity_per_month: Mapped[float | None] = number(
        "units/month", "Quantity a month in the unit", "Số lượng mỗi tháng theo đơn vị"
    )
    first_month: Mapped[str | None] = text("First month, YYYY-MM", "Tháng đầu, viết YYYY-MM")
    last_month: Mapped[str | None] = text("Last month, YYYY-MM", "Tháng cuối, viết YYYY-MM")
    lead_time_days: Mapped[float | None] = number(
        "d", "Most days from order to delivery", "Số ngày tối đa từ đặt đến giao"
    )
    latest_arrival: Mapped[calendar_date | None] = date("Latest arrival", "Ngày phải đến chậm nhất")
    certificates_required: Mapped[str | None] = text(
        "Schemes the supplier must hold, ; between them", "Các chứng nhận bên cung ứng phải có, cách nhau bằng dấu ;"
    )
    longest_minutes: Mapped[float | None] = number(
        "min", "Most truck minutes from the supplier", "Số phút xe tải tối đa từ bên cung ứng"
    )
    synthetic: Mapped[bool] = boolean("Made up for demonstration", "Dữ liệu giả lập để minh họa")


class Certificate(Visibility, Provenance, Recorded, Base):
    """A certificate of a facility with scope, issuer and validity."""

    __tablename__ = "certificates"
    meaning = Text(en="Certificates of facilities", vi="Chứng nhận của cơ sở")
    rules = (Ascending(("valid_from", "valid_to")),)

    certificate_id: Mapped[str] = identifier("Key of the certificate", "Mã chứng nhận")
    facility_id: Mapped[str] = reference("facilities.facility_id", "Facility", "Cơ sở")
    scheme: Mapped[str] = text("Standard or scheme", "Tiêu chuẩn")
    number: Mapped[str | None] = text("Number of the certificate", "Số chứng nhận")
    scope: Mapped[str] = text("What it covers", "Phạm vi")
    scope_codes: Mapped[str | None] = text(
        "Codes it covers, as hs:8534 or vsic:2610, ; between them; empty for the whole facility",
        "Các mã thuộc phạm vi, như hs:8534 hoặc vsic:2610, cách nhau bằng dấu ;, để trống là cả cơ sở",
    )
    issuer: Mapped[str] = text("Who issued it", "Nơi cấp")
    valid_from: Mapped[calendar_date] = date("First day it is valid", "Ngày bắt đầu hiệu lực")
    valid_to: Mapped[calendar_date] = date("Last day it is valid", "Ngày hết hiệu lực")
    withdrawn_on: Mapped[calendar_date | None] = date("Day it was withdrawn", "Ngày bị thu hồi")
    evidence: Mapped[str | None] = text("Where it can be verified", "Nơi kiểm tra được")
    synthetic: Mapped[bool] = boolean("Made up for demonstration", "Dữ liệu giả lập để minh họa")


class SupplyRelation(Visibility, Provenance, Recorded, Base):
    """One facility supplies another."""

    __tablename__ = "supply_relations"
    meaning = Text(en="Who supplies whom", vi="Quan hệ cung ứng")
    rules = (
        Different(("supplier_facility_id", "customer_facility_id")),
        Ascending(("since", "until")),
    )

    relation_id: Mapped[str] = identifier("Key of the relation", "Mã quan hệ")
    supplier_facility_id: Mapped[str] = reference("facilities.facility_id", "Supplier", "Bên cung ứng")
    customer_facility_id: Mapped[str] = reference("facilities.facility_id", "Customer", "Bên mua")
    commodity_id: Mapped[str | None] = reference("commodities.commodity_id", "Commodity", "Nhóm hàng")
    article_id: Mapped[str | None] = reference("articles.article_id", "Article", "Mặt hàng")
    mass_t_per_month: Mapped[float | None] = number("t/month", "Mass a month", "Khối lượng mỗi tháng")
    since: Mapped[calendar_date | None] = date("First day", "Ngày bắt đầu")
    until: Mapped[calendar_date | None] = date("Last day", "Ngày kết thúc")
    evidence: Mapped[str | None] = text("What shows it", "Bằng chứng")
    synthetic: Mapped[bool] = boolean("Made up for demonstration", "Dữ liệu giả lập để minh họa")


class Partnership(Visibility, Provenance, Recorded, Base):
    """Two organisations work together."""

    __tablename__ = "partnerships"
    meaning = Text(en="Who works with whom", vi="Quan hệ hợp tác")
    rules = (Different(("organisation_a_id", "organisation_b_id")), Ascending(("since_year", "until_year")))

    partnership_id: Mapped[str] = identifier("Key of the partnership", "Mã hợp tác")
    organisation_a_id: Mapped[str] = reference("organisations.organisation_id", "One partner", "Bên thứ nhất")
    organisation_b_id: Mapped[str] = reference("organisations.organisation_id", "Other partner", "Bên thứ hai")
    kind: Mapped[str] = text("What the partnership is about", "Nội dung hợp tác")
    subject: Mapped[str | None] = choice(
        ("laboratory", "training", "technology", "research", "supply", "policy"), "Subject", "Lĩnh vực"
    )
    since_year: Mapped[int | None] = year("Year it began", "Năm bắt đầu")
    until_year: Mapped[int | None] = year("Year it ended", "Năm kết thúc")
    evidence: Mapped[str | None] = text("What shows it", "Bằng chứng")
    synthetic: Mapped[bool] = boolean("Made up for demonstration", "Dữ liệu giả lập để minh họa")
