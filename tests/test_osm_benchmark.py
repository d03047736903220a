"""The benchmark of the import runs end to end on a small file: copies are exact, peers read the same ways."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from osm_files import OsmFile, no_turn

from benchmarks.osm_import import (
    Target,
    compare_with_copies,
    compare_with_pyrosm,
    import_ours,
    read_with_osmnx,
    roads_of,
    write_copies,
    write_xml,
)
from geodata.osm.importing import import_osm


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a grid of 6 x 6 streets with a park and a turn restriction."""
    file = OsmFile()
    side = 6
    for row in range(side):
        for column in range(side):
            file.node(1 + side * row + column, 200 * column, 200 * row)
    for line in range(side):
        file.way(100 + line, [1 + side * line + n for n in range(side)], {"highway": "residential", "name": f"R{line}"})
        file.way(200 + line, [1 + side * n + line for n in range(side)], {"highway": "tertiary", "name": f"C{line}"})
    file.way(300, [1, 2, 8, 7, 1], {"landuse": "industrial", "name": "KCN"})
    file.relation(1, *no_turn(100, 6, 205))
    return file.write(tmp_path_factory.mktemp("grid") / "grid.osm.pbf", header={"sorting": "Type_then_ID"})


def test_copies_are_the_file_as_often(small: Path, tmp_path: Path) -> None:
    one = import_osm([small])
    three = import_osm([write_copies(small, tmp_path / "three.osm.pbf", 3)])
    assert dict(three.counts) == {name: 3 * count for name, count in one.counts.items()}
    assert three.infrastructure.links.length_m.sum() == pytest.approx(3 * one.infrastructure.links.length_m.sum())
    assert len(three.infrastructure.turns) == 3


def test_the_case_of_copies_reports_in_the_agreed_form(small: Path) -> None:
    case = compare_with_copies(small, 2)
    fields = json.loads(case.to_json())
    assert case.relative_difference <= 1e-9
    assert (fields["benchmark"], fields["links"]) == ("osm_import", 2 * (2 * 6 * 5))


def test_pyrosm_reads_the_same_ways(small: Path) -> None:
    """12 streets of 1 km each have the same length on pyrosm's sphere."""
    case = compare_with_pyrosm(small, Target(0.0, runs=1))
    assert case.details["ways_in_both"] == 12
    assert case.relative_difference < 5e-3
    assert case.ours_cpu_s > 0


def test_osmnx_reads_the_same_ways(small: Path, tmp_path: Path) -> None:
    """The streets that meet at corners only are merged by osmnx; the other 8 have the same length."""
    ours, theirs = roads_of(*import_ours(small)), read_with_osmnx(write_xml(small, tmp_path / "grid.osm"))
    common, one, two = np.intersect1d(ours.way_id, theirs.way_id, return_indices=True)
    assert common.tolist() == [101, 102, 103, 104, 201, 202, 203, 204]
    np.testing.assert_allclose(ours.length_m[one], theirs.length_m[two], rtol=1e-2)
