"""What lets the pack of Bình Dương be defended row by row: figures, confidence, sources, codes and states."""

from __future__ import annotations

import csv
import math
import re
from pathlib import Path
from typing import Final

import pytest

import supplychain
from optimizer.scenarios.file import read_scenario_file
from optimizer.scenarios.resolve import list_scenarios, read_scenario, resolve_scenario
from optimizer.scenarios.scenario import Change
from supplychain.pack import Pack

REGION = Path(supplychain.__file__).parent / "regions" / "binh_duong"
SHARED = Path(__file__).parents[2] / "shared"
Row = dict[str, str]
TABLES = tuple(file.stem for file in sorted(REGION.glob("*.csv")))
RANKS: Final = {"assumption": 0, "estimate": 1, "low": 1, "medium": 2, "high": 3}

READ_ELSEWHERE: Final = {
    "vietnamnews_1688274",
    "hoanggiaphat_wood",
    "baobinhduong_a322425",
    "qdnd_542610",
    "wb_exchange_vn",
    "wb_cpi_vn",
    "press_cpi_2024",
    "bls_cpi_u",
    "port_rankings_2023",
    "thanhnien_long_thanh_2025",
    "vnexpress_4927556",
    "vnexpress_5049217",
    "dantri_becamex_2025",
    "osm_2018_route_check",
    "decision_1018_2024",
    "decision_1017_2024",
    "esia_ecosystem",
    "semiconductorx_compliance",
    "sggp_116722",
    "kinhtedothi_62735",
    "cafef_besi_2026",
    "vietnamnews_1726321",
    "talkvietnam_spartronics",
    "gasworld_4215",
    "baolaocai_401147",
    "sggp_108162",
    "saigontimes_scdc",
    "einpress_588179031",
    "sggp_102551",
    "nhandan_132470",
    "vietnamplus_317749",
    "dtinews_88017",
    "vietnamvn_uit_2024",
    "vnnow_hcmus_2025",
    "hcmus_mpw_2023",
    "giaoduc247_hcmut",
    "thanhnien_lhu_2024",
}
"""Documents that were opened when the pack was compiled and checked, beside those of the shared facts."""

PARK_FACTS: Final = {
    "VSIP I": "vsip_1",
    "VSIP II": "vsip_2",
    "VSIP II-A": "vsip_2a",
    "VSIP III": "vsip_3",
    "Mỹ Phước 1": "my_phuoc_1",
    "Mỹ Phước 3": "my_phuoc_3",
    "Bàu Bàng": "bau_bang",
    "Bàu Bàng expansion phase 2": "bau_bang_expansion",
    "Cây Trường": "cay_truong",
    "Tân Bình (Bình Dương)": "tan_binh",
    "Nam Tân Uyên expansion": "nam_tan_uyen_expansion",
    "Đất Cuốc (new plan)": "dat_cuoc_new_plan",
    "Bắc Tân Uyên 1": "bac_tan_uyen_1",
    "Đại Đăng": "dai_dang_park",
    "Sóng Thần 1": "song_than_1",
    "Sóng Thần 3": "song_than_3",
    "Đồng An 1": "dong_an_1",
    "Đồng An 2": "dong_an_2",
    "Kim Huy": "kim_huy",
    "Phú Gia (Phú Tân)": "phu_gia",
    "Mapletree Business City": "mapletree_business_city",
    "Việt Hương": "viet_huong_park",
    "Việt Hương 2": "viet_huong_2",
    "Protrade (An Tây)": "protrade_an_tay",
    "Tân Đông Hiệp B": "tan_dong_hiep_b",
    "Bình Đường": "binh_duong_an_binh",
    "Lai Hưng (planned)": "lai_hung",
    "Biên Hòa 1": "bien_hoa_1",
    "Nhơn Trạch 2": "nhon_trach_2",
    "Nhơn Trạch 5": "nhon_trach_5",
    "Long Thành hi-tech": "long_thanh_hi_tech",
    "Long Hậu": "long_hau_park",
    "Vĩnh Lộc 2": "vinh_loc_2",
    "Tân Tập": "tan_tap",
    "Phú Mỹ 3": "phu_my_3",
    "Châu Đức (Sonadezi)": "chau_duc",
    "Mỹ Xuân B1 Đại Dương": "my_xuan_b1_dai_duong",
}


