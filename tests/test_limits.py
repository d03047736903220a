"""Limits of time and length: by hand, against every simple path, laws, refusals, and a large grid."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from flow_problems import build_two_route_problem
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse

from optimizer.flow.problem import Problem
from optimizer.flow.search.full import FullSearch
from optimizer.flow.search.limits import LabelLimitError, LimitedSearch
from optimizer.flow.search.path_search import InterruptedSearchError

often = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def build_problem(**fields: object) -> Problem:
    """Return a problem from lists or arrays."""
    return Problem(**fields)  # type: ignore[arg-type]


def cheapest(
    problem: Problem, capacity_price: object = (0.0,), **limits: object
) -> tuple[list[float], list[tuple[str, ...]]]:
    """Return the least prices of a problem's demands and the links of their paths, without prices to beat."""
    limited = replace(problem, **limits)  # type: ignore[arg-type]
    search = LimitedSearch(limited, FullSearch(limited))
    known = np.full(len(problem.demand_ids), 1e12)
    least, paths = search.improve(np.array(capacity_price), known, bounded=False)
    start, links = search.unfold(paths)
    routes: list[tuple[str, ...]] = [()] * known.size
    for path, demand in enumerate(paths.demand):
        routes[demand] = tuple(problem.link_ids[link] for link in links[start[path] : start[path + 1]])
    return least.tolist(), routes


def test_the_cheap_route_that_is_too_slow_is_left_by_hand() -> None:
    """Rail costs 2 and takes 30 h over 100 km, road costs 5 and takes 8 h over 120 km."""
    problem = build_two_route_problem(time_h=[[30.0, 8.0]], length_km=[100.0, 120.0])
    assert cheapest(problem, max_time_h=[30.0]) == ([2.0], [("rail",)])
    assert cheapest(problem, max_time_h=[29.0]) == ([5.0], [("road",)])
    assert cheapest(problem, max_time_h=[8.0], max_length_km=[120.0]) == ([5.0], [("road",)])
    assert cheapest(problem, max_time_h=[8.0], max_length_km=[119.0]) == ([np.inf], [()])
    assert cheapest(problem, max_time_h=[7.9]) == ([np.inf], [()])


def test_the_price_of_a_capacity_is_part_of_the_price_by_hand() -> None:
    """With 4 VND/t for the train rail costs 6, more than road at 5; a limit of 110 km leaves only rail."""
    problem = build_two_route_problem(time_h=[[30.0, 8.0]], length_km=[100.0, 120.0])
    assert cheapest(problem, [4.0]) == ([5.0], [("road",)])
    assert cheapest(problem, [4.0], max_length_km=[110.0]) == ([6.0], [("rail",)])


def build_chain(hours_limit: float, lot_t: float = 0.0) -> Problem:
    """Return two stages, each by a cheap slow link (1 VND, 3 h) or a dear quick one (4 VND, 1 h), and free rests.

    The quick link of the second stage takes only lots of ``lot_t``; the demand is 10 t.
    """
    return build_problem(
        node_ids=("a", "b", "c"),
        link_ids=("slow_1", "quick_1", "rest_a", "there_b", "back_b", "slow_2", "quick_2"),
        link_from=[0, 0, 0, 1, 2, 1, 1],
        link_to=[1, 1, 0, 2, 1, 2, 2],
        class_ids=("goods",),
        allowed=[[True, True, True, False, True, True, True]],
        money_per_t=[[1.0, 4.0, 0.0, 0.0, 0.0, 1.0, 4.0]],
        time_cost_per_t=np.zeros((1, 7)),
        emissions_kg_per_t=np.zeros((1, 7)),
        carbon_price_per_kg=0.0,
        capacity_ids=(),
        capacity_per_day=[],
        capacity_unit=(),
        capacity_members=sparse.csr_array((0, 7)),
        use_per_t=np.zeros((1, 0)),
        demand_ids=("a_to_c",),
        demand_origin=[0],
        demand_destination=[2],
        demand_class=[0],
        demand_t_per_day=[10.0],
        penalty_per_t=[100.0],
        time_h=[[3.0, 1.0, 0.0, 0.0, 0.0, 3.0, 1.0]],
        max_time_h=[hours_limit],
        minimum_lot_t=[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, lot_t],
    )


