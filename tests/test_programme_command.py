"""``hinterland programme`` on the region: two of its actions, with every file it can write."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from region_files import RegionFiles, region_copy
from typer.testing import CliRunner

import api.cli
from api.programme.words import UNITS
from supplychain.errors import HinterlandError
from supplychain.pack import Pack

KEPT = ("act_saigon_river_class", "act_dt746", "act_e_port")
TRANSPORT = ("act_saigon_river_class", "act_dt746")


@dataclass(frozen=True)
class Evaluated:
    """The answer, and the files beside it."""

    database: str
    folder: Path
    found: dict[str, Any]


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory, region_files: RegionFiles) -> Evaluated:
    """Return the evaluation of a programme cut down to two actions."""
    folder = tmp_path_factory.mktemp("programme")
    database = str(region_copy(region_files.real, folder))
    with closing(sqlite3.connect(database)) as connection, connection:
        for table in ("indicators", "milestones", "actions"):
            places = ", ".join("?" for _ in KEPT)
            connection.execute(f"delete from {table} where action_id not in ({places})", KEPT)  # noqa: S608
    files = ["--out", str(folder / "out"), "--layers", str(folder / "layers.gpkg")]
    files += [part for suffix in (".html", ".docx", ".xlsx") for part in ("--report", str(folder / f"r{suffix}"))]
    done = CliRunner().invoke(
        api.cli.app,
        ["programme", "transport", "-d", database, "--lang", "en", "--json", *files],
        catch_exceptions=False,
    )
    assert done.exit_code == 0, done.output
    return Evaluated(database, folder, json.loads(done.stdout))


def test_each_action_of_the_programme_is_told_against_the_base(evaluated: Evaluated) -> None:
    actions = {one["action_id"]: one for one in evaluated.found["actions"]}
    assert set(actions) == set(TRANSPORT)
    assert actions["act_saigon_river_class"]["verdict"] == "saves"
    assert actions["act_saigon_river_class"]["effect"]["use"]["teu_per_day"] > 0
    assert actions["act_dt746"]["verdict"] == "not_modelled"
    assert evaluated.found["base"]["status"] == "optimal"
    river, together = actions["act_saigon_river_class"]["effect"], evaluated.found["together"]
    assert together["totals"]["generalised_cost_per_day"] == pytest.approx(
        river["totals"]["generalised_cost_per_day"], rel=1e-9
    )


def test_an_indicator_says_what_is_reached_with_its_year_and_source(evaluated: Evaluated) -> None:
    rows = {one["indicator_id"]: one for one in evaluated.found["indicators"]}
    lanes, barge = rows["act_dt746_i1"], rows["act_saigon_river_class_i1"]
    assert (lanes["actual"], lanes["actual_year"], lanes["actual_source"]) == (6, 2025, "sggp_118569")
    assert (barge["actual"], barge["baseline"], barge["target"]) == (None, 600, 2200)
    assert (barge["modelled_base"], barge["modelled_action"]) == (600, 2200)


def test_tables_reports_and_layers_are_written(evaluated: Evaluated) -> None:
    for name in ("actions", "places", "indicators"):
        assert (evaluated.folder / "out" / "tables" / f"{name}.csv").stat().st_size > 0
    page = (evaluated.folder / "r.html").read_text(encoding="utf-8")
    assert "Sài Gòn river" in page
    assert "no discounting" in page
    assert (evaluated.folder / "r.docx").stat().st_size > 0
    lines = gpd.read_file(evaluated.folder / "layers.gpkg", layer="actions")
    assert set(lines["action_id"]) == {"act_saigon_river_class"}
    assert set(lines["verdict"]) == {"saves"}


def test_units_of_indicators_are_words_in_both_languages(region_pack: Pack) -> None:
    """Only signs that are the same in both languages stay as the table writes them."""
    units = set(region_pack.table("indicators")["unit"])
    assert units - set(UNITS) == {"%", "ha", "km"}
    assert UNITS["t/year"].vi == "tấn/năm"


def test_what_is_not_there_is_refused(evaluated: Evaluated) -> None:
    runner = CliRunner()
    with pytest.raises(HinterlandError, match="no programme roads"):
        runner.invoke(api.cli.app, ["programme", "roads", "-d", evaluated.database], catch_exceptions=False)
    with pytest.raises(HinterlandError, match="no scenario bse"):
        runner.invoke(api.cli.app, ["programme", "--scenario", "bse", "-d", evaluated.database], catch_exceptions=False)
