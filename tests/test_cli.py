"""The command line as its users meet it: answers, refusals, languages, and what an interrupted run leaves."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from time import sleep
from typing import Any

import pyogrio
import pytest
from demo_run import DemoRun, environment, hinterland, hinterland_anew
from patience import PATIENCE_S
from small_region import spoil
from typer.testing import CliRunner

import api.cli
from api.regions import region_folder

HEAVY = {"pandas", "numpy", "ortools", "sqlalchemy", "geopandas", "shapely", "rich", "fastapi", "jinja2", "yaml"}
PLAN_KEYS = {
    "status",
    "gap",
    "checked",
    "objective",
    "currency",
    "price_year",
    "t_per_day",
    "teu_per_day",
    "tkm_per_day",
    "cost_per_day",
    "emissions_kg_co2e_per_day",
    "unserved_t_per_day",
    "shares_by_mode",
    "shares_by_gateway",
    "inputs_sha256",
    "versions",
}
REFUSED = 2
INTERRUPTED = 130
WHAT_IF = """\
scenario_id: cheaper_barges
name: {vi: Sà lan rẻ hơn, en: Cheaper barges}
description: {vi: Thử nghiệm., en: A test.}
changes:
  - table: costs
    where: {vehicle_id: barge_container}
    scale: {mid: 0.5}
    reason: {vi: Thử nghiệm, en: A test}
"""


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """Return the sentence of a refusal: status 2, nothing on standard output, no traceback."""
    assert done.returncode == REFUSED, done.stderr
    assert not done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def database(demo: DemoRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the database that the demo left."""
    return Path(shutil.copy(demo.folder / "hinterland.gpkg", tmp_path_factory.mktemp("database")))


def own_region(folder: Path) -> Path:
    """Return a copy of the shipped region pack, to be spoiled."""
    return Path(shutil.copytree(region_folder("binh_duong"), folder))


def answer(*arguments: str) -> str:
    """Return what a command that ends well prints, run in this process (the imports are paid for once)."""
    done = CliRunner().invoke(api.cli.app, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return str(done.stdout)


def test_help_speaks_both_languages_and_loads_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "api.cli", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env=environment(),
    )
    assert "Lập phương án" in done.stdout
    assert "Plan one scenario" in done.stdout
    loaded = {line.rsplit("|", 1)[1].strip().split(".")[0] for line in done.stderr.splitlines() if "|" in line}
    assert "api" in loaded
    assert not HEAVY & loaded


@pytest.mark.parametrize("command", ["demo", "init", "load", "plan", "compare", "export", "serve"])
def test_each_command_explains_itself(command: str) -> None:
    shown = answer(command, "--help")
    assert "--lang" in shown
    assert " · " in shown


def test_the_version_is_that_of_the_package() -> None:
    assert re.fullmatch(r"hinterland \d+\.\d+\.\d+\S*\n", answer("--version"))


def test_the_demo_leaves_everything_and_answers_with_the_plan(demo: DemoRun) -> None:
    assert {path.name for path in demo.folder.iterdir()} >= {
        "report.html",
        "plan.json",
        "plans",
        "tables",
        "tables.xlsx",
        "layers.gpkg",
        "hinterland.gpkg",
    }
    assert demo.answer == demo.document
    assert set(demo.answer) >= PLAN_KEYS
    assert demo.answer["status"] == "optimal"
    assert demo.answer["checked"] is True
    assert demo.answer["gap"] <= 1e-6
    assert demo.answer["objective"]["total"] > 0
    assert sum(demo.answer["shares_by_gateway"].values()) == pytest.approx(1.0)
    assert sum(demo.answer["shares_by_mode"]["tkm"].values()) == pytest.approx(1.0)
    assert re.fullmatch(r"[0-9a-f]{64}", demo.answer["inputs_sha256"])


def test_the_demo_plans_the_base_and_each_shipped_what_if(demo: DemoRun) -> None:
    plans = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (demo.folder / "plans").iterdir()}
    assert set(plans) >= {
        "ring_roads_3_4",
        "bau_bang_cai_mep_railway",
        "river_first",
        "dong_nai_bridge_closed",
        "pre_tet_peak",
    }
    for scenario_id, plan in plans.items():
        assert plan["scenario"]["scenario_id"] == scenario_id
        assert set(plan) >= PLAN_KEYS
        assert plan["checked"] is True
        assert plan["status"] == "optimal"


