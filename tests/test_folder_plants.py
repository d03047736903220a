"""Plants, their material and empties that return, worked by hand and solved a second way."""

from __future__ import annotations

from pathlib import Path

import pytest
from flow_folders import build, planned

from supplychain.errors import FindingsError

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
