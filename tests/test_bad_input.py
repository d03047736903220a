"""Input no plan is made for in earnest: each ends as a refusal with its place, or as a plan with an honest status."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from flow_folders import grid, planned, write_folder
from flow_problems import build_two_route_problem

from optimizer.check import check_plan
from optimizer.flow.findings import ProblemError
from optimizer.flow.options import SolveOptions
from optimizer.flow.plan import Plan
from optimizer.flow.problem import Problem
from optimizer.flow.solve import solve
from optimizer.folder.answer import answer_tables
from optimizer.folder.build import build_folder_problem
from optimizer.folder.read import FolderError, read_folder

LINKS = "link_id,from_node_id,to_node_id,mode,money_per_t"
DEMANDS = "demand_id,origins,destinations,class_id,mass_t,penalty_per_t"
NO_CAPACITY = f"{LINKS},capacity_per_day\nroad,a,b,road,5,0\nrail,a,b,rail,2,0"


def solved(folder: Path, **files: str) -> tuple[Plan, Problem, pd.DataFrame]:
    """Return the checked plan of a folder, its problem, and what stays."""
    case = build_folder_problem(read_folder(write_folder(folder, **files)))
    plan = solve(case.problem)
    assert check_plan(case.problem, plan) == ()
    return plan, case.problem, answer_tables(case, plan)["unserved"]


STATES = [
    ({"nodes": "node_id\na\nb\nc", "demands": f"{DEMANDS}\nd,c,b,goods,10,20"}, "unreachable", "no_path"),
    ({"links": LINKS}, "unreachable", "no_path"),
    ({"modes": "mode\nroad\nrail\nair", "classes": "class_id,modes\ngoods,air"}, "unreachable", "no_path"),
    ({"link_classes": "link_id,class_id,allowed\nroad,goods,no\nrail,goods,no"}, "unreachable", "no_path"),
    (
        {"periods": "period_id,days\nx,1", "link_periods": "period_id,mode,open\nx,road,no\nx,rail,no"},
        "unreachable",
        "no_path",
    ),
    ({"modes": "mode,minimum_lot_t\nroad,11\nrail,1e12"}, "unreachable", "below_lot"),
    ({"links": NO_CAPACITY}, "zero_capacity", "capacity_full"),
    (
        {
            "capacities": "capacity_id,unit,capacity_per_day,background_per_day\ngate,t,5,9",
            "capacity_links": "capacity_id,link_id\ngate,road\ngate,rail",
        },
        "zero_capacity",
        "capacity_full",
    ),
]
"""What is changed of 10 t from a to b, why nothing moves, and what is said of the demand."""


@pytest.mark.parametrize(("files", "reason", "told"), STATES)
def test_where_nothing_can_move_nothing_is_optimal(
    tmp_path: Path, files: dict[str, str], reason: str, told: str
) -> None:
    """All 10 t stay, at 20 each."""
    plan, _, unserved = solved(tmp_path / "case", **files)
    assert (plan.status, plan.reason, plan.objective) == ("no_flow_possible", reason, 200.0)
    assert unserved["reason"].tolist() == [told]


@pytest.mark.parametrize("demands", [DEMANDS, f"{DEMANDS}\nd,a,b,goods,0,20"])
def test_where_nothing_is_wanted_nothing_is_optimal(tmp_path: Path, demands: str) -> None:
    plan, _, unserved = solved(tmp_path / "case", demands=demands)
    assert (plan.status, plan.reason, plan.objective, len(unserved)) == ("no_flow_possible", "zero_demand", 0.0, 0)


@pytest.mark.parametrize(
    ("files", "status", "objective"),
    [
        ({"links": f"{LINKS}\nroad,a,b,road,0\nrail,a,b,rail,0"}, "optimal", 0.0),
        ({"demands": f"{DEMANDS}\nd,a,b,goods,10,0"}, "feasible", 0.0),
        ({"demands": f"{DEMANDS}\nd,a,b,goods,10,2"}, "feasible", 20.0),
        ({"demands": f"{DEMANDS}\nd,a,a,goods,10,20"}, "optimal", 0.0),
        ({"demands": f"{DEMANDS}\nd,a;b,b;a,goods,10,20"}, "optimal", 0.0),
        ({"links": f"{LINKS}\nloop,a,a,road,0\nthere,a,b,road,3\nback,b,a,road,0"}, "optimal", 30.0),
        ({"links": f"{LINKS}\nfirst,a,b,road,3\nsecond,a,b,road,3"}, "optimal", 30.0),
        ({"nodes": "node_id,lon,lat\na,106.6,11\nb,106.6,11"}, "optimal", 20.0),
        (
            {
                "modes": "mode,speed_kmh,money_per_t_km\nroad,40,3",
                "links": "link_id,from_node_id,to_node_id,mode,length_km\nroad,a,b,road,0",
            },
            "optimal",
            0.0,
        ),
    ],
)
def test_what_costs_nothing_and_goes_nowhere(
    tmp_path: Path, files: dict[str, str], status: str, objective: float
) -> None:
    """10 t: free links, penalties of 0 and of just the cost, the same place, loops, twins, no length."""
    plan, _, _ = solved(tmp_path / "case", **files)
    assert (plan.status, plan.objective) == (status, objective)


SCALES = [
    ("1e-9", "1e9", "1e-6", "1e9", "10"),
    ("1e9", "1e-9", "1e9", "1e-6", "10"),
    ("1e-9", "3", "1e-6", "1e-6", "1e9"),
    ("1e9", "1e9", "1e9", "1e-6", "1e12"),
    ("1", "1e10", "0", "1e-300", "1e-12"),
]


@pytest.mark.parametrize("case", SCALES)
def test_huge_beside_tiny_is_right_or_not_called_optimal(tmp_path: Path, case: tuple[str, str, str, str, str]) -> None:
    """Two links with capacities and costs 15 orders apart: the cheaper is filled first; what stays costs 1e9."""
    capacities, costs, mass = [float(one) for one in case[:2]], [float(one) for one in case[2:4]], float(case[4])
    rows = [f"{name},a,b,{name},{case[2 + one]},{case[one]}" for one, name in enumerate(("road", "rail"))]
    files = {"links": "\n".join([f"{LINKS},capacity_per_day", *rows]), "demands": f"{DEMANDS}\nd,a,b,goods,{mass},1e9"}
    plan, _, _ = solved(tmp_path / "case", **files)
    least, left = 0.0, mass
    for one in np.argsort(costs, kind="stable").tolist():
        moved = min(left, capacities[one])
        least, left = least + moved * costs[one], left - moved
    assert plan.objective == pytest.approx(least + left * 1e9, rel=1e-9)
    assert plan.status == "optimal"


TINY = [
    ("modes", "mode,speed_kmh\nroad,1e-300\nrail,1", "modes.csv:2 [speed_kmh]"),
    ("modes", "mode,t_per_vehicle\nroad,1e-300\nrail,1", "modes.csv:2 [t_per_vehicle]"),
    ("classes", "class_id,t_per_teu\ngoods,1e-310", "classes.csv:2 [t_per_teu]"),
    ("periods", "period_id,days\nx,5e-324", "periods.csv:2 [days]"),
    ("empties", "class_id,empty_class_id,t_per_t,depots\ngoods,goods,1e-300,a", "empties.csv:2 [t_per_t]"),
]


@pytest.mark.parametrize(("table", "text", "place"), TINY)
def test_what_is_divided_by_is_believably_far_from_zero(tmp_path: Path, table: str, text: str, place: str) -> None:
    with pytest.raises(FolderError) as caught:
        read_folder(write_folder(tmp_path / "case", **{table: text}))
    assert f"{place}: " in str(caught.value)
    assert "below the least believed" in str(caught.value)
    assert "nhỏ hơn mức tin được" in caught.value.sentence("vi")


def test_figures_too_large_together_are_told_as_such(tmp_path: Path) -> None:
    """1e9 per vehicle-km for vehicles of a kilogram over 50,000 km is 5e16 a tonne."""
    folder = write_folder(
        tmp_path / "case",
        modes="mode,t_per_vehicle,money_per_vehicle_km\nroad,0.001,1e9",
        links="link_id,from_node_id,to_node_id,mode,length_km\nroad,a,b,road,50000",
    )
    with pytest.raises(FolderError, match="too large to plan with") as caught:
        build_folder_problem(read_folder(folder))
    assert "money_per_t of goods / road is 5e+16" in str(caught.value)
    assert "nhân với nhau" in caught.value.sentence("vi")


def test_a_century_of_the_largest_capacity_is_planned(tmp_path: Path) -> None:
    """10 t by rail at 2."""
    links = f"{LINKS},capacity_per_day\nroad,a,b,road,5,1e10\nrail,a,b,rail,2,1e10"
    assert planned(tmp_path / "case", links=links, periods="period_id,days\nx,36600").plan.objective == 20.0


PLANTS = {
    "nodes": "node_id\na\nb\nm",
    "links": f"{LINKS}\nab,a,b,road,1\nba,b,a,road,1\nam,a,m,road,1",
    "classes": "class_id\nlogs\nchips",
    "plants": "plant_id,node_id,max_t\nP,a,100\nQ,b,100",
    "demands": f"{DEMANDS}\nd,P,m,chips,10,20",
}
"""10 t of chips are wanted at m from plant P at a; plant Q stands at b; a tonne that stays costs 20."""


def plant_flows(chips: float, logs: float, *, closed: bool = True) -> dict[str, str]:
    """Return the plants: P makes chips of logs and, if ``closed``, Q makes logs of chips again."""
    rows = ["P,logs,in,1", f"P,chips,out,{chips}", *(["Q,chips,in,1", f"Q,logs,out,{logs}"] if closed else [])]
    return PLANTS | {"plant_flows": "\n".join(["plant_id,class_id,direction,t_per_t", *rows])}


def notes_of(folder: Path, files: dict[str, str]) -> str:
    """Return the notes of a folder on its plants' flows and supplies."""
    return "\n".join(note.sentence("en") for note in read_folder(write_folder(folder, **files)).notes)


