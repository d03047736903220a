"""Requests and answers on records, made from the declarations of the columns: nothing is said of a column twice."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Final

from pydantic import Strict, StrictBool, StrictInt, WithJsonSchema, create_model

from api.rest.fields import Model, told
from supplychain.columns import ColumnDeclaration
from supplychain.registry.present import Shown
from supplychain.registry.tables import RegistryTable, registry_table
from supplychain.registry.values import REGISTRY_TABLES
from supplychain.rules import split_list
from supplychain.text import Text

CHANGE: Final = "change"
"""Name under which an answer tells the number of the change that last touched the record."""

FILLED: Final = ("source", "synthetic")
"""Required columns that the service fills where a new record leaves them out."""

LONGEST_DATE: Final = 10


@dataclass(frozen=True, slots=True)
class Resource:
    """One table of the registry as the service shows it.

    Parameters
    ----------
    table
        The table.
    path
        Its part of the address.
    one, many
        What a record is called, for people.
    name
        The record's name in Python and OpenAPI, such as ``OfferMonth``.
    """

    table: str
    path: str
    one: Text
    many: Text
    name: str

    @property
    def singular(self) -> str:
        """What a record is called within names, such as ``offer_month``."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", self.name).lower()

    @property
    def plural(self) -> str:
        """What records are called within names, such as ``offer_months``."""
        return self.path.replace("-", "_")

    @property
    def registry(self) -> RegistryTable:
        """The table's declaration."""
        return registry_table(self.table)


def _resource(table: str, path: str, name: str, one: tuple[str, str], many: tuple[str, str]) -> Resource:
    return Resource(table, path, Text(en=one[0], vi=one[1]), Text(en=many[0], vi=many[1]), name)


RESOURCES: Final[Mapping[str, Resource]] = MappingProxyType(
    {
        one.table: one
        for one in (
            _resource(
                "organisations",
                "organisations",
                "Organisation",
                ("organisation", "tổ chức"),
                ("organisations", "tổ chức"),
            ),
            _resource("facilities", "facilities", "Facility", ("facility", "cơ sở"), ("facilities", "cơ sở")),
            _resource(
                "parks",
                "parks",
                "Park",
                ("industrial park", "khu công nghiệp"),
                ("industrial parks", "khu công nghiệp"),
            ),
            _resource("plots", "plots", "Plot", ("plot", "lô đất"), ("plots", "lô đất")),
            _resource("terminals", "terminals", "Terminal", ("terminal", "đầu mối"), ("terminals", "đầu mối")),
            _resource("articles", "articles", "Article", ("article", "mặt hàng"), ("articles", "mặt hàng")),
            _resource("offers", "offers", "Offer", ("offer", "chào hàng"), ("offers", "chào hàng")),
            _resource(
                "offer_months",
                "offer-months",
                "OfferMonth",
                ("month of an offer", "tháng chào hàng"),
                ("months of offers", "tháng chào hàng"),
            ),
            _resource("needs", "needs", "Need", ("need", "nhu cầu"), ("needs", "nhu cầu")),
            _resource(
                "certificates",
                "certificates",
                "Certificate",
                ("certificate", "chứng nhận"),
                ("certificates", "chứng nhận"),
            ),
            _resource(
                "supply_relations",
                "relations",
                "Relation",
                ("supply relation", "quan hệ cung ứng"),
                ("supply relations", "quan hệ cung ứng"),
            ),
            _resource(
                "partnerships",
                "partnerships",
                "Partnership",
                ("partnership", "quan hệ hợp tác"),
                ("partnerships", "quan hệ hợp tác"),
            ),
            _resource("sources", "sources", "Source", ("source", "nguồn"), ("sources", "nguồn")),
        )
    }
)
"""Every table of the registry, in the order of the documentation."""

EXAMPLES: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "name_vi": "Công ty Cơ khí Thuận An",
        "name_en": "Thuan An Mechanical",
        "short_name": "TAM",
        "address": "12 đường số 3, phường Thuận Giao",
        "tax_code": "3700123456",
        "vsic_code": "2592",
        "vsic_version": "2025",
        "hs_code": "8534",
        "article_vi": "Bảng mạch in",
        "article_en": "Printed circuit boards",
        "month": "2027-03",
        "first_month": "2027-03",
        "last_month": "2027-05",
        "country": "VN",
        "website": "https://example.vn",
        "phone": "0274 123 4567",
        "email": "info@example.vn",
        "lat": 10.95,
        "lon": 106.7,
        "synthetic": False,
        "source": "entered_by_stewards",
        "currency": "VND",
        "price_year": 2026,
        "visibility": "partners",
        "scheme": "ISO 9001",
        "organisation_id": "mst_3700123456",
        "facility_id": "mst_3700123456_factory",
        "un_locode": "VNCLI",
    }
)
"""Plausible values by column; other columns get one by their kind."""


def example_of(column: ColumnDeclaration) -> Any:  # noqa: ANN401 - depends on the kind
    """Return a value as it may stand in a column."""
    if column.choices:
        return [column.choices[0]] if column.kind == "list" else EXAMPLES.get(column.name, column.choices[0])
    if column.name in EXAMPLES:
        return EXAMPLES[column.name]
    by_kind = {"number": 12.5, "integer": 2026, "boolean": True, "date": "2026-06-30", "list": ["one"]}
    if column.kind == "number" and column.maximum is not None:
        return column.maximum / 2
    return by_kind.get(column.kind, f"{column.name.removesuffix('_id')}_1" if column.name.endswith("_id") else "…")


