"""Flow tables compiled into the flow problem: costs, capacities, sets, limits; by hand and solved a second way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from flow_folders import build, planned

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
