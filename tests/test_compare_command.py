"""``hinterland compare`` and ``hinterland runs`` as people use them, on the region and on folders."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from region_files import RegionFiles, region_copy
from sqlalchemy import text
from typer.testing import CliRunner

import api.cli
from supplychain.database import open_database
from supplychain.errors import HinterlandError

WHAT_IF = """\
scenario_id: cheaper_barges
name: {vi: Sà lan rẻ hơn, en: Cheaper barges}
description: {vi: Thử, en: A test}
changes:
  - {table: costs, where: {vehicle_id: barge_container}, scale: {mid: 0.5}, reason: {vi: thử, en: test}}
"""


def answer(*arguments: str) -> str:
    """Return what a command that ends well prints, run in this process."""
    done = CliRunner().invoke(api.cli.app, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return str(done.stdout)


@dataclass(frozen=True)
class Compared:
    """A comparison of the region's base with two what-ifs, and the files it left."""

    database: str
    folder: Path
    found: dict[str, Any]


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory, region_files: RegionFiles) -> Compared:
    folder = tmp_path_factory.mktemp("compared")
    database = str(region_copy(region_files.real, folder))
    file = folder / "cheaper.yaml"
    file.write_text(WHAT_IF, encoding="utf-8")
    wanted = ["--out", str(folder / "out"), "--layers", str(folder / "layers.gpkg"), "--crs", "EPSG:9210"]
    for suffix in (".html", ".docx", ".xlsx"):
        wanted += ["--report", str(folder / f"report{suffix}")]
    told = answer("compare", "base", "ring_roads_3_4", str(file), "-d", database, "--json", "--lang", "en", *wanted)
    return Compared(database, folder, json.loads(told))


def test_each_plan_is_told_against_the_first(compared: Compared) -> None:
    found = compared.found
    assert found["plans"] == ["base", "ring_roads_3_4", "cheaper_barges"]
    assert [one["plan"] for one in found["comparisons"]] == ["ring_roads_3_4", "cheaper_barges"]
    assert not found["is_empty"]
    totals = {row["quantity"]: row for row in found["differences"]}
    assert totals["generalised_cost_per_day"]["difference"] == pytest.approx(
        found["scenario"]["objective"]["total"] - found["base"]["objective"]["total"]
    )
    assert totals["generalised_cost_per_day"]["difference"] < 0
    for one in found["comparisons"]:
        assert "generalised cost changes by" in one["explanation"]["en"].casefold()
        assert one["explanation"]["vi"]
    effects = pd.DataFrame(found["tables"]["places"]).groupby("plan")[["unit_cost_effect_per_day"]].sum()
    assert effects.loc["ring_roads_3_4"].item() == pytest.approx(totals["generalised_cost_per_day"]["difference"])


def test_the_tables_are_csv_and_one_workbook(compared: Compared) -> None:
    out = compared.folder / "out"
    places = pd.read_csv(out / "tables" / "places.csv")
    assert set(places["plan"]) == {"ring_roads_3_4", "cheaper_barges"}
    assert {"unit_cost_effect_per_day", "volume_effect_per_day", "effect_per_t", "verdict"} <= set(places.columns)
    book = openpyxl.load_workbook(out / "tables.xlsx", read_only=True)
    assert {"side_by_side", "links", "capacities", "gateways"} <= set(book.sheetnames)
    assert json.loads((out / "comparison.json").read_text(encoding="utf-8")) == compared.found


def test_the_layers_hold_what_differs(compared: Compared) -> None:
    path = compared.folder / "layers.gpkg"
    lines = gpd.read_file(path, layer="differences__ring_roads_3_4")
    assert lines.crs.to_epsg() == 9210
    links = pd.DataFrame(compared.found["tables"]["links"])
    ours = links[(links["plan"] == "ring_roads_3_4") & (links["row_table"] == "links")].groupby("row_id")
    known = ours["difference_t_per_day"].sum()
    drawn = lines[lines["row_table"] == "links"].set_index("row_id")["difference_t_per_day"]
    assert drawn.to_dict() == pytest.approx(known[known.abs() > 1e-6].to_dict())
    places = gpd.read_file(path, layer="gains__cheaper_barges")
    assert set(places["gain"]) <= {"gains", "loses", "same"}
    assert not gpd.read_file(path, layer="gains__cheaper_barges_gateways").empty
    with closing(sqlite3.connect(path)) as connection:
        styled = {row[0] for row in connection.execute("SELECT f_table_name FROM layer_styles")}
    assert "differences__cheaper_barges" in styled


