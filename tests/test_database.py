"""A pack in both databases: the same again, all or nothing, and one clear sentence for every trouble."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from pack_strategies import Tables, small_pack, small_tables
from region_files import RegionFiles, region_copy
from small_region import spoil, write_small_region
from sqlalchemy import Engine, event, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.database import create_database, load_region, read_region, read_scenarios
from api.regions import PACK_MODELS, region_folder
from geodata.models import Link, Node
from optimizer.models import Run
from supplychain.assumptions import apply_assumptions
from supplychain.database import DatabaseTroubleError, clear_errors, database_url, make_engine, open_database
from supplychain.demand import build_demand
from supplychain.errors import FindingsError
from supplychain.models import IndustrialPark, Organisation
from supplychain.models.demand import FreightDemand
from supplychain.pack import (
    NoPackError,
    OtherRegionError,
    Pack,
    load_pack,
    read_pack,
    read_pack_from_database,
)

MODELS_WITHOUT_PARKS = tuple(model for model in PACK_MODELS if model is not IndustrialPark)


@pytest.fixture
def small(tmp_path: Path) -> Pack:
    return read_pack(write_small_region(tmp_path / "small"), PACK_MODELS)


@pytest.fixture
def database(tmp_path: Path, region_files: RegionFiles) -> str:
    """Return an embedded database that holds the shipped region."""
    return str(region_copy(region_files.whole, tmp_path))


def assert_same(one: Pack, other: Pack) -> None:
    assert one.region == other.region
    assert one.sha256 == other.sha256
    assert one == other
    for name, frame in one.tables.items():
        if frame.empty:
            assert other.tables[name].dtypes.equals(frame.dtypes)
            continue
        # A row that an earlier pack of the same database held keeps its place there, so the order may differ.
        key = one.declarations[name].key
        found, expected = (rows.sort_values(key, ignore_index=True) for rows in (other.tables[name], frame))
        pd.testing.assert_frame_equal(found, expected)


def test_shipped_region_reads_back_the_same(session: Session, region_pack: Pack) -> None:
    assert load_pack(session, region_pack, PACK_MODELS) == region_pack.row_count
    assert_same(region_pack, read_pack_from_database(session, PACK_MODELS))


@given(tables=small_tables())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_pack_reads_back_the_same(session: Session, tables: Tables) -> None:
    pack = small_pack(tables)
    load_pack(session, pack, PACK_MODELS)
    assert_same(pack, read_pack_from_database(session, PACK_MODELS))


def test_position_is_the_geometry_alone(session: Session, small: Pack) -> None:
    load_pack(session, small, PACK_MODELS)
    park = session.scalars(select(IndustrialPark).where(IndustrialPark.park_id == "park_a")).one()
    assert (park.geometry.x, park.geometry.y) == (106.7, 10.9)
    assert "lat" not in IndustrialPark.__table__.columns
    park.geometry = type(park.geometry)(106.71, 10.91)
    session.flush()
    session.expire_all()
    parks = read_pack_from_database(session, PACK_MODELS).table("parks")
    assert parks.loc[0, ["lat", "lon"]].tolist() == [10.91, 106.71]


def test_loading_again_replaces_and_does_not_add(session: Session, small: Pack) -> None:
    load_pack(session, small, PACK_MODELS)
    fewer = small.with_tables({"facilities": small.table("facilities")[:0], "certificates": pd.DataFrame()})
    assert load_pack(session, fewer, PACK_MODELS) == small.row_count - 2
    assert_same(fewer, read_pack_from_database(session, PACK_MODELS))


def test_runs_outlive_a_new_pack(session: Session, small: Pack) -> None:
    load_pack(session, small, PACK_MODELS)
    run = {"started_at": "2026-01-01T00:00:00Z", "status": "optimal", "checked": True, "inputs_sha256": small.sha256}
    session.add(Run(run_id="r", scenario_id="base", plan="{}", **run))
    session.flush()
    load_pack(session, small.with_tables({"scenarios": small.table("scenarios")[:0]}), PACK_MODELS)
    assert session.scalar(select(func.count()).select_from(Run)) == 1


def test_another_region_is_refused_and_nothing_changes(session: Session, small: Pack) -> None:
    load_pack(session, small, PACK_MODELS)
    other = replace(small, region=replace(small.region, region_id="long_an"))
    with pytest.raises(OtherRegionError, match="holds the region 'small', the pack is of 'long_an'"):
        load_pack(session, other, PACK_MODELS)
    assert_same(small, read_pack_from_database(session, PACK_MODELS))


def test_faulty_pack_is_refused_before_anything_is_touched(session: Session, small: Pack) -> None:
    load_pack(session, small, PACK_MODELS)
    parks = small.table("parks")
    parks.loc[0, "developer_id"] = "nobody"
    with pytest.raises(FindingsError, match="findings: 1"):
        load_pack(session, small.with_tables({"parks": parks}), PACK_MODELS)
    assert_same(small, read_pack_from_database(session, PACK_MODELS))


def test_pack_must_have_the_tables_of_the_models(session: Session, small: Pack) -> None:
    with pytest.raises(ValueError, match="the pack has the tables"):
        load_pack(session, small, MODELS_WITHOUT_PARKS)


def test_empty_database_has_no_pack(session: Session) -> None:
    with pytest.raises(NoPackError, match="holds no region yet"):
        read_pack_from_database(session, PACK_MODELS)


def test_foreign_keys_are_held_when_the_transaction_ends(registry_engine: Engine, small: Pack) -> None:
    with Session(registry_engine) as session, session.begin():
        load_pack(session, small, PACK_MODELS)
    with pytest.raises(IntegrityError), Session(registry_engine) as session, session.begin():
        session.scalars(select(Organisation)).one().organisation_id = "other"
    with Session(registry_engine) as session:
        assert_same(small, read_pack_from_database(session, PACK_MODELS))


def test_fault_in_mid_load_leaves_the_database_as_it_was(registry_engine: Engine, small: Pack) -> None:
    with Session(registry_engine) as session, session.begin():
        load_pack(session, small, PACK_MODELS)

    fault = "the disk is full"

    def fail(_connection: Any, _cursor: Any, statement: str, *_rest: object) -> None:  # noqa: ANN401 - SQLAlchemy's signature
        if statement.startswith("UPDATE parks"):
            raise OSError(fault)

    event.listen(registry_engine, "before_cursor_execute", fail)
    other = small.with_tables({"parks": small.table("parks").assign(area_ha=1.0)})
    try:
        with pytest.raises(OSError, match=fault), Session(registry_engine) as session, session.begin():
            load_pack(session, other, PACK_MODELS)
    finally:
        event.remove(registry_engine, "before_cursor_execute", fail)
    with Session(registry_engine) as session:
        assert_same(small, read_pack_from_database(session, PACK_MODELS))


KILLED_LOAD = """
    import os, signal, sys
    from pathlib import Path
    from sqlalchemy import Engine, event
    from sqlalchemy.orm import Session
    from api.regions import PACK_MODELS
    from supplychain.database import make_engine
    from supplychain.pack import load_pack, read_pack

    def kill(_connection, _cursor, statement, *_rest):
        if statement.startswith("INSERT INTO " + sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "after_cursor_execute", kill)
    pack = read_pack(Path(sys.argv[2]), PACK_MODELS)
    with Session(make_engine(sys.argv[1])) as session, session.begin():
        load_pack(session, pack, PACK_MODELS)
