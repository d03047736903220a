"""Planning over REST: each question is answered as the command line answers it, with files, runs and their owners."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import geopandas as gpd
import httpx
import pytest
from planning_parts import (
    LAN,
    LARGER_PORT,
    MORE_FREIGHT,
    NO_FILES,
    PEOPLE,
    TestContext,
    as_who,
    asked,
    enter_accounts,
    load_small_region,
    run_entered,
    run_kind,
    scenario_text,
)
from service_parts import client, without_id
from sqlalchemy import Engine, func, select
from typer.testing import CliRunner

from api.cli import app
from api.files.store import delete_file, file_parts
from api.scenarios.tables import RUN_OWNERS
from optimizer.models import Run

SCENARIOS = "/api/v1/scenarios"


@pytest.fixture
def ready(registry_engine: Engine) -> Engine:
    load_small_region(registry_engine)
    enter_accounts(registry_engine)
    return registry_engine


@pytest.fixture
def service(ready: Engine) -> Iterator[httpx.Client]:
    with client(ready, LAN, others=PEOPLE) as one:
        yield one


def url_of(engine: Engine) -> str:
    return (
        engine.url.render_as_string(hide_password=False)
        if engine.dialect.name != "sqlite"
        else str(engine.url.database)
    )


def told(engine: Engine, *command: str) -> dict[str, Any]:
    """Return what a command of the command line prints with ``--json``."""
    found = CliRunner().invoke(app, [*command, "--json", "--database", url_of(engine)])
    assert found.exit_code == 0, found.output
    answer: dict[str, Any] = json.loads(found.stdout)
    return answer


def content(engine: Engine, context: TestContext, name: str) -> bytes:
    return b"".join(file_parts(engine, context.files[name]))


QUESTIONS: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
    ("runs", {"scenario": "base + larger"}, ("plan", "base + larger")),
    ("comparisons", {"scenarios": ["base", "larger"]}, ("compare", "base", "larger")),
    ("explanations", {"scenario": "base", "terminal": "city"}, ("explain", "base", "--terminal", "city")),
    (
        "quotes",
        {"place": "park_a", "market": "overseas", "box": "40HC", "date": "2026-03-02", "tonnes": 10, "legs": 3},
        ("quote", "park_a", "overseas", "40HC", "2026-03-02", "--tonnes", "10", "--legs", "3"),
    ),
    ("emissions", {"scenario": "larger", "place": "park_a"}, ("emissions", "larger", "--place", "park_a")),
    ("validations", {"scenario": "base"}, ("validate", "base")),
    ("programmes", {"programme": "roads"}, ("programme", "roads")),
    ("scenarios/base/differences", {"other": "larger"}, ("scenario", "diff", "base", "larger")),
    ("scenarios/larger/effects", {}, ("scenario", "show", "larger")),
    ("scenarios/larger/checks", {}, ("scenario", "validate", "larger")),
]


def test_every_answer_is_that_of_the_command_line(sqlite_engine: Engine) -> None:
    """The questions of planners ask the database for a region and no more; how it is kept does not matter to them."""
    load_small_region(sqlite_engine)
    with client(sqlite_engine, LAN, others=PEOPLE) as one:
        compare_with_commands(one, sqlite_engine)


def compare_with_commands(service: httpx.Client, ready: Engine) -> None:
    """Ask the service and the command line each question and hold the answers against each other."""
    for path, body, command in QUESTIONS:
        sent = dict(body)
        if not path.startswith("scenarios"):
            sent["files"] = NO_FILES
        result, _ = asked(service, ready, path, sent)
        assert result["answer"] == told(ready, *command), path


def test_a_scenario_of_ones_own_is_planned_as_its_file(service: httpx.Client, ready: Engine, tmp_path: Path) -> None:
    """The same file on the command line; a stack with a scenario of the region too. What is asked later stays."""
    (tmp_path / "low.yaml").write_text(scenario_text("low", MORE_FREIGHT), encoding="utf-8")
    (tmp_path / "top.yaml").write_text(scenario_text("top", base="low"), encoding="utf-8")
    low = service.post(SCENARIOS, json={"text": scenario_text("low", MORE_FREIGHT)})
    service.post(SCENARIOS, json={"text": scenario_text("top", base="low")})
    result, _ = asked(service, ready, "runs", {"scenario": "top", "files": NO_FILES})
    assert result["answer"] == told(ready, "plan", str(tmp_path / "top.yaml"))
    compared, _ = asked(service, ready, "comparisons", {"scenarios": ["base", "top + larger"], "files": NO_FILES})
    assert compared["answer"] == told(ready, "compare", "base", f"{tmp_path / 'top.yaml'}+larger")
    # What a job is asked is what there was then: the text changes before the job runs.
    entered = service.post("/api/v1/runs", json={"scenario": low.json()["key"], "files": NO_FILES})
    changed = scenario_text("low", LARGER_PORT)
    address = f"{SCENARIOS}/{low.json()['key']}"
    assert service.put(address, json={"text": changed}, headers={"if-match": low.headers["etag"]}).status_code == 200
    late, _ = run_entered(ready, entered.json()["job_id"], LAN)
    assert late["answer"] == told(ready, "plan", str(tmp_path / "low.yaml"))


def test_a_plan_leaves_reports_layers_and_tables(service: httpx.Client, ready: Engine, tmp_path: Path) -> None:
    """Every form opens in its library, and the tables come in pages."""
    answer = service.post("/api/v1/runs", json={"scenario": "base", "files": {"crs": "EPSG:3405", "language": "en"}})
    assert answer.status_code == 202
    job_id = answer.json()["job_id"]
    result, context = run_entered(ready, job_id, LAN)
    assert set(context.files) >= {"report.html", "report.docx", "report.xlsx", "layers.gpkg", "tables.xlsx"}
    assert b"<html" in content(ready, context, "report.html")
    for name in ("report.docx", "report.xlsx", "tables.xlsx"):
        assert zipfile.ZipFile(BytesIO(content(ready, context, name))).testzip() is None
    (tmp_path / "layers.gpkg").write_bytes(content(ready, context, "layers.gpkg"))
    layers = gpd.read_file(tmp_path / "layers.gpkg", layer="links")
    assert layers.crs.to_epsg() == 3405
    [run_id] = result["runs"]
    plan = service.get(f"/api/v1/plans/{run_id}")
    assert plan.json()["plan"] == result["answer"]
    assert service.get(f"/api/v1/plans/{run_id}", headers={"if-none-match": plan.headers["etag"]}).status_code == 304
    names = [one["name"] for one in service.get(f"/api/v1/plans/{run_id}/tables").json()["items"]]
    assert names == sorted(result["tables"])
    rows, address = [], f"/api/v1/plans/{run_id}/tables/by_mode?limit=1"
    while address:
        page = service.get(address).json()
        rows += page["items"]
        address = page["next"]
    assert [row["number"] for row in rows] == list(range(1, result["tables"]["by_mode"]["rows"] + 1))
    assert {row["values"]["mode"] for row in rows} >= {"road"}
    listed = service.get(f"/api/v1/runs/{run_id}/files").json()["items"]
    assert {"report.html", "layers.gpkg"} <= {one["name"] for one in listed}
    fetched = service.get(f"/api/v1/runs/{run_id}/files/tables.xlsx")
    assert fetched.content == content(ready, context, "tables.xlsx")
    shown = service.get(f"/api/v1/runs/{run_id}").json()
    assert (shown["scenario_id"], shown["owner"], shown["job_id"]) == ("base", "acc_lan", job_id)
    assert shown["record"]["scenario"]["scenario_id"] == "base"
    delete_file(ready, result["tables"]["by_mode"]["file_id"])
    assert service.get(f"/api/v1/plans/{run_id}/tables/by_mode").status_code == 410


def test_a_job_that_begins_again_records_its_run_once(service: httpx.Client, ready: Engine) -> None:
    answer = service.post("/api/v1/comparisons", json={"scenarios": ["base", "larger"], "files": NO_FILES})
    job_id = answer.json()["job_id"]
    request = {"asked": {"scenarios": ["base", "larger"], "network": None}, "shelf": {}, "wanted": WANTED}
    first = run_kind(TestContext(ready, LAN, job_id), "compare", request)
    again = run_kind(TestContext(ready, LAN, job_id), "compare", request)
    assert first["runs"] == again["runs"]
    with ready.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Run)) == 2
        assert connection.scalar(select(func.count()).select_from(RUN_OWNERS)) == 2


WANTED = {"reports": [], "layers": False, "crs": "EPSG:4326", "tables": False, "language": "vi"}


def test_runs_are_seen_by_their_owner_and_by_whom_they_are_shared_with(service: httpx.Client, ready: Engine) -> None:
    """A run of the command line is everybody's; of a hidden run nothing is told, not even that it is there."""
    told(ready, "plan", "base")
    key = service.post(SCENARIOS, json={"text": scenario_text("secret", MORE_FREIGHT)}).json()["key"]
    result, _ = asked(service, ready, "runs", {"scenario": key, "files": NO_FILES})
    [run_id] = result["runs"]
    nobody = "00000000-0000-0000-0000-000000000000"

    def listed(who: str, **query: str) -> list[str]:
        items = service.get("/api/v1/runs", params=query, headers=as_who(who)).json()["items"]
        return [one["scenario_id"] for one in items]

    assert listed("lan") == ["secret", "base"]
    assert listed("chief", scenario_id="secret") == ["secret"]
    assert listed("minh") == ["base"]
    assert listed("minh", scenario_id="secret") == []
    paths = ("runs/RUN", "runs/RUN/files", "runs/RUN/files/report.html", "runs/RUN/shares", "plans/RUN")
    for path in (*paths, "plans/RUN/tables", "plans/RUN/tables/by_mode"):
        found = [service.get(f"/api/v1/{path.replace('RUN', one)}", headers=as_who("minh")) for one in (run_id, nobody)]
        assert [one.status_code for one in found] == [404, 404], path
        hidden, absent = (str(without_id(one)) for one in found)
        assert hidden.replace(run_id, nobody) == absent
    replayed = service.post(f"/api/v1/runs/{run_id}/replays", headers=as_who("minh"))
    assert replayed.status_code == 404
    tag = service.get(f"/api/v1/runs/{run_id}/shares").headers["etag"]
    shared = service.put(f"/api/v1/runs/{run_id}/shares", json={"accounts": ["acc_minh"]}, headers={"if-match": tag})
    assert shared.status_code == 200
    assert listed("minh") == ["secret", "base"]
    assert service.get(f"/api/v1/plans/{run_id}", headers=as_who("minh")).json()["plan"] == result["answer"]
    assert service.get(f"/api/v1/runs/{run_id}", headers=as_who("minh")).json()["job_id"] is None
    assert service.get(f"/api/v1/plans/{run_id}/tables/by_mode", headers=as_who("minh")).status_code == 200
    assert service.get(f"/api/v1/runs/{run_id}/shares", headers=as_who("minh")).status_code == 403


