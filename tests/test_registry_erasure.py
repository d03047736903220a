"""Personal data erased on request: nowhere left in the database, and everything else of the history stays."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from registry_parts import SOURCE, facility, organisation, set_values, source, write
from sqlalchemy import Engine, inspect, text

from supplychain.registry.changes import begin_change, commit_change, stage_edits
from supplychain.registry.erasure import erase_personal
from supplychain.registry.history import changes_since, history, read_record
from supplychain.registry.merging import merge_records, split_records
from supplychain.registry.undoing import undo_change
from supplychain.registry.values import Edit, RegistryError

NAME = "Nguyễn Thị Bích Ngọc"
OLDER = "Trần Quốc Toản"


def everything_as_text(engine: Engine) -> str:
    """Return every cell of every table of the database as one text."""
    with engine.connect() as connection:
        names = [name for name in inspect(connection).get_table_names() if not name.startswith(("gpkg", "rtree"))]
        rows = [connection.execute(text(f"SELECT * FROM {name}")).all() for name in names]  # noqa: S608 - our names
    return str(rows)


def people(engine: Engine) -> None:
    write(engine, source(), organisation("a", representative=OLDER, phone="1"), facility("f", "a", contact_name=NAME))
    write(engine, set_values("organisations", "a", representative=NAME, phone="2"))
    write(engine, set_values("organisations", "a", phone="3"))


def test_erased_from_the_present_and_all_history(registry_engine: Engine) -> None:
    people(registry_engine)
    change = erase_personal(registry_engine, "organisations", "a", author="Lan", reason="Theo đơn ngày 1/6")
    assert (change.number, change.changed) == (4, 1)
    erase_personal(registry_engine, "facilities", "f", author="Lan", reason="đơn", columns=["contact_name"])
    held = everything_as_text(registry_engine)
    assert NAME not in held
    assert OLDER not in held
    with registry_engine.connect() as connection:
        told = history(connection, "organisations", "a")
        assert [one.record.values["phone"] for one in told if one.record] == ["1", "2", "3", "3"]
        assert [one.record.values["representative"] for one in told if one.record] == [None] * 4
        assert [one.touched for one in told][1:] == [("representative", "phone"), ("phone",), ("representative",)]
        assert [(line.number, line.record_id) for line in changes_since(connection, 3)] == [(4, "a"), (5, "f")]
        assert connection.execute(text("SELECT reason FROM registry_erasures")).scalars().first() == "Theo đơn ngày 1/6"


def test_erased_from_the_pages_of_an_embedded_database(sqlite_engine: Engine, tmp_path: Path) -> None:
    """Neither the file nor its write-ahead log holds the bytes of the name any more."""
    people(sqlite_engine)
    erase_personal(sqlite_engine, "organisations", "a", author="Lan", reason="đơn")
    erase_personal(sqlite_engine, "facilities", "f", author="Lan", reason="đơn")
    sqlite_engine.dispose()
    for path in tmp_path.glob("hinterland.gpkg*"):
        copy = Path(shutil.copy(path, tmp_path / f"copy-{path.name}"))
        assert NAME.encode() not in copy.read_bytes(), path


def test_a_log_that_somebody_reads_is_told_and_emptied_later(sqlite_engine: Engine, tmp_path: Path) -> None:
    people(sqlite_engine)
    with sqlite_engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 100")
    reader = sqlite3.connect(tmp_path / "hinterland.gpkg")
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM organisations").fetchall()
    change = erase_personal(sqlite_engine, "facilities", "f", author="Lan", reason="đơn")
    assert change.number == 4
    assert "its write-ahead log may still hold what was erased" in change.notes[-1].en
    reader.close()
    again = erase_personal(sqlite_engine, "facilities", "f", author="Lan", reason="đơn")
    assert again.number is None
    assert [note.en for note in again.notes] == ["facilities keeps nothing personal of f."]
    assert (tmp_path / "hinterland.gpkg-wal").stat().st_size == 0


def test_what_files_say_later_does_not_bring_it_back(registry_engine: Engine) -> None:
    people(registry_engine)
    erase_personal(registry_engine, "organisations", "a", author="Lan", reason="đơn")
    edit = organisation("a", representative=NAME, phone="9")
    change = write(registry_engine, edit, kind="import")
    assert change.changed == 1
    assert "representative of organisations a had been erased on request" in change.notes[0].en
    with registry_engine.connect() as connection:
        record = read_record(connection, "organisations", "a")
    assert record is not None
    assert (record.values["representative"], record.values["phone"]) == (None, "9")
    write(registry_engine, set_values("organisations", "a", representative="Người mới"))
    with registry_engine.connect() as connection:
        record = read_record(connection, "organisations", "a")
    assert record is not None
    assert record.values["representative"] == "Người mới"


def test_staged_changes_lose_it_too(registry_engine: Engine) -> None:
    people(registry_engine)
    change_id = begin_change(registry_engine, kind="import", author="Lan", source_id=SOURCE)
    stage_edits(registry_engine, change_id, [organisation("a", representative=NAME + " 2", website="w")])
    erase_personal(registry_engine, "organisations", "a", author="Lan", reason="đơn")
    erase_personal(registry_engine, "facilities", "f", author="Lan", reason="đơn")
    assert NAME not in everything_as_text(registry_engine)
    commit_change(registry_engine, change_id)
    with registry_engine.connect() as connection:
        record = read_record(connection, "organisations", "a")
    assert record is not None
    assert (record.values["representative"], record.values["website"]) == (None, "w")
    assert NAME not in everything_as_text(registry_engine)


def test_ids_merged_in_are_erased_too_and_nothing_brings_it_back(registry_engine: Engine) -> None:
    people(registry_engine)
    write(registry_engine, organisation("b", representative=OLDER))
    merged = merge_records(registry_engine, "organisations", "a", ["b"], author="Lan")
    assert merged.number is not None
    erased = erase_personal(registry_engine, "organisations", "b", author="Lan", reason="đơn")
    held = everything_as_text(registry_engine)
    assert OLDER not in held
    split_records(registry_engine, merged.number, author="Lan")
    assert OLDER not in everything_as_text(registry_engine)
    assert erased.number is not None
    with pytest.raises(RegistryError, match="erased personal data on request"):
        undo_change(registry_engine, erased.number, author="Lan")


def test_undo_of_a_change_before_the_erasure_brings_nothing_back(registry_engine: Engine) -> None:
    people(registry_engine)
    erase_personal(registry_engine, "organisations", "a", author="Lan", reason="đơn")
    undo_change(registry_engine, 3, author="Lan")
    undo_change(registry_engine, 2, author="Lan")
    assert OLDER not in everything_as_text(registry_engine)
    with registry_engine.connect() as connection:
        record = read_record(connection, "organisations", "a")
    assert record is not None
    assert record.values["phone"] == "1"


def test_the_tax_code_of_a_person_is_personal(registry_engine: Engine) -> None:
    write(
        registry_engine, source(), organisation("a", tax_code="079190001234"), organisation("b", tax_code="0300588569")
    )
    assert erase_personal(registry_engine, "organisations", "a", author="Lan", reason="đơn").number == 2
    assert "079190001234" not in everything_as_text(registry_engine)
    with pytest.raises(RegistryError, match="tax_code of organisations is not declared personal"):
        erase_personal(registry_engine, "organisations", "b", author="Lan", reason="đơn", columns=["tax_code"])


def test_records_that_are_gone_are_erased_from_history(registry_engine: Engine) -> None:
    people(registry_engine)
    write(registry_engine, Edit("facilities", "f", None))
    change = erase_personal(registry_engine, "facilities", "f", author="Lan", reason="đơn")
    assert (change.number, change.changed) == (5, 0)
    with registry_engine.connect() as connection:
        assert [one.operation for one in history(connection, "facilities", "f")] == ["added", "removed"]
    again = erase_personal(registry_engine, "facilities", "f", author="Lan", reason="đơn")
    assert again.number is None
    assert "keeps nothing personal of f" in again.notes[0].en


@pytest.mark.parametrize(
    ("record_id", "reason", "columns", "match"),
    [
        ("nobody", "đơn", None, "never had a record nobody"),
        ("a", "  ", None, "Say why"),
        ("a", "đơn", ["name_vi"], "name_vi of organisations is not declared personal"),
    ],
)
def test_wrong_erasures_are_refused(
    sqlite_engine: Engine, record_id: str, reason: str, columns: list[str] | None, match: str
) -> None:
    people(sqlite_engine)
    with pytest.raises(RegistryError, match=match):
        erase_personal(sqlite_engine, "organisations", record_id, author="Lan", reason=reason, columns=columns)


def test_the_same_words_elsewhere_are_told(registry_engine: Engine) -> None:
    """A remark on a change and the name of another firm hold the words: only a person can say whether they go too."""
    people(registry_engine)
    write(registry_engine, organisation("ho", name_vi=f"Hộ kinh doanh {NAME}"), note=f"{NAME} gọi")
    change = erase_personal(registry_engine, "facilities", "f", author="Lan", reason="đơn")
    (told,) = [note.en for note in change.notes]
    assert told.startswith("The same words still stand in organisations a, organisations ho, registry_changes.note.")