def rows(table: str) -> dict[str, Row]:
    """Return the rows of a table of the pack by their key."""
    return {row[next(iter(row))]: row for row in _read(REGION / f"{table}.csv")}


def facts(name: str) -> list[Row]:
    """Return the rows of one file of known facts, which are never part of the project."""
    path = SHARED / "facts" / f"{name}.csv"
    if not path.exists():
        pytest.skip(f"the known facts are not part of the project: {path} is absent")
    return _read(path)


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def named_in(row: Row) -> list[str]:
    """Return the assumptions a row names."""
    return [name for name in (row.get("assumption_ids") or "").split(";") if name]


@pytest.mark.shared_data
def test_parks_have_the_area_year_and_leased_share_of_the_facts() -> None:
    """And a confidence no higher than that of the fact."""
    known, parks = {row["name"]: row for row in facts("industrial_parks")}, rows("parks")
    for name, park_id in PARK_FACTS.items():
        fact, park = known[name], parks[park_id]
        for column, own in (("area_ha", "area_ha"), ("founded", "founded_year"), ("occupancy_pct", "leased_pct")):
            if fact[column]:
                assert float(park[own]) == float(fact[column]), (park_id, own)
        assert RANKS[park["confidence"]] <= RANKS[fact["confidence"].split()[0]], park_id


@pytest.mark.shared_data
def test_documents_are_in_the_facts_or_were_opened() -> None:
    """A document nobody had before them is no source."""
    names = ("base_year_estimates", "check_points", "freight_parameters", "industrial_parks", "infrastructure")
    known = " ".join(value for name in (*names, "terminals") for row in facts(name) for value in row.values())
    for source_id, source in rows("sources").items():
        if source["kind"] == "own_estimate" or source_id in READ_ELSEWHERE:
            continue
        host, *_ = re.findall(r"[\w.]+\.\w+|github|UK Gov|landmatrix|copy of", source["reference"])
        numbers = re.findall(r"\d{3,}", source["reference"])
        assert host in known, source_id
        assert all(number in known for number in numbers), source_id


@pytest.mark.shared_data
def test_hs_headings_are_covered_once_each() -> None:
    """97 chapters less the unused 77, without 9999 (not specified); the longer of two codes decides."""
    path = SHARED / "data" / "codes" / "hs2022.csv"
    if not path.exists():
        pytest.skip(f"the list of HS codes is not part of the project: {path} is absent")
    headings = {code for row in _read(path) for code in row.values() if code and re.fullmatch(r"\d{4}", code)} - {
        "9999"
    }
    codes = [code for row in rows("commodities").values() for code in row["hs_chapters"].split(";") if code]
    assert len(headings) > 1_200
    assert len(codes) == len(set(codes))
    assert {heading for heading in headings if not any(heading.startswith(code) for code in codes)} == set()
    assert all(any(heading.startswith(code) for heading in headings) for code in codes)


@pytest.mark.parametrize("table", TABLES)
def test_what_no_document_says_is_an_estimate_or_an_assumption(table: str) -> None:
    """Positions read from the map may be medium: they were checked against independent points."""
    for key, row in rows(table).items():
        if row.get("source") in {"own_estimate", "own_network_estimate"}:
            assert row["confidence"] in {"estimate", "assumption"}, key


def test_no_tax_code_stands_without_a_document() -> None:
    assert not any(row["tax_code"] for row in rows("organisations").values())


