"""Judgements on both databases: kept for ever, taken back by a later one, true through merges, and learned from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from registry_parts import facility, organisation, refusal, source, write
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import DBAPIError
from typer.testing import CliRunner

from api.cli import app
from api.database import create_database
from supplychain.database import for_writing, make_engine
from supplychain.errors import HinterlandError
from supplychain.linkage.judgements import JudgementError, judge, judged_different, latest, read_judgements
from supplychain.linkage.parties import read_parties, read_party
from supplychain.linkage.queue import read_queue
from supplychain.linkage.recalibration import read_calibration, recalibrate
from supplychain.models.linkage import CALIBRATIONS, JUDGEMENTS
from supplychain.registry.history import read_record
from supplychain.registry.merging import split_records
from supplychain.registry.visibility import Viewer

DOOR = "Lô B-12, đường số 3, KCN VSIP II, P. Hòa Phú, TP. Thủ Dầu Một, Bình Dương"
SAME_DOOR = "Lô B12, đường 3, KCN VSIP II, phường Bình Dương, TP.HCM"


def town(engine: Engine) -> None:
    """Write three records of what looks like one firm, and two that are others."""
    write(
        engine,
        source(),
        organisation("a", name_vi="Công ty TNHH Nhựa An Phát", address=DOOR, phone="0650 3743898"),
        organisation("b", name_vi="CTY TNHH NHỰA AN PHÁT", address=SAME_DOOR, phone="+84 274 3743898"),
        organisation("c", name_vi="Công ty TNHH Nhựa An Phát", address=DOOR, website="anphat.vn"),
        organisation("d", name_vi="Công ty CP Dệt Hòa Bình", address="Hà Nội"),
        organisation("hidden", name_vi="Công ty TNHH Nhựa An Phát", address=DOOR, visibility="private"),
        organisation("made_up", name_vi="Công ty TNHH Nhựa An Phát", address=DOOR, synthetic=True),
        facility("f", "d", address="Số 1 Lê Lợi, Hà Nội", phone="024 3743 8981"),
    )


def pairs(engine: Engine, viewer: Viewer | None = None, *, synthetic: bool = False) -> set[tuple[str, str]]:
    """Return the pairs of ids in the queue."""
    with engine.connect() as connection:
        queue = read_queue(connection, viewer or Viewer.public(), synthetic=synthetic)
    return {(one.a.party_id, one.b.party_id) for one in queue.candidates}


def test_the_queue_shows_what_the_viewer_sees(registry_engine: Engine) -> None:
    town(registry_engine)
    assert pairs(registry_engine) == {("a", "b"), ("a", "c"), ("b", "c")}
    assert ("a", "hidden") in pairs(registry_engine, Viewer.everything())
    assert any("made_up" in pair for pair in pairs(registry_engine, synthetic=True))


def test_a_party_takes_its_place_from_its_only_facility(registry_engine: Engine) -> None:
    town(registry_engine)
    with registry_engine.connect() as connection:
        found = {party.party_id: party for party in read_parties(connection)}
        assert read_party(connection, "nobody") is None
    assert (found["d"].phone, found["d"].address) == ("024 3743 8981", "Hà Nội")


def test_judged_different_is_never_asked_again_until_taken_back(registry_engine: Engine) -> None:
    town(registry_engine)
    given = judge(registry_engine, "b", "a", "different", "Lan", "hai chủ")
    assert (given.a_id, given.b_id, given.change_number) == ("a", "b", None)
    assert given.log_odds is not None
    assert pairs(registry_engine) == {("a", "c"), ("b", "c")}
    judge(registry_engine, "a", "b", "undecided", "Lan")
    assert ("a", "b") in pairs(registry_engine)
    with registry_engine.connect() as connection:
        assert [one.decision for one in read_judgements(connection)] == ["different", "undecided"]
        assert latest(read_judgements(connection)) == {}


def test_judged_the_same_is_merged_and_can_be_split(registry_engine: Engine) -> None:
    town(registry_engine)
    given = judge(registry_engine, "a", "c", "same", "Lan")
    assert given.change_number is not None
    with registry_engine.connect() as connection:
        merged = read_record(connection, "organisations", "c")
        assert merged is not None
        assert (merged.record_id, merged.values["website"]) == ("a", "anphat.vn")
    assert pairs(registry_engine) == {("a", "b")}
    with pytest.raises(JudgementError, match="are one record"):
        judge(registry_engine, "a", "c", "different", "Lan")
    split_records(registry_engine, given.change_number, author="Lan")
    assert ("a", "c") in pairs(registry_engine)


def test_a_judgement_holds_through_merges(registry_engine: Engine) -> None:
    """B and C are judged different, then C is merged into A: A and B are different too."""
    town(registry_engine)
    judge(registry_engine, "b", "c", "different", "Lan")
    judge(registry_engine, "a", "c", "same", "Lan")
    assert pairs(registry_engine) == set()
    with registry_engine.connect() as connection:
        assert judged_different(connection) == {("a", "b")}


def test_a_chain_with_two_that_differ_is_never_closed_silently(registry_engine: Engine) -> None:
    """A = B and B = C, but A and C are judged different: the second merge is refused, until that is taken back."""
    town(registry_engine)
    judge(registry_engine, "a", "c", "different", "Lan")
    with registry_engine.connect() as connection:
        clusters = read_queue(connection).clusters
    assert all(not {"a", "c"} <= set(group) for group in clusters.one)
    judge(registry_engine, "b", "c", "same", "Lan")
    with pytest.raises(JudgementError, match="a and c were judged different") as caught:
        judge(registry_engine, "a", "b", "same", "Lan")
    assert "a và c" in caught.value.sentence("vi")
    judge(registry_engine, "a", "c", "undecided", "Lan")
    judge(registry_engine, "a", "b", "same", "Lan")
    with registry_engine.connect() as connection:
        merged = read_record(connection, "organisations", "c")
    assert merged is not None
    assert merged.record_id == "a"


def test_the_latest_word_on_the_same_two_counts(registry_engine: Engine) -> None:
    town(registry_engine)
    judge(registry_engine, "a", "b", "different", "Lan")
    judge(registry_engine, "a", "b", "same", "Minh", "hỏi lại doanh nghiệp")
    with registry_engine.connect() as connection:
        assert judged_different(connection) == frozenset()


def test_codes_that_differ_need_a_choice(registry_engine: Engine) -> None:
    write(
        registry_engine,
        source(),
        organisation("a", name_vi="Công ty TNHH Nhựa An Phát", tax_code="0300588569", address=DOOR),
        organisation("b", name_vi="Công ty TNHH Nhựa An Phát", tax_code="0100109106", address=DOOR),
    )
    with registry_engine.connect() as connection:
        queue = read_queue(connection)
    assert [one.comparison.decision for one in queue.candidates] == ["review"]
    with refusal("they may be two"):
        judge(registry_engine, "a", "b", "same", "Lan")
    with registry_engine.connect() as connection:
        assert read_judgements(connection) == []
    judge(registry_engine, "a", "b", "same", "Lan", choices={"tax_code": "b"})
    with registry_engine.connect() as connection:
        kept = read_record(connection, "organisations", "a")
    assert kept is not None
    assert kept.values["tax_code"] == "0100109106"


@pytest.mark.parametrize(
    ("a", "b", "decision", "author", "told"),
    [
        ("a", "nobody", "same", "Lan", "There is no organisation nobody"),
        ("a", "a", "different", "Lan", "are one record"),
        ("a", "b", "maybe", "Lan", "is no judgement"),
        ("a", "b", "same", " ", "needs the name"),
    ],
)
def test_what_cannot_be_judged_is_refused(
    sqlite_engine: Engine, a: str, b: str, decision: str, author: str, told: str
) -> None:
    town(sqlite_engine)
    with pytest.raises(JudgementError, match=told):
        judge(sqlite_engine, a, b, decision, author)


def test_judgements_cannot_be_rewritten(registry_engine: Engine) -> None:
    town(registry_engine)
    judge(registry_engine, "a", "b", "different", "Lan")
    for statement in ("UPDATE registry_judgements SET decision = 'same'", "DELETE FROM registry_judgements"):
        with pytest.raises(DBAPIError, match="stays as it was given"), registry_engine.begin() as connection:
            connection.execute(text(statement))


def test_judgements_teach_the_probabilities(registry_engine: Engine) -> None:
    """Of 60 pairs at log-odds 1 half were two: the same pair is less sure afterwards, and is not merged unasked."""
    town(registry_engine)
    with pytest.raises(JudgementError, match="Nothing was changed"):
        recalibrate(registry_engine, "Lan")
    rows = [
        {
            "a_id": f"x{number}",
            "b_id": f"y{number}",
            "decision": "same" if number % 2 else "different",
            "author": "Lan",
            "note": "",
            "judged_at": "2026-01-01T00:00:00+00:00",
            "log_odds": 1.0 if number < 60 else 3.0,
        }
        for number in range(80)
    ]
    with for_writing(registry_engine).begin() as connection:
        connection.execute(insert(JUDGEMENTS), rows)
    found = recalibrate(registry_engine, "Lan")
    assert (found.same, found.different) == (40, 40)
    assert found.loss_after < found.loss_before
    assert (found.sure, found.sure_and_same) == (20, 10)
    with registry_engine.connect() as connection:
        assert read_calibration(connection) == found.calibration
        assert connection.scalars(select(CALIBRATIONS.c.author)).all() == ["Lan"]
        queue = read_queue(connection)
    assert {one.comparison.decision for one in queue.candidates} == {"review"}


@pytest.fixture
def database(tmp_path: Path, sqlite_template: Path) -> str:
    """Return an embedded database with the firms."""
    path = tmp_path / "registry.gpkg"
    path.write_bytes(sqlite_template.read_bytes())
    create_database(str(path))
    engine = make_engine(str(path))
    town(engine)
    engine.dispose()
    return str(path)


def run(database: str, *arguments: str, lang: str = "en") -> str:
    """Return what a command prints."""
    result = CliRunner().invoke(app, ["registry", *arguments, "-d", database, "--lang", lang])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def answer(database: str, *arguments: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(run(database, *arguments, "--json"))


def test_the_command_lists_pairs_with_reasons(database: str) -> None:
    document = answer(database, "duplicates")
    assert document["sure"] + document["to_decide"] == len(document["pairs"]) == 3
    first = document["pairs"][0]
    total = first["base_log_odds"] + sum(one["weight"] for one in first["features"])
    assert total == pytest.approx(first["log_odds"], abs=1e-3)
    assert "same door" in run(database, "duplicates")
    assert "cùng số nhà" in run(database, "duplicates", lang="vi")
    assert len(answer(database, "duplicates", "--show", "1")["pairs"]) == 1


def test_the_command_takes_judgements(database: str) -> None:
    assert "Noted" in run(database, "judge", "a", "b", "different", "--author", "Lan", "--note", "hai chủ")
    assert {(one["a"], one["b"]) for one in answer(database, "duplicates")["pairs"]} == {("a", "c"), ("b", "c")}
    with pytest.raises(HinterlandError, match="needs the name"):
        run(database, "judge", "a", "b", "undecided")
    with pytest.raises(HinterlandError, match="column=id"):
        run(database, "judge", "a", "b", "undecided", "--author", "Lan", "--choose", "tax_code")
    with pytest.raises(HinterlandError, match="Nothing was changed"):
        run(database, "recalibrate", "--author", "Lan")


def test_the_sure_ones_are_merged_on_request_and_told(database: str) -> None:
    with pytest.raises(HinterlandError, match="needs the name"):
        run(database, "duplicates", "--merge-sure")
    document = answer(database, "duplicates", "--merge-sure", "--author", "Lan")
    assert {one["drop"] for one in document["merges"] if one["change"]} == {"b", "c"}
    assert answer(database, "duplicates")["pairs"] == []


def test_why_a_sure_pair_is_not_merged_is_told_in_the_language_asked_for(database: str) -> None:
    """GLN are not compared, so the two are sure; merging them is refused until somebody chooses one."""
    engine = make_engine(database)
    name = {"name_vi": "Công ty TNHH Gỗ Trường Thành", "address": "Số 5 Lê Lợi, Hà Nội", "phone": "024 3743 8111"}
    write(engine, organisation("g", gln="4006381333931", **name), organisation("h", gln="6291041500213", **name))
    engine.dispose()
    told = run(database, "duplicates", "--merge-sure", "--author", "Lan", lang="vi")
    refused = next(line for line in told.splitlines() if line.startswith("Không gộp: g, h."))
    assert "they may be two" not in told
    assert len(refused) > len("Không gộp: g, h.")


def test_nothing_is_learned_from_pairs_merged_unasked(database: str) -> None:
    """The merges are kept with their author, but without log-odds: only what a person judged counts as evidence."""
    run(database, "duplicates", "--merge-sure", "--author", "Lan")
    engine = make_engine(database)
    judge(engine, "a", "d", "different", "Minh")
    with engine.connect() as connection:
        kept = read_judgements(connection)
    assert [(one.decision, one.author, one.log_odds is None) for one in kept] == [
        ("same", "Lan", True),
        ("same", "Lan", True),
        ("different", "Minh", False),
    ]
    with pytest.raises(JudgementError, match="0 pairs are judged the same and 1 different"):
        recalibrate(engine, "Lan")
    engine.dispose()
