"""The benchmark of pages of features asks ours and its peers for the same, on small cases."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sqlalchemy import text

from api.database import migrate
from benchmarks import features_paging
from benchmarks.__main__ import NAMES
from benchmarks.features_data import HIDDEN, fill
from benchmarks.features_paging import PAGE, boxes
from geodata.features.source import Wanted
from geodata.features.stored import open_stored
from geodata.features.table import Box
from supplychain.database import make_engine
from supplychain.registry.visibility import Viewer


def test_pages_of_an_embedded_table_are_those_of_offset_paging(tmp_path: Path) -> None:
    case = features_paging.stored_case("facilities, embedded", str(tmp_path / "small.gpkg"), 3 * PAGE)
    assert case.relative_difference == 0.0
    assert case.ours_cpu_s > 0
    assert features_paging.illustrate([case], tmp_path)[2].startswith("| facilities, embedded |")
    assert features_paging.NAME in NAMES


def test_pages_of_a_network_hold_what_flatgeobuf_holds(tmp_path: Path) -> None:
    assert features_paging.network_case(tmp_path, 4 * PAGE).relative_difference == 0.0


def test_made_up_facilities_are_the_same_for_a_seed_and_partly_hidden(tmp_path: Path) -> None:
    """About 5 of 100 private and 5 for partners, of facilities and of the organisations they hang on."""
    shown = []
    for name in ("one", "two"):
        engine = make_engine(str(tmp_path / f"{name}.gpkg"))
        migrate(engine)
        fill(engine, 2000)
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            placed = connection.execute(text("SELECT count(*) FROM rtree_facilities_geometry")).scalar_one()
            triggers = connection.execute(
                text("SELECT count(*) FROM sqlite_master WHERE name = 'rtree_facilities_geometry_insert'")
            ).scalar_one()
        assert (placed, triggers) == (2000, 1)
        public = open_stored(engine, "facilities", Viewer.public())
        assert open_stored(engine, "facilities", Viewer.everything()).count() == 2000
        assert 0.75 < (public.count() or 0) / 2000 < (1 - HIDDEN[-1][0]) * 0.95
        shown.append(public.read(Wanted(Box(106.5, 10.5, 106.9, 10.9)), None, PAGE).table)
        engine.dispose()
    assert shown[0].ids.equals(shown[1].ids)
    np.testing.assert_array_equal(shown[0].shapes.coordinates, shown[1].shapes.coordinates)


def test_boxes_lie_inside_and_have_their_share() -> None:
    for west, south, east, north in boxes(0, 0, 2, 1, 0.25):
        assert 0 <= west < east <= 2
        assert 0 <= south < north <= 1
        assert np.isclose((east - west) * (north - south), 0.5)
