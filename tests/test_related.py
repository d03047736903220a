"""Plans that begin from a problem of another shape: the same optimum as afresh, whatever is gone or new."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from flow_problems import flow_problems
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.road_grid import GridSize, build_road_grid
from optimizer.check import check_plan
from optimizer.flow.engine import FlowEngine
from optimizer.flow.problem import Problem
from optimizer.flow.related import relate
from optimizer.flow.solve import solve


def without(
    problem: Problem,
    links: np.ndarray | None = None,
    demands: np.ndarray | None = None,
    capacities: np.ndarray | None = None,
) -> Problem:
    """Return the problem with only the flagged links, demands and capacities."""
    link = np.flatnonzero(np.ones(len(problem.link_ids), dtype=bool) if links is None else links)
    demand = np.flatnonzero(np.ones(len(problem.demand_ids), dtype=bool) if demands is None else demands)
    row = np.flatnonzero(np.ones(len(problem.capacity_ids), dtype=bool) if capacities is None else capacities)
    per_class_link = ("allowed", "money_per_t", "time_cost_per_t", "emissions_kg_per_t", "time_h")
    per_link = ("link_from", "link_to", "minimum_lot_t", "length_km")
    per_demand = (
        "demand_origin",
        "demand_destination",
        "demand_class",
        "demand_t_per_day",
        "penalty_per_t",
        "max_time_h",
        "max_length_km",
        "optional",
    )
    per_capacity = ("capacity_per_day", "background_per_day", "floor_share")
    return replace(
        problem,
        link_ids=tuple(problem.link_ids[one] for one in link),
        demand_ids=tuple(problem.demand_ids[one] for one in demand),
        capacity_ids=tuple(problem.capacity_ids[one] for one in row),
        capacity_unit=tuple(problem.capacity_unit[one] for one in row),
        capacity_members=problem.capacity_members[row][:, link],
        use_per_t=problem.use_per_t[:, row],
        **{name: getattr(problem, name)[:, link] for name in per_class_link},
        **{name: getattr(problem, name)[link] for name in per_link},
        **{name: getattr(problem, name)[demand] for name in per_demand},
        **{name: getattr(problem, name)[row] for name in per_capacity},
    )


def thinned(problem: Problem, random: np.random.Generator) -> Problem:
    """Return the problem with some links, demands and capacities taken out at random."""
    flags = (
        random.random(len(ids)) < share
        for ids, share in ((problem.link_ids, 0.9), (problem.demand_ids, 0.8), (problem.capacity_ids, 0.8))
    )
    return without(problem, *flags)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(flow_problems(), st.integers(0, 2**16))
def test_begun_from_another_network_a_plan_costs_what_it_costs_afresh(problem: Problem, seed: int) -> None:
    random = np.random.default_rng(seed)
    some, others = thinned(problem, random), thinned(problem, random)
    engine = FlowEngine()
    engine.solve(some)
    for other in (others, problem):
        begun = FlowEngine(engine.kept).solve(other)
        assert begun.objective == pytest.approx(solve(other).objective, rel=1e-8, abs=1e-12)
        assert not check_plan(other, begun)


def test_what_is_kept_does_not_change_when_others_begin_from_it() -> None:
    """The plan of a problem is the same, path by path, whatever else was planned from the same beginning."""
    whole = build_road_grid(GridSize(1_000))
    random = np.random.default_rng(1)
    engine = FlowEngine()
    engine.solve(whole)
    others = [thinned(whole, random) for _ in range(3)]
    first = FlowEngine(engine.kept).solve(others[0])
    for other in others[1:]:
        FlowEngine(engine.kept).solve(other)
    again = FlowEngine(engine.kept).solve(others[0])
    assert first.objective == again.objective
    np.testing.assert_array_equal(first.path_links, again.path_links)
    np.testing.assert_array_equal(first.path_t_per_day, again.path_t_per_day)


def test_another_network_of_the_same_names_takes_fewer_rounds() -> None:
    problem = build_road_grid(GridSize(3_000))
    random = np.random.default_rng(2)
    fewer = without(problem, links=random.random(len(problem.link_ids)) < 0.999)
    engine = FlowEngine()
    engine.solve(problem)
    begun, afresh = engine.solve(fewer), solve(fewer)
    assert begun.rounds < 0.75 * afresh.rounds
    assert begun.objective == pytest.approx(afresh.objective, rel=1e-9)


def test_parts_are_found_again_by_their_names() -> None:
    """Of two classes that swap places, each demand keeps its own; one whose class is gone is another demand."""
    problem = build_road_grid(GridSize(300, capacities=20, parks=10, ports=3))
    fewer = without(problem, demands=np.arange(len(problem.demand_ids)) % 2 == 0)
    related = relate(problem, fewer)
    assert related.demand[:4].tolist() == [0, -1, 1, -1]
    assert (related.link == np.arange(len(problem.link_ids))).all()
    renamed = replace(fewer, class_ids=tuple(f"other_{one}" for one in fewer.class_ids))
    assert not relate(problem, renamed).is_worth_carrying