def test_the_report_says_what_it_is_and_who_gains(compared: Compared) -> None:
    page = (compared.folder / "report.html").read_text(encoding="utf-8")
    for words in (
        "Who gains and who loses",
        "Ai được lợi, ai bị thiệt",
        "Cheaper barges",
        "tối ưu",
        "Independent check",
    ):
        assert words in page
    assert compared.found["base"]["inputs_sha256"][:8] in page
    for suffix in (".docx", ".xlsx"):
        assert (compared.folder / f"report{suffix}").stat().st_size > 10_000


def test_its_runs_are_recorded_and_come_out_the_same(compared: Compared) -> None:
    runs = json.loads(answer("runs", "list", "-d", compared.database, "--json"))["runs"]
    assert {run["scenario_id"] for run in runs} == {"base", "ring_roads_3_4", "cheaper_barges"}
    last = next(run for run in runs if run["scenario_id"] == "ring_roads_3_4")
    assert last["inputs_sha256"] == compared.found["scenario"]["inputs_sha256"]
    shown = json.loads(answer("runs", "show", last["run_id"][:8], "-d", compared.database, "--json"))
    assert shown["record"]["scenario"]["scenario_id"] == "ring_roads_3_4"
    engine = open_database(compared.database)
    with engine.begin() as connection:  # neither the region nor its scenarios are what they were
        connection.execute(text("UPDATE links SET speed_kmh = 5 WHERE mode = 'road'"))
        connection.execute(text("DELETE FROM scenarios"))
    engine.dispose()
    replay = json.loads(answer("runs", "replay", last["run_id"][:8], "-d", compared.database, "--json"))
    assert replay["verdict"] == "same", replay["explanation"]
    assert replay["objective_now"] == pytest.approx(shown["objective"], rel=1e-12)


def test_folders_are_compared(tmp_path: Path) -> None:
    for name in ("one", "two"):
        answer("solve", str(tmp_path / name), "--example", "two_routes", "--lang", "en")
        shutil.rmtree(tmp_path / name / "results")
    links = pd.read_csv(tmp_path / "two" / "links.csv")
    links["money_per_t"] = links["money_per_t"] * 1.5
    links.to_csv(tmp_path / "two" / "links.csv", index=False)
    folders = [str(tmp_path / name) for name in ("one", "two")]
    found = json.loads(answer("compare", *folders, "--json", "--lang", "en"))
    assert found["plans"] == ["one", "two"]
    totals = {row["quantity"]: row for row in found["differences"]}
    assert totals["generalised_cost_per_day"]["difference"] > 0
    assert json.loads(answer("compare", folders[0], folders[0], "--json"))["is_empty"]
    files = ["--report", str(tmp_path / "report.html"), "--layers", str(tmp_path / "layers.gpkg")]
    answer("compare", *folders, "--lang", "vi", *files)
    assert "Ai được lợi" in (tmp_path / "report.html").read_text(encoding="utf-8")
    same = answer("compare", folders[0], folders[0], "--lang", "en", "--layers", str(tmp_path / "same.gpkg"))
    assert "do not differ" in same
    assert "nothing to draw" in same
    assert not (tmp_path / "same.gpkg").exists()


def test_what_cannot_be_compared_is_refused(compared: Compared) -> None:
    runner = CliRunner()
    with pytest.raises(HinterlandError, match=r"\.html, \.docx or \.xlsx"):
        runner.invoke(api.cli.app, ["compare", "base", "--report", "x.pdf"], catch_exceptions=False)
    with pytest.raises(HinterlandError, match="no run zzzz"):
        runner.invoke(api.cli.app, ["runs", "show", "zzzz", "-d", compared.database], catch_exceptions=False)
    with pytest.raises(HinterlandError, match="is planned with `hinterland solve"):
        runner.invoke(api.cli.app, ["plan", str(compared.folder)], catch_exceptions=False)
    with pytest.raises(HinterlandError, match="no scenario"):  # not the folder one stands in
        runner.invoke(api.cli.app, ["compare", "base", "", "-d", compared.database], catch_exceptions=False)
    with pytest.raises(HinterlandError, match="no scenario"):
        runner.invoke(api.cli.app, ["compare", "tunnel", "-d", compared.database], catch_exceptions=False)
