"""Re-solves from kept state: the same optimum as a fresh solve, whatever changed."""

from __future__ import annotations

import itertools
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from flow_problems import build_two_route_problem, flow_problems
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.road_grid import GridSize, build_road_grid
from optimizer.check import check_plan
from optimizer.flow.engine import FlowEngine
from optimizer.flow.options import Pricing, SolveOptions
from optimizer.flow.problem import Problem
from optimizer.flow.solve import solve


def _changed(problem: Problem, random: np.random.Generator, what: str) -> Problem:
    """Return the problem with one kind of number changed at random."""
    demands, capacities, links = len(problem.demand_ids), len(problem.capacity_ids), len(problem.link_ids)
    if what == "capacity":
        factor = random.choice([0.0, 0.5, 1.0, 2.0], capacities)
        return replace(problem, capacity_per_day=problem.capacity_per_day * factor)
    if what == "demand":
        factor = random.choice([0.0, 0.5, 1.0, 2.0], demands)
        return replace(problem, demand_t_per_day=problem.demand_t_per_day * factor)
    if what == "penalty":
        return replace(problem, penalty_per_t=problem.penalty_per_t * random.choice([0.0, 0.5, 1.0, 2.0], demands))
    if what == "limits":
        return replace(
            problem, time_h=np.ones(problem.allowed.shape), max_time_h=random.integers(0, 9, demands).astype(np.float64)
        )
    closed = problem.allowed & (random.random(links) < 0.8)
    if what == "links":
        return replace(problem, allowed=closed)
    return replace(problem, money_per_t=problem.money_per_t * random.choice([0.5, 1.0, 2.0], links))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    flow_problems(),
    st.lists(st.sampled_from(["capacity", "demand", "penalty", "limits", "links", "money"]), min_size=1, max_size=4),
    st.integers(0, 2**16),
)
def test_a_kept_engine_finds_what_a_fresh_one_finds(problem: Problem, changes: list[str], seed: int) -> None:
    random = np.random.default_rng(seed)
    engine = FlowEngine()
    engine.solve(problem)
    for what in changes:
        problem = _changed(problem, random, what)
        kept, fresh = engine.solve(problem), solve(problem)
        assert kept.objective == pytest.approx(fresh.objective, rel=1e-8, abs=1e-12)
        # Where carrying costs just the penalty, one plan may carry what the other leaves, at the same cost.
        tied = {kept.reason, fresh.reason} == {"gap_reached", "not_worth_moving"}
        assert tied or (kept.status, kept.reason) == (fresh.status, fresh.reason)
        assert not check_plan(problem, kept)


def test_another_network_starts_afresh() -> None:
    engine = FlowEngine()
    engine.solve(build_road_grid(GridSize(300, capacities=20, parks=10, ports=3)))
    assert engine.solve(build_two_route_problem()).objective == pytest.approx(32.0)


def test_a_re_solve_takes_few_rounds() -> None:
    problem = build_road_grid(GridSize(3_000))
    engine = FlowEngine()
    first = engine.solve(problem)
    wider = replace(problem, capacity_per_day=problem.capacity_per_day * 1.02)
    again = engine.solve(wider)
    assert again.rounds < first.rounds / 2
    assert again.objective == pytest.approx(solve(wider).objective, rel=1e-9)


@pytest.mark.parametrize(("first", "then"), list(itertools.permutations(("full", "tables", "sweeps"), 2)))
def test_other_options_of_searching_are_heeded_in_a_re_solve(first: Pricing, then: Pricing) -> None:
    """Paths found one way are told in another way's links: the same optimum, a plan that passes, in few rounds."""
    problem = build_road_grid(GridSize(600, capacities=40, parks=30, ports=4))
    engine = FlowEngine()
    known = engine.solve(problem, SolveOptions(pricing=first))
    again = engine.solve(problem, SolveOptions(pricing=then))
    assert again.objective == pytest.approx(known.objective, rel=1e-12)
    assert again.rounds < known.rounds
    assert check_plan(problem, again) == ()


@pytest.mark.parametrize("options", [SolveOptions(time_limit_s=0.0), SolveOptions()])
def test_stopped_before_anything_was_searched_it_claims_nothing(options: SolveOptions) -> None:
    """With no penalty the empty plan costs nothing, but that nothing can move is not known."""
    problem = build_two_route_problem(penalty_per_t=[0.0])
    plan = solve(problem, options, stop=lambda: True)
    assert plan.status == "stopped"


def test_a_stopped_solve_leaves_a_usable_engine() -> None:
    problem = build_road_grid(GridSize(1_000))
    engine = FlowEngine()
    assert engine.solve(problem, SolveOptions(time_limit_s=0.0)).status == "stopped"
    assert engine.solve(problem, SolveOptions(max_rounds=1)).status == "feasible"
    assert engine.solve(problem).objective == pytest.approx(solve(problem).objective, rel=1e-9)


SHORT_OF_MEMORY = """
import resource
from benchmarks.road_grid import GridSize, build_road_grid
from optimizer.flow.solve import solve
problem = build_road_grid(GridSize(100_000))
solve(build_road_grid(GridSize(300, capacities=10, parks=3, ports=2)))
pages = int(open("/proc/self/statm").read().split()[0])
limit = pages * resource.getpagesize() + 10_000_000
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
try:
    solve(problem)
except MemoryError as error:
    print(type(error).__name__, error.sentence("en"), error.sentence("vi"))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits the memory of a process as Linux does")
def test_too_little_memory_is_one_clear_sentence() -> None:
    done = subprocess.run([sys.executable, "-c", SHORT_OF_MEMORY], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("OutOfMemoryError There is not enough memory to plan 2,400 demands of 3 classes")
    assert "Không đủ bộ nhớ" in done.stdout
