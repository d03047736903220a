"""Changes of the registry: numbered without gaps, whole or not at all, checked, and staged ones taken up again."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import threading
from datetime import UTC, date, datetime

import pytest
from registry_parts import SOURCE, facility, organisation, refusal, relation, set_values, source, write
from sqlalchemy import Engine, func, inspect, select, text
from sqlalchemy.exc import DatabaseError

from supplychain.errors import FindingsError
from supplychain.models.registry import CHANGES, REVISIONS
from supplychain.registry.changes import (
    abandon_change,
    begin_change,
    commit_change,
    find_unfinished,
    make_change,
    stage_edits,
)
from supplychain.registry.history import (
    changes_since,
    current_number,
    history,
    read_record,
    read_table,
)
from supplychain.registry.values import ChangedRecord, Edit, Origin, RegistryError

ADDED_LATER = (
    "INSERT INTO registry_revisions (change_id, table_name, record_id, operation, touched)"
    " VALUES (1, 'organisations', 'x', 'added', '')"
)


def begin(engine: Engine, **described: str) -> int:
    return begin_change(engine, kind="import", author="Lan", source_id=SOURCE, **described)


def test_first_changes_by_hand(registry_engine: Engine) -> None:
    """Two changes: a source with an organisation, then its address; the third says nothing new and has no number."""
    first = write(registry_engine, source(), organisation("sao_mai", tax_code="0300588569"))
    assert (first.number, first.added, first.changed, first.removed, first.unchanged) == (1, 2, 0, 0, 0)
    second = write(registry_engine, set_values("organisations", "sao_mai", address="Lô A1, KCN Mỹ Phước"))
    assert (second.number, second.changed) == (2, 1)
    third = write(registry_engine, set_values("organisations", "sao_mai", address="Lô A1, KCN Mỹ Phước"))
    assert (third.number, third.unchanged) == (None, 1)
    with registry_engine.connect() as connection:
        assert current_number(connection) == 2
        assert list(changes_since(connection, 0)) == [
            ChangedRecord(1, "sources", SOURCE, "added"),
            ChangedRecord(1, "organisations", "sao_mai", "added"),
            ChangedRecord(2, "organisations", "sao_mai", "changed"),
        ]
        assert list(changes_since(connection, 2)) == []
        record = read_record(connection, "organisations", "sao_mai")
        assert record is not None
        assert record.number == 2
        assert record.values["address"] == "Lô A1, KCN Mỹ Phước"
        assert record.values["tax_code"] == "0300588569"
        assert record.values["founded_year"] is None
        before = read_record(connection, "organisations", "sao_mai", as_of=1)
        assert before is not None
        assert before.values["address"] is None
        assert read_record(connection, "organisations", "sao_mai", as_of=0) is None


def test_every_kind_of_value_comes_back_as_it_went_in(registry_engine: Engine) -> None:
    write(registry_engine, source(), organisation("a"), facility("f", "a", lat=10.9, lon=106.7, position_accuracy_m=50))
    said = {
        "facility_id": "f", "article_vi": "Đinh ốc", "kind": "goods", "unit": "piece", "unit_mass_kg": 0.012,
        "capacity_per_month": 1_000_000, "valid_from": date(2026, 1, 1), "valid_to": "2026-12-31", "price_year": 2025,
        "currency": "VND", "price_per_unit": 0.1, "synthetic": False, "source": SOURCE, "confidence": "high",
    }  # fmt: skip
    write(registry_engine, Edit("offers", "o", said))
    with registry_engine.connect() as connection:
        record = read_record(connection, "offers", "o")
        place = read_record(connection, "facilities", "f")
        row = connection.execute(text("SELECT valid_to, capacity_per_month, change FROM offers")).one()
    assert record is not None
    assert place is not None
    assert {name: record.values[name] for name in said} == {
        **said, "valid_to": date(2026, 12, 31), "capacity_per_month": 1e6
    }  # fmt: skip
    assert isinstance(record.values["price_year"], int)
    assert (place.values["lat"], place.values["lon"]) == (10.9, 106.7)
    assert (str(row[0]), row[1], row[2]) == ("2026-12-31", 1e6, 2)


def test_each_field_knows_its_source_and_time(registry_engine: Engine) -> None:
    write(registry_engine, source(), source("survey", licence="ODbL"), organisation("a", phone="0274 1"))
    seen = Origin("survey", "2026-03-01T00:00:00+00:00")
    write(registry_engine, Edit("organisations", "a", {"phone": "0274 2", "name_vi": "Công ty a"}, {"phone": seen}))
    with registry_engine.connect() as connection:
        record = read_record(connection, "organisations", "a")
        before = read_record(connection, "organisations", "a", as_of=1)
        told = history(connection, "organisations", "a")
    assert record is not None
    assert before is not None
    assert record.origins["phone"] == seen
    assert record.origins["name_vi"] == before.origins["name_vi"]
    assert record.origins["name_vi"].source_id == SOURCE
    assert [(one.number, one.operation) for one in told] == [(1, "added"), (2, "changed")]
    assert told[1].touched == ("phone",)


def test_as_of_a_time_is_the_last_change_until_then(registry_engine: Engine) -> None:
    write(registry_engine, source(), organisation("a"))
    between = datetime.now(UTC)
    write(registry_engine, Edit("organisations", "a", None), organisation("b"))
    with registry_engine.connect() as connection:
        assert [one.record_id for one in read_table(connection, "organisations", as_of=between)] == ["a"]
        assert [one.record_id for one in read_table(connection, "organisations")] == ["b"]
        assert read_record(connection, "organisations", "a") is None
        assert read_record(connection, "organisations", "a", as_of=between) is not None
        assert list(read_table(connection, "organisations", as_of=datetime(2020, 1, 1, tzinfo=UTC))) == []


def test_everything_wrong_is_told_at_once_and_nothing_is_written(registry_engine: Engine) -> None:
    write(registry_engine, source())
    wrong = [
        organisation("a", kind="company", founded_year=1492, vsic_code="2610"),
        organisation("Bad Id"),
        facility("f", "a", lat=106.7, lon=10.9, position_accuracy_m=5),
        Edit("organisations", "c", {"name_vi": "C", "no_such": 1}),
        Edit("offers", "o", {"article_vi": "=SUM(A1)"}),
        relation("r", "f", "f"),
        set_values("organisations", "d", synthetic="maybe", name_vi=7),
    ]
    with pytest.raises(FindingsError, match="was not made") as caught:
        write(registry_engine, *wrong)
    told = caught.value.sentence("en")
    for words in (
        "organisations a [kind]: 'company' is not one of", "[founded_year]: 1492 is below", "[vsic_version]: vsic_ver",
        "organisations Bad Id [organisation_id]", "facilities f [lat]: lat 106.7 and lon 10.9 look swapped",
        "no column no_such", "[facility_id]: The cell must not be empty", "looks like a spreadsheet formula",
        "supplier_facility_id, customer_facility_id must differ", "'maybe' is not of the kind", "[name_vi]: '7' is not",
    ):  # fmt: skip
        assert words in told
    assert "không được để trống" in caught.value.sentence("vi")
    with registry_engine.connect() as connection:
        assert current_number(connection) == 1


def test_references_that_lead_nowhere_are_refused_by_name(registry_engine: Engine) -> None:
    write(registry_engine, source(), organisation("a"), facility("f", "a"))
    with refusal(r"facilities g \[organisation_id\]: organisation_id names nobody"):
        write(registry_engine, facility("g", "nobody"))
    with refusal(r"organisations a: It cannot be removed: facilities f names it"):
        write(registry_engine, Edit("organisations", "a", None))
    with pytest.raises(RegistryError, match="come from nowhere"):
        write(registry_engine, organisation("b", source=SOURCE), source_id="nowhere")
    change = write(registry_engine, Edit("organisations", "a", None), Edit("facilities", "f", None))
    assert change.removed == 2


def test_staged_change_refuses_dangling_references_when_committed(registry_engine: Engine) -> None:
    write(registry_engine, source())
    change_id = begin(registry_engine)
    stage_edits(registry_engine, change_id, [facility("f", "later")])
    with refusal(r"facilities f \[organisation_id\]: organisation_id names later"):
        commit_change(registry_engine, change_id)
    stage_edits(registry_engine, change_id, [organisation("later")])
    assert commit_change(registry_engine, change_id).added == 2


def test_staged_change_is_seen_by_nobody_until_it_is_committed(registry_engine: Engine) -> None:
    write(registry_engine, source())
    change_id = begin(registry_engine, file_name="tenants.xlsx", file_sha256="ab12")
    taken = stage_edits(registry_engine, change_id, [organisation("a"), facility("f", "a")], marker="sheet 1 row 2")
    assert taken == 2
    with registry_engine.connect() as connection:
        assert read_record(connection, "organisations", "a") is None
        assert list(read_table(connection, "organisations")) == []
        assert history(connection, "organisations", "a") == ()
        assert current_number(connection) == 1
    (unfinished,) = find_unfinished(registry_engine, file_sha256="ab12")
    assert (unfinished.change_id, unfinished.chunks, unfinished.marker) == (change_id, 1, "sheet 1 row 2")
    assert find_unfinished(registry_engine, file_sha256="other") == ()
    change = commit_change(registry_engine, change_id)
    assert (change.number, change.added) == (2, 2)
    with registry_engine.connect() as connection:
        assert read_record(connection, "facilities", "f") is not None
        assert not [name for name in inspect(connection).get_table_names() if name.startswith("registry_staged")]
    assert find_unfinished(registry_engine) == ()
    with pytest.raises(RegistryError, match="committed or abandoned"):
        stage_edits(registry_engine, change_id, [organisation("b")])


def test_abandoned_change_leaves_nothing(registry_engine: Engine) -> None:
    write(registry_engine, source())
    change_id = begin(registry_engine)
    stage_edits(registry_engine, change_id, [organisation("a")])
    abandon_change(registry_engine, change_id)
    with registry_engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(REVISIONS)) == 1
        assert connection.scalar(select(func.count()).select_from(CHANGES)) == 1
        assert not [name for name in inspect(connection).get_table_names() if name.startswith("registry_staged")]
    with pytest.raises(RegistryError, match="committed or abandoned"):
        commit_change(registry_engine, change_id)
    assert write(registry_engine, organisation("a")).number == 2


def test_staging_the_same_twice_and_the_same_file_twice(registry_engine: Engine) -> None:
    """A chunk staged again stands once; a later edit of a record in the same change stands on the earlier one."""
    write(registry_engine, source())
    change_id = begin(registry_engine)
    for _time in range(2):
        stage_edits(registry_engine, change_id, [organisation("a", phone="1"), organisation("b")])
    stage_edits(registry_engine, change_id, [set_values("organisations", "a", email="x@y.vn")])
    change = commit_change(registry_engine, change_id)
    assert (change.added, change.changed, change.unchanged) == (2, 0, 0)
    again = begin(registry_engine)
    stage_edits(registry_engine, again, [organisation("a", phone="1"), organisation("b")])
    change = commit_change(registry_engine, again)
    assert (change.number, change.unchanged) == (None, 2)
    with registry_engine.connect() as connection:
        record = read_record(connection, "organisations", "a")
        assert record is not None
        assert (record.values["phone"], record.values["email"], record.number) == ("1", "x@y.vn", 2)
        assert current_number(connection) == 2


def test_edits_that_cannot_be_taken_are_handed_back_and_the_rest_is_staged(registry_engine: Engine) -> None:
    write(registry_engine, source())
    change_id = begin(registry_engine)
    refused: list[tuple[str, str]] = []
    taken = stage_edits(
        registry_engine,
        change_id,
        [organisation("a"), organisation("b", kind="firm"), organisation("c")],
        on_refused=lambda edit, findings: refused.append((edit.record_id, findings[0].sentence("en"))),
    )
    assert taken == 2
    assert [record_id for record_id, _why in refused] == ["b"]
    assert "'firm' is not one of" in refused[0][1]
    assert commit_change(registry_engine, change_id).added == 2


def test_edit_staged_on_an_older_state_is_made_on_the_newer_one(registry_engine: Engine) -> None:
    """Two imports at once: the second keeps what the first changed elsewhere, and tells what it overwrites."""
    write(registry_engine, source(), organisation("a", phone="1", email="e", website="w"))
    one, two = begin(registry_engine), begin(registry_engine)
    stage_edits(registry_engine, one, [set_values("organisations", "a", phone="2", website=None)])
    stage_edits(registry_engine, two, [set_values("organisations", "a", phone="3", email="f", website="w")])
    first = commit_change(registry_engine, one)
    second = commit_change(registry_engine, two)
    assert (first.number, second.number) == (2, 3)
    with registry_engine.connect() as connection:
        record = read_record(connection, "organisations", "a")
        told = history(connection, "organisations", "a")
    assert record is not None
    assert [record.values[name] for name in ("phone", "email", "website")] == ["3", "f", "w"]
    assert told[1].record is not None
    assert [told[1].record.values[name] for name in ("phone", "email", "website")] == ["2", "e", None]
    assert any("phone was made '2' by change 2" in note.en and "now" in note.en for note in second.notes)
    assert any("website was made" in note.en for note in second.notes)


def test_two_imports_that_add_the_same_record_both_commit(registry_engine: Engine) -> None:
    write(registry_engine, source())
    one, two = begin(registry_engine), begin(registry_engine)
    stage_edits(registry_engine, one, [organisation("a", phone="1")])
    stage_edits(registry_engine, two, [organisation("a", email="e"), organisation("b")])
    assert commit_change(registry_engine, one).added == 1
    second = commit_change(registry_engine, two)
    assert (second.added, second.changed) == (1, 1)
    with registry_engine.connect() as connection:
        record = read_record(connection, "organisations", "a")
    assert record is not None
    assert (record.values["phone"], record.values["email"]) == ("1", "e")


def test_edit_of_a_record_removed_meanwhile_is_refused_unless_it_is_whole(registry_engine: Engine) -> None:
    write(registry_engine, source(), organisation("a"))
    change_id = begin(registry_engine)
    stage_edits(registry_engine, change_id, [set_values("organisations", "a", phone="2")])
    write(registry_engine, Edit("organisations", "a", None))
    with refusal(r"organisations a \[name_vi\]: The cell must not be empty"):
        commit_change(registry_engine, change_id)
    (unfinished,) = find_unfinished(registry_engine)
    assert unfinished.change_id == change_id


def test_what_an_older_version_staged_is_not_committed_in_part(registry_engine: Engine) -> None:
    write(registry_engine, source())
    change_id = begin(registry_engine)
    stage_edits(registry_engine, change_id, [organisation("a")])
    with registry_engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE registry_staged_{change_id}_organisations DROP COLUMN country"))
    with pytest.raises(RegistryError, match="staged by an older version"):
        commit_change(registry_engine, change_id)
    abandon_change(registry_engine, change_id)
    assert find_unfinished(registry_engine) == ()


def test_numbers_have_no_gaps_with_writers_at_once(registry_engine: Engine) -> None:
    """Six threads make five changes each; a reader sees numbers grow one by one and never one out of turn."""
    write(registry_engine, source())
    errors: list[BaseException] = []
    seen: list[int] = []
    done = threading.Event()

    def work(name: int) -> None:
        try:
            for turn in range(5):
                write(registry_engine, organisation(f"org_{name}_{turn}"))
        except BaseException as error:  # noqa: BLE001 - told below
            errors.append(error)

    def follow() -> None:
        known = 1
        while not done.is_set() or known < 31:
            with registry_engine.connect() as connection:
                for line in changes_since(connection, known):
                    seen.append(line.number)
                    known = line.number
            if done.is_set() and errors:
                return

    reader = threading.Thread(target=follow)
    writers = [threading.Thread(target=work, args=(name,)) for name in range(6)]
    reader.start()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    done.set()
    reader.join(timeout=60)
    assert errors == []
    assert seen == list(range(2, 32))


def test_what_a_numbered_change_says_cannot_be_altered(registry_engine: Engine) -> None:
    write(registry_engine, source())
    for statement in (
        "UPDATE registry_revisions SET content = '{}'",
        "DELETE FROM registry_revisions",
        "UPDATE registry_changes SET author = 'x'",
        "DELETE FROM registry_changes",
        ADDED_LATER,
    ):
        with pytest.raises(DatabaseError, match="never changes"), registry_engine.begin() as connection:
            connection.execute(text(statement))


def test_unknown_tables_are_refused(registry_engine: Engine) -> None:
    with pytest.raises(RegistryError, match="The registry has no table markets"):
        make_change(registry_engine, [Edit("markets", "m", {})], kind="edit", author="Lan", source_id=SOURCE)
    with registry_engine.connect() as connection, pytest.raises(RegistryError, match="no table firms"):
        read_record(connection, "firms", "f")


KILLED = """
    import os, signal, sys
    from sqlalchemy import Engine, event
    sys.path.insert(0, {folder!r})
    from registry_parts import organisation
    from supplychain.database import make_engine
    from supplychain.registry.changes import commit_change, stage_edits

    def kill(_connection, _cursor, statement, *_rest):
        if statement.startswith(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)

    engine = make_engine(sys.argv[1])
    change_id = int(sys.argv[2])
    stage_edits(engine, change_id, [organisation("a")], marker="1")
    event.listen(Engine, "after_cursor_execute", kill)
    stage_edits(engine, change_id, [organisation("b")], marker="2")
    commit_change(engine, change_id)
