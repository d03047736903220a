"""Many rows committed at once: R*Tree and catalogue of the embedded database follow; PostGIS holds the same."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator

import pytest
from registry_parts import SOURCE, facility, organisation, set_values, source, write
from sqlalchemy import Engine, select, text

from supplychain.database import is_sqlite
from supplychain.models import METADATA
from supplychain.registry.changes import begin_change, commit_change, stage_edits
from supplychain.registry.moving import MANY
from supplychain.registry.undoing import undo_change
from supplychain.registry.values import Change, Edit

COUNT = MANY + 100
"""Facilities: more than the triggers of the R*Tree are left in place for."""


def commit(engine: Engine, edits: Iterator[Edit]) -> Change:
    change_id = begin_change(engine, kind="import", author="Lan", source_id=SOURCE)
    stage_edits(engine, change_id, edits)
    return commit_change(engine, change_id)


def places(row: int, lat: float = 10.5) -> dict[str, float]:
    return {"lat": lat + row / 1000, "lon": 106.0 + row / 500, "position_accuracy_m": 10.0}


def positions(engine: Engine) -> dict[str, tuple[float, float]]:
    """Return longitude and latitude of every facility with a position; the index must hold exactly these."""
    table = METADATA.tables["facilities"]
    with engine.connect() as connection:
        rows = connection.execute(select(table.c.fid, table.c.facility_id, table.c.geometry)).all()
        placed = {row[0]: row[2] for row in rows if row[2] is not None}
        if is_sqlite(engine):
            boxes = connection.exec_driver_sql("SELECT id, minx, maxx, miny, maxy FROM rtree_facilities_geometry").all()
            assert {row[0] for row in boxes} == set(placed)
            for fid, west, east, south, north in boxes:
                assert west <= placed[fid].x <= east
                assert south <= placed[fid].y <= north
                assert east - west < 1e-4
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
            assert connection.exec_driver_sql("SELECT rtreecheck('rtree_facilities_geometry')").scalar() == "ok"
            triggers = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'rtree_facilities%'"
            assert connection.exec_driver_sql(triggers).scalar() == 7
    return {row[1]: (row[2].x, row[2].y) for row in rows if row[2] is not None}


def test_many_rows_added_moved_emptied_removed_and_taken_back(registry_engine: Engine) -> None:
    write(registry_engine, source(), organisation("a"), facility("first", "a", **places(1)))
    added = commit(registry_engine, (facility(f"f{row}", "a", **places(row)) for row in range(COUNT)))
    assert added.added == COUNT
    held = positions(registry_engine)
    assert len(held) == COUNT + 1
    assert held["f7"] == (106.014, 10.507)
    edits = [
        *(set_values("facilities", f"f{row}", lat=12.0 + row / 1000) for row in range(COUNT - 60)),
        *(
            set_values("facilities", f"f{row}", lat=None, lon=None, position_accuracy_m=None)
            for row in range(COUNT - 60, COUNT - 30)
        ),
        *(Edit("facilities", f"f{row}", None) for row in range(COUNT - 30, COUNT)),
    ]
    moved = commit(registry_engine, iter(edits))
    assert (moved.changed, moved.removed) == (COUNT - 30, 30)
    now = positions(registry_engine)
    assert len(now) == COUNT - 60 + 1
    assert now["f7"] == (106.014, 12.007)
    assert moved.number is not None
    undo_change(registry_engine, moved.number, author="Lan")
    assert positions(registry_engine) == held
    write(registry_engine, set_values("facilities", "first", lat=13.0))
    assert positions(registry_engine)["first"] == (106.002, 13.0)


def test_other_fields_of_many_rows_leave_the_index_alone(registry_engine: Engine) -> None:
    write(registry_engine, source(), organisation("a"))
    commit(registry_engine, (facility(f"f{row}", "a", **places(row)) for row in range(COUNT)))
    held = positions(registry_engine)
    change = commit(registry_engine, (set_values("facilities", f"f{row}", employees=row) for row in range(COUNT)))
    assert change.changed == COUNT
    assert positions(registry_engine) == held
    with registry_engine.connect() as connection:
        assert connection.execute(text("SELECT employees FROM facilities WHERE facility_id = 'f9'")).scalar() == 9


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="ogrinfo (gdal-bin) is not installed")
def test_ogrinfo_sees_the_rows_and_their_extent(sqlite_engine: Engine) -> None:
    write(sqlite_engine, source(), organisation("a"))
    commit(sqlite_engine, (facility(f"f{row}", "a", **places(row)) for row in range(COUNT)))
    command = ["ogrinfo", "-ro", "-so", str(sqlite_engine.url.database), "facilities"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert "Warning" not in answer.stderr + answer.stdout
    assert f"Feature Count: {COUNT}" in answer.stdout
    assert "Extent: (106.000000, 10.500000) - (107.198000, 11.099000)" in answer.stdout
    listed = subprocess.run(
        ["ogrinfo", "-ro", str(sqlite_engine.url.database)], capture_output=True, text=True, check=True, timeout=60
    )
    assert "registry_staged" not in listed.stdout
