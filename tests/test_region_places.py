"""The places, services and handling of the Bình Dương pack: figures worked by hand, laws, outside points."""

from __future__ import annotations

import csv
import json
import math
import tarfile
from pathlib import Path

import pandas as pd
import pytest
import shapely

REGION = Path(__file__).parents[1] / "supplychain" / "regions" / "binh_duong"
SHARED = Path(__file__).parents[2] / "shared"

OVERSEAS = ("us_west", "us_east", "europe", "japan_korea", "china_taiwan", "asean", "rest_of_world")
DOMESTIC = ("domestic_north", "domestic_central", "mekong_delta", "hcmc_dong_nai")
CAI_MEP_MOTHER_TERMINALS = {"tcit", "cmit", "gemalink", "ssit", "tctt"}
CHECK_POINTS = {
    "VSIP I": "vsip_1",
    "Mỹ Phước 2": "my_phuoc_2",
    "Sóng Thần 1": "song_than_1",
    "Sóng Thần 2": "song_than_2",
    "Đồng An 1": "dong_an_1",
    "Việt Hương": "viet_huong_park",
    "Tân Đông Hiệp A": "tan_dong_hiep_a",
    "Bình Đường": "binh_duong_an_binh",
    "Dệt May Bình An": "det_may_binh_an",
    "Biên Hòa 2": "bien_hoa_2",
    "Nhơn Trạch 2": "nhon_trach_2",
    "Amata (Long Bình)": "amata_long_binh",
    "Long Hậu": "long_hau_park",
    "Linh Trung I EPZ": "linh_trung_1",
    "Tân Thuận EPZ": "tan_thuan",
    "Tân Tạo": "tan_tao",
    "Vĩnh Lộc": "vinh_loc",
    "Saigon Hi-Tech Park": "saigon_hi_tech_park",
    "Mỹ Xuân A2": "my_xuan_a2",
    "Cát Lái": "cat_lai",
    "TCIT (Tân Cảng–Cái Mép Intl)": "tcit",
    "CMIT": "cmit",
    "SPCT (Hiệp Phước)": "hiep_phuoc_spct",
    "VICT": "vict",
    "Saigon Port": "saigon_port",
    "Bình Dương port": "binh_duong_port",
    "ICD Sóng Thần (Tân Cảng)": "icd_song_than",
    "ICD Sotrans": "icd_sotrans",
    "ICD Phúc Long": "icd_phuc_long",
    "Tân Sơn Nhất SGN": "tan_son_nhat",
    "Sóng Thần": "ga_song_than",
    "Dĩ An": "ga_di_an",
    "Biên Hòa": "ga_bien_hoa",
}
WRONG_CHECK_POINT = "ICD Phước Long"  # The list itself says that its point lies in the city centre.


def read_table(name: str) -> pd.DataFrame:
    return pd.read_csv(REGION / f"{name}.csv")


def words(cell: object) -> set[str]:
    return set(str(cell).split(";")) if isinstance(cell, str) else set()


@pytest.fixture(scope="module")
def parks() -> pd.DataFrame:
    return read_table("parks").set_index("park_id")


@pytest.fixture(scope="module")
def terminals() -> pd.DataFrame:
    return read_table("terminals").set_index("terminal_id")


@pytest.fixture(scope="module")
def services() -> pd.DataFrame:
    return read_table("services").set_index("service_id")


@pytest.fixture(scope="module")
def transshipments() -> pd.DataFrame:
    return read_table("transshipments")


def test_residual_of_cat_lai_is_what_the_others_leave(terminals: pd.DataFrame) -> None:
    """5,500,000 TEU less 4,200,000 of others leaves 1,300,000 TEU a year: 4,333.3 on each of 300 working days."""
    row = terminals.loc["cat_lai"]
    residual = row["capacity_teu_per_year"] - row["background_teu_per_year"]
    assert residual == 1_300_000
    assert residual / 300 == pytest.approx(4_333.3, abs=0.1)


def test_background_of_tcit_follows_from_nine_months(terminals: pd.DataFrame) -> None:
    """1,642,150 TEU in nine months × 4/3 = 2,189,533 in 2025; ÷ 1.18 = 1,855,537 in 2024; × 0.9 = 1,669,983."""
    background = 1_642_150 * 4 / 3 / 1.18 * 0.9
    assert background == pytest.approx(1_669_983, abs=1)
    assert terminals.loc["tcit", "background_teu_per_year"] == pytest.approx(background, rel=0.01)