def test_a_run_is_made_again(service: httpx.Client, ready: Engine) -> None:
    result, _ = asked(service, ready, "runs", {"scenario": "larger", "files": NO_FILES})
    [run_id] = result["runs"]
    replayed, _ = asked(service, ready, f"runs/{run_id}/replays", {})
    assert (replayed["answer"]["verdict"], replayed["answer"]["run_id"]) == ("same", run_id)


def test_a_sweep_gives_what_one_comparison_gives(sqlite_engine: Engine) -> None:
    """Each scenario by a job of its own, the last first: the figures are those of one desk that plans all in turn."""
    load_small_region(sqlite_engine)
    with client(sqlite_engine, LAN, others=PEOPLE) as one:
        sweep_and_compare(one, sqlite_engine)


def sweep_and_compare(service: httpx.Client, ready: Engine) -> None:
    """Sweep scenarios, compare the same, and hold the answers against each other."""
    service.post(SCENARIOS, json={"text": scenario_text("low", MORE_FREIGHT)})
    names = ["larger", "low", "low + larger"]
    result, context = asked(service, ready, "sweeps", {"scenarios": names})
    assert context.parts == 3
    compared, _ = asked(service, ready, "comparisons", {"scenarios": ["base", *names], "files": NO_FILES})
    totals = compared["answer"]["tables"]
    assert [one["name"] for one in result["answer"]["scenarios"]] == names
    for one, other in zip(result["answer"]["scenarios"], compared["answer"]["comparisons"], strict=True):
        assert one["explanation"] == other["explanation"]
        assert one["is_empty"] == other["is_empty"]
    assert result["answer"]["scenarios"][0]["differences"] == compared["answer"]["differences"]
    assert result["answer"]["base"]["objective"]["total"] == compared["answer"]["base"]["objective"]["total"]
    assert totals
    assert len(set(result["runs"])) == 4
    shown = service.get(f"/api/v1/runs/{result['runs'][2]}").json()
    assert (shown["scenario_id"], shown["record"]["after"]) == ("low", [result["runs"][0]])
    assert "tables.xlsx" in context.files


