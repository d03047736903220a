"""The benchmarks of sweeps, tables and routes measure what they say, and never pass without their data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse.csgraph import dijkstra

from benchmarks.city import PROFILE, build_grid, case_name, is_here, largest_difference, node_matrix, to_matrix
from benchmarks.sweep import prepare, sweep_networkx, sweep_ours, sweep_scipy
from geodata.routing.hierarchy import build_hierarchy
from geodata.routing.many_to_many import many_to_many
from geodata.routing.profiles import read_profiles
from geodata.routing.router import Router
from geodata.routing.sweep import Places

NOWHERE = Path("nowhere") / "city.osm.pbf"


def test_without_the_city_the_case_says_so_and_meets_no_target() -> None:
    assert not is_here(NOWHERE)
    assert case_name(NOWHERE) == (
        "small generated grid, because city.osm.pbf is not here and the target cannot be met without it"
    )


def test_the_peers_of_sweeps_answer_the_same() -> None:
    given = prepare(400, True)
    ours = sweep_ours(given)
    assert largest_difference(ours, sweep_scipy(given)) == 0.0
    assert largest_difference(ours, sweep_networkx(given)) < 1e-12
    assert largest_difference(ours, np.full(ours.shape, np.inf)) == np.inf


def test_a_router_on_a_grid_agrees_with_scipy() -> None:
    router = Router(build_grid(14), read_profiles()[PROFILE])
    digraph = router.graph.digraph("time")
    every = np.arange(0, digraph.vertex_count, 5)
    swept = dijkstra(to_matrix(digraph), indices=every)
    table = many_to_many(build_hierarchy(digraph), Places.at(every), Places.at(np.arange(digraph.vertex_count)))
    assert largest_difference(table.distance, swept) < 1e-12
    # Without turn restrictions and U-turns nothing is farther; the first link is driven in both.
    by_node = dijkstra(node_matrix(router), indices=router.graph.arc_head[every])
    after = by_node[:, router.graph.arc_head]
    assert (after <= swept * (1 + 1e-9) + 1e-9).all()


@pytest.mark.shared_data
def test_the_city_is_read_where_its_file_is() -> None:
    if not is_here():
        pytest.skip("the OpenStreetMap extract of Ho Chi Minh City is not on this machine")
    assert case_name().startswith("Ho Chi Minh City")
