"""`hinterland match` on the shipped region: suppliers, sets, buyers, plots, and every refusal in one sentence."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from region_files import RegionFiles, region_copy
from typer.testing import CliRunner

import api.cli
from api.database import read_region
from api.regions import check_region, region_folder
from api.registry.match_run import ChosenSet
from api.registry.match_set import bindings, set_document
from api.registry.match_words import short
from geodata.gis.corridors import infrastructure_of_pack
from geodata.versions.hashing import content_hash
from geodata.versions.store import save_version
from optimizer.sourcing.problem import CoverProblem, Source
from optimizer.sourcing.solve import choose_suppliers
from supplychain.database import open_database
from supplychain.errors import HinterlandError
from supplychain.sourcing.covering import CoverCandidates
from supplychain.sourcing.question import Asked, question_of_text

ON = ("--on", "2026-11-23")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, region_files: RegionFiles) -> Path:
    """Return a database with the shipped region and its made-up firms."""
    return region_copy(region_files.whole, tmp_path_factory.mktemp("match"))


def run(database: Path, *arguments: str, lang: str = "en") -> str:
    command = ["match", *arguments, *ON, "-d", str(database), "--lang", lang]
    result = CliRunner().invoke(api.cli.app, command, catch_exceptions=True)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def answer(database: Path, *arguments: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(run(database, *arguments, "--json"))
    return document


def test_a_need_finds_its_suppliers_with_scores_that_add_up(database: Path) -> None:
    found = answer(database, "need_002_2", "--minutes", "60", "--months", "2027-01..2027-03", "--synthetic")
    every = found["ranked"] + found["ranked_apart"]
    assert every
    for one in every:
        assert round(sum(part["points"] for part in one["parts"]), 2) == pytest.approx(one["score"])
        assert one["minutes"] <= 60
        assert one["co2e_kg_per_t"] > 0
        assert one["freight_per_unit"] > 0
    assert all(one["supplier"]["organisation_id"] != "syn_002" for one in every)
    assert sum(one["first"] for one in found["left_out_reasons"]) == len(found["left_out"])
    assert found["network"] == "pack"
    assert "main roads" in found["notes"][0]["en"]
    assert (found["currency"], found["price_year"]) == ("VND", 2025)


def test_a_stored_need_shows_every_part_of_the_answer(database: Path) -> None:
    """Its own months, certificate, minutes and last day of arrival count; prices are delivered ones."""
    found = answer(database, "need_024_1", "--synthetic")
    (one,) = found["ranked"]
    assert one["delivered_per_unit"] == pytest.approx(one["price_at_gate_per_unit"] + one["freight_per_unit"])
    assert one["price_at_gate_per_unit"] > 100 * one["freight_per_unit"] > 0
    assert one["co2e_kg_per_t"] > 0
    assert {part["part"] for part in one["parts"]} == set(found["weights"])
    assert all(part["value"] is not None for part in one["parts"])
    assert found["asked"]["months"] == ["2027-01", "2027-02", "2027-03", "2027-04", "2027-05"]
    reasons = {one["reason"] for one in found["left_out_reasons"]}
    assert {"certificate", "capacity", "too_far_minutes"} <= reasons


def test_giving_way_is_true_when_asked_again(database: Path) -> None:
    """Whatever the answer promises for a step more of minutes comes true."""
    common = ("ong thep ma kem", "--near", "vsip_2a", "--tonnes", "50", "--months", "2026-12", "--synthetic")
    found = answer(database, *common, "--minutes", "20")
    (minutes,) = (one for one in found["relaxations"] if one["limit"] == "minutes")
    step = minutes["steps"][0]
    again = answer(database, *common, "--minutes", str(20 + step["by"]))
    before = len(found["ranked"] + found["ranked_apart"])
    assert len(again["ranked"] + again["ranked_apart"]) - before == step["candidates"] > 0


def test_a_stored_network_is_taken_before_the_main_roads_of_the_region(database: Path, tmp_path: Path) -> None:
    """The corridors stored as a version give the same minutes as the corridors themselves."""
    copy = tmp_path / "stored.gpkg"
    shutil.copy(database, copy)
    engine = open_database(str(copy))
    save_version(
        engine,
        infrastructure_of_pack(check_region(region_folder("binh_duong"))),
        name="corridors",
        kind="imported",
        cache_folder=tmp_path / "cache",
    )
    engine.dispose()
    arguments = ("need_002_2", "--minutes", "60", "--synthetic", "--reach-m", "10000")
    stored, own = answer(copy, *arguments), answer(copy, *arguments, "--network", "pack")
    assert (stored["network"], own["network"]) == ("corridors", "pack")
    minutes = [[one["minutes"] for one in found["ranked_apart"]] for found in (stored, own)]
    assert minutes[0] == pytest.approx(minutes[1])
    assert not any("main roads" in note["en"] for note in stored["notes"])
    with pytest.raises(HinterlandError, match="v99"):
        run(copy, "x", "--network", "v99")


def test_a_set_is_chosen_where_nobody_suffices_alone(database: Path) -> None:
    arguments = (
        "Hộp giày giấy",
        "--near",
        "vsip_2a",
        "--tonnes",
        "1500",
        "--months",
        "2026-12..2027-01",
        "--synthetic",
    )
    found = answer(database, *arguments)
    assert found["ranked"] + found["ranked_apart"] == []
    chosen = found["set"]
    assert chosen["status"] == "optimal"
    assert chosen["gap"] < 1e-6
    assert len(chosen["suppliers"]) > 1
    assert chosen["covered"] == pytest.approx([1500.0, 1500.0])
    one = answer(database, *arguments, "--suppliers", "1")["set"]
    assert len(one["suppliers"]) == 1
    assert {binding["limit"] for binding in one["keeps_from_more"]} == {"most_firms"}
    text = run(database, *arguments)
    assert "Cheapest set" in text


def test_made_up_firms_are_hidden_unless_asked_for(database: Path) -> None:
    found = answer(database, "ong thep", "--near", "vsip_2a")
    every = found["ranked"] + found["ranked_apart"] + found["left_out"] + found["alike_only"]
    assert not any(one["supplier"]["organisation_id"].startswith("syn_") for one in every)
    with pytest.raises(HinterlandError, match="need --synthetic"):
        run(database, "need_002_2")


def test_a_school_finds_who_needs_its_course_and_a_start_up_its_buyers(database: Path) -> None:
    for offer in ("off_129_1", "off_131_1"):
        found = answer(database, "--offer", offer, "--synthetic")
        every = found["ranked"] + found["ranked_apart"] + found["left_out"]
        assert every
        assert all(one["offer_id"] == offer and one["buyer"] is not None for one in every)
    text = run(database, "--offer", "off_131_1", "--synthetic", lang="vi")
    assert "nhu cầu" in text


def test_a_start_up_is_found_by_its_stage(database: Path) -> None:
    found = answer(database, "thi giac may", "--stage", "start_up", "--synthetic")
    every = found["ranked"] + found["ranked_apart"]
    assert [one["supplier"]["stage"] for one in every] == ["start_up"]


def test_plots_for_a_firm(database: Path) -> None:
    arguments = ("--plots", "--area", "2", "--power", "2000", "--vsic", "2610", "--near", "cat_lai", "--synthetic")
    found = answer(database, *arguments)
    assert len(found["ranked"]) + len(found["left_out"]) == 24
    later = json.loads(
        CliRunner()
        .invoke(api.cli.app, ["match", *arguments, "--on", "2027-12-01", "-d", str(database), "--json"])
        .stdout
    )
    assert later["ranked"]
    assert all(one["area_ha"] >= 2 and one["power_kva"] >= 2000 for one in later["ranked"])
    assert "left out" in run(database, *arguments)


def test_without_ways_and_with_weights(database: Path) -> None:
    found = answer(database, "ong thep", "--synthetic", "--network", "none", "--weights", "fit=1,others=0")
    assert found["weights"]["fit"] == 1.0
    assert "minutes" not in found["weights"]
    text = run(database, "ong thep", "--code", "hs:7306", "--near", "11.1,106.7", "--synthetic", "--show", "2")
    assert "What the scores are the sum of" in text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "Say what is needed"),
        (("x", "--plots"), "one thing"),
        (("x", "--minutes", "60"), "--near"),
        (("x", "--near", "nowhere_at_all"), "no place"),
        (("x", "--near", "106.7,11.1"), "swapped"),
        (("x", "--tonnes", "0"), "above 0"),
        (("x", "--tonnes", "5", "--quantity", "3"), "either"),
        (("x", "--unit", "ell"), "not one of"),
        (("x", "--months", "2027-20"), "no month"),
        (("x", "--arrive", "soon"), "no date"),
        (("x", "--code", "7306"), "hs:8534"),
        (("x", "--code", "hs:73x6"), "HS code"),
        (("x", "--weights", "beauty=1"), "no weight"),
        (("x", "--kind", "thing"), "not one of"),
        (("x", "--least-fit", "2"), "between 0 and 1"),
        (("x", "--profile", "cart"), "no vehicle profile"),
        (("x", "--network", "v99"), "no network yet"),
        (("x", "--viewer", "nobody_here"), "no organisation"),
        (("--offer", "off_none"), "no offer"),
        (("--offer", "off_001_1", "--near", "vsip_1", "--synthetic"), "of no use"),
        (("--plots", "--minutes", "5"), "--near"),
        (("--plots", "--vsic", "x"), "VSIC"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(database: Path, arguments: tuple[str, ...], told: str) -> None:
    with pytest.raises(HinterlandError, match=told) as error:
        run(database, *arguments)
    for language in ("en", "vi"):
        assert "\n" not in error.value.sentence(language).strip()


@pytest.mark.parametrize(
    ("value", "en", "vi"),
    [
        (0.0, "0", "0"),
        (12.0, "12", "12"),
        (5.800000000000001, "5.8", "5,8"),
        (1234.5, "1,235", "1.235"),
        (0.01234, "0.01234", "0,01234"),
    ],
)
def test_figures_are_short_and_promise_no_more_than_holds(value: float, en: str, vi: str) -> None:
    assert (short(value, "en"), short(value, "vi")) == (en, vi)


def test_limits_that_bind_only_together_are_told() -> None:
    """Ten wanted, two firms that bring six or nothing, one at most: 6 of 10, and only both limits given up help."""
    problem = CoverProblem(
        months=("",),
        need=(10.0,),
        sources=(Source("a", "firm_a", 1.0, (6.0,), 6.0), Source("b", "firm_b", 1.0, (6.0,), 6.0)),
        most_firms=1,
    )
    chosen = choose_suppliers(problem)
    assert chosen.together is not None
    question = question_of_text("hộp", Asked(), date(2026, 11, 22))
    found = CoverCandidates(question, "delivered", (), ())
    one = ChosenSet(found, problem, replace(chosen, amounts=()))
    document = set_document(one)
    assert document["keeps_from_more"] == []
    assert document["keeps_together"] == {"limits": list(chosen.together.limits), "covered": 10.0}
    assert "only with the most firms, minimum orders given up together could 10 t be covered" in bindings(
        one, "t", "en"
    )
    assert bindings(one, "t", "vi") == ["chỉ khi cùng bỏ giới hạn số doanh nghiệp, lượng đặt tối thiểu mới đạt 10 t"]


def test_the_hash_of_the_network_says_nothing_of_other_records(database: Path) -> None:
    found = answer(database, "need_002_2", "--synthetic")
    pack = read_region(str(database))
    assert found["network_sha256"] == content_hash(infrastructure_of_pack(pack))