def test_a_firm_quotes_on_the_region_as_it_is_alone(service: httpx.Client, ready: Engine) -> None:
    asking = {"place": "park_a", "market": "overseas", "box": "40HC", "date": "2026-03-02", "files": NO_FILES}
    result, _ = asked(service, ready, "quotes", asking, "firm")
    assert result["answer"]["chains"]
    assert (
        service.post("/api/v1/quotes", json=asking | {"scenario": "larger"}, headers=as_who("firm")).status_code == 404
    )
    for path in ("runs", "comparisons", "sweeps", "emissions"):
        assert service.post(f"/api/v1/{path}", json={}, headers=as_who("firm")).status_code in {403, 422}


def test_what_does_not_fit_is_refused_with_a_sentence(service: httpx.Client) -> None:
    for path, body in (
        ("comparisons", {"scenarios": ["base"]}),
        ("comparisons", {"scenarios": ["base"] * 13}),
        ("sweeps", {"scenarios": ["larger", "larger"]}),
        ("runs", {"scenario": "base", "files": {"crs": "+proj=longlat +nadgrids=/etc/passwd"}}),
        ("runs", {"scenario": "base", "files": {"reports": ["pdf"]}}),
        ("runs", {"scenario": "base", "unknown": 1}),
        ("quotes", {"place": "a", "market": "b", "box": "40HC", "date": "someday"}),
        ("explanations", {"prove": 1000}),
    ):
        answer = service.post(f"/api/v1/{path}", json=body)
        assert answer.status_code == 422, (path, body)
        assert answer.headers["content-type"].startswith("application/problem+json")
    many = "+".join(["base"] * 21)
    assert service.post("/api/v1/runs", json={"scenario": many}).status_code == 422


def test_the_form_of_scenario_files_is_that_of_the_command_line(service: httpx.Client) -> None:
    printed = CliRunner().invoke(app, ["scenario", "schema"])
    assert service.get("/api/v1/documents/scenario-schema").text == printed.stdout
    made = service.get("/api/v1/documents/scenario-template", params={"scenario_id": "half", "base": "base"})
    assert made.headers["content-type"].startswith("application/yaml")
    assert "scenario_id: half\n" in made.text