def test_the_demo_tells_its_progress_step_by_step(demo: DemoRun) -> None:
    steps = re.findall(r"^\[(\d+)/(\d+)\] +[\d.]+ s  (.+)$", demo.progress, flags=re.MULTILINE)
    assert steps[0] == ("1", "1", "Loading the region")
    counted = [int(number) for number, _, _ in steps[1:]]
    assert counted == list(range(1, int(steps[-1][1]) + 1))


def test_init_and_load_say_what_comes_next(tmp_path: Path) -> None:
    database = str(tmp_path / "new.gpkg")
    folder = own_region(tmp_path / "own")
    assert "hinterland load" in answer("init", "--database", database, "--lang", "en")
    assert "đã sẵn sàng" in answer("init", "--database", database, "--lang", "vi")
    told = answer("load", str(folder), "--database", database, "--lang", "en")
    assert "Next: `hinterland plan`" in told
    assert "--synthetic" in told
    assert pyogrio.read_info(database, layer="parks")["features"] >= 45


def test_a_dry_run_checks_and_loads_nothing(tmp_path: Path) -> None:
    folder = own_region(tmp_path / "own")
    database = tmp_path / "none.gpkg"
    told = answer("load", str(folder), "--dry-run", "--database", str(database), "--lang", "en")
    assert "nothing was loaded" in told
    assert not database.exists()


def test_a_broken_pack_is_refused_with_every_finding_and_the_database_stays(database: Path, tmp_path: Path) -> None:
    folder = own_region(tmp_path / "own")
    parks = pyogrio.read_info(database, layer="parks")["features"]
    spoil(folder, "parks.csv", "10.932,106.723,600,500,", "10.932,106.723,600,-5,")
    spoil(folder, "links.csv", "n_ql13_binh_phuoc,n_ql13_vinh_phu", "n_ql13_binh_phuoc,nowhere")
    spoil(
        folder, "industry_mixes.csv", "mixed_light__furniture,mixed_light,furniture", "mixed_light__x,mixed_light,gold"
    )
    sentence = refused(hinterland_anew("load", str(folder), "--database", str(database), "--lang", "en"))
    for place, value in (("parks.csv:2 [area_ha]", "-5"), ("links.csv:3", "nowhere"), ("industry_mixes.csv:2", "gold")):
        assert any(place in line and value in line for line in sentence.splitlines()), sentence
    assert pyogrio.read_info(database, layer="parks")["features"] == parks
    findings = [line for line in sentence.splitlines() if not line.startswith("[")]
    assert len(refused(hinterland("load", str(folder), "--dry-run", "--lang", "vi")).splitlines()) == len(findings)


def test_a_folder_that_is_not_a_pack_is_refused(tmp_path: Path) -> None:
    assert "no_such_folder" in refused(hinterland("load", str(tmp_path / "no_such_folder"), "--dry-run"))
    assert "pack.yaml" in refused(hinterland("load", str(tmp_path), "--dry-run"))


def test_a_table_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    folder = own_region(tmp_path / "own")
    (folder / "links.csv").unlink()
    (folder / "links.csv").mkdir()
    assert "links.csv" in refused(hinterland("load", str(folder), "--dry-run"))


def test_a_path_that_cannot_be_read_as_a_folder_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("not a folder")
    assert str(file) in refused(hinterland("load", str(file), "--dry-run", "--lang", "en"))
    assert str(file) in refused(hinterland("demo", "--out", str(file), "--lang", "en"))


def test_a_missing_database_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "missing.gpkg"
    sentence = refused(hinterland("plan", "--database", str(missing), "--lang", "en"))
    assert str(missing) in sentence
    assert not missing.exists()


def test_an_unknown_language_is_refused_in_both_ways_of_asking(tmp_path: Path) -> None:
    assert "fr" in refused(hinterland("init", "--lang", "fr", folder=tmp_path))
    assert "fr" in refused(hinterland("init", folder=tmp_path, HINTERLAND_LANGUAGE="fr"))
    assert not list(tmp_path.iterdir())


def test_an_unknown_scenario_is_refused_with_those_there_are(database: Path) -> None:
    sentence = refused(hinterland_anew("plan", "tunnel", "--database", str(database), "--lang", "en"))
    for known in ("tunnel", "ring_roads_3_4", "river_first"):
        assert known in sentence
    assert "Không có kịch bản" in refused(hinterland("compare", "tunnel", "--database", str(database), "--lang", "vi"))