def _schema(column: ColumnDeclaration) -> dict[str, Any]:
    if column.kind in ("number", "integer"):
        schema: dict[str, Any] = {"type": column.kind}
        if column.minimum is not None:
            schema["minimum"] = column.minimum
        if column.maximum is not None:
            schema["maximum"] = column.maximum
        return schema
    if column.kind == "boolean":
        return {"type": "boolean"}
    word: dict[str, Any] = {"type": "string", "enum": list(column.choices)} if column.choices else {"type": "string"}
    if column.kind == "list":
        return {"type": "array", "items": word}
    if column.kind == "date":
        return {"type": "string", "format": "date", "maxLength": LONGEST_DATE}
    if column.kind == "id":
        return {"type": "string", "pattern": "^[a-z0-9][a-z0-9_]{0,79}$"}
    return word


_TYPES: Final[Mapping[str, Any]] = MappingProxyType(
    {"number": Annotated[float, Strict()], "integer": StrictInt, "boolean": StrictBool, "list": list[str]}
)


def _type(column: ColumnDeclaration) -> Any:  # noqa: ANN401 - a type made at run time
    """Return the type of a column: its kind is held here, its limits by the registry, which says more of them."""
    return Annotated[_TYPES.get(column.kind, str), WithJsonSchema(_schema(column))]


def _told(column: ColumnDeclaration, **more: Any) -> Any:  # noqa: ANN401 - as pydantic's Field
    unit = f" ({column.unit})" if column.unit else ""
    return told(f"{column.meaning.en}{unit}", f"{column.meaning.vi}{unit}", example_of(column), **more)


def _optional(column: ColumnDeclaration) -> tuple[Any, Any]:
    return (_type(column) | None, _told(column, default=None))


def _answer_model(resource: Resource) -> type[Model]:
    table = resource.registry
    fields: dict[str, Any] = {}
    for column in table.columns.values():
        fields[column.name] = (_type(column), _told(column)) if column.kind == "id" else _optional(column)
    fields[CHANGE] = (
        int,
        told("Number of the change that last touched it; 0 for none", "Số của thay đổi gần nhất; 0 nếu chưa có", 12),
    )
    said = f"{resource.one.en} · {resource.one.vi}".capitalize()
    return create_model(f"{resource.name}Record", __base__=Model, __doc__=f"{said}.", **fields)


def _whole_model(resource: Resource) -> type[Model]:
    """Return the model of all that a record is to say: columns left out are empty."""
    fields: dict[str, Any] = {}
    for column in resource.registry.columns.values():
        is_needed = column.required and column.kind != "id" and column.name not in FILLED
        fields[column.name] = (_type(column), _told(column)) if is_needed else _optional(column)
    said = f"{resource.one.en} as it is to be · {resource.one.vi} cần ghi".capitalize()
    return create_model(f"{resource.name}Values", __base__=Model, __doc__=f"{said}.", **fields)


def _patch_model(resource: Resource) -> type[Model]:
    """Return the model of some columns: those left out stay, null empties."""
    columns = [column for column in resource.registry.columns.values() if column.kind != "id"]
    fields: dict[str, Any] = {column.name: _optional(column) for column in columns}
    said = f"Columns of {resource.one.en} to change; null empties · Các cột cần sửa, null để xóa giá trị"
    return create_model(f"{resource.name}Patch", __base__=Model, __doc__=f"{said}.", **fields)


ANSWERS: Final[Mapping[str, type[Model]]] = MappingProxyType(
    {name: _answer_model(RESOURCES[name]) for name in RESOURCES}
)
"""Answer by table."""

WHOLES: Final[Mapping[str, type[Model]]] = MappingProxyType({name: _whole_model(RESOURCES[name]) for name in RESOURCES})
"""Whole record, as it is created or put, by table."""

PATCHES: Final[Mapping[str, type[Model]]] = MappingProxyType(
    {name: _patch_model(RESOURCES[name]) for name in RESOURCES}
)
"""Some columns, as they are patched, by table."""


def json_values(shown: Shown, fields: tuple[str, ...] | None = None) -> dict[str, Any]:
    """Return a record as JSON holds it: dates as ISO text, lists as arrays; personal columns only for whom they are.

    Parameters
    ----------
    shown
        The record as its viewer sees it.
    fields
        Columns wanted besides the id; None for all.
    """
    record = shown.record
    table = registry_table(record.table)
    document: dict[str, Any] = {}
    for name, column in table.columns.items():
        is_wanted = fields is None or name in fields or name == table.key
        if is_wanted and (shown.is_own or not column.personal):
            document[name] = _json_value(column.kind, record.values.get(name))
    document[CHANGE] = record.number
    return document


def _json_value(kind: str, value: Any) -> Any:  # noqa: ANN401 - depends on the kind
    if value is None:
        return None
    if kind == "list":
        return list(split_list(value))
    return value.isoformat() if kind == "date" else value


def answer_of(shown: Shown) -> Model:
    """Return a record as the answer to a write; it is not checked again, as old records may break newer rules."""
    return ANSWERS[shown.record.table].model_construct(**json_values(shown))


assert set(RESOURCES) == set(REGISTRY_TABLES)  # noqa: S101 - a table without a resource would be out of reach