@pytest.mark.parametrize(
    ("terminal_id", "nine_months"),
    [("gemalink", 1_403_577), ("tctt", 918_341), ("cmit", 909_145), ("ssit", 713_835)],
)
def test_backgrounds_at_cai_mep_follow_from_nine_months(
    terminals: pd.DataFrame, terminal_id: str, nine_months: int
) -> None:
    background = nine_months * 4 / 3 / 1.18 * 0.9
    assert terminals.loc[terminal_id, "background_teu_per_year"] == pytest.approx(background, rel=0.01)


def test_hcmc_ports_leave_less_than_the_region_needs_and_cai_mep_more(terminals: pd.DataFrame) -> None:
    """58 % of 2.1 M laden TEU is 1.22 M, 36 % is 0.76 M; boxes that gate in at Cát Lái for Cái Mép come on top."""
    usable = terminals[terminals["status"] == "open"]
    residual = (usable["capacity_teu_per_year"] - usable["background_teu_per_year"]).groupby(usable["gateway_group"])
    by_group = residual.sum()
    assert 1_218_000 < by_group["hcmc_ports"] < 1_218_000 + 0.75 * 756_000
    assert by_group["cai_mep"] > 2 * 756_000


def test_hcmc_seaports_charge_the_infrastructure_fee_half_by_water(terminals: pd.DataFrame) -> None:
    """250,000 VND a 20 ft and 500,000 a 40 ft container, 15,000 VND a tonne, by water half (press, 2022 and 2026)."""
    at_hcmc = terminals[terminals["fee_per_teu"].notna()]
    assert set(at_hcmc.index) == {"cat_lai", "vict", "ben_nghe", "saigon_port", "hiep_phuoc_spct"}
    assert (at_hcmc["fee_per_teu"] == 250_000).all()
    assert (at_hcmc["fee_share_waterway"] == 0.5).all()
    assert (terminals["fee_per_t"].dropna() == 15_000).all()
    assert (at_hcmc["handling_cost_factor"] <= 1.0).all()


def test_the_gate_of_cat_lai_takes_a_quarter_of_its_peak_day_for_the_region(terminals: pd.DataFrame) -> None:
    """26,000 trucks on a peak day of 24 h is 1,083 an hour; 1.3 of 5.5 M TEU of it is 256, rounded to 250."""
    share = 1_300_000 / terminals.loc["cat_lai", "capacity_teu_per_year"]
    assert terminals.loc["cat_lai", "gate_trucks_per_h"] == pytest.approx(26_000 / 24 * share, rel=0.03)


def test_counts_of_places(parks: pd.DataFrame, terminals: pd.DataFrame) -> None:
    assert parks["in_region"].eq("yes").sum() >= 30
    assert parks["in_region"].eq("no").sum() >= 15
    kinds = terminals["kind"].value_counts()
    assert kinds["seaport"] >= 8
    assert kinds["river_port"] >= 5
    assert kinds["dry_port"] + kinds["icd"] >= 6
    assert kinds["dry_port"] >= 1
    assert kinds["icd"] >= 1
    assert kinds["rail_station"] >= 5
    assert kinds["airport"] == 2
    assert len(read_table("zones")) == 9


def test_open_parks_of_the_region_near_the_published_total(parks: pd.DataFrame) -> None:
    """Published for March 2024: 28 operating parks on 11,962 ha (thoibaotaichinhvietnam.vn 146919)."""
    operating = parks[(parks["in_region"] == "yes") & (parks["status"] == "open")]
    assert operating["area_ha"].sum() == pytest.approx(11_962, rel=0.15)
    assert len(operating) == pytest.approx(28, abs=4)


def test_parks_lease_about_nine_tenths_as_published(parks: pd.DataFrame) -> None:
    """Published for October 2023: 91 % of the industrial land leased (einpresswire.com 663524485)."""
    operating = parks[(parks["in_region"] == "yes") & (parks["status"] == "open")]
    leased = (operating["area_ha"] * operating["leased_pct"]).sum() / operating["area_ha"].sum()
    assert leased == pytest.approx(91, abs=4)


def test_zones_make_about_a_third_of_the_leased_land(parks: pd.DataFrame) -> None:
    """Parks make 65 %: zones hold 35/65 = 0.54 of the leased hectares, give or take a tenth."""
    operating = parks[(parks["in_region"] == "yes") & (parks["status"] == "open")]
    leased_ha = (operating["area_ha"] * operating["leased_pct"] / 100).sum()
    assert read_table("zones")["industrial_area_ha"].sum() / leased_ha == pytest.approx(35 / 65, rel=0.1)