def test_plants_in_a_loop_make_nothing_out_of_nothing(tmp_path: Path) -> None:
    """P makes 1 chip of a log and Q a log of a chip; 4 t of logs are 4 t of chips: 4 at 1 and 6 that stay at 20."""
    files = plant_flows(1, 1) | {"supplies": "node_id,class_id,mass_t\na,logs,4"}
    assert planned(tmp_path / "case", **files).plan.objective == pytest.approx(124.0)
    assert not notes_of(tmp_path / "case", files)


def test_a_loop_of_plants_that_nothing_feeds_is_noted(tmp_path: Path) -> None:
    told = notes_of(tmp_path / "case", plant_flows(1, 1))
    assert told.count("made only by plants that need it") == 2
    assert "'chips'" in told


def test_a_plant_that_puts_out_more_than_it_takes_in_is_noted(tmp_path: Path) -> None:
    """P makes 2 t of chips of a tonne of logs: half of them are from nothing, and so is all that goes round."""
    told = notes_of(tmp_path / "case", plant_flows(2, 1) | {"supplies": "node_id,class_id,mass_t\na,logs,4"})
    assert told.count("puts out 2 t for the 1 t it takes in") == 1


@pytest.mark.parametrize(
    "files",
    [
        plant_flows(1, 1, closed=False),
        plant_flows(1, 1, closed=False)
        | {"plants": "plant_id,node_id,max_t\nP,a,0\nQ,b,0", "supplies": "node_id,class_id,mass_t\na,logs,4"},
        plant_flows(1, 1, closed=False) | {"supplies": "node_id,class_id,mass_t\nm,logs,4"},
    ],
    ids=["nothing supplied", "no room to work", "no way to the plant"],
)
def test_a_plant_that_cannot_work_serves_nobody(tmp_path: Path, files: dict[str, str]) -> None:
    plan, _, unserved = solved(tmp_path / "case", **files)
    assert (plan.status, plan.reason) == ("no_flow_possible", "zero_capacity")
    assert plan.objective == pytest.approx(200.0)
    assert unserved["blocking"].tolist() == ["output P/chips"]