@pytest.mark.parametrize(
    ("hours", "price"), [(6.0, 2.0), (5.9, 5.0), (4.0, 5.0), (3.9, 8.0), (2.0, 8.0), (1.9, np.inf)]
)
def test_stages_are_mixed_as_the_limit_asks_by_hand(hours: float, price: float) -> None:
    """Both slow are 2 VND in 6 h, one quick 5 VND in 4 h, both quick 8 VND in 2 h; nothing takes less."""
    assert cheapest(build_chain(hours), ())[0] == [price]


def test_a_lot_too_small_closes_the_quick_link_by_hand() -> None:
    """A demand of 10 t may use a lot of 10 t but not of 11 t: then 3.9 h cannot be kept, and 4 h only by quick_1."""
    assert cheapest(build_chain(3.9, lot_t=10.0), ())[0] == [8.0]
    assert cheapest(build_chain(3.9, lot_t=11.0), ())[0] == [np.inf]
    assert cheapest(build_chain(4.0, lot_t=11.0), ()) == ([5.0], [("quick_1", "slow_2")])


@st.composite
def limited_problems(draw: st.DrawFn) -> tuple[Problem, NDArray[np.float64]]:
    """Generate problems with limits, zeros, loops, parallel and forbidden links, lots, giving ends; and prices."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    inner, links, demands = draw(st.integers(2, 7)), draw(st.integers(1, 22)), draw(st.integers(1, 8))
    classes, top = 2, draw(st.sampled_from([2, 5, 20]))
    nodes = inner + 2
    source, sink = inner, inner + 1
    tail, head = random.integers(0, inner, (2, links))
    ends = random.integers(0, inner, (2, 4))
    link_from = np.concatenate([tail, np.full(4, source), ends[1]])
    link_to = np.concatenate([head, ends[0], np.full(4, sink)])
    count = link_from.size

    def amounts(*shape: int) -> NDArray[np.float64]:
        return np.where(random.random(shape) < 0.2, 0.0, random.integers(0, top, shape)).astype(float)

    members = random.integers(0, 2, (3, count)).astype(float)
    members[:, links:] = random.integers(-2, 2, (3, 8))
    origin, destination = random.integers(0, inner, (2, demands))
    origin = np.where(random.random(demands) < 0.3, source, origin)
    destination = np.where(random.random(demands) < 0.3, sink, destination)

    def limits() -> NDArray[np.float64]:
        return np.where(random.random(demands) < 0.25, np.inf, random.integers(0, 3 * top, demands))

    problem = build_problem(
        node_ids=tuple(map(str, range(nodes))),
        link_ids=tuple(map(str, range(count))),
        link_from=link_from,
        link_to=link_to,
        class_ids=tuple(map(str, range(classes))),
        allowed=random.random((classes, count)) < 0.85,
        money_per_t=amounts(classes, count),
        time_cost_per_t=amounts(classes, count),
        emissions_kg_per_t=np.zeros((classes, count)),
        carbon_price_per_kg=0.0,
        capacity_ids=("first", "second", "third"),
        capacity_per_day=np.ones(3),
        capacity_unit=("t",) * 3,
        capacity_members=sparse.csr_array(members),
        use_per_t=amounts(classes, 3),
        demand_ids=tuple(map(str, range(demands))),
        demand_origin=origin,
        demand_destination=destination,
        demand_class=random.integers(0, classes, demands),
        demand_t_per_day=random.integers(0, 4, demands).astype(float),
        penalty_per_t=np.full(demands, 50.0),
        time_h=amounts(classes, count),
        length_km=amounts(count),
        max_time_h=limits(),
        max_length_km=limits(),
        minimum_lot_t=random.integers(0, 4, count).astype(float) * (random.random(count) < 0.3),
    )
    return problem, amounts(3)


def price_of_links(problem: Problem, k: int, capacity_price: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the price of one pass of each link for a class."""
    units = problem.capacity_members.toarray() * problem.use_per_t[k][:, None]
    return np.asarray(problem.cost_per_t()[k] + capacity_price @ units)