def test_a_factor_is_named_only_by_rows_it_multiplies() -> None:
    assumptions = rows("assumptions")
    reached: dict[str, int] = {}
    for table in TABLES:
        for key, row in rows(table).items():
            for name in named_in(row):
                target, column = assumptions[name]["applies_to"].split(".")
                assert target == table, (table, key, name)
                assert row[column], (table, key, name)
                reached[name] = reached.get(name, 0) + 1
    factors = {name for name, row in assumptions.items() if row["kind"] == "factor"}
    assert factors == set(reached)
    assert {assumptions[name]["unit"] for name in factors} == {"hệ số / factor"}
    assert {float(assumptions[name]["mid"]) for name in factors} == {1.0}


def test_assumptions_have_a_range_a_reason_and_a_replacement() -> None:
    for name, row in rows("assumptions").items():
        assert float(row["low"]) <= float(row["mid"]) <= float(row["high"]), name
        assert float(row["low"]) < float(row["high"]), name
        assert row["reasoning"], name
        assert row["replaced_by"], name


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("costs", ("mid",)),
        ("transshipments", ("cost_per_teu", "cost_per_t")),
        ("services", ("cost_per_teu", "cost_per_t", "resource_cost_per_teu", "resource_cost_per_t")),
        ("links", ("toll_per_km",)),
        ("actions", ("cost",)),
    ],
)
def test_money_has_a_currency_and_a_price_year_that_can_be_converted(table: str, columns: tuple[str, ...]) -> None:
    rates = {(row["kind"], row["currency"], row["year"]) for row in rows("rates").values()}
    for key, row in rows(table).items():
        if any(row[column] for column in columns):
            assert ("deflator", row["currency"], row["price_year"]) in rates, key
            assert row["currency"] == "VND" or ("exchange", row["currency"], row["price_year"]) in rates, key


@pytest.mark.parametrize("table", ["terminals", "parks", "zones"])
def test_a_place_joins_the_network_near_where_it_stands(table: str) -> None:
    """Within 2.5 km and the accuracies of both points; 1° is 110.6 km of latitude and 109.3 km of longitude here."""
    nodes = rows("nodes")
    for key, row in rows(table).items():
        for column in ("road_node_id", "rail_node_id", "waterway_node_id"):
            if not row.get(column):
                continue
            node = nodes[row[column]]
            north = (float(row["lat"]) - float(node["lat"])) * 110_600
            east = (float(row["lon"]) - float(node["lon"])) * 109_300
            slack = float(row["position_accuracy_m"]) + float(node["position_accuracy_m"])
            assert math.hypot(north, east) <= min(2_500 + slack, 4_500), (key, column)


def test_river_quays_join_the_river_at_their_own_node() -> None:
    terminals = rows("terminals")
    assert (terminals["ba_lua"]["road_node_id"], terminals["ba_lua"]["waterway_node_id"]) == ("n_ba_lua", "w_sg_ba_lua")
    quays = terminals["thuong_tan"]
    assert (quays["road_node_id"], quays["waterway_node_id"]) == ("n_thuong_tan", "w_dn_thuong_tan")


def test_container_trucks_do_not_cross_the_nhon_trach_bridge_before_the_ring_is_whole() -> None:
    """VnExpress 4927556: trucks over 1.5 t wait for the whole Ring Road 3, due at the end of 2026."""
    links = rows("links")
    ring = [links["nhon_trach_bridge"], links["l_vd3_cau_nt_n__hld_vd3"], links["binh_goi_bridge"]]
    assert {link["status"] for link in ring} == {"building"}


def test_freight_of_song_than_sums_to_the_published_tonnes() -> None:
    """85,000 TEU × 10 t + 750,000 t = 1.6 Mt (2022); enlarged 200,000 × 10 + 1,500,000 = 3.5 Mt."""
    station = rows("terminals")["ga_song_than"]
    tonnes = float(station["background_teu_per_year"]) * 10 + float(station["background_t_per_year"])
    assert tonnes == 1_600_000
    (enlarged,) = read_scenario(REGION / "scenarios" / "act_song_than_station.yaml").changes
    assert isinstance(enlarged, Change)
    changed = dict(enlarged.set_values)
    assert float(str(changed["capacity_teu_per_year"])) * 10 + float(str(changed["capacity_t_per_year"])) == 3_500_000