def test_empties_without_a_way_back_keep_the_laden_goods(tmp_path: Path) -> None:
    plan, _, unserved = solved(
        tmp_path / "case",
        nodes="node_id\na\nb\nz",
        classes="class_id\ngoods\nboxes",
        empties="class_id,empty_class_id,t_per_t,depots\ngoods,boxes,0.1,z",
    )
    assert (plan.status, plan.reason) == ("no_flow_possible", "zero_capacity")
    assert plan.objective == pytest.approx(200.0)
    assert unserved["blocking"].tolist() == ["way back for empties goods/boxes from b"]


def test_a_supply_nobody_takes_is_noted_once(tmp_path: Path) -> None:
    files = {"supplies": "node_id,class_id,mass_t,money_per_t\na,goods,10,0"}
    case = build_folder_problem(read_folder(write_folder(tmp_path / "case", **files)))
    assert ["the supply is not used" in note.text.en for note in case.notes] == [True]


def test_a_ring_of_periods_is_no_way_round_the_clock(tmp_path: Path) -> None:
    """Half a tonne a period by rail at 2 and by road at 5, in two periods; 8 of 10 t stay however long they wait."""
    files = {
        "settings": "key,value\nperiods_repeat,yes",
        "periods": "period_id,days\nx,1\ny,1",
        "storage": "node_id\na\nb",
        "links": f"{LINKS},capacity_per_day\nroad,a,b,road,5,0.5\nrail,a,b,rail,2,0.5",
    }
    assert planned(tmp_path / "case", **files).plan.objective == pytest.approx(1 * 2 + 1 * 5 + 8 * 20)


