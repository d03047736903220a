"""`hinterland risk` as its users meet it, on the shipped region with its made-up firms."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pyogrio
import pytest
from region_files import RegionFiles, region_copy
from typer.testing import CliRunner

import api.cli
from api.regions import region_folder
from supplychain.database import open_database
from supplychain.errors import HinterlandError
from supplychain.registry.changes import make_change
from supplychain.registry.values import Edit


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory, region_files: RegionFiles) -> str:
    """Return a database with the shipped region, its made-up firms too; tests only read it."""
    return str(region_copy(region_files.whole, tmp_path_factory.mktemp("risk")))


def ask(region: str, *arguments: str) -> dict[str, Any]:
    """Return the JSON answer of a question of risk."""
    done = CliRunner().invoke(
        api.cli.app,
        ["risk", *arguments, "--database", region, "--synthetic", "--on", "2026-11-22", "--json"],
        catch_exceptions=False,
    )
    assert done.exit_code == 0
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_single_sources_agree_with_the_rows_of_the_pack(region: str) -> None:
    """In the shipped rows no customer has two suppliers of one commodity: every relation is a single source."""
    found = ask(region, "sources")
    assert len(found["single_sources"]) == 143
    assert all(row["suppliers"] == 1 and row["largest_share"] == 1.0 for row in found["single_sources"])
    assert all(row["organisations"] <= 1 for row in found["items"])


def test_shares_of_the_first_tier_add_up(region: str) -> None:
    found = ask(region, "trace", "fac_003")
    assert [row["share"] for row in found["tiers"] if row["tier"] == 1] == pytest.approx([70.4 / 119.1, 48.7 / 119.1])


def test_local_content_is_told_between_bounds(region: str) -> None:
    (whole,) = ask(region, "local", "--by", "all")["local_content"]
    parts = ask(region, "local", "--by", "item")["local_content"]
    for column in ("local_t", "other_t", "unplaced_t", "open_t"):
        assert sum(row[column] for row in parts) == pytest.approx(whole[column])
    assert 0 < whole["least_share"] < whole["most_share"] <= 1


def test_a_facility_that_drops_out(region: str) -> None:
    """fac_100 is the only supplier of paper to fac_002: all of its 29.2 t are lost, in tier 1."""
    losses = ask(region, "dropout", "fac_100")["losses"]
    (row,) = [row for row in losses if row["customer_id"] == "fac_002" and row["item"] == "paper"]
    assert (row["tier"], row["lost_t_per_month"], row["lost_share"], row["output_left"]) == (1, 29.2, 1.0, 0.0)
    assert row["other_organisations"] > 0


def test_needs_nobody_serves_grow_fewer_with_more_minutes(region: str) -> None:
    near, far = (ask(region, "needs", "--minutes", minutes) for minutes in ("45", "240"))
    assert {row["need_id"] for row in far["needs"]} < {row["need_id"] for row in near["needs"]}
    assert all(row["reasons_vi"] and row["reasons_en"] for row in near["needs"])
    served = [row for row in near["needs"] if row["nearest_minutes"] is not None and row["nearest_minutes"] < 45]
    assert all(any("too far" not in why for why in row["reasons_en"].split(";")) for row in served)


def test_closing_links_makes_ways_longer_and_never_shorter(region: str) -> None:
    """All road links of the national road 13 in Thuận An closed: relations along it take longer."""
    links = ["l_ql13_vsip_1__ql13_viet_huong", "l_ql13_viet_huong__ql13_hoa_lan", "l_ql13_hoa_lan__ql13_vd3"]
    found = ask(region, "dropout", *(word for link in links for word in ("--link", link)))
    assert found["detours"]
    for row in found["detours"]:
        assert row["status"] == "cut" or row["minutes_after"] > row["minutes_before"]


def test_layers_open_as_a_map(region: str, tmp_path: Path) -> None:
    file = tmp_path / "trace.gpkg"
    ask(region, "trace", "fac_003", "--out", str(file))
    layers = {str(name): kind for name, kind in pyogrio.list_layers(file)}
    assert (layers["tiers"], layers["supply_relations"]) == ("Point", "LineString")
    assert pyogrio.read_info(file, layer="supply_relations")["features"] == 143


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["trace", "nowhere"], "There is no facility nowhere that public may see"),
        (["trace", "fac_003"], "There is no facility fac_003 that public may see"),
        (["local", "--on", "tomorrow"], "tomorrow is no day"),
        (["local", "--viewer", "nobody"], "There is no organisation nobody to look as"),
        (["dropout"], "Name a facility that drops out"),
        (["dropout", "--link", "nix"], "The network has no link nix"),
        (["dropout", "fac_1", "--link", "nix"], "not for both at once"),
        (["needs", "--network", "none"], "This question needs a network"),
    ],
)
def test_questions_that_cannot_be_answered(region: str, arguments: list[str], message: str) -> None:
    with pytest.raises(HinterlandError, match=message):
        CliRunner().invoke(api.cli.app, ["risk", *arguments, "--database", region], catch_exceptions=False)


def test_made_up_firms_are_left_out_unless_asked_for(region: str) -> None:
    done = CliRunner().invoke(api.cli.app, ["risk", "sources", "--database", region, "--json"], catch_exceptions=False)
    assert json.loads(done.stdout)["single_sources"] == []


def test_items_are_articles_or_commodities_as_asked(region: str) -> None:
    """By commodity an article is told of only where it has no commodity, as services have none."""
    articles, commodities = (ask(region, "sources", "--by", by)["items"] for by in ("article", "commodity"))
    with (region_folder("binh_duong") / "articles.csv").open(encoding="utf-8") as file:
        coded = {row["article_id"] for row in csv.DictReader(file) if row["commodity_id"]}
    assert coded & {row["item"] for row in articles}
    assert not coded & {row["item"] for row in commodities}


def test_who_is_hit_is_no_other_organisation(region: str) -> None:
    """fac_102 makes plastics out of which others make paper: of six organisations with paper one is hit itself."""
    losses = ask(region, "dropout", "fac_102")["losses"]
    (row,) = [row for row in losses if row["customer_id"] == "fac_038" and row["item"] == "paper"]
    assert row["other_organisations"] == 5


def test_a_need_that_allows_fewer_minutes_keeps_its_own_limit(region: str, tmp_path: Path) -> None:
    """The boxes of need_002_2 come from 19 minutes away: in time for 60, too late for a need that allows 5."""
    path = shutil.copy(region, tmp_path / "region.gpkg")
    edit = Edit("needs", "need_002_2", {"longest_minutes": 5})
    engine = open_database(str(path))
    make_change(engine, [edit], kind="edit", author="test", source_id="own_estimate")
    engine.dispose()
    before, after = (
        {row["need_id"] for row in ask(str(file), "needs", "--minutes", "60")["needs"]} for file in (region, path)
    )
    assert after - before == {"need_002_2"}
