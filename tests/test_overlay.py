"""Searches on a contracted network answer what a search of all links answers, in both ways of pricing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from flow_problems import build_two_route_problem
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse

from optimizer.flow.columns import Paths, build_paths
from optimizer.flow.problem import Problem
from optimizer.flow.search import estimate, overlay_network
from optimizer.flow.search.estimate import estimate_seconds
from optimizer.flow.search.full import FullSearch
from optimizer.flow.search.overlay import Method, OverlaySearch
from optimizer.flow.search.path_search import InterruptedSearchError

METHODS: tuple[Method, ...] = ("tables", "sweeps")


def _chain_problem(**changes: object) -> Problem:
    """Return 10 t from a over b and c to d: a→b 1, b→c by train 2 or by road 5, c→d 1 (or round b and c, 12)."""
    fields: dict[str, Any] = {
        "node_ids": ("a", "b", "c", "d"),
        "link_ids": ("ab", "train", "road", "cd", "round"),
        "link_from": [0, 1, 1, 2, 0],
        "link_to": [1, 2, 2, 3, 3],
        "allowed": np.ones((1, 5), dtype=bool),
        "money_per_t": [[1.0, 2.0, 5.0, 1.0, 12.0]],
        "time_cost_per_t": np.zeros((1, 5)),
        "emissions_kg_per_t": np.zeros((1, 5)),
        "capacity_members": sparse.csr_array([[0.0, 2.0, 0.0, 0.0, 0.0]]),
        "demand_destination": [3],
    }
    return build_two_route_problem(**{**fields, **changes})


def _improve(
    problem: Problem, method: Method, price: list[float], known: float = np.inf
) -> tuple[NDArray[np.float64], Paths, list[int]]:
    search = OverlaySearch(problem, method)
    least, paths = search.improve(np.array(price), np.full(len(problem.demand_ids), known), bounded=False)
    return least, paths, search.unfold(paths)[1].tolist()


@pytest.mark.parametrize("method", METHODS)
def test_the_train_is_taken_until_its_price_is_that_of_the_road(method: Method) -> None:
    """The train costs 2 and 2 units of its capacity: at 1 VND a unit 1 + 4 + 1 = 6, at 2 the road's 7."""
    problem = _chain_problem()
    for price, least, links in (([0.0], 4.0, [0, 1, 3]), ([1.0], 6.0, [0, 1, 3]), ([2.0], 7.0, [0, 2, 3])):
        found, paths, unfolded = _improve(problem, method, price)
        assert found.tolist() == [least]
        assert unfolded == links
        assert paths.cost_per_t.tolist() == [4.0 if 1 in links else 7.0]
        assert paths.use.toarray().tolist() == [[2.0 if 1 in links else 0.0]]


def test_a_table_answers_with_two_ways_and_the_link_between() -> None:
    _, paths, _ = _improve(_chain_problem(), "tables", [0.0])
    assert paths.legs[1] == ~1
    assert (paths.legs[[0, 2]] >= 0).all()


@pytest.mark.parametrize("method", METHODS)
def test_a_path_that_is_no_better_is_not_returned(method: Method) -> None:
    least, paths, _ = _improve(_chain_problem(), method, [0.0], known=4.0)
    assert least.tolist() == [4.0]
    assert paths.count == 0


@pytest.mark.parametrize("method", METHODS)
def test_a_small_demand_may_not_use_the_train(method: Method) -> None:
    """The train carries lots of 11 t: 10 t go by road for 7, 11 t by train for 4."""
    lots = [0.0, 11.0, 0.0, 0.0, 0.0]
    for mass_t, links in ((10.0, [0, 2, 3]), (11.0, [0, 1, 3])):
        problem = _chain_problem(minimum_lot_t=lots, demand_t_per_day=[mass_t])
        assert _improve(problem, method, [0.0])[2] == links


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("by_origin", [True, False])
def test_a_link_that_gives_may_make_a_path_cheaper_than_nothing(method: Method, by_origin: bool) -> None:
    """The last (or first) link gives 1 unit at 10 VND: 3 + (4 - 10) = -3 against 5 + (1 - 0)."""
    cost = [4.0, 3.0, 1.0, 5.0] if by_origin else [3.0, 4.0, 5.0, 1.0]
    gives = 0 if by_origin else 1
    problem = _chain_problem(
        link_ids=("0", "1", "2", "3"),
        link_from=[0, 1, 0, 2],
        link_to=[1, 3, 2, 3],
        allowed=np.ones((1, 4), dtype=bool),
        money_per_t=[cost],
        time_cost_per_t=np.zeros((1, 4)),
        emissions_kg_per_t=np.zeros((1, 4)),
        capacity_members=sparse.csr_array((np.array([-1.0]), ([0], [gives])), shape=(1, 4)),
    )
    least, paths, links = _improve(problem, method, [10.0])
    assert least.tolist() == [-3.0]
    assert links == [0, 1]
    assert paths.use.toarray().tolist() == [[-1.0]]


