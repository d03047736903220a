"""Laws of folders with every feature at once, on generated ones."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from flow_folders import build, write_folder
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.edge_lp import solve_edge_lp
from optimizer.check import check_plan
from optimizer.flow.solve import solve
from optimizer.folder.answer import answer_tables
from optimizer.folder.build import build_folder_problem
from optimizer.folder.case import FolderCase
from optimizer.folder.read import read_folder

NODES = ("a", "b", "c", "d", "e")
MODES = "mode,speed_kmh,money_per_t_km,kg_co2e_per_t_km,t_per_vehicle"
LINKS = (
    "link_id,from_node_id,to_node_id,mode,length_km,money_per_t,kg_co2e_per_t,both_ways,capacity_per_day,minimum_lot_t"
)


def generated(seed: int, *, capacity_factor: float = 1.0, carbon_price: float = 100.0) -> FolderCase:
    """Return the case of a small folder with periods, storage, a plant, empties, a fleet, lots and sets."""
    random = np.random.default_rng(seed)

    def number(top: float) -> str:
        return f"{random.uniform(0, top):.3f}"

    def some(*words: str, most: int = 2) -> str:
        return ";".join(random.choice(words, random.integers(1, most + 1), replace=False))

    links = []
    for one in range(14):
        ends = random.choice(NODES, 2, replace=False)
        capacity = f"{capacity_factor * random.uniform(0, 8):.6f}" if random.random() < 0.5 else ""
        lot = number(6) if random.random() < 0.2 else ""
        both = random.choice(["yes", "no"])
        row = (f"l{one}", *ends, random.choice(["road", "rail"]), number(90), number(5), number(5), both, capacity, lot)
        links.append(",".join(row))
    periods = int(random.integers(1, 4))
    demands = [
        ",".join([f"d{one}", some(*NODES, *["M"][: int(goods == "board")]), some(*NODES), goods, number(9), number(60)])
        for one, goods in enumerate(random.choice(["log", "board"], 5))
    ]
    closed = [f"p{one},l{random.integers(14)},{random.choice(['yes', 'no'])},0.5" for one in range(periods)]
    fleet_h = capacity_factor * random.uniform(0, 4)
    files = {
        "settings": f"key,value\ncarbon_price_per_t,{carbon_price}\nperiods_repeat,yes",
        "nodes": "\n".join(["node_id", *NODES]),
        "modes": f"{MODES}\nroad,50,0.1,0.5,20\nrail,30,0.02,0.1,40",
        "links": "\n".join([LINKS, *links]),
        "classes": "class_id,modes,value_of_time_per_t_h,t_per_vehicle\nlog,,0.1,\nboard,,0.5,10\ncrate,road,,",
        "capacities": f"capacity_id,unit,capacity_per_day\nfleet,vehicle_h,{fleet_h:.6f}",
        "capacity_links": "capacity_id,link_id,count\nfleet,l0,1\nfleet,l1,2\nfleet,l2,1",
        "plants": f"plant_id,node_id,max_t,min_t,penalty_per_t,money_per_t\nM,c,9,{number(3)},{number(40)},{number(4)}",
        "plant_flows": "plant_id,class_id,direction,t_per_t\nM,log,in,1.5\nM,board,out,0.8",
        "supplies": f"node_id,class_id,mass_t,money_per_t\na,log,{number(20)},1\ne,log,{number(20)},2",
        "periods": "\n".join(["period_id,days", *(f"p{one},{random.choice([0.5, 1, 2])}" for one in range(periods))]),
        "link_periods": "\n".join(["period_id,link_id,open,capacity_share", *closed]),
        "storage": f"node_id,class_id,capacity_t,money_per_t_day\nb,,{number(4)},0.2\nc,log,,0.1",
        "empties": f"class_id,empty_class_id,t_per_t,depots\nboard,crate,0.2,{some(*NODES)}",
        "demands": "\n".join(["demand_id,origins,destinations,class_id,mass_t,penalty_per_t", *demands]),
    }
    with tempfile.TemporaryDirectory() as folder:
        return build_folder_problem(read_folder(write_folder(Path(folder), **files)))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_any_folder_is_planned_as_the_edge_linear_program_does(seed: int) -> None:
    case = generated(seed)
    plan = solve(case.problem)
    assert check_plan(case.problem, plan) == ()
    assert plan.objective == pytest.approx(solve_edge_lp(case.problem).objective, rel=1e-6, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(1.0, 5.0))
def test_more_capacity_never_costs_more(seed: int, factor: float) -> None:
    less, more = (solve(generated(seed, capacity_factor=one).problem).objective for one in (1.0, factor))
    assert more <= less * (1 + 1e-6) + 1e-5 * factor


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.0, 500.0))
def test_a_higher_carbon_price_never_emits_more(seed: int, rise: float) -> None:
    low, high = (solve(generated(seed, carbon_price=one).problem) for one in (100.0, 100.0 + rise))
    # Plans of equal cost may differ in emissions: the law holds of what a rise costs (Le Chatelier).
    rose = (high.emissions_kg_per_day - low.emissions_kg_per_day) * rise / 1000
    assert rose <= 1e-6 * max(low.objective, high.objective, 1.0)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_tables_of_the_answer_add_up(seed: int) -> None:
    """Paths carry what does not stay, plants and empties balance, and the paths cost what the plan does."""
    case = generated(seed)
    plan = solve(case.problem)
    tables = answer_tables(case, plan)
    paths = tables["paths"]
    carried = paths[paths["kind"] == "demand"].groupby("demand_id")["t"].sum()
    wanted = case.tables.tables["demands"].set_index("demand_id")["mass_t"]
    stays = tables["unserved"].set_index("demand_id")["unserved_t"]
    total = carried.reindex(wanted.index, fill_value=0.0) + stays.reindex(wanted.index, fill_value=0.0)
    assert total.to_numpy() == pytest.approx(wanted.to_numpy(), rel=1e-6, abs=1e-6)
    assert (paths["money_per_t"] * paths["t"]).sum() + tables["plants"]["money"].sum() == pytest.approx(
        plan.money, rel=1e-9, abs=1e-9
    )
    balance = tables["plant_flows"].set_index("direction")
    for direction, more, less in (("in", "carried_t", "processed_t"), ("out", "processed_t", "carried_t")):
        rows = balance.loc[[direction]]
        assert (rows[more] >= rows[less] - 1e-6).all()
    empties = tables["empties"]
    assert (empties["returned_t"] >= empties["left_t"] - 1e-6).all()
    assert (tables["links"]["t"] > 0).all()


def test_a_period_without_effect_changes_nothing(tmp_path: Path) -> None:
    """One day as it is, or cut into two halves of which each keeps half of the capacity: the same cost."""
    links = """
        link_id,from_node_id,to_node_id,mode,money_per_t,capacity_per_day
        road,a,b,road,5,
        rail,a,b,rail,2,6
        """
    whole = solve(build(tmp_path / "whole", links=links).problem)
    halves = solve(build(tmp_path / "halves", links=links, periods="period_id,days\nam,0.5\npm,0.5").problem)
    assert halves.objective == pytest.approx(whole.objective)
