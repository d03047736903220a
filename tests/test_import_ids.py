"""The same row always means the same record, and different rows do not meet by a loose spelling."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.intake.ids import NATURAL_KEYS, record_id, source_id, tax_code_id
from supplychain.intake.targets import TABLES, TARGETS, TENANT_LIST


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("0300588569", "mst_0300588569"),
        ("0300588569-001", "mst_0300588569_001"),
        ("0300588569001", "mst_0300588569_001"),
        ("079123456789", None),
        ("", None),
        (None, None),
    ],
)
def test_a_tax_code_names_the_organisation_unless_it_is_a_persons(code: str | None, expected: str | None) -> None:
    assert tax_code_id(code) == expected


def test_a_persons_tax_code_stands_in_no_id_and_changes_none() -> None:
    values = {"name_vi": "Hộ kinh doanh Ba Tèo", "address": "1 Lê Lợi"}
    assert record_id("organisations", {**values, "tax_code": "079123456789"}) == record_id("organisations", values)


def test_case_spaces_and_unicode_form_do_not_matter_but_marks_do() -> None:
    one = record_id("organisations", {"name_vi": "Công ty Hòa Bình"})
    assert one == record_id("organisations", {"name_vi": "CÔNG  TY HÒA BÌNH "})
    assert one != record_id("organisations", {"name_vi": "Công ty Hoa Bình"})


def test_values_do_not_flow_from_one_column_into_the_next() -> None:
    assert record_id("plots", {"park_id": "a", "label": "bc"}) != record_id("plots", {"park_id": "ab", "label": "c"})


def test_every_table_has_a_key_of_columns_it_has() -> None:
    assert set(NATURAL_KEYS) == set(TABLES)
    for table, key in NATURAL_KEYS.items():
        assert set(key.columns) <= set(TABLES[table].column_names), table


def test_no_table_refers_to_a_later_one() -> None:
    """So the sheets of a file are taken in this order, and a reference is known before it is used."""
    order = list(TABLES)
    for place, table in enumerate(order):
        for column in TABLES[table].columns:
            for target in column.references:
                name = target.split(".")[0]
                assert name not in order[place + 1 :], (table, column.name)


def test_the_fields_of_a_tenant_list_differ_in_name_and_words() -> None:
    names = TENANT_LIST.column_names
    assert len(set(names)) == len(names)
    assert len({column.meaning.vi for column in TENANT_LIST.columns}) == len(names)
    assert set(TARGETS) == {*TABLES, "tenants"}


@given(st.sampled_from(sorted(NATURAL_KEYS)), st.data())
def test_columns_outside_the_key_do_not_matter(table: str, data: st.DataObject) -> None:
    columns = NATURAL_KEYS[table].columns
    values: dict[str, Any] = {name: data.draw(st.none() | st.text() | st.integers()) for name in columns}
    again = record_id(table, {**values, "remark_of_nobody": "x"})
    assert record_id(table, values) == again
    assert again.isascii()
    assert len(again) <= 80


def test_the_source_of_a_file_is_named_by_its_content() -> None:
    assert source_id("ab" * 32) == "file_" + "ab" * 8