"""


@pytest.mark.parametrize(
    ("statement", "marker"), [("UPDATE registry_changes SET chunks", "1"), ("UPDATE registry_changes SET number", "2")]
)
def test_killed_import_stays_staged_and_is_gone_on_with(registry_engine: Engine, statement: str, marker: str) -> None:
    """Killed in the second chunk, or in the commit after its rows moved: nothing shows, and it can be finished."""
    write(registry_engine, source())
    change_id = begin(registry_engine, file_sha256="s")
    url = registry_engine.url.render_as_string(hide_password=False)
    script = textwrap.dedent(KILLED.format(folder=str(__file__).rpartition("/")[0]))
    command = [sys.executable, "-c", script, url, str(change_id), statement]
    killed = subprocess.run(command, check=False, timeout=120, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    registry_engine.dispose()
    (unfinished,) = find_unfinished(registry_engine, file_sha256="s")
    assert unfinished.marker == marker
    with registry_engine.connect() as connection:
        assert list(read_table(connection, "organisations")) == []
        assert current_number(connection) == 1
    stage_edits(registry_engine, change_id, [organisation("b")], marker="2")
    assert commit_change(registry_engine, change_id).added == 2


def test_no_organisation_stands_above_itself(registry_engine: Engine) -> None:
    """A names b, b names c; c may name neither a nor b, in one change or in several."""
    write(registry_engine, source(), organisation("a", parent_id="b"), organisation("b"), organisation("c"))
    write(registry_engine, set_values("organisations", "b", parent_id="c"))
    with refusal("parent_id leads round in a circle: c → a → b → c"):
        write(registry_engine, set_values("organisations", "c", parent_id="a"))
    with refusal("parent_id leads round in a circle: d → e → d"):
        write(registry_engine, organisation("d", parent_id="e"), organisation("e", parent_id="d"))
    write(
        registry_engine,
        set_values("organisations", "b", parent_id=None),
        set_values("organisations", "c", parent_id="a"),
    )