@pytest.mark.parametrize(("table", "unit"), [("terminals", "year"), ("services", "week")])
@pytest.mark.parametrize("quantity", ["teu", "t"])
def test_residuals_are_never_negative_over_the_assumed_range(table: str, unit: str, quantity: str) -> None:
    """Also when capacity takes the low and background the high end of the factors that the row names."""
    rows = read_table(table)
    factors = read_table("assumptions").set_index("assumption_id")
    capacity, background = f"capacity_{quantity}_per_{unit}", f"background_{quantity}_per_{unit}"
    for row in rows.to_dict("records"):
        if math.isnan(row[capacity]):
            assert math.isnan(row[background])
            continue
        low, high = row[capacity], row[background]
        for assumption_id in words(row["assumption_ids"]):
            if factors.loc[assumption_id, "applies_to"] == f"{table}.{capacity}":
                low *= factors.loc[assumption_id, "low"]
            if factors.loc[assumption_id, "applies_to"] == f"{table}.{background}":
                high *= factors.loc[assumption_id, "high"]
        assert 0 <= high <= low, row


def test_every_end_of_a_service_is_a_row(services: pd.DataFrame, terminals: pd.DataFrame) -> None:
    markets = set(read_table("markets")["market_id"])
    for service_id, row in services.iterrows():
        assert row[["from_terminal_id", "from_node_id"]].notna().sum() == 1, service_id
        assert row[["to_terminal_id", "market_id"]].notna().sum() == 1, service_id
        for end in ("from_terminal_id", "to_terminal_id"):
            if isinstance(row[end], str):
                assert row["mode"] in words(terminals.loc[row[end], "modes"]), service_id
        if isinstance(row["market_id"], str):
            assert row["market_id"] in markets, service_id


def test_every_service_form_rides_a_vehicle_that_takes_it(services: pd.DataFrame) -> None:
    vehicles = read_table("vehicles").set_index("vehicle_id")
    for service_id, row in services.iterrows():
        vehicle = vehicles.loc[row["vehicle_id"]]
        assert words(row["forms"]) <= words(vehicle["forms"]), service_id
        assert row["mode"] == vehicle["mode"], service_id


@pytest.mark.parametrize("market_id", OVERSEAS)
@pytest.mark.parametrize("form", ["container", "reefer", "bulk"])
@pytest.mark.parametrize("direction", ["out", "in"])
def test_every_overseas_market_is_served_in_every_form(
    services: pd.DataFrame, market_id: str, form: str, direction: str
) -> None:
    found = services[
        (services["market_id"] == market_id)
        & (services["status"] == "open")
        & services["forms"].map(lambda cell: form in words(cell))
        & services["direction"].isin([direction, "both"])
        & services["mode"].eq("sea")
        & services["commodities"].isna()
    ]
    assert len(found) >= 1


@pytest.mark.parametrize("market_id", DOMESTIC)
@pytest.mark.parametrize("form", ["container", "reefer", "bulk"])
def test_every_domestic_market_is_reached_by_road_in_every_form(
    services: pd.DataFrame, market_id: str, form: str
) -> None:
    hauls = services[(services["market_id"] == market_id) & (services["kind"] == "road_line_haul")]
    hauls = hauls[hauls["forms"].eq(form) & hauls["direction"].eq("both") & hauls["status"].eq("open")]
    assert len(hauls) >= 2
    links = read_table("links")
    opened = links[(links["status"] == "open") & (links["mode"] == "road")]
    assert set(hauls["from_node_id"]) <= {*opened["from_node_id"], *opened["to_node_id"]}


@pytest.mark.parametrize(
    ("table", "column", "mode"),
    [
        ("parks", "road_node_id", "road"),
        ("terminals", "road_node_id", "road"),
        ("terminals", "rail_node_id", "rail"),
        ("terminals", "waterway_node_id", "inland_waterway"),
    ],
)
def test_a_named_junction_is_touched_by_an_open_link_of_its_mode(table: str, column: str, mode: str) -> None:
    links = read_table("links")
    opened = links[(links["status"] == "open") & (links["mode"] == mode)]
    rows = read_table(table)
    named = rows.loc[(rows["status"] == "open") & rows[column].notna(), column]
    assert len(named) > 0
    assert set(named) <= {*opened["from_node_id"], *opened["to_node_id"]}


