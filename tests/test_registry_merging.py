"""Undo, merge and split: whatever was done can be taken back exactly, and what others did since is never lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from registry_parts import (
    SOURCE,
    facility,
    offer,
    offer_month,
    organisation,
    partnership,
    refusal,
    relation,
    set_values,
    source,
    write,
)
from sqlalchemy import Engine, text

from supplychain.errors import FindingsError
from supplychain.registry.changes import begin_change, commit_change, stage_edits
from supplychain.registry.history import changes_since, history, read_record, read_table
from supplychain.registry.merging import merge_records, split_records
from supplychain.registry.undoing import undo_change
from supplychain.registry.values import REGISTRY_TABLES, Edit, RegistryError


def everything(engine: Engine) -> dict[str, dict[str, Any]]:
    """Return every record with values and origins (not its number), by table and id, and what the tables hold."""
    with engine.connect() as connection:
        found: dict[str, dict[str, Any]] = {
            table: {
                one.record_id: (dict(one.values), dict(one.origins))
                for one in read_table(connection, table, synthetic=True)
            }
            for table in REGISTRY_TABLES
        }
        for table in ("organisations", "facilities", "partnerships", "offers"):
            rows = connection.execute(text(f"SELECT * FROM {table}")).mappings()  # noqa: S608 - our names
            ignored = ("fid", "change", "geometry")
            cells = [{name: row[name] for name in row if name not in ignored} for row in rows]
            found[f"{table} as stored"] = {str(sorted(map(str, row.items()))): None for row in cells}
    return found


def town(engine: Engine) -> None:
    """Write two records of one firm and one of another, with facilities, offers, ties and a child."""
    write(
        engine,
        source(),
        organisation("sao_mai", tax_code="0300588569", phone="0274 1", name_vi="Công ty TNHH Sao Mai"),
        organisation(
            "sao_mai_2", name_vi="Cty TNHH Sao Mai", email="a@saomai.vn", vsic_code="2610", vsic_version="2025"
        ),
        organisation("khac", name_vi="Công ty Khác", parent_id="sao_mai_2"),
        facility("f1", "sao_mai", lat=10.9, lon=106.7, position_accuracy_m=10),
        facility("f2", "sao_mai_2", contact_name="Trần B"),
        facility("f3", "khac"),
        offer("o1", "f1"),
        offer("o2", "f2"),
        offer_month("m1", "o1", "2026-01"),
        offer_month("m2", "o2", "2026-01"),
        offer_month("m3", "o2", "2026-02"),
        partnership("p1", "sao_mai", "sao_mai_2"),
        partnership("p2", "sao_mai_2", "khac"),
        relation("r1", "f2", "f3"),
    )


def test_undo_gives_every_field_back_and_can_be_undone(registry_engine: Engine) -> None:
    town(registry_engine)
    before = everything(registry_engine)
    change = write(
        registry_engine,
        set_values("organisations", "sao_mai", phone="0274 9", website="saomai.vn"),
        set_values("facilities", "f1", lat=11.1),
        Edit("supply_relations", "r1", None),
        organisation("moi"),
    )
    after = everything(registry_engine)
    assert change.number is not None
    undone = undo_change(registry_engine, change.number, author="Lan", note="sai tệp")
    assert undone.number == change.number + 1
    assert everything(registry_engine) == before
    again = undo_change(registry_engine, undone.number, author="Lan")
    assert everything(registry_engine) == after
    assert again.number is not None
    assert undo_change(registry_engine, again.number, author="Lan").number is not None
    assert everything(registry_engine) == before
    assert undo_change(registry_engine, change.number, author="Lan").number is None


def test_undo_keeps_what_others_did_elsewhere_and_refuses_where_they_built_on_it(registry_engine: Engine) -> None:
    town(registry_engine)
    change = write(registry_engine, set_values("organisations", "sao_mai", phone="2", email="b"), organisation("moi"))
    assert change.number is not None
    write(registry_engine, set_values("organisations", "sao_mai", website="w"))
    later = write(registry_engine, set_values("organisations", "sao_mai", phone="3"), facility("f9", "moi"))
    with refusal(rf"organisations sao_mai \[phone\]: Change {later.number} gave it another value"):
        undo_change(registry_engine, change.number, author="Lan")
    write(registry_engine, set_values("organisations", "sao_mai", phone="2"))
    with refusal(r"organisations moi: It cannot be removed: facilities f9 names it in organisation_id"):
        undo_change(registry_engine, change.number, author="Lan")
    write(registry_engine, Edit("facilities", "f9", None))
    undo_change(registry_engine, change.number, author="Lan")
    with registry_engine.connect() as connection:
        record = read_record(connection, "organisations", "sao_mai")
        assert record is not None
        assert [record.values[name] for name in ("phone", "email", "website")] == ["0274 1", None, "w"]
        assert read_record(connection, "organisations", "moi") is None


def test_undo_of_what_is_gone_or_there_again_is_refused(registry_engine: Engine) -> None:
    town(registry_engine)
    changed = write(registry_engine, set_values("partnerships", "p2", subject="training"))
    removed = write(registry_engine, Edit("partnerships", "p2", None))
    assert changed.number is not None
    assert removed.number is not None
    with refusal(rf"partnerships p2: Change {removed.number} removed it since"):
        undo_change(registry_engine, changed.number, author="Lan")
    write(registry_engine, partnership("p2", "khac", "sao_mai"))
    with refusal(r"partnerships p2: Change 4 added a record of this id again"):
        undo_change(registry_engine, removed.number, author="Lan")
    loaded = write(registry_engine, organisation("goi"), kind="load")
    assert loaded.number is not None
    with pytest.raises(RegistryError, match="loaded a region pack"):
        undo_change(registry_engine, loaded.number, author="Lan")
    with pytest.raises(RegistryError, match="There is no change 99"):
        undo_change(registry_engine, 99, author="Lan")


def test_undo_of_an_import_of_many_rows(registry_engine: Engine) -> None:
    """More rows than are taken back one by one (5,000): they are staged, and moved as a commit moves them."""
    write(registry_engine, source(), organisation("a", phone="1"))
    before = everything(registry_engine)
    change_id = begin_change(registry_engine, kind="import", author="Lan", source_id=SOURCE)
    many = [organisation(f"org_{row}") for row in range(5000)]
    places = [facility(f"f_{row}", f"org_{row}", lat=11, lon=106.5, position_accuracy_m=9) for row in range(600)]
    stage_edits(registry_engine, change_id, [*many, *places, set_values("organisations", "a", phone="2")])
    change = commit_change(registry_engine, change_id)
    assert (change.added, change.changed) == (5600, 1)
    assert change.number is not None
    undone = undo_change(registry_engine, change.number, author="Lan")
    assert (undone.removed, undone.changed) == (5600, 1)
    assert everything(registry_engine) == before
    if registry_engine.dialect.name == "sqlite":
        with registry_engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM rtree_facilities_geometry").scalar() == 0


def test_merge_by_hand(registry_engine: Engine) -> None:
    """The kept record takes what it lacks; facilities, ties and the child follow; the tie between the two goes."""
    town(registry_engine)
    change = merge_records(registry_engine, "organisations", "sao_mai", ["sao_mai_2"], author="Lan", note="một công ty")
    assert (change.removed, change.number) == (2, 2)
    assert [note.en for note in change.notes] == ["partnerships p1 fell away: it would tie sao_mai to itself."]
    with registry_engine.connect() as connection:
        record = read_record(connection, "organisations", "sao_mai_2")
        assert record is not None
        assert record.record_id == "sao_mai"
        names = ("name_vi", "tax_code", "phone", "email", "vsic_code", "vsic_version")
        assert [record.values[name] for name in names] == [
            "Công ty TNHH Sao Mai", "0300588569", "0274 1", "a@saomai.vn", "2610", "2025"
        ]  # fmt: skip
        f2 = read_record(connection, "facilities", "f2")
        child = read_record(connection, "organisations", "khac")
        assert f2 is not None
        assert child is not None
        assert (f2.values["organisation_id"], child.values["parent_id"]) == ("sao_mai", "sao_mai")
        before = read_record(connection, "organisations", "sao_mai_2", as_of=1)
        assert before is not None
        assert before.record_id == "sao_mai_2"
        told = history(connection, "organisations", "sao_mai_2")
        assert (told[-1].operation, told[-1].merged_into) == ("removed", "sao_mai")
        lines = {(line.table, line.record_id): line.operation for line in changes_since(connection, 1)}
        assert lines["organisations", "sao_mai_2"] == "removed"
        assert lines["facilities", "f2"] == "changed"


def test_merged_ids_go_on_working(registry_engine: Engine) -> None:
    """The file the dropped record came from changes nothing again; what it says anew goes to the kept record."""
    town(registry_engine)
    merge_records(registry_engine, "organisations", "sao_mai", ["sao_mai_2"], author="Lan")
    same = organisation(
        "sao_mai_2", name_vi="Cty TNHH Sao Mai", email="a@saomai.vn", vsic_code="2610", vsic_version="2025"
    )
    assert write(registry_engine, same).number is None
    assert same.values is not None
    newer = Edit("organisations", "sao_mai_2", {**same.values, "website": "saomai.vn"})
    change = write(registry_engine, newer, facility("f4", "sao_mai_2"))
    assert (change.added, change.changed) == (1, 1)
    assert "sao_mai_2 was merged into sao_mai" in change.notes[0].en
    with registry_engine.connect() as connection:
        record = read_record(connection, "organisations", "sao_mai")
        f4 = read_record(connection, "facilities", "f4")
    assert record is not None
    assert f4 is not None
    assert (record.values["website"], record.values["name_vi"]) == ("saomai.vn", "Công ty TNHH Sao Mai")
    assert f4.values["organisation_id"] == "sao_mai"


def test_merge_while_an_import_is_staged_is_followed_when_it_commits(registry_engine: Engine) -> None:
    town(registry_engine)
    change_id = begin_change(registry_engine, kind="import", author="Lan", source_id=SOURCE)
    edits = [facility("f4", "sao_mai_2"), set_values("organisations", "sao_mai_2", website="saomai.vn")]
    stage_edits(registry_engine, change_id, edits)
    merge_records(registry_engine, "organisations", "sao_mai", ["sao_mai_2"], author="Lan")
    commit_change(registry_engine, change_id)
    with registry_engine.connect() as connection:
        record = read_record(connection, "organisations", "sao_mai")
        f4 = read_record(connection, "facilities", "f4")
        assert len(list(read_table(connection, "organisations"))) == 2
    assert record is not None
    assert f4 is not None
    assert (record.values["website"], f4.values["organisation_id"]) == ("saomai.vn", "sao_mai")


def test_identifiers_that_differ_refuse_a_merge_unless_somebody_chooses(registry_engine: Engine) -> None:
    town(registry_engine)
    write(registry_engine, set_values("organisations", "sao_mai_2", tax_code="3700229344"))
    with refusal(r"\[tax_code\]: The records say 0300588569 \(sao_mai\), 3700229344 \(sao_mai_2\): they may be two"):
        merge_records(registry_engine, "organisations", "sao_mai", ["sao_mai_2"], author="Lan")
    choices = {"tax_code": "sao_mai_2", "name_vi": "sao_mai_2"}
    merge_records(registry_engine, "organisations", "sao_mai", ["sao_mai_2"], choices=choices, author="Lan")
    with registry_engine.connect() as connection:
        record = read_record(connection, "organisations", "sao_mai")
    assert record is not None
    assert (record.values["tax_code"], record.values["name_vi"]) == ("3700229344", "Cty TNHH Sao Mai")


@pytest.mark.parametrize(
    ("keep", "drop", "choices", "match"),
    [
        ("sao_mai", [], {}, "Name the record to keep"),
        ("sao_mai", ["sao_mai"], {}, "Name the record to keep"),
        ("sao_mai", ["nobody"], {}, "There is no record nobody in organisations"),
        ("sao_mai", ["khac"], {"colour": "khac"}, "'colour=khac' is no choice"),
        ("sao_mai", ["khac"], {"phone": "sao_mai_2"}, "'phone=sao_mai_2' is no choice"),
    ],
)
def test_wrong_merges_are_refused(
    sqlite_engine: Engine, keep: str, drop: list[str], choices: dict[str, str], match: str
) -> None:
    town(sqlite_engine)
    with pytest.raises(RegistryError, match=match):
        merge_records(sqlite_engine, "organisations", keep, drop, choices=choices, author="Lan")


def test_made_up_records_do_not_go_into_real_ones(sqlite_engine: Engine) -> None:
    town(sqlite_engine)
    write(sqlite_engine, organisation("gia", synthetic=True))
    with refusal("It is made up, sao_mai is real"):
        merge_records(sqlite_engine, "organisations", "sao_mai", ["gia"], author="Lan")


def test_months_of_merged_offers_stand_once(registry_engine: Engine) -> None:
    town(registry_engine)
    before = everything(registry_engine)
    change = merge_records(registry_engine, "offers", "o1", ["o2"], author="Lan")
    assert [note.en for note in change.notes] == ["offer_months m2 fell away: o1 has 2026-01 already."]
    with registry_engine.connect() as connection:
        months = {one.record_id: one.values["offer_id"] for one in read_table(connection, "offer_months")}
    assert months == {"m1": "o1", "m3": "o1"}
    assert change.number is not None
    split_records(registry_engine, change.number, author="Lan")
    assert everything(registry_engine) == before


def test_merged_record_is_as_private_as_the_most_private(registry_engine: Engine) -> None:
    town(registry_engine)
    write(registry_engine, set_values("organisations", "sao_mai_2", visibility="private"))
    merge_records(registry_engine, "organisations", "sao_mai", ["sao_mai_2"], author="Lan")
    with registry_engine.connect() as connection:
        record = read_record(connection, "organisations", "sao_mai")
    assert record is not None
    assert record.values["visibility"] == "private"


def test_split_keeps_later_edits_and_refuses_where_the_merge_decided(registry_engine: Engine) -> None:
    town(registry_engine)
    merged = merge_records(registry_engine, "organisations", "sao_mai", ["sao_mai_2"], author="Lan")
    assert merged.number is not None
    write(registry_engine, set_values("organisations", "sao_mai", website="saomai.vn"), facility("f5", "sao_mai"))
    decided = write(registry_engine, set_values("organisations", "sao_mai", email="b@saomai.vn"))
    with refusal(rf"organisations sao_mai \[email\]: Change {decided.number} gave it another value"):
        split_records(registry_engine, merged.number, author="Lan")
    assert decided.number is not None
    undo_change(registry_engine, decided.number, author="Lan")
    split_records(registry_engine, merged.number, author="Lan")
    with registry_engine.connect() as connection:
        kept = read_record(connection, "organisations", "sao_mai")
        back = read_record(connection, "organisations", "sao_mai_2")
        places = {one.record_id: one.values["organisation_id"] for one in read_table(connection, "facilities")}
    assert kept is not None
    assert back is not None
    assert (kept.values["website"], kept.values["email"], back.values["email"]) == ("saomai.vn", None, "a@saomai.vn")
    assert places == {"f1": "sao_mai", "f2": "sao_mai_2", "f3": "khac", "f5": "sao_mai"}
    with pytest.raises(RegistryError, match="apart already"):
        split_records(registry_engine, merged.number, author="Lan")
    with pytest.raises(RegistryError, match="Change 1 merged nothing"):
        split_records(registry_engine, 1, author="Lan")


def test_merges_in_a_row_are_followed_and_parted_in_turn(registry_engine: Engine) -> None:
    """A into b, then b into c: the id a leads to c; parting the second leaves a leading to b."""
    write(registry_engine, source(), *(organisation(name) for name in "abc"), facility("f", "a"))
    before = everything(registry_engine)
    one = merge_records(registry_engine, "organisations", "b", ["a"], author="Lan")
    middle = everything(registry_engine)
    two = merge_records(registry_engine, "organisations", "c", ["b"], author="Lan")
    with registry_engine.connect() as connection:
        found = read_record(connection, "organisations", "a")
        then = read_record(connection, "organisations", "a", as_of=one.number)
    assert found is not None
    assert then is not None
    assert (found.record_id, then.record_id) == ("c", "b")
    assert two.number is not None
    assert one.number is not None
    split_records(registry_engine, two.number, author="Lan")
    assert everything(registry_engine) == middle
    split_records(registry_engine, one.number, author="Lan")
    assert everything(registry_engine) == before


ORGS = ("a", "b", "c")
values = st.fixed_dictionaries(
    {},
    optional={
        "phone": st.sampled_from(["1", "2"]),
        "email": st.sampled_from(["x", "y"]),
        "visibility": st.sampled_from(["public", "partners", "private"]),
        "parent": st.sampled_from(ORGS),
        "founded_year": st.integers(1990, 1992),
    },
)


@given(
    firms=st.fixed_dictionaries(dict.fromkeys(ORGS, values)),
    owners=st.lists(st.sampled_from(ORGS), max_size=4),
    pairs=st.lists(st.tuples(st.sampled_from(ORGS), st.sampled_from(ORGS)), max_size=4),
    order=st.permutations(ORGS),
    dropped=st.integers(1, 2),
    choice=st.none() | st.sampled_from(["phone", "email", "founded_year", "visibility"]),
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_merge_then_split_is_as_before(
    registry_engine: Engine,
    firms: dict[str, dict[str, Any]],
    owners: list[str],
    pairs: list[tuple[str, str]],
    order: list[str],
    dropped: int,
    choice: str | None,
) -> None:
    """Any records with any ties: after merge and split every value, origin and reference is what it was."""
    edits = [source()]
    for name, given_values in firms.items():
        held = dict(given_values)
        parent = held.pop("parent", None)
        blank = dict.fromkeys(("phone", "email", "visibility", "founded_year"))
        # Only upwards in one order, so that no organisation stands above itself.
        above = parent if parent is not None and ORGS.index(parent) < ORGS.index(name) else None
        edits.append(organisation(name, **blank | held, parent_id=above))
    edits += [facility(f"f{row}", owner) for row, owner in enumerate(owners)]
    edits += [partnership(f"p{row}", *pair) for row, pair in enumerate(pairs) if pair[0] != pair[1]]
    with registry_engine.connect() as connection:
        gone = {
            (table, one.record_id) for table in ("facilities", "partnerships") for one in read_table(connection, table)
        } - {(edit.table, edit.record_id) for edit in edits}
    write(registry_engine, *edits, *(Edit(table, record_id, None) for table, record_id in gone))
    before = everything(registry_engine)
    keep, *drop = order[: dropped + 1]
    choices = {} if choice is None else {choice: drop[-1]}
    try:
        merged = merge_records(registry_engine, "organisations", keep, drop, choices=choices, author="Lan")
    except FindingsError as error:
        assert "leads round in a circle" in error.sentence("en")  # noqa: PT017 - such a merge is refused, and no example
        reject()
    assert merged.number is not None
    with registry_engine.connect() as connection:
        assert {one.record_id for one in read_table(connection, "organisations")} == set(ORGS) - set(drop)
    again = everything(registry_engine)
    split = split_records(registry_engine, merged.number, author="Lan")
    assert everything(registry_engine) == before
    assert split.number is not None
    undo_change(registry_engine, split.number, author="Lan")
    assert everything(registry_engine) == again
    undo_change(registry_engine, split.number + 1, author="Lan")
    assert everything(registry_engine) == before


@pytest.mark.parametrize("at_once", [5000, 1])
def test_references_that_come_back_follow_a_merge_however_large_the_change(
    registry_engine: Engine, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """F and h stood on b, then on c; b went into a; undone, they stand on a. Splitting gives b back with g."""
    write(registry_engine, source(), organisation("a"), organisation("b"), organisation("c"))
    write(registry_engine, *(facility(one, "b") for one in "fgh"))
    moved = write(registry_engine, *(set_values("facilities", one, organisation_id="c") for one in "fh"))
    merged = merge_records(registry_engine, "organisations", "a", ["b"], author="Lan")
    assert moved.number is not None
    assert merged.number is not None
    monkeypatch.setattr("supplychain.registry.undoing.AT_ONCE", at_once)

    def owner(facility_id: str) -> Any:  # noqa: ANN401 - a value
        with registry_engine.connect() as connection:
            record = read_record(connection, "facilities", facility_id)
        return record and record.values["organisation_id"]

    undone = undo_change(registry_engine, moved.number, author="Lan")
    assert (undone.changed, owner("f"), owner("g"), owner("h")) == (2, "a", "a", "a")
    split_records(registry_engine, merged.number, author="Lan")
    assert (owner("f"), owner("g"), owner("h")) == ("a", "b", "a")