@st.composite
def _problems(draw: st.DrawFn) -> tuple[Problem, np.random.Generator]:
    """Draw a network with loops, parallels, free and closed links, lots, and sources and sinks whose links may give."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    nodes, links, classes = (draw(st.integers(*ends)) for ends in ((1, 14), (0, 50), (1, 3)))
    capacities, demands, outer = (draw(st.integers(*ends)) for ends in ((0, 5), (0, 20), (0, 2)))
    whole = draw(st.booleans())

    def amounts(*shape: int, top: int = 10) -> NDArray[np.float64]:
        values = random.integers(0, top, shape).astype(float) if whole else top * random.random(shape)
        return np.where(random.random(shape) < 0.15, 0.0, values)

    inner = random.integers(0, nodes, (2, links))
    source = np.stack([np.repeat(nodes + np.arange(outer), 3), random.integers(0, nodes, 3 * outer)])
    sink = np.stack([random.integers(0, nodes, 3 * outer), np.repeat(nodes + outer + np.arange(outer), 3)])
    link_from, link_to = np.concatenate([inner, source, sink], axis=1).astype(np.int32)
    total = link_from.size
    members = (random.random((capacities, total)) < 0.1) * random.integers(1, 3, (capacities, total)).astype(float)
    gives = (random.random((capacities, total)) < 0.3) & (np.arange(total) >= links)
    members = np.where(gives, -random.integers(1, 4, (capacities, total)), members)
    lots = (random.random(total) < 0.1) * random.integers(1, 8, total).astype(float)
    problem = Problem(
        node_ids=tuple(f"node_{index}" for index in range(nodes + 2 * outer)),
        link_ids=tuple(f"link_{index}" for index in range(total)),
        link_from=link_from,
        link_to=link_to,
        class_ids=tuple(f"class_{index}" for index in range(classes)),
        allowed=random.random((classes, total)) < 0.8,
        money_per_t=amounts(classes, total),
        time_cost_per_t=amounts(classes, total),
        emissions_kg_per_t=amounts(classes, total),
        carbon_price_per_kg=float(random.integers(0, 3)),
        capacity_ids=tuple(f"capacity_{index}" for index in range(capacities)),
        capacity_per_day=amounts(capacities),
        capacity_unit=("t",) * capacities,
        capacity_members=sparse.csr_array(members),
        use_per_t=amounts(classes, capacities, top=4),
        demand_ids=tuple(f"demand_{index}" for index in range(demands)),
        demand_origin=random.integers(0, nodes + 2 * outer, demands, dtype=np.int32),
        demand_destination=random.integers(0, nodes + 2 * outer, demands, dtype=np.int32),
        demand_class=random.integers(0, classes, demands, dtype=np.int32),
        demand_t_per_day=amounts(demands),
        penalty_per_t=amounts(demands, top=60),
        minimum_lot_t=lots if draw(st.booleans()) else None,  # type: ignore[arg-type]
    )
    return problem, random


def _check_paths(problem: Problem, search: OverlaySearch, paths: Paths) -> None:
    """Check that paths lead over links they may use, at the cost and use they state."""
    start, links = search.unfold(paths)
    path = np.repeat(np.arange(paths.count), np.diff(start))
    demand = paths.demand[path]
    assert problem.allowed[problem.demand_class[demand], links].all()
    assert (problem.minimum_lot_t[links] <= problem.demand_t_per_day[demand]).all()
    for one in range(paths.count):
        on_way = links[start[one] : start[one + 1]]
        ends = problem.demand_origin[paths.demand[one]], problem.demand_destination[paths.demand[one]]
        np.testing.assert_array_equal(
            np.append(problem.link_from[on_way], ends[1]), np.append(ends[0], problem.link_to[on_way])
        )
    real = build_paths(problem, paths.demand, start, links)
    np.testing.assert_allclose(paths.cost_per_t, real.cost_per_t, rtol=1e-13)
    np.testing.assert_allclose(paths.use.toarray(), real.use.toarray(), rtol=1e-13)


def _check_against_full(problem: Problem, search: OverlaySearch, random: np.random.Generator) -> None:
    """Check several rounds against the search of all links."""
    full, capacities = FullSearch(problem), len(problem.capacity_ids)
    for bounded, dear in ((False, 0), (False, 8), (True, 8)):
        price = dear * random.random(capacities) * random.integers(0, 2, capacities)
        known = np.where(
            random.random(len(problem.demand_ids)) < 0.1, np.inf, 80 * random.random(len(problem.demand_ids))
        )
        least, paths = search.improve(price, known, bounded=bounded)
        expected, others = full.improve(price, known, bounded=bounded)
        looked_at = expected < known if bounded else np.ones(known.size, dtype=bool)
        np.testing.assert_allclose(least[looked_at], expected[looked_at], rtol=1e-12, atol=1e-9)
        assert (least[~looked_at] >= known[~looked_at] - 1e-9).all()
        assert sorted(paths.demand) == sorted(others.demand)
        np.testing.assert_allclose(paths.price_per_t(price), least[paths.demand], rtol=1e-12, atol=1e-9)
        _check_paths(problem, search, paths)


@settings(deadline=None)
@given(drawn=_problems(), method=st.sampled_from(METHODS), threads=st.sampled_from([1, 1, 1, 2]))
def test_answers_are_those_of_the_search_of_all_links(
    drawn: tuple[Problem, np.random.Generator], method: Method, threads: int
) -> None:
    problem, random = drawn
    _check_against_full(problem, OverlaySearch(problem, method, threads), random)


@settings(deadline=None)
@given(drawn=_problems(), method=st.sampled_from(METHODS))
def test_a_rebound_search_answers_like_a_fresh_one(drawn: tuple[Problem, np.random.Generator], method: Method) -> None:
    """Other tonnes, penalties and capacities; special links at other costs, opened and closed."""
    problem, random = drawn
    search = OverlaySearch(problem, method)
    _check_against_full(problem, search, random)
    special = np.flatnonzero(np.diff(problem.capacity_members.tocsc().indptr) > 0)
    allowed, money = problem.allowed.copy(), problem.money_per_t.copy()
    allowed[:, special] = random.random((allowed.shape[0], special.size)) < 0.7
    money[:, special] = 9 * random.random((allowed.shape[0], special.size))
    changed = replace(
        problem,
        allowed=allowed,
        money_per_t=money,
        demand_t_per_day=random.integers(0, 9, len(problem.demand_ids)).astype(float),
        penalty_per_t=2 * problem.penalty_per_t,
        capacity_per_day=3 * problem.capacity_per_day,
    )
    rebound = search.rebound(changed)
    assert rebound is not None
    _check_against_full(changed, rebound, random)
    _check_against_full(problem, search, random)


@pytest.mark.parametrize("method", METHODS)
def test_threads_do_not_change_the_answer(method: Method) -> None:
    problem = _grid_problem()
    price = np.random.default_rng(1).random(len(problem.capacity_ids)) * 3
    known = np.full(len(problem.demand_ids), np.inf)
    one, two = (OverlaySearch(problem, method, threads) for threads in (1, 2))
    (least, paths), (other_least, other_paths) = (search.improve(price, known) for search in (one, two))
    np.testing.assert_array_equal(least, other_least)
    np.testing.assert_array_equal(paths.legs, other_paths.legs)
    np.testing.assert_array_equal(one.unfold(paths)[1], two.unfold(other_paths)[1])


def _grid_problem(side: int = 25) -> Problem:
    """Return a grid of equal-looking streets with 20 capacities and 60 demands of 2 classes."""
    random = np.random.default_rng(0)
    node = np.arange(side * side, dtype=np.int32).reshape(side, side)
    near = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    far = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    link_from, link_to = np.concatenate([near, far]), np.concatenate([far, near])
    links, capacities, demands = link_from.size, 20, 60
    scarce = random.choice(links, capacities, replace=False)
    return Problem(
        node_ids=tuple(f"node_{index}" for index in range(side * side)),
        link_ids=tuple(f"link_{index}" for index in range(links)),
        link_from=link_from,
        link_to=link_to,
        class_ids=("heavy", "light"),
        allowed=random.random((2, links)) < 0.95,
        money_per_t=random.integers(1, 5, (2, links)).astype(float),
        time_cost_per_t=np.zeros((2, links)),
        emissions_kg_per_t=np.zeros((2, links)),
        carbon_price_per_kg=0.0,
        capacity_ids=tuple(f"capacity_{index}" for index in range(capacities)),
        capacity_per_day=np.ones(capacities),
        capacity_unit=("t",) * capacities,
        capacity_members=sparse.csr_array(
            (np.ones(capacities), (np.arange(capacities), scarce)), shape=(capacities, links)
        ),
        use_per_t=np.ones((2, capacities)),
        demand_ids=tuple(f"demand_{index}" for index in range(demands)),
        demand_origin=random.integers(0, side * side, demands, dtype=np.int32),
        demand_destination=random.integers(0, 9, demands, dtype=np.int32),
        demand_class=random.integers(0, 2, demands, dtype=np.int32),
        demand_t_per_day=np.ones(demands),
        penalty_per_t=np.full(demands, 500.0),
    )


def test_a_grid_of_ties_is_answered_exactly_and_paths_of_both_ways_unfold() -> None:
    problem = _grid_problem()
    random = np.random.default_rng(2)
    for method in METHODS:
        _check_against_full(problem, OverlaySearch(problem, method), random)


def test_a_problem_with_other_ordinary_costs_or_new_key_nodes_does_not_fit() -> None:
    problem = _chain_problem()
    search = OverlaySearch(problem, "tables")
    assert search.fits(_chain_problem(money_per_t=[[1.0, 9.0, 5.0, 1.0, 12.0]]))
    assert search.fits(_chain_problem(carbon_price_per_kg=3.0))
    for changes in (
        {"money_per_t": [[1.0, 2.0, 6.0, 1.0, 12.0]]},
        {"allowed": [[True, True, False, True, True]]},
        {"minimum_lot_t": [0.0, 0.0, 1.0, 0.0, 0.0]},
        {"capacity_members": sparse.csr_array([[0.0, 0.0, 1.0, 0.0, 0.0]])},
        {"link_to": [1, 2, 2, 3, 2]},
    ):
        assert search.rebound(_chain_problem(**changes)) is None
    assert OverlaySearch(problem, "tables").rebound(_chain_problem(demand_destination=[2])) is not None
    far: dict[str, object] = {"node_ids": ("a", "b", "c", "d", "e"), "link_to": [1, 2, 2, 3, 4]}
    search = OverlaySearch(_chain_problem(**far), "sweeps")
    assert search.rebound(_chain_problem(**far, demand_destination=[4])) is None


def test_a_special_link_may_close_and_open_again() -> None:
    """The train's price is 18: the road, special for its minimum lot, makes it 7, without it the way round is 12."""
    lots = [0.0, 0.0, 1.0, 0.0, 0.0]
    problem = _chain_problem(minimum_lot_t=lots)
    search = OverlaySearch(problem, "tables")
    price, known = np.array([9.0]), np.array([np.inf])
    assert search.improve(price, known)[0].tolist() == [7.0]
    closed = search.rebound(_chain_problem(minimum_lot_t=lots, allowed=[[True, True, False, True, True]]))
    assert closed is not None
    assert closed.improve(price, known)[0].tolist() == [12.0]
    opened = closed.rebound(problem)
    assert opened is not None
    assert opened.improve(price, known)[0].tolist() == [7.0]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("threads", [1, 2])
