"""The roads, railways and waterways of the Bình Dương pack: figures worked by hand, laws, published lengths."""

from __future__ import annotations

import csv
import json
import tarfile
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from pyproj import Geod
from shapely import from_wkt
from shapely.geometry import Point, shape
from shapely.ops import unary_union

import supplychain
from api.regions import PACK_MODELS
from geodata.assembly.network import build_network
from geodata.network import Network
from geodata.paths import skim
from supplychain.pack import read_pack

REGION = Path(supplychain.__file__).parent / "regions" / "binh_duong"
SHARED = Path(__file__).parents[2] / "shared"
GEOD = Geod(ellps="WGS84")
MODES = ("road", "rail", "inland_waterway")
TOLERANCE = 0.10
Row = dict[str, str]


@cache
def rows(table: str) -> dict[str, Row]:
    """Return the rows of a table of the pack by their key."""
    with (REGION / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        key = (reader.fieldnames or [""])[0]
        found = list(reader)
    table_rows = {row[key]: row for row in found}
    assert len(table_rows) == len(found), f"{table}: an id stands twice"
    return table_rows


NODES = rows("nodes")
LINKS = rows("links")
CLOSED_TO_TRUCKS_H = 12


def points(link: Row) -> list[tuple[float, float]]:
    """Return longitude and latitude of the vertices of a link."""
    return [(x, y) for x, y in from_wkt(link["geometry"]).coords]


def drawn_m(link: Row) -> float:
    """Return the geodesic length of the line as drawn, metres."""
    line = np.array(points(link))
    return float(GEOD.line_length(line[:, 0], line[:, 1]))


def banned_h(link: Row) -> float:
    """Return the hours of the day in which heavy trucks may not use a link."""
    return float(link["ban_to_h"]) - float(link["ban_from_h"]) if link["ban_from_h"] else 0.0


def graph(mode: str, statuses: tuple[str, ...] = ("open",), *, trucks: bool = False) -> nx.MultiDiGraph:
    """Return the links of a mode and some states as a directed graph weighted by kilometres."""
    found = nx.MultiDiGraph()
    for link_id, link in LINKS.items():
        closed = trucks and banned_h(link) > CLOSED_TO_TRUCKS_H
        if link["mode"] != mode or link["status"] not in statuses or closed:
            continue
        km = float(link["length_m"]) / 1000
        ends = link["from_node_id"], link["to_node_id"]
        found.add_edge(*ends, key=link_id, km=km)
        if link["oneway"] == "no":
            found.add_edge(*ends[::-1], key=link_id, km=km)
    return found


def route_km(mode: str, *stops: str) -> float:
    """Return the kilometres of the shortest way through some nodes, whatever its state."""
    found = graph(mode, ("open", "building", "planned"))
    legs = pairwise(stops)
    return float(sum(nx.shortest_path_length(found, a, b, weight="km") for a, b in legs))


@pytest.fixture(scope="module")
def network() -> Network:
    """Return the network of the shipped pack."""
    return build_network(read_pack(REGION, PACK_MODELS))


# Worked by hand


def test_class_5_toll_of_the_long_thanh_expressway_follows_from_the_tariff() -> None:
    """2,240 VND/PCU-km × 295,000 / 78,000 (class 5 to class 1 on one trip) = 8,471.8, kept as 8,470."""
    tolls = {link["toll_per_km"] for link in LINKS.values() if link["source"] == "press_hld_toll_2025"}
    assert tolls == {"8470"}
    tariff = 2240 * 295 / 78
    assert tariff == pytest.approx(8470, rel=1e-3)


def test_the_dong_nai_bridge_keeps_9500_pcu_a_day_for_the_plan(network: Network) -> None:
    """118,000 two-way − 108,500 by others = 9,500 pcu/day, shared by both directions."""
    table = network.capacities
    place = list(table.capacity_id).index("link:dong_nai_bridge")
    assert table.residual_per_day[place] == pytest.approx(118_000 - 108_500)
    members = {network.links.link_id[link] for link in table.members(place)}
    assert members == {"dong_nai_bridge>", "dong_nai_bridge<"}


def test_the_cat_lai_ferry_takes_a_quarter_of_an_hour(network: Network) -> None:
    """0.86–0.95 km of water at 4 km/h, waiting for the boat included, is 0.21–0.24 h."""
    link = network.link_index("cat_lai_ferry>")
    assert 0.20 <= network.links.time_h[link] <= 0.28


# Laws


def test_the_network_has_what_was_asked_for() -> None:
    count = Counter(link["mode"] for link in LINKS.values())
    assert count["road"] >= 200
    assert count["rail"] >= 15
    assert count["inland_waterway"] >= 40
    roads = {link["road"] for link in LINKS.values()}
    named = {"QL13", "QL1", "QL51", "QL22", "QL20", "QL14", "QL50", "QL1K", "Mỹ Phước–Tân Vạn", "Xa lộ Hà Nội"}
    named |= {"VĐ2", "VĐ3", "VĐ4", "ĐT741", "ĐT742", "ĐT743A", "ĐT743B", "ĐT743C", "ĐT744", "ĐT745", "ĐT746"}
    named |= {"ĐT747A", "ĐT747B", "ĐT748", "ĐT749A", "ĐT749B", "ĐT750", "ĐT965", "ĐT991B", "ĐT25B", "ĐT25C", "ĐT319"}
    named |= {"Cao tốc HLD", "Cao tốc BL–LT", "Cao tốc BH–VT", "CT01", "Cao tốc TDM–Chơn Thành", "Phạm Văn Đồng"}
    named |= {"Nguyễn Văn Linh", "Đồng Văn Cống", "Võ Chí Công", "Mai Chí Thọ", "Nguyễn Thị Định", "Huỳnh Tấn Phát"}
    named |= {"Sông Sài Gòn", "Sông Đồng Nai", "Sông Soài Rạp", "Sông Lòng Tàu", "Sông Thị Vải", "Sông Cái Mép"}
    named |= {"Đường sắt Bắc–Nam", "Đường sắt Bàu Bàng–Cái Mép", "Đường sắt Biên Hòa–Vũng Tàu"}
    assert named <= roads


def test_bridges_are_links_of_their_own() -> None:
    bridges = {"dong_nai", "hoa_an", "buu_hoa", "bach_dang_2", "thu_bien", "nhon_trach", "binh_phuoc", "phu_long"}
    bridges |= {"phu_cuong", "binh_goi", "ben_suc", "phu_my"}
    assert {f"{bridge}_bridge" for bridge in bridges} <= set(LINKS)
    assert LINKS["dong_nai_bridge"]["status"] == "open"


def test_a_link_ends_on_its_nodes_and_is_as_long_as_its_line() -> None:
    """Ends to the last digit; length_m is 1.00 to 1.35 of the geodesic length of the line."""
    for link_id, link in LINKS.items():
        ends = [NODES[link["from_node_id"]], NODES[link["to_node_id"]]]
        assert [node["mode"] for node in ends] == [link["mode"]] * 2, link_id
        line = points(link)
        assert [line[0], line[-1]] == [(float(node["lon"]), float(node["lat"])) for node in ends], link_id
        assert 1.0 <= float(link["length_m"]) / drawn_m(link) <= 1.35, link_id


def test_every_link_row_is_complete() -> None:
    for link_id, link in LINKS.items():
        assert float(link["speed_kmh"]) > 0, link_id
        assert bool(link["toll_per_km"]) == bool(link["currency"]) == bool(link["price_year"]), link_id
        assert bool(link["capacity_per_day"]) == bool(link["background_per_day"]) == bool(link["capacity_unit"]), (
            link_id
        )
        assert not link["capacity_per_day"] or 0 <= float(link["background_per_day"]) < float(link["capacity_per_day"])
        assert link["status"] == "open" or int(link["opening_year"]) >= 2026, link_id
        assert (link["mode"] == "rail") == bool(link["gauge_mm"]), link_id
        assert (link["mode"] == "inland_waterway") == bool(link["max_vessel_t"]), link_id


def test_trucks_are_slower_than_the_signs() -> None:
    limits = {"motorway": 80, "expressway": 80, "trunk": 70, "primary": 60, "secondary": 60, "tertiary": 45}
    for link_id, link in LINKS.items():
        if link["mode"] == "road":
            assert float(link["speed_kmh"]) <= limits[link["link_class"]], link_id


def test_the_exempt_corridors_are_open_to_trucks_all_day() -> None:
    """Decision 23/2018 leaves QL1, Hà Nội highway, Mai Chí Thọ, Đồng Văn Cống, Võ Chí Công, Nguyễn Văn Linh free."""
    reach_cat_lai = nx.shortest_path(graph("road", trucks=True), "n_vsip_1", "n_cat_lai_gate", weight="km")
    assert "n_my_thuy" in reach_cat_lai
    for link_id, link in LINKS.items():
        if link["road"] in {"QL1", "Đồng Văn Cống", "Võ Chí Công", "Nguyễn Văn Linh", "Nguyễn Thị Định"}:
            assert not link["ban_from_h"], link_id


@pytest.mark.parametrize("mode", MODES)
def test_open_links_of_a_mode_are_one_strongly_connected_part(mode: str) -> None:
    for trucks in (False, True):
        parts = list(nx.strongly_connected_components(graph(mode, trucks=trucks)))
        small = [sorted(part) for part in parts if len(part) < max(map(len, parts))]
        assert not small


@pytest.mark.parametrize("mode", MODES)
def test_every_node_has_a_link(mode: str) -> None:
    found = graph(mode, ("open", "building", "planned"))
    assert {node_id for node_id, node in NODES.items() if node["mode"] == mode} == set(found)


def test_planned_railways_join_bau_bang_an_binh_and_cai_mep() -> None:
    """The new lines have another gauge than the North–South railway and share no node with it."""
    gauges: dict[str, set[str]] = {}
    for link in LINKS.values():
        if link["mode"] == "rail":
            for end in (link["from_node_id"], link["to_node_id"]):
                gauges.setdefault(end, set()).add(link["gauge_mm"])
    assert all(len(found) == 1 for found in gauges.values())
    assert nx.has_path(graph("rail", ("planned",)), "r_bau_bang", "r_cai_mep")


@pytest.mark.parametrize(
    "closed",
    ["dong_nai_bridge", "hoa_an_bridge", "phu_long_bridge", "cat_lai_ferry", "thu_bien_bridge"],
)
def test_no_single_bridge_cuts_the_road_network(closed: str) -> None:
    found = graph("road", trucks=True)
    ends = LINKS[closed]["from_node_id"], LINKS[closed]["to_node_id"]
    found.remove_edge(*ends, key=closed)
    found.remove_edge(*ends[::-1], key=closed)
    assert nx.has_path(found, *ends)


@pytest.mark.parametrize("ring", [("VĐ3",), ("VĐ4",), ("VĐ3", "VĐ4")])
def test_open_rings_hang_together(ring: tuple[str, ...]) -> None:
    """Every piece of a ring joins open roads: with the ring open the network is still one part."""
    found = graph("road", trucks=True)
    for link_id, link in LINKS.items():
        if link["road"] in ring:
            found.add_edge(link["from_node_id"], link["to_node_id"], key=link_id)
    assert nx.number_weakly_connected_components(found) == 1


@pytest.mark.parametrize("table", ["parks", "terminals", "zones"])
def test_every_open_place_has_a_road_node_near(table: str) -> None:
    """Parks and terminals within 3 km, zones (an old district) within 6 km."""
    reach_m = {"parks": 3_000, "terminals": 3_000, "zones": 6_000}[table]
    junctions = [NODES[node_id] for node_id in graph("road", trucks=True)]
    lon, lat = (np.array([float(node[name]) for node in junctions]) for name in ("lon", "lat"))
    for place_id, place in rows(table).items():
        if place["status"] == "open":
            here = np.full(len(lon), float(place["lon"])), np.full(len(lat), float(place["lat"]))
            assert GEOD.inv(*here, lon, lat)[2].min() <= reach_m, place_id


# Published values


def test_known_road_distances_are_held(network: Network) -> None:
    """Shortest by length over links open to trucks, connectors included, within 10 % of the known range.

    VSIP I, Sóng Thần 1 and Biên Hòa 2 to Cát Lái and VSIP I to Tân Sơn Nhất are routes measured on OpenStreetMap
    of 2018; Bến Cát–Cát Lái 55 km and Nhơn Trạch 2–Cái Mép 37 to 40 km stand in the press.
    """
    links = network.links
    allowed = links.is_mode("road") & (links.is_kind("link") | links.is_kind("connector"))
    terminals = rows("terminals")
    for known in rows("known_distances").values():
        ends = [f"{end}:road" if end in terminals else end for end in (known["from_id"], known["to_id"])]
        km = skim(network, links.length_m, allowed, (ends[:1], ends[1:])).values["impedance"][0, 0] / 1000
        low, high = float(known["km_low"]) * (1 - TOLERANCE), float(known["km_high"]) * (1 + TOLERANCE)
        if known["confidence"] == "estimate":
            low, high = (float(known["km"]) * (1 + sign * TOLERANCE) for sign in (-1, 1))
        assert low <= km <= high, (known["distance_id"], km)


@pytest.mark.parametrize(
    ("mode", "stops", "km"),
    [
        ("road", "n_mct_an_phu n_vcc_hld n_hld_vd3 n_ql51_hld n_dau_giay", 55),
        ("road", "n_bhvt_vnt n_bhvt_hld n_bhvt_bl_lt n_bhvt_ba_ria", 53.7),
        ("road", "n_trung_luong_bl_lt n_ql1_bl_lt n_nvt_bl_lt n_bl_lt_vd3 n_ql51_phuoc_thai n_bhvt_bl_lt", 57.8),
        ("road", "n_thu_bien_w n_vd4_hoi_nghia n_vd4_vinh_tan n_ql13_thoi_hoa n_748_an_dien n_vd4_sai_gon_e", 47.85),
        ("rail", "r_bau_bang r_an_binh r_cai_mep", 127),
        ("rail", "r_trang_bom_1435 r_cai_mep", 65),
    ],
)
def test_lines_are_as_long_as_published(mode: str, stops: str, km: float) -> None:
    """HLD 55, BH–VT 53.7, BL–LT 57.8, Ring Road 4 in Bình Dương 47.85, Bàu Bàng–Cái Mép 127, Trảng Bom–Cái Mép 65."""
    assert route_km(mode, *stops.split()) == pytest.approx(km, rel=TOLERANCE)


@pytest.mark.shared_data
def test_nodes_of_the_three_old_provinces_lie_in_ho_chi_minh_city() -> None:
    """Ward polygons after the merger of July 2025; 250 m for rivers that are the border."""
    archive = SHARED / "data" / "admin" / "ho_chi_minh_city_wards_2025.tar.gz"
    if not archive.exists():
        pytest.skip("the ward polygons are not here")
    wards = []
    with tarfile.open(archive) as files:
        for member in files.getmembers():
            content = files.extractfile(member) if "/wards/" in member.name and member.isfile() else None
            if content is not None:
                wards.append(json.load(content))
    city = unary_union([shape(feature["geometry"]) for ward in wards for feature in ward.get("features", [ward])])
    inside = "_ql13_ _my_phuoc _vsip _bau_bang _74 _750_ _xlhn _cat_lai_gate _tcit _cmit _ssit _tctt _gemalink"
    inside += " _ql51_phu_my _nvl _sg_ _tan_son_nhat _nga_sau_an_phu _mptv"
    chosen = {k: v for k, v in NODES.items() if any(part in k for part in inside.split())}
    assert len(chosen) >= 80
    reach_degrees = 0.0025
    for node_id, node in chosen.items():
        assert city.distance(Point(float(node["lon"]), float(node["lat"]))) <= reach_degrees, node_id