def least_by_enumeration(problem: Problem, capacity_price: NDArray[np.float64]) -> list[float]:
    """Return the least price of every demand over all simple paths within its limits, inf without one or tonnes."""
    least = []
    for demand, k in enumerate(problem.demand_class):
        price = price_of_links(problem, k, capacity_price)
        tonnes = problem.demand_t_per_day[demand]
        usable = np.flatnonzero(problem.allowed[k] & (problem.minimum_lot_t <= tonnes))
        most = np.array([problem.max_time_h[demand], problem.max_length_km[demand]])
        weights = np.array([price, problem.time_h[k], problem.length_km])
        best = np.inf
        start = (int(problem.demand_origin[demand]), frozenset[int](), np.zeros(3))
        stack = [start] if tonnes > 0 else []
        while stack:
            node, seen, total = stack.pop()
            if node == problem.demand_destination[demand]:
                best = min(best, total[0])
                continue
            for link in usable[problem.link_from[usable] == node]:
                after = total + weights[:, link]
                if problem.link_to[link] not in seen and (after[1:] <= most).all():
                    stack.append((int(problem.link_to[link]), seen | {node}, after))
        least.append(best)
    return least


@often
@given(limited_problems())
def test_least_prices_equal_those_of_all_simple_paths(case: tuple[Problem, NDArray[np.float64]]) -> None:
    problem, prices = case
    search = LimitedSearch(problem, FullSearch(problem))
    known = np.full(len(problem.demand_ids), 1e9)
    for capacity_price in (prices, prices[::-1], np.zeros(3)):
        expected = least_by_enumeration(problem, capacity_price)
        least, paths = search.improve(capacity_price, known, bounded=False)
        assert least == pytest.approx(expected, rel=1e-12, abs=1e-9)
        start, links = search.unfold(paths)
        assert sorted(paths.demand) == np.flatnonzero(np.isfinite(expected)).tolist()
        for path, demand in enumerate(paths.demand):
            route, k = links[start[path] : start[path + 1]], problem.demand_class[demand]
            nodes = [problem.demand_origin[demand], *problem.link_to[route]]
            assert nodes[:-1] == problem.link_from[route].tolist()
            assert nodes[-1] == problem.demand_destination[demand]
            assert len(set(nodes)) == len(nodes)
            assert problem.time_h[k, route].sum() <= problem.max_time_h[demand]
            assert problem.length_km[route].sum() <= problem.max_length_km[demand]
            assert problem.allowed[k, route].all()
            assert (problem.minimum_lot_t[route] <= problem.demand_t_per_day[demand]).all()
            assert price_of_links(problem, k, capacity_price)[route].sum() == pytest.approx(expected[demand], abs=1e-9)
        assert paths.price_per_t(capacity_price) == pytest.approx(np.array(expected)[paths.demand], abs=1e-9)


@often
@given(limited_problems(), st.integers(-20, 60))
def test_bounded_answers_are_the_least_price_or_that_nothing_beats_the_known(
    case: tuple[Problem, NDArray[np.float64]], known_price: int
) -> None:
    problem, capacity_price = case
    search = LimitedSearch(problem, FullSearch(problem))
    known = np.full(len(problem.demand_ids), float(known_price))
    expected = np.array(least_by_enumeration(problem, capacity_price))
    least, paths = search.improve(capacity_price, known)
    beaten = expected < known - 1e-9
    assert np.minimum(least, known) == pytest.approx(np.minimum(expected, known), rel=1e-12, abs=1e-9)
    assert sorted(paths.demand) == np.flatnonzero(beaten).tolist()
    assert least[beaten] == pytest.approx(expected[beaten], rel=1e-12, abs=1e-9)


@often
@given(limited_problems(), st.floats(0.1, 1.0))
def test_a_tighter_limit_never_lowers_a_price(case: tuple[Problem, NDArray[np.float64]], share: float) -> None:
    problem, capacity_price = case
    least, _ = cheapest(problem, capacity_price)
    tighter, _ = cheapest(
        problem, capacity_price, max_time_h=share * problem.max_time_h, max_length_km=share * problem.max_length_km
    )
    assert (np.array(tighter) >= np.array(least) - 1e-9).all()


