"""A region pack loaded over a registry that others work in: their records and edits stay, and are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from registry_parts import facility, organisation, refusal, set_values, source, write
from small_region import spoil, write_small_region
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from api.regions import PACK_MODELS
from supplychain.database import for_writing
from supplychain.pack import Pack, load_pack, read_pack, read_pack_from_database
from supplychain.registry.erasure import erase_personal
from supplychain.registry.history import changes_since, current_number, history, read_record, read_table
from supplychain.registry.merging import merge_records
from supplychain.registry.undoing import undo_change
from supplychain.registry.values import Edit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_small_region(tmp_path / "small")


def load(engine: Engine, folder: Path) -> list[str]:
    """Load the pack of a folder and return what was told."""
    told: list[str] = []
    with Session(for_writing(engine)) as session, session.begin():
        load_pack(session, read_pack(folder, PACK_MODELS), PACK_MODELS, on_note=lambda note: told.append(note.en))
    return told


def read_back(engine: Engine) -> Pack:
    with Session(engine) as session:
        return read_pack_from_database(session, PACK_MODELS)


def number(engine: Engine) -> int:
    with engine.connect() as connection:
        return current_number(connection)


def test_loading_is_one_change_and_loading_again_none(registry_engine: Engine, folder: Path) -> None:
    assert load(registry_engine, folder) == []
    with registry_engine.connect() as connection:
        lines = list(changes_since(connection, 0))
        assert {line.number for line in lines} == {1}
        assert ("organisations", "becamex") in {(line.table, line.record_id) for line in lines}
        record = read_record(connection, "parks", "park_a")
        assert record is not None
        assert record.origins["area_ha"].source_id == "own_estimate"
    assert load(registry_engine, folder) == []
    assert number(registry_engine) == 1
    assert read_back(registry_engine) == read_pack(folder, PACK_MODELS)


def test_records_of_others_stay_and_plans_pass_them_over(registry_engine: Engine, folder: Path) -> None:
    load(registry_engine, folder)
    write(registry_engine, source(), organisation("sao_mai"), facility("f", "sao_mai", park_id="park_a"))
    spoil(folder, "parks.csv", "500,500,95.5", "500,501,95.5")
    assert load(registry_engine, folder) == []
    with registry_engine.connect() as connection:
        assert [one.record_id for one in read_table(connection, "organisations")] == ["becamex", "sao_mai"]
        assert [one.operation for one in history(connection, "parks", "park_a")] == ["added", "changed"]
        changed = [(line.table, line.record_id) for line in changes_since(connection, 2)]
        assert changed == [("parks", "park_a")]
    assert read_back(registry_engine) == read_pack(folder, PACK_MODELS)


def test_edits_of_others_are_kept_and_told_each_time(registry_engine: Engine, folder: Path) -> None:
    load(registry_engine, folder)
    edit = write(registry_engine, source(), set_values("parks", "park_a", area_ha=600.0))
    spoil(folder, "parks.csv", "500,500,95.5", "500,501,96.5")
    kept = [
        "parks park_a: area_ha stays '600.0', as Lan made it in change 2; the pack says '501.0'.",
    ]
    assert load(registry_engine, folder) == kept
    assert load(registry_engine, folder) == kept
    assert number(registry_engine) == 3
    with registry_engine.connect() as connection:
        record = read_record(connection, "parks", "park_a")
        assert record is not None
        assert (record.values["area_ha"], record.values["leased_pct"]) == (600.0, 96.5)
    assert edit.number is not None
    undo_change(registry_engine, edit.number, author="Lan")
    assert load(registry_engine, folder) == []
    with registry_engine.connect() as connection:
        record = read_record(connection, "parks", "park_a")
        assert record is not None
        assert record.values["area_ha"] == 501.0


def test_rows_that_leave_the_pack_go_unless_others_need_them(registry_engine: Engine, folder: Path) -> None:
    load(registry_engine, folder)
    write(registry_engine, source(), facility("f", "becamex", park_id="park_b"))
    lines = (folder / "parks.csv").read_text("utf-8").splitlines(keepends=True)
    (folder / "parks.csv").write_text("".join(line for line in lines if not line.startswith("park_b")), "utf-8")
    with refusal(r"parks park_b: It cannot be removed: facilities f names it in park_id"):
        load(registry_engine, folder)
    assert len(read_back(registry_engine).table("parks")) == 2
    write(registry_engine, set_values("facilities", "f", park_id="park_a"))
    assert load(registry_engine, folder) == []
    with registry_engine.connect() as connection:
        assert read_record(connection, "parks", "park_b") is None
        assert read_record(connection, "parks", "park_b", as_of=1) is not None


def test_rows_that_leave_the_pack_stay_where_others_added_to_them(registry_engine: Engine, folder: Path) -> None:
    load(registry_engine, folder)
    write(registry_engine, source(), set_values("certificates", "plant_iso", number="VN-1"))
    header = (folder / "certificates.csv").read_text("utf-8").splitlines()[0]
    (folder / "certificates.csv").write_text(header + "\n", "utf-8")
    (told,) = load(registry_engine, folder)
    assert told.startswith("certificates plant_iso is no row of the pack any more. It stays")
    assert load(registry_engine, folder) == []
    assert read_back(registry_engine).table("certificates").empty
    with registry_engine.connect() as connection:
        assert read_record(connection, "certificates", "plant_iso") is not None


def test_goods_that_others_offer_cannot_leave_the_pack(registry_engine: Engine, folder: Path) -> None:
    load(registry_engine, folder)
    article = {"name_vi": "Ghế", "kind": "goods", "commodity_id": "furniture", "synthetic": False}
    write(
        registry_engine, source(), Edit("articles", "ghe", {**article, "source": "tenant_list", "confidence": "high"})
    )
    for name in ("commodities.csv", "industry_mixes.csv", "trade.csv"):
        header = (folder / name).read_text("utf-8").splitlines()[0]
        (folder / name).write_text(header + "\n", "utf-8")
    parks = (folder / "parks.csv").read_text("utf-8").replace(",mixed,", ",,")
    (folder / "parks.csv").write_text(parks, "utf-8")
    with refusal(r"articles ghe \[commodity_id\]: commodity_id names furniture"):
        load(registry_engine, folder)


def test_a_record_imported_first_becomes_the_packs_with_what_was_imported(
    registry_engine: Engine, folder: Path
) -> None:
    write(registry_engine, source(), organisation("becamex", name_vi="Tổng công ty Becamex", phone="0274"))
    (told,) = load(registry_engine, folder)[:1]
    assert "organisations becamex: name_vi stays 'Tổng công ty Becamex', as Lan made it in change 1" in told
    with registry_engine.connect() as connection:
        record = read_record(connection, "organisations", "becamex")
        assert record is not None
        assert (record.values["name_vi"], record.values["name_en"]) == ("Tổng công ty Becamex", "Becamex")
    assert read_back(registry_engine).table("organisations")["organisation_id"].tolist() == ["becamex"]


def test_merged_and_erased_rows_do_not_come_back(registry_engine: Engine, folder: Path) -> None:
    with (folder / "organisations.csv").open("a", encoding="utf-8") as file:
        file.write("becamex_2,Becamex IDC,,,enterprise,,,,,no,own_estimate,estimate,\n")
    header = (folder / "organisations.csv").read_text("utf-8")
    assert load(registry_engine, folder) == []
    write(registry_engine, source(), organisation("imported"))
    with refusal("It came with the region pack"):
        merge_records(registry_engine, "organisations", "imported", ["becamex_2"], author="Lan")
    merge_records(registry_engine, "organisations", "becamex", ["becamex_2"], author="Lan")
    write(registry_engine, set_values("organisations", "becamex", representative="Nguyễn Văn A"))
    erase_personal(registry_engine, "organisations", "becamex", author="Lan", reason="đơn")
    last = number(registry_engine)
    assert load(registry_engine, folder) == []
    assert number(registry_engine) == last
    lines = header.replace("kind,role", "representative,kind,role").splitlines()
    rows = [lines[0], *(line.replace(",enterprise,", ",Nguyễn Văn A,enterprise,", 1) for line in lines[1:])]
    (folder / "organisations.csv").write_text("\n".join(rows) + "\n", "utf-8")
    told = load(registry_engine, folder)
    assert any("representative stays 'None'" in note or "had been erased on request" in note for note in told)
    with registry_engine.connect() as connection:
        record = read_record(connection, "organisations", "becamex")
        assert record is not None
        assert record.values["representative"] is None
        assert connection.execute(text("SELECT count(*) FROM organisations")).scalar() == 2