def test_a_search_stops_when_told_to_and_can_go_on_later(method: Method, threads: int) -> None:
    problem = _grid_problem(side=12)
    price, known = np.zeros(20), np.full(60, np.inf)
    for patience in range(8):
        search, asked = OverlaySearch(problem, method, threads), iter(range(100))
        with pytest.raises(InterruptedSearchError):
            search.improve(price, known, interrupted=lambda asked=asked, patience=patience: next(asked) >= patience)  # type: ignore[misc]
        expected, _ = FullSearch(problem).improve(price, known)
        np.testing.assert_allclose(search.improve(price, known)[0], expected, rtol=1e-13)


def test_ways_and_threads_that_do_not_exist_are_refused() -> None:
    with pytest.raises(ValueError, match="method must be tables or sweeps, got 'magic'"):
        OverlaySearch(_chain_problem(), "magic")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="threads must be at least 1, got 0"):
        OverlaySearch(_chain_problem(), "tables", 0)


def test_small_problems_are_estimated_to_be_searched_whole() -> None:
    seconds = estimate_seconds(_chain_problem())
    assert seconds.full < min(seconds.tables, seconds.sweeps)


def test_tables_are_left_when_they_and_their_trees_take_too_much_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """The chain's table has the train's end and the origin by its start and the destination: 4 cells of 29 bytes."""
    monkeypatch.setattr(estimate, "MOST_TABLE_BYTES", 4 * 29)
    assert np.isfinite(estimate_seconds(_chain_problem()).tables)
    monkeypatch.setattr(estimate, "MOST_TABLE_BYTES", 4 * 29 - 1)
    assert np.isinf(estimate_seconds(_chain_problem()).tables)


def test_more_steps_than_can_be_numbered_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    _improve(_chain_problem(), "tables", [0.0])
    monkeypatch.setattr(overlay_network, "MOST_STEPS", 3)
    with pytest.raises(MemoryError, match="ways of a table of 2 x 2 distances have too many steps"):
        _improve(_chain_problem(), "tables", [0.0])