@often
@given(limited_problems())
def test_endless_and_wide_limits_change_nothing(case: tuple[Problem, NDArray[np.float64]]) -> None:
    problem, capacity_price = case
    endless = np.full(len(problem.demand_ids), np.inf)
    free = replace(problem, max_time_h=endless, max_length_km=endless)
    known = np.full(len(problem.demand_ids), 40.0)
    least, paths = FullSearch(free).improve(capacity_price, known)
    for limits in (endless, np.full(endless.size, 1e6)):
        wide = replace(problem, max_time_h=limits, max_length_km=limits)
        limited, same = LimitedSearch(wide, FullSearch(wide)).improve(capacity_price, known)
        assert limited == pytest.approx(np.where(least >= known, np.inf, least) if limits is not endless else least)
        assert same.legs.tolist() == paths.legs.tolist()


def build_limited_grid(side: int, demands: int, top: int, seed: int) -> Problem:
    """Return a square grid of two-way roads of whole costs, hours and km below ``top``, ends and limits at random.

    The limits lie a tenth of the way from the least hours and km to those of the cheapest path.
    """
    random = np.random.default_rng(seed)
    node = np.arange(side * side).reshape(side, side)
    across, down = (node[:, :-1].ravel(), node[:, 1:].ravel()), (node[:-1].ravel(), node[1:].ravel())
    link_from = np.concatenate([across[0], down[0], across[1], down[1]])
    link_to = np.concatenate([across[1], down[1], across[0], down[0]])
    cost, time_h, length_km = random.integers(1, top, (3, link_from.size)).astype(float)
    origin, destination = random.integers(0, node.size, (2, demands))
    problem = build_problem(
        node_ids=tuple(map(str, node.ravel())),
        link_ids=tuple(map(str, range(link_from.size))),
        link_from=link_from,
        link_to=link_to,
        class_ids=("cost", "time", "length"),
        allowed=np.ones((3, link_from.size), dtype=bool),
        money_per_t=np.array([cost, time_h, length_km]),
        time_cost_per_t=np.zeros((3, link_from.size)),
        emissions_kg_per_t=np.zeros((3, link_from.size)),
        carbon_price_per_kg=0.0,
        capacity_ids=(),
        capacity_per_day=[],
        capacity_unit=(),
        capacity_members=sparse.csr_array((0, link_from.size)),
        use_per_t=np.zeros((3, 0)),
        demand_ids=tuple(map(str, range(3 * demands))),
        demand_origin=np.tile(origin, 3),
        demand_destination=np.tile(destination, 3),
        demand_class=np.repeat([0, 1, 2], demands),
        demand_t_per_day=np.ones(3 * demands),
        penalty_per_t=np.full(3 * demands, 1e9),
        time_h=np.tile(time_h, (3, 1)),
        length_km=length_km,
    )
    search = FullSearch(problem)
    least, paths = search.improve(np.zeros(0), problem.penalty_per_t, bounded=False)
    start, links = search.unfold(paths)
    path = np.repeat(paths.demand, np.diff(start))
    limits = []
    for class_index, weight in ((1, time_h), (2, length_km)):
        fewest = least[class_index * demands :][:demands]
        of_cheapest = np.bincount(path, weight[links], 3 * demands)[:demands]
        limits.append(np.append(fewest + 0.1 * (of_cheapest - fewest), np.full(2 * demands, np.inf)))
    return replace(problem, max_time_h=limits[0], max_length_km=limits[1])


def build_choices(stages: int, hours_limit: float) -> Problem:
    """Return stages that cost 2^i VND or last 2^i h: every mix of them has a price and a time of its own."""
    node, amount = np.repeat(np.arange(stages), 2), 2.0 ** np.repeat(np.arange(stages), 2)
    by_cost = np.tile([True, False], stages)
    return build_problem(
        node_ids=tuple(map(str, range(stages + 1))),
        link_ids=tuple(map(str, range(2 * stages))),
        link_from=node,
        link_to=node + 1,
        class_ids=("goods",),
        allowed=np.ones((1, 2 * stages), dtype=bool),
        money_per_t=[np.where(by_cost, amount, 0.0)],
        time_cost_per_t=np.zeros((1, 2 * stages)),
        emissions_kg_per_t=np.zeros((1, 2 * stages)),
        carbon_price_per_kg=0.0,
        capacity_ids=(),
        capacity_per_day=[],
        capacity_unit=(),
        capacity_members=sparse.csr_array((0, 2 * stages)),
        use_per_t=np.zeros((1, 0)),
        demand_ids=("gạo",),
        demand_origin=[0],
        demand_destination=[stages],
        demand_class=[0],
        demand_t_per_day=[1.0],
        penalty_per_t=[1e9],
        time_h=[np.where(by_cost, 0.0, amount)],
        max_time_h=[hours_limit],
    )