@pytest.mark.parametrize("content", ["", "- 1\n", "scenario_id: [\n", WHAT_IF.replace("barge_container", "airship")])
def test_a_scenario_file_that_is_not_one_is_refused(database: Path, tmp_path: Path, content: str) -> None:
    file = tmp_path / "what_if.yaml"
    file.write_text(content, encoding="utf-8")
    assert "what_if.yaml" in refused(hinterland("plan", str(file), "--database", str(database), "--lang", "en"))


def test_export_refuses_another_format_and_a_crs_that_does_not_exist_before_it_plans(tmp_path: Path) -> None:
    out = tmp_path / "layers.gpkg"
    assert "EPSG:1" in refused(hinterland("export", str(out), "--crs", "EPSG:1", "--lang", "en"))
    assert ".gpkg" in refused(hinterland("export", str(tmp_path / "layers.shp"), "--lang", "vi"))
    assert not list(tmp_path.iterdir())


def test_plan_writes_its_tables_and_answers_in_json(database: Path, tmp_path: Path, demo: DemoRun) -> None:
    out = tmp_path / "plan"
    found: dict[str, Any] = json.loads(answer("plan", "--database", str(database), "--out", str(out), "--json"))
    assert found["objective"]["total"] == pytest.approx(demo.answer["objective"]["total"], rel=1e-6)
    assert found["inputs_sha256"] == demo.answer["inputs_sha256"]
    assert json.loads((out / "plan.json").read_text(encoding="utf-8")) == found
    assert (out / "tables.xlsx").is_file()
    assert (out / "tables" / "itineraries.csv").stat().st_size > 1000


def test_compare_takes_a_file_and_tells_the_difference_in_words(database: Path, tmp_path: Path) -> None:
    file = tmp_path / "cheaper.yaml"
    file.write_text(WHAT_IF, encoding="utf-8")
    found = json.loads(answer("compare", str(file), "--database", str(database), "--json"))
    assert set(found["base"]) >= PLAN_KEYS
    assert found["scenario"]["scenario"]["scenario_id"] == "cheaper_barges"
    totals = {row["quantity"]: row for row in found["differences"]}
    assert totals["cost_per_day"]["difference"] == pytest.approx(
        found["scenario"]["cost_per_day"] - found["base"]["cost_per_day"]
    )
    assert totals["generalised_cost_per_day"]["difference"] < 0
    assert found["explanation"]["vi"]
    assert found["explanation"]["en"]


def test_export_writes_layers_in_the_crs_asked_for(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "vn2000.gpkg"
    told = answer("export", str(out), "--crs", "EPSG:9210", "--database", str(database), "--lang", "vi")
    assert "EPSG:9210" in told
    info = pyogrio.read_info(out, layer="plan_links")
    assert info["crs"] == "EPSG:9210"
    assert info["features"] >= 200


BASE_ALONE = """
from api import cli, commands

every = commands.read_scenarios
commands.read_scenarios = lambda database: tuple(one for one in every(database) if one.scenario_id == "base")
cli.main()
"""
"""The demo without its what-ifs: what comes after them is reached soon."""


@pytest.mark.parametrize(
    ("step", "program"),
    [("Planning “Base case”", ("-m", "api.cli")), ("Varying each assumption", ("-c", BASE_ALONE))],
    ids=["planning", "varying"],
)
def test_ctrl_c_leaves_the_old_results(tmp_path: Path, step: str, program: tuple[str, str]) -> None:
    folder = tmp_path / "out"
    (folder / "plans").mkdir(parents=True)
    old = {"report.html": "old report", "plan.json": "{}", "plans/base.json": "{}"}
    for name, content in old.items():
        (folder / name).write_text(content, encoding="utf-8")
    command = [sys.executable, *program, "demo", "--lang", "en", "--out", str(folder)]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment(), start_new_session=True
    ) as started:
        assert started.stderr is not None
        assert started.stdout is not None
        while step not in started.stderr.readline():
            assert started.poll() is None
        sleep(1.0)
        os.killpg(started.pid, signal.SIGINT)
        complaint = started.stderr.read()
        assert started.wait(timeout=PATIENCE_S) == INTERRUPTED
        assert not started.stdout.read()
    assert complaint == "Stopped; nothing was left half-written.\n"
    kept = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert {name for name in kept if not name.startswith("hinterland.gpkg")} == set(old)
    assert {name: (folder / name).read_text(encoding="utf-8") for name in old} == old
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
