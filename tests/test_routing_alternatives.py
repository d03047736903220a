"""Alternative routes: by hand, and what holds of each of them."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from routing_parts import place, profile, roads, turns

from geodata.graph import arcs_to_networkx
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.routing.alternatives import AlternativeOptions
from geodata.routing.errors import NoRouteError
from geodata.routing.route import Route
from geodata.routing.router import Router


def ids(route: Route) -> list[str]:
    return [str(name) for name in route.infrastructure.links.link_id[route.links]]


def fan(*detours_m: float) -> Infrastructure:
    """Return a road of 1 + 10 + 1 km whose middle, link 1, has detours of the lengths told, links 3, 4, … 5 each."""
    points = [(0, 0), (1000, 0), (11_000, 0), (12_000, 0)]
    ends = [(0, 1), (1, 2), (2, 3), *[(1, 2)] * len(detours_m)]
    lengths = np.array([1000.0, 10_000.0, 1000.0, *detours_m])
    return roads(points, ends, length_m=lengths)


START, END = place(0, 0), place(12_000, 0)


def test_routes_that_share_little_and_stray_little_are_alternatives() -> None:
    """12 km; by 12 km in the middle 14 (shares 2/14); by 16 km 18, more than 1.4 × 12 = 16.8."""
    split = roads(
        [(0, 0), (1000, 0), (11_000, 0), (12_000, 0), (5000, 900), (7000, 900), (5000, -900), (7000, -900)],
        [(0, 1), (1, 2), (2, 3), (1, 4), (4, 5), (5, 2), (1, 6), (6, 7), (7, 2)],
        length_m=np.array([1000.0, 10_000.0, 1000.0, 4000.0, 4000.0, 4000.0, 4000.0, 8000.0, 4000.0]),
    )
    found = Router(split, profile()).alternatives(START, END, 5)
    assert [ids(route) for route in found] == [["l0", "l1", "l2"], ["l0", "l3", "l4", "l5", "l2"]]
    assert [route.length_m for route in found] == pytest.approx([12_000.0, 14_000.0])
    wide = Router(split, profile()).alternatives(START, END, 5, options=AlternativeOptions(stretch=1.6))
    assert [route.length_m for route in wide] == pytest.approx([12_000.0, 14_000.0, 18_000.0])
    assert len(Router(split, profile()).alternatives(START, END, 1)) == 1


def test_a_detour_on_a_small_part_is_no_alternative() -> None:
    """Only one of 13 km differs: 12 of 13.2 are shared, more than 70 %."""
    near = roads(
        [(0, 0), (11_000, 0), (12_000, 0), (11_300, 300), (11_700, 300), (13_000, 0)],
        [(0, 1), (1, 2), (1, 3), (3, 4), (4, 2), (2, 5)],
        length_m=np.array([11_000.0, 1000.0, 400.0, 400.0, 400.0, 1000.0]),
    )
    router = Router(near, profile())
    ends = START, place(12_900, 0)
    assert len(router.alternatives(*ends, 5, options=AlternativeOptions(local=0.0))) == 1
    loose = AlternativeOptions(local=0.0, sharing=1.0)
    assert [ids(route) for route in router.alternatives(*ends, 5, options=loose)] == [
        ["l0", "l1", "l5"],
        ["l0", "l2", "l3", "l4", "l5"],
    ]


def grid(seed: int) -> Infrastructure:
    """Return a bent grid of 12 × 12 places with some turns forbidden, speeds at random."""
    rng = np.random.default_rng(seed)
    side = 12
    points = [
        (300.0 * x + rng.uniform(-90, 90), 300.0 * y + rng.uniform(-90, 90)) for y in range(side) for x in range(side)
    ]
    index = np.arange(side * side).reshape(side, side)
    across = np.column_stack([index[:, :-1].ravel(), index[:, 1:].ravel()])
    up = np.column_stack([index[:-1].ravel(), index[1:].ravel()])
    ends = [(int(a), int(b)) for a, b in np.concatenate([across, up])]
    rules: list[tuple[str, list[tuple[int, bool]]]] = []
    for link, (_, last) in enumerate(ends):
        onward = [other for other, (first, _) in enumerate(ends) if first == last]
        if onward and rng.uniform() < 0.2:
            rules.append(("no", [(link, True), (onward[-1], True)]))
    return roads(points, ends, observed_kmh=rng.uniform(15.0, 50.0, size=len(ends)), turn_table=turns(rules))


@pytest.mark.parametrize("seed", range(6))
def test_what_holds_of_every_alternative(seed: int) -> None:
    """Costs rise from the best; stretch, sharing, no node twice, driven in the graph, locally optimal (by networkx)."""
    router = Router(grid(seed), profile(turn_left_s=4.0))
    options = AlternativeOptions(stretch=1.3, sharing=0.6, local=0.2)
    rng = np.random.default_rng(seed)
    graph = router.graph
    arcs = arcs_to_networkx(graph)
    ends = [place(*rng.uniform(100, 3200, 2)) for _ in range(2)]
    found = router.alternatives(ends[0], ends[1], 4, options=options)
    best = router.route(ends[0], ends[1])
    assert ids(found[0]) == ids(best)
    times = [route.time_s for route in found]
    assert times == sorted(times)
    assert times[-1] <= options.stretch * best.time_s + 1e-9
    for place_, route in enumerate(found):
        for before, after in zip(route.arcs[:-1], route.arcs[1:], strict=True):
            assert after in graph.follow_arc[graph.follow_start[before] : graph.follow_start[before + 1]]
        passed = graph.arc_head[route.arcs[:-1]]
        assert len(set(passed.tolist())) == len(passed)
        for other in found[:place_]:
            costs = graph.time_s[route.arcs] * route.shares
            assert costs[np.isin(route.links, other.links)].sum() <= options.sharing * costs.sum() + 1e-9
        check_local(route, arcs, options.local * best.time_s)


def check_local(route: Route, arcs: nx.DiGraph, length_s: float) -> None:
    """Check that each inner part of a route of whole arcs no longer than some seconds is a least path."""
    whole = route.arcs[1:-1].tolist()
    for first in range(len(whole)):
        cost = 0.0
        for last in range(first + 1, len(whole)):
            cost += arcs.edges[whole[last - 1], whole[last]]["time"]
            if cost > length_s:
                break
            least = nx.dijkstra_path_length(arcs, whole[first], whole[last], weight="time")
            assert cost == pytest.approx(least, rel=1e-9)


def test_alternatives_are_found_on_most_pairs() -> None:
    found = 0
    for seed in range(6):
        router = Router(grid(seed), profile())
        found += len(router.alternatives(place(150, 150), place(3100, 3000), 3)) > 1
    assert found >= 4


def test_alternatives_by_distance_and_on_one_link() -> None:
    router = Router(fan(12_000.0), profile())
    by_distance = router.alternatives(START, END, 3, objective="distance")
    assert by_distance[0].length_m == pytest.approx(12_000.0)
    (one,) = router.alternatives(place(100, 0), place(800, 0), 3)
    assert ids(one) == ["l0"]


def test_bad_questions_are_refused() -> None:
    router = Router(fan(12_000.0), profile())
    with pytest.raises(ValueError, match="count must be at least 1, got 0"):
        router.alternatives(START, END, 0)
    with pytest.raises(ValueError, match="stretch must be at least 1"):
        AlternativeOptions(stretch=0.9)
    with pytest.raises(NoRouteError):
        Router(roads([(0, 0), (900, 0), (9000, 0), (9900, 0)], [(0, 1), (2, 3)]), profile()).alternatives(
            place(0, 0), place(9900, 0), 2
        )
