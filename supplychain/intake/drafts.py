"""One row of a file as records: one for a table of the registry, up to three for a tenant list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from supplychain.intake.targets import TENANTS
from supplychain.text import Text

SQUARE_METRES_PER_HECTARE: Final = 10_000.0

TENANT_ORGANISATION: Final = {
    "name_vi": "name_vi",
    "name_en": "name_en",
    "short_name": "short_name",
    "tax_code": "tax_code",
    "organisation_kind": "kind",
    "role": "role",
    "country": "country",
    "founded_year": "founded_year",
    "head_office": "address",
    "representative": "representative",
    "phone": "phone",
    "email": "email",
    "website": "website",
    "visibility": "visibility",
}
"""Column of the organisation that each field of a tenant list fills."""

TENANT_FACILITY: Final = {
    "facility_name": "name_vi",
    "facility_kind": "kind",
    "park": "park_id",
    "address": "address",
    "vsic_code": "vsic_code",
    "vsic_version": "vsic_version",
    "employees": "employees",
    "floor_area_m2": "floor_area_m2",
    "contact_name": "contact_name",
    "contact_phone": "contact_phone",
    "contact_email": "contact_email",
    "lat": "lat",
    "lon": "lon",
    "position_accuracy_m": "position_accuracy_m",
    "visibility": "visibility",
}
"""Column of the facility."""

TENANT_PLOT: Final = {
    "park": "park_id",
    "plot_label": "label",
    "plot_area_ha": "area_ha",
    "visibility": "visibility",
}
"""Column of the plot."""

PLOT_WITHOUT_AREA: Final = Text(
    en="A plot was named without its area: the label went into the address of the facility, and no plot was recorded.",
    vi="Có lô đất không ghi diện tích: ký hiệu lô được đưa vào địa chỉ cơ sở, không lập hồ sơ lô đất.",
)
AREA_WITHOUT_PLOT: Final = Text(
    en="An area of land was given without the plot's label; it was not recorded.",
    vi="Có diện tích đất nhưng không ghi ký hiệu lô; không ghi nhận diện tích này.",
)
TWO_AREAS: Final = Text(
    en="The land is {hectares} ha in one column and {metres} m2 in another. Put right one of them.",
    vi="Diện tích đất là {hectares} ha ở một cột và {metres} m2 ở cột khác. Hãy sửa lại một trong hai.",
)
NAMED_AS_FIRM: Final = Text(
    en="No factory's name was given: the facility is called as its firm is.",
    vi="Không có tên nhà máy: cơ sở được đặt theo tên doanh nghiệp.",
)
KIND_ASSUMED: Final = Text(
    en="The kind of organisation was not given: enterprise was taken.",
    vi="Không ghi loại tổ chức: lấy là doanh nghiệp (enterprise).",
)
FACTORY_ASSUMED: Final = Text(
    en="The kind of facility was not given: factory was taken.",
    vi="Không ghi loại cơ sở: lấy là nhà máy (factory).",
)
LEASED: Final = Text(
    en="Plots of tenants are recorded as leased.", vi="Lô đất của doanh nghiệp trong danh sách được ghi là đã thuê."
)
CODE_OF_FIRST: Final = Text(
    en="A firm without a VSIC code got that of its facility.",
    vi="Doanh nghiệp chưa có mã VSIC được lấy mã của cơ sở.",
)
LARGEST_SHARE_OFF: Final = 0.01


@dataclass(slots=True)
class Draft:
    """A record as one row gives it.

    Parameters
    ----------
    table
        Its table.
    values
        Values by column; those that refer to other records still as written.
    fields
        The field of the row that each column was filled from, so that a fault can name its cell.
    assumed
        Values to take where neither the row nor the registry has one, and what to tell then.
    owner
        Columns that refer to an earlier draft of the same row, by that draft's table.
    record_id
        Its id, once it is known.
    given
        Whether the row gave the id itself.
    """

    table: str
    values: dict[str, Any]
    fields: Mapping[str, str]
    assumed: dict[str, tuple[Any, Text]] = field(default_factory=dict)
    owner: Mapping[str, str] = field(default_factory=dict)
    record_id: str = ""
    given: bool = False


def to_drafts(target: str, values: Mapping[str, Any]) -> tuple[list[Draft], list[tuple[str, Text]], list[Text]]:
    """Return the records of a row in the order in which they refer to each other.

    Parameters
    ----------
    target
        A table of the registry, or ``tenants``.
    values
        The row's values by field, empty ones left out.

    Returns
    -------
    list
        The records; then what is wrong, each with its field; then what was assumed or left out.
    """
    if target != TENANTS:
        return [Draft(target, dict(values), {name: name for name in values})], [], []
    faults: list[tuple[str, Text]] = []
    told: list[Text] = []
    values = dict(values)
    _settle_area(values, faults)
    organisation = _part("organisations", values, TENANT_ORGANISATION)
    organisation.assumed["kind"] = ("enterprise", KIND_ASSUMED)
    for name in ("vsic_code", "vsic_version"):
        if name in values:
            organisation.assumed[name] = (values[name], CODE_OF_FIRST)
    facility = _part("facilities", values, TENANT_FACILITY)
    facility.owner = {"organisation_id": "organisations"}
    facility.assumed["kind"] = ("factory", FACTORY_ASSUMED)
    if "name_vi" not in facility.values and "name_vi" in values:
        facility.values["name_vi"] = values["name_vi"]
        facility.fields = {**facility.fields, "name_vi": "name_vi"}
        told.append(NAMED_AS_FIRM)
    drafts = [organisation]
    if "plot_label" in values and "plot_area_ha" in values:
        plot = _part("plots", values, TENANT_PLOT)
        plot.assumed["state"] = ("leased", LEASED)
        drafts.append(plot)
        facility.owner = {"organisation_id": "organisations", "plot_id": "plots"}
    elif "plot_label" in values:
        facility.values["address"] = ", ".join(
            dict.fromkeys(one for one in (values["plot_label"], facility.values.get("address")) if one)
        )
        facility.fields = {**facility.fields, "address": "plot_label"}
        told.append(PLOT_WITHOUT_AREA)
    elif "plot_area_ha" in values:
        told.append(AREA_WITHOUT_PLOT)
    return [*drafts, facility], faults, told


def _settle_area(values: dict[str, Any], faults: list[tuple[str, Text]]) -> None:
    metres = values.pop("plot_area_m2", None)
    if metres is None:
        return
    hectares = values.get("plot_area_ha")
    if hectares is None:
        values["plot_area_ha"] = metres / SQUARE_METRES_PER_HECTARE
    elif abs(hectares * SQUARE_METRES_PER_HECTARE - metres) > LARGEST_SHARE_OFF * metres:
        faults.append(("plot_area_m2", TWO_AREAS.format(hectares=f"{hectares:g}", metres=f"{metres:g}")))


def _part(table: str, values: Mapping[str, Any], columns: Mapping[str, str]) -> Draft:
    given = {column: values[name] for name, column in columns.items() if name in values}
    return Draft(table, given, {column: name for name, column in columns.items() if name in values})
