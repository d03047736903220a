"""The benchmark of tiles on a small network: all sides give the same features, and what it reports is whole."""

from __future__ import annotations

import json

import pytest

from benchmarks import tiles
from benchmarks.tiles_data import compare_drawings, compare_features, open_network
from benchmarks.tiles_peers import make_library


@pytest.mark.postgis
@pytest.mark.timeout(600)
def test_postgis_and_the_library_draw_the_same_tiles(postgis_url: str) -> None:
    """Of 3,000 links; times are not judged here."""
    assert postgis_url
    cases = {case.case: json.loads(case.to_json()) for case in tiles.run_on(3_000)}
    assert len(cases) == 6
    for name, case in cases.items():
        assert case["relative_difference"] == 0.0, name
        assert case["farthest_units"] <= max(tiles.MOST_APART.values()), name
        assert case["ours_cpu_s"] > 0, name
    assert cases["z14, 3,000 links, median tile"]["farthest_units"] <= tiles.MOST_APART[14]


def test_tiles_that_differ_are_found() -> None:
    source = open_network(3_000)
    made = make_library(source)[14].tiles
    one, other = list(made.values())[:2]
    assert compare_features(one, one).missing == 0.0
    assert compare_features(one, other).missing > 0.5
    assert compare_drawings(one, one).farthest == pytest.approx(0.0, abs=1e-9)
    assert compare_drawings(one, other).farthest > 8.0


def test_the_peer_draws_the_classes_that_the_style_draws() -> None:
    assert [tiles.drawn_classes(zoom, 1_000_000) for zoom in (14, 12)] == [None, None]
    assert tiles.drawn_classes(8, 3_000) is None
    far, near = tiles.drawn_classes(8, 1_000_000), tiles.drawn_classes(10, 1_000_000)
    assert far is not None
    assert near is not None
    assert "motorway" in far
    assert set(far) < set(near)
    assert "residential" not in near
