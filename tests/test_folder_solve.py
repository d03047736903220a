"""``hinterland solve FOLDER``: results in files, figures on the terminal, refusals, time limits and interruption."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from demo_run import hinterland
from flow_folders import write_folder
from typer.testing import CliRunner

import api.cli
from api.refusal import CheckFailedError, refuse_violations
from api.solve_folder import EXAMPLES
from optimizer.check import Violation
from supplychain.text import Text

TABLES = {
    "summary",
    "paths",
    "links",
    "capacities",
    "unserved",
    "plants",
    "plant_flows",
    "supplies",
    "storage",
    "empties",
}
MILE_KM = 1.609344
REFUSED = 2
INTERRUPTED = 130


def told(*arguments: str) -> str:
    """Return what a command that ends well prints on standard output."""
    done = CliRunner().invoke(api.cli.app, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return str(done.stdout)


def read(folder: Path, table: str) -> pd.DataFrame:
    """Return a table of the results, ids as text."""
    return pd.read_csv(folder / f"{table}.csv", keep_default_na=False, na_values={"capacity_t": ""})


@pytest.mark.parametrize("name", sorted(entry.name for entry in EXAMPLES.iterdir() if entry.is_dir()))
def test_every_example_is_copied_and_planned(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "mine"
    text = told("solve", str(folder), "--example", name, "--lang", "en")
    assert "change its files" in text
    assert "optimal" in text
    assert {file.name for file in (folder / "results").iterdir()} == {f"{one}.csv" for one in TABLES} | {"plan.json"}
    document = json.loads((folder / "results" / "plan.json").read_text(encoding="utf-8"))
    assert document["status"] == "optimal"
    assert document["checked"]
    assert document["bound_checked"]
    paths = read(folder / "results", "paths").query("kind == 'demand'")
    assert paths["t"].sum() == pytest.approx(document["carried_t"])
    assert document["wanted_t"] == pytest.approx(document["carried_t"] + document["unserved_t"])


def test_every_column_of_the_results_is_explained(tmp_path: Path) -> None:
    told("solve", str(EXAMPLES / "all_features"), "--out", str(tmp_path))
    page = Path(__file__).parents[1].joinpath("docs", "flow-results.md").read_text(encoding="utf-8")
    for table in TABLES:
        line = next(line for line in page.splitlines() if line.startswith(f"| `{table}.csv`"))
        columns = set(read(tmp_path, table).columns) - {"reason_en", "reason_vi"}
        assert not [column for column in columns if f"`{column}`" not in line], table


def test_the_command_explains_itself() -> None:
    shown = told("solve", "--help")
    for option in ("--out", "--time-limit", "--gap", "--threads", "--example", "--lang"):
        assert option in shown
    assert " · " in shown


def test_ftot_quick_start_from_its_inputs(tmp_path: Path) -> None:
    """FTOT's quick start (US DOT): 100 short tons over 134.8 miles, 26 a truck, 1,384 g CO2 a mile.

    FTOT reports 518.4 vehicle-miles, 717,558 g CO2 and 2,568 USD.
    """
    told("solve", str(tmp_path / "ftot"), "--example", "ftot_quick_start")
    results = tmp_path / "ftot" / "results"
    paths, modes = read(results, "paths"), pd.read_csv(tmp_path / "ftot" / "modes.csv")
    t_per_vehicle = float(modes["t_per_vehicle"].dropna().iloc[0])
    vehicle_miles = (paths["t"] * paths["length_km"]).sum() / t_per_vehicle / MILE_KM
    assert vehicle_miles == pytest.approx(518.4, rel=2e-4)
    assert 1000 * (paths["t"] * paths["kg_co2e_per_t"]).sum() == pytest.approx(717_558, rel=2e-4)
    figures = read(results, "summary").set_index("quantity")["value"]
    assert float(figures["kg_co2e"]) == pytest.approx(717.558, rel=2e-4)
    assert float(figures["money"]) == pytest.approx(2568, rel=2e-4)


def test_both_languages_tell_the_same_plan(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path / "p",
        demands="""
        demand_id,origins,destinations,class_id,mass_t,penalty_per_t
        đơn_1,a,b,goods,10,20
        """,
    )
    english = hinterland("solve", str(folder), "--lang", "en", "--out", str(tmp_path / "en"))
    assert english.returncode == 0, english.stderr
    assert "Carried, t" in english.stdout
    assert "[3/4]" in english.stderr
    assert "The plan is in" in english.stdout
    vietnamese = hinterland("solve", str(folder), "--out", str(tmp_path / "vi"))
    assert "Chở được, tấn" in vietnamese.stdout
    assert "Lập phương án" in vietnamese.stderr
    for table in TABLES:
        assert (tmp_path / "en" / f"{table}.csv").read_bytes() == (tmp_path / "vi" / f"{table}.csv").read_bytes()
    assert read(tmp_path / "en", "paths").loc[0, "demand_id"] == "đơn_1"


def test_json_is_the_document_of_the_plan(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "p", settings="key,value\ncurrency,USD\nprice_year,2024")
    document: dict[str, Any] = json.loads(told("solve", str(folder), "--json"))
    assert document == json.loads((folder / "results" / "plan.json").read_text(encoding="utf-8"))
    assert document["objective"] == {
        "total": 20,
        "money": 20,
        "value_of_time": 0,
        "carbon": 0,
        "penalty": 0,
        "bound": pytest.approx(20),
    }
    assert (document["currency"], document["price_year"], document["folder"]) == ("USD", 2024, "p")
    assert len(document["inputs_sha256"]) == 64


def test_the_same_folder_gives_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        told("solve", str(EXAMPLES / "all_features"), "--out", str(tmp_path / name))
    for file in sorted((tmp_path / "one").iterdir()):
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes(), file.name


UNSERVED = {
    "nodes": "node_id\na\nb\nisland",
    "links": """
        link_id,from_node_id,to_node_id,mode,money_per_t,time_h,length_km,minimum_lot_t,capacity_per_day
        road,a,b,road,5,4,80,,3
        rail,a,b,rail,2,10,100,50,
        """,
    "demands": """
        demand_id,origins,destinations,class_id,mass_t,penalty_per_t,max_time_h,max_length_km
        nowhere,a,island,goods,9,20,,
        late,a,b,goods,60,20,3,
        far,a,b,goods,61,20,,70
        both,a,b,goods,62,20,4,80
        small,a,b,goods,8,20,5,
        cheap,a,b,goods,7,1,,
        """,
}


def test_every_unserved_tonne_has_a_reason(tmp_path: Path) -> None:
    """Road: 4 h, 80 km, 3 t a day. Rail: 10 h, 100 km, from 50 t.

    ``both`` is 62 t by road: 3 t go; ``small`` wants the road as well, and what is left of it is nothing.
    """
    told("solve", str(write_folder(tmp_path, **UNSERVED)))
    unserved = read(tmp_path / "results", "unserved").set_index("demand_id")
    assert unserved["reason"].to_dict() == {
        "nowhere": "no_path",
        "late": "over_time_limit",
        "far": "over_length_limit",
        "both": "capacity_full",
        "small": "capacity_full",
        "cheap": "costs_more_than_penalty",
    }
    assert unserved.loc[["both", "small"], "unserved_t"].sum() == pytest.approx(67)
    assert unserved.loc["both", "blocking"] == "link road"
    assert "quickest way takes 4 h; 3 h" in unserved.loc["late", "reason_en"]
    assert "Đường ngắn nhất dài 80 km" in unserved.loc["far", "reason_vi"]


def test_lots_and_limits_together_are_told_apart(tmp_path: Path) -> None:
    """8 t are below the train's lot of 50 t; the short way is too slow, the quick one too long."""
    lot = write_folder(
        tmp_path / "lot",
        links="link_id,from_node_id,to_node_id,mode,minimum_lot_t\nrail,a,b,rail,50",
        demands="demand_id,origins,destinations,class_id,mass_t,penalty_per_t\nd,a,b,goods,8,20",
    )
    limits = write_folder(
        tmp_path / "limits",
        links="""
            link_id,from_node_id,to_node_id,mode,time_h,length_km
            slow,a,b,road,9,10
            quick,a,b,road,1,90
            """,
        demands="""
            demand_id,origins,destinations,class_id,mass_t,penalty_per_t,max_time_h,max_length_km
            d,a,b,goods,8,20,5,50
            """,
    )
    for folder, reason in ((lot, "below_lot"), (limits, "over_both_limits")):
        text = told("solve", str(folder), "--lang", "en")
        assert "no flow possible" in text
        assert read(folder / "results", "unserved").loc[0, "reason"] == reason