def test_gauges_are_those_of_the_lines() -> None:
    """1,000 mm on the line that runs, 1,435 mm on the planned ones."""
    for key, link in rows("links").items():
        if link["mode"] == "rail":
            assert link["gauge_mm"] == ("1000" if link["status"] == "open" else "1435"), key


def test_a_milestone_is_under_way_only_when_its_action_is() -> None:
    actions = rows("actions")
    for key, milestone in rows("milestones").items():
        if milestone["status"] == "under_way":
            assert actions[milestone["action_id"]]["status"] == "under_way", key


@pytest.mark.parametrize(
    ("action_id", "touched"),
    [
        ("act_ring_road_3", "l_binh_chuan__ct_vd3"),
        ("act_binh_goi_bridge", "binh_goi_bridge"),
        ("act_ring_road_4", "l_vd4_vinh_tan__vd4_hoi_nghia"),
        ("act_ring_road_4_phu_my", "l_bhvt_hld__bhvt_phu_my"),
        ("act_bau_bang_cai_mep_rail", "lr_bau_bang__my_phuoc"),
        ("act_bien_hoa_vung_tau_rail", "lr_trang_bom_1435__phuoc_tan"),
        ("act_an_binh_station", "ga_an_binh"),
        ("act_song_than_station", "ga_song_than"),
        ("act_bien_hoa_vung_tau_expressway", "l_bhvt_vnt__long_thanh_hitech"),
        ("act_ben_luc_long_thanh", "l_nvt_bl_lt__bl_lt_vd3"),
        ("act_chon_thanh_expressway", "l_ct_vd3__ct_vd4"),
        ("act_ql13_hcmc", "l_ql13_binh_trieu__ql13_binh_phuoc"),
        ("act_long_thanh_airport", "long_thanh"),
        ("act_river_ports", "thanh_phuoc"),
        ("act_saigon_river_class", "lw_sg_an_son__sg_phu_long"),
        ("act_logistics_zone", "can_cang_an_son"),
        ("act_long_binh_icd", "can_cang_long_binh_hcmc"),
    ],
)
def test_the_scenario_an_action_names_changes_what_the_action_builds(
    action_id: str, touched: str, region_pack: Pack
) -> None:
    files = {file.stem: file for file in list_scenarios(REGION)}
    assert rows("actions")[action_id]["scenario_id"] == action_id
    scenario = resolve_scenario(read_scenario_file(files[action_id]), {}, region_pack)
    assert touched in {name for change in scenario.changes if isinstance(change, Change) for name in change.ids}


def test_what_is_built_already_stands_in_the_base_case() -> None:
    """National Highway 13 has its eight lanes from Vĩnh Phú to Chợ Đình, ĐT746 its six to Hội Nghĩa."""
    files, links = {file.stem: file for file in list_scenarios(REGION)}, rows("links")
    for action_id in ("act_ql13_widening", "act_dt746"):
        assert not read_scenario(files[action_id]).changes
    assert links["l_ql13_vinh_phu__ql13_phu_long"]["lanes"] == "8"
    assert {link["lanes"] for link in links.values() if link["road"] == "ĐT746" and link["opening_year"]} == {"6"}


def test_every_container_terminal_of_cai_mep_is_named() -> None:
    """TCCT is one quay with TCIT; SP-PSA and SITV, built for containers, stand with the general berths."""
    terminals = rows("terminals")
    assert {"tcit", "cmit", "gemalink", "ssit", "tctt"} <= set(terminals)
    assert "TCCT" in terminals["tcit"]["name_vi"]
    assert {"SP-PSA", "SITV"} <= set(re.findall(r"[A-Z-]{4,}", terminals["phu_my_bulk"]["name_vi"]))
