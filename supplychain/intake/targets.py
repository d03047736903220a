"""What a sheet of an imported file can hold: a table of the registry, or a park's tenant list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from supplychain.columns import ColumnDeclaration
from supplychain.models import (
    Article,
    Certificate,
    DataSource,
    Facility,
    IndustrialPark,
    Need,
    Offer,
    OfferMonth,
    Organisation,
    Partnership,
    Plot,
    SupplyRelation,
    Terminal,
)
from supplychain.models.base import Base
from supplychain.pack.declaration import TableDeclaration, declare
from supplychain.text import Text

TABLE_MODELS: Final[tuple[type[Base], ...]] = (
    DataSource,
    Organisation,
    IndustrialPark,
    Plot,
    Terminal,
    Facility,
    Article,
    Offer,
    OfferMonth,
    Need,
    Certificate,
    SupplyRelation,
    Partnership,
)
"""Tables of the registry in the order in which they refer to each other: none refers to a later one."""

TENANTS: Final = "tenants"

TABLES: Final[Mapping[str, TableDeclaration]] = declare(TABLE_MODELS)

_ORGANISATION: Final = TABLES["organisations"]
_FACILITY: Final = TABLES["facilities"]
_PLOT: Final = TABLES["plots"]


def _field(
    source: TableDeclaration, column: str, name: str, en: str, vi: str, *, required: bool = False
) -> ColumnDeclaration:
    return replace(source.column(column), name=name, required=required, references=(), meaning=Text(en=en, vi=vi))


_PARK: Final = ColumnDeclaration(
    "park",
    "text",
    required=True,
    meaning=Text(en="Industrial park, by name or id", vi="Khu công nghiệp, ghi tên hoặc mã"),
)
_AREA_M2: Final = ColumnDeclaration(
    "plot_area_m2",
    "number",
    required=False,
    meaning=Text(en="Land leased, m2", vi="Diện tích đất thuê (m2)"),
    unit="m2",
    minimum=1.0,
)

_TENANT_COLUMNS: Final = (
    _field(_ORGANISATION, "name_vi", "name_vi", "Name of the firm", "Tên doanh nghiệp", required=True),
    _field(_ORGANISATION, "name_en", "name_en", "Name of the firm in English", "Tên doanh nghiệp bằng tiếng Anh"),
    _field(_ORGANISATION, "short_name", "short_name", "Abbreviated name", "Tên viết tắt"),
    _field(_ORGANISATION, "tax_code", "tax_code", "Tax code", "Mã số thuế"),
    _PARK,
    _field(_PLOT, "label", "plot_label", "Plot", "Lô đất"),
    _field(_PLOT, "area_ha", "plot_area_ha", "Land leased, ha", "Diện tích đất thuê (ha)"),
    _AREA_M2,
    _field(_FACILITY, "address", "address", "Address in the park", "Địa chỉ trong khu công nghiệp"),
    _field(_FACILITY, "name_vi", "facility_name", "Name of the factory", "Tên nhà máy, cơ sở"),
    _field(_FACILITY, "kind", "facility_kind", "Kind of facility", "Loại cơ sở"),
    _field(_ORGANISATION, "kind", "organisation_kind", "Kind of organisation", "Loại tổ chức"),
    _field(_ORGANISATION, "role", "role", "Business in words", "Ngành nghề, lĩnh vực"),
    _field(_FACILITY, "vsic_code", "vsic_code", "VSIC code", "Mã ngành VSIC"),
    _field(_FACILITY, "vsic_version", "vsic_version", "Edition of the VSIC code", "Phiên bản của mã VSIC"),
    _field(_ORGANISATION, "country", "country", "Country of the investor", "Quốc gia đầu tư"),
    _field(_ORGANISATION, "founded_year", "founded_year", "Year founded", "Năm thành lập"),
    _field(_FACILITY, "employees", "employees", "People employed", "Số lao động"),
    _field(_FACILITY, "floor_area_m2", "floor_area_m2", "Factory floor, m2", "Diện tích nhà xưởng (m2)"),
    _field(_ORGANISATION, "address", "head_office", "Address of the head office", "Địa chỉ trụ sở chính"),
    _field(_ORGANISATION, "representative", "representative", "Legal representative", "Người đại diện theo pháp luật"),
    _field(_ORGANISATION, "phone", "phone", "Telephone of the firm", "Điện thoại doanh nghiệp"),
    _field(_ORGANISATION, "email", "email", "Mail address of the firm", "Thư điện tử doanh nghiệp"),
    _field(_ORGANISATION, "website", "website", "Web site", "Trang web"),
    _field(_FACILITY, "contact_name", "contact_name", "Person to ask", "Người liên hệ"),
    _field(_FACILITY, "contact_phone", "contact_phone", "Telephone of that person", "Điện thoại người liên hệ"),
    _field(_FACILITY, "contact_email", "contact_email", "Mail address of that person", "Thư điện tử người liên hệ"),
    _field(_FACILITY, "lat", "lat", "Latitude, WGS 84", "Vĩ độ WGS 84"),
    _field(_FACILITY, "lon", "lon", "Longitude, WGS 84", "Kinh độ WGS 84"),
    _field(_FACILITY, "position_accuracy_m", "position_accuracy_m", "Accuracy of the position, m", "Sai số vị trí (m)"),
    _field(_FACILITY, "visibility", "visibility", "Who may see it", "Ai được xem"),
)

TENANT_LIST: Final = TableDeclaration(
    name=TENANTS,
    key="",
    columns=_TENANT_COLUMNS,
    rules=(),
    meaning=Text(
        en="Tenants of industrial parks: a firm, its facility and its plot in one row",
        vi="Danh sách doanh nghiệp trong khu công nghiệp: mỗi dòng gồm doanh nghiệp, cơ sở và lô đất",
    ),
)

TARGETS: Final[Mapping[str, TableDeclaration]] = MappingProxyType({**TABLES, TENANTS: TENANT_LIST})
"""Everything a sheet can be mapped to, by name; ``tenants`` has no key of its own."""