def test_full_capacities_are_named_with_their_period(tmp_path: Path) -> None:
    """Both pass 1 t in ten days of January and 2 t in twenty of February: 3 of 10 t go."""
    folder = write_folder(
        tmp_path,
        periods="period_id,days\njan,10\nfeb,20",
        links="link_id,from_node_id,to_node_id,mode,money_per_t,capacity_per_day\nrail,a,b,rail,2,0.1",
        capacities="capacity_id,unit,capacity_per_day\nport,t,0.1",
        capacity_links="capacity_id,link_id\nport,rail",
    )
    text = told("solve", str(folder), "--lang", "vi")
    assert "hết năng lực" in text
    unserved = read(folder / "results", "unserved").iloc[0]
    assert unserved["unserved_t"] == pytest.approx(7)
    assert unserved["blocking"] in {f"link rail ({one}); port ({one})" for one in ("jan", "feb")}
    used = read(folder / "results", "capacities").set_index(["id", "period_id"])
    assert used["residual"].to_dict() == pytest.approx(
        {("rail", "jan"): 1, ("port", "jan"): 1, ("rail", "feb"): 2, ("port", "feb"): 2}
    )
    assert used["used"].to_dict() == pytest.approx(used["residual"].to_dict())


def test_a_folder_with_faults_is_refused_with_every_one_and_nothing_is_written(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path / "p",
        links="link_id,from_node_id,to_node_id,mode,money_per_t\nroad,a,nowhere,road,-5\nrail,a,b,sail,2",
    )
    for language, word in (("en", "nowhere"), ("vi", "nowhere")):
        done = hinterland("solve", str(folder), "--lang", language)
        assert done.returncode == REFUSED
        assert not done.stdout
        assert "Traceback" not in done.stderr
        for place in ("links.csv:2 [to_node_id]", "links.csv:2 [money_per_t]", "links.csv:3 [mode]"):
            assert place in done.stderr
        assert word in done.stderr
    assert sorted(file.name for file in folder.iterdir()) == [
        "classes.csv",
        "demands.csv",
        "links.csv",
        "modes.csv",
        "nodes.csv",
    ]


