"""Rows become edits, or are refused with a reason; the registry is only read."""

from __future__ import annotations

import pytest
from import_parts import OPTIONS, fill_registry, organisation, plan_rows
from import_parts import faults as faults_of
from sqlalchemy import Engine

from supplychain.intake.park_names import ParkNames, park_key
from supplychain.text import Text

FIRM = {"name_vi": "Công ty TNHH Ánh Dương", "kind": "enterprise", "tax_code": "0300588569"}
TENANT = {"name_vi": "Công ty TNHH Ánh Dương", "tax_code": "0300588569", "park": "VSIP 1"}


@pytest.fixture
def registry(sqlite_engine: Engine) -> Engine:
    fill_registry(sqlite_engine)
    return sqlite_engine


def test_a_new_organisation_gets_the_id_of_its_tax_code_and_the_source_of_the_file(registry: Engine) -> None:
    rows, report, planner = plan_rows(registry, "organisations", [FIRM])
    (edit,) = rows[0].edits
    assert (edit.table, edit.record_id) == ("organisations", "mst_0300588569")
    assert edit.values is not None
    assert {"source": "test_source", "confidence": "medium", "synthetic": False}.items() <= edit.values.items()
    assert edit.origins["name_vi"].at == "2026-01-02T03:04:05Z"
    assert report.added == 1
    assert any("trusted" in text.en for text in planner.told)


def test_an_organisation_that_holds_the_tax_code_is_changed_whatever_its_id(sqlite_engine: Engine) -> None:
    fill_registry(sqlite_engine, [organisation("becamex", "Ánh Dương", tax_code="0300588569", phone="1")])
    rows, report, _ = plan_rows(sqlite_engine, "organisations", [FIRM])
    (edit,) = rows[0].edits
    assert edit.record_id == "becamex"
    assert edit.values == {"name_vi": "Công ty TNHH Ánh Dương"}
    (change,) = report.changes
    assert (change.before, change.after, change.line) == ("Ánh Dương", "Công ty TNHH Ánh Dương", 2)
    assert (report.added, report.changed) == (0, 1)


def test_what_the_registry_says_already_makes_no_edit(sqlite_engine: Engine) -> None:
    fill_registry(sqlite_engine, [organisation("mst_0300588569", str(FIRM["name_vi"]), tax_code="0300588569")])
    rows, report, _ = plan_rows(sqlite_engine, "organisations", [FIRM])
    assert not rows[0].edits
    assert report.unchanged == 1


def test_an_id_and_a_tax_code_of_different_records_are_refused(sqlite_engine: Engine) -> None:
    fill_registry(sqlite_engine, [organisation("a", "A", tax_code="0300588569"), organisation("b", "B")])
    rows, _, _ = plan_rows(sqlite_engine, "organisations", [{**FIRM, "organisation_id": "b"}])
    ((field, text),) = faults_of(rows[0])
    assert field == "tax_code"
    assert "belongs to a already" in text


def test_two_names_for_one_tax_code_in_one_file_are_refused_and_the_first_line_is_named(registry: Engine) -> None:
    rows, report, _ = plan_rows(registry, "organisations", [FIRM, {**FIRM, "name_vi": "Công ty Khác"}])
    assert rows[0].edits
    ((field, text),) = faults_of(rows[1])
    assert field == "name_vi"
    assert "Line 2 says 'Công ty TNHH Ánh Dương'" in text
    assert report.added == 1


def test_a_repeated_row_is_passed_over_and_one_that_adds_a_field_is_taken(registry: Engine) -> None:
    rows, report, _ = plan_rows(registry, "organisations", [FIRM, FIRM, {**FIRM, "phone": "0274 3822 600"}])
    assert rows[1].repeated
    assert not rows[1].edits
    assert [dict(edit.values or {}) for edit in rows[2].edits] == [{"phone": "0274 3822 600"}]
    assert report.added == 1


def test_required_values_and_rules_between_columns_hold_for_new_records(registry: Engine) -> None:
    (row,), _, _ = plan_rows(registry, "organisations", [{"name_vi": "A", "lei": "x" * 3, "founded_year": 99}])
    assert ("kind", "The cell must not be empty.") in faults_of(row)
    assert ("founded_year", "99 is below the least allowed, 1850.") in faults_of(row)


def test_a_row_may_refer_to_a_later_one_of_its_sheet(registry: Engine) -> None:
    child = {"organisation_id": "child", "name_vi": "Con", "kind": "enterprise", "parent_id": "mother"}
    mother = {"organisation_id": "mother", "name_vi": "Mẹ", "kind": "enterprise", "group_id": "child"}
    rows, _, _ = plan_rows(registry, "organisations", [child, mother])
    assert [row.faults for row in rows] == [[], []]
    assert {edit.record_id for row in rows for edit in row.edits} == {"child", "mother"}


