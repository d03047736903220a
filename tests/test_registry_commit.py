"""What is looked at before a commit's turn counts only if nothing was written meanwhile."""

from __future__ import annotations

import pytest
from registry_parts import SOURCE, facility, organisation, refusal, source, write
from sqlalchemy import Connection, Engine

from supplychain.database import begins_writing, is_sqlite
from supplychain.errors import FindingsError
from supplychain.registry.ahead import committing
from supplychain.registry.changes import begin_change, commit_change, stage_edits
from supplychain.registry.values import Edit


def staged(engine: Engine, *edits: Edit) -> int:
    change_id = begin_change(engine, kind="import", author="Lan", source_id=SOURCE)
    stage_edits(engine, change_id, edits)
    return change_id


def pragma(connection: Connection, name: str) -> int:
    return int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())


def meanwhile(monkeypatch: pytest.MonkeyPatch, engine: Engine, *edits: Edit) -> None:
    """Let somebody else write between the look and the turn."""

    def first(connection: Connection) -> None:
        monkeypatch.undo()
        write(engine, *edits)
        begins_writing(connection)

    monkeypatch.setattr("supplychain.registry.ahead.begins_writing", first)


def test_a_record_removed_between_the_look_and_the_turn_is_missed(
    registry_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(registry_engine, source(), organisation("a"), organisation("b"))
    change_id = staged(registry_engine, facility("f", "a"))
    meanwhile(monkeypatch, registry_engine, Edit("organisations", "a", None))
    with pytest.raises(FindingsError):
        commit_change(registry_engine, change_id)
    write(registry_engine, organisation("a"))
    assert commit_change(registry_engine, change_id).added == 1


def test_an_edit_between_the_look_and_the_turn_is_kept(
    registry_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(registry_engine, source(), organisation("a"))
    change_id = staged(registry_engine, Edit("organisations", "a", {"website": "https://a.example"}))
    meanwhile(monkeypatch, registry_engine, Edit("organisations", "a", {"name_en": "Meanwhile"}))
    assert commit_change(registry_engine, change_id).changed == 1
    with registry_engine.connect() as connection:
        query = "SELECT website, name_en FROM organisations"
        assert tuple(connection.exec_driver_sql(query).one()) == ("https://a.example", "Meanwhile")


def test_what_refers_to_rows_staged_beside_it_needs_no_second_look(registry_engine: Engine) -> None:
    write(registry_engine, source())
    change_id = staged(registry_engine, organisation("a"), facility("f", "a"))
    with committing(registry_engine, change_id) as (connection, seen):
        assert seen.is_sound
        assert seen.holds(connection)
    assert commit_change(registry_engine, change_id).added == 2


def test_what_refers_to_a_row_staged_and_taken_back_is_refused(registry_engine: Engine) -> None:
    write(registry_engine, source())
    change_id = staged(registry_engine, organisation("a"), facility("f", "a"))
    stage_edits(registry_engine, change_id, [Edit("organisations", "a", None)])
    with refusal("organisation_id names a, and there is no such row in organisations"):
        commit_change(registry_engine, change_id)


def test_the_connection_is_as_it_was_after_a_commit(sqlite_engine: Engine) -> None:
    write(sqlite_engine, source())
    assert is_sqlite(sqlite_engine)
    with sqlite_engine.connect() as connection:
        held = pragma(connection, "cache_size")
    commit_change(sqlite_engine, staged(sqlite_engine, organisation("a"), facility("f", "a")))
    with pytest.raises(FindingsError):
        commit_change(sqlite_engine, staged(sqlite_engine, facility("g", "nobody")))
    with sqlite_engine.connect() as connection:
        assert pragma(connection, "cache_size") == held
        assert pragma(connection, "foreign_keys") == 1


def test_a_circle_of_parents_is_refused_when_the_change_comes_to_its_turn(registry_engine: Engine) -> None:
    """The file puts a below b; meanwhile somebody puts b below a."""
    write(registry_engine, source(), organisation("a"), organisation("b"))
    change_id = begin_change(registry_engine, kind="import", author="Lan", source_id=SOURCE)
    stage_edits(registry_engine, change_id, [Edit("organisations", "a", {"parent_id": "b"})])
    write(registry_engine, Edit("organisations", "b", {"parent_id": "a"}))
    with refusal("parent_id leads round in a circle: a → b → a"):
        commit_change(registry_engine, change_id)
