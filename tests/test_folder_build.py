"""Flow tables compiled into the flow problem: every feature, worked by hand and solved a second way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from flow_folders import build, planned

from optimizer.flow.solve import solve
from optimizer.folder.build import build_folder_problem
from supplychain.errors import FindingsError

RAIL_LIMITED = """
    link_id,from_node_id,to_node_id,mode,money_per_t,capacity_per_day,capacity_unit
    road,a,b,road,5,,
    rail,a,b,rail,2,{capacity},{unit}
    """


def test_names_stay_plain_in_one_period(tmp_path: Path) -> None:
    """10 t by rail at 2: 20."""
    found = planned(tmp_path)
    assert found.plan.objective == pytest.approx(20)
    problem = found.case.problem
    assert (problem.node_ids, problem.link_ids, problem.demand_ids) == (("a", "b"), ("road", "rail"), ("d",))
    assert not problem.capacity_ids


@pytest.mark.parametrize(
    ("unit", "capacity", "by_rail"),
    [("t", 4, 4), ("TEU", 0.5, 4), ("vehicle", 0.1, 4), ("", 4, 4)],
)
def test_a_capacity_counts_tonnes_teu_or_vehicles(tmp_path: Path, unit: str, capacity: float, by_rail: float) -> None:
    """A TEU holds 8 t and a train 40 t: each limit lets 4 t go by rail; 4 x 2 + 6 x 5 = 38."""
    found = planned(
        tmp_path,
        modes="mode,t_per_vehicle\nroad,20\nrail,40",
        classes="class_id,t_per_teu\ngoods,8",
        links=RAIL_LIMITED.format(capacity=capacity, unit=unit),
    )
    assert found.carried() == {("d", "rail"): by_rail, ("d", "road"): 10 - by_rail}
    assert found.plan.objective == pytest.approx(38)


def test_others_use_a_capacity_down_to_its_floor(tmp_path: Path) -> None:
    """Of 10 t a day others take 9, but 0.4 is kept free: 4 t by rail; 4 x 2 + 6 x 5 = 38."""
    found = planned(
        tmp_path,
        links="""
            link_id,from_node_id,to_node_id,mode,money_per_t,capacity_per_day,background_per_day,floor_share
            road,a,b,road,5,,,
            rail,a,b,rail,2,10,9,0.4
            """,
    )
    assert found.plan.objective == pytest.approx(38)
    assert found.tables["capacities"].loc[0, ["capacity", "background", "residual", "used"]].tolist() == [10, 9, 4, 4]


def test_prices_and_emissions_per_km_and_per_vehicle(tmp_path: Path) -> None:
    """100 km of road: 1 + 100 x (0.02 + 2/20) = 13 money, 100/50 h = 2 h x 3 = 6, 100 x 0.5/20 kg x 0.2 = 0.5.

    10 t cost 195. Rail says its own hours and emissions: 4 + 10 h x 3 = 34 + 7 kg x 0.2.
    """
    found = planned(
        tmp_path,
        settings="key,value\ncarbon_price_per_t,200\ncurrency,USD",
        modes="""
            mode,speed_kmh,money_per_t_km,money_per_vehicle_km,kg_co2e_per_vehicle_km,t_per_vehicle
            road,50,0.02,2,0.5,20
            rail,,,,,
            """,
        links="""
            link_id,from_node_id,to_node_id,mode,length_km,time_h,money_per_t,kg_co2e_per_t
            road,a,b,road,100,,1,
            rail,a,b,rail,80,10,4,7
            """,
        classes="class_id,value_of_time_per_t_h\ngoods,3",
        demands="demand_id,origins,destinations,class_id,mass_t,penalty_per_t\nd,a,b,goods,10,100",
    )
    problem = found.case.problem
    assert problem.cost_per_t()[0] == pytest.approx([19.5, 35.4])
    assert found.plan.objective == pytest.approx(195)
    assert found.case.time_h[0].tolist() == [2, 10]


def test_a_class_carries_its_own_tonnes_per_vehicle(tmp_path: Path) -> None:
    """Foam loads 5 t on a truck that takes 20 t of steel: 4 times the price of a tonne."""
    case = build(
        tmp_path,
        modes="mode,money_per_vehicle_km,t_per_vehicle\nroad,20,20\nrail,0,",
        links="link_id,from_node_id,to_node_id,mode,length_km\nroad,a,b,road,10",
        classes="class_id,t_per_vehicle\nsteel,\nfoam,5",
        demands="demand_id,origins,destinations,class_id,mass_t,penalty_per_t\nd,a,b,foam,10,100",
    )
    assert case.problem.money_per_t.tolist() == [[10], [40]]


def test_both_ways_share_one_capacity(tmp_path: Path) -> None:
    """8 t there and 8 t back over a link of 10 t for both: 10 x 1 + 6 x 20 = 130."""
    found = planned(
        tmp_path,
        links="""
            link_id,from_node_id,to_node_id,mode,money_per_t,both_ways,capacity_per_day
            ab,a,b,road,1,yes,10
            """,
        demands="""
            demand_id,origins,destinations,class_id,mass_t,penalty_per_t
            there,a,b,goods,8,20
            back,b,a,goods,8,20
            """,
    )
    assert found.plan.objective == pytest.approx(130)
    assert set(found.tables["links"]["link_id"]) <= {"ab", "ab|back"}
    assert found.tables["links"].loc[0, "capacity_used"] == pytest.approx(10)


def test_a_class_may_differ_on_one_link(tmp_path: Path) -> None:
    """Ore must not go by road but may by rail, which is not among its modes: at 9 instead of 2. Goods: 2 x 10."""
    found = planned(
        tmp_path,
        classes="class_id,modes\ngoods,\nore,road",
        link_classes="""
            link_id,class_id,allowed,money_per_t
            road,ore,no,
            rail,ore,yes,9
            """,
        demands="""
            demand_id,origins,destinations,class_id,mass_t,penalty_per_t
            d,a,b,goods,10,20
            e,a,b,ore,10,20
            """,
    )
    assert found.plan.objective == pytest.approx(110)
    assert found.carried() == {("d", "rail"): 10, ("e", "rail"): 10}


def test_origins_and_destinations_are_chosen_freely(tmp_path: Path) -> None:
    """10 t from a or b to c or d: ac holds 4 t at 1, bd 3 t at 2, ad takes the rest at 7: 4 + 6 + 21 = 31."""
    found = planned(
        tmp_path,
        nodes="node_id\na\nb\nc\nd",
        links="""
            link_id,from_node_id,to_node_id,mode,money_per_t,capacity_per_day
            ac,a,c,road,1,4
            bd,b,d,road,2,3
            ad,a,d,road,7,
            """,
        demands="demand_id,origins,destinations,class_id,mass_t,penalty_per_t\nd1,a;b,c;d,goods,10,20",
    )
    assert found.plan.objective == pytest.approx(31)
    paths = found.tables["paths"].set_index("links")
    assert paths.loc["bd", ["origin_id", "destination_id"]].tolist() == ["b", "d"]
    assert paths["nodes"].to_dict() == {"ac": "a;c", "bd": "b;d", "ad": "a;d"}


def test_demands_of_one_set_share_its_node(tmp_path: Path) -> None:
    case = build(
        tmp_path,
        demands="""
            demand_id,origins,destinations,class_id,mass_t,penalty_per_t
            d,a;b,b,goods,10,20
            e,a;b,b,goods,10,20
            f,b;a,b,goods,10,20
            """,
    )
    assert case.problem.node_ids == ("a", "b", "|from|a;b", "|from|b;a")
    assert case.nodes.is_kind("virtual").tolist() == [False, False, True, True]


def test_a_demand_between_the_same_node_moves_for_nothing(tmp_path: Path) -> None:
    demands = "demand_id,origins,destinations,class_id,mass_t,penalty_per_t\nd,a,a,goods,10,20\ne,a;b,b,goods,5,20"
    found = planned(tmp_path, demands=demands + "\nf,a,b,goods,1,20")
    assert found.plan.objective == pytest.approx(2)
    assert found.tables["paths"]["nodes"].tolist() == ["a", "b", "a;b"]


def test_a_gate_counts_every_pass(tmp_path: Path) -> None:
    """A gate of 12 t: road passes it twice, rail once. Rail 10 t leaves 2 units; all 10 t by rail: 20."""
    gate = {
        "capacities": "capacity_id,unit,capacity_per_day\ngate,t,12",
        "capacity_links": "capacity_id,link_id,count\ngate,road,2\ngate,rail,",
    }
    found = planned(tmp_path / "free", **gate)
    assert found.plan.objective == pytest.approx(20)
    limited = planned(tmp_path / "limited", **gate, links=RAIL_LIMITED.format(capacity=4, unit="t"))
    # 4 t by rail leave 8 units for 4 t by road; 2 t stay: 8 + 20 + 40.
    assert limited.plan.objective == pytest.approx(68)
    used = limited.tables["capacities"].set_index("id")
    assert used.loc["gate", ["kind", "unit", "used", "used_share"]].tolist() == ["capacity", "t", 12, 1]


def test_a_fleet_counts_vehicle_hours(tmp_path: Path) -> None:
    """Trucks of 20 t take 4 h there: 0.2 h a tonne; a fleet of 1.6 h moves 8 t, 2 t stay: 8 x 5 + 40 = 80."""
    found = planned(
        tmp_path,
        modes="mode,t_per_vehicle\nroad,20",
        links="link_id,from_node_id,to_node_id,mode,money_per_t,time_h\nroad,a,b,road,5,4",
        capacities="capacity_id,unit,capacity_per_day\ntrucks,vehicle_h,1.6",
        capacity_links="capacity_id,link_id\ntrucks,road",
    )
    assert found.plan.objective == pytest.approx(80)
    assert found.tables["capacities"].loc[0, "shadow_price"] == pytest.approx(15 / 0.2)


def test_a_fleet_of_two_modes_and_classes_of_other_hours(tmp_path: Path) -> None:
    """Trucks of 20 t and vans of 5 t; foam always loads 4 t; on the road foam takes 3 h, goods 2 h; the van 1 h.

    Hours a tonne: goods 0.1 by truck, 0.2 by van; foam 0.75 by truck, 0.25 by van.
    """
    found = planned(
        tmp_path,
        modes="mode,t_per_vehicle\nroad,20\nrail,5",
        links="""
            link_id,from_node_id,to_node_id,mode,money_per_t,time_h
            truck,a,b,road,1,2
            van,a,b,rail,5,1
            """,
        classes="class_id,t_per_vehicle\ngoods,\nfoam,4",
        link_classes="link_id,class_id,time_h\ntruck,foam,3",
        capacities="capacity_id,unit,capacity_per_day\nfleet,vehicle_h,2.75",
        capacity_links="capacity_id,link_id\nfleet,truck\nfleet,van",
        demands="""
            demand_id,origins,destinations,class_id,mass_t,penalty_per_t
            d,a,b,goods,10,100
            e,a,b,foam,5,100
            """,
    )
    # Goods by truck take 1 h; 1.75 h carry x of foam by truck and 5 - x by van: x = 1; 10 + 1 + 20.
    assert found.plan.objective == pytest.approx(31)
    links = found.tables["links"].groupby(["link_id", "class_id"])["t"].sum()
    assert links.to_dict() == pytest.approx({("truck", "foam"): 1, ("truck", "goods"): 10, ("van", "foam"): 4})


@pytest.mark.parametrize(
    ("modes", "links"),
    [
        ("mode,minimum_lot_t\nroad,\nrail,8", ""),
        ("mode,minimum_lot_t\nroad,\nrail,999", "8"),
    ],
)
def test_small_demands_may_not_use_a_train(tmp_path: Path, modes: str, links: str) -> None:
    """A train takes 8 t or more: 10 t by rail at 2, 7 t by road at 5."""
    found = planned(
        tmp_path,
        modes=modes,
        links=f"""
            link_id,from_node_id,to_node_id,mode,money_per_t,minimum_lot_t
            road,a,b,road,5,
            rail,a,b,rail,2,{links}
            """,
        demands="""
            demand_id,origins,destinations,class_id,mass_t,penalty_per_t
            d,a,b,goods,10,20
            e,a,b,goods,7,20
            """,
    )
    assert found.plan.objective == pytest.approx(55)


@pytest.mark.parametrize(("limit", "cost"), [("4,", 50), (",90", 50), ("10,", 20), ("10,100", 20)])
def test_time_and_length_are_limited_on_every_path(tmp_path: Path, limit: str, cost: float) -> None:
    """Rail: 10 h, 100 km, 2 a tonne. Road: 4 h, 80 km, 5 a tonne."""
    found = planned(
        tmp_path,
        links="""
            link_id,from_node_id,to_node_id,mode,money_per_t,time_h,length_km
            road,a,b,road,5,4,80
            rail,a,b,rail,2,10,100
            """,
        demands=f"""
            demand_id,origins,destinations,class_id,mass_t,penalty_per_t,max_time_h,max_length_km
            d,a,b,goods,10,20,{limit}
            """,
    )
    assert found.plan.objective == pytest.approx(cost)


MILL = {
    "nodes": "node_id\nwood\nmill\ncity",
    "links": """
        link_id,from_node_id,to_node_id,mode,money_per_t
        in,wood,mill,road,1
        out,mill,city,road,2
        """,
    "classes": "class_id\nlog\nglue\nboard\ndust",
    "plants": "plant_id,node_id,max_t,min_t,penalty_per_t,money_per_t\nM,mill,{most},{least},{penalty},10",
    "plant_flows": """
        plant_id,class_id,direction,t_per_t
        M,log,in,2
        M,glue,in,0.5
        M,board,out,1
        M,dust,out,0.4
        """,
    "supplies": "node_id,class_id,mass_t,money_per_t\nwood,log,{logs},3\nwood,glue,100,4",
    "demands": """
        demand_id,origins,destinations,class_id,mass_t,penalty_per_t
        boards,M,city,board,20,1000
        chips,M,city,dust,5,50
        """,
}


def mill(**numbers: float) -> dict[str, str]:
    """Return a mill that makes 1 t of board and 0.4 t of dust of 2 t of logs and 0.5 t of glue, at 10 a run tonne."""
    given = {"most": 30.0, "least": 0.0, "penalty": 0.0, "logs": 100.0} | numbers
    return {name: text.format(**given) for name, text in MILL.items()}


def test_a_plant_turns_two_inputs_into_two_outputs(tmp_path: Path) -> None:
    """20 t of board: 20 runs at 10, 40 t logs at 3 + 1, 10 t glue at 4 + 1, boards at 2: 200 + 160 + 50 + 40 = 450.

    They leave 8 t of dust, of which 5 t are wanted at 2: 460 in all.
    """
    found = planned(tmp_path, **mill())
    assert found.plan.objective == pytest.approx(460)
    plants = found.tables["plants"].iloc[0]
    assert plants[["activity_t", "shortfall_t", "money"]].tolist() == pytest.approx([20, 0, 200])
    balance = found.tables["plant_flows"].set_index("class_id")
    assert balance["processed_t"].to_dict() == pytest.approx({"log": 40, "glue": 10, "board": 20, "dust": 8})
    assert balance.loc["dust", "carried_t"] == pytest.approx(5)
    assert found.tables["supplies"]["used_t"].tolist() == pytest.approx([40, 10])


def test_a_plant_is_held_by_its_most_and_by_its_scarcest_input(tmp_path: Path) -> None:
    """At most 12 runs, or logs for 15: 8 or 5 t of board stay at 1000; every board costs 22.5, dust 0.4 x 2 each."""
    held = planned(tmp_path / "most", **mill(most=12))
    assert held.plan.objective == pytest.approx(12 * 22.5 + 4.8 * 2 + 0.2 * 50 + 8 * 1000)
    short = planned(tmp_path / "logs", **mill(logs=30))
    assert short.plan.objective == pytest.approx(15 * 22.5 + 5 * 2 + 5 * 1000)
    prices = short.tables["capacities"].set_index("id")["shadow_price"]
    # One more tonne of logs at the mill makes half a board: 1000 - 2 - 10 - 0.5 x 5, halved.
    assert prices["M/log"] == pytest.approx((1000 - 2 - 10 - 2.5) / 2)


def test_a_plant_short_of_its_minimum_pays_for_it(tmp_path: Path) -> None:
    """25 runs are due: 5 more than boards need, each 10 + 2 x 4 + 0.5 x 5 = 20.5 or a penalty of 15, or of 30."""
    pays = planned(tmp_path / "pays", **mill(least=25, penalty=15))
    assert pays.plan.objective == pytest.approx(460 + 5 * 15)
    assert pays.tables["plants"].loc[0, "shortfall_t"] == pytest.approx(5)
    runs = planned(tmp_path / "runs", **mill(least=25, penalty=30))
    assert runs.plan.objective == pytest.approx(460 + 5 * 20.5)


def test_one_plant_feeds_another(tmp_path: Path) -> None:
    """10 t of chairs of 10 t of board of 20 t of logs: 20 x (3 + 1) + 10 x 2 over the road + 10 x 6 = 160."""
    found = planned(
        tmp_path,
        nodes="node_id\nwood\nmill\ncity",
        links=MILL["links"],
        classes="class_id\nlog\nboard\nchair",
        plants="plant_id,node_id,max_t,money_per_t\nsaw,mill,100,\njoiner,city,100,6",
        plant_flows="""
            plant_id,class_id,direction,t_per_t
            saw,log,in,2
            saw,board,out,1
            joiner,board,in,1
            joiner,chair,out,1
            """,
        supplies="node_id,class_id,mass_t,money_per_t\nwood,log,50,3",
        demands="demand_id,origins,destinations,class_id,mass_t,penalty_per_t\nd,joiner,city,chair,10,1000",
    )
    assert found.plan.objective == pytest.approx(160)
    onward = found.tables["paths"].query("kind == 'plant_out'").iloc[0]
    assert onward[["demand_id", "origin_id", "destination_id"]].tolist() == ["saw/board", "saw", "city"]
    assert onward["t"] == pytest.approx(10)


def test_a_plant_and_a_port_are_both_origins(tmp_path: Path) -> None:
    """Board is made for 24.5 at the city's end, or imported at the wood's port for 1 + 2 over the road, 15 t of it."""
    files = mill() | {
        "links": MILL["links"] + "    sea,port,wood,rail,4\n",
        "nodes": "node_id\nwood\nmill\ncity\nport",
        "demands": """
            demand_id,origins,destinations,class_id,mass_t,penalty_per_t
            boards,M;port,city,board,20,1000
            """,
    }
    assert planned(tmp_path, **files).plan.objective == pytest.approx(20 * 7)


MONTHS = {
    "periods": "period_id,days\njan,30\nfeb,28\nmar,31",
    "classes": "class_id,value_of_time_per_t_h\ngoods,0.01",
    "links": """
        link_id,from_node_id,to_node_id,mode,money_per_t,capacity_per_day
        rail,a,b,rail,2,1
        """,
}


def test_a_month_has_the_capacity_of_its_days(tmp_path: Path) -> None:
    """Rail takes 1 t a day. 40 t ready in January and due by February: 30 t go in January, 10 t in February, each at 2.

    28 t more want to go in February: 18 t find room, 10 t stay at 100. Nothing may wait.
    """
    found = planned(
        tmp_path,
        **MONTHS,
        demands="""
            demand_id,origins,destinations,class_id,mass_t,penalty_per_t,ready_period,due_period
            d,a,b,goods,40,200,jan,feb
            e,a,b,goods,28,100,feb,feb
            """,
    )
    assert found.plan.objective == pytest.approx(58 * 2 + 10 * 100)
    paths = found.tables["paths"]
    assert paths.groupby(["demand_id", "periods"])["t"].sum().to_dict() == pytest.approx(
        {("d", "jan"): 30, ("d", "feb"): 10, ("e", "feb"): 18}
    )


def test_stock_is_limited_and_costs_money_time_and_carbon(tmp_path: Path) -> None:
    """Goods come to the store c in January only and leave it in February only; its room is 5 t.

    5 t: 1 there, 28 days x (0.1 + 24 x 0.01 + 0.5 kg x 0.002) = 9.548, 2 on; 3 t stay at 100.
    """
    found = planned(
        tmp_path,
        settings="key,value\ncarbon_price_per_t,2",
        nodes="node_id\na\nc\nb",
        periods="period_id,days\njan,30\nfeb,28",
        classes=MONTHS["classes"],
        links="""
            link_id,from_node_id,to_node_id,mode,money_per_t
            ac,a,c,road,1
            cb,c,b,rail,2
            """,
        link_periods="period_id,link_id,mode,open\njan,cb,,no\nfeb,,road,no",
        storage="node_id,capacity_t,money_per_t_day,kg_co2e_per_t_day\nc,5,0.1,0.5",
        demands="demand_id,origins,destinations,class_id,mass_t,penalty_per_t\nd,a,b,goods,8,100",
    )
    assert found.plan.objective == pytest.approx(5 * 12.548 + 300)
    stock = found.tables["storage"].iloc[0]
    assert stock.tolist() == ["c", "goods", "jan", pytest.approx(5), 5]
    path = found.tables["paths"].iloc[0]
    assert path[["periods", "nodes", "links", "modes"]].tolist() == ["jan;feb", "a;c;b", "ac;storage:c;cb", "road;rail"]
    assert path[["time_h", "kg_co2e_per_t"]].tolist() == pytest.approx([28 * 24, 14])


def test_waiting_counts_against_a_limit_of_time(tmp_path: Path) -> None:
    """As above, but 28 days are 672 h: a limit of 600 h leaves all 8 t, one of 672 h none but the room."""
    files = {
        "nodes": "node_id\na\nc\nb",
        "periods": "period_id,days\njan,30\nfeb,28",
        "links": "link_id,from_node_id,to_node_id,mode,money_per_t\nac,a,c,road,1\ncb,c,b,rail,2",
        "link_periods": "period_id,link_id,mode,open\njan,cb,,no\nfeb,,road,no",
        "storage": "node_id,capacity_t\nc,5",
    }
    head = "demand_id,origins,destinations,class_id,mass_t,penalty_per_t,max_time_h\nd,a,b,goods,8,100,"
    plan = solve(build(tmp_path / "600", **files, demands=head + "600").problem)
    assert plan.status == "no_flow_possible"
    assert plan.objective == pytest.approx(800)
    assert planned(tmp_path / "672", **files, demands=head + "672").plan.objective == pytest.approx(315)


def test_a_store_of_one_class_is_its_own(tmp_path: Path) -> None:
    """Ore has 2 t of its own room at c, all else shares 3 t: 2 t of ore and 3 t of goods arrive, each for 3."""
    found = planned(
        tmp_path,
        nodes="node_id\na\nc\nb",
        periods="period_id,days\njan,30\nfeb,28",
        classes="class_id\ngoods\nore",
        links="link_id,from_node_id,to_node_id,mode,money_per_t\nac,a,c,road,1\ncb,c,b,rail,2",
        link_periods="period_id,link_id,mode,open\njan,cb,,no\nfeb,,road,no",
        storage="node_id,class_id,capacity_t\nc,,3\nc,ore,2",
        demands="""
            demand_id,origins,destinations,class_id,mass_t,penalty_per_t
            d,a,b,goods,8,100
            e,a,b,ore,8,100
            """,
    )
    assert found.plan.objective == pytest.approx(5 * 3 + 11 * 100)


def test_a_year_that_repeats_lets_its_end_feed_its_beginning(tmp_path: Path) -> None:
    """The mine's road is open in feb only, the city's in jan only: goods wait at c for the 31 days of jan, at 1 a day.

    10 t cost 1 + 31 + 2 each; in a horizon that ends with feb nothing moves.
    """
    files = {
        "nodes": "node_id\na\nc\nb",
        "periods": "period_id,days\njan,31\nfeb,28",
        "links": "link_id,from_node_id,to_node_id,mode,money_per_t\nac,a,c,road,1\ncb,c,b,rail,2",
        "link_periods": "period_id,link_id,open\njan,ac,no\nfeb,cb,no",
        "storage": "node_id,money_per_t_day\nc,1",
        "demands": "demand_id,origins,destinations,class_id,mass_t,penalty_per_t\nd,a,b,goods,10,100",
    }
    found = planned(tmp_path / "repeats", **files, settings="key,value\nperiods_repeat,yes")
    assert found.plan.objective == pytest.approx(340)
    assert found.tables["paths"].loc[0, "periods"] == "feb;jan"
    assert solve(build(tmp_path / "ends", **files).problem).status == "no_flow_possible"


def test_a_demand_keeps_its_window(tmp_path: Path) -> None:
    """Rail has 1 t a day. 60 t ready from February: 28 + 31 t go, 1 t stays: 118 + 100."""
    found = planned(
        tmp_path,
        **MONTHS,
        demands="""
            demand_id,origins,destinations,class_id,mass_t,penalty_per_t,ready_period,due_period
            d,a,b,goods,60,100,feb,
            """,
    )
    assert found.plan.objective == pytest.approx(218)
    assert set(found.tables["paths"]["periods"]) == {"feb", "mar"}
    assert found.tables["links"]["period_id"].tolist() == ["feb", "mar"]


DAY = {
    "periods": "period_id,days\nnight,0.25\nmorning,0.25\nafternoon,0.25\nevening,0.25",
    "nodes": "node_id\nfirm\ngate\nport",
    "modes": "mode\nroad\ngate",
    "links": """
        link_id,from_node_id,to_node_id,mode,money_per_t,capacity_per_day
        street,firm,gate,road,1,
        gate,gate,port,gate,2,80
        """,
}


def test_a_truck_ban_and_gate_hours(tmp_path: Path) -> None:
    """The gate passes 80 t a day: 20 t in each quarter, 10 t in the evening, none at night; trucks stop in the morning.

    Afternoon and evening pass 30 t of 50 t: 90 + 20 x 100. With room to wait at the gate nothing changes for the
    morning, as no truck comes then; a truck of the night may wait there: 20 t more.
    """
    rules = """
        period_id,link_id,mode,open,capacity_share
        night,gate,,no,
        morning,,road,no,
        evening,gate,,yes,0.5
        """
    demands = "demand_id,origins,destinations,class_id,mass_t,penalty_per_t\nd,firm,port,goods,50,100"
    banned = planned(tmp_path / "banned", **DAY, link_periods=rules, demands=demands)
    assert banned.plan.objective == pytest.approx(2090)
    waits = planned(
        tmp_path / "waits", **DAY, link_periods=rules, demands=demands, storage="node_id,money_per_t_day\ngate,4"
    )
    assert waits.plan.objective == pytest.approx(150 + 20 * 4 * 0.25)
    unbanned = planned(tmp_path / "unbanned", **DAY, demands=demands)
    assert unbanned.plan.objective == pytest.approx(150)


def test_a_row_of_a_link_goes_before_one_of_its_mode(tmp_path: Path) -> None:
    rules = "period_id,link_id,mode,open\nnight,street,,yes\nnight,,road,no\nmorning,,road,no"
    case = build(
        tmp_path,
        **DAY,
        link_periods=rules,
        demands="demand_id,origins,destinations,class_id,mass_t,penalty_per_t\nd,firm,port,goods,50,100",
    )
    streets = {one for one in case.problem.link_ids if one.startswith("street")}
    assert streets == {"street|night", "street|afternoon", "street|evening"}


EMPTIES = {
    "nodes": "node_id\na\nb",
    "links": """
        link_id,from_node_id,to_node_id,mode,money_per_t,capacity_per_day,both_ways
        ab,a,b,road,2,{capacity},yes
        """,
    "classes": "class_id\nladen\nempty",
    "empties": "class_id,empty_class_id,t_per_t,depots\nladen,empty,0.5,{depots}",
    "demands": "demand_id,origins,destinations,class_id,mass_t,penalty_per_t\nd,a,b,laden,30,100",
}


def with_empties(capacity: float, depots: str) -> dict[str, str]:
    """Return 30 t from a to b that leave 0.5 t of empties each, over a road for both directions."""
    return {name: text.format(capacity=capacity, depots=depots) for name, text in EMPTIES.items()}


def test_empties_must_go_back(tmp_path: Path) -> None:
    """15 t a day both ways: 10 t there and 5 t back; 10 x 2 + 5 x 2 + 20 x 100. A depot at b takes them for nothing."""
    away = planned(tmp_path / "away", **with_empties(15, "a"))
    assert away.plan.objective == pytest.approx(2030)
    empties = away.tables["empties"].iloc[0]
    assert empties.tolist() == ["laden", "empty", "b", "day", pytest.approx(5), pytest.approx(5)]
    near = planned(tmp_path / "near", **with_empties(15, "a;b"))
    assert near.plan.objective == pytest.approx(15 * 2 + 15 * 100)


def test_empties_leave_in_the_period_of_their_delivery(tmp_path: Path) -> None:
    """Trucks reach b in the first half only: what is delivered then must leave then, 10 t; the second half none."""
    found = planned(
        tmp_path,
        **with_empties(30, "a"),
        periods="period_id,days\nam,0.5\npm,0.5",
        link_periods="period_id,link_id,open\npm,ab,no",
        storage="node_id\nb",
    )
    assert found.plan.objective == pytest.approx(2030)


def test_material_brought_to_a_plant_leaves_its_empties(tmp_path: Path) -> None:
    """Logs come in crates of 0.1 t a tonne that go back over 1: 40 t of logs send 4 t back; 460 + 4."""
    files = mill() | {
        "classes": "class_id\nlog\nglue\nboard\ndust\ncrate",
        "links": MILL["links"] + "        back,mill,wood,road,1\n",
        "empties": "class_id,empty_class_id,t_per_t,depots\nlog,crate,0.1,wood",
    }
    assert planned(tmp_path, **files).plan.objective == pytest.approx(464)


def test_a_plant_that_does_not_make_the_class_is_refused(tmp_path: Path) -> None:
    files = mill() | {
        "demands": "demand_id,origins,destinations,class_id,mass_t,penalty_per_t\nd,M,city,glue,1,9",
    }
    with pytest.raises(FindingsError, match="finding") as caught:
        build(tmp_path, **files)
    finding = caught.value.findings[0]
    assert (finding.file, finding.row, finding.column) == ("demands.csv", 2, "origins")
    assert "glue" in finding.sentence("vi")


def test_a_made_id_that_stands_for_two_things_is_refused(tmp_path: Path) -> None:
    """Nodes a and b as a set, and a node called ``a;b`` over several periods, would both be ``|from|a;b``."""
    case = build(tmp_path, periods="period_id,days\nam,1\npm,1", nodes="node_id\na\nb\nx")
    tables = dict(case.tables.tables)
    tables["nodes"] = tables["nodes"].assign(node_id=pd.array(["a", "b", "a;b"], dtype="str"))
    demands = pd.concat([tables["demands"]] * 2, ignore_index=True)
    origins = pd.Series([("a", "b"), ("a;b",)], dtype=object)
    tables["demands"] = demands.assign(demand_id=pd.array(["d", "e"], dtype="str"), origins=origins)
    with pytest.raises(FindingsError) as caught:
        build_folder_problem(replace(case.tables, tables=tables))
    assert "|from|a;b" in caught.value.findings[0].text.en


def test_uncounted_vehicles_are_refused(tmp_path: Path) -> None:
    """Read without its checks, a fleet whose vehicles hold an unknown load is still no guess."""
    case = build(
        tmp_path,
        modes="mode,t_per_vehicle\nroad,20\nrail,40",
        links=RAIL_LIMITED.format(capacity=1, unit="vehicle"),
    )
    tables = dict(case.tables.tables)
    tables["modes"] = tables["modes"].assign(t_per_vehicle=np.nan)
    with pytest.raises(FindingsError) as caught:
        build_folder_problem(replace(case.tables, tables=tables))
    finding = caught.value.findings[0]
    assert (finding.file, finding.row, finding.column) == ("links.csv", 3, "capacity_unit")


def test_every_part_tells_what_it_stands_for(tmp_path: Path) -> None:
    files = mill() | {"periods": "period_id,days\njan,30\nfeb,28", "storage": "node_id\nmill"}
    case = build(tmp_path, **files)
    for part, ids in (
        (case.nodes, case.problem.node_ids),
        (case.links, case.problem.link_ids),
        (case.capacities, case.problem.capacity_ids),
        (case.demands, case.problem.demand_ids),
    ):
        assert part.kind.shape == part.subject.shape == part.period.shape == (len(ids),)
    names = dict(zip(case.problem.link_ids, case.subject_names(case.links), strict=True))
    assert names["in|feb"] == "in"
    assert names["|store|mill|jan"] == "mill"
    assert names["|plant|M|run|jan"] == "M"
    assert names["|supply|wood|log|feb"] == "wood/log"
    assert names["|plants|glue|M|jan"] == "M/glue"
