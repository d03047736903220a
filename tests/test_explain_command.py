"""The command that explains a plan: on a region, on a stranger's folder, in files, and what it refuses."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from demo_run import hinterland
from region_files import RegionFiles, region_copy
from typer.testing import CliRunner

import api.cli
from supplychain.errors import HinterlandError

EXAMPLE = Path(api.cli.__file__).parent.parent / "optimizer" / "folder" / "examples" / "two_routes"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, region_files: RegionFiles) -> Path:
    return region_copy(region_files.real, tmp_path_factory.mktemp("explain"))


@pytest.fixture(scope="module")
def summary(database: Path) -> dict[str, Any]:
    return answer("base", "-d", str(database))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return 100 t a day from a factory to a port, by a river for 60 t or by road."""
    target = tmp_path / "two routes"
    shutil.copytree(EXAMPLE, target)
    return target


def ask(*arguments: str) -> str:
    done = CliRunner().invoke(api.cli.app, [*arguments], catch_exceptions=False)
    assert not done.exit_code, done.output
    return done.stdout


def answer(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ask("explain", *arguments, "--json"))
    return found


def test_a_summary_of_a_region_tells_what_binds_what_stays_and_the_largest_routes(summary: dict[str, Any]) -> None:
    assert summary["status"] == "optimal"
    assert summary["binding"]
    assert len(summary["demands"]) == 5
    for one in summary["binding"]:
        parts = sum(one[f"from_{part}"] for part in ("money", "time", "carbon", "penalty"))
        assert parts == pytest.approx(one["shadow_price"], rel=1e-6)
        assert one["table"]
        assert one["row_id"]


def test_one_demand_goes_from_its_rows_to_its_legs_in_json_reports_and_layers(
    database: Path, summary: dict[str, Any], tmp_path: Path
) -> None:
    about = summary["demands"][0]["about"]
    pages = [tmp_path / f"why.{form}" for form in ("html", "docx", "xlsx")]
    layers = tmp_path / "why.gpkg"
    files = [option for page in pages for option in ("--report", str(page))]
    asked = ("--demand", about["demand_id"], "--terminal", about["place_id"], "--layers", str(layers))
    found = answer("base", "-d", str(database), "--lang", "vi", *asked, *files)
    (demand,) = found["demands"]
    assert demand["origin"]["steps"]
    assert demand["alternatives"]
    for way in demand["routes"]:
        assert sum(leg["cost_per_t"] for leg in way["legs"]) == pytest.approx(way["cost_per_t"])
        assert way["price_at_shadow_prices_per_t"] == pytest.approx(demand["marginal_cost_per_t"], rel=1e-6)
        assert {"ttw_kg_co2e_per_t", "wtt_kg_co2e_per_t"} <= set(way)
    (traced,) = found["traced"]
    assert {row["place_id"] for row in traced["by"]["place_id"]} == {about["place_id"]}
    assert about["demand_id"] in pages[0].read_text(encoding="utf-8")
    assert all(page.stat().st_size > 5000 for page in pages)
    assert {"routes", "alternatives", "traced"} <= set(gpd.list_layers(layers)["name"])
    assert gpd.read_file(layers, layer="routes")["t_per_day"].max() > 0


@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_folder_is_told_in_both_languages(folder: Path, language: str) -> None:
    told = ask("explain", str(folder), "--lang", language)
    english = ("An optimum, not a forecast", "What binds")
    vietnamese = ("Vì sao phương án như vậy", "Nơi đã hết năng lực")
    for word in english if language == "en" else vietnamese:
        assert word in told


def test_a_folder_is_explained_by_the_same_code(folder: Path) -> None:
    found = answer(str(folder))
    assert found["binding"]
    (demand,) = found["demands"]
    assert demand["routes"]
    capacity = found["binding"][0]["capacity_id"]
    told = answer(str(folder), "--capacity", capacity)["capacities"][0]
    again = told["solved_again"]
    assert again["saved"] / again["units_more"] == pytest.approx(told["shadow_price"])
    assert sum(told["used_by"]["units_per_day"]) == pytest.approx(told["used_per_day"])


def test_a_week_is_told_as_a_horizon_and_rounding_as_nothing(tmp_path: Path) -> None:
    """all_features in 7 days (2.5 + 1 + 2.5 + 1): what the mill does above its minimum costs its users nothing more."""
    week = shutil.copytree("optimizer/folder/examples/all_features", tmp_path / "week")
    periods = (week / "periods.csv").read_text(encoding="utf-8").replace(",0.375,", ",2.5,").replace(",0.125,", ",1,")
    (week / "periods.csv").write_text(periods, encoding="utf-8")
    told = " ".join(ask("explain", str(week), "--lang", "en").split())
    assert "one more unit in the whole horizon would save" in told
    assert " a day" not in told
    day = " ".join(ask("explain", "optimizer/folder/examples/all_features", "--lang", "en").split())
    assert "one more unit a day would save" in day
    assert "one more tonne costs 0 VND" in day
    assert "e−" not in day


def test_unserved_freight_of_a_folder_is_proved(folder: Path) -> None:
    links = (folder / "links.csv").read_text(encoding="utf-8").splitlines()
    kept = [links[0], *(line for line in links[1:] if not line.startswith("road_direct"))]
    (folder / "links.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    found = answer(str(folder), "--unserved")
    (stays,) = found["unserved"]
    assert stays["reason_code"] == "capacity_full"
    assert stays["relaxation"]["proved"] is True
    assert stays["relaxation"]["at_100"]["left_t"] == pytest.approx(0.0, abs=1e-6)
    assert stays["relaxation"]["at_99"]["left_t"] > 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--demand", "exprot"), "The plan has no demand exprot. Nearest: export."),
        (("--place", "factry"), "The plan has no park, zone or place factry. Nearest: factory."),
        (("--link", "rivr"), "The plan has no link rivr. Nearest: river."),
        (("--terminal", "whraf"), "The plan has no terminal or node whraf. Nearest: wharf."),
        (("--capacity", "nothing like it"), "The plan has no capacity nothing like it."),
    ],
)
def test_an_unknown_id_is_refused_with_the_nearest(folder: Path, arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(HinterlandError) as caught:
        ask("explain", str(folder), *arguments)
    assert caught.value.sentence("en") == sentence
    assert caught.value.sentence("vi").startswith("Phương án không có")


def test_a_folder_takes_no_network_and_an_unknown_scenario_is_told(folder: Path, database: Path) -> None:
    refused = hinterland("explain", str(folder), "--network", "latest", "--lang", "en")
    assert refused.returncode == 2
    assert "links of its own" in refused.stderr
    unknown = hinterland("explain", "no_scenario", "-d", str(database), "--lang", "en")
    assert unknown.returncode == 2
    assert "Traceback" not in unknown.stderr
