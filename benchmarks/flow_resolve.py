"""Related problems on a million links: re-solved from what the engine keeps against the first solve."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.case import Case
from benchmarks.measure import Measurement, cpu_s, measure
from benchmarks.ours import MOST_GAP, is_proven, relative_difference, solve_ours, tell, warm_up
from benchmarks.road_grid import GridSize, build_road_grid, terminal_capacities
from optimizer.flow.engine import FlowEngine
from optimizer.flow.problem import Problem

NAME = "flow_resolve"
PEER = "the first solve of the same engine"
MOST_DIFFERENCE = 1e-9
OPENED = "opened terminals"
CHANGES = ("demand", "capacity", "penalty", "closed terminals", OPENED)
FIRST = "first"
FEW_TERMINALS = 6
"""Terminals that are shut in the first problem, and others that are closed later."""


@dataclass(frozen=True, slots=True)
class Target:
    """A size to compare at, and the most of the first solve's CPU time that a re-solve may take."""

    size: GridSize
    most_share: float


TARGETS = {"1M links": Target(GridSize(1_000_000), most_share=0.1)}


def run() -> Iterator[Case]:
    """Yield every case of this benchmark."""
    for name, target in TARGETS.items():
        yield from compare(name, target)


def compare(name: str, target: Target, changes: Sequence[str] = CHANGES) -> Iterator[Case]:
    """Yield each change re-solved in a row by one engine, its answer checked by a solve afresh in another process."""
    kept = measure(build_road_grid, solve_in_a_row, (target.size,), warm_up=warm_up)
    for change in changes:
        solved = measure(build_changed, solve_ours, (target.size, change), warm_up=warm_up)
        afresh = {**solved.answer, "cpu_s": solved.cpu_s}
        yield _to_case(f"{name}, {change}", target, kept, kept.answer[change], afresh)


def build_changed(size: GridSize, change: str) -> Problem:
    """Return a road grid with the named change."""
    return changed(build_road_grid(size), change)


def changed(grid: Problem, change: str) -> Problem:
    """Return the first problem with the named change: the grid with some terminals shut, which are opened at last."""
    if change == OPENED:
        return grid
    terminals = terminal_capacities(grid)
    busiest = terminals[np.argsort(-grid.capacity_per_day[terminals], kind="stable")]
    problem = _shut(grid, busiest[1::2][:FEW_TERMINALS])
    random = np.random.default_rng(0)
    if change == "demand":
        factor = random.lognormal(0.0, 0.2, problem.demand_t_per_day.size)
        return replace(problem, demand_t_per_day=problem.demand_t_per_day * factor)
    if change == "capacity":
        factor = random.uniform(0.7, 1.3, problem.capacity_per_day.size)
        return replace(problem, capacity_per_day=problem.capacity_per_day * factor)
    if change == "penalty":
        # Down to a tenth: some demands then cost less when they are not carried.
        factor = random.uniform(0.1, 1.2, problem.penalty_per_t.size)
        return replace(problem, penalty_per_t=problem.penalty_per_t * factor)
    if change == "closed terminals":
        return _shut(problem, busiest[::2][:FEW_TERMINALS])
    return problem


def solve_in_a_row(grid: Problem) -> dict[str, Any]:
    """Return what one engine answers to the first problem, then to each change, with the CPU seconds of each."""
    engine = FlowEngine()
    answers: dict[str, Any] = {}
    for change in (FIRST, *CHANGES):
        given = changed(grid, change)
        before = cpu_s()
        plan = engine.solve(given)
        answers[change] = {"cpu_s": cpu_s() - before, **tell(given, plan)}
    return answers


def _shut(problem: Problem, capacities: NDArray[np.int64]) -> Problem:
    """Return the problem with nothing left of some capacities."""
    capacity = problem.capacity_per_day.copy()
    capacity[capacities] = 0.0
    return replace(problem, capacity_per_day=capacity)


def _to_case(name: str, target: Target, kept: Measurement, answer: dict[str, Any], afresh: dict[str, Any]) -> Case:
    first = kept.answer[FIRST]
    difference = relative_difference(answer["objective"], afresh["objective"])
    same = difference <= MOST_DIFFERENCE and is_proven(answer) and is_proven(afresh)
    details = {key: value for key, value in answer.items() if key != "cpu_s"}
    return Case(
        benchmark=NAME,
        case=name,
        ours_cpu_s=answer["cpu_s"],
        ours_peak_mb=kept.peak_mb,
        peer=PEER,
        peer_cpu_s=first["cpu_s"],
        relative_difference=difference,
        target=f"At most {target.most_share:g} of the first solve's CPU time; same optimum as a solve afresh to "
        f"{MOST_DIFFERENCE:g}, gaps at most {MOST_GAP:g}.",
        meets_target=same and answer["cpu_s"] <= target.most_share * first["cpu_s"],
        details={"compile_s": round(kept.compile_s, 2), "afresh_cpu_s": round(afresh["cpu_s"], 4), **details},
    )