def test_a_limit_of_zero_leaves_only_what_is_there_already(tmp_path: Path) -> None:
    """From a to b takes an hour: over the limit of 0; from a to a takes none."""
    links = "link_id,from_node_id,to_node_id,mode,time_h\nroad,a,b,road,1"
    demands = f"{DEMANDS},max_time_h\nd,a,b,goods,10,20,0\nstays,a,a,goods,10,20,0"
    plan, _, unserved = solved(tmp_path / "case", links=links, demands=demands)
    assert (plan.status, plan.objective) == ("optimal", 200.0)
    assert unserved[["demand_id", "reason"]].to_numpy().tolist() == [["d", "over_time_limit"]]


def test_a_million_demands_are_read_and_cut_short(tmp_path: Path) -> None:
    """Between 30 x 30 nodes; a plan cut short at once says so, and carries no more than was wanted."""
    folder = grid(tmp_path / "case", 30)
    ends = np.random.default_rng(1).integers(0, 30, size=(1_000_000, 4))
    rows = [f"d{one},n{a}_{b},n{c}_{d},goods,1,9000" for one, (a, b, c, d) in enumerate(ends.tolist())]
    (folder / "demands.csv").write_text("\n".join([DEMANDS, *rows]) + "\n", encoding="utf-8")
    case = build_folder_problem(read_folder(folder))
    plan = solve(case.problem, SolveOptions(time_limit_s=0.0))
    assert (plan.status, plan.reason) == ("stopped", "time_limit")
    assert len(case.problem.demand_ids) == len(rows)


def test_one_second_and_a_stop_are_never_an_optimum(tmp_path: Path) -> None:
    case = build_folder_problem(read_folder(grid(tmp_path / "case", 25)))
    asked = iter(range(10_000))
    plan = solve(case.problem, stop=lambda: next(asked) > 20)
    assert (plan.status, plan.reason) == ("stopped", "stopped_by_caller")
    assert plan.gap > plan.gap_tolerance
    assert check_plan(case.problem, plan) == ()
    soon = solve(case.problem, SolveOptions(time_limit_s=1.0))
    assert soon.status in {"optimal", "stopped"}
    assert (soon.gap <= soon.gap_tolerance) == (soon.status == "optimal")
    assert check_plan(case.problem, soon) == ()