"""


@pytest.mark.parametrize("table", ["regions", "links", "scenarios"])
def test_killed_load_leaves_the_database_as_it_was(registry_engine: Engine, tmp_path: Path, table: str) -> None:
    """The process is killed right after the rows of one table went in; the next program finds the old rows."""
    folder = write_small_region(tmp_path / "pack")
    small = read_pack(folder, PACK_MODELS)
    with Session(registry_engine) as session, session.begin():
        load_pack(session, small, PACK_MODELS)
    spoil(folder, "parks.csv", "500,500,95.5", "500,501,95.5")
    url = registry_engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", textwrap.dedent(KILLED_LOAD), url, str(folder), table]
    killed = subprocess.run(command, check=False, timeout=120, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    registry_engine.dispose()
    with Session(registry_engine) as session:
        assert_same(small, read_pack_from_database(session, PACK_MODELS))


def test_same_load_without_the_kill_goes_through(registry_engine: Engine, tmp_path: Path) -> None:
    """The counterpart of the killed load: its script does load when nothing kills it."""
    folder = write_small_region(tmp_path / "pack")
    url = registry_engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", textwrap.dedent(KILLED_LOAD), url, str(folder), "no_such_table"]
    subprocess.run(command, check=True, timeout=120, capture_output=True)
    with Session(registry_engine) as session:
        assert_same(read_pack(folder, PACK_MODELS), read_pack_from_database(session, PACK_MODELS))


def test_reader_reads_the_old_rows_while_a_load_is_under_way(sqlite_engine: Engine, small: Pack) -> None:
    with Session(sqlite_engine) as session, session.begin():
        load_pack(session, small, PACK_MODELS)
    other = small.with_tables({"parks": small.table("parks").assign(area_ha=1.0)})
    with Session(sqlite_engine) as writer, Session(sqlite_engine) as reader:
        load_pack(writer, other, PACK_MODELS)
        assert read_pack_from_database(reader, PACK_MODELS) == small
        writer.commit()
        reader.rollback()
        assert read_pack_from_database(reader, PACK_MODELS) == other


def assert_demand_is_there(engine: Engine, pack: Pack) -> None:
    demand = build_demand(apply_assumptions(pack))
    with Session(engine) as session:
        stored = session.scalars(select(FreightDemand)).all()
    assert {row.demand_id: row.mass_t_per_day for row in stored} == dict(
        zip(demand.demand_id.tolist(), demand.mass_t_per_day.tolist(), strict=True)
    )
    assert {row.inputs_sha256 for row in stored} == {pack.sha256}


def test_thin_functions_load_and_read(database: str, region_pack: Pack) -> None:
    assert_same(region_pack, read_region(database))
    found = read_scenarios(database)
    assert [scenario.scenario_id for scenario in found] == sorted(region_pack.table("scenarios")["scenario_id"])
    engine = open_database(database)
    with Session(engine) as session:
        for model, name in ((Node, "nodes"), (Link, "links")):
            assert session.scalar(select(func.count()).select_from(model)) == len(region_pack.table(name))
    assert_demand_is_there(engine, region_pack)
    engine.dispose()


def test_made_up_firms_can_be_left_out(region_files: RegionFiles, region_pack: Pack) -> None:
    found = read_region(str(region_files.real))
    for name in ("organisations", "facilities", "offers", "needs", "certificates", "supply_relations", "partnerships"):
        whole, real = region_pack.table(name), found.table(name)
        assert not real["synthetic"].any()
        assert len(real) == (~whole["synthetic"]).sum() < len(whole)
    assert len(found.table("parks")) == len(region_pack.table("parks"))


@pytest.mark.postgis
def test_thin_functions_load_and_read_on_postgis(postgis_registry: Engine, region_pack: Pack) -> None:
    url = postgis_registry.url.render_as_string(hide_password=False)
    create_database(url)
    assert load_region(url, region_folder("binh_duong")) == region_pack.row_count
    assert load_region(url, region_folder("binh_duong")) == region_pack.row_count
    assert_same(region_pack, read_region(url))
    assert_demand_is_there(postgis_registry, region_pack)


def test_refused_region_leaves_the_file_as_it_was(database: str, tmp_path: Path, region_pack: Pack) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(region_folder("binh_duong"), folder)
    (folder / "trade.csv").unlink()
    with pytest.raises(FindingsError, match="findings: 1"):
        load_region(database, folder)
    assert read_region(database) == region_pack


def test_database_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseTroubleError, match=r"no database .*none\.gpkg"):
        read_region(str(tmp_path / "none.gpkg"))
    assert not (tmp_path / "none.gpkg").exists()


def test_database_without_tables_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bare.gpkg"
    sqlite3.connect(path).close()
    path.touch()
    with pytest.raises(DatabaseTroubleError, match="Run `hinterland init`"):
        read_region(str(path))


def test_database_of_a_newer_version_is_named(tmp_path: Path) -> None:
    path = tmp_path / "new.gpkg"
    create_database(str(path))
    engine = make_engine(str(path))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(DatabaseTroubleError, match="newer Hinterland"):
        read_region(str(path))


def test_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "photo.gpkg"
    path.write_bytes(b"not a database at all" * 100)
    for use in (create_database, read_region):
        with pytest.raises(DatabaseTroubleError, match="file is not a database"):
            use(str(path))
    assert path.read_bytes() == b"not a database at all" * 100


def test_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseTroubleError, match="unable to open database file"):
        create_database(str(tmp_path / "nowhere" / "x.gpkg"))
    with pytest.raises(DatabaseTroubleError, match="unable to open database file"):
        create_database(str(tmp_path))


def test_server_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(DatabaseTroubleError, match="does not answer as it should") as caught:
        create_database("postgresql://someone:secret@127.0.0.1:1/none")
    assert "secret" not in caught.value.sentence("vi")
    assert "Cơ sở dữ liệu" in caught.value.sentence("vi")


@pytest.mark.parametrize("url", ["", "  ", "mysql://host/x", "sqlite://", "https://example.org/x.gpkg", "://"])
def test_what_names_no_database_is_refused(url: str) -> None:
    with pytest.raises(DatabaseTroubleError, match="names no database"):
        database_url(url)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("hinterland.gpkg", "sqlite:///hinterland.gpkg"),
        ("/data/region.gpkg", "sqlite:////data/region.gpkg"),
        ("sqlite:///x.gpkg", "sqlite:///x.gpkg"),
        ("postgres://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql://u@h:5433/d?sslmode=require", "postgresql+psycopg://u@h:5433/d?sslmode=require"),
    ],
)
def test_database_names_become_urls(name: str, expected: str) -> None:
    assert database_url(name).render_as_string() == expected


def test_locked_database_says_so(sqlite_engine: Engine) -> None:
    path = str(sqlite_engine.url.database)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with sqlite_engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 10")
        with pytest.raises(DatabaseTroubleError, match="being written by another program"), clear_errors(sqlite_engine):
            connection.execute(text("DELETE FROM runs"))
    holder.close()
