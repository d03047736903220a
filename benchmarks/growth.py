"""CPU seconds and memory from a thousand links to a million, with the exponent of their growth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from benchmarks.case import Case
from benchmarks.key_sweeps import sweep_demands
from benchmarks.measure import Measurement, measure
from benchmarks.ours import MOST_GAP, is_proven, tell, warm_up
from benchmarks.road_grid import GridSize, build_road_grid
from optimizer.flow.problem import Problem
from optimizer.flow.solve import solve

NAME = "growth"
PEER = "scipy dijkstra from every destination × class, capacities ignored: the least any method does"
MOST_DIFFERENCE = 1e-9
PLOT = "growth.svg"
LARGE = 30_000
"""Links from which the exponent is fitted: below, the linear program outweighs the network."""


@dataclass(frozen=True, slots=True)
class Target:
    """A size to measure at, and how often."""

    size: GridSize
    runs: int = 1


TARGETS = {
    "1k links": Target(GridSize(1_000), runs=3),
    "3k links": Target(GridSize(3_000), runs=3),
    "10k links": Target(GridSize(10_000), runs=3),
    "30k links": Target(GridSize(30_000), runs=3),
    "100k links": Target(GridSize(100_000)),
    "300k links": Target(GridSize(300_000)),
    "1M links": Target(GridSize(1_000_000)),
}


def run() -> Iterator[Case]:
    """Yield every case of this benchmark, the fitted growth with the last."""
    yield from compare(TARGETS)


def compare(targets: Mapping[str, Target]) -> Iterator[Case]:
    """Yield each size measured; the last tells the growth over all."""
    cases: list[Case] = []
    for name, target in targets.items():
        ours = measure(build_road_grid, solve_with_least_costs, (target.size,), target.runs, warm_up)
        peer = measure(build_road_grid, sweep_demands, (target.size,), target.runs)
        cases.append(_to_case(name, ours, peer))
        last = len(cases) == len(targets)
        yield replace(cases[-1], details={**cases[-1].details, **growth(cases)}) if last else cases[-1]


def solve_with_least_costs(problem: Problem) -> dict[str, Any]:
    """Return what the flow engine answers, with the least cost of each demand if nothing were short."""
    plan = solve(problem)
    return {**tell(problem, plan), "least_cost_per_t": np.array(plan.least_cost_per_t)}


def growth(cases: Sequence[Case]) -> dict[str, float]:
    """Return the exponents of CPU seconds in links, of the large sizes and over all, and MB per million links."""
    links = np.array([case.details["links"] for case in cases], dtype=float)
    seconds = np.array([case.ours_cpu_s for case in cases])
    memory = np.array([case.ours_peak_mb for case in cases])
    large = links >= 0.9 * LARGE
    told = {"cpu_exponent": _slope(np.log(links), np.log(seconds))}
    if large.sum() >= 2:
        told["cpu_exponent_large"] = _slope(np.log(links[large]), np.log(seconds[large]))
        told["mb_per_million_links"] = _slope(links[large] / 1e6, memory[large])
    return {name: round(value, 3) for name, value in told.items()}


def illustrate(cases: Sequence[Case], folder: Path) -> list[str]:
    """Draw the growth into the folder; return what the page says of it."""
    told = cases[-1].details
    draw(cases, folder / PLOT)
    overall = f"{told['cpu_exponent']} over all sizes"
    if "cpu_exponent_large" in told:
        line = (
            f"CPU seconds grow with the links to the power {told['cpu_exponent_large']} from {LARGE:,} links on, where "
            f"a million links more take {told['mb_per_million_links']:.0f} MB more. The power {overall} says little: "
            "below, the time hardly depends on the links."
        )
    else:
        line = f"CPU seconds grow with the links to the power {overall}."
    return [line, "", f"![CPU seconds and memory against links]({PLOT})"]


def draw(cases: Sequence[Case], path: Path) -> None:
    """Write CPU seconds and memory against links as an SVG that depends on nothing but the cases."""
    links = [case.details["links"] for case in cases]
    with mpl.rc_context({"svg.hashsalt": NAME, "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(7.5, 3.2), layout="constrained")
        seconds, memory = figure.subplots(1, 2)
        seconds.loglog(links, [case.ours_cpu_s for case in cases], "o-", color="#0072b2", label="whole solve")
        seconds.loglog(links, [case.peer_cpu_s for case in cases], "s--", color="#d55e00", label="scipy, fewest sweeps")
        memory.semilogx(links, [case.ours_peak_mb for case in cases], "o-", color="#0072b2", label="whole solve")
        memory.set_ylim(bottom=0)
        for axes, title in ((seconds, "CPU seconds"), (memory, "peak memory, MB")):
            axes.set_xlabel("links")
            axes.set_title(title)
            axes.grid(visible=True, which="major", linewidth=0.4)
            axes.legend(frameon=False)
        figure.savefig(path, metadata={"Date": None})


def _slope(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Return the least-squares slope of a line."""
    return float(np.polyfit(x, y, 1)[0])


def _to_case(name: str, ours: Measurement, peer: Measurement) -> Case:
    answer = dict(ours.answer)
    difference = float((np.abs(answer.pop("least_cost_per_t") - peer.answer) / peer.answer).max())
    return Case(
        benchmark=NAME,
        case=name,
        ours_cpu_s=ours.cpu_s,
        ours_peak_mb=ours.peak_mb,
        peer=PEER,
        peer_cpu_s=peer.cpu_s,
        relative_difference=difference,
        target=f"Gap at most {MOST_GAP:g}; least costs without capacities equal the peer's to {MOST_DIFFERENCE:g}.",
        meets_target=is_proven(answer) and difference <= MOST_DIFFERENCE,
        details={"compile_s": round(ours.compile_s, 2), **answer},
    )