def test_a_question_to_stop_that_fails_is_not_swallowed() -> None:
    def fail() -> bool:
        message = "of the caller"
        raise RuntimeError(message)

    with pytest.raises(RuntimeError, match="of the caller"):
        solve(build_two_route_problem(), stop=fail)


@pytest.mark.parametrize("cost", [[[-1.0, 3.0]], [[1.0, -1e-300]]])
def test_a_cycle_that_pays_is_refused_at_its_links(cost: list[list[float]]) -> None:
    """There and back again at less than nothing: each link that pays is told."""
    with pytest.raises(ProblemError, match="give a number from 0"):
        build_two_route_problem(link_from=[0, 1], link_to=[1, 0], money_per_t=cost)


@pytest.mark.parametrize(
    "changes",
    [
        {"capacity_per_day": [1e-300]},
        {"capacity_per_day": [1e15]},
        {"use_per_t": [[1e-300]]},
        {"use_per_t": [[1e15]]},
        {"demand_t_per_day": [5e-324]},
        {"demand_t_per_day": [1e15], "penalty_per_t": [1e15]},
        {"carbon_price_per_kg": 1e15, "emissions_kg_per_t": [[1e15, 0.0]]},
        {"penalty_per_t": [5e-324]},
    ],
)
def test_the_ends_of_what_is_allowed_are_planned(changes: dict[str, object]) -> None:
    """Rail at 2 within its capacity, the rest by road at 5, unless carbon or the penalty forbid it."""
    problem = build_two_route_problem(**changes)
    plan = solve(problem)
    assert check_plan(problem, plan) == ()
    mass, use = problem.demand_t_per_day[0], problem.use_per_t[0, 0]
    rail, road = problem.cost_per_t()[0]
    stays = problem.penalty_per_t[0]
    by_rail = min(mass, problem.capacity_per_day[0] / use) if rail < min(road, stays) else 0.0
    assert plan.objective == pytest.approx(by_rail * rail + (mass - by_rail) * min(road, stays), rel=1e-9)


PENALTIES_FAR_ABOVE_COSTS = {
    "nodes": "node_id\nn0\nn1\nn2\nn3",
    "modes": "mode\nroad",
    "classes": "class_id\nA\nB\nC\nE",
    "links": f"""{LINKS},capacity_per_day
l1,n0,n2,road,0.0062461226501076455,
l3,n3,n0,road,0.041099551673349916,1955.0761769561616
l4,n2,n3,road,0.0055627558018125625,1386.8217648198734
l5,n1,n3,road,0.001077798682724073,
l6,n3,n1,road,6.911123568523729,805.0081553789635""",
    "plants": "plant_id,node_id,max_t,min_t,penalty_per_t\nP0,n0,10000,2.3746920462326635,0.4156445903126477",
    "plant_flows": "plant_id,class_id,direction,t_per_t\nP0,C,in,0.8482383687664707\nP0,A,out,1.4261639564579407",
    "supplies": "node_id,class_id,mass_t,money_per_t\nn0,C,79.7,9.83\nn1,C,3.79,0.0137\nn2,A,764,4.42",
    "demands": f"{DEMANDS}\nd,P0,n2,A,41.16631378934746,21724932.934183724\nx,n1,n1,B,151.19835320023967,510656.53",
    "empties": "class_id,empty_class_id,t_per_t,depots\nB,E,0.8143355686288384,n2",
}


def test_penalties_far_above_costs_do_not_defeat_the_simplex(tmp_path: Path) -> None:
    """Two suppliers feed the plant: every tonne is carried, at some 5 VND a tonne beside penalties of 2e7."""
    plan, _, unserved = solved(tmp_path / "far", **PENALTIES_FAR_ABOVE_COSTS)
    assert plan.status == "optimal"
    assert unserved.empty
    assert 150 < plan.objective < 300


def test_a_time_limit_of_ages_is_a_time_limit() -> None:
    assert solve(build_two_route_problem(), SolveOptions(time_limit_s=1e300)).status == "optimal"