def test_as_many_labels_are_kept_as_the_answer_needs_or_the_demand_is_refused_by_name() -> None:
    """Ten stages are 1,023 VND and h together: of 500.5 h at most 500 are used, the other 523 are paid.

    No price of an hour shows that half an hour must be left over, so hundreds of mixes have to be tried.
    """
    problem = build_choices(10, 500.5)
    assert cheapest(problem, ())[0] == [523.0]
    search = LimitedSearch(problem, FullSearch(problem), most_labels=100)
    with pytest.raises(LabelLimitError, match=r"cheapest path of demand gạo .* more than 100 partial") as caught:
        search.improve(np.zeros(0), problem.penalty_per_t, bounded=False)
    assert "phải giữ hơn 100 đoạn đường" in caught.value.sentence("vi")
    with pytest.raises(ValueError, match="most_labels must be at least 1, got 0"):
        LimitedSearch(problem, FullSearch(problem), most_labels=0)


def test_more_labels_than_there_is_room_for_at_first() -> None:
    """Fifteen stages: 32,767 - 20,000 paid; tens of thousands of labels are kept on the way."""
    assert cheapest(build_choices(15, 20_000.5), ())[0] == [12_767.0]


def test_a_search_that_was_stopped_answers_right_when_asked_again() -> None:
    problem = build_limited_grid(12, 6, 10, seed=1)
    known = problem.penalty_per_t
    expected, _ = LimitedSearch(problem, FullSearch(problem)).improve(np.zeros(0), known, bounded=False)
    search = LimitedSearch(problem, FullSearch(problem))
    for patience in range(0, 100, 7):
        answers = iter([False] * patience)
        try:
            least, _ = search.improve(np.zeros(0), known, bounded=False, interrupted=lambda: next(answers, True))  # noqa: B023
        except InterruptedSearchError:
            continue
        assert least.tolist() == expected.tolist()
        break
    else:
        pytest.fail("the search was never done")


@settings(often, max_examples=60)
@given(limited_problems(), limited_problems())
def test_a_search_brought_to_another_problem_answers_like_a_new_one(
    case: tuple[Problem, NDArray[np.float64]], other: tuple[Problem, NDArray[np.float64]]
) -> None:
    """Costs, capacities, then tonnes, then limits, then what is allowed are changed, one after the other."""
    problem, prices = case
    demands, links = len(problem.demand_ids), len(problem.link_ids)
    changes: list[dict[str, object]] = [
        {"money_per_t": problem.money_per_t[:, ::-1]},
        {"demand_t_per_day": problem.demand_t_per_day[::-1]},
        {"max_time_h": np.resize(other[0].max_time_h, demands)},
        {"allowed": np.resize(other[0].allowed, (2, links))},
    ]
    known = np.full(demands, 45.0)
    search = LimitedSearch(problem, FullSearch(problem))
    for change in changes:
        search.improve(prices, known, bounded=False)
        problem = replace(problem, **change)  # type: ignore[arg-type]
        brought = search.rebound(problem)
        assert brought is not None
        for capacity_price in (other[1], prices):
            least, _ = brought.improve(capacity_price, known, bounded=False)
            assert least == pytest.approx(least_by_enumeration(problem, capacity_price), rel=1e-12, abs=1e-9)
        search = brought


def test_a_large_grid_takes_seconds() -> None:
    """20 demands with both limits on 101,760 links; each kept path costs at least what its dual bound proves."""
    problem = build_limited_grid(160, 20, 1000, seed=0)
    known = problem.penalty_per_t
    free, _ = FullSearch(problem).improve(np.zeros(0), known, bounded=False)
    search = LimitedSearch(problem, FullSearch(problem))
    before = time.process_time()
    least, paths = search.improve(np.zeros(0), known, bounded=False)
    again, none = search.improve(np.zeros(0), least)
    assert time.process_time() - before < 20
    assert (least[20:] == free[20:]).all()
    assert (least[:20] > free[:20]).sum() > 10
    assert none.count == 0
    assert paths.price_per_t(np.zeros(0)) == pytest.approx(least[paths.demand])
    assert (again >= least).all()
