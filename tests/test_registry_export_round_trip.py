"""What is exported and imported again is the same registry, in every format and for every table."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from import_parts import fresh_registry
from region_files import RegionFiles
from sqlalchemy import Engine

from supplychain.columns import ColumnDeclaration
from supplychain.database import make_engine
from supplychain.exports.formats import WRITERS
from supplychain.exports.registry import ExportOptions, export_registry
from supplychain.intake.importing import import_file
from supplychain.intake.options import ImportOptions
from supplychain.intake.targets import TABLES
from supplychain.registry.changes import make_change
from supplychain.registry.history import read_table
from supplychain.registry.values import Edit
from supplychain.registry.visibility import Viewer
from supplychain.rules import text_fault

FOLDERS: Final = ("csv", "parquet", "geojson")

CODES: Final[Mapping[str, tuple[str, ...]]] = {
    "tax_code": ("0300588569", "0100109106"),
    "lei": ("5493001KJTIIGC8Y1R12", "254900OPPU84GM83MG36"),
    "gln": ("8930000000002",),
    "hs_code": ("8534", "010121"),
    "vsic_code": ("2610", "0111"),
    "isic_code": ("2610", "0111"),
    "un_locode": ("VNSGN",),
    "country": ("VN", "JP"),
    "ward_code": ("25747",),
    "former_ward_code": ("25747",),
    "month": ("2026-01", "2025-12"),
    "first_month": ("2026-01",),
    "last_month": ("2026-12",),
    "phone": ("+84 274 3822 600", "0274 3822600"),
    "contact_phone": ("0903 123 456",),
    "number": ("007", "ISO-1"),
    "industries": ("2610;2620",),
    "scope_codes": ("hs:8534", "vsic:2610;hs:01"),
}
"""Columns whose texts are checked against a list or a check digit, or read as codes."""

LETTERS: Final = "aAzZ09đĐạệỗưỳ中أ😀 .,;:'\"/()+-=@\n_x0041_%#&<>|\\"
"""Letters of the firms' own scripts, and everything that files give a meaning of its own. Signs such as ½ are left out:
in a file of a few letters they are taken for letters of the legacy fonts that share their codes."""

REFERENCES: Final = {
    "organisations": "org_1",
    "parks": "park_1",
    "plots": "plot_1",
    "facilities": "fac_1",
    "articles": "art_1",
    "offers": "off_1",
    "sources": "src_1",
}
"""Records that others refer to; the first of each table."""

SKIPPED: Final = frozenset(
    {"assumption_ids", "commodity_id", "mix_id", "road_node_id", "rail_node_id", "waterway_node_id"}
)
"""References to tables that only a region pack fills."""


def texts(column: ColumnDeclaration) -> st.SearchStrategy[str]:
    """Return texts that the registry takes in a column: tidy, and no formula."""
    others = st.characters(min_codepoint=0x100, exclude_categories=["Cs"])
    drawn = st.text(alphabet=LETTERS, min_size=1, max_size=12) | st.text(alphabet=others, min_size=1, max_size=8)
    tidy = drawn.map(lambda text: unicodedata.normalize("NFC", text.replace("\r", "")).strip())
    return tidy.filter(lambda text: bool(text) and text == text.strip() and text_fault(text, column) is None)


def values_of(column: ColumnDeclaration) -> st.SearchStrategy[Any]:
    """Return the values of a column that stands by itself."""
    if column.name in CODES:
        return st.sampled_from(CODES[column.name])
    if column.choices:
        chosen = st.sampled_from(column.choices)
        return chosen if column.kind != "list" else st.lists(chosen, min_size=1, unique=True).map(";".join)
    low = -1e9 if column.minimum is None else column.minimum
    high = 1e12 if column.maximum is None else column.maximum
    plain: Mapping[str, st.SearchStrategy[Any]] = {
        "number": st.floats(low, high, allow_nan=False).map(lambda value: value + 0.0),
        "integer": st.integers(int(low), int(min(high, 2**31 - 1))),
        "boolean": st.booleans(),
        "date": st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)),
    }
    return plain[column.kind] if column.kind in plain else texts(column)


@st.composite
def records(draw: st.DrawFn, table: str, number: int) -> Edit:
    """Return a record of a table that keeps the rules between its columns."""
    declared = TABLES[table]
    values: dict[str, Any] = {}
    for column in declared.columns:
        if column.kind == "id" or column.name in SKIPPED:
            continue
        target = column.references[0].split(".")[0] if column.references else None
        if target is not None:
            filled = column.required or draw(st.booleans())
            if filled and target != table and target in REFERENCES:
                values[column.name] = REFERENCES[target]
        elif column.required or draw(st.booleans()):
            values[column.name] = draw(values_of(column))
    _keep_rules(table, number, values)
    return Edit(table, f"{PREFIX[table]}_{number}", values)


PREFIX: Final = {
    "sources": "src", "organisations": "org", "parks": "park", "plots": "plot", "terminals": "ter", "facilities": "fac",
    "articles": "art", "offers": "off", "offer_months": "offm", "needs": "need", "certificates": "cert",
    "supply_relations": "rel", "partnerships": "par",
}  # fmt: skip

PAIRS: Final = (
    ("valid_from", "valid_to"),
    ("first_month", "last_month"),
    ("since", "until"),
    ("since_year", "until_year"),
    ("free_capacity", "capacity"),
    ("background_teu_per_year", "capacity_teu_per_year"),
    ("background_t_per_year", "capacity_t_per_year"),
)


def _keep_rules(table: str, number: int, values: dict[str, Any]) -> None:
    for low, high in PAIRS:
        if low in values and high in values and values[low] > values[high]:
            values[low], values[high] = values[high], values[low]
    _keep_position(values)
    for needing, needed in NEEDED.items():
        if needing in values:
            values |= needed
    if "tax_code" in values:
        values["tax_code"] = CODES["tax_code"][number % 2]
    if "lei" in values:
        values["lei"] = CODES["lei"][number % 2]
    for column in values.keys() & SECOND.keys():
        values[column] = SECOND[column]
    if table == "offer_months":
        values["month"] = CODES["month"][number % 2]


def _keep_position(values: dict[str, Any]) -> None:
    lat, lon = values.pop("lat", None), values.pop("lon", None)
    if lat is not None and lon is not None:
        values |= {"lat": 10.9 + lat / 1e3, "lon": 106.7 + lon / 1e3}
        values.setdefault("position_accuracy_m", 12.5)


NEEDED: Final[Mapping[str, dict[str, Any]]] = {
    "vsic_code": {"vsic_version": "2018"},
    "price_per_unit": {"currency": "VND", "price_year": 2024},
    "rent_per_m2_year": {"currency": "USD", "price_year": 2024},
    "fee_per_teu": {"currency": "VND", "price_year": 2025},
    "fee_per_t": {"currency": "VND", "price_year": 2025},
    "capacity_per_month": {"unit": "piece"},
    "quantity_per_month": {"unit": "piece"},
    "unit_mass_kg": {"unit": "piece"},
}
SECOND: Final = {"customer_facility_id": "fac_2", "organisation_b_id": "org_2"}


@st.composite
def registries(draw: st.DrawFn) -> list[Edit]:
    """Return two records of every table."""
    return [draw(records(table, number)) for table in TABLES for number in (1, 2)]


def content(engine: Engine) -> dict[str, dict[str, Mapping[str, Any]]]:
    """Return every value of every record, but for the sources that imported files are."""
    with engine.connect() as connection:
        return {
            table: {
                record.record_id: dict(record.values)
                for record in read_table(connection, table, synthetic=True)
                if not record.record_id.startswith("file_")
            }
            for table in TABLES
        }


def differences(one: dict[str, Any], two: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return every value that differs."""
    return [
        (table, record_id, name, value, two[table].get(record_id, {}).get(name))
        for table in one
        for record_id, values in one[table].items()
        for name, value in values.items()
        if two[table].get(record_id, {}).get(name) != value
    ] + [(table, set(two[table]) - set(one[table])) for table in one if set(two[table]) - set(one[table])]


