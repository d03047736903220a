"""A hundred thousand demands at once: the plan held to the bound from scipy distances between key nodes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.case import Case
from benchmarks.flow_million import PEER, solve_with_prices
from benchmarks.key_sweeps import KeyDistances, sweep_keys
from benchmarks.measure import measure
from benchmarks.ours import MOST_GAP, is_proven, relative_difference, warm_up
from benchmarks.road_grid import GridSize, build_road_grid

NAME = "many_demands"
MOST_DIFFERENCE = 1e-9


@dataclass(frozen=True, slots=True)
class Target:
    """A size to solve, the most memory in MB and the most CPU seconds."""

    size: GridSize
    most_mb: float
    most_cpu_s: float


TARGETS = {
    "3k links, 100k demands": Target(GridSize(3_000, parks=4_167), most_mb=800, most_cpu_s=30),
    "3k links, 1M demands": Target(GridSize(3_000, parks=4_000, ports=83), most_mb=3_000, most_cpu_s=120),
}


def run() -> Iterator[Case]:
    """Yield every case of this benchmark."""
    for name, target in TARGETS.items():
        yield compare(name, target)


def compare(name: str, target: Target) -> Case:
    """Return ours measured, and the peer that proves it; the peer makes no plan, so no ratio is asked."""
    ours = measure(build_road_grid, solve_with_prices, (target.size,), warm_up=warm_up)
    peer = measure(build_road_grid, sweep_keys, (target.size,))
    distances: KeyDistances = peer.answer
    answer = dict(ours.answer)
    bound = distances.lagrangian_bound(answer.pop("shadow_price"))
    difference = relative_difference(bound, answer["objective"])
    met = is_proven(answer) and difference <= MOST_DIFFERENCE
    return Case(
        benchmark=NAME,
        case=name,
        ours_cpu_s=ours.cpu_s,
        ours_peak_mb=ours.peak_mb,
        peer=f"{PEER} (distances only, no plan)",
        peer_cpu_s=peer.cpu_s,
        relative_difference=difference,
        target=f"Gap at most {MOST_GAP:g}; the bound from the peer's distances at our shadow prices equals our "
        f"objective to {MOST_DIFFERENCE:g}; at most {target.most_cpu_s:g} CPU s and {target.most_mb:g} MB.",
        meets_target=met and ours.peak_mb <= target.most_mb and ours.cpu_s <= target.most_cpu_s,
        details={
            "compile_s": round(ours.compile_s, 2),
            "peer_peak_mb": round(peer.peak_mb, 1),
            "peer_sweeps": distances.sweeps,
            "peer_bound": bound,
            **answer,
        },
    )
