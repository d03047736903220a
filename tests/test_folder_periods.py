"""Months, hours of the day and storage of a folder, worked by hand and solved a second way."""

from __future__ import annotations

from pathlib import Path

import pytest
from flow_folders import build, planned

from optimizer.flow.solve import solve

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
