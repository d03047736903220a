"""Rows written past the registry, as a GIS program does: found, checked and taken into history."""

from __future__ import annotations

import pytest
from registry_parts import SOURCE, facility, organisation, refusal, source, write
from sqlalchemy import Engine, text

from supplychain.registry.history import history, read_record
from supplychain.registry.outside import record_outside_edits
from supplychain.registry.values import RegistryError


def past_the_registry(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


ADDED = (
    "INSERT INTO organisations (organisation_id, name_vi, kind, synthetic, source, confidence)"
    " VALUES ('moi', 'Công ty Mới', 'enterprise', false, 'tenant_list', 'high')"
)


def test_what_was_written_past_the_registry_is_recorded(registry_engine: Engine) -> None:
    write(registry_engine, source(), organisation("a", phone="1"), facility("f", "a"), organisation("b"))
    past_the_registry(
        registry_engine,
        "UPDATE organisations SET phone = '2' WHERE organisation_id = 'a'",
        "DELETE FROM organisations WHERE organisation_id = 'b'",
        ADDED,
    )
    change = record_outside_edits(registry_engine, author="Lan", source_id=SOURCE, note="sửa trong QGIS")
    assert (change.number, change.changed, change.removed) == (2, 2, 1)
    with registry_engine.connect() as connection:
        record = read_record(connection, "organisations", "a")
        added = read_record(connection, "organisations", "moi")
        assert record is not None
        assert added is not None
        assert (record.values["phone"], added.values["name_vi"], added.number) == ("2", "Công ty Mới", 2)
        assert [one.operation for one in history(connection, "organisations", "moi")] == ["added"]
        assert [one.operation for one in history(connection, "organisations", "b")] == ["added", "removed"]
        assert history(connection, "organisations", "a")[1].touched == ("phone",)
    assert record_outside_edits(registry_engine, author="Lan", source_id=SOURCE).number is None


def test_rows_that_break_the_rules_are_told_and_not_recorded(registry_engine: Engine) -> None:
    write(registry_engine, source(), organisation("a"))
    past_the_registry(registry_engine, "UPDATE organisations SET kind = 'firm' WHERE organisation_id = 'a'")
    with refusal(r"organisations a \[kind\]: 'firm' is not one of"):
        record_outside_edits(registry_engine, author="Lan", source_id=SOURCE)
    past_the_registry(registry_engine, "UPDATE organisations SET kind = 'school' WHERE organisation_id = 'a'")
    with pytest.raises(RegistryError, match="come from nowhere"):
        record_outside_edits(registry_engine, author="Lan", source_id="nowhere")


def test_a_row_nobody_recorded_is_read_and_edited_like_any_other(registry_engine: Engine) -> None:
    write(registry_engine, source())
    past_the_registry(registry_engine, ADDED)
    with registry_engine.connect() as connection:
        record = read_record(connection, "organisations", "moi")
    assert record is not None
    assert (record.number, record.origins["name_vi"].source_id, record.origins["name_vi"].at) == (0, SOURCE, "")
    assert write(registry_engine, organisation("moi", name_vi="Công ty Mới", phone="1")).changed == 1
    with registry_engine.connect() as connection:
        record = read_record(connection, "organisations", "moi")
    assert record is not None
    assert (record.number, record.values["phone"]) == (2, "1")