def test_a_missing_folder_an_unknown_example_and_a_folder_in_use_are_refused(tmp_path: Path) -> None:
    assert "missing" in refused("solve", str(tmp_path / "missing"))
    assert "two_routes" in refused("solve", str(tmp_path / "new"), "--example", "nothing")
    folder = write_folder(tmp_path / "p")
    assert "not empty" in refused("solve", str(folder), "--example", "two_routes")
    assert "nodes.csv" in refused("solve", str(folder), "--out", str(folder))
    assert not (folder / "results").exists()


def refused(*arguments: str) -> str:
    """Return the sentence of a refusal."""
    done = hinterland(*arguments, "--lang", "en")
    assert done.returncode == REFUSED, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_old_results_give_way_and_other_files_stay(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "p")
    out = tmp_path / "out"
    out.mkdir()
    for name in ("plan.json", "links.csv", "mine.txt"):
        (out / name).write_text("old")
    told("solve", str(folder), "--out", str(out))
    assert (out / "mine.txt").read_text() == "old"
    assert read(out, "links")["link_id"].tolist() == ["rail"]
    assert not list(tmp_path.rglob(".*"))


def test_no_demand_at_all_is_no_optimum(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path, demands="demand_id,origins,destinations,class_id,mass_t,penalty_per_t\nd,a,b,goods,0,1"
    )
    document = json.loads(told("solve", str(folder), "--json"))
    assert (document["status"], document["reason"]) == ("no_flow_possible", "zero_demand")


def test_a_plan_the_check_refuses_is_not_written() -> None:
    faults = [Violation("capacity", "rail", Text(en="rail is used beyond its capacity.", vi="rail bị quá tải."))]
    with pytest.raises(CheckFailedError, match="rail is used beyond"):
        refuse_violations("p", faults)
    refuse_violations("p", [])
