"""Thousands of capacitated links: the way of searching that is chosen by estimate against each way forced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from benchmarks.case import Case
from benchmarks.measure import Measurement, measure
from benchmarks.ours import MOST_GAP, is_proven, relative_difference, tell, warm_up
from benchmarks.road_grid import GridSize, build_road_grid
from optimizer.flow.options import Pricing, SolveOptions
from optimizer.flow.problem import Problem
from optimizer.flow.solve import solve

NAME = "flow_many_capacities"
MOST_DIFFERENCE = 1e-9
WAYS: tuple[Pricing, ...] = tuple(way for way in get_args(Pricing) if way != "auto")


@dataclass(frozen=True, slots=True)
class Target:
    """A size to compare at, and how many times the CPU time of any one way the choice may take."""

    size: GridSize
    most_times: float


TARGETS = {
    "100k links, 2,000 capacities": Target(GridSize(100_000, capacities=2_000), most_times=1.1),
}


def run() -> Iterator[Case]:
    """Yield every case of this benchmark."""
    for name, target in TARGETS.items():
        yield from compare(name, target)


def compare(name: str, target: Target, ways: Sequence[Pricing] = WAYS) -> Iterator[Case]:
    """Yield the choice against each way of searching, each in a process of its own."""
    ours = measure(_prepare, solve_as_told, (target.size, "auto"), warm_up=warm_up)
    for way in ways:
        peer = measure(_prepare, solve_as_told, (target.size, way), warm_up=warm_up)
        yield _to_case(f"{name}, {way}", target, ours, peer)


def solve_as_told(given: tuple[Problem, Pricing]) -> dict[str, Any]:
    """Return what the flow engine answers when it searches in the given way."""
    problem, pricing = given
    return tell(problem, solve(problem, SolveOptions(pricing=pricing)))


def _prepare(size: GridSize, pricing: Pricing) -> tuple[Problem, Pricing]:
    return build_road_grid(size), pricing


def _to_case(name: str, target: Target, ours: Measurement, peer: Measurement) -> Case:
    difference = relative_difference(ours.answer["objective"], peer.answer["objective"])
    same = difference <= MOST_DIFFERENCE and is_proven(ours.answer) and is_proven(peer.answer)
    way = name.rsplit(" ", 1)[-1]
    return Case(
        benchmark=NAME,
        case=name,
        ours_cpu_s=ours.cpu_s,
        ours_peak_mb=ours.peak_mb,
        peer=f"this engine with pricing={way!r}",
        peer_cpu_s=peer.cpu_s,
        relative_difference=difference,
        target=f"The choice by estimate takes at most {target.most_times:g} times the CPU time of this way; same "
        f"optimum to {MOST_DIFFERENCE:g}, gap at most {MOST_GAP:g}.",
        meets_target=same and ours.cpu_s <= target.most_times * peer.cpu_s,
        details={
            "compile_s": round(ours.compile_s, 2),
            "peer_peak_mb": round(peer.peak_mb, 1),
            "peer_rounds": peer.answer["rounds"],
            **ours.answer,
        },
    )
