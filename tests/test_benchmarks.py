"""The benchmarks run end to end on a small case and report in the agreed form."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.__main__ import main
from benchmarks.case import write_results
from benchmarks.edge_lp import solve_edge_lp
from benchmarks.flow_vs_edge_lp import Target, compare
from benchmarks.measure import measure
from benchmarks.road_grid import GridSize, build_road_grid

SMALL = GridSize(120, capacities=10, parks=6, ports=3)

KEYS = [
    "benchmark",
    "case",
    "ours_cpu_s",
    "ours_peak_mb",
    "peer",
    "peer_cpu_s",
    "ratio",
    "relative_difference",
    "target",
    "meets_target",
]


def test_a_small_case_runs_end_to_end(tmp_path: Path) -> None:
    case = compare("120 links", Target(SMALL, runs=1, least_ratio=0))
    fields = json.loads(case.to_json())
    assert list(fields)[: len(KEYS)] == KEYS
    assert fields["meets_target"] is True
    assert fields["relative_difference"] <= 1e-6
    assert fields["ours_cpu_s"] > 0
    assert fields["ours_peak_mb"] > 10
    page = tmp_path / "RESULTS.md"
    write_results([case], page)
    assert "| flow_vs_edge_lp | 120 links |" in page.read_text(encoding="utf-8")


def test_a_missed_target_is_told() -> None:
    case = compare("120 links", Target(SMALL, runs=1, least_ratio=1e9))
    assert not case.meets_target


def test_an_unknown_benchmark_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["flow_vs_luck"])
    assert "flow_vs_edge_lp" in capsys.readouterr().err


def test_a_process_that_dies_is_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError, match="ended without an answer"):
        measure(int, str.upper, ("12",))
    assert "Traceback" in capfd.readouterr().err


@pytest.mark.parametrize("links", [1_000, 3_000, 10_000])
def test_the_grid_is_as_large_as_asked_and_as_scarce(links: int) -> None:
    """100 parks x 8 ports x 3 classes = 2,400 demands and 100 capacities, whatever the number of links."""
    problem = build_road_grid(GridSize(links))
    assert len(problem.link_ids) == pytest.approx(links, rel=0.08)
    assert (len(problem.demand_ids), len(problem.capacity_ids)) == (2_400, 100)
    rail = [index for index, allowed in enumerate(problem.allowed.T) if not allowed.all()]
    assert rail
    assert problem.capacity_members[:, rail].sum() > 0


def test_the_same_seed_gives_the_same_grid() -> None:
    first, second, other = build_road_grid(SMALL), build_road_grid(SMALL), build_road_grid(SMALL, seed=1)
    np.testing.assert_array_equal(first.demand_t_per_day, second.demand_t_per_day)
    np.testing.assert_array_equal(first.capacity_per_day, second.capacity_per_day)
    assert (first.demand_t_per_day != other.demand_t_per_day).any()


def test_the_peer_leaves_what_cannot_be_carried() -> None:
    """Without capacity everywhere all 54 demands pay their penalty."""
    problem = build_road_grid(SMALL)
    shut = replace(problem, allowed=np.zeros_like(problem.allowed))
    result = solve_edge_lp(shut)
    assert result.unserved_t_per_day == pytest.approx(problem.demand_t_per_day.sum())
    assert result.objective == pytest.approx(float(problem.penalty_per_t @ problem.demand_t_per_day))


@pytest.mark.parametrize("changes", [{"links": 10}, {"parks": 0}, {"tightness": 0.0}])
def test_a_grid_that_cannot_be_built_is_refused(changes: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be at least"):
        GridSize(**{"links": 1_000, **changes})  # type: ignore[arg-type]
