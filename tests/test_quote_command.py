"""The commands that quote and state emissions: on a small region, in files, with dates, and what they refuse."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import docx
import geopandas as gpd
import openpyxl
import pytest
from demo_run import hinterland
from region_files import RegionFiles, region_copy
from typer.testing import CliRunner

import api.cli
from api.quote.run import scenario_on
from optimizer.case import build_case
from optimizer.quote.asked import QuoteRequest
from optimizer.quote.quote import quote
from supplychain.errors import HinterlandError
from supplychain.pack import Pack

DAY = "2026-11-24"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, region_files: RegionFiles) -> Path:
    return region_copy(region_files.real, tmp_path_factory.mktemp("quote"))


@pytest.fixture(scope="module")
def usual(database: Path) -> dict[str, Any]:
    """Return a 40 ft box from VSIP I to Japan and Korea."""
    return quoted(database)


def ask(*arguments: str) -> str:
    done = CliRunner().invoke(api.cli.app, [*arguments], catch_exceptions=False)
    assert not done.exit_code, done.output
    return done.stdout


def quoted(database: Path, *more: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        ask("quote", "vsip_1", "japan_korea", "40HC", DAY, "-d", str(database), "--json", *more)
    )
    return found


def test_a_quote_as_json_adds_up(usual: dict[str, Any]) -> None:
    assert (usual["direction"], usual["box"], usual["ready"]) == ("export", "40HC", DAY)
    assert usual["plan_status"] == "optimal"
    assert len(usual["chains"]) >= 3
    for chain in usual["chains"]:
        assert sum(leg["price"]["value"] for leg in chain["legs"]) == pytest.approx(chain["price"]["value"])
        assert sum(part["value"] for part in chain["parts"].values()) == pytest.approx(chain["price"]["value"])
        kg = sum(leg["ttw_kg_co2e"] + leg["wtt_kg_co2e"] for leg in chain["legs"])
        assert chain["emissions"]["emissions_kg_co2e"] == pytest.approx(kg)
        assert chain["arrival"]["earliest"] <= chain["arrival"]["typical"] <= chain["arrival"]["latest"]


def test_reports_layers_and_the_page_for_a_customer(database: Path, tmp_path: Path) -> None:
    files = {name: tmp_path / f"{name}" for name in ("q.html", "q.docx", "q.xlsx", "page.docx", "q.gpkg")}
    reports = [part for name in ("q.html", "q.docx", "q.xlsx") for part in ("--report", str(files[name]))]
    told = ask(
        *("quote", "VSIP I", "Nhật Bản và Hàn Quốc", "20", DAY, "-d", str(database), "--lang", "en", *reports),
        *("--statement", str(files["page.docx"]), "--layers", str(files["q.gpkg"]), "--crs", "EPSG:9210"),
    )
    assert "Prices of one shipment, neither an optimum nor a forecast" in told
    assert "port infrastructure fee" in told
    html = files["q.html"].read_text(encoding="utf-8")
    assert "Báo giá" in html
    assert "Counted as ISO 14083:2023 asks" in html
    assert "Two 20 ft boxes share a truck here" in html
    assert len(openpyxl.load_workbook(files["q.xlsx"]).sheetnames) > 3
    page = "\n".join(part.text for part in docx.Document(str(files["page.docx"])).paragraphs)
    assert "CO2e statement of a shipment" in page
    assert "Leakage of refrigerants" in page
    legs = gpd.read_file(files["q.gpkg"], layer="legs")
    assert legs.crs.to_epsg() == 9210
    assert set(legs["mode"]) <= {"road", "inland_waterway", "rail", "sea"}
    assert len(gpd.read_file(files["q.gpkg"], layer="leg_points"))


def test_a_tariff_level_moves_the_price_towards_its_end(region_pack: Pack) -> None:
    request = QuoteRequest("vsip_1", "japan_korea", "40HC", date(2026, 11, 24))
    base = scenario_on(region_pack, "base", request.on)
    usual = quote(build_case(region_pack, base), request)
    dear = quote(build_case(region_pack, replace(base, tariff_level="high")), request)
    by_name = {chain.name: chain.parts_per_t["distance"] for chain in dear.chains}
    assert dear.tariff_level == "high"
    for chain in usual.chains:
        part = by_name[chain.name]
        assert part.value == pytest.approx(part.high)
        assert part.value > chain.parts_per_t["distance"].value


def test_a_change_with_dates_holds_on_its_days_only(region_pack: Pack, tmp_path: Path) -> None:
    """Cát Lái that closes on 1 December is in the quote of November and not in that of December."""
    file = tmp_path / "cat_lai_ends.yaml"
    file.write_text(
        "format: 2\nscenario_id: cat_lai_ends\nname: {vi: Ngừng Cát Lái, en: Cat Lai ends}\n"
        "description: {vi: Thử., en: A test.}\nbase: base\nchanges:\n"
        "  - change: close\n    terminals: [cat_lai]\n    from: '2026-12-01'\n    reason: {vi: Thử, en: A test}\n",
        encoding="utf-8",
    )
    used = []
    for day in (date(2026, 11, 30), date(2026, 12, 1)):
        scenario = scenario_on(region_pack, str(file), day)
        found = quote(build_case(region_pack, scenario), QuoteRequest("vsip_1", "japan_korea", "40HC", day))
        used.append({one for chain in found.chains for one in chain.terminals})
    assert "cat_lai" in used[0]
    assert "cat_lai" not in used[1]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("vsip_x", "japan_korea", "40HC", DAY), "There is no park or zone vsip_x. Similar: vsip_"),
        (("vsip_1", "japan_korea", "40HC", "2026-02-30"), "2026-02-30 is no date; write it as 2026-03-15"),
        (("vsip_1", "japan_korea", "40HC", "9999-12-31"), "9999-12-31 is too far away: holidays are known from 1901"),
        (("vsip_1", "japan_korea", "40HC", "1900-01-01"), "1900-01-01 is too far away"),
        (("vsip_1", "japan_korea", "40HC", DAY, "--at", "25:00"), "25:00 is no hour of the day"),
        (("vsip_1", "japan_korea", "40HC", DAY, "--tariff", "cheap"), "There is no tariff level cheap"),
        (("vsip_1", "japan_korea", "40HC", DAY, "--distance", "straight"), "There is no distance basis straight"),
        (("vsip_1", "japan_korea", "40HC", DAY, "--scenario", "bas"), "There is no scenario bas"),
        (
            ("vsip_1", "japan_korea", "40HC", DAY, "--statement", "x.pdf"),
            "A report is written as .html, .docx or .xlsx",
        ),
    ],
)
def test_refusals_are_one_sentence(database: Path, arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(HinterlandError, match=sentence):
        ask("quote", *arguments, "-d", str(database))


def test_an_unknown_chain_of_the_page_is_told_with_those_there_are(database: Path, tmp_path: Path) -> None:
    with pytest.raises(HinterlandError, match="There is no chain road>rail in this quote; there are: road>"):
        ask(
            *("quote", "vsip_1", "japan_korea", "40HC", DAY, "-d", str(database)),
            *("--statement", str(tmp_path / "page.html"), "--chain", "road>rail"),
        )


def test_no_traceback_from_the_shell(database: Path) -> None:
    done = hinterland("quote", "vsip_1", "mars", "40HC", DAY, "-d", str(database), "--lang", "en")
    assert done.returncode == 2
    assert "There is no market mars" in done.stderr
    assert "Traceback" not in done.stderr


def test_emissions_of_a_plan_in_files(database: Path, tmp_path: Path) -> None:
    report, layers = tmp_path / "e.html", tmp_path / "e.gpkg"
    whole = json.loads(
        ask(*("emissions", "base", "-d", str(database), "--json", "--report", str(report), "--layers", str(layers)))
    )
    for table in ("by_mode", "by_leg", "by_place", "by_commodity", "by_market", "by_data"):
        kg = sum(row["emissions_kg_co2e"] for row in whole[table])
        assert kg == pytest.approx(whole["emissions_kg_co2e"], rel=1e-9)
    assert whole["emissions_once_kg_co2e"] == pytest.approx(whole["emissions_kg_co2e"] - whole["counted_twice_kg_co2e"])
    assert "elements" not in whole
    page = report.read_text(encoding="utf-8")
    assert "Factors and their sources" in page
    assert "counted twice in the plan" in page
    links = gpd.read_file(layers, layer="links")
    assert 0 < links["emissions_kg_co2e"].sum() < whole["emissions_kg_co2e"]
    with pytest.raises(HinterlandError, match="There is no market mars"):
        ask("emissions", "base", "-d", str(database), "--market", "mars")


def test_emissions_of_a_part_of_a_plan_are_told(database: Path) -> None:
    told = ask("emissions", "base", "-d", str(database), "--lang", "en", "--market", "japan_korea", "--place", "VSIP I")
    assert "An optimum, not a forecast" in told
    assert "Emissions: VSIP I Industrial Park, Japan and Korea" in told
    assert "counted twice" not in told
