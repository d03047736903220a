"""Bình Dương's programmes, organisations and scenarios: what must hold between their rows."""

from __future__ import annotations

import csv
import math
from datetime import date
from pathlib import Path

import pytest

import supplychain
from api.regions import pack_scenario_files
from geodata.models import NETWORK_MODELS
from optimizer.models import SCENARIO_MODELS
from optimizer.scenarios.changes import apply_changes, check_scenario
from optimizer.scenarios.resolve import list_scenarios, resolve_scenario
from optimizer.scenarios.scenario import Change, Scenario
from supplychain.models import REGISTRY_MODELS
from supplychain.pack import Pack, read_pack
from supplychain.text import fold

REGION = Path(supplychain.__file__).parent / "regions" / "binh_duong"
SCENARIO_FILES = {file.stem: file for file in list_scenarios(REGION)}
Row = dict[str, str]


def rows(table: str) -> dict[str, Row]:
    """Return the rows of a table of the pack by their key."""
    with (REGION / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        key = (reader.fieldnames or [""])[0]
        return {row[key]: row for row in reader}


@pytest.fixture(scope="module")
def pack() -> Pack:
    """Return the whole pack, checked."""
    return read_pack(REGION, (*REGISTRY_MODELS, *NETWORK_MODELS, *SCENARIO_MODELS))


def scenario_of(scenario_id: str, pack: Pack) -> Scenario:
    """Return a shipped scenario, worked out on the pack."""
    files = pack_scenario_files(pack)
    return resolve_scenario(files[scenario_id], files, pack)


ACTIONS = rows("actions")
ORGANISATIONS = rows("organisations")
FACILITIES = rows("facilities")


def test_the_programme_has_all_four_domains_and_at_least_20_actions() -> None:
    assert len(ACTIONS) >= 20
    domains = {action["domain"] for action in ACTIONS.values()}
    assert domains == {"people", "business", "technology", "infrastructure"}


def test_every_programme_has_actions_and_every_action_milestones_and_indicators() -> None:
    programmes = rows("programmes")
    assert {action["programme_id"] for action in ACTIONS.values()} == set(programmes)
    for table in ("milestones", "indicators"):
        assert {row["action_id"] for row in rows(table).values()} == set(ACTIONS), table
    assert all(programme["lead_id"] in ORGANISATIONS for programme in programmes.values())


def test_every_infrastructure_action_names_a_scenario_that_ships() -> None:
    for action_id, action in ACTIONS.items():
        if action["domain"] == "infrastructure":
            assert action["scenario_id"] in SCENARIO_FILES, action_id
        else:
            assert not action["scenario_id"], action_id


def test_years_of_an_action_hold_its_milestones() -> None:
    for milestone_id, milestone in rows("milestones").items():
        action = ACTIONS[milestone["action_id"]]
        assert int(action["start_year"]) <= int(milestone["due_year"]) <= int(action["end_year"]), milestone_id


def test_what_is_done_lies_behind_and_what_is_done_has_no_open_milestone() -> None:
    """The pack was compiled in 2026."""
    for milestone_id, milestone in rows("milestones").items():
        if milestone["status"] == "done":
            assert int(milestone["due_year"]) <= 2026, milestone_id
        else:
            assert ACTIONS[milestone["action_id"]]["status"] != "done", milestone_id


@pytest.mark.parametrize(
    ("action_id", "cost", "currency"),
    [
        ("act_ring_road_3", 19_200e9, "VND"),
        ("act_ring_road_4", 11_743e9, "VND"),
        ("act_bau_bang_cai_mep_rail", 153_000e9, "VND"),
        ("act_bien_hoa_vung_tau_rail", 6.2e9, "USD"),
    ],
)
def test_costs_are_the_published_ones(action_id: str, cost: float, currency: str) -> None:
    """Tiền Phong 1782187; Bình Dương portal (SmartCity 23); Quân đội Nhân dân 584531; VietnamPlus 259544."""
    action = ACTIONS[action_id]
    assert (float(action["cost"]), action["currency"]) == (cost, currency)


@pytest.mark.parametrize(
    ("indicator_id", "target"),
    [
        ("act_ring_road_3_i1", 27.0),
        ("act_ring_road_4_i1", 47.85),
        ("act_bau_bang_cai_mep_rail_i1", 127.0),
        ("act_long_thanh_airport_i1", 1_200_000.0),
        ("act_song_than_station_i1", 3_500_000.0),
        ("act_river_ports_i1", 40_000_000.0),
    ],
)
def test_targets_are_the_published_ones(indicator_id: str, target: float) -> None:
    """Kilometres of the roads and the railway, tonnes a year of airport, station and river ports (press)."""
    indicator = rows("indicators")[indicator_id]
    assert float(indicator["target"]) == target
    assert indicator["confidence"] in {"high", "medium"}
    assert rows("sources")[indicator["source"]]["kind"] != "own_estimate"


def test_what_is_reached_is_told_only_where_the_source_states_the_figure() -> None:
    """Freight of Sóng Thần in 2022, 3.4 + 7 km of the expressway open since February 2025, six lanes of ĐT.746 (press).

    A proposal, a study, a plan or spans joined say that a work is not open, and state no figure of it.
    """
    reached = {key: row for key, row in rows("indicators").items() if row["actual"]}
    told = {key: (float(row["actual"]), row["actual_year"], row["actual_source"]) for key, row in reached.items()}
    assert told == {
        "act_song_than_station_i1": (1_600_000.0, "2022", "einpress_658320759"),
        "act_ben_luc_long_thanh_i1": (10.4, "2025", "vietnamnews_1666250"),
        "act_dt746_i1": (6.0, "2025", "sggp_118569"),
    }
    left = [row for key, row in rows("indicators").items() if key not in reached]
    assert not any(row["actual_year"] or row["actual_source"] for row in left)


def test_the_agreed_scenarios_ship(pack: Pack) -> None:
    agreed = {
        "base",
        "ring_roads_3_4",
        "bau_bang_cai_mep_railway",
        "river_first",
        "dong_nai_bridge_closed",
        "pre_tet_peak",
    }
    assert agreed <= set(SCENARIO_FILES)
    assert next(iter(SCENARIO_FILES)) == "base"
    assert not scenario_of("base", pack).changes


@pytest.mark.parametrize("scenario_id", SCENARIO_FILES)
def test_every_change_of_a_scenario_matches_rows_and_changes_them(scenario_id: str, pack: Pack) -> None:
    scenario = scenario_of(scenario_id, pack)
    assert scenario.scenario_id == scenario_id
    assert not check_scenario(pack, scenario)
    changed = apply_changes(pack, scenario)
    for change in scenario.changes:
        assert isinstance(change, Change)
        before, after = pack.table(change.table), changed.table(change.table)
        for column, values in change.where:
            assert set(values) <= set(before[column]) | {"building", "planned"}, (scenario_id, column)
        assert len(before) == len(after)
        assert not before.equals(after)


@pytest.mark.parametrize("scenario_id", SCENARIO_FILES)
def test_reasons_and_names_are_written_with_vietnamese_marks(scenario_id: str, pack: Pack) -> None:
    scenario = scenario_of(scenario_id, pack)
    texts = [scenario.name, scenario.description, *(change.reason for change in scenario.changes)]
    for text in texts:
        assert fold(text.vi) != text.vi.casefold(), text.vi
        assert text.vi != text.en


@pytest.mark.parametrize(
    ("scenario_id", "stacked"),
    [
        ("ring_roads_3_4", {"act_ring_road_3", "act_binh_goi_bridge", "act_ring_road_4", "act_ring_road_4_phu_my"}),
        ("river_first", {"act_river_ports", "act_saigon_river_class", "act_logistics_zone", "act_long_binh_icd"}),
    ],
)
def test_a_bigger_scenario_is_a_stack_of_actions_and_what_it_adds(
    scenario_id: str, stacked: set[str], pack: Pack
) -> None:
    files = pack_scenario_files(pack)
    assert set(files[scenario_id].stack) == stacked
    assert files[scenario_id].changes
    assert not files["expressways_open"].changes
    assert not files["bau_bang_cai_mep_railway"].changes


def test_the_railway_opens_its_links_and_stations_and_reaches_the_quays(pack: Pack) -> None:
    """Every deep-water container terminal of Cái Mép gets a rail side on a node that an opened link reaches."""
    changed = apply_changes(pack, scenario_of("bau_bang_cai_mep_railway", pack))
    links, stations = changed.table("links"), changed.table("terminals").set_index("terminal_id")
    opened = links[(links["status"] == "open") & (pack.table("links")["status"] != "open")]
    assert set(opened["mode"]) == {"rail"}
    reached = set(opened["from_node_id"]) | set(opened["to_node_id"])
    for terminal_id in ("ga_bau_bang", "ga_an_binh", "ga_cai_mep", "tcit", "tctt", "cmit", "ssit", "gemalink"):
        terminal = stations.loc[terminal_id]
        assert terminal["status"] == "open"
        assert "rail" in terminal["modes"].split(";")
        assert terminal["rail_node_id"] in reached, terminal_id


def test_only_river_first_prices_carbon(pack: Pack) -> None:
    for scenario_id in SCENARIO_FILES:
        price = scenario_of(scenario_id, pack).carbon_price
        assert (price.value > 0) == (scenario_id == "river_first")


def test_synthetic_firms_say_so_in_both_languages() -> None:
    synthetic = {key: row for key, row in ORGANISATIONS.items() if row["synthetic"] == "yes"}
    assert len(synthetic) >= 100
    for key, row in synthetic.items():
        assert row["name_vi"].endswith("(giả lập)"), key
        assert row["name_en"].endswith("(synthetic)"), key
        assert not row["tax_code"], key
    for key, row in ORGANISATIONS.items():
        if key not in synthetic:
            assert "giả lập" not in row["name_vi"], key


def test_what_hangs_on_a_synthetic_firm_is_synthetic_too() -> None:
    for key, facility in FACILITIES.items():
        assert facility["synthetic"] == ORGANISATIONS[facility["organisation_id"]]["synthetic"], key
    for table in ("offers", "needs", "certificates"):
        for key, row in rows(table).items():
            assert row["synthetic"] == FACILITIES[row["facility_id"]]["synthetic"], key
    for key, row in rows("partnerships").items():
        partners = (ORGANISATIONS[row["organisation_a_id"]], ORGANISATIONS[row["organisation_b_id"]])
        if any(partner["synthetic"] == "yes" for partner in partners):
            assert row["synthetic"] == "yes", key


def test_a_supply_relation_joins_an_offer_to_a_need_and_stays_within_the_offer() -> None:
    offered: dict[tuple[str, str], float] = {}
    for offer in rows("offers").values():
        key = offer["facility_id"], offer["commodity_id"]
        offered[key] = offered.get(key, 0.0) + float(offer["capacity_t_per_month"] or 0)
    wanted = {(need["facility_id"], need["commodity_id"]) for need in rows("needs").values()}
    supplied: dict[tuple[str, str], float] = {}
    for relation in rows("supply_relations").values():
        assert (relation["customer_facility_id"], relation["commodity_id"]) in wanted
        key = relation["supplier_facility_id"], relation["commodity_id"]
        supplied[key] = supplied.get(key, 0.0) + float(relation["mass_t_per_month"])
    for key, mass in supplied.items():
        assert mass <= offered[key] + 0.1 * len(supplied), key


def test_some_certificates_have_run_out_and_some_have_not() -> None:
    """A certificate must really exclude: the set holds both kinds on the day the pack was compiled."""
    ends = [date.fromisoformat(row["valid_to"]) for row in rows("certificates").values()]
    compiled = date(2026, 11, 22)
    assert min(ends) < compiled < max(ends)
    assert all(row["scope"] and row["issuer"] for row in rows("certificates").values())


def test_the_three_houses_are_all_there_and_work_together() -> None:
    kinds = {row["kind"] for row in ORGANISATIONS.values() if row["synthetic"] == "no"}
    assert kinds == {"state_body", "school", "enterprise", "institute", "association"}
    houses = {"state_body": "state", "school": "school", "institute": "school", "enterprise": "enterprise"}
    across = set()
    for row in rows("partnerships").values():
        pair = {houses.get(ORGANISATIONS[row[f"organisation_{side}_id"]]["kind"], "enterprise") for side in "ab"}
        across.add(frozenset(pair))
    assert {
        frozenset(("state", "school")),
        frozenset(("state", "enterprise")),
        frozenset(("school", "enterprise")),
    } <= (across)


def test_state_bodies_of_the_merged_city_keep_the_names_they_had() -> None:
    """Bình Dương and Bà Rịa – Vũng Tàu joined Ho Chi Minh City on 1 July 2025."""
    city = ORGANISATIONS["hcmc_peoples_committee"]
    assert "Bình Dương" in city["former_name"]
    assert "Bà Rịa – Vũng Tàu" in city["former_name"]
    for organisation_id in ("hcmc_doit", "hcmc_doc", "hcmc_dost", "hepza"):
        assert "Bình Dương" in ORGANISATIONS[organisation_id]["former_name"], organisation_id


def test_facilities_lie_at_their_park() -> None:
    """Within the park's own radius and the sum of both position accuracies; 1° latitude is 110.6 km here."""
    parks = rows("parks")
    for key, facility in FACILITIES.items():
        if not facility["park_id"]:
            continue
        park = parks[facility["park_id"]]
        north = (float(facility["lat"]) - float(park["lat"])) * 110_600
        east = (float(facility["lon"]) - float(park["lon"])) * 109_300
        radius = (float(park["area_ha"]) * 10_000 / math.pi) ** 0.5
        slack = float(facility["position_accuracy_m"]) + float(park["position_accuracy_m"])
        assert math.hypot(north, east) <= radius + slack, key
        assert park["status"] == "open", key
