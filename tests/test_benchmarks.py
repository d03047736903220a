"""The benchmarks run end to end on small cases and report in the agreed form; their peers answer rightly."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from benchmarks import flow_many_capacities, flow_million, flow_resolve, growth, many_demands
from benchmarks.__main__ import NAMES, main
from benchmarks.case import Section, write_results
from benchmarks.edge_lp import solve_edge_lp
from benchmarks.flow_vs_edge_lp import Target, compare
from benchmarks.key_sweeps import KeyDistances, sweep_demands, sweep_keys
from benchmarks.measure import measure
from benchmarks.ours import solve_ours
from benchmarks.road_grid import COMMODITIES, GridSize, build_road_grid, terminal_capacities
from optimizer.flow.problem import Problem
from optimizer.flow.solve import solve

SMALL = GridSize(120, capacities=10, parks=6, ports=3)

SUM_CAPACITY_3K = 443_693.7879032614
SUM_PENALTY_3K = 884_841_257.8784518

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


@pytest.fixture(scope="module")
def small() -> tuple[KeyDistances, float]:
    """Key distances and least cost of the small grid."""
    problem = build_road_grid(SMALL)
    return sweep_keys(problem), solve(problem).objective


def test_a_small_case_runs_end_to_end(tmp_path: Path) -> None:
    case = compare("120 links", Target(SMALL, runs=1, least_ratio=0))
    fields = json.loads(case.to_json())
    assert list(fields)[: len(KEYS)] == KEYS
    assert fields["meets_target"] is True
    assert fields["relative_difference"] <= 1e-6
    assert fields["ours_cpu_s"] > 0
    assert fields["ours_peak_mb"] > 10
    page = tmp_path / "RESULTS.md"
    write_results([Section("flow_vs_edge_lp", "Ours beside a peer.", [case])], page)
    text = page.read_text(encoding="utf-8")
    assert "## flow_vs_edge_lp\n\nOurs beside a peer.\n\n| case |" in text
    assert "\n| 120 links | " in text


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


@pytest.mark.parametrize("changes", [{"links": 10}, {"parks": 0}, {"tightness": 0.0}, {"classes": 6}, {"classes": 0}])
def test_a_grid_that_cannot_be_built_is_refused(changes: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be at least"):
        GridSize(**{"links": 1_000, **changes})  # type: ignore[arg-type]


def test_the_grid_is_the_one_of_earlier_results() -> None:
    """Sums of the grids that RESULTS.md had before the generator was made quick."""
    problem = build_road_grid(GridSize(3_000))
    assert problem.capacity_per_day.sum() == pytest.approx(SUM_CAPACITY_3K, rel=1e-12)
    assert problem.penalty_per_t.sum() == pytest.approx(SUM_PENALTY_3K, rel=1e-12)


def test_five_classes_differ_in_weights_and_permissions() -> None:
    """6 parks x 3 ports x 5 classes: no two cost the same, and three may not go everywhere."""
    problem = build_road_grid(replace(SMALL, classes=5))
    assert problem.class_ids == tuple(one.class_id for one in COMMODITIES)
    assert len(problem.demand_ids) == 6 * 3 * 5
    assert len({costs.tobytes() for costs in problem.cost_per_t()}) == 5
    assert len({allowed.tobytes() for allowed in problem.allowed}) == 3
    assert np.isfinite(problem.penalty_per_t).all()


def test_capacities_are_a_share_of_the_load_when_nothing_is_short() -> None:
    """60 % of what all demands bring on their cheapest paths (found here by networkx), but never next to nothing."""
    problem = build_road_grid(SMALL)
    load = np.zeros(len(problem.link_ids))
    for graph, chosen in _graphs(problem):
        for demand in chosen:
            path = nx.dijkstra_path(graph, problem.demand_origin[demand], problem.demand_destination[demand])
            load[[graph.edges[ends]["link"] for ends in nx.utils.pairwise(path)]] += problem.demand_t_per_day[demand]
    least = 0.02 * problem.demand_t_per_day.sum() / 3
    expected = 0.6 * np.maximum(load[problem.capacity_members.indices], least)
    np.testing.assert_allclose(problem.capacity_per_day, expected, rtol=1e-12)


def test_terminals_are_the_capacities_between_road_and_rail() -> None:
    problem = build_road_grid(SMALL)
    terminals = terminal_capacities(problem)
    link = problem.capacity_members.indices[terminals]
    stations = int(np.sqrt(len(problem.node_ids))) ** 2
    assert terminals.size == 5
    assert ((problem.link_from[link] < stations) != (problem.link_to[link] < stations)).all()


@pytest.mark.parametrize("parks", [1, 6])
def test_the_peers_bound_at_the_shadow_prices_is_the_objective(parks: int) -> None:
    """From either side of the key nodes: 1 park leaves fewer entries than exits, 6 parks more."""
    problem = build_road_grid(replace(SMALL, parks=parks))
    distances = sweep_keys(problem)
    assert (distances.distance.shape[1] > distances.distance.shape[2]) == (parks == 6)
    plan = solve(problem)
    assert plan.shadow_price.any()
    assert distances.lagrangian_bound(plan.shadow_price) == pytest.approx(plan.objective, rel=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_the_peers_bound_never_exceeds_the_optimum(small: tuple[KeyDistances, float], seed: int) -> None:
    distances, optimum = small
    price = np.random.default_rng(seed).exponential(2_000.0, 10)
    assert distances.lagrangian_bound(price) <= optimum * (1 + 1e-9)


def test_the_peer_takes_the_cheapest_of_parallel_links() -> None:
    """A second, free copy of every link makes everything free; a dear one changes nothing."""
    problem = build_road_grid(SMALL)
    cost = sweep_demands(problem)
    np.testing.assert_allclose(sweep_demands(_doubled(problem, 2.0)), cost)
    np.testing.assert_array_equal(sweep_demands(_doubled(problem, 0.0)), np.zeros(cost.size))


def test_the_peers_least_costs_are_those_of_networkx() -> None:
    problem = build_road_grid(replace(SMALL, classes=5))
    least = sweep_demands(problem)
    for graph, chosen in _graphs(problem):
        for demand in chosen:
            ends = problem.demand_origin[demand], problem.demand_destination[demand]
            assert least[demand] == pytest.approx(nx.dijkstra_path_length(graph, *ends), rel=1e-12)


def test_a_warm_up_is_measured_apart() -> None:
    measured = measure(int, float, ("12",), warm_up=_work_half_a_second)
    assert measured.answer == 12.0
    assert measured.compile_s >= 0.4
    assert measured.cpu_s < 0.2


def test_the_million_case_runs_on_a_small_grid() -> None:
    case = flow_million.compare("small", flow_million.Target(replace(SMALL, classes=5), 1e-9, 2_000, 60))
    assert case.meets_target
    assert case.relative_difference <= 1e-9
    assert list(json.loads(case.to_json()))[: len(KEYS)] == KEYS
    hard = flow_million.Target(SMALL, 1e-9, most_mb=1, most_cpu_s=60)
    assert not flow_million.compare("small", hard).meets_target


def test_many_demands_run_on_a_small_grid() -> None:
    case = many_demands.compare("small", many_demands.Target(SMALL, most_mb=2_000, most_cpu_s=60))
    assert case.meets_target
    assert case.relative_difference <= 1e-9
    assert list(json.loads(case.to_json()))[: len(KEYS)] == KEYS
    assert not many_demands.compare("small", many_demands.Target(SMALL, most_mb=1, most_cpu_s=60)).meets_target


def test_the_choice_of_pricing_is_compared_with_a_way_forced() -> None:
    (case,) = flow_many_capacities.compare("small", flow_many_capacities.Target(SMALL, 1e9), ["full"])
    assert case.meets_target
    assert "pricing='full'" in case.peer


def test_a_resolve_is_compared_with_the_first_solve_and_a_solve_afresh() -> None:
    changes = ["closed terminals", flow_resolve.OPENED]
    closed, opened = flow_resolve.compare("small", flow_resolve.Target(SMALL, 1e9), changes)
    assert closed.meets_target
    assert opened.meets_target
    assert closed.peer_cpu_s == opened.peer_cpu_s


@pytest.mark.parametrize("change", flow_resolve.CHANGES)
def test_every_change_changes_the_optimum(change: str) -> None:
    grid = build_road_grid(GridSize(30_000, parks=30, ports=4))
    first, changed = (solve_ours(flow_resolve.changed(grid, one)) for one in (flow_resolve.FIRST, change))
    assert changed["objective"] != pytest.approx(first["objective"], rel=1e-6)


def test_growth_is_measured_drawn_and_told(tmp_path: Path) -> None:
    sizes = {"120 links": growth.Target(SMALL), "1k links": growth.Target(replace(SMALL, links=1_000))}
    cases = list(growth.compare(sizes))
    assert all(case.meets_target for case in cases)
    exponent = np.log(cases[1].ours_cpu_s / cases[0].ours_cpu_s) / np.log(
        float(cases[1].details["links"]) / float(cases[0].details["links"])
    )
    assert cases[1].details["cpu_exponent"] == pytest.approx(exponent, abs=1e-3)
    notes = growth.illustrate(cases, tmp_path)
    assert f"to the power {cases[1].details['cpu_exponent']} " in notes[0]
    large = [replace(case, details={**case.details, "links": 10**5 * (1 + n)}) for n, case in enumerate(cases)]
    large[-1] = replace(large[-1], details={**large[-1].details, **growth.growth(large)})
    (tmp_path / "large").mkdir()
    assert growth.illustrate(large, tmp_path / "large")[0].startswith(
        f"CPU seconds grow with the links to the power {large[-1].details['cpu_exponent_large']} from 30,000 links on"
    )
    assert "(growth.svg)" in notes[-1]
    drawn = (tmp_path / "growth.svg").read_bytes()
    growth.draw(cases, tmp_path / "again.svg")
    assert (tmp_path / "again.svg").read_bytes() == drawn
    assert b"<dc:date>" not in drawn


def test_what_all_cases_share_is_said_once(tmp_path: Path) -> None:
    case = compare("120 links", Target(SMALL, runs=1, least_ratio=0))
    page = tmp_path / "RESULTS.md"
    write_results([Section("twice", "Two cases.", [case, case], ["A note."])], page)
    text = page.read_text(encoding="utf-8")
    assert text.count(case.target) == text.count(case.peer) == 1
    assert text.endswith(" yes |\n\nA note.\n")


def test_every_benchmark_is_listed_by_the_command() -> None:
    folder = Path(__file__).parents[1] / "benchmarks"
    named = {path.stem for path in folder.glob("*.py") if "\ndef run() -> " in path.read_text(encoding="utf-8")}
    assert named == set(NAMES)


def _graphs(problem: Problem) -> list[tuple[nx.DiGraph, NDArray[np.int64]]]:
    """Return the graph of each class, and its demands."""
    cost = problem.cost_per_t()
    graphs = []
    for k, allowed in enumerate(problem.allowed):
        graph = nx.DiGraph()
        for link in np.flatnonzero(allowed):
            graph.add_edge(problem.link_from[link], problem.link_to[link], weight=cost[k, link], link=link)
        graphs.append((graph, np.flatnonzero(problem.demand_class == k)))
    return graphs


def _doubled(problem: Problem, times: float) -> Problem:
    """Return the problem with a copy of every link at some times its cost."""
    return replace(
        problem,
        link_ids=(*problem.link_ids, *(f"copy of {one}" for one in problem.link_ids)),
        link_from=np.tile(problem.link_from, 2),
        link_to=np.tile(problem.link_to, 2),
        allowed=np.tile(problem.allowed, 2),
        money_per_t=np.hstack([problem.money_per_t, times * problem.money_per_t]),
        time_cost_per_t=np.hstack([problem.time_cost_per_t, times * problem.time_cost_per_t]),
        emissions_kg_per_t=np.hstack([problem.emissions_kg_per_t, times * problem.emissions_kg_per_t]),
        capacity_members=sparse.hstack([problem.capacity_members, 0 * problem.capacity_members], format="csr"),
    )


def _work_half_a_second() -> None:
    """Keep a processor busy."""
    end = time.process_time() + 0.5
    while time.process_time() < end:
        pass
