"""Layers of recorded plans: flows, capacities and differences, from the record alone, to who may see the run."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from planner_pack import BASE, planned, planner_pack, scenario_of, set_change
from service_parts import client, somebody
from sqlalchemy import Engine, insert, text
from tiny_pack import R1, R2

from api.access.caller import ANONYMOUS, Caller, operator
from api.gis.catalogue import COLLECTIONS
from api.gis.collections import Asking, open_collection
from api.gis.kept_layers import SHELF
from api.gis.plan_layers_made import capacity_features, flow_features
from api.planning.by_job import RunMark
from api.runs import Finished, Used, brief_document, record_plan
from api.scenarios.tables import SHARES
from api.service.problems import ServiceError
from geodata.features.source import ALL, Source
from geodata.features.table import Box
from geodata.gis.corridors import infrastructure_of_pack
from geodata.infrastructure.infrastructure import Source as NetworkSource
from geodata.versions.store import find_version, save_version
from optimizer.case import Case, build_case, solve_case
from optimizer.flow.options import SolveOptions
from optimizer.flow.plan import Plan
from optimizer.models import Run
from optimizer.results.flow_tables import capacity_table, link_table
from optimizer.results.plan_document import plan_document
from optimizer.runs.contents import Flow, RecordError
from optimizer.runs.kept_plan import kept_plan
from optimizer.scenarios.scenario import Scenario
from supplychain.database import for_writing

PACK = planner_pack()
WHEN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LARGER = replace(scenario_of(set_change("terminals", "city", capacity_teu_per_year=3000)), scenario_id="larger")
PLANNER = operator("me")
LAN, MINH = somebody("planner", name="lan"), somebody("planner", name="minh")


@cache
def made(scenario: Scenario = BASE) -> tuple[Case, Plan]:
    return planned(PACK, scenario)


def recorded(
    engine: Engine, scenario: Scenario = BASE, *, minutes: int = 0, owner: Caller | None = None, brief: bool = False
) -> str:
    """Record a run begun some minutes after noon and return its id."""
    case, plan = made(scenario)
    document = brief_document(case, plan) if brief else dict(plan_document(case, plan, ()))
    mark = None if owner is None else RunMark(str(owner.account_id), f"job_{owner.name}", minutes)
    finished = Finished(case, plan, is_checked=True, document=document)
    url = engine.url.render_as_string(hide_password=False)
    return record_plan(url, finished, WHEN + timedelta(minutes=minutes), Used(PACK, SolveOptions(), mark=mark))


@pytest.fixture(autouse=True)
def _fresh() -> None:
    """Every test begins with nothing in memory."""
    SHELF.clear()


def opened(engine: Engine, folder: Path, name: str, caller: Caller = PLANNER, **given: str) -> Source:
    return open_collection(COLLECTIONS, Asking(engine, caller, cache_folder=folder), name, given).source


def rows_of(source: Source) -> dict[str, dict[str, Any]]:
    """Return the properties of every feature by id."""
    table = source.read(ALL, None, 1000).table
    return dict(zip(table.ids.to_pylist(), table.columns.to_pylist(), strict=True))


def refused(engine: Engine, folder: Path, name: str, caller: Caller = PLANNER, **given: str) -> tuple[str, str]:
    """Return code and English sentence of a refusal, ids left out so that answers can be compared."""
    with pytest.raises(ServiceError) as error:
        opened(engine, folder, name, caller, **given)
    sentence = error.value.text.en
    for value in given.values():
        sentence = sentence.replace(value, "…")
    return error.value.code, sentence


def test_flows_are_those_worked_out_by_hand(registry_engine: Engine, tmp_path: Path) -> None:
    """80 t (10 TEU) go out over road_1, 10 empty TEU of 2 t come in; 40 t (5 TEU) go on over road_2.

    road_1 takes 7.5 + 5 lorries of 3 pcu beside 3,000 pcu of others, of 5,000: 0.6075. The services overseas are no
    lines of the region; the gate of the depot is one of no length at the city port.
    """
    recorded(registry_engine)
    source = opened(registry_engine, tmp_path, "plan_flows")
    found = rows_of(source)
    assert set(found) == {"road_1", "road_2", "service:depot_gate"}
    road = found["road_1"]
    assert road["t_per_day"] == pytest.approx(100.0)
    assert road["t_per_day_forward"] == pytest.approx(80.0)
    assert road["t_per_day_backward"] == pytest.approx(20.0)
    assert road["teu_per_day"] == pytest.approx(20.0)
    assert road["vehicles_per_day"] == pytest.approx(12.5)
    assert (road["capacity_per_day"], road["capacity_unit"], road["background_per_day"]) == (5000.0, "pcu", 3000.0)
    assert road["utilisation"] == pytest.approx(0.6075)
    assert (road["shadow_price"], road["mode"], road["width"]) == (0.0, "road", 1.0)
    assert found["road_2"]["t_per_day"] == pytest.approx(40.0)
    assert found["road_2"]["width"] == pytest.approx(0.4)
    assert (found["road_2"]["capacity_per_day"], found["road_2"]["shadow_price"]) == (None, None)
    line = source.read(ALL, None, 1).table.shapes.to_shapely()[0]
    assert [line.coords[0], line.coords[-1]] == [tuple(R1), tuple(R2)]


def test_capacities_have_the_shadow_price_worked_out_by_hand(registry_engine: Engine, tmp_path: Path) -> None:
    """One more TEU a day at the city port saves the 50 km by road to the deep port: 690,000 of money, 4,160 of time."""
    recorded(registry_engine)
    source = opened(registry_engine, tmp_path, "plan_capacities")
    found = rows_of(source)
    assert set(found) == {"link:road_1", "terminal:port:TEU", "terminal:city:TEU", "service:mother>:TEU"}
    city = found["terminal:city:TEU"]
    assert (city["used_per_day"], city["residual_per_day"], city["is_full"]) == (pytest.approx(5.0), 5.0, True)
    assert city["shadow_price"] == pytest.approx(694_160.0)
    assert (city["shadow_money"], city["shadow_time"]) == (pytest.approx(690_000.0), pytest.approx(4_160.0))
    assert found["link:road_1"]["shadow_price"] == 0.0
    shapes = source.read(ALL, None, 100).table.shapes
    where = dict(zip(found, shapes.coordinates.tolist(), strict=True))
    assert where["terminal:city:TEU"] == pytest.approx(list(R2))
    assert where["link:road_1"] == pytest.approx(((np.array(R1) + np.array(R2)) / 2).tolist())


def test_differences_are_those_worked_out_by_hand(registry_engine: Engine, tmp_path: Path) -> None:
    """A city port of 10 TEU a day takes all 80 t: 40 t fewer go over road_2, road_1 carries the same."""
    recorded(registry_engine)
    recorded(registry_engine, LARGER, minutes=1)
    asking = Asking(registry_engine, PLANNER, cache_folder=tmp_path)
    for given in ({}, {"compare": "larger"}, {"scenario": "base", "compare": "larger"}):
        found = rows_of(open_collection(COLLECTIONS, asking, "plan_differences", given).source)
        assert set(found) == {"road_2"}
        row = found["road_2"]
        assert (row["a_t_per_day"], row["b_t_per_day"]) == (pytest.approx(40.0), 0.0)
        assert row["difference_t_per_day"] == pytest.approx(-40.0)
        assert (row["difference_teu_per_day"], row["change"]) == (pytest.approx(-5.0), "only_before")
    back = rows_of(opened(registry_engine, tmp_path, "plan_differences", scenario="larger", compare="base"))
    assert back["road_2"]["difference_t_per_day"] == pytest.approx(40.0)
    assert back["road_2"]["change"] == "only_after"


def test_a_plan_compared_with_itself_differs_nowhere(registry_engine: Engine, tmp_path: Path) -> None:
    run_id = recorded(registry_engine)
    source = opened(registry_engine, tmp_path, f"plan_differences.{run_id}.{run_id}")
    assert source.count() == 0
    assert source.bounds() is None


@pytest.mark.parametrize("scenario", [BASE, LARGER], ids=lambda one: one.scenario_id)
def test_what_a_run_kept_says_what_its_plan_said(scenario: Scenario) -> None:
    """Loads, use, full capacities and prices of those that bind are equal to the last digit, or to rounding."""
    case, plan = made(scenario)
    document = json.loads(json.dumps(plan_document(case, plan, ())))
    kept = kept_plan(case.problem, Flow.of(case.problem, plan), document["bottlenecks"])
    before, after = link_table(case, plan), link_table(case, kept)
    assert before["link_id"].tolist() == after["link_id"].tolist()
    for column in ("t_per_day", "teu_per_day", "vehicles_per_day", "utilisation"):
        np.testing.assert_allclose(after[column], before[column], rtol=1e-12)
    was, now = capacity_table(case, plan), capacity_table(case, kept)
    assert was["full"].tolist() == now["full"].tolist()
    known = now["shadow_price"].notna()
    np.testing.assert_allclose(now["shadow_price"][known], was["shadow_price"][known], atol=0.01)


def test_both_ways_make_the_whole_and_widths_end_at_one() -> None:
    case, plan = made()
    kept = kept_plan(case.problem, Flow.of(case.problem, plan), None)
    columns = flow_features(case, kept, "VND").columns.to_pydict()
    whole = np.array(columns["t_per_day"])
    np.testing.assert_allclose(np.array(columns["t_per_day_forward"]) + columns["t_per_day_backward"], whole)
    assert max(columns["width"]) == 1.0
    assert capacity_features(case, kept, "VND").columns["shadow_price"].null_count == 4


def test_a_layer_read_back_from_its_file_is_the_same(registry_engine: Engine, tmp_path: Path) -> None:
    recorded(registry_engine)
    first = opened(registry_engine, tmp_path, "plan_flows")
    files = list(tmp_path.rglob("plan_flows-*.columns"))
    SHELF.clear()
    again = opened(registry_engine, tmp_path, "plan_flows")
    assert (again.version, again.fields, again.origin) == (first.version, first.fields, first.origin)
    one, other = (source.read(ALL, None, 99).table for source in (first, again))
    assert one.columns.equals(other.columns)
    assert one.ids.to_pylist() == other.ids.to_pylist()
    assert np.array_equal(one.shapes.coordinates, other.shapes.coordinates)
    files[0].write_bytes(files[0].read_bytes()[:-7])
    SHELF.clear()
    assert opened(registry_engine, tmp_path, "plan_flows").read(ALL, None, 99).table.columns.equals(one.columns)


def test_the_newest_is_the_first_plan_of_the_latest_command(registry_engine: Engine, tmp_path: Path) -> None:
    old = recorded(registry_engine, LARGER)
    new = recorded(registry_engine, BASE, minutes=5)
    beside = recorded(registry_engine, LARGER, minutes=5)
    asking = Asking(registry_engine, PLANNER, cache_folder=tmp_path)
    assert new in opened(registry_engine, tmp_path, "plan_flows").origin.source.en
    assert beside in opened(registry_engine, tmp_path, "plan_flows", scenario="larger").origin.source.en
    assert old in opened(registry_engine, tmp_path, f"plan_flows.{old}").origin.source.en
    assert beside in opened(registry_engine, tmp_path, "plan_flows.larger").origin.source.en
    both = opened(registry_engine, tmp_path, "plan_differences.base.larger").origin.source.en
    assert both.index(beside) < both.index(new)
    listed = [one.keys for one in COLLECTIONS["plan_flows"].instances(asking)]
    assert listed == [(new,), (beside,), (old,)]
    assert [one.keys for one in COLLECTIONS["plan_differences"].instances(asking)] == [(new, beside)]


def test_a_run_without_shadow_prices_says_so_by_empty_cells(registry_engine: Engine, tmp_path: Path) -> None:
    """Sweeps keep no prices; what is used and full is known all the same."""
    recorded(registry_engine, brief=True)
    found = rows_of(opened(registry_engine, tmp_path, "plan_capacities"))
    assert {row["shadow_price"] for row in found.values()} == {None}
    assert found["terminal:city:TEU"]["is_full"] is True
    assert found["terminal:city:TEU"]["is_penalty_driven"] is None


def test_runs_of_others_are_answered_as_those_that_are_not_there(registry_engine: Engine, tmp_path: Path) -> None:
    """By id, by scenario, as what is compared and in lists: hidden and absent are one answer."""
    absent = "00000000-0000-5000-8000-000000000000"
    assert refused(registry_engine, tmp_path, "plan_flows", MINH)[0] == "not_found"
    nothing = refused(registry_engine, tmp_path, "plan_flows", MINH)
    run_id = recorded(registry_engine, LARGER, owner=LAN)
    for name in ("plan_flows", "plan_capacities", "plan_differences"):
        hidden = refused(registry_engine, tmp_path, name, MINH, run=run_id)
        assert hidden == refused(registry_engine, tmp_path, name, MINH, run=absent)
        assert hidden[0] == "not_found"
        asking = Asking(registry_engine, MINH, cache_folder=tmp_path)
        assert list(COLLECTIONS[name].instances(asking)) == []
    by_scenario = refused(registry_engine, tmp_path, "plan_flows", MINH, scenario="larger")
    assert by_scenario == refused(registry_engine, tmp_path, "plan_flows", MINH, scenario="other")
    assert refused(registry_engine, tmp_path, "plan_flows", MINH) == nothing
    opened(registry_engine, tmp_path, "plan_flows", LAN, run=run_id)  # in memory and in a file from now on
    assert refused(registry_engine, tmp_path, "plan_flows", MINH, run=run_id)[0] == "not_found"
    recorded(registry_engine, BASE, minutes=1)
    compared = refused(registry_engine, tmp_path, "plan_differences", MINH, compare=run_id)
    assert compared[0] == "not_found"
    assert compared == refused(registry_engine, tmp_path, "plan_differences", MINH, compare="no_such")
    with for_writing(registry_engine).begin() as connection:
        connection.execute(insert(SHARES).values(subject=run_id, holder_kind="account", holder=MINH.account_id))
    assert set(rows_of(opened(registry_engine, tmp_path, "plan_flows", MINH, run=run_id))) == {
        "road_1",
        "service:depot_gate",
    }


@pytest.mark.parametrize("caller", [ANONYMOUS, somebody("firm", organisation_id="org_1"), somebody("reader")])
def test_who_may_not_read_plans_finds_no_such_collection(
    registry_engine: Engine, tmp_path: Path, caller: Caller
) -> None:
    recorded(registry_engine)
    with pytest.raises(ServiceError) as hidden:
        opened(registry_engine, tmp_path, "plan_flows", caller)
    with pytest.raises(ServiceError) as absent:
        opened(registry_engine, tmp_path, "plan_nothing", caller)
    assert hidden.value.text.en.replace("plan_flows", "x") == absent.value.text.en.replace("plan_nothing", "x")


def test_what_cannot_be_drawn_is_refused_with_what_to_do(registry_engine: Engine, tmp_path: Path) -> None:
    run_id = recorded(registry_engine)
    with pytest.raises(ServiceError, match="give one of the two"):
        opened(registry_engine, tmp_path, "plan_flows", run=run_id, scenario="base")
    with pytest.raises(ServiceError, match="no parameter colour; it has: run, scenario"):
        opened(registry_engine, tmp_path, "plan_flows", colour="red")
    with pytest.raises(ServiceError, match="no recorded plan that you may see"):
        opened(registry_engine, tmp_path, "plan_differences")
    old = {"run_id": "11111111-0000-5000-8000-000000000000", "scenario_id": "old", "started_at": "2020-01-01T00:00:00"}
    row = {**old, "status": "optimal", "checked": True, "inputs_sha256": "0" * 64, "plan": "{}"}
    with for_writing(registry_engine).begin() as connection:
        connection.execute(insert(Run).values(**row))
    with pytest.raises(ServiceError, match=r"older version of the program.*Plan scenario old again"):
        opened(registry_engine, tmp_path, "plan_flows", scenario="old")
    assert run_id in opened(registry_engine, tmp_path, "plan_flows").origin.source.en


def test_a_run_whose_inputs_are_gone_or_other_is_refused(registry_engine: Engine, tmp_path: Path) -> None:
    case, plan = made()
    flow = Flow.of(case.problem, plan)
    with pytest.raises(RecordError, match="no link ghost"):
        kept_plan(case.problem, replace(flow, link_ids=(("ghost",), *flow.link_ids[1:])), None)
    with pytest.raises(RecordError, match="no capacity ghost"):
        kept_plan(case.problem, flow, [{"capacity_id": "ghost"}])
    recorded(registry_engine)
    with for_writing(registry_engine).begin() as connection:
        for statement in _lose_contents(connection.dialect.name):
            connection.execute(text(statement))
    with pytest.raises(ServiceError, match="not kept all of what the run was made from") as error:
        opened(registry_engine, tmp_path, "plan_flows")
    assert error.value.code == "bad_request"


def _lose_contents(dialect: str) -> list[str]:
    if dialect == "sqlite":
        return ["DROP TRIGGER run_inputs_no_delete", "DELETE FROM run_inputs"]
    return ["ALTER TABLE run_inputs DISABLE TRIGGER ALL", "DELETE FROM run_inputs"]


def test_flows_on_a_stored_network_are_on_its_links(
    registry_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The corridors of the region stored as a network carry what they carry as corridors, and ODbL goes with them.

    The layers are kept when the run is recorded, and made again from the record they are the same.
    """
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "usual"))
    corridors = infrastructure_of_pack(PACK)
    source = NetworkSource("roads.osm.pbf", "ODbL-1.0", "© OpenStreetMap contributors")
    infrastructure = replace(corridors, sources=(source,))
    stored = find_version(registry_engine, save_version(registry_engine, infrastructure, name="roads", kind="imported"))
    case = build_case(PACK, BASE, infrastructure)
    plan = solve_case(case)
    finished = Finished(case, plan, is_checked=True, document=dict(plan_document(case, plan, ())))
    url = registry_engine.url.render_as_string(hide_password=False)
    record_plan(url, finished, WHEN, Used(PACK, SolveOptions(), stored))
    kept = open_collection(COLLECTIONS, Asking(registry_engine, PLANNER), "plan_flows", {}).source
    SHELF.clear()
    opened_flows = opened(registry_engine, tmp_path, "plan_flows")
    same = [source.read(ALL, None, 99).table for source in (kept, opened_flows)]
    assert same[0].columns.equals(same[1].columns)
    assert (kept.version, kept.origin) == (opened_flows.version, opened_flows.origin)
    found = rows_of(opened_flows)
    assert found["road_1"]["row_table"] == "network_links"
    assert found["road_1"]["t_per_day"] == pytest.approx(100.0)
    assert opened_flows.origin.is_share_alike
    assert "OpenStreetMap" in opened_flows.origin.attribution
    lost = replace(stored, content_hash="0" * 64, name="lost")
    run_id = record_plan(url, finished, WHEN, Used(PACK, SolveOptions(), lost))
    SHELF.clear()
    with pytest.raises(ServiceError, match=r"stored network lost .* no longer has"):
        opened(registry_engine, tmp_path, "plan_flows", run=run_id)


