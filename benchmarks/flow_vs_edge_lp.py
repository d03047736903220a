"""The flow engine against one linear program over link flows (HiGHS simplex), on a generated road grid with rail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.case import Case
from benchmarks.edge_lp import solve_edge_lp
from benchmarks.measure import Measurement, measure
from benchmarks.ours import is_proven, relative_difference, solve_ours, warm_up
from benchmarks.road_grid import GridSize, build_road_grid
from optimizer.flow.problem import Problem

NAME = "flow_vs_edge_lp"
PEER = "edge LP by destination × class, HiGHS simplex"
MOST_DIFFERENCE = 1e-6


@dataclass(frozen=True, slots=True)
class Target:
    """A size to compare at, how often, and the ratio of CPU seconds asked there (0: the same answer is enough)."""

    size: GridSize
    runs: int
    least_ratio: float


TARGETS = {
    "1k links": Target(GridSize(1_000), runs=3, least_ratio=0),
    "3k links": Target(GridSize(3_000), runs=3, least_ratio=5),
    "10k links": Target(GridSize(10_000), runs=1, least_ratio=60),
}


def run() -> Iterator[Case]:
    """Yield every case of this benchmark."""
    for name, target in TARGETS.items():
        yield compare(name, target)


def compare(name: str, target: Target) -> Case:
    """Return ours and the peer measured on the same problem, each in a process of its own."""
    ours = measure(build_road_grid, solve_ours, (target.size,), target.runs, warm_up)
    peer = measure(build_road_grid, solve_peer, (target.size,), target.runs)
    return _to_case(name, target, ours, peer)


def solve_peer(problem: Problem) -> dict[str, Any]:
    """Return what the edge linear program answers."""
    result = solve_edge_lp(problem)
    return {"objective": result.objective, "peer_columns": result.columns, "peer_rows": result.rows}


def _to_case(name: str, target: Target, ours: Measurement, peer: Measurement) -> Case:
    difference = relative_difference(ours.answer["objective"], peer.answer["objective"])
    same = difference <= MOST_DIFFERENCE and is_proven(ours.answer)
    asked = f"Same optimum to {MOST_DIFFERENCE:g}"
    if target.least_ratio:
        asked += f", at least {target.least_ratio:g} times less CPU time"
    return Case(
        benchmark=NAME,
        case=name,
        ours_cpu_s=ours.cpu_s,
        ours_peak_mb=ours.peak_mb,
        peer=PEER,
        peer_cpu_s=peer.cpu_s,
        relative_difference=difference,
        target=asked + ".",
        meets_target=same and peer.cpu_s >= target.least_ratio * ours.cpu_s,
        details={
            "compile_s": round(ours.compile_s, 2),
            "peer_peak_mb": round(peer.peak_mb, 1),
            **peer.answer,
            **ours.answer,
        },
    )