def test_us_and_europe_mother_ships_call_at_cai_mep_only(services: pd.DataFrame) -> None:
    ocean = services[services["market_id"].isin(["us_west", "us_east", "europe"]) & services["kind"].eq("mother_ship")]
    assert set(ocean["from_terminal_id"]) <= CAI_MEP_MOTHER_TERMINALS
    for market_id in ("us_west", "us_east", "europe"):
        assert (ocean["market_id"] == market_id).sum() >= 2


def test_feeders_to_the_us_and_europe_are_slower_and_dearer(services: pd.DataFrame) -> None:
    containers = services[services["vehicle_id"].isin(["ship_mother", "ship_feeder"])]
    for (_, _), lane in containers[containers["market_id"].isin(["us_west", "us_east", "europe"])].groupby(
        ["market_id", "direction"]
    ):
        feeder, mother = (lane[lane["kind"] == kind] for kind in ("feeder", "mother_ship"))
        assert feeder["time_h"].min() > mother["time_h"].max()
        assert feeder["cost_per_teu"].min() > mother["cost_per_teu"].max()


def test_barges_on_the_carriers_account_cost_the_shipper_nothing_and_the_country_something(
    services: pd.DataFrame,
) -> None:
    carried = services[services["carrier_account"] == "yes"]
    pairs = set(zip(carried["from_terminal_id"], carried["to_terminal_id"], strict=True))
    assert pairs >= {("cat_lai", terminal_id) for terminal_id in CAI_MEP_MOTHER_TERMINALS}
    assert (carried["cost_per_teu"] == 0).all()
    assert (carried["resource_cost_per_teu"] > 0).all()


def test_container_train_to_the_north_as_published(services: pd.DataFrame) -> None:
    """40 h, five trains a week of 20 wagons with one 40 ft box each: 5 × 20 × 2 = 200 TEU (container-news.com)."""
    train = services.loc["rail_song_than_yen_vien"]
    assert train["time_h"] == 40
    assert train["calls_per_week"] == 5
    assert train["capacity_teu_per_week"] == 5 * 20 * 2


@pytest.mark.parametrize("table", ["services", "transshipments"])
def test_boxes_and_bulk_are_priced_in_their_own_unit(table: str) -> None:
    """A row has one price, per TEU or per tonne; only air freight prices what lies in boxes by the tonne."""
    rows = read_table(table)
    assert (rows["cost_per_teu"].notna() != rows["cost_per_t"].notna()).all()
    bulk = rows["forms"].eq("bulk")
    air = rows["mode"].eq("air") if table == "services" else rows["terminal_kind"].eq("airport")
    assert rows.loc[bulk | air, "cost_per_t"].notna().all()
    assert rows.loc[~bulk & ~air, "cost_per_teu"].notna().all()


def test_resource_cost_never_above_the_price_except_for_the_carrier(services: pd.DataFrame) -> None:
    paid = services[services["carrier_account"] == "no"]
    assert (paid["resource_cost_per_teu"].fillna(0) <= paid["cost_per_teu"].fillna(0)).all()
    assert (paid["resource_cost_per_t"].fillna(0) <= paid["cost_per_t"].fillna(0)).all()


def test_handling_goes_both_ways(transshipments: pd.DataFrame) -> None:
    seen = {
        (row["terminal_kind"], row["from_mode"], row["to_mode"], form)
        for row in transshipments.to_dict("records")
        for form in words(row["forms"])
    }
    assert {(kind, to_mode, from_mode, form) for kind, from_mode, to_mode, form in seen} == seen
    assert len(seen) == sum(len(words(cell)) for cell in transshipments["forms"])


def test_every_open_sea_or_air_service_can_be_reached_by_handling(
    services: pd.DataFrame, terminals: pd.DataFrame, transshipments: pd.DataFrame
) -> None:
    for service_id, row in services[services["mode"].isin(["sea", "air", "rail"])].iterrows():
        terminal = terminals.loc[row["from_terminal_id"]]
        for form in words(row["forms"]):
            onto = transshipments[
                (transshipments["terminal_kind"] == terminal["kind"])
                & (transshipments["from_mode"] == "road")
                & (transshipments["to_mode"] == row["mode"])
                & transshipments["forms"].map(lambda cell, form=form: form in words(cell))
            ]
            assert len(onto) == 1, (service_id, form)