def test_a_box_asks_for_what_lies_in_it(registry_engine: Engine, tmp_path: Path) -> None:
    recorded(registry_engine)
    source = opened(registry_engine, tmp_path, "plan_flows")
    near = Box(R1[0] - 1e-4, R1[1] - 1e-4, R1[0] + 1e-4, R1[1] + 1e-4)
    assert source.read(replace(ALL, box=near), None, 9).table.ids.to_pylist() == ["road_1"]


PATHS = (
    "/collections/{name}.{run}",
    "/collections/{name}.{run}/items",
    "/collections/{name}.{run}/queryables",
    "/collections/{name}/items?run={run}",
    "/collections/{name}.{run}/tiles",
    "/collections/{name}.{run}/tiles/WebMercatorQuad",
    "/collections/{name}.{run}/tiles/WebMercatorQuad/8/120/203",
    "/collections/{name}/tiles/WebMercatorQuad/8/120/203?run={run}",
    "/collections/{name}.{run}/styles",
)


@pytest.mark.parametrize("name", ["plan_flows", "plan_capacities"])
def test_over_http_too_hidden_runs_are_as_those_that_are_not_there(sqlite_engine: Engine, name: str) -> None:
    """To who may not see the run the answer of a run that never was, once its owner has had it made and kept."""
    run_id = recorded(sqlite_engine, owner=LAN)
    absent = "00000000-0000-5000-8000-000000000000"
    with client(sqlite_engine, LAN) as asker:
        own = [asker.get("/api/v1/ogc" + path.format(name=name, run=run_id)) for path in PATHS]
        listed = asker.get("/api/v1/ogc/collections?f=json").text
    assert {one.status_code for one in own} == {200}
    assert own[1].json()["features"]
    assert f"{name}.{run_id}" in listed
    with client(sqlite_engine, MINH) as asker:
        for path in PATHS:
            hidden, never = (asker.get("/api/v1/ogc" + path.format(name=name, run=run)) for run in (run_id, absent))
            assert hidden.status_code == never.status_code == 404, path
            told, other = hidden.json(), never.json()
            assert told["detail"].replace(run_id, "x") == other["detail"].replace(absent, "x")
            assert set(told) == set(other)
        assert run_id not in asker.get("/api/v1/ogc/collections?f=json").text