def test_a_row_whose_later_row_is_not_there_is_refused(registry: Engine) -> None:
    child = {"organisation_id": "child", "name_vi": "Con", "kind": "enterprise", "parent_id": "mother"}
    grandchild = {"organisation_id": "grand", "name_vi": "Cháu", "kind": "enterprise", "parent_id": "child"}
    rows, _, _ = plan_rows(registry, "organisations", [grandchild, child])
    assert [faults_of(row)[0][0] for row in rows] == ["parent_id", "parent_id"]
    assert "mother" in faults_of(rows[1])[0][1]


def test_a_tenant_is_an_organisation_a_facility_and_a_plot(registry: Engine) -> None:
    rows, _, planner = plan_rows(registry, "tenants", [{**TENANT, "plot_label": "A12", "plot_area_m2": 25000.0}])
    organisation_, plot, facility = rows[0].edits
    assert organisation_.record_id == "mst_0300588569"
    assert plot.values is not None
    assert (plot.values["park_id"], plot.values["area_ha"], plot.values["state"]) == ("vsip_1", 2.5, "leased")
    assert facility.values is not None
    assert facility.values["organisation_id"] == "mst_0300588569"
    assert facility.values["plot_id"] == plot.record_id
    assert facility.values["name_vi"] == "Công ty TNHH Ánh Dương"
    told = " ".join(text.en for text in planner.told)
    assert "factory was taken" in told
    assert "enterprise was taken" in told


def test_two_lots_of_one_tenant_are_one_organisation_and_two_facilities(registry: Engine) -> None:
    lots = [{**TENANT, "plot_label": label, "plot_area_ha": 1.0} for label in ("A1", "A2")]
    rows, report, _ = plan_rows(registry, "tenants", lots)
    assert not rows[1].faults
    counts = {table: found.added for table, found in report.tables.items()}
    assert counts == {"organisations": 1, "plots": 2, "facilities": 2}


def test_a_park_that_may_be_several_refuses_the_whole_row(registry: Engine) -> None:
    (row,), report, _ = plan_rows(registry, "tenants", [{**TENANT, "park": "Khu công nghiệp Việt Nam - Singapore"}])
    assert not row.edits
    ((field, text),) = faults_of(row)
    assert field == "park"
    assert "KCN VSIP I; KCN VSIP II; KCN VSIP II-A" in text
    assert report.added == 0


def test_two_areas_that_disagree_are_refused(registry: Engine) -> None:
    (row,), _, _ = plan_rows(
        registry, "tenants", [{**TENANT, "plot_label": "A", "plot_area_ha": 2.0, "plot_area_m2": 25000.0}]
    )
    assert faults_of(row)[0][0] == "plot_area_m2"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("KCN VSIP I", "vsip_1"),
        ("VSIP 1", "vsip_1"),
        ("vsip1", "vsip_1"),
        ("VSIP IIA", "vsip_2a"),
        ("Việt Nam – Singapore II-A", "vsip_2a"),
        ("VSIP I, Thuận An", "vsip_1"),
        ("My Phuoc I", "my_phuoc_1"),
        ("vsip_2", "vsip_2"),
    ],
)
def test_parks_are_found_by_the_names_people_write(written: str, expected: str) -> None:
    parks = ParkNames(
        [
            ("vsip_1", "KCN VSIP I", None),
            ("vsip_2", "KCN VSIP II", None),
            ("vsip_2a", "KCN VSIP II-A", None),
            ("my_phuoc_1", "KCN Mỹ Phước 1", None),
        ]
    )
    assert parks.find(written) == expected


def test_an_unknown_park_is_refused_with_the_nearest_names() -> None:
    parks = ParkNames([("vsip_1", "KCN VSIP I", None)])
    answer = parks.find("VSIP Bắc Ninh")
    assert isinstance(answer, Text)
    assert "no park 'VSIP Bắc Ninh'" in answer.en


def test_numerals_marks_and_generic_words_do_not_tell_parks_apart() -> None:
    assert park_key("Khu công nghiệp Việt Nam – Singapore II-A") == park_key("VSIP 2A Industrial Park") == "vsip 2a"


def test_a_facility_is_found_by_its_organisation_only_where_that_runs_one(registry: Engine) -> None:
    facility = {"name_vi": "Nhà máy", "kind": "factory", "park_id": "VSIP 1"}
    rows = [{**facility, "organisation_id": "0300588569", "name_vi": "N1"}]
    fill_registry(registry, [organisation("mst_0300588569", "Ánh Dương", tax_code="0300588569")])
    planned, _, _ = plan_rows(registry, "facilities", rows)
    assert planned[0].edits[0].values is not None
    assert planned[0].edits[0].values["organisation_id"] == "mst_0300588569"


def test_options_refuse_what_no_column_allows() -> None:
    with pytest.raises(ValueError, match="visibility must be one of"):
        type(OPTIONS)(author="x", visibility="secret")
    with pytest.raises(ValueError, match="author must name"):
        type(OPTIONS)(author=" ")