@pytest.mark.parametrize("table", ["parks", "zones", "terminals", "markets", "services", "transshipments"])
def test_every_row_names_its_source_and_known_assumptions(table: str) -> None:
    rows = read_table(table)
    sources = set(read_table("sources")["source_id"])
    factors = read_table("assumptions").set_index("assumption_id")["applies_to"]
    assert set(rows["source"]) <= sources
    assert set(rows["confidence"]) <= {"high", "medium", "estimate", "assumption"}
    named = {assumption_id for cell in rows["assumption_ids"] for assumption_id in words(cell)}
    assert named <= set(factors.index)
    for assumption_id in named:
        target_table, column = factors[assumption_id].split(".")
        assert target_table == table
        assert column in rows.columns


def test_no_source_or_assumption_is_there_twice() -> None:
    assert read_table("sources")["source_id"].is_unique
    assert read_table("assumptions")["assumption_id"].is_unique


@pytest.mark.shared_data
def test_positions_within_two_kilometres_of_independent_points(parks: pd.DataFrame, terminals: pd.DataFrame) -> None:
    """Great-circle distances on the mean sphere of 6,371,008.8 m."""
    path = SHARED / "facts" / "check_points.csv"
    if not path.exists():
        pytest.skip(f"the independent points are not part of the project: {path} is absent")
    with path.open(encoding="utf-8", newline="") as file:
        points = {row["name"]: (float(row["lat"]), float(row["lon"])) for row in csv.DictReader(file)}
    assert set(points) == {*CHECK_POINTS, WRONG_CHECK_POINT}
    places = pd.concat([parks[["lat", "lon"]], terminals[["lat", "lon"]]])
    far = {}
    for name, place_id in CHECK_POINTS.items():
        distance_m = great_circle_m(points[name], (places.loc[place_id, "lat"], places.loc[place_id, "lon"]))
        if distance_m > 2_000:
            far[place_id] = round(distance_m)
    assert far == {}


BINH_DUONG_WARDS = range(25_747, 25_988)
BA_RIA_VUNG_TAU_WARDS = range(26_506, 26_733)


def former_province(ward_code: int) -> str:
    """Return the province a ward of today's Ho Chi Minh City lay in; codes were kept at the merger."""
    if ward_code in BINH_DUONG_WARDS:
        return "Bình Dương"
    return "Bà Rịa – Vũng Tàu" if ward_code in BA_RIA_VUNG_TAU_WARDS else "TP. Hồ Chí Minh"


def read_wards() -> dict[int, tuple[str, shapely.Geometry]]:
    path = SHARED / "data" / "admin" / "ho_chi_minh_city_wards_2025.tar.gz"
    if not path.exists():
        pytest.skip(f"the ward polygons are not part of the project: {path} is absent")
    wards = {}
    with tarfile.open(path) as archive:
        for member in archive.getmembers():
            file = archive.extractfile(member) if "/wards/" in member.name and member.isfile() else None
            if file is not None:
                (feature,) = json.load(file)["features"]
                properties = feature["properties"]
                wards[int(properties["code"])] = (properties["fullName"], shapely.from_geojson(json.dumps(feature)))
    return wards


@pytest.mark.shared_data
def test_parks_stand_in_the_ward_and_former_province_they_name(parks: pd.DataFrame) -> None:
    wards = read_wards()
    for park_id, row in parks.iterrows():
        point = shapely.Point(row["lon"], row["lat"])
        found = [(code, name) for code, (name, shape) in wards.items() if shape.contains(point)]
        if row["former_province"] in {"Đồng Nai", "Long An"}:
            assert found == [], park_id
            continue
        ((code, name),) = found
        assert row["ward"] == name, park_id
        assert former_province(code) == row["former_province"], park_id


@pytest.mark.shared_data
def test_terminals_and_zones_stand_where_their_group_says(terminals: pd.DataFrame) -> None:
    """Terminals of Cái Mép in former Bà Rịa–Vũng Tàu, HCMC ports in the old city, zones in former Bình Dương."""
    wards = read_wards()
    expected = {"hcmc_ports": "TP. Hồ Chí Minh", "cai_mep": "Bà Rịa – Vũng Tàu", "zone": "Bình Dương"}
    zones = read_table("zones").set_index("zone_id").assign(gateway_group="zone")
    for place_id, row in pd.concat([terminals, zones]).iterrows():
        if row["gateway_group"] in expected:
            point = shapely.Point(row["lon"], row["lat"])
            (code,) = [code for code, (_, shape) in wards.items() if shape.contains(point)]
            assert former_province(code) == expected[row["gateway_group"]], place_id


def great_circle_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the haversine distance between two (lat, lon) points in metres."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*one, *other))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(half))