@pytest.mark.parametrize("file_format", list(WRITERS))
@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(edits=registries())
def test_every_value_comes_back(file_format: str, edits: list[Edit]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        out = folder / ("export" if file_format in FOLDERS else f"export.{file_format}")
        with fresh_registry(folder, "one.gpkg") as one, fresh_registry(folder, "two.gpkg") as two:
            make_change(one, edits, kind="edit", author="t", source_id="src_1")
            with one.connect() as connection:
                export_registry(connection, out, ExportOptions(file_format, Viewer.everything(), synthetic=True))
            report = import_file(two, out, ImportOptions(author="t", find_duplicates=False))
            assert [(row, row.faults) for row in report.refused] == []
            assert differences(content(one), content(two)) == []
            again = import_file(two, out, ImportOptions(author="t", find_duplicates=False))
            assert (again.number, again.added, again.changed) == (None, 0, 0)


@pytest.mark.parametrize("file_format", ["csv", "gpkg"])
def test_the_shipped_region_comes_back(region_files: RegionFiles, tmp_path: Path, file_format: str) -> None:
    whole = make_engine(str(region_files.whole))
    shutil.copy(region_files.real, tmp_path / "base.gpkg")
    base = make_engine(str(tmp_path / "base.gpkg"))
    out = tmp_path / ("out" if file_format in FOLDERS else f"out.{file_format}")
    with whole.connect() as connection:
        export_registry(connection, out, ExportOptions(file_format, Viewer.everything(), synthetic=True))
    report = import_file(base, out, ImportOptions(author="t", find_duplicates=False))
    assert (report.refused, report.changed) == ([], 0)
    assert differences(content(whole), content(base)) == []
    whole.dispose()
    base.dispose()
